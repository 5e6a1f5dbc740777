package resolve

import (
	"fmt"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/tape"
)

// resolver is the work in progress: first every schema of every document is indexed, then references are followed, which can bring in more.
type resolver struct {
	options   Options
	mistakes  *diag.List
	documents []*document          // those given, then metaschemas in the order they are referred to
	resources map[string]*Schema   // roots of schema resources by absolute URI
	anchors   map[anchor]*Schema   // by resource and name
	named     map[*Schema][]string // names of the anchors of a resource, in order
	dialects  map[string]*Dialect  // custom dialects by the URI of their metaschema; nil while one is being found out, or if it is broken
	opened    map[string]opened    // what Options.Open said, by URI
	pending   []reference          // keywords that refer to a schema and are not resolved yet
	schemas   int                  // how many there are
	pointers  int                  // bytes of all pointers
	full      bool                 // the limit of one of them is exceeded: what is not indexed by then stays so, and no reference is followed

	dynamic     int  // how many dynamic anchors there are
	unevaluated bool // some schema has a keyword of the unevaluated vocabulary
}

// document is a document with what the resolver knows of it.
type document struct {
	*load.Document
	uri       string                             // what its name stands for
	broken    bool                               // not JSON, or of an unknown dialect: that has been reported, and references into it cannot be judged
	root      *Schema                            // nil if the document is no schema
	schemas   []*Schema                          // all of its schemas, in the order they were found
	byPointer map[string]*Schema                 // the same
	members   map[tape.Node]map[string]tape.Node // of large objects that were searched
}

// opened is what Options.Open says of a URI.
type opened struct {
	document *document // nil if there is none
	err      error     // why it cannot be read
}

// anchor is a name for a schema within a resource.
type anchor struct {
	resource *Schema
	name     string
}

// reference is a keyword that refers to a schema.
type reference struct {
	schema  *Schema
	keyword *Keyword
}

func (r *resolver) document(d *load.Document) *document {
	uri := fileURI(d.Name)
	if d.URI != "" {
		uri, _ = resolveURI("", d.URI)
	}
	return &document{
		Document:  d,
		uri:       uri,
		byPointer: map[string]*Schema{},
		members:   map[tape.Node]map[string]tape.Node{},
	}
}

// root indexes a whole document.
func (r *resolver) root(d *document) {
	if d.Tape == nil { // load has said why
		d.broken = true
		return
	}
	if kind := d.Tape.Kind(0); kind != tape.Object && kind != tape.Bool {
		r.mistakes.Add(diag.Diagnostic{
			Place:   d.PlaceAt(d.Tape.Offset(0), ""),
			Message: "a schema must be an object or a boolean, got " + found(d.Tape, 0),
		})
		d.broken = true
		return
	}
	d.root = r.schema(d, 0, "", &Schema{Base: d.uri, Dialect: r.options.Dialect})
	if d.root.Base != d.uri {
		r.resource(d.uri, d.root)
	}
}

// schema indexes the schema at a node and all its subschemas. The node is an object or a boolean. What a schema inherits is taken from parent.
func (r *resolver) schema(d *document, n tape.Node, pointer string, parent *Schema) *Schema {
	if known := d.byPointer[pointer]; known != nil {
		return known
	}
	s := &Schema{Document: d.Document, Node: n, Pointer: pointer, Base: parent.Base, Dialect: parent.Dialect, Resource: parent.Resource, document: d}
	d.byPointer[pointer] = s
	d.schemas = append(d.schemas, s)
	r.schemas++
	r.pointers += len(pointer)
	switch limits := r.options.Limits; {
	case r.schemas > limits.Schemas:
		r.exceeded(s, "schemas", fmt.Sprintf("there are more than %d schemas and subschemas", limits.Schemas), "")
		return s
	case r.pointers > limits.Pointers:
		// Only schemas nested thousands deep under long names have so many.
		r.exceeded(s, "pointers", fmt.Sprintf("schemas nest too deep: their JSON Pointers have more than %d bytes", limits.Pointers), "move inner schemas to $defs; ")
		return s
	}
	if d.Tape.Kind(n) == tape.Bool {
		s.Boolean, s.Allows = true, d.Tape.Bool(n)
		if s.Resource == nil {
			s.Resource = s
			r.resource(s.Base, s)
		}
		return s
	}
	if r.identify(s) {
		r.keywords(s)
	}
	return s
}

