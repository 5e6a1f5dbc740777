// Package resolve turns schema documents into a schema graph: every keyword known and of the right shape, every reference resolved.
//
// A keyword is one row of the keyword table (keywords.go), which says in which dialects it exists, what shape its value has and for which
// JSON types it speaks. A keyword without a row is a mistake, with a place and a "did you mean".
//
// A schema resource is a schema with an identifier of its own ($id, or the file name of a document) and the subschemas under it that have none
// (2020-12 Core section 4.3.5). References are resolved against the base URI of their resource, to the documents given and the published
// metaschemas; nothing is ever fetched.
package resolve

import (
	"cmp"
	"slices"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/tape"
)

// Graph is the result: the documents' root schemas and everything that they reach.
type Graph struct {
	Documents []*load.Document // those given
	Roots     []*Schema        // one per document, in order
	All       []*Schema        // the root schemas of all documents: those given, then those that references and $schema brought in
	Schemas   []*Schema        // every schema object and boolean schema found, in document order; those of documents that references brought in come last

	DynamicAnchors int  // how many there are
	Unevaluated    bool // some schema has unevaluatedItems or unevaluatedProperties
}

// DynamicAnchor is a name that a schema has in the dynamic scope of every schema that its resource leads to: by $dynamicAnchor, or by $recursiveAnchor,
// whose schemas all have the name RecursiveAnchor.
type DynamicAnchor struct {
	Name   string
	Schema *Schema
}

// RecursiveAnchor is the name of schemas with $recursiveAnchor true. No $dynamicAnchor can be called so.
const RecursiveAnchor = "$recursiveAnchor"

// Root returns the root schema of a document of the graph; nil if there is no such document, or if it is no schema.
func (g *Graph) Root(d *load.Document) *Schema {
	i := slices.IndexFunc(g.All, func(s *Schema) bool { return s.Document == d })
	if i < 0 {
		return nil
	}
	return g.All[i]
}

// Schema is one schema: an object of keywords, or a boolean.
type Schema struct {
	Document *load.Document
	Node     tape.Node // its value in the document
	Pointer  string    // JSON Pointer in the document
	Base     string    // base URI, resolved ($id scopes)
	Dialect  *Dialect
	Resource *Schema    // root of the schema resource that the schema belongs to
	Boolean  bool       // the schema is true or false; see Allows
	Allows   bool       // the value of a boolean schema
	Keywords []*Keyword // in the order they are written, x-… keywords included; without those that a $ref beside them overrides (up to draft 7), and unknown ones

	// DynamicAnchors are those of the schema resource that this schema is the root of, in the order they were found.
	DynamicAnchors []DynamicAnchor

	document *document
}

// Keyword is one keyword of a schema.
type Keyword struct {
	Row    *Row      // nil for an x-… keyword
	Name   string    // as written
	Key    tape.Node // the name in the document
	Value  tape.Node // the value in the document
	Subs   []Sub     // subschemas of applicators, in written order
	Target *Schema   // what $ref refers to; what $dynamicRef and $recursiveRef refer to before the dynamic scope is considered

	// Anchor is the name that a $dynamicRef or $recursiveRef looks for in the dynamic scope; "" if Target is what it refers to in any.
	Anchor string
}

// Sub is a subschema of a keyword.
type Sub struct {
	Name   string    // member name, for properties, $defs, …
	Key    tape.Node // the member name in the document; 0 otherwise
	Schema *Schema
}

// Options are the choices that schemas leave open.
type Options struct {
	// UnknownKeywords accepts keywords without a row, as annotations (2020-12 Core section 6.5) that nobody reads. A misspelling then has no effect, so this
	// is for schemas that are known to be right.
	UnknownKeywords bool

	Dialect *Dialect // of documents that do not declare one; nil is 2020-12

	Limits limit.Limits // Schemas and Pointers matter

	// Open brings in the document with a URI that none of the documents bears. It may be one of them. Nil says that it knows of none, an error that it
	// should be there and cannot be read. A nil Open knows of none.
	Open func(uri string, mistakes *diag.List) (*load.Document, error)
}

// Resolve builds the graph. Everything wrong goes to mistakes; if any was added there the graph must not be used.
func Resolve(docs []*load.Document, mistakes *diag.List) *Graph {
	return Options{}.Resolve(docs, mistakes)
}

