package dynamic

import (
	"github.com/assay-go/assay/internal/compile"
	"github.com/assay-go/assay/runtime/stream"
)

// Declared lists the names that the schema declares, with the members and values that their records may have: what [stream.NewCoverage] wants. It is
// computed anew on every call, and has no names for a schema without x-assay.
func (s *Schema) Declared() *stream.Declared {
	if s.Facts == nil {
		return &stream.Declared{}
	}
	return compile.Declared(s.Program, s.Facts)
}
