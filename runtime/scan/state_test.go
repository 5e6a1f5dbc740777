package scan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/scan"
)

// What a machine remembers of one text must not show in the next. Each of these has once been got wrong; streams_test.go looks for more of the kind.

const stringMap = `{"type": "object", "properties": {"m": {"type": "object", "additionalProperties": {"type": "string"}}}}`

// TestNULs: what is remembered but not set stands for eight NULs. A text that has them is no JSON, and nothing of it is stepped over.
func TestNULs(t *testing.T) {
	const nuls = "\x00\x00\x00\x00\x00\x00\x00\x00"
	for _, reuse := range []bool{false, true} {
		for _, name := range []string{"ab", strings.Repeat("n", 30), strings.Repeat("n", 1<<20)} {
			m := scan.New(compile(t, stringMap))
			var f scan.Fields
			var tags map[string]string
			f.StringMap(0, &tags)
			m.Into(0, &f)
			if reuse {
				m.Reuse()
			}
			require.True(t, m.Valid([]byte(`{"m": {"`+name+`": "1"}}`)))
			for _, bad := range []string{`{"m": ` + nuls + `xyz"}}`, `{"m": ` + strings.Repeat("\x00", min(len(name), 100)+len(`{"": "`)) + `xyz"}}`, `{"m": {"` + name[:2] + `": "` + nuls + `"}}`, `{"m": ` + nuls} {
				assert.False(t, m.Valid([]byte(bad)), "%q", bad)
				block := slices.Clip(scan.Pad(nil, []byte(bad)))
				m.Block(block, len(bad)+1)
				_, sure := m.Next(0)
				assert.False(t, sure, "%q", bad)
			}
		}
	}
	for _, schema := range []string{
		`{"type": "object", "properties": {"s": {"type": "string", "pattern": "^[a-z]+$"}}}`,
		`{"type": "object", "properties": {"s": {"enum": ["a", "b"]}}}`,
		`{"type": "object", "required": ["s", "k"], "properties": {"s": {"type": "string"}}, "oneOf": [{"properties": {"k": {"const": "a"}}}, {"properties": {"k": {"const": "b"}}}]}`,
	} {
		m := scan.New(compile(t, schema))
		var f scan.Fields
		var s string
		f.String(0, &s)
		m.Into(0, &f)
		assert.False(t, m.Valid([]byte(`{"s": "`+nuls+`"}`)))
		assert.False(t, m.Valid([]byte(`{`+nuls+`}`)))
		assert.GreaterOrEqual(t, len(s), 0)
	}
}

// TestWhiteSpaceInFront: an object is read the same with white space in front of it.
func TestWhiteSpaceInFront(t *testing.T) {
	p := compile(t, `{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}`)
	var f scan.Fields
	var a, b string
	f.String(0, &a)
	f.String(1, &b)
	for _, into := range []bool{false, true} {
		m := scan.New(p)
		if into {
			m.Into(0, &f)
		}
		for _, text := range []string{`{"a": "1", "b": "2"}`, ` {"b": "2"}`, "\t {\"a\": \"2\"}", `{}`, ` {"b": "3", "x": 1}`, ` {"a": "4", "b": "5"}`, ` { }`, ` {"x": 1}`} {
			require.True(t, m.Valid([]byte(text)))
			want := map[string]bool{"a": strings.Contains(text, `"a"`), "b": strings.Contains(text, `"b"`), "x": strings.Contains(text, `"x"`)}
			r := m.Record()
			assert.Equal(t, want, map[string]bool{"a": r.Has(0), "b": r.Has(1), "x": r.HasExtras()}, text)
			if into {
				require.True(t, m.Stored())
				assert.Equal(t, want, map[string]bool{"a": a != "", "b": b != "", "x": want["x"]}, text)
			}
		}
	}
}

// TestWholeNumbersAsFloats: a field for any numbers takes those of a key that must be whole.
func TestWholeNumbersAsFloats(t *testing.T) {
	m := scan.New(compile(t, `{"type": "object", "properties": {"n": {"type": "integer"}}}`))
	var f scan.Fields
	var n float64
	f.Float64(0, &n)
	m.Into(0, &f)
	for _, want := range []float64{5, 77, 123456789, 0, 1e20, 12345678901234567890} {
		require.True(t, m.Valid(fmt.Appendf(nil, `{"n": %.0f}`, want)))
		require.True(t, m.Fits())
		require.Equal(t, want, n)
	}
}

