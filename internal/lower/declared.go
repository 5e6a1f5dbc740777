package lower

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// declared answers what a schema declares about the records of a stream: their names, and per name their properties.
type declared struct {
	program *schema.Program
	at      []string // the path to a record's name
	names   []string // in schema order
	known   map[string]bool
	allowed *allowed
}

func newDeclared(p *schema.Program, at []string) *declared {
	d := &declared{program: p, at: at, allowed: newAllowed(p.Nodes, at...), known: map[string]bool{}}
	if c := d.allowed.at(p.Root); !c.any {
		d.names = c.list
	} else {
		d.names = d.mentioned()
	}
	for _, name := range d.names {
		d.known[name] = true
	}
	return d
}

// mentioned returns the names that some branch of the schema speaks of, though the schema allows others too.
func (d *declared) mentioned() []string {
	var names []string
	seen := map[place]bool{}
	var walk func(place)
	walk = func(p place) {
		if seen[p] {
			return
		}
		seen[p] = true
		n := &d.program.Nodes[p.ref]
		if p.depth == len(d.at) {
			names = append(names, ownStrings(n).list...)
		} else if n.Object != nil {
			if r, ok := property(n.Object, d.at[p.depth]); ok {
				walk(place{r, p.depth + 1})
			}
		}
		inPlace(n, nil, func(keyword string, r schema.Ref) {
			if keyword != "not" {
				walk(place{r, p.depth})
			}
		})
	}
	walk(place{d.program.Root, 0})
	return unique(names)
}

// found is what a schema says about the value at a path.
type found struct {
	schemas []schema.Ref // those that may apply to the value; none if it is not declared
	open    bool         // the value may be there without being declared
}

// find returns what the schema says about the value at a path in records of the given name.
func (d *declared) find(name string, path []string) found {
	here := d.variant(name)
	for i, step := range path {
		f := d.child(here, step)
		if len(f.schemas) == 0 || i+1 == len(path) {
			return f
		}
		here = d.spread(f.schemas, nil)
	}
	return found{schemas: here}
}

// properties returns the names of the properties that stand beside the value at a path in records of the given name.
func (d *declared) properties(name string, path []string) []string {
	here := d.variant(name)
	for _, step := range path[:len(path)-1] {
		here = d.spread(d.child(here, step).schemas, nil)
	}
	var names []string
	for _, r := range here {
		if o := d.program.Nodes[r].Object; o != nil {
			for _, p := range o.Properties {
				names = append(names, p.Name)
			}
		}
	}
	return unique(names)
}

// variant returns the schemas that may apply to a record of the given name.
func (d *declared) variant(name string) []schema.Ref {
	return d.spread([]schema.Ref{d.program.Root}, &name)
}

// spread returns the given schemas and all that may apply to the same value through them. With a name, they are schemas for a record, and
// branches that cannot matter for records of that name are left out.
func (d *declared) spread(from []schema.Ref, name *string) []schema.Ref {
	var all []schema.Ref
	seen := map[schema.Ref]bool{}
	var walk func(schema.Ref)
	walk = func(r schema.Ref) {
		if seen[r] {
			return
		}
		seen[r] = true
		all = append(all, r)
		n := &d.program.Nodes[r]
		var sw *schema.Switch
		if g := n.Logic; g != nil && name != nil && g.Switch != nil && len(d.at) == 1 && g.Switch.Property == d.at[0] {
			sw = g.Switch
			for _, branch := range matching(g, *name) {
				walk(branch)
			}
		}
		inPlace(n, sw, func(keyword string, sub schema.Ref) {
			switch {
			case keyword == "not":
				return
			case name == nil:
			case keyword == "anyOf", keyword == "oneOf", keyword == "if":
				if !d.allowed.at(sub).has(*name) {
					return
				}
			case keyword == "then":
				if !d.allowed.at(n.Logic.If).has(*name) {
					return
				}
			case keyword == "else":
				if c := d.allowed.at(n.Logic.If); !c.any && c.has(*name) {
					return
				}
			}
			walk(sub)
		})
	}
	for _, r := range from {
		walk(r)
	}
	return all
}

// matching returns the branches that the Switch of g says matter for a value.
func matching(g *schema.Logic, value string) []schema.Ref {
	matter := slices.Clone(g.Switch.Rest)
	i, ok := slices.BinarySearchFunc(g.Switch.Cases, value, func(c schema.Case, v string) int { return strings.Compare(c.Value, v) })
	if ok {
		matter = append(matter, g.Switch.Cases[i].Branches...)
	}
	slices.Sort(matter)
	branches := branchesOf(g, g.Switch.Keyword)
	refs := make([]schema.Ref, len(matter))
	for i, m := range matter {
		refs[i] = branches[m]
	}
	return refs
}

// child returns what the schemas here say about one member, or item, of the value that they apply to.
func (d *declared) child(here []schema.Ref, step string) found {
	f := found{open: true}
	for _, r := range here {
		n := &d.program.Nodes[r]
		if n.Never {
			f.open = false
		}
		if n.Object != nil {
			d.member(n.Object, step, &f)
		}
		if n.Array != nil {
			d.item(n.Array, step, &f)
		}
	}
	return f
}

