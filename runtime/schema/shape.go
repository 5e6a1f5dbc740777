package schema

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/assay-go/assay/runtime/tape"
)

// shape is what a schema says of an object, together with all schemas that it applies in place for certain: those behind its references and in its allOf, and,
// where a Switch tells branches apart, those that a property's value stands for. All are checked in one pass over the members, so that an object costs a look
// at each member and not one for each schema. What cannot be said of members one by one is left to the schemas that say it.
//
// A shape finds out whether a value is valid, not why: it does not know which schema said what, nor what is evaluated.
type shape struct {
	never    bool // no object is valid
	keys     names
	members  []memberRule // parallel to keys.list, and one behind them that no member is
	required uint64       // bits of members
	demands  []demand
	least    uint64
	most     Limit
	open     []openRule // what is demanded of members that are not in keys
	names    []Ref      // schemas of the names of all members
	also     []remainder
	apart    []Ref // schemas that apply in place and are not part of the shape
	alone    bool  // there are neither demands, nor names, also and apart

	chooser *chooser // if not nil, the shape is one of those in it, and nothing above is filled
}

// memberRule is what a shape demands of the value of one member.
type memberRule struct {
	name   tape.Name
	kinds  uint8             // the allowed kinds of value
	simple uint8             // those of which kinds says it all
	bit    uint64            // marks the member as present, if that matters
	string *stringRule       // what is demanded of strings
	runs   *runs             // all of what is demanded of strings, in place of string
	format func([]byte) bool // if not nil, what is enough for strings, which are checked in full where it says no
	number *numberRule       // what is demanded of numbers
	items  uint8             // if not 0, the kinds of value that are allowed in arrays
	all    []Ref             // schemas that say more
}

// demand says that, if a member is present, others must be, and the object must satisfy a schema.
type demand struct {
	bit, mask uint64
	schema    Ref
}

// openRule is what one schema demands of members that no schema of a shape names.
type openRule struct {
	patterns   []patternRule
	additional Ref
}

// remainder is a schema of which some applicators are left to be applied: not and if, and those of allOf, anyOf and oneOf that are said here.
type remainder struct {
	*rule
	allOf, anyOf, oneOf bool
}

// chooser finds the shape that the string in one property stands for. Shapes come into being with the first value that needs them: a stream seldom has all
// of its records.
type chooser struct {
	ref    Ref       // the schema that all shapes are of
	rule   *rule     // the schema that has the Switch
	name   tape.Name // of the property
	place  int       // which member it is likely to be
	union  bool      // it is one of anyOf or oneOf: no object is valid whose string is none of the cases
	shapes []atomic.Pointer[shape]
}

// shapes are those of the nodes of a program, made on first use.
type shapes struct {
	byRef []atomic.Pointer[shape]
	mu    sync.Mutex // held while a shape is made
	facts int        // how many facts shapes hold
}

// The limits of shapes: how many schemas one takes up, how many members it marks as present, and how many facts all shapes of a program hold. What is beyond
// them is walked schema by schema. Only schemas in which everything leads to everything come there.
const (
	maxFused = 256
	maxMarks = 64
	maxFacts = 1 << 20
)

// unshaped stands for the shape of a schema that has none.
var unshaped = new(shape)

// shape returns the shape of a schema.
func (p *Program) shape(ref Ref) *shape {
	at := &p.derived.shapes.byRef[ref]
	if s := at.Load(); s != nil {
		return s
	}
	return p.newShape(at, ref, nil, 0)
}

// chosen returns the shape for a case of a chooser, or for any string that is none of the cases: -1.
func (p *Program) chosen(c *chooser, one int) *shape {
	at := &c.shapes[one+1]
	if s := at.Load(); s != nil {
		return s
	}
	return p.newShape(at, c.ref, c, one)
}

