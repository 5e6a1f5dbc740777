package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/resolve"
)

// view is the set of schemas that apply to one value: a schema and what its in-place applicators reach, in written order. Branches are taken as far as
// the record's name decides them. A branch that stays undecided is left out: its properties have no field, and are kept as extra members.
type view struct {
	schemas []*resolve.Schema
	sure    map[*resolve.Schema]bool // whether it is reached without a decision; of each of schemas
}

// selector decides branches by the value of one property. The zero selector decides nothing.
type selector struct {
	*choices
	value string
}

// newView collects what applies to a value under all of roots.
func newView(by selector, roots ...*resolve.Schema) *view {
	v := &view{sure: map[*resolve.Schema]bool{}}
	for _, root := range roots {
		v.walk(root, by, true)
	}
	return v
}

func (v *view) has(s *resolve.Schema) bool {
	_, has := v.sure[s]
	return has
}

func (v *view) walk(s *resolve.Schema, by selector, sure bool) {
	if s == nil || s.Boolean {
		return
	}
	if v.has(s) {
		if sure && !v.sure[s] { // reached by a decision before, and now without
			v.sure[s] = true
			for _, k := range s.Keywords {
				v.apply(s, k, by, sure)
			}
		}
		return
	}
	v.schemas = append(v.schemas, s)
	v.sure[s] = sure
	for _, k := range s.Keywords {
		v.apply(s, k, by, sure)
	}
}

func (v *view) apply(s *resolve.Schema, k *resolve.Keyword, by selector, sure bool) {
	switch k.Name {
	case "$ref":
		v.walk(k.Target, by, sure)
	case "allOf":
		by.each(k, func(sub *resolve.Schema) { v.walk(sub, by, sure) })
	case "if":
		switch by.decide(s.Sub("if")) {
		case yes:
			v.walk(s.Sub("then"), by, false)
		case no:
			v.walk(s.Sub("else"), by, false)
		}
	case "oneOf", "anyOf":
		var open []*resolve.Schema
		by.each(k, func(sub *resolve.Schema) { open = append(open, sub) })
		if len(open) == 1 {
			v.walk(open[0], by, sure && len(k.Subs) == 1)
		}
	}
}

// key tells views apart: it lists the schemas that say something of their own about the value.
func (v *view) key() string {
	var b strings.Builder
	for _, s := range v.schemas {
		for _, k := range s.Keywords {
			if !saysNothing[k.Name] {
				fmt.Fprintf(&b, "%q#%q ", s.Document.Name, s.Pointer)
				break
			}
		}
	}
	return b.String()
}

// saysNothing are the keywords that only annotate, identify, or apply other schemas in place, which are in the view themselves.
var saysNothing = map[string]bool{
	"$ref": true, "allOf": true, "title": true, "description": true, "$comment": true, "$id": true, "id": true, "$schema": true, "$anchor": true, "$defs": true,
	"definitions": true, "x-assay": true, "default": true, "examples": true, "deprecated": true, "readOnly": true, "writeOnly": true,
}

// each calls f for each keyword of the given name in the view.
func (v *view) each(name string, f func(s *resolve.Schema, k *resolve.Keyword)) {
	for _, s := range v.schemas {
		if k := s.Keyword(name); k != nil {
			f(s, k)
		}
	}
}

// text returns the first value of a keyword that is a string.
func (v *view) text(name string) string {
	for _, s := range v.schemas {
		if t := s.Text(name); t != "" {
			return t
		}
	}
	return ""
}

// answer is what a selector knows of a schema.
type answer uint8

const (
	maybe answer = iota
	yes          // every object with that name is valid
	no           // none is
)

// each calls f for the subschemas of allOf, anyOf or oneOf that matter for an object whose property has the value, in written order.
func (by selector) each(k *resolve.Keyword, f func(*resolve.Schema)) {
	if by.choices == nil {
		for _, sub := range k.Subs {
			f(sub.Schema)
		}
		return
	}
	index := by.index(k)
	listed, rest := index.byValue[by.value], index.rest
	for len(listed)+len(rest) > 0 { // both are sorted
		from := &listed
		if len(listed) == 0 || len(rest) > 0 && rest[0] < listed[0] {
			from = &rest
		}
		f(k.Subs[(*from)[0]].Schema)
		*from = (*from)[1:]
	}
}

// decide says whether an object whose property has the value is valid under s.
func (by selector) decide(s *resolve.Schema) answer {
	if by.choices == nil || s == nil {
		return maybe
	}
	if allowed := by.allowed(s); allowed.finite && !slices.Contains(allowed.strings, by.value) {
		return no
	}
	if by.only(s) {
		return yes
	}
	return maybe
}
