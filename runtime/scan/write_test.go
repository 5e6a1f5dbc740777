package scan_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/value"
)

// writtenSchema asks for all that writers know to judge, and for much that they do not.
const writtenSchema = `{
	"type": "object", "required": ["k"], "properties": {"k": {"enum": ["any", "strings", "numbers", "rest", "closed", "typed", "patterned", "counted", "a rather long name with \"quotes\""]}},
	"oneOf": [
		{"properties": {"k": {"const": "any"}, "a": true, "b": {"type": ["string", "null"]}, "c": {"type": "boolean"}, "d": {"const": true}, "e": {"not": {"type": "string"}},
			"f": {"type": ["number", "null"]}, "g": {"const": null}, "a_name_of_32_bytes_with_its_signs": {"type": "string"}, "": {"type": "integer"}, "quo\"ted": {"type": "string"}}},
		{"properties": {"k": {"const": "strings"}, "time": {"type": "string", "format": "date-time"}, "run": {"type": "string", "pattern": "^run_[0-9]+$"}, "hex": {"pattern": "^[0-9a-f]{12,20}$"},
			"three": {"pattern": "^[0-9a-zA-Z]*$"}, "quote": {"pattern": "^\"[a-z\"]+$"}, "punct": {"pattern": "^a[!-~]*$"}, "enum": {"enum": ["a", "bb", "rows", "a longer one", "\"", "é", "\u0001", 1, null]},
			"many": {"enum": ["a","b","c","d","e","f","g","h","i","j"]}, "short": {"type": "string", "maxLength": 5}, "long": {"type": "string", "minLength": 9}, "back": {"pattern": "(ab)+c"},
			"uri": {"type": "string", "format": "uri"}, "either": {"anyOf": [{"maxLength": 2}, {"pattern": "^x"}]}, "notone": {"type": "string", "not": {"const": "a"}}}},
		{"properties": {"k": {"const": "numbers"}, "any": {"type": "number"}, "least": {"type": "number", "minimum": 0}, "whole": {"type": "integer"}, "positive": {"type": "integer", "minimum": 0},
			"small": {"type": "number", "maximum": 100}, "above": {"exclusiveMinimum": 0}, "half": {"multipleOf": 0.5}, "listed": {"enum": [1, 2.5, "x"]}, "fifty": {"minimum": 50.5, "maximum": 1e9}}},
		{"properties": {"k": {"const": "rest"}, "list": {"type": "array", "items": {"type": "string"}}, "few": {"type": "array", "maxItems": 2}, "set": {"uniqueItems": true, "items": {"type": "string"}},
			"map": {"type": "object", "additionalProperties": {"type": "string"}}, "narrow": {"additionalProperties": {"maxLength": 3}, "propertyNames": {"maxLength": 3}},
			"deep": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}, "additionalProperties": false}}, "required": ["list"]},
		{"properties": {"k": {"const": "closed"}, "a": {"type": "string"}}, "additionalProperties": false},
		{"properties": {"k": {"const": "typed"}, "a": {"type": "string"}}, "additionalProperties": {"type": "string"}},
		{"properties": {"k": {"const": "patterned"}, "a": {"type": "string"}}, "patternProperties": {"^x": {"type": "integer"}, "^a$": {"maxLength": 3}}},
		{"properties": {"k": {"const": "counted"}, "a": {"type": "string"}}, "maxProperties": 3},
		{"properties": {"k": {"const": "a rather long name with \"quotes\""}, "a": {"type": "string"}}}
	]
}`

// written is a schema and its writers.
type written struct {
	schema         *dynamic.Schema
	judging, plain *scan.Writers
	names          []string
	keys           [][]scan.Key // by index of the name
}

func newWritten(t testing.TB, s *dynamic.Schema) *written {
	w := &written{schema: s}
	p := s.Plan()
	sw := p.Objects[p.Locations[p.Root].Object].Switch
	require.NotNil(t, sw)
	for _, c := range sw.Cases {
		w.names = append(w.names, c.Value)
		w.keys = append(w.keys, sw.KeysOf(&p.Objects[c.Object]))
	}
	w.judging, w.plain = scan.NewWriters(p, w.names)
	return w
}