// mistake adds a diagnostic, which is only put together if the list still takes it.
func (r *resolver) mistake(describe func() diag.Diagnostic) {
	if r.mistakes.Full() {
		r.mistakes.Add(diag.Diagnostic{})
		return
	}
	r.mistakes.Add(describe())
}

// exceeded says once that a limit is exceeded.
func (r *resolver) exceeded(s *Schema, name, message, help string) {
	if !r.full {
		r.full = true
		r.mistakes.Add(diag.Diagnostic{Place: s.Place(), Message: message, Help: help + limit.Raise(name)})
	}
}

// identify finds the dialect, the base URI and the resource of a schema object. It returns false if the dialect is unknown: what the keywords mean
// is then unknown too.
func (r *resolver) identify(s *Schema) (known bool) {
	var declared, ref, id, draft4ID tape.Node // 0 if absent: the root is no keyword's value
	t := s.Document.Tape
	for key, value := range s.Document.Members(s.Node) {
		if t.Kind(value) != tape.String {
			continue // keywords says what is wrong with it
		}
		switch string(t.Str(key)) {
		case "$schema":
			declared = value
		case "$ref":
			ref = value
		case "$id":
			id = value
		case "id":
			draft4ID = value
		}
	}
	known = declared == 0 || r.declare(s, declared)
	if s.Dialect.Draft == Draft4 {
		id = draft4ID
	}
	// Up to draft 7 a $ref overrides all that stands beside it, an identifier too.
	if id != 0 && (ref == 0 || s.Dialect.Draft > Draft7) {
		r.identifier(s, id)
	}
	if s.Resource == nil { // the root of a document, without an identifier
		s.Resource = s
		r.resource(s.Base, s)
	}
	if known && s.Resource != s && s.Dialect != s.Resource.Dialect {
		r.mistake(func() diag.Diagnostic {
			return diag.Diagnostic{
				Place:   s.place(declared, "/$schema"),
				Message: "$schema changes the dialect inside of a schema resource",
				Help:    fmt.Sprintf("it may do so at the root of a document, or beside an %s that begins a resource", s.Dialect.idKeyword()),
			}
		})
		return false
	}
	return known
}

// identifier applies $id (id in draft 4).
func (r *resolver) identifier(s *Schema, value tape.Node) {
	text := string(s.Document.Tape.Str(value))
	absolute, fragment := resolveURI(s.Base, text)
	if !strings.HasPrefix(text, "#") || s.Resource == nil { // a fragment alone is no new base
		s.Base, s.Resource = absolute, s
		r.resource(absolute, s)
	}
	// Up to draft 7 a fragment that is a plain name is what $anchor is since (draft 7 Core section 8.2.3).
	if name, ok := decodeFragment(fragment); ok && name != "" && !strings.HasPrefix(name, "/") && s.Dialect.Draft <= Draft7 {
		r.anchor(s, name)
	}
}

// resource makes s the root of the schema resource with a URI.
func (r *resolver) resource(uri string, s *Schema) {
	switch earlier := r.resources[uri]; earlier {
	case nil:
		r.resources[uri] = s
	case s:
	default:
		r.mistake(func() diag.Diagnostic {
			return diag.Diagnostic{
				Place:   s.placeOf(s.Dialect.idKeyword()),
				Message: fmt.Sprintf("two schemas have the identifier %s", diag.Quote(uri)),
				Related: []diag.Place{earlier.placeOf(earlier.Dialect.idKeyword())},
			}
		})
	}
}

