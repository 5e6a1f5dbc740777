package lower

import (
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
)

// format lowers the keyword of that name (2020-12 Validation section 7). It is an assertion if Options say so, or if the metaschema asks for the
// format-assertion vocabulary (section 7.2.2). Else it is an annotation, as it must be in 2019-09 and 2020-12; drafts 4 to 7 leave it to the implementation.
//
// The specification has unknown formats ignored (section 7.2.3), but not under format-assertion. That holds as long as formats are annotations; where they
// are asserted, a misspelled name would be a check that never happens, and is a mistake unless Options allow it.
func (l *lowering) format(s *resolve.Schema, k *resolve.Keyword, n *schema.Node) bool {
	if k.Name != "format" {
		return false
	}
	if !l.options.AssertFormat && !s.Dialect.FormatAssertion {
		return true
	}
	name := s.Text("format")
	switch {
	case schema.KnownFormat(name):
		stringOf(n).Format = name
	case l.options.UnknownFormats && !s.Dialect.FormatAssertion:
	default:
		l.mistake(func() diag.Diagnostic {
			return diag.Diagnostic{
				Place:   s.KeywordPlace(k),
				Message: "unknown format " + diag.Quote(name) + " cannot be asserted",
				Help:    diag.Nearest(name, standardFormats()),
			}
		})
	}
	return true
}

// standardFormats returns the formats that any dialect defines.
func standardFormats() []string {
	return []string{
		"date-time", "date", "time", "duration",
		"email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6",
		"uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template",
		"json-pointer", "relative-json-pointer", "regex",
	}
}
