package schema

import (
	"bytes"
	"fmt"
	"sync/atomic"

	"github.com/assay-go/assay/runtime/tape"
)

// derived is a Program in the form that is quick to walk. It repeats the tables and adds no facts.
type derived struct {
	nodes    []Node    // Program.Nodes, unpacked
	root     Ref       // Program.Root among them
	rules    []rule    // parallel to nodes
	literals tape.Tape // an array of the values of const and enum
	shapes   shapes
}

// rule is a Node, ready to be checked.
type rule struct {
	kinds       uint8 // the allowed kinds of value, one bit per tape.Kind
	unevaluated uint8 // the kinds of value that an unevaluated keyword speaks of
	simple      bool  // kinds says it all
	flat        bool  // there is nothing about members or items, and no applicator
	never       bool
	integer     Types // if not 0, numbers must be this kind of integer
	constant    *choice
	enum        *choice
	number      *numberRule
	string      *stringRule
	object      *objectRule
	array       *Array
	logic       *Logic
	cases       *names // the values of Logic.Switch.Cases
}

// choice is a const or an enum: the strings and the other values that are allowed.
type choice struct {
	strings names
	others  []tape.Node // on derived.literals
}

// limit is a number that instances are compared with.
type limit struct {
	tape.Decimal
	set   bool
	exact bool // the limit is the integer small
	small int64
}

type numberRule struct {
	minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf limit

	natural bool // every number without a minus sign is allowed, as under minimum 0
}

type stringRule struct {
	*String
	pattern *Pattern
	implied bool // what is of the format matches the pattern
	format  func([]byte) bool
}

// isPattern reports whether nothing but a pattern is asserted.
func (r *stringRule) isPattern() bool {
	return r.pattern != nil && *r.String == String{Pattern: r.String.Pattern} // "minLength": 0 asserts nothing at all
}

type objectRule struct {
	*Object
	keys      names // the names of properties, then those that are only required or dependent
	members   bool  // some keyword speaks of the members one by one
	required  []int32
	mask      uint64 // required as bits, if there are no more than 64 keys
	dependent []dependentRule
	patterns  []patternRule
}

type dependentRule struct {
	*Dependent
	key      int32
	required []int32
}

type patternRule struct {
	pattern *Pattern
	schema  Ref
}

const allKinds = 1<<tape.Null | 1<<tape.Bool | 1<<tape.Number | 1<<tape.String | 1<<tape.Array | 1<<tape.Object

// typeNames lists the types in the order that messages name them in.
var typeNames = [...]struct {
	bit           Types
	kind          tape.Kind
	name, article string
}{
	{StringType, tape.String, "string", "a string"},
	{NumberType, tape.Number, "number", "a number"},
	{IntegerType, tape.Number, "integer", "an integer"},
	{LexicalIntegerType, tape.Number, "lexical-integer", "an integer without point or exponent"},
	{BooleanType, tape.Bool, "boolean", "a boolean"},
	{ArrayType, tape.Array, "array", "an array"},
	{ObjectType, tape.Object, "object", "an object"},
	{NullType, tape.Null, "null", "null"},
}

// derive fills p.derived. Programs come from lowering, so a mistake in one is ours: it panics.
func (p *Program) derive() {
	d := &p.derived
	d.nodes, d.root = p.unpacked()
	literals := p.literals(&d.literals)
	d.rules = make([]rule, max(len(d.nodes), 1))
	d.rules[0] = rule{kinds: allKinds, simple: true}
	for i := 1; i < len(d.nodes); i++ {
		d.rules[i] = p.rule(&d.nodes[i], literals)
	}
	d.shapes.byRef = make([]atomic.Pointer[shape], len(d.rules))
}

