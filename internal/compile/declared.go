package compile

import (
	"github.com/assay-go/assay/internal/lower"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
)

// Declared lists what the tables of a schema declare of the records of its stream.
func Declared(p *schema.Program, f *stream.Facts) *stream.Declared { return lower.Declared(p, f) }
