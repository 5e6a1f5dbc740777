package lower

import (
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
)

// Limits of a list of members. A schema that refers to itself has no end of them. What is beyond a limit is not looked into.
const (
	maxMembers = 1024 // of one name
	maxMember  = 32   // steps that lead to one
)

// Declared lists the members that records of each name may have, and the strings that they may be: all that a schema declares, as far as a record's name
// decides it. A branch that may or may not apply counts, and members that match a pattern are not told apart.
func Declared(p *schema.Program, f *stream.Facts) *stream.Declared {
	path, _ := pointerSteps(f.Name)
	d := newDeclared(p, path)
	all := &stream.Declared{}
	for _, name := range f.Names {
		m := members{declared: d, name: name, queue: []holder{{here: d.variant(name)}}}
		for len(m.queue) > 0 {
			next := m.queue[0]
			m.queue = m.queue[1:]
			m.below(&next)
		}
		for i, field := range m.fields {
			if field.Pointer == f.Name { // that it is the name is known
				m.fields[i].Values = nil
			}
		}
		all.Names = append(all.Names, stream.DeclaredName{Name: name, Fields: m.fields})
	}
	return all
}

// strings returns the strings that records can have at a path: any, if some name that declares a value there leaves it open, if no name declares one, or if
// too many do. What records of the other names have there, if anything, is an extra member.
func (d *declared) strings(path []string) choice {
	const most = 100 // names; looking through one takes as long as the schema is wide
	var list []string
	declaring := 0
	for _, name := range d.names {
		if len(d.find(name, path).schemas) == 0 {
			continue
		}
		w := wanted{members: &members{declared: d, name: name}, path: path, seen: map[place]choice{}, noIfs: true}
		c := w.choose(place{d.program.Root, 0})
		list = append(list, c.list...)
		if declaring++; c.any || declaring > most || len(list) > maxStrings {
			return choice{any: true}
		}
	}
	// A member that is called as anyStep is none that wanted can tell.
	return choice{any: len(list) == 0 || slices.Contains(path, anyStep), list: unique(list)}
}

// members lists the members of records of one name, those of the record first.
type members struct {
	*declared
	name   string
	fields []stream.DeclaredField
	queue  []holder
}

// holder is a value that has members.
type holder struct {
	here  []schema.Ref // schemas that apply to it
	path  []string
	above *holder // what it is a member of; nil for the record
}

// repeats reports whether the value is like one that it stands in, whose members are listed.
func (h *holder) repeats() bool {
	for above := h.above; above != nil; above = above.above {
		if slices.Equal(above.here, h.here) {
			return true
		}
	}
	return false
}

// below lists the members of a value: all of them, or none if they are too many.
func (m *members) below(h *holder) {
	if h.repeats() || len(h.path) >= maxMember {
		return
	}
	var names []string
	var other []schema.Ref
	for _, r := range h.here {
		n := &m.program.Nodes[r]
		if n.Object != nil {
			for _, p := range n.Object.Properties {
				names = append(names, p.Name)
			}
		}
		other = append(other, m.others(n)...)
	}
	if names = unique(names); len(m.fields)+len(names)+1 > maxMembers {
		return
	}
	for _, name := range names {
		m.add(h, m.child(h.here, name).schemas, name)
	}
	m.add(h, other, anyStep)
}

// anyStep leads to every item, and to every member that is not declared by its name.
const anyStep = "*"

// others returns the schemas of the items of a value, and of its members that are not declared by their names.
func (m *members) others(n *schema.Node) []schema.Ref {
	var f found
	if n.Object != nil {
		for _, p := range n.Object.PatternProperties {
			f.schemas = append(f.schemas, p.Schema)
		}
		m.rest(n.Object.Additional, &f)
	}
	if n.Array != nil {
		f.schemas = append(f.schemas, n.Array.Prefix...)
		m.rest(n.Array.Items, &f)
	}
	return f.schemas
}

// add lists a member, unless it must not be there.
func (m *members) add(h *holder, schemas []schema.Ref, step string) {
	never := func(r schema.Ref) bool { return m.program.Nodes[r].Never }
	if len(schemas) == 0 || slices.ContainsFunc(schemas, never) {
		return
	}
	path := append(slices.Clip(h.path), step)
	var pointer strings.Builder
	for _, step := range path {
		pointer.WriteString("/" + load.Token(step))
	}
	field := stream.DeclaredField{Pointer: pointer.String()}
	w := wanted{members: m, path: path, seen: map[place]choice{}}
	if c := w.choose(place{m.program.Root, 0}); !c.any && len(c.list) > 0 {
		field.Values = c.list
	}
	m.fields = append(m.fields, field)
	m.queue = append(m.queue, holder{m.spread(schemas, nil), path, h})
}

// wanted answers which strings a member of records of one name may be. It differs from allowed in that it knows the name, and that * is a step.
type wanted struct {
	*members
	path  []string
	seen  map[place]choice
	noIfs bool // no string is left out because of an if, which may speak of more than the name
}

func (w *wanted) choose(p place) choice {
	known, ok := w.seen[p]
	if !ok {
		w.seen[p] = choice{any: true} // no weaker than the truth, should the schema lead back here
		known = w.compute(&w.program.Nodes[p.ref], p.depth)
		w.seen[p] = known
	}
	return known
}

func (w *wanted) compute(n *schema.Node, depth int) choice {
	if n.Never {
		return choice{}
	}
	var all choice
	if depth == len(w.path) {
		all = ownStrings(n)
	} else {
		all = w.child(n, depth)
	}
	g := n.Logic
	if g == nil {
		return all
	}
	for _, r := range g.Refs {
		all = all.and(w.choose(place{r.Schema, depth}))
	}
	for _, r := range g.AllOf {
		all = all.and(w.choose(place{r, depth}))
	}
	for _, branches := range [][]schema.Ref{g.AnyOf, g.OneOf} {
		if len(branches) > 0 {
			all = all.and(w.union(branches, depth))
		}
	}
	if g.If != 0 && depth == 0 && !w.noIfs { // an if that speaks of the name is taken to speak of nothing else
		switch c := w.allowed.at(g.If); {
		case c.any:
		case c.has(w.name):
			all = all.and(w.choose(place{g.Then, depth}))
		default:
			all = all.and(w.choose(place{g.Else, depth}))
		}
	}
	return all
}

// child returns what a schema says of the member, or item, that the next step leads to.
func (w *wanted) child(n *schema.Node, depth int) choice {
	all := choice{any: true}
	if step := w.path[depth]; step != anyStep {
		if n.Object != nil {
			if r, ok := property(n.Object, step); ok {
				all = w.choose(place{r, depth + 1})
			}
		}
		return all
	}
	var union []string
	others := w.others(n)
	for _, r := range others { // an item of prefixItems is another than the next
		c := w.choose(place{r, depth + 1})
		if c.any {
			return c
		}
		union = append(union, c.list...)
	}
	if len(others) > 0 {
		return choice{list: unique(union)}
	}
	return all
}

// union returns what one of the branches allows; those that no record of the name can take are left out.
func (w *wanted) union(branches []schema.Ref, depth int) choice {
	var list []string
	for _, r := range branches {
		if depth == 0 && !w.allowed.at(r).has(w.name) {
			continue
		}
		c := w.choose(place{r, depth})
		if c.any {
			return c
		}
		list = append(list, c.list...)
	}
	return choice{list: unique(list)}
}
