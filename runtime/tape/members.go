package tape

import "math/bits"

// The separators in front of a name, as words: with a space, as Python's json.dumps writes it, and without white space.
const (
	pythonComma  = ',' | ' '<<8 | '"'<<16
	compactComma = ',' | '"'<<8
	pythonColon  = '"' | ':'<<8 | ' '<<16
	compactColon = '"' | ':'<<8
	threeBytes   = 1<<24 - 1
	twoBytes     = 1<<16 - 1
)

// Words of what has but one spelling.
const (
	wordTrue  = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordFalse = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24 | 'e'<<32
	wordNull  = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24
)

// members reads members of the open object from the name at i on, as long as they are written as most are: names and strings in ASCII and without escapes,
// numbers without sign and exponent, and no white space but one space behind a comma or colon. What it does not know, it leaves to parse, to read or to refuse.
// It returns where it stopped, and what comes there.
//
// It exists because it needs few variables: in parse, which has a state for everything, half of the time goes to moving them about.
func (t *Tape) members(src []byte, nodes []node, i, open int, seen, count uint32) (_ []node, _ int, _, _ uint32, next comes) {
	last := len(src) - 8 // where a word can be read
	k, all := len(nodes), nodes[:cap(nodes)]
	for {
		// i is at the quote of a name.
		if uint(k+1) >= uint(len(all)) {
			return all[:k], i, seen, count, aNameComes // so that parse makes room
		}
		start := i
		i++
		hash := uint64(0)
		var w, m uint64
		for {
			if i <= last {
				w = fullWord(src, i)
			} else {
				w = lastWord(src, i)
			}
			if m = special(w); m != 0 {
				break
			}
			hash = (hash ^ w) * hashFactor
			i += 8
		}
		i += bits.TrailingZeros64(m) >> 3
		hash = (hash ^ w&(m^(m-1))) * hashFactor
		if i > last {
			return all[:k], start, seen, count, aNameComes
		}
		w = fullWord(src, i)
		value := i + 3
		if w&threeBytes != pythonColon {
			if value--; w&twoBytes != compactColon {
				return all[:k], start, seen, count, aNameComes
			}
		}
		all[k] = node{uint32(start), uint32(i + 1), 0, nameMeta(hash)}
		bit := uint32(1) << (hash >> (64 - 5))
		if seen&bit != 0 && count < directNames && !t.repeats {
			if t.nodes = all[:k+1]; t.repeated(open) {
				return all[:k], start, seen, count, aNameComes
			}
		}
		seen |= bit
		k++

		i = value
		if i > last {
			return all[:k], i, seen, count, aValueComes
		}
		w = fullWord(src, i)
		meta := uint32(Number)
		switch c := byte(w); {
		case c == '"':
			for i++; ; i += 8 {
				if i <= last {
					w = fullWord(src, i)
				} else {
					w = lastWord(src, i)
				}
				if m = special(w); m != 0 {
					break
				}
			}
			if i += bits.TrailingZeros64(m) >> 3; byteAt(src, i) != '"' {
				return all[:k], value, seen, count, aValueComes
			}
			i++
			meta = uint32(String)
		case c-'0' <= 9:
			m = nondigit(w)
			n := bits.TrailingZeros64(m) >> 3 // 8 if there is none
			if i += n; m == 0 {
				i = skipDigits(src, i)
			}
			if c == '0' && i > value+1 {
				return all[:k], value, seen, count, aValueComes
			}
			c = byteAt(src, i)
			if c == '.' {
				begin := i + 1
				if i = skipDigits(src, begin); i == begin {
					return all[:k], value, seen, count, aValueComes
				}
				c = byteAt(src, i)
			}
			if c|0x20 == 'e' {
				return all[:k], value, seen, count, aValueComes
			}
		case uint32(w) == wordTrue:
			i, meta = i+4, uint32(Bool)|flag
		case w<<24 == wordFalse<<24:
			i, meta = i+5, uint32(Bool)
		case uint32(w) == wordNull:
			i, meta = i+4, uint32(Null)
		default:
			return all[:k], value, seen, count, aValueComes
		}
		all[k] = node{uint32(value), uint32(i), 0, meta}
		k++
		if i > last {
			return all[:k], i, seen, count, behindComes
		}
		w = fullWord(src, i)
		if w&threeBytes == pythonComma {
			i += 2
		} else if w&twoBytes == compactComma {
			i++
		} else {
			return all[:k], i, seen, count, behindComes
		}
		count++
	}
}

// comes is what parse has to go on with.
type comes uint8

const (
	aNameComes  comes = iota // a name
	aValueComes              // the value of the member whose name was read last
	behindComes              // what stands behind a value
)

// nondigit marks, with the high bit of its byte, the first byte of w that is no digit. Marks above may be wrong, because addition carries.
func nondigit(w uint64) uint64 {
	w ^= ones * '0'
	return (w + ones*(0x80-10) | w) & highs
}
