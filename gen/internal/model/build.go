package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// rename is the help for a name clash that a property's x-assay cannot mend.
const rename = "rename one of them in the schema"

// renameProperty is the help for a clash of the names of fields.
const renameProperty = `give the property "x-assay": {"go": "OtherName"}`

// define is the help for a clash of a type's name, which comes of the property that has it.
const define = `put it into "$defs" under another name, and refer to it`

// Build decides the Go of a package: facts, parallel to roots, are nil for a schema that describes no stream; its value is named by its title, else by
// the name that names holds for it. Clashes go to mistakes; if any was added there the package must not be emitted. reserved are the package-level
// names that the emitter needs for itself.
func Build(roots []*resolve.Schema, facts []*stream.Facts, names, reserved []string, limits limit.Limits, mistakes *diag.List) *Package {
	p := &Package{}
	limits = limits.WithDefaults()
	pkg := newScope("the package", mistakes)
	pkg.budget = &budget{most: limits.Names, mistakes: mistakes}
	pkg.reserve(reserved...)
	recorder := newScope("the recorder", mistakes)
	recorder.reserve(recorderMethods(facts)...)
	// A schema that several roots refer to becomes one type.
	enums, structs, building, values := map[*resolve.Schema]*Enum{}, map[string]*Struct{}, map[*Struct]int{}, map[string]*Value{}
	var builders []*builder
	for i, root := range roots {
		b := &builder{
			root: root, facts: facts[i], scope: pkg, mistakes: mistakes, schema: &Schema{}, limits: limits,
			enums: enums, structs: structs, building: building, values: values,
		}
		builders = append(builders, b)
		p.Schemas = append(p.Schemas, b.schema)
		if b.facts == nil {
			b.schema.Value = b.value(names[i])
		}
	}
	for i, b := range builders {
		if b.facts == nil {
			b.valueStruct()
			continue
		}
		b.schema.Record = b.build(recorder)
		b.schema.Record.Emit = emitMethod(facts, i)
	}
	p.sizes(roots, facts, mistakes)
	p.prune()
	return p
}

// sizes collects the sizes of all streams. They become the fields of one struct, so that several of one name must be described alike.
func (p *Package) sizes(roots []*resolve.Schema, facts []*stream.Facts, mistakes *diag.List) {
	fields := newScope("Size", mistakes)
	first := map[string]stream.Size{}
	places := map[string]func() diag.Place{}
	for i, f := range facts {
		if f == nil {
			continue
		}
		for _, size := range f.Sizes {
			place := func() diag.Place { return assayPlace(roots[i], "sizes", size.Name) }
			earlier, known := first[size.Name]
			switch {
			case !known:
				first[size.Name], places[size.Name] = size, place
				if fields.takeAt(Export(size.Name), fmt.Sprintf("the size %s", diag.Quote(size.Name)), place, rename) {
					p.Sizes = append(p.Sizes, size)
				}
			case earlier.Description != size.Description:
				mistakes.Add(diag.Diagnostic{
					Place:   place(),
					Message: fmt.Sprintf("the size %s is described as %s, and by another schema as %s", diag.Quote(size.Name), diag.Quote(size.Description), diag.Quote(earlier.Description)),
					Help:    "sizes of one name are one field of Size: give them one description",
					Related: []diag.Place{places[size.Name]()},
				})
			}
		}
	}
}

// assayPlace returns where a member of the root's x-assay stands, or a member of that.
func assayPlace(root *resolve.Schema, path ...string) diag.Place {
	k := root.Keyword("x-assay")
	if k == nil {
		return root.Place()
	}
	n := k.Value
	for _, member := range path {
		inner, ok := root.Document.Tape.Find(n, member)
		if !ok {
			break
		}
		n = inner
	}
	return root.Document.Place(n)
}

