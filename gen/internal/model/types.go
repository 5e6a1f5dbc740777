package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/tape"
)

// typeOf returns the Go type of a value under all of schemas. Where a new type is needed, name is what it is called unless the schema stands in
// $defs under a name of its own.
func (b *builder) typeOf(schemas []*resolve.Schema, name string) *Type {
	v := newView(selector{}, schemas...)
	allowed := jsonTypes(v)
	nullable := allowed["null"]
	delete(allowed, "null")
	if len(allowed) != 1 {
		return &Type{Kind: Raw}
	}
	var t *Type
	for only := range allowed {
		t = b.typeOfKind(v, only, name)
	}
	if nullable && t.Kind != Raw {
		return &Type{Kind: Nullable, Elem: t}
	}
	return t
}

func (b *builder) typeOfKind(v *view, jsonType, name string) *Type {
	switch jsonType {
	case "boolean":
		return &Type{Kind: Bool}
	case "integer":
		return &Type{Kind: Int}
	case "number":
		return &Type{Kind: Float}
	case "string":
		if enum := b.enumOf(v, name); enum != nil {
			return &Type{Kind: EnumType, Enum: enum}
		}
		if v.text("format") == "date-time" {
			return &Type{Kind: Timestamp}
		}
		return &Type{Kind: String}
	case "array":
		return &Type{Kind: Array, Elem: b.itemType(v, name)}
	case "object":
		return b.objectType(v, name)
	}
	return &Type{Kind: Raw}
}

// jsonTypes returns the JSON types that type, const and enum of all schemas agree on. None named is all: an empty set.
func jsonTypes(v *view) map[string]bool {
	var allowed map[string]bool
	and := func(names []string) {
		more := set(names)
		if more["number"] {
			more["integer"] = true
		}
		if allowed == nil {
			allowed = more
			return
		}
		for name := range allowed {
			if !more[name] {
				delete(allowed, name)
			}
		}
	}
	for _, s := range v.schemas {
		for _, k := range s.Keywords {
			switch k.Name {
			case "type":
				and(s.Texts("type"))
			case "const":
				and([]string{kindName(s.Document.Tape, k.Value)})
			case "enum":
				var names []string
				t := s.Document.Tape
				for n, end := k.Value+1, t.Next(k.Value); n < end; n = t.Next(n) {
					names = append(names, kindName(t, n))
				}
				and(names)
			}
		}
	}
	if allowed["number"] {
		delete(allowed, "integer") // it is included
	}
	return allowed
}

// kindName returns the type keyword's word for a value.
func kindName(t *tape.Tape, n tape.Node) string {
	if t.Kind(n) == tape.Number && t.Num(n).IsInteger() {
		return "integer"
	}
	return t.Kind(n).String()
}

// enumOf returns the enum type of a string, nil if its values are not listed, or if it is but one (a const needs no type).
func (b *builder) enumOf(v *view, name string) *Enum {
	var from *resolve.Schema
	v.each("enum", func(s *resolve.Schema, _ *resolve.Keyword) {
		if from == nil {
			from = s
		}
	})
	if from == nil {
		return nil
	}
	if known, ok := b.enums[from]; ok {
		return known
	}
	if len(enumerated(from, from.Keyword("enum")).strings) == 0 {
		return nil
	}
	e := &Enum{Go: b.name(b.scope, typeName(from, name)), Doc: docOf(from)}
	e.List = b.name(b.scope, Plural(e.Go))
	b.enums[from] = e
	place := from.Document.Place(from.Keyword("enum").Value)
	b.scope.take(e.Go, "the enum", place, define)
	b.scope.take(e.List, "the enum's list of values", place, define)
	t, values := from.Document.Tape, from.Keyword("enum").Value
	for n, end := values+1, t.Next(values); n < end; n = t.Next(n) {
		if t.Kind(n) != tape.String {
			continue
		}
		c := Constant{Go: b.name(b.scope, e.Go+Export(string(t.Str(n)))), Value: string(t.Str(n))}
		b.scope.take(c.Go, fmt.Sprintf("the value %q", c.Value), from.Document.Place(n), rename)
		e.Constants = append(e.Constants, c)
	}
	b.schema.Enums = append(b.schema.Enums, e)
	return e
}

