package lower

import (
	"cmp"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// preferredProperty returns the property that x-assay.name says tells the records of a stream apart, "" if there is none.
func preferredProperty(root *resolve.Schema) string {
	k := root.Keyword("x-assay")
	if k == nil || root.Document.Tape.Kind(k.Value) != tape.Object {
		return ""
	}
	steps, ok := pointerSteps(textAt(root.Document, k.Value, "name"))
	if !ok || len(steps) != 1 {
		return ""
	}
	return steps[0]
}

// findSwitches gives every node whose branches a property tells apart its Switch. The property preferred is tried first, then those that the
// first branches declare, in written order; of the applicators of one node oneOf is tried first, then anyOf, then allOf.
func findSwitches(nodes []schema.Node, preferred string) {
	f := switches{nodes: nodes, allowed: map[string]*allowed{}}
	for i := range nodes {
		g := nodes[i].Logic
		if g == nil || len(g.OneOf) < 2 && len(g.AnyOf) < 2 && len(g.AllOf) < 2 {
			continue
		}
		g.Switch = f.find(g, preferred)
	}
}

// maxTried is how many properties are tried for one applicator: the one that tells branches apart comes early in every schema that is meant to be read,
// and the search must not be long in any other.
const maxTried = 32

type switches struct {
	nodes   []schema.Node
	allowed map[string]*allowed // by property
}

func (f *switches) find(g *schema.Logic, preferred string) *schema.Switch {
	ways := []struct {
		keyword  string
		branches []schema.Ref
		try      func(property string, branches []schema.Ref) *schema.Switch
		declared func(branches []schema.Ref) []string
	}{
		{"oneOf", g.OneOf, f.union, f.unionProperties},
		{"anyOf", g.AnyOf, f.union, f.unionProperties},
		{"allOf", g.AllOf, f.chain, f.chainProperties},
	}
	// The preferred property first for all applicators: a node may hold both a small oneOf and the chain of all records.
	for _, anyProperty := range []bool{false, true} {
		for _, w := range ways {
			if len(w.branches) < 2 || !anyProperty && preferred == "" {
				continue
			}
			properties := []string{preferred}
			if anyProperty {
				properties = w.declared(w.branches)
				properties = properties[:min(len(properties), maxTried)]
			}
			for _, p := range properties {
				if s := w.try(p, w.branches); s != nil {
					s.Keyword, s.Property = w.keyword, p
					return s
				}
			}
		}
	}
	return nil
}

// union tries property p on the branches of a oneOf or anyOf. What allowed says of a branch leaves out no string for which the branch can hold.
// So when no string is listed for two branches, the listed branch alone can hold, and none can for a string that is not listed.
func (f *switches) union(p string, branches []schema.Ref) *schema.Switch {
	a := f.allowed[p]
	if a == nil {
		a = newAllowed(f.nodes, p)
		f.allowed[p] = a
	}
	byValue := map[string][]int32{}
	for i, r := range branches {
		c := a.at(r)
		if c.any {
			return nil
		}
		for _, value := range c.list {
			if byValue[value] != nil {
				return nil
			}
			byValue[value] = []int32{int32(i)}
		}
	}
	if len(byValue) < 2 {
		return nil
	}
	return &schema.Switch{Cases: casesOf(byValue)}
}

// unionProperties returns the properties that the first branch declares.
func (f *switches) unionProperties(branches []schema.Ref) []string {
	return f.declared(branches[0])
}

// declared returns the properties that r declares for its own value, through references and allOf.
func (f *switches) declared(r schema.Ref) []string {
	var names []string
	seen := map[schema.Ref]bool{}
	var walk func(schema.Ref)
	walk = func(r schema.Ref) {
		if seen[r] {
			return
		}
		seen[r] = true
		n := &f.nodes[r]
		if n.Object != nil {
			for _, p := range n.Object.Properties {
				names = append(names, p.Name)
			}
		}
		if n.Logic != nil {
			for _, ref := range n.Logic.Refs {
				walk(ref.Schema)
			}
			for _, sub := range n.Logic.AllOf {
				walk(sub)
			}
		}
	}
	walk(r)
	return unique(names)
}

// chain tries property p on the branches of an allOf. A branch that is nothing but an if on p, and a then, holds without a word for every string
// that its if does not list, and has its if hold for every string that it does list: what else the if may demand (an object, with p) is given where
// a Switch is looked at. All other branches are the rest.
func (f *switches) chain(p string, branches []schema.Ref) *schema.Switch {
	s := &schema.Switch{}
	byValue := map[string][]int32{}
	chained := 0
	for i, r := range branches {
		property, values, ok := f.condition(r)
		if !ok || property != p {
			s.Rest = append(s.Rest, int32(i))
			continue
		}
		chained++
		for _, value := range values {
			byValue[value] = append(byValue[value], int32(i))
		}
	}
	if chained < 2 {
		return nil
	}
	s.Cases = casesOf(byValue)
	return s
}

// chainProperties returns the properties that the ifs of the branches look at.
func (f *switches) chainProperties(branches []schema.Ref) []string {
	var names []string
	for _, r := range branches {
		if property, _, ok := f.condition(r); ok {
			names = append(names, property)
		}
	}
	return unique(names)
}

// condition returns the property, and the strings, that the if of r is about, if r is nothing but an if that asks whether a property is one of certain
// strings, and a then.
func (f *switches) condition(r schema.Ref) (property string, values []string, ok bool) {
	branch := f.target(r)
	if branch.Logic == nil || !isOnly(branch, schema.Node{Logic: branch.Logic}) {
		return "", nil, false
	}
	if g := *branch.Logic; g.If == 0 || !isOnlyIfThen(&g) {
		return "", nil, false
	}
	test := f.target(branch.Logic.If)
	o := test.Object
	if o == nil || !isOnly(test, schema.Node{Object: o, Type: test.Type}) || test.Type != 0 && test.Type&schema.ObjectType == 0 {
		return "", nil, false
	}
	if len(o.Properties) != 1 || !hasOnlyProperties(o) {
		return "", nil, false
	}
	property = o.Properties[0].Name
	for _, name := range o.Required {
		if name != property {
			return "", nil, false
		}
	}
	value := f.target(o.Properties[0].Schema)
	if !isOnly(value, schema.Node{Type: value.Type, Const: value.Const, Enum: value.Enum}) {
		return "", nil, false
	}
	c := ownStrings(value)
	return property, c.list, !c.any
}

// target returns the node that r is a mere reference to, or its own.
func (f *switches) target(r schema.Ref) *schema.Node {
	for {
		n := &f.nodes[r]
		if n.Logic == nil || len(n.Logic.Refs) != 1 || !isOnly(n, schema.Node{Logic: n.Logic}) || !isOnlyRefs(n.Logic) {
			return n
		}
		r = n.Logic.Refs[0].Schema // loops have been refused
	}
}

// isOnly reports whether n has no keywords but those of want.
func isOnly(n *schema.Node, want schema.Node) bool {
	want.Source, want.At = n.Source, n.At
	return *n == want
}

func isOnlyRefs(g *schema.Logic) bool {
	return len(g.AllOf) == 0 && len(g.AnyOf) == 0 && len(g.OneOf) == 0 && g.Not == nil && g.If == 0
}

func isOnlyIfThen(g *schema.Logic) bool {
	return len(g.Refs) == 0 && len(g.AllOf) == 0 && len(g.AnyOf) == 0 && len(g.OneOf) == 0 && g.Not == nil && g.Else == 0
}

func hasOnlyProperties(o *schema.Object) bool {
	return len(o.PatternProperties) == 0 && o.Additional == 0 && o.Names == 0 && o.MinProperties == 0 && !o.MaxProperties.Set &&
		len(o.Dependent) == 0 && o.Unevaluated == 0
}

// casesOf returns the cases in the order of their values.
func casesOf(byValue map[string][]int32) []schema.Case {
	cases := make([]schema.Case, 0, len(byValue))
	for value, branches := range byValue {
		cases = append(cases, schema.Case{Value: value, Branches: branches})
	}
	slices.SortFunc(cases, func(a, b schema.Case) int { return cmp.Compare(a.Value, b.Value) })
	return cases
}

// pointerSteps splits a JSON Pointer other than "" into its reference tokens (RFC 6901 section 3).
func pointerSteps(pointer string) ([]string, bool) {
	if !strings.HasPrefix(pointer, "/") {
		return nil, false
	}
	steps := strings.Split(pointer[1:], "/")
	for i, s := range steps {
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
	}
	return steps, true
}
