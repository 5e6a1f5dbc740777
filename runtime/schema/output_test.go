package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// outputs are the formats by the names that the output tests have for them.
var outputs = map[string]func(*schema.Program, *tape.Tape) (any, error){
	"flag":     func(p *schema.Program, t *tape.Tape) (any, error) { return p.Validate(t, 0).Flag(), nil },
	"basic":    func(p *schema.Program, t *tape.Tape) (any, error) { return p.Basic(t, 0) },
	"detailed": func(p *schema.Program, t *tape.Tape) (any, error) { return p.Detailed(t, 0) },
}

// marshalled returns an output as JSON, with documents called by their URIs.
func marshalled(t testing.TB, output any, uris map[string]string) string {
	if unit, ok := output.(schema.OutputUnit); ok {
		output = unit.Locate(uris)
	}
	text, err := json.Marshal(output)
	require.NoError(t, err)
	return string(text)
}

// compile compiles schemas, given by name and text, of a draft; the first is returned.
func compile(t testing.TB, draft string, files ...string) *dynamic.Schema {
	fsys := fstest.MapFS{}
	var names []string
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
		names = append(names, files[i])
	}
	schemas, err := dynamic.Compile(fsys, dynamic.Options{Dialect: draft, AssertFormat: true, AssertContent: true, Annotations: true}, names...)
	require.NoError(t, err)
	return schemas[0]
}

// TestOutputSuite runs the official output tests: what is produced must be valid by the schemas that they give.
func TestOutputSuite(t *testing.T) {
	folder := filepath.Join(suite(t), "output-tests")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the suite has no output-tests")
	}
	for _, draft := range []string{"2019-09", "2020-12"} {
		t.Run(draft, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(folder, "draft"+draft, "content", "*.json"))
			require.NoError(t, err)
			outputSchema, err := os.ReadFile(filepath.Join(folder, "draft"+draft, "output-schema.json"))
			require.NoError(t, err)
			tests := 0
			for _, file := range files {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				var groups []struct {
					Description string
					Schema      json.RawMessage
					Tests       []struct {
						Description string
						Data        json.RawMessage
						Output      map[string]json.RawMessage
					}
				}
				require.NoError(t, json.Unmarshal(text, &groups))
				for _, g := range groups {
					var id struct {
						ID string `json:"$id"`
					}
					require.NoError(t, json.Unmarshal(g.Schema, &id))
					tested := compile(t, draft, "tested.json", string(g.Schema))
					for _, test := range g.Tests {
						name := filepath.Base(file) + ": " + g.Description + ": " + test.Description
						var doc tape.Tape
						require.NoError(t, doc.Parse(test.Data, tape.Options{}))
						for format, wanted := range test.Output {
							require.Contains(t, outputs, format)
							checker := compile(t, draft, "wanted.json", string(wanted), "output-schema.json", string(outputSchema))
							output, err := outputs[format](tested.Program, &doc)
							require.NoError(t, err)
							got := marshalled(t, output, map[string]string{"tested.json": id.ID})
							tests++
							assert.NoError(t, checker.Validate([]byte(got)), "%s: %s\n%s", name, format, got)
						}
					}
				}
			}
			assert.Positive(t, tests)
		})
	}
}

// violations returns what is wrong with an instance, nil if nothing is.
func violations(t testing.TB, s *dynamic.Schema, instance string) *schema.Error {
	var doc tape.Tape
	require.NoError(t, doc.Parse([]byte(instance), tape.Options{}))
	return s.Program.Validate(&doc, 0)
}

