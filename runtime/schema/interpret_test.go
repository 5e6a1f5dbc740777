package schema_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// TestSwitch shows that of a union which a Switch tells apart only the branch that was meant is reported, in its place.
func TestSwitch(t *testing.T) {
	p := eventProgram()
	const base = `{"ts":"2025-11-22T20:15:07Z","session":"run_1",`
	for instance, want := range map[string]string{
		base + `"event":"step_complete","stepid":"a","rows_processed":-1}`: `
			1:1(0)  | /oneOf/1/$ref/required | events.schema.json#/$defs/step_complete/required [required] missing property "step_id"; did you mean "stepid"?
			1:1(0)  | /oneOf/1/$ref/required | events.schema.json#/$defs/step_complete/required [required] missing property "duration_ms"
			1:102(101) /rows_processed | /oneOf/1/$ref/properties/rows_processed/minimum | events.schema.json#/$defs/step_complete/properties/rows_processed/minimum [minimum] rows_processed must be >= 0, got -1
		`,
		base + "\n" + `"event":"step_strat"}`: `
			2:9(56) /event | /oneOf | events.schema.json#/oneOf [oneOf] event must be one of "step_start", "step_complete", "cfg_opened", got "step_strat"; did you mean "step_start"?
		`,
		// What the base has said of the property is not said again by the union.
		base + `"event":5}`: `
			1:56(55) /event | /properties/event/type | events.schema.json#/properties/event/type [type] event must be a string, got the number 5
		`,
		base + `"evnt":"x"}`: `
			1:1(0)  | /required | events.schema.json#/required [required] missing property "event"; did you mean "evnt"?
		`,
		base + `"event":"cfg_opened","path":"a","sha256":"abc","keys":["a",5,[]]}`: `
			1:89(88) /sha256 | /oneOf/2/$ref/properties/sha256/pattern | events.schema.json#/$defs/cfg_opened/properties/sha256/pattern [pattern] sha256 must match ^[0-9a-f]{64}$, got "abc"
			1:107(106) /keys/1 | /oneOf/2/$ref/properties/keys/items/type | events.schema.json#/$defs/cfg_opened/properties/keys/items/type [type] keys/1 must be a string, got the number 5
			1:109(108) /keys/2 | /oneOf/2/$ref/properties/keys/items/type | events.schema.json#/$defs/cfg_opened/properties/keys/items/type [type] keys/2 must be a string, got an array
		`,
	} {
		assert.Equal(t, trimmed(want), whole(validate(t, p, instance)), "violations of %s", instance)
	}
	for _, line := range eventLines {
		assert.Empty(t, whole(validate(t, p, line)))
	}
}

// allOfProgram is the same union spelled as a chain of if and then.
func allOfProgram(with bool) *schema.Program {
	nodes := []schema.Node{{Logic: &schema.Logic{AllOf: []schema.Ref{2, 5, 8}}}}
	for i, name := range []string{"a", "b"} {
		branch := "/allOf/" + strconv.Itoa(i)
		r := schema.Ref(len(nodes) + 1)
		nodes = append(nodes,
			schema.Node{At: branch, Logic: &schema.Logic{If: r + 1, Then: r + 2}},
			schema.Node{At: branch + "/if", Object: &schema.Object{Properties: []schema.Property{{Name: "kind", Schema: schema.Ref(9 + i)}}}},
			schema.Node{At: branch + "/then", Object: &schema.Object{Required: []string{name}}})
	}
	nodes = append(nodes, schema.Node{At: "/allOf/2", Object: &schema.Object{Required: []string{"kind"}}})
	for i, name := range []string{"a", "b"} {
		nodes = append(nodes, schema.Node{At: fmt.Sprintf("/allOf/%d/if/properties/kind", i), Const: schema.Literal(strconv.Quote(name))})
	}
	p := program(nodes...)
	if with {
		p.Nodes[1].Logic.Switch = &schema.Switch{Keyword: "allOf", Property: "kind", Rest: []int32{2},
			Cases: []schema.Case{{Value: "a", Branches: []int32{0}}, {Value: "b", Branches: []int32{1}}}}
	}
	return p
}

