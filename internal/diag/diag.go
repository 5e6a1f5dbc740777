// Package diag holds diagnostics about schemas: a place, what is wrong there, and what would help.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Place is a spot in a schema document.
type Place struct {
	File    string // as the user named it
	Line    int    // 1-based
	Column  int    // 1-based, in bytes
	Pointer string // JSON Pointer of the smallest value that holds the mistake; "" is the document
}

// String returns file:line:column, or the file alone if no line is known.
func (p Place) String() string {
	if p.Line == 0 {
		return Printable(p.File)
	}
	return fmt.Sprintf("%s:%d:%d", Printable(p.File), p.Line, p.Column)
}

// Diagnostic is one mistake. Messages are lower case, without a final stop, and one per mistake.
type Diagnostic struct {
	Place
	Message string
	Help    string  // what would mend it: `did you mean "minLength"?`; may be empty
	Related []Place // further places, such as the other of two names that clash
}

// String returns the diagnostic in the form
//
//	events.schema.json:41:9: unknown keyword "minLenght" at #/$defs/step_complete/properties/step_id
//		help: did you mean "minLength"?
//		note: also at events.schema.json:12:9
//
// Each line stays one line and shows what it is, whatever the schema holds: text is escaped as by [Quote].
func (d Diagnostic) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", d.Place, Printable(d.Message))
	if d.Pointer != "" {
		b.WriteString(" at " + Pointer(d.Pointer))
	}
	if d.Help != "" {
		b.WriteString("\n\thelp: " + Printable(d.Help))
	}
	for _, p := range d.Related {
		b.WriteString("\n\tnote: also at " + p.String())
	}
	return b.String()
}

// MaxKept is how many diagnostics a List keeps unless it says otherwise. A hostile schema can hold a million mistakes; nobody reads the second thousand.
const MaxKept = 1000

// List collects diagnostics. The zero List is empty and ready.
type List struct {
	Max int // how many are kept; 0 is MaxKept

	all     []Diagnostic
	dropped int
}

// Add adds one diagnostic. Once the list is full it is only counted.
func (l *List) Add(d Diagnostic) {
	if l.Full() {
		l.dropped++
		return
	}
	l.all = append(l.all, d)
}

// Full reports whether the list holds as many diagnostics as it keeps. What is costly to describe need not be described any more.
func (l *List) Full() bool { return len(l.all) >= l.max() }

func (l *List) max() int {
	if l.Max > 0 {
		return l.Max
	}
	return MaxKept
}

// Len returns how many were added.
func (l *List) Len() int { return len(l.all) + l.dropped }

// Sorted returns the diagnostics by file, line, column, then message, each once. If more than it keeps were added, the first that came are in it.
func (l *List) Sorted() []Diagnostic {
	sorted := slices.Clone(l.all)
	slices.SortStableFunc(sorted, compare)
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b Diagnostic) int {
	return cmp.Or(
		strings.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		strings.Compare(a.Message, b.Message),
	)
}

// Err returns nil if the list is empty, else an *Error.
func (l *List) Err() error {
	if l.Len() == 0 {
		return nil
	}
	return &Error{Diagnostics: l.Sorted(), Dropped: l.dropped}
}

// Error is a sorted list of diagnostics as an error; its text is one diagnostic after the other, each on its own lines.
type Error struct {
	Diagnostics []Diagnostic
	Dropped     int // how many more there were than the list keeps
}

func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Diagnostics)+1)
	for _, d := range e.Diagnostics {
		lines = append(lines, d.String())
	}
	if e.Dropped > 0 {
		lines = append(lines, fmt.Sprintf("and %d more mistakes (the first %d are shown: -limit mistakes=NUMBER)", e.Dropped, len(e.Diagnostics)))
	}
	return strings.Join(lines, "\n")
}
