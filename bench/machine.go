package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A Machine is where something was measured.
type Machine struct {
	CPU        string
	Cores      int
	Kernel     string
	FileSystem string // of the data
}

func machine(dir string) Machine {
	m := Machine{CPU: runtime.GOARCH, Cores: runtime.NumCPU(), FileSystem: fileSystem(dir)}
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	m.Kernel = "Linux " + strings.TrimSpace(string(release))
	return m
}

// fileSystem is the type of the file system that a directory is on.
func fileSystem(dir string) string {
	mounts, _ := os.ReadFile("/proc/mounts")
	return mountedAt(string(mounts), dir)
}

// mountedAt looks for the deepest mount above dir; of two at one place the later one hides the other.
func mountedAt(mounts, dir string) string {
	best, found := "", "unknown"
	for line := range strings.Lines(mounts) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue
		}
		at := fields[1]
		inside := dir == at || strings.HasPrefix(dir, strings.TrimSuffix(at, "/")+"/")
		if inside && len(at) >= len(best) {
			best, found = at, fields[2]
		}
	}
	return found
}

// versions asks the tools. A change that is not committed shows as a plus sign.
func (p *programs) versions(ctx context.Context) Versions {
	v := Versions{Go: runtime.Version(), Todo: outputOf(ctx, p.root, "git", "rev-parse", "--short", "HEAD")}
	if outputOf(ctx, p.root, "git", "status", "--porcelain", "--untracked-files=no", "--", ":!bench", ":!docs") != "" {
		v.Todo += "+"
	}
	v.PocketBase = outputOf(ctx, filepath.Join(p.root, "bench", "pocketbase"), "go", "list", "-m", "-f", "{{.Version}}", "github.com/pocketbase/pocketbase")
	return v
}

func outputOf(ctx context.Context, dir, name string, args ...string) string {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	out, _ := command.Output() // a figure without a version is still a figure
	return strings.TrimSpace(string(out))
}

// syncCost writes a page and waits until it is on the disk, many times: no durable write can be faster.
func syncCost(dir string) (Latency, error) {
	const times, page = 300, 4096
	file, err := os.CreateTemp(dir, "sync-")
	if err != nil {
		return Latency{}, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	took := make([]time.Duration, times)
	content := slices.Repeat([]byte{'x'}, page)
	for i := range took {
		begin := time.Now()
		if _, err := file.WriteAt(content, int64(i%64)*page); err != nil {
			return Latency{}, err
		}
		if err := syscall.Fdatasync(int(file.Fd())); err != nil {
			return Latency{}, err
		}
		took[i] = time.Since(begin)
	}
	return latency(took), nil
}
