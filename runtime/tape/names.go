package tape

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// nameHash is the hash that parse computes of a plain name while it reads it: word by word, and the quote behind it.
func nameHash(name []byte) uint64 {
	var h uint64
	for ; len(name) >= 8; name = name[8:] {
		h = (h ^ wordAt(name, 0)) * hashFactor
	}
	return (h ^ (wordAt(name, 0) | '"'<<(8*len(name)))) * hashFactor
}

// Name is a string to compare the names of members with. The zero Name is none.
type Name struct {
	text        string
	meta        uint32 // of a node that has it as a name, without escapes
	size        uint32 // of its text, quotes included
	first, mask uint64 // its first eight bytes, or all of them under a mask
	last        uint64 // its last eight bytes, if it has so many
}

// NewName returns the name that text, which is UTF-8, is.
func NewName(text string) Name {
	b := []byte(text)
	n := Name{text: text, meta: nameMeta(nameHash(b)), size: uint32(len(b)) + 2, first: wordAt(b, 0), mask: ^uint64(0)}
	if len(b) < 8 {
		n.mask = 1<<(8*len(b)) - 1
	} else {
		n.last = wordAt(b, len(b)-8)
	}
	return n
}

// String returns the name.
func (n *Name) String() string { return n.text }

// nameMeta is the meta of a node that is a name without escapes.
func nameMeta(hash uint64) uint32 { return uint32(String) | uint32(hash>>(32+shift))<<shift }

// Short reports whether a member that Begins with the name has no more to it: a name of up to eight bytes.
func (n *Name) Short() bool { return n.size <= 8+2 }

// Begins reports whether n is a member name that is written, without escapes, with the length, the hash and the first eight bytes of name. It may say no of one
// in the last bytes of the text. It is apart from Ends so that the compiler can put it where it is called: most names are asked no more.
func (t *Tape) Begins(n Node, name *Name) bool {
	e := &t.nodes[n]
	from := int(e.start) + 1
	return e.meta == name.meta && e.end-e.start == name.size && from <= len(t.src)-8 && (binary.LittleEndian.Uint64(t.src[from:from+8])^name.first)&name.mask == 0
}

// Ends reports whether the member name n, which Begins as name, is that name.
func (t *Tape) Ends(n Node, name *Name) bool {
	text := t.Str(n)
	k := len(text) - 8
	return k <= 0 || binary.LittleEndian.Uint64(text[k:]) == name.last && (k <= 8 || string(text[8:k]) == name.text[8:k])
}

// repeated reports whether the last node, a member name of the open object, is one that the object has already.
func (t *Tape) repeated(open int) bool {
	last := Node(len(t.nodes) - 1)
	for n := Node(open) + 1; n < last; n = t.Next(n + 1) {
		if t.nodes[n].meta>>shift == t.nodes[last].meta>>shift && bytes.Equal(t.Str(n), t.Str(last)) {
			return true
		}
	}
	return false
}

// seed makes hashes unpredictable, so that nobody can write a text whose names or items all hash alike.
var seed = maphash.MakeSeed()

// nameSet is a hash table of member names. It is reused from object to object.
type nameSet struct {
	slots []Node // 0 is free: the root is no name
}

// reset empties the set and makes room for count names.
func (s *nameSet) reset(count int) {
	size := 64
	for size < 2*count {
		size *= 2
	}
	if cap(s.slots) < size {
		s.slots = make([]Node, size)
		return
	}
	s.slots = s.slots[:size]
	clear(s.slots)
}

// slot returns the slot of a name of t, or a free one if the set does not have it.
func (s *nameSet) slot(t *Tape, name []byte) *Node {
	mask := len(s.slots) - 1
	for i := int(maphash.Bytes(seed, name)) & mask; ; i = (i + 1) & mask {
		if n := s.slots[i]; n == 0 || bytes.Equal(t.Str(n), name) {
			return &s.slots[i]
		}
	}
}

// repeated returns the first name of an object, the last one on the tape, that it has already; 0 if there is none.
func (s *nameSet) repeated(t *Tape, object Node) Node {
	end := Node(len(t.nodes))
	count := 0
	for n := object + 1; n < end; n = t.Next(n + 1) {
		count++
	}
	s.reset(count)
	for n := object + 1; n < end; n = t.Next(n + 1) {
		slot := s.slot(t, t.Str(n))
		if *slot != 0 {
			return n
		}
		*slot = n
	}
	return 0
}

// add fills the set with the names of an object, the last of each, and returns how many there are.
func (s *nameSet) add(t *Tape, object Node) int {
	s.reset(t.Len(object))
	count := 0
	for n, end := object+1, t.Next(object); n < end; n = t.Next(n + 1) {
		slot := s.slot(t, t.Str(n))
		if *slot == 0 {
			count++
		}
		*slot = n
	}
	return count
}
