package schema

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// CheckPattern reports why an ECMA-262 pattern cannot be honoured; offset is the byte in the pattern.
func CheckPattern(source string) (offset int, err error) {
	expression, broken := parseExpression(source, false)
	if broken == nil {
		_, broken = expression.translate()
	}
	if broken != nil {
		return broken.offset, errors.New(broken.message)
	}
	return 0, nil
}

// match reports whether the pattern matches s somewhere. s must be valid UTF-8.
func (p *Pattern) match(s []byte) bool {
	p.once.Do(p.compile)
	return p.matcher.match(s)
}

func (p *Pattern) compile() {
	m, err := compilePattern(p.Source)
	if err != nil {
		// Lowering refuses such patterns, so this is a mistake of ours.
		panic(fmt.Sprintf("schema: a program holds the pattern %q, which cannot be honoured: %v", p.Source, err))
	}
	p.matcher = m
}

func compilePattern(source string) (matcher, error) {
	expression, broken := parseExpression(source, false)
	if broken != nil {
		return nil, broken
	}
	choices, broken := expression.translate()
	if broken != nil {
		return nil, broken
	}
	var m anyOfAll
	for _, c := range choices {
		var all []condition
		for _, part := range c {
			pm, err := part.compile()
			if err != nil {
				return nil, err
			}
			all = append(all, condition{pm, part.negative})
		}
		m = append(m, all)
	}
	if len(m) == 1 && len(m[0]) == 1 && !m[0][0].negative {
		return m[0][0].matcher, nil
	}
	return m, nil
}

// matcher is a compiled pattern.
type matcher interface{ match(s []byte) bool }

// anyOfAll matches if all conditions of one of its members hold.
type anyOfAll [][]condition

type condition struct {
	matcher
	negative bool
}

func (m anyOfAll) match(s []byte) bool {
	for _, all := range m {
		if !slices.ContainsFunc(all, func(c condition) bool { return c.match(s) == c.negative }) {
			return true
		}
	}
	return false
}

// re2 matches by Go's regexp, in time linear in the text.
type re2 struct{ *regexp.Regexp }

func (m re2) match(s []byte) bool { return m.Match(s) }

// literal matches one text: anywhere, or from the beginning, or up to the end, or both.
type literal struct {
	text       []byte
	begin, end bool
}

func (m *literal) match(s []byte) bool {
	switch {
	case m.begin && m.end:
		return bytes.Equal(s, m.text)
	case m.begin:
		return bytes.HasPrefix(s, m.text)
	case m.end:
		return bytes.HasSuffix(s, m.text)
	}
	return bytes.Contains(s, m.text)
}

// translation is a part of a pattern that RE2 can match.
type translation struct {
	term     *term
	negative bool // the part must not match
}

// compile chooses the quickest matcher.
func (t translation) compile() (matcher, error) {
	if m := newLiteral(t.term); m != nil {
		return m, nil
	}
	if m := newRuns(t.term); m != nil {
		return m, nil
	}
	source := t.term.re2()
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, err
	}
	if m := newAutomaton(source, re2{re}); m != nil {
		return m, nil
	}
	return re2{re}, nil
}

// newLiteral returns a matcher for a term that is only characters, or nil.
func newLiteral(t *term) matcher {
	m := &literal{}
	parts := t.sequence()
	if len(parts) > 0 && parts[0].op == opBegin {
		m.begin, parts = true, parts[1:]
	}
	if last := len(parts) - 1; last >= 0 && parts[last].op == opEnd {
		m.end, parts = true, parts[:last]
	}
	for _, part := range parts {
		if part.op != opSet || len(part.set) != 2 || part.set[0] != part.set[1] || surrogate(part.set[0]) {
			return nil
		}
		m.text = append(m.text, string(part.set[0])...)
	}
	return m
}

func surrogate(r rune) bool { return 0xd800 <= r && r <= 0xdfff }

// runs matches runs of characters from the beginning: each a set, and how often it may repeat. It reads every byte once and never goes back,
// because no run that may vary in length can swallow what the next one needs.
type runs struct {
	list []run
	end  bool // the last run must reach the end
}

type run struct {
	bytes    [4]uint64 // the set; bytes from 0x80 on are in it all or none
	min, max int       // max < 0: no limit
}

