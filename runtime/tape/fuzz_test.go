package tape_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

// build returns the value of n as encoding/json would decode it with UseNumber.
func build(t *tape.Tape, n tape.Node) any {
	switch t.Kind(n) {
	case tape.Bool:
		return t.Bool(n)
	case tape.Number:
		return json.Number(t.Num(n).Text)
	case tape.String:
		return string(t.Str(n))
	case tape.Array:
		items := []any{}
		for c, end := n+1, t.Next(n); c < end; c = t.Next(c) {
			items = append(items, build(t, c))
		}
		return items
	case tape.Object:
		members := map[string]any{}
		for c, end := n+1, t.Next(n); c < end; c = t.Next(c + 1) {
			members[string(t.Str(c))] = build(t, c+1)
		}
		return members
	}
	return nil
}

// repeatsNames reports whether an object in text, which must be JSON, has two members of one name.
func repeatsNames(t *testing.T, text []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	type level struct {
		names  map[string]bool // nil for an array
		isName bool            // the next token is a name
	}
	var open []*level
	for {
		token, err := decoder.Token()
		if err != nil {
			require.Empty(t, open)
			return false
		}
		var inner *level
		if len(open) > 0 {
			inner = open[len(open)-1]
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if inner != nil {
				inner.isName = inner.names != nil // behind this value
			}
			next := &level{}
			if token == json.Delim('{') {
				next.names, next.isName = map[string]bool{}, true
			}
			open = append(open, next)
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
			continue
		}
		if inner == nil || inner.names == nil {
			continue
		}
		if name, ok := token.(string); inner.isName && ok {
			if inner.names[name] {
				return true
			}
			inner.names[name] = true
			inner.isName = false
		} else {
			inner.isName = true
		}
	}
}

// FuzzParse holds the parser against encoding/json. The two differ in that encoding/json accepts bytes that are not UTF-8, and two members of one name.
// They agree on lone surrogates (accepted, decoded as U+FFFD) and on the depth.
func FuzzParse(f *testing.F) {
	for _, line := range lines() {
		f.Add(line)
	}
	for _, text := range []string{
		`{"a":[1,-2.5e+3,true,false,null,""],"\u0062":{}}`, `{"a":1,"\u0061":2}`, `"\ud800\ud83d\ude00"`, "[\"\xff\"]", "\ufeff1", "[NaN]", `{"a":{"a":1},"b":1}`,
		manyMembers(20), manyMembers(20, `"key1":1`), " [ 0e-0 , 0.0 ]\r\n", "[\x001]", `"\u00"`, `{"":{"":{"":[{}]}}}`,
	} {
		f.Add([]byte(text))
	}
	var reused tape.Tape
	f.Fuzz(func(t *testing.T, text []byte) {
		valid := json.Valid(text) && utf8.Valid(text)

		err := reused.Parse(text, tape.Options{DuplicateNames: true})
		require.Equal(t, valid, err == nil, "error: %v", err)
		if err != nil {
			checkError(t, text, err)
			return
		}
		checkTape(t, &reused, text)

		var strict tape.Tape
		err = strict.Parse(text, tape.Options{})
		require.Equal(t, repeatsNames(t, text), err != nil, "error: %v", err)
		if err != nil {
			e := checkError(t, text, err)
			require.Equal(t, tape.DuplicateName, e.Code)
			_, found := reused.Lookup(0, e.Pointer)
			require.True(t, found, "pointer %s", e.Pointer)
			return
		}
		require.True(t, tape.Equal(&strict, 0, &reused, 0))
		require.Equal(t, strict.Hash(0), reused.Hash(0))
		if len(text) > 2000 {
			return
		}
		for n := tape.Node(0); strict.Kind(n) != 0; n++ {
			// A name has the pointer of its value.
			found, ok := strict.Lookup(0, strict.Pointer(n))
			require.True(t, ok, "pointer of node %d", n)
			require.True(t, found == n || found == n+1, "node %d has the pointer of node %d", n, found)
		}
	})
}

