package stream

// Extent is how much of a stream was read, and what its lines are like beside their verdicts. The extents of the parts of a stream, cut anywhere between two
// lines, merge into that of the whole.
type Extent struct {
	Lines       int   // blank ones included
	Bytes       int64 // of those lines
	CRLF, Blank Tally
}

// Extent returns how much was read so far.
func (s *Scanner) Extent() Extent {
	return Extent{s.lines.number, s.lines.consumed(), s.lines.crlf, s.lines.blank}
}

// Merge adds the extent of the next part.
func (e *Extent) Merge(next Extent) {
	e.CRLF.merge(next.CRLF.behind(e.Lines, e.Bytes))
	e.Blank.merge(next.Blank.behind(e.Lines, e.Bytes))
	e.Lines += next.Lines
	e.Bytes += next.Bytes
}

// Remarks returns what [Scanner.Remarks] says of such a stream.
func (e *Extent) Remarks(file string) []Finding { return remarks(file, e.CRLF, e.Blank) }

// Behind returns the finding of a part as one of the whole stream, which has so much in front of the part.
func (f Finding) Behind(e Extent) Finding { return f.behind(e.Lines, e.Bytes) }
