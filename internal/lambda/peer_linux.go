package lambda

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// ownPeer tells whether the other end of a loopback connection is a socket of this user, by the kernel's tables of
// sockets (proc_pid_net(5)). What is not in them is nobody's any more.
func ownPeer(conn net.Conn) bool {
	peer, ok := conn.RemoteAddr().(*net.TCPAddr)
	self, fine := conn.LocalAddr().(*net.TCPAddr)
	if !ok || !fine {
		return false
	}
	// A socket of IPv6 that speaks IPv4 is in the other table, with the address at the end.
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if uid, found := owner(table, socketOf(peer), socketOf(self)); found {
			return uid == os.Geteuid()
		}
	}
	return false
}

// socketOf writes an address of IPv4 as the tables do.
func socketOf(a *net.TCPAddr) string {
	ip := a.IP.To4()
	if ip == nil {
		return ""
	}
	return fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], a.Port)
}

// owner looks for the socket that is bound to local and connected to remote.
func owner(table, local, remote string) (uid int, found bool) {
	file, err := os.Open(table)
	if err != nil {
		return 0, false
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 8 || !strings.HasSuffix(fields[1], local) || !strings.HasSuffix(fields[2], remote) {
			continue
		}
		uid, err = strconv.Atoi(fields[7])
		return uid, err == nil
	}
	return 0, false
}