// TestOutputOfPolygon has the schema and the instance of the specification's examples (2020-12 Core section 12.4), and so the same tree.
func TestOutputOfPolygon(t *testing.T) {
	s := compile(t, "2020-12", "polygon.json", `{
		"$id": "https://example.com/polygon",
		"$defs": {"point": {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}},
			"additionalProperties": false, "required": ["x", "y"]}},
		"type": "array", "items": {"$ref": "#/$defs/point"}, "minItems": 3}`)
	uris := map[string]string{"polygon.json": "https://example.com/polygon"}
	e := violations(t, s, `[{"x": 2.5, "y": 1.3}, {"x": 1, "z": 6.7}]`)
	assert.JSONEq(t, `{"valid": false}`, marshalled(t, e.Flag(), uris))
	const polygon = `https://example.com/polygon#`
	minItems := `{"valid": false, "keywordLocation": "/minItems", "absoluteKeywordLocation": "` + polygon + `/minItems", "instanceLocation": "",
		"error": "the value must have at least 3 items, got 2"}`
	required := `{"valid": false, "keywordLocation": "/items/$ref/required", "absoluteKeywordLocation": "` + polygon + `/$defs/point/required",
		"instanceLocation": "/1", "error": "missing property \"y\""}`
	additional := `{"valid": false, "keywordLocation": "/items/$ref/additionalProperties",
		"absoluteKeywordLocation": "` + polygon + `/$defs/point/additionalProperties", "instanceLocation": "/1/z",
		"error": "unknown property \"z\""}`
	root := `{"valid": false, "keywordLocation": "", "absoluteKeywordLocation": "` + polygon + `", "instanceLocation": "", "errors": [`
	basic, detailed := marshalled(t, e.Basic(), uris), marshalled(t, e.Detailed(), uris)
	assert.JSONEq(t, root+minItems+","+required+","+additional+`]}`, basic)
	assert.JSONEq(t, root+minItems+`, {"valid": false, "keywordLocation": "/items/$ref", "absoluteKeywordLocation": "`+polygon+`/$defs/point",
		"instanceLocation": "/1", "errors": [`+required+","+additional+`]}]}`, detailed)
	assert.True(t, strings.HasPrefix(detailed, `{"valid":false,"keywordLocation":"","absoluteKeywordLocation":`), "members come in the order of the specification")
	for range 3 {
		assert.Equal(t, detailed, marshalled(t, e.Detailed(), uris))
	}

	e = violations(t, s, `[{"x": 0, "y": 0}, {"x": 1, "y": 0}, {"x": 1, "y": 1}]`)
	assert.Equal(t, `{"valid":true}`, marshalled(t, e.Flag(), uris))
	assert.Equal(t, `{"valid":true,"keywordLocation":"","instanceLocation":""}`, marshalled(t, e.Basic(), uris))
	assert.Equal(t, `{"valid":true,"keywordLocation":"","instanceLocation":""}`, marshalled(t, e.Detailed(), uris))
}

// outline writes a unit and those below it, a line for each.
func outline(u schema.OutputUnit, indent string) string {
	text := indent + u.KeywordLocation + " | " + u.AbsoluteKeywordLocation + " | " + u.InstanceLocation
	if u.Error != "" {
		text += " | " + u.Error
	}
	text += "\n"
	for _, below := range u.Errors {
		text += outline(below, indent+"\t")
	}
	return text
}

// TestDetailed shows how violations are put below what they have in common.
func TestDetailed(t *testing.T) {
	for _, c := range []struct{ schema, instance, want string }{
		// One violation is the whole tree.
		{`{"properties": {"a": {"items": {"type": "string"}}}}`, `{"a": ["", 5]}`, `
			/properties/a/items/type | s.json#/properties/a/items/type | /a/1 | a/1 must be a string, got the number 5
		`},
		// Items of the same subschema have the keyword items in common, and the violations of one item its subschema.
		{`{"items": {"minimum": 5, "multipleOf": 2}}`, `[1, 3, 4]`, `
			/items | s.json#/items | 
				/items | s.json#/items | /0
					/items/multipleOf | s.json#/items/multipleOf | /0 | item 0 must be a multiple of 2, got 1
					/items/minimum | s.json#/items/minimum | /0 | item 0 must be >= 5, got 1
				/items | s.json#/items | /1
					/items/multipleOf | s.json#/items/multipleOf | /1 | item 1 must be a multiple of 2, got 3
					/items/minimum | s.json#/items/minimum | /1 | item 1 must be >= 5, got 3
				/items/minimum | s.json#/items/minimum | /2 | item 2 must be >= 5, got 4
		`},
		// What is between two references has an absolute location too.
		{`{"$ref": "#/$defs/p~1q%20r", "$defs": {"p/q r": {"properties": {"a": {"$ref": "#/$defs/n"}, "b": {"$ref": "#/$defs/n"}}}, "n": {"type": "null"}}}`,
			`{"a": 1, "b": 2}`, `
			/$ref/properties | s.json#/$defs/p~1q%20r/properties | 
				/$ref/properties/a/$ref/type | s.json#/$defs/n/type | /a | a must be null, got the number 1
				/$ref/properties/b/$ref/type | s.json#/$defs/n/type | /b | b must be null, got the number 2
		`},
		// The causes of a union are below it.
		{`{"properties": {"u": {"oneOf": [{"type": "null"}, {"type": "object", "required": ["a"], "properties": {"b": {"type": "null"}}}, {"type": "object", "required": ["c", "d", "e"]}]}}, "required": ["x"]}`,
			`{"u": {"b": 1}}`, `
			 | s.json# | 
				/required | s.json#/required |  | missing property "x"
				/properties/u/oneOf | s.json#/properties/u/oneOf | /u | u must match one of the 3 schemas of oneOf; number 1 comes closest: missing property "a"
					/properties/u/oneOf/1 | s.json#/properties/u/oneOf/1 | /u
						/properties/u/oneOf/1/required | s.json#/properties/u/oneOf/1/required | /u | missing property "a"
						/properties/u/oneOf/1/properties/b/type | s.json#/properties/u/oneOf/1/properties/b/type | /u/b | b must be null, got the number 1
		`},
		// A keyword that is violated twice has two units.
		{`{"required": ["a", "b"], "additionalProperties": false, "properties": {"a": true, "b": true, "c": false}}`, `{"c": 1, "d": 1}`, `
			 | s.json# | 
				/required | s.json#/required |  | missing property "a"
				/required | s.json#/required |  | missing property "b"
				/properties/c | s.json#/properties/c | /c | property "c" is not allowed
				/additionalProperties | s.json#/additionalProperties | /d | unknown property "d"
		`},
	} {
		e := violations(t, compile(t, "2020-12", "s.json", c.schema), c.instance)
		require.NotNil(t, e, "%s", c.schema)
		assert.Equal(t, trimmed(c.want), outline(e.Detailed(), ""), "%s", c.schema)
	}
}

