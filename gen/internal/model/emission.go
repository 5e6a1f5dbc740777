package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// emission finds out what a recorder fills in and masks, and takes the names of what opens records and closes them.
func (b *builder) emission(variants []variant, recorder *scope) {
	r := b.record
	r.Emission = &stream.Emission{}
	by, marked := newChoices(r.Property), leadingToMarked(b.root)
	for i, v := range variants {
		b.constants(i, v)
		m := masks{
			by: selector{by, v.name}, marked: marked,
			open: map[*resolve.Schema]bool{}, seen: map[visit]bool{},
		}
		m.walk(b.root, "")
		for _, at := range m.found {
			r.Emission.Masked = masked(r.Emission.Masked, at, v.name)
		}
		b.elapsed(v.name, r.fields(i))
	}
	for i := range r.Emission.Constants {
		r.Emission.Constants[i].Of = b.unlessAll(r.Emission.Constants[i].Of)
	}
	for i := range r.Emission.Masked {
		r.Emission.Masked[i].Of = b.unlessAll(r.Emission.Masked[i].Of)
	}
	b.takeOpens(variants, recorder)
}

// Call returns the Go name of what writes records of a name, and of what is open then with Open before it.
func (r *Record) Call(i int) string {
	if r.Union {
		return r.Variants[i].Go
	}
	return r.Names[i].Stem
}

// fields returns the fields of the records of a name, in the order in which they are written.
func (r *Record) fields(i int) []*Field {
	if r.Union {
		return slices.Concat(r.Base.Fields, r.Variants[i].Fields)
	}
	return r.Struct.Fields
}

// unlessAll returns nil if the names are all that there are.
func (b *builder) unlessAll(names []string) []string {
	if len(names) == len(b.facts.Names) {
		return nil
	}
	return names
}

// constants adds the properties that the schema fixes for one name.
func (b *builder) constants(i int, v variant) {
	r := b.record
	fields := r.fields(i)
	for _, p := range propertiesOf(v.view) {
		text, fixed := fixedValue(p)
		at := slices.IndexFunc(fields, func(f *Field) bool { return f.JSON == p.name })
		if p.name == r.Property || !fixed || at < 0 {
			continue
		}
		c := stream.Constant{Of: []string{v.name}, Property: p.name, Value: text}
		for ; at > 0; at-- {
			before := fields[at-1]
			c.After = append(c.After, before.JSON)
			if !before.Optional { // it is always there
				break
			}
		}
		same := func(o stream.Constant) bool {
			return o.Property == c.Property && o.Value == c.Value && slices.Equal(o.After, c.After)
		}
		if k := slices.IndexFunc(r.Emission.Constants, same); k >= 0 {
			r.Emission.Constants[k].Of = append(r.Emission.Constants[k].Of, v.name)
		} else {
			r.Emission.Constants = append(r.Emission.Constants, c)
		}
	}
}

// fixedValue returns the one value that a property can have, as JSON, if const, or an enum of one value, says so.
func fixedValue(p *property) (text string, fixed bool) {
	only := func(s *resolve.Schema, n tape.Node) {
		if fixed {
			return
		}
		var b bytes.Buffer
		if json.Compact(&b, s.Document.Tape.Text(n)) == nil {
			text, fixed = b.String(), true
		}
	}
	v := newView(selector{}, p.schemas...)
	v.each("const", func(s *resolve.Schema, k *resolve.Keyword) { only(s, k.Value) })
	v.each("enum", func(s *resolve.Schema, k *resolve.Keyword) {
		if s.Document.Tape.Len(k.Value) == 1 {
			only(s, k.Value+1)
		}
	})
	return text, fixed
}

// elapsed adds the properties of a closing record that hold the time since the opening one.
func (b *builder) elapsed(name string, fields []*Field) {
	for _, p := range b.facts.Pairs {
		if !slices.Contains(p.Close, name) {
			continue
		}
		for _, e := range p.Elapsed {
			at := slices.IndexFunc(fields, func(f *Field) bool { return f.JSON == e.Property })
			if at < 0 {
				continue
			}
			t := fields[at].Type
			for t != nil && t.Kind == Nullable {
				t = t.Elem
			}
			row := stream.ElapsedProperty{Property: e.Property, Unit: e.Unit, Whole: t != nil && t.Kind == Int}
			all := &b.record.Emission.Elapsed
			k := slices.IndexFunc(*all, func(o stream.ElapsedProperty) bool {
				return o.Property == row.Property && o.Unit == row.Unit && o.Whole == row.Whole
			})
			if k < 0 {
				k = len(*all)
				*all = append(*all, row)
			}
			if !slices.Contains((*all)[k].Of, name) {
				(*all)[k].Of = append((*all)[k].Of, name)
			}
		}
	}
}

// masked adds a name to the properties that are masked.
func masked(all []stream.Masked, at, name string) []stream.Masked {
	i := slices.IndexFunc(all, func(m stream.Masked) bool { return m.At == at })
	if i < 0 {
		return append(all, stream.Masked{Of: []string{name}, At: at})
	}
	all[i].Of = append(all[i].Of, name)
	return all
}

// maxMasks is how many masked properties of one record are listed. Beyond it, all of the record is masked: schemas can refer to each other in
// more ways than can be listed.
const maxMasks = 1000

