package resolve

import (
	"path"
	"regexp"
	"strings"
)

// uri is a URI reference in its five parts (RFC 3986 section 3). net/url is not used: it refuses or rewrites some of the names that schemas bear.
type uri struct {
	scheme, authority, path, query, fragment string
	hasAuthority, hasQuery, hasFragment      bool
}

// uriParts is the expression of RFC 3986 appendix B, with a scheme as its section 3.1 wants it.
var uriParts = regexp.MustCompile(`(?s)^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?$`)

func parseURI(s string) uri {
	m := uriParts.FindStringSubmatch(s)
	return uri{
		scheme: strings.ToLower(m[1]), authority: m[3], path: m[4], query: m[6], fragment: m[8],
		hasAuthority: m[2] != "", hasQuery: m[5] != "", hasFragment: m[7] != "",
	}
}

func (u uri) String() string {
	var b strings.Builder
	if u.scheme != "" {
		b.WriteString(u.scheme + ":")
	}
	if u.hasAuthority {
		b.WriteString("//" + u.authority)
	}
	b.WriteString(u.path)
	if u.hasQuery {
		b.WriteString("?" + u.query)
	}
	if u.hasFragment {
		b.WriteString("#" + u.fragment)
	}
	return b.String()
}

// resolveURI resolves a reference against a base, which may be relative itself: the name of a file (RFC 3986 section 5.2). It returns the result
// without its fragment, normalised so that equal URIs are equal strings, and the fragment as it is written.
func resolveURI(base, reference string) (absolute, fragment string) {
	r := parseURI(reference)
	fragment = r.fragment
	r.hasFragment = false
	switch b := parseURI(base); {
	case r.scheme != "":
		r.path = withoutDots(r.path)
	case r.hasAuthority:
		r.scheme, r.path = b.scheme, withoutDots(r.path)
	case r.path == "":
		if !r.hasQuery {
			r.query, r.hasQuery = b.query, b.hasQuery
		}
		r.scheme, r.authority, r.hasAuthority, r.path = b.scheme, b.authority, b.hasAuthority, b.path
	default:
		if !strings.HasPrefix(r.path, "/") {
			r.path = merge(b, r.path)
		}
		r.scheme, r.authority, r.hasAuthority, r.path = b.scheme, b.authority, b.hasAuthority, withoutDots(r.path)
	}
	r.authority = strings.ToLower(r.authority)
	return normalized(r.String()), fragment
}

// AbsoluteURI returns an absolute URI normalised as documents are known by it; ok is false if it is not absolute or has a fragment.
func AbsoluteURI(text string) (uri string, ok bool) {
	if u := parseURI(text); u.scheme == "" || u.hasFragment {
		return "", false
	}
	uri, _ = resolveURI("", text)
	return uri, true
}

// Unescaped returns a part of a URI without percent-encoding, or as it is if that is malformed.
func Unescaped(part string) string {
	if decoded, ok := decodeFragment(part); ok {
		return decoded
	}
	return part
}

// merge puts a relative path in the place of the base's last segment (RFC 3986 section 5.2.3).
func merge(base uri, relative string) string {
	if base.hasAuthority && base.path == "" {
		return "/" + relative
	}
	return base.path[:strings.LastIndexByte(base.path, '/')+1] + relative
}

// withoutDots removes the segments . and .. (RFC 3986 section 5.2.4). Unlike there, a relative path keeps .. at its beginning.
func withoutDots(p string) string {
	if !strings.Contains(p, ".") {
		return p
	}
	rooted := strings.HasPrefix(p, "/")
	var kept []string
	segments := strings.Split(strings.TrimPrefix(p, "/"), "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".":
		case "..":
			if len(kept) > 0 && kept[len(kept)-1] != ".." {
				kept = kept[:len(kept)-1]
			} else if !rooted {
				kept = append(kept, "..")
			}
		default:
			kept = append(kept, segment)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	p = strings.Join(kept, "/")
	if rooted {
		p = "/" + p
	}
	return p
}

// fileURI returns the URI reference that stands for a file name. A name that is an absolute URI already stands for itself.
func fileURI(name string) string {
	if absoluteName.MatchString(name) {
		u, _ := resolveURI("", name)
		return u
	}
	var b strings.Builder
	for _, c := range []byte(path.Clean(name)) {
		if c == '%' || c == '?' || c == '#' || c == ':' {
			writeEscaped(&b, c)
		} else {
			b.WriteByte(c)
		}
	}
	return normalized(b.String())
}

// absoluteName tells a URI from a file name: a letter and a colon can be a Windows drive.
var absoluteName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]+:`)

// normalized returns a URI with percent-encoding where it is needed and nowhere else, in upper case (RFC 3986 section 6.2.2), and without an empty
// fragment.
func normalized(s string) string {
	const reserved = ":/?#[]@!$&'()*+,;="
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if v, ok := hex(s[i+1], s[i+2]); ok {
				if unreserved(v) {
					b.WriteByte(v)
				} else {
					writeEscaped(&b, v)
				}
				i += 2
				continue
			}
		}
		if unreserved(c) || c == '%' || strings.IndexByte(reserved, c) >= 0 {
			b.WriteByte(c)
		} else {
			writeEscaped(&b, c)
		}
	}
	return strings.TrimSuffix(b.String(), "#")
}

func writeEscaped(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.Write([]byte{'%', digits[c>>4], digits[c&15]})
}

// unreserved characters need no percent-encoding anywhere (RFC 3986 section 2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

// hex returns the value of two hexadecimal digits.
func hex(high, low byte) (v byte, ok bool) {
	for _, c := range [...]byte{high, low} {
		digit := strings.IndexByte("0123456789abcdefABCDEF", c)
		if digit < 0 {
			return 0, false
		}
		if digit > 15 {
			digit -= 6
		}
		v = v<<4 | byte(digit)
	}
	return v, true
}

// decodeFragment resolves percent-encoding; ok is false if it is malformed.
func decodeFragment(s string) (decoded string, ok bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		c, isHex := hex(s[i+1], s[i+2])
		if !isHex {
			return "", false
		}
		b.WriteByte(c)
		i += 2
	}
	return b.String(), true
}
