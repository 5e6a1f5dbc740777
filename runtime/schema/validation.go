package schema

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"math/bits"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/tape"
)

// allowed reports whether a value is one of those of a const or an enum (2020-12 Validation sections 6.1.2 and 6.1.3).
func (w *walk) allowed(c *choice, n tape.Node, kind tape.Kind) bool {
	if kind == tape.String {
		if len(c.strings.list) > 0 && c.strings.find(w.t.Str(n)) >= 0 {
			return true
		}
	}
	for _, o := range c.others {
		if tape.Equal(w.t, n, &w.p.derived.literals, o) {
			return true
		}
	}
	return false
}

// integer reports whether a number is an integer: by value, or, in draft 4 (section 3.5 of its Core), by how it is written.
func (w *walk) integer(kind Types, n tape.Node) bool {
	text := w.t.Text(n)
	if kind == LexicalIntegerType {
		return !bytes.ContainsAny(text, ".eE")
	}
	if d := readSmall(text); d.ok {
		return !d.fraction
	}
	return w.t.Num(n).IsInteger()
}

// number checks the assertions about numbers (2020-12 Validation section 6.2).
func (w *walk) number(r *numberRule, n tape.Node) bool {
	text := w.t.Text(n)
	if r.natural && text[0] != '-' {
		return true
	}
	d := readSmall(text)
	if r.multipleOf.set && !multiple(text, d, &r.multipleOf) && !w.fail("multipleOf", n) {
		return false
	}
	if r.maximum.set && compare(text, d, &r.maximum) > 0 && !w.fail("maximum", n) {
		return false
	}
	if r.exclusiveMaximum.set && compare(text, d, &r.exclusiveMaximum) >= 0 && !w.fail("exclusiveMaximum", n) {
		return false
	}
	if r.minimum.set && compare(text, d, &r.minimum) < 0 && !w.fail("minimum", n) {
		return false
	}
	if r.exclusiveMinimum.set && compare(text, d, &r.exclusiveMinimum) <= 0 && !w.fail("exclusiveMinimum", n) {
		return false
	}
	return true
}

// small is a number whose integer part fits an int64, cut off there.
type small struct {
	whole    int64 // towards zero
	negative bool
	fraction bool // there is a fractional part that is not zero
	ok       bool
}

