// Package load turns the bytes of schema files into documents: strict JSON that remembers order, duplicates and where everything stands.
package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/runtime/tape"
)

// Document is one schema file.
type Document struct {
	Name   string // as the user named it, slashes forward
	URI    string // what it is referred to as, if its name does not say it; "" otherwise
	Source []byte
	Tape   *tape.Tape // nil if Source is not one JSON value; that mistake has been reported then

	once  sync.Once
	lines []int // offsets at which the lines begin
}

// Options are the bounds of loading.
type Options struct {
	Limits limit.Limits // Size and Depth matter
}

// Files reads files with the default limits.
func Files(fsys fs.FS, names []string, mistakes *diag.List) ([]*Document, error) {
	return Options{}.Files(fsys, names, mistakes)
}

// Parse makes a document with the default limits.
func Parse(name string, src []byte, mistakes *diag.List) *Document {
	return Options{}.Parse(name, src, mistakes)
}

// Files reads the named files of fsys. All mistakes in them (syntax, invalid UTF-8, duplicate names) go to the list; a file that cannot be read is
// an error of its own (wrapping the fs error). Documents come in the order of names.
func (o Options) Files(fsys fs.FS, names []string, mistakes *diag.List) ([]*Document, error) {
	most := o.Limits.WithDefaults().Size
	var documents []*Document
	var unread []error
	for _, name := range names {
		src, err := read(fsys, name, most)
		if err != nil {
			unread = append(unread, err)
			continue
		}
		documents = append(documents, o.Parse(name, src, mistakes))
	}
	if len(unread) > 0 {
		return nil, errors.Join(unread...)
	}
	return documents, nil
}

// read returns the bytes of a file, one more than most at most: a device or a pipe has no end.
func read(fsys fs.FS, name string, most int) (src []byte, err error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	src, err = io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("reading schema %s: %w", name, err)
	}
	return src, nil
}

// Parse makes a document of bytes that are there already. All mistakes go to the list. A document with duplicate names has a tape, for the sake of
// finding its other mistakes.
func (o Options) Parse(name string, src []byte, mistakes *diag.List) *Document {
	limits := o.Limits.WithDefaults()
	d := &Document{Name: name, Source: src}
	if len(src) > limits.Size {
		mistakes.Add(diag.Diagnostic{
			Place:   diag.Place{File: d.Name, Line: 1, Column: 1},
			Message: fmt.Sprintf("a schema file may have %d bytes, this one has more", limits.Size),
			Help:    limit.Raise("size"),
		})
		return d
	}
	var t tape.Tape
	first := t.Parse(src, tape.Options{MaxDepth: limits.Depth})
	if first == nil {
		d.Tape = &t
		return d
	}
	if code(first) != tape.DuplicateName {
		d.syntax(first, mistakes)
		return d
	}
	// The parser stops at the first duplicate. A second, lenient reading finds the rest of them, or what else is wrong behind it.
	if err := t.Parse(src, tape.Options{MaxDepth: limits.Depth, DuplicateNames: true}); err != nil {
		d.syntax(first, mistakes)
		d.syntax(err, mistakes)
		return d
	}
	d.Tape = &t
	d.duplicates(mistakes)
	return d
}

func code(err error) tape.Code {
	var syntax *tape.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Code
	}
	return 0
}

// syntax reports why the document is not JSON.
func (d *Document) syntax(err error, mistakes *diag.List) {
	var syntax *tape.SyntaxError
	if !errors.As(err, &syntax) {
		panic(err) // Parse promises a *SyntaxError
	}
	help := ""
	switch {
	case bytes.HasPrefix(d.Source, []byte("\xEF\xBB\xBF")) && syntax.Offset < 3:
		help = "save the file without a byte order mark (RFC 8259 section 8.1)"
	case syntax.Code == tape.TooDeep:
		help = limit.Raise("depth")
	}
	mistakes.Add(diag.Diagnostic{Place: d.PlaceAt(syntax.Offset, syntax.Pointer), Message: syntax.Message, Help: help})
}

// duplicates reports every member whose name an earlier member of the same object has. RFC 8259 section 4 calls what readers make of them
// unpredictable, and in a schema the loser is a rule that silently does not hold.
func (d *Document) duplicates(mistakes *diag.List) {
	t := d.Tape
	first := map[string]tape.Node{}
	for n, end := tape.Node(0), t.Next(0); n < end && !mistakes.Full(); n++ {
		if t.Kind(n) != tape.Object || t.Len(n) < 2 {
			continue
		}
		clear(first)
		pointer, found := "", false
		for key := range d.Members(n) {
			name := string(t.Str(key))
			earlier, twice := first[name]
			if !twice {
				first[name] = key
				continue
			}
			if !found {
				pointer, found = t.Pointer(n), true
			}
			at := pointer + "/" + Token(name)
			mistakes.Add(diag.Diagnostic{
				Place:   d.PlaceAt(t.Offset(key), at),
				Message: "duplicate name " + diag.Quote(name),
				Related: []diag.Place{d.PlaceAt(t.Offset(earlier), at)},
			})
		}
	}
}

// Members ranges over the members of an object, name and value, as they are written.
func (d *Document) Members(object tape.Node) func(yield func(key, value tape.Node) bool) {
	return func(yield func(key, value tape.Node) bool) {
		t := d.Tape
		key := object + 1
		for range t.Len(object) {
			value := t.Next(key)
			if !yield(key, value) {
				return
			}
			key = t.Next(value)
		}
	}
}

// Items ranges over the items of an array, with their indexes.
func (d *Document) Items(array tape.Node) func(yield func(index int, item tape.Node) bool) {
	return func(yield func(index int, item tape.Node) bool) {
		item := array + 1
		for i := range d.Tape.Len(array) {
			if !yield(i, item) {
				return
			}
			item = d.Tape.Next(item)
		}
	}
}

// Place returns where a node stands. For a member name it is the place of the name itself, with the pointer of its value.
func (d *Document) Place(n tape.Node) diag.Place {
	return d.PlaceAt(d.Tape.Offset(n), d.Tape.Pointer(n))
}

// PlaceAt returns the place of a byte offset, with the given pointer.
func (d *Document) PlaceAt(offset int, pointer string) diag.Place {
	d.once.Do(func() {
		d.lines = []int{0}
		for i, c := range d.Source {
			if c == '\n' {
				d.lines = append(d.lines, i+1)
			}
		}
	})
	line, found := slices.BinarySearch(d.lines, offset)
	if found {
		line++
	}
	return diag.Place{File: d.Name, Line: line, Column: offset - d.lines[line-1] + 1, Pointer: pointer}
}

// Token returns a member name as a reference token of a JSON Pointer (RFC 6901 section 3).
func Token(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
