package stream

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLineErrorText(t *testing.T) {
	minimum := schema.Violation{Keyword: "minimum", Message: "rows_processed must be >= 0, got -1", Offset: 41, Line: 1, Column: 42}
	for want, e := range map[string]*LineError{
		"events.jsonl:17:42: step_complete: rows_processed must be >= 0, got -1 [minimum]": {
			File: "events.jsonl", Line: 17, Offset: 5, Kind: Invalid, Name: "step_complete", Err: &schema.Error{Violations: []schema.Violation{minimum}},
		},
		"line 17:42: rows_processed must be >= 0, got -1 [minimum] (and 2 more)": {
			Line: 17, Kind: Invalid, Err: &schema.Error{Violations: []schema.Violation{minimum, minimum}, More: 1},
		},
		`e.jsonl:2:3: unknown event "step_error" [unknown-name]`: {
			File: "e.jsonl", Line: 2, Kind: Unknown, Name: "step_error",
			Err: &schema.Error{Violations: []schema.Violation{{Keyword: RuleUnknownName, Message: `unknown event "step_error"`, Offset: 2}}},
		},
		"line 3:9: found NaN, which is not JSON [json-syntax]": {
			Line: 3, Kind: Malformed, Err: &tape.SyntaxError{Code: tape.Syntax, Offset: 8, Message: "found NaN, which is not JSON"},
		},
		"line 3:9: cut off [json-syntax]": {Line: 3, Kind: Malformed, Err: &tape.SyntaxError{Code: tape.TooDeep, Offset: 8, Message: "cut off"}},
		"line 3:9: last line has no line end and is not JSON: text ends in a string [torn-line]": {
			Line: 3, Kind: Malformed, Torn: true, Err: &tape.SyntaxError{Code: tape.Syntax, Offset: 8, Message: "text ends in a string"},
		},
		"line 3:1: line of 20 bytes is longer than the limit of 10 bytes (max-line) [long-line]": {Line: 3, Kind: Malformed, Err: &LongLineError{10, 20}},
		`line 1:1: a\nb\x1b[31m: must not\r break the line [const]`: {
			Line: 1, Kind: Invalid, Name: "a\nb\x1b[31m", Err: &schema.Error{Violations: []schema.Violation{{Keyword: "const", Message: "must not\r break the line"}}},
		},
		"line 4: invalid record": {Line: 4, Kind: Invalid},
	} {
		assert.Equal(t, want, e.Error())
	}
}

func TestLineErrorTextIsShort(t *testing.T) {
	e := &LineError{Line: 1, Kind: Invalid, Name: strings.Repeat("né", 1<<20), Err: &schema.Error{Violations: []schema.Violation{{Keyword: "const", Message: "no"}}}}
	assert.Less(t, len(e.Error()), 200)
}

func TestFindings(t *testing.T) {
	text := "\n" + `{"at":1,"type":"order_placed","id":"1","order_id":"o-1","customer_id":"c-1","total":-5}` + "\n"
	s := orders().NewScanner(strings.NewReader(text), InFile("orders.jsonl"))
	require.True(t, s.Scan())
	found := Findings(s.Invalid())
	require.Len(t, found, 2)
	for i, want := range []struct{ rule, location, value string }{{"type", "/at", "1,"}, {"minimum", "/total", "-5"}} {
		f := found[i]
		assert.Equal(t, want.rule, f.Rule)
		assert.Equal(t, want.location, f.InstanceLocation)
		assert.Equal(t, want.value, text[f.Offset:][:2])
		assert.Equal(t, f.Offset, int64(f.Column), "the line begins at offset 1, columns at 1")
		assert.Equal(t, 2, f.Line)
		assert.Equal(t, "order_placed", f.Name)
		assert.Equal(t, "orders.jsonl", f.File)
		assert.False(t, f.Warn)
		assert.NotEmpty(t, f.KeywordLocation)
	}
}

func TestFindingJSON(t *testing.T) {
	f := Finding{
		File: "e.jsonl", Line: 17, Column: 42, Offset: 900, Name: "step", Rule: "minimum", InstanceLocation: "/n", KeywordLocation: "/properties/n/minimum",
		AbsoluteKeywordLocation: "e.json#/properties/n/minimum", Message: "n must be >= 0",
	}
	text, err := f.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, `{"file":"e.jsonl","line":17,"column":42,"offset":900,"name":"step","level":"error","rule":"minimum",`+
		`"instanceLocation":"/n","keywordLocation":"/properties/n/minimum","absoluteKeywordLocation":"e.json#/properties/n/minimum","message":"n must be >= 0"}`, string(text))
	f.Causes, f.More, f.Other = []Finding{{Rule: "type", Column: 3, Causes: []Finding{{Message: "a < b"}}}}, 2, Place{Line: 1, Offset: 5}
	text, err = f.MarshalJSON()
	require.NoError(t, err)
	assert.Contains(t, string(text), `a < b`)
	var back Finding
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, f, back)
	text, err = json.Marshal(Finding{Warn: true})
	require.NoError(t, err)
	assert.Equal(t, `{"file":"","line":0,"column":0,"offset":0,"name":"","level":"warn","rule":"","instanceLocation":"","keywordLocation":"","absoluteKeywordLocation":"","message":""}`,
		string(text))
}

func TestFindingOfAWholeStream(t *testing.T) {
	assert.Equal(t, "metrics.jsonl: file is missing [file-missing]", Finding{File: "metrics.jsonl", Rule: RuleFileMissing, Message: "file is missing"}.String())
	assert.Equal(t, "warning: run has two sessions [session]", Finding{Warn: true, Rule: "session", Message: "run has two sessions"}.String())
}

func TestWord(t *testing.T) {
	for record, want := range map[string]string{"Event": "event", "OrderEvent": "order event", "HTTPEvent": "http event", "": "name", "E2BMetric": "e2b metric"} {
		assert.Equal(t, want, (&Facts{Record: record}).word())
	}
}

func TestMeant(t *testing.T) {
	for name, want := range map[string]string{
		"order_place":               `; did you mean "order_placed"?`,
		"order_plcaed":              `; did you mean "order_placed"?`,
		"Order_Placed":              `; did you mean "order_placed"?`,
		"adapter_selected":          "",
		"":                          "",
		"order_placed":              "", // nothing is a misspelling of itself
		strings.Repeat("o", 10_000): "",
	} {
		assert.Equal(t, want, meant(name, []string{"order_placed", "x"}), "%.30s", name)
	}
}
