//go:build !purego

package tape

import (
	"encoding/binary"
	"unsafe"
)

// text is the text that is read, without its length: who reads it has to know that there is something at i.
type text struct{ p unsafe.Pointer }

func textOf(src []byte) text { return text{unsafe.Pointer(unsafe.SliceData(src))} }

// word returns the eight bytes at i, the first one lowest.
func (t text) word(i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(t.p, i))[:])
}
