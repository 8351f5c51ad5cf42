package lambda

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// bootstrap is the name of the executable that Lambda starts for a function with a runtime of the provided family.
const bootstrap = "bootstrap"

// FindArtifact gives the folder that holds a function's executable: the one named by the function's logical id, as
// `sam build` writes it, or else by the last part of its CodeUri. The error names the function and every path looked at.
func FindArtifact(dir, logicalID, codeURI string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("lambda: %w", err)
	}
	var tried []string
	for _, name := range []string{logicalID, path.Base(codeURI)} {
		folder := filepath.Join(dir, name)
		file := filepath.Join(folder, bootstrap)
		info, err := os.Stat(file)
		switch {
		case err != nil:
			tried = append(tried, file)
		case !info.Mode().IsRegular() || info.Mode()&0o111 == 0:
			return "", fmt.Errorf("lambda: function %s: %s cannot be executed", logicalID, file)
		default:
			return folder, nil
		}
	}
	return "", fmt.Errorf("lambda: function %s has no artifact: looked at %s", logicalID, strings.Join(tried, " and "))
}

// ArtifactConfig describes a function that runs as its built executable. Every field is required but Environment and
// Access.
type ArtifactConfig struct {
	Config
	// Folder holds the executable, named bootstrap. It is the function's working directory and its LAMBDA_TASK_ROOT.
	Folder string
	// Handler is what the function sees as _HANDLER.
	Handler string
	// LogGroup is the name of Config.Log.
	LogGroup string
	// Environment holds the template's variables. Nothing of this process's own environment reaches the function.
	Environment map[string]string
	// Access stands for the function's role.
	Access Access
}

// Access is what a function calls AWS with. The zero value is the Region of the function and placeholders, good for what
// takes the place of AWS's services here and does not look at them.
type Access struct {
	Region, KeyID, Secret, SessionToken string
}

// limits bound what an artifact may take of the machine.
type limits struct {
	processes int           // at once
	calls     int           // running or waiting: Lambda's own default for an account is 1,000 executions at once
	wait      time.Duration // of a call, while all processes are busy
	init      time.Duration // until a process asks for its first event
	idle      time.Duration // after which a process without a call is ended
	grace     time.Duration // from SIGTERM to SIGKILL
	backoff   time.Duration // before a process is started after two that crashed; after more, up to 16 times as long
}

var standard = limits{
	processes: 10,
	calls:     1000,
	wait:      5 * time.Second,
	init:      10 * time.Second,
	idle:      5 * time.Minute,
	grace:     500 * time.Millisecond,
	backoff:   100 * time.Millisecond,
}

// An Artifact runs a function as processes of its built executable. A process gets one event at a time; a call that
// finds none free starts another, up to ten, and beyond that waits for one, for five seconds. Processes are ended when
// they have been idle for five minutes. The executable is trusted as the rest of the program is: it runs as the
// same user, and MemorySize is not enforced.
type Artifact struct {
	cfg     ArtifactConfig
	env     []string
	limits  limits
	slots   chan struct{} // one is held while a process is started or busy
	closing chan struct{} // closed by Close
	work    sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	calls     int
	idle      []*process // least recently used first
	processes map[*process]struct{}
	started   int       // processes so far
	crashes   int       // in a row
	notBefore time.Time // when the next process may start
}

// NewArtifact prepares a function; its first process starts with the first call. It fails when the environment has a
// variable that Lambda keeps for itself.
func NewArtifact(cfg ArtifactConfig) (*Artifact, error) { return newArtifact(cfg, standard) }

func newArtifact(cfg ArtifactConfig, l limits) (*Artifact, error) {
	env, err := environment(&cfg)
	if err != nil {
		return nil, fmt.Errorf("lambda: function %s: %w", cfg.Name, err)
	}
	return &Artifact{
		cfg: cfg, env: env, limits: l,
		slots: make(chan struct{}, l.processes), closing: make(chan struct{}), processes: map[*process]struct{}{},
	}, nil
}

// Function is the function. A call returns as soon as its caller's context ends; an event that a process has got by
// then is still worked on, up to the function's timeout.
func (a *Artifact) Function() Function { return a.cfg.function(a.call) }

func (a *Artifact) call(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	payload, err := EncodeEvent(event)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	if err := a.admit(ctx); err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	inv := &invocation{
		id: event.RequestContext.RequestID, trace: event.Headers[traceHeader], event: payload,
		settled: make(chan struct{}),
	}
	answer := make(chan output, 1)
	go func() {
		out := a.serve(ctx, inv)
		a.release()
		answer <- out
	}()
	select {
	case out := <-answer:
		if out.err != nil {
			return events.APIGatewayProxyResponse{}, out.err
		}
		return DecodeResponse(out.payload)
	case <-ctx.Done():
		return events.APIGatewayProxyResponse{}, context.Cause(ctx)
	}
}

// admit waits until the call may have a process of its own.
func (a *Artifact) admit(ctx context.Context) error {
	a.mu.Lock()
	switch {
	case a.closed:
		a.mu.Unlock()
		return ErrClosed
	case a.calls == a.limits.calls:
		a.mu.Unlock()
		return ErrThrottled
	}
	a.calls++
	a.work.Add(1)
	a.mu.Unlock()

	timer := time.NewTimer(a.limits.wait)
	defer timer.Stop()
	var err error
	select {
	case a.slots <- struct{}{}:
		return nil
	case <-timer.C:
		err = ErrThrottled
	case <-ctx.Done():
		err = fmt.Errorf("%w: %w", ErrThrottled, context.Cause(ctx))
	case <-a.closing:
		err = ErrClosed
	}
	a.leave()
	return err
}

func (a *Artifact) release() {
	<-a.slots
	a.leave()
}

func (a *Artifact) leave() {
	a.mu.Lock()
	a.calls--
	a.mu.Unlock()
	a.work.Done()
}

// serve gives the event to a process. A process that ended before it took the event costs nothing but another try, if
// it had been idle: it may have ended long ago.
func (a *Artifact) serve(ctx context.Context, inv *invocation) output {
	for {
		p := a.takeIdle()
		fresh := p == nil
		if fresh {
			var err error
			if p, err = a.start(ctx); err != nil {
				return output{err: err}
			}
		}
		if ctx.Err() != nil { // nobody waits for what has not begun
			a.free(p)
			return output{err: context.Cause(ctx)}
		}
		out, end := p.run(inv)
		switch {
		case end != untouched:
			a.learn(end == crashed)
			a.free(p)
			return out
		case fresh:
			a.learn(true)
			return output{err: fmt.Errorf("%w: %w", ErrInit, p.exit)}
		}
	}
}

// Close ends all processes, with SIGTERM first, and returns when none is left. Calls that still run fail with ErrClosed.
func (a *Artifact) Close() {
	a.mu.Lock()
	if !a.closed {
		a.closed = true
		close(a.closing)
	}
	var stopping sync.WaitGroup
	for p := range a.processes {
		stopping.Go(p.stop)
	}
	a.mu.Unlock()
	stopping.Wait()
	a.work.Wait()
}

func (a *Artifact) isClosing() bool {
	select {
	case <-a.closing:
		return true
	default:
		return false
	}
}
