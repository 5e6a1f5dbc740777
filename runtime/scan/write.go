package scan

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/value"
)

// Writers append the records of a plan as JSON: the objects that its Switch tells apart. They are immutable and safe for concurrent use.
//
// There are two of them for a plan. Those that judge look at each value as they append it, and return nil as soon as one is not sure to be allowed: the
// methods of a Writer take nil for a record that has been given up, and return it. So the law of this package holds for them too: what they append, the
// interpreter allows. The others append anything, for the interpreter to judge.
type Writers struct {
	judge bool
	all   []*Writer          // by the index of the name
	named map[string]*Writer // by name
}

// Writer appends objects of one case, member by member: what is said for one by the number of its key in Object.Keys. Behind every member
// it leaves a comma, the last of which Close makes the closing brace. It writes nothing into the capacity behind what it returns.
type Writer struct {
	judge    bool
	unsure   bool // nothing is sure of these objects
	open     bool // they may have members that are no keys, whatever they are
	plan     *Plan
	keys     []Key
	required uint64
	members  []member
	name     string  // the member that says which case it is
	minute   *minute // of all writers
	size     int     // how many bytes an object is likely to have
}

// member says how the member of a key is appended and judged.
type member struct {
	of        *Writer
	key       int
	name      string // `"step_id":`
	quoted    string // `"step_id":"`
	at        *location
	check     stringCheck
	null      bool
	no        bool
	yes       bool
	strings   bool            // an array of any strings is allowed
	stringMap bool            // an object of any strings is allowed
	plain     bool            // numberRule.plain
	whole     bool            // numberRule.whole
	below     uint64          // the bits of the least number that Float64 does not write at once
	under     uint64          // the least number that Int64 does not
	words     [4]uint64       // name: those at its beginning, and those that end with it
	span      int             // how many bytes of head are stored; no value is as long if that cannot be done
	head      [4]uint64       // quoted
	tail      uint64          // the end of quoted
	values    map[string]bool // of checkValues: which strings are allowed

	// Of checkRun: a string begins with so many bytes, and all behind them is a run.
	begin, mask uint64
	skip        int
	ranges      [2]byteRange // the set of the run
	min, max    int          // the limits of its length
}

// stringCheck says how strings are judged.
type stringCheck uint8

const (
	checkAny    stringCheck = iota // any string is allowed
	checkTime                      // every date-time is, see String.Time
	checkRun                       // those are that have a run of characters behind a given beginning
	checkValues                    // those of a list are
	checkText                      // the machine judges the text
)

// NewWriters returns the writers of a plan with a Switch: those that judge, and those that do not. names are the records, whose index Open takes.
func NewWriters(p *Plan, names []string) (judging, plain *Writers) {
	p.once.Do(p.derive)
	sw := p.Objects[p.Locations[p.Root].Object].Switch
	judging, plain = &Writers{judge: true, named: map[string]*Writer{}}, &Writers{named: map[string]*Writer{}}
	last := newMinute()
	for _, name := range names {
		i := slices.IndexFunc(sw.Cases, func(c Case) bool { return c.Value == name })
		for _, of := range []*Writers{judging, plain} {
			w := newWriter(p, sw, sw.Cases[i], of.judge)
			w.minute = last
			of.all, of.named[name] = append(of.all, w), w
		}
	}
	return judging, plain
}

func newWriter(p *Plan, sw *Switch, c Case, judge bool) *Writer {
	d := p.derived
	o := &d.objects[c.Object]
	w := &Writer{judge: judge, plan: p, keys: sw.KeysOf(&p.Objects[c.Object]), required: o.need}
	// An object that is not fast has assertions beyond those of its members.
	w.unsure = judge && (!o.fast || d.locations[p.Root].all != 1)
	w.open = !judge || len(o.rest) == 0 && len(o.patterns) == 0 && o.names == nil
	w.name = quoteText(sw.Property) + ":" + quoteText(c.Value) + ","

	w.size = 32
	for i, k := range w.keys {
		m := member{of: w, key: i, at: o.keys[i].at, null: true, no: true, yes: true, plain: true, whole: true}
		m.strings, m.stringMap = judge && m.at == nil, judge && m.at == nil
		m.name, m.quoted = quoteText(k.Name)+":", quoteText(k.Name)+`:"`
		if judge && m.at != nil {
			m.judged(p, k.At)
		}
		m.lay()
		w.members = append(w.members, m)
		w.size += len(m.name) + 24
	}
	return w
}

