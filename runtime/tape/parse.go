package tape

import "math/bits"

// Options are the settings of a parse. The zero value is the strictest reading.
type Options struct {
	MaxDepth       int  // nesting limit; 0 means DefaultMaxDepth. Equal and Hash recurse as deep as a text is nested
	DuplicateNames bool // accept an object that has two members of the same name (RFC 8259 section 4 leaves it open)
}

// DefaultMaxDepth is how deep arrays and objects may nest unless Options says otherwise.
const DefaultMaxDepth = 10_000

// maxSize is the longest text that a tape can index. A text has at most one value for every two bytes, so a Node cannot overflow either.
const maxSize = 1<<32 - 8

// Parse reads src, which must be exactly one JSON value with optional white space around it. The tape keeps a reference to src; src
// must not change while the tape is in use. On error (always a *SyntaxError) the tape holds no value.
func (t *Tape) Parse(src []byte, o Options) error {
	t.src, t.nodes, t.arena = src, t.nodes[:0], t.arena[:0]
	t.lone, t.repeats = 0, false
	if uint64(len(src)) > maxSize {
		return checkSize(uint64(len(src)))
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = DefaultMaxDepth
	}
	if t.nodes == nil {
		t.nodes = make([]node, 0, len(src)/16+16) // as much memory as the text: few texts need more than a few times that
	}
	if s := t.parse(src, o); s.wanted != nothing {
		err := t.explain(s, o)
		t.nodes, t.arena, t.lone = t.nodes[:0], t.arena[:0], 0
		return err
	}
	return nil
}

// stop is where the parser stopped and what it wanted there. It is all that the parser tells of an error; explain finds the words.
type stop struct {
	at     int // offset
	start  int // where the value or name begins that was read last or is read
	wanted want
	open   int // the node of the innermost array or object that is open; -1 if none is
}

// want is what the grammar allows at some place.
type want uint8

const (
	nothing      want = iota // the text is good
	endOfText                // white space only
	aValue                   // a value; behind [ also a ]
	aName                    // a member name; behind { also a }
	aColon                   // a colon, behind a member name
	commaOrEnd               // a comma, or the end of the open array or object
	restOfString             // a character or escape that may stand in a string
	aDigit                   // a digit, in a number
	newName                  // a name that the object does not have yet: the last node is one that it has
	lessDepth                // a value other than an array or object
)

// class says what a value is by its first byte.
type class uint8

const (
	none class = iota
	word       // true, false, null
	number
	array
	object
)

var classes = [256]class{
	'-': number, '0': number, '1': number, '2': number, '3': number, '4': number, '5': number, '6': number, '7': number, '8': number, '9': number,
	't': word, 'f': word, 'n': word, '[': array, '{': object,
}

// directNames is how many names of an object are compared with each other as they are read. The names of a larger object go into a hash
// table when it ends, so that the time stays linear.
const directNames = 16

// hashFactor spreads the bits of a name: it is 2^64 divided by the golden ratio.
const hashFactor = 0x9E3779B97F4A7C15

