package tape

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Code classifies a SyntaxError.
type Code uint8

// The codes of a SyntaxError.
const (
	Syntax        Code = iota + 1 // the grammar of RFC 8259 is broken, a number or escape is malformed, or text is cut off
	InvalidUTF8                   // a byte sequence that is not UTF-8 (RFC 8259 section 8.1)
	DuplicateName                 // an object has two members of one name
	TooDeep                       // nested deeper than Options.MaxDepth
	TooLarge                      // longer than the 4 GiB that a tape can index
)

// SyntaxError says why a text is not a JSON value, and where.
type SyntaxError struct {
	Code    Code
	Offset  int    // byte offset in the text
	Line    int    // 1-based
	Column  int    // 1-based, in bytes
	Message string // what was found, what was expected
	Pointer string // DuplicateName only: JSON Pointer of the second member
}

// Error returns line, column and message: `1:7: found '}', expected ':' behind a member name`.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message) }

// checkSize returns nil if a text of that many bytes can be indexed.
func checkSize(size uint64) *SyntaxError {
	if size <= maxSize {
		return nil
	}
	message := fmt.Sprintf("text has %d bytes, more than the %d that can be read at once", size, uint64(maxSize))
	return &SyntaxError{Code: TooLarge, Line: 1, Column: 1, Message: message}
}

// explain turns where and why the parser stopped into an error that says what was found and what was expected.
func (t *Tape) explain(s stop, o Options) *SyntaxError {
	e := &SyntaxError{Code: Syntax, Offset: s.at}
	text := t.src[s.at:]
	encoding, foreign := explainEncoding(t.src), explainWord(t.src, s)
	switch {
	case encoding != "" && s.at <= 1:
		e.Offset, e.Message = 0, encoding
	case s.wanted == newName:
		n := Node(len(t.nodes) - 1)
		first := t.firstOf(s.open, n)
		line, column := t.Position(t.Offset(first))
		e.Code, e.Offset = DuplicateName, t.Offset(n)
		e.Pointer = string(appendToken(t.openPath(s.open), t.Str(n)))
		e.Message = fmt.Sprintf("member name %s stands twice in one object, first at %d:%d", excerpt(t.Text(n)), line, column)
	case s.wanted == lessDepth:
		e.Code = TooDeep
		e.Message = fmt.Sprintf("arrays and objects are nested more than %d deep", o.MaxDepth)
	case invalidUTF8(text):
		e.Code, e.Message = InvalidUTF8, explainUTF8(text)
	case foreign != "":
		e.Offset, e.Message = s.start, foreign
	case s.wanted == restOfString:
		e.Message = t.explainString(s)
	default:
		e.Message = t.explainStructure(s)
	}
	e.Line, e.Column = t.Position(e.Offset)
	return e
}

// firstOf returns the first name in the open object that is the same as the name n.
func (t *Tape) firstOf(open int, n Node) Node {
	first := Node(open) + 1
	for first < n && !bytes.Equal(t.Str(first), t.Str(n)) {
		first = t.Next(first + 1)
	}
	return first
}

// explainEncoding says what is wrong with a text whose first bytes do not look like UTF-8 without a mark (RFC 8259 section 8.1).
func explainEncoding(src []byte) string {
	switch {
	case bytes.HasPrefix(src, []byte("\xEF\xBB\xBF")):
		return "text begins with a byte order mark, which JSON must not have"
	case bytes.HasPrefix(src, []byte("\xFE\xFF")), bytes.HasPrefix(src, []byte("\xFF\xFE")):
		return "text begins with a byte order mark of UTF-16, expected UTF-8"
	}
	// Every text begins with an ASCII character: in UTF-16 and UTF-32 that is seen by its zeros (RFC 4627 section 3, when JSON could
	// still be written so).
	pattern := 1 << min(len(src), 4)
	for i, c := range src[:min(len(src), 4)] {
		if c != 0 {
			pattern |= 1 << i
		}
	}
	switch pattern {
	case 0b1_01, 0b1_10, 0b1_0101, 0b1_1010, 0b1_0001, 0b1_1000:
		if len(src)%2 == 0 {
			return "text looks like UTF-16 or UTF-32, expected UTF-8"
		}
	}
	return ""
}

