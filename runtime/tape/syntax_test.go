package tape_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

// syntaxError returns the error of a text that is not JSON.
func syntaxError(t *testing.T, text string, o tape.Options) *tape.SyntaxError {
	t.Helper()
	var tp tape.Tape
	err := tp.Parse([]byte(text), o)
	var e *tape.SyntaxError
	require.ErrorAs(t, err, &e, "%.200q must be refused", text)
	assert.Equal(t, tape.Kind(0), tp.Kind(0), "on error the tape holds no value")
	line, column := tp.Position(e.Offset)
	assert.Equal(t, fmt.Sprintf("%d:%d: %s", line, column, e.Message), e.Error())
	return e
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// Nothing, or not only one value
		{"", "1:1: text is empty, expected a value"},
		{" \n ", "2:2: text is empty, expected a value"},
		{"1 2", "1:3: found '2' behind the value, expected the end of the text"},
		{`{"a":1} x`, "1:9: found 'x' behind the value, expected the end of the text"},
		{"{}\n{}", "2:1: found '{' behind the value, expected the end of the text"},
		{`""""`, "1:3: found a string behind the value, expected the end of the text"},
		{"[]]", "1:3: found ']' behind the value, expected the end of the text"},
		{"[],", "1:3: found ',' behind the value, expected the end of the text"},
		{"{} // x", "1:4: found '/' behind the value, expected the end of the text (JSON has no comments)"},

		// Words of other notations
		{"NaN", "1:1: NaN is not JSON (Python's json.dumps writes it for a float NaN)"},
		{`{"v": NaN}`, "1:7: NaN is not JSON (Python's json.dumps writes it for a float NaN)"},
		{"[nan]", "1:2: nan is not JSON (Python's json.dumps writes it for a float NaN)"},
		{"[-NaN]", "1:2: -NaN is not JSON (Python's json.dumps writes it for a float NaN)"},
		{"[Infinity]", "1:2: Infinity is not JSON (Python's json.dumps writes it for an infinite float)"},
		{"[1,-Infinity]", "1:4: -Infinity is not JSON (Python's json.dumps writes it for an infinite float)"},
		{"[-inf]", "1:2: -inf is not JSON, which has no infinite numbers"},
		{"None", "1:1: None is not JSON, expected null"},
		{"[undefined]", "1:2: undefined is not JSON, expected null"},
		{"[nil]", "1:2: nil is not JSON, expected null"},
		{"[NULL]", "1:2: NULL is not JSON, expected null"},
		{`{"a":True}`, "1:6: True is not JSON, expected true"},
		{`{"a":FALSE}`, "1:6: FALSE is not JSON, expected false"},
		{"tru", "1:1: found 'tru', expected a value"},
		{"truth", "1:1: found 'truth', expected a value"},
		{"nullify", "1:5: found 'ify' behind the value, expected the end of the text"},
		{"[abc]", "1:2: found 'abc', expected a value or ']'"},
		{`{"` + strings.Repeat("é", 50) + `":0 1`, "1:107: found '1', expected ',' or '}'"},
		{"[" + strings.Repeat("x", 50) + "]", "1:2: found '" + strings.Repeat("x", 40) + "…', expected a value or ']'"},

		// Numbers
		{"+1", "1:1: found '+', expected a value (a number has no plus sign)"},
		{"[.5]", "1:2: found '.', expected a value or ']' (a number begins with a digit, as in 0.5)"},
		{"-", "1:2: found the end of the text, expected a digit behind the minus sign"},
		{"[-]", "1:3: found ']', expected a digit behind the minus sign"},
		{"-x", "1:2: found 'x', expected a digit behind the minus sign"},
		{"--1", "1:2: found '-', expected a digit behind the minus sign"},
		{"[1.]", "1:4: found ']', expected a digit behind the decimal point"},
		{"1.e5", "1:3: found 'e5', expected a digit behind the decimal point"},
		{"[1e]", "1:4: found ']', expected a digit of the exponent"},
		{"1E+", "1:4: found the end of the text, expected a digit of the exponent"},
		{"[-1e-,", "1:6: found ',', expected a digit of the exponent"},
		{"01", "1:2: found a leading zero, expected no more digits behind 0"},
		{"[-012]", "1:4: found a leading zero, expected no more digits behind -0"},
		{"[0x1F]", "1:3: found 'x1F' directly behind the number 0, expected ',' or ']' (JSON has no hexadecimal numbers)"},
		{"[1_000]", "1:3: found '_000' directly behind the number 1, expected ',' or ']'"},
		{"[1.2.3]", "1:5: found '.' directly behind the number 1.2, expected ',' or ']'"},
		{"10L", "1:3: found 'L' directly behind the number 10, expected the end of the text"},
		{"[0.10 0]", "1:7: found '0', expected ',' or ']'"},

		// Arrays and objects
		{"[", "1:2: text ends inside the array that begins at 1:1, expected a value or ']'"},
		{"[1,2", "1:5: text ends inside the array that begins at 1:1, expected ',' or ']'"},
		{"[1,\n", "2:1: text ends inside the array that begins at 1:1, expected a value"},
		{"[1,]", "1:4: found ']', expected a value (no comma may stand behind the last one)"},
		{"[1,,2]", "1:4: found ',', expected a value"},
		{"[,1]", "1:2: found ',', expected a value or ']'"},
		{"[1 2]", "1:4: found '2', expected ',' or ']'"},
		{`["a" "b"]`, "1:6: found a string, expected ',' or ']'"},
		{"[1;2]", "1:3: found ';' directly behind the number 1, expected ',' or ']'"},
		{"[true}", "1:6: found '}', expected ',' or ']' (inside the array that begins at 1:1)"},
		{`{"a":[}`, "1:7: found '}', expected a value or ']' (inside the array that begins at 1:6)"},
		{"{", "1:2: text ends inside the object that begins at 1:1, expected a member name in double quotes or '}'"},
		{`{"a"`, "1:5: text ends inside the object that begins at 1:1, expected ':' behind the member name"},
		{`{"a":`, "1:6: text ends inside the object that begins at 1:1, expected a value"},
		{`[{"a":1`, "1:8: text ends inside the object that begins at 1:2, expected ',' or '}'"},
		{`{"a":1,`, "1:8: text ends inside the object that begins at 1:1, expected a member name in double quotes"},
		{`{"a":1,}`, "1:8: found '}', expected a member name in double quotes (no comma may stand behind the last one)"},
		{`{"a" 1}`, "1:6: found '1', expected ':' behind the member name"},
		{`{"a"=1}`, "1:5: found '=', expected ':' behind the member name"},
		{`{"a":}`, "1:6: found '}', expected a value"},
		{`{"a":true]`, "1:10: found ']', expected ',' or '}' (inside the object that begins at 1:1)"},
		{`{"a":"b":"c"}`, "1:9: found ':', expected ',' or '}'"},
		{"{a:1}", "1:2: found 'a', expected a member name in double quotes or '}'"},
		{`{"a":1,b:2}`, "1:8: found 'b', expected a member name in double quotes"},
		{"{1:2}", "1:2: found '1', expected a member name in double quotes or '}'"},
		{"{'a':1}", "1:2: found a single quote, expected a member name in double quotes or '}' (strings stand in double quotes)"},
		{"['a']", "1:2: found a single quote, expected a value or ']' (strings stand in double quotes)"},
		{"[1, # x\n2]", "1:5: found '#', expected a value (JSON has no comments)"},
		{"[/* x */]", "1:2: found '/', expected a value or ']' (JSON has no comments)"},
		{"[1/2]", "1:3: found '/' directly behind the number 1, expected ',' or ']'"},
		{"[*]", "1:2: found '*', expected a value or ']'"},

		// White space that is none (section 2), and control characters
		{"[\f1]", "1:2: found U+000C, expected a value or ']'"},
		{"[1\v]", "1:3: found U+000B directly behind the number 1, expected ',' or ']'"},
		{"[\u00a01]", "1:2: found U+00A0, expected a value or ']'"},
		{"[true\u2028]", "1:6: found U+2028, expected ',' or ']'"},
		{"\u2060[]", "1:1: found U+2060, expected a value"},
		{"[é]", "1:2: found 'é', expected a value or ']'"},
		{"[]\x00", "1:3: found U+0000 behind the value, expected the end of the text"},
		{"{\"a\":\x001}", "1:6: found U+0000, expected a value"},

		// Strings (section 7)
		{`"abc`, "1:5: text ends inside the string that begins at 1:1"},
		{`["abc`, "1:6: text ends inside the string that begins at 1:2"},
		{`{"abc`, "1:6: text ends inside the string that begins at 1:2"},
		{`"abc\`, "1:5: text ends inside the string that begins at 1:1"},
		{`"abc\u12`, "1:5: text ends inside the string that begins at 1:1"},
		{"\"a\x01\"", `1:3: found control character U+0001 in a string, expected it escaped as \u0001`},
		{"\"a\nb\"", `1:3: found control character U+000A in a string, expected it escaped as \n`},
		{"{\"a\tb\":1}", `1:4: found control character U+0009 in a string, expected it escaped as \t`},
		{"\"\\n\x1f\"", `1:4: found control character U+001F in a string, expected it escaped as \u001f`},
		{"\"\x00\"", `1:2: found control character U+0000 in a string, expected it escaped as \u0000`},
		{`"\x41"`, `1:2: found 'x41' behind \ in a string, expected one of " \ / b f n r t u`},
		{`"\'"`, `1:2: found a single quote behind \ in a string, expected one of " \ / b f n r t u`},
		{"\"\\\n\"", `1:2: found U+000A behind \ in a string, expected one of " \ / b f n r t u`},
		{`{"\U0041":1}`, `1:3: found 'U0041' behind \ in a string, expected one of " \ / b f n r t u`},
		{`"\u12x4"`, `1:2: found 'x4' behind \u12, expected four hexadecimal digits`},
		{`"\u"`, `1:2: found a string behind \u, expected four hexadecimal digits`},
		{`"\ud83d\u00g0"`, `1:8: found 'g0' behind \u00, expected four hexadecimal digits`},
	} {
		e := syntaxError(t, c.text, tape.Options{})
		assert.Equal(t, c.want, e.Error(), "%q", c.text)
		assert.Equal(t, tape.Syntax, e.Code, "%q", c.text)
		assert.False(t, json.Valid([]byte(c.text)), "%q is JSON", c.text)
	}
}