func allWritten(t testing.TB) []*written {
	schemas, err := dynamic.Compile(fstest.MapFS{"schema.json": {Data: []byte(writtenSchema)}}, dynamic.Options{AssertFormat: true}, "schema.json")
	require.NoError(t, err)
	events, metrics := plans(t)
	return []*written{newWritten(t, schemas[0]), newWritten(t, events), newWritten(t, metrics)}
}

// choices are made by the bytes of a fuzzer, or at random.
type choices struct {
	bytes  []byte
	random *rand.Rand
}

func (c *choices) below(n int) int {
	if c.random != nil {
		return c.random.IntN(n)
	}
	if len(c.bytes) == 0 {
		return 0
	}
	i := int(c.bytes[0]) % n
	c.bytes = c.bytes[1:]
	return i
}

func pick[T any](c *choices, of ...T) T { return of[c.below(len(of))] }

func (c *choices) word() (w uint64) {
	for range 8 {
		w = w<<8 | uint64(c.below(256))
	}
	return w
}

func (c *choices) string() string {
	switch c.below(8) {
	case 0:
		return pick(c, "", "a", "bb", "rows", "xyz", "abababc", "a longer one", "é", "日本語", "\"", "\x01", "\xff", "a\xc3", "\u2028", "😀", "\x7f", "any", "ms", "step-1", "count")
	case 1:
		return pick(c, "run_", "run-", "x", "\"", "") + pick(c, "1", "1763804212381", "123456", "12345a", "0000000000000000000000000000000012", "é")
	case 2:
		return c.time()
	case 3:
		return fmt.Sprintf("%016x", c.word())[:1+c.below(8)]
	case 4:
		return "http://example.com/" + strings.Repeat("a", c.below(30))
	}
	b := []byte(strings.Repeat("abcdefghijklmnopqrstuvwxyz", 3)[:c.below(60)])
	for range c.below(3) {
		if len(b) > 0 {
			b[c.below(len(b))] = byte(c.below(256))
		}
	}
	return string(b)
}

func (c *choices) time() string {
	b := []byte(pick(c, "2026-11-22", "2024-02-29", "2023-02-29", "2100-02-29", "2000-02-29", "2026-04-31", "2026-12-31", "2026-00-10", "2026-13-01", "2026-10-00", "0000-01-01") + "T" +
		pick(c, "09:36:52", "23:59:59", "24:00:00", "12:60:00", "12:00:60", "00:00:00") +
		pick(c, "", ".", ".1", ".123", ".1234", ".12345", ".123456", ".123456789", ".123456789012", ".12345678901234567890") +
		pick(c, "Z", "+00:00", "-23:59", "+24:00", "+12:60", "", "+0000", "z"))
	if c.below(4) == 0 {
		b[c.below(len(b))] = byte(c.below(256))
	}
	return string(b)
}

func (c *choices) float() float64 {
	f := pick(c, 0, math.Copysign(0, -1), 1, 20, 0.5, 2.5, 99999999, 1e8, 1e21, 1e-7, 0.1, 1234.125, 9999.9999, 99999.999999, 23.603200912475586, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, 5e-324, 1<<53)
	switch c.below(6) {
	case 0:
		f = math.Float64frombits(c.word())
	case 1:
		f = float64(c.word()%1e15) / math.Pow(10, float64(c.below(16)))
	case 2:
		f = float64(c.word() % 1e6)
	case 3:
		f = -f
	case 4:
		f = math.Nextafter(f, pick(c, 0.0, 1e300))
	}
	return f
}

func (c *choices) int() int64 {
	return pick(c, 0, 1, -1, 9, 10, 12345678, 99999999, 100000000, math.MaxInt64, math.MinInt64, int64(c.word()), int64(c.word()%1e9))
}

