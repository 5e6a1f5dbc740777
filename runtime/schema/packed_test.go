package schema_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/schema"
)

// same reports whether two programs are the same but for the order of their nodes.
func same(t *testing.T, p, q *schema.Program) {
	t.Helper()
	met := map[schema.Ref]schema.Ref{}
	back := map[schema.Ref]schema.Ref{}
	var compare func(at string, a, b reflect.Value)
	ref := func(at string, a, b schema.Ref) {
		known, seen := met[a]
		if seen || back[b] != 0 {
			require.Equal(t, known, b, "%s: @%d and @%d", at, a, b)
			require.Equal(t, back[b], a, "%s: @%d and @%d", at, a, b)
			return
		}
		met[a], back[b] = b, a
		compare(p.Nodes[a].At, reflect.ValueOf(p.Nodes[a]), reflect.ValueOf(q.Nodes[b]))
	}
	compare = func(at string, a, b reflect.Value) {
		if a.Type() == reflect.TypeFor[schema.Ref]() {
			ref(at, schema.Ref(a.Int()), schema.Ref(b.Int()))
			return
		}
		switch a.Kind() {
		case reflect.Pointer:
			if require.Equal(t, a.IsNil(), b.IsNil(), "%s: %s", at, a.Type()); !a.IsNil() {
				compare(at, a.Elem(), b.Elem())
			}
		case reflect.Struct:
			for i := range a.NumField() {
				compare(at+" "+a.Type().Field(i).Name, a.Field(i), b.Field(i))
			}
		case reflect.Slice:
			require.Equal(t, a.Len(), b.Len(), at)
			for i := range a.Len() {
				compare(at, a.Index(i), b.Index(i))
			}
		default:
			require.Equal(t, a.Interface(), b.Interface(), at)
		}
	}
	ref("", p.Root, q.Root)
	require.Len(t, q.Nodes, len(p.Nodes))
}

