package resolve

import (
	"strings"

	"github.com/assay-go/assay/internal/diag"
)

// loops finds schemas that apply to a value only if they apply to it already: references in place that lead back to where they began. They
// can never be decided (2020-12 Core section 9.4.1). Recursion through members and items ends with the value, and is fine.
// $dynamicRef and $recursiveRef are left to lowering, which knows where they lead.
func (r *resolver) loops() {
	w := &walk{resolver: r, state: map[*Schema]int{}}
	for _, d := range r.documents {
		for _, s := range d.schemas {
			w.from(s)
		}
	}
}

// walk is a depth-first walk along in-place edges. It keeps its own stack: a chain of references can be a million long.
type walk struct {
	*resolver
	state map[*Schema]int // 0: not seen; done: left behind; else 1 + its index in path
	path  []step
}

const done = -1

// step is a schema on the path, and the edges that are left to follow from it.
type step struct {
	schema  *Schema
	edges   []edge
	through edge // of edges, the one that led to the next step
}

// edge is a way to a schema that applies to the same value.
type edge struct {
	ref *Keyword // nil if the schema is a subschema
	to  *Schema
}

func (w *walk) from(s *Schema) {
	if w.state[s] != 0 {
		return
	}
	w.push(s)
	for len(w.path) > 0 {
		top := &w.path[len(w.path)-1]
		if len(top.edges) == 0 {
			w.state[top.schema] = done
			w.path = w.path[:len(w.path)-1]
			continue
		}
		top.through, top.edges = top.edges[0], top.edges[1:]
		switch state := w.state[top.through.to]; state {
		case 0:
			w.push(top.through.to)
		case done:
		default:
			w.report(w.path[state-1:])
		}
	}
}

func (w *walk) push(s *Schema) {
	w.path = append(w.path, step{schema: s, edges: inPlace(s)})
	w.state[s] = len(w.path)
}

// inPlace returns the schemas that s applies to the value that it applies to.
func inPlace(s *Schema) []edge {
	var edges []edge
	for _, k := range s.Keywords {
		if k.Row == nil || k.Row.Applies != InPlace {
			continue
		}
		if k.Name == "$ref" {
			if k.Target != nil {
				edges = append(edges, edge{k, k.Target})
			}
			continue
		}
		if (k.Name == "then" || k.Name == "else") && s.Keyword("if") == nil {
			continue // without if they are ignored (2020-12 Core sections 10.2.2.2 and 10.2.2.3)
		}
		for _, sub := range k.Subs {
			edges = append(edges, edge{nil, sub.Schema})
		}
	}
	return edges
}

// report describes a loop by the schemas that its references lead to. A loop has at least one reference, for subschemas alone make a tree.
func (w *walk) report(loop []step) {
	w.mistake(func() diag.Diagnostic {
		const most = 6
		var names []string
		var places []diag.Place
		for i := range loop {
			at := &loop[i]
			if at.through.ref == nil {
				continue
			}
			if len(places) == most {
				names = append(names, "…")
				break
			}
			names = append(names, at.through.to.locate(loop[0].schema))
			places = append(places, at.schema.KeywordPlace(at.through.ref))
		}
		last := names[len(names)-1]
		if last == "…" {
			last = loop[0].schema.locate(loop[0].schema)
		}
		return diag.Diagnostic{
			Place:   places[0],
			Message: "reference loop: " + strings.Join(append([]string{last}, names...), " → "),
			Help:    "a value would have to be valid before it can be found valid; refer through properties or items",
			Related: places[1:],
		}
	})
}

// locate names a schema in a message, with its document if that is another than the one of the message.
func (s *Schema) locate(from *Schema) string {
	if s.document == from.document {
		return diag.Pointer(s.Pointer)
	}
	return s.Document.Name + diag.Pointer(s.Pointer)
}
