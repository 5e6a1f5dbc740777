package scan

import "slices"

// listed is a Listed.
type listed struct {
	texts []string // without white space between tokens
	sums  []uint64 // their digests
	known bool     // all have one
	fail  uint64
}

func newListed(list []Listed) []listed {
	var all []listed
	for _, l := range list {
		n := listed{texts: l.Texts, known: true, fail: l.Fail}
		for _, s := range l.Texts {
			padded := Pad(nil, []byte(s))
			m := Machine{t: textOf(padded)}
			sum, ok := m.digest(0, len(s))
			n.sums, n.known = append(n.sums, sum), n.known && ok
		}
		all = append(all, n)
	}
	return all
}

// unlisted returns the bits that fail because the value from i to end is not listed. It is sure, and says so, of a value that is written as a listed one is,
// and of one whose digest no listed one has.
func (m *Machine) unlisted(all []listed, i, end int) (fail uint64, ok bool) {
	for k := range all {
		l := &all[k]
		if slices.ContainsFunc(l.texts, func(s string) bool { return m.spells(s, i, end) }) {
			continue
		}
		if sum, ok := m.digest(i, end); !ok || !l.known || slices.Contains(l.sums, sum) {
			return 0, false
		}
		fail |= l.fail
	}
	return fail, true
}

// spells reports whether the value from i to end is s but for white space between tokens.
func (m *Machine) spells(s string, i, end int) bool {
	inside := false
	for k := 0; k < len(s); k++ {
		for !inside && i < end && m.t.byte(i) <= ' ' {
			i++
		}
		if i == end || m.t.byte(i) != s[k] {
			return false
		}
		i++
		switch s[k] {
		case '"':
			inside = !inside
		case '\\':
			if k++; i == end || m.t.byte(i) != s[k] {
				return false
			}
			i++
		}
	}
	return i == end
}

// digest returns a number that is the same for equal values (2020-12 Core section 4.2.2), so that items with different ones differ. It is the sum of its
// tokens, which the order of members does not change. It gives up, with false, on what can be written in several ways: strings with escapes, and
// numbers that are not plain integers. What stands from i to end is known to be a value.
func (m *Machine) digest(i, end int) (sum uint64, ok bool) {
	t := m.t
	for i < end {
		switch c := t.byte(i); c {
		case ' ', '\t', '\r', '\n', ',', ':':
			i++
		case '"':
			close, hash := t.nameEnd(i + 1)
			if close < 0 {
				return 0, false
			}
			sum += spread(hash + 1)
			i = close + 1
		case '{', '}', '[', ']':
			sum += spread(uint64(c))
			i++
		case 't', 'n', 'f':
			sum += spread(uint64(c))
			if i += 4; c == 'f' {
				i++
			}
		default:
			stop := t.digits(i + 1)
			if c == '-' && t.byte(i+1) == '0' || t.byte(stop) == '.' || t.byte(stop)|0x20 == 'e' {
				return 0, false
			}
			sum += spread(hashOf(t.span(i, stop)) + 2)
			i = stop
		}
	}
	return sum, true
}

// spread mixes the bits of x.
func spread(x uint64) uint64 {
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	return x ^ x>>32
}

// different reports whether all digests differ.
func (m *Machine) different(sums []uint64) bool {
	if len(sums) <= fewNames {
		for i, a := range sums {
			for _, b := range sums[:i] {
				if a == b {
					return false
				}
			}
		}
		return true
	}
	base := len(m.names)
	for _, sum := range sums {
		m.names = append(m.names, span{hash: sum})
	}
	ok := m.distinct(m.names[base:])
	m.names = m.names[:base]
	return ok
}
