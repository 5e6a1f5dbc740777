package schema

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/schema/internal/idna"
)

// KnownFormat reports whether the interpreter can assert a format of the given name.
func KnownFormat(name string) bool { return formats(name) != nil }

// formats returns the check of a format (2020-12 Validation section 7.3), or nil. Checks take valid UTF-8 and allocate nothing on valid text, regex apart.
func formats(name string) func(s []byte) bool {
	switch name {
	case "date-time":
		return dateTime
	case "date":
		return date
	case "time":
		return timeOfDay
	case "duration":
		return duration
	case "email":
		return email
	case "idn-email":
		return idnEmail
	case "hostname":
		return hostname
	case "idn-hostname":
		return idnHostname
	case "ipv4":
		return ipv4
	case "ipv6":
		return ipv6
	case "uri":
		return uri
	case "uri-reference":
		return uriReference
	case "iri":
		return iri
	case "iri-reference":
		return iriReference
	case "uri-template":
		return uriTemplate
	case "uuid":
		return uuid
	case "json-pointer":
		return jsonPointer
	case "relative-json-pointer":
		return relativeJSONPointer
	case "regex":
		return regex
	}
	return nil
}

// formatName names a format in a message.
func formatName(name string) string {
	switch name {
	case "date-time", "date", "time":
		return "a " + name + " (RFC 3339)"
	case "duration":
		return "a duration (ISO 8601)"
	case "email":
		return "an email address (RFC 5321)"
	case "idn-email":
		return "an email address (RFC 6531)"
	case "hostname":
		return "a host name (RFC 1123)"
	case "idn-hostname":
		return "a host name (RFC 5890)"
	case "ipv4":
		return "an IPv4 address"
	case "ipv6":
		return "an IPv6 address"
	case "uri":
		return "a URI (RFC 3986)"
	case "uri-reference":
		return "a URI reference (RFC 3986)"
	case "iri":
		return "an IRI (RFC 3987)"
	case "iri-reference":
		return "an IRI reference (RFC 3987)"
	case "uri-template":
		return "a URI template (RFC 6570)"
	case "uuid":
		return "a UUID (RFC 9562)"
	case "json-pointer":
		return "a JSON Pointer (RFC 6901)"
	case "relative-json-pointer":
		return "a relative JSON Pointer"
	case "regex":
		return "a regular expression (ECMA-262)"
	}
	return "of the format " + quoted(name)
}

// Patterns of texts that hold a date or a time (RFC 3339 section 5.6), or a UUID. No text of the format is without its pattern, whatever else is asked of it.
const (
	datePattern = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
	timePattern = `([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])`
	uuidPattern = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
)

// Implies reports whether every text of a format matches a pattern, as schemas have it that say the same twice, for validators that ignore one of them.
func Implies(format, pattern string) bool {
	sub := ""
	switch format {
	case "date-time":
		sub = "^" + datePattern + "[Tt]" + timePattern + "$"
	case "date":
		sub = "^" + datePattern + "$"
	case "time":
		sub = "^" + timePattern + "$"
	case "uuid":
		sub = "^" + uuidPattern + "$"
	default:
		return false
	}
	a, b := automatonOf(sub), automatonOf(pattern)
	return a != nil && b != nil && b.includes(a)
}

// pair reads two digits at i; -1 if they are not.
func pair(s []byte, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

// dateTime is date-time of RFC 3339 section 5.6, most of it read in words of eight bytes: streams have one in every line.
func dateTime(s []byte) bool {
	if len(s) < 20 || s[16] != ':' {
		return false
	}
	day := binary.LittleEndian.Uint64(s) ^ 0x2d30302d30303030                   // 0000-00-
	time := (binary.LittleEndian.Uint64(s[8:]) | 0x20<<16) ^ 0x30303a3030743030 // 00t00:00
	// Now digits are bytes from 0 to 9, and all others are 0. Six more sets a bit in the high half of a byte that is more than 9.
	if (day|(day+0x0006060006060606))&0xfff0f0fff0f0f0f0 != 0 || (time|(time+0x0606000606000606))&0xf0f0fff0f0fff0f0 != 0 {
		return false
	}
	day, time = day*10+day>>8, time*10+time>>8 // now what two digits stand for is where the first was
	month, ofMonth := int(day>>40&0xff), int(time&0xff)
	if uint(month-1) > 11 || uint(ofMonth-1) > 27 && !onCalendar(int(day&0xff), int(day>>16&0xff), month, ofMonth) {
		return false
	}
	return onClock(int(time>>24&0xff), int(time>>48&0xff), pair(s, 17), s[19:])
}

// date is full-date of RFC 3339 section 5.6.
func date(s []byte) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-' && onCalendar(pair(s, 0), pair(s, 2), pair(s, 5), pair(s, 8))
}

