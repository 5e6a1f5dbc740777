package scan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
)

// values is what a test decodes into: for each case of a plan a field for each key.
type values struct {
	keys   [][]scan.Key // by case
	of     [][]any      // pointers, by case and key
	set    [][]bool
	fields []*scan.Fields
}

// source is the text of a value.
type source string

// newValues makes fields of the Go types that the schemas ask for.
func newValues(p *scan.Plan) *values {
	v := &values{}
	of := func(keys []scan.Key) {
		f, to, set := &scan.Fields{}, make([]any, len(keys)), make([]bool, len(keys))
		for k, key := range keys {
			l := p.Locations[key.At]
			switch {
			case l.Object == scan.Any && l.String == scan.Any && key.Name != "metric" && key.Name != "event":
				s := new(string)
				f.Source(k, s, &set[k])
				to[k] = (*source)(s)
			case l.Object != scan.No && l.Object != scan.Any:
				m := new(map[string]string)
				f.StringMap(k, m, &set[k])
				to[k] = m
			case l.Array != scan.No && l.Array != scan.Any:
				a := new([]string)
				f.Strings(k, a, &set[k])
				to[k] = a
			case l.True != 0 && l.String == scan.No:
				b := new(bool)
				f.Bool(k, b, &set[k])
				to[k] = b
			case key.Name == "exit_code":
				i := new(int64)
				f.Int64(k, i, &set[k])
				to[k] = i
			case l.Number != scan.No && l.String == scan.No:
				n := new(float64)
				f.Float64(k, n, &set[k])
				to[k] = n
			default:
				s := new(string)
				f.String(k, s, &set[k])
				to[k] = s
			}
		}
		v.keys, v.of, v.set, v.fields = append(v.keys, keys), append(v.of, to), append(v.set, set), append(v.fields, f)
	}
	o := p.Objects[p.Locations[p.Root].Object]
	if o.Switch == nil {
		of(o.Keys)
		return v
	}
	for _, c := range o.Switch.Cases {
		of(o.Switch.KeysOf(&p.Objects[c.Object]))
	}
	return v
}

func (v *values) aim(m *scan.Machine, reuse bool) {
	for k, f := range v.fields {
		m.Into(k, f)
	}
	if reuse {
		m.Reuse()
	}
}

// check compares the fields of a case with what encoding/json makes of a line. What is no key of the case stays in want.
func (v *values) check(t *testing.T, k int, line []byte, want map[string]json.RawMessage) {
	t.Helper()
	for i, key := range v.keys[k] {
		text, has := want[key.Name]
		delete(want, key.Name)
		if key.Name != "event" && key.Name != "metric" { // which tell the cases apart
			require.Equal(t, has, v.set[k][i], "%s in %s", key.Name, line)
		}
		if held, is := v.of[k][i].(*source); is {
			require.Equal(t, string(text), string(*held))
			continue
		}
		var expected any
		switch v.of[k][i].(type) {
		case *string:
			expected = new(string)
		case *float64:
			expected = new(float64)
		case *int64:
			expected = new(int64)
		case *bool:
			expected = new(bool)
		case *[]string:
			expected = new([]string)
		case *map[string]string:
			expected = new(map[string]string)
		}
		if has {
			require.NoError(t, json.Unmarshal(text, expected), "%s", line)
		}
		require.Equal(t, expected, v.of[k][i], "%s in %s", key.Name, line)
	}
}

// TestFields compares what a machine stores with what encoding/json makes of the line: while it reads, and afterwards.
func TestFields(t *testing.T) {
	events, metrics := plans(t)
	for _, c := range []struct {
		compact  bool
		shuffled float64
	}{{false, 0.02}, {true, 0.02}, {false, 1}, {true, 1}} {
		corpus := newCorpus(200_000, c.compact, c.shuffled, 0.2)
		for _, s := range []struct {
			schema *dynamic.Schema
			name   string
			text   string
		}{{events, "event", corpus.events.String()}, {metrics, "metric", corpus.metrics.String()}} {
			for _, way := range []string{"at once", "reuse", "later"} {
				t.Run(fmt.Sprintf("%s, compact %t, shuffled %v, %s", s.name, c.compact, c.shuffled, way), func(t *testing.T) {
					compareFields(t, s.schema.Plan(), s.name, scan.Pad(nil, []byte(s.text)), way)
				})
			}
		}
	}
}

