package plan

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// pattern is a pattern of the program, as a check and as something to match names with when the plan is made.
type pattern struct {
	*schema.Pattern
	check scan.Check
}

func (p *pattern) match(s string) bool { return p.Match([]byte(s)) }

// pattern returns a pattern by its number in a schema: 1 + its index.
func (b *builder) pattern(i int) *pattern {
	p := b.patterns[i]
	if p == nil {
		source := b.program.Patterns[i-1].Source
		p = &pattern{&schema.Pattern{Source: source}, scan.Check{What: scan.Pattern, Text: source}}
		if runs := runsOf(p.Pattern); runs != nil {
			p.check = scan.Check{What: scan.Sequence, Runs: runs}
		}
		b.patterns[i] = p
	}
	return p
}

// runsOf returns the runs of a pattern that is a sequence of repeated sets of ASCII characters between ^ and $, nil for any other.
func runsOf(p *schema.Pattern) []scan.Run {
	source, ok := p.RE2()
	if !ok {
		return nil
	}
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat || re.Sub[0].Op != syntax.OpBeginText || re.Sub[len(re.Sub)-1].Op != syntax.OpEndText {
		return nil
	}
	var runs []scan.Run
	for _, part := range re.Sub[1 : len(re.Sub)-1] {
		low, high := 1, 1
		switch part.Op {
		case syntax.OpStar:
			low, high, part = 0, -1, part.Sub[0]
		case syntax.OpPlus:
			low, high, part = 1, -1, part.Sub[0]
		case syntax.OpQuest:
			low, high, part = 0, 1, part.Sub[0]
		case syntax.OpRepeat:
			low, high, part = part.Min, part.Max, part.Sub[0]
		}
		sets := setsOf(part)
		if sets == nil || len(sets) > 1 && (low != 1 || high != 1) {
			return nil
		}
		for _, set := range sets {
			runs = append(runs, scan.Run{Set: set, Min: low, Max: high})
		}
	}
	for i, r := range runs {
		if r.Min == r.Max {
			continue
		}
		for _, next := range runs[i+1:] {
			if overlap(r.Set, next.Set) {
				return nil
			}
			if next.Min > 0 {
				break
			}
		}
	}
	return runs
}

// setsOf returns the sets of the characters that a term matches one after the other: pairs of first and last. It returns nil if they are not ASCII.
func setsOf(re *syntax.Regexp) (sets []string) {
	switch {
	case re.Flags&syntax.FoldCase != 0:
		return nil
	case re.Op == syntax.OpLiteral:
		for _, r := range re.Rune {
			sets = append(sets, string([]rune{r, r}))
		}
	case re.Op == syntax.OpCharClass:
		sets = []string{string(re.Rune)}
	}
	for _, set := range sets {
		if set == "" || strings.ContainsFunc(set, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return nil
		}
	}
	return sets
}

func overlap(a, b string) bool {
	for i := 0; i < len(a); i += 2 {
		for k := 0; k < len(b); k += 2 {
			if a[i] <= b[k+1] && b[k] <= a[i+1] {
				return true
			}
		}
	}
	return false
}

// timeShape is scan.String.Time as a regular expression, days of the month apart.
const timeShape = `\A[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])\z`

// matchesTimes reports whether a pattern matches every text of timeShape. It runs both side by side over all texts, as sets of states.
func matchesTimes(source string) bool {
	re2, ok := (&schema.Pattern{Source: source}).RE2()
	if !ok {
		return false
	}
	shape, pattern := newMachine(timeShape), newMachine(re2)
	if shape == nil || pattern == nil {
		return false
	}
	type pair struct{ shape, pattern string }
	const most = 20_000 // pairs of sets; no sensible pattern has so many
	start := pair{shape.start(), pattern.start()}
	seen := map[pair]bool{start: true}
	for queue := []pair{start}; len(queue) > 0; {
		at := queue[0]
		queue = queue[1:]
		if shape.accepts(at.shape) && !pattern.accepts(at.pattern) || len(seen) > most {
			return false
		}
		for _, c := range "0123456789-+:.TZ" {
			next := pair{shape: shape.step(at.shape, c, false)}
			if next.shape == "" {
				continue
			}
			if next.pattern = pattern.step(at.pattern, c, true); !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return true
}

// machine runs a regular expression over sets of states. A set is a string of the numbers of instructions, two bytes each, in order.
type machine struct{ *syntax.Prog }

// matched stands for a set in which the pattern has matched already, whatever follows.
const matched = "matched"

func newMachine(source string) *machine {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil || len(prog.Inst) > 2000 {
		return nil
	}
	for i := range prog.Inst {
		if in := &prog.Inst[i]; in.Op == syntax.InstEmptyWidth && syntax.EmptyOp(in.Arg)&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
			return nil
		}
	}
	return &machine{prog}
}

func (m *machine) start() string { return m.closure([]uint32{uint32(m.Start)}, true, false) }

// step returns the set behind a character; with anywhere a match may also begin there.
func (m *machine) step(set string, c rune, anywhere bool) string {
	if set == matched {
		return matched
	}
	var from []uint32
	for i := 0; i < len(set); i += 2 {
		if in := &m.Inst[uint32(set[i])<<8|uint32(set[i+1])]; in.Op != syntax.InstMatch && in.Op != syntax.InstEmptyWidth && in.MatchRune(c) {
			from = append(from, in.Out)
		}
	}
	if anywhere {
		from = append(from, uint32(m.Start))
	}
	return m.closure(from, false, false)
}

// accepts reports whether the text may end here.
func (m *machine) accepts(set string) bool {
	if set == matched {
		return true
	}
	var from []uint32
	for i := 0; i < len(set); i += 2 {
		from = append(from, uint32(set[i])<<8|uint32(set[i+1]))
	}
	return m.closure(from, false, true) == matched
}

// closure returns the set of what can be reached without reading: instructions that read or wait for the end, or matched.
func (m *machine) closure(from []uint32, begin, end bool) string {
	seen := make([]bool, len(m.Inst))
	var leaves []uint32
	for len(from) > 0 {
		pc := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch in := &m.Inst[pc]; in.Op {
		case syntax.InstMatch:
			return matched
		case syntax.InstAlt, syntax.InstAltMatch:
			from = append(from, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			from = append(from, in.Out)
		case syntax.InstEmptyWidth:
			switch need := syntax.EmptyOp(in.Arg); {
			case need&syntax.EmptyBeginText != 0 && !begin:
			case need&syntax.EmptyEndText != 0 && !end:
				leaves = append(leaves, pc)
			default:
				from = append(from, in.Out)
			}
		case syntax.InstFail:
		default:
			leaves = append(leaves, pc)
		}
	}
	slices.Sort(leaves)
	set := make([]byte, 0, 2*len(leaves))
	for _, pc := range leaves {
		set = append(set, byte(pc>>8), byte(pc))
	}
	return string(set)
}
