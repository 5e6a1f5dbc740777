package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// scalar is a value that is known when the plan is made: a string, or null, true or false.
type scalar struct {
	text   string
	string bool
}

func text(s string) scalar    { return scalar{s, true} }
func literal(s string) scalar { return scalar{s, false} }

func (v scalar) kind() schema.Types {
	switch {
	case v.string:
		return schema.StringType
	case v.text == "null":
		return schema.NullType
	}
	return schema.BooleanType
}

// equals reports whether the value is a JSON text.
func (v scalar) equals(l schema.Literal) bool {
	s, isString := stringOf(l)
	return isString == v.string && (isString && s == v.text || !isString && strings.TrimSpace(string(l)) == v.text)
}

// stringOf decodes a literal that is a string.
func stringOf(l schema.Literal) (string, bool) {
	if !strings.HasPrefix(strings.TrimSpace(string(l)), `"`) {
		return "", false
	}
	var s string
	if err := json.Unmarshal([]byte(l), &s); err != nil {
		panic(fmt.Sprintf("plan: a program has a literal that is not JSON: %v", err))
	}
	return s, true
}

func (b *builder) allHold(refs []schema.Ref, v scalar) bool {
	return !slices.ContainsFunc(refs, func(r schema.Ref) bool { return !b.holds(r, v) })
}

// holds reports whether a schema holds for a value: what the interpreter would say.
func (b *builder) holds(r schema.Ref, v scalar) bool {
	if r == 0 {
		return true
	}
	n := b.node(r)
	switch {
	case n.Never, n.Type != 0 && n.Type&v.kind() == 0, n.Const != "" && !v.equals(n.Const):
		return false
	case n.Enum != nil && !(v.string && b.lists(n.Enum, v.text)) && !slices.ContainsFunc(n.Enum.Others, v.equals):
		return false
	case n.String != nil && v.string && !b.stringHolds(n.String, v.text):
		return false
	case n.Logic == nil:
		return true
	}
	// One schema can be reached in exponentially many ways: it is asked once.
	question := question{r, v}
	held, asked := b.held[question]
	if !asked {
		held = b.logicHolds(n.Logic, v)
		b.held[question] = held
	}
	return held
}

// question is whether a schema holds for a value.
type question struct {
	schema.Ref
	scalar
}

func (b *builder) logicHolds(l *schema.Logic, v scalar) bool {
	count := func(refs []schema.Ref) (held int) {
		for _, r := range refs {
			if b.holds(r, v) {
				held++
			}
		}
		return held
	}
	for _, ref := range l.Refs {
		if !b.holds(ref.Schema, v) {
			return false
		}
	}
	if count(l.AllOf) < len(l.AllOf) || len(l.AnyOf) > 0 && count(l.AnyOf) == 0 || len(l.OneOf) > 0 && count(l.OneOf) != 1 || l.Not != nil && b.holds(*l.Not, v) {
		return false
	}
	if l.If == 0 {
		return true
	}
	if b.holds(l.If, v) {
		return b.holds(l.Then, v)
	}
	return b.holds(l.Else, v)
}

// lists reports whether an enum lists a string.
func (b *builder) lists(e *schema.Enum, s string) bool {
	if len(e.Strings) < 16 {
		return slices.Contains(e.Strings, s)
	}
	set := b.enums[e]
	if set == nil {
		set = make(map[string]bool, len(e.Strings))
		for _, s := range e.Strings {
			set[s] = true
		}
		b.enums[e] = set
	}
	return set[s]
}

func (b *builder) stringHolds(s *schema.String, v string) bool {
	length := uint64(utf8.RuneCountInString(v))
	if length < s.MinLength || s.MaxLength.Set && length > s.MaxLength.N || s.Pattern != 0 && !b.pattern(s.Pattern).match(v) {
		return false
	}
	return s.Format == "" || schema.Format(s.Format)([]byte(v))
}

// stringRule plans what is asked of strings.
func (b *builder) stringRule(roots [][]schema.Ref) scan.Rule {
	x, g, rule := b.collect(roots, schema.StringType, nil)
	if x == nil {
		return rule
	}
	s := scan.String{Terms: x.terms}
	var values []string
	known := map[string]bool{}
	add := func(v string) {
		if !known[v] {
			known[v] = true
			values = append(values, v)
		}
	}
	for _, branch := range x.branches {
		bit := uint64(1) << branch.bit
		if branch.never {
			s.Fail |= bit
		}
		for _, r := range branch.refs {
			n := b.node(r)
			if n.Const != "" {
				s.Fail |= bit
				if v, ok := stringOf(n.Const); ok {
					add(v)
				}
			}
			if n.Enum != nil {
				s.Fail |= bit
				for _, v := range n.Enum.Strings {
					add(v)
				}
			}
			if n.String != nil {
				if n.String.Encoding != "" || n.String.MediaType != "" {
					g.give(r, "contentEncoding", "the scanner does not look into strings")
					return scan.Unsure
				}
				s.Checks = b.stringChecks(s.Checks, n.String, bit)
			}
		}
	}
	for _, v := range values {
		value := scan.Value{Text: v}
		for i, refs := range roots {
			if b.allHold(refs, text(v)) {
				value.Holds |= 1 << i
			}
		}
		if value.Holds == 0 && x.strict() && s.Fail != 0 {
			continue // as any other string
		}
		s.Values = append(s.Values, value)
	}
	s.Time = x.strict() && len(s.Values) == 0 && s.Fail == 0 && len(s.Checks) > 0 && !slices.ContainsFunc(s.Checks, func(c scan.Check) bool { return !b.allowsTimes(c) })
	key := fmt.Sprintf("%d %+v", len(roots), s)
	if at, ok := b.strings[key]; ok {
		return at
	}
	b.plan.Strings = append(b.plan.Strings, s)
	b.strings[key] = scan.Rule(len(b.plan.Strings) - 1)
	return b.strings[key]
}

