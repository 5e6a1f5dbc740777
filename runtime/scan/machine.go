package scan

import (
	"bytes"

	"github.com/assay-go/assay/runtime/tape"
)

// Padding is how many bytes stand behind the text of a block.
const Padding = 64

// maxText is how long a text may be; longer ones are not sure.
const maxText = 1<<31 - 1 - Padding - 1<<16

// maxDepth is how deep arrays and objects may nest; deeper ones are not sure. The interpreter goes on to tape.DefaultMaxDepth.
const maxDepth = min(512, tape.DefaultMaxDepth)

// newlines is what stands behind texts.
var newlines = [Padding]byte(bytes.Repeat([]byte{'\n'}, Padding))

// Valid reports whether line is one JSON value, with white space around it or not, that the plan's schema allows. False means not sure. It is safe for
// concurrent use, and allocates nothing but, now and then, the memory of a machine.
func (p *Plan) Valid(line []byte) bool {
	m := p.machine()
	valid := m.Valid(line)
	p.pool.Put(m)
	return valid
}

// machine returns a machine from the pool, or a new one, whose Record nobody asks for.
func (p *Plan) machine() *Machine {
	m, _ := p.pool.Get().(*Machine)
	if m == nil {
		m = New(p)
		m.anyOrder = m.first != nil && m.first.sw == nil
	}
	return m
}

// Machine reads texts under a plan. It remembers what came last, to guess what comes next; so it is for one goroutine at a time.
type Machine struct {
	t     text
	end   int    // where white space ends that may hold newlines: the end of the text, or 0 in a block of lines
	block []byte // what Next reads
	lines text   // the same
	size  int    // of the block without its padding; 0 if it has none
	ready int    // the same if the block is the text and values go to fields, else 0
	whole whole  // what strings are cut from

	root     *location
	first    *object // if not nil, the steps of an object at the root
	expected *kase   // of which an object is to be that is read in any order
	lead     *guess  // of the cases of that object; if there are none, of one turn that is no case
	anyOrder bool    // the members of that object may be looked up: its Record is not asked for
	style    int     // how the last line separates its members: an index into separators
	depth    int
	names    []span     // the names of open objects that are no keys
	united   [64]united // scratch of tagged: by key of a union
	table    []uint32   // scratch: a hash table of indexes
	sums     []uint64   // scratch: digests of items
	scratch  []byte     // a copy of a line, with padding

	frame   frame       // of the object that is read by its steps; when all is read, of that at the root
	slots   [slots]Slot // the values of the object at the root, by the slots of steps
	pending uint64      // which of its values may be written in an unusual way: strings with escapes, numbers with exponents
	state   state       // what else is known of it
	into    bool        // its values go to the fields of the turns of lead
	to      *Fields     // those of the case that it seems to be
	memory  memory

	minute0, minute1 uint64 // the last date and time up to the minute, as text
	zone             uint64 // the last offset, as text
	memos            []memo
	guesses          []guess
	lookups          int    // how often a name was not as the steps of an object expect it
	disorder         []int8 // of objects that have steps: how often their keys came in another order
	follows          []*key // of an object: the key that came first the last time, then for each key the one that came behind it
}

// state is a set of facts about a text.
type state uint8

const (
	isOther state = 1 << iota // the object is of no case
	extras                    // it, or an object in it, has members that are no keys
	spaced                    // there is white space behind it
	untidy                    // fields of absent keys may hold what was there before
	misfit                    // a value does not fit its field
	lost                      // some values are neither in slots nor in fields of the case that the object is of
)

// memo is the last text that passed a check, with its closing quote.
type memo struct {
	literal
	remembered
	length int               // of that
	long   int               // the length of a longer one, 0 if there is none
	text   [Padding + 1]byte // which can be compared wherever its first byte is no newline
	other  uint64            // what tells a text apart from most others: of the last one that was not remembered, if not all are
}

// longer returns where the longer text ends that is remembered, if it stands at i; else -1.
func (m *memo) longer(t text, i int) int {
	// If the first byte is the same it is no newline, so more than the padding can be read.
	if n := m.long; n > 0 && t.byte(i) == m.text[0] && string(t.span(i, i+n)) == string(m.text[:n]) {
		return i + n
	}
	return -1
}

