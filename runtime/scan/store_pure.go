//go:build purego || !(386 || amd64 || arm64 || loong64 || ppc64le || wasm)

package scan

import "encoding/binary"

// put stores eight bytes at i, the lowest first.
func (t text) put(i int, w uint64) { binary.LittleEndian.PutUint64(t.padded[i:], w) }

func (t text) putByte(i int, c byte) { t.padded[i] = c }

// putPair stores two bytes at i, the lower first.
func (t text) putPair(i int, w uint16) { binary.LittleEndian.PutUint16(t.padded[i:], w) }

// chars is a string that is read word by word.
type chars struct{ s string }

func charsOf(s string) chars { return chars{s} }

// word returns the eight bytes at i, the first one lowest.
func (c chars) word(i int) uint64 {
	s := c.s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// half returns the four bytes at i.
func (c chars) half(i int) uint64 {
	s := c.s[i : i+4]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

func (c chars) byte(i int) byte { return c.s[i] }
