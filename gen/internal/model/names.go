package model

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
)

// initialisms are the words that Go writes in capitals: those that staticcheck's ST1003 knows, and a few that logs are full of.
var initialisms = map[string]bool{
	"acl": true, "api": true, "ascii": true, "cpu": true, "css": true, "dns": true, "eof": true, "guid": true, "html": true, "http": true,
	"https": true, "id": true, "ip": true, "json": true, "ms": true, "ok": true, "qps": true, "ram": true, "rpc": true, "sha": true, "sla": true,
	"smtp": true, "sql": true, "ssh": true, "tcp": true, "tls": true, "ts": true, "ttl": true, "udp": true, "ui": true, "uid": true,
	"uri": true, "url": true, "utf": true, "uuid": true, "vm": true, "xml": true, "xmpp": true, "xss": true,
}

// punctuation spells out the characters that stand alone as enum values in real schemas.
var punctuation = map[rune]string{
	'+': "Plus", '-': "Minus", '*': "Star", '/': "Slash", '%': "Percent", '=': "Equal", '<': "Less", '>': "Greater", '!': "Not",
	'&': "And", '|': "Or", '^': "Caret", '~': "Tilde", '?': "Question", '.': "Dot", ',': "Comma", ':': "Colon", ';': "Semicolon",
	'@': "At", '#': "Hash", '$': "Dollar", ' ': "Space", '_': "Underscore", '\'': "Quote", '"': "DoubleQuote", '\\': "Backslash",
	'(': "Open", ')': "Close", '[': "OpenBracket", ']': "CloseBracket", '{': "OpenBrace", '}': "CloseBrace", '`': "Backquote",
}

// longest is how many bytes a Go name has that is made of one JSON name. Names of files come of it too, which no system lets be longer than 255 bytes.
const longest = 100

// Export returns the exported Go name for a JSON name: step_id is StepID, e2b_overhead_ms is E2BOverheadMS. The result is always an
// exported identifier. A name that begins with a digit, or with a letter that has no upper case, gets an X before it. Of a text that is
// no name but for its place, the first words are taken.
func Export(name string) string {
	name = cut(name, 10*longest)
	var b strings.Builder
	for _, word := range words(name) {
		if word = capitalize(word); b.Len() > 0 && b.Len()+len(word) > longest {
			break
		}
		b.WriteString(cut(word, longest))
	}
	if b.Len() == 0 {
		for _, r := range name { // nothing but punctuation
			if word, ok := punctuation[r]; ok {
				b.WriteString(word)
			} else {
				fmt.Fprintf(&b, "U%04X", r)
			}
		}
	}
	exported := cut(b.String(), longest)
	if exported == "" {
		return "Empty"
	}
	if r, _ := utf8.DecodeRuneInString(exported); !unicode.IsUpper(r) {
		return "X" + exported
	}
	return exported
}

// cut returns the first characters of a text, as many as are whole in so many bytes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// words splits a JSON name at everything that is no letter or digit, and where upper case begins (stepId, HTTPServer). A sign before a digit is
// a word, so that -1 and 1 differ.
func words(name string) []string {
	var words []string
	runes := []rune(name)
	start := -1 // of the current word
	flush := func(end int) {
		if start >= 0 {
			words = append(words, string(runes[start:end]))
		}
		start = -1
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			if (r == '-' || r == '+') && i+1 < len(runes) && unicode.IsDigit(runes[i+1]) && (i == 0 || !isWord(runes[i-1])) {
				words = append(words, punctuation[r])
			}
			continue
		case unicode.IsUpper(r) && i > 0:
			before := unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) && i > 1 && unicode.IsLower(runes[i-2])
			behind := i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])
			if before || behind {
				flush(i)
			}
		}
		if start < 0 {
			start = i
		}
	}
	flush(len(runes))
	return words
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// capitalize writes one word as a part of a Go name.
func capitalize(word string) string {
	lower := strings.ToLower(word)
	letters := strings.TrimRightFunc(lower, unicode.IsDigit) // sha256 is written as sha is
	if initialisms[letters] || mixed(lower) {
		return strings.ToUpper(word)
	}
	if plural, ok := strings.CutSuffix(lower, "s"); ok && len(plural) > 1 && initialisms[plural] {
		return strings.ToUpper(plural) + "s" // IDs, URLs
	}
	if word == strings.ToUpper(word) && len(word) > 1 && strings.ToLower(word) != word {
		word = lower // SHOUTED
	}
	r, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[size:]
}