func (p *Program) newShape(at *atomic.Pointer[shape], ref Ref, c *chooser, one int) *shape {
	all := &p.derived.shapes
	all.mu.Lock()
	defer all.mu.Unlock()
	if s := at.Load(); s != nil {
		return s
	}
	b := &shaper{p: p, rules: p.derived.rules, shape: new(shape), visited: map[Ref]bool{}, decided: c, one: one}
	b.visit(ref)
	s := b.shape
	if s.chooser != nil {
		s.chooser.ref = ref
	} else {
		b.join()
	}
	if all.facts += b.facts; b.failed || all.facts > maxFacts {
		s = unshaped
	}
	at.Store(s)
	return s
}

// shaper makes one shape. Until the Switch that tells its branches apart is decided, the shape is but a chooser.
type shaper struct {
	p       *Program
	rules   []rule
	shape   *shape
	decided *chooser // the Switch that is decided, and how
	one     int
	visited map[Ref]bool
	objects []*objectRule
	marks   int
	facts   int
	failed  bool
}

// visit adds a schema that applies for certain, and what it applies for certain.
func (b *shaper) visit(ref Ref) {
	if ref == 0 || b.visited[ref] || b.failed || b.shape.chooser != nil {
		return
	}
	b.visited[ref] = true
	b.facts++
	r := &b.rules[ref]
	if r.constant != nil || r.enum != nil || r.unevaluated != 0 {
		b.failed = len(b.visited) == 1
		b.shape.apart = append(b.shape.apart, ref)
		return
	}
	if len(b.visited) > maxFused {
		b.failed = true
		return
	}
	b.shape.never = b.shape.never || r.kinds>>tape.Object&1 == 0
	if r.object != nil {
		b.objects = append(b.objects, r.object)
	}
	if l := r.logic; l != nil {
		for i := range l.Refs {
			b.visit(l.Refs[i].Schema)
		}
		b.logic(r, l)
	}
}

// logic adds what allOf and a Switch apply for certain, and notes what is left.
func (b *shaper) logic(r *rule, l *Logic) {
	left := remainder{r, false, len(l.AnyOf) > 0, len(l.OneOf) > 0}
	decided := ""
	if s := l.Switch; s != nil {
		switch {
		case b.decided == nil:
			b.shape.chooser = &chooser{rule: r, name: tape.NewName(s.Property), union: s.Keyword != "allOf", shapes: make([]atomic.Pointer[shape], len(s.Cases)+1)}
			if len(b.objects) > 0 {
				b.shape.chooser.place = b.objects[0].keys.find([]byte(s.Property))
			}
			b.facts += len(s.Cases)
			return
		case b.decided.rule == r:
			decided = s.Keyword
		}
	}
	switch {
	case decided == "allOf":
		b.chain(l)
	case l.Switch != nil && l.Switch.Keyword == "allOf":
		left.allOf = true
	default:
		for _, ref := range l.AllOf {
			b.visit(ref)
		}
	}
	switch decided {
	case "anyOf":
		left.anyOf = false
		b.branch(l, l.AnyOf)
	case "oneOf":
		left.oneOf = false
		b.branch(l, l.OneOf)
	}
	if left.allOf || left.anyOf || left.oneOf || l.Not != nil || l.Then != 0 || l.Else != 0 {
		b.shape.also = append(b.shape.also, left)
	}
}

// branch adds the branch that the Switch of a union leaves.
func (b *shaper) branch(l *Logic, branches []Ref) {
	if only := l.Switch.Cases[b.one].Branches; len(only) == 1 {
		b.visit(branches[only[0]])
	} else {
		b.failed = true
	}
}

// chain adds the branches of allOf that matter for the value that the Switch looks at. Of those that have their if hold for it, the then is left.
func (b *shaper) chain(l *Logic) {
	for _, i := range l.Switch.Rest {
		b.visit(l.AllOf[i])
	}
	if b.one < 0 {
		return
	}
	for _, i := range l.Switch.Cases[b.one].Branches {
		ref := target(b.p.derived.nodes, l.AllOf[i])
		if n := &b.p.derived.nodes[ref]; n.is(Node{Logic: n.Logic}) && n.Logic != nil && n.Logic.If != 0 && n.Logic.Else == 0 && len(n.Logic.Refs)+
			len(n.Logic.AllOf)+len(n.Logic.AnyOf)+len(n.Logic.OneOf) == 0 && n.Logic.Not == nil {
			ref = n.Logic.Then
		}
		b.visit(ref)
	}
}

