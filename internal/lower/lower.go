// Package lower turns a schema graph into the tables that machines run on: [schema.Program] and [stream.Facts].
//
// Every keyword of a dialect is lowered, or is an annotation or an identifier that no validator needs, or is refused with its place. One keyword
// is one case in the file of its vocabulary: core.go, applicator.go, unevaluated.go, validation.go, format.go, content.go, annotation.go.
package lower

import (
	"fmt"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
)

// Options are the choices that the schema leaves open.
type Options struct {
	AssertFormat  bool // format is an assertion, whatever the dialect says
	AssertContent bool // contentEncoding and contentMediaType are assertions, as far as content can check them

	// UnknownFormats lets formats that the specification does not know be annotations, unless the metaschema asks for the format-assertion vocabulary.
	UnknownFormats bool

	Annotations bool // the program holds annotations; they change no verdict

	Limits limit.Limits // InPlace, Anchors, Copies and those of patterns matter; the program keeps those of validations
}

// Program lowers one schema and everything it refers to. Same graph, same program: a schema comes before its subschemas, depth first in the order
// they are written, and what references reach follows in the order of first use. If it adds to mistakes, there is no program and it returns nil.
func Program(g *resolve.Graph, root *resolve.Schema, o Options, mistakes *diag.List) *schema.Program {
	before := mistakes.Len()
	kept := schema.Limits{Violations: o.Limits.Violations, Steps: o.Limits.Steps, Levels: o.Limits.Levels} // as they are set: defaults are not kept
	o.Limits = o.Limits.WithDefaults()
	l := &lowering{
		options:  o,
		tracks:   g.Unevaluated,
		mistakes: mistakes,
		program:  &schema.Program{Nodes: make([]schema.Node, 1), Limits: kept},
		origins:  make([]*resolve.Schema, 1),
		scopes:   newScopes(g, root, o.Limits.Anchors, mistakes),
		refs:     map[instance]schema.Ref{},
		lowered:  map[*resolve.Schema]bool{},
		sources:  map[*load.Document]int{},
		patterns: map[string]int{},
	}
	if mistakes.Len() > before {
		return nil
	}
	l.source(root.Document)
	l.program.Root = l.schema(root)
	for len(l.pending) > 0 {
		next := l.pending[0]
		l.pending = l.pending[1:]
		l.scope = next.scope
		l.program.Nodes[next.from].Logic.Refs[next.index].Schema = l.schema(next.to)
	}
	if mistakes.Len() == before {
		l.refuseLoops()
	}
	if mistakes.Len() > before {
		return nil
	}
	findSwitches(l.program.Nodes, preferredProperty(root))
	return l.program
}

// lowering is one program in the making.
type lowering struct {
	options     Options
	tracks      bool // there is an unevaluated keyword
	mistakes    *diag.List
	program     *schema.Program
	origins     []*resolve.Schema // parallel to Program.Nodes; nil for node 0
	scopes      *scopes
	scope       scope // of the schema that is being lowered
	refs        map[instance]schema.Ref
	lowered     map[*resolve.Schema]bool // schemas that have a node
	copied      int                      // values that were lowered again, for another scope
	sources     map[*load.Document]int
	patterns    map[string]int // 1 + index into Program.Patterns
	patternCost int            // of all of them together
	pending     []pending
}

// pending is a reference whose target is lowered once the tree around it is: so the depth of recursion is the nesting of a document, which the
// parser bounds, and not the length of a chain of references, which nothing bounds.
type pending struct {
	from  schema.Ref
	index int // in the Refs of node from
	to    *resolve.Schema
	scope scope // of the schema that refers to it
}

// schema returns the node of s, lowering it on first use. The schema true is node 0.
func (l *lowering) schema(s *resolve.Schema) schema.Ref {
	if s.Boolean && s.Allows {
		return 0
	}
	return l.node(s)
}

// present is schema where a Ref of 0 says that the keyword is absent, and an unevaluated keyword may see the difference: additionalProperties true makes
// properties count as evaluated (2020-12 Core section 11). There true gets a node of its own.
func (l *lowering) present(s *resolve.Schema) schema.Ref {
	if l.tracks {
		return l.node(s)
	}
	return l.schema(s)
}

// node returns the node of s in the scope at hand, lowering it on first use, which is a node of its own for the schema true as well.
func (l *lowering) node(s *resolve.Schema) schema.Ref {
	outer := l.scope
	inner := l.scopes.enter(outer, s)
	ref, known := l.refs[instance{s, inner}]
	if known || !l.copies(s) {
		return ref
	}
	l.scope = inner
	defer func() { l.scope = outer }()
	ref = schema.Ref(len(l.program.Nodes))
	l.refs[instance{s, inner}] = ref
	n := schema.Node{Source: l.source(s.Document), At: s.Pointer, Never: s.Boolean && !s.Allows}
	l.program.Nodes = append(l.program.Nodes, n)
	l.origins = append(l.origins, s)
	l.annotations(ref, s)
	for _, k := range s.Keywords {
		l.keyword(ref, s, k, &n)
	}
	l.program.Nodes[ref] = n
	return ref
}

// keyword lowers one keyword of s into n, which is to become node ref.
func (l *lowering) keyword(ref schema.Ref, s *resolve.Schema, k *resolve.Keyword, n *schema.Node) {
	switch {
	case k.Row == nil: // x-…: an annotation (2020-12 Core section 6.5); Facts reads x-assay
	case l.core(ref, k, n):
	case l.applicator(s, k, n):
	case l.unevaluated(s, k, n):
	case l.validation(s, k, n):
	case l.format(s, k, n):
	case l.content(s, k, n):
	case annotation(k.Name):
	default:
		l.refuse(s, k, "%s is not implemented yet", k.Name)
	}
}

// source returns the index of a document in Program.Sources.
func (l *lowering) source(d *load.Document) int {
	i, known := l.sources[d]
	if !known {
		i = len(l.program.Sources)
		l.sources[d] = i
		l.program.Sources = append(l.program.Sources, d.Name)
	}
	return i
}

// refuse adds a mistake at the value of a keyword of s.
func (l *lowering) refuse(s *resolve.Schema, k *resolve.Keyword, format string, args ...any) {
	l.mistake(func() diag.Diagnostic {
		return diag.Diagnostic{Place: s.KeywordPlace(k), Message: fmt.Sprintf(format, args...)}
	})
}

// mistake adds a diagnostic, which is only put together if the list still takes it.
func (l *lowering) mistake(describe func() diag.Diagnostic) {
	if l.mistakes.Full() {
		l.mistakes.Add(diag.Diagnostic{})
		return
	}
	l.mistakes.Add(describe())
}