// lay lays out what is stored in front of values.
func (m *member) lay() {
	m.span = math.MaxInt
	if n := len(m.quoted); n <= 32 {
		m.span = 16
		if n > 16 {
			m.span = 32
		}
		padded := m.quoted + strings.Repeat(" ", 32-n)
		for i := range m.head {
			m.head[i] = binary.LittleEndian.Uint64([]byte(padded[8*i:]))
		}
		if n >= 8 {
			m.tail = binary.LittleEndian.Uint64([]byte(m.quoted[n-8:]))
		}
	}
	n := len(m.name)
	if n < 8 || n > 32 {
		return
	}
	for i, at := range []int{0, min(8, n-8), max(0, n-16), n - 8} {
		m.words[i] = binary.LittleEndian.Uint64([]byte(m.name[at:]))
	}
	if m.plain {
		m.below = math.Float64bits(quickLimit)
	}
	if m.whole {
		m.under = quickLimit
	}
}

// judged notes what is asked of the values of a member.
func (m *member) judged(p *Plan, at Loc) {
	l := m.at
	m.null, m.no, m.yes = l.null == l.all, l.no == l.all, l.yes == l.all
	n := l.number
	m.plain, m.whole = n.is == isAny || n.is == isRule && n.plain, n.is == isAny || n.is == isRule && n.whole
	m.strings, m.stringMap = l.array.is == isAny || l.array.strings, l.object.is == isAny || l.object.strings
	m.check = checkText
	s := l.string
	switch {
	case s.is == isAny:
		m.check = checkAny
	case s.is != isRule:
	case s.time:
		m.check = checkTime
	case s.fail != 0: // of all strings but those that schemas name
		m.check, m.values = checkValues, map[string]bool{}
		for _, v := range p.Strings[p.Locations[at].String].Values {
			m.values[v.Text] = v.Holds == l.all && escaped(v.Text) == v.Text
		}
	case len(s.values.places) == 0 && s.lookup == nil && len(s.terms) == 0 && m.isSequence(s.checks):
		m.check = checkRun
	}
}

