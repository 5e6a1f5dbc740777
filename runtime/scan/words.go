package scan

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Words of eight equal bytes, to look at eight bytes of text at once.
const (
	ones   = 0x0101010101010101
	highs  = ones * 0x80
	slants = ones * '\\'
	spaces = ones * ' '
	zeros  = ones * '0'
)

// special marks, with the high bit of its byte, the first byte of w that is not simply part of a string: a quote, a backslash, a control
// character (RFC 8259 section 7), or a byte that is not ASCII. Marks above the first may be wrong, because subtraction borrows.
//
// With one bit turned over, a quote is where the space was, right above the control characters, and nothing else comes below it.
func special(w uint64) uint64 {
	return (((w ^ ones<<1) - ones*('"'^2+1)) | ((w ^ slants) - ones) | w) & highs
}

// What usually stands, as the first bytes of a word, behind an item or a member, in front of a name with its quote, the same without white space, between two strings with their
// quotes, and behind a name.
const (
	nextItem   = ',' | ' '<<8
	nextName   = nextItem | '"'<<16
	closeName  = ',' | '"'<<8
	nextString = '"' | nextName<<8
	nextValue  = ':' | ' '<<8
)

// nondigit marks the first byte of w that is no digit, as special does.
func nondigit(w uint64) uint64 {
	w ^= zeros
	return ((w + (ones * (0x80 - 10))) | w) & highs
}