// onCalendar reports whether there is such a day in the Gregorian calendar (RFC 3339 section 5.7).
func onCalendar(century, year, month, day int) bool {
	if century < 0 || year < 0 || month < 1 || month > 12 || day < 1 {
		return false
	}
	switch {
	case day <= 28:
		return true
	case month == 2:
		return day == 29 && (year != 0 && year%4 == 0 || year == 0 && century%4 == 0)
	case month == 4 || month == 6 || month == 9 || month == 11:
		return day <= 30
	}
	return day <= 31
}

// timeOfDay is full-time of RFC 3339 section 5.6.
func timeOfDay(s []byte) bool {
	return len(s) >= 9 && s[2] == ':' && s[5] == ':' && onClock(pair(s, 0), pair(s, 3), pair(s, 6), s[8:])
}

// onClock reports whether there is such a time, the fraction of its second and its offset from UTC in the rest of the text. A second 60 is a leap second, which
// is only at 23:59 UTC (RFC 3339 section 5.7).
func onClock(hour, minute, second int, rest []byte) bool {
	if uint(hour) > 23 || uint(minute) > 59 || uint(second) > 60 {
		return false
	}
	if rest[0] == '.' {
		i := 1
		if len(rest) > 8 { // as it mostly is
			i += bits.TrailingZeros64(nondigit(binary.LittleEndian.Uint64(rest[1:]))) >> 3
		}
		for i < len(rest) && rest[i]-'0' <= 9 {
			i++
		}
		if i == 1 {
			return false
		}
		rest = rest[i:]
	}
	offset := 0 // in minutes east of UTC
	switch {
	case string(rest) == "+00:00", len(rest) == 1 && rest[0]|0x20 == 'z':
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		h, m := pair(rest, 1), pair(rest, 4)
		if uint(h) > 23 || uint(m) > 59 {
			return false
		}
		if offset = h*60 + m; rest[0] == '-' {
			offset = -offset
		}
	default:
		return false
	}
	const day = 24 * 60
	return second < 60 || (hour*60+minute-offset+day)%day == day-1
}

// duration is duration of RFC 3339 appendix A, the grammar of ISO 8601: units in order, and none left out between two.
func duration(s []byte) bool {
	if len(s) < 3 || s[0] != 'P' {
		return false
	}
	s = s[1:]
	if s[len(s)-1] == 'W' {
		rest, ok := units(s, "W")
		return ok && len(rest) == 0
	}
	if s[0] != 'T' {
		var ok bool
		if s, ok = units(s, "YMD"); !ok || len(s) == 0 {
			return ok
		}
	}
	if s[0] != 'T' {
		return false
	}
	rest, ok := units(s[1:], "HMS")
	return ok && len(rest) == 0
}

// units reads numbers, each with the next of the units behind it; it may begin at any unit, and stops behind any. At least one must be there.
func units(s []byte, order string) (rest []byte, ok bool) {
	for {
		i := 0
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		if i == 0 {
			return s, ok
		}
		if i == len(s) || len(order) == 0 {
			return s, false
		}
		if ok { // only the unit that follows at once
			if s[i] != order[0] {
				return s, false
			}
		}
		for len(order) > 0 && order[0] != s[i] {
			order = order[1:]
		}
		if len(order) == 0 {
			return s, false
		}
		s, order, ok = s[i+1:], order[1:], true
	}
}

// email is Mailbox of RFC 5321 section 4.1.2, with the limits of section 4.5.3.1 on the local part and the domain.
func email(s []byte) bool { return mailbox(s, false) }

// idnEmail is Mailbox as RFC 6531 section 3.3 extends it.
func idnEmail(s []byte) bool { return mailbox(s, true) }

func mailbox(s []byte, international bool) bool {
	at := bytes.LastIndexByte(s, '@')
	return at > 0 && at <= 64 && localPart(s[:at], international) && mailDomain(s[at+1:], international)
}

func localPart(s []byte, international bool) bool {
	if s[0] == '"' {
		return quotedString(s, international)
	}
	dot := true // no dot may come here
	for _, c := range s {
		if c == '.' && dot || c != '.' && !atext(c) && !(international && c >= utf8.RuneSelf) {
			return false
		}
		dot = c == '.'
	}
	return !dot
}

