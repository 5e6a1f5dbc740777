package lower

// annotation reports whether a keyword says nothing about validity: basic metadata (2020-12 Validation section 9).
func annotation(keyword string) bool {
	switch keyword {
	case "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples":
	default:
		return false
	}
	return true
}