func TestInvalidUTF8(t *testing.T) {
	for _, c := range []struct{ bytes, want string }{
		{"\x80", "byte 0x80 is not UTF-8: it can only continue a character"},
		{"\xbf", "byte 0xBF is not UTF-8: it can only continue a character"},
		{"\xff", "byte 0xFF is never part of UTF-8"},
		{"\xf8\x88\x80\x80\x80", "byte 0xF8 is never part of UTF-8"},
		{"\xc0\x80", "bytes 0xC0 80 are not UTF-8: a longer form than the character needs"},
		{"\xc1\xbf", "bytes 0xC1 BF are not UTF-8: a longer form than the character needs"},
		{"\xe0\x9f\xbf", "bytes 0xE0 9F BF are not UTF-8: a longer form than the character needs"},
		{"\xf0\x8f\xbf\xbf", "bytes 0xF0 8F BF BF are not UTF-8: a longer form than the character needs"},
		{"\xed\xa0\x80", "bytes 0xED A0 80 are not UTF-8: a surrogate, which is no character"},
		{"\xed\xbf\xbf", "bytes 0xED BF BF are not UTF-8: a surrogate, which is no character"},
		{"\xf4\x90\x80\x80", "bytes 0xF4 90 80 80 are not UTF-8: beyond U+10FFFF, the last character"},
		{"\xf5\x80\x80\x80", "bytes 0xF5 80 80 80 are not UTF-8: beyond U+10FFFF, the last character"},
		{"\xc3", "bytes 0xC3 are not UTF-8: a character of 2 bytes is cut off"},
		{"\xe2\x82", "bytes 0xE2 82 are not UTF-8: a character of 3 bytes is cut off"},
		{"\xf0\x9f\x98", "bytes 0xF0 9F 98 are not UTF-8: a character of 4 bytes is cut off"},
	} {
		for _, around := range []string{`"` + "\x00" + `"`, `["aé` + "\x00" + `"]`, `{"a\n` + "\x00" + `":1}`, `["0123456789` + "\x00" + `012345"]`, "[\x00]", "\"\x00"} {
			text := strings.Replace(around, "\x00", c.bytes, 1)
			e := syntaxError(t, text, tape.Options{})
			assert.Equal(t, tape.InvalidUTF8, e.Code, "%q", text)
			assert.Equal(t, c.want, e.Message, "%q", text)
			assert.Equal(t, strings.Index(around, "\x00"), e.Offset, "%q", text)
		}
	}
}

