package stream

import (
	"fmt"

	"github.com/assay-go/assay/runtime/scan"
)

// get returns a line to judge texts with. Give it back with Release.
func (r *Record) get() *Line {
	if line, ok := r.lines.Get().(*Line); ok {
		return line
	}
	line := r.newLine()
	return &line
}

// Get judges text, with its violations if it is invalid. Give the line back with Release; until then text must not change.
func (r *Record) Get(text []byte) *Line {
	line := r.get()
	r.Judge(text, line, true)
	return line
}

// Decode is Get for a text that is decoded: what Scanned and Tape hand out refers to a copy of text.
func (r *Record) Decode(text []byte) *Line {
	line := r.get()
	if line.machine == nil {
		r.Judge(text, line, true)
		return line
	}
	own := scan.Pad(make([]byte, 0, len(text)+1+scan.Padding), text)
	line.reset(own[:len(text)])
	line.machine.Block(own, len(own)-scan.Padding)
	if end, sure := line.machine.Next(0); !sure || end != len(text) || !line.scanned() {
		line.interpret(true)
	}
	return line
}

// Release gives a line of Get or Decode back for reuse.
func (l *Line) Release() {
	l.reset(nil)
	l.record.lines.Put(l)
}

// Valid reports whether text is one valid record.
func (r *Record) Valid(text []byte) bool {
	line := r.get()
	if m := line.machine; m != nil && m.Valid(text) && (r.index.cases == nil || m.Record().Case() >= 0) {
		r.lines.Put(line)
		return true
	}
	line.reset(text)
	line.interpret(false)
	valid := line.Kind == 0
	line.Release()
	return valid
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

// Wrong returns what is wrong with the line, a *LineError; nil if nothing is. Misfit is why a valid line does not fit its Go types, or nil.
func (s *Scanner) Wrong(misfit error) error {
	if bad := s.Invalid(); bad != nil {
		return bad
	}
	if misfit == nil {
		return nil
	}
	number, offset := s.Position()
	return &LineError{File: s.file(), Line: number, Offset: offset, Kind: Invalid, Name: s.Line().Name, Raw: string(s.Bytes()), Err: misfit}
}

// NewCounts returns counts of nothing yet, of the shape that the facts ask for.
func (f *Facts) NewCounts() *Counts { return f.newCounts() }

// AddUnknown counts one record whose name is not in the schema, as Counts.Unknown does: beyond MaxUnknown names under "".
func AddUnknown(unknown map[string]int, name string) {
	(&Counts{Unknown: unknown}).addUnknown(name, 1)
}
