package stream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/assay-go/assay/runtime/scan"
)

const (
	// block is how much is read at a time: large enough to make calls rare, small enough to stay in the cache.
	block = 64 << 10

	// beginning is how much of a line that exceeds MaxLine is kept, to show it.
	beginning = 4 << 10

	// patience is how often a reader may return neither bytes nor an error.
	patience = 100
)

var errReadCount = errors.New("reader returned an impossible count of bytes")

// LongLineError says that a line is longer than MaxLine allows. The line is skipped, not held.
type LongLineError struct {
	Limit  int64 // MaxLine, in bytes
	Length int64 // length of the line, in bytes without its end
}

func (e *LongLineError) Error() string {
	return fmt.Sprintf("line of %d bytes is longer than the limit of %d bytes (max-line)", e.Length, e.Limit)
}

// Lines splits a JSONL stream into lines. Lines end with LF or CRLF; blank lines (nothing but spaces, tabs and carriage returns) are
// passed over but counted; a byte order mark at the beginning of the stream is left in place for the parser to refuse with its own
// message. The last line need not have an end. A line that a read error cuts short is not handed out: what it says is not known.
//
// Lines holds one buffer, which grows to the longest line, and copies a line only if it lies across two blocks. Of a text that [InPlace] gives it copies only the end.
type Lines struct {
	options
	r       io.Reader
	err     error         // what ended reading, io.EOF included
	machine *scan.Machine // reads lines of buf; nil if there is none

	// What is read but not handed out is buf[start:end].
	buf        []byte
	start, end int
	base       int64 // offset of buf[0] in the stream
	borrowed   bool  // buf is a text of InPlace, and not to be written to

	// The line is buf[from:to]: its beginning, if it is too long.
	from, to int
	number   int
	passed   bool // the rest has yet to be settled
	offset   int64
	length   int64 // of a line that is too long, without its end; else 0
	ended    bool

	crlf, blank Tally
}

// NewLines returns a splitter of r.
func NewLines(r io.Reader, o ...Option) *Lines {
	return &Lines{options: optionsOf(o), r: r}
}

// consumed returns how many bytes of the stream have been handed out.
func (l *Lines) consumed() int64 { return l.base + int64(l.start) }

// Next reads the next line that is not blank. It returns false at the end of the stream and on a read error.
func (l *Lines) Next() bool {
	l.settle()
	for l.line() {
		if l.TooLong() || !blank(l.Bytes()) {
			return true
		}
		l.blank.add(Place{l.number, l.offset})
	}
	l.from, l.to, l.length, l.ended = 0, 0, 0, false
	return false
}

// Bytes returns the line without its end. The next call of Next overwrites it.
func (l *Lines) Bytes() []byte {
	if l.from == l.to { // before the first line and behind the last: no line is empty
		return nil
	}
	return l.buf[l.from:l.to:l.to]
}

// Position returns the line's 1-based number and its byte offset in the stream.
func (l *Lines) Position() (line int, offset int64) {
	l.settle()
	return l.number, l.offset
}

// TooLong reports whether the line exceeds MaxLine; Bytes then returns only its beginning, of at most 4 KiB.
func (l *Lines) TooLong() bool {
	l.settle()
	return l.length > 0
}

// Ended reports whether the line had a line end.
func (l *Lines) Ended() bool {
	l.settle()
	return l.ended
}

// Err returns the error that ended reading; nil at the end of the stream.
func (l *Lines) Err() error {
	if l.err == io.EOF {
		return nil
	}
	return l.err
}

// line reads the next line, blank or not.
func (l *Lines) line() bool {
	seen := 0 // so much of the line is known to hold no LF: no byte is searched twice
	for {
		rest := l.buf[l.start:l.end]
		if i := bytes.IndexByte(rest[seen:], '\n'); i >= 0 {
			text := trimCR(rest[:seen+i])
			l.hand(l.start, len(text), int64(len(text)), true)
			l.start += seen + i + 1
			if len(text) < seen+i {
				l.crlf.add(Place{l.number, l.offset})
			}
			return true
		}
		seen = len(rest)
		if int64(seen)-1 > l.maxLine { // 1, because the last byte may be the CR of a line end
			return l.skip()
		}
		if l.fill() {
			continue
		}
		if seen == 0 || l.err != io.EOF {
			return false
		}
		l.hand(l.start, seen, int64(seen), false)
		l.start = l.end
		return true
	}
}

// refill reads more if the end of the next line is not in the buffer. It returns false if it is, or if there is no more.
func (l *Lines) refill() bool {
	l.settle()
	rest := l.buf[l.start:l.end]
	return int64(len(rest)) <= l.maxLine && bytes.IndexByte(rest, '\n') < 0 && l.fill()
}

// take makes buf[start:end] the next line, without its line end, which stands at end.
func (l *Lines) take(end int) {
	if l.pass(end); l.buf[end-1] == '\r' {
		l.endsInCR()
	}
}

// pass is take for a line whose line end is no CRLF.
func (l *Lines) pass(end int) {
	l.number++
	l.from, l.to, l.start = l.start, end, end+1
	l.passed = true
}

// settle says of a line that was passed what else there is to say, before the buffer changes or when somebody asks. Of most lines nobody does.
func (l *Lines) settle() {
	if l.passed {
		l.offset, l.length, l.ended, l.passed = l.base+int64(l.from), 0, true, false
	}
}

// endsInCR takes the CR of a line end off the line.
func (l *Lines) endsInCR() {
	l.settle()
	l.to--
	l.crlf.add(Place{l.number, l.offset})
}

