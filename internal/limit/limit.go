// Package limit bounds what a schema can ask for, so that a hostile one gets an answer in seconds. Each limit has a name by which it is set, and which messages
// tell.
package limit

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
)

// Limits are the limits of a compilation. A limit of 0 is the default, which sound schemas stay far below.
type Limits struct {
	Size     int // bytes of one schema file (default 64 MiB)
	Depth    int // arrays and objects of a schema file, one within the other (10,000; at most 100,000)
	Mistakes int // mistakes that are listed; the rest are counted (1,000)
	Schemas  int // schemas and subschemas of all files together (524,288)
	Pointers int // bytes of the JSON Pointers of all schemas together (256 MiB)
	InPlace  int // schemas that apply to one value through each other (1,000; at most 100,000)
	Anchors  int // dynamic anchors that several schemas have and that matter to one root (256)
	Copies   int // values of schemas that are lowered again, for further dynamic scopes (131,072)

	PatternSteps  int // characters and assertions of a regular expression, its repetitions written out (100,000)
	PatternRanges int // ranges of characters in a regular expression (262,144)
	Patterns      int // the sum of both over the different regular expressions of a schema (1,048,576)

	// Of validations; the tables keep them. See schema.Limits.

	Violations int // violations of a value that are listed; the rest are counted (100)
	Steps      int // how often a schema is applied to a value, and 1,024 more for each part of the value (16,777,216)
	Levels     int // schemas that are applied one within the other (250,000, which is also the most)

	// Of the Go that is generated.

	Names   int // names in a package: types, functions, constants and fields (10,000)
	Fields  int // fields of a struct, together with those of the structs in it; what exceeds it is Raw (500)
	Nesting int // structs in each other; what exceeds it is Raw (32; at most 1,000)
	Tables  int // bytes of Go that the tables of one schema make, roughly (8 MiB)
}

// row is one limit: its name, its field, its default, and how far it can be raised. What bounds recursion cannot be raised at will, for a stack has an end.
type row struct {
	name          string
	field         func(*Limits) *int
	usual, utmost int
}

// rows are the limits in the order of the fields.
var rows = [...]row{
	{"size", func(l *Limits) *int { return &l.Size }, 64 << 20, math.MaxInt32},
	{"depth", func(l *Limits) *int { return &l.Depth }, 10_000, 100_000},
	{"mistakes", func(l *Limits) *int { return &l.Mistakes }, 1_000, math.MaxInt32},
	{"schemas", func(l *Limits) *int { return &l.Schemas }, 1 << 19, math.MaxInt32},
	{"pointers", func(l *Limits) *int { return &l.Pointers }, 256 << 20, math.MaxInt},
	{"in-place", func(l *Limits) *int { return &l.InPlace }, 1_000, 100_000},
	{"anchors", func(l *Limits) *int { return &l.Anchors }, 256, math.MaxInt32},
	{"copies", func(l *Limits) *int { return &l.Copies }, 1 << 17, math.MaxInt32},
	{"pattern-steps", func(l *Limits) *int { return &l.PatternSteps }, 100_000, math.MaxInt32},
	{"pattern-ranges", func(l *Limits) *int { return &l.PatternRanges }, 1 << 18, math.MaxInt32},
	{"patterns", func(l *Limits) *int { return &l.Patterns }, 1 << 20, math.MaxInt32},
	{"violations", func(l *Limits) *int { return &l.Violations }, 100, math.MaxInt32},
	{"steps", func(l *Limits) *int { return &l.Steps }, 1 << 24, math.MaxInt32},
	{"levels", func(l *Limits) *int { return &l.Levels }, 250_000, 250_000},
	{"names", func(l *Limits) *int { return &l.Names }, 10_000, math.MaxInt32},
	{"fields", func(l *Limits) *int { return &l.Fields }, 500, math.MaxInt32},
	{"nesting", func(l *Limits) *int { return &l.Nesting }, 32, 1_000},
	{"tables", func(l *Limits) *int { return &l.Tables }, 8 << 20, math.MaxInt32},
}

// Names lists the limits with their defaults, for a help text: "size=268435456, depth=10000, …".
func Names() string {
	var list []string
	for _, r := range rows {
		list = append(list, fmt.Sprintf("%s=%d", r.name, r.usual))
	}
	return strings.Join(list, ", ")
}

// WithDefaults returns l with the default in place of each 0, and the utmost in place of what is larger.
func (l Limits) WithDefaults() Limits {
	for _, r := range rows {
		n := r.field(&l)
		if *n <= 0 {
			*n = r.usual
		}
		*n = min(*n, r.utmost)
	}
	return l
}

// Set sets a limit by an entry of the form name=value, each once.
func (l *Limits) Set(entry string) error {
	name, text, ok := strings.Cut(entry, "=")
	if !ok {
		return errors.New("want name=value")
	}
	for _, r := range rows {
		if r.name != name {
			continue
		}
		n, err := strconv.Atoi(text)
		switch {
		case err != nil || n < 1 || n > r.utmost:
			return fmt.Errorf("%s must be a number from 1 to %d, got %s", name, r.utmost, diag.Quote(text))
		case *r.field(l) != 0:
			return fmt.Errorf("%s is given twice", name)
		}
		*r.field(l) = n
		return nil
	}
	var names []string
	for _, r := range rows {
		names = append(names, r.name)
	}
	hint := diag.Nearest(name, names)
	if hint == "" {
		hint = "known are " + strings.Join(names, ", ")
	}
	return fmt.Errorf("unknown limit %s; %s", diag.Quote(name), hint)
}

// Entries returns the limits that are set, as Set takes them, in the order of the fields.
func (l Limits) Entries() []string {
	var entries []string
	for _, r := range rows {
		if n := *r.field(&l); n != 0 {
			entries = append(entries, fmt.Sprintf("%s=%d", r.name, n))
		}
	}
	return entries
}

// Raise is the help of a mistake that exceeds the limit called name: how to raise it.
func Raise(name string) string {
	for _, r := range rows {
		if r.name != name {
			continue
		}
		help := fmt.Sprintf("the limit %q can be raised: -limit %s=NUMBER", name, name)
		if r.utmost < math.MaxInt32 {
			help += fmt.Sprintf(", at most %d", r.utmost)
		}
		return help
	}
	panic("there is no limit " + name)
}
