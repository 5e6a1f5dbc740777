package stream

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const placed = `{"at":"2026-01-01T00:00:00Z","type":"order_placed","id":"1","order_id":"o-1","customer_id":"c-1","total":5}`

func TestJudge(t *testing.T) {
	r := orders()
	for name, c := range map[string]struct {
		text string
		kind Kind
		name string
	}{
		"valid":                  {placed, 0, "order_placed"},
		"escaped name":           {strings.Replace(placed, "order_placed", `order\u005fplaced`, 1), 0, "order_placed"},
		"space around":           {" \t" + placed + "\r", 0, "order_placed"},
		"rule broken":            {strings.Replace(placed, ":5", ":-5", 1), Invalid, "order_placed"},
		"unknown name":           {strings.Replace(placed, "order_placed", "order_eaten", 1), Unknown, "order_eaten"},
		"empty name":             {`{"at":"x","type":"","id":"1"}`, Unknown, ""},
		"no name":                {`{"at":"x","id":"1"}`, Invalid, ""},
		"name is no string":      {`{"at":"x","type":7,"id":"1"}`, Invalid, ""},
		"no object":              {`["order_placed"]`, Invalid, ""},
		"string":                 {`"order_placed"`, Invalid, ""},
		"null":                   {`null`, Invalid, ""},
		"NaN":                    {strings.Replace(placed, ":5", ":NaN", 1), Malformed, ""},
		"duplicate":              {`{"type":"order_placed","type":"order_placed"}`, Malformed, ""},
		"two values":             {placed + placed, Malformed, ""},
		"lone surrogate":         {strings.Replace(placed, "c-1", `c\ud800`, 1), 0, "order_placed"},
		"surrogate in the name":  {strings.Replace(placed, "order_placed", `\udce9`, 1), Unknown, "\ufffd"},
		"empty":                  {``, Malformed, ""},
		"name inside, not above": {`{"x":{"type":"order_placed"}}`, Invalid, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var line Line
			for _, explain := range []bool{false, true} {
				r.Judge([]byte(c.text), &line, explain)
				assert.Equal(t, c.kind, line.Kind)
				assert.Equal(t, c.name, line.Name)
				switch {
				case c.kind == 0:
					assert.NoError(t, line.Err)
				case c.kind == Malformed:
					assert.IsType(t, (*tape.SyntaxError)(nil), line.Err)
				case explain:
					require.IsType(t, (*schema.Error)(nil), line.Err)
					assert.NotEmpty(t, line.Err.(*schema.Error).Violations)
				default:
					assert.NoError(t, line.Err)
				}
			}
		})
	}
}

func TestJudgeUnknownName(t *testing.T) {
	var line Line
	orders().Judge([]byte(`{"type":"order_plcaed","id":7}`), &line, true)
	var err *schema.Error
	require.ErrorAs(t, line.Err, &err)
	first := err.Violations[0]
	assert.Equal(t, "unknown-name", first.Keyword)
	assert.Equal(t, "/type", first.InstanceLocation)
	assert.Equal(t, `unknown order event "order_plcaed"; did you mean "order_placed"?`, first.Message)
	assert.Equal(t, 8, first.Offset)
	assert.Equal(t, 9, first.Column)
	assert.Equal(t, "/properties/type/enum", first.KeywordLocation, "where the schema lists its names")
	var keywords []string
	for _, v := range err.Violations[1:] {
		keywords = append(keywords, v.Keyword)
	}
	assert.ElementsMatch(t, []string{"required", "type"}, keywords, "other mistakes stay, those that only say the same go: %+v", err.Violations)
}

// The violation about the name must not push the list over its limit.
func TestJudgeUnknownNameAmongMany(t *testing.T) {
	r := orders()
	var line Line
	r.Judge([]byte(`{"type":"x"}`), &line, false)
	full := &schema.Error{Violations: make([]schema.Violation, schema.MaxViolations), More: 3}
	err := r.unknownName(&line, full)
	assert.Len(t, err.Violations, schema.MaxViolations)
	assert.Equal(t, RuleUnknownName, err.Violations[0].Keyword)
	assert.Equal(t, 4, err.More)
}

func TestJudgeWithoutFacts(t *testing.T) {
	r := &Record{Program: orderProgram()}
	var line Line
	r.Judge([]byte(placed), &line, true)
	assert.Zero(t, line.Kind)
	assert.Empty(t, line.Name)
	c, err := r.Count(t.Context(), strings.NewReader(placed+"\n{}\n"))
	require.NoError(t, err)
	assert.Equal(t, 2, c.Lines)
	assert.Equal(t, 2, c.Nameless)
	assert.Equal(t, 1, c.Invalid)
}