// remember remembers the text from i to end, unless it is too long.
func (m *memo) remember(t text, i, end int) {
	size := end - i
	m.long = 0
	switch {
	case size <= literalLength:
		m.length, m.literal, m.remembered = size, t.literal(i, size), remembered{}
	case size <= len(m.text):
		m.long = copy(m.text[:], t.span(i, end))
	}
}

// New returns a machine for a plan.
func New(p *Plan) *Machine {
	p.once.Do(p.derive)
	d := p.derived
	m := &Machine{root: &d.locations[p.Root], memos: make([]memo, d.memos), guesses: make([]guess, len(d.switches)), follows: make([]*key, d.follows), disorder: make([]int8, d.disorder)}
	m.depth, m.to, m.frame.to = maxDepth, &noFields, nowhere
	for i := range m.memos {
		m.memos[i].literal, m.memos[i].length = never, 1 // text that is no JSON may have it
	}
	switch o := m.root.object; {
	case m.root.all != 1:
	case o.fast:
		m.first = o
	case o.sw != nil:
		m.first = o.sw.head
	}
	minute := newLiteral("2000-01-01T00:00") // any good one: memos that nothing matches do not exist
	m.minute0, m.minute1, m.zone = minute.w0, minute.w1, newLiteral("+00:00").w0
	for i := range m.follows {
		m.follows[i] = &noKey
	}
	for i, s := range d.switches {
		m.guesses[i] = newGuess(s.cases)
	}
	switch {
	case m.first == nil:
	case m.first.sw != nil:
		m.lead = &m.guesses[m.first.sw.guess]
	default:
		g := newGuess([]kase{{object: m.first}})
		m.lead = &g
	}
	return m
}

// Valid reports whether line is one JSON value, with white space around it or not, that the plan's schema allows. False means not sure.
func (m *Machine) Valid(line []byte) bool {
	if len(line) == 0 || len(line) > maxText {
		return false
	}
	need := len(line) + Padding
	if cap(m.scratch) < need {
		m.scratch = make([]byte, need+need/4)
	}
	padded := m.scratch[:need]
	n := copy(padded, line)
	padded[n] = '\n' // what is behind it does not matter
	m.t, m.end, m.ready = textOf(padded), n, 0
	m.whole.forget()
	return m.read(0, n+1) == n
}

// Pad makes a block of lines: it appends text to dst with a newline behind the last line, if that has none, and the padding.
func Pad(dst, text []byte) []byte {
	dst = append(dst, text...)
	if len(text) > 0 && text[len(text)-1] != '\n' {
		dst = append(dst, '\n')
	}
	return append(dst, newlines[:]...)
}

// Block makes the first size bytes of a text what Next reads: lines, each with its newline, but for the last, which may be without one: then a newline must stand behind
// it. The text goes on for Padding bytes at least, whatever they are. Pad makes such a text. Of a text of another form not one line is sure.
func (m *Machine) Block(text []byte, size int) {
	m.block, m.lines, m.size = text[:size], textOf(text), 0
	m.t, m.end = m.lines, 0
	if size > 0 && size <= maxText && len(text)-size >= Padding && (text[size-1] == '\n' || text[size] == '\n') {
		m.size = size
	}
	m.prepare()
	m.whole.forget()
}

// prepare sets ready.
func (m *Machine) prepare() {
	if m.ready = 0; m.into && m.end == 0 {
		m.ready = m.size
	}
}

// Next reads the line that begins at an offset of the block. It returns where its newline is, or the end of the block, and whether the line is surely valid.
func (m *Machine) Next(at int) (end int, sure bool) {
	if uint(at) < uint(m.size) {
		m.resume()
		if i := m.read(at, m.size+1); i >= 0 {
			return i, true
		}
	}
	return m.newline(at), false
}

// Read is Next for lines that have a newline in the block, and for who finds the end of others by other means: it returns -1 if it is not sure.
func (m *Machine) Read(at int) (end int) {
	if uint(at) >= uint(m.size) {
		return -1
	}
	m.resume()
	return m.read(at, m.size)
}

