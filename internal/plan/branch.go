package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// branch is what must hold at once of a value of one type: schemas that are applied in place without an alternative, and groups of alternatives.
type branch struct {
	never   bool
	refs    []schema.Ref // schemas with assertions about the type, in the order in which they are applied
	present []string     // properties that must be present
	groups  []group

	bit        int // its number
	simplified bool
	numbered   bool
}

// group is a set of branches, and how they must be.
type group struct {
	op   scan.Op
	subs []*branch
}

// tag is what is known of an object: that a property is a certain string, or one that no switch lists.
type tag struct {
	property string
	value    string
	other    bool
}

// gathering collects the schemas that apply to values of one type at one place.
type gathering struct {
	*builder
	kind   schema.Types // the type, one bit
	tag    *tag
	single map[schema.Ref]*branch // branches of one schema: alternatives often come again
	visits int
	broken bool // it cannot be planned; the gap has been noted
}

func (g *gathering) give(up schema.Ref, keyword, reason string) {
	g.broken = true
	g.gap(up, keyword, reason)
}

// gather adds a schema to a branch.
func (g *gathering) gather(to *branch, r schema.Ref) {
	if r == 0 || to.never || g.broken {
		return
	}
	if g.visits++; g.visits > maxVisits {
		g.give(r, "", "too many schemas for one place")
		return
	}
	n := g.node(r)
	if n.Never || !g.allows(n) {
		to.never = true
		return
	}
	if !g.listable(n) {
		to.never = true
		return
	}
	if g.tag != nil && !g.tag.other && n.Object != nil {
		if !g.allHold(g.childRefs(n.Object, g.tag.property), text(g.tag.value)) || !g.holds(n.Object.Names, text(g.tag.property)) {
			to.never = true
			return
		}
	}
	if !slices.Contains(to.refs, r) {
		to.refs = append(to.refs, r)
	}
	if n.Object != nil && g.kind == schema.ObjectType {
		for i := range n.Object.Dependent {
			g.dependent(to, &n.Object.Dependent[i])
		}
	}
	if n.Logic != nil {
		g.logic(to, n.Logic)
	}
}

// listable reports whether const and enum list a value of the type, if there are any.
func (g *gathering) listable(n *schema.Node) bool {
	if n.Const != "" && !g.isOfKind(n.Const) {
		return false
	}
	return n.Enum == nil || slices.ContainsFunc(n.Enum.Others, g.isOfKind) || g.kind == schema.StringType && len(n.Enum.Strings) > 0
}

func (g *gathering) isOfKind(l schema.Literal) bool {
	switch c := strings.TrimSpace(string(l))[0]; g.kind {
	case schema.StringType:
		return c == '"'
	case schema.NumberType:
		return c == '-' || c-'0' <= 9
	case schema.ArrayType:
		return c == '['
	default:
		return c == '{'
	}
}

// listed returns what const and enum of the branches list, arrays or objects.
func (g *gathering) listed(x *numbered) (all []scan.Listed) {
	for _, b := range x.branches {
		for _, r := range b.refs {
			n := g.node(r)
			if n.Const != "" {
				all = append(all, scan.Listed{Texts: g.texts(n.Const), Fail: 1 << b.bit})
			}
			if n.Enum != nil {
				all = append(all, scan.Listed{Texts: g.texts(n.Enum.Others...), Fail: 1 << b.bit})
			}
		}
	}
	return all
}

// texts returns the literals of the type, without white space between tokens.
func (g *gathering) texts(literals ...schema.Literal) (texts []string) {
	for _, l := range literals {
		if g.isOfKind(l) {
			var text bytes.Buffer
			if err := json.Compact(&text, []byte(l)); err != nil {
				panic(fmt.Sprintf("plan: a program has a literal that is not JSON: %v", err))
			}
			texts = append(texts, text.String())
		}
	}
	return texts
}

// allows reports whether a schema's type allows the kind.
func (g *gathering) allows(n *schema.Node) bool {
	kinds := g.kind
	if kinds == schema.NumberType {
		kinds |= schema.IntegerType | schema.LexicalIntegerType
	}
	return n.Type == 0 || n.Type&kinds != 0
}

