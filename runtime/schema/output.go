package schema

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/tape"
)

// OutputFlag is the result of a validation in the output format Flag (2020-12 Core section 12.4.1).
type OutputFlag struct {
	Valid bool `json:"valid"`
}

// OutputUnit is an output unit of the formats Basic and Detailed (2020-12 Core section 12.3). Marshalled as JSON its members have the names and the order of
// the specification. A unit has errors if something is not valid, else it may have annotations, see [Program.Basic].
//
// An absolute keyword location begins with the document as the Program calls it, which is the name of a file unless [OutputUnit.Locate] says its URI.
type OutputUnit struct {
	Valid                   bool         `json:"valid"`
	KeywordLocation         string       `json:"keywordLocation"`
	AbsoluteKeywordLocation string       `json:"absoluteKeywordLocation,omitempty"`
	InstanceLocation        string       `json:"instanceLocation"`
	Error                   string       `json:"error,omitempty"`
	Annotation              RawJSON      `json:"annotation,omitempty"`
	Errors                  []OutputUnit `json:"errors,omitempty"`
	Annotations             []OutputUnit `json:"annotations,omitempty"`
}

// RawJSON is a JSON text. It is marshalled as it is.
type RawJSON string

// MarshalJSON returns the text.
func (r RawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

// Basic validates the value n of t and returns the format Basic (2020-12 Core section 12.4.2): [Error.Basic] if the value is not valid, else a unit for the root
// schema that lists a unit for each annotation, in the order in which schemas apply. There are annotations if the Program has any. The only error is that
// collecting them takes too many steps.
func (p *Program) Basic(t *tape.Tape, n tape.Node) (OutputUnit, error) {
	if e := p.Validate(t, n); e != nil {
		return e.Basic(), nil
	}
	found, err := p.annotations(t, n)
	root := OutputUnit{Valid: true}
	for i := range found {
		root.Annotations = append(root.Annotations, found[i].unit(true))
	}
	return root, err
}

// Detailed is Basic for the format Detailed (2020-12 Core section 12.4.3): [Error.Detailed] if the value is not valid, else the annotations as such a tree.
func (p *Program) Detailed(t *tape.Tape, n tape.Node) (OutputUnit, error) {
	if e := p.Validate(t, n); e != nil {
		return e.Detailed(), nil
	}
	found, err := p.annotations(t, n)
	if len(found) == 0 {
		return OutputUnit{Valid: true}, err
	}
	return p.tree(ways(found), 0, true), nil
}

// Flag returns the format Flag: the verdict and no more. A nil Error is that of a valid instance.
func (e *Error) Flag() OutputFlag { return OutputFlag{Valid: e == nil} }

// Basic returns the format Basic (2020-12 Core section 12.4.2): a unit for the root schema that lists a unit for each violation, and after the violation of a
// union those that are its causes. A nil Error is that of a valid instance.
func (e *Error) Basic() OutputUnit {
	if e == nil {
		return OutputUnit{Valid: true}
	}
	root := OutputUnit{AbsoluteKeywordLocation: fragmentEscaped(e.program.absolute(""))}
	var list func([]Violation)
	list = func(violations []Violation) {
		for i := range violations {
			root.Errors = append(root.Errors, violations[i].unit(false))
			list(violations[i].Causes)
		}
	}
	list(e.all())
	return root
}

// Detailed returns the format Detailed (2020-12 Core section 12.4.3): a tree that follows the applicators of the schema, without the units that would have a
// single unit below them. The violation of a union has its causes below it. A nil Error is that of a valid instance.
func (e *Error) Detailed() OutputUnit {
	if e == nil {
		return OutputUnit{Valid: true}
	}
	violations := e.all()
	if len(violations) == 0 {
		return e.Basic()
	}
	return e.program.tree(ways(violations), 0, false)
}

// all returns the violations, and one that counts those that were left out.
func (e *Error) all() []Violation {
	switch {
	case e.More > 0:
		text := "1 more violation"
		if e.More > 1 {
			text = fmt.Sprintf("%d more violations", e.More)
		}
		return append(slices.Clip(e.Violations), Violation{AbsoluteKeywordLocation: e.program.absolute(""), Message: text})
	case len(e.Violations) == 0:
		// The specification wants a reason for every unit that is not valid.
		return []Violation{{AbsoluteKeywordLocation: e.program.absolute(""), Message: e.Error()}}
	}
	return e.Violations
}

// unit returns the unit of a violation, or of an annotation, whose message is its value.
func (v *Violation) unit(valid bool) OutputUnit {
	u := OutputUnit{
		Valid:                   valid,
		KeywordLocation:         v.KeywordLocation,
		AbsoluteKeywordLocation: fragmentEscaped(v.AbsoluteKeywordLocation),
		InstanceLocation:        v.InstanceLocation,
	}
	if valid {
		u.Annotation = RawJSON(v.Message)
	} else {
		u.Error = v.Message
	}
	return u
}

// Locate returns the unit, and those below it, with documents called by their URIs: uris has them by the names that the Program calls its documents. The
// specification wants absolute keyword locations to be full URIs.
func (u OutputUnit) Locate(uris map[string]string) OutputUnit {
	document, fragment, _ := strings.Cut(u.AbsoluteKeywordLocation, "#")
	if uri, ok := uris[document]; ok && u.AbsoluteKeywordLocation != "" {
		u.AbsoluteKeywordLocation = strings.TrimSuffix(uri, "#") + "#" + fragment
	}
	u.Errors, u.Annotations = slices.Clone(u.Errors), slices.Clone(u.Annotations)
	for _, below := range [][]OutputUnit{u.Errors, u.Annotations} {
		for i := range below {
			below[i] = below[i].Locate(uris)
		}
	}
	return u
}

// fragmentEscaped escapes the JSON Pointer of an absolute keyword location as a fragment of a URI (RFC 6901 section 6, RFC 3986 section 3.5).
func fragmentEscaped(location string) string {
	document, pointer, found := strings.Cut(location, "#")
	if !found {
		return location
	}
	var b strings.Builder
	b.WriteString(document)
	b.WriteByte('#')
	for i := range len(pointer) {
		switch c := pointer[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// place is a step on the way to a violation: how much of its keyword location, and of its instance location, is behind.
type place struct{ keyword, instance int }

// way is a violation with the applicators and the subschemas that lead to it, from the outside in. The root schema and the violated keyword are no part of it.
type way struct {
	*Violation
	places []place
}

func ways(violations []Violation) []way {
	list := make([]way, len(violations))
	for i := range violations {
		list[i] = way{&violations[i], violations[i].places()}
	}
	return list
}

// descends reports what follows an applicator: a name or an index of the subschema, and a step down into the instance. Those that are not listed, not, if,
// then, else and the references, apply their only subschema in place.
func descends(applicator string) (named, down bool) {
	switch applicator {
	case "allOf", "anyOf", "oneOf", "dependentSchemas", "dependencies":
		return true, false
	case "properties", "patternProperties", "prefixItems":
		return true, true
	case "additionalProperties", "unevaluatedProperties", "propertyNames", "items", "additionalItems", "unevaluatedItems":
		return false, true
	}
	return false, false
}

// places takes the locations of a violation apart.
func (v *Violation) places() (list []place) {
	var at place
	for {
		end := tokenEnd(v.KeywordLocation, at.keyword)
		if end == len(v.KeywordLocation) {
			return list
		}
		keyword := v.KeywordLocation[at.keyword+1 : end]
		at.keyword = end
		list = append(list, at)
		named, down := descends(keyword)
		if down {
			at.instance = tokenEnd(v.InstanceLocation, at.instance)
		}
		// Up to draft 2019-09 items may be an array. No keyword looks like an index.
		if c := v.KeywordLocation[end+1:]; named || keyword == "items" && c != "" && '0' <= c[0] && c[0] <= '9' {
			at.keyword = tokenEnd(v.KeywordLocation, end)
		}
		if at.keyword == len(v.KeywordLocation) {
			return list
		}
		if at != list[len(list)-1] {
			list = append(list, at)
		}
	}
}

// tokenEnd returns where the reference token that begins at from ends.
func tokenEnd(pointer string, from int) int {
	if from >= len(pointer) {
		return len(pointer)
	}
	if i := strings.IndexByte(pointer[from+1:], '/'); i >= 0 {
		return from + 1 + i
	}
	return len(pointer)
}

// same reports whether two ways that are the same up to their place n are so there too.
func (a way) same(b way, n int) bool {
	if n >= len(a.places) || n >= len(b.places) || a.places[n] != b.places[n] {
		return false
	}
	var from place
	if n > 0 {
		from = a.places[n-1]
	}
	to := a.places[n]
	return a.KeywordLocation[from.keyword:to.keyword] == b.KeywordLocation[from.keyword:to.keyword] &&
		a.InstanceLocation[from.instance:to.instance] == b.InstanceLocation[from.instance:to.instance]
}

// tree returns the unit of the innermost place that all of the ways, which are the same up to place n, go through. They lead to annotations if valid.
func (p *Program) tree(list []way, n int, valid bool) OutputUnit {
	first := list[0]
	if len(list) == 1 {
		unit := first.unit(valid)
		if len(first.Causes) > 0 {
			unit.Errors = []OutputUnit{p.tree(ways(first.Causes), 0, valid)}
		}
		return unit
	}
	for n < len(first.places) && !slices.ContainsFunc(list, func(other way) bool { return !first.same(other, n) }) {
		n++
	}
	var at place
	if n > 0 {
		at = first.places[n-1]
	}
	unit := OutputUnit{Valid: valid, KeywordLocation: first.KeywordLocation[:at.keyword], InstanceLocation: first.InstanceLocation[:at.instance]}
	unit.AbsoluteKeywordLocation = fragmentEscaped(p.absolute(unit.KeywordLocation))
	var groups [][]way // those that go on together, in the order of their first
	for _, next := range list {
		i := slices.IndexFunc(groups, func(group []way) bool { return group[0].same(next, n) })
		if i < 0 {
			i, groups = len(groups), append(groups, nil)
		}
		groups[i] = append(groups[i], next)
	}
	below := make([]OutputUnit, len(groups))
	for i, group := range groups {
		below[i] = p.tree(group, n, valid)
	}
	if valid {
		unit.Annotations = below
	} else {
		unit.Errors = below
	}
	return unit
}

// absolute returns the absolute location of what a keyword location leads to, be it a schema or a keyword. It is "" without a program.
func (p *Program) absolute(location string) string {
	if p == nil {
		return ""
	}
	p.once.Do(p.derive)
	node := p.schema(p.derived.root)
	for location != "" {
		next, length := p.follow(node, location)
		if next == nil {
			break
		}
		node, location = next, location[length:]
	}
	return p.source(node) + "#" + node.At + location
}

// follow returns the schema that a schema applies first on the way of a keyword location, and how much of the location leads to it; nil if there is none.
func (p *Program) follow(n *Node, location string) (*Node, int) {
	if n.Logic != nil {
		for _, r := range n.Logic.Refs {
			if end := tokenEnd(location, 0); location[1:end] == pointerStep(r.Keyword) {
				return p.schema(r.Schema), end
			}
		}
	}
	for ref := range subschemas(n) {
		// Invariant: Node.At of a subschema begins with that of the schema that holds it.
		sub := p.schema(ref)
		step, below := strings.CutPrefix(sub.At, n.At)
		if !below || step == "" || sub.Source != n.Source {
			continue
		}
		if rest, ok := strings.CutPrefix(location, step); ok && (rest == "" || rest[0] == '/') {
			return sub, len(step)
		}
	}
	return nil, 0
}

// subschemas returns the schemas that a schema holds, but for those that are 0. Those that it refers to are not among them.
func subschemas(n *Node) iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		each := func(refs ...Ref) bool {
			return !slices.ContainsFunc(refs, func(r Ref) bool { return r != 0 && !yield(r) })
		}
		if o := n.Object; o != nil {
			for i := range o.Properties {
				if !each(o.Properties[i].Schema) {
					return
				}
			}
			for i := range o.PatternProperties {
				if !each(o.PatternProperties[i].Schema) {
					return
				}
			}
			for i := range o.Dependent {
				if !each(o.Dependent[i].Schema) {
					return
				}
			}
			if !each(o.Additional, o.Names, o.Unevaluated) {
				return
			}
		}
		if a := n.Array; a != nil {
			if !each(a.Prefix...) || !each(a.Items, a.Unevaluated) || a.Contains != nil && !each(a.Contains.Schema) {
				return
			}
		}
		if l := n.Logic; l != nil {
			if !each(l.AllOf...) || !each(l.AnyOf...) || !each(l.OneOf...) || l.Not != nil && !each(*l.Not) {
				return
			}
			each(l.If, l.Then, l.Else)
		}
	}
}
