package schema

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// names finds strings in a list by their text.
type names struct {
	list    []string
	lengths uint64 // a bit for each length in bytes that occurs; 63 and more share one
	slots   []slot // a hash table; nil for short lists, which are searched in order
	shift   uint8  // takes a hash to a slot
	seeded  bool   // the hash is of all bytes, for lists with many names that begin and end alike
	seed    maphash.Seed
}

type slot struct {
	hash  uint32
	index int32 // 1 + index into names.list; 0 is free
}

const (
	fewNames  = 8  // how long a list may be that is searched in order: comparing lengths is quicker than hashing
	farProbe  = 16 // how far a name may be from its slot before the hash is seeded
	hashWidth = 32
)

func newNames(list []string) names {
	s := names{list: list}
	for _, name := range list {
		s.lengths |= 1 << min(len(name), 63)
	}
	if len(list) > fewNames && !s.fill(farProbe) {
		s.seeded, s.seed = true, maphash.MakeSeed()
		s.fill(len(list))
	}
	return s
}

// fill makes the table, or reports that a name comes to stand too far from its slot.
func (s *names) fill(far int) bool {
	width := min(bits.Len(uint(2*len(s.list)-1)), hashWidth)
	s.shift = uint8(hashWidth - width)
	s.slots = make([]slot, 1<<width)
	for i, name := range s.list {
		hash := s.hash([]byte(name))
		at, probes := hash>>s.shift, 0
		for s.slots[at].index != 0 && (s.slots[at].hash != hash || s.list[s.slots[at].index-1] != name) {
			if probes++; probes > far {
				return false
			}
			at = (at + 1) & uint32(len(s.slots)-1)
		}
		if s.slots[at].index == 0 { // of strings that repeat the first counts
			s.slots[at] = slot{hash, int32(i + 1)}
		}
	}
	return true
}

func (s *names) hash(name []byte) uint32 {
	if s.seeded {
		return uint32(maphash.Bytes(s.seed, name))
	}
	// Odd factors without a pattern, so that length, beginning and end all count.
	first, last := ends(name)
	return uint32((first*0x9e3779b97f4a7c15 ^ (last+uint64(len(name)))*0xd6e8feb86659fd93) * 0xff51afd7ed558ccd >> 32)
}

// ends returns the first and the last eight bytes of a text, or all bytes of a shorter one as one word that no other of its length has.
func ends(s []byte) (first, last uint64) {
	switch n := len(s); {
	case n >= 8:
		return binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(s)) | uint64(binary.LittleEndian.Uint32(s[n-4:]))<<32, 0
	case n > 0:
		return uint64(s[0]) | uint64(s[n/2])<<8 | uint64(s[n-1])<<16, 0
	}
	return 0, 0
}

// find returns the index of name, or -1.
func (s *names) find(name []byte) int {
	if s.lengths>>min(len(name), 63)&1 == 0 {
		return -1
	}
	if s.slots == nil {
		for i, other := range s.list {
			if other == string(name) {
				return i
			}
		}
		return -1
	}
	hash := s.hash(name)
	for at := hash >> s.shift; ; at = (at + 1) & uint32(len(s.slots)-1) {
		switch slot := s.slots[at]; {
		case slot.index == 0:
			return -1
		case slot.hash == hash && s.list[slot.index-1] == string(name):
			return int(slot.index - 1)
		}
	}
}
