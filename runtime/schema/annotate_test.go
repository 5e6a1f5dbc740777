package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// annotated returns what Basic lists for a value: lines of instance location, keyword location and annotation.
func annotated(t testing.TB, p *schema.Program, instance string) []string {
	var doc tape.Tape
	require.NoError(t, doc.Parse([]byte(instance), tape.Options{}))
	unit, err := p.Basic(&doc, 0)
	require.NoError(t, err)
	lines := []string{}
	for _, a := range unit.Annotations {
		require.True(t, a.Valid)
		lines = append(lines, strings.TrimSpace(a.InstanceLocation+" "+a.KeywordLocation+" "+string(a.Annotation)))
	}
	return lines
}

// TestAnnotations shows what each keyword leaves behind for a valid value.
func TestAnnotations(t *testing.T) {
	for _, c := range []struct {
		draft, schema, instance string
		want                    []string
	}{
		{"2020-12", `{"title":"T","description":"D","default":{"a": 1},"deprecated":true,"readOnly":false,"writeOnly":true,"examples":[1],"type":"number","$comment":"no"}`, `1`,
			[]string{`/title "T"`, `/description "D"`, `/default {"a": 1}`, `/deprecated true`, `/readOnly false`, `/writeOnly true`, `/examples [1]`}},
		{"2020-12", `{"title":"T","type":"string"}`, `1`, []string{}},
		{"2020-12", `{"format":"date","contentEncoding":"base32","contentSchema":{}}`, `"2026-01-01"`, []string{`/format "date"`, `/contentEncoding "base32"`}},
		{"2020-12", `{"format":"date","contentEncoding":"x","contentMediaType":"text/x","contentSchema":{"title":"T"}}`, `1`, []string{`/format "date"`}},
		{"2020-12", `{"contentMediaType":"text/x","contentSchema":{"title":"T"},"x-y/z":null}`, `""`,
			[]string{`/contentMediaType "text/x"`, `/contentSchema {"title":"T"}`, `/x-y~1z null`}},

		// Objects.
		{"2020-12", `{"properties":{"a":{"title":"A"},"q":true},"patternProperties":{"^a":true,"^b":{"title":"B"}},"additionalProperties":{"title":"C"}}`, `{"c":1,"b":2,"a":3}`,
			[]string{`/properties ["a"]`, `/patternProperties ["b","a"]`, `/additionalProperties ["c"]`, `/c /additionalProperties/title "C"`, `/b /patternProperties/^b/title "B"`, `/a /properties/a/title "A"`}},
		{"2020-12", `{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":{"title":"U"}}`, `{"a":1,"b":2}`,
			[]string{`/unevaluatedProperties ["b"]`, `/allOf/0/properties ["a"]`, `/b /unevaluatedProperties/title "U"`}},
		{"2020-12", `{"dependentSchemas":{"a":{"title":"A"},"b":{"title":"B"}},"propertyNames":{"title":"N"}}`, `{"a":1}`, []string{`/dependentSchemas/a/title "A"`}},
		{"2020-12", `{"properties":{},"items":true}`, `[]`, []string{}},

		// Arrays.
		{"2020-12", `{"prefixItems":[{"title":"0"},true],"items":{"title":"I"}}`, `[1,2,3]`, []string{`/prefixItems 1`, `/items true`, `/0 /prefixItems/0/title "0"`, `/2 /items/title "I"`}},
		{"2020-12", `{"prefixItems":[true,true],"items":true}`, `[1]`, []string{`/prefixItems true`}},
		{"2020-12", `{"contains":{"type":"number","title":"N"},"minContains":0,"unevaluatedItems":{"title":"U"}}`, `["",1]`,
			[]string{`/contains [1]`, `/unevaluatedItems true`, `/0 /unevaluatedItems/title "U"`, `/1 /contains/title "N"`}},
		{"2020-12", `{"contains":{"type":"number"},"unevaluatedItems":false}`, `[1,2]`, []string{`/contains true`}},
		{"2020-12", `{"contains":true,"minContains":0}`, `[]`, []string{`/contains []`}},
		{"2019-09", `{"items":[{"title":"0"}],"additionalItems":{"title":"A"},"contains":{"type":"number"}}`, `[1,2]`,
			[]string{`/items 0`, `/additionalItems true`, `/0 /items/0/title "0"`, `/1 /additionalItems/title "A"`}},
		{"2019-09", `{"items":{"title":"I"},"additionalItems":{"title":"A"}}`, `[1]`, []string{`/items true`, `/0 /items/title "I"`}},

		// In place: only what holds counts.
		{"2020-12", `{"$ref":"#/$defs/d","$defs":{"d":{"title":"D"}},"not":{"title":"N","type":"string"}}`, `1`, []string{`/$ref/title "D"`}},
		{"2020-12", `{"anyOf":[{"title":"0","type":"string"},{"title":"1"},{"title":"2"}],"oneOf":[{"title":"0","const":1},{"title":"1","const":2}]}`, `1`,
			[]string{`/anyOf/1/title "1"`, `/anyOf/2/title "2"`, `/oneOf/0/title "0"`}},
		{"2020-12", `{"if":{"title":"I","const":1},"then":{"title":"T"},"else":{"title":"E"}}`, `1`, []string{`/if/title "I"`, `/then/title "T"`}},
		{"2020-12", `{"if":{"title":"I","const":1},"then":{"title":"T"},"else":{"title":"E"}}`, `2`, []string{`/else/title "E"`}},
		{"2020-12", `{"if":{"title":"I"}}`, `2`, []string{`/if/title "I"`}},
		{"2020-12", `{"properties":{"a":{"anyOf":[{"properties":{"b":{"title":"no"},"c":{"type":"string"}}},{"title":"yes"}]}}}`, `{"a":{"b":1,"c":1}}`,
			[]string{`/properties ["a"]`, `/a /properties/a/anyOf/1/title "yes"`}},

		// Before 2019-09 applicators are no annotations, and nothing beside a $ref is one.
		{"draft7", `{"title":"T","properties":{"a":{"title":"A","$ref":"#/definitions/d"}},"definitions":{"d":{"description":"D"}}}`, `{"a":1}`, []string{`/title "T"`, `/a /properties/a/$ref/description "D"`}},
	} {
		s := compile(t, c.draft, "s.json", c.schema)
		assert.Equal(t, c.want, annotated(t, s.Program, c.instance), "%s %s", c.schema, c.instance)
	}
}

