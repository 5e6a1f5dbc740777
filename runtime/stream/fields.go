package stream

import (
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/assay-go/assay/runtime/value"
)

// Fields says where the members of a record go that the scanner reads: into the fields of a struct, without a tape. Keys go by their number in the plan.
//
//	f.String(3, &e.StepID)
//	f.Float64(4, &e.Duration.Value, &e.Duration.Set)
//	f.Extra(&e.Extra)
//
// Strings alias the text of the line: they live as long as it does.
type Fields struct {
	scan.Fields
	extra  *value.Members
	spare  value.Members // memory to use again
	reads  []readField
	extras []scan.Extra // scratch
}

// readField is a field that is read from a tape.
type readField struct {
	key  int
	read func(*value.Reader)
}

// Extra is the field for the members that are no keys, in order.
func (f *Fields) Extra(to *value.Members) { f.extra, f.More = to, f.More || *to != nil }

// Read is for a key of which no other method takes the values: read is called with a reader that stands at the value, or with nil if the key is absent.
func (f *Fields) Read(key int, read func(*value.Reader)) {
	f.reads, f.More = append(f.reads, readField{key, read}), true
}

// reset takes all fields away. Memory is kept.
func (f *Fields) reset() {
	f.Fields.Reset()
	f.extra, f.More = nil, false
	clear(f.reads)
	f.reads = f.reads[:0]
}

// finish stores what the machine does not. It returns false if something does not fit its Go type.
func (f *Fields) finish(r scan.Record, reuse bool) bool {
	if f.extra != nil {
		if *f.extra = nil; r.HasExtras() {
			*f.extra = f.members(r, reuse)
		}
		f.More = len(f.reads) > 0 || *f.extra != nil // which the next record must not show
	}
	for i := range f.reads {
		if !f.reads[i].from(r) {
			return false
		}
	}
	return true
}

// members returns the members that are no keys.
func (f *Fields) members(r scan.Record, reuse bool) (all value.Members) {
	f.extras = r.Extras(f.extras[:0])
	if reuse {
		all = f.spare[:0]
	} else {
		all = make(value.Members, 0, len(f.extras))
	}
	for _, e := range f.extras {
		all = append(all, value.Member{Name: r.Source(e.Name), Value: value.Raw(r.Source(e.Value))})
	}
	if reuse {
		f.spare = all
	}
	return all
}

// from reads the value of a key.
func (f *readField) from(r scan.Record) bool {
	if !r.Has(f.key) {
		f.read(nil)
		return true
	}
	var t tape.Tape
	if t.Parse(r.Text(r.Slot(f.key)), tape.Options{}) != nil {
		return false
	}
	reader := value.NewReader(&t)
	f.read(&reader)
	return reader.Err() == nil
}

// Scanned returns fields to be set for the members of the line's object, and then stored by Store, if the scanner has read it; else Tape says what the line is.
func (l *Line) Scanned() (*Fields, bool) {
	if !l.sure {
		return nil, false
	}
	if l.fields == nil {
		l.fields = new(Fields)
	}
	return l.fields, true
}

// Store stores the members of the line's object into the fields that Scanned returned. It returns false if something does not fit its Go type: then the tape has
// to be read, which says what.
func (l *Line) Store() bool {
	f := l.fields
	fits := l.machine.Store(&f.Fields) && f.finish(l.machine.Record(), false)
	f.reset() // what it points to is the caller's
	return fits
}

// Fields returns the fields to be set for records of a name, by its index among the names of the schema; a negative index is that of all names. From then on
// [Values] store there what the scanner reads of such records. It is for scanners of [Record.NewDecoder].
func (s *Scanner) Fields(index int) *Fields {
	f := new(Fields)
	names := s.record.index.cases
	if s.fields == nil {
		s.fields = make([]*Fields, len(names))
	}
	f.Index = max(0, index)
	for k, i := range names {
		if index < 0 || i == index {
			s.fields[k] = f
			if s.line.machine != nil {
				s.line.machine.Into(k, &f.Fields)
			}
		}
	}
	if s.line.machine != nil && !s.lines.keep {
		s.line.machine.Reuse()
	}
	return f
}
