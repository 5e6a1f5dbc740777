package schema

import (
	"github.com/assay-go/assay/runtime/tape"
)

// object applies the keywords about objects (2020-12 Core section 10.3.2, Validation section 6.5), members in the instance's order.
func (w *walk) object(r *objectRule, n tape.Node, ev *evaluated) bool {
	t := w.t
	size := uint64(t.Len(n))
	if r.MaxProperties.Set && size > r.MaxProperties.N && !w.failCount("maxProperties", n, int(size)) {
		return false
	}
	if size < r.MinProperties && !w.failCount("minProperties", n, int(size)) {
		return false
	}
	if !r.members {
		return true
	}
	var seen uint64 // the keys that are present, if there are no more than 64
	base := -1      // else the place of a longer bit set
	if len(r.keys.list) > 64 {
		base = w.claim((len(r.keys.list) + 63) / 64)
	}
	next := 0 // the key that is likely to come
	ordinal := 0
	for name, end := n+1, t.Next(n); name < end; ordinal++ {
		value := name + 1
		text := t.Str(name)
		declared := false
		k := next // members mostly come in schema order
		if k >= len(r.keys.list) || r.keys.list[k] != string(text) {
			k = r.keys.find(text)
		}
		if k >= 0 {
			next = k + 1
			if base < 0 {
				seen |= 1 << k
			} else {
				w.words[base+k/64] |= 1 << (k % 64)
			}
			if declared = k < len(r.Properties); declared {
				if ref := r.Properties[k].Schema; w.rules[ref].simple && w.report == nil {
					if w.rules[ref].kinds>>t.Kind(value)&1 == 0 {
						return false
					}
				} else if !w.member(ref, name, value) && w.report == nil {
					return false
				}
			}
		}
		for i := range r.patterns {
			if p := &r.patterns[i]; p.pattern.match(text) {
				declared = true
				if p.schema != 0 && !w.member(p.schema, name, value) && w.report == nil {
					return false
				}
			}
		}
		if !declared && r.Additional != 0 {
			declared = true
			if !w.member(r.Additional, name, value) && w.report == nil {
				return false
			}
		}
		if r.Names != 0 && !w.node(r.Names, name, nil) && w.report == nil {
			return false
		}
		if ev != nil && declared {
			ev.mark(w.words, ordinal)
		}
		name = t.Next(value)
	}
	valid := w.present(r, n, seen, base, ev)
	if base >= 0 {
		w.words = w.words[:base]
	}
	return valid
}

// present applies the keywords that speak of which properties there are: required and the dependent ones.
func (w *walk) present(r *objectRule, n tape.Node, seen uint64, base int, ev *evaluated) bool {
	if len(r.required) > 0 && (base >= 0 || seen&r.mask != r.mask) {
		for i, k := range r.required {
			if !w.has(k, seen, base) && !w.failName("required", n, r.Required[i], "") {
				return false
			}
		}
	}
	for i := range r.dependent {
		d := &r.dependent[i]
		if !w.has(d.key, seen, base) {
			continue
		}
		for j, k := range d.required {
			if !w.has(k, seen, base) && !w.failName(d.Keyword, n, d.Required[j], d.Name) {
				return false
			}
		}
		if d.Schema != 0 && !w.node(d.Schema, n, ev) && w.report == nil {
			return false
		}
	}
	return true
}

func (w *walk) has(key int32, seen uint64, base int) bool {
	if base >= 0 {
		seen = w.words[base+int(key)/64]
	}
	return seen>>(key%64)&1 != 0
}

// array applies the keywords about arrays (2020-12 Core section 10.3.1, Validation section 6.4).
func (w *walk) array(r *Array, n tape.Node, ev *evaluated) bool {
	t := w.t
	size := uint64(t.Len(n))
	if r.MaxItems.Set && size > r.MaxItems.N && !w.failCount("maxItems", n, int(size)) {
		return false
	}
	if size < r.MinItems && !w.failCount("minItems", n, int(size)) {
		return false
	}
	if rule := &w.rules[r.Items]; len(r.Prefix) == 0 && rule.simple && ev == nil && w.report == nil {
		if rule.kinds != allKinds && !w.itemsAre(rule.kinds, n) {
			return false
		}
	} else if len(r.Prefix) > 0 || r.Items != 0 {
		i := 0
		for item, end := n+1, t.Next(n); item < end; item = t.Next(item) {
			ref := r.Items
			if i < len(r.Prefix) {
				ref = r.Prefix[i]
				if ev != nil {
					ev.mark(w.words, i)
				}
			} else if ref == 0 {
				break
			}
			if ref != 0 && !w.node(ref, item, nil) && w.report == nil {
				return false
			}
			i++
		}
		if ev != nil && r.Items != 0 {
			ev.all = true
		}
	}
	if r.Contains != nil && !w.contains(r.Contains, n, ev) {
		return false
	}
	return !r.Unique || w.unique(n)
}

// itemsAre reports whether all items of an array are of some kinds.
func (w *walk) itemsAre(kinds uint8, n tape.Node) bool {
	for item, end := n+1, w.t.Next(n); item < end; item = w.t.Next(item) {
		if kinds>>w.t.Kind(item)&1 == 0 {
			return false
		}
	}
	return true
}

