//go:build purego || !(386 || amd64 || arm64 || loong64 || ppc64le || wasm)

package scan

import (
	"encoding/binary"
	"math/bits"
	"runtime"
	"strings"
)

// text is the text that is read, with its padding.
type text struct{ padded []byte }

func textOf(padded []byte) text { return text{padded} }

// word returns the eight bytes at i, the first one lowest.
func (t text) word(i int) uint64 { return binary.LittleEndian.Uint64(t.padded[i : i+8]) }

// words returns the three words from i on.
func (t text) words(i int) (a, b, c uint64) {
	p := (*[24]byte)(t.padded[i : i+24])
	return binary.LittleEndian.Uint64(p[:]), binary.LittleEndian.Uint64(p[8:]), binary.LittleEndian.Uint64(p[16:])
}

// marks marks, with the bit of its place, the first of the 16 bytes at i that is not simply part of a string, as special does.
func (t text) marks(i int) uint64 {
	p := (*[16]byte)(t.padded[i : i+16])
	return gathered(special(binary.LittleEndian.Uint64(p[:]))) | gathered(special(binary.LittleEndian.Uint64(p[8:])))<<8
}

func (t text) byte(i int) byte { return t.padded[i] }

// span returns the bytes from i to j.
func (t text) span(i, j int) []byte { return t.padded[i:j] }

// places are where the values of an object go, by their keys, of which there are 64 at most: the fields of a Fields.
type places struct{ of *[64]field }

func placesOf(f *Fields) places { return places{&f.at} }

func (p places) at(key uint8) *field { return &p.of[key%64] }

// whole is what strings are cut from: a copy of the text around the string that was asked for last. So a block is copied once, in pieces, if strings are asked for
// in the order in which they stand there.
type whole struct {
	text   string
	from   int
	line   int     // where the line begins: strings further in front are not asked for any more
	lately *lately // what they are taken from instead, if nobody keeps them
}

// piece is how much of a text is copied at a time.
const piece = 16 << 10

func (w *whole) forget() { w.text, w.from = "", 0 }

func (w *whole) begins(i int) { w.line = i }

// cut returns the text from i to j.
func (m *Machine) cut(i, j int) string {
	l, t := m.whole.lately, m.t
	if l == nil {
		return m.keep(i, j)
	}
	a, b, c := t.words(i)
	s := &l.strings[(a^bits.RotateLeft64(t.word(max(j-8, 0)), 32))*factor>>56]
	switch {
	case j-i >= literalLength:
		if s.content != string(t.span(i, j)) {
			s.content = l.copy(t, i, j)
		}
	case uint64(len(s.content)^(j-i))|(a^s.w0)&s.m0|(b^s.w1)&s.m1|(c^s.w2)&s.m2 != 0:
		*s = lateString{l.copy(t, i, j), t.literal(i, j-i)}
	}
	return s.content
}

// keep is cut for strings that may be kept, until the first that may not.
func (m *Machine) keep(i, j int) string {
	if m.memory.reuse {
		m.whole.lately = new(lately)
		return m.cut(i, j)
	}
	w := &m.whole
	if i < w.from || j > w.from+len(w.text) {
		w.from = min(i, w.line)
		w.text = string(m.t.padded[w.from:max(j, min(len(m.t.padded), w.from+piece))])
	}
	return w.text[i-w.from : j-w.from]
}

// lately holds strings that came lately. They are not overwritten, though nobody keeps them; but most come again soon, and what is not allocated need not be collected.
type lately struct {
	strings [256]lateString // by their hash
	block   strings.Builder // where they are, one behind the other
}

// lateString is a string that came lately.
type lateString struct {
	content string
	literal // the same, if it has less than literalLength bytes
}

// blockSize is how long a block of strings is, unless the text is shorter, or a string longer.
const blockSize = 32 << 10

// copy returns a copy of the text from i to j.
func (l *lately) copy(t text, i, j int) string {
	if j-i > l.block.Cap()-l.block.Len() {
		runtime.Gosched()   // the collector, if it is at work, has its turn; until it is done every pointer costs more
		clear(l.strings[:]) // they would hold on to their blocks
		l.block.Reset()
		l.block.Grow(max(j-i, min(len(t.padded), blockSize)))
	}
	from := l.block.Len()
	l.block.Write(t.span(i, j))
	return l.block.String()[from:]
}

// cutTo is *to = m.cut(i, j).
func (m *Machine) cutTo(to *string, i, j int) { *to = m.cut(i, j) }

// put stores the string without escapes from i to j in a field for strings.
func (m *Machine) put(f *field, i, j int) { *f.text, *f.set = m.cut(i, j), true }

// remembered is what a memo keeps of a text as a string: its content, once it was asked for.
type remembered struct{ content string }

// putAgain is put for the text of a memo.
func (m *Machine) putAgain(f *field, last *memo, i, j int) {
	if last.content == "" {
		last.content = m.cut(i, j)
	}
	*f.text, *f.set = last.content, true
}

// putNew is put for a string that hardly comes again.
func (m *Machine) putNew(f *field, i, j int) {
	if l := m.whole.lately; l != nil {
		*f.text, *f.set = l.copy(m.t, i, j), true
	} else {
		m.put(f, i, j)
	}
}

// stringOf returns bytes as a string.
func stringOf(b []byte) string { return string(b) }

// kept returns a string that outlives its text: here all do.
func kept(_ *[]byte, s string) string { return s }
