package lambda

import (
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

func TestOnlyOwnSocketsReachTheRuntimeAPI(t *testing.T) {
	if address := os.Getenv(DialVariable); address != "" {
		conn, err := net.Dial("tcp", address) // and tells by its exit code whether it was let in
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := io.ReadAll(conn); err == nil && len(answer) > 0 {
			os.Exit(3)
		}
		os.Exit(4)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := ownListener{listener}.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "hello")
			conn.Close()
		}
	}()
	dial := func(attributes *syscall.SysProcAttr) int {
		command := exec.Command("/proc/self/exe", "-test.run=^TestOnlyOwnSocketsReachTheRuntimeAPI$")
		command.Env = []string{DialVariable + "=" + listener.Addr().String()}
		command.Dir = "/"
		command.SysProcAttr = attributes
		output, err := command.CombinedOutput()
		if command.ProcessState == nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return command.ProcessState.ExitCode()
	}
	if got := dial(nil); got != 3 {
		t.Errorf("own user: got exit code %d, want 3: let in", got)
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can be another user")
	}
	const nobody = 65534
	if got := dial(&syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}); got != 4 {
		t.Errorf("another user: got exit code %d, want 4: not let in", got)
	}
}