func invalidUTF8(text []byte) bool {
	r, size := utf8.DecodeRune(text)
	return r == utf8.RuneError && size == 1
}

// explainUTF8 says why text does not begin with a character in UTF-8 (RFC 3629 section 4).
func explainUTF8(text []byte) string {
	size := 1 // of the sequence, as far as it is one
	for size < len(text) && size < 4 && text[size]&0xC0 == 0x80 {
		size++
	}
	c, want := text[0], 0
	switch {
	case c < 0xC0:
		return fmt.Sprintf("byte 0x%X is not UTF-8: it can only continue a character", c)
	case c >= 0xF8:
		return fmt.Sprintf("byte 0x%X is never part of UTF-8", c)
	case c < 0xE0:
		want = 2
	case c < 0xF0:
		want = 3
	default:
		want = 4
	}
	reason := ""
	switch sequence := text[:min(size, want)]; {
	case size < want:
		reason = fmt.Sprintf("a character of %d bytes is cut off", want)
	case c < 0xC2, c == 0xE0 && sequence[1] < 0xA0, c == 0xF0 && sequence[1] < 0x90:
		reason = "a longer form than the character needs"
	case c == 0xED:
		reason = "a surrogate, which is no character"
	default:
		reason = "beyond U+10FFFF, the last character"
	}
	return fmt.Sprintf("bytes 0x% X are not UTF-8: %s", text[:min(size, want)], reason)
}

// explainString says why the text at s.at cannot be in a string (RFC 8259 section 7).
func (t *Tape) explainString(s stop) string {
	text := t.src[s.at:]
	if len(text) > 0 && text[0] != '\\' {
		return fmt.Sprintf("found control character %s in a string, expected it escaped as %s", describe(text), escapeOf(text[0]))
	}
	if len(text) > 1 && text[1] != 'u' {
		return fmt.Sprintf(`found %s behind \ in a string, expected one of " \ / b f n r t u`, describe(text[1:]))
	}
	if len(text) > 2 {
		digits := text[2:min(6, len(text))]
		good := 0
		for good < len(digits) && strings.IndexByte("0123456789abcdefABCDEF", digits[good]) >= 0 {
			good++
		}
		if good < len(digits) {
			return fmt.Sprintf(`found %s behind \u%s, expected four hexadecimal digits`, describe(digits[good:]), digits[:good])
		}
	}
	line, column := t.Position(s.start)
	return fmt.Sprintf("text ends inside the string that begins at %d:%d", line, column)
}

