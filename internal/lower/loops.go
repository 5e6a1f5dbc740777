package lower

import (
	"fmt"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/runtime/schema"
)

// inPlace calls visit for every subschema of n that applies to the same value as n, with the keyword that applies it, in a fixed order. What a Switch
// tells apart can be left out.
func inPlace(n *schema.Node, without *schema.Switch, visit func(keyword string, r schema.Ref)) {
	if g := n.Logic; g != nil {
		for _, r := range g.Refs {
			visit(r.Keyword, r.Schema)
		}
		for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
			if without != nil && without.Keyword == keyword {
				continue
			}
			for _, r := range branchesOf(g, keyword) {
				visit(keyword, r)
			}
		}
		if g.Not != nil {
			visit("not", *g.Not)
		}
		if g.If != 0 {
			visit("if", g.If)
			visit("then", g.Then)
			visit("else", g.Else)
		}
	}
	if n.Object != nil {
		for _, d := range n.Object.Dependent {
			visit(d.Keyword, d.Schema)
		}
	}
}

// branchesOf returns the subschemas of allOf, anyOf or oneOf.
func branchesOf(g *schema.Logic, keyword string) []schema.Ref {
	switch keyword {
	case "allOf":
		return g.AllOf
	case "anyOf":
		return g.AnyOf
	}
	return g.OneOf
}

// refuseLoops refuses schemas that apply to a value only if they apply to it already (2020-12 Core section 9.4.1): validation would never end. Loops of
// $ref alone are known to resolve; only here it is known where $dynamicRef and $recursiveRef lead.
//
// It also bounds how many schemas may apply to one value through each other, and by that the stacks of machines.
func (l *lowering) refuseLoops() {
	most := l.options.Limits.InPlace
	const open = -1
	height := make([]int, len(l.program.Nodes)) // of the tree of in-place subschemas; 0 is not visited yet
	var path []schema.Ref
	var walk func(schema.Ref) int
	walk = func(r schema.Ref) int {
		if height[r] > 0 {
			return height[r]
		}
		height[r] = open
		path = append(path, r)
		below := 0
		inPlace(&l.program.Nodes[r], nil, func(_ string, sub schema.Ref) {
			switch {
			case below > most:
			case height[sub] == open:
				l.loop(path, sub)
			case len(path) > most:
				below = most + 1
			default:
				below = max(below, walk(sub))
			}
		})
		path = path[:len(path)-1]
		height[r] = below + 1
		if height[r] > most {
			height[r] = most + 1 // all that lead here are too deep as well; one message is enough
		}
		return height[r]
	}
	for r := range l.program.Nodes {
		if walk(schema.Ref(r)) > most {
			s := l.origins[r]
			l.mistakes.Add(diag.Diagnostic{
				Place:   s.Place(),
				Message: fmt.Sprintf("more than %d schemas apply to one value through each other", most),
				Help:    limit.Raise("in-place"),
			})
			return
		}
	}
}

// loop reports the loop that closes where the last schema of path leads back to the schema back, which is on the path.
func (l *lowering) loop(path []schema.Ref, back schema.Ref) {
	start := len(path) - 1
	for path[start] != back {
		start--
	}
	loop := append(path[start:len(path):len(path)], back)
	steps := make([]string, len(loop))
	at := l.origins[back]
	place := at.Place()
	for i, r := range loop {
		s := l.origins[r]
		steps[i] = diag.Pointer(s.Pointer)
		if s.Document != at.Document {
			steps[i] = s.Document.Name + steps[i]
		}
		if i+1 < len(loop) {
			inPlace(&l.program.Nodes[r], nil, func(keyword string, sub schema.Ref) {
				if k := s.Keyword(keyword); sub == loop[i+1] && k != nil && k.Target != nil {
					place = s.KeywordPlace(k) // the last reference of the loop
				}
			})
		}
	}
	l.mistakes.Add(diag.Diagnostic{
		Place:   place,
		Message: fmt.Sprintf("reference loop: %s", strings.Join(steps, " → ")),
	})
}
