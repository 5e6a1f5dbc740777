package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/assay-go/assay/runtime/tape"
)

// Annotation is a keyword that says something of the values that its schema accepts, and nothing about which those are (2020-12 Core section 7.7).
type Annotation struct {
	Schema  Ref
	Keyword string
	Kind    AnnotationKind
	Text    string // JSON: the value of the keyword, if it is the annotation
}

// AnnotationKind says what the value of an annotation is, and which values have it.
type AnnotationKind uint8

// The kinds of annotations. All but the first two are those of applicators: which members or items they were applied to.
const (
	Constant         AnnotationKind = iota // the value of the keyword
	StringConstant                         // the same, for strings only: contentEncoding and its like (2020-12 Validation section 8.2)
	PropertyNames                          // properties: the names of members (Core section 10.3.2.1)
	PatternNames                           // patternProperties: the same (10.3.2.2)
	AdditionalNames                        // additionalProperties: the same (10.3.2.3)
	UnevaluatedNames                       // unevaluatedProperties: the same (11.3)
	PrefixIndex                            // prefixItems, and items as an array: the largest index, or true if that is the last (10.3.1.1)
	AllItems                               // items and additionalItems: true if there were any (10.3.1.2)
	ContainsIndexes                        // contains: the indexes of those that match, or true if all do (10.3.1.3)
	UnevaluatedRest                        // unevaluatedItems: true if there were any (11.2)
)

// annotator collects the annotations of a value that is valid.
type annotator struct {
	walk
	at    []byte      // JSON Pointer of the value that a schema is applied to
	found []Violation // their messages are the annotations
}

// costOfAnnotation is how many steps an annotation counts for, beside one for each byte of its locations: it takes memory.
const costOfAnnotation = 256

// annotations returns the annotations of a valid value, as if they were violations.
func (p *Program) annotations(t *tape.Tape, n tape.Node) ([]Violation, error) {
	var a annotator
	a.start(p, t, n)
	a.at = []byte(t.Pointer(n))
	defer a.close()
	a.schema(p.derived.root, n, "")
	if a.exceeded != "" {
		return nil, fmt.Errorf("collecting annotations takes more than %d %s (a limit that can be set: %q)", p.Limits.most(a.exceeded, t, n), a.exceeded, a.exceeded)
	}
	return a.found, nil
}

// schema collects what a schema, which the value is valid by, and all that it applies say of a value.
func (a *annotator) schema(ref Ref, n tape.Node, via string) {
	if ref == 0 || !a.enter() {
		return
	}
	up := a.trail
	a.trail = &frame{up: up, ref: ref, node: n, via: via}
	node, rule := &a.p.derived.nodes[ref], &a.rules[ref]
	kind := a.t.Kind(n)
	var rest evaluated // what unevaluated keywords are not applied to
	base := len(a.words)
	if rule.unevaluated>>kind&1 != 0 {
		rest = a.newEvaluated(n)
		a.applicators(rule, n, kind, &rest)
	}
	a.own(ref, node, rule, n, kind, &rest)
	if l := node.Logic; l != nil {
		a.inPlace(l, n)
	}
	switch {
	case kind == tape.Object && node.Object != nil:
		a.ofMembers(node.Object, rule.object, n, &rest)
	case kind == tape.Array && node.Array != nil:
		a.ofItems(node.Array, n, &rest)
	}
	a.words = a.words[:base]
	a.trail = up
	a.leave()
}

// own notes the annotations of the keywords of one schema.
func (a *annotator) own(ref Ref, node *Node, rule *rule, n tape.Node, kind tape.Kind, rest *evaluated) {
	all := a.p.Annotations
	at, _ := slices.BinarySearchFunc(all, ref, func(x Annotation, ref Ref) int { return cmp.Compare(x.Schema, ref) })
	for ; at < len(all) && all[at].Schema == ref; at++ {
		value := ""
		switch k := all[at].Kind; {
		case k == Constant, k == StringConstant && kind == tape.String:
			value = all[at].Text
		case kind == tape.Object && node.Object != nil:
			value = a.namesOf(k, rule.object, n, rest)
		case kind == tape.Array && node.Array != nil:
			value = a.indexes(k, node.Array, n, rest)
		}
		if value == "" {
			continue
		}
		step := "/" + pointerStep(all[at].Keyword)
		v := Violation{
			InstanceLocation:        string(a.at),
			KeywordLocation:         a.p.path(a.trail) + step,
			AbsoluteKeywordLocation: a.p.source(node) + "#" + node.At + step,
			Message:                 value,
		}
		if a.steps -= costOfAnnotation + int64(len(v.InstanceLocation)+len(v.KeywordLocation)+len(v.AbsoluteKeywordLocation)+len(value)); a.steps < 0 {
			a.exceed()
			return
		}
		a.found = append(a.found, v)
	}
}

