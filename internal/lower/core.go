package lower

import (
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
)

// core lowers the keywords of the core vocabulary (2020-12 Core section 8): references. The rest of it names schemas, and is resolved
// by now, as is that a $ref makes void what stands beside it up to draft 7.
func (l *lowering) core(ref schema.Ref, s *resolve.Schema, k *resolve.Keyword, n *schema.Node) bool {
	switch k.Name {
	case "$ref":
		l.reference(ref, k, n)
	case "$dynamicRef":
		// Without a $dynamicAnchor at its first target a $dynamicRef is a $ref (2020-12 Core section 8.2.3.2).
		if k.Target == nil || k.Target.Keyword("$dynamicAnchor") != nil {
			l.refuse(s, k, "$dynamicRef is not implemented yet")
			break
		}
		l.reference(ref, k, n)
	case "$recursiveRef":
		// Without a $recursiveAnchor at its first target a $recursiveRef is a $ref (2019-09 Core section 8.2.4.2.1).
		if k.Target == nil || hasRecursiveAnchor(k.Target) {
			l.refuse(s, k, "$recursiveRef is not implemented yet")
			break
		}
		l.reference(ref, k, n)
	case "$schema", "$vocabulary", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment":
	case "$defs", "definitions": // lowered where they are referred to
	default:
		return false
	}
	return true
}

// reference makes k a reference of n, which is to become node ref. Its target is lowered later.
func (l *lowering) reference(ref schema.Ref, k *resolve.Keyword, n *schema.Node) {
	logic := logicOf(n)
	l.pending = append(l.pending, pending{ref, len(logic.Refs), k.Target})
	logic.Refs = append(logic.Refs, schema.Reference{Keyword: k.Name})
}

func hasRecursiveAnchor(s *resolve.Schema) bool {
	k := s.Keyword("$recursiveAnchor")
	return k != nil && s.Document.Tape.Bool(k.Value)
}
