package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

// Key is a key that x-assay declares, as a method of the records.
type Key struct {
	Go string // the method
	stream.Key
}

// BeginsIn reports whether one of the key's pointers begins in one of the fields.
func (k *Key) BeginsIn(fields []*Field) bool {
	return slices.ContainsFunc(fields, func(f *Field) bool {
		return slices.ContainsFunc(k.At, func(pointer string) bool {
			token, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
			return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~") == f.JSON
		})
	})
}

// In returns the variants of a union that have a method of their own for the key: all, if it is the name, which the base does not know, else those that declare
// what it may be.
func (k *Key) In(r *Record) []int {
	named := k.BeginsIn([]*Field{{JSON: r.Property}})
	var in []int
	for i, v := range r.Variants {
		if named || k.BeginsIn(v.Fields) {
			in = append(in, i)
		}
	}
	return in
}

// keys allots the methods of the declared keys. A key that is called as a field or another method is gets Key behind its name: that a key and a
// property have one name is usual.
func (b *builder) keys() {
	doc, r := b.root.Document, b.record
	declared, ok := doc.Tape.Find(b.root.Keyword("x-assay").Value, "keys")
	if !ok {
		return
	}
	methods := b.newScope("the records' methods")
	methods.reserve("Extra", "String", "MarshalJSON", "UnmarshalJSON")
	structs := []*Struct{r.Struct}
	if r.Union {
		methods.reserve(r.Name, "Base", r.Base.Go, "Name", "Raw") // the last two are fields of a record with an unknown name
		structs = append(slices.Clip(r.Variants), r.Base)
	} else {
		methods.reserve("Clone", "Unknown")
	}
	for _, st := range structs {
		for _, f := range st.Fields {
			methods.reserve(f.Go)
		}
	}
	byName := map[string]stream.Key{}
	for _, k := range b.facts.Keys {
		byName[k.Name] = k
	}
	for key := range doc.Members(declared) {
		if b.scope.budget.spent() {
			return
		}
		name := string(doc.Tape.Str(key))
		k := Key{Go: Export(name), Key: byName[name]}
		if first, taken := methods.taken[k.Go]; taken && first.what == "" {
			k.Go += "Key"
		}
		place := func() diag.Place { return doc.Place(key) }
		for range k.In(r) {
			b.scope.budget.spend(place)
		}
		methods.takeAt(k.Go, fmt.Sprintf("the key %s", diag.Quote(name)), place, "give one of them another name")
		r.Keys = append(r.Keys, k)
	}
}

// takeRunField takes the field of the summary of a run for the stream.
func (b *builder) takeRunField() {
	run := newScope("Run", b.mistakes)
	run.reserve("Sessions", "Findings", "More", "MoreWarnings", "Size", "CheckCounts", "CheckPairs", "Check", "Merge", "MarshalJSON", "UnmarshalJSON")
	run.take(b.record.Plural, fmt.Sprintf("the stream %s", diag.Quote(b.facts.Stream)), b.place("stream"), `give x-assay another "stream"`)
}
