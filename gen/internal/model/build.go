package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// rename is the help for a name clash that a property's x-assay cannot mend.
const rename = "rename one of them in the schema"

// define is the help for a clash of a type's name, which comes of the property that has it.
const define = `put it into "$defs" under another name, and refer to it`

// Build decides the Go of a package: facts, parallel to roots, are nil for a schema that describes no stream; its value is named by its title, else by
// the name that names holds for it. Clashes go to mistakes; if any was added there the package must not be emitted. reserved are the package-level
// names that the emitter needs for itself.
func Build(roots []*resolve.Schema, facts []*stream.Facts, names, reserved []string, mistakes *diag.List) *Package {
	p := &Package{}
	pkg := newScope("the package", mistakes)
	pkg.reserve(reserved...)
	// A schema that several roots refer to becomes one type.
	enums, structs, building := map[*resolve.Schema]*Enum{}, map[string]*Struct{}, map[*Struct]int{}
	for i, root := range roots {
		b := &builder{
			root: root, facts: facts[i], scope: pkg, mistakes: mistakes, schema: &Schema{},
			enums: enums, structs: structs, building: building,
		}
		p.Schemas = append(p.Schemas, b.schema)
		if b.facts == nil {
			b.schema.Value = b.value(names[i])
			continue
		}
		b.schema.Record = b.build()
		for _, size := range b.facts.Sizes {
			if !slices.ContainsFunc(p.Sizes, func(s stream.Size) bool { return s.Name == size.Name }) {
				p.Sizes = append(p.Sizes, size)
			}
		}
	}
	return p
}

// value makes what a schema without facts becomes.
func (b *builder) value(name string) *Value {
	if title := b.root.Text("title"); title != "" {
		name = title
	}
	v := &Value{Name: Export(name), Doc: docOf(b.root)}
	what, help := fmt.Sprintf("the schema %q", name), `give it another "title"`
	for _, name := range []string{v.Name, "Valid" + v.Name, "Validate" + v.Name, "Decode" + v.Name, "Append" + v.Name} {
		if !b.scope.take(name, what, b.root.Place(), help) {
			return v
		}
	}
	if b.root.Boolean {
		return v
	}
	if t := newView(selector{}, b.root); len(propertiesOf(t)) > 0 && onlyObjects(jsonTypes(t)) {
		delete(b.scope.taken, v.Name) // the struct takes it
		v.Struct = b.typeOf([]*resolve.Schema{b.root}, v.Name).Struct
	}
	return v
}

func onlyObjects(types map[string]bool) bool { return len(types) == 1 && types["object"] }

// builder builds one schema.
type builder struct {
	root     *resolve.Schema
	facts    *stream.Facts
	scope    *scope
	mistakes *diag.List

	schema   *Schema
	record   *Record
	enums    map[*resolve.Schema]*Enum
	structs  map[string]*Struct // by view.key
	building map[*Struct]int    // structs that are being made, and indirect when that began
	indirect int                // how many slices and maps the current schema is in
}

// variant is what applies to a record of one name.
type variant struct {
	name string
	view *view
}

func (b *builder) build() *Record {
	r := &Record{Facts: b.facts, Name: Export(b.facts.Record), Plural: Export(b.facts.Stream), Doc: docOf(b.root)}
	b.record = r
	place := b.place("record")
	r.Property = strings.NewReplacer("~1", "/", "~0", "~").Replace(strings.TrimPrefix(b.facts.Name, "/"))
	if strings.Count(b.facts.Name, "/") != 1 {
		b.mistakes.Add(diag.Diagnostic{Place: b.place("name"),
			Message: fmt.Sprintf("a record's name must be a member of the record itself to generate Go, not of an object in it: %s", b.facts.Name)})
	}
	r.NameType = r.Name + "Name"
	r.Unknown = "Unknown" + r.Name
	b.take(place, r.Name, r.NameType, r.NameType+"s", "Unknown"+r.Name, "Any"+r.Name, r.Name+"Base", r.Name+"Scanner", "New"+r.Name+"Scanner",
		r.Name+"Counts", r.Name+"Rule", "Valid"+r.Name, "Validate"+r.Name, "Decode"+r.Name, "Append"+r.Name, "Clone"+r.Name,
		"Expected"+r.Name+"Counts", "Check"+r.Name+"Counts", "Count"+r.Plural)
	b.scope.take(r.Plural, "the stream", b.place("stream"), rename)

	if slices.Contains([]string{"Base", "Extra", "String", "MarshalJSON", "UnmarshalJSON"}, r.Name) {
		b.mistakes.Add(diag.Diagnostic{Place: place, Help: `give x-assay another "record"`,
			Message: fmt.Sprintf("the record %q makes a method of that name, which assay itself uses", b.facts.Record)})
	}

	by := newChoices(r.Property)
	var variants []variant
	for _, name := range b.facts.Names {
		variants = append(variants, variant{name, newView(selector{by, name}, b.root)})
	}
	common := commonTo(variants)
	shape := xAssay(b.root, "type")
	r.Union = shape == "union" || shape != "struct" && b.ownProperties(variants, common)

	counts := newScope(r.Name+"Counts", b.mistakes)
	counts.reserve("Unknown", "Lines", "Malformed", "Nameless", "Invalid", "Of", "Add", "Merge")
	for _, v := range variants {
		c := Constant{Go: r.Name + Export(v.name), Value: v.name, Doc: b.variantDoc(v, common)}
		what, place := fmt.Sprintf("the name %q", v.name), b.namePlace(v)
		// One clash is one mistake: two names that make the same constant would make the same of all that follows from it.
		if b.scope.take(c.Go, what, place, rename) {
			counts.take(Export(v.name), what, place, rename)
		}
		r.Names = append(r.Names, c)
	}
	if r.Union {
		b.union(variants, common)
	} else {
		b.single(variants, common)
	}
	return r
}

