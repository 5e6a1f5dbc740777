// Package tape reads strict JSON (RFC 8259) into a tape: a flat index of one JSON text, in document order.
//
// A value is a [Node]: an index on the tape. Its children follow it, and [Tape.Next] steps over a whole subtree, so a
// tape is walked without recursion and without pointers:
//
//	for c, end := n+1, t.Next(n); c < end; c = t.Next(c) {
//		… // an item of an array; of an object, a name and a value in turn
//	}
//
// The tape refers to the text that was parsed and copies nothing but strings that hold escapes. A Tape is reused by parsing
// again; everything handed out before then dies. Once parsed, a tape is only read: any number of goroutines may share it.
package tape

import (
	"bytes"
	"encoding/binary"
)

// Kind is the JSON type of a value.
type Kind uint8

// The kinds of JSON value (RFC 8259 section 3). The zero Kind is no value.
const (
	Null Kind = iota + 1
	Bool
	Number
	String
	Array
	Object
)

// String returns the name that JSON Schema uses for the kind: "null", "boolean", "number" and so on.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	}
	return "no value"
}

// Node is a value on a tape. The root is node 0.
// An object's children are its member names (strings) and values in turn: name, value, name, value.
// An array's children are its items.
type Node int32

// node is what the tape holds of a value. It is 16 bytes and free of pointers, so that a tape costs the garbage collector nothing.
type node struct {
	start, end uint32 // where the text is
	link       uint32 // of an Array or Object: the node behind the last child; of a String with escapes: where its value is in the arena
	meta       uint32 // bits 0-2: the Kind; bit 3: a flag; bits 4-31: a number; what they mean depends on the Kind
}

const (
	kindMask = 1<<3 - 1
	flag     = 1 << 3 // a Bool is true; a String has escapes
	shift    = 4      // of the number: how many items or members; for a member name, a hash of it as written
	maxCount = 1<<(32-shift) - 1
)

// Tape is the index of one JSON text. The zero Tape is ready to parse.
type Tape struct {
	src     []byte
	nodes   []node
	arena   []byte  // the values of strings with escapes, each behind its length in four bytes
	lone    int     // offset of the first lone surrogate + 1; 0 if there is none
	repeats bool    // some object has two members of one name
	index   nameSet // scratch of the search for them in large objects
}

// Source returns the text that was parsed.
func (t *Tape) Source() []byte { return t.src }

// Kind returns the JSON type of n, and no value (0) if n is not on the tape, as after an error.
func (t *Tape) Kind(n Node) Kind {
	i := uint(n)
	if i >= uint(len(t.nodes)) {
		return 0
	}
	return Kind(t.nodes[i].meta & kindMask)
}

// Offset returns where the text of n begins, in bytes.
func (t *Tape) Offset(n Node) int { return int(t.nodes[n].start) }

// End returns where the text of n ends (exclusive), in bytes.
func (t *Tape) End(n Node) int { return int(t.nodes[n].end) }

// Text returns n as it is written, quotes included. It aliases the source.
func (t *Tape) Text(n Node) []byte {
	e := &t.nodes[n]
	return t.src[e.start:e.end]
}

// Next returns the node behind n and all its children: the next sibling, if there is one.
func (t *Tape) Next(n Node) Node {
	if e := &t.nodes[n]; Kind(e.meta&kindMask) >= Array {
		return Node(e.link)
	}
	return n + 1
}

// Len returns how many items an array, or members an object, has; 0 for other kinds.
func (t *Tape) Len(n Node) int {
	e := &t.nodes[n]
	kind, count := Kind(e.meta&kindMask), int(e.meta>>shift)
	switch {
	case kind < Array:
		return 0
	case count < maxCount:
		return count
	}
	return t.count(n)
}

// count counts the children of a value that has too many for its node to say.
func (t *Tape) count(n Node) int {
	count := 0
	for c, end := n+1, t.Next(n); c < end; c = t.Next(c) {
		count++
	}
	if t.Kind(n) == Object {
		count /= 2
	}
	return count
}

// Bool returns the value of a Bool.
func (t *Tape) Bool(n Node) bool { return t.nodes[n].meta == uint32(Bool)|flag }

// Str returns the value of a String, escapes resolved, as UTF-8; nil for other kinds. A lone surrogate becomes U+FFFD. It aliases the source if
// there are no escapes, else memory of the tape; valid until the next Parse.
func (t *Tape) Str(n Node) []byte {
	e := &t.nodes[n]
	if e.meta&(kindMask|flag) == uint32(String) {
		return t.src[e.start+1 : e.end-1]
	}
	return t.unescaped(e)
}

// unescaped returns the value of a string with escapes.
func (t *Tape) unescaped(e *node) []byte {
	if e.meta&(kindMask|flag) != uint32(String)|flag {
		return nil
	}
	return t.arena[e.link:][:binary.LittleEndian.Uint32(t.arena[e.link-lengthSize:])]
}

// Repeats reports whether some object has two members of one name, which only Options.DuplicateNames lets pass.
func (t *Tape) Repeats() bool { return t.repeats }

// Escaped reports whether a String is written with escapes.
func (t *Tape) Escaped(n Node) bool { return t.nodes[n].meta&(flag|kindMask) == flag|uint32(String) }

// LoneSurrogate returns the offset of the first \u escape in the text that is half of a surrogate pair without its other half
// (RFC 8259 section 8.2), and whether there is one.
func (t *Tape) LoneSurrogate() (offset int, found bool) { return t.lone - 1, t.lone > 0 }

// Num returns a Number as an exact decimal.
func (t *Tape) Num(n Node) Decimal { return Decimal{string(t.Text(n))} }

// Position returns the 1-based line and column (in bytes) of an offset in the text.
func (t *Tape) Position(offset int) (line, column int) { return position(t.src, offset) }

func position(src []byte, offset int) (line, column int) {
	before := src[:min(max(offset, 0), len(src))]
	return bytes.Count(before, []byte{'\n'}) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
