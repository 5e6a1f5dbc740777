package tape

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// Words of eight equal bytes, to look at eight bytes of text at once.
const (
	ones   = 0x0101010101010101
	highs  = ones * 0x80
	slants = ones * '\\'
)

// special marks, with the high bit of its byte, the first byte of w (in little-endian order) that is not simply part of a string: a quote, a
// backslash, a control character (RFC 8259 section 7), or a byte that is not ASCII. Marks above the first may be wrong, because
// subtraction borrows.
//
// With one bit turned over, a quote is where the space was, right above the control characters, and nothing else comes below it.
func special(w uint64) uint64 {
	return (((w ^ ones<<1) - ones*('"'^2+1)) | ((w ^ slants) - ones) | w) & highs
}

// fullWord returns the eight bytes at i, which must be there, the first one lowest.
func fullWord(src []byte, i uint32) uint64 {
	return binary.LittleEndian.Uint64(src[i : int(i)+8 : int(i)+8])
}

// wordAt returns the eight bytes at i, the first one lowest. Behind the end of the text are zeros: control characters.
func wordAt(src []byte, i int) uint64 {
	if len(src)-i >= 8 {
		return binary.LittleEndian.Uint64(src[i:])
	}
	return lastWord(src, i)
}

//go:noinline
func lastWord(src []byte, i int) uint64 {
	if n := len(src); n >= 8 {
		// The last eight bytes of the text, those before i shifted out.
		return binary.LittleEndian.Uint64(src[n-8:]) >> (8 * uint(i-(n-8)))
	}
	var w uint64
	for k := len(src) - 1; k >= i; k-- {
		w = w<<8 | uint64(src[k])
	}
	return w
}

// byteAt returns the byte at i, or 0 at the end of the text; 0 is allowed nowhere in a text.
func byteAt(src []byte, i int) byte {
	if uint(i) < uint(len(src)) { // as unsigned numbers, one comparison does for both ends
		return src[i]
	}
	return 0
}

// skipSpace returns where the white space at i ends (RFC 8259 section 2), and the byte there.
func skipSpace(src []byte, i int) (int, byte) {
	for ; uint(i) < uint(len(src)); i++ {
		if c := src[i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return i, c
		}
	}
	return i, 0
}

func skipDigits(src []byte, i int) int {
	for uint(i) < uint(len(src)) && src[i]-'0' <= 9 {
		i++
	}
	return i
}

// skipUTF8 returns where the run of bytes at i that are not ASCII ends, or ^offset of the first sequence that is not UTF-8.
func skipUTF8(src []byte, i int) int {
	for i < len(src) && src[i] >= utf8.RuneSelf {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			return ^i
		}
		i += size
	}
	return i
}

// oddString reads the string that begins at start from i on, where it is not plain ASCII. It returns where the string ends (behind its
// quote), or ^offset of the mistake. If there are escapes, it decodes the string into the arena and returns where that is, else 0.
func (t *Tape) oddString(src []byte, start, i int) (end, link int) {
	run := start + 1 // the text from here to i is not in the arena yet
	for {
		switch c := byteAt(src, i); {
		case c == '"':
			if link > 0 {
				t.arena = append(t.arena, src[run:i]...)
				binary.LittleEndian.PutUint32(t.arena[link-lengthSize:], uint32(len(t.arena)-link))
			}
			return i + 1, link
		case c >= utf8.RuneSelf:
			if i = skipUTF8(src, i); i < 0 {
				return i, 0
			}
		case c == '\\':
			if link == 0 {
				t.arena = append(t.arena, 0, 0, 0, 0) // the length
				link = len(t.arena)
			}
			t.arena = append(t.arena, src[run:i]...)
			if i = t.escape(src, i); i < 0 {
				return i, 0
			}
			run = i
		default: // a control character, or the end of the text
			return ^i, 0
		}
		for {
			if m := special(wordAt(src, i)); m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
	}
}

// lengthSize is how many bytes in front of a string in the arena hold its length. With them a string is never longer than it was in
// the text with a comma behind it, so that the arena can be indexed as the text can.
const lengthSize = 4

// escape decodes the escape at i (RFC 8259 section 7) into the arena. It returns where the escape ends, or ^offset of a wrong one.
func (t *Tape) escape(src []byte, i int) int {
	c := byteAt(src, i+1)
	if c != 'u' {
		if c = escapes[c]; c == 0 {
			return ^i
		}
		t.arena = append(t.arena, c)
		return i + 2
	}
	r, ok := hex4(src, i+2)
	if !ok {
		return ^i
	}
	size := 6
	if utf16.IsSurrogate(r) {
		// A surrogate and its other half are one character; a lone one is grammatical (section 8.2), but none.
		pair := rune(utf8.RuneError)
		if byteAt(src, i+6) == '\\' && byteAt(src, i+7) == 'u' {
			if low, ok := hex4(src, i+8); ok {
				pair = utf16.DecodeRune(r, low)
			}
		}
		if r = pair; pair != utf8.RuneError {
			size = 12
		} else if t.lone == 0 {
			t.lone = i + 1
		}
	}
	t.arena = utf8.AppendRune(t.arena, r)
	return i + size
}

// escapes are the characters that may follow a backslash, and what they mean.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// hex4 reads four hexadecimal digits.
func hex4(src []byte, i int) (r rune, ok bool) {
	if len(src)-i < 4 {
		return 0, false
	}
	for _, c := range src[i : i+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
