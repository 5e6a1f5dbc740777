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

// CheckPattern reports why an ECMA-262 pattern cannot be honoured under the default limits; offset is the byte in the pattern.
func CheckPattern(source string) (offset int, err error) {
	_, offset, err = PatternLimits{}.Check(source)
	return offset, err
}

// Check returns what it takes to match an ECMA-262 pattern, in steps and ranges, or why it cannot be honoured; offset is the byte in the pattern. The error is a
// *PatternLimitError if the pattern exceeds a limit. Programs hold only patterns that were checked: matching knows no limits.
func (l PatternLimits) Check(source string) (cost, offset int, err error) {
	l = l.withDefaults()
	expression, ranges, broken := parseBounded(source, false, l.Ranges)
	if broken == nil {
		if cost = expression.steps(l.Steps); cost > l.Steps {
			broken = &patternError{expression.offset, fmt.Sprintf("more than %d steps, repetitions written out", l.Steps), true, "pattern-steps"}
		}
	}
	if broken == nil {
		_, broken = expression.translate()
	}
	switch {
	case broken == nil:
		return cost + ranges, 0, nil
	case broken.limit != "":
		return 0, broken.offset, &PatternLimitError{broken.limit, broken.message}
	}
	return 0, broken.offset, errors.New(broken.message)
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

// automatonOf returns the automaton of a pattern, or nil if the pattern has none.
func automatonOf(source string) *automaton {
	expression, broken := parseExpression(source, false)
	if broken != nil {
		return nil
	}
	choices, broken := expression.translate()
	if broken != nil || len(choices) != 1 || len(choices[0]) != 1 || choices[0][0].negative {
		return nil
	}
	m, _ := newAutomaton(choices[0][0].term.re2(), nil).(*automaton)
	return m
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

// translate splits the pattern into choices, each a list of parts that must all match, or not match. RE2 has no lookaround, but leading lookaheads
// at the beginning of the text are parts of their own, and some others are the same as a set or a group.
func (t *term) translate() ([][]translation, *patternError) {
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
				return nil, &patternError{part.term.offset, "too large for RE2: " + string(e.Code), true, ""}
			}
		}
	}
	return choices, nil
}

// steps counts characters and assertions, repetitions written out as RE2 does, up to a little more than most.
func (t *term) steps(most int) int {
	n := 1
	for _, sub := range t.subs {
		if n += sub.steps(most); n > most {
			return n
		}
	}
	if t.op == opRepeat {
		n = int(min(int64(n)*int64(min(max(t.min, t.max, 1), most)), int64(most)+1))
	}
	return n
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
		return &patternError{t.offset, "lookbehind cannot be honoured", true, ""}
	case t.op == opLook:
		return &patternError{t.offset, "lookahead cannot be honoured here, only behind a leading ^", true, ""}
	case t.op == opBackreference:
		return &patternError{t.offset, "backreferences cannot be honoured", true, ""}
	case t.op == opModifiers:
		return &patternError{t.offset, "modifiers cannot be honoured", true, ""}
	case t.op == opProperty:
		return &patternError{t.offset, "this Unicode property is not known here", true, ""}
	case t.op == opRepeat && max(t.min, t.max) > maxRepeat:
		return &patternError{t.offset, fmt.Sprintf("repetition beyond %d cannot be honoured", maxRepeat), true, ""}
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