func (c *choices) raw() value.Raw {
	return value.Raw(pick(c, `1`, `"x"`, `null`, `true`, `[1,2]`, `{"a":1}`, ` 1 `, "[\n1]", `{"x":1,"x":2}`, ``, `1,"y":2`, `tru`, `"é"`, "\"\xff\"", `1e400`, `{"x":1}`, `-0`, `"\ud800"`, "1\n", `}`, `"aaaa"`) +
		pick(c, "", "", "", " ", "\n"))
}

// appender is a Writer, or what says what one should append.
type appender interface {
	Name(b []byte) []byte
	Absent(b []byte, key int) []byte
	Null(b []byte, key int) []byte
	Bool(b []byte, key int, v bool) []byte
	Time(b []byte, key int, v value.Timestamp) []byte
	Float64(b []byte, key int, v float64) []byte
	Int64(b []byte, key int, v int64) []byte
	Raw(b []byte, key int, v value.Raw) []byte
	Strings(b []byte, key int, v []string) []byte
	StringMap(b []byte, key int, v map[string]string) []byte
	String(b []byte, key int, v string) []byte
	Close(b []byte, extra value.Members) []byte
}

// simple appends with the functions of package value alone.
type simple struct {
	keys     []scan.Key
	property string
	name     string
}

func (s simple) key(b []byte, name string) []byte {
	return append(value.AppendString(value.AppendComma(b), name), ':')
}
func (s simple) Name(b []byte) []byte            { return value.AppendString(s.key(b, s.property), s.name) }
func (s simple) Absent(b []byte, key int) []byte { return b }
func (s simple) Null(b []byte, key int) []byte   { return append(s.key(b, s.keys[key].Name), "null"...) }
func (s simple) Bool(b []byte, key int, v bool) []byte {
	return value.AppendBool(s.key(b, s.keys[key].Name), v)
}
func (s simple) Time(b []byte, key int, v value.Timestamp) []byte { return s.String(b, key, string(v)) }
func (s simple) Float64(b []byte, key int, v float64) []byte {
	return value.AppendFloat(s.key(b, s.keys[key].Name), v)
}
func (s simple) Int64(b []byte, key int, v int64) []byte {
	return value.AppendInt(s.key(b, s.keys[key].Name), v)
}
func (s simple) Raw(b []byte, key int, v value.Raw) []byte {
	return value.AppendRaw(s.key(b, s.keys[key].Name), v)
}
func (s simple) Strings(b []byte, key int, v []string) []byte {
	return value.AppendArray(s.key(b, s.keys[key].Name), v, value.AppendString[string])
}
func (s simple) StringMap(b []byte, key int, v map[string]string) []byte {
	return value.AppendMap(s.key(b, s.keys[key].Name), v, value.AppendString[string])
}
func (s simple) String(b []byte, key int, v string) []byte {
	return value.AppendString(s.key(b, s.keys[key].Name), v)
}
func (s simple) Close(b []byte, extra value.Members) []byte {
	return append(value.AppendMembers(b, extra), '}')
}

// write appends what is chosen with the writers of, as generated code does; with none, simply. The same choices give the same members.
func (w *written) write(c *choices, of *scan.Writers, b []byte) []byte {
	i := c.below(len(w.names))
	named := c.below(2) == 0
	var o appender
	switch {
	case of == nil:
		p := w.schema.Plan()
		o, b = simple{w.keys[i], p.Objects[p.Locations[p.Root].Object].Switch.Property, w.names[i]}, append(b, '{')
	case named:
		o, b = of.OpenNamed(b, w.names[i])
	default:
		o, b = of.Open(b, i)
	}
	for k, key := range w.keys[i] {
		if key.Name == "k" || key.Name == "event" || key.Name == "metric" {
			b = o.Name(b)
			continue
		}
		switch w.kind(c, key) {
		case 0:
			b = o.Absent(b, k)
		case 1:
			b = o.Null(b, k)
		case 2:
			b = o.Bool(b, k, c.below(2) == 0)
		case 3:
			b = o.Time(b, k, value.Timestamp(w.string(c, key)))
		case 4:
			b = o.Float64(b, k, c.float())
		case 5:
			b = o.Int64(b, k, c.int())
		case 6:
			b = o.Raw(b, k, c.raw())
		case 7:
			var list []string
			for range c.below(4) {
				list = append(list, c.string())
			}
			b = o.Strings(b, k, list)
		case 8:
			m := map[string]string{}
			for range c.below(4) {
				m[c.string()] = c.string()
			}
			b = o.StringMap(b, k, m)
		case 9:
			floats := []float64{c.float()}
			appendFloats := func(b []byte, v []float64) []byte { return value.AppendArray(b, v, value.AppendFloat) }
			if writer, ok := o.(*scan.Writer); ok {
				b = scan.Append(writer, b, k, floats, appendFloats)
			} else {
				b = appendFloats(o.(simple).key(b, key.Name), floats)
			}
		default:
			b = o.String(b, k, w.string(c, key))
		}
	}
	var extra value.Members
	if c.below(8) == 0 {
		for range c.below(4) {
			extra = append(extra, value.Member{Name: pick(c, "x", "y", "a", "k", "z\"", "\xff", "é", "ts"), Value: c.raw()})
		}
	}
	return o.Close(b, extra)
}

