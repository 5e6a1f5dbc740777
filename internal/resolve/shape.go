package resolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/tape"
)

// expected says in words what a shape is.
var expected = [...]string{
	AnyShape:              "a value",
	BooleanShape:          "a boolean",
	NumberShape:           "a number",
	PositiveShape:         "a number greater than 0",
	CountShape:            "a non-negative integer",
	StringShape:           "a string",
	StringsShape:          "an array of strings",
	SomeStringsShape:      "a non-empty array of strings",
	StringsMapShape:       "an object of arrays of strings",
	TypesShape:            "the name of a type or a non-empty array of such names",
	ArrayShape:            "an array",
	SomeArrayShape:        "a non-empty array",
	BooleansShape:         "an object of booleans",
	URIShape:              "a URI",
	ReferenceShape:        "a URI reference",
	IDShape:               "a URI reference without a fragment",
	AnchorShape:           "a name: a letter, then letters, digits and any of - _ .",
	PatternShape:          "a regular expression as a string",
	SchemaShape:           "a schema (an object or a boolean)",
	SchemaOrBooleanShape:  "a schema (an object) or a boolean",
	SchemasShape:          "a non-empty array of schemas",
	SchemaOrSchemasShape:  "a schema or a non-empty array of schemas",
	SchemaMapShape:        "an object of schemas",
	PatternMapShape:       "an object of schemas",
	DependenciesShape:     "an object of schemas and arrays of strings",
	SomeDependenciesShape: "an object of schemas and non-empty arrays of strings",
}

// typeNames are the types that a schema can ask for (Validation section 6.1.1).
var typeNames = []string{"null", "boolean", "object", "array", "number", "string", "integer"}

// checker checks the value of one keyword and indexes its subschemas.
type checker struct {
	*resolver
	s  *Schema
	k  *Keyword
	ok bool
}

// shape checks that the value of a keyword is what its row wants, and indexes its subschemas. It reports every value that is not.
func (r *resolver) shape(s *Schema, k *Keyword) bool {
	c := &checker{r, s, k, true}
	c.value(k.Row.Shape, k.Value, "")
	return c.ok
}

// value checks a value; within is its JSON Pointer from the keyword's value.
func (c *checker) value(shape Shape, n tape.Node, within string) {
	t := c.s.Document.Tape
	kind := t.Kind(n)
	switch shape {
	case AnyShape:
	case BooleanShape:
		c.require(kind == tape.Bool, shape, n, within)
	case NumberShape:
		c.require(kind == tape.Number, shape, n, within)
	case PositiveShape:
		c.require(kind == tape.Number && t.Num(n).Compare(tape.Decimal{Text: "0"}) > 0, shape, n, within)
	case CountShape:
		c.require(kind == tape.Number && t.Num(n).IsInteger() && t.Num(n).Compare(tape.Decimal{Text: "0"}) >= 0, shape, n, within)
	case StringShape, PatternShape:
		c.require(kind == tape.String, shape, n, within)
	case URIShape:
		c.require(kind == tape.String && parseURI(string(t.Str(n))).scheme != "", shape, n, within)
	case ReferenceShape:
		c.require(kind == tape.String && isReference(string(t.Str(n))), shape, n, within)
	case IDShape:
		c.id(n)
	case AnchorShape:
		c.require(kind == tape.String && c.isAnchor(string(t.Str(n))), shape, n, within)
	case ArrayShape:
		c.require(kind == tape.Array, shape, n, within)
	case SomeArrayShape:
		c.require(kind == tape.Array && t.Len(n) > 0, shape, n, within)
	case BooleansShape:
		c.members(shape, BooleanShape, n)
	case StringsMapShape:
		c.members(shape, StringsShape, n)
	case StringsShape, SomeStringsShape:
		if c.require(kind == tape.Array && (shape == StringsShape || t.Len(n) > 0), shape, n, within) {
			c.strings(n, within)
		}
	case TypesShape:
		c.types(n)
	case SchemaShape, SchemaOrBooleanShape:
		c.sub(shape, n, within, Sub{})
	case SchemasShape:
		if c.require(kind == tape.Array && t.Len(n) > 0, shape, n, within) {
			for i, item := range c.s.Document.Items(n) {
				c.sub(SchemaShape, item, within+"/"+strconv.Itoa(i), Sub{})
			}
		}
	case SchemaOrSchemasShape:
		if kind == tape.Array {
			c.value(SchemasShape, n, within)
		} else if c.require(kind == tape.Object || kind == tape.Bool, shape, n, within) {
			c.value(SchemaShape, n, within)
		}
	case SchemaMapShape, PatternMapShape:
		c.members(shape, SchemaShape, n)
	case DependenciesShape:
		c.members(shape, StringsShape, n)
	case SomeDependenciesShape:
		c.members(shape, SomeStringsShape, n)
	}
}