// TestSlotsOfAnotherText: where an earlier, longer text had a value is not looked at.
func TestSlotsOfAnotherText(t *testing.T) {
	m := scan.New(compile(t, `{"type": "object", "required": ["l", "k"], "properties": {"l": {"type": "array", "items": {"type": "string"}}}, "oneOf": [
		{"properties": {"k": {"const": "a"}}}, {"properties": {"k": {"const": "b"}}}]}`))
	var f [2]scan.Fields
	var l []string
	var k string
	for i := range f {
		f[i].Strings(0, &l)
		f[i].String(1, &k)
		m.Into(i, &f[i])
	}
	for _, text := range []string{`{"x": "` + strings.Repeat("x", 1<<24) + `", "l": ["s"], "k": "b"}`, `{"l": ["s"], "k": "a"}`, `{"l": ["s"], "k": "a"}`, `{"l": ["s"], "k": "b"}`} {
		m.Block(slices.Clip(scan.Pad(nil, []byte(text))), len(text)+1)
		_, sure := m.Next(0)
		assert.True(t, sure)
	}
}

// TestNewlinesInFront: a text may have newlines in it, a line of a block has none.
func TestNewlinesInFront(t *testing.T) {
	m := scan.New(compile(t, stringMap))
	var f scan.Fields
	var tags map[string]string
	f.StringMap(0, &tags)
	m.Into(0, &f)
	m.Reuse()
	text := []byte("{\"m\": {\n\"a\": \"1\"}}\n{}\n")
	require.True(t, m.Valid(text[:len(text)-4]))
	m.Block(scan.Pad(nil, text), len(text))
	end, sure := m.Next(0)
	assert.False(t, sure)
	assert.Equal(t, 7, end)
}

// TestReadAhead: of an object that is told apart by a property which comes late, what has been read before it leaves nothing behind where it was not sure, and an object in it
// does not overwrite it.
func TestReadAhead(t *testing.T) {
	m := scan.New(compile(t, `{"type": "object", "required": ["k"], "oneOf": [
		{"properties": {"k": {"const": "a"}, "n": {"type": "object", "properties": {"y": {"type": "integer"}}}}, "required": ["k"]},
		{"properties": {"k": {"const": "b"}, "x": {"type": "string"}}, "required": ["k", "x"]}]}`))
	assert.False(t, m.Valid([]byte(`{"n": {"x": "1", "y": "bad"}, "k": "b"}`)), "x is missing")
	assert.True(t, m.Valid([]byte(`{"n": {"x": "1", "y": "bad"}, "k": "b", "x": "2"}`)))

	p := compile(t, `{"type": "object", "required": ["k"], "oneOf": [
		{"properties": {"k": {"const": "a"}, "p": {"type": "string"}, "o": {"type": "object", "required": ["t"], "oneOf": [
			{"properties": {"t": {"const": "x"}, "q": {"type": "string"}}}, {"properties": {"t": {"const": "y"}, "q": {"type": "string"}}}]}}},
		{"properties": {"k": {"const": "b"}, "p": {"type": "string"}}},
		{"properties": {"k": {"const": "c"}}}]}`)
	m = scan.New(p)
	root := &p.Objects[p.Locations[p.Root].Object]
	var f [2]scan.Fields
	var got string
	for i := range f {
		for n, key := range root.Switch.KeysOf(&p.Objects[root.Switch.Cases[i].Object]) {
			if key.Name == "p" {
				f[i].String(n, &got)
			}
		}
		m.Into(i, &f[i])
	}
	other := func() {
		for range 4 {
			require.True(t, m.Valid([]byte(`{"k": "b"}`)))
		}
	}
	other()
	require.True(t, m.Valid([]byte(`{"p": "right", "o": {"q": "wrong", "t": "x"}, "k": "a"}`)))
	assert.Equal(t, "right", got)
	other()
	assert.False(t, m.Valid([]byte(`{"p": "right", "o": {"q": "wrong", "t": "x"}, "k": "c", "p": "again"}`)), "p comes twice")
}