// TestSwitchNeverChangesAVerdict compares Programs with and without their Switch.
func TestSwitchNeverChangesAVerdict(t *testing.T) {
	for _, instance := range []string{`{"kind":"a","a":1}`, `{"kind":"a"}`, `{"kind":"b"}`, `{"kind":"c"}`, `{"kind":5}`, `{}`, `{"a":1,"b":2}`, `5`, `{"kind":"b","b":1}`} {
		assert.Equal(t, whole(validate(t, allOfProgram(false), instance)), whole(validate(t, allOfProgram(true), instance)), "violations of %s", instance)
	}
	without := eventProgram()
	without.Nodes[without.Root].Logic.Switch = nil
	for _, line := range mutations(eventLines) {
		assert.Equal(t, validate(t, without, line) == nil, validate(t, eventProgram(), line) == nil, "verdict on %s", line)
	}
}

// mutations returns instances near the given ones: a member left out, or its value replaced.
func mutations(lines []string) (list []string) {
	for _, line := range lines {
		var members map[string]json.RawMessage
		if json.Unmarshal([]byte(line), &members) != nil {
			continue
		}
		for name, was := range members {
			delete(members, name)
			text, _ := json.Marshal(members)
			list = append(list, string(text))
			for _, value := range []string{`null`, `""`, `-1`, `[]`, `{}`, `"step_start"`, `"cfg_opened"`, `["a",{"b":[1]}]`} {
				members[name] = json.RawMessage(value)
				text, _ := json.Marshal(members)
				list = append(list, string(text))
			}
			members[name] = was
		}
	}
	return list
}

// TestUnions shows how the branch that comes closest is found.
func TestUnions(t *testing.T) {
	p := compiled(t, `{"properties": {"job": {"anyOf": [
		{"type": "null"},
		{"type": "object", "properties": {"kind": {"const": "copy"}, "to": {"type": "string"}}, "required": ["kind", "to", "from"]},
		{"type": "object", "properties": {"kind": {"const": "wait"}, "ms": {"type": "integer"}}, "required": ["kind", "ms"], "additionalProperties": false}
	]}}}`)
	for instance, want := range map[string]string{
		`{"job": {"kind": "wait", "ms": "1", "x": 1}}`: `
			1:9(8) /job | /properties/job/anyOf | test.json#/properties/job/anyOf [anyOf] job must match one of the 3 schemas of anyOf; number 2 comes closest: ms must be an integer, got the string "1"
				1:32(31) /job/ms | /properties/job/anyOf/2/properties/ms/type | test.json#/properties/job/anyOf/2/properties/ms/type [type] ms must be an integer, got the string "1"
				1:37(36) /job/x | /properties/job/anyOf/2/additionalProperties | test.json#/properties/job/anyOf/2/additionalProperties [additionalProperties] unknown property "x"
		`,
		`{"job": 5}`: `
			1:9(8) /job | /properties/job/anyOf | test.json#/properties/job/anyOf [anyOf] job must be an object or null, got the number 5
				1:9(8) /job | /properties/job/anyOf/0/type | test.json#/properties/job/anyOf/0/type [type] job must be null, got the number 5
		`,
	} {
		assert.Equal(t, trimmed(want), whole(validate(t, p, instance)), "violations of %s", instance)
	}

	// The causes of unions in unions end at some depth, however deep the instance goes.
	p = compiled(t, `{"anyOf": [{"type": "null"}, {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}]}`)
	e := validate(t, p, strings.Repeat(`{"a":`, 2000)+"5"+strings.Repeat("}", 2000))
	depth := 0
	for list := e.Violations; len(list) > 0; list = list[0].Causes {
		depth++
	}
	assert.Equal(t, 4, depth)
}

func TestUnevaluatedOfManyMembers(t *testing.T) {
	p := compiled(t, `{"anyOf": [{"patternProperties": {"^a": true}}, {"patternProperties": {"^b": true}, "required": ["b0"]}], "unevaluatedProperties": false}`)
	for _, c := range []struct {
		n    int
		more string
		ok   bool
	}{{50, "", true}, {100, "", true}, {100, `,"c":0`, false}, {64, `,"c":0`, false}, {63, `,"c":0`, false}} {
		var members []string
		for i := range c.n {
			members = append(members, fmt.Sprintf(`"%c%d":%d`, "ab"[i%2], i/2, i))
		}
		assert.Equal(t, c.ok, validate(t, p, "{"+strings.Join(members, ",")+c.more+"}") == nil, "%d members%s", c.n, c.more)
	}
	items := compiled(t, `{"contains": {"type": "string"}, "anyOf": [{"prefixItems": [true]}, {"items": {"type": "string"}}], "unevaluatedItems": false}`)
	strs := strings.Repeat(`"a",`, 200)
	assert.Nil(t, validate(t, items, `[1,`+strs+`"b"]`))
	assert.NotNil(t, validate(t, items, `[1,`+strs+`2]`))
}

