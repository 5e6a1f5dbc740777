package stream

import (
	"sync"

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
// Facts may be nil: then no line has a name.
type Record struct {
	Program *schema.Program
	Facts   *Facts

	once  sync.Once
	known map[string]int // index into Facts.Names; built on first use, so that a Record costs nothing at start-up
}

// Line is one line as read by a Scanner.
type Line struct {
	Tape *tape.Tape // holds the line's value unless Kind is Malformed; overwritten by the next line
	Name string     // "" if it cannot be read
	Kind Kind       // 0 if the line is valid
	Err  error      // *tape.SyntaxError, *schema.Error, *LongLineError; nil if the line is valid, or if violations were not asked for

	name  tape.Node // the value of Name, if named
	named bool      // the line has a name, which may be ""
	index int       // of Name in Facts.Names; -1 if it is not one of them
}

// Judge parses text (which must stay unchanged while line is in use) into line.Tape, reads the record's name, and validates. With explain, the
// violations of an invalid line go to line.Err.
//
// A line whose name is not among Facts.Names is Unknown, whatever else is wrong with it: a schema that declares names speaks of no others.
func (r *Record) Judge(text []byte, line *Line, explain bool) {
	if line.Tape == nil {
		line.Tape = new(tape.Tape)
	}
	*line = Line{Tape: line.Tape, index: -1}
	if err := line.Tape.Parse(text, tape.Options{}); err != nil {
		line.Kind, line.Err = Malformed, err
		return
	}
	r.readName(line)
	switch {
	case line.named && line.index < 0:
		line.Kind = Unknown
	case !r.Program.Valid(line.Tape, 0):
		line.Kind = Invalid
	}
	if explain {
		r.explain(line)
	}
}

func (r *Record) readName(line *Line) {
	if r.Facts == nil || r.Facts.Name == "" || line.Tape.Kind(0) != tape.Object {
		return
	}
	n, found := line.Tape.Lookup(0, r.Facts.Name)
	if !found || line.Tape.Kind(n) != tape.String {
		return
	}
	name := line.Tape.Str(n)
	line.name, line.named = n, true
	r.once.Do(r.indexNames)
	if i, known := r.known[string(name)]; known {
		line.Name, line.index = r.Facts.Names[i], i
		return
	}
	line.Name = string(name)
}

func (r *Record) indexNames() {
	r.known = make(map[string]int, len(r.Facts.Names))
	for i, name := range r.Facts.Names {
		r.known[name] = i
	}
}

// explain finds the violations of a line that was judged without them.
func (r *Record) explain(line *Line) {
	if line.Err != nil || line.Kind == 0 {
		return
	}
	err := r.Program.Validate(line.Tape, 0)
	if line.Kind == Unknown {
		err = r.unknownName(line, err)
	}
	if err != nil { // a nil *schema.Error must not become an error that is not nil
		line.Err = err
	}
}