func (g *gathering) logic(to *branch, l *schema.Logic) {
	for _, ref := range l.Refs {
		g.gather(to, ref.Schema)
	}
	for _, r := range g.matter(l, "allOf", l.AllOf) {
		g.gather(to, r)
	}
	g.alternatives(to, scan.AnyOf, "anyOf", l, l.AnyOf)
	g.alternatives(to, scan.OneOf, "oneOf", l, l.OneOf)
	if l.Not != nil {
		to.groups = append(to.groups, group{scan.None, []*branch{g.branch(*l.Not)}})
	}
	if l.If != 0 && (l.Then != 0 || l.Else != 0) {
		to.groups = append(to.groups, group{scan.If, []*branch{g.branch(l.If), g.branch(l.Then), g.branch(l.Else)}})
	}
}

// branch returns the branch of one schema.
func (g *gathering) branch(r schema.Ref) *branch {
	r = g.meant(r)
	b := g.single[r]
	if b == nil {
		b = &branch{}
		g.single[r] = b
		g.gather(b, r)
	}
	return b
}

func (g *gathering) alternatives(to *branch, op scan.Op, keyword string, l *schema.Logic, refs []schema.Ref) {
	if len(refs) == 0 {
		return
	}
	added := group{op: op}
	for _, r := range g.matter(l, keyword, refs) {
		added.subs = append(added.subs, g.branch(r))
	}
	to.groups = append(to.groups, added)
}

// matter returns the branches of an applicator that can matter, by what is known of the object.
func (g *gathering) matter(l *schema.Logic, keyword string, refs []schema.Ref) []schema.Ref {
	s := l.Switch
	if s == nil || g.tag == nil || s.Keyword != keyword || s.Property != g.tag.property {
		return refs
	}
	var indexes []int32
	if keyword == "allOf" {
		indexes = slices.Clone(s.Rest)
	}
	if !g.tag.other {
		at, found := slices.BinarySearchFunc(s.Cases, g.tag.value, func(c schema.Case, value string) int { return strings.Compare(c.Value, value) })
		if found {
			indexes = append(indexes, s.Cases[at].Branches...)
		}
	}
	var some []schema.Ref
	for _, i := range indexes {
		some = append(some, refs[i])
	}
	return some
}

// dependent adds dependentRequired, dependentSchemas and dependencies: either the property is absent, or what it demands holds.
func (g *gathering) dependent(to *branch, d *schema.Dependent) {
	demands := &branch{present: d.Required}
	if d.Schema != 0 {
		g.gather(demands, d.Schema)
	}
	absent := &branch{groups: []group{{scan.None, []*branch{{present: []string{d.Name}}}}}}
	to.groups = append(to.groups, group{scan.AnyOf, []*branch{absent, demands}})
}

// empty reports whether a branch asks for nothing.
func (g *gathering) empty(b *branch) bool {
	if b.never || len(b.present) > 0 || len(b.groups) > 0 {
		return false
	}
	for _, r := range b.refs {
		if g.asserts(r) {
			return false
		}
	}
	return true
}

// asserts reports whether a schema says anything of values of the kind, its in-place applicators and its type apart.
func (g *gathering) asserts(r schema.Ref) bool {
	n := g.node(r)
	if n.Const != "" || n.Enum != nil {
		return true
	}
	switch g.kind {
	case schema.StringType:
		return n.String != nil
	case schema.NumberType:
		return n.Number != nil || n.Type != 0 && n.Type&schema.NumberType == 0
	case schema.ArrayType:
		return n.Array != nil
	}
	if n.Object == nil {
		return false
	}
	o := *n.Object
	if g.tag != nil && !g.tag.other {
		o.Properties = slices.DeleteFunc(slices.Clone(o.Properties), func(p schema.Property) bool { return p.Name == g.tag.property })
		o.Required = slices.DeleteFunc(slices.Clone(o.Required), func(name string) bool { return name == g.tag.property })
	}
	o.Properties = slices.DeleteFunc(slices.Clone(o.Properties), func(p schema.Property) bool { return g.accepts(p.Schema) })
	return len(o.Properties) > 0 || len(o.PatternProperties) > 0 || o.Additional != 0 || o.Names != 0 || len(o.Required) > 0 ||
		o.MinProperties > 0 || o.MaxProperties.Set || o.Unevaluated != 0
}

