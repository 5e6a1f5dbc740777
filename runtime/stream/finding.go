package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// The rules of a finding. A violation of the schema has its keyword as rule: "required", "minimum" and so on.
const (
	RuleSyntax      = "json-syntax"    // the line is not JSON (RFC 8259), or nests too deep
	RuleDuplicate   = "json-duplicate" // an object has two members of one name (RFC 8259 section 4)
	RuleUTF8        = "json-utf8"      // the line is not UTF-8 (RFC 8259 section 8.1)
	RuleSurrogate   = "json-surrogate" // warning: half a surrogate pair, which is no character (RFC 8259 section 8.2)
	RuleUnknownName = "unknown-name"   // the record's name is not in the schema
	RuleTornLine    = "torn-line"      // the last line has no end and is not JSON: its writer was cut off
	RuleLongLine    = "long-line"      // the line is longer than MaxLine; warning: longer than many readers take
	RuleLineEnd     = "line-end"       // warning: lines end in CRLF
	RuleBlankLine   = "blank-line"     // warning: there are blank lines
	RuleGoType      = "go-type"        // the record is valid, but a value does not fit the Go type of its property
	RuleFileMissing = "file-missing"   // a run has no such file, or an empty one
	RuleFileFormat  = "file-format"    // no line of the file is a record: it is something else
	RuleCount       = "count"          // names do not occur as often as they must
	RuleSize        = "size"           // streams of a run differ in a size
	RuleSession     = "session"        // lines of a run carry several sessions
	RuleClock       = "clock"          // warning: time stamps go back
	RuleUnclosed    = "unclosed"       // a record that opens has no closing one
	RuleUnopened    = "unopened"       // a record that closes has no opening one in front of it
	RuleLate        = "late"           // a record closes later than it may
	RuleKey         = "key"            // a record has no key by which it could be paired
	RuleTotal       = "total"          // streams of a run differ in a total
	RuleRising      = "rising"         // a value does not grow as it must
	RuleParity      = "parity"         // two runs differ
)

// LineError is one bad line of a stream; reading goes on behind it.
type LineError struct {
	File   string // as given by InFile; may be empty
	Line   int    // 1-based
	Offset int64  // byte offset of the line in the stream
	Kind   Kind
	Name   string // the record's name as read, also on invalid lines; "" if it cannot be read
	Raw    string // the line, without its line end; only its beginning if it is longer than MaxLine
	Torn   bool   // the last line, without a line end, and malformed: its writer was cut off
	Err    error  // *tape.SyntaxError, *schema.Error or *LongLineError
}

// Error returns the first finding of the line and how many follow, on one line:
//
//	events.jsonl:17:42: step_complete: rows_processed must be >= 0, got -1 [minimum] (and 2 more)
func (e *LineError) Error() string { return brief(e).String() }

// brief returns the first finding of a line, whose message says how many more there are.
func brief(e *LineError) Finding {
	all := Findings(e)
	f, more := all[0], len(all)-1
	var invalid *schema.Error
	if errors.As(e.Err, &invalid) {
		more += invalid.More
	}
	f.More = more
	return f
}

// Unwrap returns e.Err.
func (e *LineError) Unwrap() error { return e.Err }

// Finding is one mistake in a stream, with its place.
type Finding struct {
	File             string // may be empty
	Line             int    // 1-based line of the stream; 0 if the finding is about the whole stream
	Column           int    // 1-based, in bytes; 0 if the finding is about the whole line
	Offset           int64  // byte offset in the stream
	Name             string // the record's name; may be empty
	Warn             bool   // a warning, not an error
	Rule             string // the keyword, or one of the Rule constants
	InstanceLocation string // JSON Pointer of the value in the record
	KeywordLocation  string // JSON Pointer of the keyword from the root schema; empty for rules that are no keywords
	Message          string
	More             int // violations of the same line that are left out

	// AbsoluteKeywordLocation is the schema's document and the JSON Pointer of the keyword in it; empty for rules that are no keywords.
	AbsoluteKeywordLocation string
	// Causes are, of an anyOf or oneOf that no branch told apart, what is wrong for the branch that fits best.
	Causes []Finding

	Other Place // of the other record that the finding is about, such as the opening one of a late pair; its Line is 0 if there is none

	listed bool // a run lists the line for another reason, which is likely the cause of this one
}

// Findings returns everything that is wrong with a line, at least one finding, in the order of e.Err. What a *schema.Error leaves out
// (see [schema.MaxViolations]) is counted in its More.
func Findings(e *LineError) []Finding {
	f := Finding{File: e.File, Line: e.Line, Offset: e.Offset, Name: e.Name}
	at := func(offset int) {
		f.Column, f.Offset = offset+1, e.Offset+int64(offset)
	}
	switch err := e.Err.(type) {
	case *schema.Error:
		if all := violations(f, err.Violations); len(all) > 0 {
			return all
		}
		f.Message = "record breaks the schema"
	case *tape.SyntaxError:
		at(err.Offset)
		f.Rule, f.InstanceLocation, f.Message = syntaxRule(err.Code), err.Pointer, err.Message
		if e.Torn {
			f.Rule, f.Message = RuleTornLine, "last line has no line end and is not JSON: "+err.Message
		}
	case *LongLineError:
		at(0)
		f.Rule, f.Message = RuleLongLine, err.Error()
	case nil:
		f.Message = e.Kind.String() + " record"
	default: // see Scanner.Misfit
		f.Rule, f.Message = RuleGoType, err.Error()
	}
	return []Finding{f}
}

