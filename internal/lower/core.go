package lower

import (
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
)

// core lowers the keywords of the core vocabulary (2020-12 Core section 8): references. The rest of it names schemas, and is resolved
// by now, as is that a $ref makes void what stands beside it up to draft 7.
func (l *lowering) core(ref schema.Ref, k *resolve.Keyword, n *schema.Node) bool {
	switch k.Name {
	case "$ref", "$dynamicRef", "$recursiveRef":
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
	l.pending = append(l.pending, pending{ref, len(logic.Refs), l.scopes.target(k, l.scope), l.scope})
	logic.Refs = append(logic.Refs, schema.Reference{Keyword: k.Name})
}
