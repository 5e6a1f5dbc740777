package scan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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
)

// TestStreams holds that whatever a machine has read before, it is sure only of valid lines, and makes of them what encoding/json does. A machine guesses from the
// last lines what comes next, so single lines do not test it: each seed is a random schema, and a stream of lines, valid and broken, which one machine reads.
func TestStreams(t *testing.T) {
	count := 160
	if testing.Short() {
		count = 20
	}
	seeds := []uint64{279, 283, 333, 1342, 1492} // which have found faults that few seeds find
	for seed := range count {
		seeds = append(seeds, uint64(seed))
	}
	var valid, sure, decoded int
	for _, seed := range seeds {
		r := readStream(t, seed)
		valid, sure, decoded = valid+r.valid, sure+r.sure, decoded+r.decoded
	}
	t.Logf("%d lines are valid, of %d the machines were sure, %d were decoded", valid, sure, decoded)
	assert.Greater(t, valid, 30*len(seeds))
	assert.Greater(t, float64(sure), 0.5*float64(valid), "most lines are written in a usual way")
	assert.Greater(t, float64(decoded), 0.5*float64(sure), "most values fit their fields")
}

// FuzzStreams is TestStreams for other seeds.
func FuzzStreams(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(1_000_000 + seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { readStream(t, seed) })
}

// reader reads a stream by one machine.
type reader struct {
	*testing.T
	schema  *dynamic.Schema
	machine *scan.Machine
	fresh   *scan.Machine // which has read little, and has no fields
	keys    [][]scan.Key  // by case
	values  values        // of the keys that have a field; none if the machine has no records
	aimed   []bool        // of which cases the machine has the fields; those of the others are stored when the line is read

	valid, sure, decoded int // lines
}

// readStream reads blocks of lines in all ways that a machine has, mixed.
func readStream(t *testing.T, seed uint64) *reader {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 0))}
	w.order = 1 + 5*w.IntN(3)
	w.simple = w.several(1+w.IntN(6), "string", "string", "enum", "enum", "pattern", "time", "number", "integer", "boolean", "strings", "items", "map", "map", "map", "map", "any")
	w.kinds = append(w.several(1+w.IntN(3), "object", "tagged", "tagged", "objects"), w.simple...)
	w.faults = w.Perm(faults)[:1+w.IntN(3)]
	again := 2 + w.IntN(4)
	var root kind
	if w.IntN(4) == 0 {
		root = w.object(w.members(w.IntN(9), 2))
	} else {
		root = w.tagged(2)
	}
	reuse, broken := w.IntN(2) == 0, w.IntN(3)
	line, complete := "", false
	defer func() {
		if !complete {
			t.Logf("seed %d, reuse %t, at or behind the line %q, schema %s", seed, reuse, line, root.schema)
		}
	}()
	schemas, err := dynamic.Compile(fstest.MapFS{"schema.json": {Data: []byte(root.schema)}}, dynamic.Options{AssertFormat: true}, "schema.json")
	require.NoError(t, err)
	r := &reader{T: t, schema: schemas[0], machine: scan.New(schemas[0].Plan())}
	if r.machine.Records() {
		r.aim(w, root)
	}
	if reuse {
		r.machine.Reuse()
	}
	for range 16 {
		r.fresh = scan.New(schemas[0].Plan())
		var lines []string
		for range 1 + w.IntN(2)*w.IntN(30) { // a block of one line is much shorter than others
			line, mutate := w.line(root), w.IntN(6) < broken
			if len(lines) > 0 && w.IntN(again) == 0 {
				line, mutate = lines[len(lines)-1], w.IntN(3) < broken
			}
			for ; mutate; mutate = w.IntN(6) < broken {
				line = w.mutate(line)
			}
			lines = append(lines, line)
		}
		block := strings.Join(lines, "\n") + "\n"
		size := len(block) - w.IntN(2)            // the newline of the last line may be in the padding
		padded := make([]byte, size+scan.Padding) // pure builds panic when a machine reads beyond
		for i := range padded {
			padded[i] = "\n\"a}{x1,:\x00"[w.IntN(10)]
		}
		copy(padded, block)
		r.machine.Block(padded, size)
		for at := 0; at < size; at += len(line) + 1 {
			line, _, _ = strings.Cut(block[at:], "\n")
			if next, _, more := strings.Cut(block[at+len(line)+1:], "\n"); more && w.IntN(3) == 0 {
				two := line + "\n" + next // in a text of its own a newline is white space
				r.check(two, r.machine.Valid([]byte(two)))
			}
			end, sure := at+len(line), false
			switch w.IntN(4) {
			case 0:
				if next, done := r.machine.Decode(at); next >= 0 {
					end, sure = next, true
					require.Same(t, r.machine.Done(), done)
				}
			case 1:
				if next := r.machine.Read(at); next >= 0 {
					end, sure = next, true
				}
			case 2:
				end, sure = r.machine.Next(at)
			default:
				sure = r.machine.Valid([]byte(line))
			}
			r.check(line, sure)
			require.Equal(t, at+len(line), end, "where the line ends")
		}
	}
	complete = true
	return r
}

