package scan

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/tape"
)

// Slot says where a value is: offsets in the text that was read.
type Slot struct{ Start, End int32 }

// slots is how many there are: one for each key of the object at the root, and more for what is elsewhere, which nobody reads.
const (
	slots     = 128
	elsewhere = 127
)

// Record is the object at the root of the text that a Machine has read last, if that was sure: where the values of its members are. It is overwritten by the next
// text.
type Record struct{ m *Machine }

// Record returns the object that was read last. It has something to say only after Valid or Next has returned true, and only for plans that Records.
func (m *Machine) Record() Record { return Record{m} }

// Records reports whether the plan is of objects whose members a Record knows: objects that are told apart by a property which comes first, or that one set of
// assertions describes; with no more than 64 properties each.
func (m *Machine) Records() bool { return m.first != nil && m.first.recorded }

// Case returns which case of the plan's Switch the object is; -1 if there is no switch, or for another value.
func (r Record) Case() int {
	if r.m.first == nil || r.m.first.sw == nil || r.m.other {
		return -1
	}
	return r.m.guesses[r.m.first.sw.guess].last
}

// Has reports whether the object has a key, by its number in Object.Keys.
func (r Record) Has(key int) bool { return r.m.missed>>(uint(key)%64)&1 == 0 }

// Slot returns where the value of a key is that the object has.
func (r Record) Slot(key int) Slot { return r.m.slots[uint(key)%slots] }

// Text returns the text of a value. It aliases the text that was read.
func (r Record) Text(s Slot) []byte { return r.m.t.span(int(s.Start), int(s.End)) }

// Source returns the text of a value as a string, which aliases the text that was read, but in pure builds.
func (r Record) Source(s Slot) string { return r.m.t.string(int(s.Start), int(s.End)) }

// String returns the value of a key that is a string. If there are no escapes it aliases the text that was read, but in pure builds: that must not change as long as the
// string is in use. A lone surrogate becomes U+FFFD.
func (r Record) String(key int) string {
	if r.m.escaped>>(uint(key)%64)&1 != 0 {
		return r.unquoted(key)
	}
	s := r.m.slots[uint(key)%slots]
	return r.m.t.string(int(s.Start)+1, int(s.End)-1)
}

func (r Record) unquoted(key int) string {
	s := r.Slot(key)
	return r.m.t.unquoted(int(s.Start)+1, int(s.End)-1)
}

// Bool returns the value of a key that is true or false.
func (r Record) Bool(key int) bool { return r.m.t.byte(int(r.m.slots[uint(key)%slots].Start)) == 't' }

// Float64 returns the value of a key that is a number: the nearest float64, and false if it is out of range.
func (r Record) Float64(key int) (float64, bool) {
	s := &r.m.slots[uint(key)%slots]
	if units, scale, ok := r.m.t.decimal(int(s.Start), int(s.End)); ok {
		// Both are exact, and division rounds once: the nearest.
		return float64(units) / powersOf10[scale], true
	}
	f, err := strconv.ParseFloat(string(r.Text(*s)), 64)
	return f, err == nil
}

// Int64 returns the value of a key that is a whole number, and false if it does not fit.
func (r Record) Int64(key int) (int64, bool) {
	s := &r.m.slots[uint(key)%slots]
	if units, scale, ok := r.m.t.decimal(int(s.Start), int(s.End)); ok && scale == 0 {
		return units, true
	}
	return tape.Decimal{Text: string(r.Text(*s))}.Int64()
}

// Extra is a member that is no key: its name without quotes and its value.
type Extra struct{ Name, Value Slot }

// HasExtras reports whether there are members that are no keys.
func (r Record) HasExtras() bool { return r.m.extra[0] < r.m.extra[1] }

// Extras appends the members that are no keys, in the order of the text.
func (r Record) Extras(to []Extra) []Extra {
	base := len(to)
	for _, n := range r.m.names[:r.m.extra[1]][r.m.extra[0]:] {
		to = append(to, Extra{Slot{n.start, n.end}, Slot{n.value, n.stop}})
	}
	slices.SortFunc(to[base:], func(a, b Extra) int { return cmp.Compare(a.Name.Start, b.Name.Start) })
	return to
}

var powersOf10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// decimal reads a number with no exponent and few digits: units times ten to the power of -scale, both exact as float64.
func (t text) decimal(i, end int) (units int64, scale int, ok bool) {
	negative := t.byte(i) == '-'
	if negative {
		i++
	}
	w := t.word(i)
	n := first(nondigit(w)) // 8 if all are digits
	units = eightDigits(w, n)
	if i += n; i < end {
		if n == 8 || t.byte(i) != '.' {
			return 0, 0, false
		}
		i++
		w = t.word(i)
		if scale = first(nondigit(w)); scale == 8 {
			more := min(end-i-8, 8)
			units = units*1e8 + eightDigits(w, 8)
			w, i = t.word(i+8), i+8
			scale = more
			units = units*digitPowers[more] + eightDigits(w, more)
			if i += more; i != end || nondigit(w) != 0 && first(nondigit(w)) < more {
				return 0, 0, false
			}
			scale += 8
		} else {
			units = units*digitPowers[scale] + eightDigits(w, scale)
			i += scale
		}
	}
	if i != end || units >= 1<<53 || n+scale > 16 || negative && units == 0 { // which is -0, and no int64
		return 0, 0, false
	}
	if negative {
		units = -units
	}
	return units, scale, true
}

var digitPowers = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}

// eightDigits returns the value of the first n digits of a word, at most 8: neighbours are joined to numbers of two, four and eight digits.
func eightDigits(w uint64, n int) int64 {
	w <<= uint(64 - 8*n) // the digits in front are zeros
	w = (w & (ones * 0x0f)) * (10<<8 + 1) >> 8
	w = (w & 0x00ff00ff00ff00ff) * (100<<16 + 1) >> 16
	w = (w & 0x0000ffff0000ffff) * (10000<<32 + 1) >> 32
	return int64(w)
}

// unquoted returns the value of a string, whose content is from i to end.
func (t text) unquoted(i, end int) string {
	at := bytes.IndexByte(t.span(i, end), '\\')
	if at < 0 {
		return t.string(i, end)
	}
	value := make([]byte, 0, end-i)
	for {
		value = append(value, t.span(i, i+at)...)
		i += at
		switch c := t.byte(i + 1); c {
		case 'u':
			r := t.hex(i + 2)
			i += 6
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if i+6 <= end && t.byte(i) == '\\' && t.byte(i+1) == 'u' {
					pair = utf16.DecodeRune(r, t.hex(i+2))
				}
				if r = pair; r != utf8.RuneError {
					i += 6
				}
			}
			value = utf8.AppendRune(value, r)
		default:
			if k := strings.IndexByte("bfnrt", c); k >= 0 {
				c = "\b\f\n\r\t"[k]
			}
			value = append(value, c)
			i += 2
		}
		if at = bytes.IndexByte(t.span(i, end), '\\'); at < 0 {
			return string(append(value, t.span(i, end)...))
		}
	}
}

// hex reads four hexadecimal digits.
func (t text) hex(i int) (r rune) {
	for _, c := range t.span(i, i+4) {
		if c >= 'A' {
			c = c | 0x20 - 'a' + 10 + '0'
		}
		r = r<<4 | rune(c-'0')
	}
	return r
}
