package stream

import (
	"sync"
	"sync/atomic"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// Kind says what is wrong with a line.
type Kind uint8

// The kinds of bad line.
const (
	Malformed Kind = iota + 1 // not JSON, or longer than MaxLine
	Unknown                   // JSON, but its name is not in the schema
	Invalid                   // any other rule of the schema is broken
)

// String returns "valid", "malformed", "unknown" or "invalid".
func (k Kind) String() string {
	switch k {
	case Malformed:
		return "malformed"
	case Unknown:
		return "unknown"
	case Invalid:
		return "invalid"
	}
	return "valid"
}

// Record judges the lines of one stream: it is the program and the facts of its schema. It is immutable and safe for concurrent use.
// Facts may be nil: then no line has a name. Plan may be nil: then the interpreter judges every line; else it judges those that the scanner is not sure of.
type Record struct {
	Program *schema.Program
	Facts   *Facts
	Plan    *scan.Plan

	once  sync.Once
	index index     // built on first use, so that a Record costs nothing at start-up
	lines sync.Pool // of *Line

	writers atomic.Pointer[writers]
}

// index is what a Record looks up.
type index struct {
	known map[string]int // index into Facts.Names
	cases []int          // of the cases of the plan's switch: index into Facts.Names
	swift bool           // the scanner tells the name of what it is sure of
}

// Line is one line as judged. It refers to the text that was judged.
type Line struct {
	Name string // "" if it cannot be read
	Kind Kind   // 0 if the line is valid
	Err  error  // *tape.SyntaxError, *schema.Error, *LongLineError; nil if the line is valid, or if violations were not asked for

	record  *Record
	text    []byte
	name    tape.Node // the value of Name, if named and parsed
	named   bool      // the line has a name, which may be ""
	index   int       // of Name in Facts.Names; -1 if it is not one of them
	sure    bool      // the machine has read the line
	parsed  bool      // tape holds the line
	tape    *tape.Tape
	machine *scan.Machine // nil without a plan
	fields  *Fields       // what Scanned returns
}

// newLine returns a line to judge texts with.
func (r *Record) newLine() Line {
	line := Line{record: r, tape: new(tape.Tape), index: -1}
	if r.known(); r.index.swift {
		line.machine = scan.New(r.Plan)
	}
	return line
}

// reset makes the line that of a text, of which nothing is known. It writes pointers only if it must: a write costs more while memory is being collected.
func (l *Line) reset(text []byte) {
	l.text, l.Kind, l.index = text, 0, -1
	l.named, l.sure, l.parsed = false, false, false
	if l.Name != "" {
		l.Name = ""
	}
	if l.Err != nil {
		l.Err = nil
	}
}

// load parses a text, which becomes that of the line.
func (l *Line) load(text []byte) error {
	if l.tape == nil {
		l.tape = new(tape.Tape)
	}
	l.reset(text)
	l.parsed = true
	return l.tape.Parse(text, tape.Options{})
}

// Tape returns the line's value, unless Kind is Malformed. The next line overwrites it.
func (l *Line) Tape() *tape.Tape {
	if !l.parsed && l.text != nil {
		l.parsed = true
		l.tape.Parse(l.text, tape.Options{}) // whose error, if there is one, has made the line malformed
	}
	return l.tape
}

// Index returns the index of Name in Facts.Names; -1 if it is not one of them.
func (l *Line) Index() int { return l.index }

// Judge judges text, which must stay unchanged while line is in use: it reads the record's name, and validates. With explain, the violations of an
// invalid line go to line.Err.
//
// A line whose name is not among Facts.Names is Unknown, whatever else is wrong with it: a schema that declares names speaks of no others.
func (r *Record) Judge(text []byte, line *Line, explain bool) {
	if line.record != r {
		*line = r.newLine()
	}
	line.reset(text)
	if line.machine == nil || !line.machine.Valid(text) || !line.scanned() {
		line.interpret(explain)
	}
}

// scanned notes that the machine is sure of the line, unless its name is none of the schema's.
func (l *Line) scanned() bool {
	if x := &l.record.index; x.cases != nil {
		i := l.machine.Record().Case()
		if i < 0 {
			return false
		}
		l.index, l.named = x.cases[i], true
		l.Name = l.record.Facts.Names[l.index]
	}
	l.sure = !l.machine.Stored()
	return true
}

// interpret judges the line without the scanner.
func (l *Line) interpret(explain bool) {
	if err := l.load(l.text); err != nil {
		l.Kind, l.Err = Malformed, err
		return
	}
	l.readName()
	switch {
	case l.named && l.index < 0:
		l.Kind = Unknown
	case !l.record.Program.Valid(l.tape, 0):
		l.Kind = Invalid
	}
	if explain {
		l.explain()
	}
}

func (l *Line) readName() {
	f := l.record.Facts
	if f == nil || f.Name == "" || l.tape.Kind(0) != tape.Object {
		return
	}
	n, found := l.tape.Lookup(0, f.Name)
	if !found || l.tape.Kind(n) != tape.String {
		return
	}
	name := l.tape.Str(n)
	l.name, l.named = n, true
	if i, known := l.record.known()[string(name)]; known {
		l.Name, l.index = f.Names[i], i
		return
	}
	l.Name = string(name)
}

// known returns the index of each name in Facts.Names.
func (r *Record) known() map[string]int {
	r.once.Do(func() {
		r.index.known = map[string]int{}
		if r.Facts != nil {
			for i, name := range r.Facts.Names {
				r.index.known[name] = i
			}
		}
		r.plan()
	})
	return r.index.known
}

// plan finds out whether the scanner can tell the names of records.
func (r *Record) plan() {
	if r.Plan == nil {
		return
	}
	x := &r.index
	if r.Facts == nil || r.Facts.Name == "" {
		x.swift = true
		return
	}
	sw := switchOf(r.Plan)
	if sw == nil || "/"+pointerToken(sw.Property) != r.Facts.Name || !scan.New(r.Plan).Records() {
		return
	}
	cases := make([]int, len(sw.Cases))
	for i, c := range sw.Cases {
		known, found := x.known[c.Value]
		if !found {
			return
		}
		cases[i] = known
	}
	x.cases, x.swift = cases, true
}

// switchOf returns what tells the objects of a plan apart; nil if nothing does.
func switchOf(p *scan.Plan) *scan.Switch {
	if rule := p.Locations[p.Root].Object; rule > 0 {
		return p.Objects[rule].Switch
	}
	return nil
}

// explain finds the violations of a line that was judged without them.
func (l *Line) explain() {
	if l.Err != nil || l.Kind == 0 {
		return
	}
	err := l.record.Program.Validate(l.tape, 0)
	if l.Kind == Unknown {
		err = l.record.unknownName(l, err)
	}
	if err != nil { // a nil *schema.Error must not become an error that is not nil
		l.Err = err
	}
}
