//go:build unix && !linux

package lambda

import (
	"net"
	"syscall"
)

// processAttributes put a process into a group of its own. If this process ends without Close, a function's runtime ends
// itself when it finds its Runtime API gone.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// peakMemory is not known here.
func peakMemory(int) int { return 0 }

// ownPeer cannot be told here.
func ownPeer(net.Conn) bool { return true }