func (r *run) has(c byte) bool { return r.bytes[c>>6]>>(c&63)&1 != 0 }

func (m *runs) match(s []byte) bool {
	i := 0
	for k := range m.list {
		r := &m.list[k]
		end := len(s)
		if r.max >= 0 && end-i > r.max {
			end = i + r.max
		}
		start := i
		for i < end && r.has(s[i]) {
			i++
		}
		if i-start < r.min {
			return false
		}
	}
	return !m.end || i == len(s)
}

// newRuns returns a matcher for an anchored sequence of repeated sets, or nil.
func newRuns(t *term) matcher {
	parts := t.sequence()
	if len(parts) < 2 || parts[0].op != opBegin {
		return nil
	}
	m := &runs{}
	parts = parts[1:]
	if last := len(parts) - 1; parts[last].op == opEnd {
		m.end, parts = true, parts[:last]
	}
	for _, part := range parts {
		r := run{min: 1, max: 1}
		if part.op == opRepeat {
			r.min, r.max, part = part.min, part.max, part.subs[0]
		}
		if part.op != opSet {
			return nil
		}
		for i := 0; i < len(part.set); i += 2 {
			lo, hi := part.set[i], part.set[i+1]
			for c := lo; c <= min(hi, 0x7f); c++ {
				r.bytes[c>>6] |= 1 << (c & 63)
			}
			if hi < 0x80 {
				continue
			}
			// Bytes are counted, not characters: beyond ASCII it must be all characters, in any number.
			if lo > 0x80 || hi < 0x10ffff || r.min > 1 || r.max >= 0 {
				return nil
			}
			r.bytes[2], r.bytes[3] = ^uint64(0), ^uint64(0)
		}
		m.list = append(m.list, r)
	}
	for i, r := range m.list {
		if r.min == r.max {
			continue
		}
		for _, next := range m.list[i+1:] {
			if r.bytes[0]&next.bytes[0]|r.bytes[1]&next.bytes[1]|r.bytes[2]&next.bytes[2] != 0 {
				return nil
			}
			if next.min > 0 {
				break
			}
		}
	}
	return m
}

// translate splits the pattern into choices, each a list of parts that must all match, or not match. RE2 has no lookaround, but leading lookaheads
// at the beginning of the text are parts of their own, and some others are the same as a set or a group.
func (t *term) translate() ([][]translation, *patternError) {
	if t.steps() > maxSteps {
		return nil, &patternError{t.offset, fmt.Sprintf("more than %d steps, repetitions written out", maxSteps), true}
	}
	alternatives := []*term{t}
	if t.op == opAlternate {
		alternatives = t.subs
	}
	var choices [][]translation
	var plain []*term // alternatives that need no parts
	for _, alternative := range alternatives {
		all := alternative.conjunction()
		if len(all) == 1 {
			plain = append(plain, all[0].term)
			continue
		}
		choices = append(choices, all)
	}
	switch len(plain) {
	case 0:
	case 1:
		choices = append(choices, []translation{{term: plain[0]}})
	default:
		choices = append(choices, []translation{{term: &term{op: opAlternate, subs: plain}}})
	}
	for _, all := range choices {
		for _, part := range all {
			if broken := part.term.unsupported(); broken != nil {
				return nil, broken
			}
			if _, err := syntax.Parse(part.term.re2(), syntax.Perl); err != nil {
				var e *syntax.Error
				errors.As(err, &e)
				return nil, &patternError{part.term.offset, "too large for RE2: " + string(e.Code), true}
			}
		}
	}
	return choices, nil
}

// maxSteps is how many characters and assertions a pattern may have when its repetitions are written out, as RE2 does.
const maxSteps = 100_000

// steps counts up to a little more than maxSteps.
func (t *term) steps() int {
	n := 1
	for _, sub := range t.subs {
		if n += sub.steps(); n > maxSteps {
			return n
		}
	}
	if t.op == opRepeat {
		n *= min(max(t.min, t.max, 1), maxSteps)
	}
	return min(n, maxSteps+1)
}