// target follows references that stand alone.
func target(nodes []Node, ref Ref) Ref {
	for range maxFused {
		n := &nodes[ref]
		if l := n.Logic; l == nil || !n.is(Node{Logic: l}) || len(l.Refs) != 1 || len(l.AllOf)+len(l.AnyOf)+len(l.OneOf) > 0 || l.Not != nil || l.If != 0 {
			break
		}
		ref = n.Logic.Refs[0].Schema
	}
	return ref
}

// is reports whether n says what m says, wherever it stands.
func (n *Node) is(m Node) bool {
	m.Source, m.At = n.Source, n.At
	return *n == m
}

// join makes the members of the shape from what the objects say of theirs.
func (b *shaper) join() {
	s := b.shape
	index := map[string]int{}
	var list []string
	for _, o := range b.objects {
		for _, name := range o.keys.list { // names of properties, and those that are only required or dependent
			if _, known := index[name]; !known {
				index[name] = len(list)
				list = append(list, name)
			}
		}
		s.least = max(s.least, o.MinProperties)
		if o.MaxProperties.Set && (!s.most.Set || o.MaxProperties.N < s.most.N) {
			s.most = o.MaxProperties
		}
		if o.Names != 0 {
			s.names = append(s.names, o.Names)
		}
		if len(o.patterns) > 0 || o.Additional != 0 {
			s.open = append(s.open, openRule{o.patterns, o.Additional})
		}
		b.facts += len(o.keys.list) + len(o.patterns)
	}
	if b.facts += len(list) * len(b.objects); b.failed || b.facts > maxFacts {
		b.failed = true
		return
	}
	s.keys = newNames(list)
	s.members = make([]memberRule, len(list)+1)
	for i, name := range list {
		b.member(&s.members[i], name)
	}
	if b.decided != nil {
		b.known(s.keys.find([]byte(b.decided.rule.logic.Switch.Property)))
	}
	mark := func(name string) uint64 { return b.mark(&s.members[index[name]]) }
	for _, o := range b.objects {
		for _, name := range o.Required {
			s.required |= mark(name)
		}
		for i := range o.Dependent {
			d := demand{bit: mark(o.Dependent[i].Name), schema: o.Dependent[i].Schema}
			for _, name := range o.Dependent[i].Required {
				d.mask |= mark(name)
			}
			s.demands = append(s.demands, d)
		}
	}
	s.alone = len(s.demands)+len(s.names)+len(s.also)+len(s.apart) == 0
}

// member gathers what the objects say of a member of some name.
func (b *shaper) member(m *memberRule, name string) {
	m.name, m.kinds = tape.NewName(name), allKinds
	text := []byte(name)
	for _, o := range b.objects {
		k := o.keys.find(text)
		declared := k >= 0 && k < len(o.Properties)
		if declared {
			b.add(m, o.Properties[k].Schema)
		}
		for i := range o.patterns {
			if o.patterns[i].pattern.match(text) {
				declared = true
				b.add(m, o.patterns[i].schema)
			}
		}
		if !declared {
			b.add(m, o.Additional)
		}
	}
	m.settle()
}

// settle notes of which kinds of value kinds says it all.
func (m *memberRule) settle() {
	m.simple = m.kinds
	if m.string != nil {
		m.simple &^= 1 << tape.String
	}
	if m.number != nil {
		m.simple &^= 1 << tape.Number
	}
	if m.items != 0 {
		m.simple &^= 1 << tape.Array
	}
	if len(m.all) > 0 {
		m.simple = 0
	}
}

