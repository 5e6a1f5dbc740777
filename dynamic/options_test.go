package dynamic_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
)

// one compiles the first of the files.
func one(t *testing.T, o dynamic.Options, nameAndText ...string) *dynamic.Schema {
	t.Helper()
	schemas, err := dynamic.Compile(files(t, nameAndText...), o, nameAndText[0])
	require.NoError(t, err)
	return schemas[0]
}

// refused returns why the first of the files is refused.
func refused(t *testing.T, o dynamic.Options, nameAndText ...string) string {
	t.Helper()
	_, err := dynamic.Compile(files(t, nameAndText...), o, nameAndText[0])
	require.Error(t, err)
	return err.Error()
}

func TestMap(t *testing.T) {
	o := dynamic.Options{Map: map[string]string{
		"https://example.com/schemas/":     "lib",
		"https://example.com/schemas/deep": "elsewhere",
		"urn:example:size":                 "size.json",
		"HTTPS://Example.com/meta":         "meta.json",
	}}
	s := one(t, o,
		"lib/a.json", `{"properties": {
			"b": {"$ref": "https://example.com/schemas/b%20c.json#/$defs/b"},
			"deep": {"$ref": "https://example.com/schemas/deep/d.json"},
			"size": {"$ref": "urn:example:size"},
			"own": {"$ref": "https://example.com/schemas/../schemas/a.json"}}}`,
		"lib/b c.json", `{"$defs": {"b": {"allOf": [{"$ref": "deep/d.json"}, {"$ref": "e.json"}]}}}`, // relative to its URI
		"lib/e.json", `{"minimum": 3}`,
		"lib/other.json", `is not read, for nothing refers to it`,
		"elsewhere/d.json", `{"$schema": "https://example.com/meta", "properties": {"a": {"$ref": "../b%20c.json#/$defs/b"}}, "maximum": 10}`,
		"meta.json", `{"$id": "https://example.com/meta", "$vocabulary": {
			"https://json-schema.org/draft/2020-12/vocab/applicator": true, "https://json-schema.org/draft/2020-12/vocab/validation": true}}`,
		"size.json", `{"$id": "https://example.com/size", "type": "integer", "items": {"$ref": "#"}}`,
	)
	for _, valid := range []string{`{"b": 3, "deep": {"a": 3}, "size": 1, "own": {"b": 3}}`, `{"own": {"own": {"own": {}}}}`} {
		assert.NoError(t, s.Validate([]byte(valid)))
	}
	for _, invalid := range []string{`{"b": 2}`, `{"b": 11}`, `{"deep": 11}`, `{"deep": {"a": 2}}`, `{"size": "1"}`, `{"own": {"b": 2}}`} {
		assert.False(t, s.Valid([]byte(invalid)), invalid)
	}
	assert.Contains(t, s.Program.Sources, "elsewhere/d.json", "places are those of files")
}

func TestMapMistakes(t *testing.T) {
	to := func(uri, place string) dynamic.Options { return dynamic.Options{Map: map[string]string{uri: place}} }
	refers := `{"$ref": "http://a/b.json"}`
	assert.Contains(t, refused(t, to("http://a/", "lib"), "a.json", refers), "a.json:1:10: $ref refers to \"http://a/b.json\", but there is no document \"http://a/b.json\"")
	assert.Contains(t, refused(t, to("http://a/", "lib"), "a.json", refers), `help: it is mapped to "lib/b.json": file does not exist`)
	assert.Contains(t, refused(t, to("http://a/", "lib"), "a.json", refers, "lib/b.json", `{"type": "int"}`), "lib/b.json:1:10: ")
	assert.Contains(t, refused(t, to("http://a/", "lib"), "a.json", refers, "lib/b.json", `{`), "lib/b.json:1:2: ")
	assert.Contains(t, refused(t, to("http://a/", "lib"), "a.json", `{"$schema": "http://a/b.json"}`), `help: it is mapped to "lib/b.json": file does not exist`)
	assert.Contains(t, refused(t, to("http://a/", "lib/c"), "a.json", `{"$ref": "http://a/%2e%2e/b.json"}`, "lib/b.json", `{}`), `is no file below "lib/c"`)
	assert.Contains(t, refused(t, to("http://a/", "lib/c"), "a.json", `{"$ref": "http://a/..%2Fb.json"}`, "lib/b.json", `{}`), `"../b.json" is no file below "lib/c"`)
	assert.Contains(t, refused(t, to("http://a/b", "lib"), "a.json", refers, "lib/b.json", `{}`), "there is no document", "only whole segments count")
	assert.Equal(t, `"a/b" cannot be mapped to a file: it is no absolute URI without a fragment`, refused(t, to("a/b", "lib"), "a.json", `{}`))
	assert.Equal(t, `"http://a" is mapped twice`, refused(t, dynamic.Options{Map: map[string]string{"http://a": "b", "http://A/": "c"}}, "a.json", `{}`))
}

