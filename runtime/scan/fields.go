package scan

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Fields says where the values of a record's keys go: into fields of a struct, by the numbers of the keys in the plan. A Machine that has them stores values while
// it reads a text; see [Machine.Into]. The zero Fields has none.
//
// What a text does not have is made zero; set, where it is given, says whether a key was there.
type Fields struct {
	Index int  // for the caller
	More  bool // for the caller: it has something to do itself after each text

	has  uint64 // keys that have a field
	late uint64 // those of which most values are stored only when the text is known to be valid
	set  bool   // what is set for keys of which nobody asks whether they are there
	at   [64]field
}

// noFields is for objects whose values go nowhere. It is never written.
var noFields = Fields{More: true}

// nowhere are its places.
var nowhere = placesOf(&noFields)

// field is where a value goes: only one of the pointers is set, but for set. It is small, so that those of all cases stay in the cache.
type field struct {
	text   *string
	number *float64
	set    *bool // becomes true if the key is there
	*rare        // nil unless one of its pointers is set
}

// rare is where values go that most keys do not have: only one of the pointers is set.
type rare struct {
	truth  *bool
	whole  *int64
	source *string // the text of the value
	list   *list
	dict   *dict
}

// list is a field for an array of strings.
type list struct {
	to    *[]string
	spare []string // memory to use again
}

// dict is a field for an object of strings.
type dict struct {
	to      *map[string]string
	spare   map[string]string // what the field held last
	entries []entry           // what was stored in it last, in order; with reuse that is what it holds
}

// entry is a member of an object of strings.
type entry struct {
	name    string
	written literal // with reuse: its content as it was written, with the quote behind it; never, if it is long
	length  int     // of that; 0 if it is never, which text that is no JSON may have
	front   literal // the same of what stands in front of the content, from the member before it on
	before  int

	names, contents []byte // with reuse: what is in the map
}

// Reset takes all fields away. Memory is kept.
func (f *Fields) Reset() {
	clear(f.at[:bits.Len64(f.has)])
	f.has, f.late = 0, 0
}

// key returns the field of a key.
func (f *Fields) key(key int, set []*bool) *field {
	f.has |= 1 << key
	if f.at[key].set = &f.set; len(set) > 0 {
		f.at[key].set = set[0]
	}
	return &f.at[key]
}

// String is the field of a key whose values are strings. If a string has no escapes it aliases the text that is read, but in pure builds: that must not
// change as long as the string is in use. A lone surrogate becomes U+FFFD.
func (f *Fields) String(key int, to *string, set ...*bool) { f.key(key, set).text = to }

// Float64 is the field of a key whose values are numbers: they become the nearest float64.
func (f *Fields) Float64(key int, to *float64, set ...*bool) { f.key(key, set).number = to }

// Bool is the field of a key whose values are true or false.
func (f *Fields) Bool(key int, to *bool, set ...*bool) { f.key(key, set).rare = &rare{truth: to} }

// Int64 is the field of a key whose values are whole numbers.
func (f *Fields) Int64(key int, to *int64, set ...*bool) {
	f.key(key, set).rare = &rare{whole: to}
	f.late |= 1 << key
}

// Source is the field of a key whose values are kept as they are written. It aliases the text that is read, but in pure builds.
func (f *Fields) Source(key int, to *string, set ...*bool) {
	f.key(key, set).rare = &rare{source: to}
	f.late |= 1 << key
}

// Strings is the field of a key whose values are arrays of strings. An empty array is not nil.
func (f *Fields) Strings(key int, to *[]string, set ...*bool) {
	f.key(key, set).rare = &rare{list: &list{to: to}}
	f.late |= 1 << key
}

// StringMap is the field of a key whose values are objects of strings. The map is used again for the next text; with
// [Machine.Reuse] nobody else may change it.
func (f *Fields) StringMap(key int, to *map[string]string, set ...*bool) {
	f.key(key, set).rare = &rare{dict: &dict{to: to}}
	f.late |= 1 << key
}

// Into makes the machine store the values of the objects at the root of texts: those of case k of the plan's Switch go to f. A plan without a switch has one case, 0. It
// is for plans that Records. The fields of any case may be written, also those of another case than the text turns out to be, and also if it is not sure in the end.
func (m *Machine) Into(k int, f *Fields) {
	m.into = true
	m.lead.turns[k].fields = f
	m.prepare()
}

// Reuse makes the machine use the memory that it has made for strings and slices again for the next text.
func (m *Machine) Reuse() { m.memory.reuse = true }

// Done returns the fields in which all values of the object stand that was read last; nil if there are none, if a value does not fit, if the object has
// members that are no keys, if white space stands behind it, or if More is set.
func (m *Machine) Done() *Fields {
	if m.state != 0 || m.to.More {
		return nil
	}
	return m.to
}

