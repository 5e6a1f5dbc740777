package stream

import (
	"io"
	"iter"

	"github.com/assay-go/assay/runtime/value"
)

// Decoder makes Go values of the lines that a Record judges. It is what a generated package has of its own; T is a pointer to a struct, or an interface of several.
// It is immutable and safe for concurrent use.
type Decoder[T comparable] struct {
	Record *Record
	New    func(index int) T          // an empty value for records of a name, by its index in Facts.Names; any other index is that of a name that is not there
	Read   func(T, *value.Reader)     // fills it from a tape
	Fields func(T, *Fields)           // says where the scanner stores its members; nil if the scanner cannot
	Source func(unknown T) *value.Raw // of a T that is one struct for all names: the field for the text of a record that has none of them; else nil
}

// Decode reads a line. The error is nil exactly when the line is valid, but for a number that does not fit its Go type. A name that is not in the schema gives an error and
// a value; any other error gives none. What is returned shares no memory with the line.
func (d *Decoder[T]) Decode(line []byte) (v T, err error) {
	l := d.Record.Decode(line)
	defer l.Release()
	if l.Kind != 0 && l.Kind != Unknown {
		return v, l.Err
	}
	return d.read(l, d.New(l.index))
}

// read fills a value from a judged line.
func (d *Decoder[T]) read(l *Line, v T) (T, error) {
	if d.Fields != nil {
		if f, ok := l.Scanned(); ok {
			// What does not fit is read again from the tape, which says why.
			if d.Fields(v, f); l.Store() {
				return v, nil
			}
		}
	}
	r := value.NewReader(l.Tape())
	d.Read(v, &r)
	if l.index < 0 && d.Source != nil {
		*d.Source(v) = r.Source()
	}
	if l.Kind == Unknown {
		return v, l.Err
	}
	if err := r.Err(); err != nil {
		var none T
		return none, err
	}
	return v, nil
}

// All iterates over the lines of a stream. The error is nil exactly when the line is valid. For a bad line it is a *LineError, the value is as of Decode, and the
// loop goes on behind the line; a read error ends the loop. Every value is one of its own.
func (d *Decoder[T]) All(r io.Reader, o ...Option) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		s := Values[T]{decoder: d, lines: d.Record.NewDecoder(r, o...), index: -1}
		for s.Scan() {
			if !yield(s.Value(), s.Invalid()) {
				return
			}
		}
		if err := s.Err(); err != nil {
			var none T
			yield(none, err)
		}
	}
}

// Scanner returns what reads a stream into values that the next line of the same name overwrites.
func (d *Decoder[T]) Scanner(r io.Reader, o ...Option) Values[T] {
	s := Values[T]{decoder: d, lines: d.Record.NewDecoder(r, o...), index: -1}
	if d.Source != nil {
		s.own = make([]T, 1)
	} else {
		s.own = make([]T, len(d.Record.Facts.Names)+1)
	}
	return s
}

// Values reads a stream line by line into values.
type Values[T comparable] struct {
	decoder *Decoder[T]
	lines   *Scanner
	own     []T   // the value of each name, once it was needed, the last that of names that are not in the schema; none: every line gets a value of its own
	index   int   // of the line's value in own; -1 if it is not stored there, but value
	value   T     // the zero T if the line is malformed or invalid
	misfit  error // why a valid line is no value
}

// Scan reads the next line that is not blank, good or bad. It returns false at the end and on a read error.
func (s *Values[T]) Scan() bool {
	end := -1
	if l := &s.lines.lines; l.machine != nil {
		next, f := l.machine.Decode(l.start)
		if int64(next-l.start) <= l.maxLine {
			if f != nil { // what is usual
				l.pass(next)
				s.lines.fresh = true
				s.index = f.Index
				return true
			}
			end = next
		}
	}
	return s.scan(end)
}

// scan is Scan where the machine has not stored the next line; end is as of Scanner.decode.
func (s *Values[T]) scan(end int) bool {
	var more bool
	if s.index, more = s.lines.decode(end); s.index >= 0 {
		return true
	}
	var none T
	s.value, s.misfit = none, nil
	if !more {
		return false
	}
	if l := s.lines.Line(); l.Kind == 0 || l.Kind == Unknown {
		s.read(l)
	}
	return true
}

// read fills the value for the name of a line that was not stored.
func (s *Values[T]) read(l *Line) {
	d, i := s.decoder, l.index
	if s.own == nil || d.Source != nil && i < 0 { // the source of an unknown record must not show in the next
		s.value, s.misfit = d.read(l, d.New(i))
		return
	}
	names := i
	switch {
	case d.Source != nil:
		i, names = 0, -1
	case i < 0:
		i = len(s.own) - 1
	}
	var none T
	v, first := s.own[i], s.own[i] == none
	if first {
		v = d.New(i)
		s.own[i] = v
	}
	s.value, s.misfit = d.read(l, v)
	if first && d.Fields != nil && (names >= 0 || d.Source != nil) {
		d.Fields(v, s.lines.Fields(names)) // behind reading: what is set now, the next line must take away
	}
}

// Value returns the line's value; the zero T if the line is malformed or invalid.
func (s *Values[T]) Value() T {
	if s.index >= 0 {
		return s.own[s.index]
	}
	return s.value
}

// Invalid returns nil, or what is wrong with the line: a *LineError.
func (s *Values[T]) Invalid() error {
	if s.index >= 0 {
		return nil
	}
	return s.lines.Wrong(s.misfit)
}

// Bytes returns the line without its end; the next Scan overwrites it.
func (s *Values[T]) Bytes() []byte { return s.lines.Bytes() }

// Line returns the line's number, from 1, and its offset in the stream, in bytes.
func (s *Values[T]) Line() (number int, offset int64) { return s.lines.Position() }

// Err returns the read error that ended the scan, if one did.
func (s *Values[T]) Err() error { return s.lines.Err() }
