package lower

// annotation reports whether a keyword says nothing about validity: basic metadata (2020-12 Validation section 9) and the contents of strings, which
// a validator must not assert by default (2020-12 Validation section 8.2).
func annotation(keyword string) bool {
	switch keyword {
	case "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples":
	case "contentEncoding", "contentMediaType", "contentSchema":
	default:
		return false
	}
	return true
}
