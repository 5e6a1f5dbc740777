package plan

import (
	"fmt"
	"math"
	"slices"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// asked collects what is asked of one child: schemas, and the branches that ask for each.
type asked struct {
	refs []schema.Ref
	bits []uint64 // parallel to refs
}

func (g *gathering) ask(a *asked, r schema.Ref, bit uint64) {
	r = g.meant(r)
	if i := slices.Index(a.refs, r); i >= 0 {
		a.bits[i] |= bit
		return
	}
	a.refs = append(a.refs, r)
	a.bits = append(a.bits, bit)
}

// child returns the location of a child: schemas that the same branches ask for are one root.
func (g *gathering) child(a *asked, strict bool) scan.Child {
	var roots [][]schema.Ref
	var fail []uint64
	for i, r := range a.refs {
		if g.accepts(r) {
			continue
		}
		if k := slices.Index(fail, a.bits[i]); k >= 0 {
			roots[k] = append(roots[k], r)
			continue
		}
		roots = append(roots, []schema.Ref{r})
		fail = append(fail, a.bits[i])
	}
	if len(roots) == 0 {
		return scan.Child{}
	}
	c := scan.Child{At: g.location(roots)}
	if !strict {
		c.Fail = fail
	}
	return c
}

// applied calls do for each schema of the branches that says something of objects or arrays, with the bit of its branch.
func (g *gathering) applied(x *numbered, do func(n *schema.Node, bit uint64)) {
	for _, b := range x.branches {
		for _, r := range b.refs {
			if n := g.node(r); g.kind == schema.ObjectType && n.Object != nil || g.kind == schema.ArrayType && n.Array != nil {
				do(n, 1<<b.bit)
			}
		}
	}
}

// objectRule plans what is asked of objects.
func (b *builder) objectRule(roots [][]schema.Ref) scan.Rule {
	if property, values, chain := b.tells(roots); property != "" {
		return b.switched(roots, property, values, chain)
	}
	return b.object(roots, nil)
}

// tells finds a property that tells apart what is asked of objects: that of a switch which always applies. It returns all values that such switches list, sorted, and
// whether other values may be valid too.
func (b *builder) tells(roots [][]schema.Ref) (property string, values []string, others bool) {
	if len(roots) != 1 {
		return "", nil, false
	}
	others = true
	visited := map[schema.Ref]bool{}
	var visit func(r schema.Ref)
	visit = func(r schema.Ref) {
		if r <= 0 || visited[r] || len(visited) > maxVisits {
			return
		}
		visited[r] = true
		l := b.node(r).Logic
		if l == nil {
			return
		}
		if s := l.Switch; s != nil && (property == "" || s.Property == property) {
			property = s.Property
			for _, c := range s.Cases {
				values = append(values, c.Value)
			}
			others = others && s.Keyword == "allOf"
		}
		for _, ref := range l.Refs {
			visit(ref.Schema)
		}
		for _, ref := range l.AllOf {
			visit(ref)
		}
	}
	for _, r := range roots[0] {
		visit(r)
	}
	slices.Sort(values)
	return property, slices.Compact(values), others
}

// switched plans one object for each value of a property.
func (b *builder) switched(roots [][]schema.Ref, property string, values []string, others bool) scan.Rule {
	s := &scan.Switch{Property: property}
	for _, v := range values {
		s.Cases = append(s.Cases, scan.Case{Value: v, Object: b.object(roots, &tag{property: property, value: v})})
	}
	if others {
		s.Other = b.object(roots, &tag{property: property, other: true})
	}
	b.plan.Objects = append(b.plan.Objects, scan.Object{Switch: s})
	rule := scan.Rule(len(b.plan.Objects) - 1)
	s.Head = b.head(s)
	b.shareKeys(s)
	return rule
}

// head counts the keys, up to the property of a switch, that come first in all its cases and are asked the same.
func (b *builder) head(s *scan.Switch) int {
	var common []scan.Key
	for i, c := range s.Cases {
		if c.Object <= 0 {
			return 0
		}
		keys := b.plan.Objects[c.Object].Keys
		if i == 0 {
			at := slices.IndexFunc(keys, func(k scan.Key) bool { return k.Name == s.Property })
			if at < 0 {
				return 0
			}
			common = keys[:at+1]
		}
		if len(keys) < len(common) || !slices.EqualFunc(common, keys[:len(common)], func(a, b scan.Key) bool {
			return a.Name == b.Name && a.At == b.At
		}) {
			return 0
		}
	}
	return len(common)
}

// shareKeys moves the keys of the head into the switch, if all cases need them alike.
func (b *builder) shareKeys(s *scan.Switch) {
	for i, c := range s.Cases {
		keys := b.plan.Objects[max(c.Object, 0)].Keys[:s.Head]
		if i == 0 {
			s.Keys = keys
		}
		if !slices.EqualFunc(s.Keys, keys, func(a, b scan.Key) bool { return a.Need == b.Need && slices.Equal(a.Fail, b.Fail) }) {
			s.Keys = nil
			return
		}
	}
	for _, c := range s.Cases {
		if o := &b.plan.Objects[max(c.Object, 0)]; s.Head > 0 {
			o.Keys = o.Keys[s.Head:]
		}
	}
}

// object plans what is asked of objects, of which something may be known.
func (b *builder) object(roots [][]schema.Ref, t *tag) scan.Rule {
	x, g, rule := b.collect(roots, schema.ObjectType, t)
	if x == nil && (rule != scan.Any || t == nil) {
		return rule
	}
	if x == nil {
		x = &numbered{branches: []*branch{{}}} // a case is a table, even if it asks for nothing
	}
	for _, branch := range x.branches {
		for _, r := range branch.refs {
			if n := b.node(r); n.Object != nil && n.Object.Unevaluated != 0 {
				g.give(r, "unevaluatedProperties", "what is evaluated is not planned")
				return scan.Unsure
			}
		}
	}
	o := scan.Object{Terms: x.terms}
	names := g.names(x)
	if b.keys += len(names); len(names) > scan.MaxKeys || b.keys > maxKeys {
		g.give(b.first(roots), "properties", "too many properties")
		return scan.Unsure
	}
	for _, name := range names {
		c := g.child(g.ofName(x, name), x.strict())
		o.Keys = append(o.Keys, scan.Key{Name: name, At: c.At, Fail: c.Fail})
	}
	if !g.rest(x, &o) {
		g.give(b.first(roots), "patternProperties", "too many patterns in one object")
		return scan.Unsure
	}
	g.counts(x, names, &o)
	o.Listed = g.listed(x)
	b.plan.Objects = append(b.plan.Objects, o)
	return scan.Rule(len(b.plan.Objects) - 1)
}

// names lists the properties that schemas name, in the order in which they do.
func (g *gathering) names(x *numbered) []string {
	var names []string
	known := map[string]bool{}
	add := func(name string) {
		if !known[name] {
			known[name] = true
			names = append(names, name)
		}
	}
	g.applied(x, func(n *schema.Node, _ uint64) {
		for _, p := range n.Object.Properties {
			add(p.Name)
		}
	})
	if g.tag != nil {
		add(g.tag.property)
	}
	g.applied(x, func(n *schema.Node, _ uint64) {
		for _, name := range n.Object.Required {
			add(name)
		}
	})
	for _, branch := range x.branches {
		for _, name := range branch.present {
			add(name)
		}
	}
	return names
}

// childRefs returns the schemas that a schema's properties, patternProperties and additionalProperties apply to a property.
func (b *builder) childRefs(o *schema.Object, name string) []schema.Ref {
	var refs []schema.Ref
	for _, p := range o.Properties {
		if p.Name == name {
			refs = append(refs, p.Schema)
		}
	}
	for _, p := range o.PatternProperties {
		if b.pattern(p.Pattern).match(name) {
			refs = append(refs, p.Schema)
		}
	}
	if len(refs) == 0 {
		refs = append(refs, o.Additional)
	}
	return refs
}

// ofName collects what is asked of the property of a name.
func (g *gathering) ofName(x *numbered, name string) *asked {
	a := &asked{}
	if g.tag != nil && !g.tag.other && g.tag.property == name {
		return a // its value is known, and it has been judged
	}
	g.applied(x, func(n *schema.Node, bit uint64) {
		for _, r := range g.childRefs(n.Object, name) {
			g.ask(a, r, bit)
		}
		if n.Object.Names != 0 && !g.holds(n.Object.Names, text(name)) {
			g.ask(a, never, bit)
		}
	})
	return a
}

// rest plans what is asked of other properties, and reports whether it could.
func (g *gathering) rest(x *numbered, o *scan.Object) bool {
	var patterns []int
	names := &asked{}
	g.applied(x, func(n *schema.Node, bit uint64) {
		for _, p := range n.Object.PatternProperties {
			if !slices.Contains(patterns, p.Pattern) {
				patterns = append(patterns, p.Pattern)
			}
		}
		g.ask(names, n.Object.Names, bit)
	})
	if len(patterns) > maxPatterns {
		return false
	}
	o.Names = g.child(names, x.strict())
	something := false
	for set := range 1 << len(patterns) {
		a := &asked{}
		g.applied(x, func(n *schema.Node, bit uint64) {
			declared := false
			for _, p := range n.Object.PatternProperties {
				if set>>slices.Index(patterns, p.Pattern)&1 != 0 {
					declared = true
					g.ask(a, p.Schema, bit)
				}
			}
			if !declared {
				g.ask(a, n.Object.Additional, bit)
			}
		})
		c := g.child(a, x.strict())
		something = something || c.At != 0
		o.Rest = append(o.Rest, c)
	}
	if !something {
		o.Rest = nil
		return true
	}
	for _, p := range patterns {
		o.Patterns = append(o.Patterns, g.pattern(p).check)
	}
	return true
}

// counts plans what is asked of the presence of properties and of their number.
func (g *gathering) counts(x *numbered, names []string, o *scan.Object) {
	for _, branch := range x.branches {
		bit := uint64(1) << branch.bit
		if branch.never {
			o.Fail |= bit
		}
		required := slices.Clone(branch.present)
		for _, r := range branch.refs {
			n := g.node(r)
			if n.Object == nil {
				continue
			}
			required = append(required, n.Object.Required...)
			if n.Object.MinProperties > 0 || n.Object.MaxProperties.Set {
				o.Limits = append(o.Limits, limit(n.Object.MinProperties, n.Object.MaxProperties, bit))
			}
		}
		for _, name := range required {
			o.Keys[slices.Index(names, name)].Need |= bit
		}
	}
}

func limit(least uint64, most schema.Limit, fail uint64) scan.Limit {
	l := scan.Limit{Min: least, Max: math.MaxUint64, Fail: fail}
	if most.Set {
		l.Max = most.N
	}
	return l
}

// Limits of arrays.
const (
	maxPrefix   = 64
	maxContains = 8
)

// arrayRule plans what is asked of arrays.
func (b *builder) arrayRule(roots [][]schema.Ref) scan.Rule {
	x, g, rule := b.collect(roots, schema.ArrayType, nil)
	if x == nil {
		return rule
	}
	a := scan.Array{Terms: x.terms}
	prefix, open := 0, false
	g.applied(x, func(n *schema.Node, bit uint64) {
		prefix = max(prefix, len(n.Array.Prefix))
		open = open || n.Array.Unevaluated != 0
		if n.Array.Unique {
			a.Unique |= bit
		}
		if n.Array.MinItems > 0 || n.Array.MaxItems.Set {
			a.Limits = append(a.Limits, limit(n.Array.MinItems, n.Array.MaxItems, bit))
		}
		if c := n.Array.Contains; c != nil {
			one := &asked{}
			g.ask(one, c.Schema, 1)
			a.Contains = append(a.Contains, scan.Contains{Child: g.child(one, true), Limit: limit(c.Min, c.Max, bit)})
		}
	})
	switch {
	case open:
		g.give(b.first(roots), "unevaluatedItems", "what is evaluated is not planned")
		return scan.Unsure
	case prefix > maxPrefix:
		g.give(b.first(roots), "prefixItems", "too many items")
		return scan.Unsure
	case len(a.Contains) > maxContains:
		g.give(b.first(roots), "contains", "too many in one place")
		return scan.Unsure
	}
	for i := range prefix + 1 {
		items := &asked{}
		g.applied(x, func(n *schema.Node, bit uint64) {
			if i < len(n.Array.Prefix) {
				g.ask(items, n.Array.Prefix[i], bit)
			} else {
				g.ask(items, n.Array.Items, bit)
			}
		})
		a.Prefix = append(a.Prefix, g.child(items, x.strict()))
	}
	a.Items = a.Prefix[prefix]
	if a.Prefix = a.Prefix[:prefix]; prefix == 0 {
		a.Prefix = nil
	}
	a.Listed = g.listed(x)
	for _, branch := range x.branches {
		if branch.never {
			a.Fail |= 1 << branch.bit
		}
	}
	key := fmt.Sprintf("%d %+v", len(roots), a)
	if at, ok := b.arrays[key]; ok {
		return at
	}
	b.plan.Arrays = append(b.plan.Arrays, a)
	b.arrays[key] = scan.Rule(len(b.plan.Arrays) - 1)
	return b.arrays[key]
}
