package plan

import (
	"fmt"
	"strings"

	"github.com/assay-go/assay/runtime/scan"
)

// Coverage says how much of a schema the scanner checks: of its places, and of instances.
type Coverage struct {
	Places, PlacesCovered int   // locations of the plan, and those without a gap
	Texts, TextsSure      int   // instances, and those that the scanner is sure of
	Bytes, BytesSure      int64 // of these
	Gaps                  []scan.Gap

	machine *scan.Machine
}

// NewCoverage returns the coverage of a plan, without instances.
func NewCoverage(p *scan.Plan) *Coverage {
	c := &Coverage{Places: len(p.Locations), Gaps: p.Gaps, machine: scan.New(p)}
	for i := range p.Locations {
		l := &p.Locations[i]
		if l.String != scan.Unsure && l.Number != scan.Unsure && l.Object != scan.Unsure && l.Array != scan.Unsure {
			c.PlacesCovered++
		}
	}
	return c
}

// Add adds an instance, and reports whether the scanner is sure of it. Instances that are not valid count against the coverage: the scanner never is.
func (c *Coverage) Add(text []byte) (sure bool) {
	sure = c.machine.Valid(text)
	c.Texts, c.Bytes = c.Texts+1, c.Bytes+int64(len(text))
	if sure {
		c.TextsSure, c.BytesSure = c.TextsSure+1, c.BytesSure+int64(len(text))
	}
	return sure
}

// String returns the shares, then the gaps, one on a line.
func (c *Coverage) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "covers %d of %d places", c.PlacesCovered, c.Places)
	if c.Texts > 0 {
		fmt.Fprintf(&b, ", is sure of %d of %d instances and of %d of %d bytes (%.1f %%)", c.TextsSure, c.Texts, c.BytesSure, c.Bytes, 100*float64(c.BytesSure)/float64(max(c.Bytes, 1)))
	}
	b.WriteByte('\n')
	for _, g := range c.Gaps {
		fmt.Fprintf(&b, "%s: ", g.At)
		if g.Keyword != "" {
			fmt.Fprintf(&b, "%s is left to the interpreter: ", g.Keyword)
		}
		fmt.Fprintln(&b, g.Reason)
	}
	return b.String()
}