func compareFields(t *testing.T, p *scan.Plan, name string, block []byte, way string) {
	m := scan.New(p)
	require.True(t, m.Records())
	v := newValues(p)
	if way != "later" {
		v.aim(m, way == "reuse")
	}
	m.Block(block, len(block)-scan.Padding)
	for at := 0; at < len(block)-scan.Padding; {
		end, sure := m.Next(at)
		line := block[at:end]
		require.True(t, sure, "%s", line)
		var want map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(line, &want))
		r := m.Record()
		k := r.Case()
		which := p.Objects[p.Locations[p.Root].Object].Switch.Cases[k]
		require.Equal(t, `"`+which.Value+`"`, string(want[name]), "%s", line)
		if way == "later" {
			require.True(t, m.Store(v.fields[k]), "%s", line)
		}
		require.True(t, m.Fits(), "%s", line)
		v.check(t, k, line, want)
		last := int32(0)
		for _, e := range r.Extras(nil) {
			text, has := want[string(r.Text(e.Name))]
			require.True(t, has, "%s in %s", r.Text(e.Name), line)
			require.Equal(t, string(text), r.Source(e.Value))
			require.Greater(t, e.Name.Start, last, "extras come in order")
			last = e.Name.Start
			delete(want, string(r.Text(e.Name)))
		}
		require.Empty(t, want, "%s", line)
		at = end + 1
	}
}

