package tape

import (
	"strconv"
	"strings"
)

// Find returns the value of the member called name of an Object (the last one, if names repeat).
func (t *Tape) Find(object Node, name string) (Node, bool) { return find(t, object, name) }

func find[Name string | []byte](t *Tape, object Node, name Name) (value Node, found bool) {
	if t.Kind(object) != Object {
		return 0, false
	}
	for n, end := object+1, t.Next(object); n < end; n = t.Next(n + 1) {
		if string(t.Str(n)) == string(name) {
			value, found = n+1, true
			if !t.repeats {
				break
			}
		}
	}
	return value, found
}

// Lookup resolves a JSON Pointer (RFC 6901), such as "/tags/step", from n. It finds nothing if the pointer is malformed.
func (t *Tape) Lookup(n Node, pointer string) (Node, bool) {
	for pointer != "" {
		if pointer[0] != '/' {
			return 0, false
		}
		token := pointer[1:]
		if end := strings.IndexByte(token, '/'); end >= 0 {
			token = token[:end]
		}
		pointer = pointer[1+len(token):]
		found := false
		switch t.Kind(n) {
		case Object:
			name, ok := unescapeToken(token)
			if !ok {
				return 0, false
			}
			n, found = t.Find(n, name)
		case Array:
			n, found = t.item(n, token)
		}
		if !found {
			return 0, false
		}
	}
	return n, t.Kind(n) != 0
}

// unescapeToken returns the name that a reference token of a JSON Pointer stands for, and false if the token has a ~ that is neither ~0 nor
// ~1 (RFC 6901 section 3).
func unescapeToken(token string) (string, bool) {
	if strings.IndexByte(token, '~') < 0 {
		return token, true
	}
	if strings.Count(token, "~") != strings.Count(token, "~0")+strings.Count(token, "~1") {
		return "", false
	}
	// Section 4: first ~1, then ~0, so that ~01 becomes ~1.
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"), true
}

// item returns the item of an array that a reference token names: its index, without leading zeros (RFC 6901 section 4).
func (t *Tape) item(array Node, token string) (Node, bool) {
	index, err := strconv.ParseUint(token, 10, 32)
	if err != nil || len(token) > 1 && token[0] == '0' {
		return 0, false
	}
	for n, end := array+1, t.Next(array); n < end; n = t.Next(n) {
		if index == 0 {
			return n, true
		}
		index--
	}
	return 0, false
}

// Pointer returns the JSON Pointer of n from the root: "" for the root itself. For a member name it is the pointer of its value. A node that is
// not on the tape has the pointer "".
func (t *Tape) Pointer(n Node) string {
	var pointer []byte
	if t.Kind(n) == 0 {
		return ""
	}
	for at := Node(0); at < n; {
		// Invariant: n is inside at, an array or object. Step to the child that n is or is inside of.
		if t.Kind(at) == Array {
			index := int64(0)
			for at++; t.Next(at) <= n; at = t.Next(at) {
				index++
			}
			pointer = strconv.AppendInt(append(pointer, '/'), index, 10)
			continue
		}
		for at++; t.Next(at+1) <= n; {
			at = t.Next(at + 1)
		}
		pointer = appendToken(pointer, t.Str(at))
		if at == n {
			break
		}
		at++
	}
	return string(pointer)
}

// openPath returns the JSON Pointer of an array or object that the parser has open.
func (t *Tape) openPath(open int) []byte {
	var chain []int // open, and what is around it, from the inside out
	for ; open >= 0; open = int(int32(t.nodes[open].link)) {
		chain = append(chain, open)
	}
	var path []byte
	for i := len(chain) - 1; i > 0; i-- {
		outer, inner := Node(chain[i]), Node(chain[i-1])
		if t.Kind(outer) == Object {
			path = appendToken(path, t.Str(inner-1)) // a value stands directly behind its name
			continue
		}
		index := int64(0)
		for n := outer + 1; n < inner; n = t.Next(n) {
			index++
		}
		path = strconv.AppendInt(append(path, '/'), index, 10)
	}
	return path
}

// appendToken appends a reference token for a member name (RFC 6901 section 3).
func appendToken(pointer, name []byte) []byte {
	pointer = append(pointer, '/')
	for _, c := range name {
		switch c {
		case '~':
			pointer = append(pointer, '~', '0')
		case '/':
			pointer = append(pointer, '~', '1')
		default:
			pointer = append(pointer, c)
		}
	}
	return pointer
}
