package stream

import (
	"strings"
)

// Redactor returns text, a string in the value of a property that can hold secrets, with the secrets in it replaced. property is the name of the
// innermost member that the string is in.
type Redactor func(property, text string) string

// redacted stands for a secret.
const redacted = "[redacted]"

// Redact is the redactor that a recorder has without another. It replaces by "[redacted]"
//
//   - the whole text, if property is named like a secret (see [IsSecretName]);
//   - user and password of a URL: postgres://[redacted]@db/shop;
//   - the value behind a key that is named like a secret, as in password=…, "api_key": "…", --token … and Authorization: …;
//   - the credentials behind Bearer and Basic;
//   - private keys in PEM, and what is left of one that was cut off;
//   - words of a form that is used for keys alone: AKIA…, ghp_…, sk-…, JSON Web Tokens and the like.
//
// Where it is not clear where a secret ends, more is replaced, not less. The time is linear in the length of text.
func Redact(property, text string) string {
	if text == "" {
		return text
	}
	if IsSecretName(property) {
		return redacted
	}
	r := redaction{text: text}
	r.run()
	if r.kept == 0 {
		return text
	}
	r.out.WriteString(text[r.kept:])
	return r.out.String()
}

// redaction is the work on one text. Every rule moves at behind what it has looked at, but for a look ahead that is bounded, or over white space; and
// but for quoted text of several lines, of which there is at most one of each kind of quote at a place. So the time is linear.
type redaction struct {
	text string
	at   int
	kept int // what stands before is in out
	out  strings.Builder

	// The run of characters without white space that at is in, as last looked for: for URLs, of which a run may hold many.
	runEnd int
	lastAt int // the last @ in it, -1 if there is none
}

func (r *redaction) run() {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case r.atPEM(r.at):
			r.pem()
		case isWordByte(c):
			r.word()
		case c == ':' && strings.HasPrefix(r.text[r.at:], "://"):
			r.url()
		default:
			r.at++
		}
	}
}

// replace replaces text[start:end], as far as that is not done.
func (r *redaction) replace(start, end int) {
	if start = max(start, r.kept); start < end && r.text[start:end] != redacted {
		if start > r.kept || r.kept == 0 {
			r.out.WriteString(r.text[r.kept:start])
			r.out.WriteString(redacted)
		}
		r.kept = end
	}
}

// replaceBehind replaces text[start:end] and goes on behind it.
func (r *redaction) replaceBehind(start, end int) {
	r.replace(start, end)
	r.at = end
}

// url masks the user information of a URL (RFC 3986 section 3.2.1): what stands between :// and @. Passwords are often written without the escapes
// they need, so that everything up to the last @ counts, if there is one in the authority, or something that is no port.
func (r *redaction) url() {
	start := r.at + len("://")
	r.at = start
	if start >= r.runEnd {
		r.runEnd, r.lastAt = start, -1
		for r.runEnd < len(r.text) && !isSpace(r.text[r.runEnd]) && strings.IndexByte("\"'`<>", r.text[r.runEnd]) < 0 {
			if r.text[r.runEnd] == '@' {
				r.lastAt = r.runEnd
			}
			r.runEnd++
		}
	}
	if r.lastAt < start {
		return
	}
	end := start
	for end < r.runEnd && strings.IndexByte("/?#", r.text[end]) < 0 {
		end++
	}
	authority := r.text[start:end]
	port := strings.TrimLeft(authority[strings.IndexByte(authority, ':')+1:], "0123456789")
	if strings.IndexByte(authority, '@') >= 0 || strings.IndexByte(authority, ':') >= 0 && authority[0] != '[' && port != "" {
		r.replaceBehind(start, r.lastAt)
	}
}

// How the lines around a key in PEM begin and end.
const pemBegin, pemEnd, pemDashes = "-----BEGIN ", "-----END ", "-----"

func (r *redaction) atPEM(i int) bool {
	return r.text[i] == '-' && strings.HasPrefix(r.text[i:], pemBegin)
}