func TestDialect(t *testing.T) {
	exclusive := `{"maximum": 3, "exclusiveMaximum": true}`
	s := one(t, dynamic.Options{Dialect: "draft4", Map: map[string]string{"http://a/": "."}}, "a.json", `{"$ref": "http://a/b.json"}`, "b.json", exclusive)
	assert.True(t, s.Valid([]byte(`2`)))
	assert.False(t, s.Valid([]byte(`3`)))
	assert.Contains(t, refused(t, dynamic.Options{}, "a.json", exclusive), "exclusiveMaximum must be a number")
	assert.Contains(t, refused(t, dynamic.Options{Dialect: "draft4"}, "a.json", `{"$schema": "http://json-schema.org/draft-07/schema#", "exclusiveMaximum": true}`),
		"exclusiveMaximum must be a number", "what the schema says counts")
	assert.Contains(t, refused(t, dynamic.Options{Dialect: "draft3"}, "a.json", `{}`), `unknown dialect "draft3"`)
}

func TestUnknownKeywords(t *testing.T) {
	source := `{"$schema": "http://json-schema.org/draft-04/schema#", "const": 1, "requierd": ["a"], "definitions": {"a": {"if": false, "then": 3}}}`
	assert.Contains(t, refused(t, dynamic.Options{}, "a.json", source), `unknown keyword "requierd"`)
	assert.True(t, one(t, dynamic.Options{UnknownKeywords: true}, "a.json", source).Valid([]byte(`{}`)))
	assert.Contains(t, refused(t, dynamic.Options{UnknownKeywords: true}, "a.json", `{"a": 1, "required": 1}`), "required must be an array", "known ones must be right")

	source = `{"format": "dates"}`
	assert.Contains(t, refused(t, dynamic.Options{AssertFormat: true}, "a.json", source), `unknown format "dates" cannot be asserted`)
	assert.True(t, one(t, dynamic.Options{AssertFormat: true, UnknownKeywords: true}, "a.json", source).Valid([]byte(`""`)))
	o := dynamic.Options{UnknownKeywords: true, Map: map[string]string{"x:meta": "meta.json"}}
	assert.Contains(t, refused(t, o, "a.json", `{"$schema": "x:meta", "format": "dates"}`,
		"meta.json", `{"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/format-assertion": true}}`), `unknown format "dates" cannot be asserted`)
}

func TestAssertContent(t *testing.T) {
	source := `{"contentEncoding": "base64", "contentMediaType": "application/json"}`
	assert.True(t, one(t, dynamic.Options{}, "a.json", source).Valid([]byte(`"{"`)))
	s := one(t, dynamic.Options{AssertContent: true}, "a.json", source)
	assert.NoError(t, s.Validate([]byte(`"MQ=="`)))
	assert.ErrorContains(t, s.Validate([]byte(`"{}"`)), `must be base64 (RFC 4648), got "{}"`)
	assert.ErrorContains(t, s.Validate([]byte(`"ew=="`)), `must hold JSON, got "ew=="`)
}

