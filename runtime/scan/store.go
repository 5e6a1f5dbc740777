//go:build !purego && (386 || amd64 || arm64 || loong64 || ppc64le || wasm)

package scan

import (
	"encoding/binary"
	"unsafe"
)

// put stores eight bytes at i, the lowest first. Stores, as loads, do not check bounds: there must be room for them.
func (t text) put(i int, w uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(t.p, i))[:], w)
}

func (t text) putByte(i int, c byte) { *(*byte)(unsafe.Add(t.p, i)) = c }

// putPair stores two bytes at i, the lower first.
func (t text) putPair(i int, w uint16) {
	binary.LittleEndian.PutUint16((*[2]byte)(unsafe.Add(t.p, i))[:], w)
}

// chars is a string that is read word by word.
type chars struct{ p unsafe.Pointer }

func charsOf(s string) chars { return chars{unsafe.Pointer(unsafe.StringData(s))} }

// word returns the eight bytes at i, the first one lowest. They must all be there.
func (c chars) word(i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(c.p, i))[:])
}

// half returns the four bytes at i.
func (c chars) half(i int) uint64 {
	return uint64(binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(c.p, i))[:]))
}

func (c chars) byte(i int) byte { return *(*byte)(unsafe.Add(c.p, i)) }