// readSmall reads a number that has no exponent and at most 18 digits before the point; any other is not ok.
func readSmall(text []byte) small {
	var s small
	i := 0
	if len(text) > 0 && text[0] == '-' {
		s.negative = true
		i = 1
	}
	start := i
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		s.whole = s.whole*10 + int64(text[i]-'0')
		if i-start >= 18 {
			return s
		}
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

// compare compares a number with a limit.
func compare(text []byte, d small, l *limit) int {
	switch {
	case !d.ok || !l.exact:
		return tape.Decimal{Text: string(text)}.Compare(l.Decimal)
	case d.whole != l.small || !d.fraction:
		return cmp.Compare(d.whole, l.small)
	case d.negative:
		return -1
	}
	return +1
}

func multiple(text []byte, d small, l *limit) bool {
	if d.ok && l.exact && l.small != 0 {
		return !d.fraction && d.whole%l.small == 0
	}
	return tape.Decimal{Text: string(text)}.MultipleOf(l.Decimal)
}

// string checks the assertions about strings (2020-12 Validation sections 6.3 and 7).
func (w *walk) string(r *stringRule, n tape.Node) bool {
	s := w.t.Str(n)
	if r.MinLength > 0 || r.MaxLength.Set {
		// A code point is one to four bytes, so the length in bytes often decides.
		most, least := uint64(len(s)), (uint64(len(s))+3)/4
		if least < r.MinLength || r.MaxLength.Set && most > r.MaxLength.N {
			length := uint64(utf8.RuneCount(s))
			if length < r.MinLength && !w.failCount("minLength", n, int(length)) {
				return false
			}
			if r.MaxLength.Set && length > r.MaxLength.N && !w.failCount("maxLength", n, int(length)) {
				return false
			}
		}
	}
	if r.implied && r.format(s) {
		return r.Encoding == "" && r.MediaType == "" || w.content(r.String, s, n)
	}
	if r.pattern != nil && !r.pattern.match(s) && !w.fail("pattern", n) {
		return false
	}
	if r.format != nil && !r.format(s) && !w.fail("format", n) {
		return false
	}
	return r.Encoding == "" && r.MediaType == "" || w.content(r.String, s, n)
}

// unique checks uniqueItems (2020-12 Validation section 6.4.3): few items by comparing all pairs, many by hash.
func (w *walk) unique(n tape.Node) bool {
	t := w.t
	count := t.Len(n)
	if count < 2 {
		return true
	}
	end := t.Next(n)
	if count <= 8 {
		i := 0
		for a := n + 1; a < end; a = t.Next(a) {
			j := i + 1
			for b := t.Next(a); b < end; b = t.Next(b) {
				if tape.Equal(t, a, t, b) {
					return w.failPair("uniqueItems", n, i, j)
				}
				j++
			}
			i++
		}
		return true
	}
	// A hash table with two words to a slot: the hash, then 1 + the item's index in the high half and its node in the low half.
	slots := 1 << bits.Len(uint(2*count-1))
	base := w.claim(2 * slots)
	defer func() { w.words = w.words[:base] }()
	table := w.words[base:]
	h := newHasher(t)
	i := 0
	for a := n + 1; a < end; a = t.Next(a) {
		sum := h.hash(a)
		at := int(sum) & (slots - 1)
		for table[2*at+1] != 0 {
			if b := tape.Node(uint32(table[2*at+1])); table[2*at] == sum && tape.Equal(t, a, t, b) {
				return w.failPair("uniqueItems", n, int(table[2*at+1]>>32)-1, i)
			}
			at = (at + 1) & (slots - 1)
		}
		i++
		table[2*at], table[2*at+1] = sum, uint64(i)<<32|uint64(uint32(a))
	}
	return true
}

// hasher hashes values so that equal ones (2020-12 Core section 4.2.2) have equal hashes. Its seeds are random, so that nobody can write
// different values that all have one hash.
type hasher struct {
	t       *tape.Tape
	seed    maphash.Seed
	modulus uint64 // random, between 2^59 and 2^60: ten times a remainder fits 64 bits
}

var hashSeed = maphash.MakeSeed()

func newHasher(t *tape.Tape) hasher {
	return hasher{t, hashSeed, maphash.String(hashSeed, "modulus")>>5 | 1<<59 | 1}
}

func (h *hasher) hash(n tape.Node) uint64 {
	t := h.t
	switch kind := t.Kind(n); kind {
	case tape.Bool:
		if t.Bool(n) {
			return 3
		}
		return 5
	case tape.Number:
		return h.number(t.Text(n))
	case tape.String:
		return maphash.Bytes(h.seed, t.Str(n))
	case tape.Array:
		sum := uint64(7)
		for c, end := n+1, t.Next(n); c < end; c = t.Next(c) {
			sum = mix(sum + h.hash(c))
		}
		return sum
	case tape.Object:
		sum := uint64(11) // a sum, because the order of members does not matter
		for c, end := n+1, t.Next(n); c < end; c = t.Next(c + 1) {
			sum += mix(h.hash(c) + 31*h.hash(c+1))
		}
		return mix(sum)
	}
	return 13
}

// number hashes a number by its value: its digits without zeros at either end, and the power of ten that they stand for, both as
// remainders, so that neither needs more than a word.
func (h *hasher) number(text []byte) uint64 {
	var digits, exponent uint64
	zeros := 0 // since the last other digit
	point := false
	scale := int64(0) // the power of ten of the last digit read
	i, negative := 0, false
	for ; i < len(text) && text[i]|0x20 != 'e'; i++ {
		switch c := text[i]; {
		case c == '-':
			negative = true
		case c == '.':
			point = true
		default:
			if point {
				scale--
			}
			if c == '0' {
				zeros++
				continue
			}
			if digits != 0 {
				for ; zeros > 0; zeros-- {
					digits = digits * 10 % h.modulus
				}
			}
			zeros = 0
			digits = (digits*10 + uint64(c-'0')) % h.modulus
		}
	}
	if digits == 0 {
		return 17 // zero is zero, whatever its sign and exponent
	}
	down := false
	for ; i < len(text); i++ {
		switch c := text[i]; c {
		case '-':
			down = true
		case '+', 'e', 'E':
		default:
			exponent = (exponent*10 + uint64(c-'0')) % h.modulus
		}
	}
	if down {
		exponent = (h.modulus - exponent) % h.modulus
	}
	scale += int64(zeros)
	if scale < 0 {
		exponent = (exponent + h.modulus - uint64(-scale)) % h.modulus
	} else {
		exponent = (exponent + uint64(scale)) % h.modulus
	}
	if negative {
		digits = ^digits
	}
	return mix(digits + mix(exponent))
}

// mix spreads the bits of x over the word.
func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
