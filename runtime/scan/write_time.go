package scan

import (
	"sync/atomic"

	"github.com/assay-go/assay/runtime/value"
)

// Time appends a member that is a date-time. It calls nothing on its way, as String.
func (w *Writer) Time(b []byte, key int, v value.Timestamp) []byte {
	m := &w.members[key]
	begin, size := len(b), len(v)
	end := begin + len(m.quoted) + size + 2
	if m.check > checkTime || size < len("2006-01-02T15:04:05Z") || size > 40 || end > cap(b) || end-begin < m.span {
		return w.String(b, key, string(v))
	}
	t, c := textOf(b[:end]), charsOf(string(v))
	m.putHead(t, begin)
	t.putPair(end-2, '"'|','<<8)
	begin = end - 2 - size
	third := min(16, size-8)
	x, y, z, last := c.word(0), c.word(8), c.word(third), c.word(size-8)
	t.put(begin, x)
	t.put(begin+8, y)
	t.put(begin+third, z)
	t.put(end-18, c.word(size-16))
	t.put(end-10, last)

	// A date-time is as Machine.dateTime reads it: of RFC 3339 section 5.6, with T, with Z or an offset, and no leap second. Digits of zero and separators
	// are taken away; what is left must be small.
	var bad uint64
	if x != w.minute.date.Load() || y != w.minute.clock.Load() {
		x, y := x^monthForm, y^dayForm
		month, day, hour := number(x>>40), number(y), number(y>>24)
		bad = (x | (x + monthCarry) | y | (y + dayCarry)) & highs
		if bad != 0 || day-1 >= uint64(days[month%32]) && !isLeapDay(x, month, day) || hour > 23 {
			return m.string(b, string(v))
		}
		if day <= 28 {
			w.minute.date.Store(c.word(0))
			w.minute.clock.Store(c.word(8))
		}
	}
	z = z>>(8*(16-third)&63) ^ secondForm
	zone := size - 1
	if last>>56 != 'Z' {
		zone -= len("00:00")
		sign := last >> 16 & 0xff
		last = last>>24 ^ zoneForm
		bad |= last | (last + zoneCarry)
		if sign != '+' && sign != '-' || number(last) > 23 {
			return m.string(b, string(v))
		}
	}
	switch {
	case zone == 19 || zone > 20 && zone < 24:
		z &= 1<<(8*(zone-16)&63) - 1
	case zone > 24 && zone <= 32:
		// Of the last word of digits, those in front of the ones that z has do not count.
		front := 8 * (32 - zone) & 63
		bad |= nondigit(c.word(zone-8)>>front<<front | zeros>>(64-front))
	case zone != 24:
		return m.string(b, string(v))
	}
	if (bad|z|(z+secondCarry))&highs != 0 {
		return m.string(b, string(v))
	}
	return b[:end]
}

// minute is the last date and time up to the minute, as text: what is written now is likely to be of the same.
//
// Invariant: no day is beyond the 28th, so that the date of one minute and the clock of another, as they may be read while both are written, are good
// together too.
type minute struct{ date, clock atomic.Uint64 }

// newMinute returns any good one: that of nothing yet would be text of zeros.
func newMinute() *minute {
	m := new(minute)
	good := newLiteral("2000-01-01T00:00")
	m.date.Store(good.w0)
	m.clock.Store(good.w1)
	return m
}

// The digits and separators of "YYYY-MM-", "DDThh:mm", ":ss.ffff" and "hh:mm", with digits of zero; and what carries into the high bit of a byte that is
// too large, once these are taken away.
const (
	monthForm   = '0' | '0'<<8 | '0'<<16 | '0'<<24 | '-'<<32 | '0'<<40 | '0'<<48 | '-'<<56
	monthCarry  = 0x76 | 0x76<<8 | 0x76<<16 | 0x76<<24 | 0x7f<<32 | 0x7e<<40 | 0x76<<48 | 0x7f<<56
	dayForm     = '0' | '0'<<8 | 'T'<<16 | '0'<<24 | '0'<<32 | ':'<<40 | '0'<<48 | '0'<<56
	dayCarry    = 0x7c | 0x76<<8 | 0x7f<<16 | 0x7d<<24 | 0x76<<32 | 0x7f<<40 | 0x7a<<48 | 0x76<<56
	secondForm  = ':' | '0'<<8 | '0'<<16 | '.'<<24 | zeros&^0xffffffff
	secondCarry = 0x7f | 0x7a<<8 | 0x76<<16 | 0x7f<<24 | 0x76<<32 | 0x76<<40 | 0x76<<48 | 0x76<<56
	zoneForm    = '0' | '0'<<8 | ':'<<16 | '0'<<24 | '0'<<32
	zoneCarry   = 0x7d | 0x76<<8 | 0x7f<<16 | 0x7a<<24 | 0x76<<32
)

// days are how many each month has, but for leap years.
var days = [32]uint8{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// isLeapDay reports whether a day is the 29th of February in a year that has one, whose digits are the first of x.
func isLeapDay(x, month, day uint64) bool {
	century, year := number(x), number(x>>16)
	return month == 2 && day == 29 && (year != 0 && year%4 == 0 || year == 0 && century%4 == 0)
}

// number returns what the lowest two bytes of w say, which are values of digits.
func number(w uint64) uint64 { return w&0xff*10 + w>>8&0xff }