func checkError(t *testing.T, text []byte, err error) *tape.SyntaxError {
	var e *tape.SyntaxError
	require.True(t, errors.As(err, &e))
	require.NotEmpty(t, e.Message)
	require.True(t, utf8.ValidString(e.Message), e.Message)
	require.True(t, 0 <= e.Offset && e.Offset <= len(text))
	require.Equal(t, 1+bytes.Count(text[:e.Offset], []byte("\n")), e.Line)
	require.Equal(t, e.Offset-bytes.LastIndexByte(text[:e.Offset], '\n'), e.Column)
	if e.Code == tape.InvalidUTF8 {
		require.False(t, utf8.Valid(text))
	}
	return e
}

// checkTape walks a tape and holds it against the text, and its value against encoding/json.
func checkTape(t *testing.T, tp *tape.Tape, text []byte) {
	var want any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&want))
	require.Equal(t, want, build(tp, 0))
	require.Equal(t, string(bytes.Trim(text, " \t\r\n")), string(tp.Text(0)))

	nodes := tape.Node(0)
	for ; tp.Kind(nodes) != 0; nodes++ {
		n := nodes
		part := tp.Text(n)
		require.Equal(t, string(text[tp.Offset(n):tp.End(n)]), string(part))
		var alone tape.Tape
		if len(part) < 200 {
			require.NoError(t, alone.Parse(part, tape.Options{DuplicateNames: true}), "a part of a good text is good")
			require.Equal(t, tp.Kind(n), alone.Kind(0))
			require.Equal(t, tp.Len(n), alone.Len(0))
		}
		if tp.Kind(n) == tape.String {
			require.Equal(t, bytes.IndexByte(part, '\\') >= 0, tp.Escaped(n))
			require.True(t, utf8.Valid(tp.Str(n)))
		}
		if tp.Kind(n) < tape.Array {
			require.Equal(t, n+1, tp.Next(n))
			require.Zero(t, tp.Len(n))
			continue
		}
		children := 0
		for c, end := n+1, tp.Next(n); c < end; c = tp.Next(c) {
			require.Greater(t, tp.Offset(c), tp.Offset(n))
			require.Less(t, tp.End(c), tp.End(n))
			children++
		}
		if tp.Kind(n) == tape.Object {
			require.Zero(t, children%2)
			children /= 2
		}
		require.Equal(t, children, tp.Len(n))
	}
	require.Equal(t, nodes, tp.Next(0), "the root is followed by nothing")

	offset, found := tp.LoneSurrogate()
	require.Equal(t, found, offset >= 0)
	if found {
		code, err := strconv.ParseUint(string(text[offset+2:offset+6]), 16, 16)
		require.NoError(t, err)
		require.True(t, text[offset] == '\\' && text[offset+1] == 'u' && code >= 0xD800 && code < 0xE000)
	}
}

// TestParseChanged holds the parser against encoding/json on lines as writers of JSON write them, cut off at every byte and with every byte replaced.
func TestParseChanged(t *testing.T) {
	var doc tape.Tape
	for _, line := range []string{
		`{"ts": "2026-01-01T00:00:00Z", "a_long_name_of_24_bytes_": 0, "ok": true, "no": false, "f": 10.25, "none": null, "list": [1, "x"], "in": {"a": 1, "b": 123456789012}, "last": "end"}`,
		`{"ts":"2026-01-01T00:00:00Z","a_long_name_of_24_bytes_":0,"ok":true,"no":false,"f":10.25,"none":null,"list":[1,"x"],"in":{"a":1,"b":123456789012},"last":"end"}`,
	} {
		for i := range len(line) {
			texts := []string{line[:i]}
			for _, c := range "\"\\:, {}[]0-.eEtx\n\x00\u00e9" {
				texts = append(texts, line[:i]+string(c)+line[i+1:], line[:i]+string(c)+line[i:])
			}
			for _, text := range texts {
				err := doc.Parse([]byte(text), tape.Options{DuplicateNames: true})
				if !json.Valid([]byte(text)) {
					require.Error(t, err, text)
					checkError(t, []byte(text), err)
					continue
				}
				require.NoError(t, err, text)
				var want any
				decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
				decoder.UseNumber()
				require.NoError(t, decoder.Decode(&want))
				require.Equal(t, want, build(&doc, 0))
			}
		}
	}
}