// Stored reports whether the values of the object that was read last have gone to fields of Into. Then a Record does not know where they are.
func (m *Machine) Stored() bool { return m.to != &noFields || m.state&lost != 0 }

// Store stores the values of the object that was read last, unless that is done. It returns false if a value does not fit its field.
func (m *Machine) Store(f *Fields) bool {
	if m.Stored() {
		return false
	}
	m.state &^= misfit
	m.pending = ^uint64(0)
	m.complete(f)
	return m.Fits()
}

// Fits reports whether all values of the text that was read last fit the fields of Into. If not, the fields hold anything.
func (m *Machine) Fits() bool { return m.state&misfit == 0 }

// complete makes the fields zero of keys that are absent, and stores what is not stored yet.
func (m *Machine) complete(f *Fields) {
	for keys := m.frame.missed & f.has; keys != 0; keys &= keys - 1 {
		f.at[trailing(keys)].clear()
	}
	for keys := m.pending & f.has &^ m.frame.missed; keys != 0; keys &= keys - 1 {
		k := trailing(keys)
		m.store(&f.at[k], m.slots[k])
	}
}

// none reports whether there is no field.
func (f *field) none() bool { return f.text == nil && f.number == nil && f.rare == nil }

// like reports whether two fields are of the same type.
func (f *field) like(o *field) bool {
	if f.rare == nil || o.rare == nil {
		return (f.text == nil) == (o.text == nil) && (f.number == nil) == (o.number == nil) && f.rare == o.rare
	}
	return (f.truth == nil) == (o.truth == nil) && (f.whole == nil) == (o.whole == nil) && (f.source == nil) == (o.source == nil) &&
		(f.list == nil) == (o.list == nil) && (f.dict == nil) == (o.dict == nil)
}

// copy copies a string, a number or a boolean from a field of the same type, which has been stored. It returns false for other types.
func (f *field) copy(o *field) bool {
	*f.set = true
	switch {
	case f.text != nil:
		*f.text = *o.text
	case f.number != nil:
		*f.number = *o.number
	case f.rare != nil && f.truth != nil:
		*f.truth = *o.truth
	default:
		return false
	}
	return true
}

// store stores one value.
func (m *Machine) store(f *field, s Slot) {
	t, start, end := m.t, int(s.Start), int(s.End)
	c := t.byte(start)
	fits := true
	*f.set = true
	switch {
	case f.text != nil:
		if fits = c == '"'; fits {
			*f.text = m.unquoted(start+1, end-1)
		}
	case f.number != nil:
		*f.number, fits = t.float(start, end)
	case f.rare == nil:
	case f.truth != nil:
		fits = c == 't' || c == 'f'
		*f.truth = c == 't'
	case f.whole != nil:
		*f.whole, fits = t.int(start, end)
	case f.source != nil:
		*f.source = m.cut(start, end)
	case f.list != nil:
		fits = c == '[' && m.strings(f.list, start) >= 0
	case f.dict != nil:
		names := m.names
		m.names = names[:m.frame.others.to] // a Record has them
		fits = m.mapInto(f.dict, start) >= 0
		m.names = names
	}
	if !fits {
		m.state |= misfit
	}
}

// clear makes a field that of a key that is absent.
func (f *field) clear() {
	*f.set = false
	switch {
	case f.text != nil:
		*f.text = ""
	case f.number != nil:
		*f.number = 0
	case f.rare == nil:
	case f.truth != nil:
		*f.truth = false
	case f.whole != nil:
		*f.whole = 0
	case f.source != nil:
		*f.source = ""
	case f.list != nil:
		*f.list.to = nil
	case f.dict != nil:
		*f.dict.to = nil
	}
}

// larger returns the strings of an array in more memory.
func (m *Machine) larger(all []string) []string {
	more := stringsBlock
	if m.memory.reuse { // only this array is in it
		more = stringsBlock / 16
	}
	return append(make([]string, 0, max(more, 2*len(all))), all...)
}

// stringsBlock is how many strings are allocated together.
const stringsBlock = 256

// mapInto reads an object at i that must hold strings only into a map, and returns where it ends; -1 if it is not sure. Usually its members have the names of those that the
// map holds, and are written as they were, but for contents.
func (m *Machine) mapInto(d *dict, begin int) (end int) {
	t, i := m.t, begin
	if !m.memory.reuse || len(d.entries) == 0 || len(d.spare) != len(d.entries) {
		return m.mapAnew(d, begin)
	}
	for k := range d.entries {
		e := &d.entries[k]
		if !e.front.at(t, i) {
			return m.mapAnew(d, begin)
		}
		if i += e.before; e.written.at(t, i) {
			i += e.length
			continue
		}
		end := t.plain(i)
		if t.byte(end) != '"' {
			return m.mapAnew(d, begin)
		}
		e.write(t, i, end)
		d.spare[e.name] = kept(&e.contents, m.cut(i, end))
		i = end + 1
	}
	if t.byte(i) != '}' {
		return m.mapAnew(d, begin)
	}
	*d.to = d.spare
	return i + 1
}