// masks finds the properties of a record that are marked with mask. Where it is not sure that a schema applies, it is taken to.
type masks struct {
	by     selector                 // decides branches of the record itself
	marked map[*resolve.Schema]bool // the schemas that are marked, and those that lead to one
	open   map[*resolve.Schema]bool // those that the walk is in
	seen   map[visit]bool
	found  []string // pointers, as of stream.Masked
	all    bool     // there are too many
}

// visit is a schema that applies at a pointer.
type visit struct {
	schema *resolve.Schema
	at     string
}

func (m *masks) walk(s *resolve.Schema, at string) {
	switch {
	case s == nil || s.Boolean || m.all || m.seen[visit{s, at}] || !m.marked[s]:
		return
	case isMarked(s) || m.open[s]: // in a value that holds values of its own kind, any may be marked
		m.add(at)
		return
	}
	m.open[s], m.seen[visit{s, at}] = true, true
	defer delete(m.open, s)
	for _, k := range s.Keywords {
		m.walk(k.Target, at)
		for _, sub := range k.Subs {
			switch k.Name {
			case "properties":
				m.walk(sub.Schema, at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(sub.Name))
			case "patternProperties", "additionalProperties", "unevaluatedProperties", "items", "prefixItems", "additionalItems", "unevaluatedItems",
				"contains":
				m.walk(sub.Schema, at+"/*")
			case "$defs", "definitions", "propertyNames", "not", "contentSchema": // do not say what the value holds
			case "oneOf", "anyOf":
				if at != "" || m.by.decide(sub.Schema) != no {
					m.walk(sub.Schema, at)
				}
			case "then":
				if at != "" || m.by.decide(s.Sub("if")) != no {
					m.walk(sub.Schema, at)
				}
			case "else":
				if at != "" || m.by.decide(s.Sub("if")) != yes {
					m.walk(sub.Schema, at)
				}
			default:
				m.walk(sub.Schema, at)
			}
		}
	}
}

func (m *masks) add(at string) {
	if slices.Contains(m.found, at) {
		return
	}
	if m.found = append(m.found, at); len(m.found) > maxMasks {
		m.found, m.all = []string{""}, true
	}
}

// leadingToMarked returns the schemas below root that are marked, and those that apply one which is, through whatever.
func leadingToMarked(root *resolve.Schema) map[*resolve.Schema]bool {
	seen, from := map[*resolve.Schema]bool{}, map[*resolve.Schema][]*resolve.Schema{}
	var queue []*resolve.Schema
	reach := func(s, by *resolve.Schema) {
		if s == nil {
			return
		}
		from[s] = append(from[s], by)
		if !seen[s] {
			seen[s] = true
			queue = append(queue, s)
		}
	}
	reach(root, nil)
	leading := map[*resolve.Schema]bool{}
	var lead []*resolve.Schema
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		if isMarked(s) {
			leading[s] = true
			lead = append(lead, s)
		}
		for _, k := range s.Keywords {
			reach(k.Target, s)
			for _, sub := range k.Subs {
				if k.Name != "$defs" && k.Name != "definitions" {
					reach(sub.Schema, s)
				}
			}
		}
	}
	for i := 0; i < len(lead); i++ {
		for _, by := range from[lead[i]] {
			if by != nil && !leading[by] {
				leading[by] = true
				lead = append(lead, by)
			}
		}
	}
	return leading
}

// isMarked reports whether a schema is marked with mask.
func isMarked(s *resolve.Schema) bool {
	k := s.Keyword("x-assay")
	if k == nil {
		return false
	}
	n, ok := s.Document.Tape.Find(k.Value, "mask")
	return ok && s.Document.Tape.Kind(n) == tape.Bool && s.Document.Tape.Bool(n)
}

// takeOpens takes the names of the recorder's methods that open records, and of the types they return.
func (b *builder) takeOpens(variants []variant, recorder *scope) {
	r := b.record
	for i, v := range variants {
		if !slices.ContainsFunc(b.facts.Pairs, func(p stream.Pair) bool { return slices.Contains(p.Open, v.name) }) {
			continue
		}
		if slices.ContainsFunc(r.Names[:i], func(c Constant) bool { return c.Go == r.Names[i].Go }) {
			continue // it has been reported
		}
		what, place := fmt.Sprintf("the name %s, which opens a pair,", diag.Quote(v.name)), b.namePlace(v)
		help := rename
		if r.Union {
			help = fmt.Sprintf(`give the property %s of this variant "x-assay": {"go": "OtherName"}`, diag.Quote(r.Property))
		}
		if recorder.take(r.Call(i), what, place, help) {
			b.scope.take("Open"+r.Call(i), what, place, help)
		}
	}
}

// recorderMethods returns the methods that every recorder of these streams has.
func recorderMethods(facts []*stream.Facts) []string {
	methods := []string{"Close"}
	for i, f := range facts {
		if f != nil {
			methods = append(methods, emitMethod(facts, i))
		}
	}
	return methods
}

// emitMethod returns the name of the recorder's method that writes records of one stream. That of events, or of the first stream, is the plain one.
func emitMethod(facts []*stream.Facts, i int) string {
	plain := slices.IndexFunc(facts, func(f *stream.Facts) bool { return f != nil && Export(f.Record) == "Event" })
	if plain < 0 {
		plain = slices.IndexFunc(facts, func(f *stream.Facts) bool { return f != nil })
	}
	if i == plain {
		return "Emit"
	}
	return "Emit" + Export(facts[i].Record)
}