// escapeOf returns how a control character is written.
func escapeOf(c byte) string {
	if i := strings.IndexByte("\b\f\n\r\t", c); i >= 0 {
		return `\` + "bfnrt"[i:i+1]
	}
	return fmt.Sprintf(`\u%04x`, c)
}

// foreignWords are what other notations have where JSON has null, true, false or nothing at all.
var foreignWords = []struct{ words, explanation string }{
	{"NaN nan NAN -NaN -nan", "is not JSON (Python's json.dumps writes it for a float NaN)"},
	{"Infinity -Infinity", "is not JSON (Python's json.dumps writes it for an infinite float)"},
	{"infinity -infinity inf -inf Inf -Inf INF -INF", "is not JSON, which has no infinite numbers"},
	{"None Null NULL nil undefined", "is not JSON, expected null"},
	{"True TRUE", "is not JSON, expected true"},
	{"False FALSE", "is not JSON, expected false"},
}

// explainWord explains a foreign word where a value was wanted.
func explainWord(src []byte, s stop) string {
	if s.wanted != aValue && s.wanted != aDigit {
		return ""
	}
	found := string(wordOf(src[s.start:]))
	for _, foreign := range foreignWords {
		if slices.Contains(strings.Fields(foreign.words), found) {
			return found + " " + foreign.explanation
		}
	}
	return ""
}

// explainStructure says what was found where the grammar (RFC 8259 sections 2 to 6) wants something else.
func (t *Tape) explainStructure(s stop) string {
	text := t.src[s.at:]
	expected := t.expected(s)
	last := Node(len(t.nodes) - 1)
	switch {
	case len(text) == 0 && s.open >= 0:
		return "text ends inside " + t.beginning(s.open) + ", expected " + expected
	case len(text) == 0 && s.wanted == aValue:
		return "text is empty, expected a value"
	case t.Kind(last) == Number && t.End(last) == s.at:
		number := t.Text(last)
		if number[len(number)-1] == '0' && len(number) == 1+bytes.Count(number, []byte("-")) && text[0]-'0' <= 9 {
			return fmt.Sprintf("found a leading zero, expected no more digits behind %s", number)
		}
		return fmt.Sprintf("found %s directly behind the number %s, expected %s%s", describe(text), excerpt(number), expected, t.hint(s))
	case s.wanted == endOfText:
		return fmt.Sprintf("found %s behind the value, expected the end of the text%s", describe(text), t.hint(s))
	}
	return fmt.Sprintf("found %s, expected %s%s", describe(text), expected, t.hint(s))
}

// expected says what the grammar wants.
func (t *Tape) expected(s stop) string {
	empty := s.open == len(t.nodes)-1 // nothing has been read behind the last [ or {
	array := s.open >= 0 && t.Kind(Node(s.open)) == Array
	switch s.wanted {
	case aValue:
		if empty && array {
			return "a value or ']'"
		}
		return "a value"
	case aName:
		if empty {
			return "a member name in double quotes or '}'"
		}
		return "a member name in double quotes"
	case aColon:
		return "':' behind the member name"
	case aDigit:
		switch t.src[s.at-1] {
		case '-', '+', 'e', 'E':
			if s.at-1 > s.start {
				return "a digit of the exponent"
			}
			return "a digit behind the minus sign"
		}
		return "a digit behind the decimal point"
	case commaOrEnd:
		if array {
			return "',' or ']'"
		}
		return "',' or '}'"
	}
	return "the end of the text"
}

// hint says, in parentheses, what mistake the text at s.at may be.
func (t *Tape) hint(s stop) string {
	c, second, last := byteAt(t.src, s.at), byteAt(t.src, s.at+1), byte(0)
	if before := bytes.TrimRight(t.src[:s.at], " \t\r\n"); len(before) > 0 {
		last = before[len(before)-1]
	}
	closing := c == ']' || c == '}'
	switch {
	case closing && last == ',':
		return " (no comma may stand behind the last one)"
	case closing && s.open >= 0 && (c == ']') != (t.Kind(Node(s.open)) == Array):
		return " (inside " + t.beginning(s.open) + ")"
	case c == '\'':
		return " (strings stand in double quotes)"
	case c == '#', c == '/' && (second == '/' || second == '*'):
		return " (JSON has no comments)"
	case c == '+' && s.wanted == aValue:
		return " (a number has no plus sign)"
	case c == '.' && s.wanted == aValue:
		return " (a number begins with a digit, as in 0.5)"
	case c|0x20 == 'x' && last == '0':
		return " (JSON has no hexadecimal numbers)"
	}
	return ""
}

// beginning says which array or object is open.
func (t *Tape) beginning(open int) string {
	line, column := t.Position(t.Offset(Node(open)))
	return fmt.Sprintf("the %s that begins at %d:%d", t.Kind(Node(open)), line, column)
}

// wordOf returns the run of letters, digits and the like that text begins with; with a sign, if letters follow it.
func wordOf(text []byte) []byte {
	i := 0
	if len(text) > 1 && text[0] == '-' && unicode.IsLetter(rune(text[1])) {
		i++
	}
	for i < len(text) && (text[i]|0x20-'a' <= 'z'-'a' || text[i]-'0' <= 9 || text[i] == '_' || text[i] == '$') {
		i++
	}
	return text[:i]
}

// describe names what text begins with.
func describe(text []byte) string {
	if len(text) == 0 {
		return "the end of the text"
	}
	if word := wordOf(text); len(word) > 0 {
		return "'" + excerpt(word) + "'"
	}
	switch r, _ := utf8.DecodeRune(text); {
	case r == '"':
		return "a string"
	case r == '\'':
		return "a single quote"
	case r == '\uFEFF':
		return "a byte order mark"
	case !unicode.IsGraphic(r), r > ' ' && unicode.IsSpace(r):
		return fmt.Sprintf("U+%04X", r)
	default:
		return strconv.QuoteRune(r)
	}
}

// excerpt returns text, cut if it is long.
func excerpt(text []byte) string {
	const most = 40
	if len(text) <= most {
		return string(text)
	}
	cut := most
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return string(text[:cut]) + "…"
}