// parse fills the tape.
//
// It is one function, with labels for states, and has no stack: the node of an array or object that is open keeps what the parser needs
// to go on behind it. Its link is the array or object around it; while another is open inside it, its end is what seen was and its meta
// what kind and count were.
func (t *Tape) parse(src []byte, o Options) stop {
	var (
		nodes  = t.nodes
		i      int    // where we are
		c      byte   // the byte at i; 0 at the end of the text
		start  int    // where the value or name begins
		open   = -1   // the innermost array or object that is open
		kind   Kind   // of open: Array or Object
		count  uint32 // of open: how many values it has
		seen   uint32 // of open: a bit for the hash of each name
		depth  int    // how many are open
		w, m   uint64 // eight bytes of a string, and the special ones among them
		hash   uint64 // of a name
		link   int    // where the value of a string with escapes is
		meta   uint32
		wanted want
	)

value:
	if c = byteAt(src, i); c <= ' ' {
		i, c = skipSpace(src, i)
	}
valueHere:
	start = i
	if c == '"' {
		for i++; ; i += 8 {
			if m = special(wordAt(src, i)); m != 0 {
				break
			}
		}
		i += bits.TrailingZeros64(m) >> 3
		meta, link = uint32(String), 0
		if c = byteAt(src, i); c == '"' {
			i++
		} else if i, link = t.oddString(src, start, i); link > 0 {
			meta |= flag
		} else if i < 0 {
			i, wanted = ^i, restOfString
			goto stopped
		}
		nodes = append(nodes, node{uint32(start), uint32(i), uint32(link), meta})
		goto behindValue
	}
	switch classes[c] {
	case number: // RFC 8259 section 6: [ - ] int [ frac ] [ exp ]
		wanted = aDigit
		if c == '-' {
			i++
			if c = byteAt(src, i); c-'0' > 9 {
				goto stopped
			}
		}
		if i++; c != '0' {
			i = skipDigits(src, i)
		}
		if c = byteAt(src, i); c == '.' {
			i++
			if c = byteAt(src, i); c-'0' > 9 {
				goto stopped
			}
			i = skipDigits(src, i+1)
			c = byteAt(src, i)
		}
		if c|0x20 == 'e' {
			i++
			if c = byteAt(src, i); c == '-' || c == '+' {
				i++
				c = byteAt(src, i)
			}
			if c-'0' > 9 {
				goto stopped
			}
			i = skipDigits(src, i+1)
		}
		nodes = append(nodes, node{uint32(start), uint32(i), 0, uint32(Number)})
		goto behindValue

	case word:
		switch {
		case len(src)-i >= 4 && string(src[i:i+4]) == "true":
			i, meta = i+4, uint32(Bool)|flag
		case len(src)-i >= 5 && string(src[i:i+5]) == "false":
			i, meta = i+5, uint32(Bool)
		case len(src)-i >= 4 && string(src[i:i+4]) == "null":
			i, meta = i+4, uint32(Null)
		default:
			wanted = aValue
			goto stopped
		}
		nodes = append(nodes, node{uint32(start), uint32(i), 0, meta})
		goto behindValue

	case array, object:
		if depth++; depth > o.MaxDepth {
			wanted = lessDepth
			goto stopped
		}
		if open >= 0 {
			nodes[open].end, nodes[open].meta = seen, uint32(kind)|min(count, maxCount)<<shift
		}
		if kind = Array; c == '{' {
			kind = Object
		}
		nodes = append(nodes, node{uint32(start), 0, uint32(open), uint32(kind)})
		open, count, seen = len(nodes)-1, 0, 0
		i++
		if c = byteAt(src, i); c <= ' ' {
			i, c = skipSpace(src, i)
		}
		switch {
		case kind == Array && c == ']', kind == Object && c == '}':
			goto end
		case kind == Object:
			goto name
		}
		goto valueHere
	}
	wanted = aValue
	goto stopped

behindValue:
	if c = byteAt(src, i); c <= ' ' {
		i, c = skipSpace(src, i)
	}
	if open < 0 {
		if wanted = nothing; i < len(src) {
			wanted = endOfText
		}
		goto stopped
	}
	count++
	if c == ',' {
		i++
		if kind == Array {
			goto value
		}
		if c = byteAt(src, i); c <= ' ' {
			i, c = skipSpace(src, i)
		}
		goto name
	}
	if c == '}' && kind == Object || c == ']' && kind == Array {
		goto end
	}
	wanted = commaOrEnd
	goto stopped

name:
	if c == '"' {
		var next comes
		switch nodes, i, seen, count, next = t.members(src, nodes, i, open, seen, count, depth < o.MaxDepth); next {
		case aValueComes:
			goto value
		case behindComes:
			if c = byteAt(src, i); c == '}' {
				goto end
			}
			count-- // as behind any value
			goto behindValue
		}
		c = byteAt(src, i)
	}
	start = i
	if c != '"' {
		wanted = aName
		goto stopped
	}
	hash = 0
	for i++; ; i += 8 {
		w = wordAt(src, i)
		if m = special(w); m != 0 {
			break
		}
		hash = (hash ^ w) * hashFactor
	}
	i += bits.TrailingZeros64(m) >> 3
	meta, link = uint32(String), 0
	if c = byteAt(src, i); c == '"' {
		hash = (hash ^ w&(m^(m-1))) * hashFactor // the bits up to the first mark: the rest of the name, and the quote
		i++
	} else if i, link = t.oddString(src, start, i); link > 0 {
		meta |= flag
		hash = nameHash(t.arena[link:])
	} else if i > 0 {
		hash = nameHash(src[start+1 : i-1])
	} else {
		i, wanted = ^i, restOfString
		goto stopped
	}
	nodes = append(nodes, node{uint32(start), uint32(i), uint32(link), meta | uint32(hash>>(32+shift))<<shift})
	// Names with different bits are different; names with the same bit must be compared.
	if meta = 1 << (hash >> (64 - 5)); seen&meta != 0 && count < directNames && !t.repeats {
		t.nodes = nodes
		if t.repeats = t.repeated(open); t.repeats && !o.DuplicateNames {
			wanted = newName
			goto stopped
		}
	}
	seen |= meta
	if c = byteAt(src, i); c <= ' ' {
		i, c = skipSpace(src, i)
	}
	if c == ':' {
		i++
		goto value
	}
	wanted = aColon
	goto stopped

end: // of the open array or object
	i++
	if kind == Object && count > directNames && !t.repeats {
		t.nodes = nodes
		if n := t.index.repeated(t, Node(open)); n > 0 {
			if t.repeats = true; !o.DuplicateNames {
				nodes, wanted = nodes[:n+1], newName
				goto stopped
			}
		}
	}
	link = int(int32(nodes[open].link)) // the array or object around it; -1 if there is none
	nodes[open] = node{nodes[open].start, uint32(i), uint32(len(nodes)), uint32(kind) | min(count, maxCount)<<shift}
	open = link
	depth--
	if open >= 0 {
		meta = nodes[open].meta
		seen, kind, count = nodes[open].end, Kind(meta&kindMask), meta>>shift
	} else if i == len(src) {
		wanted = nothing
		goto stopped
	}
	goto behindValue

stopped:
	t.nodes = nodes
	return stop{i, start, wanted, open}
}
