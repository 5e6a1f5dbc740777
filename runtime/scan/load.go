//go:build !purego && (386 || amd64 || arm64 || loong64 || ppc64le || wasm)

package scan

import "unsafe"

// text is the text that is read, without its length: reading does not check bounds.
//
// Invariant: behind the text stands padding, and its first byte is a newline. A newline ends every token, so the machine never steps over
// it, and no load reaches further than the padding is long.
//
// It is for processors that load words from anywhere, the lowest byte first; for others there is load_pure.go.
type text struct{ p unsafe.Pointer }

func textOf(padded []byte) text { return text{unsafe.Pointer(unsafe.SliceData(padded))} }

// word returns the eight bytes at i, the first one lowest.
func (t text) word(i int) uint64 { return *(*uint64)(unsafe.Add(t.p, i)) }

// words returns the three words from i on.
func (t text) words(i int) (a, b, c uint64) {
	return t.word(i), t.word(i + 8), t.word(i + 16)
}

// marks marks, with the bit of its place, the first of the 16 bytes at i that is not simply part of a string, as special does.
func (t text) marks(i int) uint64 {
	return gathered(special(t.word(i))) | gathered(special(t.word(i+8)))<<8
}

func (t text) byte(i int) byte { return *(*byte)(unsafe.Add(t.p, i)) }

// span returns the bytes from i to j.
func (t text) span(i, j int) []byte { return unsafe.Slice((*byte)(unsafe.Add(t.p, i)), j-i) }

// places are where the values of an object go, by their keys, of which there are 64 at most: the fields of a Fields.
type places struct{ p unsafe.Pointer }

func placesOf(f *Fields) places { return places{unsafe.Pointer(&f.at)} }

func (p places) at(key uint8) *field {
	return (*field)(unsafe.Add(p.p, uintptr(key)*unsafe.Sizeof(field{})))
}

// whole is what strings are cut from: here it is the text itself.
type whole struct{}

func (*whole) forget() {}

func (*whole) begins(int) {}

// cut returns the text from i to j without copying it.
func (m *Machine) cut(i, j int) string { return unsafe.String((*byte)(unsafe.Add(m.t.p, i)), j-i) }

// cutTo is *to = m.cut(i, j) without the checks of unsafe.String.
func (m *Machine) cutTo(to *string, i, j int) {
	h := (*struct {
		p unsafe.Pointer
		n int
	})(unsafe.Pointer(to))
	h.p, h.n = unsafe.Add(m.t.p, i), j-i
}

// put stores the string without escapes from i to j in a field for strings.
func (m *Machine) put(f *field, i, j int) {
	h := (*struct {
		p unsafe.Pointer
		n int
	})(unsafe.Pointer(f.text))
	h.p, h.n = unsafe.Add(m.t.p, i), j-i
	*f.set = true
}

// remembered is what a memo keeps of a text as a string: here it is cut from the text again.
type remembered struct{}

// putAgain is put for the text of a memo.
func (m *Machine) putAgain(f *field, _ *memo, i, j int) { m.put(f, i, j) }

// putNew is put for a string that hardly comes again.
func (m *Machine) putNew(f *field, i, j int) { m.put(f, i, j) }

// stringOf returns bytes that nobody changes as a string.
func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// kept returns a copy of a string that outlives its text, in memory that is used again for the next.
func kept(memory *[]byte, s string) string {
	*memory = append((*memory)[:0], s...)
	return stringOf(*memory)
}