func (p *Program) rule(n *Node, literals func() tape.Node) rule {
	r := rule{kinds: allKinds, never: n.Never, array: n.Array, logic: n.Logic}
	if n.Type != 0 {
		r.kinds = 0
		for _, t := range typeNames {
			if n.Type&t.bit != 0 {
				r.kinds |= 1 << t.kind
			}
		}
		switch {
		case n.Type&NumberType != 0:
		case n.Type&IntegerType != 0:
			r.integer = IntegerType
		case n.Type&LexicalIntegerType != 0:
			r.integer = LexicalIntegerType
		}
	}
	if n.Never {
		r.kinds = 0
	}
	if n.Const != "" {
		r.constant = &choice{}
		if s := literals(); p.derived.literals.Kind(s) == tape.String {
			r.constant.strings = newNames([]string{string(p.derived.literals.Str(s))})
		} else {
			r.constant.others = []tape.Node{s}
		}
	}
	if n.Enum != nil {
		r.enum = &choice{strings: newNames(n.Enum.Strings)}
		for range n.Enum.Others {
			r.enum.others = append(r.enum.others, literals())
		}
	}
	if n.Number != nil {
		r.number = newNumberRule(n.Number)
	}
	if n.String != nil {
		r.string = &stringRule{String: n.String, pattern: p.pattern(n.String.Pattern)}
		if n.String.Format != "" {
			if r.string.format = formats(n.String.Format); r.string.format == nil {
				panic(fmt.Sprintf("schema: a program asserts the unknown format %q", n.String.Format))
			}
			if r.string.pattern != nil && Implies(n.String.Format, r.string.pattern.Source) {
				r.string.implied = true
			}
		}
	}
	if n.Object != nil {
		r.object = p.object(n.Object)
		if n.Object.Unevaluated != 0 {
			r.unevaluated |= 1 << tape.Object
		}
	}
	if n.Array != nil && n.Array.Unevaluated != 0 {
		r.unevaluated |= 1 << tape.Array
	}
	if n.Logic != nil && n.Logic.Switch != nil {
		var values []string
		for _, c := range n.Logic.Switch.Cases {
			values = append(values, c.Value)
		}
		cases := newNames(values)
		r.cases = &cases
	}
	r.flat = r.object == nil && r.array == nil && r.logic == nil
	r.simple = r.flat && r.integer == 0 && r.constant == nil && r.enum == nil && r.number == nil && r.string == nil
	return r
}

func (p *Program) object(o *Object) *objectRule {
	r := &objectRule{Object: o}
	var list []string
	for _, property := range o.Properties {
		list = append(list, property.Name)
	}
	known := make(map[string]bool, len(list))
	for _, name := range list {
		known[name] = true
	}
	gather := func(names ...string) {
		for _, name := range names {
			if !known[name] {
				known[name] = true
				list = append(list, name)
			}
		}
	}
	gather(o.Required...)
	for i := range o.Dependent {
		gather(o.Dependent[i].Name)
		gather(o.Dependent[i].Required...)
	}
	r.keys = newNames(list)
	key := func(name string) int32 { return int32(r.keys.find([]byte(name))) }

	for _, name := range o.Required {
		r.required = append(r.required, key(name))
	}
	if len(r.keys.list) <= 64 {
		for _, k := range r.required {
			r.mask |= 1 << k
		}
	}
	for i := range o.Dependent {
		d := dependentRule{Dependent: &o.Dependent[i], key: key(o.Dependent[i].Name)}
		for _, name := range d.Dependent.Required {
			d.required = append(d.required, key(name))
		}
		r.dependent = append(r.dependent, d)
	}
	for _, pp := range o.PatternProperties {
		r.patterns = append(r.patterns, patternRule{p.pattern(pp.Pattern), pp.Schema})
	}
	r.members = len(list) > 0 || len(r.patterns) > 0 || o.Additional != 0 || o.Names != 0
	return r
}

func (p *Program) pattern(i int) *Pattern {
	if i == 0 {
		return nil
	}
	return &p.Patterns[i-1]
}

// literals puts the values of all const and enum on one tape. The function that it returns hands them out, in the order of nodes, const first.
func (p *Program) literals(t *tape.Tape) func() tape.Node {
	var text bytes.Buffer
	add := func(l Literal) {
		if text.Len() > 1 {
			text.WriteByte(',')
		}
		text.WriteString(string(l))
	}
	text.WriteByte('[')
	for i := range p.derived.nodes {
		if n := &p.derived.nodes[i]; i > 0 {
			if n.Const != "" {
				add(n.Const)
			}
			if n.Enum != nil {
				for _, l := range n.Enum.Others {
					add(l)
				}
			}
		}
	}
	text.WriteByte(']')
	if err := t.Parse(text.Bytes(), tape.Options{MaxDepth: tape.DefaultMaxDepth + 1, DuplicateNames: true}); err != nil {
		panic(fmt.Sprintf("schema: a program has a const or enum that is not JSON: %v", err))
	}
	next := tape.Node(1)
	return func() tape.Node {
		n := next
		next = t.Next(next)
		return n
	}
}

func newNumberRule(n *Number) *numberRule {
	r := &numberRule{minimum: newLimit(n.Minimum), maximum: newLimit(n.Maximum), exclusiveMinimum: newLimit(n.ExclusiveMinimum),
		exclusiveMaximum: newLimit(n.ExclusiveMaximum), multipleOf: newLimit(n.MultipleOf)}
	below := func(l limit, most int64) bool { return !l.set || l.exact && l.small <= most }
	r.natural = below(r.minimum, 0) && below(r.exclusiveMinimum, -1) && !r.maximum.set && !r.exclusiveMaximum.set && !r.multipleOf.set
	return r
}

func newLimit(d tape.Decimal) limit {
	l := limit{Decimal: d, set: d.Text != ""}
	if l.set {
		l.small, l.exact = d.Int64()
	}
	return l
}
