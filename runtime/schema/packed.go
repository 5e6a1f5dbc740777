package schema

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Pack returns a program that says the same in fewer words, as generated code holds it. In a packed program
//
//   - Node.At is left out where the keyword that holds the schema says it. Schemas that are referred to have theirs, as a URI fragment: "#/$defs/step";
//   - subschemas that say the same are one node;
//   - the Ref -n stands for a subschema that is nothing but a $ref to node n;
//   - a Switch whose values stand in the branches themselves has no cases. If each branch is a $ref, and the property the first of what that leads to, a constant
//     and no more, then the Switch has the values, by branch, instead of the branches;
//   - a schema with keywords about one type only is of that type, if it does not say another. If it allows all, it says AnyType.
//
// It is unpacked with the first value that needs it. A program with annotations is returned as it is, for they go by the numbers of its nodes.
func Pack(p *Program) *Program {
	if len(p.Annotations) > 0 || p.Packed {
		return p
	}
	k := &packer{from: p, named: p.named(), tags: map[Ref]tag{}, tagged: map[*Logic]bool{}, same: map[string][]Ref{}, numbers: make([]Ref, len(p.Nodes)),
		to: &Program{Sources: p.Sources, Nodes: make([]Node, 1), Patterns: p.Patterns, Limits: p.Limits, Packed: true}}
	for i := range p.Nodes {
		if l := p.Nodes[i].Logic; l != nil && l.Switch != nil {
			k.tag(l)
		}
	}
	k.to.Root = k.number(p.Root)
	for len(k.pending) > 0 {
		r := k.pending[0]
		k.pending = k.pending[1:]
		n := p.Nodes[r]
		if k.tags[r] != (tag{}) {
			o := *n.Object
			o.Properties = o.Properties[1:]
			n.Object = &o
		}
		n = k.pack(&n)
		n.At = "#" + n.At
		k.to.Nodes[k.numbers[r]] = n
	}
	return k.to
}

// tag is the first property of a branch, a constant that a Switch goes by.
type tag struct{ property, value string }

// tag takes the tags from the branches of a Switch, if all have one.
func (k *packer) tag(l *Logic) {
	s, nodes := l.Switch, k.from.Nodes
	tags := map[Ref]tag{}
	for _, r := range s.branches(l) {
		to := nodes[r].refers()
		if to == 0 || k.named[r] || nodes[to].Object == nil || len(nodes[to].Object.Properties) == 0 || tags[to] != (tag{}) || k.tags[to] != (tag{}) {
			return
		}
		first := nodes[to].Object.Properties[0]
		value, ok := constant(nodes, &nodes[to], s.Property)
		if !ok || first.Name != s.Property || k.named[first.Schema] || !nodes[first.Schema].is(Node{Const: nodes[first.Schema].Const}) {
			return
		}
		tags[to] = tag{s.Property, value}
	}
	if s.Keyword != "allOf" && slices.EqualFunc(s.Cases, cases(nodes, l), equalCase) {
		maps.Copy(k.tags, tags)
		k.tagged[l] = true
	}
}

// branches returns the schemas that a Switch chooses from.
func (s *Switch) branches(l *Logic) []Ref {
	switch s.Keyword {
	case "oneOf":
		return l.OneOf
	case "anyOf":
		return l.AnyOf
	}
	return l.AllOf
}

// refers returns what a schema refers to that is nothing but a $ref; 0 if it is not.
func (n *Node) refers() Ref {
	if l := n.Logic; l != nil && len(l.Refs) == 1 && reflect.DeepEqual(l, onlyRef(l.Refs[0].Schema)) && n.is(Node{Logic: l}) {
		return l.Refs[0].Schema
	}
	return 0
}

// named marks the schemas that stand for themselves: the root, those that are referred to, and those whose place does not follow from what holds them.
func (p *Program) named() []bool {
	named, held := make([]bool, len(p.Nodes)), make([]bool, len(p.Nodes))
	named[p.Root] = true
	for i := range p.Nodes {
		n := &p.Nodes[i]
		p.eachSub(n, func(step string, r Ref) Ref {
			sub := &p.Nodes[r]
			named[r] = named[r] || held[r] || step == "" || sub.Source != n.Source || sub.At != n.At+step
			held[r] = true
			return r
		})
	}
	return named
}

type packer struct {
	from    *Program
	to      *Program
	named   []bool
	tags    map[Ref]tag     // that a Switch has, and not the schema itself
	tagged  map[*Logic]bool // whose Switch has them
	numbers []Ref           // of those that are named, in to
	pending []Ref           // named, and not packed yet
	same    map[string][]Ref
}

