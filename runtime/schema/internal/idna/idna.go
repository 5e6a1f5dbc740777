// Package idna tells valid domain names from invalid ones: host names of RFC 1123, and what IDNA2008 (RFC 5890 to 5893) makes of them.
//
// A label is ASCII, or a U-label in letters of the world, or an A-label: "xn--" and a U-label written in Punycode. Nothing is mapped or looked up.
package idna

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Form is what a domain name is written in.
type Form uint8

const (
	// Hostname is RFC 1123 section 2.1: ASCII labels, and A-labels that are valid.
	Hostname Form = iota
	// Internationalized is RFC 5890 section 2.3.2.3: U-labels too. All four full stops of RFC 3490 section 3.1 part labels.
	Internationalized
	// Mail is the domain of RFC 6531 section 3.3. U-labels need not be in Normalization Form C: whoever looks the name up sees to that (RFC 5891
	// section 5.2).
	Mail
)

const (
	maxLabel = 63  // in bytes, of an A-label where there is one (RFC 5890 section 2.3.2.1)
	maxName  = 253 // in bytes, dots included (RFC 1034 section 3.1)
)

// Valid reports whether a name, in valid UTF-8, is a domain name of a form. It allocates nothing.
func Valid(name []byte, form Form) bool {
	length := -1 // of the name if all U-labels were A-labels; no dot precedes the first
	var all directions
	for more := true; more; {
		var text []byte
		text, name, more = nextLabel(name, form)
		size, d, ok := validLabel(text, form)
		if length += 1 + size; !ok || length > maxName {
			return false
		}
		all.rightToLeft = all.rightToLeft || d.rightToLeft
		all.mixed = all.mixed || d.mixed
	}
	return !all.rightToLeft || !all.mixed
}

// nextLabel cuts off the first label.
func nextLabel(name []byte, form Form) (label, rest []byte, more bool) {
	if form != Internationalized {
		return bytes.Cut(name, []byte{'.'})
	}
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRune(name[i:])
		switch r {
		case '.', '\u3002', '\uff0e', '\uff61':
			return name[:i], name[i+size:], true
		}
		i += size
	}
	return name, nil, false
}

// directions says how a label bears on the Bidi rule (RFC 5893 section 2). It holds for all labels of a name as soon as one of them is written from
// right to left.
type directions struct {
	rightToLeft bool // has a character of class R, AL or AN
	mixed       bool // does not satisfy the rule
}

// validLabel checks one label; size is that of its ASCII form.
func validLabel(text []byte, form Form) (size int, d directions, ok bool) {
	switch {
	case !ascii(text):
		if form == Hostname {
			return 0, d, false
		}
		return uLabel(text, form)
	case !letterDigitHyphen(text):
		return 0, d, false
	case hasPrefixFold(text, prefix):
		return aLabel(text, form)
	}
	return len(text), directions{mixed: !letter(text[0])}, true
}

func uLabel(text []byte, form Form) (size int, d directions, ok bool) {
	var buffer [maxLabel]rune
	label, ok := decodeUTF8(&buffer, text)
	if !ok || !validULabel(label, form) {
		return 0, d, false
	}
	var encoded [maxLabel]byte
	a, ok := toALabel(&encoded, label)
	return len(a), direct(label), ok
}

func aLabel(text []byte, form Form) (size int, d directions, ok bool) {
	var buffer [maxLabel]rune
	label, ok := decodePunycode(&buffer, text[len(prefix):])
	if !ok || !beyondASCII(label) || !validULabel(label, form) {
		return 0, d, false
	}
	// An A-label is what its U-label is encoded to (RFC 5890 section 2.3.2.1); Punycode has other ways to write one.
	var encoded [maxLabel]byte
	a, ok := toALabel(&encoded, label)
	return len(text), direct(label), ok && bytes.EqualFold(a, text)
}

// prefix is the ACE prefix (RFC 5890 section 2.3.2.5).
const prefix = "xn--"

func ascii(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// letterDigitHyphen is a label of RFC 1123 section 2.1: letters, digits and inner hyphens.
func letterDigitHyphen(text []byte) bool {
	if len(text) == 0 || len(text) > maxLabel || text[0] == '-' || text[len(text)-1] == '-' {
		return false
	}
	for _, c := range text {
		if !letter(c) && c-'0' > 9 && c != '-' {
			return false
		}
	}
	return true
}

func hasPrefixFold(text []byte, lower string) bool {
	if len(text) < len(lower) {
		return false
	}
	for i := range len(lower) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// decodeUTF8 reads the code points of a U-label; ok is false if there are more than an A-label can hold.
func decodeUTF8(buffer *[maxLabel]rune, text []byte) (label []rune, ok bool) {
	label = buffer[:0]
	for len(text) > 0 {
		if len(label) == maxLabel {
			return nil, false
		}
		r, size := utf8.DecodeRune(text)
		label, text = append(label, r), text[size:]
	}
	return label, true
}

func beyondASCII(label []rune) bool {
	for _, r := range label {
		if r >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// validULabel holds a label that is not ASCII to RFC 5891 section 4.2, but for the Bidi rule, which depends on the other labels (section 4.2.3.4).
func validULabel(label []rune, form Form) bool {
	last := len(label) - 1
	if label[0] == '-' || label[last] == '-' || last >= 3 && label[2] == '-' && label[3] == '-' { // section 4.2.3.1
		return false
	}
	if unicode.Is(unicode.M, label[0]) { // section 4.2.3.2
		return false
	}
	for i, r := range label {
		if !unicode.Is(pvalid, r) && !inContext(label, i) {
			return false
		}
	}
	return form == Mail || normalized(label)
}

// direct applies the Bidi rule of RFC 5893 section 2 to a label.
func direct(label []rune) directions {
	const (
		left = iota
		right
		arabicNumber
		europeanNumber
		mark
		other
	)
	class := func(r rune) int {
		switch {
		case 'a' <= r && r <= 'z':
			return left
		case unicode.Is(rightToLeft, r):
			return right
		case unicode.Is(arabicNumbers, r):
			return arabicNumber
		case unicode.Is(europeanNumbers, r):
			return europeanNumber
		case unicode.Is(nonspacing, r):
			return mark
		case unicode.Is(neutral, r):
			return other
		}
		return left
	}
	var seen [other + 1]bool
	end := left // the class of the last character that is no mark
	for _, r := range label {
		c := class(r)
		seen[c] = true
		if c != mark {
			end = c
		}
	}
	d := directions{rightToLeft: seen[right] || seen[arabicNumber]}
	switch class(label[0]) { // condition 1
	case left: // conditions 5 and 6
		d.mixed = d.rightToLeft || end != left && end != europeanNumber
	case right: // conditions 2, 3 and 4
		d.mixed = seen[left] || end == other || seen[europeanNumber] && seen[arabicNumber]
	default:
		d.mixed = true
	}
	return d
}