func TestManyProperties(t *testing.T) {
	var names, required, members []string
	for i := range 150 {
		names = append(names, fmt.Sprintf(`"p%d":{"type":"integer"}`, i))
		required = append(required, fmt.Sprintf(`"p%d"`, i))
		members = append(members, fmt.Sprintf(`"p%d":%d`, 149-i, i))
	}
	p := compiled(t, `{"properties":{`+strings.Join(names, ",")+`},"required":[`+strings.Join(required, ",")+`],"dependentRequired":{"p3":["q"]}}`)
	assert.Nil(t, validate(t, p, `{"q":0,`+strings.Join(members, ",")+`}`))
	e := validate(t, p, `{`+strings.Join(members[1:], ",")+`}`)
	require.Len(t, e.Violations, 2)
	assert.Equal(t, `missing property "p149"`, e.Violations[0].Message)
	assert.Equal(t, `missing property "q", which "p3" demands`, e.Violations[1].Message)
}

func TestMessages(t *testing.T) {
	p := compiled(t, `{"additionalProperties": {"type": "string", "maxLength": 1, "pattern": "^.?$", "enum": ["a", "\u202eb"]}}`)
	for _, c := range []struct{ instance, want string }{
		{`{"a b":5}`, `"a b" must be a string, got the number 5`},
		{`{"":5}`, `"" must be a string, got the number 5`},
		{`{"a/b":5}`, `a/b must be a string, got the number 5`},
		{`{"\u202e":5}`, `"\u202e" must be a string, got the number 5`},
		{`{"x":` + strings.Repeat("9", 100) + `}`, `x must be a string, got the number ` + strings.Repeat("9", 60) + "…"},
		{`{"x":"` + strings.Repeat("é", 100) + `"}`, `x must be one of "a", "\u202eb", got "` + strings.Repeat("é", 30) + `…"`},
		{`{"x":"a` + strings.Repeat("é", 100) + `"}`, `x must be one of "a", "\u202eb", got "a` + strings.Repeat("é", 29) + `…"`},
		{`{"x":"\u0000\n\u2066\"\\"}`, `x must be one of "a", "\u202eb", got "\u0000\n\u2066\"\\"`},
		{`{"` + strings.Repeat("k", 100) + `":5}`, strings.Repeat("k", 60) + `… must be a string, got the number 5`},
	} {
		e := validate(t, p, c.instance)
		require.NotNil(t, e, "%s", c.instance)
		assert.Equal(t, c.want, e.Violations[0].Message, "%s", c.instance)
	}
}

func TestError(t *testing.T) {
	p := compiled(t, `{"properties": {"tags": {"additionalProperties": {"type": "string"}}, "n": {"type": "integer"}}}`)
	assert.EqualError(t, validate(t, p, `{"tags":{"step":5}}`), `step must be a string, got the number 5 at /tags/step`)
	assert.EqualError(t, validate(t, p, `{"n":"x","tags":{"step":5}}`), `n must be an integer, got the string "x" (and 1 more violation)`)
	assert.EqualError(t, validate(t, p, `{"n":"x","tags":{"step":5,"a":6}}`), `n must be an integer, got the string "x" (and 2 more violations)`)
	e := validate(t, p, "{\n \"n\":\"x\"}")
	assert.Equal(t, `2:6: n must be an integer, got the string "x" [integer]`, strings.Replace(e.Violations[0].String(), "[type]", "[integer]", 1))

	many := `{"tags":{` + strings.TrimSuffix(strings.Repeat(`"a":1,`, 1234), ",") + `}, "n":""}`
	e = validate(t, p, many)
	assert.Len(t, e.Violations, schema.MaxViolations)
	assert.Equal(t, 1235-schema.MaxViolations, e.More)
	assert.EqualError(t, e, `a must be a string, got the number 1 at /tags/a (and 1234 more violations)`)
	assert.Less(t, e.Violations[99].Offset, 9+100*6, "the first violations are listed")
}