// namePlace returns where the schema lists the name of a variant: the place that speaks of it alone, if there is one.
func (b *builder) namePlace(v variant) diag.Place {
	place, fewest := b.root.Place(), 0
	for _, p := range propertiesOf(v.view) {
		if p.name != b.record.Property {
			continue
		}
		newView(selector{}, p.schemas...).each("const", func(s *resolve.Schema, k *resolve.Keyword) {
			if l := enumerated(s, k); slices.Contains(l.strings, v.name) {
				place, fewest = s.Document.Place(k.Value), 1
			}
		})
		newView(selector{}, p.schemas...).each("enum", func(s *resolve.Schema, k *resolve.Keyword) {
			t := s.Document.Tape
			if fewest != 0 && fewest <= t.Len(k.Value) {
				return
			}
			for n, end := k.Value+1, t.Next(k.Value); n < end; n = t.Next(n) {
				if t.Kind(n) == tape.String && string(t.Str(n)) == v.name {
					place, fewest = s.Document.Place(n), t.Len(k.Value)
				}
			}
		})
	}
	return place
}

// take takes package-level names that the record's own name makes.
func (b *builder) take(place diag.Place, names ...string) {
	for _, name := range names {
		b.scope.take(name, fmt.Sprintf("the record %q", b.facts.Record), place, `give x-assay another "record"`)
	}
}

// place returns where a member of the root's x-assay stands.
func (b *builder) place(member string) diag.Place {
	doc := b.root.Document
	if k := b.root.Keyword("x-assay"); k != nil {
		if n, ok := doc.Tape.Find(k.Value, member); ok {
			return doc.Place(n)
		}
	}
	return b.root.Place()
}

// commonTo returns the schemas that apply to records of every name: those that no decision leads to, and those that every decision leads to.
func commonTo(variants []variant) map[*resolve.Schema]bool {
	common := map[*resolve.Schema]bool{}
	for _, s := range variants[0].view.schemas {
		everywhere := len(variants) > 1
		for _, v := range variants[1:] {
			everywhere = everywhere && v.view.has(s)
		}
		if everywhere || variants[0].view.sure[s] {
			common[s] = true
		}
	}
	return common
}

// ownProperties reports whether a variant has properties that its siblings need not have.
func (b *builder) ownProperties(variants []variant, common map[*resolve.Schema]bool) bool {
	shared := map[string]bool{b.record.Property: true}
	for _, p := range propertiesOf(variants[0].view) {
		if common[p.owner] {
			shared[p.name] = true
		}
	}
	for _, v := range variants {
		for _, p := range propertiesOf(v.view) {
			if !shared[p.name] && !b.isBase(p, variants) {
				return true
			}
		}
	}
	return false
}

// isBase reports whether the facts name a property that every variant declares for itself: the time, or the session.
func (b *builder) isBase(p *property, variants []variant) bool {
	if p.name == "" || b.facts.Time != "/"+p.name && b.facts.Session != "/"+p.name {
		return false
	}
	for _, v := range variants {
		if !slices.ContainsFunc(propertiesOf(v.view), func(q *property) bool { return q.name == p.name }) {
			return false
		}
	}
	return true
}

// baseProperties returns the properties of the base: their types come from what is common to all variants. A property is required if
// it is in every variant.
func (b *builder) baseProperties(variants []variant, common map[*resolve.Schema]bool) []*property {
	var base []*property
	for _, p := range propertiesOf(variants[0].view) {
		switch {
		case p.name == b.record.Property:
		case common[p.owner]:
			inAll := newCommonView(variants[0].view, common)
			p.schemas = nil
			for _, q := range propertiesOf(inAll) {
				if q.name == p.name {
					p.schemas = q.schemas
				}
			}
		case b.isBase(p, variants):
		default:
			continue
		}
		for _, v := range variants[1:] {
			for _, q := range propertiesOf(v.view) {
				p.required = p.required && (q.name != p.name || q.required)
			}
		}
		base = append(base, p)
	}
	if !slices.ContainsFunc(base, func(p *property) bool { return p.name == b.record.Property }) {
		base = append(base, &property{name: b.record.Property, owner: b.root, required: true})
	}
	return base
}