// kind chooses how the value of a key is written: most often as one of a type that the schema allows there.
func (w *written) kind(c *choices, key scan.Key) int {
	if c.below(16) == 0 {
		return c.below(11)
	}
	l := &w.schema.Plan().Locations[key.At]
	var kinds []int
	for _, of := range []struct {
		allowed bool
		kinds   []int
	}{
		{l.Null != 0, []int{1}}, {l.True != 0, []int{2}}, {l.Number != scan.No, []int{4, 5}}, {l.Array != scan.No, []int{7}}, {l.Object != scan.No, []int{8}},
		{l.String != scan.No, []int{3, 10, 10}},
	} {
		if of.allowed {
			kinds = append(kinds, of.kinds...)
		}
	}
	return pick(c, kinds...)
}

// string chooses a string for a key: most often one that the schema allows there.
func (w *written) string(c *choices, key scan.Key) string {
	p := w.schema.Plan()
	if rule := p.Locations[key.At].String; rule > 0 && c.below(8) > 0 {
		s := &p.Strings[rule]
		switch {
		case s.Time:
			return "2026-11-" + pick(c, "22T09:36:52.381136", "30T23:59:59", "01T00:00:00.5", "22T09:36:52.123456789") + pick(c, "Z", "+00:00", "-01:30")
		case len(s.Values) > 0:
			return s.Values[c.below(len(s.Values))].Text
		}
		return pick(c, "run_1763804212381", "run_1", "0123456789abcdef", "abc", "\"ab\"", "a-z", "x1234567890", "http://example.com/")
	}
	return c.string()
}

// law checks that what judging writers append is valid, and what the others append too.
func (w *written) law(t *testing.T, fresh func() *choices, dst []byte) (sure, valid bool) {
	t.Helper()
	plain := w.write(fresh(), nil, nil)
	require.Equal(t, string(plain), string(w.write(fresh(), w.plain, nil)))
	judged := w.write(fresh(), w.judging, dst)
	valid = w.schema.Program.ValidText(plain)
	if judged == nil {
		return false, valid
	}
	require.Equal(t, string(plain), string(judged[len(dst):]))
	require.True(t, valid, "the writer is sure of what is not valid: %s", plain)
	return true, valid
}

// TestWriters holds the law of this package for writers, over values of all kinds.
func TestWriters(t *testing.T) {
	seeds := uint64(20_000)
	if testing.Short() {
		seeds = 5000
	}
	for i, w := range allWritten(t) {
		sure, valid := 0, 0
		for seed := range seeds {
			fresh := func() *choices { return &choices{random: rand.New(rand.NewPCG(seed, 1))} }
			s, v := w.law(t, fresh, make([]byte, seed%3, seed%3+seed%500))
			if s {
				sure++
			}
			if v {
				valid++
			}
		}
		t.Logf("sure of %d of %d valid records", sure, valid)
		if i == 0 {
			assert.Greater(t, 4*sure, 3*valid, "writers are sure of less than they were")
			continue
		}
		assert.Equal(t, sure, valid, "writers must be sure of all events and metrics")
		assert.Greater(t, uint64(valid), seeds/66)
	}
}