// TestBounds shows that schemas whose work grows out of hand end with a verdict.
func TestBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes many seconds beside the race detector, and is one goroutine: run without -short")
	}
	var defs []string
	for i := range 40 {
		defs = append(defs, fmt.Sprintf(`"d%d":{"allOf":[{"$ref":"#/$defs/d%d"},{"$ref":"#/$defs/d%d"}]}`, i, i+1, i+1))
	}
	bomb := compiled(t, `{"$ref":"#/$defs/d0","$defs":{`+strings.Join(defs, ",")+`,"d40":{"minimum":0}}}`)
	e := validate(t, bomb, "1")
	require.NotNil(t, e)
	assert.Equal(t, "limit", e.Violations[0].Keyword)
	assert.Contains(t, e.Error(), "gave up")

	deep := compiled(t, `{"items":{"$ref":"#"},"uniqueItems":true,"type":["array","number"]}`)
	assert.Nil(t, validate(t, deep, strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)))
	e = validate(t, deep, strings.Repeat("[", 9_999)+`""`+strings.Repeat("]", 9_999))
	require.Len(t, e.Violations, 1)
	assert.Equal(t, strings.Repeat("/0", 9_999), e.Violations[0].InstanceLocation)

	// In-place applicators on every level of a deep instance take stack; there is an end to that.
	chain := `{"items":{"$ref":"#"},"type":"array"}`
	for range 150 {
		chain = `{"unevaluatedItems":true,"anyOf":[` + chain + `,false]}`
	}
	p := compiled(t, chain)
	assert.Nil(t, validate(t, p, strings.Repeat("[", 500)+strings.Repeat("]", 500)))
	e = validate(t, p, strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000))
	require.NotNil(t, e)
	assert.Equal(t, "limit", e.Violations[0].Keyword)

	// Many different items cost no more than their number; all pairs of them would be 5,000,000,000.
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, `,{"a":1e%d,"b":[]}`, i)
	}
	unique := compiled(t, `{"uniqueItems":true}`)
	assert.Nil(t, validate(t, unique, "["+b.String()[1:]+"]"))
	assert.NotNil(t, validate(t, unique, "["+b.String()[1:]+`,{"b":[],"a":10e99998}]`))
}

func TestConcurrentUse(t *testing.T) {
	p := eventProgram()
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			var doc tape.Tape
			for range 100 {
				if err := doc.Parse([]byte(eventLines[i%len(eventLines)]), tape.Options{}); err != nil || !p.Valid(&doc, 0) {
					t.Error("an event line is not valid")
				}
			}
		})
	}
	wait.Wait()
}

func TestValidAllocatesNothing(t *testing.T) {
	big := `[` + strings.Repeat(`{"a":1,"b":[1.5,"x"]},`, 300) + `{"z":"\u0041"}]`
	for _, c := range []struct {
		p        *schema.Program
		instance string
	}{
		{eventProgram(), eventLines[0]},
		{eventProgram(), eventLines[1]},
		{eventProgram(), eventLines[2]},
		{compiled(t, `{"items":{"properties":{"a":{"const":1},"b":{"contains":{"const":"x"}}},"unevaluatedProperties":{"type":["string"]},"minProperties":1}}`), big},
		{compiled(t, `{"uniqueItems":true}`), `[1,2,3,4,5,6,7,8,9,10,"a",[1],{"a":[]}]`},
		{compiled(t, `{"unevaluatedItems":false,"anyOf":[{"prefixItems":[true]},{"items":true}]}`), big},
		{compiled(t, `{"items":{"type":"number","minimum":0.5,"multipleOf":0.25,"exclusiveMaximum":1e3}}`), `[1,1.25,2e2,0.5,999.75]`},
		{compiled(t, `{"items":{"anyOf":[{"format":"ipv6"},{"format":"uri"},{"format":"email"},{"format":"uuid"},{"pattern":"^a|b$"}]}}`),
			`["::1","http://a@[::1]:80/b?c#d","a@b.c","2eb8aa08-aa98-11ea-b4aa-73b441d16380","ab"]`},
	} {
		var doc tape.Tape
		require.NoError(t, doc.Parse([]byte(c.instance), tape.Options{DuplicateNames: true}))
		require.True(t, c.p.Valid(&doc, 0), "%v", c.p.Validate(&doc, 0))
		allocatesNothing(t, func() { c.p.Valid(&doc, 0) }, "allocations on %.60s", c.instance)
	}
}

func allocatesNothing(t *testing.T, work func(), what ...any) {
	t.Helper()
	if !forgetful {
		assert.Zero(t, testing.AllocsPerRun(100, work), what...)
	}
}