func (b *shaper) add(m *memberRule, ref Ref) {
	ref = target(b.p.derived.nodes, ref)
	r := &b.rules[ref]
	m.kinds &= r.kinds
	switch {
	case r.simple:
	case r.flat && r.constant == nil && r.enum == nil && r.number == nil && r.integer == 0 && m.string == nil:
		if m.string = r.string; r.string != nil && r.string.isPattern() {
			r.string.pattern.once.Do(r.string.pattern.compile)
			m.runs, _ = r.string.pattern.matcher.(*runs)
		}
		if r.string != nil && r.string.format != nil && (r.string.pattern == nil || r.string.implied) && *r.string.String == (String{Pattern: r.string.Pattern, Format: r.string.Format}) {
			m.format = r.string.format
		}
	case r.flat && r.constant == nil && r.enum == nil && r.string == nil && r.integer == 0 && m.number == nil:
		m.number = r.number
	case m.items == 0 && b.onlyItems(r):
		m.items = b.rules[r.array.Items].kinds | 1 // never 0
	case !slices.Contains(m.all, ref):
		m.all = append(m.all, ref)
		b.facts++
	}
}

// onlyItems reports whether a schema says nothing but of which kinds the items of arrays are.
func (b *shaper) onlyItems(r *rule) bool {
	a := r.array
	if a == nil || len(a.Prefix) > 0 || a.MinItems > 0 || a.MaxItems.Set || a.Unique || a.Contains != nil || a.Unevaluated != 0 || !b.rules[a.Items].simple {
		return false
	}
	return r.integer == 0 && r.constant == nil && r.enum == nil && r.number == nil && r.string == nil && r.object == nil && r.logic == nil
}

// known leaves out what is true of member k because its value chose the shape.
func (b *shaper) known(k int) {
	if k < 0 || b.one < 0 {
		return
	}
	m, value := &b.shape.members[k], []byte(b.decided.rule.cases.list[b.one])
	b.shape.never = b.shape.never || m.kinds>>tape.String&1 == 0
	m.all = slices.DeleteFunc(m.all, func(ref Ref) bool {
		r := &b.rules[ref]
		if r.string != nil || r.logic != nil {
			return false
		}
		b.shape.never = b.shape.never || r.constant != nil && r.constant.strings.find(value) < 0 || r.enum != nil && r.enum.strings.find(value) < 0
		return true
	})
	m.settle()
}

// mark gives a member a bit.
func (b *shaper) mark(m *memberRule) uint64 {
	if m.bit == 0 {
		b.failed = b.failed || b.marks >= maxMarks
		m.bit = 1 << (b.marks % maxMarks)
		b.marks++
	}
	return m.bit
}

// whole finds out whether an object is valid by the shape of its schema.
func (w *walk) whole(ref Ref, n tape.Node) bool {
	t := w.t
	s := w.p.shape(ref)
	if c := s.chooser; c != nil {
		// What is no string may be allowed by any of the branches.
		tag := c.tag(t, n)
		if tag == 0 {
			return w.check(&w.rules[ref], n, tape.Object, nil)
		}
		one := c.rule.cases.find(t.Str(tag))
		if one < 0 && c.union {
			return false
		}
		s = w.p.chosen(c, one)
	}
	if s == unshaped || t.Repeats() { // of a member that repeats, only the first chose the shape
		return w.check(&w.rules[ref], n, tape.Object, nil)
	}
	if s.never || (s.least > 0 || s.most.Set) && !s.allows(uint64(t.Len(n))) {
		return false
	}
	seen, valid := w.members(s, n)
	return valid && seen&s.required == s.required && (s.alone || w.remains(s, n, seen))
}

// allows reports whether an object may have so many members.
func (s *shape) allows(count uint64) bool {
	return count >= s.least && (!s.most.Set || count <= s.most.N)
}

// tag is walk.tag for the property of a chooser, which mostly stands where the schema has it.
func (c *chooser) tag(t *tape.Tape, n tape.Node) tape.Node {
	at := n + 1
	for range c.place { // over members whose values are one node each
		if t.Kind(at+1) >= tape.Array {
			return tagOf(t, n, c.name.String())
		}
		at += 2
	}
	if at < t.Next(n) && t.Kind(at+1) == tape.String && t.Begins(at, &c.name) && (c.name.Short() || t.Ends(at, &c.name)) {
		return at + 1
	}
	return tagOf(t, n, c.name.String())
}