// number returns the new number of a schema that is named.
func (k *packer) number(r Ref) Ref {
	if r != 0 && k.numbers[r] == 0 {
		k.numbers[r] = Ref(len(k.to.Nodes))
		k.to.Nodes = append(k.to.Nodes, Node{})
		k.pending = append(k.pending, r)
	}
	return k.numbers[r]
}

func (k *packer) pack(n *Node) Node {
	packed := k.from.eachSub(n, func(_ string, r Ref) Ref {
		if k.named[r] {
			return k.number(r)
		}
		sub := &k.from.Nodes[r]
		if to := sub.refers(); to != 0 {
			return -k.number(to)
		}
		packed := k.pack(sub)
		packed.Source, packed.At = 0, ""
		return k.shared(packed)
	})
	if implied := packed.spokenOf(); implied != 0 && packed.Type == implied {
		packed.Type = 0
	} else if implied != 0 && packed.Type == 0 {
		packed.Type = AnyType
	}
	if l := packed.Logic; l != nil && l.Switch != nil && slices.EqualFunc(l.Switch.Cases, cases(k.from.Nodes, n.Logic), equalCase) {
		s := *l.Switch
		s.Cases = nil
		if k.tagged[n.Logic] {
			for _, r := range s.branches(n.Logic) {
				s.Values = append(s.Values, k.tags[k.from.Nodes[r].refers()].value)
			}
		}
		l.Switch = &s
	}
	return packed
}

func equalCase(a, b Case) bool { return a.Value == b.Value && slices.Equal(a.Branches, b.Branches) }

// shared returns the number of a node that says the same.
func (k *packer) shared(n Node) Ref {
	var key strings.Builder
	line{&key, k.to}.node(&n)
	for _, r := range k.same[key.String()] {
		if reflect.DeepEqual(&k.to.Nodes[r], &n) {
			return r
		}
	}
	r := Ref(len(k.to.Nodes))
	k.to.Nodes = append(k.to.Nodes, n)
	k.same[key.String()] = append(k.same[key.String()], r)
	return r
}

// onlyRef returns what is nothing but a $ref.
func onlyRef(to Ref) *Logic { return &Logic{Refs: []Reference{{Keyword: "$ref", Schema: to}}} }

// unpacked returns the nodes of a program, and the root, as they are without packing.
func (p *Program) unpacked() ([]Node, Ref) {
	if !p.Packed {
		return p.Nodes, p.Root
	}
	u := &unpacker{from: p, nodes: make([]Node, 1), numbers: make([]Ref, len(p.Nodes))}
	tags := map[Ref]tag{}
	for i := range p.Nodes {
		if l := p.Nodes[i].Logic; l != nil && l.Switch != nil {
			for i, value := range l.Switch.Values {
				tags[-l.Switch.branches(l)[i]] = tag{l.Switch.Property, value}
			}
		}
	}
	root := u.number(p.Root)
	for len(u.pending) > 0 {
		r := u.pending[0]
		u.pending = u.pending[1:]
		n := p.Nodes[r]
		n.At = strings.TrimPrefix(n.At, "#")
		n = u.unpack(&n)
		if t, tagged := tags[r]; tagged {
			c := u.add(Node{Source: n.Source, At: n.At + "/properties/" + pointerStep(t.property), Const: Literal(`"` + t.value + `"`)})
			n.Object.Properties = append([]Property{{Name: t.property, Schema: c}}, n.Object.Properties...)
		}
		u.nodes[u.numbers[r]] = n
	}
	for i := range u.nodes {
		if l := u.nodes[i].Logic; l != nil && l.Switch != nil && len(l.Switch.Cases) == 0 {
			s := *l.Switch
			s.Cases, s.Values = cases(u.nodes, l), nil
			l.Switch = &s
		}
	}
	return u.nodes, root
}

type unpacker struct {
	from    *Program
	nodes   []Node
	numbers []Ref // of those that are named
	pending []Ref // named, and not unpacked yet
}

func (u *unpacker) number(r Ref) Ref {
	if r != 0 && u.numbers[r] == 0 {
		u.numbers[r] = u.add(Node{})
		u.pending = append(u.pending, r)
	}
	return u.numbers[r]
}

func (u *unpacker) add(n Node) Ref {
	u.nodes = append(u.nodes, n)
	return Ref(len(u.nodes) - 1)
}

func (u *unpacker) unpack(n *Node) Node {
	if implied := n.spokenOf(); implied != 0 && n.Type == 0 {
		n.Type = implied
	} else if implied != 0 && n.Type == AnyType {
		n.Type = 0
	}
	return u.from.eachSub(n, func(step string, r Ref) Ref {
		if r < 0 {
			return u.add(Node{Source: n.Source, At: n.At + step, Logic: onlyRef(u.number(-r))})
		}
		if step == "" || u.from.Nodes[r].At != "" {
			return u.number(r)
		}
		sub := u.from.Nodes[r]
		sub.Source, sub.At = n.Source, n.At+step
		number := u.add(Node{})
		u.nodes[number] = u.unpack(&sub)
		return number
	})
}

