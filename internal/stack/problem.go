package stack

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxProblems bounds what is kept of a template that is wrong all over.
const maxProblems = 100

// String is the problem on one line, "file:line: path: message", without the parts it does not have.
func (p Problem) String() string {
	place := p.File
	if p.Line > 0 {
		place += ":" + strconv.Itoa(p.Line)
	}
	if p.Path != "" {
		place += ": " + p.Path
	}
	return printable(place + ": " + p.Message)
}

// printable keeps text of a template from breaking lines or steering a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// Error is what Load returns for a template that cannot be used: everything found wrong, in the template's order.
type Error struct{ Problems []Problem }

// Error holds one line for each problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// findings collects problems without repeating one, since a global setting is read once for each resource it reaches.
type findings struct {
	file string
	list []Problem
	seen map[Problem]bool
}

func newFindings(file string) *findings {
	return &findings{file: file, seen: map[Problem]bool{}}
}

func (f *findings) add(line int, path, format string, args ...any) {
	p := Problem{File: f.file, Line: line, Path: path, Message: fmt.Sprintf(format, args...)}
	if f.seen[p] || f.full() {
		return
	}
	if len(f.list) == maxProblems {
		p = Problem{File: f.file, Message: "there are more problems than these"}
	}
	f.seen[p] = true
	f.list = append(f.list, p)
}

func (f *findings) full() bool { return len(f.list) > maxProblems }

// sorted is by line; problems without a line come last.
func (f *findings) sorted() []Problem {
	slices.SortStableFunc(f.list, func(a, b Problem) int {
		if a.Line == 0 || b.Line == 0 {
			return cmp.Compare(b.Line, a.Line)
		}
		return cmp.Compare(a.Line, b.Line)
	})
	return f.list
}

// meant is " (did you mean X?)" for the candidate that a person may have meant by name, or empty.
func meant(name string, candidates []string) string {
	if len(name) > 64 {
		return ""
	}
	best, bestDistance := "", 2+len(name)/4
	for _, c := range candidates {
		if c == name || len(c)-len(name) >= bestDistance || len(name)-len(c) >= bestDistance {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}

// distance is the Levenshtein distance of two short strings, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
