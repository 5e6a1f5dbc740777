package emit

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// width is the column at which comments are wrapped.
const width = 110

// doc emits a doc comment.
func doc(f *jen.File, text string) {
	for _, line := range wrap(text, width) {
		f.Comment(comment(line))
	}
}

// docf emits a doc comment.
func docf(f *jen.File, format string, args ...any) { doc(f, fmt.Sprintf(format, args...)) }

// comment returns one line of text as a comment.
func comment(line string) string {
	if line == "" {
		return "//"
	}
	return "// " + line
}

// field emits a struct field, with a short text behind it or a long one above it.
func field(g *jen.Group, field *jen.Statement, text string) {
	lines := wrap(text, width-10)
	if len(lines) == 1 && utf8.RuneCountInString(lines[0]) <= 72 {
		g.Add(field.Comment(comment(lines[0])))
		return
	}
	for _, line := range lines {
		g.Comment(comment(line))
	}
	g.Add(field)
}

// oneLine returns the paragraphs of a text, each on one line and without anything that could hide or forge: control characters, and characters
// that change the direction or the order of what is shown, are written as escapes.
func oneLine(text string) []string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		switch {
		case r == '\n':
			b.WriteRune(r)
		case r == '\t', r == '\v', r == '\f', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
			b.WriteByte(' ')
		case r == '\ufeff', !unicode.IsPrint(r) && !unicode.IsSpace(r):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			b.WriteRune(r)
		}
	}
	var paragraphs []string
	for p := range strings.SplitSeq(b.String(), "\n\n") {
		if words := strings.Fields(p); len(words) > 0 {
			paragraphs = append(paragraphs, strings.Join(words, " "))
		}
	}
	return paragraphs
}

// wrap breaks a text into lines of at most width columns where there is a space; an empty line separates paragraphs.
func wrap(text string, width int) []string {
	var lines []string
	for i, paragraph := range oneLine(text) {
		if i > 0 {
			lines = append(lines, "")
		}
		line, columns := "", 0
		for word := range strings.FieldsSeq(paragraph) {
			n := utf8.RuneCountInString(word)
			if columns > 0 && columns+1+n > width {
				lines = append(lines, line)
				line, columns = "", 0
			}
			if columns > 0 {
				line, columns = line+" ", columns+1
			}
			line, columns = line+word, columns+n
		}
		lines = append(lines, line)
	}
	return lines
}

// phrase returns a description as it stands behind a colon: without its final stop.
func phrase(description string) string {
	p := strings.Join(oneLine(description), " ")
	if !strings.HasSuffix(p, "...") {
		p = strings.TrimSuffix(p, ".")
	}
	// A description of several sentences keeps its stops.
	if strings.Contains(p, ". ") {
		p += "."
	}
	return p
}

// sentence returns a text with its final stop.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// list joins words as in "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// lower returns a Go name as an unexported one: Event is event, HTTPCall is httpCall.
func lower(name string) string {
	for i, r := range name {
		if !unicode.IsUpper(r) {
			if i > 1 {
				_, last := utf8.DecodeLastRuneInString(name[:i])
				i -= last
			}
			return strings.ToLower(name[:i]) + name[i:]
		}
	}
	return strings.ToLower(name)
}

// spoken returns a Go name as words in a sentence: OrderEvent is order event.
func spoken(name string) string { return strings.ReplaceAll(snake(name), "_", " ") }

// snake returns a Go name as a file name: OrderEvents is order_events.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// fileName returns the name of the file that is called after a schema. What the go command would read as a test, or as meant for one system only, and what
// every package has, gets a longer name.
func fileName(stem string) string {
	_, last, suffixed := cutLast(stem, "_")
	if stem == "doc" || stem == "size" || stem == "recorder" || stem == "run" || suffixed && (last == "test" || systems[last]) {
		return stem + "_types.go"
	}
	return stem + ".go"
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// systems are the operating systems and architectures that the go command knows (go help buildconstraint), past ones included.
var systems = func() map[string]bool {
	known := map[string]bool{}
	for name := range strings.FieldsSeq(`aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos
		386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x
		sparc sparc64 wasm unix`) {
		known[name] = true
	}
	return known
}()

// article returns "an event", "a metric".
func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiouAEIOU") {
		return "an " + word
	}
	return "a " + word
}

// stringLiteral returns Go for a string: in back quotes where that saves escapes.
func stringLiteral(text string) *jen.Statement { return jen.Op(quoted(text)) }

// quoted returns the text of that. What cannot be seen is escaped: back quotes would show a text with marks of direction in another order than it is in.
func quoted(text string) string {
	if strings.ContainsAny(text, `"\`) && strconv.CanBackquote(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
