package lower

import (
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
)

// unevaluated lowers the keywords that see what their neighbours left over (2020-12 Core section 11).
func (l *lowering) unevaluated(_ *resolve.Schema, k *resolve.Keyword, n *schema.Node) bool {
	switch k.Name {
	case "unevaluatedItems":
		arrayOf(n).Unevaluated = l.present(only(k))
	case "unevaluatedProperties":
		objectOf(n).Unevaluated = l.present(only(k))
	default:
		return false
	}
	return true
}
