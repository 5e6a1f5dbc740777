package dynamic_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/schemas"
)

// declared compiles one schema and prints what it declares: a line for each member.
func declared(t *testing.T, schema string) string {
	t.Helper()
	all, err := dynamic.Compile(fstest.MapFS{"s.json": {Data: []byte(schema)}}, dynamic.Options{}, "s.json")
	require.NoError(t, err)
	var b strings.Builder
	for _, n := range all[0].Declared().Names {
		b.WriteString(n.Name + ":")
		for _, f := range n.Fields {
			b.WriteString(" " + f.Pointer)
			if f.Values != nil {
				b.WriteString("=" + strings.Join(f.Values, "|"))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

const assay = `"x-assay": {"record": "Thing", "stream": "things", "name": "/kind"}`

// The three spellings of a union declare the same.
func TestDeclaredSpellings(t *testing.T) {
	const base = `"type": "object", "required": ["kind"],
		"properties": {"kind": {"enum": ["a", "b"]}, "unit": {"enum": ["ms", "s", "rows"]}}, ` + assay
	const want = "a: /kind /unit=ms /x\nb: /kind /unit=ms|s|rows /y=u|v\n"
	const a = `"unit": {"const": "ms"}, "x": {"type": "string"}`
	const b = `"y": {"enum": ["u", "v"]}`
	for name, union := range map[string]string{
		"oneOf":   `"oneOf": [{"properties": {"kind": {"const": "a"}, ` + a + `}}, {"properties": {"kind": {"const": "b"}, ` + b + `}}]`,
		"anyOf":   `"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}], "$defs": {"a": {"properties": {"kind": {"const": "a"}, ` + a + `}}, "b": {"properties": {"kind": {"const": "b"}, ` + b + `}}}`,
		"if/then": `"allOf": [{"if": {"properties": {"kind": {"const": "a"}}}, "then": {"properties": {` + a + `}}}, {"if": {"properties": {"kind": {"enum": ["b"]}}}, "then": {"properties": {` + b + `}}}]`,
	} {
		assert.Equal(t, want, declared(t, "{"+base+", "+union+"}"), name)
	}
}

func TestDeclaredMembers(t *testing.T) {
	const head = `{"type": "object", "required": ["kind"], ` + assay + `, "properties": {"kind": {"enum": ["a"]}, `
	for members, want := range map[string]string{
		`"o": {"properties": {"x": {"properties": {"y": {}}}, "a/b~c": true, "no": false}}`:           " /o /o/x /o/a~1b~0c /o/x/y",
		`"o": {"additionalProperties": {"enum": ["u"]}}`:                                              " /o /o/*=u",
		`"o": {"additionalProperties": true}`:                                                         " /o",
		`"o": {"additionalProperties": false}`:                                                        " /o",
		`"o": {"patternProperties": {"^x": {"enum": ["u"]}, "^y": {"enum": ["v"]}}}`:                  " /o /o/*=u|v",
		`"l": {"items": {"properties": {"s": {"enum": ["u", null, 1]}}}}`:                             " /l /l/* /l/*/s=u",
		`"l": {"prefixItems": [{"const": "u"}, {"type": "string"}]}`:                                  " /l /l/*",
		`"v": {"anyOf": [{"const": "u"}, {"enum": ["v", "u"]}]}`:                                      " /v=u|v",
		`"v": {"anyOf": [{"const": "u"}, {"type": "string"}]}`:                                        " /v",
		`"v": {"enum": ["u", "v"], "allOf": [{"enum": ["v", "w"]}]}`:                                  " /v=v",
		`"v": {"enum": [1, 2]}`:                                                                       " /v",
		`"v": {"$ref": "#/$defs/e"}}, "$defs": {"e": {"enum": ["u"]}`:                                 " /v=u",
		`"t": {"$ref": "#/$defs/t"}}, "$defs": {"t": {"properties": {"left": {"$ref": "#/$defs/t"}}}`: " /t /t/left /t/left/left",
		`"t": {"items": {"$ref": "#"}}`:                                                               " /t /t/* /t/*/kind=a /t/*/t",
	} {
		assert.Equal(t, "a: /kind"+want+"\n", declared(t, head+members+"}}"), members)
	}
	all, err := dynamic.Compile(fstest.MapFS{"s.json": {Data: []byte(`{"type": "object"}`)}}, dynamic.Options{}, "s.json")
	require.NoError(t, err)
	assert.Empty(t, all[0].Declared().Names, "no stream, no names")
}

// A schema whose members have members without end, or far too many, has a list that ends.
func TestDeclaredIsBounded(t *testing.T) {
	var b strings.Builder
	const many = 8 // each of so many members refers to each other: paths are permutations
	for i := range many {
		b.WriteString(`, "d` + string(rune('0'+i)) + `": {"properties": {`)
		for j := range many {
			if j > 0 {
				b.WriteString(",")
			}
			b.WriteString(`"m` + string(rune('0'+j)) + `": {"$ref": "#/$defs/d` + string(rune('0'+j)) + `"}`)
		}
		b.WriteString(`}}`)
	}
	text := declared(t, `{"type": "object", "properties": {"kind": {"enum": ["a"]}, "m": {"$ref": "#/$defs/d0"}}, `+assay+`, "$defs": {"e": true`+b.String()+`}}`)
	assert.LessOrEqual(t, strings.Count(text, " /"), 1024)
	assert.True(t, strings.Contains(text, " /m/m1/m2"), "short paths come first")
}

func TestDeclaredOfTheShippedSchemas(t *testing.T) {
	all, err := dynamic.Compile(schemas.FS, dynamic.Options{AssertFormat: true}, schemas.Names()...)
	require.NoError(t, err)
	for i, s := range all {
		d := s.Declared()
		require.Len(t, d.Names, len(s.Facts.Names))
		for _, n := range d.Names {
			values := map[string][]string{}
			for _, f := range n.Fields {
				values[f.Pointer] = f.Values
			}
			assert.Contains(t, values, "/session")
			assert.Nil(t, values["/event"], "that the name is the name is known")
			if n.Name == "driver_registered" {
				assert.Equal(t, []string{"success", "success_after_install", "failed"}, values["/status"])
			}
			if n.Name == "rows_written" {
				assert.Equal(t, []string{"rows"}, values["/unit"])
				assert.Contains(t, values, "/tags/*")
			}
		}
		assert.Equal(t, s.Facts.Names[0], d.Names[0].Name, i)
	}
}