// TestAnnotationsAreOptional shows that programs hold none unless asked for them, and that they judge alike.
func TestAnnotationsAreOptional(t *testing.T) {
	fsys := fstest.MapFS{"s.json": {Data: []byte(`{"title":"T","properties":{"a":{"readOnly":true}},"x-y":1}`)}}
	plain, err := dynamic.Compile(fsys, dynamic.Options{}, "s.json")
	require.NoError(t, err)
	assert.Empty(t, plain[0].Program.Annotations)
	assert.Empty(t, annotated(t, plain[0].Program, `{"a":1}`))
	full, err := dynamic.Compile(fsys, dynamic.Options{Annotations: true}, "s.json")
	require.NoError(t, err)
	assert.Equal(t, plain[0].Program.Nodes, full[0].Program.Nodes)
	assert.Equal(t, plain[0].Program.String()+"annotation @1 title=\"\\\"T\\\"\"\nannotation @1 properties\nannotation @1 x-y=1\nannotation @2 readOnly=true\n", full[0].Program.String())
}

// TestDetailedAnnotations shows the tree of annotations, and its JSON.
func TestDetailedAnnotations(t *testing.T) {
	s := compile(t, "2020-12", "s.json", `{"title": "T", "properties": {"a": {"$ref": "#/$defs/d"}}, "$defs": {"d": {"title": "D", "readOnly": true}}}`)
	var doc tape.Tape
	require.NoError(t, doc.Parse([]byte(`{"a": 1}`), tape.Options{}))
	unit, err := s.Program.Detailed(&doc, 0)
	require.NoError(t, err)
	const at = `"absoluteKeywordLocation":"x:s#`
	assert.Equal(t, `{"valid":true,"keywordLocation":"",`+at+`","instanceLocation":"","annotations":[`+
		`{"valid":true,"keywordLocation":"/title",`+at+`/title","instanceLocation":"","annotation":"T"},`+
		`{"valid":true,"keywordLocation":"/properties",`+at+`/properties","instanceLocation":"","annotation":["a"]},`+
		`{"valid":true,"keywordLocation":"/properties/a/$ref",`+at+`/$defs/d","instanceLocation":"/a","annotations":[`+
		`{"valid":true,"keywordLocation":"/properties/a/$ref/title",`+at+`/$defs/d/title","instanceLocation":"/a","annotation":"D"},`+
		`{"valid":true,"keywordLocation":"/properties/a/$ref/readOnly",`+at+`/$defs/d/readOnly","instanceLocation":"/a","annotation":true}]}]}`,
		marshalled(t, unit, map[string]string{"s.json": "x:s"}))

	require.NoError(t, doc.Parse([]byte(`1`), tape.Options{}))
	unit, err = compile(t, "2020-12", "s.json", `true`).Program.Detailed(&doc, 0)
	require.NoError(t, err)
	assert.Equal(t, schema.OutputUnit{Valid: true}, unit)
	unit, err = compile(t, "2020-12", "s.json", `{"title":"T","type":"null"}`).Program.Detailed(&doc, 0)
	require.NoError(t, err)
	assert.Equal(t, "/type", unit.KeywordLocation, "a value that is not valid has no annotations")
	assert.Empty(t, unit.Annotations)
}

