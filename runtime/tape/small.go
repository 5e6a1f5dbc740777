package tape

import (
	"cmp"
	"math/bits"
)

// small is a number that is written with few digits and without an exponent, as most are: units times ten to the power of -scale. It is
// computed with machine words; all other numbers are left to the long way of Decimal, which comes to the same results.
type small struct {
	units int64 // less than 10^18 either way
	scale int   // digits behind the point, at most 18
}

var powersOf10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

func (d Decimal) small() (small, bool) {
	text := d.Text
	if len(text) > 0 && text[0] == '-' {
		text = text[1:]
	}
	units, point := int64(0), len(text)
	for i := range len(text) {
		c := text[i] - '0'
		switch {
		case c <= 9 && units < 1e17:
			units = units*10 + int64(c)
		case text[i] == '.' && point == len(text):
			point = i
		default:
			return small{}, false
		}
	}
	scale := max(len(text)-point-1, 0)
	if len(text) == 0 || scale > 18 {
		return small{}, false
	}
	if len(text) < len(d.Text) {
		units = -units
	}
	return small{units, scale}, true
}

func (a small) compare(b small) int {
	if a.scale == b.scale || (a.units < 0) != (b.units < 0) {
		return cmp.Compare(a.units, b.units)
	}
	ahigh, alow := a.scaled(b.scale)
	bhigh, blow := b.scaled(a.scale)
	order := cmp.Or(cmp.Compare(ahigh, bhigh), cmp.Compare(alow, blow))
	if a.units < 0 {
		return -order
	}
	return order
}

// multipleOf reports whether a divided by b, which must not be zero, is a whole number; ok is false if the words are too small to tell.
func (a small) multipleOf(b small) (multiple, ok bool) {
	divisorHigh, divisor := b.scaled(a.scale)
	if divisorHigh > 0 {
		return false, false
	}
	high, low := a.scaled(b.scale)
	return bits.Rem64(high, low, divisor) == 0, true
}

// scaled returns the units without sign, with as many zeros behind them as a number of another scale needs to have the same.
func (a small) scaled(other int) (high, low uint64) {
	return bits.Mul64(uint64(max(a.units, -a.units)), uint64(powersOf10[max(other-a.scale, 0)]))
}
