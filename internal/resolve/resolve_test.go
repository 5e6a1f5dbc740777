package resolve

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
)

func TestAccessors(t *testing.T) {
	g, mistakes := resolveText(`{
		"title": "Event", "type": ["object", "null"], "required": ["b", "a"],
		"properties": {"b": {"$ref": "#/$defs/x"}, "a": true},
		"not": {"type": "array"}, "oneOf": [{}], "$defs": {"x": {"type": "string"}}
	}`)
	require.NoError(t, mistakes.Err())
	s := g.Roots[0]
	assert.Equal(t, "Event", s.Text("title"))
	assert.Equal(t, "", s.Text("description"))
	assert.Equal(t, []string{"object", "null"}, s.Texts("type"))
	assert.Equal(t, []string{"b", "a"}, s.Texts("required"))
	assert.Nil(t, s.Texts("enum"))
	properties := s.Subs("properties")
	require.Len(t, properties, 2)
	assert.Equal(t, "b", properties[0].Name)
	assert.Equal(t, diag.Place{File: "a.json", Line: 3, Column: 18, Pointer: "/properties/b"}, s.Document.Place(properties[0].Key))
	assert.Equal(t, diag.Place{File: "a.json", Line: 3, Column: 23, Pointer: "/properties/b"}, properties[0].Schema.Place())
	assert.Equal(t, "/$defs/x", properties[0].Schema.Ref().Pointer)
	assert.True(t, properties[1].Schema.Boolean && properties[1].Schema.Allows)
	assert.Equal(t, "/not", s.Sub("not").Pointer)
	assert.Nil(t, s.Sub("oneOf"), "an array of one schema is not a schema")
	assert.Nil(t, s.Sub("if"))
	assert.Nil(t, s.Ref())
	assert.Equal(t, diag.Place{File: "a.json", Line: 2, Column: 61, Pointer: "/required"}, s.KeywordPlace(s.Keyword("required")))
}

// TestOrder makes sure that schemas come in document order, those that only a reference shows included.
func TestOrder(t *testing.T) {
	g, mistakes := resolveText(`{"x-a": {"s": {}}, "properties": {"p": {"$ref": "#/x-a/s"}}}`)
	require.NoError(t, mistakes.Err())
	var pointers []string
	for _, s := range g.Schemas {
		pointers = append(pointers, s.Pointer)
	}
	assert.Equal(t, []string{"", "/x-a/s", "/properties/p"}, pointers)
}

func TestResolveURI(t *testing.T) {
	for _, c := range []struct{ base, reference, want, fragment string }{
		// RFC 3986 section 5.4
		{"http://a/b/c/d;p?q", "g:h", "g:h", ""},
		{"http://a/b/c/d;p?q", "g", "http://a/b/c/g", ""},
		{"http://a/b/c/d;p?q", "./g", "http://a/b/c/g", ""},
		{"http://a/b/c/d;p?q", "g/", "http://a/b/c/g/", ""},
		{"http://a/b/c/d;p?q", "/g", "http://a/g", ""},
		{"http://a/b/c/d;p?q", "//g", "http://g", ""},
		{"http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y", ""},
		{"http://a/b/c/d;p?q", "g?y", "http://a/b/c/g?y", ""},
		{"http://a/b/c/d;p?q", "#s", "http://a/b/c/d;p?q", "s"},
		{"http://a/b/c/d;p?q", "g#s", "http://a/b/c/g", "s"},
		{"http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q", ""},
		{"http://a/b/c/d;p?q", ".", "http://a/b/c/", ""},
		{"http://a/b/c/d;p?q", "..", "http://a/b/", ""},
		{"http://a/b/c/d;p?q", "../g", "http://a/b/g", ""},
		{"http://a/b/c/d;p?q", "../../../g", "http://a/g", ""},
		{"http://a/b/c/d;p?q", "/./g", "http://a/g", ""},
		{"http://a/b/c/d;p?q", "g/./h/../i", "http://a/b/c/g/i", ""},
		{"http://a", "g", "http://a/g", ""},
		// Files
		{"schemas/a.json", "b.json", "schemas/b.json", ""},
		{"schemas/a.json", "../b.json", "b.json", ""},
		{"schemas/a.json", "../../b.json", "../b.json", ""},
		{"a.json", "sub/../b.json#/x", "b.json", "/x"},
		// Names without a hierarchy, and spellings of one URI
		{"urn:uuid:dead", "#x", "urn:uuid:dead", "x"},
		{"urn:a:b?=op=1", "", "urn:a:b?=op=1", ""},
		{"HTTP://Example.COM/%7efoo/%c3%bc", "", "http://example.com/~foo/%C3%BC", ""},
		{"http://a/ü b", "", "http://a/%C3%BC%20b", ""},
		{"http://a/b%zz", "", "http://a/b%zz", ""},
		{"a\nb", "", "a%0Ab", ""},
	} {
		got, fragment := resolveURI(c.base, c.reference)
		assert.Equal(t, c.want, got, "%s against %s", c.reference, c.base)
		assert.Equal(t, c.fragment, fragment, "%s against %s", c.reference, c.base)
	}
}

