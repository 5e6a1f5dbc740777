package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/assay-go/assay/bench/table"
)

// Measures of the picture, in pixels.
const (
	width    = 960
	margin   = 16
	names    = 380 // where the bars begin
	figures  = 60  // room behind the longest bar
	rowSpace = 20
	bar      = 13
)

// The axis reaches from 10^low to 10^high.
const low, high = -3, 2.5

// style has the colours, also for pages with a dark background.
const style = `
  text { font: 12px sans-serif; fill: #1f2328 }
  .heading { font-weight: bold }
  .small { font-size: 11px; fill: #59636e }
  .grid { stroke: #d1d9e0 }
  .one { stroke: #59636e; stroke-dasharray: 3 3 }
  .ours { fill: #1a7f37 }
  .theirs { fill: #8c959f }
  .limit { fill: #d1d9e0 }
  .spread { stroke: #1f2328 }
  .goal { stroke: #bf3989; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .small { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .one { stroke: #9198a1 }
    .ours { fill: #3fb950 }
    .theirs { fill: #656c76 }
    .limit { fill: #3d444d }
    .spread { stroke: #f0f6fc }
  }
`

// draw returns the picture of a table. Only figures in x cal are drawn, and not those of groups that are about something else than reading events.
func draw(t *table.Table) ([]byte, error) {
	var b bytes.Buffer
	y := 2*margin + 26
	var body bytes.Buffer
	bars := 0
	for _, g := range t.Groups {
		class, drawn := classes[g.Name]
		if !drawn {
			continue
		}
		fmt.Fprintf(&body, `<text class="heading" x="%d" y="%d">%s</text>`+"\n", margin, y+bar-2, escape(g.Name))
		y += rowSpace
		for _, r := range g.Rows {
			if r.Unit != table.Cal || r.Skipped != "" || r.Value <= 0 {
				continue
			}
			drawRow(&body, r, class, y)
			y += rowSpace
			bars++
		}
		y += rowSpace / 2
	}
	if bars == 0 {
		return nil, errors.New("no figure can be drawn")
	}
	bottom := y
	height := bottom + 2*margin + 16
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`+"\n", width, height)
	fmt.Fprintf(&b, "<title>How many times faster than encoding/json.Valid events are read</title>\n<style>%s</style>\n", style)
	fmt.Fprintf(&b, `<text class="heading" x="%d" y="%d">Events read on one core: times encoding/json.Valid, measured beside it (logarithmic)</text>`+"\n", margin, margin+12)
	for e := low; float64(e) <= high; e++ {
		x := at(math.Pow(10, float64(e)))
		class := "grid"
		if e == 0 {
			class = "one"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="%s" x2="%[2]s" y1="%d" y2="%d"/>`+"\n", class, x, 2*margin+20, bottom)
		fmt.Fprintf(&b, `<text class="small" x="%s" y="%d" text-anchor="middle">%s</text>`+"\n", x, 2*margin+14, strconv.FormatFloat(math.Pow(10, float64(e)), 'g', -1, 64))
	}
	b.Write(body.Bytes())
	fmt.Fprintf(&b, `<text class="small" x="%d" y="%d">%s, %s, %s. Median; the thin line is from the 10th to the 90th percentile, the tick a goal.</text>`+"\n",
		margin, bottom+margin+8, escape(t.Date), escape(t.Machine), escape(t.Go))
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}

// classes are the groups that are drawn, by how their bars look.
var classes = map[string]string{
	"assay, against its goals": "ours",
	"limits":                   "limit",
	"JSON: is it well-formed, or a tree of it": "theirs",
	"JSON: into a struct":                      "theirs",
	"schema validators":                        "theirs",
}

func drawRow(b *bytes.Buffer, r table.Row, class string, y int) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", names-8, y+bar-2, escape(r.Name))
	fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%s" height="%d"/>`+"\n", class, names, y, pixels(position(r.Value)-names), bar)
	end := r.Value
	if r.High > 0 {
		fmt.Fprintf(b, `<line class="spread" x1="%s" x2="%s" y1="%d" y2="%[3]d"/>`+"\n", at(r.Low), at(r.High), y+bar/2)
		end = max(end, r.High)
	}
	if r.Goals != nil && r.Goals.Goal > 0 {
		fmt.Fprintf(b, `<line class="goal" x1="%s" x2="%[1]s" y1="%d" y2="%d"/>`+"\n", at(r.Goals.Goal), y-2, y+bar+2)
		end = max(end, r.Goals.Goal)
	}
	fmt.Fprintf(b, `<text class="small" x="%s" y="%d">%s</text>`+"\n", pixels(position(end)+5), y+bar-2, strconv.FormatFloat(r.Value, 'g', 3, 64))
}

// position is where a figure is on the axis; what is beyond its ends is at them.
func position(value float64) float64 {
	e := min(max(math.Log10(max(value, 1e-9)), low), high)
	return names + (e-low)/(high-low)*(width-margin-figures-names)
}

func at(value float64) string { return pixels(position(value)) }

// pixels writes a tenth of a pixel at most, so that the picture is the same on every machine.
func pixels(f float64) string { return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0") }

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a Builder takes everything
	return b.String()
}
