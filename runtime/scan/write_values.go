package scan

import (
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/value"
)

// Name appends the member that tells objects apart.
func (w *Writer) Name(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append(b, w.name...)
}

// Absent leaves out a member that some objects must have.
func (w *Writer) Absent(b []byte, key int) []byte {
	if w.judge && w.required>>key&1 != 0 {
		return nil
	}
	return b
}

// Null appends a member that is null.
func (w *Writer) Null(b []byte, key int) []byte {
	m := &w.members[key]
	return m.literal(b, "null,", m.null)
}

// Bool appends a member that is true or false.
func (w *Writer) Bool(b []byte, key int, v bool) []byte {
	m := &w.members[key]
	if v {
		return m.literal(b, "true,", m.yes)
	}
	return m.literal(b, "false,", m.no)
}

func (m *member) literal(b []byte, text string, allowed bool) []byte {
	if b == nil || !allowed {
		return nil
	}
	return append(append(b, m.name...), text...)
}

// Strings appends a member that is an array of strings.
func (w *Writer) Strings(b []byte, key int, v []string) []byte {
	m := &w.members[key]
	if b == nil || !m.strings {
		return Append(w, b, key, v, appendStrings)
	}
	for _, s := range v {
		if !utf8.ValidString(s) {
			return nil
		}
	}
	return append(appendStrings(append(b, m.name...), v), ',')
}

func appendStrings(b []byte, v []string) []byte {
	return value.AppendArray(b, v, value.AppendString[string])
}

// StringMap appends a member that is an object of strings.
func (w *Writer) StringMap(b []byte, key int, v map[string]string) []byte {
	m := &w.members[key]
	if b == nil || !m.stringMap {
		return Append(w, b, key, v, appendStringMap)
	}
	for name, s := range v {
		if !utf8.ValidString(name) || !utf8.ValidString(s) {
			return nil
		}
	}
	return append(appendStringMap(append(b, m.name...), v), ',')
}

func appendStringMap(b []byte, v map[string]string) []byte {
	return value.AppendMap(b, v, value.AppendString[string])
}

// Append appends a member whose value appendValue appends.
func Append[T any](w *Writer, b []byte, key int, v T, appendValue func([]byte, T) []byte) []byte {
	if b == nil {
		return nil
	}
	m := &w.members[key]
	b = append(b, m.name...)
	start := len(b)
	return w.ended(appendValue(b, v), m.at, start)
}

// Raw appends a member that is any JSON.
func (w *Writer) Raw(b []byte, key int, v value.Raw) []byte {
	if b == nil {
		return nil
	}
	m := &w.members[key]
	return w.raw(append(b, m.name...), m.at, v)
}
