package main

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func TestLogScale(t *testing.T) {
	scale := logScale(1, 10_000, 100, 500)
	for v, want := range map[float64]float64{1: 100, 10: 200, 100: 300, 10_000: 500} {
		if got := scale(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v is at %v, want %v", v, got, want)
		}
	}
	if got := logScale(7, 7, 100, 500)(7); got != 300 {
		t.Errorf("a single value is at %v, want it in the middle", got)
	}
}

func TestRoundUp(t *testing.T) {
	for v, want := range map[float64]float64{0: 1, 0.3: 0.4, 1: 1, 1.1: 2, 99: 100, 100: 100, 101: 200, 850: 1000} {
		if got := roundUp(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: got %v, want %v", v, got, want)
		}
	}
}

func TestAChartIsWellFormed(t *testing.T) {
	c := chart{title: "Cost & <more>", x: "items", y: "µs", series: []series{{"reads", []point{{1, Spread{2, 1, 3}}, {1000, Spread{4, 4, 4}}}}, {"writes", nil}}}
	decoder := xml.NewDecoder(strings.NewReader(c.svg()))
	circles := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if element, ok := token.(xml.StartElement); ok && element.Name.Local == "circle" {
			circles++
		}
	}
	if circles != 2 {
		t.Errorf("got %d points, want 2", circles)
	}
}
