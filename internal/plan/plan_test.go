package plan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/internal/plan"
	"github.com/assay-go/assay/runtime/scan"
)

// TestShippedPlans compares the plans of the shipped schemas with goldens, so that a change of what the scanner checks shows in review.
func TestShippedPlans(t *testing.T) {
	schemas, err := dynamic.Compile(os.DirFS("../../schemas"), dynamic.Options{AssertFormat: true}, "events.schema.json", "metrics.schema.json")
	require.NoError(t, err)
	for _, s := range schemas {
		file := filepath.Join("testdata", strings.TrimSuffix(s.Name, ".schema.json")+".txt")
		if os.Getenv("UPDATE") == "1" {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(file, []byte(s.Plan().String()), 0o644))
			continue
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err, "no golden: run UPDATE=1 go test ./internal/plan and read what it wrote")
		assert.Equal(t, string(want), s.Plan().String(), "if this is right, run UPDATE=1 go test ./internal/plan")
	}
}

// TestCovered has a schema for each thing that a plan can say, texts that the scanner must be sure of, and texts that are not valid.
func TestCovered(t *testing.T) {
	for _, c := range []struct {
		name, schema  string
		sure, invalid []string
	}{
		{"types", `{"type": ["integer", "null", "array"]}`, []string{`1`, `1.0`, `10e-1`, `-0`, `null`, `[{"a":[]}]`, " \t\r\n 7 \n"}, []string{`1.5`, `"a"`, `{}`, `true`, `01`, `1e-1`, `nul`, ``}},
		{"limits", `{"minimum": -1.5, "exclusiveMaximum": 1e2, "multipleOf": 0.25}`, []string{`-1.5`, `99.75`, `0`, `1e1`, `"a"`}, []string{`100`, `-1.75`, `0.1`, `1e400`}},
		{"lengths", `{"minLength": 2, "maxLength": 3}`, []string{`"ab"`, `"äöü"`, `"😀😀"`, `5`}, []string{`"a"`, `"ä"`, `"abcd"`, `"😀"`}},
		{"patterns", `{"pattern": "^[a-z]+-[0-9]{2}$"}`, []string{`"abc-12"`}, []string{`"abc-1"`, `"-12"`, `"abc-123"`, `"ABC-12"`, `"äbc-12"`}},
		{"other patterns", `{"pattern": "a|bc+"}`, []string{`"xbccy"`, `"a"`}, []string{`"b"`, `""`}},
		{"formats", `{"format": "ipv4"}`, []string{`"1.2.3.4"`}, []string{`"1.2.3"`}},
		{"dates", `{"format": "date-time"}`, []string{`"2024-02-29T23:59:59.123456789-07:30"`, `"2024-02-28T00:00:00Z"`, `"1990-12-31T23:59:60Z"`, `"2024-02-28t00:00:00z"`},
			[]string{`"2023-02-29T00:00:00Z"`, `"2024-02-28T24:00:00Z"`, `"2024-02-28T00:00:00"`, `"2024-02-28T00:00:00.Z"`, `"2024-04-31T00:00:00Z"`}},
		{"strings listed", `{"enum": ["a", "b\"c", "long enough for a table of its own", 1.50, null, [1, {"a": "b c"}]]}`,
			[]string{`"a"`, `"long enough for a table of its own"`, `1.5`, `15e-1`, `null`, `[1,{"a":"b c"}]`, `[ 1, { "a" : "b c" } ]`}, []string{`"c"`, `2`, `true`, `[1]`, `[1,{"a":"bc"}]`, `{}`}},
		{"required", `{"required": ["a", "b"], "properties": {"c": {"type": "string"}}}`, []string{`{"a":1,"b":2}`, `{"c":"","b":2,"a":1,"d":{}}`, `[]`}, []string{`{"a":1}`, `{"a":1,"b":2,"c":3}`, `{"a":1,"b":2,"a":3}`}},
		{"maps", `{"additionalProperties": {"type": "string"}, "minProperties": 1, "maxProperties": 2}`, []string{`{"a":"b"}`, `{"a":"b","c":"d"}`}, []string{`{}`, `{"a":1}`, `{"a":"","b":"","c":""}`, `{"a":"b","a":"b"}`}},
		{"closed", `{"properties": {"a": {}}, "additionalProperties": false}`, []string{`{"a":1}`, `{}`}, []string{`{"b":1}`, `{"a":1,"b":2}`}},
		{"name patterns", `{"patternProperties": {"^x": {"type": "string"}, "y$": {"minLength": 2}}, "additionalProperties": {"type": "integer"}}`,
			[]string{`{"xa":"","by":"ab","xy":"ab","c":1}`}, []string{`{"xa":1}`, `{"by":"a"}`, `{"xy":1}`, `{"c":""}`}},
		{"names", `{"propertyNames": {"pattern": "^[a-z]+$", "maxLength": 3}, "properties": {"a": {}}}`, []string{`{"abc":1,"a":2}`}, []string{`{"A":1}`, `{"abcd":1}`}},
		{"names declared in vain", `{"propertyNames": {"maxLength": 1}, "properties": {"ab": {}}}`, []string{`{"a":1}`}, []string{`{"ab":1}`}},
		{"items", `{"prefixItems": [{"type": "string"}, {"type": "number"}], "items": {"type": "boolean"}, "minItems": 1, "maxItems": 4}`, []string{`["a",1,true,false]`, `["a"]`, `[ "a" , 1 ]`},
			[]string{`[]`, `[1]`, `["a","b"]`, `["a",1,2]`, `["a",1,true,true,true]`, `["a",]`}},
		{"unique", `{"uniqueItems": true}`, []string{`[1,2,"1","2",null,true,[1],[2],{"a":1,"b":2},{"a":2,"b":1,"c":0}]`, `[]`}, []string{`[1,1]`, `["a","a"]`, `[{"a":1,"b":2},{"b":2,"a":1}]`, `[1,1.0]`, `["a","\u0061"]`}},
		{"contains", `{"contains": {"type": "string"}, "minContains": 1, "maxContains": 2}`, []string{`[1,"a"]`, `["a","b",3]`}, []string{`[]`, `[1]`, `["a","b","c"]`}},
		{"all", `{"allOf": [{"properties": {"a": {"type": "string"}}}, {"required": ["b"]}]}`, []string{`{"a":"","b":1}`}, []string{`{"a":1,"b":1}`, `{"a":""}`}},
		{"any", `{"anyOf": [{"required": ["a"]}, {"properties": {"b": {"minimum": 1}}, "required": ["b"]}]}`, []string{`{"a":1}`, `{"b":1}`, `{"a":1,"b":0}`, `1`}, []string{`{}`, `{"b":0}`}},
		{"one", `{"oneOf": [{"type": "string"}, {"minLength": 2}, {"type": "number", "minimum": 3}]}`, []string{`"a"`, `2`, `null`}, []string{`"ab"`, `5`}},
		{"not", `{"not": {"properties": {"a": {"const": 1}}, "required": ["a"]}}`, []string{`{}`, `{"a":2}`}, []string{`{"a":1}`, `{"a":1.0}`}},
		{"if", `{"if": {"properties": {"a": {"const": "x"}}, "required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}`, []string{`{"a":"x","b":1}`, `{"a":"y","c":1}`, `{"c":1}`, `{"c":1,"b":1,"a":"x"}`},
			[]string{`{"a":"x","c":1}`, `{"a":"y","b":1}`, `{}`}},
		{"dependent", `{"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"properties": {"d": {"type": "string"}}}}}`, []string{`{"a":1,"b":1}`, `{"d":1}`, `{"c":1,"d":""}`}, []string{`{"a":1}`, `{"c":1,"d":1}`}},
		{"one child, several roots", `{"anyOf": [{"properties": {"a": {"properties": {"b": {"type": "string"}}, "required": ["b"]}}, "required": ["x"]}, {"properties": {"a": {"properties": {"b": {"type": "number"}}}}, "required": ["y"]}]}`,
			[]string{`{"a":{"b":""},"x":1}`, `{"a":{"b":1},"y":1}`, `{"y":1,"a":{}}`}, []string{`{"a":{"b":1},"x":1}`, `{"a":{"b":""},"y":1}`, `{"a":{}}`}},
		{"recursion", `{"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "value": {"type": "integer"}}, "required": ["value"], "additionalProperties": false}`,
			[]string{`{"value":1,"left":{"value":2,"right":{"value":3}}}`}, []string{`{"value":1,"left":{"right":{"value":3}}}`, `{"value":1,"left":{"value":2,"up":3}}`}},
		{"switch", `{"oneOf": [{"properties": {"k": {"const": "a"}, "v": {"type": "string"}}, "required": ["v"]}, {"properties": {"k": {"enum": ["b", "c"]}, "v": {"type": "number"}}}], "required": ["k"]}`,
			[]string{`{"k":"a","v":"x"}`, `{"v":"x","k":"a"}`, `{"k":"c"}`, `{"k":"b","v":1,"w":[]}`, `{"w":{"k":1},"v":1,"k":"b"}`}, []string{`{"k":"a"}`, `{"v":1,"k":"a"}`, `{"k":"d"}`, `{"v":"x"}`, `{"k":"b","v":1,"k":"b"}`, `{"v":1,"v":1,"k":"b"}`}},
		{"switch of ifs", `{"allOf": [{"if": {"properties": {"k": {"const": "a"}}, "required": ["k"]}, "then": {"required": ["x"]}}, {"if": {"properties": {"k": {"const": "b"}}, "required": ["k"]}, "then": {"required": ["y"]}}]}`,
			[]string{`{"k":"a","x":1}`, `{"y":1,"k":"b"}`, `{"k":"c"}`}, []string{`{"k":"a"}`, `{"k":"b","x":1}`}},
		{"names to escape", `{"properties": {"a\"\\": {"type": "string"}, "b\n": {"type": "number"}}, "required": ["a\"\\"]}`, []string{`{"a\"\\":"x"}`}, []string{`{"a":1}`}},
		{"long names", `{"properties": {"a_name_that_does_not_fit_into_three_words": {"type": "string"}, "a_name_that_does_not_fit_into_three_wordz": {"type": "number"}}, "additionalProperties": false}`,
			[]string{`{"a_name_that_does_not_fit_into_three_words":"","a_name_that_does_not_fit_into_three_wordz":1}`, `{"a_name_that_does_not_fit_into_three_wordz": 1}`},
			[]string{`{"a_name_that_does_not_fit_into_three_wordz":""}`, `{"a_name_that_does_not_fit_into_three_wordy":1}`}},
		{"grammar", `{}`, []string{`{"a":[1,{"b":"\u00e9\ud800é😀"}],"c":-0.5e+10}`, `""`, `[[],{}]`}, []string{`{"a":1,}`, `{"a" 1}`, `[1 2]`, `"\x"`, "\"\x01\"", "\"\xff\"", `{"a":1,"a":2}`, `1 2`, `.5`, `-`, `1.`, `1e`, `tru`, `"\u12g4"`, `"`, `{`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := compile(fstest.MapFS{}, "", []byte(c.schema), true)
			require.NotNil(t, s)
			assert.Empty(t, s.Plan().Gaps)
			for range 2 { // what the machine remembers of the first time must do no harm
				m := scan.New(s.Plan())
				for _, text := range c.sure {
					require.NoError(t, s.Validate([]byte(text)), text)
					assert.True(t, m.Valid([]byte(text)), "%s by\n%s", text, s.Plan())
				}
				for _, text := range c.invalid {
					require.Error(t, s.Program.ValidateText([]byte(text)), text)
					assert.False(t, m.Valid([]byte(text)), "%s by\n%s", text, s.Plan())
				}
			}
		})
	}
}