func TestJudgeConcurrently(t *testing.T) {
	r := orders()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			var line Line
			for range 50 {
				r.Judge([]byte(placed), &line, true)
				assert.Zero(t, line.Kind)
				r.Judge([]byte(`{"type":"x"}`), &line, true)
				assert.Equal(t, Unknown, line.Kind)
			}
		})
	}
	wait.Wait()
}

func TestScanner(t *testing.T) {
	bad := strings.Replace(placed, ":5", ":-5", 1)
	text := placed + "\n\n" + bad + "\r\n" + `{"a":1,"a":2}` + "\n" + strings.Repeat("x", 300) + "\n" + `{"type":"x"}` + "\n" + "{\"a\":\xff}\n" + `{"at`
	s := orders().NewScanner(strings.NewReader(text), InFile("orders.jsonl"), MaxLine(200))
	type line struct {
		Number int
		Kind   Kind
		Torn   bool
		Rule   string
	}
	var lines []line
	for s.Scan() {
		number, offset := s.Position()
		l := line{Number: number, Kind: s.Line().Kind}
		assert.Equal(t, string(s.Bytes()), text[offset:][:len(s.Bytes())])
		if e := s.Invalid(); e != nil {
			assert.Same(t, e, s.Invalid())
			assert.Equal(t, "orders.jsonl", e.File)
			assert.Equal(t, number, e.Line)
			assert.Equal(t, offset, e.Offset)
			assert.Equal(t, l.Kind, e.Kind)
			assert.Equal(t, string(s.Bytes()), e.Raw)
			assert.ErrorIs(t, e, e.Err)
			l.Torn, l.Rule = e.Torn, Findings(e)[0].Rule
		}
		lines = append(lines, l)
	}
	require.NoError(t, s.Err())
	assert.Equal(t, []line{
		{Number: 1},
		{3, Invalid, false, "minimum"},
		{4, Malformed, false, RuleDuplicate},
		{5, Malformed, false, RuleLongLine},
		{6, Unknown, false, RuleUnknownName},
		{7, Malformed, false, RuleUTF8},
		{8, Malformed, true, RuleTornLine},
	}, lines)
	assert.Nil(t, s.Invalid(), "nothing is wrong with a line that is not there")
	assert.Nil(t, s.Warnings())
}

func TestScannerTorn(t *testing.T) {
	for text, torn := range map[string]bool{
		`{"a":1`:                   true,
		`{"a":1` + "\n":            false, // the writer finished the line: it is just wrong
		placed:                     false, // no end, but whole
		placed + "\n" + placed[:9]: true,
		strings.Repeat("[", 500):   false, // its end was not looked at
	} {
		s := orders().NewScanner(strings.NewReader(text), MaxLine(400))
		last := false
		for s.Scan() {
			last = s.Invalid() != nil && s.Invalid().Torn
		}
		assert.Equal(t, torn, last, "%q", text)
	}
}

func TestScannerReadError(t *testing.T) {
	s := orders().NewScanner(io.MultiReader(strings.NewReader(placed+"\n{"), iotest.ErrReader(io.ErrUnexpectedEOF)))
	assert.True(t, s.Scan())
	assert.False(t, s.Scan())
	assert.Equal(t, io.ErrUnexpectedEOF, s.Err())
}

func TestScannerLongLine(t *testing.T) {
	long := strings.Replace(placed, "c-1", strings.Repeat("c", 240_000), 1)
	s := orders().NewScanner(strings.NewReader(long + "\n" + long))
	for range 2 {
		require.True(t, s.Scan())
		assert.Nil(t, s.Invalid())
		assert.Len(t, s.Bytes(), len(long))
	}
	assert.False(t, s.Scan())
}

func TestScannerByteOrderMark(t *testing.T) {
	s := orders().NewScanner(strings.NewReader("\ufeff" + placed + "\n" + placed + "\n"))
	require.True(t, s.Scan())
	e := s.Invalid()
	require.NotNil(t, e)
	assert.Equal(t, Malformed, e.Kind)
	assert.Contains(t, e.Error(), "line 1:1: ")
	require.True(t, s.Scan())
	assert.Nil(t, s.Invalid())
}

