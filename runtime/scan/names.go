package scan

import (
	"bytes"
	"slices"
)

// span is the name of a member that is no key: where its text is, without quotes, and its hash, and where its value begins and ends. Of a member that has been
// skipped it may be a key.
type span struct {
	hash        uint64
	seen        uint64 // a bit for the hash of each name of the object up to here: a name whose bit is not there is new
	start, end  int32
	value, stop int32
}

// fewNames is how many names of an object are compared with each other as they are read. The names of a larger one go into a hash table when it ends.
const fewNames = 16

// newName adds a name to those of an open object, which begin at base, and reports whether it is a new one. Names without escapes are equal if their
// bytes are.
func (m *Machine) newName(base int, hash uint64, start, end int) bool {
	bit, seen := uint64(1)<<(hash>>58), uint64(0)
	if n := len(m.names); n > base {
		if seen = m.names[n-1].seen; seen&bit != 0 && m.known(base, hash, start, end) {
			return false
		}
	}
	n := len(m.names)
	if n == cap(m.names) {
		m.names = slices.Grow(m.names, fewNames)
	}
	m.names = m.names[:n+1]
	m.names[n] = span{hash: hash, seen: seen | bit, start: int32(start), end: int32(end)}
	return true
}

// known reports whether a name is one of few from base on.
func (m *Machine) known(base int, hash uint64, start, end int) bool {
	names := m.names[base:]
	if len(names) >= fewNames {
		return false
	}
	for i := range names {
		if n := &names[i]; n.hash == hash && bytes.Equal(m.t.span(int(n.start), int(n.end)), m.t.span(start, end)) {
			return true
		}
	}
	return false
}

// forget ends an object and reports whether all its names are different, so far as newName has not found out.
func (m *Machine) forget(base int) bool {
	names := m.names[base:]
	if len(names) > 0 {
		m.state |= extras
	}
	if !m.apart(names) {
		return false
	}
	m.names = m.names[:base]
	return true
}

// apart reports whether all names of an object are different, so far as newName has not found out.
func (m *Machine) apart(names []span) bool { return len(names) <= fewNames || m.distinct(names) }

// patience is how many slots are looked at for one name. Hashes can be made to collide; then the interpreter, whose cannot, has to do.
const patience = 32

func (m *Machine) distinct(names []span) bool {
	size, shift := 64, 64-6
	for size < 2*len(names) {
		size, shift = size*2, shift-1
	}
	if cap(m.table) < size {
		m.table = make([]uint32, size)
	}
	table := m.table[:size]
	clear(table)
	for i := range names {
		n := &names[i]
		at := (n.hash * factor) >> shift
		for tries := 0; table[at] != 0; tries++ {
			if tries == patience || names[table[at]-1].hash == n.hash { // equal, or not: that is rare enough
				return false
			}
			at = (at + 1) & uint64(size-1)
		}
		table[at] = uint32(i + 1)
	}
	return true
}