// pem masks a private key (RFC 7468) up to its end, or all that is left.
func (r *redaction) pem() {
	start := r.at
	r.at += len(pemBegin)
	rest := r.text[r.at:]
	// A label is short; that of a certificate or a public key is none of ours.
	label, _, _ := strings.Cut(rest[:min(len(rest), 64)], pemDashes)
	if !strings.Contains(label, "PRIVATE KEY") {
		return
	}
	stop := strings.Index(rest, pemEnd)
	if stop < 0 {
		r.replaceBehind(start, len(r.text))
		return
	}
	stop += r.at + len(pemEnd)
	tail := strings.TrimLeft(r.text[stop:min(len(r.text), stop+64)], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")
	if strings.HasPrefix(tail, pemDashes) {
		stop = min(len(r.text), stop+64) - len(tail) + len(pemDashes)
	}
	r.replaceBehind(start, stop)
}

// word looks at a word: is it a secret, or does one follow?
func (r *redaction) word() {
	start := r.at
	for r.at < len(r.text) && isWordByte(r.text[r.at]) && !r.atPEM(r.at) {
		r.at++
	}
	if start > 0 && r.text[start-1] == '\\' && r.at-start > 1 && strings.IndexByte("nrt", r.text[start]) >= 0 {
		start++ // of an escape such as \n, as text in text has them; where it is none, a letter less makes no difference
	}
	word := r.text[start:r.at]
	name := strings.Trim(word, "-.")
	switch {
	case strings.EqualFold(name, "bearer"), strings.EqualFold(name, "basic"):
		r.credentials(name)
	case isKeyForm(name):
		r.replace(start, r.at)
	case name != "":
		r.value(name, word[0] == '-')
	}
}

// credentials masks what follows Bearer or Basic (RFC 6750 section 2.1, RFC 7617 section 2).
func (r *redaction) credentials(scheme string) {
	start := r.skipBlanks(r.at)
	if start == r.at { // no space: perhaps a key
		r.value(scheme, false)
		return
	}
	end := start
	for end < len(r.text) && (isWordByte(r.text[end]) || strings.IndexByte("~+/=", r.text[end]) >= 0) {
		end++
	}
	word := strings.TrimRight(r.text[start:end], ".")
	switch strings.ToLower(word[:min(len(word), 20)]) {
	case "", "auth", "authentication", "authorization", "credentials", "scheme", "token", "tokens", "realm":
		return // words about it
	}
	if strings.EqualFold(scheme, "basic") && (len(word) < 6 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-_.") == "") {
		return // as in "basic settings"
	}
	r.replaceBehind(start, start+len(word))
}

// value masks what stands behind a key that is named like a secret. option says that the key begins with a dash, and that a space is enough
// between the two.
func (r *redaction) value(name string, option bool) {
	at, quoted := r.skipQuote(r.at)
	at = r.skipBlanks(at)
	separated := false
	for at < len(r.text) && strings.IndexByte("=:>", r.text[at]) >= 0 && !strings.HasPrefix(r.text[at:], "://") {
		separated = true
		at++
	}
	if !separated {
		if !option {
			return
		}
		if quoted && at < len(r.text) && r.text[at] == ',' { // ['--password', '…']
			at++
		} else if at == r.at {
			return
		}
	}
	if !IsSecretName(name) {
		return
	}
	at = r.skipBlanks(at)
	end := r.valueEnd(at, isHeaderName(name))
	switch strings.ToLower(r.text[at:min(end, at+6)]) {
	case "none", "null", "nil", "true", "false", "yes", "no": // whether there is one
		r.at = end
	default:
		r.replace(at, end)
		r.at = end
		if line := strings.IndexByte(r.text[at:end], '\n'); line >= 0 {
			r.at = at + line // the quote may have been left open, so that the end is the beginning of another
		}
	}
}

// valueEnd returns the end of the value that begins at i.
func (r *redaction) valueEnd(i int, line bool) int {
	if strings.HasPrefix(r.text[i:], redacted) {
		return i + len(redacted)
	}
	if inner, ok := r.skipPrefix(i); ok {
		return r.plainEnd(r.quoteEnd(inner))
	}
	if i < len(r.text) && r.text[i] == '{' { // as in ODBC: PWD={…}
		if n := strings.IndexByte(r.text[i:min(len(r.text), i+256)], '}'); n >= 0 {
			return i + n + 1
		}
	}
	if line {
		for i < len(r.text) && strings.IndexByte("\r\n\"'`", r.text[i]) < 0 {
			i++
		}
		return i
	}
	end := r.plainEnd(i)
	return i + len(strings.TrimRight(r.text[i:end], ",.)]}\"'`"))
}

// plainEnd returns the end of the run of characters from i that a value without quotes may have.
func (r *redaction) plainEnd(i int) int {
	if i > 0 && i < len(r.text) && strings.IndexByte(",)]}:.\\", r.text[i]) >= 0 && strings.IndexByte("\"'`", r.text[i-1]) >= 0 {
		return i // behind a closing quote: it was one
	}
	for i < len(r.text) && !isSpace(r.text[i]) && r.text[i] != '&' && r.text[i] != ';' {
		i++
	}
	return i
}

// skipPrefix skips the letters that Python puts before a quote, as in b'…', and reports whether there is a quote.
func (r *redaction) skipPrefix(i int) (int, bool) {
	j := i
	for j < len(r.text) && j < i+2 && strings.IndexByte("bBrRuUfF", r.text[j]) >= 0 {
		j++
	}
	_, ok := r.skipQuote(j)
	return j, ok
}

// quoteEnd returns the end of the quoted text that begins at i, with as many backslashes before the quote as text in text in text needs.
func (r *redaction) quoteEnd(i int) int {
	start := i
	for r.text[i] == '\\' {
		i++
	}
	depth, quote := i-start, r.text[i]
	slashes := 0
	for i++; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '\\':
			slashes++
			continue
		case c == quote && (slashes == depth || depth == 0 && slashes%2 == 0):
			if i+1 < len(r.text) && r.text[i+1] == quote && depth == 0 { // doubled, as in SQL
				i++
				break
			}
			return i + 1
		}
		slashes = 0
	}
	return i
}

// skipQuote skips a quote and the backslashes before it: up to seven, for text in text in text.
func (r *redaction) skipQuote(i int) (int, bool) {
	j := i
	for j < len(r.text) && j < i+7 && r.text[j] == '\\' {
		j++
	}
	if j < len(r.text) && strings.IndexByte("\"'`", r.text[j]) >= 0 {
		return j + 1, true
	}
	return i, false
}

func (r *redaction) skipBlanks(i int) int {
	for i < len(r.text) && (r.text[i] == ' ' || r.text[i] == '\t') {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c <= ' ' }

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.' || c >= 0x80
}
