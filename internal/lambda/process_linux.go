package lambda

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// processAttributes put a process into a group of its own, and let the kernel kill it if this process ends without
// Close. The kernel goes by the thread that started the process; the threads of a Go program end with it.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// peakMemory is the most that a process has used, in MB; 0 when it is gone.
func peakMemory(pid int) int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("\nVmHWM:"))
	figure, _, _ := strings.Cut(strings.TrimSpace(string(rest)), " ")
	kilobytes, err := strconv.Atoi(figure)
	if err != nil {
		return 0
	}
	return (kilobytes + 1023) / 1024
}
