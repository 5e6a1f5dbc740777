// Package table is what a measurement found: rows of figures, with the goals that they are held against. It is written as JSON, and shown as Markdown.
package table

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/bench/measure"
)

// Table is one run of all measurements.
type Table struct {
	Machine string   `json:"machine"` // what kind
	Date    string   `json:"date"`    // of the run, as 2006-01-02
	Go      string   `json:"go"`
	Rounds  int      `json:"rounds"`
	Modules []Module `json:"modules,omitempty"` // that were measured beside assay
	Groups  []Group  `json:"groups"`
}

// Module is a module in a version.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// Group is rows under one heading.
type Group struct {
	Name string `json:"name"`
	Rows []Row  `json:"rows"`
}

// Row is one figure and what belongs to it.
type Row struct {
	Name    string   `json:"name"`
	Strings string   `json:"strings,omitempty"` // what becomes of strings: none, copied or reused
	Value   float64  `json:"value"`
	Unit    string   `json:"unit,omitempty"`
	Low     float64  `json:"low,omitempty"` // a tenth of the slices is below; with High 0 there is no spread
	High    float64  `json:"high,omitempty"`
	Speed   float64  `json:"mb_per_s,omitempty"`        // 10^6 bytes, the median
	Allocs  *float64 `json:"allocs_per_line,omitempty"` // nil if that says nothing
	Goals   *Goals   `json:"goals,omitempty"`
	Passes  []string `json:"passes,omitempty"`  // kinds of bad lines that it ought to refuse, and does not
	Skipped string   `json:"skipped,omitempty"` // why there is no figure
}

// Measured fills in what was found out about a contender.
func (r *Row) Measured(m *measure.Result) {
	r.Value, r.Low, r.High = m.Cal.Median(), m.Cal.Quantile(0.1), m.Cal.Quantile(0.9)
	r.Speed = m.Speed.Median()
	allocs := m.Allocs.Median()
	r.Allocs = &allocs
}

// Cal is the unit of figures that are ratios to the calibrator.
const Cal = "x cal"

// Goals are what a figure ought to be; Less says that smaller ones are better. Goal and Beyond are 0 where there is only a must.
type Goals struct {
	Must   float64 `json:"must"`
	Goal   float64 `json:"goal,omitempty"`
	Beyond float64 `json:"beyond,omitempty"`
	Less   bool    `json:"less,omitempty"`
}

// Reached returns the highest of "must", "goal" and "beyond" that a figure reaches, or "below must".
func (g Goals) Reached(value float64) string {
	reached := "below must"
	only := g.Must != 0 && g.Goal == 0 && g.Beyond == 0
	for i, level := range []float64{g.Must, g.Goal, g.Beyond} {
		if i > 0 && only || g.Less && value > level || !g.Less && value < level {
			break
		}
		reached = [...]string{"must", "goal", "beyond"}[i]
	}
	return reached
}

// Read reads a table that Write wrote.
func Read(file string) (*Table, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var t Table
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &t, nil
}

// JSON returns the table as JSON, one member a line.
func (t *Table) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(t, "", "  ")
	return append(text, '\n'), err
}

// Find returns the row of a name; nil if there is none.
func (t *Table) Find(name string) *Row {
	for i := range t.Groups {
		for j := range t.Groups[i].Rows {
			if r := &t.Groups[i].Rows[j]; r.Name == name {
				return r
			}
		}
	}
	return nil
}

var columns = []string{"", "strings", "result", "p10 – p90", "MB/s", "allocs/line", "must", "goal", "beyond", "reached"}

// columnMust is the first column of goals.
const columnMust = 6

// Markdown returns the table, its columns aligned so that the text can be read as well, and below it what it was measured with.
func (t *Table) Markdown() string {
	lines := [][]string{columns}
	for _, g := range t.Groups {
		heading := make([]string, len(columns))
		heading[0] = "**" + g.Name + "**"
		lines = append(lines, heading)
		for _, r := range g.Rows {
			lines = append(lines, r.cells())
		}
	}
	return aligned(filled(lines)) + "\n" + t.legend()
}

// Brief returns those rows that have one of the names, in that order, without goals, and below them when and where they were measured. Names that no row has are left out.
func (t *Table) Brief(names []string) string {
	lines := [][]string{columns[:columnMust]}
	for _, name := range names {
		if r := t.Find(name); r != nil {
			lines = append(lines, r.cells()[:columnMust])
		}
	}
	return aligned(lines) + "\n" + t.measured() + "\n"
}