// TestVocabularies has a metaschema without the validation vocabulary: its keywords are unknown, and with unknown keywords accepted they assert nothing.
func TestVocabularies(t *testing.T) {
	meta := `{"$id": "https://example.com/meta", "$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true,
		"https://json-schema.org/draft/2020-12/vocab/applicator": true, "https://json-schema.org/draft/2020-12/vocab/format-assertion": %}}`
	source := `{"$schema": "https://example.com/meta", "properties": {"a": {"minLength": 3, "format": "date"}}}`
	for _, required := range []string{"true", "false"} {
		text := string(bytes.ReplaceAll([]byte(meta), []byte("%"), []byte(required)))
		o := dynamic.Options{Map: map[string]string{"https://example.com/meta": "meta.json"}}
		assert.Contains(t, refused(t, o, "a.json", source, "meta.json", text), `keyword "minLength" does not exist in 2020-12 with the vocabularies of`)
		o.UnknownKeywords = true
		s := one(t, o, "a.json", source, "meta.json", text)
		assert.False(t, s.Valid([]byte(`{"a": "no date"}`)), "a dialect that lists format-assertion asserts formats")
		assert.True(t, s.Valid([]byte(`{"a": 1}`)))
	}
	o := dynamic.Options{Map: map[string]string{"https://example.com/meta": "meta.json"}}
	assert.Contains(t, refused(t, o, "a.json", source, "meta.json", `{"$vocabulary": {"https://example.com/vocab": true}}`),
		`meta.json:1:18: unknown vocabulary "https://example.com/vocab" is required`)
}

// TestBenchmarkSchemas compiles the schemas of a benchmark of validators, which have keywords that nobody knows, and checks that they accept their instances.
func TestBenchmarkSchemas(t *testing.T) {
	folder := above(filepath.Join("shared", "data", "validator-benchmark"))
	if folder == "" {
		t.Skip("no shared/data/validator-benchmark folder above this one")
	}
	names, err := filepath.Glob(filepath.Join(folder, "*", "schema.json"))
	require.NoError(t, err)
	require.Len(t, names, 8)
	for _, name := range names {
		name := filepath.Base(filepath.Dir(name))
		t.Run(name, func(t *testing.T) {
			schemas, err := dynamic.Compile(os.DirFS(folder), dynamic.Options{UnknownKeywords: true}, name+"/schema.json")
			require.NoError(t, err)
			instances, err := os.ReadFile(filepath.Join(folder, name, "instances.jsonl"))
			require.NoError(t, err)
			lines := 0
			for line := range bytes.Lines(instances) {
				lines++
				if !schemas[0].Valid(bytes.TrimSpace(line)) {
					require.NoError(t, schemas[0].Validate(bytes.TrimSpace(line)), "instances.jsonl:%d", lines)
				}
			}
			assert.Positive(t, lines)
		})
	}
}

