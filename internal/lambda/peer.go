package lambda

import "net"

// An ownListener accepts connections of this process's own user only, where that can be told. The Runtime API has no
// credentials and anyone on the machine can reach its port: whoever asked it for the next event would get that of a
// stranger, with its token.
type ownListener struct{ net.Listener }

func (l ownListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || ownPeer(conn) {
			return conn, err
		}
		conn.Close()
	}
}
