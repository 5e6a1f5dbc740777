package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/tape"
)

// Violation is one broken assertion: where in the instance, by which keyword, and why.
type Violation struct {
	InstanceLocation        string      // JSON Pointer of the value in the instance
	KeywordLocation         string      // JSON Pointer from the root schema through references, such as "/oneOf/4/$ref/required"
	AbsoluteKeywordLocation string      // the document and the pointer in it, such as "events.schema.json#/$defs/step_start/required"
	Keyword                 string      // the last step of KeywordLocation that is a keyword: "required", "minimum", …
	Message                 string      // short, in JSON's words: `rows_processed must be >= 0, got -1`
	Offset                  int         // byte offset of the value in the instance's text; of the member's name if the name is what is wrong
	Line, Column            int         // 1-based; Column counts bytes
	Causes                  []Violation // anyOf and oneOf that no branch told apart: the violations of the best branch
}

// String returns the violation on one line: `17:42: rows_processed must be >= 0, got -1 [minimum]`.
func (v *Violation) String() string {
	return fmt.Sprintf("%d:%d: %s [%s]", v.Line, v.Column, v.Message, v.Keyword)
}

// Error lists the violations of one instance, by offset, then by the order of keywords in the schema.
type Error struct {
	Violations []Violation // at most Limits.Violations
	More       int         // how many were left out

	program *Program // what found them; nil in an Error that was put together elsewhere
}

// Error returns the first violation and how many follow, on one line.
func (e *Error) Error() string {
	if len(e.Violations) == 0 {
		return "invalid"
	}
	v := &e.Violations[0]
	text := v.Message
	if strings.Count(v.InstanceLocation, "/") > 1 {
		text += " at " + escaped(v.InstanceLocation, maxShown)
	}
	switch more := len(e.Violations) - 1 + e.More; more {
	case 0:
		return text
	case 1:
		return text + " (and 1 more violation)"
	default:
		return fmt.Sprintf("%s (and %d more violations)", text, more)
	}
}

// frame is the application of a schema to a value; a chain of frames is the way from the root schema.
type frame struct {
	up   *frame
	ref  Ref
	node tape.Node
	via  string // the keyword of the reference that led here; "" if the schema is a subschema of the one above
}

// broken is a Violation before it is put in words.
type broken struct {
	frame   *frame
	keyword string
	node    tape.Node // what Offset points at
	name    string    // the property that is missing
	because string    // dependent keywords: the property that demands it
	count   int       // how many characters, items, properties or matches there are; of two items or branches the first
	second  int       // of two items or branches the second
	causes  []broken
}

// Keywords of violations that no keyword of the schema stands for.
const (
	keywordFalse = "false" // a schema false; it is reported as the keyword that holds it
	keywordLimit = "limit" // the walk was given up
)

// report collects violations.
type report struct {
	list   []broken
	most   int // how many are kept
	more   int // how many violations were dropped from list
	failed int // how often something was broken, reported or not
}

func (r *report) add(t *tape.Tape, b broken) {
	r.failed++
	r.list = append(r.list, b)
	if len(r.list)/4 >= r.most {
		r.cut(t, r.most)
	}
}

// cut sorts the list by offset and keeps its first n.
func (r *report) cut(t *tape.Tape, n int) {
	slices.SortStableFunc(r.list, func(a, b broken) int { return t.Offset(a.node) - t.Offset(b.node) })
	if extra := len(r.list) - n; extra > 0 {
		r.more += extra
		clear(r.list[n:])
		r.list = r.list[:n]
	}
}

func (w *walk) failCount(keyword string, n tape.Node, count int) bool {
	return w.report != nil && w.note(broken{keyword: keyword, node: n, count: count})
}

func (w *walk) failPair(keyword string, n tape.Node, first, second int) bool {
	return w.report != nil && w.note(broken{keyword: keyword, node: n, count: first, second: second})
}

func (w *walk) failName(keyword string, n tape.Node, name, because string) bool {
	return w.report != nil && w.note(broken{keyword: keyword, node: n, name: name, because: because})
}

// failCase notes that no branch of a union allows the string at tag. If the schema of that property has said so already, it is not said twice.
func (w *walk) failCase(keyword string, tag tape.Node, ev *evaluated) bool {
	if w.report == nil {
		return false
	}
	giveUp(ev)
	if w.report.blames(tag) {
		w.report.failed++
		return true
	}
	return w.note(broken{keyword: keyword, node: tag})
}

// maxUnions is how deep the causes of unions go. A union in the branch of a union in the branch of a union is as much as can be read.
const maxUnions = 3

// failUnion notes that no branch of a union holds, with the violations of the branch that comes closest as causes.
func (w *walk) failUnion(keyword string, l *Logic, branches []Ref, n tape.Node, ev *evaluated) bool {
	if w.report == nil {
		return false
	}
	giveUp(ev)
	if w.blamed(keyword, l, n) {
		return true
	}
	b := broken{keyword: keyword, node: n, count: -1}
	if w.union < maxUnions {
		outer := w.report
		w.union++
		least := 0
		for i, ref := range branches {
			w.report = &report{most: MaxViolations}
			w.node(ref, n, nil)
			if d := w.distance(w.report, n); b.count < 0 || d < least {
				b.count, b.causes, least = i, w.report.list, d
			}
		}
		w.union--
		w.report = outer
	}
	return w.note(b)
}