func TestFileURI(t *testing.T) {
	for name, want := range map[string]string{
		"a.json":                   "a.json",
		"./x//a.json":              "x/a.json",
		"my file #1?.json":         "my%20file%20%231%3F.json",
		"50%25.json":               "50%2525.json",
		"C:/schemas/a.json":        "C%3A/schemas/a.json",
		"http://localhost/a.json#": "http://localhost/a.json",
		"urn:x:y":                  "urn:x:y",
	} {
		assert.Equal(t, want, fileURI(name))
	}
}

// FuzzResolve resolves arbitrary bytes, alone and beside another document, in every dialect. Each ends in diagnostics or in a complete graph.
func FuzzResolve(f *testing.F) {
	for _, src := range []string{
		`{"$schema":"http://json-schema.org/draft-04/schema#","id":"http://a/","definitions":{"a":{"id":"#x"}},"items":[{"$ref":"#x"}]}`,
		`{"$id":"a","$defs":{"x":{"$anchor":"y","$dynamicAnchor":"z"}},"$dynamicRef":"#z","properties":{"a~b":{"$ref":"#/$defs/x"}}}`,
		`{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"not":{"$recursiveRef":"#"}}`,
		`{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"b.json#/x-y/0/a%20b","dependencies":{"a":["b"],"c":{}}}`,
		`{"$schema":"meta:m","$id":"meta:m","$vocabulary":{"x":true}}`,
		`{"allOf":[{"$ref":"#/allOf/1"},{"$ref":"#/allOf/0"}],"a":1,"a":2,"type":["strng"]}`,
		`{"$ref":"https://json-schema.org/draft/2020-12/schema","enum":[{"$id":"q"}],"if":{"$ref":"#/enum/0"}}`,
		`[true`, `true`, `"`, "\xff", ``,
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, o := range []Options{{}, {UnknownKeywords: true}} {
			var mistakes diag.List
			docs := []*load.Document{
				load.Parse("a.json", src, &mistakes),
				load.Parse("b.json", []byte(`{"$id":"http://b/","x-y":[{"a b":{"$ref":"a.json"}}],"properties":{"p":{"$ref":"a.json#/x"}}}`), &mistakes),
			}
			before := mistakes.Len()
			g := o.Resolve(docs[:1], &mistakes)
			if mistakes.Len() == 0 {
				requireComplete(t, g)
				require.NotEmpty(t, g.String())
			} else {
				require.NotEmpty(t, mistakes.Err().Error())
			}

			var both diag.List
			if g := o.Resolve(docs, &both); both.Len() == 0 && before == 0 {
				requireComplete(t, g)
			}
		}
	})
}
