package stream

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/tape"
)

// field is a value of a record by its JSON Pointer, found without a tape if the scanner has read the record and the value is a member of it.
type field struct {
	pointer string
	keys    []int8 // by case of the plan's switch: the number of the member among the keys, -1 if it is none
}

// field returns the field at a pointer; an empty pointer finds nothing.
func (r *Record) field(pointer string) field {
	r.known()
	f := field{pointer: pointer}
	if r.index.cases == nil || strings.LastIndexByte(pointer, '/') != 0 {
		return f
	}
	sw := switchOf(r.Plan)
	for _, c := range sw.Cases {
		keys := sw.KeysOf(&r.Plan.Objects[c.Object])
		i := slices.IndexFunc(keys, func(k scan.Key) bool { return "/"+pointerToken(k.Name) == pointer })
		if i > math.MaxInt8 {
			i = -1
		}
		f.keys = append(f.keys, int8(i))
	}
	return f
}

// at returns the value of a field: the content of a string, all else as it is written. It dies with the line.
func (l *Line) at(f *field) (tape.Kind, []byte, bool) {
	if f.pointer == "" {
		return 0, nil, false
	}
	if l.sure && f.keys != nil {
		read := l.machine.Record()
		if key := int(f.keys[read.Case()]); key >= 0 {
			if !read.Has(key) {
				return 0, nil, false
			}
			text := read.Text(read.Slot(key))
			switch c := text[0]; {
			case c == '"' && bytes.IndexByte(text, '\\') < 0:
				return tape.String, text[1 : len(text)-1], true
			case c == '-', digit(c):
				return tape.Number, text, true
			case c == 't', c == 'f':
				return tape.Bool, text, true
			}
		}
	}
	t := l.Tape()
	n, found := t.Lookup(0, f.pointer)
	if !found {
		return 0, nil, false
	}
	if kind := t.Kind(n); kind != tape.String {
		return kind, t.Text(n), true
	}
	return tape.String, t.Str(n), true
}

// string returns the value of a field that is a string.
func (l *Line) string(f *field) ([]byte, bool) {
	kind, text, _ := l.at(f)
	return text, kind == tape.String
}

// number returns the value of a field that is a number, as it is written.
func (l *Line) number(f *field) (tape.Decimal, bool) {
	kind, text, _ := l.at(f)
	if kind != tape.Number {
		return tape.Decimal{}, false
	}
	return tape.Decimal{Text: string(text)}, true
}

// fields are the fields of a [Key].
type fields struct {
	at       []field
	basename bool
}

func (r *Record) fields(names []string) []fields {
	if r.Facts == nil {
		return nil
	}
	all := make([]fields, 0, len(names))
	for _, k := range r.Facts.keys(names) {
		f := fields{basename: k.Basename}
		for _, pointer := range k.At {
			f.at = append(f.at, r.field(pointer))
		}
		all = append(all, f)
	}
	return all
}

// read returns the value of the key in a line: see [Key].
func (k *fields) read(l *Line) ([]byte, bool) {
	for i := range k.at {
		switch kind, text, found := l.at(&k.at[i]); {
		case !found:
		case kind == tape.String && k.basename:
			return basename(text), true
		case kind == tape.String, kind == tape.Number, kind == tape.Bool:
			return text, true
		default:
			return nil, false // the first that is present wins, also if it cannot be a key
		}
	}
	return nil, false
}

// appendKeys appends the record's values of keys, joined. It returns false if one is missing or is no string, number or boolean.
func appendKeys(dst []byte, l *Line, keys []fields) ([]byte, bool) {
	for i := range keys {
		if i > 0 {
			dst = append(dst, separator)
		}
		value, ok := keys[i].read(l)
		if !ok {
			return dst, false
		}
		dst = appendKey(dst, value)
	}
	return dst, true
}

// appendAnyKeys is appendKeys for records that need not have every key: a mark stands for what is missing, or cannot be a key.
func appendAnyKeys(dst []byte, l *Line, keys []fields) []byte {
	for i := range keys {
		if i > 0 {
			dst = append(dst, separator)
		}
		if value, ok := keys[i].read(l); ok {
			dst = appendKey(dst, value)
		} else {
			dst = append(dst, escape, none)
		}
	}
	return dst
}
