package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// validate judges an instance in both ways, which must agree.
func validate(t testing.TB, p *schema.Program, instance string) *schema.Error {
	t.Helper()
	var doc tape.Tape
	require.NoError(t, doc.Parse([]byte(instance), tape.Options{DuplicateNames: true}))
	err := p.Validate(&doc, 0)
	assert.Equal(t, err == nil, p.Valid(&doc, 0), "Valid and Validate disagree about %s: %v", instance, err)
	if err != nil {
		assert.NotEmpty(t, err.Violations)
		last := 0
		for _, v := range err.Violations {
			assert.NotContains(t, v.Message, "internal error")
			assert.NotContains(t, v.Message, "\n")
			assert.GreaterOrEqual(t, v.Offset, last, "violations are not in order")
			last = v.Offset
		}
	}
	return err
}

// whole writes all that an Error says, a line for each violation.
func whole(e *schema.Error) string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	var write func([]schema.Violation, string)
	write = func(list []schema.Violation, indent string) {
		for _, v := range list {
			fmt.Fprintf(&b, "%s%d:%d(%d) %s | %s | %s [%s] %s\n", indent, v.Line, v.Column, v.Offset, v.InstanceLocation, v.KeywordLocation,
				v.AbsoluteKeywordLocation, v.Keyword, v.Message)
			write(v.Causes, indent+"\t")
		}
	}
	write(e.Violations, "")
	if e.More > 0 {
		fmt.Fprintf(&b, "and %d more\n", e.More)
	}
	return b.String()
}

// trimmed takes away the line breaks and tabs that a wanted text has for looks.
func trimmed(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimPrefix(strings.TrimRight(line, "\n"), "\t\t\t"); line != "" && strings.TrimSpace(line) != "" {
			lines = append(lines, line+"\n")
		}
	}
	return strings.Join(lines, "")
}

// program makes a Program of nodes; the first is the root.
func program(nodes ...schema.Node) *schema.Program {
	return &schema.Program{Sources: []string{"s.json"}, Root: 1, Nodes: append([]schema.Node{{}}, nodes...)}
}

func patterns(p *schema.Program, sources ...string) *schema.Program {
	p.Patterns = make([]schema.Pattern, len(sources))
	for i, source := range sources {
		p.Patterns[i].Source = source
	}
	return p
}

func decimal(text string) tape.Decimal { return tape.Decimal{Text: text} }

func ref(r schema.Ref) *schema.Ref { return &r }

func never(pointer string) schema.Node { return schema.Node{At: pointer, Never: true} }

func typed(pointer string, types schema.Types) schema.Node {
	return schema.Node{At: pointer, Type: types}
}

func most(n uint64) schema.Limit { return schema.Limit{Set: true, N: n} }