// first returns the index of the first byte that is marked.
func first(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// gathered returns the marks of eight bytes as eight bits.
func gathered(marks uint64) uint64 {
	return marks * (1 | 1<<7 | 1<<14 | 1<<21 | 1<<28 | 1<<35 | 1<<42 | 1<<49) >> 56
}

// digits returns where the run of digits at i ends.
func (t text) digits(i int) int {
	for {
		if m := nondigit(t.word(i)); m != 0 {
			return i + first(m)
		}
		i += 8
	}
}

// plain returns where the first byte is, from i on, that is not simply part of a string. Strings of less than 32 bytes come in all lengths: no branch depends on that, as none
// would foretell it.
func (t text) plain(i int) int {
	for {
		if marks := t.marks(i) | t.marks(i+16)<<16; marks != 0 {
			return i + bits.TrailingZeros64(marks)
		}
		i += 32
	}
}

// stringEnd returns where the closing quote is of the string whose content begins at i, or -1 if it is none (RFC 8259 section 7).
func (t text) stringEnd(i int) int {
	for {
		m := special(t.word(i))
		if m == 0 {
			i += 8
			continue
		}
		i += first(m)
		switch c := t.byte(i); {
		case c == '"':
			return i
		case c == '\\':
			if i = t.escapeEnd(i); i < 0 {
				return -1
			}
		case c < utf8.RuneSelf: // a control character
			return -1
		default:
			if i = t.utf8End(i); i < 0 {
				return -1
			}
		}
	}
}

// rawEnd is stringEnd for strings without escapes: with one it returns -1.
func (t text) rawEnd(i int) int {
	for {
		m := special(t.word(i))
		if m == 0 {
			i += 8
			continue
		}
		i += first(m)
		switch c := t.byte(i); {
		case c == '"':
			return i
		case c < utf8.RuneSelf:
			return -1
		}
		if i = t.utf8End(i); i < 0 {
			return -1
		}
	}
}

// escapes are the characters that may follow a backslash: 1, and 2 for u, which four hexadecimal digits follow.
var escapes = [256]uint8{'"': 1, '\\': 1, '/': 1, 'b': 1, 'f': 1, 'n': 1, 'r': 1, 't': 1, 'u': 2}

// escapeEnd returns where the escape at i ends, or -1 if it is none. A lone surrogate is grammatical (RFC 8259 section 8.2).
func (t text) escapeEnd(i int) int {
	switch escapes[t.byte(i+1)] {
	case 1:
		return i + 2
	case 2:
		for j := i + 2; j < i+6; j++ {
			if c := t.byte(j); c-'0' > 9 && c|0x20-'a' > 5 {
				return -1
			}
		}
		return i + 6
	}
	return -1
}

// utf8End returns where the run at i of characters beyond ASCII ends, or -1 if it is not UTF-8.
func (t text) utf8End(i int) int {
	for t.byte(i) >= utf8.RuneSelf {
		r, size := utf8.DecodeRune(t.span(i, i+utf8.UTFMax))
		if r == utf8.RuneError && size == 1 {
			return -1
		}
		i += size
	}
	return i
}

// numberEnd returns where the number at i ends, or -1 if it is none (RFC 8259 section 6). What follows it is not looked at.
func (t text) numberEnd(i int) int {
	if t.byte(i) == '-' {
		i++
	}
	end := t.digits(i)
	if end == i || t.byte(i) == '0' && end > i+1 {
		return -1
	}
	if t.byte(end) == '.' {
		i = end + 1
		if end = t.digits(i); end == i {
			return -1
		}
	}
	if t.byte(end)|0x20 == 'e' {
		i = end + 1
		if c := t.byte(i); c == '-' || c == '+' {
			i++
		}
		if end = t.digits(i); end == i {
			return -1
		}
	}
	return end
}

// literal is a text to compare with, as words. Only its first bytes are in them: as many as wordsLength.
type literal struct {
	w0, w1, w2, m0, m1, m2 uint64
}

// literalLength is how many bytes a literal holds at most.
const literalLength = 24

func newLiteral(s string) literal {
	var w, m [3]uint64
	for i := range min(len(s), literalLength) {
		w[i/8] |= uint64(s[i]) << (i % 8 * 8)
		m[i/8] |= 0xff << (i % 8 * 8)
	}
	return literal{w[0], w[1], w[2], m[0], m[1], m[2]}
}

// literal returns the n bytes at i as a literal.
func (t text) literal(i, n int) literal {
	a, b, c := t.words(i)
	return literal{a, b, c, firstBytes(n), firstBytes(n - 8), firstBytes(n - 16)}
}

// firstBytes masks the first n bytes of a word: all from 8 on, none if n is negative.
func firstBytes(n int) uint64 { return 1<<(8*max(n, 0)) - 1 }

// never is a literal that no text has which is JSON: NUL, eight times.
var never = literal{m0: ^uint64(0)}

// at reports whether the text has the literal at i.
func (l *literal) at(t text, i int) bool {
	return (t.word(i)^l.w0)&l.m0|(t.word(i+8)^l.w1)&l.m1|(t.word(i+16)^l.w2)&l.m2 == 0
}

// Hashes of names and values are made word by word, with the quote behind them, of two words at least; factor is 2^64 divided by the golden ratio.
const factor = 0x9E3779B97F4A7C15

// nameWords is nameEnd for who compares words: those of the name with its quote, and zeros behind it. A name of 16 bytes and more, or beyond ASCII, has its
// hash as the first and longName as the second.
func (t text) nameWords(start int) (end int, w0, w1 uint64) {
	// Most names have less than 16 bytes: no branch depends on how many.
	a, b := t.word(start), t.word(start+8)
	m0, m1 := special(a), special(b)
	w0, w1 = a&(m0^(m0-1)), b&(m1^(m1-1))&-((m0-1)&^m0>>63) // none of b, if there is a mark in a
	at := bits.TrailingZeros64(gathered(m0) | gathered(m1)<<8)
	if at < 16 && t.byte(start+at) == '"' {
		return start + at, w0, w1
	}
	if m0|m1 == 0 {
		end, w0 = t.longName(start, start+16, (a*factor^b)*factor)
	} else {
		end, w0 = t.longName(start, start, 0)
	}
	return end, w0, longName
}

// firstName returns what belongs to a name of the first word of it: zeros are behind the quote, if there is one.
func firstName(w uint64) uint64 {
	x := w ^ ones*'"'
	quote := (x - ones) &^ x & highs // the first mark is right
	return w & (quote ^ (quote - 1))
}

// hashFirst is a hash of the first word of a name.
func hashFirst(w uint64) uint64 { return firstName(w) * factor }

// firstNames is firstName for the first two words of a name.
func firstNames(a, b uint64) (w0, w1 uint64) {
	x, y := a^ones*'"', b^ones*'"'
	p, q := (x-ones)&^x&highs, (y-ones)&^y&highs
	return a & (p ^ (p - 1)), b & (q ^ (q - 1)) & -((p - 1) &^ p >> 63) // none of b, if there is a quote in a
}

// longName is what no word of text with a quote is.
const longName = ^uint64(0)

// hashWords returns the hash that nameEnd computes, of what nameWords returns.
func hashWords(w0, w1 uint64) uint64 {
	if w1 == longName {
		return w0
	}
	return (w0*factor ^ w1) * factor
}

// nameEnd returns where the closing quote of the name at i is, and its hash; -1 if it has escapes or is no string.
func (t text) nameEnd(start int) (end int, hash uint64) {
	end, w0, w1 := t.nameWords(start)
	return end, hashWords(w0, w1)
}

// longName is nameEnd for a name of which all before i, whole words, is plain and has that hash.
func (t text) longName(start, i int, hash uint64) (int, uint64) {
	for ; ; i += 8 {
		w := t.word(i)
		m := special(w)
		if m == 0 {
			hash = (hash ^ w) * factor
			continue
		}
		if at := i + first(m); t.byte(at) == '"' && at >= start+8 {
			return at, (hash ^ w&(m^(m-1))) * factor
		}
		if i = t.rawEnd(i); i < 0 {
			return -1, 0
		}
		return i, hashOf(t.span(start, i))
	}
}

// wordsOf returns what nameWords does.
func wordsOf(name string) (w0, w1 uint64) {
	if len(name) >= 16 || strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return hashOf([]byte(name)), longName
	}
	l := newLiteral(name + `"`)
	return l.w0, l.w1
}

// hashOf is the hash that nameEnd computes.
func hashOf(name []byte) (hash uint64) {
	words := max(2, len(name)/8+1)
	for k := range words {
		var w uint64
		for i := range 8 {
			switch at := 8*k + i; {
			case at < len(name):
				w |= uint64(name[at]) << (8 * i)
			case at == len(name):
				w |= '"' << (8 * i)
			}
		}
		hash = (hash ^ w) * factor
	}
	return hash
}
