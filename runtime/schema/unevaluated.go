package schema

import "github.com/assay-go/assay/runtime/tape"

// evaluated is the set of the members or items of one value that some keyword has evaluated (2020-12 Core section 11): a bit for each, by
// its ordinal. A schema with an unevaluated keyword owns one; its in-place applicators mark into it.
type evaluated struct {
	all   bool
	first uint64 // ordinals 0 to 63
	more  int    // index in walk.words of the words for ordinals from 64 on
	words int    // how many those are
}

// newEvaluated returns an empty set for the children of n. Its scratch is given back by cutting w.words.
func (w *walk) newEvaluated(n tape.Node) evaluated {
	var ev evaluated
	if count := w.t.Len(n); count > 64 {
		ev.words = (count - 1) / 64
		ev.more = w.claim(ev.words)
	}
	return ev
}

func (ev *evaluated) mark(words []uint64, ordinal int) {
	switch {
	case ordinal < 64:
		ev.first |= 1 << ordinal
	default:
		words[ev.more+ordinal/64-1] |= 1 << (ordinal % 64)
	}
}

func (ev *evaluated) has(words []uint64, ordinal int) bool {
	bits := ev.first
	if ordinal >= 64 {
		bits = words[ev.more+ordinal/64-1]
	}
	return ev.all || bits>>(ordinal%64)&1 != 0
}

// merge adds what another set of the same value holds.
func (ev *evaluated) merge(words []uint64, other *evaluated) {
	ev.all = ev.all || other.all
	ev.first |= other.first
	for i := range ev.words {
		words[ev.more+i] |= words[other.more+i]
	}
}

// attempt applies a schema that may fail without harm, such as a branch of anyOf or an if. It marks what the schema evaluates only if it holds:
// failing schemas have no annotations (2020-12 Core section 7.7.1).
func (w *walk) attempt(ref Ref, n tape.Node, ev *evaluated) bool {
	if ev == nil {
		return w.silently(ref, n, nil)
	}
	base := len(w.words)
	own := w.newEvaluated(n)
	valid := w.silently(ref, n, &own)
	if valid {
		ev.merge(w.words, &own)
	}
	w.words = w.words[:base]
	return valid
}

// closed applies the keywords of a schema that has unevaluatedProperties or unevaluatedItems, these last (2020-12 Core sections 11.2 and 11.3).
func (w *walk) closed(r *rule, n tape.Node, kind tape.Kind, ev *evaluated) bool {
	base := len(w.words)
	own := w.newEvaluated(n)
	valid := w.applicators(r, n, kind, &own)
	if valid && !own.all {
		if kind == tape.Object {
			valid = w.unevaluatedProperties(r.object.Unevaluated, n, &own)
		} else {
			valid = w.unevaluatedItems(r.array.Unevaluated, n, &own)
		}
		own.all = true
	}
	if valid && ev != nil {
		ev.merge(w.words, &own)
	}
	w.words = w.words[:base]
	return valid
}

func (w *walk) unevaluatedProperties(ref Ref, n tape.Node, ev *evaluated) bool {
	t := w.t
	ordinal := 0
	for name, end := n+1, t.Next(n); name < end; name = t.Next(name + 1) {
		if !ev.has(w.words, ordinal) && !w.member(ref, name, name+1) && w.report == nil {
			return false
		}
		ordinal++
	}
	return true
}

func (w *walk) unevaluatedItems(ref Ref, n tape.Node, ev *evaluated) bool {
	t := w.t
	i := 0
	for item, end := n+1, t.Next(n); item < end; item = t.Next(item) {
		if !ev.has(w.words, i) && !w.node(ref, item, nil) && w.report == nil {
			return false
		}
		i++
	}
	return true
}