// TestGaps checks that what is left to the interpreter is named, and that the rest of the schema is covered.
func TestGaps(t *testing.T) {
	s := compile(fstest.MapFS{}, "", []byte(`{"properties": {"a": {"unevaluatedProperties": false}, "b": {"type": "string"}}}`), false)
	require.NotNil(t, s)
	c := plan.NewCoverage(s.Program, s.Plan())
	c.Add([]byte(`{"b": "x"}`))
	c.Add([]byte(`{"a": [{"b": 1}]}`)) // of arrays the schema says nothing
	c.Add([]byte(`{"a": {}}`))
	c.Add([]byte(`{"b": 1}`))
	assert.Equal(t, `the scanner checks 2 of 3 places (66.7 %)
it is sure of 2 of 3 valid instances (66.7 %), and of 27 of 36 bytes (75.0 %)
1 more not valid: the scanner is not sure, and the interpreter says why
  checked schema.json#
  left    schema.json#/properties/a: objects
  checked schema.json#/properties/b
  why     schema.json#/properties/a: unevaluatedProperties: what is evaluated is not planned
`, c.String())
}

// TestGapOfACase checks that what is left in one kind of object only is told of that kind.
func TestGapOfACase(t *testing.T) {
	s := compile(fstest.MapFS{}, "", []byte(`{"required": ["k"], "oneOf": [
		{"properties": {"k": {"const": "a"}}},
		{"properties": {"k": {"const": "b"}, "x": true}, "unevaluatedProperties": false}]}`), false)
	require.NotNil(t, s)
	c := plan.NewCoverage(s.Program, s.Plan())
	c.Add([]byte(`{"k": "a", "y": 1}`))
	c.Add([]byte(`{"k": "b", "x": 1}`))
	assert.Equal(t, plan.Share{Of: 1, Whole: 2}, c.Instances)
	assert.Equal(t, []string{`objects whose k is "b"`}, c.Places[0].Left)
	require.Len(t, c.Gaps, 1)
	assert.Equal(t, "unevaluatedProperties", c.Gaps[0].Keyword)
}

