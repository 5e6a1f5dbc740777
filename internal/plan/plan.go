// Package plan turns a schema.Program into a scan.Plan: what the scanner checks, in which order, and what it leaves to the interpreter.
//
// A location of the plan stands for a place in an instance and the schemas that apply there. For each JSON type all in-place applicators are fused: what every
// branch asks of a value goes into one rule, and terms say how the branches make a verdict. Branches that a value's type, or the
// property that tells records apart, decides are gone before the plan is made.
package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// Limits of what is worth a plan. What is beyond is left to the interpreter.
const (
	maxLocations = 30_000
	maxBits      = 62      // branches of one location, and roots
	maxVisits    = 2_000   // schemas applied at one location, one for each way that leads to it
	maxKeys      = 400_000 // in all objects together
	maxPatterns  = 4
)

// New returns the plan of a program.
func New(p *schema.Program) *scan.Plan {
	b := &builder{
		program: p,
		plan: &scan.Plan{
			Locations: []scan.Location{{Null: 1, False: 1, True: 1, String: scan.Any, Number: scan.Any, Object: scan.Any, Array: scan.Any}},
			Strings:   make([]scan.String, 1), Numbers: make([]scan.Number, 1), Objects: make([]scan.Object, 1), Arrays: make([]scan.Array, 1),
		},
		locations: map[string]scan.Loc{},
		same:      map[scan.Location]scan.Loc{},
		strings:   map[string]scan.Rule{},
		numbers:   map[string]scan.Rule{},
		arrays:    map[string]scan.Rule{},
		patterns:  map[int]*pattern{},
		enums:     map[*schema.Enum]map[string]bool{},
		gaps:      map[scan.Gap]bool{},
		held:      map[question]bool{},
		implies:   map[schema.String]bool{},
	}
	b.plan.Root = b.location([][]schema.Ref{{p.Root}})
	return b.plan
}

// builder makes one plan.
type builder struct {
	program   *schema.Program
	plan      *scan.Plan
	locations map[string]scan.Loc        // by their roots
	same      map[scan.Location]scan.Loc // by what they ask
	strings   map[string]scan.Rule
	numbers   map[string]scan.Rule
	arrays    map[string]scan.Rule
	patterns  map[int]*pattern
	enums     map[*schema.Enum]map[string]bool
	gaps      map[scan.Gap]bool
	held      map[question]bool
	implies   map[schema.String]bool // formats and patterns: see implied
	keys      int
}

// never is a schema that no value satisfies, beside those of the program.
const never schema.Ref = -1

func (b *builder) node(r schema.Ref) *schema.Node {
	if r == never {
		return &schema.Node{Never: true}
	}
	return &b.program.Nodes[r]
}

// place names a schema for people.
func (b *builder) place(r schema.Ref) string {
	n := b.node(r)
	if r <= 0 || n.Source >= len(b.program.Sources) {
		return "#" + n.At
	}
	return b.program.Sources[n.Source] + "#" + n.At
}

// meant follows schemas that only refer to another.
func (b *builder) meant(r schema.Ref) schema.Ref {
	for range b.program.Nodes {
		n := b.node(r)
		if r <= 0 || n.Never || n.Type != 0 || n.Const != "" || n.Enum != nil || n.Number != nil || n.String != nil || n.Object != nil || n.Array != nil ||
			n.Logic == nil {
			break
		}
		l := n.Logic
		if len(l.AllOf) > 0 || len(l.AnyOf) > 0 || len(l.OneOf) > 0 || l.Not != nil || l.If != 0 || len(l.Refs) != 1 {
			break
		}
		r = l.Refs[0].Schema
	}
	return r
}

// gap notes what is left to the interpreter.
func (b *builder) gap(r schema.Ref, keyword, reason string) {
	g := scan.Gap{At: b.place(r), Keyword: keyword, Reason: reason}
	if !b.gaps[g] {
		b.gaps[g] = true
		b.plan.Gaps = append(b.plan.Gaps, g)
	}
}

// location returns the location whose roots are sets of schemas. All schemas of a set must hold for the root to hold.
func (b *builder) location(roots [][]schema.Ref) scan.Loc {
	var key strings.Builder
	anything := true
	for i, refs := range roots {
		refs = slices.DeleteFunc(slices.Clone(refs), b.accepts)
		slices.Sort(refs)
		roots[i] = slices.Compact(refs)
		anything = anything && len(refs) == 0
		fmt.Fprintln(&key, roots[i])
	}
	if anything {
		if len(roots) == 1 {
			return 0
		}
	}
	if at, ok := b.locations[key.String()]; ok {
		return at
	}
	at := scan.Loc(len(b.plan.Locations))
	b.locations[key.String()] = at
	l := scan.Location{String: scan.Unsure, Number: scan.Unsure, Object: scan.Unsure, Array: scan.Unsure}
	if len(roots) != 1 {
		l.Roots = len(roots)
	}
	for _, refs := range roots {
		if len(refs) > 0 {
			l.At = b.place(refs[0])
			break
		}
	}
	b.plan.Locations = append(b.plan.Locations, l)
	for i, refs := range roots {
		for _, scalar := range []struct {
			text string
			bits *uint64
		}{{"null", &l.Null}, {"false", &l.False}, {"true", &l.True}} {
			if b.allHold(refs, literal(scalar.text)) {
				*scalar.bits |= 1 << i
			}
		}
	}
	l.String = b.stringRule(roots)
	l.Number = b.numberRule(roots)
	if int(at) < maxLocations {
		l.Array = b.arrayRule(roots)
		l.Object = b.objectRule(roots)
	} else {
		b.gap(b.first(roots), "", "too many places in instances")
	}
	b.plan.Locations[at] = l
	// Schemas that say the same share a location, so far as nothing else has come to stand behind it.
	l.At = ""
	if same, ok := b.same[l]; ok && int(at) == len(b.plan.Locations)-1 {
		b.plan.Locations = b.plan.Locations[:at]
		b.locations[key.String()] = same
		return same
	}
	b.same[l] = at
	return at
}

// first returns a schema of some roots, to name.
func (b *builder) first(roots [][]schema.Ref) schema.Ref {
	for _, refs := range roots {
		if len(refs) > 0 {
			return refs[0]
		}
	}
	return 0
}

// accepts reports whether a schema says nothing.
func (b *builder) accepts(r schema.Ref) bool {
	if r <= 0 {
		return r == 0
	}
	n := &b.program.Nodes[r]
	return !n.Never && n.Type == 0 && n.Const == "" && n.Enum == nil && n.Number == nil && n.String == nil && n.Object == nil && n.Array == nil && n.Logic == nil
}
