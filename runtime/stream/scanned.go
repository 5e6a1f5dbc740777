package stream

import (
	"bytes"
	"strings"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/assay-go/assay/runtime/value"
)

// Scanned reads the members of a record that the scanner has read into the fields of a struct, without a tape. Keys go by their number in the plan.
//
//	e.StepID = s.String(3)
//	if s.Has(4) {
//		e.Duration = Some(s.Float64(4))
//	}
//	e.Extra = s.Extra()
//
// A value that does not fit the Go type asked for makes Fits false: then the tape has to be read, which says what is wrong. Strings alias the text of the
// line: they live as long as it does.
type Scanned struct {
	record  scan.Record
	misfit  bool
	extras  []scan.Extra // scratch
	strings []string     // the used part of the block of Strings
	tape    tape.Tape    // of the value of Reader
	reader  value.Reader
	read    bool // reader has been used
}

// Has reports whether the record has a key.
func (s *Scanned) Has(key int) bool { return s.record.Has(key) }

// first returns the first byte of a value.
func (s *Scanned) first(key int) byte { return s.record.Text(s.record.Slot(key))[0] }

// String returns the value of a key that is a string.
func (s *Scanned) String(key int) string {
	if s.first(key) != '"' {
		s.misfit = true
		return ""
	}
	return s.record.String(key)
}

// Bool returns the value of a key that is true or false.
func (s *Scanned) Bool(key int) bool {
	c := s.first(key)
	s.misfit = s.misfit || c != 't' && c != 'f'
	return c == 't'
}

// Int64 returns the value of a key that is a whole number.
func (s *Scanned) Int64(key int) int64 {
	if c := s.first(key); c != '-' && !digit(c) {
		s.misfit = true
		return 0
	}
	n, ok := s.record.Int64(key)
	s.misfit = s.misfit || !ok
	return n
}

// Float64 returns the value of a key that is a number: the nearest float64.
func (s *Scanned) Float64(key int) float64 {
	f, ok := s.record.Float64(key)
	if f == 0 && ok { // which a number too small for a float64 must not become
		mantissa := s.record.Text(s.record.Slot(key))
		if i := bytes.IndexAny(mantissa, "eE"); i >= 0 {
			mantissa = mantissa[:i]
		}
		ok = !bytes.ContainsAny(mantissa, "123456789")
	}
	s.misfit = s.misfit || !ok
	return f
}

// Raw returns the value of a key as it is written.
func (s *Scanned) Raw(key int) value.Raw { return value.Raw(s.record.Source(s.record.Slot(key))) }

// Strings returns the value of a key that is an array of strings; nil is none. Its memory comes from a block that several arrays share.
func (s *Scanned) Strings(key int) []string {
	slot := s.record.Slot(key)
	text := s.record.Text(slot)
	if text[0] != '[' || bytes.IndexByte(text, '\\') >= 0 {
		return value.ReadArray(s.Reader(key), (*value.Reader).String)
	}
	whole := s.record.Source(slot)
	base := len(s.strings)
	for i := 1; ; i++ {
		switch c := whole[i]; c {
		case '"':
			end := i + 1 + strings.IndexByte(whole[i+1:], '"')
			if len(s.strings) == cap(s.strings) {
				s.strings = append(make([]string, 0, max(stringsBlock, 2*(len(s.strings)-base))), s.strings[base:]...)
				base = 0
			}
			s.strings = append(s.strings, whole[i+1:end])
			i = end
		case ',', ' ', '\t', '\r', '\n':
		case ']':
			all := s.strings[base:len(s.strings):len(s.strings)]
			if len(all) == 0 {
				return []string{}
			}
			return all
		default: // no string
			s.misfit = true
			return nil
		}
	}
}

// StringMap returns the value of a key that is an object of strings. It uses the memory of into again, unless that is nil.
func (s *Scanned) StringMap(key int, into map[string]string) map[string]string {
	slot := s.record.Slot(key)
	text := s.record.Text(slot)
	if text[0] != '{' || bytes.IndexByte(text, '\\') >= 0 {
		return value.ReadMap(s.Reader(key), (*value.Reader).String)
	}
	if into == nil {
		into = map[string]string{}
	} else {
		clear(into)
	}
	whole := s.record.Source(slot)
	name, named := "", false
	for i := 1; ; i++ {
		switch whole[i] {
		case '"':
			end := i + 1 + strings.IndexByte(whole[i+1:], '"')
			if content := whole[i+1 : end]; named {
				into[name], named = content, false
			} else {
				name, named = content, true
			}
			i = end
		case ':', ',', ' ', '\t', '\r', '\n':
		case '}':
			return into
		default: // no string
			s.misfit = true
			return nil
		}
	}
}

// stringsBlock is how many strings are allocated together.
const stringsBlock = 256

// Reader returns a reader that stands at the value of a key, until the next call of Reader.
func (s *Scanned) Reader(key int) *value.Reader {
	s.settle()
	s.misfit = s.misfit || s.tape.Parse(s.record.Text(s.record.Slot(key)), tape.Options{}) != nil
	s.reader, s.read = value.NewReader(&s.tape), true
	return &s.reader
}

// settle takes over what the last reader says.
func (s *Scanned) settle() {
	if s.read {
		s.misfit = s.misfit || s.reader.Err() != nil
		s.read = false
	}
}

// Extra returns the members that are no keys.
func (s *Scanned) Extra() value.Members {
	if !s.record.HasExtras() {
		return nil
	}
	s.extras = s.record.Extras(s.extras[:0])
	members := make(value.Members, len(s.extras))
	for i, e := range s.extras {
		members[i] = value.Member{Name: s.record.Source(e.Name), Value: value.Raw(s.record.Source(e.Value))}
		s.misfit = s.misfit || bytes.IndexByte(s.record.Text(e.Name), '\\') >= 0 // an escape in a name is rare
	}
	return members
}

// Fits reports whether every value that was read fits its Go type.
func (s *Scanned) Fits() bool {
	s.settle()
	return !s.misfit
}
