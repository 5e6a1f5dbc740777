package schema_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

// mistakes are instances that are wrong, one keyword after the other. What is said of them is in testdata/messages.txt.
var mistakes = []struct{ draft, schema, instance string }{
	{"", `{"properties": {"id": {"type": "string"}}}`, `{"id": 17}`},
	{"", `{"properties": {"id": {"type": ["string", "null"]}}}`, `{"id": [17]}`},
	{"", `{"properties": {"count": {"type": "integer"}}}`, `{"count": 1.5}`},
	{"draft4", `{"properties": {"count": {"type": "integer"}}}`, `{"count": 1.0}`},
	{"", `{"properties": {"mode": {"enum": ["read", "write", "append", null]}}}`, `{"mode": "wirte"}`},
	{"", `{"properties": {"unit": {"enum": ["ns", "us", "ms", "s", "min", "h", "d"]}}}`, `{"unit": "fortnight"}`},
	{"", `{"properties": {"version": {"const": "v2"}}}`, `{"version": "v1"}`},
	{"", `{"properties": {"origin": {"const": {"x": 0, "y": 0}}}}`, `{"origin": {"x": 0, "y": 1}}`},
	{"", `{"properties": {"level": {"minimum": 0, "maximum": 9, "multipleOf": 0.5}}}`, `{"level": 9.25}`},
	{"", `{"properties": {"level": {"minimum": 0}}}`, `{"level": -1e400}`},
	{"", `{"properties": {"ratio": {"exclusiveMinimum": 0, "exclusiveMaximum": 1}}}`, `{"ratio": 1}`},
	{"", `{"properties": {"ratio": {"exclusiveMinimum": 0, "exclusiveMaximum": 1}}}`, `{"ratio": 0}`},
	{"", `{"properties": {"name": {"minLength": 1}}}`, `{"name": ""}`},
	{"", `{"properties": {"name": {"maxLength": 5}}}`, `{"name": "Grüße!"}`},
	{"", `{"properties": {"sha256": {"pattern": "^[0-9a-f]{64}$"}}}`, `{"sha256": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}`},
	{"", `{"properties": {"at": {"format": "date-time"}}}`, `{"at": "2025-11-22 20:15"}`},
	{"", `{"properties": {"to": {"format": "email"}}}`, `{"to": "nobody"}`},
	{"draft7", `{"properties": {"body": {"contentEncoding": "base64"}}}`, `{"body": "a?b"}`},
	{"draft7", `{"properties": {"body": {"contentMediaType": "application/json"}}}`, `{"body": "{"}`},
	{"", `{"properties": {"tags": {"minItems": 1}}}`, `{"tags": []}`},
	{"", `{"properties": {"tags": {"maxItems": 2}}}`, `{"tags": [1, 2, 3]}`},
	{"", `{"properties": {"tags": {"uniqueItems": true}}}`, `{"tags": ["a", "b", "a"]}`},
	{"", `{"properties": {"tags": {"contains": {"const": "main"}}}}`, `{"tags": ["a"]}`},
	{"", `{"properties": {"tags": {"contains": {"type": "string"}, "minContains": 2, "maxContains": 3}}}`, `{"tags": ["a", 1]}`},
	{"", `{"properties": {"tags": {"contains": {"type": "string"}, "minContains": 2, "maxContains": 3}}}`, `{"tags": ["a", "b", "c", "d"]}`},
	{"", `{"properties": {"pair": {"prefixItems": [{"type": "string"}, {"type": "number"}], "items": false}}}`, `{"pair": ["a", "b", "c"]}`},
	{"draft7", `{"properties": {"pair": {"items": [{"type": "string"}], "additionalItems": {"type": "number"}}}}`, `{"pair": ["a", "b"]}`},
	{"", `{"properties": {"pair": {"prefixItems": [true], "unevaluatedItems": false}}}`, `{"pair": ["a", "b"]}`},
	{"", `{"properties": {"labels": {"minProperties": 1}}}`, `{"labels": {}}`},
	{"", `{"properties": {"labels": {"maxProperties": 1}}}`, `{"labels": {"a": 1, "b": 2}}`},
	{"", `{"properties": {"labels": {"propertyNames": {"pattern": "^[a-z]+$"}}}}`, `{"labels": {"A": 1}}`},
	{"", `{"properties": {"labels": {"patternProperties": {"^x-": {"type": "string"}}}}}`, `{"labels": {"x-a": 1}}`},
	{"", `{"properties": {"labels": {"additionalProperties": {"type": "string"}}}}`, `{"labels": {"a/b": 1}}`},
	{"", `{"properties": {"user_id": true, "name": true}, "required": ["name"], "additionalProperties": false}`, `{"name": "a", "userId": 1, "colour": 2}`},
	{"", `{"allOf": [{"$ref": "#/$defs/base"}], "properties": {"rows": true}, "unevaluatedProperties": false, "$defs": {"base": {"properties": {"session": true, "level": true}}}}`, `{"sesion": 1, "levle": 2, "row": 3, "other": 4}`},
	{"", `{"properties": {"old": false}}`, `{"old": 1}`},
	{"", `{"required": ["step_id"]}`, `{"stepId": 1}`},
	{"", `{"dependentRequired": {"credit_card": ["billing_address"]}}`, `{"credit_card": 1}`},
	{"", `{"dependentSchemas": {"start": {"required": ["end"]}}}`, `{"start": 1}`},
	{"draft7", `{"dependencies": {"credit_card": ["billing_address"], "start": {"required": ["end"]}}}`, `{"credit_card": 1, "start": 1}`},
	{"", `{"properties": {"name": {"not": {"const": "root"}}}}`, `{"name": "root"}`},
	{"", `{"properties": {"name": {"not": {"type": "object", "required": ["a"]}}}}`, `{"name": {"a": 1}}`},
	{"", `{"properties": {"when": {"anyOf": [{"type": "string"}, {"type": "number"}]}}}`, `{"when": true}`},
	{"", `{"properties": {"when": {"anyOf": [{"minimum": 10}, {"type": "string"}]}}}`, `{"when": 5}`},
	{"", `{"properties": {"n": {"oneOf": [{"multipleOf": 3}, {"multipleOf": 5}]}}}`, `{"n": 15}`},
	{"", `{"oneOf": [{"properties": {"kind": {"const": "circle"}, "r": {"minimum": 0}}, "required": ["kind", "r"]}, {"properties": {"kind": {"const": "square"}}, "required": ["kind"]}]}`, `{"kind": "circle", "r": -1}`},
	{"", `{"oneOf": [{"properties": {"kind": {"const": "circle"}}, "required": ["kind"]}, {"properties": {"kind": {"const": "square"}}, "required": ["kind"]}]}`, `{"kind": "sqare"}`},
	{"", `{"if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["a"]}, "else": {"required": ["b"]}}`, `{"kind": "a"}`},
	{"", `{"if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["a"]}, "else": {"required": ["b"]}}`, `{"kind": "b"}`},
	{"", `{"allOf": [{"maxProperties": 1}, {"required": ["c"]}]}`, `{"a": 1, "b": 2}`},
	{"", `{"properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}}`, "{\"next\": {\n  \"next\": {\"n\": \"many many words that go on and on, far beyond what fits on a line of a report\"}}}"},
	{"", `{"$dynamicAnchor": "node", "properties": {"children": {"items": {"$dynamicRef": "#node"}}, "n": {"type": "integer"}}}`, `{"children": [{"n": ""}]}`},
	{"2019-09", `{"$recursiveAnchor": true, "properties": {"children": {"items": {"$recursiveRef": "#"}}, "n": {"type": "integer"}}}`, `{"children": [{"n": ""}]}`},
	{"", `false`, `{}`},
}