// TestKeywords holds, per keyword, a Program, what it accepts, and what it says of the rest.
func TestKeywords(t *testing.T) {
	for _, c := range []struct {
		name    string
		program *schema.Program
		valid   []string
		invalid map[string]string // the violations, by instance
	}{
		{
			name:    "a program without nodes",
			program: &schema.Program{},
			valid:   []string{`1`, `{}`},
		},
		{
			name:    "false",
			program: program(never("")),
			invalid: map[string]string{
				`1`: `1:1(0)  |  | s.json# [false] the value is not allowed: the schema is false`,
			},
		},
		{
			name:    "type",
			program: program(typed("", schema.StringType|schema.NullType)),
			valid:   []string{`"a"`, `null`},
			invalid: map[string]string{
				`1`:    `1:1(0)  | /type | s.json#/type [type] the value must be a string or null, got the number 1`,
				`[1]`:  `1:1(0)  | /type | s.json#/type [type] the value must be a string or null, got an array`,
				`true`: `1:1(0)  | /type | s.json#/type [type] the value must be a string or null, got true`,
			},
		},
		{
			name:    "type integer",
			program: program(typed("", schema.IntegerType)),
			valid:   []string{`1`, `1.0`, `-0`, `1e2`, `1e999999999999`, `10e-1`},
			invalid: map[string]string{
				`1.5`:             `1:1(0)  | /type | s.json#/type [type] the value must be an integer, got the number 1.5`,
				`1e-1`:            `1:1(0)  | /type | s.json#/type [type] the value must be an integer, got the number 1e-1`,
				`"1"`:             `1:1(0)  | /type | s.json#/type [type] the value must be an integer, got the string "1"`,
				`1e-999999999999`: `1:1(0)  | /type | s.json#/type [type] the value must be an integer, got the number 1e-999999999999`,
			},
		},
		{
			name:    "type integer or number",
			program: program(typed("", schema.IntegerType|schema.NumberType)),
			valid:   []string{`1`, `1.5`},
			invalid: map[string]string{
				`null`: `1:1(0)  | /type | s.json#/type [type] the value must be a number, got null`,
			},
		},
		{
			name:    "type integer in draft 4",
			program: program(typed("", schema.LexicalIntegerType)),
			valid:   []string{`1`, `-7`, `12345678901234567890`},
			invalid: map[string]string{
				`1.0`: `1:1(0)  | /type | s.json#/type [type] the value must be an integer without point or exponent, got the number 1.0`,
				`1e2`: `1:1(0)  | /type | s.json#/type [type] the value must be an integer without point or exponent, got the number 1e2`,
			},
		},
		{
			name:    "const",
			program: program(schema.Node{Const: schema.Literal(`{"a":[1,"x"],"b":null}`)}),
			valid:   []string{`{"b":null,"a":[1.0,"\u0078"]}`},
			invalid: map[string]string{
				`{"a":[1,"x"]}`: `1:1(0)  | /const | s.json#/const [const] the value must be {"a":[1,"x"],"b":null}, got {"a":[1,"x"]}`,
				`5`:             `1:1(0)  | /const | s.json#/const [const] the value must be {"a":[1,"x"],"b":null}, got 5`,
			},
		},
		{
			name:    "const string",
			program: program(schema.Node{Const: schema.Literal(`"a\"b"`)}),
			valid:   []string{`"a\u0022b"`},
			invalid: map[string]string{
				`"a"`: `1:1(0)  | /const | s.json#/const [const] the value must be "a\"b", got "a"`,
				`0`:   `1:1(0)  | /const | s.json#/const [const] the value must be "a\"b", got 0`,
			},
		},
		{
			name:    "const number",
			program: program(schema.Node{Const: schema.Literal(`1e2`)}),
			valid:   []string{`100`, `100.0`},
			invalid: map[string]string{
				`10`:    `1:1(0)  | /const | s.json#/const [const] the value must be 1e2, got 10`,
				`"1e2"`: `1:1(0)  | /const | s.json#/const [const] the value must be 1e2, got "1e2"`,
			},
		},
		{
			name: "enum",
			program: program(
				schema.Node{Enum: &schema.Enum{Strings: []string{"success", "failed"}, Others: []schema.Literal{"0", "null"}}},
			),
			valid: []string{`"success"`, `"failed"`, `0.0`, `null`},
			invalid: map[string]string{
				`"succes"`: `1:1(0)  | /enum | s.json#/enum [enum] the value must be one of "success", "failed", 0, null, got "succes"; did you mean "success"?`,
				`1`:        `1:1(0)  | /enum | s.json#/enum [enum] the value must be one of "success", "failed", 0, null, got 1`,
				`[0]`:      `1:1(0)  | /enum | s.json#/enum [enum] the value must be one of "success", "failed", 0, null, got [0]`,
			},
		},
		{
			name: "enum of many",
			program: program(
				schema.Node{Enum: &schema.Enum{Strings: []string{"a1", "b2", "c3", "d4", "e5", "f6", "g7", "h8", "i9", "j10"}}},
			),
			valid: []string{`"a1"`, `"j10"`},
			invalid: map[string]string{
				`"zz"`:  `1:1(0)  | /enum | s.json#/enum [enum] the value must be one of "a1", "b2", … (10), got "zz"`,
				`"i10"`: `1:1(0)  | /enum | s.json#/enum [enum] the value must be one of "a1", "b2", … (10), got "i10"; did you mean "j10"?`,
			},
		},
		{
			name:    "numbers",
			program: program(schema.Node{Number: &schema.Number{Minimum: decimal("0"), ExclusiveMaximum: decimal("1e3")}}),
			valid:   []string{`0`, `-0`, `-0.0`, `0.5`, `999.999999999999999999999`, `"x"`},
			invalid: map[string]string{
				`-1`:                                   `1:1(0)  | /minimum | s.json#/minimum [minimum] the value must be >= 0, got -1`,
				`-0.5`:                                 `1:1(0)  | /minimum | s.json#/minimum [minimum] the value must be >= 0, got -0.5`,
				`1000`:                                 `1:1(0)  | /exclusiveMaximum | s.json#/exclusiveMaximum [exclusiveMaximum] the value must be < 1e3, got 1000`,
				`1e1000001`:                            `1:1(0)  | /exclusiveMaximum | s.json#/exclusiveMaximum [exclusiveMaximum] the value must be < 1e3, got 1e1000001`,
				`1000.0000000000000000000000000000001`: `1:1(0)  | /exclusiveMaximum | s.json#/exclusiveMaximum [exclusiveMaximum] the value must be < 1e3, got 1000.0000000000000000000000000000001`,
			},
		},
		{
			name:    "numbers, the other limits",
			program: program(schema.Node{Number: &schema.Number{ExclusiveMinimum: decimal("-1.5"), Maximum: decimal("9007199254740992")}}),
			valid:   []string{`-1.4`, `9007199254740992`},
			invalid: map[string]string{
				`-1.5`:             `1:1(0)  | /exclusiveMinimum | s.json#/exclusiveMinimum [exclusiveMinimum] the value must be > -1.5, got -1.5`,
				`9007199254740993`: `1:1(0)  | /maximum | s.json#/maximum [maximum] the value must be <= 9007199254740992, got 9007199254740993`,
				`-2`:               `1:1(0)  | /exclusiveMinimum | s.json#/exclusiveMinimum [exclusiveMinimum] the value must be > -1.5, got -2`,
			},
		},
		{
			name:    "multipleOf",
			program: program(schema.Node{Number: &schema.Number{MultipleOf: decimal("0.01")}}),
			valid:   []string{`19.99`, `0`, `1e300`},
			invalid: map[string]string{
				`0.001`:           `1:1(0)  | /multipleOf | s.json#/multipleOf [multipleOf] the value must be a multiple of 0.01, got 0.001`,
				`1e-999999999999`: `1:1(0)  | /multipleOf | s.json#/multipleOf [multipleOf] the value must be a multiple of 0.01, got 1e-999999999999`,
			},
		},
		{
			name:    "multipleOf an integer",
			program: program(schema.Node{Number: &schema.Number{MultipleOf: decimal("3")}}),
			valid:   []string{`9`, `-3`, `9.0`, `3e50`},
			invalid: map[string]string{
				`10`:  `1:1(0)  | /multipleOf | s.json#/multipleOf [multipleOf] the value must be a multiple of 3, got 10`,
				`9.5`: `1:1(0)  | /multipleOf | s.json#/multipleOf [multipleOf] the value must be a multiple of 3, got 9.5`,
			},
		},
		{
			name:    "lengths",
			program: program(schema.Node{String: &schema.String{MinLength: 2, MaxLength: most(3)}}),
			valid:   []string{`"ab"`, `"😀\ud83d\ude00\ud83d"`, `"日本語"`, `5`},
			invalid: map[string]string{
				`"é"`:    `1:1(0)  | /minLength | s.json#/minLength [minLength] the value must have at least 2 characters, got 1`,
				`"abcd"`: `1:1(0)  | /maxLength | s.json#/maxLength [maxLength] the value must have at most 3 characters, got 4`,
				`""`:     `1:1(0)  | /minLength | s.json#/minLength [minLength] the value must have at least 2 characters, got 0`,
			},
		},
		{
			name:    "pattern",
			program: patterns(program(schema.Node{String: &schema.String{Pattern: 1}}), `^\d+$`),
			valid:   []string{`"42"`, `7`},
			invalid: map[string]string{
				`"4x"`: `1:1(0)  | /pattern | s.json#/pattern [pattern] the value must match ^\d+$, got "4x"`,
				`""`:   `1:1(0)  | /pattern | s.json#/pattern [pattern] the value must match ^\d+$, got ""`,
			},
		},
		{
			name:    "format",
			program: program(schema.Node{String: &schema.String{Format: "date-time"}}),
			valid:   []string{`"2025-11-22T20:15:07Z"`},
			invalid: map[string]string{
				`"yesterday"`: `1:1(0)  | /format | s.json#/format [format] the value must be a date-time (RFC 3339), got "yesterday"`,
			},
		},
		{
			name: "required and properties",
			program: program(
				schema.Node{Object: &schema.Object{Properties: []schema.Property{{Name: "a", Schema: 2}, {Name: "b/c~d", Schema: 3}}, Required: []string{"a", "z"}}},
				typed("/properties/a", schema.StringType),
				never("/properties/b~1c~0d"),
			),
			valid: []string{`{"z":0,"a":"x"}`, `[]`},
			invalid: map[string]string{
				`{}`: `
			1:1(0)  | /required | s.json#/required [required] missing property "a"
			1:1(0)  | /required | s.json#/required [required] missing property "z"
				`,
				`{"a":1,"Z":2}`: `
			1:1(0)  | /required | s.json#/required [required] missing property "z"; did you mean "Z"?
			1:6(5) /a | /properties/a/type | s.json#/properties/a/type [type] a must be a string, got the number 1
				`,
				`{"b/c~d":1,"a":"","z":0}`: `1:2(1) /b~1c~0d | /properties/b~1c~0d | s.json#/properties/b~1c~0d [properties] property "b/c~d" is not allowed`,
			},
		},
		{
			name: "patternProperties and additionalProperties",
			program: patterns(program(
				schema.Node{Object: &schema.Object{Properties: []schema.Property{{Name: "name"}}, PatternProperties: []schema.PatternProperty{{Pattern: 1, Schema: 2}, {Pattern: 2, Schema: 3}}, Additional: 4}},
				typed("/patternProperties/^x-", schema.StringType),
				typed("/patternProperties/y$", schema.StringType|schema.NumberType),
				never("/additionalProperties"),
			), `^x-`, `y$`),
			valid: []string{`{"x-a":"","name":[],"by":1}`},
			invalid: map[string]string{
				`{"x-a":1,"x-y":true,"nmae":1,"other":2}`: `
			1:8(7) /x-a | /patternProperties/^x-/type | s.json#/patternProperties/^x-/type [type] x-a must be a string, got the number 1
			1:16(15) /x-y | /patternProperties/^x-/type | s.json#/patternProperties/^x-/type [type] x-y must be a string, got true
			1:16(15) /x-y | /patternProperties/y$/type | s.json#/patternProperties/y$/type [type] x-y must be a string or a number, got true
			1:21(20) /nmae | /additionalProperties | s.json#/additionalProperties [additionalProperties] unknown property "nmae"; did you mean "name"?
			1:30(29) /other | /additionalProperties | s.json#/additionalProperties [additionalProperties] unknown property "other"
				`,
			},
		},
		{
			name:    "additionalProperties as a map",
			program: program(schema.Node{Object: &schema.Object{Additional: 2}}, typed("/additionalProperties", schema.StringType)),
			valid:   []string{`{"a":""}`, `{}`},
			invalid: map[string]string{
				`{"tags":{"a":1}}`: `1:9(8) /tags | /additionalProperties/type | s.json#/additionalProperties/type [type] tags must be a string, got an object`,
			},
		},
		{
			name: "propertyNames",
			program: program(
				schema.Node{Object: &schema.Object{Names: 2}},
				schema.Node{At: "/propertyNames", String: &schema.String{MaxLength: most(2)}},
			),
			valid: []string{`{"ab":1}`},
			invalid: map[string]string{
				`{"abc":1}`: `1:2(1) /abc | /propertyNames/maxLength | s.json#/propertyNames/maxLength [maxLength] the name "abc" must have at most 2 characters, got 3`,
			},
		},
		{
			name:    "minProperties and maxProperties",
			program: program(schema.Node{Object: &schema.Object{MinProperties: 1, MaxProperties: most(2)}}),
			valid:   []string{`{"a":1}`, `{"a":1,"b":2}`},
			invalid: map[string]string{
				`{}`:                  `1:1(0)  | /minProperties | s.json#/minProperties [minProperties] the value must have at least 1 property, got 0`,
				`{"a":1,"b":2,"c":3}`: `1:1(0)  | /maxProperties | s.json#/maxProperties [maxProperties] the value must have at most 2 properties, got 3`,
			},
		},
		{
			name: "dependents",
			program: program(
				schema.Node{Object: &schema.Object{Dependent: []schema.Dependent{{Keyword: "dependentRequired", Name: "a", Required: []string{"b", "c"}}, {Keyword: "dependentSchemas", Name: "d", Schema: 2}}}},
				schema.Node{At: "/dependentSchemas/d", Object: &schema.Object{Required: []string{"e"}}},
			),
			valid: []string{`{"b":1}`, `{"a":1,"b":2,"c":3}`, `{"d":1,"e":2}`},
			invalid: map[string]string{
				`{"a":1}`: `
			1:1(0)  | /dependentRequired | s.json#/dependentRequired [dependentRequired] missing property "b", which "a" demands
			1:1(0)  | /dependentRequired | s.json#/dependentRequired [dependentRequired] missing property "c", which "a" demands
				`,
				`{"d":1}`: `1:1(0)  | /dependentSchemas/d/required | s.json#/dependentSchemas/d/required [required] missing property "e", which "d" demands`,
			},
		},
		{
			name: "items",
			program: program(
				schema.Node{Array: &schema.Array{Prefix: []schema.Ref{2, 0}, Items: 3}},
				typed("/prefixItems/0", schema.StringType),
				never("/items"),
			),
			valid: []string{`[]`, `["a"]`, `["a",1]`},
			invalid: map[string]string{
				`[1,2,3]`: `
			1:2(1) /0 | /prefixItems/0/type | s.json#/prefixItems/0/type [type] item 0 must be a string, got the number 1
			1:6(5) /2 | /items | s.json#/items [items] item 2 is not allowed: at most 2 items
				`,
			},
		},
		{
			name: "items of one kind",
			program: program(
				schema.Node{Array: &schema.Array{Items: 2}},
				schema.Node{At: "/items", Array: &schema.Array{Items: 3}},
				typed("/items/items", schema.NumberType),
			),
			valid: []string{`[[1],[]]`},
			invalid: map[string]string{
				`[[1,"2"],3]`: `1:5(4) /0/1 | /items/items/type | s.json#/items/items/type [type] item 0/1 must be a number, got the string "2"`,
			},
		},
		{
			name:    "minItems and maxItems",
			program: program(schema.Node{Array: &schema.Array{MinItems: 1, MaxItems: most(2)}}),
			valid:   []string{`[1]`, `[1,2]`},
			invalid: map[string]string{
				`[]`:      `1:1(0)  | /minItems | s.json#/minItems [minItems] the value must have at least 1 item, got 0`,
				`[1,2,3]`: `1:1(0)  | /maxItems | s.json#/maxItems [maxItems] the value must have at most 2 items, got 3`,
			},
		},
		{
			name:    "uniqueItems",
			program: program(schema.Node{Array: &schema.Array{Unique: true}}),
			valid:   []string{`[]`, `[1]`, `[1,"1",[1],{"a":1},true,null,false,0,1.5,[0],"",{}]`},
			invalid: map[string]string{
				`[1,2,1.0]`: `1:1(0)  | /uniqueItems | s.json#/uniqueItems [uniqueItems] the value must have unique items, but item 2 repeats item 0`,
				`[{"a":1,"b":[2]},2,3,4,5,6,7,8,9,{"b":[20e-1],"a":1}]`: `1:1(0)  | /uniqueItems | s.json#/uniqueItems [uniqueItems] the value must have unique items, but item 9 repeats item 0`,
				`[0,1,2,3,4,5,6,7,8,-0.0]`:                              `1:1(0)  | /uniqueItems | s.json#/uniqueItems [uniqueItems] the value must have unique items, but item 9 repeats item 0`,
				`[1,2,3,4,5,6,7,8,1e400,10e399]`:                        `1:1(0)  | /uniqueItems | s.json#/uniqueItems [uniqueItems] the value must have unique items, but item 9 repeats item 8`,
			},
		},
		{
			name: "contains",
			program: program(
				schema.Node{Array: &schema.Array{Contains: &schema.Contains{Schema: 2, Min: 1}}},
				typed("/contains", schema.NumberType),
			),
			valid: []string{`["a",1]`},
			invalid: map[string]string{
				`["a"]`: `1:1(0)  | /contains | s.json#/contains [contains] the value must contain at least 1 matching item, got 0`,
				`[]`:    `1:1(0)  | /contains | s.json#/contains [contains] the value must contain at least 1 matching item, got 0`,
			},
		},
		{
			name: "minContains and maxContains",
			program: program(
				schema.Node{Array: &schema.Array{Contains: &schema.Contains{Schema: 2, Min: 2, Max: most(3)}}},
				typed("/contains", schema.NumberType),
			),
			valid: []string{`[1,2]`, `[1,2,3,"a"]`},
			invalid: map[string]string{
				`["a",1]`:   `1:1(0)  | /minContains | s.json#/minContains [minContains] the value must contain at least 2 matching items, got 1`,
				`[1,2,3,4]`: `1:1(0)  | /maxContains | s.json#/maxContains [maxContains] the value must contain at most 3 matching items, got 4`,
			},
		},
		{
			name: "unevaluatedProperties",
			program: program(
				schema.Node{Object: &schema.Object{Unevaluated: 2}, Logic: &schema.Logic{AllOf: []schema.Ref{3}, AnyOf: []schema.Ref{4, 5}}},
				never("/unevaluatedProperties"),
				schema.Node{At: "/allOf/0", Object: &schema.Object{Properties: []schema.Property{{Name: "a"}}}},
				schema.Node{At: "/anyOf/0", Object: &schema.Object{Properties: []schema.Property{{Name: "b"}}, Required: []string{"b"}}},
				schema.Node{At: "/anyOf/1", Object: &schema.Object{Properties: []schema.Property{{Name: "c"}}, Required: []string{"c"}}},
			),
			valid: []string{`{"a":1,"b":2}`, `{"b":1,"c":2}`},
			invalid: map[string]string{
				`{"a":1,"b":2,"x":3}`: `1:14(13) /x | /unevaluatedProperties | s.json#/unevaluatedProperties [unevaluatedProperties] unknown property "x"`,
				`{"a":1}`: `
			1:1(0)  | /anyOf | s.json#/anyOf [anyOf] the value must match one of the 2 schemas of anyOf; number 0 comes closest: missing property "b"
				1:1(0)  | /anyOf/0/required | s.json#/anyOf/0/required [required] missing property "b"
				`,
			},
		},
		{
			name: "unevaluatedItems",
			program: program(
				schema.Node{Array: &schema.Array{Prefix: []schema.Ref{0}, Contains: &schema.Contains{Schema: 3, Min: 0, Evaluates: true}, Unevaluated: 2}},
				never("/unevaluatedItems"),
				typed("/contains", schema.StringType),
			),
			valid: []string{`[1]`, `[1,"a","b"]`},
			invalid: map[string]string{
				`[1,2,"a",3]`: `
			1:4(3) /1 | /unevaluatedItems | s.json#/unevaluatedItems [unevaluatedItems] item 1 is not allowed: no other keyword evaluates it
			1:10(9) /3 | /unevaluatedItems | s.json#/unevaluatedItems [unevaluatedItems] item 3 is not allowed: no other keyword evaluates it
				`,
			},
		},
		{
			name: "unevaluatedItems and contains before 2020-12",
			program: program(
				schema.Node{Array: &schema.Array{Contains: &schema.Contains{Schema: 3, Min: 1}, Unevaluated: 2}},
				never("/unevaluatedItems"),
				typed("/contains", schema.StringType),
			),
			invalid: map[string]string{
				`["a"]`: `1:2(1) /0 | /unevaluatedItems | s.json#/unevaluatedItems [unevaluatedItems] item 0 is not allowed: no other keyword evaluates it`,
			},
		},
		{
			name: "references",
			program: program(
				schema.Node{Logic: &schema.Logic{Refs: []schema.Reference{{Keyword: "$ref", Schema: 2}}}},
				schema.Node{At: "/$defs/tree", Object: &schema.Object{Properties: []schema.Property{{Name: "kids", Schema: 3}}}},
				schema.Node{At: "/$defs/tree/properties/kids", Type: schema.ArrayType, Array: &schema.Array{Items: 4}},
				schema.Node{At: "/$defs/tree/properties/kids/items", Logic: &schema.Logic{Refs: []schema.Reference{{Keyword: "$dynamicRef", Schema: 2}}}},
			),
			valid: []string{`{"kids":[{"kids":[]}]}`},
			invalid: map[string]string{
				`{"kids":[{"kids":{}}]}`: `1:18(17) /kids/0/kids | /$ref/properties/kids/items/$dynamicRef/properties/kids/type | s.json#/$defs/tree/properties/kids/type [type] kids must be an array, got an object`,
			},
		},
		{
			name: "allOf",
			program: program(
				schema.Node{Logic: &schema.Logic{AllOf: []schema.Ref{2, 3}}},
				typed("/allOf/0", schema.NumberType),
				schema.Node{At: "/allOf/1", Number: &schema.Number{Minimum: decimal("2")}},
			),
			valid: []string{`2`},
			invalid: map[string]string{
				`1`:   `1:1(0)  | /allOf/1/minimum | s.json#/allOf/1/minimum [minimum] the value must be >= 2, got 1`,
				`"a"`: `1:1(0)  | /allOf/0/type | s.json#/allOf/0/type [type] the value must be a number, got the string "a"`,
			},
		},
		{
			name: "anyOf",
			program: program(
				schema.Node{Logic: &schema.Logic{AnyOf: []schema.Ref{2, 3}}},
				schema.Node{At: "/anyOf/0", Type: schema.NumberType, Number: &schema.Number{Minimum: decimal("2")}},
				schema.Node{At: "/anyOf/1", Type: schema.ObjectType, Object: &schema.Object{Required: []string{"a", "b"}}},
			),
			valid: []string{`2`, `{"a":1,"b":2}`},
			invalid: map[string]string{
				`1`: `
			1:1(0)  | /anyOf | s.json#/anyOf [anyOf] the value must match one of the 2 schemas of anyOf; number 0 comes closest: the value must be >= 2, got 1
				1:1(0)  | /anyOf/0/minimum | s.json#/anyOf/0/minimum [minimum] the value must be >= 2, got 1
				`,
				`{}`: `
			1:1(0)  | /anyOf | s.json#/anyOf [anyOf] the value must match one of the 2 schemas of anyOf; number 1 comes closest: missing property "a"
				1:1(0)  | /anyOf/1/required | s.json#/anyOf/1/required [required] missing property "a"
				1:1(0)  | /anyOf/1/required | s.json#/anyOf/1/required [required] missing property "b"
				`,
				`"a"`: `
			1:1(0)  | /anyOf | s.json#/anyOf [anyOf] the value must be a number or an object, got the string "a"
				1:1(0)  | /anyOf/0/type | s.json#/anyOf/0/type [type] the value must be a number, got the string "a"
				`,
			},
		},
		{
			name: "oneOf",
			program: program(
				schema.Node{Logic: &schema.Logic{OneOf: []schema.Ref{2, 3}}},
				typed("/oneOf/0", schema.IntegerType),
				schema.Node{At: "/oneOf/1", Number: &schema.Number{Minimum: decimal("2")}},
			),
			valid: []string{`1`, `2.5`, `"a"`},
			invalid: map[string]string{
				`3`: `1:1(0)  | /oneOf | s.json#/oneOf [oneOf] the value must match exactly one schema of oneOf, but matches numbers 0 and 1`,
				`1.5`: `
			1:1(0)  | /oneOf | s.json#/oneOf [oneOf] the value must match one of the 2 schemas of oneOf; number 1 comes closest: the value must be >= 2, got 1.5
				1:1(0)  | /oneOf/1/minimum | s.json#/oneOf/1/minimum [minimum] the value must be >= 2, got 1.5
				`,
			},
		},
		{
			name: "not",
			program: patterns(program(
				schema.Node{Logic: &schema.Logic{Not: ref(2)}},
				schema.Node{At: "/not", String: &schema.String{Pattern: 1}},
			), `\n`),
			valid: []string{` "a" `},
			invalid: map[string]string{
				`"a\nb"`: `1:1(0)  | /not | s.json#/not [not] the value must not match \n, got "a\nb"`,
				`5`:      `1:1(0)  | /not | s.json#/not [not] the value must not match \n, got 5`,
			},
		},
		{
			name:    "not a type",
			program: program(schema.Node{Logic: &schema.Logic{Not: ref(2)}}, typed("/not", schema.NullType)),
			valid:   []string{`1`},
			invalid: map[string]string{
				`null`: `1:1(0)  | /not | s.json#/not [not] the value must not be null, got null`,
			},
		},
		{
			name:    "not true",
			program: program(schema.Node{Logic: &schema.Logic{Not: ref(0)}}),
			invalid: map[string]string{
				`1`: `1:1(0)  | /not | s.json#/not [not] the value must not match the schema of not, got 1`,
			},
		},
		{
			name: "if, then, else",
			program: program(
				schema.Node{Logic: &schema.Logic{If: 2, Then: 3, Else: 4}},
				schema.Node{At: "/if", Object: &schema.Object{Required: []string{"a"}}},
				schema.Node{At: "/then", Object: &schema.Object{Required: []string{"b"}}},
				schema.Node{At: "/else", Object: &schema.Object{Required: []string{"c"}}},
			),
			valid: []string{`{"a":1,"b":1}`, `{"c":1}`},
			invalid: map[string]string{
				`{"a":1}`: `1:1(0)  | /then/required | s.json#/then/required [required] missing property "b"`,
				`{}`:      `1:1(0)  | /else/required | s.json#/else/required [required] missing property "c"`,
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, instance := range c.valid {
				assert.Empty(t, whole(validate(t, c.program, instance)), "%s must be valid", instance)
			}
			for instance, want := range c.invalid {
				assert.Equal(t, trimmed(want), whole(validate(t, c.program, instance)), "violations of %s", instance)
			}
		})
	}
}