// spokenOf returns the type that keywords speak of; 0 if there is none, or more than one.
func (n *Node) spokenOf() Types {
	switch {
	case n.Number != nil && n.String == nil && n.Object == nil && n.Array == nil:
		return NumberType
	case n.Number == nil && n.String != nil && n.Object == nil && n.Array == nil:
		return StringType
	case n.Number == nil && n.String == nil && n.Object != nil && n.Array == nil:
		return ObjectType
	case n.Number == nil && n.String == nil && n.Object == nil && n.Array != nil:
		return ArrayType
	}
	return 0
}

// eachSub returns a copy of a node in which f has replaced each schema that it applies. f is told how a subschema is reached, in steps of a JSON Pointer; that is
// "" for what the node refers to. The steps are those of 2020-12.
func (p *Program) eachSub(n *Node, f func(step string, r Ref) Ref) Node {
	sub := func(step string, r *Ref) {
		if *r != 0 {
			*r = f(step, *r)
		}
	}
	each := func(step string, refs []Ref) []Ref {
		refs = slices.Clone(refs)
		for i := range refs {
			sub(step+strconv.Itoa(i), &refs[i])
		}
		return refs
	}
	c := *n
	if n.Object != nil {
		o := *n.Object
		o.Properties, o.PatternProperties, o.Dependent = slices.Clone(o.Properties), slices.Clone(o.PatternProperties), slices.Clone(o.Dependent)
		for i := range o.Properties {
			sub("/properties/"+pointerStep(o.Properties[i].Name), &o.Properties[i].Schema)
		}
		for i := range o.PatternProperties {
			sub("/patternProperties/"+pointerStep(p.Patterns[o.PatternProperties[i].Pattern-1].Source), &o.PatternProperties[i].Schema)
		}
		sub("/additionalProperties", &o.Additional)
		sub("/propertyNames", &o.Names)
		for i := range o.Dependent {
			sub("/"+o.Dependent[i].Keyword+"/"+pointerStep(o.Dependent[i].Name), &o.Dependent[i].Schema)
		}
		sub("/unevaluatedProperties", &o.Unevaluated)
		c.Object = &o
	}
	if n.Array != nil {
		a := *n.Array
		a.Prefix = each("/prefixItems/", a.Prefix)
		sub("/items", &a.Items)
		if a.Contains != nil {
			contains := *a.Contains
			sub("/contains", &contains.Schema)
			a.Contains = &contains
		}
		sub("/unevaluatedItems", &a.Unevaluated)
		c.Array = &a
	}
	if n.Logic != nil {
		l := *n.Logic
		l.Refs = slices.Clone(l.Refs)
		for i := range l.Refs {
			sub("", &l.Refs[i].Schema)
		}
		l.AllOf, l.AnyOf, l.OneOf = each("/allOf/", l.AllOf), each("/anyOf/", l.AnyOf), each("/oneOf/", l.OneOf)
		if l.Not != nil {
			not := *l.Not
			sub("/not", &not)
			l.Not = &not
		}
		sub("/if", &l.If)
		sub("/then", &l.Then)
		sub("/else", &l.Else)
		c.Logic = &l
	}
	return c
}

// cases returns the cases of a Switch as the branches themselves have them, each a constant of the property, or an if that asks for one; nil if one has not.
func cases(nodes []Node, l *Logic) []Case {
	s := l.Switch
	var cases []Case
	for i, r := range s.branches(l) {
		if slices.Contains(s.Rest, int32(i)) {
			continue
		}
		n := &nodes[target(nodes, r)]
		if s.Keyword == "allOf" && n.Logic != nil {
			n = &nodes[target(nodes, n.Logic.If)]
		}
		value, ok := constant(nodes, n, s.Property)
		if !ok {
			return nil
		}
		cases = append(cases, Case{Value: value, Branches: []int32{int32(i)}})
	}
	slices.SortStableFunc(cases, func(a, b Case) int { return strings.Compare(a.Value, b.Value) })
	return cases
}

// constant returns the string that a property must be.
func constant(nodes []Node, n *Node, property string) (string, bool) {
	if n.Object == nil {
		return "", false
	}
	i := slices.IndexFunc(n.Object.Properties, func(x Property) bool { return x.Name == property })
	if i < 0 {
		return "", false
	}
	c := string(nodes[n.Object.Properties[i].Schema].Const)
	if !strings.HasPrefix(c, `"`) || strings.Contains(c, `\`) {
		return "", false
	}
	return c[1 : len(c)-1], true
}
