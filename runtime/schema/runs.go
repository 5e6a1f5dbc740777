package schema

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// runs matches runs of characters from the beginning: a text, then sets of characters, each with how often they may repeat. It reads every byte once and never
// goes back, because no run that may vary in length can swallow what the next one needs.
type runs struct {
	prefix      string
	first, mask uint64 // the first eight bytes of the prefix, or all of it, and which bytes those are
	list        []run
	end         bool // the last run must reach the end
}

type run struct {
	bytes     [4]uint64             // the set; bytes from 0x80 on are in it all or none
	ranges    [wordRanges]wordRange // the set once more, for eight bytes at once
	scattered bool                  // it is too scattered for that
	min, max  int                   // max < 0: no limit
}

func (m *runs) match(s []byte) bool {
	if len(s) < len(m.prefix) || (wordAt(s, 0)^m.first)&m.mask != 0 || len(m.prefix) > 8 && string(s[8:len(m.prefix)]) != m.prefix[8:] {
		return false
	}
	i := len(m.prefix)
	for k := range m.list {
		r := &m.list[k]
		end, start := len(s), i
		if r.max >= 0 && end-i > r.max {
			end = i + r.max
		}
		if r.scattered {
			for i < end && r.has(s[i]) {
				i++
			}
		} else {
			for i < end {
				w := wordAt(s, i)
				x := w &^ highs
				inside := (x + r.ranges[0].from) ^ (x + r.ranges[0].beyond) ^ (x + r.ranges[1].from) ^ (x + r.ranges[1].beyond) ^ (x + r.ranges[2].from) ^ (x + r.ranges[2].beyond)
				if outside := (^inside | w) & highs; outside != 0 {
					i += bits.TrailingZeros64(outside) >> 3
					break
				}
				i += 8
			}
			i = min(i, end)
		}
		if i-start < r.min {
			return false
		}
	}
	return !m.end || i == len(s)
}

func (r *run) has(c byte) bool { return r.bytes[c>>6]>>(c&63)&1 != 0 }

// only returns the one ASCII character of the set, if it is but one.
func (r *run) only() (c byte, ok bool) {
	low, high := bits.OnesCount64(r.bytes[0]), bits.OnesCount64(r.bytes[1])
	if low+high != 1 || r.bytes[2]|r.bytes[3] != 0 {
		return 0, false
	}
	return byte(bits.TrailingZeros64(r.bytes[0])&63*low + (64+bits.TrailingZeros64(r.bytes[1]))*high), true
}

// wordRange is a range of ASCII characters, to be looked for in eight bytes at once, as what a byte of the range carries into its high bit, and what one beyond
// does. The zero range is empty.
type wordRange struct{ from, beyond uint64 }

const (
	ones  = 0x0101010101010101
	highs = ones * 0x80
)

// wordRanges is how many ranges are quicker to look for than each byte in the set.
const wordRanges = 3

// newWordRanges returns the ranges of a set, and whether they can be looked for.
func newWordRanges(set []rune) (list [wordRanges]wordRange, ok bool) {
	if len(set) == 0 || len(set) > 2*wordRanges {
		return list, false
	}
	for i := 0; i < len(set); i += 2 {
		if set[i+1] >= utf8.RuneSelf {
			return list, false
		}
		list[i/2] = wordRange{ones * (0x80 - uint64(set[i])), ones * (0x7f - uint64(set[i+1]))}
	}
	return list, true
}

// nondigit marks, with the high bit of its byte, the first byte of w that is no digit. Marks above may be wrong, because addition carries.
func nondigit(w uint64) uint64 {
	w ^= ones * '0'
	return (w + ones*(0x80-10) | w) & highs
}

// wordAt returns the eight bytes at i, the first one lowest, with zeros behind the end.
func wordAt(s []byte, i int) uint64 {
	switch n := len(s); {
	case n-i >= 8:
		return binary.LittleEndian.Uint64(s[i:])
	case n >= 8:
		return binary.LittleEndian.Uint64(s[n-8:]) >> (8 * uint(i-(n-8)))
	}
	var w uint64
	for k := len(s) - 1; k >= i; k-- {
		w = w<<8 | uint64(s[k])
	}
	return w
}

// newRuns returns a matcher for an anchored sequence of repeated sets, or nil.
func newRuns(t *term) matcher {
	parts := t.sequence()
	if len(parts) < 2 || parts[0].op != opBegin {
		return nil
	}
	m := &runs{}
	parts = parts[1:]
	if last := len(parts) - 1; parts[last].op == opEnd {
		m.end, parts = true, parts[:last]
	}
	for _, part := range parts {
		r := run{min: 1, max: 1}
		if part.op == opRepeat {
			r.min, r.max, part = part.min, part.max, part.subs[0]
		}
		if part.op != opSet {
			return nil
		}
		for i := 0; i < len(part.set); i += 2 {
			lo, hi := part.set[i], part.set[i+1]
			for c := lo; c <= min(hi, 0x7f); c++ {
				r.bytes[c>>6] |= 1 << (c & 63)
			}
			if hi < 0x80 {
				continue
			}
			// Bytes are counted, not characters: beyond ASCII it must be all characters, in any number.
			if lo > 0x80 || hi < 0x10ffff || r.min > 1 || r.max >= 0 {
				return nil
			}
			r.bytes[2], r.bytes[3] = ^uint64(0), ^uint64(0)
		}
		ranges, ok := newWordRanges(part.set)
		r.ranges, r.scattered = ranges, !ok
		m.list = append(m.list, r)
	}
	for i, r := range m.list {
		if r.min == r.max {
			continue
		}
		for _, next := range m.list[i+1:] {
			if r.bytes[0]&next.bytes[0]|r.bytes[1]&next.bytes[1]|r.bytes[2]&next.bytes[2] != 0 {
				return nil
			}
			if next.min > 0 {
				break
			}
		}
	}
	// Single characters at the beginning are one text.
	for len(m.list) > 0 && m.list[0].min == 1 && m.list[0].max == 1 {
		c, only := m.list[0].only()
		if !only {
			break
		}
		m.prefix += string(rune(c))
		m.list = m.list[1:]
	}
	m.first = wordAt([]byte(m.prefix), 0)
	m.mask = 1<<(8*min(len(m.prefix), 8)) - 1
	return m
}
