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
// Lines holds one buffer, which grows to the longest line, and copies a line only if it lies across two blocks.
type Lines struct {
	options
	r   io.Reader
	err error // what ended reading, io.EOF included

	// What is read but not handed out is buf[start:end].
	buf        []byte
	start, end int
	next       int64 // offset of buf[start] in the stream

	text   []byte
	number int
	offset int64
	length int64 // of the line without its end, also if text is only its beginning
	ended  bool

	crlf, blank Tally
}

// NewLines returns a splitter of r.
func NewLines(r io.Reader, o ...Option) *Lines {
	return &Lines{options: optionsOf(o), r: r}
}

// Next reads the next line that is not blank. It returns false at the end of the stream and on a read error.
func (l *Lines) Next() bool {
	for l.line() {
		if l.TooLong() || !blank(l.text) {
			return true
		}
		l.blank.add(Place{l.number, l.offset})
	}
	l.text, l.length, l.ended = nil, 0, false
	return false
}

// Bytes returns the line without its end. The next call of Next overwrites it.
func (l *Lines) Bytes() []byte { return l.text }

// Position returns the line's 1-based number and its byte offset in the stream.
func (l *Lines) Position() (line int, offset int64) { return l.number, l.offset }

// TooLong reports whether the line exceeds MaxLine; Bytes then returns only its beginning, of at most 4 KiB.
func (l *Lines) TooLong() bool { return l.length > l.maxLine }

// Ended reports whether the line had a line end.
func (l *Lines) Ended() bool { return l.ended }

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
			l.hand(text, int64(len(text)), int64(seen+i+1), true)
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
		l.hand(rest, int64(seen), int64(seen), false)
		l.start = l.end
		return true
	}
}

// sure reads the next line if all of it is in the buffer and m is sure of it. Else nothing happens: Next reads it.
func (l *Lines) sure(m *scan.Machine) bool {
	if l.start == l.end || l.end > len(l.buf)-scan.Padding {
		return false
	}
	end, ok := m.Next(l.buf[:l.end+scan.Padding], l.start)
	if !ok || end >= l.end || int64(end-l.start) > l.maxLine {
		return false
	}
	text := trimCR(l.buf[l.start:end])
	l.hand(text, int64(len(text)), int64(end-l.start+1), true)
	if len(text) < end-l.start {
		l.crlf.add(Place{l.number, l.offset})
	}
	l.start = end + 1
	return true
}

// skip reads to the end of a line that is too long and keeps only its beginning.
func (l *Lines) skip() bool {
	size := int64(l.end - l.start) // of the line with its end, as far as it is read
	last := l.buf[l.end-1]
	keep := int(min(l.maxLine, beginning))
	begin := l.buf[l.start : l.start+keep]
	if l.keep {
		l.buf = make([]byte, block+beginning+scan.Padding)
	}
	copy(l.buf, begin)
	l.start, l.end = keep, keep
	for {
		n := l.read(l.buf[keep:min(len(l.buf)-scan.Padding, keep+block)])
		if n == 0 {
			if l.err != io.EOF {
				return false
			}
			l.hand(l.buf[:keep], size, size, false)
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
		l.hand(l.buf[:keep], length, size+int64(i)+1, true)
		l.start, l.end = keep+i+1, keep+n
		copy(l.buf[l.end:], padding)
		return true
	}
}

// hand makes text the line: length is the whole line's without its end, size with its end.
func (l *Lines) hand(text []byte, length, size int64, ended bool) {
	if length > l.maxLine {
		text = text[:min(l.maxLine, beginning)]
	}
	l.text, l.length, l.ended = text[:len(text):len(text)], length, ended
	l.number++
	l.offset = l.next
	l.next += size
}

// fill reads more behind buf[:end]. The bytes in front of start are given up for it.
func (l *Lines) fill() bool {
	rest := l.buf[l.start:l.end]
	room := len(l.buf) - scan.Padding
	switch {
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
	copy(l.buf[l.end:], padding) // see scan.Machine.Next
	return n > 0
}

// move makes buf the buffer, with what is not handed out at its beginning.
func (l *Lines) move(buf []byte) {
	l.end = copy(buf, l.buf[l.start:l.end])
	l.start, l.buf = 0, buf
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