// stringChecks adds the assertions of a schema about strings. The same check for several branches is one check.
func (b *builder) stringChecks(checks []scan.Check, s *schema.String, bit uint64) []scan.Check {
	add := func(c scan.Check) {
		for i := range checks {
			if old := &checks[i]; old.What == c.What && old.N == c.N && old.Text == c.Text && slices.Equal(old.Runs, c.Runs) {
				old.Fail |= bit
				return
			}
		}
		c.Fail = bit
		checks = append(checks, c)
	}
	if s.MinLength > 0 {
		add(scan.Check{What: scan.MinLength, N: s.MinLength})
	}
	if s.MaxLength.Set {
		add(scan.Check{What: scan.MaxLength, N: s.MaxLength.N})
	}
	if s.Pattern != 0 && !b.implied(s) {
		add(b.pattern(s.Pattern).check)
	}
	if s.Format != "" {
		add(scan.Check{What: scan.Format, Text: s.Format})
	}
	return checks
}

// implied reports whether every string of the format matches the pattern, which then asks for nothing.
func (b *builder) implied(s *schema.String) bool {
	if s.Format == "" {
		return false
	}
	both := schema.String{Format: s.Format, Pattern: s.Pattern}
	is, known := b.implies[both]
	if !known {
		is = schema.Implies(s.Format, b.program.Patterns[s.Pattern-1].Source)
		b.implies[both] = is
	}
	return is
}

// allowsTimes reports whether every date-time as scan.String.Time has it passes a check.
func (b *builder) allowsTimes(c scan.Check) bool {
	switch c.What {
	case scan.MinLength:
		return c.N <= uint64(len("2006-01-02T15:04:05Z"))
	case scan.Format:
		return c.Text == "date-time"
	case scan.Pattern:
		return matchesTimes(c.Text)
	}
	return false
}

// numberRule plans what is asked of numbers.
func (b *builder) numberRule(roots [][]schema.Ref) scan.Rule {
	x, _, rule := b.collect(roots, schema.NumberType, nil)
	if x == nil {
		return rule
	}
	n := scan.Number{Terms: x.terms}
	for _, branch := range x.branches {
		bit := uint64(1) << branch.bit
		if branch.never {
			n.Fail |= bit
		}
		for _, r := range branch.refs {
			n.Checks = numberChecks(n.Checks, b.node(r), bit)
		}
	}
	key := fmt.Sprintf("%d %+v", len(roots), n)
	if at, ok := b.numbers[key]; ok {
		return at
	}
	b.plan.Numbers = append(b.plan.Numbers, n)
	b.numbers[key] = scan.Rule(len(b.plan.Numbers) - 1)
	return b.numbers[key]
}

func numberChecks(checks []scan.Check, n *schema.Node, bit uint64) []scan.Check {
	add := func(what scan.What, text string) {
		for i := range checks {
			if checks[i].What == what && checks[i].Text == text && checks[i].Texts == nil {
				checks[i].Fail |= bit
				return
			}
		}
		checks = append(checks, scan.Check{What: what, Fail: bit, Text: text})
	}
	switch {
	case n.Type == 0, n.Type&schema.NumberType != 0:
	case n.Type&schema.IntegerType != 0:
		add(scan.Integer, "")
	default:
		add(scan.LexicalInteger, "")
	}
	among := func(literals ...schema.Literal) {
		c := scan.Check{What: scan.OneOfNumbers, Fail: bit}
		for _, l := range literals {
			if _, err := strconv.Atoi(string(l[:1])); err == nil || l[0] == '-' {
				c.Texts = append(c.Texts, string(l))
			}
		}
		checks = append(checks, c)
	}
	if n.Const != "" {
		among(schema.Literal(strings.TrimSpace(string(n.Const))))
	}
	if n.Enum != nil {
		among(n.Enum.Others...)
	}
	if v := n.Number; v != nil {
		for _, limit := range []struct {
			what scan.What
			text string
		}{
			{scan.Minimum, v.Minimum.Text}, {scan.Maximum, v.Maximum.Text}, {scan.ExclusiveMinimum, v.ExclusiveMinimum.Text},
			{scan.ExclusiveMaximum, v.ExclusiveMaximum.Text}, {scan.MultipleOf, v.MultipleOf.Text},
		} {
			if limit.text != "" {
				add(limit.what, limit.text)
			}
		}
	}
	return checks
}
