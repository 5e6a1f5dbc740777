package stream

import (
	"bytes"
	"fmt"
	"io"
)

// Scanner reads a stream line by line and judges each.
type Scanner struct {
	record  *Record
	lines   Lines
	line    Line
	invalid *LineError // once it was asked for
	named   bool       // the machine tells the names of lines
	fresh   bool       // the machine has read the line, and nobody has asked for it yet: line is that of another
	fields  []*Fields  // by case of the plan's switch; nil unless Fields was called
}

// NewScanner returns a scanner of a stream.
func (r *Record) NewScanner(rd io.Reader, o ...Option) *Scanner {
	return r.newScanner(rd, optionsOf(o))
}

// NewDecoder returns a scanner of a stream whose lines are decoded: it takes a fresh buffer instead of using one again, so that strings which alias a line
// may be kept, unless [Reuse] is given. A string that is kept holds on to its buffer, of 64 KiB or more: clone the few that are kept for long.
func (r *Record) NewDecoder(rd io.Reader, o ...Option) *Scanner {
	keep := func(o *options) { o.keep = true }
	return r.newScanner(rd, optionsOf(append([]Option{keep}, o...)))
}

func (r *Record) newScanner(rd io.Reader, o options) *Scanner {
	s := &Scanner{record: r, lines: Lines{options: o, r: rd}, line: r.newLine()}
	s.lines.machine, s.named = s.line.machine, r.index.cases != nil
	return s
}

// Scan reads the next line that is not blank, good or bad; false at the end of the stream and on a read error.
func (s *Scanner) Scan() bool { return s.swift() || s.next() }

// decode is Scan for records whose members are stored in [Scanner.Fields], where the machine has not read the next line to its end and stored all of it; end is where that line ends, or -1
// if the machine is not sure. It returns the index that these fields were asked for with (0 if that was negative), if they are stored now; else -1: then Line says what was
// read, if more is true, and the members have to be read from there.
func (s *Scanner) decode(end int) (index int, more bool) {
	if (end < 0 || !s.accept(end)) && !s.next() {
		return -1, false
	}
	if !s.fresh {
		s.elsewhere()
		return -1, true
	}
	m := s.line.machine
	if k := m.Record().Case(); k >= 0 && k < len(s.fields) && m.Fits() && m.Stored() {
		if f := s.fields[k]; f != nil && f.finish(m.Record(), !s.lines.keep) {
			return f.Index, true
		}
	}
	s.elsewhere()
	return -1, true
}

// elsewhere notes that the caller reads the line's record itself, into the fields of its name.
func (s *Scanner) elsewhere() {
	index := s.Line().index
	for k, f := range s.fields {
		if f != nil && s.record.index.cases[k] == index {
			f.More = f.More || f.extra != nil // which may be set now
		}
	}
}

// swift reads the next line if all of it is in the buffer, the machine is sure of it, and its name is one of the schema's. Else nothing happens.
func (s *Scanner) swift() bool {
	m, l := s.line.machine, &s.lines
	if m == nil {
		return false
	}
	end := m.Read(l.start)
	return end >= 0 && int64(end-l.start) <= l.maxLine && s.accept(end)
}

// accept makes what the machine has read the line, which ends at end, unless its name is not one of the schema's.
func (s *Scanner) accept(end int) bool {
	if s.named && s.line.machine.Record().Case() < 0 {
		return false
	}
	s.lines.take(end)
	s.fresh = true
	return true
}

// next is Scan where swift has failed.
func (s *Scanner) next() bool {
	if s.line.machine != nil && s.lines.refill() && s.swift() {
		return true
	}
	s.fresh, s.invalid = false, nil
	if !s.lines.Next() {
		s.line.reset(nil)
		return false
	}
	if s.line.reset(s.lines.Bytes()); s.lines.TooLong() {
		s.line.Kind, s.line.Err = Malformed, &LongLineError{s.lines.maxLine, s.lines.length}
		return true
	}
	s.line.interpret(false)
	return true
}

// Line returns the line as judged; the next Scan overwrites it. Its Err holds the violations of an invalid line once Invalid was called.
func (s *Scanner) Line() *Line {
	if s.fresh {
		s.fresh = false
		s.line.reset(s.lines.Bytes())
		s.line.scanned()
	}
	return &s.line
}

