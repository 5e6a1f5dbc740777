package lower

import (
	"mime"
	"strings"

	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
)

// content lowers the keywords about the contents of strings (2020-12 Validation section 8). They are annotations, unless Options say otherwise: then
// contentEncoding base64 and contentMediaType application/json are assertions. Other encodings and media types stay annotations, as does contentSchema.
func (l *lowering) content(s *resolve.Schema, k *resolve.Keyword, n *schema.Node) bool {
	switch k.Name {
	case "contentEncoding":
		if l.options.AssertContent && encodingOf(s) == schema.Base64 {
			stringOf(n).Encoding = schema.Base64
		}
	case "contentMediaType":
		// What is encoded in a way that cannot be decoded is not looked at.
		if encoding := encodingOf(s); l.options.AssertContent && isJSON(s.Text(k.Name)) && (encoding == "" || encoding == schema.Base64) {
			stringOf(n).MediaType = schema.JSONMediaType
		}
	case "contentSchema":
	default:
		return false
	}
	return true
}

// encodingOf returns the contentEncoding of s, whose case says nothing (RFC 2045 section 6.1); "" if there is none.
func encodingOf(s *resolve.Schema) string { return strings.ToLower(s.Text("contentEncoding")) }

// isJSON reports whether a media type, whose parameters do not matter, is that of JSON (RFC 8259 section 11).
func isJSON(mediaType string) bool {
	name, _, err := mime.ParseMediaType(mediaType)
	return err == nil && name == schema.JSONMediaType
}