// members checks the members of an object one by one. What it returns as seen are the bits of those that are there.
func (w *walk) members(s *shape, n tape.Node) (seen uint64, valid bool) {
	t := w.t
	members := s.members
	next := 0 // the member that is likely to come
	for at, end := n+1, t.Next(n); at < end; {
		m := &members[next]
		if t.Begins(at, &m.name) && (m.name.Short() || t.Ends(at, &m.name)) {
			next++
		} else if k := s.keys.find(t.Str(at)); k >= 0 {
			m, next = &members[k], k+1
		} else {
			if len(s.open) > 0 && !w.open(s, at) {
				return 0, false
			}
			at = t.Next(at + 1)
			continue
		}
		seen |= m.bit
		at++ // to the value
		kind := t.Kind(at)
		if m.simple>>kind&1 == 0 && !w.value(m, at, kind) {
			return 0, false
		}
		if kind >= tape.Array {
			at = t.Next(at)
		} else {
			at++
		}
	}
	return seen, true
}

// value checks the value of a member that a shape has.
func (w *walk) value(m *memberRule, n tape.Node, kind tape.Kind) bool {
	if m.kinds>>kind&1 == 0 {
		return false
	}
	switch kind {
	case tape.String:
		switch {
		case m.runs != nil:
			if !m.runs.match(w.t.Str(n)) {
				return false
			}
		case m.string == nil, m.format != nil && m.format(w.t.Str(n)):
		case !w.string(m.string, n):
			return false
		}
	case tape.Number:
		if m.number != nil && !w.number(m.number, n) {
			return false
		}
	case tape.Array:
		if m.items != 0 && !w.itemsAre(m.items, n) {
			return false
		}
	}
	for _, ref := range m.all {
		if !w.flat(ref, n, kind) {
			return false
		}
	}
	return true
}

// flat applies a schema to a value of an allowed kind.
func (w *walk) flat(ref Ref, n tape.Node, kind tape.Kind) bool {
	r := &w.rules[ref]
	if !r.flat {
		return w.node(ref, n, nil)
	}
	switch kind {
	case tape.String:
		if r.string != nil && !w.string(r.string, n) {
			return false
		}
	case tape.Number:
		if r.integer != 0 && !w.integer(r.integer, n) || r.number != nil && !w.number(r.number, n) {
			return false
		}
	}
	return (r.constant == nil || w.allowed(r.constant, n, kind)) && (r.enum == nil || w.allowed(r.enum, n, kind))
}

// open applies to a member what a shape demands of those that it has not.
func (w *walk) open(s *shape, at tape.Node) bool {
	for i := range s.open {
		o := &s.open[i]
		declared := false
		for k := range o.patterns {
			if p := &o.patterns[k]; p.pattern.match(w.t.Str(at)) {
				declared = true
				if !w.node(p.schema, at+1, nil) {
					return false
				}
			}
		}
		if !declared && !w.node(o.additional, at+1, nil) {
			return false
		}
	}
	return true
}

// remains applies what a shape could not say of members.
func (w *walk) remains(s *shape, n tape.Node, seen uint64) bool {
	for i := range s.demands {
		if d := &s.demands[i]; seen&d.bit != 0 && (seen&d.mask != d.mask || !w.node(d.schema, n, nil)) {
			return false
		}
	}
	for _, ref := range s.names {
		for at, end := n+1, w.t.Next(n); at < end; at = w.t.Next(at + 1) {
			if !w.node(ref, at, nil) {
				return false
			}
		}
	}
	for i := range s.also {
		m := &s.also[i]
		l := m.logic
		tag, one := w.choose(m.rule, n, tape.Object)
		if m.allOf && !w.allOf(l, n, tag, one, nil) || m.anyOf && !w.anyOf(l, n, tag, one, nil) || m.oneOf && !w.oneOf(l, n, tag, one, nil) || !w.rest(l, n, nil) {
			return false
		}
	}
	for _, ref := range s.apart {
		if !w.node(ref, n, nil) {
			return false
		}
	}
	return true
}