func TestEncodingMarks(t *testing.T) {
	for text, want := range map[string]string{
		"\ufeff{}":             "text begins with a byte order mark, which JSON must not have",
		"\xff\xfe{\x00}\x00":   "text begins with a byte order mark of UTF-16, expected UTF-8",
		"\xfe\xff\x00{\x00}":   "text begins with a byte order mark of UTF-16, expected UTF-8",
		"{\x00}\x00":           "text looks like UTF-16 or UTF-32, expected UTF-8",
		"\x00{\x00}":           "text looks like UTF-16 or UTF-32, expected UTF-8",
		"\"\x00a\x00\"\x00":    "text looks like UTF-16 or UTF-32, expected UTF-8",
		"1\x00":                "text looks like UTF-16 or UTF-32, expected UTF-8",
		"\x00\x00":             "found U+0000, expected a value",
		"[\ufeff1]":            "found a byte order mark, expected a value or ']'",
		"\xef\xbb":             "bytes 0xEF BB are not UTF-8: a character of 3 bytes is cut off",
		"[1,\x00\x00\x00\x00]": "found U+0000, expected a value",
	} {
		assert.Equal(t, want, syntaxError(t, text, tape.Options{}).Message, "%q", text)
	}
}

func TestDuplicateNames(t *testing.T) {
	for _, c := range []struct{ text, pointer, want string }{
		{`{"a":1,"a":2}`, "/a", `1:8: member name "a" stands twice in one object, first at 1:2`},
		{`{"a":1,"b":2,"\u0061":3}`, "/a", `1:14: member name "\u0061" stands twice in one object, first at 1:2`},
		{`{"\u0061":1,"a":3}`, "/a", `1:13: member name "a" stands twice in one object, first at 1:2`},
		{`{"":1,"":3}`, "/", `1:7: member name "" stands twice in one object, first at 1:2`},
		{`{"é":1,"\u00e9":3}`, "/é", `1:9: member name "\u00e9" stands twice in one object, first at 1:2`},
		{`{"\ud800":1,"\udfff":3}`, "/\ufffd", `1:13: member name "\udfff" stands twice in one object, first at 1:2`},
		{`{"a":{"b":[1,{"x":1},{"a/b~":1,"y":{},"a/b~":2}]}}`, "/a/b/2/a~1b~0", `1:39: member name "a/b~" stands twice in one object, first at 1:23`},
		{`{"` + strings.Repeat("é", 50) + `":1,"` + strings.Repeat("é", 50) + `":3}`, "/" + strings.Repeat("é", 50),
			`1:107: member name "` + strings.Repeat("é", 19) + `… stands twice in one object, first at 1:2`},
		{`[[],[{"a":1,"b":{"a":1},"a":2}]]`, "/1/0/a", `1:25: member name "a" stands twice in one object, first at 1:7`},
		{`{"a":[{"a":1}], "a" : x`, "/a", `1:17: member name "a" stands twice in one object, first at 1:2`},
	} {
		e := syntaxError(t, c.text, tape.Options{})
		assert.Equal(t, c.want, e.Error(), c.text)
		assert.Equal(t, tape.DuplicateName, e.Code, c.text)
		assert.Equal(t, c.pointer, e.Pointer, c.text)
	}
	for _, text := range []string{`{"a":{"a":{"a":1}},"b":{"a":1}}`, `[{"a":1},{"a":1}]`, `{"a":1,"A":2,"a ":3,"":4}`} {
		parse(t, text)
	}
	tp := parseLoose(t, `{"a":1,"b":2,"a":3}`)
	assert.Equal(t, 3, tp.Len(0))
}