func TestPackedIsTheSame(t *testing.T) {
	t.Run("events", func(t *testing.T) { same(t, eventProgram(), schema.Pack(eventProgram()).Unpacked()) })
	for name, text := range map[string]string{
		"true":              `true`,
		"false":             `false`,
		"tree":              `{"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "value": {"type": "integer"}}}`,
		"alike":             `{"properties": {"a": {"items": {"type": "string"}}, "b": {"items": {"type": "string"}}, "c": {"type": "string"}}}`,
		"referred subs":     `{"properties": {"a": {"type": "string"}, "b": {"$ref": "#/properties/a"}, "c": {"type": "string"}}}`,
		"a $ref and more":   `{"$defs": {"x": {"minLength": 1}}, "properties": {"a": {"$ref": "#/$defs/x"}, "b": {"$ref": "#/$defs/x", "type": "string"}}}`,
		"names":             `{"properties": {"a/b": {"type": "null"}, "~": {"type": "null"}, "": {"const": 1}}, "patternProperties": {"^/x": {"enum": [1, "a"]}}}`,
		"applicators":       `{"allOf": [{"minimum": 1}], "anyOf": [{"minimum": 1}, {"maximum": 3}], "not": {"const": 2}, "if": {"type": "number"}, "then": {"multipleOf": 1}, "else": {"type": "string"}}`,
		"types":             `{"properties": {"a": {"type": ["object", "null"], "required": ["x"]}, "b": {"type": "integer", "minimum": 1}, "c": {"type": "string", "minLength": 1}, "d": {"type": "string", "minLength": 1, "minimum": 1}}}`,
		"arrays":            `{"prefixItems": [{"type": "string"}, true], "items": {"type": "string"}, "contains": {"const": "a"}, "unevaluatedItems": false}`,
		"objects":           `{"propertyNames": {"minLength": 1}, "dependentSchemas": {"a": {"required": ["b"]}}, "additionalProperties": {"type": "string"}}`,
		"not of everything": `{"not": true}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := compiled(t, text)
			same(t, p, schema.Pack(p).Unpacked())
		})
	}
}

// TestPackedSaysItShort: what follows from the rest is left out.
func TestPackedSaysItShort(t *testing.T) {
	reference := func(at string) schema.Node {
		return schema.Node{At: at, Logic: &schema.Logic{Refs: []schema.Reference{{Keyword: "$ref", Schema: 7}}}}
	}
	p := schema.Pack(&schema.Program{Root: 1, Nodes: []schema.Node{
		{},
		{Type: schema.ObjectType, Object: &schema.Object{Properties: []schema.Property{
			{Name: "a", Schema: 2}, {Name: "b", Schema: 3}, {Name: "c", Schema: 4}, {Name: "d", Schema: 5}}}},
		{At: "/properties/a", Type: schema.StringType},
		{At: "/properties/b", Type: schema.StringType},
		reference("/properties/c"),
		{At: "/properties/d", Array: &schema.Array{Items: 6}},
		reference("/properties/d/items"),
		{At: "/$defs/id", String: &schema.String{MinLength: 1}},
	}})
	assert.Equal(t, []schema.Node{
		{},
		{At: "#", Object: &schema.Object{Properties: []schema.Property{
			{Name: "a", Schema: 2}, {Name: "b", Schema: 2}, {Name: "c", Schema: -3}, {Name: "d", Schema: 4}}}},
		{Type: schema.StringType},
		{At: "#/$defs/id", Type: schema.AnyType, String: &schema.String{MinLength: 1}},
		{Type: schema.AnyType, Array: &schema.Array{Items: -3}},
	}, p.Nodes)

	events := schema.Pack(eventProgram())
	assert.Nil(t, events.Nodes[1].Logic.Switch.Cases)
	assert.Equal(t, []string{"step_start", "step_complete", "cfg_opened"}, events.Nodes[1].Logic.Switch.Values)
	for i := range events.Nodes {
		assert.Empty(t, events.Nodes[i].Const, "@%d", i)
	}
}

// TestPackedKeepsCases that do not follow from the branches.
func TestPackedKeepsCases(t *testing.T) {
	p := eventProgram()
	p.Nodes[1].Logic.Switch.Cases = p.Nodes[1].Logic.Switch.Cases[1:]
	same(t, p, schema.Pack(p).Unpacked())
}

// TestPackedKeepsBranches that say more of the property than its value, or that are those of two Switches.
func TestPackedKeepsBranches(t *testing.T) {
	for name, change := range map[string]func(*schema.Program){
		"a type": func(p *schema.Program) { p.Nodes[11].Type = schema.StringType },
		"another order": func(p *schema.Program) {
			properties := p.Nodes[8].Object.Properties
			properties[0], properties[1] = properties[1], properties[0]
		},
		"two switches": func(p *schema.Program) {
			again := *p.Nodes[1].Logic
			p.Nodes = append(p.Nodes, schema.Node{At: "/not", Logic: &again})
			not := schema.Ref(len(p.Nodes) - 1)
			p.Nodes[1].Logic.Not = &not
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := eventProgram()
			change(p)
			packed := schema.Pack(p)
			same(t, p, packed.Unpacked())
			assert.Empty(t, packed.Nodes[1].Logic.Switch.Values)
		})
	}
}

// TestPackedKeepsPlaces that do not follow from keywords as 2020-12 spells them.
func TestPackedKeepsPlaces(t *testing.T) {
	p := compiled(t, `{"prefixItems": [{"type": "string"}], "items": {"type": "number"}, "properties": {"a": {"type": "string"}}}`)
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; n.At {
		case "/prefixItems/0":
			n.At = "/items/0"
		case "/items":
			n.At, n.Source = "/additionalItems", 1
		}
	}
	same(t, p, schema.Pack(p).Unpacked())
}

func TestPackedWithAnnotationsStaysAsItIs(t *testing.T) {
	p := compiled(t, `{"title": "A"}`)
	p.Annotations = []schema.Annotation{{Schema: 1, Keyword: "title", Text: `"A"`}}
	assert.Same(t, p, schema.Pack(p))
}

// TestPackedExplains: places of violations are those of the schema, not of the tables.
func TestPackedExplains(t *testing.T) {
	p := compiled(t, `{"$defs": {"id": {"type": "string"}}, "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"$ref": "#/$defs/id"}}}`)
	const instance = `{"a": 1, "b": 2, "c": 3}`
	packed := validate(t, schema.Pack(p), instance)
	require.NotNil(t, packed)
	assert.Equal(t, validate(t, p, instance).Violations, packed.Violations)
	assert.Equal(t, "test.json#/properties/b/type", packed.Violations[1].AbsoluteKeywordLocation)
	assert.Equal(t, "/properties/c/$ref/type", packed.Violations[2].KeywordLocation)
}
