package schema

import (
	"encoding/base64"

	"github.com/assay-go/assay/runtime/tape"
)

// What a String can assert about its contents (2020-12 Validation section 8).
const (
	Base64        = "base64"
	JSONMediaType = "application/json"
)

// content checks the contents of a string. Only contents that are asserted, which is rare, take memory.
func (w *walk) content(r *String, s []byte, n tape.Node) bool {
	if r.Encoding == Base64 {
		decoded, ok := decodeBase64(s)
		if !ok {
			return w.fail("contentEncoding", n) // there is nothing to have a media type
		}
		s = decoded
	}
	return r.MediaType != JSONMediaType || isJSON(s) || w.fail("contentMediaType", n)
}

// decodeBase64 decodes base64 of RFC 4648 section 4, which has no line breaks (section 3.1); contentEncoding means this one and not that of MIME (2020-12
// Validation section 8.3).
func decodeBase64(s []byte) (decoded []byte, ok bool) {
	for _, c := range s {
		if c == '\r' || c == '\n' { // which package base64 skips
			return nil, false
		}
	}
	decoded, err := base64.StdEncoding.AppendDecode(nil, s)
	return decoded, err == nil
}

// isJSON reports whether s is one JSON text (RFC 8259 section 2). That names should be unique in it is advice only (section 4).
func isJSON(s []byte) bool {
	var t tape.Tape
	return t.Parse(s, tape.Options{DuplicateNames: true}) == nil
}