// manyMembers returns an object of n members with different names, some of them escaped.
func manyMembers(n int, more ...string) string {
	members := make([]string, 0, n+len(more))
	for i := range n {
		name := strconv.Itoa(i)
		if i%7 == 0 {
			name = `\u00` + strconv.FormatInt(int64(name[0]), 16) + name[1:]
		}
		members = append(members, fmt.Sprintf(`"key%s":{"key1":%d}`, name, i))
	}
	return "{" + strings.Join(append(members, more...), ",") + "}"
}

// Every pair of places in objects of every size around the limit at which the parser changes its method.
func TestDuplicateNamesOfLargerObjects(t *testing.T) {
	for size := 2; size < 24; size++ {
		for first := range size {
			for second := first + 1; second < size; second++ {
				members := make([]string, size)
				for i := range members {
					members[i] = fmt.Sprintf(`"%d":[{}]`, i)
				}
				parse(t, "{"+strings.Join(members, ",")+"}")
				members[second] = fmt.Sprintf(`"%d" : {"x":1}`, first)
				text := "[" + "{" + strings.Join(members, ",") + "}]"
				e := syntaxError(t, text, tape.Options{})
				require.Equal(t, tape.DuplicateName, e.Code)
				require.Equal(t, fmt.Sprintf("/0/%d", first), e.Pointer)
				require.Equal(t, strings.Index(text, members[second]), e.Offset, "the second one is reported")
			}
		}
	}
}

