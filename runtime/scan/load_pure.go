//go:build purego

package scan

import "encoding/binary"

// text is the text that is read, with its padding.
type text struct{ padded []byte }

func textOf(padded []byte) text { return text{padded} }

// word returns the eight bytes at i, the first one lowest.
func (t text) word(i int) uint64 { return binary.LittleEndian.Uint64(t.padded[i : i+8]) }

func (t text) byte(i int) byte { return t.padded[i] }

// span returns the bytes from i to j.
func (t text) span(i, j int) []byte { return t.padded[i:j] }

// string returns the text from i to j.
func (t text) string(i, j int) string { return string(t.padded[i:j]) }