// Bytes returns the line without its end; of a line longer than MaxLine only the beginning. The next Scan overwrites it.
func (s *Scanner) Bytes() []byte { return s.lines.Bytes() }

// Position returns the line's 1-based number and its byte offset in the stream.
func (s *Scanner) Position() (number int, offset int64) { return s.lines.Position() }

// Err returns the error that ended reading; nil at the end of the stream. Bad lines are no errors here: see Invalid.
func (s *Scanner) Err() error { return s.lines.Err() }

// file returns the name given by InFile.
func (s *Scanner) file() string { return s.lines.file }

// Invalid returns nil, or what is wrong with the line, with every violation. It may be kept.
func (s *Scanner) Invalid() *LineError {
	if s.fresh || s.line.Kind == 0 {
		return nil
	}
	return s.explain()
}

// explain returns what is wrong with the line, and remembers it.
func (s *Scanner) explain() *LineError {
	if s.invalid == nil {
		s.invalid = s.explained(string(s.Bytes()))
	}
	return s.invalid
}

// explained returns what is wrong with the line.
func (s *Scanner) explained(raw string) *LineError {
	s.line.explain()
	number, offset := s.Position()
	return &LineError{
		File:   s.file(),
		Line:   number,
		Offset: offset,
		Kind:   s.line.Kind,
		Name:   s.line.Name,
		Raw:    raw,
		Torn:   s.line.Kind == Malformed && !s.lines.Ended() && !s.lines.TooLong(),
		Err:    s.line.Err,
	}
}

// brief returns the first finding of a bad line, which says how many more there are.
func (s *Scanner) brief() Finding { return brief(s.explained("")) }

// common is how long a line many readers take at most: the buffer of Go's bufio.Scanner.
const common = 64 << 10

// Warnings returns what is allowed in the line, but likely a mistake: a lone surrogate, which every reader decodes differently
// (RFC 8259 section 8.2), and a length that other readers stop at. They may be kept. A malformed line has none.
func (s *Scanner) Warnings() []Finding {
	if line := s.Line(); line.Kind == Malformed || line.text == nil {
		return nil
	}
	var all []Finding
	number, offset := s.Position()
	warn := func(at int, rule, message string) {
		all = append(all, Finding{
			File: s.file(), Line: number, Column: at + 1, Offset: offset + int64(at), Name: s.line.Name, Warn: true, Rule: rule, Message: message,
		})
	}
	if n := len(s.Bytes()); n > common {
		warn(0, RuleLongLine, fmt.Sprintf("line of %d bytes: many readers stop at %d", n, common))
	}
	if at, found := s.surrogate(); found {
		warn(at, RuleSurrogate, `lone surrogate `+string(s.Bytes()[at:at+6])+` stands for no character and reads as U+FFFD`)
	}
	return all
}

// surrogate finds half of a surrogate pair: an escape \ud8 to \udf, in lower or upper case.
func (s *Scanner) surrogate() (offset int, found bool) {
	if text := s.Bytes(); bytes.IndexByte(text, '\\') < 0 || !bytes.Contains(text, []byte(`\ud`)) && !bytes.Contains(text, []byte(`\uD`)) {
		return 0, false
	}
	return s.line.Tape().LoneSurrogate()
}

// Remarks returns warnings about the stream as a whole, as far as it has been read: line ends that are not LF, and blank lines. Each says how
// many there are and stands at the first.
func (s *Scanner) Remarks() []Finding { return remarks(s.file(), s.lines.crlf, s.lines.blank) }

func remarks(file string, crlf, blank Tally) []Finding {
	var all []Finding
	remark := func(t Tally, rule, one, many string) {
		if t.N == 0 {
			return
		}
		message := one
		if t.N > 1 {
			message = fmt.Sprintf(many, t.N)
		}
		all = append(all, Finding{File: file, Line: t.First.Line, Column: 1, Offset: t.First.Offset, Warn: true, Rule: rule, Message: message})
	}
	remark(crlf, RuleLineEnd, "line ends in CRLF, not LF", "%d lines end in CRLF, not LF")
	remark(blank, RuleBlankLine, "blank line", "%d blank lines")
	return all
}
