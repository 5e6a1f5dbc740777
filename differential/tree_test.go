package differential

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// tree is a JSON value that can be changed. A scalar is kept as it is written, so that a mutant may hold what encoding/json would never write.
type tree struct {
	kind  byte     // '{', '[', or 0 for a scalar
	token string   // of a scalar
	names []string // of members, quoted as written
	items []*tree  // of an array, or the values of members
}

// parseTree reads a JSON text.
func parseTree(text []byte) (*tree, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	t, err := readTree(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return t, nil
}

func readTree(d *json.Decoder) (*tree, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		t := &tree{kind: byte(token)}
		for d.More() {
			if t.kind == '{' {
				name, err := d.Token()
				if err != nil {
					return nil, err
				}
				t.names = append(t.names, quote(name.(string)))
			}
			item, err := readTree(d)
			if err != nil {
				return nil, err
			}
			t.items = append(t.items, item)
		}
		_, err := d.Token()
		return t, err
	case string:
		return &tree{token: quote(token)}, nil
	case json.Number:
		return &tree{token: token.String()}, nil
	case bool:
		return &tree{token: strconv.FormatBool(token)}, nil
	}
	return &tree{token: "null"}, nil
}

// quote returns a JSON string.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string can be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// unquote returns what a JSON string says. A surrogate without its other half is U+FFFD.
func unquote(token string) string {
	var s string
	if err := json.Unmarshal([]byte(token), &s); err != nil {
		panic(fmt.Sprintf("a tree holds the string %s: %v", token, err))
	}
	return s
}

func (t *tree) clone() *tree {
	c := &tree{kind: t.kind, token: t.token, names: append([]string(nil), t.names...)}
	for _, item := range t.items {
		c.items = append(c.items, item.clone())
	}
	return c
}

// all returns the tree and everything in it, outside in.
func (t *tree) all() []*tree {
	list := []*tree{t}
	for _, item := range t.items {
		list = append(list, item.all()...)
	}
	return list
}

// has reports whether an object has a member of that name.
func (t *tree) has(name string) bool {
	for _, n := range t.names {
		if unquote(n) == unquote(name) {
			return true
		}
	}
	return false
}

func (t *tree) isString() bool { return strings.HasPrefix(t.token, `"`) }
func (t *tree) isNumber() bool {
	return t.token != "" && strings.IndexByte("-0123456789", t.token[0]) >= 0
}

func (t *tree) String() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

func (t *tree) write(b *strings.Builder) {
	b.WriteString(t.token)
	if t.kind == 0 {
		return
	}
	b.WriteByte(t.kind)
	for i, item := range t.items {
		if i > 0 {
			b.WriteByte(',')
		}
		if t.kind == '{' {
			b.WriteString(t.names[i] + ":")
		}
		item.write(b)
	}
	b.WriteByte(t.kind + 2) // in ASCII the closing bracket is the second after the opening one
}
