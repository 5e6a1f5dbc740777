package plan

import (
	"fmt"
	"strings"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// Coverage says how much of a schema the scanner checks, and what it leaves to the interpreter: by the places of the plan, and of instances.
type Coverage struct {
	Places []Place    // in the order of the plan
	Gaps   []scan.Gap // why some of them are left

	Instances Share // of valid instances that were added
	Bytes     Share // of these
	Invalid   int   // instances that are not valid: that is for the interpreter to say

	program *schema.Program
	machine *scan.Machine
}

// Place is one schema, or several that apply together, with what they ask for. Places that ask for the same are one in a plan.
type Place struct {
	At    string   // the first of the schemas
	Left  []string // the JSON types whose values there are left to the interpreter
	Count int      // so many places of the plan are called so
}

// Share is a part of a whole.
type Share struct{ Of, Whole int64 }

// of says how much of what a share is: "2 of 3 places (66.7 %)".
func (s Share) of(what string) string {
	percent := 100 * float64(s.Of) / float64(max(s.Whole, 1))
	if s.Of < s.Whole {
		percent = min(percent, 99.9) // a whole is said of wholes only
	}
	return fmt.Sprintf("%d of %d %s (%.1f %%)", s.Of, s.Whole, what, percent)
}

func (s *Share) add(n int, of bool) {
	s.Whole += int64(n)
	if of {
		s.Of += int64(n)
	}
}

// NewCoverage returns the coverage of a program by its plan, without instances.
func NewCoverage(program *schema.Program, p *scan.Plan) *Coverage {
	c := &Coverage{Gaps: p.Gaps, program: program, machine: scan.New(p)}
	index := map[string]int{}        // of Places
	for i := range p.Locations[1:] { // the first takes any value, and is no schema's
		l := &p.Locations[i+1]
		types := left(p, l)
		key := fmt.Sprintf("%q", append(types, l.At))
		if k, ok := index[key]; ok {
			c.Places[k].Count++
			continue
		}
		index[key] = len(c.Places)
		c.Places = append(c.Places, Place{At: l.At, Left: types, Count: 1})
	}
	return c
}

// left lists the types of values that the scanner is never sure of at a location, objects also if it depends on their kind.
func left(p *scan.Plan, l *scan.Location) (types []string) {
	unsure := func(r scan.Rule) bool { return r == scan.Unsure }
	if unsure(l.String) {
		types = append(types, "strings")
	}
	if unsure(l.Number) {
		types = append(types, "numbers")
	}
	switch {
	case unsure(l.Object):
		types = append(types, "objects")
	case l.Object > 0:
		if s := p.Objects[l.Object].Switch; s != nil {
			for _, c := range s.Cases {
				if unsure(c.Object) {
					types = append(types, fmt.Sprintf("objects whose %s is %q", s.Property, c.Value))
				}
			}
			if unsure(s.Other) {
				types = append(types, fmt.Sprintf("objects with another %s", s.Property))
			}
		}
	}
	if unsure(l.Array) {
		types = append(types, "arrays")
	}
	return types
}

// Add adds an instance.
func (c *Coverage) Add(text []byte) {
	sure := c.machine.Valid(text)
	if !sure && !c.program.ValidText(text) {
		c.Invalid++
		return
	}
	c.Instances.add(1, sure)
	c.Bytes.add(len(text), sure)
}

// Covered is the share of places at which nothing is left to the interpreter.
func (c *Coverage) Covered() Share {
	var s Share
	for _, p := range c.Places {
		s.add(p.Count, len(p.Left) == 0)
	}
	return s
}

// String returns the shares, then the places, and why some are left, one on a line.
func (c *Coverage) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the scanner checks %s\n", c.Covered().of("places"))
	if c.Instances.Whole > 0 {
		fmt.Fprintf(&b, "it is sure of %s, and of %s\n", c.Instances.of("valid instances"), c.Bytes.of("bytes"))
	}
	if c.Invalid > 0 {
		fmt.Fprintf(&b, "%d more not valid: the scanner is not sure, and the interpreter says why\n", c.Invalid)
	}
	for _, p := range c.Places {
		word, what := "checked", ""
		if len(p.Left) > 0 {
			word, what = "left   ", ": "+strings.Join(p.Left, ", ")
		}
		if p.Count > 1 {
			what = fmt.Sprintf(" (%d)", p.Count) + what
		}
		fmt.Fprintf(&b, "  %s %s%s\n", word, p.At, what)
	}
	for _, g := range c.Gaps {
		fmt.Fprintf(&b, "  why     %s: ", g.At)
		if g.Keyword != "" {
			fmt.Fprintf(&b, "%s: ", g.Keyword)
		}
		fmt.Fprintln(&b, g.Reason)
	}
	return b.String()
}