// keywords are those that can make an instance invalid, or lead to one that does.
var keywords = strings.Fields(`type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern format contentEncoding
	contentMediaType maxItems minItems uniqueItems contains maxContains minContains prefixItems items additionalItems unevaluatedItems maxProperties minProperties
	required dependentRequired dependentSchemas dependencies properties patternProperties additionalProperties propertyNames unevaluatedProperties
	allOf anyOf oneOf not then else $ref $dynamicRef $recursiveRef`)

// TestMistakes compares all that is said of every keyword with testdata/messages.txt.
func TestMistakes(t *testing.T) {
	const golden = "testdata/messages.txt"
	var b strings.Builder
	met := map[string]bool{}
	for _, m := range mistakes {
		s := compile(t, m.draft, "s.json", m.schema)
		e := violations(t, s, m.instance)
		require.NotNil(t, e, "%s is valid: %s", m.instance, m.schema)
		var doc tape.Tape
		require.NoError(t, doc.Parse([]byte(m.instance), tape.Options{}))
		if m.schema != "false" { // no keyword says that
			checkViolations(t, &doc, e.Violations)
		}
		for _, v := range e.Violations {
			for step := range strings.SplitSeq(v.KeywordLocation, "/") {
				met[step] = true
			}
		}
		b.WriteString(strings.TrimLeft(m.draft+" ", " ") + m.schema + "\n" + m.instance + "\n" + whole(e) + "\n")
	}
	for _, keyword := range keywords {
		assert.True(t, met[keyword], "no mistake shows %s", keyword)
	}
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "UPDATE=1 go test writes it")
	assert.Equal(t, string(want), b.String(), "UPDATE=1 go test rewrites %s", golden)
}