// value makes what a schema without facts becomes, but for its struct: an earlier schema may refer to it, and shall find its name.
func (b *builder) value(name string) *Value {
	if title := b.root.Text("title"); title != "" {
		name = title
	}
	v := &Value{Name: Export(name), Doc: docOf(b.root)}
	what, help := fmt.Sprintf("the schema %s", diag.Quote(name)), `give it another "title"`
	for _, name := range []string{v.Name, "Valid" + v.Name, "Validate" + v.Name, "Decode" + v.Name, "Append" + v.Name} {
		if !b.scope.take(name, what, b.root.Place(), help) {
			return v
		}
	}
	if b.root.Boolean {
		return v
	}
	t := newView(selector{}, b.root)
	b.typed = len(propertiesOf(t)) > 0 && onlyObjects(jsonTypes(t))
	if key := t.key(); b.typed && b.values[key] == nil {
		b.values[key] = v
	}
	return v
}

// valueStruct makes the struct of a value. Schemas that are the same but for their names have one each.
func (b *builder) valueStruct() {
	v, key := b.schema.Value, newView(selector{}, b.root).key()
	if !b.typed {
		return
	}
	if first := b.values[key]; first != v {
		known := b.structs[key]
		delete(b.structs, key)
		b.values[key] = v
		defer func() { b.structs[key], b.values[key] = known, first }()
	}
	made := b.typeOf([]*resolve.Schema{b.root}, v.Name)
	v.Struct, v.Why = made.Struct, made.Why
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
	arrays   int                // how many of them it is in that are directly in each other
	values   map[string]*Value  // that have structs, by view.key
	typed    bool               // the value is to have a struct
	limits   limit.Limits
}

// newScope returns a scope whose names count as names of the package.
func (b *builder) newScope(what string) *scope {
	s := newScope(what, b.mistakes)
	s.budget = b.scope.budget
	return s
}

// variant is what applies to a record of one name.
type variant struct {
	name       string
	view       *view
	properties []*property          // that the view declares
	byName     map[string]*property // the same
}

// newVariant returns what applies to a record of a name under root.
func newVariant(by selector, root *resolve.Schema) variant {
	v := variant{name: by.value, view: newView(by, root), byName: map[string]*property{}}
	v.properties = propertiesOf(v.view)
	for _, p := range v.properties {
		v.byName[p.name] = p
	}
	return v
}

func (b *builder) build(recorder *scope) *Record {
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
			Message: fmt.Sprintf("the record %s makes a method of that name, which assay itself uses", diag.Quote(b.facts.Record))})
	}

	by := newChoices(r.Property)
	var variants []variant
	for _, name := range b.facts.Names {
		variants = append(variants, newVariant(selector{by, name}, b.root))
	}
	common := commonTo(variants)
	shape := xAssay(b.root, "type")
	r.Union = shape == "union" || shape != "struct" && b.ownProperties(variants, common)

	b.nameless(variants)
	b.names(variants, common)
	if b.scope.budget.spent() {
		return r
	}
	if r.Union {
		b.union(variants, common)
	} else {
		b.single(variants, common)
	}
	if r.complete() {
		b.emission(variants, recorder)
	}
	b.keys()
	b.takeRunField()
	return r
}

// complete reports whether the record has all of its types: no limit was in the way.
func (r *Record) complete() bool {
	if r.Union {
		return len(r.Variants) == len(r.Facts.Names)
	}
	return len(r.Struct.Fields) > 0
}

// nameless finds out whether a valid record can be without a name. It is read like one whose name is not in the schema.
func (b *builder) nameless(variants []variant) {
	r := b.record
	// The enum of all names is one of the schemas of every name: it is looked at once.
	known := map[*resolve.Schema]map[string]bool{}
	types := func(s *resolve.Schema) map[string]bool {
		t, ok := known[s]
		if !ok {
			t = typesOf(s)
			known[s] = t
		}
		return t
	}
	for _, v := range variants {
		p := v.byName[r.Property]
		if p == nil || !p.required {
			r.Nameless = true
			continue
		}
		allowed := agreed(newView(selector{}, p.schemas...).schemas, types)
		r.Nameless = r.Nameless || len(allowed) != 1 || !allowed["string"]
	}
	if i := slices.Index(b.facts.Names, ""); r.Nameless && i >= 0 {
		b.mistakes.Add(diag.Diagnostic{Place: b.namePlace(variants[i]), Message: `the name "" cannot be told from no name, which the schema allows too`,
			Help: fmt.Sprintf("require %s, and allow it to be a string only", diag.Quote(r.Property))})
	}
}

