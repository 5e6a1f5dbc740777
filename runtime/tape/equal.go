package tape

import (
	"bytes"
	"hash/maphash"
	"math/bits"
)

// Equal reports whether two values are equal as JSON Schema defines it (2020-12 Core section 4.2.2): numbers by mathematical value, strings by
// code points, objects without regard to order. Of members with the same name the last one counts, as in Find.
func Equal(a *Tape, an Node, b *Tape, bn Node) bool {
	kind := a.Kind(an)
	if kind != b.Kind(bn) {
		return false
	}
	switch kind {
	case Bool:
		return a.Bool(an) == b.Bool(bn)
	case Number:
		return bytes.Equal(a.Text(an), b.Text(bn)) || a.Num(an).Compare(b.Num(bn)) == 0
	case String:
		return bytes.Equal(a.Str(an), b.Str(bn))
	case Array:
		if a.Len(an) != b.Len(bn) {
			return false
		}
		end := a.Next(an)
		an, bn = an+1, bn+1
		for ; an < end; an, bn = a.Next(an), b.Next(bn) {
			if !Equal(a, an, b, bn) {
				return false
			}
		}
	case Object:
		return equalObjects(a, an, b, bn)
	}
	return true
}

func equalObjects(a *Tape, an Node, b *Tape, bn Node) bool {
	if a.repeats || b.repeats || a.Len(an) > directNames {
		return equalSets(a, an, b, bn)
	}
	if a.Len(an) != b.Len(bn) {
		return false
	}
	// Members often stand in the same order: look behind the one that was found last, then from the beginning.
	next, bend := bn+1, b.Next(bn)
	for n, end := an+1, a.Next(an); n < end; n = a.Next(n + 1) {
		value, found := Node(0), false
		if name := a.Str(n); next < bend && bytes.Equal(name, b.Str(next)) {
			value, found = next+1, true
		} else {
			value, found = find(b, bn, name)
		}
		if !found || !Equal(a, n+1, b, value) {
			return false
		}
		next = b.Next(value)
	}
	return true
}

// equalSets compares objects in linear time, and also those with two members of one name.
func equalSets(a *Tape, an Node, b *Tape, bn Node) bool {
	var as, bs nameSet
	count := as.add(a, an)
	if count != bs.add(b, bn) {
		return false
	}
	for _, n := range as.slots {
		if n == 0 {
			continue
		}
		if m := *bs.slot(b, a.Str(n)); m == 0 || !Equal(a, n+1, b, m+1) {
			return false
		}
	}
	return true
}

// Hash returns a hash of a value that is the same for all equal values, on whatever tape. It differs from one run of the program to the next.
func (t *Tape) Hash(n Node) uint64 {
	kind := t.Kind(n)
	switch kind {
	case Bool:
		if t.Bool(n) {
			return mix(uint64(kind), 1)
		}
	case Number:
		return t.Num(n).hash()
	case String:
		return maphash.Bytes(seed, t.Str(n))
	case Array:
		h := uint64(kind)
		for c, end := n+1, t.Next(n); c < end; c = t.Next(c) {
			h = mix(h, t.Hash(c))
		}
		return mix(h, uint64(t.Len(n)))
	case Object:
		// A sum does not depend on the order.
		h := uint64(kind)
		member := func(name Node) { h += mix(maphash.Bytes(seed, t.Str(name)), t.Hash(name+1)) }
		if t.repeats {
			var set nameSet
			set.add(t, n)
			for _, name := range set.slots {
				if name != 0 {
					member(name)
				}
			}
			return h
		}
		for name, end := n+1, t.Next(n); name < end; name = t.Next(name + 1) {
			member(name)
		}
		return h
	}
	return mix(uint64(kind), 0)
}

// mix combines two hashes. The order of the two matters.
func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a^hashFactor, b^0xC2B2AE3D27D4EB4F)
	return high ^ low + a
}