// TestSuggestions shows which property is proposed for an unknown one of a closed object: one that is declared, close, and absent.
func TestSuggestions(t *testing.T) {
	for _, c := range []struct{ schema, instance, want string }{
		{`{"properties": {"rows": true, "name": true}, "additionalProperties": false}`, `{"rws": 1}`, `unknown property "rws"; did you mean "rows"?`},
		{`{"properties": {"rows": true, "name": true}, "additionalProperties": false}`, `{"rows": 1, "rws": 1}`, `unknown property "rws"`},
		{`{"properties": {"rows": true, "name": true}, "additionalProperties": false}`, `{"colour": 1}`, `unknown property "colour"`},
		// additionalProperties sees only the properties beside it, unevaluatedProperties also those that are applied in place.
		{`{"allOf": [{"properties": {"rows": true}}], "additionalProperties": false}`, `{"rws": 1}`, `unknown property "rws"`},
		{`{"allOf": [{"properties": {"rows": true}}], "unevaluatedProperties": false}`, `{"rws": 1}`, `unknown property "rws"; did you mean "rows"?`},
		{`{"if": {"required": ["n"]}, "then": {"properties": {"rows": true}}, "properties": {"n": true}, "unevaluatedProperties": false}`, `{"n": 1, "rws": 1}`,
			`unknown property "rws"; did you mean "rows"?`},
		{`{"dependentSchemas": {"n": {"$ref": "#/$defs/r"}}, "properties": {"n": true}, "unevaluatedProperties": false, "$defs": {"r": {"properties": {"rows": true}}}}`,
			`{"n": 1, "rws": 1}`, `unknown property "rws"; did you mean "rows"?`},
		// Of what is in the not of a schema nothing may be there.
		{`{"not": {"properties": {"rows": {"type": "null"}}, "required": ["rows"]}, "unevaluatedProperties": false}`, `{"rws": 1}`, `unknown property "rws"`},
	} {
		e := violations(t, compile(t, "", "s.json", c.schema), c.instance)
		require.NotNil(t, e, "%s", c.schema)
		require.Len(t, e.Violations, 1)
		assert.Equal(t, c.want, e.Violations[0].Message, "%s of %s", c.instance, c.schema)
	}
}