// anchor gives a schema a name within its resource.
func (r *resolver) anchor(s *Schema, name string) {
	a := anchor{s.Resource, name}
	switch earlier := r.anchors[a]; earlier {
	case nil:
		r.anchors[a] = s
		r.named[s.Resource] = append(r.named[s.Resource], name)
	case s: // $anchor and $dynamicAnchor may agree
	default:
		anchors := []string{"$anchor", "$dynamicAnchor", s.Dialect.idKeyword()}
		r.mistake(func() diag.Diagnostic {
			return diag.Diagnostic{
				Place:   s.placeOf(anchors...),
				Message: fmt.Sprintf("two schemas of one resource have the anchor %s", diag.Quote(name)),
				Related: []diag.Place{earlier.placeOf(anchors...)},
			}
		})
	}
}

// dynamicAnchor gives a schema a name in the dynamic scope.
func (r *resolver) dynamicAnchor(s *Schema, name string) {
	r.dynamic++
	s.Resource.DynamicAnchors = append(s.Resource.DynamicAnchors, DynamicAnchor{name, s})
}

// placeOf returns where the value of the first of the named keywords stands that the schema has, or else where the schema does.
func (s *Schema) placeOf(keywords ...string) diag.Place {
	for _, name := range keywords {
		if s.Boolean {
			break
		}
		if n, ok := s.Document.Tape.Find(s.Node, name); ok {
			return s.place(n, "/"+name)
		}
	}
	return s.Place()
}

// keywords reads the members of a schema object.
func (r *resolver) keywords(s *Schema) {
	t := s.Document.Tape
	_, overridden := t.Find(s.Node, "$ref")
	for key, value := range s.Document.Members(s.Node) {
		k := &Keyword{Key: key, Value: value}
		if k.Row = s.Dialect.row(string(t.Str(key))); k.Row == nil {
			k.Name = string(t.Str(key))
			if !strings.HasPrefix(k.Name, "x-") {
				if !r.options.UnknownKeywords {
					r.unknown(s, k)
				}
				continue
			}
		} else {
			k.Name = k.Row.Name
			if overridden && !k.Row.besideRef(s.Dialect) {
				continue
			}
		}
		s.Keywords = append(s.Keywords, k)
		if k.Row == nil || !r.shape(s, k) {
			continue
		}
		switch k.Name {
		case "$anchor":
			r.anchor(s, string(t.Str(value)))
		case "$dynamicAnchor":
			r.anchor(s, string(t.Str(value)))
			r.dynamicAnchor(s, string(t.Str(value)))
		case "$recursiveAnchor":
			// It may stand at the root of a resource only (2019-09 Core section 8.2.4.2.2); elsewhere nothing leads to it.
			if s == s.Resource && t.Bool(value) {
				r.dynamicAnchor(s, RecursiveAnchor)
			}
		case "unevaluatedItems", "unevaluatedProperties":
			r.unevaluated = true
		case "$ref", "$dynamicRef", "$recursiveRef":
			r.pending = append(r.pending, reference{s, k})
		}
	}
}

// unknown reports a keyword that the dialect does not have.
func (r *resolver) unknown(s *Schema, k *Keyword) {
	r.mistake(func() diag.Diagnostic {
		d := diag.Diagnostic{Place: s.Document.PlaceAt(s.Document.Tape.Offset(k.Key), s.Pointer)}
		if rows := rowsByName[k.Name]; len(rows) > 0 {
			d.Message = fmt.Sprintf("keyword %s does not exist in %s", diag.Quote(k.Name), s.Dialect.describe())
			d.Help = elsewhere(rows, s.Dialect)
			return d
		}
		d.Message = "unknown keyword " + diag.Quote(k.Name)
		if d.Help = diag.Nearest(k.Name, s.Dialect.keywords()); d.Help == "" {
			d.Help = `keywords for other programs begin with "x-"`
		}
		return d
	})
}
