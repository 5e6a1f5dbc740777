package model

import (
	"slices"

	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/tape"
)

// choices knows which strings schemas allow for one property. Every schema is looked at once; the graph has no loop through in-place applicators.
type choices struct {
	property string
	ofObject map[*resolve.Schema]listing // what an object's schema allows for the property
	ofValue  map[*resolve.Schema]listing // what a schema allows for the value itself
	isOnly   map[*resolve.Schema]bool    // of objects: see only
	isList   map[*resolve.Schema]bool    // of values: see onlyLists
	indexes  map[*resolve.Keyword]*index
}

// index says for which values of the property the subschemas of an allOf, anyOf or oneOf matter, by their positions. There is one so that not each of
// thousands of branches is looked at for each of thousands of names.
type index struct {
	byValue map[string][]int // those that matter for the values that they list
	rest    []int            // those that matter for all
}

// listing is a list of strings in written order, if finite.
type listing struct {
	strings []string
	finite  bool
}

func newChoices(property string) *choices {
	return &choices{
		property: property,
		ofObject: map[*resolve.Schema]listing{}, ofValue: map[*resolve.Schema]listing{},
		isOnly: map[*resolve.Schema]bool{}, isList: map[*resolve.Schema]bool{}, indexes: map[*resolve.Keyword]*index{},
	}
}

// index returns the index of an allOf, anyOf or oneOf.
func (c *choices) index(k *resolve.Keyword) *index {
	if known := c.indexes[k]; known != nil {
		return known
	}
	x := &index{byValue: map[string][]int{}}
	c.indexes[k] = x
	for i, sub := range k.Subs {
		about := sub.Schema
		if k.Name == "allOf" {
			about = condition(sub.Schema)
		}
		listed := listing{}
		if about != nil {
			listed = c.allowed(about)
		}
		if !listed.finite {
			x.rest = append(x.rest, i)
		}
		for _, value := range listed.strings {
			if at := x.byValue[value]; len(at) == 0 || at[len(at)-1] != i { // an enum may list a value twice
				x.byValue[value] = append(at, i)
			}
		}
	}
	return x
}

// condition returns the if of a schema that says nothing about values for which it does not hold; nil if the schema is another.
func condition(s *resolve.Schema) *resolve.Schema {
	for _, k := range s.Keywords {
		switch k.Name {
		case "if", "then", "title", "description", "$comment":
		default:
			return nil
		}
	}
	return s.Sub("if")
}

// allowed returns the strings that the property of a valid object can be.
func (c *choices) allowed(s *resolve.Schema) listing {
	return intersect(s, c.ofObject, c.allowed, func(k *resolve.Keyword) listing {
		if k.Name == "properties" {
			for _, sub := range k.Subs {
				if sub.Name == c.property {
					return c.listed(sub.Schema)
				}
			}
		}
		return listing{}
	})
}

// listed returns the strings that are valid under s.
func (c *choices) listed(s *resolve.Schema) listing {
	return intersect(s, c.ofValue, c.listed, func(k *resolve.Keyword) listing { return enumerated(s, k) })
}

// enumerated returns the strings of a const or an enum.
func enumerated(s *resolve.Schema, k *resolve.Keyword) listing {
	t := s.Document.Tape
	l := listing{finite: true}
	switch k.Name {
	case "const":
		if t.Kind(k.Value) == tape.String {
			l.strings = append(l.strings, string(t.Str(k.Value)))
		}
		return l
	case "enum":
		for n, end := k.Value+1, t.Next(k.Value); n < end; n = t.Next(n) {
			if t.Kind(n) == tape.String {
				l.strings = append(l.strings, string(t.Str(n)))
			}
		}
		return l
	}
	return listing{}
}

// intersect returns the strings that all keywords of s agree on: own tells what a keyword allows by itself, recurse what a schema applied in
// place does.
func intersect(s *resolve.Schema, memo map[*resolve.Schema]listing, recurse func(*resolve.Schema) listing,
	own func(*resolve.Keyword) listing) (result listing) {
	if s == nil || s.Boolean {
		return listing{finite: s != nil && !s.Allows}
	}
	if known, ok := memo[s]; ok {
		return known
	}
	memo[s] = listing{} // for the case of a loop after all
	for _, k := range s.Keywords {
		switch k.Name {
		case "$ref":
			result.and(recurse(k.Target))
		case "allOf":
			for _, sub := range k.Subs {
				result.and(recurse(sub.Schema))
			}
		case "oneOf", "anyOf":
			union, known := listing{finite: true}, map[string]bool{}
			for _, sub := range k.Subs {
				union.or(recurse(sub.Schema), known)
			}
			result.and(union)
		default:
			result.and(own(k))
		}
	}
	memo[s] = result
	return result
}

func (l *listing) and(m listing) {
	switch {
	case !m.finite:
	case !l.finite:
		*l = m
	default:
		known := set(m.strings)
		l.strings = slices.DeleteFunc(slices.Clone(l.strings), func(x string) bool { return !known[x] })
	}
}

// or adds the strings of m that are not known to be in l.
func (l *listing) or(m listing, known map[string]bool) {
	l.finite = l.finite && m.finite
	for _, x := range m.strings {
		if !known[x] {
			l.strings = append(l.strings, x)
			known[x] = true
		}
	}
}

func set(strings []string) map[string]bool {
	known := make(map[string]bool, len(strings))
	for _, x := range strings {
		known[x] = true
	}
	return known
}

// only reports whether s says nothing about an object but which strings the property may be.
func (c *choices) only(s *resolve.Schema) bool {
	return saysOnly(s, c.isOnly, c.only, func(k *resolve.Keyword) bool {
		switch k.Name {
		case "type":
			return slices.Contains(s.Texts("type"), "object")
		case "required":
			return slices.Equal(s.Texts("required"), []string{c.property})
		case "properties":
			return len(k.Subs) == 1 && k.Subs[0].Name == c.property && c.onlyLists(k.Subs[0].Schema)
		}
		return false
	})
}

// onlyLists reports whether s says nothing about a value but which strings it may be.
func (c *choices) onlyLists(s *resolve.Schema) bool {
	return saysOnly(s, c.isList, c.onlyLists, func(k *resolve.Keyword) bool {
		switch k.Name {
		case "type":
			return slices.Contains(s.Texts("type"), "string")
		case "const", "enum":
			return true
		}
		return false
	})
}

// saysOnly reports whether every keyword of s is an annotation, passes own, or applies schemas that pass recurse.
func saysOnly(s *resolve.Schema, memo map[*resolve.Schema]bool, recurse func(*resolve.Schema) bool, own func(*resolve.Keyword) bool) bool {
	if s.Boolean {
		return s.Allows
	}
	if known, ok := memo[s]; ok {
		return known
	}
	memo[s] = false
	for _, k := range s.Keywords {
		switch k.Name {
		case "title", "description", "$comment", "$id", "$anchor", "$defs", "definitions", "x-assay":
		case "$ref":
			if !recurse(k.Target) {
				return false
			}
		case "allOf":
			for _, sub := range k.Subs {
				if !recurse(sub.Schema) {
					return false
				}
			}
		default:
			if !own(k) {
				return false
			}
		}
	}
	memo[s] = true
	return true
}
