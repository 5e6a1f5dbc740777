package corpus

import (
	"bytes"
	"strings"
)

// Kind is a way to break a line.
type Kind struct {
	Name string
	JSON bool // what is left is not JSON (RFC 8259); else it is JSON that the schema does not allow
	edit func(w *writer, line []byte) []byte
}

// Kinds returns the ways to break a line. Each makes a bad line of every good one that it can be applied to, so that labels are exact.
func Kinds() []Kind {
	return []Kind{
		{"cut off", true, func(w *writer, line []byte) []byte { return line[:len(line)/2+w.fate.n(len(line)/2)] }},
		{"text behind the value", true, func(_ *writer, line []byte) []byte { return append(line, " x"...) }},
		{"control character", true, inString("\x01")},
		{"invalid UTF-8", true, inString("\xc3")},
		{"unknown escape", true, inString(`\x`)},
		{"leading zero", true, before("rows_processed", "0")},
		{"unknown name", false, replaced("event", `"nope"`)},
		{"missing property", false, (*writer).without},
		{"session of another form", false, replaced("session", `"run-7"`)},
		{"time without T", false, func(w *writer, _ []byte) []byte {
			ts := w.value("ts")
			ts[bytes.IndexByte(ts, 'T')] = ' '
			return w.text()
		}},
		{"number for a string", false, replaced("step_id", "5")},
		{"below the minimum", false, before("duration_ms", "-")},
		{"hash of another form", false, replaced("sha256", `"g`+strings.Repeat("0", 63)+`"`)},
	}
}

// breakLine writes a line that is broken in one of these ways, and returns which.
func (w *writer) breakLine() string {
	kinds := Kinds()
	for {
		kind := kinds[w.fate.n(len(kinds))]
		if line := kind.edit(w, w.text()); line != nil {
			w.corpus.Events = append(append(w.corpus.Events, line...), '\n')
			return kind.Name
		}
	}
}

// text returns the line that is being written, without its newline.
func (w *writer) text() []byte { return bytes.TrimSuffix(w.appendLine(nil), []byte{'\n'}) }

// value returns the text of a member's value, nil if there is no such member.
func (w *writer) value(name string) []byte {
	for _, m := range w.line {
		if m.name == name {
			return w.values[m.at:m.end]
		}
	}
	return nil
}

// replaced edits the value of a member.
func replaced(name, text string) func(*writer, []byte) []byte {
	return func(w *writer, _ []byte) []byte { return w.with(name, func([]byte) []byte { return []byte(text) }) }
}

// before puts text before the value of a member.
func before(name, text string) func(*writer, []byte) []byte {
	return func(w *writer, _ []byte) []byte {
		// 0 is not below 0, and neither is -0.
		if value := w.value(name); value == nil || value[0] == '0' {
			return nil
		}
		return w.with(name, func(value []byte) []byte { return append([]byte(text), value...) })
	}
}

// inString puts text before the closing quote of the last string that is a member's value.
func inString(text string) func(*writer, []byte) []byte {
	return func(w *writer, _ []byte) []byte {
		for i := len(w.line) - 1; i >= 0; i-- {
			if m := w.line[i]; w.values[m.at] == '"' {
				return w.with(m.name, func(value []byte) []byte { return append(value[:len(value)-1], text+`"`...) })
			}
		}
		return nil
	}
}

// with returns the line with another value of a member; nil if it has no such member.
func (w *writer) with(name string, edit func(value []byte) []byte) []byte {
	for i, m := range w.line {
		if m.name == name {
			at := len(w.values)
			w.values = append(w.values, edit(bytes.Clone(w.values[m.at:m.end]))...)
			w.line[i].at, w.line[i].end = at, len(w.values)
			return w.text()
		}
	}
	return nil
}

// without returns the line without one of the members that it must have.
func (w *writer) without(_ []byte) []byte {
	var required []int
	for i, m := range w.line {
		if m.required {
			required = append(required, i)
		}
	}
	i := required[w.fate.n(len(required))]
	w.line = append(w.line[:i], w.line[i+1:]...)
	return w.text()
}
