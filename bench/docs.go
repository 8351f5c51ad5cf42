package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Between these lines of the page stands what was measured.
const (
	blockBegin = "<!-- figures: written by `make bench-docs` -->"
	blockEnd   = "<!-- end of the figures -->"
)

// writeDocs puts results into the page about performance, with its pictures.
func writeDocs(root string, files []string) error {
	if len(files) == 0 {
		return fmt.Errorf("-docs: name the results, such as results/whole.json")
	}
	r, err := loadResults(files)
	if err != nil {
		return err
	}
	page := filepath.Join(root, "docs", "performance.md")
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	var block bytes.Buffer
	r.report(&block)
	pictures := filepath.Join(root, "docs", "performance")
	if err := os.MkdirAll(pictures, 0o755); err != nil {
		return err
	}
	for _, c := range r.charts() {
		name := strings.ReplaceAll(c.x, " ", "-") + ".svg"
		if err := os.WriteFile(filepath.Join(pictures, name), []byte(c.svg()), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&block, "![%s](performance/%s)\n\n", c.title, name)
	}
	replaced, err := replaceBlock(string(text), block.String())
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return os.WriteFile(page, []byte(replaced), 0o644)
}

// replaceBlock puts new text between the lines that mark its place.
func replaceBlock(page, block string) (string, error) {
	before, rest, begun := strings.Cut(page, blockBegin+"\n")
	_, after, ended := strings.Cut(rest, blockEnd)
	if !begun || !ended {
		return "", fmt.Errorf("the lines %q and %q are not there", blockBegin, blockEnd)
	}
	return before + blockBegin + "\n\n" + block + blockEnd + after, nil
}

// charts are the curves of growth.
func (r *Result) charts() []chart {
	var all []chart
	for _, part := range []string{partPerUser, partTable, partUsers} {
		c := chart{title: "CPU of the server per request by " + part, x: part, y: "µs"}
		for _, m := range []mix{gets, reads, writes} {
			if s := r.curve(m.Name, part, "todo", m, func(int) int { return usual }); len(s.points) > 0 {
				c.series = append(c.series, s)
			}
		}
		if len(c.series) > 0 {
			all = append(all, c)
		}
	}
	c := chart{title: "CPU of the server per request by connections, mixed work", x: partConnections, y: "µs"}
	for _, server := range []string{"bare", "todo"} { // PocketBase would press both to the ground
		if s := r.curve(server, partConnections, server, mixed, func(x int) int { return x }); len(s.points) > 0 {
			c.series = append(c.series, s)
		}
	}
	if len(c.series) > 0 {
		all = append(all, c)
	}
	return all
}

func (r *Result) curve(name, part, server string, m mix, connections func(x int) int) series {
	s := series{name: name}
	for _, x := range r.xs(part) {
		if rounds := r.find(Setting{part, server, m.Name, x, connections(x)}); len(rounds) > 0 {
			s.points = append(s.points, point{float64(x), of(rounds, cpu)})
		}
	}
	return s
}