// TestFieldsOfUnusualTexts stores strings, numbers and containers that are written in unusual ways.
func TestFieldsOfUnusualTexts(t *testing.T) {
	p := compile(t, `{"type": "object", "properties": {"s": {"type": "string"}, "n": {"type": "number"}, "b": {"type": "boolean"}, "exit_code": {"type": "integer"},
		"a": {"type": "array", "items": {"type": "string"}}, "m": {"type": "object", "additionalProperties": {"type": "string"}}, "any": true}}`)
	keys := map[string]int{}
	for k, key := range p.Objects[p.Locations[p.Root].Object].Keys {
		keys[key.Name] = k
	}
	m := scan.New(p)
	require.True(t, m.Records())
	v := newValues(p)
	v.aim(m, false)
	later, w := scan.New(p), newValues(p)
	read := func(key, text string, fits bool) {
		t.Helper()
		for _, line := range []string{
			`{"%s": %s}`, `{"%s":%s}`, `{"b": true , "%s" :  %s }`, `{"x": 1, "%s": %s, "b": false}`, "{\"%s\":\r%s\t}", `{"m": {"%[1]s": "inner"}, "s": "outer", "%[1]s": %[2]s}`,
		} {
			line = fmt.Sprintf(line, key, text)
			sure := m.Valid([]byte(line))
			var twice map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(line), &twice))
			if names := bytes.Count([]byte(line), []byte(`"`+key+`"`)); names > 1 && (key == "m" || key == "s" || key == "b") {
				continue // twice the same name
			}
			require.True(t, sure, line)
			require.Equal(t, fits, m.Fits(), line)
			if !fits {
				continue
			}
			delete(twice, "x")
			v.check(t, 0, []byte(line), maps.Clone(twice))
			require.True(t, later.Valid([]byte(line)), line)
			require.True(t, later.Store(w.fields[0]), line)
			w.check(t, 0, []byte(line), twice)
		}
	}
	for _, text := range []string{`""`, `"é"`, `"\u00e9\n\"\\\/\b\f\r\t"`, `"\ud83d\ude00"`, `"😀"`, `"\ud800"`, `"\ud800A\udc00"`, `"\uD83d\n"`, `"a\u0000"`} {
		read("s", text, true)
		read("a", "["+text+`, "x",`+text+"]", true)
		if !strings.Contains(text, `\`) { // in a name: the machine is not sure
			read("m", "{"+text+`: "x"}`, true)
		}
		read("m", `{"x" :`+text+` , "y": ""}`, true)
		read("any", text, true)
	}
	read("a", "[]", true)
	read("a", "[ ]", true)
	read("m", "{}", true)
	read("m", `{"": ""}`, true)
	read("any", `[1, {"a": null}]`, true)
	read("any", "null", true)
	for _, text := range []string{"0", "-0", "-0.0", "0.1", "12345678", "123456789", "1234567.8", "123456789012345", "1234567890123456789", "9007199254740993", "0.000001", "3.14159265358979", "1e5", "-1.5E-7",
		"46871.93741052213", "0.12345678", "0.123456789", "1e400", "1e-400", "0e-400", "-1e-400"} {
		fits := text != "1e400" && text != "1e-400" && text != "-1e-400"
		read("n", text, fits)
	}
	for text, fits := range map[string]bool{"0": true, "-7": true, "9223372036854775807": true, "9223372036854775808": false, "-9223372036854775808": true, "1e400": false} {
		read("exit_code", text, fits)
	}
	for text, want := range map[string]int64{"1.0": 1, "100e-2": 1, "-0": 0, "-0.0": 0, "12e3": 12000} {
		require.True(t, m.Valid([]byte(`{"exit_code": `+text+`}`)))
		require.True(t, m.Fits(), text)
		require.Equal(t, want, *v.of[0][keys["exit_code"]].(*int64), text)
	}
}

// TestNearest: numbers become the nearest float64, as strconv has it; also those with more digits than a float64 holds, and those that lie between two of them.
func TestNearest(t *testing.T) {
	p := compile(t, `{"type": "object", "properties": {"n": {"type": "number"}, "p": {"type": "number", "minimum": 0}}}`)
	m := scan.New(p)
	var f scan.Fields
	var n [2]float64
	f.Float64(0, &n[0])
	f.Float64(1, &n[1])
	m.Into(0, &f)
	r := rand.New(rand.NewPCG(1, 2))
	read := func(text string) {
		want, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		require.True(t, m.Valid([]byte(`{"n": -`+text+`, "p": `+text+`}`)), text)
		require.Equal(t, [2]float64{-want, want}, n, text)
	}
	for range 100_000 {
		units := strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
		if point := 1 + r.IntN(len(units)); point < len(units) && (point == 1 || units[0] != '0') {
			units = units[:point] + "." + units[point:]
		}
		read(units)
	}
	for range 10_000 {
		odd := 1<<53 + 2*r.Uint64N(1<<52) + 1 // of 54 bits
		whole := strconv.FormatUint(odd, 10)
		read(whole)
		read(whole[:12] + "." + whole[12:])
		read(strconv.FormatUint(odd>>8, 10) + "." + strconv.FormatUint(odd&255*390625, 10)) // a fraction of eight bits, or about that
	}
}

// TestValuesWithEscapes: a string of few that is written with escapes is stored without them.
func TestValuesWithEscapes(t *testing.T) {
	p := compile(t, `{"type": "object", "properties": {"e": {"enum": ["a\"b", "c", "d\\", "12345678a", "12345678\"b"]}}}`)
	m := scan.New(p)
	var f scan.Fields
	var e string
	f.String(0, &e)
	m.Into(0, &f)
	for written, want := range map[string]string{`a\"b`: `a"b`, `c`: "c", `d\\`: `d\`, `12345678a`: `12345678a`, `12345678\"b`: `12345678"b`} {
		require.True(t, m.Valid([]byte(`{"e": "`+written+`"}`)))
		require.Equal(t, want, e)
	}
}

// TestMapIsUsedAgain: a map that the text fits already is left alone, and one that somebody changed is mended, unless nobody may.
func TestMapIsUsedAgain(t *testing.T) {
	p := compile(t, `{"type": "object", "properties": {"m": {"type": "object", "additionalProperties": {"type": "string"}}}}`)
	for _, reuse := range []bool{false, true} {
		m := scan.New(p)
		var f scan.Fields
		var tags map[string]string
		f.StringMap(0, &tags)
		m.Into(0, &f)
		if reuse {
			m.Reuse()
		}
		for _, c := range []struct {
			text string
			want map[string]string
		}{
			{`{"m": {"a": "1"}}`, map[string]string{"a": "1"}},
			{`{"m": {"a": "1"}}`, map[string]string{"a": "1"}},
			{`{"m": {"a": "2"}}`, map[string]string{"a": "2"}},
			{`{"m": {"b": "2"}}`, map[string]string{"b": "2"}},
			{`{"m": {"b": "2", "a": ""}}`, map[string]string{"b": "2", "a": ""}},
			{`{"m": {"b": "2"}}`, map[string]string{"b": "2"}},
			{`{"m": {"c": ""}}`, map[string]string{"c": ""}},
			{`{"m": {"long": "a content that is too long to be compared at once", "e": "\n"}}`, map[string]string{"long": "a content that is too long to be compared at once", "e": "\n"}},
			{`{"m": {"long": "a content that is too long to be compared with", "e": "\n"}}`, map[string]string{"long": "a content that is too long to be compared with", "e": "\n"}},
			{`{"m": {"long": "short", "e": "x"}}`, map[string]string{"long": "short", "e": "x"}},
			{`{"m": {"long": "short", "e": "y"}}`, map[string]string{"long": "short", "e": "y"}},
			{`{"m": {"long": "", "f": "y"}}`, map[string]string{"long": "", "f": "y"}},
			{`{"m":{"long":"x","f":"y"}}`, map[string]string{"long": "x", "f": "y"}},
			{`{"m":{"long":"z","f":"\u0041"}}`, map[string]string{"long": "z", "f": "A"}},
			{`{"m":{"long":"z","f":"A"}}`, map[string]string{"long": "z", "f": "A"}},
			{`{"m": {}}`, map[string]string{}},
			{`{}`, nil},
			{`{"m": {"b": "2"}}`, map[string]string{"b": "2"}},
		} {
			text := []byte(c.text)
			require.True(t, m.Valid(text))
			require.Equal(t, c.want, tags, c.text)
			for _, bad := range []string{`{"m": }`, `{"m": }}`, `{"m":}}`, `{"m": {"b": "2"}`, `{"m": {"b": "2"]}`, `{"m": {"b": "2",}}`, `{"m": {"b" "2"}}`, `{"m": {"b": 2}}`, `{"m": {"b": "2", "b": "2"}}`} {
				require.False(t, m.Valid([]byte(bad)), "%s behind %s", bad, c.text)
			}
			require.True(t, m.Valid(text))
			require.Equal(t, c.want, tags, c.text)
		}
		if !reuse {
			tags["b"] = "changed"
		}
		tags["new"] = "one"
		require.True(t, m.Valid([]byte(`{"m": {"b": "2"}}`)))
		require.Equal(t, map[string]string{"b": "2"}, tags)
	}
}

// TestKept: without reuse, nothing that was handed out is overwritten.
func TestKept(t *testing.T) {
	events, _ := plans(t)
	corpus := newCorpus(300_000, false, 0.1, 0.1)
	block := scan.Pad(nil, []byte(corpus.events.String()))
	m := scan.New(events.Plan())
	v := newValues(events.Plan())
	v.aim(m, false)
	m.Block(block, len(block)-scan.Padding)
	type kept struct{ held, want any }
	var all []kept
	for at := 0; at < len(block)-scan.Padding; {
		end, sure := m.Next(at)
		require.True(t, sure)
		for _, p := range v.of[m.Record().Case()] {
			switch p := p.(type) {
			case *string:
				all = append(all, kept{*p, string([]byte(*p))})
			case *[]string:
				var copies []string
				for _, s := range *p {
					copies = append(copies, string([]byte(s)))
				}
				all = append(all, kept{*p, copies})
				if cap(*p) > len(*p) {
					t.Fatal("who appends to a slice must not write into another's")
				}
			}
		}
		at = end + 1
	}
	for _, k := range all {
		if list, is := k.want.([]string); is && len(list) == 0 {
			require.Empty(t, k.held)
			continue
		}
		require.Equal(t, k.want, k.held)
	}
}

// TestStringsThatComeAgain reads many strings that differ in little, with memory that is used again. In pure builds no string is ever overwritten.
func TestStringsThatComeAgain(t *testing.T) {
	p := compile(t, `{"type": "object", "properties": {"s": {"type": "string"}, "ts": {"type": "string", "format": "date-time"}, "a": {"type": "array", "items": {"type": "string"}}}}`)
	r := rand.New(rand.NewPCG(1, 2))
	some := func() string {
		b := bytes.Repeat([]byte{'x'}, r.IntN(60))
		if len(b) > 0 && r.IntN(3) > 0 {
			b[r.IntN(len(b))] = byte('a' + r.IntN(4))
		}
		return string(b)
	}
	var want [][3]string
	var text []byte
	for i := range 20_000 {
		w := [3]string{some(), some(), fmt.Sprintf("2026-11-22T09:36:%02d.%06d+00:00", i%60, i)}
		want = append(want, w)
		text = fmt.Appendf(text, "{\"s\": %q, \"ts\": %q, \"a\": [%q, %q]}\n", w[0], w[2], w[1], w[0])
	}
	var read, ts string
	var list []string
	var f scan.Fields
	for k, key := range p.Objects[p.Locations[p.Root].Object].Keys {
		switch key.Name {
		case "s":
			f.String(k, &read, new(bool))
		case "ts":
			f.String(k, &ts, new(bool))
		case "a":
			f.Strings(k, &list, new(bool))
		}
	}
	m := scan.New(p)
	m.Into(0, &f)
	m.Reuse()
	block := scan.Pad(nil, text)
	m.Block(block, len(text))
	var held [][3]string
	for at := 0; at < len(text); {
		end := m.Read(at)
		require.Positive(t, end)
		require.NotNil(t, m.Done())
		w := want[len(held)]
		require.Equal(t, []string{w[1], w[0]}, list)
		held = append(held, [3]string{read, list[0], ts})
		require.Equal(t, w, held[len(held)-1])
		at = end + 1
	}
	if pure {
		clear(block)
	}
	assert.Equal(t, want, held)
}

// TestRecords checks for which plans records are kept.
func TestRecords(t *testing.T) {
	assert.True(t, scan.New(compile(t, `{"type": "object", "properties": {"a": {"properties": {"b": true}}}}`)).Records())
	assert.False(t, scan.New(compile(t, `true`)).Records())
	assert.False(t, scan.New(compile(t, `{"type": "object", "properties": {"a": {"$ref": "#"}}}`)).Records(), "the root may be inside itself")
	assert.False(t, scan.New(compile(t, `{"type": "array"}`)).Records())
}

// TestNothingIsAllocated to judge lines, nor to decode them into memory that is used again.
func TestNothingIsAllocated(t *testing.T) {
	events, metrics := plans(t)
	corpus := newCorpus(100_000, false, 0.5, 0.1)
	for _, c := range []struct {
		p    *scan.Plan
		text string
	}{{events.Plan(), corpus.events.String()}, {metrics.Plan(), corpus.metrics.String()}} {
		for _, decode := range []bool{false, true} {
			m := scan.New(c.p)
			if decode {
				if pure {
					t.Log("not asked of decoding: pure builds copy strings")
					continue
				}
				newValues(c.p).aim(m, true)
			}
			block := scan.Pad(nil, []byte(c.text))
			pass := func() {
				m.Block(block, len(block)-scan.Padding)
				for at := 0; at < len(block)-scan.Padding; {
					end, sure := m.Next(at)
					if !sure || !m.Valid(block[at:end]) {
						t.Errorf("not sure: %s", block[at:end])
					}
					m.Block(block, len(block)-scan.Padding)
					at = end + 1
				}
			}
			pass()
			assert.Zero(t, testing.AllocsPerRun(5, pass), "decoded: %t", decode)
		}
	}
}

// TestSame: a string in front of the one that tells objects apart is remembered once it has come twice, however short or long it is, and wherever it stands.
func TestSame(t *testing.T) {
	p := compile(t, `{"type": "object", "required": ["s", "k"], "properties": {"s": {"type": "string"}}, "oneOf": [
		{"properties": {"k": {"const": "a"}}}, {"properties": {"k": {"const": "b"}}}]}`)
	require.True(t, scan.New(p).Records(), "the test is about heads")
	for _, style := range []string{`{"s":"%s","k":"%s"}`, `{"s": "%s", "k": "%s"}`} {
		m := scan.New(p)
		var f [2]scan.Fields
		var s, k string
		for i := range f {
			f[i].String(0, &s)
			f[i].String(1, &k)
			m.Into(i, &f[i])
		}
		long := strings.Repeat("0123456789", 12)
		for _, want := range []string{"", "", "", "x", "x", "x", "y", "", "x", long[:23], long[:23], long[:23], long[:24], long[:24], long[:24], long[:64], long[:64], long[:64], long, long, long, long[:23], `é`, `é`, `é`} {
			for _, kind := range []string{"a", "b"} {
				text := fmt.Sprintf(style, want, kind)
				require.True(t, m.Valid([]byte(text)), text)
				require.Equal(t, []string{want, kind}, []string{s, k}, text)
				block := scan.Pad(nil, []byte(text))
				m.Block(block, len(text)+1)
				end, _ := m.Decode(0)
				require.Equal(t, len(text), end, text)
				require.Equal(t, []string{want, kind}, []string{s, k}, text)
			}
			require.False(t, m.Valid(fmt.Appendf(nil, style, want+"\x01", "a")))
			require.False(t, m.Valid(fmt.Appendf(nil, style, want+`"`, "a")))
		}
	}
}
