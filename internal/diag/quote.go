package diag

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest texts from a schema that a message shows, in characters.
const (
	maxQuoted  = 64
	maxPointer = 240
)

// Quote returns text from a schema as it may stand in a message: in double quotes, with line breaks, control and bidirectional formatting characters
// and invalid UTF-8 escaped, and cut if it is long. Nothing that a schema says can then pass for a part of the message.
func Quote(s string) string {
	head, cut := truncate(s, maxQuoted)
	q := strconv.Quote(head)
	if cut {
		q = q[:len(q)-1] + `…"`
	}
	return q
}

// Pointer returns a JSON Pointer as it may stand in a message: as a URI fragment for the eye, #/properties/a, escaped and cut like Quote's text. A long
// pointer keeps its end, which tells most.
func Pointer(pointer string) string {
	if len(pointer) <= maxPointer {
		return "#" + Printable(pointer)
	}
	head, tail := pointer[:maxPointer/4], pointer[len(pointer)-maxPointer*3/4:]
	for tail != "" && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	for head != "" && !utf8.ValidString(head) && len(head) > maxPointer/4-utf8.UTFMax {
		head = head[:len(head)-1]
	}
	return "#" + Printable(head) + "…" + Printable(tail)
}

// truncate returns the first limit characters of s, and whether there were more.
func truncate(s string, limit int) (head string, cut bool) {
	n := 0
	for i := range s {
		if n == limit {
			return s[:i], true
		}
		n++
	}
	return s, false
}

// Printable escapes what does not print, such as line breaks, and leaves the rest alone.
func Printable(s string) string {
	clean := func(r rune) bool { return r != utf8.RuneError && unicode.IsPrint(r) }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if clean(r) {
			b.WriteString(s[:size])
		} else {
			q := strconv.Quote(s[:size])
			b.WriteString(q[1 : len(q)-1])
		}
		s = s[size:]
	}
	return b.String()
}