// Names are compared however long they are, wherever they differ, and however they are written.
func TestNamesOfEveryLength(t *testing.T) {
	for length := range 30 {
		name := strings.Repeat("n", length)
		for at := range length {
			parse(t, fmt.Sprintf(`{"%s":1,"%sm%s":2}`, name, name[:at], name[at+1:]))
			escaped := fmt.Sprintf(`%s\u006e%s`, name[:at], name[at+1:])
			assert.Equal(t, tape.DuplicateName, syntaxError(t, fmt.Sprintf(`{"%s":1,"%s":2}`, name, escaped), tape.Options{}).Code)
			assert.Equal(t, tape.DuplicateName, syntaxError(t, fmt.Sprintf(`{"%sé":1,"%s\u00e9":2}`, name, escaped), tape.Options{}).Code)
		}
		assert.Equal(t, tape.DuplicateName, syntaxError(t, fmt.Sprintf(`{"%s":1,"%s":2}`, name, name), tape.Options{}).Code)
	}
}

func TestManyMembers(t *testing.T) {
	const n = 50_000
	tp := parse(t, manyMembers(n))
	assert.Equal(t, n, tp.Len(0))
	e := syntaxError(t, manyMembers(n, `"x":0`, `"key\u0031":0`), tape.Options{})
	assert.Equal(t, tape.DuplicateName, e.Code)
	assert.Equal(t, "/key1", e.Pointer)
}

func TestDepth(t *testing.T) {
	nested := func(depth int) string {
		return strings.Repeat(`[{"a":`, depth/2) + strings.Repeat("[", depth%2) + "0" + strings.Repeat("]", depth%2) + strings.Repeat("}]", depth/2)
	}
	parse(t, nested(tape.DefaultMaxDepth))
	e := syntaxError(t, nested(tape.DefaultMaxDepth+1), tape.Options{})
	assert.Equal(t, tape.TooDeep, e.Code)
	assert.Equal(t, "arrays and objects are nested more than 10000 deep", e.Message)
	assert.Equal(t, 5000*len(`[{"a":`), e.Offset)

	var tp tape.Tape
	require.NoError(t, tp.Parse([]byte(`[{"a":[]},[[]]]`), tape.Options{MaxDepth: 3}), "depth is counted down again")
	assert.Equal(t, tape.TooDeep, syntaxError(t, `[[[[]]]]`, tape.Options{MaxDepth: 3}).Code)
	deep := nested(300_000)
	require.NoError(t, tp.Parse([]byte(deep), tape.Options{MaxDepth: 300_000}), "the parser has no stack")
	assert.Equal(t, tape.TooDeep, syntaxError(t, strings.Repeat("[", 100_000), tape.Options{}).Code)
}

// TestJSONParsing judges the files of the JSON parsing test suite: y_ must be accepted, n_ refused, i_ may be either.
func TestJSONParsing(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(jsonParsing(t), "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		name := filepath.Base(file)
		var tp tape.Tape
		err = tp.Parse(text, tape.Options{DuplicateNames: strings.HasPrefix(name, "y_object_duplicated_key")})
		switch name[0] {
		case 'y':
			assert.NoError(t, err, name)
		case 'n':
			assert.Error(t, err, name)
		}
		var e *tape.SyntaxError
		if errors.As(err, &e) {
			assert.NotEmpty(t, e.Message, name)
			assert.LessOrEqual(t, e.Offset, len(text), name)
		} else {
			assert.NoError(t, err, "%s: the error is no SyntaxError", name)
		}
	}
}

// jsonParsing returns the folder of the suite: $JSON_PARSING_DATA, or shared/data/json-parsing in a folder above.
func jsonParsing(t *testing.T) string {
	if dir := os.Getenv("JSON_PARSING_DATA"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	require.NoError(t, err)
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		if suite := filepath.Join(dir, "shared", "data", "json-parsing"); exists(suite) {
			return suite
		}
	}
	t.Skip("no JSON parsing test suite: set JSON_PARSING_DATA to its folder")
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
