package schema_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// lower turns the text of a 2020-12 schema into a Program, keyword by keyword and without any cleverness, so that the interpreter can be tried on
// the official test suite by itself. It knows $ref by pointer and $anchor within the one document; ok is false if the schema needs more.
func lower(t testing.TB, text string, assertFormat bool) (p *schema.Program, ok bool) {
	l := &lowering{p: &schema.Program{Sources: []string{"test.json"}, Nodes: make([]schema.Node, 1)}, done: map[string]schema.Ref{}, format: assertFormat}
	require.NoError(t, l.doc.Parse([]byte(text), tape.Options{}))
	defer func() {
		if e := recover(); e != nil {
			if e != errUnsupported {
				panic(e)
			}
			p, ok = nil, false
		}
	}()
	l.p.Root = l.schema("")
	return l.p, true
}

// compiled is lower for a schema that must be within its reach.
func compiled(t testing.TB, text string) *schema.Program {
	p, ok := lower(t, text, true)
	require.True(t, ok, "schema not within reach of the test's lowering: %s", text)
	return p
}

type unsupportedError struct{}

func (unsupportedError) Error() string { return "unsupported" }

var errUnsupported error = unsupportedError{}

type lowering struct {
	p      *schema.Program
	doc    tape.Tape
	done   map[string]schema.Ref
	format bool
}

func (l *lowering) pattern(source string) int {
	for i := range l.p.Patterns {
		if l.p.Patterns[i].Source == source {
			return i + 1
		}
	}
	if _, err := schema.CheckPattern(source); err != nil {
		panic(errUnsupported)
	}
	patterns := make([]schema.Pattern, len(l.p.Patterns)+1)
	for i := range l.p.Patterns {
		patterns[i].Source = l.p.Patterns[i].Source
	}
	patterns[len(patterns)-1].Source = source
	l.p.Patterns = patterns
	return len(patterns)
}

// members calls f for the members of an object.
func (l *lowering) members(n tape.Node, f func(name string, value tape.Node)) {
	for name, end := n+1, l.doc.Next(n); name < end; name = l.doc.Next(name + 1) {
		f(string(l.doc.Str(name)), name+1)
	}
}

func (l *lowering) items(n tape.Node) (list []tape.Node) {
	for item, end := n+1, l.doc.Next(n); item < end; item = l.doc.Next(item) {
		list = append(list, item)
	}
	return list
}

func (l *lowering) texts(n tape.Node) (list []string) {
	for _, item := range l.items(n) {
		list = append(list, string(l.doc.Str(item)))
	}
	return list
}

func (l *lowering) count(n tape.Node) uint64 {
	v, ok := l.doc.Num(n).Int64()
	if !ok {
		panic(errUnsupported)
	}
	return uint64(v)
}

