package stream

import (
	"io"
)

// Scanner reads a stream line by line and judges each.
type Scanner struct {
	record  *Record
	lines   *Lines
	line    Line
	invalid *LineError // once it was asked for
}

// NewScanner returns a scanner of a stream.
func (r *Record) NewScanner(rd io.Reader, o ...Option) *Scanner {
	return &Scanner{record: r, lines: NewLines(rd, o...)}
}

// Scan reads the next line that is not blank, good or bad; false at the end of the stream and on a read error.
func (s *Scanner) Scan() bool {
	s.invalid = nil
	if !s.lines.Next() {
		s.line = Line{Tape: s.line.Tape, index: -1}
		return false
	}
	if s.lines.TooLong() {
		s.line = Line{Tape: s.line.Tape, index: -1, Kind: Malformed, Err: &LongLineError{s.lines.maxLine, s.lines.length}}
		return true
	}
	s.record.Judge(s.lines.Bytes(), &s.line, false)
	return true
}

// Line returns the line as judged; the next Scan overwrites it. Its Err holds the violations of an invalid line once Invalid was called.
func (s *Scanner) Line() *Line { return &s.line }

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
	if s.line.Kind == 0 || s.invalid != nil {
		return s.invalid
	}
	s.record.explain(&s.line)
	number, offset := s.Position()
	s.invalid = &LineError{
		File:   s.file(),
		Line:   number,
		Offset: offset,
		Kind:   s.line.Kind,
		Name:   s.line.Name,
		Raw:    string(s.Bytes()),
		Torn:   s.line.Kind == Malformed && !s.lines.Ended() && !s.lines.TooLong(),
		Err:    s.line.Err,
	}
	return s.invalid
}

// Warnings returns what is allowed in the line, but likely a mistake: a lone surrogate, which every reader decodes differently
// (RFC 8259 section 8.2). They may be kept. A malformed line has none.
func (s *Scanner) Warnings() []Finding {
	if s.line.Kind == Malformed || s.line.Tape == nil {
		return nil
	}
	at, found := s.line.Tape.LoneSurrogate()
	if !found {
		return nil
	}
	number, offset := s.Position()
	return []Finding{{
		File:    s.file(),
		Line:    number,
		Column:  at + 1,
		Offset:  offset + int64(at),
		Name:    s.line.Name,
		Warn:    true,
		Rule:    RuleSurrogate,
		Message: `lone surrogate ` + string(s.Bytes()[at:at+6]) + ` stands for no character and reads as U+FFFD`,
	}}
}
