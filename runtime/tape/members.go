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

// members reads members of the open object from the name at from on, as long as they are written as most are: names and strings in ASCII and without escapes,
// numbers without sign and exponent, arrays of a few such strings if values may nest deeper, and no white space but one space behind a comma or colon. What it does
// not know, it leaves to parse, to read or to refuse. It returns where it stopped, how many members the object has by then, and what comes.
//
// It exists because it needs few variables: in parse, which has a state for everything, half of the time goes to moving them about. Offsets are uint32 here
// because what cannot be negative needs but one comparison to be within bounds.
func (t *Tape) members(src []byte, nodes []node, from, open int, seen, count uint32, deeper bool) (_ []node, _ int, _, _ uint32, next comes) {
	i, last := uint32(from), len(src)-8 // where we are, and where the last word is
	if last < 0 {
		return nodes, from, seen, count, aNameComes
	}
	k, all := len(nodes), nodes[:cap(nodes)]
	first := k - 2*int(count) // where the members would begin if all values were one node
reading:
	for ; k < len(all)-1; k += 2 { // else parse makes room
		all[k].start = i
		i++
		var w, m, hash uint64
		for {
			if int(i) <= last {
				w = fullWord(src, i)
			} else {
				w = lastWord(src, int(i))
			}
			if m = special(w); m != 0 {
				break
			}
			hash = (hash ^ w) * hashFactor
			i += 8
		}
		i += uint32(bits.TrailingZeros64(m)) >> 3
		hash = (hash ^ w&(m^(m-1))) * hashFactor
		all[k].end, all[k].link, all[k].meta = i+1, 0, nameMeta(hash)
		if int(i) > last {
			i = all[k].start
			break
		}
		w = fullWord(src, i)
		if w&threeBytes == pythonColon {
			i, w = i+3, w>>(3*8)
		} else if w&twoBytes == compactColon {
			i, w = i+2, w>>(2*8)
		} else {
			i = all[k].start
			break
		}
		bit := uint32(1) << (hash >> (64 - 5))
		if seen&bit != 0 { // and not &&, which the compiler would keep the outcome of
			if t.mayRepeat(all[:k+1], open, (k-first)/2) {
				i = all[k].start
				break
			}
		}
		seen |= bit

		value := i // w has five bytes of it at least
		next = aValueComes
		meta := uint32(Number)
		switch c := byte(w); {
		case c == '"':
			for i++; ; i += 8 {
				if int(i) <= last {
					w = fullWord(src, i)
				} else {
					w = lastWord(src, int(i))
				}
				if m = special(w); m != 0 {
					break
				}
			}
			if i += uint32(bits.TrailingZeros64(m)) >> 3; byteAt(src, int(i)) != '"' {
				i = value
				k++
				break reading
			}
			i++
			meta = uint32(String)
		case c-'0' <= 9:
			if i = plainNumber(src, i, w); i == value {
				k++
				break reading
			}
		case uint32(w) == wordTrue:
			i, meta = i+4, uint32(Bool)|flag
		case w<<24 == wordFalse<<24:
			i, meta = i+5, uint32(Bool)
		case uint32(w) == wordNull:
			i, meta = i+4, uint32(Null)
		case c == '[' && deeper:
			end, items := plainStrings(src, all, k+1, i)
			if items < 0 {
				k++
				break reading
			}
			k, first, i = k+items, first+items, end
			goto behind
		default:
			k++
			break reading
		}
		all[k+1] = node{value, i, 0, meta}
	behind:
		next = behindComes
		if int(i) > last {
			k += 2
			break
		}
		w = fullWord(src, i)
		if w&threeBytes == pythonComma {
			i += 2
		} else if w&twoBytes == compactComma {
			i++
		} else {
			k += 2
			break
		}
		next = aNameComes
	}
	return all[:k], int(i), seen, uint32(k-first) / 2, next
}

// plainNumber returns where the number at i, which begins with a digit, ends, or i if it has an exponent or is none. Of the bytes there, w has the first five at
// least, and zeros behind them.
func plainNumber(src []byte, i uint32, w uint64) uint32 {
	start := i
	i = uint32(skipDigits(src, int(i)+bits.TrailingZeros64(nondigit(w))>>3))
	if src[start] == '0' && i > start+1 {
		return start
	}
	c := byteAt(src, int(i))
	if c == '.' {
		begin := i + 1
		if i = uint32(skipDigits(src, int(begin))); i == begin {
			return start
		}
		c = byteAt(src, int(i))
	}
	if c|0x20 == 'e' {
		return start
	}
	return i
}

// mayRepeat reports whether the object may have the last of nodes, a member name whose bit is seen, already. It is behind count others. It is a call, because
// members has few registers to spare.
//
//go:noinline
func (t *Tape) mayRepeat(nodes []node, open, count int) bool {
	if count >= directNames || t.repeats {
		return false // those of larger objects are compared when they end
	}
	t.nodes = nodes
	return t.repeated(open)
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

// fewStrings is how long an array may be that plainStrings reads: what it has read when it comes to something odd is read once more.
const fewStrings = 16

// plainStrings puts the array at i on the tape, as node k, if its items are a few strings in ASCII and without escapes, and no white space is in it but one space
// behind a comma. It returns where the array ends and how many items it has, or a number below 0.
func plainStrings(src []byte, all []node, k int, i uint32) (end uint32, items int) {
	array, start := k, i
	if byteAt(src, int(i)+1) == ']' {
		all[array] = node{start, i + 2, uint32(k + 1), uint32(Array)}
		return i + 2, 0
	}
	for k++; k < len(all) && k <= array+fewStrings; k++ {
		i++
		begin := i
		if byteAt(src, int(i)) != '"' {
			return 0, -1
		}
		i++
		for m := special(wordAt(src, int(i))); ; m = special(wordAt(src, int(i))) {
			if m != 0 {
				i += uint32(bits.TrailingZeros64(m)) >> 3
				break
			}
			i += 8
		}
		if byteAt(src, int(i)) != '"' {
			return 0, -1
		}
		i++
		all[k] = node{begin, i, 0, uint32(String)}
		switch byteAt(src, int(i)) {
		case ',':
			if byteAt(src, int(i)+1) == ' ' {
				i++
			}
		case ']':
			items = k - array
			all[array] = node{start, i + 1, uint32(k + 1), uint32(Array) | uint32(items)<<shift}
			return i + 1, items
		default:
			return 0, -1
		}
	}
	return 0, -1
}