// require reports a value that is not of its shape.
func (c *checker) require(ok bool, shape Shape, n tape.Node, within string) bool {
	if !ok {
		c.wrong(n, within, "must be "+expected[shape]+", got "+found(c.s.Document.Tape, n), c.hint(n))
	}
	return ok
}

// wrong reports a mistake in the keyword's value. The message begins with the keyword, and where in it.
func (c *checker) wrong(n tape.Node, within, message, help string) {
	c.ok = false
	c.mistake(func() diag.Diagnostic {
		return diag.Diagnostic{
			Place:   c.s.place(n, "/"+load.Token(c.k.Name)+within),
			Message: c.k.Name + diag.Pointer(within)[1:] + " " + message,
			Help:    help,
		}
	})
}

// hint knows mistakes that come from other drafts.
func (c *checker) hint(n tape.Node) string {
	kind := c.s.Document.Tape.Kind(n)
	switch {
	case c.k.Name == "required" && kind == tape.Bool:
		return "list the names of required properties in the schema of the object that holds them"
	case (c.k.Name == "exclusiveMinimum" || c.k.Name == "exclusiveMaximum") && kind == tape.Bool:
		return "this is the form of draft 4; since draft 6 the limit itself stands here"
	case c.k.Name == "items" && kind == tape.Array && c.s.Dialect.Draft == Draft2020:
		return "this is the form of earlier drafts; 2020-12 has prefixItems for it"
	}
	return ""
}

// members checks an object whose values have one shape, or are schemas if the keyword takes them.
func (c *checker) members(shape, each Shape, n tape.Node) {
	t := c.s.Document.Tape
	if !c.require(t.Kind(n) == tape.Object, shape, n, "") {
		return
	}
	mixed := shape == DependenciesShape || shape == SomeDependenciesShape
	for key, value := range c.s.Document.Members(n) {
		name := string(t.Str(key))
		within := "/" + load.Token(name)
		if each == SchemaShape || mixed && t.Kind(value) != tape.Array {
			c.sub(SchemaShape, value, within, Sub{Name: name, Key: key})
		} else {
			c.value(each, value, within)
		}
	}
}

// sub indexes a subschema.
func (c *checker) sub(shape Shape, n tape.Node, within string, sub Sub) {
	kind := c.s.Document.Tape.Kind(n)
	if kind == tape.Bool && shape == SchemaShape && c.s.Dialect.Draft == Draft4 {
		c.wrong(n, within, "must be a schema (an object), got "+found(c.s.Document.Tape, n), "draft 4 has no boolean schemas")
		return
	}
	if c.require(kind == tape.Object || kind == tape.Bool, shape, n, within) && !c.full {
		sub.Schema = c.schema(c.s.document, n, c.s.Pointer+"/"+load.Token(c.k.Name)+within, c.s)
		c.k.Subs = append(c.k.Subs, sub)
	}
}