// failBoth notes that two branches of oneOf hold.
func (w *walk) failBoth(l *Logic, n tape.Node, first, second int) bool {
	return w.report != nil && (w.blamed("oneOf", l, n) || w.failPair("oneOf", n, first, second))
}

// blamed reports, and counts, that a union fails for a cause that has been noted: the property that tells its branches apart.
func (w *walk) blamed(keyword string, l *Logic, n tape.Node) bool {
	s := l.Switch
	if s == nil || s.Keyword != keyword || !w.blamesTag(n, s.Property) {
		return false
	}
	w.report.failed++
	return true
}

// giveUp counts everything as evaluated, with a report, after a union did not say which branch was meant: one violation is enough.
func giveUp(ev *evaluated) {
	if ev != nil {
		ev.all = true
	}
}

// distance says how far a value is from a branch that it breaks. A value of another type, or with another constant that may tell branches
// apart, is farthest; else the fewest violations are best, and among as many those deeper down.
func (w *walk) distance(r *report, n tape.Node) int {
	d := 4 * (len(r.list) + r.more)
	depth := 0
	for _, b := range r.list {
		above := 0
		for f := b.frame; f.up != nil && f.node != n; f = f.up {
			if f.node != f.up.node {
				above++
			}
		}
		depth = max(depth, min(above, 3))
		switch b.keyword {
		case "type", "const", "enum", keywordFalse:
			if above == 0 {
				d += 1 << 24
			} else if above == 1 && b.keyword != "type" {
				d += 1 << 16
			}
		}
	}
	return d - depth
}

// blames reports whether a violation of the value n is in the list.
func (r *report) blames(n tape.Node) bool {
	return slices.ContainsFunc(r.list, func(b broken) bool { return b.node == n })
}

// blamesTag reports whether the property that tells branches apart was found missing or wrong.
func (w *walk) blamesTag(n tape.Node, property string) bool {
	for name, end := n+1, w.t.Next(n); w.t.Kind(n) == tape.Object && name < end; name = w.t.Next(name + 1) {
		if string(w.t.Str(name)) == property {
			return w.report.blames(name + 1)
		}
	}
	return slices.ContainsFunc(w.report.list, func(b broken) bool {
		return b.node == n && b.keyword == "required" && b.name == property
	})
}

// explain puts a report in words.
func (p *Program) explain(t *tape.Tape, r *report) *Error {
	if r.failed == 0 {
		// The two walks are the same code; this is here so that a mistake in it never makes an invalid value valid.
		r.add(t, broken{frame: &frame{ref: p.derived.root}, keyword: keywordLimit, count: -1})
	}
	r.cut(t, r.most)
	e := &Error{More: r.more, program: p}
	for _, b := range r.list {
		e.Violations = append(e.Violations, p.violation(t, b))
	}
	return e
}

func (p *Program) violation(t *tape.Tape, b broken) Violation {
	v := Violation{InstanceLocation: t.Pointer(b.node), Offset: t.Offset(b.node), Keyword: b.keyword}
	v.Line, v.Column = t.Position(v.Offset)
	node := p.schema(b.frame.ref)
	v.KeywordLocation = p.path(b.frame)
	v.AbsoluteKeywordLocation = p.source(node) + "#" + node.At
	switch b.keyword {
	case keywordFalse:
		if k := p.holder(b.frame); k != "" {
			v.Keyword = k
		}
	case keywordLimit:
	default:
		step := "/" + pointerStep(b.keyword)
		v.KeywordLocation += step
		v.AbsoluteKeywordLocation += step
	}
	causes := report{list: slices.Clone(b.causes)} // cut clears what it drops, and the message of a union asks for its first cause once more
	causes.cut(t, maxCauses)
	b.causes = causes.list
	v.Message = p.message(t, &b, v.Keyword)
	for _, c := range b.causes {
		v.Causes = append(v.Causes, p.violation(t, c))
	}
	return v
}

// maxCauses is how many causes a violation lists.
const maxCauses = 10

// schema returns a node; a program without nodes has one that accepts everything.
func (p *Program) schema(ref Ref) *Node {
	if int(ref) >= len(p.derived.nodes) {
		return new(Node)
	}
	return &p.derived.nodes[ref]
}

func (p *Program) source(n *Node) string {
	if n.Source >= len(p.Sources) {
		return ""
	}
	return p.Sources[n.Source]
}

// path returns the KeywordLocation of the schema of a frame.
func (p *Program) path(f *frame) string {
	var steps []string
	for ; f.up != nil; f = f.up {
		steps = append(steps, p.step(f))
	}
	slices.Reverse(steps)
	return strings.Join(steps, "")
}

// step returns how a schema was reached from the one above, as JSON Pointer steps.
func (p *Program) step(f *frame) string {
	if f.via != "" {
		return "/" + pointerStep(f.via)
	}
	// Invariant: Node.At of a subschema begins with that of the schema that holds it.
	return strings.TrimPrefix(p.schema(f.ref).At, p.schema(f.up.ref).At)
}

// holder returns the keyword by which the schema of a frame was reached, "" for the root.
func (p *Program) holder(f *frame) string {
	if f.up == nil {
		return ""
	}
	keyword, _, _ := strings.Cut(strings.TrimPrefix(p.step(f), "/"), "/")
	return keyword
}

// pointerStep escapes a name for a JSON Pointer (RFC 6901 section 3).
func pointerStep(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