// TestWrittenTimes: of the first time stamp as of any other, every byte is looked at.
func TestWrittenTimes(t *testing.T) {
	const good = "2026-11-22T09:36:52.381136+00:00"
	check := func(w *written, s string, first bool) {
		o, b := w.judging.Open(nil, slices.Index(w.names, "run_end"))
		b = o.Close(o.Name(o.String(o.Time(b, 0, value.Timestamp(s)), 1, "run_1")), nil)
		text := `{"ts":` + string(value.AppendString(nil, s)) + `,"session":"run_1","event":"run_end"}`
		require.Equal(t, w.schema.Program.ValidText([]byte(text)), b != nil, "%q, first: %t", s, first)
		if b != nil {
			require.Equal(t, text, string(b))
		}
	}
	used, _ := plans(t)
	for at := range len(good) {
		for _, size := range []int{1, 8, 16} {
			for _, c := range []byte{0, ' ', '0', 0xff} {
				s := []byte(good)
				copy(s[at:], bytes.Repeat([]byte{c}, size))
				check(newWritten(t, used), string(s), true)
			}
		}
	}
	w := newWritten(t, used)
	for at := range len(good) {
		for c := range 256 {
			check(w, good, false)
			check(w, good[:at]+string([]byte{byte(c)})+good[at+1:], false)
			check(w, good[:at]+good[at+1:], false)
		}
	}
}

// TestWrittenNumbers: numbers are written as package value writes them: the shortest that read back.
func TestWrittenNumbers(t *testing.T) {
	w := allWritten(t)[0]
	i := slices.Index(w.names, "any")
	random := rand.New(rand.NewPCG(7, 8))
	buffer := make([]byte, 0, 100)
	o, b := w.plain.Open(buffer, i)
	keys := []int{slices.IndexFunc(w.keys[i], func(k scan.Key) bool { return k.Name == "a" }),
		slices.IndexFunc(w.keys[i], func(k scan.Key) bool { return strings.HasPrefix(k.Name, "a_name") }),
		slices.IndexFunc(w.keys[i], func(k scan.Key) bool { return k.Name == `quo"ted` })}
	for n := range 150_000 {
		f := float64(random.Int64N(1e16)>>random.IntN(50)) / math.Pow10(random.IntN(12))
		if n%4 == 0 {
			f = math.Nextafter(f, float64(random.IntN(2))*1e300)
		}
		key := keys[n%len(keys)]
		name := string(value.AppendString(nil, w.keys[i][key].Name))
		require.Equal(t, "{"+name+":"+string(value.AppendFloat(nil, f))+",", string(o.Float64(b, key, f)))
		whole := random.Int64() >> random.IntN(64)
		require.Equal(t, "{"+name+":"+strconv.FormatInt(whole, 10)+",", string(o.Int64(b, key, whole)))
	}
}

// TestWritersKeepWithin: nothing is written behind what is returned, as with append.
func TestWritersKeepWithin(t *testing.T) {
	for _, w := range allWritten(t) {
		for seed := range uint64(5000) {
			fresh := func() *choices { return &choices{random: rand.New(rand.NewPCG(seed, 2))} }
			want := w.write(fresh(), w.judging, nil)
			buffer := bytes.Repeat([]byte{0xaa}, len(want)+100)
			if got := w.write(fresh(), w.judging, buffer[:0]); got != nil {
				require.Equal(t, want, got)
				require.Equal(t, bytes.Repeat([]byte{0xaa}, 100), buffer[len(want):], "%s", want)
			}
		}
	}
}

// FuzzWriters holds the law for values that a fuzzer chooses.
func FuzzWriters(f *testing.F) {
	all := allWritten(f)
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		seed := make([]byte, 60)
		for i := range seed {
			seed[i] = byte(random.Uint32())
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, w := range all {
			w.law(t, func() *choices { return &choices{bytes: data} }, make([]byte, 1, 200))
		}
	})
}