// isSequence reports whether checks ask for a few characters and one run behind them, and notes it.
func (m *member) isSequence(checks []check) bool {
	if len(checks) != 1 || checks[0].what != Sequence {
		return false
	}
	runs := checks[0].runs
	for m.skip < 8 && len(runs) > 1 && runs[0].single != 0 {
		m.begin |= uint64(runs[0].single) << (8 * m.skip)
		m.mask |= 0xff << (8 * m.skip)
		runs = runs[1:]
		m.skip++
	}
	if len(runs) != 1 || runs[0].first[2] != (byteRange{}) {
		return false
	}
	r := &runs[0]
	m.min, m.max = m.skip+r.min, m.skip+r.max
	m.ranges[0], m.ranges[1] = r.first[0], r.first[1]
	// Nothing may need an escape: no control character, quote or backslash.
	for _, c := range `"\` {
		if r.has[c>>6]>>(c&63)&1 != 0 {
			return false
		}
	}
	return r.has[0]<<32 == 0 && special(m.begin|spaces&^m.mask) == 0
}

func quoteText(s string) string { return string(value.AppendString(nil, s)) }

// Open begins an object of the name with an index.
func (of *Writers) Open(b []byte, name int) (*Writer, []byte) {
	w := of.all[name]
	return w, w.begin(b)
}

// OpenNamed begins an object of a name.
func (of *Writers) OpenNamed(b []byte, name string) (*Writer, []byte) {
	w := of.named[name]
	if w == nil {
		w = of.all[0]
		if of.judge {
			return w, nil
		}
	}
	return w, w.begin(b)
}

// Unknown appends the text of a record whose name is none of the schema's. No such is sure.
func (of *Writers) Unknown(b []byte, text value.Raw) []byte {
	if of.judge {
		return nil
	}
	return value.AppendRaw(b, text)
}

func (w *Writer) begin(b []byte) []byte {
	if w.unsure {
		return nil
	}
	if len(b) == cap(b) {
		b = slices.Grow(b, w.size)
	}
	return append(b, '{')
}

// Close appends the members that are no keys, and the closing brace.
func (w *Writer) Close(b []byte, extra value.Members) []byte {
	if len(extra) > 0 {
		b = w.extra(b, extra)
	}
	last := len(b) - 1
	switch {
	case last < 0 || w.judge && last > maxText:
		return nil
	case b[last] == ',':
		b[last] = '}'
		return b
	}
	return append(b, '}')
}

// manyExtras is how many members that are no keys are compared with one another; of more than that nothing is sure.
const manyExtras = 16

func (w *Writer) extra(b []byte, extra value.Members) []byte {
	if b == nil || !w.open || w.judge && len(extra) > manyExtras {
		return nil
	}
	for i, e := range extra {
		if w.judge && !w.fresh(e.Name, extra[:i]) {
			return nil
		}
		b = append(value.AppendString(b, e.Name), ':')
		if b = w.raw(b, nil, e.Value); b == nil {
			return nil
		}
	}
	return b
}

// fresh reports whether a name is valid, and none that came before.
func (w *Writer) fresh(name string, before value.Members) bool {
	return utf8.ValidString(name) &&
		!slices.ContainsFunc(w.keys, func(k Key) bool { return k.Name == name }) &&
		!slices.ContainsFunc(before, func(m value.Member) bool { return m.Name == name })
}

// raw appends a text that is to be the value of a member, and a comma.
func (w *Writer) raw(b []byte, at *location, v value.Raw) []byte {
	start := len(b)
	if !w.judge || strings.ContainsAny(string(v), "\n\r") {
		b = value.AppendRaw(b, v)
	} else {
		b = append(b, v...)
	}
	return w.ended(b, at, start)
}

// ended appends the comma behind a value that begins at start, if its text is as at says.
func (w *Writer) ended(b []byte, at *location, start int) []byte {
	if w.judge && !w.plan.fits(at, b[start:]) {
		return nil
	}
	return append(b, ',')
}

// fits reports whether a text is one value, with white space around it or not, for which all roots of a location hold. A nil location takes any value.
func (p *Plan) fits(at *location, text []byte) bool {
	if len(text) > maxText {
		return false
	}
	m := p.machine()
	m.scratch = Pad(m.scratch[:0], text)
	m.t, m.end = textOf(m.scratch), len(text)
	i := m.space(0)
	if at == nil {
		i = m.skip(i)
	} else {
		i = m.must(at, i)
	}
	if i >= 0 {
		i = m.space(i)
	}
	m.depth, m.names, m.sums = maxDepth, m.names[:0], m.sums[:0]
	p.pool.Put(m)
	return i == len(text)
}

// String appends a member that is a string. It calls nothing on its way, so that all it needs is in registers.
func (w *Writer) String(b []byte, key int, v string) []byte {
	m := &w.members[key]
	begin, size := len(b), len(v)
	end := begin + len(m.quoted) + size + 2
	if size < 8 || end > cap(b) || end-begin < m.span {
		return m.short(b, v)
	}
	if m.check != checkAny {
		if m.check == checkRun {
			return m.runs(b, v)
		}
		return m.checked(b, v)
	}
	if size > 24 {
		return m.long(b, v)
	}
	// Three words, which may overlap, are looked at together and copied: no branch depends on how long the string is.
	t, c := textOf(b[:end]), charsOf(v)
	second := min(8, size-8)
	x, y, z := c.word(0), c.word(second), c.word(size-8)
	if special(x)|special(y)|special(z) != 0 {
		return m.string(b, v)
	}
	m.putHead(t, begin)
	begin = end - 2 - size
	t.put(begin, x)
	t.put(begin+second, y)
	t.put(end-10, z)
	t.putPair(end-2, '"'|','<<8)
	return b[:end]
}

// long is String for a string of more than 24 bytes. It has room for it.
func (m *member) long(b []byte, v string) []byte {
	begin, size := len(b), len(v)
	end := begin + len(m.quoted) + size + 2
	t, c := textOf(b[:end]), charsOf(v)
	m.putHead(t, begin)
	last := c.word(size - 8)
	t.put(end-10, last)
	t.putPair(end-2, '"'|','<<8)
	marks := special(last)
	begin = end - 2 - size
	for i := 0; i < size-8; i += 8 {
		x := c.word(i)
		marks |= special(x)
		t.put(begin+i, x)
	}
	if marks != 0 {
		return m.string(b, v)
	}
	return b[:end]
}

// putHead stores the name, its colon and the quote of a string. What it stores behind it is overwritten by the value.
func (m *member) putHead(t text, i int) {
	t.put(i, m.head[0])
	t.put(i+8, m.head[1])
	if m.span > 16 {
		t.put(i+16, m.head[2])
		t.put(i+24, m.head[3])
	}
}

// checked is String for strings of which not all are allowed. It has room for them.
func (m *member) checked(b []byte, v string) []byte {
	if m.check == checkValues && m.values[v] {
		return m.put(b, v)
	}
	return m.string(b, v)
}

// put appends a member whose value is allowed, and has nothing to escape.
func (m *member) put(b []byte, v string) []byte {
	b = append(append(b, m.quoted...), v...)
	return append(b, '"', ',')
}

// runs is String for checkRun. It has room for the string.
func (m *member) runs(b []byte, v string) []byte {
	begin, size := len(b), len(v)
	if uint(size-m.min) > uint(m.max-m.min) {
		return m.string(b, v)
	}
	end := begin + len(m.quoted) + size + 2
	t, c := textOf(b[:end]), charsOf(v)
	m.putHead(t, begin)
	x, last := c.word(0), c.word(size-8)
	begin = end - 2 - size
	t.put(begin, x)
	t.put(end-10, last)
	t.putPair(end-2, '"'|','<<8)
	bad := m.outside(last)
	if front := m.skip + 8 - size; front > 0 { // bytes in front of the run do not count
		bad = bad >> (8 * front & 63)
	}
	bad |= (x ^ m.begin) & m.mask
	for i := m.skip; i < size-8; i += 8 {
		x := c.word(i)
		bad |= m.outside(x)
		t.put(begin+i, x)
	}
	if bad != 0 {
		return m.string(b, v)
	}
	return b[:end]
}

// outside marks the bytes of w that are not in the set of the run.
func (m *member) outside(w uint64) uint64 {
	x := w &^ highs
	return (^((x+m.ranges[0].from)&^(x+m.ranges[0].beyond) | (x+m.ranges[1].from)&^(x+m.ranges[1].beyond)) | w) & highs
}

// short is String for a string of less than eight bytes, or one for which there is too little room.
func (m *member) short(b []byte, v string) []byte {
	begin, size := len(b), len(v)
	end := begin + len(m.quoted) + size + 2
	if size > 6 || m.check != checkAny || end > cap(b) || end-begin < m.span || len(m.quoted) < 8 {
		return m.seldom(b, v)
	}
	t, x := textOf(b[:end]), charsOf(v).few(size)
	if special(x|spaces<<(8*size)) != 0 {
		return m.string(b, v)
	}
	m.putHead(t, begin)
	// One word ends with the value, its quote and the comma.
	size += 2
	t.put(end-8, m.tail>>8>>(8*size-8)|x<<(64-8*size)|'"'<<48|','<<56)
	return b[:end]
}

// seldom is String for all else.
func (m *member) seldom(b []byte, v string) []byte {
	if b == nil {
		return nil
	}
	if need := len(m.quoted) + len(v) + 2; need > cap(b)-len(b) {
		return m.of.String(slices.Grow(b, need), m.key, v)
	}
	if len(v) < 8 && special(charsOf(v).few(len(v))|spaces<<(8*len(v))) == 0 && (m.check == checkAny || m.values[v]) {
		return m.put(b, v)
	}
	return m.string(b, v)
}

// string is String for what is not plain, and what is judged by its text.
func (m *member) string(b []byte, v string) []byte {
	b = append(b, m.name...)
	start := len(b)
	b = value.AppendString(b, v)
	if m.of.judge && m.check == checkAny {
		if !utf8.ValidString(v) {
			return nil
		}
		return append(b, ',')
	}
	return m.of.ended(b, m.at, start)
}

// few returns the bytes of a string of less than eight, with zeros behind them.
func (c chars) few(size int) uint64 {
	switch {
	case size >= 4:
		return c.half(0) | c.half(size-4)<<(8*(size-4)&63)
	case size > 0:
		return uint64(c.byte(0)) | uint64(c.byte(size/2))<<(8*(size/2)&63) | uint64(c.byte(size-1))<<(8*(size-1)&63)
	}
	return 0
}
