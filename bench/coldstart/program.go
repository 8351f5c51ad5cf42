package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A program is the executable of a function.
type program struct {
	name     string // for people
	function string // whose events it gets: its folder in functions/
	folder   string
	zip      int // bytes of the archive that would be uploaded
}

// build makes the programs as `sam build` does, for this machine and, to be weighed, for Lambda's.
func build(dir string) ([]program, error) {
	var programs []program
	for _, name := range []string{"add", "complete", "delete", "get", "list", "update"} {
		programs = append(programs, program{name: name, function: name})
	}
	programs = append(programs, program{name: "get by default", function: "get"})
	for i := range programs {
		p := &programs[i]
		source := "example.com/todo/functions/" + p.function
		if p.name != p.function {
			source = "./coldstart/sdkdefault"
		}
		p.folder = filepath.Join(dir, p.name)
		if err := compile(source, filepath.Join(p.folder, "bootstrap")); err != nil {
			return nil, err
		}
		uploaded := filepath.Join(dir, "uploaded")
		if err := compile(source, uploaded, "GOOS=linux", "GOARCH=arm64"); err != nil {
			return nil, err
		}
		var err error
		if p.zip, err = zipped(uploaded); err != nil {
			return nil, err
		}
	}
	return programs, nil
}

func compile(source, target string, variables ...string) error {
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s", "-o", target, source)
	build.Env = append(append(os.Environ(), "CGO_ENABLED=0"), variables...)
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", source, err, out)
	}
	return nil
}

// zipped is the size of the archive that holds the executable.
func zipped(file string) (int, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.DefaultCompression) })
	entry, err := w.Create("bootstrap")
	if err == nil {
		_, err = entry.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	return archive.Len(), err
}
