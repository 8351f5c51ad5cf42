package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// child is the process id of the only child that is running.
func child() (int, error) {
	own := strconv.Itoa(os.Getpid())
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, file := range all {
		content, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := bytes.Cut(content, []byte(") ")) // after the name, which may hold anything
		fields := strings.Fields(string(after))
		if len(fields) > 1 && fields[0] != "Z" && fields[1] == own {
			return strconv.Atoi(strings.Split(file, "/")[2])
		}
	}
	return 0, fmt.Errorf("the function has no process")
}

// processorTime is what all threads have had. The kernel counts it in nanoseconds there.
func processorTime(pid int) (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0, err
	}
	var total time.Duration
	for _, file := range threads {
		content, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		used, _, _ := strings.Cut(string(content), " ")
		ns, err := strconv.ParseInt(used, 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(ns)
	}
	return total, nil
}

// resident is the memory that a process has now, in bytes.
func resident(pid int) (int, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, after, found := strings.Cut(string(content), "VmRSS:")
	fields := strings.Fields(after)
	if !found || len(fields) == 0 {
		return 0, fmt.Errorf("the kernel does not tell what process %d holds", pid)
	}
	kib, err := strconv.Atoi(fields[0])
	return kib << 10, err
}