// newCommonView returns the part of a view that is common to all variants.
func newCommonView(v *view, common map[*resolve.Schema]bool) *view {
	part := &view{sure: v.sure}
	for _, s := range v.schemas {
		if common[s] {
			part.schemas = append(part.schemas, s)
		}
	}
	return part
}

func (b *builder) union(variants []variant, common map[*resolve.Schema]bool) {
	r := b.record
	r.Base = &Struct{Go: r.Name + "Base", Doc: r.Doc}
	methods := []string{r.Name, "Base", r.Base.Go, "Extra", "String", "MarshalJSON", "UnmarshalJSON"}
	fields := newScope(r.Base.Go, b.mistakes)
	fields.reserve(methods...)
	base := b.baseProperties(variants, common)
	inBase := map[string]bool{}
	for _, p := range base {
		inBase[p.name] = true
		r.Base.Fields = append(r.Base.Fields, b.baseField(p, fields))
	}
	for i, v := range variants {
		name := Export(v.name)
		own := []*property{}
		for _, p := range propertiesOf(v.view) {
			if p.name == r.Property {
				for _, s := range p.schemas {
					if given := xAssay(s, "go"); given != "" {
						name = Export(given)
					}
				}
			}
			if !inBase[p.name] {
				own = append(own, p)
			}
		}
		st := &Struct{Go: name, JSON: v.name, Doc: r.Names[i].Doc}
		if !slices.ContainsFunc(r.Names[:i], func(c Constant) bool { return c.Go == r.Names[i].Go }) { // else it has been reported
			b.scope.take(st.Go, fmt.Sprintf("the name %q", v.name), b.namePlace(v),
				fmt.Sprintf(`give the property %q of this variant "x-assay": {"go": "OtherName"}`, r.Property))
		}
		fields := newScope(st.Go, b.mistakes)
		fields.reserve(methods...)
		for _, f := range r.Base.Fields {
			fields.taken[f.Go] = holder{fmt.Sprintf("the property %q", f.JSON), f.place}
		}
		for _, p := range own {
			st.Fields = append(st.Fields, b.field(p, st.Go, fields))
		}
		r.Variants = append(r.Variants, st)
	}
}

// baseField makes a field of a base property; the record's name is a field in the list, so that it is written in its place, but not in the struct.
func (b *builder) baseField(p *property, fields *scope) *Field {
	if p.name == b.record.Property {
		return &Field{JSON: p.name, Name: true}
	}
	return b.field(p, b.record.Base.Go, fields) // not the record's own name, with which the constants of names begin
}

// single makes the one struct of a record whose variants need no types of their own. Properties that only some variants declare are optional.
func (b *builder) single(variants []variant, common map[*resolve.Schema]bool) {
	r := b.record
	r.Struct = &Struct{Go: r.Name, Doc: r.Doc}
	fields := newScope(r.Name, b.mistakes)
	fields.reserve("Clone", "Extra", "Unknown", "String", "MarshalJSON", "UnmarshalJSON")
	seen := map[string]bool{}
	for _, p := range b.baseProperties(variants, common) {
		seen[p.name] = true
		if p.name == r.Property {
			f := &Field{Go: Export(p.name), JSON: p.name, Type: &Type{Kind: String}, Name: true, place: p.owner.Place(), Doc: p.doc()}
			fields.take(f.Go, fmt.Sprintf("the property %q", p.name), f.place, `give the property "x-assay": {"go": "OtherName"}`)
			r.Struct.Fields = append(r.Struct.Fields, f)
			continue
		}
		r.Struct.Fields = append(r.Struct.Fields, b.field(p, r.Name, fields))
	}
	var some []*property
	for _, v := range variants {
		for _, p := range propertiesOf(v.view) {
			if seen[p.name] {
				continue
			}
			p.required = false
			if i := slices.IndexFunc(some, func(q *property) bool { return q.name == p.name }); i >= 0 {
				some[i].schemas = nil // what two variants say need not agree: any value
				continue
			}
			some = append(some, p)
		}
	}
	for _, p := range some {
		r.Struct.Fields = append(r.Struct.Fields, b.field(p, r.Name, fields))
	}
}

func (p *property) doc() string {
	if len(p.schemas) == 0 {
		return ""
	}
	return firstDoc(newView(selector{}, p.schemas...))
}

// variantSchema returns the schema that speaks of one variant only: the last that a decision leads to and that has a description, else the root.
func (b *builder) variantSchema(v variant, common map[*resolve.Schema]bool) *resolve.Schema {
	for _, s := range v.view.schemas {
		if !common[s] && docOf(s) != "" {
			return s
		}
	}
	for _, s := range v.view.schemas {
		if !common[s] {
			return s
		}
	}
	return b.root
}

// variantDoc returns what the schema says of one variant; "" if it says nothing of it alone.
func (b *builder) variantDoc(v variant, common map[*resolve.Schema]bool) string {
	if s := b.variantSchema(v, common); s != b.root {
		return docOf(s)
	}
	return ""
}
