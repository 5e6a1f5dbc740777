package schema

import (
	"sync"

	"github.com/assay-go/assay/runtime/tape"
)

// Valid reports whether the value n of t is valid. It allocates nothing for valid values.
func (p *Program) Valid(t *tape.Tape, n tape.Node) bool {
	var w walk
	w.start(p, t, n)
	valid := w.node(p.derived.root, n, nil)
	w.close()
	return valid && w.exceeded == ""
}

// valid also says which limit ended the walk; such a value is not valid.
func (p *Program) valid(t *tape.Tape, n tape.Node) (valid bool, exceeded string) {
	var w walk
	w.start(p, t, n)
	valid = w.node(p.derived.root, n, nil)
	w.close()
	return valid && w.exceeded == "", w.exceeded
}

// Validate returns nil if the value n of t is valid, else an Error with every violation.
func (p *Program) Validate(t *tape.Tape, n tape.Node) *Error {
	valid, exceeded := p.valid(t, n)
	if valid {
		return nil
	}
	var w walk
	w.start(p, t, n)
	found := &report{most: p.Limits.violations()}
	if exceeded == "" {
		w.report = found
		w.node(p.derived.root, n, nil)
		w.close()
		exceeded = w.exceeded
	}
	if exceeded != "" {
		found.add(t, broken{frame: &frame{ref: p.derived.root, node: n}, keyword: keywordLimit, name: exceeded, count: p.Limits.most(exceeded, t, n), node: n})
	}
	return p.explain(t, found)
}

// walk is one walk over an instance. The same code does two kinds of walk: one that only finds out whether the instance is valid and ends at
// the first violation, and, with a report, one that goes on and writes down every violation.
type walk struct {
	p      *Program
	t      *tape.Tape
	rules  []rule
	report *report // nil if violations are not asked for
	trail  *frame  // with a report: the schema that is being applied, and how it was reached
	via    string  // with a report: the keyword of the reference that is being followed, "" for a subschema
	union  int     // with a report: how many unions are being explained, one within the other

	words  []uint64 // scratch: bit sets and hash tables, used as a stack
	pooled *[]uint64

	levels   int    // how many schemas may still be applied, one within the other
	steps    int64  // how many schemas may still be applied
	exceeded string // the limit that ended the walk without a verdict
}

func (w *walk) start(p *Program, t *tape.Tape, n tape.Node) {
	p.once.Do(p.derive)
	w.p, w.t, w.rules = p, t, p.derived.rules
	w.levels, w.steps = p.Limits.levels(), p.Limits.steps(t, n)
}

// enter counts the application of a schema, which leave ends, and reports false if there may be no more.
func (w *walk) enter() bool {
	if w.steps--; w.steps < 0 || w.levels <= 0 {
		w.exceed()
		return false
	}
	w.levels--
	return true
}

func (w *walk) leave() { w.levels++ }

// exceed ends the walk: from here on, no schema is applied.
func (w *walk) exceed() {
	switch {
	case w.exceeded != "":
	case w.steps < 0:
		w.exceeded = limitSteps
	default:
		w.exceeded = limitLevels
	}
	w.steps = -1
}

// node applies a schema to a value and reports whether the value is valid. Properties and items that it evaluates are marked in ev, which may be nil.
// Only if there is no report may marks be missing after an invalid value.
func (w *walk) node(ref Ref, n tape.Node, ev *evaluated) bool {
	r := &w.rules[ref]
	kind := w.t.Kind(n)
	if r.simple && w.report == nil {
		return r.kinds>>kind&1 != 0
	}
	if !w.enter() {
		return false
	}
	var valid bool
	if w.report == nil && ev == nil && kind == tape.Object {
		valid = w.whole(ref, n)
	} else if w.report == nil {
		valid = w.check(r, n, kind, ev)
	} else {
		up, failed := w.trail, w.report.failed
		w.trail = &frame{up: up, ref: ref, node: n, via: w.via}
		w.via = ""
		w.check(r, n, kind, ev)
		w.trail = up
		valid = w.report.failed == failed
	}
	w.leave()
	return valid
}

