package telemetry

import (
	"cmp"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// A part is what a group's file became when it was rotated. It never changes.
type part struct {
	day    string // the UTC day on which its last line was written
	number int    // among the day's parts, from 1
}

var partName = regexp.MustCompile(`^(.+\` + extension + `)\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{4,9})$`)

// parsePart takes a file's name apart; ok is false when it is none of a part.
func parsePart(name string) (file string, p part, ok bool) {
	m := partName.FindStringSubmatch(name)
	if m == nil {
		return "", part{}, false
	}
	number, err := strconv.Atoi(m[3])
	p = part{m[2], number}
	return m[1], p, err == nil && p.name(m[1]) == name
}

// name is the part's name beside a group's file of that name.
func (p part) name(file string) string { return fmt.Sprintf("%s.%s.%04d", file, p.day, p.number) }

func (p part) compare(o part) int {
	return cmp.Or(cmp.Compare(p.day, o.day), cmp.Compare(p.number, o.number))
}

// end is when the last line of the part's day was written at the latest; ok is false for a day that does not exist.
func (p part) end() (end time.Time, ok bool) {
	day, err := time.Parse(time.DateOnly, p.day)
	return day.AddDate(0, 0, 1), err == nil
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// partsOf picks the parts of a file out of a listing of its folder, oldest first.
func partsOf(file string, listing []fs.DirEntry) []part {
	var parts []part
	for _, entry := range listing {
		if of, p, ok := parsePart(entry.Name()); ok && of == file && entry.Type().IsRegular() {
			parts = append(parts, p)
		}
	}
	slices.SortFunc(parts, part.compare)
	return parts
}