// Decode is Read and then Done, which is nil if Read is not sure.
func (m *Machine) Decode(at int) (end int, done *Fields) {
	if uint(at) >= uint(m.ready) || m.t.byte(at) != '{' {
		if end = m.Read(at); end < 0 {
			return -1, nil
		}
		return end, m.Done()
	}
	m.begin(at)
	m.aim(m.lead.next)
	end = m.run(m.first, at)
	if to := m.to; end >= 0 && m.t.byte(end) == '\n' && end < m.ready && m.pending&to.has == 0 && m.state == 0 && !to.More {
		return end, to // as finish and Done would
	}
	if end = m.finish(end, m.ready); end < 0 {
		return -1, nil
	}
	return end, m.Done()
}

// resume makes the block the text again, if Valid has left it. Pointers are written only if they must be: a write costs more while memory is being collected.
func (m *Machine) resume() {
	if m.end > 0 {
		m.t, m.end = m.lines, 0
		m.prepare()
		m.whole.forget()
	}
}

// newline returns where the next newline of the block is, or the end of the block.
func (m *Machine) newline(at int) int {
	at = min(max(at, 0), len(m.block))
	if i := bytes.IndexByte(m.block[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(m.block)
}

// begin begins to read at i.
func (m *Machine) begin(i int) {
	m.pending, m.state, m.frame.others = 0, 0, others{}
	m.whole.begins(i)
	m.memory.begin()
}

// read reads one value with white space around it, and returns where the newline behind it is, in front of limit; -1 if it is not sure.
func (m *Machine) read(i, limit int) int {
	m.begin(i)
	if m.t.byte(i) != '{' {
		i = m.space(i)
	}
	switch {
	case m.t.byte(i) != '{' || m.first == nil:
		m.to = &noFields
		i = m.must(m.root, i)
	case m.into:
		m.aim(m.lead.next)
		i = m.run(m.first, i)
	case m.anyOrder:
		i = m.steps(m.first, i)
	default:
		i = m.run(m.first, i)
	}
	return m.finish(i, limit)
}

// finish ends a text whose value ends at i, or of which it is not sure if that is -1. It returns what read does.
func (m *Machine) finish(i, limit int) int {
	if i < 0 {
		m.depth, m.names, m.sums = maxDepth, m.names[:0], m.sums[:0]
		return -1
	}
	if m.t.byte(i) != '\n' || i < m.end {
		if i = m.space(i); m.t.byte(i) != '\n' {
			return -1
		}
		m.state |= spaced
	}
	if m.pending&m.to.has != 0 || m.state&untidy != 0 {
		m.complete(m.to)
		m.state &^= untidy
	}
	if i >= limit {
		return -1
	}
	return i
}

// aim makes the values of the text go to the fields of a case.
func (m *Machine) aim(t *turn) {
	m.to, m.frame.to, m.pending = t.fields, placesOf(t.fields), t.fields.late
}

// aimAgain is aim when it turns out that the text is of another case. The first keys may have gone to the fields of the wrong one.
func (m *Machine) aimAgain(t *turn, keys int) {
	if t.fields == m.to {
		return // all cases have the same fields
	}
	m.state |= untidy
	first := uint64(1)<<keys - 1
	inSlots := m.pending & first
	from, none := m.frame.to, m.to == &noFields
	m.aim(t)
	to := m.frame.to
	if none {
		inSlots = first
	}
	for i := range keys {
		switch a, b := from.at(uint8(i)), to.at(uint8(i)); {
		case b.none():
		case a.none():
			inSlots |= 1 << i
		case !a.like(b):
			m.state |= misfit // a tape helps
		case inSlots>>i&1 == 0 && !b.copy(a):
			m.state |= misfit
		}
	}
	if m.to != &noFields {
		m.pending = inSlots | m.to.late&^first
	} else if !none {
		m.state |= lost
	}
}

// token returns where the token is that stands at i, or behind white space there, which usually is one space.
func (m *Machine) token(i int) int {
	if m.t.byte(i) == ' ' {
		i++
	}
	if m.t.byte(i) <= ' ' {
		i = m.space(i)
	}
	return i
}

// space returns where the white space at i ends (RFC 8259 section 2). A newline is white space only inside a text of its own.
func (m *Machine) space(i int) int {
	for {
		switch m.t.byte(i) {
		case ' ', '\t', '\r':
		case '\n':
			if i >= m.end {
				return i
			}
		default:
			return i
		}
		i++
	}
}
