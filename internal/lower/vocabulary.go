package lower

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

//go:embed x-assay.schema.json
var vocabularySchema []byte

// vocabulary is the schema of the x-assay vocabulary, and the programs of the two forms that an x-assay object has.
type vocabulary struct {
	document       *load.Document
	root, property *schema.Program
}

// assayVocabulary is made from its schema as every program is, on first use.
var assayVocabulary = sync.OnceValue(func() *vocabulary {
	var mistakes diag.List
	v := &vocabulary{document: load.Parse("x-assay.schema.json", vocabularySchema, &mistakes)}
	g := resolve.Resolve([]*load.Document{v.document}, &mistakes)
	if mistakes.Len() == 0 {
		form := func(name string) *schema.Program {
			for _, sub := range g.Roots[0].Subs("$defs") {
				if sub.Name == name {
					return Program(g, sub.Schema, Options{AssertFormat: true}, &mistakes)
				}
			}
			panic("the x-assay vocabulary has no form called " + name)
		}
		v.root, v.property = form("root"), form("property")
	}
	if err := mistakes.Err(); err != nil {
		panic(fmt.Sprintf("the schema of the x-assay vocabulary is broken: %s", err))
	}
	return v
})

// checkForms checks every x-assay object of the root's document against the vocabulary's schema: the root form on the root, the property form on
// properties. Nothing reads one elsewhere, so there it is a mistake.
func checkForms(root *resolve.Schema, mistakes *diag.List) {
	properties := map[*resolve.Schema]bool{}
	var carriers []*resolve.Schema
	for _, s := range root.InDocument() {
		for _, sub := range s.Subs("properties") {
			properties[sub.Schema] = true
		}
		if s.Keyword("x-assay") != nil {
			carriers = append(carriers, s)
		}
	}
	if len(carriers) == 0 {
		return
	}
	v := assayVocabulary()
	for _, s := range carriers {
		k := s.Keyword("x-assay")
		switch {
		case s == root:
			v.check(s, k, v.root, mistakes)
		case properties[s]:
			v.check(s, k, v.property, mistakes)
		default:
			mistakes.Add(diag.Diagnostic{Place: s.KeywordPlace(k), Message: "x-assay belongs on the root of a document or on a property"})
		}
	}
}

// check adds what a form's program finds wrong with an x-assay object.
func (v *vocabulary) check(s *resolve.Schema, k *resolve.Keyword, form *schema.Program, mistakes *diag.List) {
	d := s.Document
	err := form.Validate(d.Tape, k.Value)
	if err == nil {
		return
	}
	for _, violation := range err.Violations {
		m := diag.Diagnostic{Place: d.PlaceAt(violation.Offset, violation.InstanceLocation), Message: violation.Message}
		switch violation.Keyword {
		case "uniqueItems":
			m = repeated(d, violation)
		case "pattern":
			m.Help = v.description(violation)
		}
		if message, name, ok := strings.Cut(m.Message, "; did you mean "); ok {
			m.Message, m.Help = message, "did you mean "+name
		}
		mistakes.Add(m)
	}
	if err.More > 0 {
		mistakes.Add(diag.Diagnostic{Place: s.KeywordPlace(k), Message: fmt.Sprintf("x-assay breaks %d more rules", err.More)})
	}
}

// description says what a value must be, in the words of the vocabulary's schema; "" if it has none.
func (v *vocabulary) description(violation schema.Violation) string {
	_, pointer, _ := strings.Cut(violation.AbsoluteKeywordLocation, "#")
	n, ok := v.document.Tape.Lookup(0, strings.TrimSuffix(pointer, "/"+violation.Keyword))
	if !ok {
		return ""
	}
	text := textAt(v.document, n, "description")
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + strings.TrimSuffix(text[1:], ".")
}

// repeated places a violation of uniqueItems at the first item that repeats another.
func repeated(d *load.Document, v schema.Violation) diag.Diagnostic {
	array, ok := d.Tape.Lookup(0, v.InstanceLocation)
	if !ok {
		panic("the interpreter found " + v.InstanceLocation + ", which is not there")
	}
	for i, item := range d.Items(array) {
		for j, earlier := range d.Items(array) {
			if j < i && tape.Equal(d.Tape, item, d.Tape, earlier) {
				return diag.Diagnostic{Place: d.Place(item), Message: shown(d, item) + " is listed twice"}
			}
		}
	}
	panic("the interpreter found " + v.InstanceLocation + " not unique")
}

// shown returns a value as it may stand in a message.
func shown(d *load.Document, n tape.Node) string {
	if d.Tape.Kind(n) == tape.String {
		return diag.Quote(string(d.Tape.Str(n)))
	}
	return "the " + d.Tape.Kind(n).String()
}