// strings checks that the items of an array are strings, each once.
func (c *checker) strings(n tape.Node, within string) {
	t := c.s.Document.Tape
	first := make(map[string]tape.Node, t.Len(n))
	for i, item := range c.s.Document.Items(n) {
		at := within + "/" + strconv.Itoa(i)
		if !c.require(t.Kind(item) == tape.String, StringShape, item, at) {
			continue
		}
		c.once(first, item, at)
	}
}

// once reports a string that stands in an array twice.
func (c *checker) once(first map[string]tape.Node, item tape.Node, within string) {
	name := string(c.s.Document.Tape.Str(item))
	earlier, twice := first[name]
	if !twice {
		first[name] = item
		return
	}
	c.ok = false
	c.mistake(func() diag.Diagnostic {
		return diag.Diagnostic{
			Place:   c.s.place(item, "/"+load.Token(c.k.Name)+within),
			Message: c.k.Name + " has " + diag.Quote(name) + " twice",
			Related: []diag.Place{c.s.Document.PlaceAt(c.s.Document.Tape.Offset(earlier), "")},
		}
	})
}

// types checks the value of type.
func (c *checker) types(n tape.Node) {
	t := c.s.Document.Tape
	switch {
	case t.Kind(n) == tape.String:
		c.typeName(n, "")
	case c.require(t.Kind(n) == tape.Array && t.Len(n) > 0, TypesShape, n, ""):
		first := map[string]tape.Node{}
		for i, item := range c.s.Document.Items(n) {
			at := "/" + strconv.Itoa(i)
			if c.typeName(item, at) {
				c.once(first, item, at)
			}
		}
	}
}

// typeName checks one name of a type.
func (c *checker) typeName(n tape.Node, within string) bool {
	t := c.s.Document.Tape
	if t.Kind(n) == tape.String && slices.Contains(typeNames, string(t.Str(n))) {
		return true
	}
	help := ""
	if t.Kind(n) == tape.String {
		help = diag.Nearest(string(t.Str(n)), typeNames)
	}
	c.wrong(n, within, "must be one of "+list(typeNames, "and")+", got "+found(t, n), help)
	return false
}

// id checks $id as it is since 2019-09 (Core section 8.2.1).
func (c *checker) id(n tape.Node) {
	t := c.s.Document.Tape
	if !c.require(t.Kind(n) == tape.String && isReference(string(t.Str(n))), ReferenceShape, n, "") {
		return
	}
	if fragment := parseURI(string(t.Str(n))).fragment; fragment != "" {
		c.wrong(n, "", "must be "+expected[IDShape]+", got "+found(t, n), "name a place in a document with $anchor")
	}
}

// isAnchor reports whether s is a plain name for a fragment (2019-09 Core section 8.2.3, 2020-12 Core section 8.2.2).
func (c *checker) isAnchor(s string) bool {
	for i := range len(s) {
		b := s[i]
		letter := 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b == '_' && c.s.Dialect.Draft == Draft2020
		rest := '0' <= b && b <= '9' || b == '-' || b == '.' || b == '_' || b == ':' && c.s.Dialect.Draft == Draft2019
		if !letter && (i == 0 || !rest) {
			return false
		}
	}
	return s != ""
}

// isReference reports whether s can be a URI reference: all percent-encoding is right, none but printing characters stand in it, and what has no scheme has
// no colon where a scheme would end (RFC 3986 section 4.2).
func isReference(s string) bool {
	_, ok := decodeFragment(s)
	u := parseURI(s)
	first, _, _ := strings.Cut(u.path, "/")
	return ok && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) &&
		(u.scheme != "" || u.hasAuthority || !strings.Contains(first, ":"))
}

// found describes a value that is not what it should be.
func found(t *tape.Tape, n tape.Node) string {
	switch t.Kind(n) {
	case tape.String:
		return diag.Quote(string(t.Str(n)))
	case tape.Object:
		return "an object"
	case tape.Array:
		if t.Len(n) == 0 {
			return "an empty array"
		}
		return "an array"
	case tape.Number:
		q := diag.Quote(string(t.Text(n)))
		return q[1 : len(q)-1]
	}
	return string(t.Text(n))
}
