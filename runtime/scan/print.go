package scan

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the plan as text: one line for each entry of each table, with the facts that it holds. Locations are written as @index, bits by their numbers.
func (p *Plan) String() string {
	w := &printer{}
	w.line("plan root @%d", p.Root)
	for i := range p.Locations {
		w.location(i, &p.Locations[i])
	}
	for i := range p.Strings {
		if i > 0 {
			w.string(i, &p.Strings[i])
		}
	}
	for i := range p.Numbers {
		if i > 0 {
			n := &p.Numbers[i]
			w.line("number %d%s%s%s", i, bitsOf(" fails", n.Fail), checksOf(n.Checks), termsOf(n.Terms))
		}
	}
	for i := range p.Objects {
		if i > 0 {
			w.object(i, &p.Objects[i])
		}
	}
	for i := range p.Arrays {
		if i > 0 {
			w.array(i, &p.Arrays[i])
		}
	}
	for _, g := range p.Gaps {
		w.line("gap %s %s: %s", g.At, g.Keyword, g.Reason)
	}
	return w.String()
}

type printer struct{ strings.Builder }

func (w *printer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// String returns "no", "any", "unsure", or the index.
func (r Rule) String() string {
	switch r {
	case No:
		return "no"
	case Any:
		return "any"
	case Unsure:
		return "unsure"
	}
	return strconv.Itoa(int(r))
}

func (w *printer) location(i int, l *Location) {
	w.line("@%d %s roots=%d null=%s false=%s true=%s string=%s number=%s object=%s array=%s", i, l.At, max(l.Roots, 1),
		bitsOf("", l.Null), bitsOf("", l.False), bitsOf("", l.True), l.String, l.Number, l.Object, l.Array)
}

func (w *printer) string(i int, s *String) {
	var values strings.Builder
	for _, v := range s.Values {
		fmt.Fprintf(&values, " %q:%s", v.Text, bitsOf("", v.Holds))
	}
	time := ""
	if s.Time {
		time = " time"
	}
	w.line("string %d%s%s%s%s%s", i, time, values.String(), bitsOf(" fails", s.Fail), checksOf(s.Checks), termsOf(s.Terms))
}

func (w *printer) object(i int, o *Object) {
	if s := o.Switch; s != nil {
		fmt.Fprintf(w, "object %d switch on %q head=%d", i, s.Property, s.Head)
		w.keys(s.Keys)
		for _, c := range s.Cases {
			fmt.Fprintf(w, " %q:%s", c.Value, c.Object)
		}
		w.line(" other:%s", s.Other)
		return
	}
	fmt.Fprintf(w, "object %d", i)
	w.keys(o.Keys)
	w.WriteString(checksOf(o.Patterns))
	for set, c := range o.Rest {
		fmt.Fprintf(w, " rest%s%s", bitsOf(" matching", uint64(set)), childOf(c))
	}
	if o.Names.At != 0 {
		fmt.Fprintf(w, " names%s", childOf(o.Names))
	}
	w.line("%s%s%s%s", limitsOf(o.Limits), listedOf(o.Listed), bitsOf(" fails", o.Fail), termsOf(o.Terms))
}

func (w *printer) keys(keys []Key) {
	for _, k := range keys {
		fmt.Fprintf(w, " %q%s%s", k.Name, childOf(k.Child()), bitsOf(" needed", k.Need))
	}
}

func (w *printer) array(i int, a *Array) {
	fmt.Fprintf(w, "array %d", i)
	for k, c := range a.Prefix {
		fmt.Fprintf(w, " %d%s", k, childOf(c))
	}
	fmt.Fprintf(w, " items%s", childOf(a.Items))
	for _, c := range a.Contains {
		fmt.Fprintf(w, " contains%s%s", childOf(c.Child), limitsOf([]Limit{c.Limit}))
	}
	w.line("%s%s%s%s%s", limitsOf(a.Limits), listedOf(a.Listed), bitsOf(" unique else", a.Unique), bitsOf(" fails", a.Fail), termsOf(a.Terms))
}

func bitsOf(label string, set uint64) string {
	if set == 0 && label != "" {
		return ""
	}
	var b strings.Builder
	for i := range 64 {
		if set>>i&1 != 0 {
			fmt.Fprintf(&b, ",%d", i)
		}
	}
	return label + "[" + strings.TrimPrefix(b.String(), ",") + "]"
}

func childOf(c Child) string {
	var b strings.Builder
	fmt.Fprintf(&b, "=@%d", c.At)
	for root, fail := range c.Fail {
		fmt.Fprintf(&b, "/%d%s", root, bitsOf("", fail))
	}
	return b.String()
}

var checkNames = [...]string{MinLength: "minLength", MaxLength: "maxLength", Pattern: "pattern", Sequence: "sequence", Format: "format", Integer: "integer",
	LexicalInteger: "lexical-integer", Minimum: "minimum", Maximum: "maximum", ExclusiveMinimum: "exclusiveMinimum", ExclusiveMaximum: "exclusiveMaximum",
	MultipleOf: "multipleOf", OneOfNumbers: "enum"}

func checksOf(checks []Check) string {
	var b strings.Builder
	for i := range checks {
		c := &checks[i]
		fmt.Fprintf(&b, " %s", checkNames[c.What])
		switch {
		case c.What == MinLength || c.What == MaxLength:
			fmt.Fprintf(&b, "=%d", c.N)
		case c.What == Sequence:
			for _, r := range c.Runs {
				fmt.Fprintf(&b, "(%q %d %d)", r.Set, r.Min, r.Max)
			}
		case c.Text != "":
			fmt.Fprintf(&b, "=%q", c.Text)
		case len(c.Texts) > 0:
			fmt.Fprintf(&b, "=%v", c.Texts)
		}
		b.WriteString(bitsOf(" else", c.Fail))
	}
	return b.String()
}

func limitsOf(limits []Limit) string {
	var b strings.Builder
	for _, l := range limits {
		fmt.Fprintf(&b, " count=%d..", l.Min)
		if l.Max != 1<<64-1 {
			fmt.Fprintf(&b, "%d", l.Max)
		}
		b.WriteString(bitsOf(" else", l.Fail))
	}
	return b.String()
}

func listedOf(list []Listed) string {
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, " enum=%q%s", l.Texts, bitsOf(" else", l.Fail))
	}
	return b.String()
}

var opNames = [...]string{AnyOf: "any", OneOf: "one", None: "none", If: "if"}

func termsOf(terms []Term) string {
	var b strings.Builder
	for _, t := range terms {
		fmt.Fprintf(&b, " %d=%s%v", t.Bit, opNames[t.Op], t.Bits)
	}
	return b.String()
}