// contains applies contains, minContains and maxContains (2020-12 Core section 10.3.1.3, Validation sections 6.4.4 and 6.4.5).
func (w *walk) contains(c *Contains, n tape.Node, ev *evaluated) bool {
	t := w.t
	mark := ev != nil && c.Evaluates
	count := uint64(0)
	i := 0
	for item, end := n+1, t.Next(n); item < end; item = t.Next(item) {
		if w.silently(c.Schema, item, nil) {
			count++
			if mark {
				ev.mark(w.words, i)
			} else if !c.Max.Set && count >= c.Min {
				return true
			}
		}
		i++
	}
	if count < c.Min {
		keyword := "minContains"
		if c.Min == 1 {
			keyword = "contains"
		}
		if !w.failCount(keyword, n, int(count)) {
			return false
		}
	}
	return !c.Max.Set || count <= c.Max.N || w.failCount("maxContains", n, int(count))
}

// logic applies the in-place applicators (2020-12 Core sections 8.2.3 and 10.2).
func (w *walk) logic(r *rule, n tape.Node, kind tape.Kind, ev *evaluated) bool {
	l := r.logic
	for i := range l.Refs {
		if w.report != nil {
			w.via = l.Refs[i].Keyword
		}
		if !w.node(l.Refs[i].Schema, n, ev) && w.report == nil {
			return false
		}
	}
	tag, one := w.choose(r, n, kind)
	return w.allOf(l, n, tag, one, ev) && w.anyOf(l, n, tag, one, ev) && w.oneOf(l, n, tag, one, ev) && w.rest(l, n, ev)
}

// choose returns the value that says which branches matter, 0 if there is none, and the case that it stands for, -1 if there is none.
func (w *walk) choose(r *rule, n tape.Node, kind tape.Kind) (tag tape.Node, one int) {
	if s := r.logic.Switch; s != nil && kind == tape.Object {
		if tag = tagOf(w.t, n, s.Property); tag != 0 {
			return tag, r.cases.find(w.t.Str(tag))
		}
	}
	return 0, -1
}

// tagOf returns the value of a property of an object if it is a string, else 0. If names repeat, any of the values will do: branches that do
// not allow it do not hold.
func tagOf(t *tape.Tape, n tape.Node, property string) tape.Node {
	for name, end := n+1, t.Next(n); name < end; name = t.Next(name + 1) {
		if string(t.Str(name)) == property {
			if t.Kind(name+1) == tape.String {
				return name + 1
			}
			return 0
		}
	}
	return 0
}

func (w *walk) allOf(l *Logic, n, tag tape.Node, one int, ev *evaluated) bool {
	if l.Switch != nil && l.Switch.Keyword == "allOf" && tag != 0 {
		// Both lists ascend; they are merged, so that violations come in schema order.
		rest := l.Switch.Rest
		var branches []int32
		if one >= 0 {
			branches = l.Switch.Cases[one].Branches
		}
		for len(rest)+len(branches) > 0 {
			var i int32
			if len(branches) == 0 || len(rest) > 0 && rest[0] < branches[0] {
				i, rest = rest[0], rest[1:]
			} else {
				i, branches = branches[0], branches[1:]
			}
			if !w.node(l.AllOf[i], n, ev) && w.report == nil {
				return false
			}
		}
		return true
	}
	for _, ref := range l.AllOf {
		if !w.node(ref, n, ev) && w.report == nil {
			return false
		}
	}
	return true
}

// switched returns the branches of anyOf or oneOf that can hold, and false if there are none because of the tag.
func (l *Logic) switched(keyword string, branches []Ref, tag tape.Node, one int) ([]Ref, bool) {
	if l.Switch == nil || l.Switch.Keyword != keyword || tag == 0 {
		return branches, true
	}
	if one < 0 {
		return nil, false
	}
	if only := l.Switch.Cases[one].Branches; len(only) == 1 {
		return branches[only[0] : only[0]+1], true
	}
	return branches, true
}

func (w *walk) anyOf(l *Logic, n, tag tape.Node, one int, ev *evaluated) bool {
	if len(l.AnyOf) == 0 {
		return true
	}
	branches, possible := l.switched("anyOf", l.AnyOf, tag, one)
	if !possible {
		return w.failCase("anyOf", tag, ev)
	}
	if len(branches) == 1 {
		return w.node(branches[0], n, ev) || w.report != nil
	}
	matched := false
	for _, ref := range branches {
		if w.attempt(ref, n, ev) {
			if matched = true; ev == nil {
				return true
			}
		}
	}
	return matched || w.failUnion("anyOf", l, branches, n, ev)
}

func (w *walk) oneOf(l *Logic, n, tag tape.Node, one int, ev *evaluated) bool {
	if len(l.OneOf) == 0 {
		return true
	}
	branches, possible := l.switched("oneOf", l.OneOf, tag, one)
	if !possible {
		return w.failCase("oneOf", tag, ev)
	}
	if len(branches) == 1 {
		return w.node(branches[0], n, ev) || w.report != nil
	}
	matched := -1
	for i, ref := range branches {
		if w.attempt(ref, n, ev) {
			if matched >= 0 {
				return w.failBoth(l, n, matched, i)
			}
			matched = i
		}
	}
	return matched >= 0 || w.failUnion("oneOf", l, branches, n, ev)
}

// rest applies not, if, then and else.
func (w *walk) rest(l *Logic, n tape.Node, ev *evaluated) bool {
	if l.Not != nil && w.silently(*l.Not, n, nil) && !w.fail("not", n) {
		return false
	}
	if l.If == 0 || l.Then == 0 && l.Else == 0 && ev == nil {
		return true
	}
	then := l.Else
	if w.attempt(l.If, n, ev) {
		then = l.Then
	}
	return then == 0 || w.node(then, n, ev) || w.report != nil
}
