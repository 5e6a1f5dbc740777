package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
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
	case "integer", "number":
		switch {
		case unfit(v, jsonType):
			return &Type{Kind: Raw, Why: "the schema names numbers that no Go type holds"}
		case jsonType == "integer":
			return &Type{Kind: Int}
		}
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
		return b.collection(Array, func() *Type { return b.itemType(v, name) })
	case "object":
		return b.objectType(v, name)
	}
	return &Type{Kind: Raw}
}

// jsonTypes returns the JSON types that type, const and enum of all schemas agree on. None named is all: an empty set.
func jsonTypes(v *view) map[string]bool {
	return agreed(v.schemas, typesOf)
}

// agreed returns what the types of some schemas have in common. A schema without types leaves it open.
func agreed(schemas []*resolve.Schema, types func(*resolve.Schema) map[string]bool) map[string]bool {
	var allowed map[string]bool
	for _, s := range schemas {
		switch more := types(s); {
		case more == nil:
		case allowed == nil:
			allowed = maps.Clone(more)
		default:
			maps.DeleteFunc(allowed, func(name string, _ bool) bool { return !more[name] })
		}
	}
	if allowed["number"] {
		delete(allowed, "integer") // it is included
	}
	return allowed
}

// typesOf returns the JSON types that type, const and enum of a schema allow, with integer beside number; nil if it has none of them.
func typesOf(s *resolve.Schema) map[string]bool {
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
		maps.DeleteFunc(allowed, func(name string, _ bool) bool { return !more[name] })
	}
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
	k := from.Keyword("enum")
	place := func() diag.Place { return from.KeywordPlace(k) }
	b.scope.takeAt(e.Go, "the enum", place, define)
	b.scope.takeAt(e.List, "the enum's list of values", place, define)
	t := from.Document.Tape
	seen := map[string]bool{}
	for i, n := range from.Document.Items(k.Value) {
		value := string(t.Str(n))
		if t.Kind(n) != tape.String || seen[value] { // that values are listed once is advice only (2020-12 Validation section 6.1.2)
			continue
		}
		if b.scope.budget.spent() {
			break
		}
		seen[value] = true
		c := Constant{Go: b.name(b.scope, e.Go+Export(value)), Value: value}
		b.scope.takeAt(c.Go, fmt.Sprintf("the value %s", diag.Quote(value)), func() diag.Place { return from.PlaceWithin(n, "enum", strconv.Itoa(i)) }, rename)
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

// maxArrays is how many slices and maps may be directly in each other. Nobody reads more, and the Go compiler gives up on sixty. An array of arrays of its own kind
// has no other end.
const maxArrays = 8

// collection returns a slice or a map.
func (b *builder) collection(kind Kind, elem func() *Type) *Type {
	if b.arrays == maxArrays {
		return &Type{Kind: Raw, Why: fmt.Sprintf("it is in %d arrays or maps", maxArrays)}
	}
	b.arrays++
	defer func() { b.arrays-- }()
	return &Type{Kind: kind, Elem: elem()}
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
	return b.collection(Map, func() *Type { return b.elemType(values, name+"Value") })
}

// structType returns the struct of a nested object. Objects are of one type if the same schemas apply to them: a place that refines a schema in $defs has a type
// of its own. A struct that would hold itself, and not in a slice or a map, is Raw where it does.
func (b *builder) structType(v *view, from *resolve.Schema, name string) *Type {
	arrays := b.arrays
	b.arrays = 0
	defer func() { b.arrays = arrays }()
	key := v.key()
	if known, ok := b.structs[key]; ok {
		for open, entered := range b.building {
			if entered == b.indirect && holds(known, open, map[*Struct]bool{}) {
				return &Type{Kind: Raw}
			}
		}
		return &Type{Kind: StructType, Struct: known}
	}
	if key == newView(selector{}, from).key() {
		name = typeName(from, name)
	}
	properties := propertiesOf(v)
	switch {
	case len(b.building) == b.limits.Nesting:
		return &Type{Kind: Raw, Why: fmt.Sprintf("it is in %d other objects", b.limits.Nesting)}
	case len(properties) > b.limits.Fields:
		return &Type{Kind: Raw, Why: fmt.Sprintf("it has more than %d properties", b.limits.Fields)}
	}
	st := &Struct{Doc: docOf(from), Closed: closed(v)}
	b.structs[key], b.building[st] = st, b.indirect
	value := b.values[key]
	if value != nil {
		st.Go = value.Name // which it has taken
	} else {
		st.Go = b.name(b.scope, name)
		b.scope.takeAt(st.Go, "the object", from.Place, define)
	}
	fields := b.newScope(st.Go)
	if value != nil {
		fields.reserve("MarshalJSON", "UnmarshalJSON")
	}
	if !st.Closed {
		fields.reserve("Extra")
	}
	for i, p := range properties {
		if b.scope.budget.spent() {
			break
		}
		b.add(st, b.field(p, st.Go, fields), len(properties)-i-1)
	}
	delete(b.building, st)
	b.schema.Structs = append(b.schema.Structs, st)
	return &Type{Kind: StructType, Struct: st}
}

// holds reports whether a struct is another, or holds it by value. (Invariant: what is finished holds nothing that holds itself.)
func holds(st, other *Struct, seen map[*Struct]bool) bool {
	if st == other {
		return true
	}
	if seen[st] {
		return false
	}
	seen[st] = true
	return slices.ContainsFunc(st.Fields, func(f *Field) bool {
		inner := byValue(f.Type)
		return inner != nil && holds(inner, other, seen)
	})
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
	others   [][]*resolve.Schema // the same of other variants, whose types it must hold too
	owner    *resolve.Schema     // the first schema that declares it
	sub      resolve.Sub         // its declaration there
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
	f.place = func() diag.Place { return p.owner.PlaceWithin(p.sub.Key, "properties", p.name) }
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
	fields.takeAt(f.Go, fmt.Sprintf("the property %s", diag.Quote(p.name)), f.place, renameProperty)
	if f.Type = b.typeOf(p.schemas, owner+f.Go); len(p.others) > 0 {
		f.Type = b.widened(p, f.Type)
	}
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

// docOf returns what a schema says of itself: its description, else its title. A book becomes no comment.
func docOf(s *resolve.Schema) string {
	const most = 4000
	d := cmp.Or(s.Text("description"), s.Text("title"))
	if len(d) > most {
		d = strings.ToValidUTF8(d[:most], "") + "…"
	}
	return d
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
