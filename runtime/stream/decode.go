package stream

import (
	"fmt"
	"sync"

	"github.com/assay-go/assay/runtime/tape"
)

// pool holds the lines of Get.
var pool = sync.Pool{New: func() any { return &Line{Tape: new(tape.Tape)} }}

// Get judges text, with its violations if it is invalid. Give the line back with Release; until then text must not change.
func (r *Record) Get(text []byte) *Line {
	line := pool.Get().(*Line)
	r.Judge(text, line, true)
	return line
}

// Release gives a line of Get back for reuse.
func (l *Line) Release() {
	l.Name, l.Err = "", nil
	pool.Put(l)
}

// Valid reports whether text is one valid record.
func (r *Record) Valid(text []byte) bool {
	line := pool.Get().(*Line)
	defer line.Release()
	r.Judge(text, line, false)
	return line.Kind == 0
}

// Validate returns nil if text is one valid record, else a *tape.SyntaxError or a *schema.Error with every violation.
func (r *Record) Validate(text []byte) error {
	line := r.Get(text)
	defer line.Release()
	return line.Err
}

// Accept returns nil if text may be written as a record called name: if it is a valid one, or one whose name is not in the schema, if unknown
// is set. Else it returns what [Record.Validate] does.
func (r *Record) Accept(text []byte, name string, unknown bool) error {
	line := r.Get(text)
	defer line.Release()
	if line.Kind != 0 && (line.Kind != Unknown || !unknown) {
		return line.Err
	}
	if line.Name != name {
		return fmt.Errorf("the record says that its name is %q, but its type says %q", line.Name, name)
	}
	return nil
}

// Misfit returns the error of a valid line that does not fit its Go types.
func (s *Scanner) Misfit(err error) *LineError {
	number, offset := s.Position()
	return &LineError{File: s.file(), Line: number, Offset: offset, Kind: Invalid, Name: s.Line().Name, Raw: string(s.Bytes()), Err: err}
}

// NewCounts returns counts of nothing yet, of the shape that the facts ask for.
func (f *Facts) NewCounts() *Counts { return f.newCounts() }

// AddUnknown counts one record whose name is not in the schema, as Counts.Unknown does: beyond MaxUnknown names under "".
func AddUnknown(unknown map[string]int, name string) {
	(&Counts{Unknown: unknown}).addUnknown(name, 1)
}