// TestTooManyAnnotations shows that collecting annotations ends, with an error, where branches multiply; that values are large is no reason.
func TestTooManyAnnotations(t *testing.T) {
	var defs []string
	for i := range 12 {
		next := `{"$ref":"#/$defs/d` + strconv.Itoa(i+1) + `"}`
		defs = append(defs, `"d`+strconv.Itoa(i)+`":{"allOf":[`+next+`,`+next+`]}`)
	}
	s := compile(t, "2020-12", "s.json", `{"items":{"$ref":"#/$defs/d0"},"title":"T","$defs":{`+strings.Join(defs, ",")+`,"d12":{"title":"D"}}}`)
	s.Program.Limits.Steps = 20_000
	var doc tape.Tape
	require.NoError(t, doc.Parse([]byte(`[]`), tape.Options{}))
	_, err := s.Program.Basic(&doc, 0)
	require.NoError(t, err)
	require.NoError(t, doc.Parse([]byte(`[1]`), tape.Options{}))
	require.True(t, s.Program.Valid(&doc, 0))
	for _, format := range []func(*tape.Tape, tape.Node) (schema.OutputUnit, error){s.Program.Basic, s.Program.Detailed} {
		_, err = format(&doc, 0)
		assert.EqualError(t, err, `collecting annotations takes more than 22048 steps (a limit that can be set: "steps")`)
	}

	wide := compile(t, "2020-12", "s.json", `{"items":{"title":"T"}}`)
	require.NoError(t, doc.Parse([]byte(`[0`+strings.Repeat(",0", 20_000)+`]`), tape.Options{}))
	unit, err := wide.Program.Basic(&doc, 0)
	require.NoError(t, err)
	assert.Len(t, unit.Annotations, 20_002)
}

// TestAnnotationSuite runs the official tests of annotations in every dialect that they are for.
func TestAnnotationSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(suite(t), "annotations", "tests", "*.json"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the suite has no annotations")
	}
	for draft, release := range map[string]int{"draft4": 4, "draft6": 6, "draft7": 7, "2019-09": 2019, "2020-12": 2020} {
		t.Run(draft, func(t *testing.T) {
			asserted := 0
			for _, file := range files {
				asserted += annotationTests(t, file, draft, release)
			}
			assert.Greater(t, asserted, 15)
		})
	}
}

func annotationTests(t *testing.T, file, draft string, release int) (asserted int) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var tests struct {
		Suite []struct {
			Description, Compatibility string
			Schema                     json.RawMessage
			ExternalSchemas            map[string]json.RawMessage
			Tests                      []struct {
				Instance   json.RawMessage
				Assertions []struct {
					Location, Keyword string
					Expected          map[string]json.RawMessage
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &tests))
	for _, c := range tests.Suite {
		if !compatible(t, c.Compatibility, release) {
			continue
		}
		fsys := fstest.MapFS{"s.json": {Data: c.Schema}}
		options := dynamic.Options{Dialect: draft, Annotations: true, UnknownKeywords: true, Map: map[string]string{}}
		for uri, external := range c.ExternalSchemas {
			name := strconv.Itoa(len(fsys)) + ".json"
			fsys[name], options.Map[uri] = &fstest.MapFile{Data: external}, name
		}
		compiled, err := dynamic.Compile(fsys, options, "s.json")
		require.NoError(t, err, "%s", c.Description)
		for _, test := range c.Tests {
			var doc tape.Tape
			require.NoError(t, doc.Parse(test.Instance, tape.Options{}))
			unit, err := compiled[0].Program.Basic(&doc, 0)
			require.NoError(t, err)
			require.True(t, unit.Valid)
			for _, a := range test.Assertions {
				got := map[string]string{}
				for _, u := range unit.Annotations {
					if at, keyword, _ := cutLast(u.AbsoluteKeywordLocation); u.InstanceLocation == a.Location && keyword == a.Keyword {
						got[strings.TrimPrefix(at, "s.json")] = string(u.Annotation)
					}
				}
				asserted++
				if assert.Len(t, got, len(a.Expected), "%s: %s of %q: %v", c.Description, a.Keyword, a.Location, got) {
					for at, want := range a.Expected {
						assert.JSONEq(t, string(want), got[at], "%s: %s of %q at %s: %v", c.Description, a.Keyword, a.Location, at, got)
					}
				}
			}
		}
	}
	return asserted
}

func cutLast(pointer string) (before, after string, found bool) {
	i := strings.LastIndexByte(pointer, '/')
	return pointer[:i], pointer[i+1:], true
}

// compatible reports whether a release of the specification is one of those that a test is for, such as "6,<=2019".
func compatible(t *testing.T, constraints string, release int) bool {
	for c := range strings.SplitSeq(constraints, ",") {
		digits := strings.TrimLeft(c, "<=")
		if c == "" {
			continue
		}
		n, err := strconv.Atoi(digits)
		require.NoError(t, err)
		switch strings.TrimSuffix(c, digits) {
		case "":
			if release < n {
				return false
			}
		case "<=":
			if release > n {
				return false
			}
		case "=":
			if release != n {
				return false
			}
		}
	}
	return true
}