// mapAnew is mapInto for any object.
func (m *Machine) mapAnew(d *dict, i int) (end int) {
	if m.t.byte(i) != '{' {
		return -1
	}
	end = m.stringMap(d, i)
	*d.to = d.spare
	return end
}

// write notes that the content is written from i to end.
func (e *entry) write(t text, i, end int) {
	if e.written, e.length = never, 0; end < i+literalLength {
		e.length = end + 1 - i
		e.written = t.literal(i, e.length)
	}
}

// follow notes what is written from i to value, in front of the content.
func (e *entry) follow(t text, i, value int) {
	if e.front, e.before = never, 0; value <= i+literalLength && bytes.IndexByte(t.span(i, value), '\n') < 0 { // which in a block would be the end of a line
		e.before = value - i
		e.front = t.literal(i, e.before)
	}
}

// store makes the members of an object at i those of the map. Often they are already, or have the same names.
func (d *dict) store(m *Machine, i int, members []span) {
	if d == nil {
		return
	}
	if d.spare == nil {
		d.spare = make(map[string]string)
	}
	named, same := d.has(m, members)
	if !named {
		clear(d.spare)
		d.entries = slices.Grow(d.entries[:0], len(members))[:len(members)]
		for k := range members {
			e := &d.entries[k]
			if e.name = m.cut(int(members[k].start), int(members[k].end)); m.memory.reuse {
				e.name = kept(&e.names, e.name)
			}
		}
	}
	for k := range members {
		e, start, end := &d.entries[k], int(members[k].value), int(members[k].stop)
		if !same {
			content := m.unquoted(start, end)
			if m.memory.reuse {
				content = kept(&e.contents, content)
			}
			d.spare[e.name] = content
		}
		if m.memory.reuse {
			e.follow(m.t, i, start)
			e.write(m.t, start, end)
		}
		i = end + 1
	}
}

// has reports whether the members of an object, whose names are all different, have the names of those that were stored last, and whether they are the same.
func (d *dict) has(m *Machine, members []span) (named, same bool) {
	if len(d.entries) != len(members) || len(d.spare) != len(members) {
		return false, false
	}
	same = true
	for i := range members {
		name := d.entries[i].name
		held, has := d.spare[name]
		if !has || m.cut(int(members[i].start), int(members[i].end)) != name {
			return false, false
		}
		same = same && held == m.unquoted(int(members[i].value), int(members[i].stop))
	}
	return true, same
}

// memory is for values that do not stand in the text as they are.
type memory struct {
	reuse   bool     // what was handed out for a text may be overwritten by the next
	bytes   []byte   // strings without their escapes
	strings []string // arrays of strings
}

// begin begins a text.
func (b *memory) begin() {
	if b.reuse {
		b.bytes = b.bytes[:0]
	}
}

// unquoted returns the value of a string, whose content is from i to end.
func (m *Machine) unquoted(i, end int) string {
	t := m.t
	at := bytes.IndexByte(t.span(i, end), '\\')
	if at < 0 {
		return m.cut(i, end)
	}
	b := m.memory.room(end - i)
	base := len(b)
	for {
		b = append(b, t.span(i, i+at)...)
		i += at
		switch c := t.byte(i + 1); c {
		case 'u':
			r := t.hex(i + 2)
			i += 6
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if i+6 <= end && t.byte(i) == '\\' && t.byte(i+1) == 'u' {
					pair = utf16.DecodeRune(r, t.hex(i+2))
				}
				if r = pair; r != utf8.RuneError {
					i += 6
				}
			}
			b = utf8.AppendRune(b, r)
		default:
			if k := strings.IndexByte("bfnrt", c); k >= 0 {
				c = "\b\f\n\r\t"[k]
			}
			b = append(b, c)
			i += 2
		}
		if at = bytes.IndexByte(t.span(i, end), '\\'); at < 0 {
			b = append(b, t.span(i, end)...)
			m.memory.bytes = b
			return stringOf(b[base:])
		}
	}
}

// bytesBlock is how much memory for strings is allocated together.
const bytesBlock = 16 << 10

// room returns bytes with room for n more. No escape is shorter than the UTF-8 of what it stands for.
func (b *memory) room(n int) []byte {
	if cap(b.bytes)-len(b.bytes) < n {
		b.bytes = make([]byte, 0, max(bytesBlock, n)) // what the old ones hold is in use
	}
	return b.bytes
}

// hex reads four hexadecimal digits.
func (t text) hex(i int) (r rune) {
	for _, c := range t.span(i, i+4) {
		if c >= 'A' {
			c = c | 0x20 - 'a' + 10 + '0'
		}
		r = r<<4 | rune(c-'0')
	}
	return r
}
