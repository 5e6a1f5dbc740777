package model

import (
	"fmt"
	"slices"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

// Key is a key that x-assay declares, as a method of the records.
type Key struct {
	Go string // the method
	stream.Key
}

// keys allots the methods of the declared keys. A key that is called as a field or another method is gets Key behind its name: that a key and a
// property have one name is usual.
func (b *builder) keys() {
	doc, r := b.root.Document, b.record
	declared, ok := doc.Tape.Find(b.root.Keyword("x-assay").Value, "keys")
	if !ok {
		return
	}
	methods := newScope("the records' methods", b.mistakes)
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
	for key := range doc.Members(declared) {
		name := string(doc.Tape.Str(key))
		k := Key{Go: Export(name), Key: b.facts.Keys[slices.IndexFunc(b.facts.Keys, func(k stream.Key) bool { return k.Name == name })]}
		if first, taken := methods.taken[k.Go]; taken && first.what == "" {
			k.Go += "Key"
		}
		methods.take(k.Go, fmt.Sprintf("the key %s", diag.Quote(name)), doc.Place(key), "give one of them another name")
		r.Keys = append(r.Keys, k)
	}
}

// takeRunField takes the field of the summary of a run for the stream.
func (b *builder) takeRunField() {
	run := newScope("Run", b.mistakes)
	run.reserve("Sessions", "Findings", "More", "MoreWarnings", "Size", "CheckCounts", "CheckPairs", "Check", "Merge", "MarshalJSON", "UnmarshalJSON")
	run.take(b.record.Plural, fmt.Sprintf("the stream %s", diag.Quote(b.facts.Stream)), b.place("stream"), `give x-assay another "stream"`)
}
