package resolve

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/tape"
)

// metaschemas are the five published metaschemas and those of their vocabularies, as json-schema.org has them, under the paths of their URIs.
//
//go:embed metaschema
var metaschemas embed.FS

// references resolves every keyword that refers to a schema. A reference may bring in a metaschema, or a value that no keyword shows to be a
// schema; their references are resolved in turn.
func (r *resolver) references() {
	for i := 0; i < len(r.pending) && !r.full; i++ { // grows on the way
		ref := r.pending[i]
		ref.keyword.Target = r.target(ref)
		ref.keyword.Anchor = ref.anchor()
	}
}

// anchor returns the name that a resolved reference looks for in the dynamic scope. A $dynamicRef does if its fragment is a name that a $dynamicAnchor
// made (2020-12 Core section 8.2.3.2), a $recursiveRef if its target has a $recursiveAnchor (2019-09 Core section 8.2.4.2.1).
func (ref reference) anchor() string {
	target := ref.keyword.Target
	if target == nil {
		return ""
	}
	switch ref.keyword.Name {
	case "$dynamicRef":
		_, fragment := resolveURI("", string(ref.schema.Document.Tape.Str(ref.keyword.Value)))
		if name, _ := decodeFragment(fragment); name != "" && target.Text("$dynamicAnchor") == name {
			return name
		}
	case "$recursiveRef":
		if k := target.Keyword("$recursiveAnchor"); k != nil && target.Document.Tape.Bool(k.Value) {
			return RecursiveAnchor
		}
	}
	return ""
}

// target finds the schema that a keyword refers to. It returns nil if there is none, which it reports.
func (r *resolver) target(ref reference) *Schema {
	s, k := ref.schema, ref.keyword
	text := string(s.Document.Tape.Str(k.Value))
	if k.Name == "$recursiveRef" { // 2019-09 Core section 8.2.4.2.1
		if text != "#" {
			r.unresolved(ref, `must be "#", got `+diag.Quote(text), "")
			return nil
		}
		return s.Resource
	}
	uri, fragment := resolveURI(s.Base, text)
	resource := r.find(uri)
	beside, _ := resolveURI(s.document.uri, text) // for a document without a URI of its own
	if resource == nil {                          // a file that lies beside this one, whatever this one calls itself
		resource = r.find(beside)
	}
	if resource == nil {
		if !r.broken() {
			r.noDocument(ref, uri, beside)
		}
		return nil
	}
	name, _ := decodeFragment(fragment) // its shape has been checked
	if name == "" {
		return resource
	}
	if strings.HasPrefix(name, "/") {
		return r.byPointer(ref, resource, name)
	}
	if named := r.anchors[anchor{resource, name}]; named != nil {
		return named
	}
	if !resource.document.broken {
		r.unresolved(ref, fmt.Sprintf("refers to %s, but no schema of %s has that anchor", diag.Quote(text), resource.title()),
			diag.Nearest(name, r.named[resource]))
	}
	return nil
}

// unresolved reports a reference that leads nowhere.
func (r *resolver) unresolved(ref reference, message, help string, related ...diag.Place) {
	r.mistake(func() diag.Diagnostic {
		return diag.Diagnostic{
			Place:   ref.schema.KeywordPlace(ref.keyword),
			Message: ref.keyword.Name + " " + message,
			Help:    help,
			Related: related,
		}
	})
}

// title names a resource in a message.
func (s *Schema) title() string {
	if s.Pointer == "" {
		return diag.Quote(s.Document.Name)
	}
	return diag.Quote(s.Base)
}

// broken reports whether some document could not be read: what it would have defined is not known.
func (r *resolver) broken() bool {
	for _, d := range r.documents {
		if d.broken {
			return true
		}
	}
	return false
}

// noDocument reports a reference to a document that is not there: neither under the URI nor beside the referring file.
func (r *resolver) noDocument(ref reference, uri, beside string) {
	message := fmt.Sprintf("refers to %s, but there is no document %s", found(ref.schema.Document.Tape, ref.keyword.Value), diag.Quote(uri))
	if beside != uri {
		message += ", nor " + diag.Quote(beside)
	}
	const most = 8
	var uris, names []string
	for _, d := range r.documents {
		uris = append(uris, d.uri)
		if d.root != nil && d.root.Base != d.uri {
			uris = append(uris, d.root.Base)
		}
		names = append(names, diag.Quote(d.Name))
	}
	help := diag.Nearest(uri, uris)
	if help == "" {
		help = diag.Nearest(beside, uris)
	}
	if err := cmp.Or(r.opened[uri].err, r.opened[beside].err); err != nil {
		help = err.Error()
	}
	if help == "" {
		if len(names) > most {
			names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
		}
		help = "nothing is fetched: known are " + list(names, "and") + ", files that URIs are mapped to, and the published metaschemas"
	}
	r.unresolved(ref, message, help)
}

// find returns the root of the schema resource with a URI. If nothing given is called so, the document that Options.Open finds is brought in, or a
// published metaschema.
func (r *resolver) find(uri string) *Schema {
	if s := r.resources[uri]; s != nil {
		return s
	}
	if d := r.open(uri); d != nil {
		return d.root
	}
	path, ok := metaschemaPath(uri)
	if !ok {
		return nil
	}
	src, err := metaschemas.ReadFile(path)
	if err != nil {
		return nil
	}
	d := r.document(load.Parse(uri, src, r.mistakes))
	r.documents = append(r.documents, d)
	r.root(d)
	return d.root
}