// mixed reports whether a short word is letter, digits, letter: e2b, k8s.
func mixed(word string) bool {
	if len(word) < 3 || len(word) > 4 {
		return false
	}
	for i := range len(word) {
		inner := i > 0 && i < len(word)-1
		if digit := word[i] >= '0' && word[i] <= '9'; digit != inner || word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Plural returns the plural of a Go name.
func Plural(name string) string {
	switch {
	case strings.HasSuffix(name, "y") && len(name) > 1 && !strings.ContainsAny(name[len(name)-2:len(name)-1], "aeiou"):
		return name[:len(name)-1] + "ies"
	case strings.HasSuffix(name, "s"), strings.HasSuffix(name, "x"), strings.HasSuffix(name, "ch"), strings.HasSuffix(name, "sh"):
		return name + "es"
	}
	return name + "s"
}

// scope is a set of names that must differ: a package's, or the fields and methods of a struct.
type scope struct {
	what     string // for messages: "the package", "StepStart"
	taken    map[string]holder
	numbers  map[string]int // by name: the number that a name like it got last
	mistakes *diag.List
	budget   *budget // that its names are counted in; nil if they are not
}

// holder is what took a name.
type holder struct {
	what  string            // `the property "type"`
	place func() diag.Place // nil for a name that is reserved. To find a place means to search the document: it is done for clashes only
}

// budget is how many names a package may have.
type budget struct {
	most, used int
	mistakes   *diag.List
}

// spend takes one name, and reports whether it was still to be had. That it was not is one mistake.
func (b *budget) spend(place func() diag.Place) bool {
	if b.used++; b.used == b.most+1 {
		b.mistakes.Add(diag.Diagnostic{Place: place(), Message: fmt.Sprintf("the schemas make more than %d Go names", b.most), Help: limit.Raise("names")})
	}
	return !b.spent()
}

// spent reports whether there are too many names. Nothing is emitted then, so that the rest of them need not be found.
func (b *budget) spent() bool { return b.used > b.most }

func newScope(what string, mistakes *diag.List) *scope {
	return &scope{what: what, taken: map[string]holder{}, numbers: map[string]int{}, mistakes: mistakes}
}

// reserve takes a name for the generated code itself.
func (s *scope) reserve(names ...string) {
	for _, name := range names {
		s.taken[name] = holder{}
	}
}

// take takes a name for what stands at a place in a schema, and reports whether it was free. A clash is a mistake there; help says how to mend it.
func (s *scope) take(name, what string, place diag.Place, help string) bool {
	return s.takeAt(name, what, func() diag.Place { return place }, help)
}

// takeAt is take for a place that is costly to find.
func (s *scope) takeAt(name, what string, place func() diag.Place, help string) bool {
	if s.budget != nil && !s.budget.spend(place) {
		return true
	}
	first, clash := s.taken[name]
	if !clash {
		s.taken[name] = holder{what: what, place: place}
		return true
	}
	d := diag.Diagnostic{Place: place(), Help: help}
	if first.place == nil {
		d.Message = fmt.Sprintf("%s makes the Go name %s, which assay itself uses in %s", what, name, s.what)
	} else {
		d.Message = fmt.Sprintf("%s makes the Go name %s in %s, which %s makes too", what, name, s.what, first.what)
		d.Related = []diag.Place{first.place()}
	}
	s.mistakes.Add(d)
	return false
}

// number returns name, or if that is taken, the first of name2, name3, … that is free.
func (s *scope) number(name string) string {
	free := name
	for {
		if _, taken := s.taken[free]; !taken {
			return free
		}
		s.numbers[name] = max(s.numbers[name], 1) + 1
		free = fmt.Sprintf("%s%d", name, s.numbers[name])
	}
}
