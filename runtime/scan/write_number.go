package scan

import (
	"math"
	"math/bits"

	"github.com/assay-go/assay/runtime/value"
)

// quickLimit is what numbers are less than that are written by word operations.
const quickLimit = 1e8

// room is how much there must be behind the name of a number to write it so: nine digits, a point, six digits, a comma.
const room = 17

// Float64 appends a member that is a number: the shortest that reads back as v, as value.AppendFloat writes it.
func (w *Writer) Float64(b []byte, key int, v float64) []byte {
	m := &w.members[key]
	begin := len(b)
	at := begin + len(m.name)
	// Negative numbers, minus zero, infinities and NaN have greater bits than any limit.
	if at+room > cap(b) || math.Float64bits(v) >= m.below {
		return w.float(b, m, v)
	}
	t := textOf(b[:at+room])
	// Digits in front of the point and behind it. A decimal of at most 15 digits that rounds to v is the only one of so few that does: so without zeros at
	// its end it is the shortest. Division rounds once, because both operands are exact.
	var whole, part uint64
	if units := int64(v); float64(units) == v {
		whole = eightBytes(uint64(units))
	} else if units := int64(v*1e4 + 0.5); v < 1e4-1 && float64(units)/1e4 == v {
		whole = eightBytes(uint64(units))
		whole, part = whole<<32, whole>>32
	} else if units := int64(v*1e6 + 0.5); float64(units)/1e6 == v && units < quickLimit*1e6 {
		whole, part = eightBytes(uint64(units)/1e6), eightBytes(uint64(units)%1e6)>>16
	} else {
		return w.float(b, m, v)
	}
	m.putName(t, begin, at)
	zero := bits.TrailingZeros64(whole|1<<56) &^ 7
	// Words are stored that end with the number, so that nothing is written behind it.
	before := m.words[3]>>8>>(56-zero&63) | (whole|zeros)>>(zero&63)<<(zero&63)
	at += 8 - zero>>3
	t.put(at-8, before)
	if part != 0 { // without the zeros at its end
		size := (bits.Len64(part)+7)>>3 + 1
		at += size
		t.put(at-8, before>>(8*size&63)|((part|zeros)<<8|'.')<<(64-8*size&63))
	}
	t.putByte(at, ',')
	return b[:at+1]
}

// putName stores the name that begins and ends there, and its colon.
func (m *member) putName(t text, begin, end int) {
	t.put(begin, m.words[0])
	if end-begin > 16 {
		t.put(begin+8, m.words[1])
		t.put(end-16, m.words[2])
	}
	t.put(end-8, m.words[3])
}

func (w *Writer) float(b []byte, m *member, v float64) []byte {
	if b == nil {
		return nil
	}
	b = append(b, m.name...)
	start := len(b)
	b = value.AppendFloat(b, v)
	if m.plain && v > 0 && v <= math.MaxFloat64 {
		return append(b, ',')
	}
	return w.ended(b, m.at, start)
}

// Int64 appends a member that is a whole number.
func (w *Writer) Int64(b []byte, key int, v int64) []byte {
	m := &w.members[key]
	begin := len(b)
	at := begin + len(m.name)
	if at+room > cap(b) || uint64(v) >= m.under {
		return w.int(b, m, v)
	}
	t := textOf(b[:at+room])
	m.putName(t, begin, at)
	digits := eightBytes(uint64(v))
	zero := bits.TrailingZeros64(digits|1<<56) &^ 7
	at += 8 - zero>>3
	t.put(at-8, m.words[3]>>8>>(56-zero&63)|(digits|zeros)>>(zero&63)<<(zero&63))
	t.putByte(at, ',')
	return b[:at+1]
}

func (w *Writer) int(b []byte, m *member, v int64) []byte {
	if b == nil {
		return nil
	}
	b = append(b, m.name...)
	start := len(b)
	b = value.AppendInt(b, v)
	if m.whole && v >= 0 {
		return append(b, ',')
	}
	return w.ended(b, m.at, start)
}

// eightBytes returns the eight decimal digits of v, the first one lowest, as values from 0 to 9: halves, quarters and eighths are divided side by side.
func eightBytes(v uint64) uint64 {
	v = v/10000 | v%10000<<32
	hundreds := v * 10486 >> 20 & 0x7f0000007f // v/100
	v = hundreds | (v-100*hundreds)<<16
	tens := v * 103 >> 10 & 0x000f000f000f000f // v/10
	return tens | (v-10*tens)<<8
}
