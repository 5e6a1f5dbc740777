package lower

import (
	"slices"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// allowed answers which strings the schemas of a program allow at a fixed path of properties below a value. An answer never leaves out a string that is
// allowed; it may hold one that a keyword not looked at forbids.
type allowed struct {
	nodes []schema.Node
	path  []string
	seen  map[place]choice
}

// place is a node, and how many steps of the path lead to it.
type place struct {
	ref   schema.Ref
	depth int
}

// choice is a set of strings: any string at all, or those listed, in the order they are written in the schema.
type choice struct {
	any  bool
	list []string
}

func newAllowed(nodes []schema.Node, path ...string) *allowed {
	return &allowed{nodes: nodes, path: path, seen: map[place]choice{}}
}

// maxStrings is how many strings are kept apart; more count as any string. It bounds the memory that a hostile schema can ask for.
const maxStrings = 1 << 14

// at returns the strings that r, a schema for the value at the beginning of the path, allows at its end, if there is a value and it is a string.
func (a *allowed) at(r schema.Ref) choice { return a.choose(place{r, 0}) }

func (a *allowed) choose(p place) choice {
	known, ok := a.seen[p]
	if !ok {
		a.seen[p] = choice{any: true} // no weaker than the truth, should the schema lead back here
		if known = a.compute(&a.nodes[p.ref], p.depth); len(known.list) > maxStrings {
			known = choice{any: true}
		}
		a.seen[p] = known
	}
	return known
}

func (a *allowed) compute(n *schema.Node, depth int) choice {
	if n.Never {
		return choice{}
	}
	all := choice{any: true}
	if depth == len(a.path) {
		all = ownStrings(n)
	} else if n.Object != nil {
		if r, ok := property(n.Object, a.path[depth]); ok {
			all = a.choose(place{r, depth + 1})
		}
	}
	if g := n.Logic; g != nil {
		for _, r := range g.Refs {
			all = all.and(a.choose(place{r.Schema, depth}))
		}
		for _, r := range g.AllOf {
			all = all.and(a.choose(place{r, depth}))
		}
		for _, branches := range [][]schema.Ref{g.AnyOf, g.OneOf} {
			if len(branches) > 0 {
				all = all.and(a.union(branches, depth))
			}
		}
	}
	return all
}

// union returns what one of the branches allows.
func (a *allowed) union(branches []schema.Ref, depth int) choice {
	var list []string
	for _, r := range branches {
		c := a.choose(place{r, depth})
		if c.any {
			return c
		}
		list = append(list, c.list...)
	}
	return choice{list: unique(list)}
}

// ownStrings returns the strings that the type, const and enum of n allow.
func ownStrings(n *schema.Node) choice {
	c := choice{any: true}
	if n.Type != 0 && n.Type&schema.StringType == 0 {
		return choice{}
	}
	if n.Enum != nil {
		c = c.and(choice{list: unique(n.Enum.Strings)})
	}
	if n.Const != "" {
		s, ok := stringOfLiteral(n.Const)
		if !ok {
			return choice{}
		}
		c = c.and(choice{list: []string{s}})
	}
	return c
}

// and returns what both choices allow, in the order of the first that is no any.
func (c choice) and(d choice) choice {
	if c.any {
		return d
	}
	if d.any {
		return c
	}
	in := make(map[string]bool, len(d.list))
	for _, s := range d.list {
		in[s] = true
	}
	return choice{list: slices.DeleteFunc(slices.Clone(c.list), func(s string) bool { return !in[s] })}
}

// has reports whether s is allowed.
func (c choice) has(s string) bool { return c.any || slices.Contains(c.list, s) }

// unique returns list without repeated strings.
func unique(list []string) []string {
	in := make(map[string]bool, len(list))
	var once []string
	for _, s := range list {
		if !in[s] {
			in[s] = true
			once = append(once, s)
		}
	}
	return once
}

// property returns the schema of the property called name, if it is declared.
func property(o *schema.Object, name string) (schema.Ref, bool) {
	for _, p := range o.Properties {
		if p.Name == name {
			return p.Schema, true
		}
	}
	return 0, false
}

// stringOfLiteral returns the value of a literal if it is a string.
func stringOfLiteral(l schema.Literal) (string, bool) {
	if l == "" || l[0] != '"' {
		return "", false
	}
	var t tape.Tape
	if err := t.Parse([]byte(l), tape.Options{}); err != nil {
		panic("a literal is no JSON value: " + err.Error())
	}
	return string(t.Str(0)), true
}