// simplify removes what is decided: branches that cannot hold or hold always, and alternatives of which one is left.
func (g *gathering) simplify(b *branch) {
	if b.simplified {
		return
	}
	b.simplified = true
	for i := 0; i < len(b.groups) && !b.never; i++ { // groups that are dissolved add to the list
		g.decide(b, &b.groups[i])
	}
	if b.never {
		*b = branch{never: true, simplified: true}
		return
	}
	b.groups = slices.DeleteFunc(b.groups, func(x group) bool { return len(x.subs) == 0 })
}

// decide simplifies a group; one without branches is to be removed.
func (g *gathering) decide(b *branch, x *group) {
	for _, sub := range x.subs {
		g.simplify(sub)
	}
	absorb := func(sub *branch) {
		x.subs = nil
		for _, r := range sub.refs {
			if !slices.Contains(b.refs, r) {
				b.refs = append(b.refs, r)
			}
		}
		b.present = append(b.present, sub.present...)
		b.never = b.never || sub.never
		b.groups = append(b.groups, sub.groups...) // x is not used from here on: the list may have moved
	}
	if x.op == scan.If {
		if test := x.subs[0]; g.empty(test) {
			absorbed := x.subs[1]
			absorb(absorbed)
		} else if test.never {
			absorbed := x.subs[2]
			absorb(absorbed)
		} else if g.empty(x.subs[1]) && g.empty(x.subs[2]) {
			x.subs = nil
		}
		return
	}
	x.subs = slices.DeleteFunc(x.subs, func(sub *branch) bool { return sub.never })
	always := 0
	for _, sub := range x.subs {
		if g.empty(sub) {
			always++
		}
	}
	switch x.op {
	case scan.None:
		b.never = b.never || always > 0
		return
	case scan.AnyOf:
		if always > 0 {
			x.subs = nil
			return
		}
	case scan.OneOf:
		if always > 1 {
			b.never = true
			return
		}
		if always == 1 {
			x.op = scan.None
			x.subs = slices.DeleteFunc(x.subs, g.empty)
			return
		}
	}
	switch len(x.subs) {
	case 0:
		b.never = true
	case 1:
		absorb(x.subs[0])
	}
}

// numbered are the branches of a place by their bits, and the terms that hold them together.
type numbered struct {
	branches []*branch
	terms    []scan.Term
}

// number gives each branch its bit: first the roots, then all others.
func (g *gathering) number(roots []*branch) *numbered {
	x := &numbered{}
	for _, root := range roots {
		x.next(root)
	}
	for _, root := range roots {
		x.groups(root)
	}
	return x
}

func (x *numbered) next(b *branch) {
	b.bit, b.numbered = len(x.branches), true
	x.branches = append(x.branches, b)
}

// groups numbers what is in a branch, innermost first, so that terms come in the order in which they can be computed.
func (x *numbered) groups(b *branch) {
	for _, g := range b.groups {
		var subs []uint8
		for _, sub := range g.subs {
			if !sub.numbered {
				x.next(sub)
				x.groups(sub)
			}
			subs = append(subs, uint8(sub.bit))
		}
		x.terms = append(x.terms, scan.Term{Bit: uint8(b.bit), Op: g.op, Bits: subs})
	}
}

// collect gathers, simplifies and numbers what applies to values of one type. It returns nil and a Rule if no table is needed.
func (b *builder) collect(roots [][]schema.Ref, kind schema.Types, t *tag) (*numbered, *gathering, scan.Rule) {
	g := &gathering{builder: b, kind: kind, tag: t, single: map[schema.Ref]*branch{}}
	var branches []*branch
	nothing, everything := true, true
	for _, refs := range roots {
		root := &branch{}
		for _, r := range refs {
			g.gather(root, r)
		}
		if g.broken {
			return nil, g, scan.Unsure
		}
		g.simplify(root)
		nothing = nothing && root.never
		everything = everything && g.empty(root)
		branches = append(branches, root)
	}
	switch {
	case nothing:
		return nil, g, scan.No
	case everything:
		return nil, g, scan.Any
	}
	x := g.number(branches)
	if len(x.branches) > maxBits {
		g.give(b.first(roots), "", fmt.Sprintf("%d alternatives at one place, %d are the most", len(x.branches), maxBits))
		return nil, g, scan.Unsure
	}
	return x, g, scan.No
}

// strict reports whether one bit is all there is.
func (x *numbered) strict() bool { return len(x.branches) == 1 && len(x.terms) == 0 }
