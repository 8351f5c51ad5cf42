package lambda

import "time"

// DialVariable makes the test binary a process of another user, which dials the address in it.
const DialVariable = "LAMBDA_TEST_DIAL"

// Limits are an artifact's limits, for tests that cannot wait for the standard ones. Zero means the standard one.
type Limits struct {
	Processes, Calls          int
	Wait, Init, Idle, Backoff time.Duration
}

func NewLimitedArtifact(cfg ArtifactConfig, change Limits) (*Artifact, error) {
	l := standard
	if change.Processes > 0 {
		l.processes = change.Processes
	}
	if change.Calls > 0 {
		l.calls = change.Calls
	}
	if change.Wait > 0 {
		l.wait = change.Wait
	}
	if change.Init > 0 {
		l.init = change.Init
	}
	if change.Idle > 0 {
		l.idle = change.Idle
	}
	if change.Backoff > 0 {
		l.backoff = change.Backoff
	}
	return newArtifact(cfg, l)
}

// Processes is how many there are.
func (a *Artifact) Processes() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.processes)
}
