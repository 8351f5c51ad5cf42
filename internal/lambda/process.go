package lambda

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A process is one process of an artifact, with the Runtime API that only it is told of.
type process struct {
	a          *Artifact
	cmd        *exec.Cmd
	server     *http.Server
	console    *console
	init       time.Duration // until it asked for its first event; 0 once that has been reported
	retirement *time.Timer   // while it is idle

	runtimeAPI

	exited chan struct{} // closed when it is gone and all it printed is in the log
	exit   error         // why; set before exited is closed
}

// An exitError is a process that ended by itself, in Lambda's words. It is an ErrCrashed.
type exitError struct{ reason string }

func (e *exitError) Error() string { return ErrCrashed.Error() + ": " + e.reason }
func (e *exitError) Unwrap() error { return ErrCrashed }

// startProcess starts the executable and waits until it asks for its first event.
func (a *Artifact) startProcess() (*process, error) {
	begin := a.cfg.Now()
	p, err := a.spawn()
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(a.limits.init)
	defer timer.Stop()
	select {
	case <-p.ready:
		p.init = a.cfg.Now().Sub(begin)
		return p, nil
	case <-p.initFailed:
		err = p.initErr
	case <-p.exited:
		err = p.exit
	case <-timer.C:
		err = fmt.Errorf("%w: it asked for no event within %s", ErrTimeout, a.limits.init)
	case <-a.closing:
		err = ErrClosed
	}
	p.kill(syscall.SIGKILL)
	<-p.exited
	a.cfg.logInit(report{took: a.cfg.Now().Sub(begin), err: err})
	return nil, err
}

// spawn starts the executable with a Runtime API of its own.
func (a *Artifact) spawn() (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	p := &process{a: a, exited: make(chan struct{}), runtimeAPI: newRuntimeAPI(&a.cfg.Config)}
	p.cmd = exec.Command(filepath.Join(a.cfg.Folder, bootstrap))
	p.cmd.Dir = a.cfg.Folder
	p.cmd.Env = a.environmentOf(listener.Addr().String())
	p.cmd.Stdout, p.cmd.Stderr = writer, writer
	p.cmd.SysProcAttr = processAttributes()
	err = p.cmd.Start()
	writer.Close()
	if err != nil {
		return nil, errors.Join(err, reader.Close(), listener.Close())
	}
	p.console = newConsole(reader, a.cfg.Log)
	p.server = &http.Server{
		Handler:           p.handler(),
		ReadHeaderTimeout: a.limits.init,
		ErrorLog:          slog.NewLogLogger(a.cfg.Logger.Handler(), slog.LevelWarn),
	}
	go p.server.Serve(ownListener{listener})
	kept := a.keep(p)
	go p.wait()
	if !kept {
		p.kill(syscall.SIGKILL)
		<-p.exited
		return nil, ErrClosed
	}
	return p, nil
}

// wait sees the process to its end, and ends what it started and left behind.
func (p *process) wait() {
	err := p.cmd.Wait()
	p.kill(syscall.SIGKILL)
	p.server.Close()
	p.console.close()
	reason := "Runtime exited without providing a reason"
	if err != nil {
		reason = "Runtime exited with error: " + err.Error()
	}
	p.exit = &exitError{reason}
	p.a.forget(p)
	close(p.exited)
}

// kill signals the process and all that it started: its process group. That there is none any more is no matter.
func (p *process) kill(signal syscall.Signal) { _ = syscall.Kill(-p.cmd.Process.Pid, signal) }

// stop ends the process as Lambda does, and returns when it is gone.
func (p *process) stop() {
	p.kill(syscall.SIGTERM)
	timer := time.NewTimer(p.a.limits.grace)
	defer timer.Stop()
	select {
	case <-p.exited:
		return
	case <-timer.C:
	}
	p.kill(syscall.SIGKILL)
	<-p.exited
}

// An ending is how a process came out of a call.
type ending int

const (
	untouched ending = iota // it was gone before it got the event
	settled                 // it is free for the next
	crashed                 // it ended by itself
	stopped                 // its time was up, or Close came
)

// run hands an event to the process, which must be free. The call is over when the process asks for its next event:
// then all it printed is there, and it is free for whoever calls next. It is also over, and so is the process, when the
// function's time is up.
func (p *process) run(inv *invocation) (output, ending) {
	cfg := &p.a.cfg.Config
	begin := cfg.Now()
	inv.deadline = begin.Add(cfg.Timeout)
	timer := time.NewTimer(cfg.Timeout)
	defer timer.Stop()
	select {
	case p.events <- inv:
	case <-p.exited:
		return output{}, untouched
	case <-timer.C: // it hung up while it was idle, and asked no more
		p.kill(syscall.SIGKILL)
		<-p.exited
		return output{err: cfg.timedOut()}, stopped
	}
	end := p.await(inv, timer.C)
	memory := 0
	if end == settled {
		memory = peakMemory(p.cmd.Process.Pid)
		p.console.flush()
	}
	out := p.outcome(inv)
	err := p.failure(end, out)
	cfg.logEnd(inv.id, inv.trace, report{took: cfg.Now().Sub(begin), init: p.init, memory: memory, err: err})
	p.init = 0
	if out.payload == nil {
		out.err = err
	}
	return out, end
}

func (p *process) await(inv *invocation, timeout <-chan time.Time) ending {
	select {
	case <-inv.settled:
		return settled
	case <-p.exited:
		if p.a.isClosing() {
			return stopped
		}
		return crashed
	case <-timeout:
		p.kill(syscall.SIGKILL)
		<-p.exited
		return stopped
	}
}

// failure is what is to be said of a call: of a process that ended after it had reported an error, that it ended.
func (p *process) failure(end ending, out output) error {
	switch {
	case end == settled || errors.Is(out.err, ErrMalformed):
		return out.err
	case end == crashed:
		return p.exit
	case p.a.isClosing():
		return ErrClosed
	}
	return p.a.cfg.timedOut()
}

// nextNumber tells processes apart in their log streams.
func (a *Artifact) nextNumber() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.started++
	return a.started
}