func TestString(t *testing.T) {
	p := allOfProgram(true)
	p.Patterns = []schema.Pattern{{Source: "^a\n"}}
	p.Nodes[3].String = &schema.String{MinLength: 1, Pattern: 1, Format: "date"}
	assert.Equal(t, `program root @1
pattern 1 "^a\n"
@0
@1 s.json# allOf=[@2 @5 @8] switch=allOf on "kind" ["a":[0] "b":[1]] rest=[2]
@2 s.json#/allOf/0 if=@3 then=@4
@3 s.json#/allOf/0/if minLength=1 pattern="^a\n" format=date properties=["kind":@9]
@4 s.json#/allOf/0/then required=["a"]
@5 s.json#/allOf/1 if=@6 then=@7
@6 s.json#/allOf/1/if properties=["kind":@10]
@7 s.json#/allOf/1/then required=["b"]
@8 s.json#/allOf/2 required=["kind"]
@9 s.json#/allOf/0/if/properties/kind const="\"a\""
@10 s.json#/allOf/1/if/properties/kind const="\"b\""
`, p.String())
}

// richSchema has every keyword, in ways that meet each other.
const richSchema = `{
	"type": ["object", "array", "string", "number"],
	"properties": {"a": {"$ref": "#"}, "b": {"type": "integer", "minimum": -1, "exclusiveMaximum": 1e2, "multipleOf": 0.5}, "c": {"const": {"x": [1, null]}}, "kind": {"enum": ["p", "q", 1]}},
	"patternProperties": {"^x": {"minLength": 1, "maxLength": 3, "pattern": "^(?!no)[a-z]*$"}, "z$": false},
	"propertyNames": {"maxLength": 5},
	"dependentRequired": {"b": ["a"]}, "dependentSchemas": {"c": {"minProperties": 2, "maxProperties": 3}},
	"prefixItems": [{"format": "date"}], "items": {"anyOf": [{"$ref": "#"}, {"type": "null"}, {"type": "boolean"}]},
	"contains": {"type": "string"}, "minContains": 0, "maxContains": 2, "minItems": 1, "maxItems": 4, "uniqueItems": true,
	"oneOf": [{"type": ["array", "string", "number"]}, {"required": ["a"]}, {"not": {"required": ["a"]}, "properties": {"d": true}}],
	"if": {"properties": {"kind": {"const": "p"}}, "required": ["kind"]}, "then": {"properties": {"e": true}, "required": ["e"]}, "else": {"properties": {"f": true}},
	"unevaluatedProperties": {"type": "string"}, "unevaluatedItems": false
}`

// FuzzValidate holds Valid against Validate on anything that is JSON, and what every violation must be.
func FuzzValidate(f *testing.F) {
	programs := []*schema.Program{compiled(f, richSchema), eventProgram()}
	for _, line := range append(eventLines, `{"a":{"b":1,"a":[]},"kind":"p","e":5}`, `["2025-01-01",null,[[1]],"x"]`, `{"c":{"x":[1.0,null]},"xa":"no"}`, `[1e400,{"kind":1},true]`,
		`{"b":-1.5,"toolong":1,"z":0,"f":[],"d":{}}`, `"\ud800"`) {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var doc tape.Tape
		if doc.Parse(text, tape.Options{DuplicateNames: true}) != nil {
			return
		}
		unique := new(tape.Tape).Parse(text, tape.Options{}) == nil
		for _, p := range programs {
			e := p.Validate(&doc, 0)
			assert.Equal(t, e == nil, p.Valid(&doc, 0))
			if e == nil {
				continue
			}
			again := p.Validate(&doc, 0)
			assert.Equal(t, e, again, "two runs differ")
			assert.NotContains(t, e.Error(), "internal error")
			if unique { // or else a pointer may mean another member of the same name
				checkViolations(t, &doc, e.Violations)
			}
		}
	})
}

func checkViolations(t *testing.T, doc *tape.Tape, list []schema.Violation) {
	for i, v := range list {
		_, found := doc.Lookup(0, v.InstanceLocation)
		assert.True(t, found, "InstanceLocation %q", v.InstanceLocation)
		assert.True(t, strings.HasSuffix(v.KeywordLocation, "/"+v.Keyword) || strings.Contains(v.KeywordLocation, "/"+v.Keyword+"/"), "%+v", v)
		assert.True(t, utf8.ValidString(v.Message) && !strings.ContainsAny(v.Message, "\n\x00\u202e"), "%q", v.Message)
		assert.True(t, i == 0 || list[i-1].Offset <= v.Offset, "order")
		line, column := doc.Position(v.Offset)
		assert.Equal(t, [2]int{line, column}, [2]int{v.Line, v.Column})
		checkViolations(t, doc, v.Causes)
	}
}