// aligned returns lines of cells as a table whose columns are as wide as their widest cell. The first line is the heading.
func aligned(lines [][]string) string {
	width := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			width[i] = max(width[i], length(cell))
		}
	}
	var b strings.Builder
	for i, line := range lines {
		for j, cell := range line {
			space := strings.Repeat(" ", width[j]-length(cell))
			if figures(lines[0][j]) {
				cell, space = space+cell, ""
			}
			b.WriteString("| " + cell + space + " ")
		}
		b.WriteString("|\n")
		if i > 0 {
			continue
		}
		for j, w := range width {
			if figures(lines[0][j]) {
				b.WriteString("|" + strings.Repeat("-", w+1) + ":")
			} else {
				b.WriteString("|" + strings.Repeat("-", w+2))
			}
		}
		b.WriteString("|\n")
	}
	return b.String()
}

// figures reports whether a column has figures, which stand at its right.
func figures(column string) bool { return column != columns[0] && column != columns[1] }

// filled leaves out columns that have a heading and nothing else.
func filled(lines [][]string) [][]string {
	kept := make([][]string, len(lines))
	for column := range columns {
		if column > 0 && !slices.ContainsFunc(lines[1:], func(line []string) bool { return line[column] != "" }) {
			continue
		}
		for i, line := range lines {
			kept[i] = append(kept[i], line[column])
		}
	}
	return kept
}

// length is how many columns a terminal needs; all characters of tables are one wide.
func length(s string) int { return len([]rune(s)) }

func (r *Row) cells() []string {
	cells := make([]string, len(columns))
	cells[0], cells[1] = strings.ReplaceAll(r.Name, "|", `\|`), r.Strings
	if r.Skipped != "" {
		cells[2] = "not measured"
	} else {
		cells[2] = strings.TrimSpace(figure(r.Value) + " " + r.Unit)
		if r.High != 0 {
			cells[3] = figure(r.Low) + " – " + figure(r.High)
		}
		if r.Speed != 0 {
			cells[4] = figure(r.Speed)
		}
		if r.Allocs != nil {
			cells[5] = figure(math.Round(*r.Allocs*1000) / 1000)
		}
	}
	if g := r.Goals; g != nil {
		cells[6] = figure(g.Must)
		if g.Goal != 0 || g.Must == 0 {
			cells[7], cells[8] = figure(g.Goal), figure(g.Beyond)
		}
		if r.Skipped == "" {
			cells[9] = g.Reached(r.Value)
		}
	}
	return cells
}

// figure writes a number with up to three digits that count, and with three places, unless that would leave nothing of it.
func figure(f float64) string {
	places := 0
	switch {
	case f == 0:
	case f < 0.001:
		places = int(math.Ceil(-math.Log10(f)))
	case f < 1:
		places = 3
	case f < 10:
		places = 2
	case f < 99.95:
		places = 1
	case f < 100: // not quite all of it
		places = 2
	}
	text := strconv.FormatFloat(f, 'f', places, 64)
	if places == 3 {
		text = strings.TrimRight(text, "0")
	}
	return text
}

// measured says when and where.
func (t *Table) measured() string {
	return fmt.Sprintf("Measured on %s, %s, %s, %d rounds.", t.Date, t.Machine, t.Go, t.Rounds)
}

func (t *Table) legend() string {
	var b strings.Builder
	b.WriteString(t.measured())
	for i, m := range t.Modules {
		if i == 0 {
			b.WriteString(" Beside assay:")
		} else {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, " %s %s", strings.TrimPrefix(m.Path, "github.com/"), m.Version)
	}
	if len(t.Modules) > 0 {
		b.WriteString(".")
	}
	b.WriteString("\n")
	passes, skipped := "", ""
	for _, g := range t.Groups {
		for _, r := range g.Rows {
			if len(r.Passes) > 0 {
				passes += fmt.Sprintf("- %s: %s\n", r.Name, strings.Join(r.Passes, ", "))
			}
			if r.Skipped != "" {
				skipped += fmt.Sprintf("- %s: %s\n", r.Name, r.Skipped)
			}
		}
	}
	if passes != "" {
		b.WriteString("\nBad lines that pass, of the kinds that the row is there to refuse:\n\n" + passes)
	}
	if skipped != "" {
		b.WriteString("\nNot measured:\n\n" + skipped)
	}
	return b.String()
}

// Replace puts text between the lines <!-- name --> and <!-- /name --> of a Markdown file.
func Replace(file, name, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	opening, closing := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, opened := strings.Cut(string(old), opening)
	_, after, closed := strings.Cut(rest, closing)
	if !opened || !closed {
		return fmt.Errorf("%s: found no <!-- %s --> followed by <!-- /%s -->", filepath.Base(file), name, name)
	}
	return os.WriteFile(file, []byte(before+opening+text+closing+after), 0o666)
}