// namesOf returns the names of the members that an applicator is applied to; "" if k is not the annotation of an object's applicator.
func (a *annotator) namesOf(k AnnotationKind, r *objectRule, n tape.Node, rest *evaluated) string {
	if k < PropertyNames || k > UnevaluatedNames {
		return ""
	}
	list := []byte{'['}
	ordinal := 0
	for name, end := n+1, a.t.Next(n); name < end; name = a.t.Next(name + 1) {
		property, patterns, additional := r.applied(a.t.Str(name))
		applies := false
		switch k {
		case PropertyNames:
			applies = property >= 0
		case PatternNames:
			applies = patterns > 0
		case AdditionalNames:
			applies = additional
		case UnevaluatedNames:
			applies = !rest.has(a.words, ordinal)
		}
		if applies {
			if len(list) > 1 {
				list = append(list, ',')
			}
			list = append(list, a.t.Text(name)...)
		}
		ordinal++
	}
	return string(append(list, ']'))
}

// applied says what is applied to a member: the property of its name, -1 if there is none, how many patterns, and whether additionalProperties.
func (r *objectRule) applied(name []byte) (property, patterns int, additional bool) {
	if property = r.keys.find(name); property >= len(r.Properties) {
		property = -1
	}
	for i := range r.patterns {
		if r.patterns[i].pattern.match(name) {
			patterns++
		}
	}
	return property, patterns, property < 0 && patterns == 0
}

// indexes returns the indexes of the items that an applicator is applied to, or that match it; "" if there is no annotation.
func (a *annotator) indexes(k AnnotationKind, r *Array, n tape.Node, rest *evaluated) string {
	size := a.t.Len(n)
	some := false
	switch k {
	case PrefixIndex:
		if size > len(r.Prefix) {
			return strconv.Itoa(len(r.Prefix) - 1)
		}
		some = size > 0
	case AllItems:
		some = size > len(r.Prefix)
	case UnevaluatedRest:
		for i := range size {
			some = some || !rest.has(a.words, i)
		}
	case ContainsIndexes:
		return a.matching(r.Contains.Schema, n)
	}
	if some {
		return "true"
	}
	return ""
}

// matching returns the indexes of the items that a schema accepts, or true if it accepts all, and there are some.
func (a *annotator) matching(ref Ref, n tape.Node) string {
	list := []byte{'['}
	i, count := 0, 0
	for item, end := n+1, a.t.Next(n); item < end; item = a.t.Next(item) {
		if a.node(ref, item, nil) {
			if count++; count > 1 {
				list = append(list, ',')
			}
			list = strconv.AppendInt(list, int64(i), 10)
		}
		i++
	}
	if count == i && count > 0 {
		return "true"
	}
	return string(append(list, ']'))
}

// inPlace follows the applicators that apply schemas to the same value, to those schemas that it is valid by. Under not there is none.
func (a *annotator) inPlace(l *Logic, n tape.Node) {
	for i := range l.Refs {
		a.schema(l.Refs[i].Schema, n, l.Refs[i].Keyword)
	}
	for _, ref := range l.AllOf {
		a.schema(ref, n, "")
	}
	for _, branches := range [][]Ref{l.AnyOf, l.OneOf} {
		for _, ref := range branches {
			if a.node(ref, n, nil) {
				a.schema(ref, n, "")
			}
		}
	}
	if l.If != 0 {
		then := l.Else
		if a.node(l.If, n, nil) {
			a.schema(l.If, n, "")
			then = l.Then
		}
		a.schema(then, n, "")
	}
}

// ofMembers follows the keywords about objects, but for propertyNames: a name is no value that could have an annotation.
func (a *annotator) ofMembers(o *Object, r *objectRule, n tape.Node, rest *evaluated) {
	ordinal := 0
	above := len(a.at)
	for name, end := n+1, a.t.Next(n); name < end; name = a.t.Next(name + 1) {
		text := a.t.Str(name)
		a.at = append(append(a.at[:above], '/'), pointerStep(string(text))...)
		property, _, additional := r.applied(text)
		if property >= 0 {
			a.schema(o.Properties[property].Schema, name+1, "")
		}
		for i := range r.patterns {
			if r.patterns[i].pattern.match(text) {
				a.schema(r.patterns[i].schema, name+1, "")
			}
		}
		if additional {
			a.schema(o.Additional, name+1, "")
		}
		if o.Unevaluated != 0 && !rest.has(a.words, ordinal) {
			a.schema(o.Unevaluated, name+1, "")
		}
		a.at = a.at[:above]
		for i := range o.Dependent {
			if o.Dependent[i].Name == string(text) {
				a.schema(o.Dependent[i].Schema, n, "")
			}
		}
		ordinal++
	}
}

// ofItems follows the keywords about arrays.
func (a *annotator) ofItems(r *Array, n tape.Node, rest *evaluated) {
	i := 0
	above := len(a.at)
	for item, end := n+1, a.t.Next(n); item < end; item = a.t.Next(item) {
		a.at = strconv.AppendInt(append(a.at[:above], '/'), int64(i), 10)
		if i < len(r.Prefix) {
			a.schema(r.Prefix[i], item, "")
		} else {
			a.schema(r.Items, item, "")
		}
		if r.Contains != nil && a.node(r.Contains.Schema, item, nil) {
			a.schema(r.Contains.Schema, item, "")
		}
		if r.Unevaluated != 0 && !rest.has(a.words, i) {
			a.schema(r.Unevaluated, item, "")
		}
		i++
	}
	a.at = a.at[:above]
}
