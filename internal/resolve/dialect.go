package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/tape"
)

// Draft is a published version of JSON Schema. Later drafts compare greater.
type Draft uint8

// The drafts.
const (
	Draft4 Draft = iota
	Draft6
	Draft7
	Draft2019
	Draft2020
)

// Dialect is a version of JSON Schema: one of the published drafts, or what a metaschema among the documents makes of one by its $vocabulary.
type Dialect struct {
	Name  string // "draft 4", "draft 6", "draft 7", "2019-09" or "2020-12": the draft whose rules hold
	URI   string // of the metaschema, no fragment
	Draft Draft

	// FormatAssertion says that the metaschema asks for the format-assertion vocabulary (2020-12 Validation section 7.2.2). It never does for a published draft.
	FormatAssertion bool

	// Metaschema is the document that makes the dialect, which is among those of the graph; nil for a published draft.
	Metaschema *load.Document

	vocabularies vocabulary // those whose keywords exist
}

// vocabulary is a set of vocabularies (2019-09 and 2020-12 Core section 8.1). Older drafts have all their keywords.
type vocabulary uint8

const (
	core vocabulary = 1 << iota
	applicator
	unevaluated
	validation
	metadata
	format
	formatAssertion
	content

	everyVocabulary = core | applicator | unevaluated | validation | metadata | format | content
)

// published holds the drafts' dialects, by Draft.
var published = [...]*Dialect{
	Draft4:    {Name: "draft 4", URI: "http://json-schema.org/draft-04/schema", Draft: Draft4, vocabularies: everyVocabulary},
	Draft6:    {Name: "draft 6", URI: "http://json-schema.org/draft-06/schema", Draft: Draft6, vocabularies: everyVocabulary},
	Draft7:    {Name: "draft 7", URI: "http://json-schema.org/draft-07/schema", Draft: Draft7, vocabularies: everyVocabulary},
	Draft2019: {Name: "2019-09", URI: "https://json-schema.org/draft/2019-09/schema", Draft: Draft2019, vocabularies: everyVocabulary},
	Draft2020: {Name: "2020-12", URI: "https://json-schema.org/draft/2020-12/schema", Draft: Draft2020, vocabularies: everyVocabulary},
}

// vocabularyURIs says which vocabulary a URI in $vocabulary names.
var vocabularyURIs = map[string]vocabulary{
	"https://json-schema.org/draft/2019-09/vocab/core":       core,
	"https://json-schema.org/draft/2019-09/vocab/applicator": applicator | unevaluated,
	"https://json-schema.org/draft/2019-09/vocab/validation": validation,
	"https://json-schema.org/draft/2019-09/vocab/meta-data":  metadata,
	"https://json-schema.org/draft/2019-09/vocab/format":     format,
	"https://json-schema.org/draft/2019-09/vocab/content":    content,

	"https://json-schema.org/draft/2020-12/vocab/core":              core,
	"https://json-schema.org/draft/2020-12/vocab/applicator":        applicator,
	"https://json-schema.org/draft/2020-12/vocab/unevaluated":       unevaluated,
	"https://json-schema.org/draft/2020-12/vocab/validation":        validation,
	"https://json-schema.org/draft/2020-12/vocab/meta-data":         metadata,
	"https://json-schema.org/draft/2020-12/vocab/format-annotation": format,
	"https://json-schema.org/draft/2020-12/vocab/format-assertion":  format | formatAssertion,
	"https://json-schema.org/draft/2020-12/vocab/content":           content,
}

// row returns the row of a keyword; nil if the dialect has no such keyword.
func (d *Dialect) row(name string) *Row {
	for _, row := range rowsByName[name] {
		if row.in(d.Draft) && row.vocabulary&d.vocabularies != 0 {
			return row
		}
	}
	return nil
}

// keywords returns the names of all keywords of the dialect, in the order of the table.
func (d *Dialect) keywords() []string {
	var names []string
	for i := range table {
		if row := &table[i]; row.in(d.Draft) && row.vocabulary&d.vocabularies != 0 {
			names = append(names, row.Name)
		}
	}
	return names
}

// idKeyword is the keyword that names a schema resource: id in draft 4 (Core section 7.2), $id since.
func (d *Dialect) idKeyword() string {
	if d.Draft == Draft4 {
		return "id"
	}
	return "$id"
}

// publishedDialect returns the dialect of a published draft's metaschema URI, with or without the empty fragment that older drafts write.
func publishedDialect(uri string) *Dialect {
	uri = strings.TrimSuffix(uri, "#")
	i := slices.IndexFunc(published[:], func(d *Dialect) bool { return d.URI == uri })
	if i < 0 {
		return nil
	}
	return published[i]
}

// Published returns the dialect of a published draft by its name: that of Dialect.Name, or the same without a blank ("draft7"), or the URI of its
// metaschema. It returns nil if there is none.
func Published(name string) *Dialect {
	if d := publishedDialect(name); d != nil {
		return d
	}
	for _, d := range published {
		if name == d.Name || name == strings.ReplaceAll(d.Name, " ", "") {
			return d
		}
	}
	return nil
}

// describe names the dialect in a message.
func (d *Dialect) describe() string {
	if d == published[d.Draft] {
		return d.Name
	}
	return d.Name + " with the vocabularies of " + diag.Quote(d.URI)
}

