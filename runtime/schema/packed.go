package schema

import (
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
//   - a Switch whose values stand in the branches themselves has no cases.
//
// It is unpacked with the first value that needs it. A program with annotations is returned as it is, for they go by the numbers of its nodes.
func Pack(p *Program) *Program {
	if len(p.Annotations) > 0 || p.Packed {
		return p
	}
	k := &packer{from: p, named: p.named(), same: map[string][]Ref{}, numbers: make([]Ref, len(p.Nodes)),
		to: &Program{Sources: p.Sources, Nodes: make([]Node, 1), Patterns: p.Patterns, Limits: p.Limits, Packed: true}}
	k.to.Root = k.number(p.Root)
	for len(k.pending) > 0 {
		r := k.pending[0]
		k.pending = k.pending[1:]
		n := k.pack(&p.Nodes[r])
		n.At = "#" + n.At
		k.to.Nodes[k.numbers[r]] = n
	}
	return k.to
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
	numbers []Ref // of those that are named, in to
	pending []Ref // named, and not packed yet
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
		if l := sub.Logic; l != nil && len(l.Refs) == 1 && reflect.DeepEqual(l, onlyRef(l.Refs[0].Schema)) && sub.is(Node{Logic: l}) {
			return -k.number(l.Refs[0].Schema)
		}
		packed := k.pack(sub)
		packed.Source, packed.At = 0, ""
		return k.shared(packed)
	})
	if l := packed.Logic; l != nil && l.Switch != nil && slices.EqualFunc(l.Switch.Cases, cases(k.from.Nodes, n.Logic), equalCase) {
		s := *l.Switch
		s.Cases = nil
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
	root := u.number(p.Root)
	for len(u.pending) > 0 {
		r := u.pending[0]
		u.pending = u.pending[1:]
		n := p.Nodes[r]
		n.At = strings.TrimPrefix(n.At, "#")
		u.nodes[u.numbers[r]] = u.unpack(&n)
	}
	for i := range u.nodes {
		if l := u.nodes[i].Logic; l != nil && l.Switch != nil && len(l.Switch.Cases) == 0 {
			s := *l.Switch
			s.Cases = cases(u.nodes, l)
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
	branches := map[string][]Ref{"oneOf": l.OneOf, "anyOf": l.AnyOf, "allOf": l.AllOf}[s.Keyword]
	var cases []Case
	for i, r := range branches {
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