// conjunction splits one alternative into the parts that must match at once. The last is what is left of it.
func (t *term) conjunction() []translation {
	parts := slices.Clone(t.sequence())
	begin := 0
	anchored := false
	for begin < len(parts) && (parts[begin].op == opBegin || parts[begin].op == opLook && !parts[begin].behind) {
		anchored = anchored || parts[begin].op == opBegin
		begin++
	}
	var all []translation
	if anchored {
		// What is zero-width and stands at one place may be tried in any order.
		for _, part := range parts[:begin] {
			if part.op == opLook {
				here := &term{op: opConcat, offset: part.offset, subs: append([]*term{{op: opBegin}}, part.subs[0].sequence()...)}
				all = append(all, translation{here, part.negative})
			}
		}
		parts = append([]*term{{op: opBegin}}, parts[begin:]...)
	}
	// A positive lookbehind before everything, or a lookahead behind everything, is only text that must be there.
	if len(parts) > 0 && parts[0].op == opLook && parts[0].behind && !parts[0].negative {
		parts[0] = parts[0].subs[0]
	}
	if last := len(parts) - 1; last >= 0 && parts[last].op == opLook && !parts[last].behind && !parts[last].negative {
		parts[last] = parts[last].subs[0]
	}
	return append(all, translation{term: concat(t.offset, parts)})
}

// unsupported finds what RE2 cannot do.
func (t *term) unsupported() *patternError {
	switch {
	case t.op == opLook && t.behind:
		return &patternError{t.offset, "lookbehind cannot be honoured", true}
	case t.op == opLook:
		return &patternError{t.offset, "lookahead cannot be honoured here, only behind a leading ^", true}
	case t.op == opBackreference:
		return &patternError{t.offset, "backreferences cannot be honoured", true}
	case t.op == opModifiers:
		return &patternError{t.offset, "modifiers cannot be honoured", true}
	case t.op == opProperty:
		return &patternError{t.offset, "this Unicode property is not known here", true}
	case t.op == opRepeat && max(t.min, t.max) > maxRepeat:
		return &patternError{t.offset, fmt.Sprintf("repetition beyond %d cannot be honoured", maxRepeat), true}
	}
	for _, sub := range t.subs {
		if broken := sub.unsupported(); broken != nil {
			return broken
		}
	}
	return nil
}

// maxRepeat is the largest repetition that RE2 takes.
const maxRepeat = 1000

// re2 writes a term in the syntax of package regexp.
func (t *term) re2() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

func (t *term) write(b *strings.Builder) {
	switch t.op {
	case opSet:
		writeSet(b, t.set)
	case opBegin:
		b.WriteString(`\A`)
	case opEnd:
		b.WriteString(`\z`)
	case opBoundary:
		b.WriteString(`\b`)
	case opInside:
		b.WriteString(`\B`)
	case opConcat:
		for _, sub := range t.subs {
			sub.writeGrouped(b, sub.op == opAlternate)
		}
	case opAlternate:
		for i, sub := range t.subs {
			if i > 0 {
				b.WriteByte('|')
			}
			sub.write(b)
		}
	case opRepeat:
		t.subs[0].writeGrouped(b, t.subs[0].op != opSet)
		switch {
		case t.min == 0 && t.max < 0:
			b.WriteByte('*')
		case t.min == 1 && t.max < 0:
			b.WriteByte('+')
		case t.min == 0 && t.max == 1:
			b.WriteByte('?')
		case t.max < 0:
			fmt.Fprintf(b, "{%d,}", t.min)
		default:
			fmt.Fprintf(b, "{%d,%d}", t.min, t.max)
		}
	}
}

func (t *term) writeGrouped(b *strings.Builder, group bool) {
	if group {
		b.WriteString("(?:")
	}
	t.write(b)
	if group {
		b.WriteByte(')')
	}
}

func writeSet(b *strings.Builder, set []rune) {
	if len(set) == 0 {
		b.WriteString(`[^\x{0}-\x{10ffff}]`)
		return
	}
	if len(set) == 2 && set[0] == set[1] {
		fmt.Fprintf(b, `\x{%x}`, set[0])
		return
	}
	b.WriteByte('[')
	for i := 0; i < len(set); i += 2 {
		fmt.Fprintf(b, `\x{%x}-\x{%x}`, set[i], set[i+1])
	}
	b.WriteByte(']')
}