// names makes the constants of the record's names. What counts records of a name is called as the name is, but for what counts have anyway.
func (b *builder) names(variants []variant, common map[*resolve.Schema]bool) {
	r := b.record
	counts := b.newScope(r.Name + "Counts")
	counts.reserve("Unknown", "Lines", "Malformed", "Nameless", "Invalid", "Of", "Add", "Merge")
	own := newScope("", b.mistakes)
	own.reserve(slices.Collect(maps.Keys(counts.taken))...)
	given := b.givenNames()
	for _, v := range variants {
		if b.scope.budget.spent() {
			return
		}
		stem := cmp.Or(given[v.name], b.givenName(v), Export(v.name))
		c := Constant{Go: r.Name + stem, Stem: stem, Count: stem, Value: v.name, Doc: b.variantDoc(v, common)}
		if _, reserved := own.taken[c.Count]; reserved {
			c.Count = r.Name + stem
		}
		what, place := fmt.Sprintf("the name %s", diag.Quote(v.name)), func() diag.Place { return b.namePlace(v) }
		// One clash is one mistake: two names that make the same constant would make the same of all that follows from it.
		help := renameRecord(v.name)
		if b.scope.takeAt(c.Go, what, place, help) {
			counts.takeAt(c.Count, what, place, help)
		}
		r.Names = append(r.Names, c)
	}
}

// renameRecord is the help for a clash of a record's name.
func renameRecord(name string) string {
	return fmt.Sprintf(`give x-assay on the root "go": {%s: "OtherName"}`, diag.Quote(name))
}

// givenNames returns the Go names that x-assay on the root gives to records, by their names.
func (b *builder) givenNames() map[string]string {
	given := map[string]string{}
	doc := b.root.Document
	if k := b.root.Keyword("x-assay"); k != nil {
		if names, ok := doc.Tape.Find(k.Value, "go"); ok && doc.Tape.Kind(names) == tape.Object {
			for key, value := range doc.Members(names) {
				given[string(doc.Tape.Str(key))] = Export(string(doc.Tape.Str(value)))
			}
		}
	}
	return given
}

// givenName returns the Go name that x-assay gives to one variant, on the property that holds its name; "" if there is none.
func (b *builder) givenName(v variant) string {
	name := v.byName[b.record.Property]
	if name == nil {
		return ""
	}
	for _, s := range name.schemas {
		if given := xAssay(s, "go"); given != "" && b.record.Union {
			return Export(given)
		}
	}
	return ""
}

// namePlace returns where the schema lists the name of a variant: the place that speaks of it alone, if there is one.
func (b *builder) namePlace(v variant) diag.Place {
	place, fewest := b.root.Place(), 0
	if p := v.byName[b.record.Property]; p != nil {
		newView(selector{}, p.schemas...).each("const", func(s *resolve.Schema, k *resolve.Keyword) {
			if l := enumerated(s, k); slices.Contains(l.strings, v.name) {
				place, fewest = s.KeywordPlace(k), 1
			}
		})
		newView(selector{}, p.schemas...).each("enum", func(s *resolve.Schema, k *resolve.Keyword) {
			t := s.Document.Tape
			if fewest != 0 && fewest <= t.Len(k.Value) {
				return
			}
			for i, n := range s.Document.Items(k.Value) {
				if t.Kind(n) == tape.String && string(t.Str(n)) == v.name {
					place, fewest = s.PlaceWithin(n, "enum", strconv.Itoa(i)), t.Len(k.Value)
				}
			}
		})
	}
	return place
}

// take takes package-level names that the record's own name makes.
func (b *builder) take(place diag.Place, names ...string) {
	for _, name := range names {
		b.scope.take(name, fmt.Sprintf("the record %s", diag.Quote(b.facts.Record)), place, `give x-assay another "record"`)
	}
}