// aim makes fields for most keys, and gives those of most cases to the machine.
func (r *reader) aim(w *writer, root kind) {
	of := func(keys []scan.Key, kinds map[string]kind) {
		f, held, to, set := &scan.Fields{}, []scan.Key{}, []any{}, make([]bool, len(keys))
		for k, key := range keys {
			var pointer any
			into, isSet := kinds[key.Name].into, &set[len(held)]
			if w.IntN(16) == 0 {
				into = source("")
			}
			switch into.(type) {
			case string:
				pointer = fieldOf(f.String, k, isSet)
			case source:
				pointer = (*source)(fieldOf(f.Source, k, isSet))
			case float64:
				pointer = fieldOf(f.Float64, k, isSet)
			case int64:
				pointer = fieldOf(f.Int64, k, isSet)
			case bool:
				pointer = fieldOf(f.Bool, k, isSet)
			case []string:
				pointer = fieldOf(f.Strings, k, isSet)
			case map[string]string:
				pointer = fieldOf(f.StringMap, k, isSet)
			default:
				continue
			}
			held, to = append(held, key), append(to, pointer)
		}
		aimed := w.IntN(8) > 0
		if aimed {
			r.machine.Into(len(r.keys), f)
		}
		r.keys, r.aimed = append(r.keys, keys), append(r.aimed, aimed)
		v := &r.values
		v.keys, v.of, v.set, v.fields = append(v.keys, held), append(v.of, to), append(v.set, set), append(v.fields, f)
	}
	p := r.schema.Plan()
	o := p.Objects[p.Locations[p.Root].Object]
	if o.Switch == nil {
		of(o.Keys, root.cases[""])
		return
	}
	for _, c := range o.Switch.Cases {
		of(o.Switch.KeysOf(&p.Objects[c.Object]), root.cases[c.Value])
	}
}

// fieldOf makes a field of a key.
func fieldOf[T any](field func(key int, to *T, set ...*bool), key int, set *bool) *T {
	to := new(T)
	field(key, to, set)
	return to
}

// check holds that a text of which the machine is sure is valid, and what it holds.
func (r *reader) check(text string, sure bool) {
	valid := r.schema.Program.ValidText([]byte(text))
	require.False(r, sure && !valid, "the machine is sure of a text that is not valid: %q", text)
	require.False(r, r.fresh.Valid([]byte(text)) && !valid, "a fresh machine is sure of a text that is not valid: %q", text)
	require.False(r, r.schema.Plan().Valid([]byte(text)) && !valid, "a machine of the pool is sure of a text that is not valid: %q", text)
	if valid {
		r.valid++
	}
	if sure {
		r.sure++
		r.compare(text)
	}
}

