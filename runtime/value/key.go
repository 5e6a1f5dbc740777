package value

import (
	"strings"
	"sync"

	"github.com/assay-go/assay/runtime/tape"
)

// Key returns the value at the first of the JSON Pointers that leads to one in text, as it groups records: the content of a string, a number or a
// boolean as it is written. Any other value is no key, and ends the search. "" is the pointer of text itself.
func Key(text Raw, pointers ...string) (string, bool) {
	t := parse(text)
	if t == nil {
		return "", false
	}
	defer tapes.Put(t)
	for _, pointer := range pointers {
		n, found := t.Lookup(0, pointer)
		if !found {
			continue
		}
		switch t.Kind(n) {
		case tape.String:
			return string(t.Str(n)), true
		case tape.Number, tape.Bool:
			return string(t.Text(n)), true
		}
		return "", false
	}
	return "", false
}

// Lookup returns the value at a JSON Pointer (RFC 6901); false if there is none, or if r is no JSON value.
func (r Raw) Lookup(pointer string) (Raw, bool) {
	t := parse(r)
	if t == nil {
		return "", false
	}
	defer tapes.Put(t)
	n, found := t.Lookup(0, pointer)
	if !found {
		return "", false
	}
	return Raw(t.Text(n)), true
}

// Lookup returns the value at a JSON Pointer (RFC 6901), from the object that the members are of.
func (m Members) Lookup(pointer string) (Raw, bool) {
	token, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return "", false
	}
	token, rest, deeper := strings.Cut(token, "/")
	// Section 4: first ~1, then ~0, so that ~01 becomes ~1.
	v, ok := m.Get(strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"))
	if !ok || !deeper {
		return v, ok
	}
	return v.Lookup("/" + rest)
}

// Basename returns the last element of a path, of Windows too, as the paths of one stream may come from several systems.
func Basename(path string) string {
	path = strings.TrimRight(path, `/\`)
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// tapes holds the tapes of parse.
var tapes = sync.Pool{New: func() any { return new(tape.Tape) }}

// parse returns text on a tape, nil if it is no JSON value. The caller gives the tape back.
func parse(text Raw) *tape.Tape {
	t := tapes.Get().(*tape.Tape)
	if t.Parse([]byte(text), tape.Options{}) != nil {
		tapes.Put(t)
		return nil
	}
	return t
}