// replacements are keywords that say in some drafts what the named keyword says in others.
var replacements = map[string][]string{
	"$id":               {"id"},
	"id":                {"$id"},
	"$defs":             {"definitions"},
	"$anchor":           {"$id", "id"},
	"$dynamicRef":       {"$recursiveRef"},
	"$dynamicAnchor":    {"$recursiveAnchor"},
	"$recursiveRef":     {"$dynamicRef"},
	"$recursiveAnchor":  {"$dynamicAnchor"},
	"const":             {"enum"},
	"prefixItems":       {"items"},
	"additionalItems":   {"items"},
	"dependentRequired": {"dependencies"},
	"dependentSchemas":  {"dependencies"},
}

// elsewhere is the help for a keyword that only other dialects have.
func elsewhere(rows []*Row, d *Dialect) string {
	if slices.ContainsFunc(rows, func(row *Row) bool { return row.in(d.Draft) }) {
		return "the metaschema does not list the vocabulary that the keyword belongs to"
	}
	var names []string
	for _, p := range published {
		if slices.ContainsFunc(rows, func(row *Row) bool { return row.in(p.Draft) }) {
			names = append(names, p.Name)
		}
	}
	help := "it exists in " + list(names, "and")
	for _, name := range replacements[rows[0].Name] {
		if d.row(name) != nil {
			return fmt.Sprintf("%s; %s has %s", help, d.Name, diag.Quote(name))
		}
	}
	return help
}

// list writes names as a list: a, b and c.
func list(names []string, last string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	end := len(names) - 1
	return strings.Join(names[:end], ", ") + " " + last + " " + names[end]
}

// declare applies $schema. It returns false if the dialect cannot be known, which it reports.
func (r *resolver) declare(s *Schema, value tape.Node) bool {
	text := string(s.Document.Tape.Str(value))
	d := r.dialect(text)
	if d == nil {
		s.document.broken = true
		r.mistake(func() diag.Diagnostic { return r.unknownDialect(text, s.place(value, "/$schema")) })
		return false
	}
	s.Dialect = d
	return true
}

func (r *resolver) unknownDialect(text string, place diag.Place) diag.Diagnostic {
	known := make([]string, 0, len(published))
	for _, d := range published {
		known = append(known, d.URI)
	}
	help := diag.Nearest(strings.TrimSuffix(text, "#"), known)
	if uri, _ := resolveURI("", text); r.opened[uri].err != nil {
		help = r.opened[uri].err.Error()
	}
	if help == "" {
		help = "known are " + list(known, "and") + ", and metaschemas among the documents given"
	}
	return diag.Diagnostic{Place: place, Message: "unknown dialect " + diag.Quote(text), Help: help}
}

// dialect returns the dialect of a metaschema: a published one, or one among the documents. It returns nil if there is none.
func (r *resolver) dialect(text string) *Dialect {
	if d := publishedDialect(text); d != nil {
		return d
	}
	uri, _ := resolveURI("", text)
	if d, known := r.dialects[uri]; known {
		return d
	}
	r.dialects[uri] = nil // a metaschema that declares itself tells nothing about its dialect
	if d := r.metaschema(uri); d != nil && d.isObject() {
		r.dialects[uri] = r.custom(d, uri)
	}
	return r.dialects[uri]
}

// metaschema returns the document that is a metaschema with a URI; nil if there is none.
func (r *resolver) metaschema(uri string) *document {
	for _, d := range r.documents {
		if d.uri == uri || d.isObject() && d.identifies(uri) {
			return d
		}
	}
	return r.open(uri)
}

func (d *document) isObject() bool { return d.Tape != nil && d.Tape.Kind(0) == tape.Object }

// identifies reports whether the document's root has the given URI as its identifier.
func (d *document) identifies(uri string) bool {
	for _, name := range []string{"$id", "id"} {
		if n, ok := d.Tape.Find(0, name); ok && d.Tape.Kind(n) == tape.String {
			absolute, _ := resolveURI(d.uri, string(d.Tape.Str(n)))
			return absolute == uri
		}
	}
	return false
}

// custom makes the dialect of a metaschema: the draft that it is written in, with the vocabularies that it lists (2020-12 Core section 8.1.2).
func (r *resolver) custom(d *document, uri string) *Dialect {
	base := r.options.Dialect
	t := d.Tape
	if n, ok := t.Find(0, "$schema"); ok && t.Kind(n) == tape.String {
		if base = r.dialect(string(t.Str(n))); base == nil {
			return nil
		}
	}
	dialect := *base
	dialect.URI, dialect.Metaschema = uri, d.Document
	list, ok := t.Find(0, "$vocabulary")
	if !ok || t.Kind(list) != tape.Object || base.Draft < Draft2019 {
		return &dialect
	}
	dialect.vocabularies = core // section 8.1.2: the core vocabulary always holds
	for key, required := range d.Members(list) {
		name := string(t.Str(key))
		v, known := vocabularyURIs[name]
		dialect.vocabularies |= v
		if !known && t.Kind(required) == tape.Bool && t.Bool(required) {
			dialect.vocabularies |= everyVocabulary // this is the mistake; keywords that are not listed either shall not hide it
			r.mistake(func() diag.Diagnostic {
				return diag.Diagnostic{
					Place:   d.PlaceAt(t.Offset(key), "/$vocabulary/"+load.Token(name)),
					Message: "unknown vocabulary " + diag.Quote(name) + " is required",
					Help:    diag.Nearest(name, slices.Sorted(maps.Keys(vocabularyURIs))),
				}
			})
		}
	}
	// A dialect that lists format-assertion is known to us, so it asserts whether the list says true or false: false only lets others ignore it.
	dialect.FormatAssertion = dialect.vocabularies&formatAssertion != 0
	return &dialect
}