// compare compares what the machine knows of the last text, of which it was sure, with what encoding/json makes of it.
func (r *reader) compare(text string) {
	record, done := r.machine.Record(), r.machine.Done()
	k := record.Case()
	if len(r.keys) == 0 {
		return
	}
	if p := r.schema.Plan(); p.Objects[p.Locations[p.Root].Object].Switch == nil {
		k = 0
	} else if k < 0 {
		return
	}
	var want, others map[string]json.RawMessage
	require.NoError(r, json.Unmarshal([]byte(text), &want))
	require.NoError(r, json.Unmarshal([]byte(text), &others))
	for i, key := range r.keys[k] {
		_, has := want[key.Name]
		require.Equal(r, has, record.Has(i), "whether the record has %q of %q", key.Name, text)
		delete(others, key.Name)
	}
	for _, extra := range record.Extras(nil) {
		name := string(record.Text(extra.Name))
		require.Equal(r, string(others[name]), string(record.Text(extra.Value)), "the extra member %q of %q", name, text)
		delete(others, name)
	}
	require.Empty(r, others, "extra members of %q", text)

	f := r.values.fields[k]
	switch {
	case done != nil:
		require.Same(r, f, done, "the fields of %q", text)
		require.True(r, r.machine.Stored() && r.machine.Fits(), "all is done of %q", text)
	case !r.machine.Stored():
		if !r.machine.Store(f) {
			return
		}
	case !r.aimed[k]:
		return // values have gone to the fields of another case
	}
	if !r.machine.Fits() {
		return
	}
	for i, key := range r.values.keys[k] {
		// For encoding/json, 1.0 is no int64.
		if _, is := r.values.of[k][i].(*int64); is && bytes.ContainsAny(want[key.Name], ".eE") {
			n, err := strconv.ParseFloat(string(want[key.Name]), 64)
			require.NoError(r, err)
			want[key.Name] = strconv.AppendInt(nil, int64(n), 10)
		}
	}
	r.values.check(r.T, k, []byte(text), want)
	r.decoded++
}

// writer makes a schema, and lines for it.
type writer struct {
	*rand.Rand
	comma, colon, open, end string   // how the line at hand is written
	order                   int      // one of how many objects has its members in another order
	all                     []member // of the schema
	simple, kinds           []string // of values that it has: few, so that they come often
	faults                  []int    // that lines have
}

// kind is what a schema asks of a value, and how texts of it are written.
type kind struct {
	schema string
	text   func() string
	into   any                        // a value of the type that it is decoded into; nil if it is not
	cases  map[string]map[string]kind // of an object: its members by name, for each value of its tag; it is "" if there is no tag
}

// member is a property of an object.
type member struct {
	name     string
	required bool
	kind
}

func (w *writer) pick(list ...string) string { return list[w.IntN(len(list))] }

// several returns up to n different ones of a list, in any order.
func (w *writer) several(n int, list ...string) []string {
	w.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}

// separated returns texts with commas between them, in brackets or braces.
func (w *writer) separated(brackets string, texts []string) string {
	return brackets[:1] + w.open + strings.Join(texts, w.comma) + w.end + brackets[1:]
}

// list returns up to n texts as an array.
func (w *writer) list(n int, text func() string) string {
	var texts []string
	for range w.IntN(n + 1) {
		texts = append(texts, text())
	}
	return w.separated("[]", texts)
}

func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// members returns n properties of names that machines compare in different ways: by words of eight bytes, or as a whole.
func (w *writer) members(n, depth int) (all []member) {
	for _, name := range w.several(n, "", "a", "b", "x", "y", "id", "seven77", "eight888", "nine99999", "step_id", "step_name", "fifteen_chars_a", "sixteen_chars_ab", "sixteen_chars_ac",
		"same_prefix_1", "same_prefix_2", "same_prefix_123456789", "twentythree_characters1", "twentyfour_characters_12", "twentyfour_characters_13",
		"é", "ünïcödé_näme", `q"q`, `b\s`, strings.Repeat("l", 40), strings.Repeat("l", 62), strings.Repeat("l", 63), strings.Repeat("l", 64), strings.Repeat("l", 70)) {
		all = append(all, member{name, w.IntN(3) == 0, w.kind(depth)})
	}
	w.all = append(w.all, all...)
	return all
}

