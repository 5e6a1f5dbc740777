package schema

import (
	"bytes"
	"unicode/utf8"
)

// uri is URI of RFC 3986 appendix A: it begins with a scheme.
func uri(s []byte) bool { return absolute(s, false) }

// uriReference is URI-reference of RFC 3986 appendix A.
func uriReference(s []byte) bool { return reference(s, false) }

// iri is IRI of RFC 3987 section 2.2.
func iri(s []byte) bool { return absolute(s, true) }

// iriReference is IRI-reference of RFC 3987 section 2.2.
func iriReference(s []byte) bool { return reference(s, true) }

func absolute(s []byte, international bool) bool {
	scheme := bytes.IndexAny(s, ":/?#")
	return scheme > 0 && s[scheme] == ':' && uriScheme(s[:scheme]) && hierarchy(s[scheme+1:], international)
}

func reference(s []byte, international bool) bool {
	if colon := bytes.IndexAny(s, ":/?#"); colon >= 0 && s[colon] == ':' {
		// A relative reference has no colon in its first segment (section 4.2), so this is a scheme or a mistake.
		return absolute(s, international)
	}
	return hierarchy(s, international)
}

// uriScheme is scheme (section 3.1).
func uriScheme(s []byte) bool {
	for i, c := range s {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c-'0' > 9 && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

// hierarchy is what follows the scheme, or a relative reference: authority, path, query and fragment.
func hierarchy(s []byte, international bool) bool {
	var beyond, beyondQuery func(rune) bool
	if international {
		beyond, beyondQuery = ucschar, queryCharacter
	}
	s, fragment, _ := bytes.Cut(s, []byte{'#'})
	s, query, _ := bytes.Cut(s, []byte{'?'})
	if !uriCharacters(fragment, "/?:@", beyond) || !uriCharacters(query, "/?:@", beyondQuery) {
		return false
	}
	if bytes.HasPrefix(s, []byte("//")) {
		s = s[2:]
		path := bytes.IndexByte(s, '/')
		if path < 0 {
			path = len(s)
		}
		if !authority(s[:path], beyond) {
			return false
		}
		s = s[path:]
	}
	return uriCharacters(s, "/:@", beyond)
}

// authority is userinfo, host and port (section 3.2).
func authority(s []byte, beyond func(rune) bool) bool {
	if at := bytes.LastIndexByte(s, '@'); at >= 0 {
		if !uriCharacters(s[:at], ":", beyond) {
			return false
		}
		s = s[at+1:]
	}
	host := s
	if len(s) > 0 && s[0] == '[' {
		end := bytes.IndexByte(s, ']')
		if end < 0 || !ipLiteral(s[1:end]) {
			return false
		}
		host, s = nil, s[end+1:]
		if len(s) > 0 && s[0] != ':' {
			return false
		}
	} else if colon := bytes.IndexByte(s, ':'); colon >= 0 {
		host, s = s[:colon], s[colon:]
	} else {
		s = nil
	}
	for i, c := range s { // the port, with its colon
		if i > 0 && c-'0' > 9 {
			return false
		}
	}
	return uriCharacters(host, "", beyond)
}

// ipLiteral is what stands in the brackets of IP-literal (section 3.2.2).
func ipLiteral(s []byte) bool {
	if len(s) == 0 || s[0]|0x20 != 'v' {
		return ipv6(s)
	}
	version, address, ok := bytes.Cut(s[1:], []byte{'.'})
	for _, c := range version {
		ok = ok && hexadecimal(c)
	}
	return ok && len(version) > 0 && len(address) > 0 && bytes.IndexByte(address, '%') < 0 && uriCharacters(address, ":", nil)
}

// uriCharacters reports whether s is only unreserved characters, sub-delims, escapes (section 2), those of more, and what beyond, if there is such,
// takes of those that are not ASCII.
func uriCharacters(s []byte, more string, beyond func(rune) bool) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case alphanumeric(c):
		case c == '%':
			if !percentEncoded(s[i:]) {
				return false
			}
			i += 2
		case c >= utf8.RuneSelf && beyond != nil:
			r, size := utf8.DecodeRune(s[i:])
			if !beyond(r) {
				return false
			}
			i += size - 1
		default:
			if !contains("-._~!$&'()*+,;=", c) && !contains(more, c) {
				return false
			}
		}
	}
	return true
}

// percentEncoded reports whether s begins with pct-encoded (section 2.1); its % is known to be there.
func percentEncoded(s []byte) bool { return len(s) > 2 && hexadecimal(s[1]) && hexadecimal(s[2]) }

// ucschar is ucschar of RFC 3987 section 2.2.
func ucschar(r rune) bool {
	switch {
	case r < 0x10000:
		return 0xa0 <= r && r <= 0xd7ff || 0xf900 <= r && r <= 0xfdcf || 0xfdf0 <= r && r <= 0xffef
	case r >= 0xe0000:
		return 0xe1000 <= r && r <= 0xefffd
	}
	return r&0xffff <= 0xfffd
}

// iprivate is iprivate of RFC 3987 section 2.2.
func iprivate(r rune) bool {
	return 0xe000 <= r && r <= 0xf8ff || r >= 0xf0000 && r&0xffff <= 0xfffd
}

// queryCharacter is what iquery takes beyond ASCII.
func queryCharacter(r rune) bool { return ucschar(r) || iprivate(r) }

func contains(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}