// place returns where a member of the root's x-assay stands.
func (b *builder) place(member string) diag.Place {
	return assayPlace(b.root, member)
}

// commonTo returns the schemas that apply to records of every name: those that no decision leads to, and those that every decision leads to.
func commonTo(variants []variant) map[*resolve.Schema]bool {
	common := map[*resolve.Schema]bool{}
	for _, s := range variants[0].view.schemas {
		everywhere := len(variants) > 1 || variants[0].view.sure[s]
		for _, v := range variants[1:] {
			everywhere = everywhere && v.view.has(s)
		}
		if everywhere {
			common[s] = true
		}
	}
	return common
}

// ownProperties reports whether a variant has properties that its siblings need not have.
func (b *builder) ownProperties(variants []variant, common map[*resolve.Schema]bool) bool {
	shared := map[string]bool{b.record.Property: true}
	for _, p := range variants[0].properties {
		if common[p.owner] || b.isBase(p.name, variants) {
			shared[p.name] = true
		}
	}
	for _, v := range variants {
		for _, p := range v.properties {
			if !shared[p.name] {
				return true
			}
		}
	}
	return false
}

// isBase reports whether the facts name a property that every variant declares for itself: the time, or the session.
func (b *builder) isBase(name string, variants []variant) bool {
	if name == "" || b.facts.Time != "/"+name && b.facts.Session != "/"+name {
		return false
	}
	return !slices.ContainsFunc(variants, func(v variant) bool { return v.byName[name] == nil })
}

// baseProperties returns the properties of the base: their types come from what is common to all variants. A property is required if
// it is in every variant.
func (b *builder) baseProperties(variants []variant, common map[*resolve.Schema]bool) []*property {
	var base []*property
	inAll := map[string]*property{}
	for _, p := range propertiesOf(newCommonView(variants[0].view, common)) {
		inAll[p.name] = p
	}
	named := false
	for _, declared := range variants[0].properties {
		p := *declared
		switch {
		case p.name == b.record.Property:
			named = true
		case common[p.owner]:
			p.schemas = inAll[p.name].schemas
		case b.isBase(p.name, variants):
			for _, v := range variants[1:] {
				p.others = append(p.others, v.byName[p.name].schemas)
			}
		default:
			continue
		}
		for _, v := range variants[1:] {
			q := v.byName[p.name]
			p.required = p.required && (q == nil || q.required)
		}
		base = append(base, &p)
	}
	if !named {
		base = append(base, &property{name: b.record.Property, owner: b.root, required: true})
	}
	return base
}

// newCommonView returns the part of a view that is common to all variants.
func newCommonView(v *view, common map[*resolve.Schema]bool) *view {
	part := &view{sure: map[*resolve.Schema]bool{}}
	for _, s := range v.schemas {
		if common[s] {
			part.schemas = append(part.schemas, s)
			part.sure[s] = v.sure[s]
		}
	}
	return part
}