// kind returns any kind of value.
func (w *writer) kind(depth int) kind {
	name := w.pick(w.kinds...)
	if depth == 0 {
		name = w.pick(w.simple...)
	}
	switch name {
	case "string":
		return kind{w.pick(`{"type":"string"}`, `{"type":"string"}`, `{"type":["string","null"]}`, `{"type":"string","minLength":2,"maxLength":70}`), w.string, "", nil}
	case "enum":
		values := w.several(1+w.IntN(12), "", "a", "ok", "failed", "12345678", "12345678a", `12345678"b`, `12345678\c`, "12345678é", `a"b`, `d\`, "t\tb", "seventeen_chars_x", "seventeen_chars_y",
			"twentythree_characters_", "a_value_of_more_than_24_bytes_1", "a_value_of_more_than_24_bytes_2")
		schema, _ := json.Marshal(values)
		return kind{`{"enum":` + string(schema) + `}`, func() string { return quoted(w.pick(values...)) }, "", nil}
	case "pattern":
		pattern := w.pick(`^run_[0-9a-f]{4}$`, `^[a-z]+$`, `^[0-9a-f]{64}$`, `^[a-z_]{1,80}$`)
		text := func() string {
			return quoted(w.pick("run_0a1b", "run_ffff", "abc", "z", strings.Repeat("b", 23), strings.Repeat("b", 24), strings.Repeat("0a", 32), strings.Repeat("ab", 32)))
		}
		return kind{`{"type":"string","pattern":"` + pattern + `"}`, text, "", nil}
	case "time":
		text := func() string {
			return fmt.Sprintf(`"2026-11-%02dT0%d:36:%02d.%06d%s"`, 1+w.IntN(30), w.IntN(2), w.IntN(60), w.IntN(1e6), w.pick("+00:00", "Z", "-01:30"))
		}
		return kind{`{"type":"string","format":"date-time"}`, text, "", nil}
	case "number":
		return kind{w.pick(`{"type":"number"}`, `{"type":"number","minimum":0}`), w.number, 0.0, nil}
	case "integer":
		k := kind{w.pick(`{"type":"integer"}`, `{"type":"integer","minimum":0}`), w.number, 0.0, nil}
		if w.IntN(2) == 0 {
			k.into = int64(0)
		}
		return k
	case "boolean":
		return kind{`{"type":"boolean"}`, func() string { return w.pick("true", "false") }, false, nil}
	case "strings":
		return kind{`{"type":"array","items":{"type":"string"}}`, func() string { return w.list(4, w.string) }, []string{}, nil}
	case "items":
		schema := `{"type":"array",` + w.pick(`"items":{"type":"integer"}`, `"items":{"type":["integer","string"]}`, `"items":{"type":"integer"},"uniqueItems":true`, `"items":{"type":"integer"},"maxItems":3`) + `}`
		return kind{schema, func() string { return w.list(4, func() string { return w.pick("1", "2", "3", "-5", "10", `"a"`) }) }, source(""), nil}
	case "map":
		names := w.several(1+w.IntN(4), "", "a", "name", "12345678", "123456789", "é", "a_long_name_of_a_member")
		return kind{`{"type":"object","additionalProperties":{"type":"string"}}`, func() string { return w.named(names) }, map[string]string{}, nil}
	case "object":
		return w.object(w.members(w.IntN(7), depth-1))
	case "tagged":
		return w.tagged(depth - 1)
	case "objects":
		o := w.object(w.members(w.IntN(7), depth-1))
		return kind{`{"type":"array","items":` + o.schema + `}`, func() string { return w.list(3, o.text) }, source(""), nil}
	}
	return kind{"true", func() string { return w.pick("null", "1", `{"a":[1,{"b":null}]}`, "[]", `{"x":1,"y":2}`, w.string()) }, nil, nil}
}

// named writes an object of strings, often with the same names as the last.
func (w *writer) named(names []string) string {
	n := min(2, len(names))
	switch w.IntN(8) {
	case 0:
		n = w.IntN(len(names) + 1)
	case 1:
		names = w.several(len(names), names...)
	}
	var texts []string
	for _, name := range names[:n] {
		texts = append(texts, quoted(name)+w.colon+w.string())
	}
	return w.separated("{}", texts)
}

func (w *writer) string() string {
	switch w.IntN(10) {
	case 0:
		return `"` + w.pick(`\n`, `\u0041`, `a\"b`, `\\`, `\ud83d\ude00`, `\/`, "é", "日本", `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\t`) + `"`
	case 1:
		return quoted(w.pick("", "{", "}", ",", ":", "}}", `"}`))
	case 2:
		return quoted(strings.Repeat("x", w.IntN(100)))
	}
	return quoted(w.pick("a", "a", "b", "value", "12345678", "a string of thirty-four bytes: abc", "a string of thirty-four bytes: xyz", strings.Repeat("s", 23), strings.Repeat("s", 24), strings.Repeat("t", 64)))
}

func (w *writer) number() string {
	switch w.IntN(6) {
	case 0:
		return strconv.FormatInt(int64(w.Uint64())>>w.IntN(64), 10)
	case 1:
		return strconv.FormatUint(w.Uint64()>>w.IntN(44), 10)[1:] // it may begin with zeros
	case 2:
		return fmt.Sprintf("%d.%d", w.Uint64()>>(20+w.IntN(44)), w.Uint64()>>w.IntN(64))
	case 3:
		return w.pick("0", "-0", "-0.0", "1.0", "1e5", "1E-5", "12345678", "0.1234567890123456", "9007199254740993", "99999999.99999999", "9223372036854775808", "1e400")
	}
	return strconv.Itoa(w.IntN(100))
}

// object returns the kind of objects of some members, and of others or not.
func (w *writer) object(members []member) kind {
	var properties, required []string
	kinds := map[string]kind{}
	for _, m := range members {
		properties, kinds[m.name] = append(properties, quoted(m.name)+":"+m.schema), m.kind
		if m.required {
			required = append(required, quoted(m.name))
		}
	}
	others := w.pick("", "", "", "", `,"additionalProperties":false`, `,"additionalProperties":{"type":"string"}`)
	schema := `{"type":"object","properties":{` + strings.Join(properties, ",") + `},"required":[` + strings.Join(required, ",") + `]` + others + `}`
	return kind{schema, func() string { return w.objectOf(members) }, source(""), map[string]map[string]kind{"": kinds}}
}

// objectOf writes an object.
func (w *writer) objectOf(members []member) string {
	var texts []string
	absent := w.IntN(4)
	for _, m := range members {
		if !m.required && w.IntN(4) < absent {
			continue
		}
		text := m.text()
		if w.IntN(60) == 0 {
			text = w.pick("null", "true", "{}", "[]", "1", `""`, `{"a":1}`, `[1]`)
		}
		texts = append(texts, quoted(m.name)+w.colon+text)
	}
	if len(w.all) > 0 && w.IntN(8) == 0 { // a member that others have, or that nobody knows
		name, like := w.all[len(w.all)-1-w.IntN(min(len(w.all), 16))].name, w.all[w.IntN(len(w.all))]
		other := quoted(w.pick(name, name, like.name, "other", "a name of more than 24 bytes")) + w.colon + like.text()
		texts = slices.Insert(texts, w.IntN(len(texts)+1), other)
	}
	if w.IntN(w.order) == 0 {
		texts = w.several(len(texts), texts...)
	}
	return w.separated("{}", texts)
}

// tagged returns the kind of objects whose members depend on a tag. Most have the first members in common, the head.
func (w *writer) tagged(depth int) kind {
	tag := w.pick("k", "kind", "type_of_it")
	head := w.members(w.IntN(4), depth)
	for i := range head {
		if head[i].required = w.IntN(8) > 0; w.IntN(2) > 0 {
			head[i].kind = kind{`{"type":"string"}`, w.string, "", nil}
		}
	}
	var schemas []string
	var cases []kind
	all := kind{into: source(""), cases: map[string]map[string]kind{}}
	shuffled := w.IntN(6) == 0
	for _, value := range w.several(1+w.IntN(5), "a", "b", "run_start", "run_end", "12345678x", "12345678y", "twentyfour_characters_ab", "twentyfour_characters_ac", "a_value_of_thirty_characters_1",
		"a_value_of_more_than_thirty_two_characters", `q"`, "é") {
		constant := kind{`{"const":` + quoted(value) + `}`, func() string { return quoted(value) }, "", nil}
		members := append(slices.Clone(head), member{tag, true, constant})
		for _, m := range w.members(w.IntN(7), depth) {
			if !slices.ContainsFunc(head, func(h member) bool { return h.name == m.name }) {
				members = append(members, m)
			}
		}
		if shuffled {
			w.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		}
		o := w.object(members)
		schemas, cases, all.cases[value] = append(schemas, o.schema), append(cases, o), o.cases[""]
	}
	all.schema = `{"type":"object","required":["` + tag + `"],"oneOf":[` + strings.Join(schemas, ",") + `]}`
	all.text = func() string { return cases[w.IntN(len(cases))].text() }
	return all
}

// line writes a line, in one of the styles that encoders have or in another.
func (w *writer) line(root kind) string {
	w.comma, w.colon, w.open, w.end = ", ", ": ", "", ""
	switch w.IntN(6) {
	case 0, 1:
		w.comma, w.colon = ",", ":"
	case 2:
		w.comma, w.colon, w.open, w.end = w.pick(",", ", ", " , ", ",\t"), w.pick(":", ": ", " : "), w.pick("", " ", "\r"), w.pick("", " ")
	}
	return w.pick("", "", "", "", "", " ") + root.text() + w.pick("", "", "", "", "", " ")
}

// faults is how many kinds of faults there are.
const faults = 8

// mutate returns a line with a fault, or written in another way.
func (w *writer) mutate(line string) string {
	i := w.IntN(len(line) + 1)
	behind := func(characters string) { i += strings.IndexAny(line[i:], characters) + 1 }
	length := min(len(line)-i, 1+w.IntN(30))
	switch w.faults[w.IntN(len(w.faults))] {
	case 0:
		return line[:i]
	case 1: // a span is lost
		return line[:i] + line[i+length:]
	case 2: // or comes twice
		return line[:i+length] + line[i:]
	case 3:
		return line[:i] + w.pick(`"`, "{", "}", "[", "]", ",", ":", " ", `\`, "é", "\xff", "0", "a", "\x01", "e", ".", "-") + line[i:]
	case 4: // other punctuation, or none
		if behind(`{}[]":,`); i > 0 {
			return line[:i-1] + w.pick("", "{", "}", "[", "]", ":", ",", `"`) + line[i:]
		}
	case 5: // NUL is in no text, but some words of eight bytes that stand for nothing are zero
		if behind("{"); i > 0 && w.IntN(2) == 0 {
			i-- // at the brace
		} else {
			behind(":")
			behind(`"`)
		}
		size := min(len(line)-i, 8+w.IntN(2)*w.IntN(30))
		return line[:i] + strings.Repeat("\x00", size) + line[i+size:]
	case 6: // an escape
		if behind(`"`); i < len(line) && 'a' <= line[i] && line[i] <= 'z' {
			return fmt.Sprintf(`%s\u%04x%s`, line[:i], line[i], line[i+1:])
		}
	case 7: // a text of its own may be of many lines
		if behind("{"); w.IntN(2) == 0 {
			return line[:i] + "\n" + line[i:]
		}
		if behind(" "); i > 0 && line[i-1] == ' ' {
			return line[:i-1] + "\n" + line[i:]
		}
	}
	return line
}
