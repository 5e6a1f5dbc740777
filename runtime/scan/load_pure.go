//go:build purego

package scan

import "encoding/binary"

// text is the text that is read, with its padding.
type text struct{ padded []byte }

func textOf(padded []byte) text { return text{padded} }

// word returns the eight bytes at i, the first one lowest.
func (t text) word(i int) uint64 { return binary.LittleEndian.Uint64(t.padded[i : i+8]) }

// words returns the three words from i on.
func (t text) words(i int) (a, b, c uint64) {
	p := t.padded[i : i+24]
	return binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[8:]), binary.LittleEndian.Uint64(p[16:])
}

func (t text) byte(i int) byte { return t.padded[i] }

// span returns the bytes from i to j.
func (t text) span(i, j int) []byte { return t.padded[i:j] }

// whole is what strings are cut from: a copy of the text around the string that was asked for last. So a block is copied once, in pieces, if strings are asked for
// in the order in which they stand there.
type whole struct {
	text string
	from int
}

// piece is how much of a text is copied at a time.
const piece = 16 << 10

func (w *whole) forget() { *w = whole{} }

// cut returns the text from i to j.
func (m *Machine) cut(i, j int) string {
	w := &m.whole
	if i < w.from || j > w.from+len(w.text) {
		w.from = min(i, m.frame.begin)
		w.text = string(m.t.padded[w.from:max(j, min(len(m.t.padded), w.from+piece))])
	}
	return w.text[i-w.from : j-w.from]
}

// cutTo is *to = m.cut(i, j).
func (m *Machine) cutTo(to *string, i, j int) { *to = m.cut(i, j) }

// stringOf returns bytes as a string.
func stringOf(b []byte) string { return string(b) }
