package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// A chart is lines over values that grow by factors: the x axis is logarithmic, the y axis begins at 0.
type chart struct {
	title, x, y string
	series      []series
}

// A series is one line.
type series struct {
	name   string
	points []point
}

type point struct {
	x float64
	y Spread
}

// The plot's place in the picture.
const (
	chartWidth, chartHeight = 720, 360
	plotLeft, plotTop       = 70, 60
	plotRight, plotBottom   = chartWidth - 130, chartHeight - 55
	plotWidth               = plotRight - plotLeft
	plotHeight              = plotBottom - plotTop
	style                   = `<style>
svg{--ground:#fff;--ink:#1f2328;--faint:#d1d9e0;--s0:#0969da;--s1:#bc4c00;--s2:#1a7f37;--s3:#8250df;font:13px system-ui,sans-serif}
@media(prefers-color-scheme:dark){svg{--ground:#0d1117;--ink:#e6edf3;--faint:#3d444d;--s0:#58a6ff;--s1:#f0883e;--s2:#3fb950;--s3:#bc8cff}}
.g{fill:var(--ground)}text{fill:var(--ink)}.f{stroke:var(--faint)}.t{font-weight:600;font-size:15px}
.l{fill:none;stroke-width:2}.s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.l,.w{stroke:var(--c)}.p,.n{fill:var(--c)}
</style>
`
)

// svg draws the chart. It has its own colours for light and dark surroundings.
func (c chart) svg() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img"><title>%s</title>`+"\n", chartWidth, chartHeight, html.EscapeString(c.title))
	b.WriteString(style)
	fmt.Fprintf(&b, `<rect class="g" width="%d" height="%d" rx="6"/>`+"\n", chartWidth, chartHeight)
	fmt.Fprintf(&b, `<text class="t" x="%d" y="28">%s</text>`+"\n", plotLeft, html.EscapeString(c.title))
	fmt.Fprintf(&b, `<text x="%d" y="48">%s</text>`+"\n", plotLeft, html.EscapeString(c.y))
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", plotLeft+plotWidth/2, chartHeight-12, html.EscapeString(c.x))
	xs, top := c.xs(), c.top()
	across := logScale(xs.Low, xs.High, plotLeft, plotRight)
	up := func(y float64) float64 { return plotBottom - y/top*plotHeight }
	for i := range 5 {
		y := top * float64(i) / 4
		fmt.Fprintf(&b, `<line class="f" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			plotLeft, plotRight, up(y), up(y), plotLeft-8, up(y)+4, number(y))
	}
	for _, x := range c.values() {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", across(x), plotBottom+20, number(x))
	}
	for i, s := range c.series {
		fmt.Fprintf(&b, `<g class="s%d"><polyline class="l" points="`, i)
		for _, p := range s.points {
			fmt.Fprintf(&b, "%.1f,%.1f ", across(p.x), up(p.y.Median))
		}
		b.WriteString(`"/>`)
		for _, p := range s.points {
			fmt.Fprintf(&b, `<line class="w" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, across(p.x), across(p.x), up(p.y.Low), up(p.y.High))
			fmt.Fprintf(&b, `<circle class="p" cx="%.1f" cy="%.1f" r="3.5"><title>%s</title></circle>`, across(p.x), up(p.y.Median), html.EscapeString(p.y.String()))
		}
		fmt.Fprintf(&b, `<text class="n" x="%d" y="%d">%s</text></g>`+"\n", plotRight+16, plotTop+8+22*i, html.EscapeString("● "+s.name))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// xs are the least and the greatest value on the x axis.
func (c chart) xs() Spread { return spread(c.values()) }

// values are those on the x axis.
func (c chart) values() []float64 {
	var all []float64
	seen := map[float64]bool{}
	for _, s := range c.series {
		for _, p := range s.points {
			if !seen[p.x] {
				seen[p.x] = true
				all = append(all, p.x)
			}
		}
	}
	return all
}

// top is where the y axis ends: a round number that nothing is above.
func (c chart) top() float64 {
	most := 0.0
	for _, s := range c.series {
		for _, p := range s.points {
			most = max(most, p.y.High)
		}
	}
	return roundUp(most)
}

// roundUp gives the least of 1, 2, 4, 6, 8 and 10 times a power of ten that is not below the value.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, factor := range []float64{1, 2, 4, 6, 8} {
		if v <= factor*power {
			return factor * power
		}
	}
	return 10 * power
}

// logScale places values by their logarithm. A single value is in the middle.
func logScale(low, high, from, to float64) func(float64) float64 {
	if low == high {
		return func(float64) float64 { return (from + to) / 2 }
	}
	return func(v float64) float64 {
		return from + math.Log(v/low)/math.Log(high/low)*(to-from)
	}
}