// violations returns the violations of a line as findings. The line is a Finding that says nothing of it yet.
func violations(line Finding, list []schema.Violation) []Finding {
	all := make([]Finding, 0, len(list))
	for _, v := range list {
		f := line
		f.Column, f.Offset = v.Offset+1, line.Offset+int64(v.Offset)
		f.Rule, f.Message = v.Keyword, v.Message
		f.InstanceLocation, f.KeywordLocation, f.AbsoluteKeywordLocation = v.InstanceLocation, v.KeywordLocation, v.AbsoluteKeywordLocation
		if len(v.Causes) > 0 {
			f.Causes = violations(line, v.Causes)
		}
		all = append(all, f)
	}
	return all
}

func syntaxRule(c tape.Code) string {
	switch c {
	case tape.InvalidUTF8:
		return RuleUTF8
	case tape.DuplicateName:
		return RuleDuplicate
	}
	return RuleSyntax
}

// String returns the finding on one line. Without a file, and on warnings, it differs a little:
//
//	events.jsonl:17:42: step_complete: rows_processed must be >= 0, got -1 [minimum]
//	line 17:42: warning: step_failed: lone surrogate \udce9 stands for no character and reads as U+FFFD [json-surrogate]
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(oneLine(f.File))
	if f.Line > 0 {
		if f.File == "" {
			b.WriteString("line ")
		} else {
			b.WriteByte(':')
		}
		b.WriteString(strconv.Itoa(f.Line))
		if f.Column > 0 {
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(f.Column))
		}
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if f.Warn {
		b.WriteString("warning: ")
	}
	if f.Name != "" && f.Rule != RuleUnknownName { // whose message has the name already
		b.WriteString(oneLine(cut(f.Name)))
		b.WriteString(": ")
	}
	b.WriteString(oneLine(f.Message))
	if f.Rule != "" {
		b.WriteString(" [")
		b.WriteString(f.Rule)
		b.WriteByte(']')
	}
	if f.More > 0 {
		fmt.Fprintf(&b, " (and %d more)", f.More)
	}
	return b.String()
}

// jsonFinding is how a finding is written: level is "error" or "warn".
type jsonFinding struct {
	File             string    `json:"file"`
	Line             int       `json:"line"`
	Column           int       `json:"column"`
	Offset           int64     `json:"offset"`
	Name             string    `json:"name"`
	Level            string    `json:"level"`
	Rule             string    `json:"rule"`
	InstanceLocation string    `json:"instanceLocation"`
	KeywordLocation  string    `json:"keywordLocation"`
	Absolute         string    `json:"absoluteKeywordLocation"`
	Message          string    `json:"message"`
	Causes           []Finding `json:"causes,omitempty"`
	More             int       `json:"more,omitempty"`
	Other            Place     `json:"other,omitzero"`
}

// MarshalJSON writes all members but empty causes, more and other, in a fixed order; level is "error" or "warn".
func (f Finding) MarshalJSON() ([]byte, error) {
	level := "error"
	if f.Warn {
		level = "warn"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // so that an outer encoder may decide: messages are full of ">="
	err := e.Encode(jsonFinding{
		f.File, f.Line, f.Column, f.Offset, f.Name, level, f.Rule, f.InstanceLocation, f.KeywordLocation, f.AbsoluteKeywordLocation, f.Message, f.Causes, f.More, f.Other,
	})
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Finding) UnmarshalJSON(text []byte) error {
	var j jsonFinding
	if err := json.Unmarshal(text, &j); err != nil {
		return err
	}
	*f = Finding{
		File: j.File, Line: j.Line, Column: j.Column, Offset: j.Offset, Name: j.Name, Warn: j.Level == "warn", Rule: j.Rule,
		InstanceLocation: j.InstanceLocation, KeywordLocation: j.KeywordLocation, AbsoluteKeywordLocation: j.Absolute, Message: j.Message, Causes: j.Causes,
		More: j.More, Other: j.Other,
	}
	return nil
}

// quote returns text in double quotes on one line, cut if it is long.
func quote(text string) string {
	short := cut(text)
	if len(short) == len(text) {
		return strconv.Quote(text)
	}
	short = strconv.Quote(strings.TrimSuffix(short, "…"))
	if bytes, digest, ok := abridged(text); ok { // two that begin alike are told apart by their digests
		return fmt.Sprintf("%s… (%s bytes, sha256 %s…)", short, bytes, digest[:8])
	}
	return fmt.Sprintf("%s… (%d bytes)", short, len(text))
}

// cut returns at most the first 80 bytes of text, whole characters only.
func cut(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// oneLine returns text with everything escaped that could break a line or move the cursor.
func oneLine(text string) string {
	plain := func(c rune) bool { return c == ' ' || unicode.IsGraphic(c) && c != '\u2028' && c != '\u2029' }
	if strings.IndexFunc(text, func(c rune) bool { return !plain(c) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if plain(c) {
			b.WriteRune(c)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(c), "'"))
		}
	}
	return b.String()
}