// open returns the document with a URI that Options.Open finds, indexed; nil if there is none.
func (r *resolver) open(uri string) *document {
	known, asked := r.opened[uri]
	if asked || r.options.Open == nil {
		return known.document
	}
	r.opened[uri] = opened{}
	found, err := r.options.Open(uri, r.mistakes)
	if found == nil {
		r.opened[uri] = opened{err: err}
		return nil
	}
	i := slices.IndexFunc(r.documents, func(d *document) bool { return d.Document == found })
	if i >= 0 {
		r.opened[uri] = opened{document: r.documents[i]}
		return r.documents[i]
	}
	d := r.document(found)
	r.documents = append(r.documents, d)
	r.opened[uri] = opened{document: d}
	r.root(d)
	return d
}

// metaschemaPath returns the embedded file that a URI of json-schema.org would be.
func metaschemaPath(uri string) (path string, ok bool) {
	for _, prefix := range []string{"https://json-schema.org/draft/", "http://json-schema.org/draft-"} {
		if rest, found := strings.CutPrefix(uri, prefix); found {
			return "metaschema/" + prefix[strings.LastIndex(prefix, "draft"):] + rest + ".json", true
		}
	}
	return "", false
}

// byPointer finds the schema at a JSON Pointer from the root of a resource.
func (r *resolver) byPointer(ref reference, resource *Schema, pointer string) *Schema {
	d := resource.document
	if s := d.byPointer[resource.Pointer+pointer]; s != nil {
		return s
	}
	n, at, parent, missing := d.lookup(resource, pointer)
	if missing != nil {
		if !d.broken {
			r.dangling(ref, resource, pointer, n, at, *missing)
		}
		return nil
	}
	if kind := d.Tape.Kind(n); kind != tape.Object && kind != tape.Bool {
		r.unresolved(ref, "refers to "+found(d.Tape, n)+", which is no schema", "", d.PlaceAt(d.Tape.Offset(n), at))
		return nil
	}
	// No keyword shows that this value is a schema, but the reference does (2020-12 Core section 9.4.2 leaves it open; the official tests want it).
	return r.schema(d, n, at, parent)
}

// lookup follows a JSON Pointer from the root of a resource. It returns the node, its pointer in the document and the innermost schema around it. If
// a token leads nowhere it returns that token, and where it was looked for.
func (d *document) lookup(resource *Schema, pointer string) (n tape.Node, at string, parent *Schema, missing *string) {
	n, at, parent = resource.Node, resource.Pointer, resource
	for token := range strings.SplitSeq(pointer[1:], "/") {
		if s := d.byPointer[at]; s != nil {
			parent = s
		}
		child, ok := d.child(n, token)
		if !ok {
			return n, at, parent, &token
		}
		n, at = child, at+"/"+token
	}
	return n, at, parent, nil
}

// child returns the member or item that a reference token names (RFC 6901 section 4).
func (d *document) child(n tape.Node, token string) (child tape.Node, ok bool) {
	switch d.Tape.Kind(n) {
	case tape.Object:
		name := strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		if load.Token(name) != token {
			return 0, false // a ~ without 0 or 1
		}
		return d.member(n, name)
	case tape.Array:
		i, err := strconv.Atoi(token)
		if err != nil || strconv.Itoa(i) != token || i < 0 || i >= d.Tape.Len(n) {
			return 0, false
		}
		for at, item := range d.Items(n) {
			if at == i {
				return item, true
			}
		}
	}
	return 0, false
}

// member finds a member of an object. Large objects get an index, for a schema can refer to each of a million members.
func (d *document) member(object tape.Node, name string) (value tape.Node, ok bool) {
	if d.Tape.Len(object) <= 32 {
		return d.Tape.Find(object, name)
	}
	index := d.members[object]
	if index == nil {
		index = make(map[string]tape.Node, d.Tape.Len(object))
		for key, value := range d.Members(object) {
			index[string(d.Tape.Str(key))] = value
		}
		d.members[object] = index
	}
	value, ok = index[name]
	return value, ok
}

// dangling reports a pointer that leads nowhere: the token called missing is not in the value n at the pointer at.
func (r *resolver) dangling(ref reference, resource *Schema, pointer string, n tape.Node, at, missing string) {
	r.mistake(func() diag.Diagnostic {
		d := resource.document
		mistake := diag.Diagnostic{
			Place: ref.schema.KeywordPlace(ref.keyword),
			Message: fmt.Sprintf("%s refers to %s, but %s of %s has no %s",
				ref.keyword.Name, found(ref.schema.Document.Tape, ref.keyword.Value), diag.Pointer(at), diag.Quote(d.Name), diag.Quote(missing)),
		}
		const few = 100 // for a hundred mistakes, or in a hundred names, the nearest is found at once; for both it is not looked for
		var names []string
		if d.Tape.Kind(n) == tape.Object && (d.Tape.Len(n) <= few || r.mistakes.Len() <= few) {
			for key := range d.Members(n) {
				names = append(names, load.Token(string(d.Tape.Str(key))))
			}
		}
		near, ok := diag.Closest(missing, names)
		for _, twin := range [...][2]string{{"definitions", "$defs"}, {"$defs", "definitions"}} {
			if missing == twin[0] && slices.Contains(names, twin[1]) {
				near, ok = twin[1], true
			}
		}
		inResource := at[len(resource.Pointer):]
		fixed := inResource + "/" + near + strings.TrimPrefix(pointer, inResource+"/"+missing)
		if _, _, _, gone := d.lookup(resource, fixed); ok && gone == nil {
			mistake.Help = "did you mean " + diag.Quote("#"+fixed) + "?"
		} else if _, _, _, gone := d.lookup(d.root, pointer); gone == nil {
			mistake.Help = "the identifier of the schema around it makes it a resource of its own, in which the pointer begins"
			mistake.Related = []diag.Place{resource.Place()}
		}
		return mistake
	})
}
