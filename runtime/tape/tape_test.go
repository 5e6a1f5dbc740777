package tape_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

// parse returns a tape of text, which must be JSON.
func parse(t testing.TB, text string) *tape.Tape {
	t.Helper()
	var tp tape.Tape
	require.NoError(t, tp.Parse([]byte(text), tape.Options{}), "%.200s", text)
	return &tp
}

// parseLoose is parse, but names may repeat.
func parseLoose(t testing.TB, text string) *tape.Tape {
	t.Helper()
	var tp tape.Tape
	require.NoError(t, tp.Parse([]byte(text), tape.Options{DuplicateNames: true}), "%.200s", text)
	return &tp
}

// dump returns a tape as one line per node: kind, text, and what the accessors say.
func dump(t *tape.Tape) string {
	var b strings.Builder
	for n := tape.Node(0); t.Kind(n) != 0; n++ {
		fmt.Fprintf(&b, "%d %s %d-%d next %d", n, t.Kind(n), t.Offset(n), t.End(n), t.Next(n))
		switch t.Kind(n) {
		case tape.Bool:
			fmt.Fprintf(&b, ": %t", t.Bool(n))
		case tape.Number:
			fmt.Fprintf(&b, ": %s", t.Num(n).Text)
		case tape.String:
			fmt.Fprintf(&b, ": %q", t.Str(n))
			if t.Escaped(n) {
				b.WriteString(" escaped")
			}
		case tape.Array, tape.Object:
			fmt.Fprintf(&b, ", len %d", t.Len(n))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestTape(t *testing.T) {
	text := " {\"a\": [1, -2.5e+3, true,false],\r\n\t\"b\\n\" : {\"\":null} , \"é\":\"\\u00e9\\ud83d\\ude00\", \"e\":[ ], \"o\":{ }}\n"
	want := `0 object 1-99 next 17, len 5
1 string 2-5 next 2: "a"
2 array 7-31 next 7, len 4
3 number 8-9 next 4: 1
4 number 11-18 next 5: -2.5e+3
5 boolean 20-24 next 6: true
6 boolean 25-30 next 7: false
7 string 35-40 next 8: "b\n" escaped
8 object 43-52 next 11, len 1
9 string 44-46 next 10: ""
10 null 47-51 next 11
11 string 55-59 next 12: "é"
12 string 60-80 next 13: "é😀" escaped
13 string 82-85 next 14: "e"
14 array 86-89 next 15, len 0
15 string 91-94 next 16: "o"
16 object 95-98 next 17, len 0
`
	tp := parse(t, text)
	assert.Equal(t, want, dump(tp))
	assert.Equal(t, text, string(tp.Source()))
	assert.Equal(t, `"é"`, string(tp.Text(11)), "quotes included")
	assert.Equal(t, text[1:99], string(tp.Text(0)), "white space excluded")
	_, found := tp.LoneSurrogate()
	assert.False(t, found, "😀 is a pair")
}

func TestKindString(t *testing.T) {
	var names []string
	for kind := range tape.Object + 2 {
		names = append(names, kind.String())
	}
	assert.Equal(t, []string{"no value", "null", "boolean", "number", "string", "array", "object", "no value"}, names)
}

// The accessors of one kind are harmless on values of another.
func TestWrongKinds(t *testing.T) {
	tp := parse(t, `[null,true,5,"x\n",[],{}]`)
	for n := tape.Node(0); tp.Kind(n) != 0; n++ {
		if tp.Kind(n) != tape.String {
			assert.Nil(t, tp.Str(n))
			assert.False(t, tp.Escaped(n))
		}
		if tp.Kind(n) != tape.Bool {
			assert.False(t, tp.Bool(n))
		}
		if tp.Kind(n) < tape.Array {
			assert.Zero(t, tp.Len(n))
		}
		_, found := tp.Find(n, "x")
		assert.False(t, found)
	}
	assert.Equal(t, "", tp.Pointer(1000), "no such node")
}

func TestPosition(t *testing.T) {
	tp := parse(t, "[\n \"é\",\r\n\n2]")
	for offset, want := range map[int][2]int{0: {1, 1}, 1: {1, 2}, 2: {2, 1}, 3: {2, 2}, 7: {2, 6}, 10: {3, 1}, 11: {4, 1}, 12: {4, 2}, 13: {4, 3}, 99: {4, 3}, -1: {1, 1}} {
		line, column := tp.Position(offset)
		assert.Equal(t, want, [2]int{line, column}, "offset %d", offset)
	}
}

func TestStrings(t *testing.T) {
	for _, c := range []struct {
		text, want string
		lone       int // offset of the first lone surrogate, -1 if there is none
	}{
		{`""`, "", -1},
		{`"a"`, "a", -1},
		{`"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t", -1},
		{`"\u0000\u001f\u007F\u00e9\u00E9\u20ac\uFFFF"`, "\x00\x1f\x7féé€\uffff", -1},
		{`"\ud83d\ude00"`, "😀", -1},
		{`"\uDBFF\uDFFF"`, "\U0010ffff", -1},
		{"\"\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff\"", "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff", -1},
		{`"\udce9"`, "\ufffd", 1},
		{`"ab\ud800"`, "ab\ufffd", 3},
		{`"\ud800\ud800\udc00"`, "\ufffd\U00010000", 1},
		{`"\ud800\u0041"`, "\ufffdA", 1},
		{`"\ud800\n\udc00"`, "\ufffd\n\ufffd", 1},
		{`"\ude00\ud83d"`, "\ufffd\ufffd", 1},
		{`"\ud83d\ude00\ud83d"`, "😀\ufffd", 13},
		{`"0123456\n01234567\t012345678"`, "0123456\n01234567\t012345678", -1},
	} {
		tp := parse(t, c.text)
		assert.Equal(t, c.want, string(tp.Str(0)), c.text)
		assert.Equal(t, strings.Contains(c.text, `\`), tp.Escaped(0), c.text)
		offset, found := tp.LoneSurrogate()
		assert.Equal(t, c.lone, offset, c.text)
		assert.Equal(t, c.lone >= 0, found, c.text)
	}
}

// A string may begin and end anywhere in the words of eight bytes in which it is read, and the text may end anywhere behind it.
func TestStringsOfEveryLength(t *testing.T) {
	for _, special := range []string{"", "é", "😀", `\n`, `\u00e9`, `\ud83d\ude00`} {
		decoded := strings.NewReplacer(`\n`, "\n", `\u00e9`, "é", `\ud83d\ude00`, "😀").Replace(special)
		for before := range 20 {
			for behind := range 20 {
				a, b := strings.Repeat("a", before), strings.Repeat("b", behind)
				tp := parse(t, `["`+a+special+b+`"]`)
				assert.Equal(t, a+decoded+b, string(tp.Str(1)))
				tp = parse(t, `{"`+a+special+b+`":0}`)
				assert.Equal(t, a+decoded+b, string(tp.Str(1)))
			}
		}
	}
}

func TestReuse(t *testing.T) {
	var tp tape.Tape
	require.NoError(t, tp.Parse([]byte(`["\ud800",{"a":1}]`), tape.Options{}))
	require.Error(t, tp.Parse([]byte(`["\ud800", x`), tape.Options{}))
	assert.Equal(t, tape.Kind(0), tp.Kind(0), "on error the tape holds no value")
	_, found := tp.LoneSurrogate()
	assert.False(t, found)
	_, found = tp.Lookup(0, "")
	assert.False(t, found)
	require.NoError(t, tp.Parse([]byte(` {"b":"c"} `), tape.Options{}))
	assert.Equal(t, "0 object 1-10 next 3, len 1\n1 string 2-5 next 2: \"b\"\n2 string 6-9 next 3: \"c\"\n", dump(&tp))
	assert.Equal(t, tape.Kind(0), tp.Kind(-1))
}

func TestParseAllocatesNothing(t *testing.T) {
	all := append(lines(), []byte(`{"n":[`+strings.Repeat(`"a\n",`, 1000)+`-0.5e-3]}`), []byte(manyMembers(1000)))
	var tp tape.Tape
	limit, step := tape.Decimal{Text: "-1.5"}, tape.Decimal{Text: "0.01"}
	var failed error
	allocs := testing.AllocsPerRun(20, func() {
		for _, line := range all {
			if err := tp.Parse(line, tape.Options{}); err != nil {
				failed = err
			}
			for n := tape.Node(0); tp.Kind(n) != 0; n++ {
				switch tp.Kind(n) {
				case tape.Number:
					number := tp.Num(n)
					_, isInt := number.Int64()
					_, inRange := number.Float64()
					if number.Compare(limit) < 0 || !inRange || isInt != number.IsInteger() || isInt && !number.MultipleOf(step) {
						failed = errors.New("wrong number") // which one is not said: a string that leaves here would be allocated
					}
				case tape.String:
					if _, found := tp.Find(0, "no such name"); found || len(tp.Str(n)) > 1000 {
						failed = errors.New("wrong string")
					}
				}
			}
			if hash := tp.Hash(0); tp.Len(0) < 100 && (hash != tp.Hash(0) || !tape.Equal(&tp, 0, &tp, 0)) {
				failed = errors.New("not equal to itself")
			}
		}
	})
	require.NoError(t, failed)
	assert.Zero(t, allocs)
}

// Arrays of strings are read with the members of an object, if they are plain.
func TestArraysOfStrings(t *testing.T) {
	long := `"` + strings.Repeat(`x","`, 30) + `"`
	for _, array := range []string{`[]`, `[ ]`, `["a"]`, `["a", "b"]`, `["a","bb","12345678", ""]`, `["a" ]`, `["a" ,"b"]`, `["a",  "b"]`, `["\u0061", "b"]`, `["a", "é"]`, `["a", 1]`, `["a", ["b"]]`,
		`["a", {"b":["c"]}]`, "[" + long + "]", `[` + strings.Repeat(`"0123456789", `, 15) + `"x"]`, `[` + strings.Repeat(`"0123456789", `, 16) + `"x"]`} {
		for _, text := range []string{`{"a":` + array + `}`, `{"k": ` + array + `, "l": ` + array + `, "m": 1}`, `{"k":[{"l":` + array + `,"k":1}],"l":` + array + `,"m":"0123456789"}`} {
			doc := parse(t, text)
			checkTape(t, doc, []byte(text))
			for i := range text {
				var cut tape.Tape
				require.Error(t, cut.Parse([]byte(text[:i]), tape.Options{}), text[:i])
			}
			var repeated tape.Tape
			require.Error(t, repeated.Parse([]byte(`{"k":`+array+`,"l":2,"k":1}`), tape.Options{}), array)
		}
	}
	var doc tape.Tape
	require.NoError(t, doc.Parse([]byte(`{"a":["b"]}`), tape.Options{MaxDepth: 2}))
	require.Error(t, doc.Parse([]byte(`{"a":["b"]}`), tape.Options{MaxDepth: 1}))
	for _, text := range []string{`{"a":["b",]}`, `{"a":[,"b"]}`, `{"a":["b" "c"]}`, `{"a":["b"}`, `{"a":["b",`, `{"a":[`, `{"a":["b","c]}`, "{\"a\":[\"\x01\"]}"} {
		require.Error(t, doc.Parse([]byte(text), tape.Options{}), text)
	}
}