// TestOutputOfMore shows that violations which were left out are counted in the output, and that an Error from elsewhere has an output.
func TestOutputOfMore(t *testing.T) {
	s := compile(t, "2020-12", "s.json", `{"items": {"type": "string"}}`)
	e := violations(t, s, `[1`+strings.Repeat(",1", schema.MaxViolations+1)+`]`)
	for _, u := range []schema.OutputUnit{e.Basic(), e.Detailed()} {
		last := u.Errors[len(u.Errors)-1]
		assert.Equal(t, schema.OutputUnit{AbsoluteKeywordLocation: "s.json#", Error: "2 more violations"}, last)
		assert.Empty(t, u.KeywordLocation)
	}
	assert.Len(t, e.Basic().Errors, schema.MaxViolations+1)
	assert.Len(t, e.Detailed().Errors, 2, "all of items, and the count")
	assert.Len(t, e.Violations, schema.MaxViolations, "the Error stays as it was")

	made := &schema.Error{Violations: []schema.Violation{{Message: "a"}, {KeywordLocation: "x", InstanceLocation: "//", Message: "b"}, {KeywordLocation: "/items/", Message: "c"}}}
	assert.Len(t, made.Basic().Errors, 3)
	assert.Len(t, made.Detailed().Errors, 3)
	assert.Equal(t, "invalid", new(schema.Error).Basic().Errors[0].Error)
	assert.Equal(t, "invalid", new(schema.Error).Detailed().Error)
}

// TestOutputIsByItsSchema holds the outputs of all mistakes against the schema that the suite has of outputs.
func TestOutputIsByItsSchema(t *testing.T) {
	file := filepath.Join(suite(t), "output-tests", "draft2020-12", "output-schema.json")
	outputSchema, err := os.ReadFile(file)
	if err != nil {
		t.Skip("the suite has no output-tests")
	}
	checker := func(format string) *dynamic.Schema {
		return compile(t, "2020-12", "wanted.json", `{"$ref": "https://json-schema.org/draft/2020-12/output/schema#/$defs/`+format+`"}`, "output-schema.json", string(outputSchema))
	}
	flag, basic, detailed := checker("flag"), checker("basic"), checker("detailed")
	for _, m := range mistakes {
		e := violations(t, compile(t, m.draft, "s.json", m.schema), m.instance)
		uris := map[string]string{"s.json": "https://example.com/s.json"}
		for output, by := range map[string]*dynamic.Schema{
			marshalled(t, e.Flag(), uris):     flag,
			marshalled(t, e.Basic(), uris):    basic,
			marshalled(t, e.Detailed(), uris): detailed,
		} {
			assert.NoError(t, by.Validate([]byte(output)), "%s", output)
		}
		for _, v := range e.Basic().Errors {
			assert.NotEmpty(t, v.AbsoluteKeywordLocation)
		}
	}
	assert.Error(t, basic.Validate([]byte(`{"valid":false,"keywordLocation":"/a/$ref/b","instanceLocation":"","error":"x"}`)), "the checker checks")
}