func step(name string) string {
	return "/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

var jsonTypes = map[string]schema.Types{"null": schema.NullType, "boolean": schema.BooleanType, "number": schema.NumberType, "string": schema.StringType,
	"array": schema.ArrayType, "object": schema.ObjectType, "integer": schema.IntegerType}

// schema lowers the schema at a pointer. Every schema is a node of its own, also true.
func (l *lowering) schema(at string) schema.Ref {
	if ref, ok := l.done[at]; ok {
		return ref
	}
	n, ok := l.doc.Lookup(0, at)
	if !ok {
		panic(errUnsupported)
	}
	ref := schema.Ref(len(l.p.Nodes))
	l.done[at] = ref
	l.p.Nodes = append(l.p.Nodes, schema.Node{At: at})
	node := schema.Node{At: at}
	switch l.doc.Kind(n) {
	case tape.Bool:
		node.Never = !l.doc.Bool(n)
	case tape.Object:
		l.keywords(&node, n)
	default:
		panic(errUnsupported)
	}
	l.p.Nodes[ref] = node
	return ref
}

func (l *lowering) refs(at string, n tape.Node) (refs []schema.Ref) {
	for i := range l.items(n) {
		refs = append(refs, l.schema(at+"/"+itoa(i)))
	}
	return refs
}

func itoa(i int) string {
	text, _ := json.Marshal(i)
	return string(text)
}

func (l *lowering) keywords(node *schema.Node, n tape.Node) {
	var number schema.Number
	var str schema.String
	var object schema.Object
	var array schema.Array
	var logic schema.Logic
	contains, minContains, maxContains := schema.Ref(0), uint64(1), schema.Limit{}
	l.members(n, func(name string, v tape.Node) {
		at := node.At + step(name)
		switch name {
		case "type":
			if l.doc.Kind(v) == tape.String {
				node.Type = jsonTypes[string(l.doc.Str(v))]
			}
			for _, text := range l.texts(v) {
				node.Type |= jsonTypes[text]
			}
		case "const":
			node.Const = schema.Literal(string(l.doc.Text(v)))
		case "enum":
			node.Enum = &schema.Enum{}
			for _, item := range l.items(v) {
				if l.doc.Kind(item) == tape.String {
					node.Enum.Strings = append(node.Enum.Strings, string(l.doc.Str(item)))
				} else {
					node.Enum.Others = append(node.Enum.Others, schema.Literal(string(l.doc.Text(item))))
				}
			}
		case "minimum":
			number.Minimum = tape.Decimal{Text: string(l.doc.Text(v))}
		case "maximum":
			number.Maximum = tape.Decimal{Text: string(l.doc.Text(v))}
		case "exclusiveMinimum":
			number.ExclusiveMinimum = tape.Decimal{Text: string(l.doc.Text(v))}
		case "exclusiveMaximum":
			number.ExclusiveMaximum = tape.Decimal{Text: string(l.doc.Text(v))}
		case "multipleOf":
			number.MultipleOf = tape.Decimal{Text: string(l.doc.Text(v))}
		case "minLength":
			str.MinLength = l.count(v)
		case "maxLength":
			str.MaxLength = schema.Limit{Set: true, N: l.count(v)}
		case "pattern":
			str.Pattern = l.pattern(string(l.doc.Str(v)))
		case "format":
			if l.format && schema.KnownFormat(string(l.doc.Str(v))) {
				str.Format = string(l.doc.Str(v))
			}
		case "properties":
			l.members(v, func(name string, _ tape.Node) {
				object.Properties = append(object.Properties, schema.Property{Name: name, Schema: l.schema(at + step(name))})
			})
		case "patternProperties":
			l.members(v, func(name string, _ tape.Node) {
				object.PatternProperties = append(object.PatternProperties, schema.PatternProperty{Pattern: l.pattern(name), Schema: l.schema(at + step(name))})
			})
		case "additionalProperties":
			object.Additional = l.schema(at)
		case "propertyNames":
			object.Names = l.schema(at)
		case "required":
			object.Required = l.texts(v)
		case "minProperties":
			object.MinProperties = l.count(v)
		case "maxProperties":
			object.MaxProperties = schema.Limit{Set: true, N: l.count(v)}
		case "dependentRequired", "dependentSchemas", "dependencies":
			l.members(v, func(trigger string, value tape.Node) {
				d := schema.Dependent{Keyword: name, Name: trigger}
				if l.doc.Kind(value) == tape.Array {
					d.Required = l.texts(value)
				} else {
					d.Schema = l.schema(at + step(trigger))
				}
				object.Dependent = append(object.Dependent, d)
			})
		case "unevaluatedProperties":
			object.Unevaluated = l.schema(at)
		case "prefixItems":
			array.Prefix = l.refs(at, v)
		case "items":
			array.Items = l.schema(at)
		case "minItems":
			array.MinItems = l.count(v)
		case "maxItems":
			array.MaxItems = schema.Limit{Set: true, N: l.count(v)}
		case "uniqueItems":
			array.Unique = l.doc.Bool(v)
		case "contains":
			contains = l.schema(at)
		case "minContains":
			minContains = l.count(v)
		case "maxContains":
			maxContains = schema.Limit{Set: true, N: l.count(v)}
		case "unevaluatedItems":
			array.Unevaluated = l.schema(at)
		case "$ref":
			logic.Refs = append(logic.Refs, schema.Reference{Keyword: name, Schema: l.reference(string(l.doc.Str(v)))})
		case "allOf":
			logic.AllOf = l.refs(at, v)
		case "anyOf":
			logic.AnyOf = l.refs(at, v)
		case "oneOf":
			logic.OneOf = l.refs(at, v)
		case "not":
			ref := l.schema(at)
			logic.Not = &ref
		case "if":
			logic.If = l.schema(at)
		case "then":
			logic.Then = l.schema(at)
		case "else":
			logic.Else = l.schema(at)
		case "$id", "$dynamicRef", "$dynamicAnchor", "$vocabulary":
			panic(errUnsupported)
		}
	})
	if logic.If == 0 {
		logic.Then, logic.Else = 0, 0
	}
	if number != (schema.Number{}) {
		node.Number = &number
	}
	if str != (schema.String{}) {
		node.String = &str
	}
	object.Properties = slices.Clip(object.Properties)
	node.Object, node.Array, node.Logic = &object, &array, &logic
	if contains != 0 {
		array.Contains = &schema.Contains{Schema: contains, Min: minContains, Max: maxContains, Evaluates: true}
	}
}

func (l *lowering) reference(uri string) schema.Ref {
	pointer, local := strings.CutPrefix(uri, "#")
	if !local || pointer != "" && pointer[0] != '/' || strings.Contains(pointer, "%") {
		panic(errUnsupported)
	}
	return l.schema(pointer)
}