// skip reads to the end of a line that is too long and keeps only its beginning.
func (l *Lines) skip() bool {
	size := int64(l.end - l.start) // of the line with its end, as far as it is read
	last := l.buf[l.end-1]
	keep := int(min(l.maxLine, beginning))
	begin, offset := l.buf[l.start:l.start+keep], l.base+int64(l.start)
	if l.keep || l.borrowed {
		l.buf, l.borrowed = make([]byte, block+beginning+scan.Padding), false
	}
	copy(l.buf, begin)
	l.start, l.end, l.base = keep, keep, offset
	for {
		n := l.read(l.buf[keep:min(len(l.buf)-scan.Padding, keep+block)])
		if n == 0 {
			if l.err != io.EOF {
				l.start, l.end = 0, 0
				return false
			}
			l.hand(0, keep, size, false)
			l.base += size - int64(keep)
			return true
		}
		read := l.buf[keep : keep+n]
		i := bytes.IndexByte(read, '\n')
		if i < 0 {
			size += int64(n)
			last = read[n-1]
			continue
		}
		if i > 0 {
			last = read[i-1]
		}
		length := size + int64(i)
		if last == '\r' {
			length--
		}
		l.hand(0, keep, length, true)
		l.start, l.end = keep+i+1, keep+n
		l.base += size - int64(keep)
		l.pad()
		return true
	}
}

// hand makes buf[from:], so many bytes, the line; length is the whole line's without its end.
func (l *Lines) hand(from, size int, length int64, ended bool) {
	l.number++
	l.offset = l.base + int64(from)
	l.from, l.to, l.length, l.ended, l.passed = from, from+size, 0, ended, false
	if length > l.maxLine {
		l.to, l.length = from+int(min(l.maxLine, beginning)), length
	}
}

// fill reads more behind buf[:end]. The bytes in front of start are given up for it.
func (l *Lines) fill() bool {
	p, inMemory := l.r.(*inPlace)
	switch {
	case l.err != nil:
		return false
	case inMemory && l.borrow(p):
		return true
	case inMemory && len(p.rest) == 0: // no buffer is needed to find that out
		l.err = io.EOF
		return false
	}
	rest := l.buf[l.start:l.end]
	room := len(l.buf) - scan.Padding
	switch {
	case l.borrowed:
		l.move(make([]byte, len(rest)+len(p.rest)+scan.Padding)) // for all that cannot be borrowed
		l.borrowed = false
	case l.keep && l.start > 0 && l.end+block/4 > room:
		l.move(make([]byte, max(block, 2*len(rest))+scan.Padding))
	case !l.keep && l.start >= block/2 && l.start >= len(rest):
		// No more bytes are moved than were handed out, so moving costs no more than reading.
		l.move(l.buf)
	case l.end >= room:
		l.move(make([]byte, max(block, min(2*int64(room), l.maxLine+block))+scan.Padding))
	}
	n := l.read(l.buf[l.end:min(len(l.buf)-scan.Padding, l.end+block)])
	l.end += n
	l.pad()
	return n > 0
}

// move makes buf the buffer, with what is not handed out at its beginning.
func (l *Lines) move(buf []byte) {
	l.end = copy(buf, l.buf[l.start:l.end])
	l.base += int64(l.start)
	l.start, l.buf = 0, buf
}

// pad shows the machine what has been read.
func (l *Lines) pad() {
	if l.machine != nil {
		copy(l.buf[l.end:], padding)
		l.machine.Block(l.buf[:l.end+scan.Padding], l.end)
	}
}

// padding is what stands behind the bytes that were read.
var padding = strings.Repeat("\n", scan.Padding)

// read reads into p, at least one byte unless the stream has ended. An error that comes with bytes is kept for the next call.
func (l *Lines) read(p []byte) int {
	if l.err != nil {
		return 0
	}
	for range patience {
		n, err := l.r.Read(p)
		if n < 0 || n > len(p) {
			l.err = errReadCount
			return 0
		}
		l.err = err
		if n > 0 || err != nil {
			return n
		}
	}
	l.err = io.ErrNoProgress
	return 0
}

// borrow takes lines of a text of InPlace where they are, if all that was read is handed out.
func (l *Lines) borrow(p *inPlace) bool {
	if l.start < l.end {
		return false
	}
	text := p.lines()
	if text == nil {
		return false
	}
	l.base += int64(l.start)
	l.buf, l.start, l.end, l.borrowed = text, 0, len(text), true
	if l.machine != nil {
		l.machine.Block(text[:len(text)+scan.Padding], len(text))
	}
	return true
}

// inPlace is a reader whose text can be borrowed.
type inPlace struct{ rest []byte }

// InPlace returns a reader of a text in memory. [Lines], and what is built on it, read the text where it is, without copying it: strings of decoded records alias it.
// So it must not change until all that was read from it is no longer in use.
func InPlace(text []byte) io.Reader { return &inPlace{text} }

func (p *inPlace) Read(to []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(to, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// lines returns whole lines with enough bytes behind them that can be loaded, though they are not part of them; nil if there are none.
func (p *inPlace) lines() []byte {
	const most = 1 << 30 // what a machine takes
	n := bytes.LastIndexByte(p.rest[:max(0, min(most, len(p.rest)-scan.Padding))], '\n') + 1
	if n == 0 {
		return nil
	}
	text := p.rest[:n]
	p.rest = p.rest[n:]
	return text
}

func trimCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