// Resolve builds the graph with options.
func (o Options) Resolve(docs []*load.Document, mistakes *diag.List) *Graph {
	o.Limits = o.Limits.WithDefaults()
	r := &resolver{
		options:   o,
		mistakes:  mistakes,
		resources: map[string]*Schema{},
		anchors:   map[anchor]*Schema{},
		named:     map[*Schema][]string{},
		dialects:  map[string]*Dialect{},
		opened:    map[string]opened{},
	}
	if r.options.Dialect == nil {
		r.options.Dialect = published[Draft2020]
	}
	for _, d := range docs {
		r.documents = append(r.documents, r.document(d))
	}
	for _, d := range r.documents {
		r.root(d)
	}
	if !r.full {
		r.references()
		r.loops()
	}

	g := &Graph{Documents: docs, DynamicAnchors: r.dynamic, Unevaluated: r.unevaluated}
	for i, d := range r.documents {
		if i < len(docs) {
			g.Roots = append(g.Roots, d.root)
		}
		if d.root != nil {
			g.All = append(g.All, d.root)
		}
		slices.SortStableFunc(d.schemas, func(a, b *Schema) int { return cmp.Compare(a.Node, b.Node) })
		g.Schemas = append(g.Schemas, d.schemas...)
	}
	return g
}

// InDocument returns all schemas of the document that s is in, in document order.
func (s *Schema) InDocument() []*Schema { return s.document.schemas }

// Keyword returns the keyword called name, nil if the schema has none.
func (s *Schema) Keyword(name string) *Keyword {
	for _, k := range s.Keywords {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Sub returns the one subschema of a keyword such as items or not; nil if the keyword is absent, or has an array or an object of subschemas.
func (s *Schema) Sub(name string) *Schema {
	k := s.Keyword(name)
	if k == nil || len(k.Subs) != 1 || k.Subs[0].Schema.Node != k.Value {
		return nil
	}
	return k.Subs[0].Schema
}

// Subs returns the subschemas of a keyword such as properties or oneOf.
func (s *Schema) Subs(name string) []Sub {
	if k := s.Keyword(name); k != nil {
		return k.Subs
	}
	return nil
}

// Ref returns the schema that $ref refers to; nil if there is no $ref.
func (s *Schema) Ref() *Schema {
	if k := s.Keyword("$ref"); k != nil {
		return k.Target
	}
	return nil
}

// Text returns the value of a keyword that is a string, such as title; "" if it is absent.
func (s *Schema) Text(name string) string {
	if texts := s.Texts(name); len(texts) == 1 {
		return texts[0]
	}
	return ""
}

// Texts returns the value of a keyword that is a string or an array of strings, such as required or type.
func (s *Schema) Texts(name string) []string {
	k := s.Keyword(name)
	if k == nil {
		return nil
	}
	t := s.Document.Tape
	switch t.Kind(k.Value) {
	case tape.String:
		return []string{string(t.Str(k.Value))}
	case tape.Array:
		texts := make([]string, 0, t.Len(k.Value))
		for _, item := range s.Document.Items(k.Value) {
			if t.Kind(item) == tape.String {
				texts = append(texts, string(t.Str(item)))
			}
		}
		return texts
	}
	return nil
}

// Place returns where the schema stands.
func (s *Schema) Place() diag.Place { return s.place(s.Node, "") }

// KeywordPlace returns where the value of a keyword of the schema stands.
func (s *Schema) KeywordPlace(k *Keyword) diag.Place { return s.place(k.Value, "/"+load.Token(k.Name)) }

// PlaceWithin returns where a node of the schema's document stands that the given tokens lead to from the schema.
func (s *Schema) PlaceWithin(n tape.Node, tokens ...string) diag.Place {
	pointer := ""
	for _, token := range tokens {
		pointer += "/" + load.Token(token)
	}
	return s.place(n, pointer)
}

// place returns where a node of the schema's document stands that has the given pointer from the schema. It is fast where load's Place has to
// search a large document.
func (s *Schema) place(n tape.Node, pointer string) diag.Place {
	return s.Document.PlaceAt(s.Document.Tape.Offset(n), s.Pointer+pointer)
}