// itemType returns the type of an array's items: Raw if they are not all under the same schema.
func (b *builder) itemType(v *view, name string) *Type {
	var items []*resolve.Schema
	tuple := false
	v.each("prefixItems", func(*resolve.Schema, *resolve.Keyword) { tuple = true })
	v.each("items", func(s *resolve.Schema, k *resolve.Keyword) {
		tuple = tuple || s.Document.Tape.Kind(k.Value) == tape.Array // before 2020-12
		for _, sub := range k.Subs {
			items = append(items, sub.Schema)
		}
	})
	if tuple {
		return &Type{Kind: Raw}
	}
	return b.elemType(items, name+"Item")
}

// elemType is typeOf for the elements of a slice or a map, which hold it by reference.
func (b *builder) elemType(schemas []*resolve.Schema, name string) *Type {
	b.indirect++
	defer func() { b.indirect-- }()
	return b.typeOf(schemas, name)
}

// objectType returns a struct for an object with properties, a map for one whose members are all alike.
func (b *builder) objectType(v *view, name string) *Type {
	var properties bool
	var values []*resolve.Schema
	var from *resolve.Schema
	mixed := false
	for _, s := range v.schemas {
		for _, k := range s.Keywords {
			switch k.Name {
			case "properties":
				if len(k.Subs) > 0 && !properties {
					properties, from = true, s
				}
			case "patternProperties":
				mixed = mixed || len(k.Subs) > 0
			case "additionalProperties":
				for _, sub := range k.Subs {
					values = append(values, sub.Schema)
				}
			}
		}
	}
	switch {
	case properties:
		return b.structType(v, from, name)
	case mixed:
		return &Type{Kind: Map, Elem: &Type{Kind: Raw}}
	}
	return &Type{Kind: Map, Elem: b.elemType(values, name+"Value")}
}

// structType returns the struct of a nested object. Objects are of one type if the same schemas apply to them: a place that refines a schema in $defs has a type
// of its own. A struct that would hold itself, and not in a slice or a map, is Raw where it does.
func (b *builder) structType(v *view, from *resolve.Schema, name string) *Type {
	key := v.key()
	if known, ok := b.structs[key]; ok {
		for open, entered := range b.building {
			if entered == b.indirect && holds(known, open) {
				return &Type{Kind: Raw}
			}
		}
		return &Type{Kind: StructType, Struct: known}
	}
	if key == newView(selector{}, from).key() {
		name = typeName(from, name)
	}
	st := &Struct{Go: b.name(b.scope, name), Doc: docOf(from), Closed: closed(v)}
	b.structs[key], b.building[st] = st, b.indirect
	b.scope.take(st.Go, "the object", from.Place(), define)
	fields := newScope(st.Go, b.mistakes)
	fields.reserve("Extra", "String", "MarshalJSON", "UnmarshalJSON")
	for _, p := range propertiesOf(v) {
		st.Fields = append(st.Fields, b.field(p, st.Go, fields))
	}
	delete(b.building, st)
	b.schema.Structs = append(b.schema.Structs, st)
	return &Type{Kind: StructType, Struct: st}
}

// holds reports whether a struct is another, or holds it by value. (Invariant: what is finished holds nothing that holds itself.)
func holds(st, other *Struct) bool {
	if st == other {
		return true
	}
	for _, f := range st.Fields {
		t := f.Type
		for t != nil && t.Kind == Nullable {
			t = t.Elem
		}
		if t != nil && t.Kind == StructType && holds(t.Struct, other) {
			return true
		}
	}
	return false
}

// closed reports whether a valid object has no members but those that have a field. (unevaluatedProperties does not tell: branches that are left
// undecided may declare members too.)
func closed(v *view) bool {
	is := false
	v.each("additionalProperties", func(s *resolve.Schema, k *resolve.Keyword) {
		forbids := len(k.Subs) == 1 && k.Subs[0].Schema.Boolean && !k.Subs[0].Schema.Allows
		is = is || forbids && len(s.Subs("patternProperties")) == 0
	})
	return is
}

