package resolve

import (
	"fmt"
	"strings"

	"github.com/assay-go/assay/internal/diag"
)

// String returns the graph in a form for the eye: document by document, schema by schema, each keyword with what it holds or leads to.
func (g *Graph) String() string {
	var b strings.Builder
	var document *document
	for _, s := range g.Schemas {
		if s.document != document {
			document = s.document
			fmt.Fprintf(&b, "document %s\n", diag.Quote(document.Name))
		}
		s.print(&b)
	}
	return b.String()
}

func (s *Schema) print(b *strings.Builder) {
	b.WriteString(diag.Pointer(s.Pointer))
	if s.Boolean {
		fmt.Fprintf(b, " %v", s.Allows)
	}
	if s.Resource == s {
		fmt.Fprintf(b, " (%s, %s)", s.Dialect.describe(), diag.Quote(s.Base))
	}
	b.WriteByte('\n')
	for _, k := range s.Keywords {
		b.WriteString("\t" + strings.Trim(diag.Quote(k.Name), `"`))
		if len(k.Subs) == 0 {
			b.WriteString(" " + abridged(s.Document.Tape.Text(k.Value)))
		}
		if k.Target != nil {
			b.WriteString(" → " + k.Target.locate(s))
		}
		if k.Anchor != "" {
			b.WriteString(", or an outer " + diag.Quote(k.Anchor))
		}
		for _, sub := range k.Subs {
			b.WriteString(" " + diag.Pointer(sub.Schema.Pointer))
		}
		b.WriteByte('\n')
	}
}

// abridged returns JSON text on one line, cut if it is long.
func abridged(text []byte) string {
	const most = 200
	cut := len(text) > most
	if cut {
		text = text[:most]
	}
	line := diag.Printable(strings.Join(strings.Fields(string(text)), " "))
	if cut {
		line += "…"
	}
	return line
}
