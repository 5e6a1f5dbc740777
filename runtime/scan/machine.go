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
	m, _ := p.pool.Get().(*Machine)
	if m == nil {
		m = New(p)
	}
	valid := m.Valid(line)
	p.pool.Put(m)
	return valid
}

// Machine reads texts under a plan. It remembers what came last, to guess what comes next; so it is for one goroutine at a time.
type Machine struct {
	t     text
	end   int    // where white space ends that may hold newlines: the end of the text, or 0 in a block of lines
	block []byte // what Next reads
	lines text   // the same
	size  int    // of the block without its padding; 0 if it has none
	began int    // where the text begins that is read
	whole whole  // what strings are cut from

	root    *location
	first   *object // if not nil, the steps of an object at the root
	style   int     // how the last line separates its members: an index into separators
	depth   int
	names   []span     // the names of open objects that are no keys
	united  [64]united // scratch of tagged: by key of a union
	table   []uint32   // scratch: a hash table of indexes
	sums    []uint64   // scratch: digests of items
	scratch []byte     // a copy of a line, with padding

	slots   [slots]Slot // the values of the object at the root, by the slots of steps
	missed  uint64      // which of its keys have not come
	pending uint64      // which of its values may be written in an unusual way: strings with escapes, numbers with exponents
	extra   [2]int      // its names that are no keys: where in names they begin and end
	other   bool        // it is of no case
	into    []*Fields   // where its values go, by case; nil if nowhere
	to      *Fields     // that of the case that it seems to be
	misfit  bool        // one did not fit
	memory  memory

	minute0, minute1 uint64 // the last date and time up to the minute, as text
	zone             uint64 // the last offset, as text
	memos            []memo
	guesses          []guess
}

// memo is the last text that passed a check, with its closing quote.
type memo struct {
	literal
	length int // 0 if there is none
}

// guess foretells the cases of a switch: each is likely to be followed by what followed it last.
type guess struct {
	last int
	next []int32
}

// New returns a machine for a plan.
func New(p *Plan) *Machine {
	p.once.Do(p.derive)
	d := p.derived
	m := &Machine{root: &d.locations[p.Root], memos: make([]memo, d.memos), guesses: make([]guess, len(d.switches))}
	m.depth = maxDepth
	switch o := m.root.object; {
	case m.root.all != 1:
	case o.fast:
		m.first = o
	case o.sw != nil:
		m.first = o.sw.head
	}
	minute := newLiteral("2000-01-01T00:00") // any good one: memos that nothing matches do not exist
	m.minute0, m.minute1, m.zone = minute.w0, minute.w1, newLiteral("+00:00").w0
	for i, s := range d.switches {
		m.guesses[i].next = make([]int32, len(s.cases))
	}
	return m
}

// Valid reports whether line is one JSON value, with white space around it or not, that the plan's schema allows. False means not sure.
func (m *Machine) Valid(line []byte) bool {
	if len(line) > maxText {
		return false
	}
	need := len(line) + Padding
	if cap(m.scratch) < need {
		m.scratch = make([]byte, need+need/4)
	}
	padded := m.scratch[:need]
	n := copy(padded, line)
	*(*[Padding]byte)(padded[n:]) = newlines
	m.t, m.end = textOf(padded), n
	m.whole.forget()
	return m.read(0) == n
}

// Pad makes a block of lines: it appends text to dst with a newline behind the last line, if that has none, and the padding.
func Pad(dst, text []byte) []byte {
	dst = append(dst, text...)
	if len(text) > 0 && text[len(text)-1] != '\n' {
		dst = append(dst, '\n')
	}
	return append(dst, newlines[:]...)
}

// Block makes a block what Next reads: lines, each with its newline, and Padding bytes behind the last of them, of which the first is a newline if the last line has
// none. Pad makes one; but what stands behind the newline of a line can also be more lines, as long as it is Padding-1 bytes at least. A block of another form is
// read, but not one of its lines is sure.
func (m *Machine) Block(padded []byte) {
	m.block, m.lines, m.size = padded, textOf(padded), 0
	if end := len(padded) - Padding; end >= 0 && len(padded) <= maxText && padded[end] == '\n' {
		m.size = end
	}
	m.whole.forget()
}

// Next reads the line that begins at an offset of the block. It returns where the line's newline is, or the end of the block, and whether the line is surely
// valid.
func (m *Machine) Next(at int) (end int, sure bool) {
	if uint(at) < uint(m.size) {
		m.t, m.end = m.lines, 0
		if i := m.read(at); i >= 0 {
			return i, true
		}
	}
	at = min(max(at, 0), len(m.block))
	if i := bytes.IndexByte(m.block[at:], '\n'); i >= 0 {
		return at + i, false
	}
	return len(m.block), false
}

// read reads one value with white space around it, and returns where the newline behind it is; -1 if it is not sure.
func (m *Machine) read(i int) int {
	m.pending, m.other, m.began = 0, false, i
	if m.t.byte(i) == '{' && m.first != nil {
		if m.into == nil {
			i = m.run(m.first, i, nil)
		} else {
			i = m.run(m.first, i, m.aim(m.likely()))
		}
	} else {
		m.to = nil
		i = m.must(m.root, m.space(i))
	}
	if i < 0 {
		m.depth, m.names, m.sums = maxDepth, m.names[:0], m.sums[:0]
		return -1
	}
	if m.t.byte(i) != '\n' || i < m.end {
		if i = m.space(i); m.t.byte(i) != '\n' {
			return -1
		}
	}
	if f := m.to; f != nil && (m.pending|m.missed)&f.has != 0 {
		m.settle(f)
	}
	return i
}

// likely returns the case that a text is likely to be.
func (m *Machine) likely() int {
	if m.first.sw == nil {
		return 0
	}
	g := &m.guesses[m.first.sw.guess]
	return int(g.next[g.last])
}

// aim makes the values of the text go to the fields of a case.
func (m *Machine) aim(k int) []field {
	m.misfit = false
	if m.memory.reuse {
		m.memory.bytes = m.memory.bytes[:0]
	}
	f := m.into[k]
	if m.to = f; f == nil {
		return nil
	}
	m.pending |= f.late
	return f.at
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