// typeName returns the name of a schema in $defs, else what its user calls it.
func typeName(s *resolve.Schema, name string) string {
	for _, defs := range []string{"/$defs/", "/definitions/"} {
		if at := strings.LastIndex(s.Pointer, defs); at >= 0 {
			if entry := s.Pointer[at+len(defs):]; !strings.Contains(entry, "/") {
				return Export(strings.NewReplacer("~1", "/", "~0", "~").Replace(entry))
			}
		}
	}
	return name
}

// property is one property of an object: every schema that speaks of it.
type property struct {
	name     string
	schemas  []*resolve.Schema
	owner    *resolve.Schema // the first schema that declares it
	sub      resolve.Sub     // its declaration there
	required bool
}

// propertiesOf returns the properties that the schemas of a view declare, in order of declaration.
func propertiesOf(v *view) []*property {
	var list []*property
	byName := map[string]*property{}
	v.each("properties", func(s *resolve.Schema, k *resolve.Keyword) {
		for _, sub := range k.Subs {
			p := byName[sub.Name]
			if p == nil {
				p = &property{name: sub.Name, owner: s, sub: sub}
				byName[sub.Name] = p
				list = append(list, p)
			}
			p.schemas = append(p.schemas, sub.Schema)
		}
	})
	v.each("required", func(s *resolve.Schema, k *resolve.Keyword) {
		for _, name := range s.Texts("required") {
			if p := byName[name]; p != nil {
				p.required = true
			}
		}
	})
	return list
}

// field makes a field of a property of the struct called owner.
func (b *builder) field(p *property, owner string, fields *scope) *Field {
	f := &Field{Go: Export(p.name), JSON: p.name, Optional: !p.required}
	f.place = p.owner.Document.Place(p.sub.Key)
	chosen := ""
	for _, s := range p.schemas {
		if chosen = xAssay(s, "go"); chosen != "" {
			f.Go = Export(chosen)
			break
		}
	}
	if chosen == "" {
		f.Go = b.name(fields, f.Go)
	}
	fields.take(f.Go, fmt.Sprintf("the property %q", p.name), f.place, `give the property "x-assay": {"go": "OtherName"}`)
	f.Type = b.typeOf(p.schemas, owner+f.Go)
	v := newView(selector{}, p.schemas...)
	f.Doc, f.Limits = firstDoc(v), limits(v)
	return f
}

// name returns the Go name to take for what a schema makes a name for. Who writes the schema of a stream has it for this program, and is told where names clash.
// Other schemas are what they are: there a name that is taken gets a number, in schema order.
func (b *builder) name(s *scope, wanted string) string {
	if b.facts != nil {
		return wanted
	}
	return s.number(wanted)
}

// xAssay returns a string member of a schema's x-assay object.
func xAssay(s *resolve.Schema, member string) string {
	if k := s.Keyword("x-assay"); k != nil {
		t := s.Document.Tape
		if n, ok := t.Find(k.Value, member); ok && t.Kind(n) == tape.String {
			return string(t.Str(n))
		}
	}
	return ""
}

// docOf returns what a schema says of itself: its description, else its title.
func docOf(s *resolve.Schema) string {
	if d := s.Text("description"); d != "" {
		return d
	}
	return s.Text("title")
}

func firstDoc(v *view) string {
	for _, s := range v.schemas {
		if d := docOf(s); d != "" {
			return d
		}
	}
	return ""
}

// limits returns the numeric limits of a view, in short: ">= 0, < 10".
func limits(v *view) string {
	var parts []string
	for _, l := range []struct{ keyword, sign string }{
		{"minimum", ">= "}, {"exclusiveMinimum", "> "}, {"maximum", "<= "}, {"exclusiveMaximum", "< "}, {"multipleOf", "a multiple of "},
	} {
		v.each(l.keyword, func(s *resolve.Schema, k *resolve.Keyword) {
			if t := s.Document.Tape; t.Kind(k.Value) == tape.Number {
				if part := l.sign + string(t.Text(k.Value)); !slices.Contains(parts, part) {
					parts = append(parts, part)
				}
			}
		})
	}
	return strings.Join(parts, ", ")
}
