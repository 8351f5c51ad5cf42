package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"syscall"
	"time"
)

// A server is a process that serves, as its parent sees it.
type server struct {
	name    string
	hello   hello
	request []byte
	command *exec.Cmd
	stdin   io.WriteCloser
	stdout  *json.Decoder
}

// hello is the first thing that a server says: its address, and the token that its API takes.
type hello struct{ Addr, Token string }

func startServer(name, profile string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &server{name: name, command: exec.Command(self, "-serve", name)}
	if profile != "" {
		s.command.Args = append(s.command.Args, "-cpuprofile", profile+"."+name)
	}
	s.command.Stderr = os.Stderr
	if s.stdin, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.stdout = json.NewDecoder(stdout)
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	if err := s.stdout.Decode(&s.hello); err != nil {
		return nil, fmt.Errorf("%s did not start: %w", name, err)
	}
	s.request = request(s.hello)
	return s, nil
}

// request is what a browser sends to the API.
func request(h hello) []byte {
	return fmt.Appendf(nil, "GET /prod/item/0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b HTTP/1.1\r\nHost: %s\r\n"+
		"Accept: application/json\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\n"+
		"Authorization: Bearer %s\r\nOrigin: http://localhost:8080\r\nReferer: http://localhost:8080/\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n\r\n",
		h.Addr, h.Token)
}

func (s *server) stop() {
	s.stdin.Close()
	_ = s.command.Wait()
}

// used asks the process for its CPU time so far.
func (s *server) used() (time.Duration, error) {
	if _, err := io.WriteString(s.stdin, "\n"); err != nil {
		return 0, err
	}
	var used time.Duration
	return used, s.stdout.Decode(&used)
}

func (s *server) measure(l load) (figure, error) {
	before, err := s.used()
	if err != nil {
		return figure{}, err
	}
	begin := time.Now()
	if err := l.send(s.hello.Addr, s.request); err != nil {
		return figure{}, err
	}
	took := time.Since(begin)
	after, err := s.used()
	return figure{
		cpu:  (after - before) / time.Duration(l.requests),
		rate: float64(l.requests) / took.Seconds(),
	}, err
}

// servers are those that are measured.
var servers = map[string]func(*hello) (http.Handler, func() error, error){
	"bare":    bareServer,
	"gateway": runner(directly).serves,
	"lambda":  runner(inProcess).serves,
}

// beServer is the process itself: it serves until its standard input ends, and tells its CPU time for each line there.
func beServer(name, profile string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h := hello{Addr: listener.Addr().String()}
	handler, close, err := servers[name](&h)
	if err != nil {
		return err
	}
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	// As todo serve has it, for each of them: what is compared is the gateway.
	floor := make([]byte, 32<<20)
	defer runtime.KeepAlive(floor)
	go http.Serve(listener, handler)
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(h); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			return err
		}
		if err := out.Encode(time.Duration(usage.Utime.Nano() + usage.Stime.Nano())); err != nil {
			return err
		}
	}
	return errors.Join(listener.Close(), close())
}
