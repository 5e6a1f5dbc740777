//go:build purego

package tape

import "encoding/binary"

// text is the text that is read.
type text struct{ src []byte }

func textOf(src []byte) text { return text{src} }

// word returns the eight bytes at i, the first one lowest.
func (t text) word(i int) uint64 { return binary.LittleEndian.Uint64(t.src[i:]) }
