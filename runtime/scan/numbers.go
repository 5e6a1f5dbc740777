package scan

import (
	"bytes"
	"cmp"
	"math"
	"math/bits"
	"strconv"

	"github.com/assay-go/assay/runtime/tape"
)

// number reads a number at i. It returns the roots that hold, and where it ends; -1 if it is not sure.
func (m *Machine) number(n *numberRule, i int) (holds uint64, end int) {
	if n.whole {
		// Digits, and what can follow a number.
		w := m.t.word(i)
		k := first(nondigit(w))
		if c := byte(w >> (8 * k)); k < 8 && (k > 1 && byte(w) != '0' || k == 1) && c != '.' && c|0x20 != 'e' {
			return n.all, i + k
		}
	}
	if end = m.t.numberEnd(i); end < 0 {
		return 0, -1
	}
	text := m.t.span(i, end)
	d := readSmall(text)
	fail := n.fail
	for k := range n.checks {
		if c := &n.checks[k]; fail&c.fail != c.fail && !c.passes(text, d) {
			fail |= c.fail
		}
	}
	if len(n.terms) == 0 {
		return n.all &^ fail, end
	}
	return verdict(n.all, fail, n.terms), end
}

// small is a number whose integer part fits an int64, cut off there.
type small struct {
	whole    int64 // towards zero
	negative bool
	fraction bool // there is a fractional part that is not zero
	ok       bool
}

// readSmall reads a number that has no exponent and at most 18 digits before the point; any other is not ok.
func readSmall(text []byte) (s small) {
	i := 0
	if text[0] == '-' {
		s.negative, i = true, 1
	}
	start := i
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		if i-start >= 18 {
			return s
		}
		s.whole = s.whole*10 + int64(text[i]-'0')
	}
	if i < len(text) && text[i] == '.' {
		for i++; i < len(text) && text[i]-'0' <= 9; i++ {
			s.fraction = s.fraction || text[i] != '0'
		}
	}
	if s.negative {
		s.whole = -s.whole
	}
	s.ok = i == len(text)
	return s
}

// passes reports whether a number passes a check.
func (c *numberCheck) passes(text []byte, d small) bool {
	switch c.what {
	case Integer:
		if d.ok {
			return !d.fraction
		}
		return tape.Decimal{Text: string(text)}.IsInteger()
	case LexicalInteger:
		return !bytes.ContainsAny(text, ".eE")
	case Minimum:
		return c.compare(text, d) >= 0
	case Maximum:
		return c.compare(text, d) <= 0
	case ExclusiveMinimum:
		return c.compare(text, d) > 0
	case ExclusiveMaximum:
		return c.compare(text, d) < 0
	case MultipleOf:
		if d.ok && c.exact && c.small != 0 {
			return !d.fraction && d.whole%c.small == 0
		}
		return tape.Decimal{Text: string(text)}.MultipleOf(c.limit)
	}
	for _, one := range c.list {
		if (tape.Decimal{Text: string(text)}).Compare(one) == 0 {
			return true
		}
	}
	return false
}

// compare compares a number with the limit of a check.
func (c *numberCheck) compare(text []byte, d small) int {
	switch {
	case !d.ok || !c.exact:
		return tape.Decimal{Text: string(text)}.Compare(c.limit)
	case d.whole != c.small || !d.fraction:
		return cmp.Compare(d.whole, c.small)
	case d.negative:
		return -1
	}
	return +1
}

// plainNumber is late for a step of numbers that hold if they are digits, with a point or not, whose values may go to a field. No branch depends on how many digits there are.
func (m *Machine) plainNumber(st *step, f *field, i int) (next *step, end int) {
	t := m.t
	w := t.word(i)
	n := first(nondigit(w))
	if n == 0 || n == 8 || n > 1 && byte(w) == '0' {
		return m.longNumber(st, f, i)
	}
	units := eightDigits(w, n)
	number := float64(units)
	if end = i + n; t.byte(end) == '.' {
		end++
		fraction, scale := t.sixteenDigits(end)
		if scale == 0 || scale == 16 || n+scale > maxDigits {
			return m.longNumber(st, f, i)
		}
		number = quotient(units*digitPowers[scale]+fraction, scale)
		end += scale
	}
	if t.byte(end)|0x20 == 'e' {
		return m.late(st, i)
	}
	if f.number != nil {
		*f.number, *f.set = number, true
	} else {
		m.note(st, i, end)
	}
	return st.next, end
}

// maxDigits is how many digits surely fit an int64.
const maxDigits = 18

