package schema

import "bytes"

// uri is URI of RFC 3986 appendix A: it begins with a scheme.
func uri(s []byte) bool {
	scheme := bytes.IndexAny(s, ":/?#")
	return scheme > 0 && s[scheme] == ':' && uriScheme(s[:scheme]) && hierarchy(s[scheme+1:])
}

// uriReference is URI-reference of RFC 3986 appendix A.
func uriReference(s []byte) bool {
	if colon := bytes.IndexAny(s, ":/?#"); colon >= 0 && s[colon] == ':' {
		// A relative reference has no colon in its first segment (section 4.2), so this is a scheme or a mistake.
		return uri(s)
	}
	return hierarchy(s)
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
func hierarchy(s []byte) bool {
	s, fragment, _ := bytes.Cut(s, []byte{'#'})
	s, query, _ := bytes.Cut(s, []byte{'?'})
	if !uriCharacters(fragment, "/?:@") || !uriCharacters(query, "/?:@") {
		return false
	}
	if bytes.HasPrefix(s, []byte("//")) {
		s = s[2:]
		path := bytes.IndexByte(s, '/')
		if path < 0 {
			path = len(s)
		}
		if !authority(s[:path]) {
			return false
		}
		s = s[path:]
	}
	return uriCharacters(s, "/:@")
}

// authority is userinfo, host and port (section 3.2).
func authority(s []byte) bool {
	if at := bytes.LastIndexByte(s, '@'); at >= 0 {
		if !uriCharacters(s[:at], ":") {
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
	return uriCharacters(host, "")
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
	return ok && len(version) > 0 && len(address) > 0 && bytes.IndexByte(address, '%') < 0 && uriCharacters(address, ":")
}

// uriCharacters reports whether s is only unreserved characters, sub-delims, escapes (section 2) and those of more.
func uriCharacters(s []byte, more string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case alphanumeric(c):
		case c == '%':
			if i+2 >= len(s) || !hexadecimal(s[i+1]) || !hexadecimal(s[i+2]) {
				return false
			}
			i += 2
		default:
			if !contains("-._~!$&'()*+,;=", c) && !contains(more, c) {
				return false
			}
		}
	}
	return true
}

func contains(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}
