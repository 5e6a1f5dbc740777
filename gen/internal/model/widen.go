package model

import (
	"slices"
	"strconv"

	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/tape"
)

// widened returns the type of a property that every variant declares for itself. If they do not declare the same, it is what all they say fits into.
func (b *builder) widened(p *property, first *Type) *Type {
	key := newView(selector{}, p.schemas...).key()
	alike := func(schemas []*resolve.Schema) bool { return newView(selector{}, schemas...).key() == key }
	t := plain(p.schemas)
	same := true
	for _, schemas := range p.others {
		if !alike(schemas) {
			same = false
			t = wider(t, plain(schemas))
		}
	}
	if same {
		return first
	}
	return t
}

// plain returns the type of a value, but without types that are made for it.
func plain(schemas []*resolve.Schema) *Type {
	v := newView(selector{}, schemas...)
	allowed := jsonTypes(v)
	nullable := allowed["null"]
	delete(allowed, "null")
	t := &Type{Kind: Raw}
	if len(allowed) == 1 {
		for jsonType := range allowed {
			if unfit(v, jsonType) {
				break
			}
			switch jsonType {
			case "boolean":
				t.Kind = Bool
			case "integer":
				t.Kind = Int
			case "number":
				t.Kind = Float
			case "string":
				t.Kind = String
				if v.text("format") == "date-time" {
					t.Kind = Timestamp
				}
			}
		}
	}
	if nullable && t.Kind != Raw {
		return &Type{Kind: Nullable, Elem: t}
	}
	return t
}

// wider returns the type that holds what two plain types hold.
func wider(a, b *Type) *Type {
	nullable := a.Kind == Nullable || b.Kind == Nullable
	for _, t := range []**Type{&a, &b} {
		if (*t).Kind == Nullable {
			*t = (*t).Elem
		}
	}
	kind := a.Kind
	switch {
	case a.Kind == b.Kind:
	case a.Kind == Timestamp && b.Kind == String, a.Kind == String && b.Kind == Timestamp:
		kind = String
	default:
		kind = Raw
	}
	if t := (&Type{Kind: kind}); !nullable || kind == Raw {
		return t
	}
	return &Type{Kind: Nullable, Elem: &Type{Kind: kind}}
}

// unfit reports whether the schemas of an integer or a number name values that an int64 or a float64 does not hold as they are: those of const and enum, and limits
// that leave no other.
func unfit(v *view, jsonType string) bool {
	not := false
	check := func(s *resolve.Schema, n tape.Node) {
		t := s.Document.Tape
		if t.Kind(n) != tape.Number {
			return
		}
		if jsonType == "integer" {
			_, ok := t.Num(n).Int64()
			not = not || !ok
			return
		}
		f, ok := t.Num(n).Float64()
		not = not || !ok || t.Num(n).Compare(tape.Decimal{Text: strconv.FormatFloat(f, 'g', -1, 64)}) != 0
	}
	v.each("const", func(s *resolve.Schema, k *resolve.Keyword) { check(s, k.Value) })
	v.each("enum", func(s *resolve.Schema, k *resolve.Keyword) {
		for _, n := range s.Document.Items(k.Value) {
			check(s, n)
		}
	})
	beyond := func(keyword, end string, sign int) {
		v.each(keyword, func(s *resolve.Schema, k *resolve.Keyword) {
			if t := s.Document.Tape; jsonType == "integer" && t.Kind(k.Value) == tape.Number {
				not = not || t.Num(k.Value).Compare(tape.Decimal{Text: end}) == sign
			}
		})
	}
	beyond("minimum", "9223372036854775807", 1)
	beyond("exclusiveMinimum", "9223372036854775806", 1)
	beyond("maximum", "-9223372036854775808", -1)
	beyond("exclusiveMaximum", "-9223372036854775807", -1)
	return not
}

// prune leaves out the types that nothing holds any longer, because an object around them became Raw for a limit, and puts the structs of values where their
// schemas are.
func (p *Package) prune() {
	structs, enums := map[*Struct]bool{}, map[*Enum]bool{}
	var reach func(*Struct)
	reach = func(st *Struct) {
		if st == nil || structs[st] {
			return
		}
		structs[st] = true
		for _, f := range st.Fields {
			t := f.Type
			for t != nil && t.Elem != nil {
				t = t.Elem
			}
			if t != nil {
				enums[t.Enum] = true
				reach(t.Struct)
			}
		}
	}
	for _, s := range p.Schemas {
		if s.Value != nil {
			reach(s.Value.Struct)
		}
		if r := s.Record; r != nil {
			reach(r.Base)
			reach(r.Struct)
			for _, v := range r.Variants {
				reach(v)
			}
		}
	}
	values := map[*Struct]bool{}
	for _, s := range p.Schemas {
		if s.Value != nil && s.Value.Struct != nil {
			values[s.Value.Struct] = true
		}
	}
	for _, s := range p.Schemas {
		s.Structs = slices.DeleteFunc(s.Structs, func(st *Struct) bool { return !structs[st] || values[st] })
		s.Enums = slices.DeleteFunc(s.Enums, func(e *Enum) bool { return !enums[e] })
		if s.Value != nil && s.Value.Struct != nil {
			s.Structs = append(s.Structs, s.Value.Struct) // wherever it was made
		}
	}
}