// quotedString is Quoted-string: printable ASCII, quotes and backslashes behind a backslash.
func quotedString(s []byte, international bool) bool {
	if len(s) < 2 || s[len(s)-1] != '"' {
		return false
	}
	s = s[1 : len(s)-1]
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case international && c >= utf8.RuneSelf:
		case c < ' ' || c > '~' || c == '"':
			return false
		case c == '\\':
			if i++; i == len(s) || s[i] < ' ' || s[i] > '~' {
				return false
			}
		}
	}
	return true
}

// atext is atext of RFC 5322 section 3.2.3.
func atext(c byte) bool {
	return alphanumeric(c) || contains("!#$%&'*+-/=?^_`{|}~", c)
}

// mailDomain is Domain or address-literal. RFC 5321 has no A-labels, so in a domain that is ASCII they are labels like others.
func mailDomain(s []byte, international bool) bool {
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return domain(s) || international && idna.Valid(s, idna.Mail)
	}
	s = s[1 : len(s)-1]
	const tag = "ipv6:"
	if len(s) >= len(tag) && bytes.EqualFold(s[:len(tag)], []byte(tag)) {
		return ipv6(s[len(tag):])
	}
	return ipv4(s)
}

// domain is Domain of RFC 5321 section 4.1.2: labels of letters, digits and inner hyphens, at most 63 bytes each and 253 together (RFC 1034 section 3.1).
func domain(s []byte) bool {
	if len(s) == 0 || len(s) > 253 {
		return false
	}
	for more := true; more; {
		var label []byte
		label, s, more = bytes.Cut(s, []byte{'.'})
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range label {
			if !alphanumeric(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

// hostname is a host name of RFC 1123 section 2.1, with A-labels that RFC 5891 section 4.4 can make.
func hostname(s []byte) bool { return idna.Valid(s, idna.Hostname) }

// idnHostname is a host name, or an internationalized domain name of RFC 5890 section 2.3.2.3.
func idnHostname(s []byte) bool { return idna.Valid(s, idna.Internationalized) }

func alphanumeric(c byte) bool { return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z' }

// ipv4 is dotted-quad of RFC 2673 section 3.2: no leading zeros, which some read as octal.
func ipv4(s []byte) bool {
	for part := range 4 {
		i, n := 0, 0
		for ; i < len(s) && i < 3 && s[i]-'0' <= 9; i++ {
			n = n*10 + int(s[i]-'0')
		}
		if i == 0 || n > 255 || i > 1 && s[0] == '0' {
			return false
		}
		if s = s[i:]; part < 3 {
			if len(s) == 0 || s[0] != '.' {
				return false
			}
			s = s[1:]
		}
	}
	return len(s) == 0
}

// ipv6 is an address of RFC 4291 section 2.2, without a zone. "::" stands for one group of zeros or more.
func ipv6(s []byte) bool {
	groups, compressed := 0, false
	if len(s) >= 2 && s[0] == ':' && s[1] == ':' {
		compressed = true
		s = s[2:]
	}
	for len(s) > 0 || !compressed {
		i := 0
		for i < len(s) && i < 4 && hexadecimal(s[i]) {
			i++
		}
		if i < len(s) && s[i] == '.' {
			groups += 2
			return ipv4(s) && (groups == 8) == !compressed && groups <= 8
		}
		if groups++; i == 0 || groups > 8 {
			return false
		}
		if s = s[i:]; len(s) == 0 {
			break
		}
		if s[0] != ':' || len(s) == 1 {
			return false
		}
		if s = s[1:]; s[0] == ':' {
			if compressed {
				return false
			}
			compressed = true
			if s = s[1:]; len(s) == 0 {
				break
			}
		}
	}
	return (groups == 8) == !compressed
}

// uuid is a UUID of RFC 9562 section 4, in either case.
func uuid(s []byte) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range s {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !hexadecimal(c) {
				return false
			}
		}
	}
	return true
}

func hexadecimal(c byte) bool { return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'f' }

// jsonPointer is a JSON Pointer of RFC 6901 section 3.
func jsonPointer(s []byte) bool {
	if len(s) > 0 && s[0] != '/' {
		return false
	}
	for i, c := range s {
		if c == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return true
}

// relativeJSONPointer is a Relative JSON Pointer (draft-bhutton-relative-json-pointer-00 section 3).
func relativeJSONPointer(s []byte) bool {
	natural := func() bool {
		i := 0
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		ok := i == 1 || i > 1 && s[0] != '0'
		s = s[i:]
		return ok
	}
	if !natural() {
		return false
	}
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		if s = s[1:]; !natural() {
			return false
		}
	}
	return string(s) == "#" || jsonPointer(s)
}

// regex is a pattern of ECMA-262 with the u flag. It may hold what only other engines can match.
func regex(s []byte) bool {
	_, broken := parseExpression(string(s), true)
	return broken == nil && utf8.Valid(s)
}
