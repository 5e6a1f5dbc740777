package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the program as text: one line per node with its index, where it stands, and its facts by the names of their keywords.
// Subschemas are written as @index.
func (p *Program) String() string {
	var b strings.Builder
	nodes, root := p.unpacked()
	fmt.Fprintf(&b, "program root @%d\n", root)
	for i := range p.Patterns {
		fmt.Fprintf(&b, "pattern %d %s\n", i+1, strconv.Quote(p.Patterns[i].Source))
	}
	for i := range nodes {
		l := line{&b, p}
		fmt.Fprintf(&b, "@%d", i)
		if i > 0 {
			fmt.Fprintf(&b, " %s#%s", p.source(&nodes[i]), visible(nodes[i].At))
		}
		l.node(&nodes[i])
		b.WriteByte('\n')
	}
	for _, a := range p.Annotations {
		fmt.Fprintf(&b, "annotation @%d %s", a.Schema, visible(a.Keyword))
		if a.Text != "" {
			fmt.Fprintf(&b, "=%s", visible(a.Text))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// visible returns text that is safe on one line.
func visible(s string) string {
	if q := strconv.Quote(s); q != `"`+s+`"` || strings.Contains(s, " ") {
		return q
	}
	return s
}

// line prints the facts of one node.
type line struct {
	b *strings.Builder
	p *Program
}

func (l line) fact(keyword, value string) {
	l.b.WriteByte(' ')
	l.b.WriteString(keyword)
	if value != "" {
		l.b.WriteByte('=')
		l.b.WriteString(value)
	}
}

func (l line) text(keyword, value string) {
	if value != "" {
		l.fact(keyword, visible(value))
	}
}

func (l line) ref(keyword string, r Ref) {
	if r != 0 {
		l.fact(keyword, "@"+strconv.Itoa(int(r)))
	}
}

func (l line) least(keyword string, n uint64) {
	if n != 0 {
		l.fact(keyword, strconv.FormatUint(n, 10))
	}
}

func (l line) most(keyword string, limit Limit) {
	if limit.Set {
		l.fact(keyword, strconv.FormatUint(limit.N, 10))
	}
}

func (l line) refs(keyword string, refs []Ref) {
	if len(refs) > 0 {
		l.fact(keyword, list(refs, func(r Ref) string { return "@" + strconv.Itoa(int(r)) }))
	}
}

func (l line) strings(keyword string, texts []string) {
	if len(texts) > 0 {
		l.fact(keyword, list(texts, strconv.Quote))
	}
}

func (l line) pattern(i int) string {
	if i < 1 || i > len(l.p.Patterns) {
		return strconv.Itoa(i)
	}
	return strconv.Quote(l.p.Patterns[i-1].Source)
}

func list[T any](items []T, print func(T) string) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = print(item)
	}
	return "[" + strings.Join(texts, " ") + "]"
}

func (l line) node(n *Node) {
	if n.Never {
		l.fact("false", "")
	}
	if n.Type != 0 {
		var names []string
		for _, t := range typeNames {
			if n.Type&t.bit != 0 {
				names = append(names, t.name)
			}
		}
		l.fact("type", strings.Join(names, "|"))
	}
	if n.Const != "" {
		l.fact("const", visible(string(n.Const)))
	}
	if n.Enum != nil {
		others := list(n.Enum.Others, func(v Literal) string { return visible(string(v)) })
		l.fact("enum", list(n.Enum.Strings, strconv.Quote)+others)
	}
	if s := n.Number; s != nil {
		l.text("minimum", s.Minimum.Text)
		l.text("exclusiveMinimum", s.ExclusiveMinimum.Text)
		l.text("maximum", s.Maximum.Text)
		l.text("exclusiveMaximum", s.ExclusiveMaximum.Text)
		l.text("multipleOf", s.MultipleOf.Text)
	}
	if s := n.String; s != nil {
		l.least("minLength", s.MinLength)
		l.most("maxLength", s.MaxLength)
		if s.Pattern != 0 {
			l.fact("pattern", l.pattern(s.Pattern))
		}
		l.text("format", s.Format)
		l.text("contentEncoding", s.Encoding)
		l.text("contentMediaType", s.MediaType)
	}
	if n.Object != nil {
		l.object(n.Object)
	}
	if n.Array != nil {
		l.array(n.Array)
	}
	if n.Logic != nil {
		l.logic(n.Logic)
	}
}

func (l line) object(o *Object) {
	if len(o.Properties) > 0 {
		l.fact("properties", list(o.Properties, func(p Property) string { return fmt.Sprintf("%q:@%d", p.Name, p.Schema) }))
	}
	if len(o.PatternProperties) > 0 {
		l.fact("patternProperties", list(o.PatternProperties, func(p PatternProperty) string { return fmt.Sprintf("%s:@%d", l.pattern(p.Pattern), p.Schema) }))
	}
	l.ref("additionalProperties", o.Additional)
	l.ref("propertyNames", o.Names)
	l.strings("required", o.Required)
	l.least("minProperties", o.MinProperties)
	l.most("maxProperties", o.MaxProperties)
	for _, d := range o.Dependent {
		value := list(d.Required, strconv.Quote)
		if d.Schema != 0 {
			value = fmt.Sprintf("@%d", d.Schema)
		}
		l.fact(d.Keyword, strconv.Quote(d.Name)+":"+value)
	}
	l.ref("unevaluatedProperties", o.Unevaluated)
}

func (l line) array(a *Array) {
	l.refs("prefixItems", a.Prefix)
	l.ref("items", a.Items)
	l.least("minItems", a.MinItems)
	l.most("maxItems", a.MaxItems)
	if a.Unique {
		l.fact("uniqueItems", "")
	}
	if c := a.Contains; c != nil {
		l.fact("contains", fmt.Sprintf("@%d", c.Schema))
		l.fact("minContains", strconv.FormatUint(c.Min, 10))
		l.most("maxContains", c.Max)
		if c.Evaluates {
			l.fact("evaluates", "")
		}
	}
	l.ref("unevaluatedItems", a.Unevaluated)
}

func (l line) logic(g *Logic) {
	for _, r := range g.Refs {
		l.fact(r.Keyword, fmt.Sprintf("@%d", r.Schema))
	}
	l.refs("allOf", g.AllOf)
	l.refs("anyOf", g.AnyOf)
	l.refs("oneOf", g.OneOf)
	if g.Not != nil {
		l.fact("not", fmt.Sprintf("@%d", *g.Not))
	}
	l.ref("if", g.If)
	l.ref("then", g.Then)
	l.ref("else", g.Else)
	if s := g.Switch; s != nil {
		cases := list(s.Cases, func(c Case) string { return fmt.Sprintf("%q:%v", c.Value, c.Branches) })
		l.fact("switch", fmt.Sprintf("%s on %q %s", s.Keyword, s.Property, cases))
		if len(s.Rest) > 0 {
			l.fact("rest", fmt.Sprint(s.Rest))
		}
	}
}