// above finds a folder beside a folder that holds this one; "" if there is none.
func above(name string) string {
	for up := "."; len(up) < 40; up = filepath.Join("..", up) {
		if folder := filepath.Join(up, name); isFolder(folder) {
			return folder
		}
	}
	return ""
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func TestLimits(t *testing.T) {
	deep := func(n int, open, inner, end string) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	limits := func(l dynamic.Limits) dynamic.Options { return dynamic.Options{Limits: l} }

	properties := deep(6_000, `{"properties":{"a":`, `{"type":"null"}`, "}}")
	assert.Contains(t, refused(t, dynamic.Options{}, "a.json", properties), "nested more than 10000 deep\n\thelp: the limit \"depth\" can be raised: -limit depth=NUMBER")
	s := one(t, limits(dynamic.Limits{Depth: 20_000}), "a.json", properties)
	assert.True(t, s.Valid([]byte(deep(6_000, `{"a":`, "null", "}"))))
	assert.False(t, s.Valid([]byte(deep(6_000, `{"a":`, "1", "}"))))
	assert.Contains(t, refused(t, limits(dynamic.Limits{Depth: 5}), "a.json", properties), "nested more than 5 deep")
	assert.Contains(t, refused(t, limits(dynamic.Limits{Depth: 20_000}), "a.json", `{"const":`+deep(10_001, "[", "", "]")+`}`), "const is nested deeper than any instance can be")

	chain := deep(2_000, `{"not":`, "{}", "}")
	assert.Contains(t, refused(t, dynamic.Options{}, "a.json", chain), "more than 1000 schemas apply to one value through each other\n\thelp: the limit \"in-place\" can be raised")
	assert.True(t, one(t, limits(dynamic.Limits{InPlace: 3_000}), "a.json", chain).Valid([]byte("1")))

	assert.Contains(t, refused(t, limits(dynamic.Limits{Size: 1}), "a.json", `{}`), "a schema file may have 1 bytes, this one has more\n\thelp: the limit \"size\" can be raised")
	assert.Contains(t, refused(t, limits(dynamic.Limits{Pointers: 10}), "a.json", `{"properties": {"abc": {}}}`), "the limit \"pointers\" can be raised")
	assert.Contains(t, refused(t, limits(dynamic.Limits{Mistakes: 1}), "a.json", `{"type": 1, "title": 1}`), "and 1 more mistakes (the first 1 are shown: -limit mistakes=NUMBER)")
	assert.Contains(t, refused(t, limits(dynamic.Limits{Schemas: 2}), "a.json", `{"properties": {"a": {}, "b": true}}`), "a.json:1:31: there are more than 2 schemas and subschemas at #/properties/b")
	patterns := `{"properties": {"a": {"pattern": "a{20}"}, "b": {"pattern": "a{20}"}, "c": {"pattern": "^a{20}$"}, "d": {"pattern": "d"}}}`
	assert.NotNil(t, one(t, limits(dynamic.Limits{Patterns: 200}), "a.json", patterns))
	assert.Equal(t, "a.json:1:88: the patterns of the schema have more than 60 steps and ranges of characters together at #/properties/c/pattern\n\thelp: the limit \"patterns\" can be raised: "+
		"-limit patterns=NUMBER", refused(t, limits(dynamic.Limits{Patterns: 60}), "a.json", patterns))
	dynamics := `{"$id": "x:a", "$ref": "x:b", "$dynamicAnchor": "n", "$defs": {"b": {"$id": "x:b", "$dynamicAnchor": "n", "items": {"$dynamicRef": "#n"},
		"prefixItems": [{"$dynamicRef": "#m"}], "$defs": {"m": {"$dynamicAnchor": "m"}}}, "c": {"$dynamicAnchor": "m"}}}`
	assert.NotNil(t, one(t, dynamic.Options{}, "a.json", dynamics))
	assert.Contains(t, refused(t, limits(dynamic.Limits{Anchors: 1}), "a.json", dynamics), "the limit \"anchors\" can be raised")
}

// An assertion that asserts nothing is a schema's right.
func TestAssertionsOfNothing(t *testing.T) {
	for _, keywords := range []string{
		`"minLength":0`, `"minItems":0`, `"minProperties":0`, `"required":[]`, `"allOf":[{}]`, `"properties":{}`, `"patternProperties":{}`,
		`"dependentRequired":{}`, `"dependentSchemas":{}`, `"prefixItems":[true]`, `"contains":true,"minContains":0`, `"uniqueItems":false`,
	} {
		schema := `{"properties":{"a":{"type":["string","array","object"],` + keywords + `}}}`
		all, err := dynamic.Compile(fstest.MapFS{"a.json": &fstest.MapFile{Data: []byte(schema)}}, dynamic.Options{}, "a.json")
		require.NoError(t, err, schema)
		for _, text := range []string{`{"a":""}`, `{"a":[]}`, `{"a":{}}`, `{"b":1}`} {
			assert.True(t, all[0].Valid([]byte(text)), "%s: %s", schema, text)
			assert.True(t, all[0].Program.ValidText([]byte(text)), "%s: %s", schema, text)
			assert.NoError(t, all[0].Validate([]byte(text)), "%s: %s", schema, text)
		}
		assert.False(t, all[0].Program.ValidText([]byte(`{"a":1}`)))
	}
}