// TestManyEvents plans a schema with many events: the plan grows as the schema does.
func TestManyEvents(t *testing.T) {
	var sizes []int
	for _, n := range []int{200, 400} {
		var b strings.Builder
		b.WriteString(`{"required": ["ts", "event"], "properties": {"ts": {"type": "string"}, "event": {"type": "string"}}, "oneOf": [`)
		for i := range n {
			fmt.Fprintf(&b, `{"$ref": "#/$defs/e%d"},`, i)
		}
		b.WriteString(`{"$ref": "#/$defs/last"}], "$defs": {`)
		for i := range n {
			fmt.Fprintf(&b, `"e%[1]d": {"properties": {"event": {"const": "e%[1]d"}, "a%[1]d": {"type": "string"}, "b%[1]d": {"minimum": 0}}, "required": ["a%[1]d"]},`, i)
		}
		b.WriteString(`"last": {"properties": {"event": {"const": "last"}}}}}`)
		s := compile(fstest.MapFS{}, "", []byte(b.String()), false)
		require.NotNil(t, s)
		assert.Empty(t, s.Plan().Gaps)
		m := scan.New(s.Plan())
		for i := range n {
			assert.True(t, m.Valid(fmt.Appendf(nil, `{"ts": "", "event": "e%[1]d", "a%[1]d": "x"}`, i)))
			assert.False(t, m.Valid(fmt.Appendf(nil, `{"ts": "", "event": "e%d", "a%d": "x"}`, i, i+1)))
		}
		sizes = append(sizes, len(s.Plan().String()))
	}
	assert.Less(t, sizes[1], 3*sizes[0])
}
