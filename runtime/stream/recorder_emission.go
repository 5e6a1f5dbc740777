package stream

import (
	"slices"
	"strings"
	"time"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// Emission is what a recorder needs to know of single properties: what it fills in, and what it masks.
type Emission struct {
	Constants []Constant
	Elapsed   []ElapsedProperty
	Masked    []Masked
}

// Constant is a property that the schema fixes, for records of some names.
type Constant struct {
	Of       []string // names; nil is all
	Property string
	Value    string   // as JSON
	After    []string // where the property stands: behind the first of these that is present, else at the end
}

// ElapsedProperty is a property of a closing record that holds the time since the opening one (see Pair.Elapsed).
type ElapsedProperty struct {
	Of       []string
	Property string
	Unit     time.Duration // what 1 means
	Whole    bool          // only whole numbers are allowed
}

// Masked is a property that can hold secrets. All strings in its value are masked, however deep.
type Masked struct {
	Of []string // names; nil is all
	At string   // JSON Pointer, "" for the whole record; in it, * is every item of an array and every member of an object
}

// rule is what a recorder does to the records of one name.
type rule struct {
	time, session place
	constants     []constant
	elapsed       []elapsed
	masked        [][]string // the reference tokens of pointers
	opens         []openRule // the pairs that the name opens
}

// place is where a member stands, if it is there, or would stand.
type place struct {
	pointer string // "" is nowhere
	object  string // the pointer of the object that it is a member of
	name    string // the member's name
}

type constant struct {
	place
	value string
	after []string
}

type elapsed struct {
	place
	ElapsedProperty
}

func placeOf(pointer string) place {
	at := strings.LastIndexByte(pointer, '/')
	if at < 0 {
		return place{}
	}
	return place{pointer, pointer[:at], unescapeToken(pointer[at+1:])}
}

// unescapeToken returns the name that a reference token stands for (RFC 6901 section 4).
func unescapeToken(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

// memberOf returns the place of a member of the record itself.
func memberOf(name string) place {
	return place{"/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1"), "", name}
}

// rulesOf returns the rules of a stream, parallel to Facts.Names.
func rulesOf(f *Facts, e *Emission) []rule {
	rules := make([]rule, len(f.Names))
	for i, name := range f.Names {
		r := &rules[i]
		r.time, r.session = placeOf(f.Time), placeOf(f.Session)
		of := func(names []string) bool { return names == nil || slices.Contains(names, name) }
		for _, c := range e.Constants {
			if of(c.Of) {
				r.constants = append(r.constants, constant{memberOf(c.Property), c.Value, c.After})
			}
		}
		for _, p := range e.Elapsed {
			if of(p.Of) {
				r.elapsed = append(r.elapsed, elapsed{memberOf(p.Property), p})
			}
		}
		for _, m := range e.Masked {
			if of(m.Of) {
				tokens := strings.Split(m.At, "/")[1:]
				for i := range tokens {
					tokens[i] = unescapeToken(tokens[i])
				}
				r.masked = append(r.masked, tokens)
			}
		}
		for p := range f.Pairs {
			if slices.Contains(f.Pairs[p].Open, name) {
				r.opens = append(r.opens, openRule{index: p, pair: &f.Pairs[p], keys: f.keys(f.Pairs[p].By)})
			}
		}
	}
	return rules
}

// declared returns the names of all properties that a schema declares, wherever.
func declared(p *schema.Program) map[string]struct{} {
	names := map[string]struct{}{}
	for _, n := range p.Nodes {
		if n.Object != nil {
			for _, property := range n.Object.Properties {
				names[property.Name] = struct{}{}
			}
		}
	}
	return names
}

// isEmpty reports whether a value is the one that a Go field has before it is set.
func isEmpty(t *tape.Tape, n tape.Node) bool {
	switch t.Kind(n) {
	case tape.Null:
		return true
	case tape.Bool:
		return !t.Bool(n)
	case tape.Number:
		return string(t.Text(n)) == "0"
	case tape.String:
		return len(t.Str(n)) == 0
	}
	return false
}