func (b *builder) union(variants []variant, common map[*resolve.Schema]bool) {
	r := b.record
	r.Base = &Struct{Go: r.Name + "Base", Doc: r.Doc}
	methods := []string{r.Name, "Base", r.Base.Go, "Extra", "String", "MarshalJSON", "UnmarshalJSON"}
	fields := b.newScope(r.Base.Go)
	fields.reserve(methods...)
	base := b.baseProperties(variants, common)
	if !b.fit(r.Base.Go, len(base), b.root.Place) {
		return
	}
	inBase := map[string]bool{}
	for _, p := range base {
		inBase[p.name] = true
		f := &Field{JSON: p.name, Name: true} // the record's name is a field in the list, so that it is written in its place, but not in the struct
		if p.name != r.Property {
			f = b.field(p, r.Base.Go, fields) // not the record's own name, with which the constants of names begin
		}
		b.add(r.Base, f, 0)
	}
	seen := map[string]bool{}
	for i, v := range variants {
		if b.scope.budget.spent() {
			return
		}
		own := []*property{}
		for _, p := range v.properties {
			if !inBase[p.name] {
				own = append(own, p)
			}
		}
		c := r.Names[i]
		place := func() diag.Place { return b.namePlace(v) }
		st := &Struct{Go: c.Stem, JSON: v.name, Doc: c.Doc, size: r.Base.size}
		if !seen[c.Go] { // else it has been reported
			seen[c.Go] = true
			b.scope.takeAt(st.Go, fmt.Sprintf("the name %s", diag.Quote(v.name)), place, renameRecord(v.name))
		}
		if !b.fit(st.Go, len(base)+len(own), place) {
			continue
		}
		fields := b.newScope(st.Go)
		fields.reserve(methods...)
		for _, f := range r.Base.Fields {
			if !f.Name {
				fields.taken[f.Go] = holder{fmt.Sprintf("the property %s", diag.Quote(f.JSON)), f.place}
			}
		}
		for k, p := range own {
			b.add(st, b.field(p, st.Go, fields), len(own)-k-1)
		}
		r.Variants = append(r.Variants, st)
	}
}

// single makes the one struct of a record whose variants need no types of their own. Properties that only some variants declare are optional.
func (b *builder) single(variants []variant, common map[*resolve.Schema]bool) {
	r := b.record
	r.Struct = &Struct{Go: r.Name, Doc: r.Doc}
	fields := b.newScope(r.Name)
	fields.reserve("Clone", "Extra", "Unknown", "String", "MarshalJSON", "UnmarshalJSON")
	properties := b.baseProperties(variants, common)
	byName := map[string]*property{}
	for _, p := range properties {
		byName[p.name] = p
	}
	base := len(properties)
	for _, v := range variants {
		for _, p := range v.properties {
			switch known := byName[p.name]; {
			case known == nil:
				some := *p
				some.required = false
				byName[p.name] = &some
				properties = append(properties, &some)
			case slices.Contains(properties[base:], known):
				known.schemas = nil // what two variants say need not agree: any value
			}
		}
	}
	if !b.fit(r.Name, len(properties), b.root.Place) {
		return
	}
	for k, p := range properties {
		if p.name != r.Property {
			b.add(r.Struct, b.field(p, r.Name, fields), len(properties)-k-1)
			continue
		}
		f := &Field{Go: Export(p.name), JSON: p.name, Type: &Type{Kind: String}, Name: true, place: p.owner.Place, Doc: p.doc()}
		fields.takeAt(f.Go, fmt.Sprintf("the property %s", diag.Quote(p.name)), f.place, renameProperty)
		b.add(r.Struct, f, len(properties)-k-1)
	}
}

// fit reports whether a record's struct has no more properties than a struct may have fields. That it has is a mistake, for what has no struct is no record.
func (b *builder) fit(name string, properties int, place func() diag.Place) bool {
	if properties <= b.limits.Fields {
		return true
	}
	b.mistakes.Add(diag.Diagnostic{Place: place(),
		Message: fmt.Sprintf("%s has %d properties, but a struct may have %d fields", name, properties, b.limits.Fields), Help: limit.Raise("fields")})
	return false
}

// add adds a field to a struct that is to have some more. A struct in it that would make it too large, all fields counted, is Raw instead: structs that hold two of
// the next double with each.
func (b *builder) add(st *Struct, f *Field, more int) {
	size := 1
	if inner := byValue(f.Type); inner != nil {
		size = inner.size
	}
	if st.size+size+more > b.limits.Fields && size > 1 {
		f.Type, size = &Type{Kind: Raw, Why: fmt.Sprintf("%s would have more than %d fields with those of this object", st.Go, b.limits.Fields)}, 1
	}
	st.Fields = append(st.Fields, f)
	st.size += size
}

// byValue returns the struct that a value of a type has in itself; nil if it has none.
func byValue(t *Type) *Struct {
	for t != nil && t.Kind == Nullable {
		t = t.Elem
	}
	if t == nil || t.Kind != StructType {
		return nil
	}
	return t.Struct
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