// quotient returns the float64 nearest to units times ten to the power of -scale, of which neither is negative, and scale is at most maxDigits.
func quotient(units int64, scale int) float64 {
	if units < 1<<53 {
		return float64(units) / float64(digitPowers[scale]) // both are exact, and division rounds once
	}
	// Moved so that their highest bits are at the same place, units are half to twice the power: the quotient has 63 or 64 bits. If there is a remainder, the last of
	// them is set, far behind those that the float64 keeps: that rounds as all the bits behind it would.
	power := uint64(digitPowers[scale])
	u, p := bits.LeadingZeros64(uint64(units)), bits.LeadingZeros64(power)
	q, rest := bits.Div64(uint64(units)<<u>>1, uint64(units)<<(u+63), power<<p)
	if rest != 0 {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023-63+p-u)<<52) // a power of two: exact
}

// longNumber is plainNumber for numbers of more digits, whose value is made only if there is a field for it.
func (m *Machine) longNumber(st *step, f *field, i int) (next *step, end int) {
	if end = m.t.plainEnd(i); end < 0 {
		return m.late(st, i)
	}
	if f.number == nil {
		m.note(st, i, end)
		return st.next, end
	}
	number, fits := m.t.float(i, end)
	if !fits {
		return m.late(st, i)
	}
	*f.number, *f.set = number, true
	return st.next, end
}

// float returns the float64 nearest to the number from i to end; false if there is none: if it is too large, or no number, or so small that it would become 0.
func (t text) float(i, end int) (float64, bool) {
	switch units, scale, ok := t.decimal(i, end); {
	case !ok:
	case units < 0:
		return -quotient(-units, scale), true
	default:
		return quotient(units, scale), true
	}
	text := t.span(i, end)
	f, err := strconv.ParseFloat(string(text), 64)
	if err == nil && f == 0 {
		if e := bytes.IndexAny(text, "eE"); e >= 0 {
			text = text[:e]
		}
		return f, !bytes.ContainsAny(text, "123456789")
	}
	return f, err == nil
}

// int returns the whole number from i to end; false if it is none, or does not fit.
func (t text) int(i, end int) (int64, bool) {
	if c := t.byte(i); c != '-' && c-'0' > 9 {
		return 0, false
	}
	if units, scale, ok := t.decimal(i, end); ok && scale == 0 {
		return units, true
	}
	return tape.Decimal{Text: string(t.span(i, end))}.Int64()
}

// plainEnd returns where the number at i ends, if it has no sign and no exponent; else -1.
func (t text) plainEnd(i int) int {
	end := t.digits(i)
	if end == i || end > i+1 && t.byte(i) == '0' {
		return -1
	}
	if t.byte(end) == '.' {
		point := end
		if end = t.digits(end + 1); end == point+1 {
			return -1
		}
	}
	if t.byte(end)|0x20 == 'e' {
		return -1
	}
	return end
}

// decimal reads a number with no exponent and few digits: units times ten to the power of -scale.
func (t text) decimal(i, end int) (units int64, scale int, ok bool) {
	negative := t.byte(i) == '-'
	if negative {
		i++
	}
	units, n := t.sixteenDigits(i)
	if i += n; i < end && t.byte(i) == '.' {
		var fraction int64
		fraction, scale = t.sixteenDigits(i + 1)
		units = units*digitPowers[scale] + fraction
		i += 1 + scale
	}
	if i != end || n+scale > maxDigits || negative && units == 0 { // which is -0, and no int64
		return 0, 0, false
	}
	if negative {
		units = -units
	}
	return units, scale, true
}

// sixteenDigits returns the value of the digits at i, and how many there are; if there are more than 16, of the first 16.
func (t text) sixteenDigits(i int) (units int64, n int) {
	w, rest := t.word(i), t.word(i+8)
	a := first(nondigit(w))
	b := first(nondigit(rest)) & -(a >> 3) // 0, unless all of w are digits
	return eightDigits(w, a)*digitPowers[b] + eightDigits(rest, b), a + b
}

var digitPowers = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// eightDigits returns the value of the first n digits of a word, at most 8: neighbours are joined to numbers of two, four and eight digits.
func eightDigits(w uint64, n int) int64 {
	w <<= uint(64 - 8*n) // the digits in front are zeros
	w = (w & (ones * 0x0f)) * (10<<8 + 1) >> 8
	w = (w & 0x00ff00ff00ff00ff) * (100<<16 + 1) >> 16
	w = (w & 0x0000ffff0000ffff) * (10000<<32 + 1) >> 32
	return int64(w)
}
