package schema

import (
	"bytes"
	"unicode/utf8"
)

// uriTemplate is URI-Template of RFC 6570 section 2: literals and expressions.
func uriTemplate(s []byte) bool {
	for len(s) > 0 {
		size := 0
		if s[0] == '{' {
			size = templateExpression(s)
		} else {
			size = templateLiteral(s)
		}
		if size == 0 {
			return false
		}
		s = s[size:]
	}
	return true
}

// templateLiteral returns the size of the character or escape that s begins with, 0 if it cannot be a literal (section 2.1).
func templateLiteral(s []byte) int {
	switch c := s[0]; {
	case c == '%':
		if percentEncoded(s) {
			return 3
		}
		return 0
	case c >= utf8.RuneSelf:
		if r, size := utf8.DecodeRune(s); ucschar(r) || iprivate(r) {
			return size
		}
		return 0
	case c <= ' ', c == 0x7f, contains("\"<>\\^`{|}", c): // the apostrophe is a literal by erratum 6937
		return 0
	}
	return 1
}

// templateExpression returns the size of the expression that s begins with, 0 if it is none (section 2.2). Operators that are reserved for extensions
// are part of the grammar.
func templateExpression(s []byte) int {
	end := bytes.IndexByte(s, '}')
	if end < 0 {
		return 0
	}
	list := s[1:end]
	if len(list) > 0 && contains("+#./;?&=,!@|", list[0]) {
		list = list[1:]
	}
	for more := true; more; {
		var variable []byte
		variable, list, more = bytes.Cut(list, []byte{','})
		if !templateVariable(variable) {
			return 0
		}
	}
	return end + 1
}

// templateVariable is varspec (sections 2.3 and 2.4): a name, and a prefix length or "*".
func templateVariable(s []byte) bool {
	name, length, prefix := bytes.Cut(s, []byte{':'})
	if prefix {
		if len(length) == 0 || len(length) > 4 || length[0] == '0' {
			return false
		}
		for _, c := range length {
			if c-'0' > 9 {
				return false
			}
		}
	} else {
		name = bytes.TrimSuffix(name, []byte{'*'})
	}
	dot := true // no dot may come here
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '.' && !dot:
			dot = true
			continue
		case c == '%' && percentEncoded(name[i:]):
			i += 2
		case !alphanumeric(c) && c != '_':
			return false
		}
		dot = false
	}
	return !dot
}