func (d *declared) member(o *schema.Object, name string, f *found) {
	before := len(f.schemas)
	if r, ok := property(o, name); ok {
		f.schemas = append(f.schemas, r)
	}
	for _, p := range o.PatternProperties {
		if d.matches(p.Pattern, name) {
			f.schemas = append(f.schemas, p.Schema)
		}
	}
	if len(f.schemas) == before {
		d.rest(o.Additional, f)
	}
	if o.Unevaluated != 0 && d.program.Nodes[o.Unevaluated].Never {
		f.open = false
	}
}

func (d *declared) item(a *schema.Array, step string, f *found) {
	i, err := strconv.Atoi(step)
	if err != nil || i < 0 {
		return
	}
	if i < len(a.Prefix) {
		f.schemas = append(f.schemas, a.Prefix[i])
	} else {
		d.rest(a.Items, f)
	}
}

// rest adds what additionalProperties or items says, unless it says nothing.
func (d *declared) rest(r schema.Ref, f *found) {
	switch n := &d.program.Nodes[r]; {
	case n.Never:
		f.open = false
	case !isOnly(n, schema.Node{}):
		f.schemas = append(f.schemas, r)
	}
}

// matches reports whether a property name matches a pattern of the program, by asking the interpreter, which alone knows what matches.
func (d *declared) matches(pattern int, name string) bool {
	ask := &schema.Program{
		Root: 1,
		Nodes: []schema.Node{
			{},
			{Object: &schema.Object{Names: 2}},
			{String: &schema.String{Pattern: 1}},
		},
		Patterns: []schema.Pattern{{Source: d.program.Patterns[pattern-1].Source}},
		Sources:  []string{""},
	}
	object, err := json.Marshal(map[string]int{name: 0})
	if err != nil {
		panic(err)
	}
	var t tape.Tape
	if err := t.Parse(object, tape.Options{}); err != nil {
		panic(err)
	}
	return ask.Valid(&t, 0)
}

// anyKind is every JSON type.
const anyKind = schema.NullType | schema.BooleanType | schema.NumberType | schema.StringType | schema.ArrayType | schema.ObjectType

// scalar is every JSON type that a key's value may have.
const scalar = schema.BooleanType | schema.NumberType | schema.StringType

// kinds returns the JSON types that the value found may have; integers count as numbers. Schemas that say nothing about the type are passed over.
func (d *declared) kinds(f found) schema.Types {
	var all schema.Types
	seen := map[schema.Ref]schema.Types{}
	for _, r := range f.schemas {
		if k := d.kindsOf(r, seen); k != anyKind {
			all |= k
		}
	}
	if all == 0 {
		return anyKind
	}
	return all
}

func (d *declared) kindsOf(r schema.Ref, seen map[schema.Ref]schema.Types) schema.Types {
	if k, ok := seen[r]; ok {
		return k
	}
	n := &d.program.Nodes[r]
	if n.Never {
		return 0
	}
	k := schema.Types(anyKind)
	if n.Type != 0 {
		k = n.Type & anyKind
		if n.Type&(schema.IntegerType|schema.LexicalIntegerType) != 0 {
			k |= schema.NumberType
		}
	}
	if n.Const != "" {
		k &= kindOfLiteral(n.Const)
	}
	if n.Enum != nil {
		var members schema.Types
		if len(n.Enum.Strings) > 0 {
			members = schema.StringType
		}
		for _, l := range n.Enum.Others {
			members |= kindOfLiteral(l)
		}
		k &= members
	}
	if g := n.Logic; g != nil {
		for _, sub := range g.Refs {
			k &= d.kindsOf(sub.Schema, seen)
		}
		for _, sub := range g.AllOf {
			k &= d.kindsOf(sub, seen)
		}
		for _, branches := range [][]schema.Ref{g.AnyOf, g.OneOf} {
			var union schema.Types
			for _, sub := range branches {
				union |= d.kindsOf(sub, seen)
			}
			if len(branches) > 0 {
				k &= union
			}
		}
	}
	seen[r] = k
	return k
}

// kindOfLiteral returns the JSON type of a literal, by its first byte.
func kindOfLiteral(l schema.Literal) schema.Types {
	switch l[0] {
	case 'n':
		return schema.NullType
	case 't', 'f':
		return schema.BooleanType
	case '"':
		return schema.StringType
	case '[':
		return schema.ArrayType
	case '{':
		return schema.ObjectType
	}
	return schema.NumberType
}

// describe lists types: "a string, a number or null".
func describe(types schema.Types) string {
	var list []string
	for _, t := range []struct {
		bit  schema.Types
		name string
	}{
		{schema.StringType, "a string"}, {schema.NumberType, "a number"}, {schema.BooleanType, "a boolean"},
		{schema.ObjectType, "an object"}, {schema.ArrayType, "an array"}, {schema.NullType, "null"},
	} {
		if types&t.bit != 0 {
			list = append(list, t.name)
		}
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " or " + list[last]
	}
	return strings.Join(list, "")
}