// silently applies a schema whose violations do not count, as that of not or if.
func (w *walk) silently(ref Ref, n tape.Node, ev *evaluated) bool {
	report := w.report
	w.report = nil
	valid := w.node(ref, n, ev)
	w.report = report
	return valid
}

// member applies a schema to the value of a member. A schema false is a violation of the member's name.
func (w *walk) member(ref Ref, name, value tape.Node) bool {
	if w.report == nil || !w.rules[ref].never {
		return w.node(ref, value, nil)
	}
	up := w.trail
	w.trail = &frame{up: up, ref: ref, node: value}
	w.fail(keywordFalse, name)
	w.trail = up
	return false
}

// check applies the keywords of a schema. Like all methods below, it may return false at the first violation; with a report it goes
// on instead, and what it returns says nothing: the report knows.
func (w *walk) check(r *rule, n tape.Node, kind tape.Kind, ev *evaluated) bool {
	if r.kinds>>kind&1 == 0 || r.integer != 0 && kind == tape.Number && !w.integer(r.integer, n) {
		// One violation is enough: the other keywords mean a value of the right type.
		if ev != nil && w.report != nil {
			ev.all = true
		}
		if r.never {
			return w.fail(keywordFalse, n)
		}
		return w.fail("type", n)
	}
	if r.constant != nil && !w.allowed(r.constant, n, kind) && !w.fail("const", n) {
		return false
	}
	if r.enum != nil && !w.allowed(r.enum, n, kind) && !w.fail("enum", n) {
		return false
	}
	switch kind {
	case tape.Number:
		if r.number != nil && !w.number(r.number, n) {
			return false
		}
	case tape.String:
		if r.string != nil && !w.string(r.string, n) {
			return false
		}
	}
	if r.unevaluated>>kind&1 != 0 {
		return w.closed(r, n, kind, ev)
	}
	return w.applicators(r, n, kind, ev)
}

// applicators applies the keywords that may evaluate properties and items: all but the unevaluated ones.
func (w *walk) applicators(r *rule, n tape.Node, kind tape.Kind, ev *evaluated) bool {
	switch kind {
	case tape.Object:
		if r.object != nil && !w.object(r.object, n, ev) {
			return false
		}
	case tape.Array:
		if r.array != nil && !w.array(r.array, n, ev) {
			return false
		}
	}
	return r.logic == nil || w.logic(r, n, kind, ev)
}

// fail notes a violation of the schema that is being applied, and reports whether to go on.
func (w *walk) fail(keyword string, n tape.Node) bool {
	return w.report != nil && w.note(broken{keyword: keyword, node: n})
}

// note adds a violation to the report, and returns true.
func (w *walk) note(b broken) bool {
	b.frame = w.trail
	w.report.add(w.t, b)
	return true
}

// scratch is where walks that need memory get it from.
var scratch = sync.Pool{New: func() any { return new([]uint64) }}

// claim returns the index of n words of scratch, all zero. They are given back by cutting w.words.
func (w *walk) claim(n int) int {
	if w.pooled == nil {
		w.pooled = scratch.Get().(*[]uint64)
		w.words = (*w.pooled)[:0]
	}
	at := len(w.words)
	if cap(w.words)-at >= n {
		w.words = w.words[:at+n]
		clear(w.words[at:])
	} else {
		w.words = append(w.words, make([]uint64, n)...)
	}
	return at
}

// maxPooled is how many words of scratch are kept for the next walk.
const maxPooled = 1 << 17

func (w *walk) close() {
	if w.pooled == nil {
		return
	}
	if cap(w.words) <= maxPooled {
		*w.pooled = w.words[:0]
	} else {
		*w.pooled = nil
	}
	scratch.Put(w.pooled)
	w.pooled = nil
}
