package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A process is a server that this one started.
type process struct {
	name    string
	addr    string
	log     string // the file with what it wrote
	started time.Time
	command *exec.Cmd
	ended   chan struct{}
}

// stopPatience is longer than any server takes to end.
const stopPatience = 45 * time.Second

// start runs a server at an address of this machine that is free, which makes its command line. The log goes to dir.
func start(ctx context.Context, name, dir string, stdin io.Reader, commandLine func(addr string) []string) (*process, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p := &process{name: name, addr: addr, log: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	args := commandLine(addr)
	p.command = exec.CommandContext(ctx, args[0], args[1:]...)
	p.command.Dir = dir
	p.command.Stdin, p.command.Stdout, p.command.Stderr = stdin, log, log
	p.command.Cancel = func() error { return p.command.Process.Signal(syscall.SIGTERM) }
	p.command.WaitDelay = stopPatience
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it does not outlive this process
	p.started = time.Now()
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	if err := p.listening(); err != nil {
		return nil, err
	}
	return p, nil
}

// freeAddress is one that nobody listens at now.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// startPatience is for a server that may have a lot to read first.
const startPatience = time.Minute

// listening waits until the server takes connections.
func (p *process) listening() error {
	for time.Since(p.started) < startPatience {
		if c, err := net.Dial("tcp", p.addr); err == nil {
			return c.Close()
		}
		select {
		case <-p.ended:
			return p.failed("ended")
		case <-time.After(200 * time.Microsecond):
		}
	}
	return errors.Join(p.failed("does not listen"), p.stop())
}

func (p *process) failed(how string) error {
	said, _ := os.ReadFile(p.log)
	if len(said) > 2000 {
		said = said[len(said)-2000:]
	}
	return fmt.Errorf("%s %s:\n%s", p.name, how, said)
}

// stop ends the server and waits for that.
func (p *process) stop() error {
	select {
	case <-p.ended:
		return p.failed("ended by itself")
	default:
	}
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopPatience):
		return errors.Join(p.failed("does not stop"), p.command.Process.Kill())
	}
}

func (p *process) file(name string) string {
	return filepath.Join("/proc", strconv.Itoa(p.command.Process.Pid), name)
}

// ticks is in how many parts of a second the kernel tells CPU time, on every architecture of Linux that Go knows.
const ticks = 100

// usage is the CPU time of the process so far, user and system together.
func (p *process) usage() (time.Duration, error) {
	content, err := os.ReadFile(p.file("stat"))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	return cpuOf(string(content))
}

// cpuOf reads a line of /proc/PID/stat. The program's name is in parentheses and may hold anything.
func cpuOf(stat string) (time.Duration, error) {
	end := strings.LastIndexByte(stat, ')')
	fields := strings.Fields(stat[end+1:])
	const user, system = 11, 12 // from the third field of the line on
	if end < 0 || len(fields) <= system {
		return 0, fmt.Errorf("not a line of /proc/PID/stat: %q", stat)
	}
	sum := 0
	for _, text := range []string{fields[user], fields[system]} {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return time.Duration(sum) * time.Second / ticks, nil
}

// exactUsage is the same by the scheduler's clock, without the threads that have ended: for times in which the kernel's
// ticks are too coarse.
func (p *process) exactUsage() (sum time.Duration, err error) {
	threads, err := filepath.Glob(p.file("task/*/schedstat"))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("%s: the kernel tells nothing about its threads", p.name)
	}
	for _, thread := range threads {
		content, err := os.ReadFile(thread)
		if err != nil {
			continue // it has just ended
		}
		running, _, _ := strings.Cut(string(content), " ")
		n, err := strconv.ParseInt(running, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// Memory is what a process has in memory, in MiB. The resident set is made of what is the process's own and of the parts
// of files that it looks at, such as its program and its data file; the kernel takes the latter away when it needs room.
type Memory struct{ Resident, Own float64 }

func (m Memory) max(n Memory) Memory {
	return Memory{max(m.Resident, n.Resident), max(m.Own, n.Own)}
}

func (p *process) memory() (Memory, error) {
	content, err := os.ReadFile(p.file("status"))
	if err != nil {
		return Memory{}, err
	}
	return memoryOf(string(content))
}

func memoryOf(status string) (m Memory, err error) {
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		var into *float64
		switch name {
		case "VmRSS":
			into = &m.Resident
		case "RssAnon":
			into = &m.Own
		default:
			continue
		}
		kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		if err != nil {
			return m, err
		}
		*into = kib / 1024
	}
	return m, nil
}

// ownCPU is the CPU time of this process so far.
func ownCPU() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // fails only for arguments that do not exist
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