func TestScannerWarnings(t *testing.T) {
	odd := strings.Replace(placed, "c-1", `c-\udce9`, 1)
	s := orders().NewScanner(strings.NewReader(placed+"\n"+odd+"\n{\"type\":\"\\ud800\"}\n[\"\\ud800\"\n"), InFile("o.jsonl"))
	require.True(t, s.Scan())
	assert.Empty(t, s.Warnings())
	require.True(t, s.Scan())
	at := strings.Index(odd, `\udce9`)
	assert.Equal(t, []Finding{{
		File: "o.jsonl", Line: 2, Column: at + 1, Offset: int64(len(placed) + 1 + at), Name: "order_placed", Warn: true, Rule: "json-surrogate",
		Message: `lone surrogate \udce9 stands for no character and reads as U+FFFD`,
	}}, s.Warnings())
	assert.Nil(t, s.Invalid(), "a warning is no error")
	require.True(t, s.Scan())
	assert.Len(t, s.Warnings(), 1, "also on an unknown line")
	require.True(t, s.Scan())
	assert.Equal(t, Malformed, s.Line().Kind)
	assert.Empty(t, s.Warnings())
}

func FuzzScanner(f *testing.F) {
	for _, seed := range []string{"", placed, placed + "\r\n\n{\"type\":\"x\"}\n", "\ufeff{}\n", "{\"type\":\"\\ud800\"}\n[", "\xff\n1 1\n", "{\"a\":1,\"a\":NaN}"} {
		f.Add([]byte(seed), uint16(0), uint8(3))
	}
	r := orders()
	f.Fuzz(func(t *testing.T, text []byte, maxLine uint16, step uint8) {
		s := r.NewScanner(&stepReader{text, int(step)}, MaxLine(int64(maxLine)))
		limit := int(maxLine)
		if limit == 0 {
			limit = defaultMaxLine
		}
		want := naive(string(text), limit)
		c := r.NewCounter()
		var invalid Counts
		for s.Scan() {
			number, offset := s.Position()
			require.NotEmpty(t, want)
			require.Equal(t, want[0], got{string(s.Bytes()), number, offset, s.lines.Ended(), s.lines.TooLong()})
			want = want[1:]
			c.Add(s.Line())
			e := s.Invalid()
			require.Equal(t, e != nil, s.Line().Kind != 0)
			if e != nil {
				require.NotContains(t, e.Error(), "\n")
				require.True(t, errors.As(e, new(*tape.SyntaxError)) || errors.As(e, new(*schema.Error)) || errors.As(e, new(*LongLineError)))
				findings := Findings(e)
				require.NotEmpty(t, findings)
				for _, found := range findings {
					require.NotEmpty(t, found.Rule)
					require.GreaterOrEqual(t, found.Offset, offset)
					require.LessOrEqual(t, found.Offset, offset+int64(len(s.Bytes())))
				}
			}
			for _, w := range s.Warnings() {
				require.Equal(t, `\u`, string(text[w.Offset:][:2]))
			}
			switch s.Line().Kind {
			case Malformed:
				invalid.Malformed++
			case Invalid:
				invalid.Invalid++
			}
		}
		require.Empty(t, want)
		require.NoError(t, s.Err())
		n := c.Counts()
		require.Equal(t, invalid.Malformed, n.Malformed)
		require.Equal(t, invalid.Invalid, n.Invalid)
		named := 0
		for _, k := range n.Names {
			named += k
		}
		for _, k := range n.Unknown {
			named += k
		}
		require.Equal(t, n.Lines, named+n.Malformed+n.Nameless)
	})
}

// TestRemarks: what is unusual about a stream as a whole is one warning each, at the first such line.
func TestRemarks(t *testing.T) {
	record := &Record{Program: &schema.Program{Nodes: make([]schema.Node, 1)}}
	text := "{}\n\n{}\r\n{}\r\n \t\r\n{}\n{\"x\":\"" + strings.Repeat("x", common) + "\"}\n"
	s := record.NewScanner(strings.NewReader(text), InFile("e.jsonl"))
	var warnings []string
	for s.Scan() {
		require.Nil(t, s.Invalid())
		for _, w := range s.Warnings() {
			warnings = append(warnings, w.String())
		}
	}
	for _, w := range s.Remarks() {
		warnings = append(warnings, w.String())
	}
	assert.Equal(t, []string{
		"e.jsonl:7:1: warning: line of 65544 bytes: many readers stop at 65536 [long-line]",
		"e.jsonl:3:1: warning: 3 lines end in CRLF, not LF [line-end]",
		"e.jsonl:2:1: warning: 2 blank lines [blank-line]",
	}, warnings)

	s = record.NewScanner(strings.NewReader("{}\n"))
	for s.Scan() {
	}
	assert.Empty(t, s.Remarks())
}
