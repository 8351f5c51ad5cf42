package main

import (
	"testing"
	"time"
)

func TestCPUOf(t *testing.T) {
	const line = "42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 150 25 7 8 20 0 4 0 1 1 1"
	if got, err := cpuOf(line); err != nil || got != 1750*time.Millisecond {
		t.Errorf("got %v, %v, want 1.75 s", got, err)
	}
	for _, text := range []string{"", "42 (a) S 1 2", "no line"} {
		if _, err := cpuOf(text); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}

func TestMemoryOf(t *testing.T) {
	got, err := memoryOf("Name:\ttodo\nVmRSS:\t   30720 kB\nRssAnon:\t    2048 kB\nRssFile:\t 1 kB\n")
	if want := (Memory{Resident: 30, Own: 2}); err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestMountedAt(t *testing.T) {
	const mounts = "/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmp/disk xfs rw 0 0\nproc /tm proc rw 0 0\n"
	for dir, want := range map[string]string{"/": "ext4", "/home/x": "ext4", "/tmp": "tmpfs", "/tmp/x": "tmpfs", "/tmp/disk/y": "xfs", "/tmp/disks": "tmpfs"} {
		if got := mountedAt(mounts, dir); got != want {
			t.Errorf("%s: got %s, want %s", dir, got, want)
		}
	}
}
