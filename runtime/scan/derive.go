package scan

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// derived is a Plan in the form that is quick to run. It repeats the tables and adds no facts.
type derived struct {
	locations []location
	strings   []stringRule
	numbers   []numberRule
	objects   []object
	arrays    []array
	switches  []*switchRule
	memos     int
	follows   int
	disorder  int
}

// is says whether a rule needs a table.
type is uint8

const (
	isNo is = iota
	isAny
	isUnsure
	isRule
)

// location is a Location; its rules are never nil.
type location struct {
	all, null, no, yes uint64
	any                bool // all roots hold for every value
	string             *stringRule
	number             *numberRule
	object             *object
	array              *array
}

// onlyStrings reports whether any strings hold and nothing else does.
func (l *location) onlyStrings() bool {
	return l.string.is == isAny && l.null|l.no|l.yes == 0 && l.number.is == isNo && l.object.is == isNo && l.array.is == isNo
}

// child is a Child.
type child struct {
	at   *location // nil if anything goes
	fail []uint64
}

// stringRule is a String.
type stringRule struct {
	is     is
	all    uint64 // all roots
	values texts
	lookup *lookup // instead of values if they are many, or long
	fail   uint64
	checks []check
	terms  []term
	time   bool
	memo   int    // the index of its memo; -1 if it is not worth one
	runs   *check // if not nil, all that is asked: runs of characters that end in front of a quote
}

// lookup is Values by the words of their texts.
type lookup struct {
	index []slot // a hash table
	shift uint
	texts []string
	holds []uint64
}

// namedText is a Value: its text with the closing quote.
type namedText struct {
	literal
	length int
	holds  uint64
	value  string
}

// noText is no value.
var noText = namedText{literal: never}

// texts are values, by the hashes of their first words.
type texts struct {
	table[namedText]
	more []namedText // those that are not in the table
}

// find returns the value that the text has at i, or noText. There must be some.
func (n *texts) find(t text, i int) *namedText {
	if v := n.at(hashFirst(t.word(i))); v.at(t, i) {
		return v
	}
	for k := range n.more {
		if v := &n.more[k]; v.at(t, i) {
			return v
		}
	}
	return &noText
}

type check struct {
	what    What
	fail    uint64
	n       int
	pattern *schema.Pattern
	runs    []run
	format  func([]byte) bool
}

// run is a Run. Its ranges are in words: eight bytes are looked at at once.
type run struct {
	first    [3]byteRange
	ranges   []byteRange // more than these
	has      [2]uint64   // the set, a bit for each character
	min, max int
	single   byte // the only character of the set, if there is but one and it comes once; else 0
}

// byteRange is a range of ASCII characters, as what a byte of the range carries into its high bit, and what one beyond does.
type byteRange struct{ from, beyond uint64 }

// term is a Term.
type term struct {
	bit  uint64
	op   Op
	bits uint64
	list [3]uint64 // of If
}

type numberRule struct {
	is     is
	all    uint64
	fail   uint64
	checks []numberCheck
	terms  []term
	plain  bool // digits without a sign, with a point or not, always hold
	whole  bool // digits alone always hold
}

type numberCheck struct {
	what  What
	fail  uint64
	limit tape.Decimal
	small int64 // the limit, if exact
	exact bool
	list  []tape.Decimal
}

type object struct {
	is       is
	strict   bool
	all      uint64
	keys     []key
	index    []slot // a hash table of keys
	byName   byName // most of them
	shift    uint
	patterns []check
	rest     []child
	names    *child
	follows  int // where Machine.follows has its keys
	disorder int // the index of its disorder
	limits   []Limit
	required []required
	listed   []listed
	fail     uint64
	terms    []term
	sw       *switchRule

	strings  bool   // it has no keys, and any strings under any names
	fast     bool   // it has steps
	byWord   byWord // of its steps
	recorded bool   // it is at the root, and only there
	tag      int    // of a case: which key says so
	need     uint64
	start    [len(separators)]*step
	steps    [len(separators)][]step // one for each key and one for the end
}

type key struct {
	text literal // the name and its quote, as far as words hold it
	name string
	child
	number int
	usual  literal // the name in its quotes and the colon; never, if the name is too long for that, or cannot stand in a string as it is
	size   int     // of usual
}

// noKey is a key that no text has.
var noKey = key{usual: never, text: never}

// byName finds keys by the first two words of what is written for their names. It leaves out what needs escapes, or is very long.
type byName struct{ table[key] }

func newByName(keys []key) byName {
	t, _ := newTable(keys, func(k *key) (hash uint64, ok bool) {
		return hashWords(k.text.w0, k.text.w1), escaped(k.name) == k.name && len(k.name) < Padding
	}, &noKey)
	return byName{t}
}

// find returns the key whose name begins at i, or noKey.
func (n *byName) find(t text, i int) *key {
	k := n.at(hashWords(firstNames(t.word(i), t.word(i+8))))
	if !k.text.at(t, i) || len(k.name) >= literalLength && (string(t.span(i, i+len(k.name))) != k.name || t.byte(i+len(k.name)) != '"') {
		return &noKey
	}
	return k
}

// slot is an entry of a hash table: a key by its hash, and by its words (see nameWords); index is 1 + its number.
type slot struct {
	hash   uint64
	w0, w1 uint64
	index  int32
	step   *step // of the key, if its object has steps
}

// required are keys without which some bits fail.
type required struct {
	keys [seenWords]uint64
	fail uint64
}

type switchRule struct {
	guess    int // its number
	property string
	head     *object // what the first keys are
	headKeys int
	cases    []kase
	index    []slot // a hash table of the values
	shift    uint
	byWord   table[kase] // most of them, by the hashes of the first words of the values
	other    *object     // nil if there is none
	union    *object     // the keys of all cases with what all ask of them; nil if they are too many
	differ   []bool      // by key of union: cases ask different things
	number   []int8      // by case and key of union: the number of the key in the case; -1 if it is none there
}

// noCase is no case.
var noCase = kase{literal: never}

type kase struct {
	literal // the value with its quote; never, if it is too long for words
	w3, m3  uint64
	length  int // of the value with its quote
	number  int32
	behind  [len(separators)]*step // the first step behind the head, if there is one
	value   string
	object  *object
}

type array struct {
	is       is
	strict   bool
	all      uint64
	prefix   []child
	items    child
	each     bool // nothing is asked but of the items, and of each the same
	contains []Contains
	counted  []child
	limits   []Limit
	unique   uint64
	listed   []listed
	fail     uint64
	terms    []term
	strings  bool // any number of any strings
}

// seenWords is how many words hold a bit for each key of an object.
const seenWords = 4

// MaxKeys is how many keys an object may have.
const MaxKeys = 64 * seenWords

// derive fills p.derived. Plans come from package plan, so a mistake in one is ours: it panics.
func (p *Plan) derive() {
	d := &derived{
		locations: make([]location, len(p.Locations)),
		strings:   make([]stringRule, len(p.Strings)),
		numbers:   make([]numberRule, len(p.Numbers)),
		objects:   make([]object, len(p.Objects)),
		arrays:    make([]array, len(p.Arrays)),
	}
	for i := range p.Locations {
		l := &p.Locations[i]
		all := uint64(1)<<max(l.Roots, 1) - 1
		t := &d.locations[i]
		*t = location{all: all, null: l.Null, no: l.False, yes: l.True}
		if l.String > 0 {
			t.string = &d.strings[l.String]
			t.string.all = all
		} else {
			t.string = &stringRule{is: l.String.is(), all: all}
		}
		if l.Number > 0 {
			t.number = &d.numbers[l.Number]
			t.number.all = all
		} else {
			t.number = &numberRule{is: l.Number.is(), all: all}
		}
		if l.Object > 0 {
			t.object = &d.objects[l.Object]
			t.object.all = all
		} else {
			t.object = &object{is: l.Object.is(), all: all}
		}
		if l.Array > 0 {
			t.array = &d.arrays[l.Array]
			t.array.all = all
		} else {
			t.array = &array{is: l.Array.is(), all: all}
		}
		t.any = l.Null == all && l.True == all && l.False == all && l.String == Any && l.Number == Any && l.Object == Any && l.Array == Any
	}
	// Invariant: what a switch tells apart has one root.
	first := map[Rule][]Key{}
	for i := range p.Objects {
		if s := p.Objects[i].Switch; s != nil {
			for _, c := range s.Cases {
				first[c.Object] = s.Keys
			}
			for _, r := range append([]Rule{s.Other}, rules(s.Cases)...) {
				if r > 0 {
					d.objects[r].all = 1
				}
			}
		}
	}
	for i := 1; i < len(p.Strings); i++ {
		d.strings[i].derive(&p.Strings[i], d)
	}
	for i := 1; i < len(p.Numbers); i++ {
		d.numbers[i].derive(&p.Numbers[i])
	}
	for i := 1; i < len(p.Arrays); i++ {
		d.arrays[i].derive(&p.Arrays[i], d)
	}
	for i := 1; i < len(p.Objects); i++ {
		d.objects[i].derive(&p.Objects[i], first[Rule(i)], d)
	}
	for i := 1; i < len(p.Objects); i++ {
		if d.objects[i].sw != nil {
			d.objects[i].sw.derive(p.Objects[i].Switch, d)
		}
	}
	d.record(p)
	p.derived = d
}

// record gives the steps of the object at the root slots of their own, unless it may also be inside itself.
func (d *derived) record(p *Plan) {
	root := &d.locations[p.Root]
	if root.any || root.all != 1 || root.object.is != isRule {
		return
	}
	for i := range p.Locations {
		if d.locations[i].object == root.object && i != int(p.Root) || p.refersTo(p.Root) {
			return
		}
	}
	o := root.object
	o.record()
	if o.sw == nil || o.sw.head == nil {
		return
	}
	o.sw.head.record()
	for i := range o.sw.cases {
		o.sw.cases[i].object.record()
	}
	if o.sw.other != nil {
		o.sw.other.record()
	}
}

// refersTo reports whether a location is one of a child.
func (p *Plan) refersTo(at Loc) bool {
	is := func(c Child) bool { return c.At == at }
	for i := range p.Objects {
		o := &p.Objects[i]
		if slices.ContainsFunc(o.Keys, func(k Key) bool { return k.At == at }) || slices.ContainsFunc(o.Rest, is) {
			return true
		}
	}
	return slices.ContainsFunc(p.Arrays, func(a Array) bool {
		return is(a.Items) || slices.ContainsFunc(a.Prefix, is) || slices.ContainsFunc(a.Contains, func(c Contains) bool { return is(c.Child) })
	})
}

func (o *object) record() {
	o.recorded = true
	for style := range separators {
		for k := range o.steps[style] {
			if s := &o.steps[style][k]; s.class != classEnd {
				s.slot, s.bit = s.key, 1<<s.key
			}
		}
		if s := o.start[style]; s != nil && s.class != classEnd {
			s.slot, s.bit = s.key, 1<<s.key
		}
	}
}

func (r Rule) is() is {
	switch r {
	case No:
		return isNo
	case Any:
		return isAny
	}
	return isUnsure
}

func newChild(c Child, d *derived) child {
	t := child{at: &d.locations[c.At], fail: c.Fail}
	if t.at.any {
		t.at = nil
	} else if t.fail == nil {
		t.fail = oneBit
	}
	return t
}

var oneBit = []uint64{1}

func newTerms(list []Term) []term {
	var terms []term
	for _, t := range list {
		n := term{bit: 1 << t.Bit, op: t.Op}
		for i, b := range t.Bits {
			n.bits |= 1 << b
			if t.Op == If {
				n.list[i] = 1 << b
			}
		}
		terms = append(terms, n)
	}
	return terms
}

// verdict says what the roots are when some bits have failed.
func verdict(all, fail uint64, terms []term) uint64 {
	holds := ^fail
	for i := range terms {
		t := &terms[i]
		bad := false
		switch t.op {
		case AnyOf:
			bad = holds&t.bits == 0
		case OneOf:
			bad = bits.OnesCount64(holds&t.bits) != 1
		case None:
			bad = holds&t.bits != 0
		case If:
			if holds&t.list[0] != 0 {
				bad = holds&t.list[1] == 0
			} else {
				bad = holds&t.list[2] == 0
			}
		}
		if bad {
			holds &^= t.bit
		}
	}
	return holds & all
}

// fewValues is how many values are looked for one after the other.
const fewValues = 8

func (r *stringRule) derive(s *String, d *derived) {
	r.is, r.fail, r.terms, r.time, r.memo = isRule, s.Fail, newTerms(s.Terms), s.Time, -1
	short := len(s.Values) <= fewValues
	for _, v := range s.Values {
		short = short && len(escaped(v.Text)) < literalLength
	}
	var texts []namedText
	for _, v := range s.Values {
		if short {
			text := escaped(v.Text) + `"`
			texts = append(texts, namedText{newLiteral(text), len(text), v.Holds, v.Text})
			continue
		}
		if r.lookup == nil {
			r.lookup = &lookup{}
		}
		r.lookup.texts, r.lookup.holds = append(r.lookup.texts, v.Text), append(r.lookup.holds, v.Holds)
	}
	if len(texts) > 0 {
		r.values.table, r.values.more = newTable(texts, func(v *namedText) (uint64, bool) { return hashFirst(v.w0), true }, &noText)
	}
	if r.lookup != nil {
		r.lookup.index, r.lookup.shift = newIndex(r.lookup.texts)
	}
	for i := range s.Checks {
		r.checks = append(r.checks, newCheck(&s.Checks[i]))
	}
	if len(r.checks) > 0 && len(s.Values) == 0 && !s.Time {
		r.memo = d.memos
		d.memos++
		if c := &r.checks[0]; len(r.checks) == 1 && c.what == Sequence && c.fail == 1 && s.Fail == 0 && len(s.Terms) == 0 && c.plain() {
			r.runs = c
		}
	}
}

func newCheck(c *Check) check {
	t := check{what: c.What, fail: c.Fail, n: int(min(c.N, maxText+1))}
	switch c.What {
	case Pattern:
		t.pattern = &schema.Pattern{Source: c.Text}
	case Format:
		if t.format = schema.Format(c.Text); t.format == nil {
			panic(fmt.Sprintf("scan: a plan asserts the unknown format %q", c.Text))
		}
	case Sequence:
		for _, r := range c.Runs {
			t.runs = append(t.runs, newRun(r))
		}
	}
	return t
}

// plain reports whether the runs of a check have only characters that stand in a string as they are.
func (c *check) plain() bool {
	for i := range c.runs {
		if c.runs[i].takes('"') || c.runs[i].takes('\\') || c.runs[i].has[0]&(1<<' '-1) != 0 {
			return false
		}
	}
	return true
}

// takes reports whether a character is in the set of a run.
func (r *run) takes(c byte) bool { return r.has[c>>6]>>(c&63)&1 != 0 }

func newRun(r Run) run {
	t := run{min: r.Min, max: r.Max}
	if t.max < 0 {
		t.max = maxText
	}
	for i := 0; i+1 < len(r.Set); i += 2 {
		from, to := r.Set[i], r.Set[i+1]
		b := byteRange{ones * uint64(0x80-from), ones * uint64(0x7f-to)}
		if i/2 < len(t.first) {
			t.first[i/2] = b
		} else {
			t.ranges = append(t.ranges, b)
		}
		for c := from; c <= to; c++ {
			t.has[c>>6] |= 1 << (c & 63)
		}
	}
	if len(r.Set) == 2 && r.Set[0] == r.Set[1] && r.Min == 1 && r.Max == 1 {
		t.single = r.Set[0]
	}
	return t
}

func (r *numberRule) derive(n *Number) {
	r.is, r.fail, r.terms = isRule, n.Fail, newTerms(n.Terms)
	r.plain, r.whole = n.Fail == 0 && len(n.Terms) == 0, n.Fail == 0 && len(n.Terms) == 0
	for i := range n.Checks {
		c := &n.Checks[i]
		t := numberCheck{what: c.What, fail: c.Fail, limit: tape.Decimal{Text: c.Text}}
		if c.Text != "" {
			t.small, t.exact = t.limit.Int64()
		}
		for _, text := range c.Texts {
			t.list = append(t.list, tape.Decimal{Text: text})
		}
		r.checks = append(r.checks, t)
		atLeast0 := c.What == Minimum && t.exact && t.small <= 0
		r.plain = r.plain && atLeast0
		r.whole = r.whole && (atLeast0 || c.What == Integer || c.What == LexicalInteger)
	}
}

func (a *array) derive(t *Array, d *derived) {
	a.is, a.limits, a.unique, a.fail, a.terms, a.contains = isRule, t.Limits, t.Unique, t.Fail, newTerms(t.Terms), t.Contains
	a.strict = a.all == 1 && len(t.Terms) == 0
	for _, c := range t.Prefix {
		a.prefix = append(a.prefix, newChild(c, d))
	}
	a.items = newChild(t.Items, d)
	a.listed = newListed(t.Listed)
	for _, c := range t.Contains {
		a.counted = append(a.counted, newChild(c.Child, d))
	}
	a.each = a.items.at != nil && len(t.Terms) == 0 && len(t.Prefix) == 0 && len(t.Contains) == 0 && len(t.Limits) == 0 && len(t.Listed) == 0 && t.Unique == 0
	a.strings = a.each && a.strict && t.Fail == 0 && a.items.at.onlyStrings()
}

// derive also takes the first keys of a case, which the tables have once for all cases.
func (o *object) derive(t *Object, first []Key, d *derived) {
	o.is, o.limits, o.fail, o.terms = isRule, t.Limits, t.Fail, newTerms(t.Terms)
	o.strict = o.all == 1 && len(t.Terms) == 0
	if t.Switch != nil {
		o.sw = &switchRule{guess: len(d.switches), property: t.Switch.Property}
		d.switches = append(d.switches, o.sw)
		return
	}
	keys := slices.Concat(first, t.Keys)
	if len(keys) > MaxKeys || len(t.Patterns) > 4 {
		panic("scan: a plan has too many keys or patterns in one object")
	}
	var names []string
	for i, k := range keys {
		t := key{text: newLiteral(k.Name + `"`), name: k.Name, child: newChild(k.Child(), d), number: i, usual: never}
		if usual := `"` + k.Name + `":`; len(usual) <= literalLength && escaped(k.Name) == k.Name {
			t.usual, t.size = newLiteral(usual), len(usual)
		}
		o.keys = append(o.keys, t)
		names = append(names, k.Name)
		o.needs(i, k.Need)
	}
	o.index, o.shift = newIndex(names)
	o.byName = newByName(o.keys)
	o.follows = d.follows
	d.follows += len(keys) + 1
	o.listed = newListed(t.Listed)
	for i := range t.Patterns {
		o.patterns = append(o.patterns, newCheck(&t.Patterns[i]))
	}
	for _, c := range t.Rest {
		o.rest = append(o.rest, newChild(c, d))
	}
	if t.Names.At != 0 {
		c := newChild(t.Names, d)
		o.names = &c
	}
	if o.strict && len(o.keys) <= 64 && o.fail == 0 && len(o.limits) == 0 && o.names == nil && len(o.listed) == 0 {
		o.fast = true
		o.disorder = d.disorder
		d.disorder++
		for _, r := range o.required {
			o.need |= r.keys[0]
		}
		o.strings = len(o.keys) == 0 && len(o.patterns) == 0 && len(o.rest) == 1 && o.rest[0].at != nil && o.rest[0].at.onlyStrings()
		o.layOut()
	}
}

// needs notes that some bits fail without a key.
func (o *object) needs(key int, fail uint64) {
	if fail == 0 {
		return
	}
	at := slices.IndexFunc(o.required, func(r required) bool { return r.fail == fail })
	if at < 0 {
		at = len(o.required)
		o.required = append(o.required, required{fail: fail})
	}
	o.required[at].keys[key/64] |= 1 << (key % 64)
}

// newIndex returns a hash table of names, and by how much a hash is shifted to be the place of a name: so that as few as possible have another before them.
func newIndex(names []string) ([]slot, uint) {
	size := indexSize(len(names))
	hashes := make([]uint64, len(names))
	for i, name := range names {
		hashes[i] = hashOf([]byte(name))
	}
	shift := bestShift(hashes, size)
	index := make([]slot, size)
	for i, name := range names {
		at := hashes[i] >> shift & uint64(size-1)
		for index[at].index != 0 {
			at = (at + 1) & uint64(size-1)
		}
		w0, w1 := wordsOf(name)
		index[at] = slot{hashes[i], w0, w1, int32(i + 1), nil}
	}
	return index, shift
}

const (
	minShift   = 24 // the low bits of a product depend on few of its factor's
	fewCollide = 64 // of how many names all shifts are tried
)

// indexSize returns how large a hash table of so many names is, a power of 2.
func indexSize(names int) int {
	size := 4
	for size < 2*names {
		size *= 2
	}
	return size
}

// table finds things by hashes of what is written for them. Every place has one thing at most, or none.
type table[T any] struct {
	places []*T
	shift  uint
}

// newTable returns a table of the things that have a hash, with none at the places that no thing has; and the things that are not in it.
func newTable[T any](all []T, hash func(*T) (hash uint64, ok bool), none *T) (t table[T], rest []T) {
	hashes := make([]uint64, 0, len(all))
	for i := range all {
		if h, ok := hash(&all[i]); ok {
			hashes = append(hashes, h)
		}
	}
	t.places = make([]*T, indexSize(len(all)))
	t.shift = bestShift(hashes, len(t.places))
	for i := range t.places {
		t.places[i] = none
	}
	for i := range all {
		h, ok := hash(&all[i])
		if at := &t.places[h>>t.shift&uint64(len(t.places)-1)]; ok && *at == none {
			*at = &all[i]
		} else {
			rest = append(rest, all[i])
		}
	}
	return t, rest
}

// at returns the only thing in the table that may have a hash.
func (t *table[T]) at(hash uint64) *T {
	return t.places[hash>>(t.shift&63)&uint64(len(t.places)-1)]
}

// bestShift returns the shift with which few hashes share a place in a table.
func bestShift(hashes []uint64, size int) uint {
	shift, fewest := uint(0), len(hashes)+1
	for s := uint(64 - bits.TrailingZeros(uint(size))); s >= minShift && fewest > 0; s-- {
		if n := collisions(hashes, s, size); n < fewest {
			shift, fewest = s, n
		}
		if len(hashes) > fewCollide {
			break
		}
	}
	return shift
}

// collisions returns how many names are not alone at their place.
func collisions(hashes []uint64, shift uint, size int) (n int) {
	taken := make([]bool, size)
	for _, h := range hashes {
		at := h >> shift & uint64(size-1)
		if taken[at] {
			n++
		}
		taken[at] = true
	}
	return n
}

func (s *switchRule) derive(t *Switch, d *derived) {
	var values []string
	for _, c := range t.Cases {
		k := kase{number: int32(len(s.cases)), value: c.Value, object: caseObject(c.Object, t.Property, d), literal: never}
		if text := escaped(c.Value) + `"`; len(text) <= literalLength+8 {
			k.literal, k.length = newLiteral(text), len(text)
			if len(text) > literalLength {
				tail := newLiteral(text[literalLength:])
				k.w3, k.m3 = tail.w0, tail.m0
			}
		}
		s.cases = append(s.cases, k)
		values = append(values, c.Value)
	}
	s.index, s.shift = newIndex(values)
	s.byWord, _ = newTable(s.cases, func(k *kase) (uint64, bool) { return hashFirst(k.w0), true }, &noCase)
	if t.Other != No {
		s.other = caseObject(t.Other, t.Property, d)
	}
	s.unite()
	if t.Head == 0 {
		return
	}
	for i := range s.cases {
		if !s.cases[i].object.fast {
			return
		}
	}
	s.layOut(t.Head, d)
}

// maxUnited is how many cases may have a union.
const maxUnited = 256

// unite makes the union.
func (s *switchRule) unite() {
	u := &object{is: isRule, strict: true, all: 1}
	number := map[string]int{}
	var count []int
	if len(s.cases) > maxUnited {
		return
	}
	open := true // no case asks anything of names that it does not know
	for i := range s.cases {
		o := s.cases[i].object
		if !o.fast {
			return
		}
		open = open && len(o.rest) == 0
		for _, k := range o.keys {
			n, known := number[k.name]
			if !known {
				if n = len(u.keys); n == 64 {
					return
				}
				number[k.name] = n
				u.keys, count, s.differ = append(u.keys, k), append(count, 0), append(s.differ, false)
			}
			count[n]++
			s.differ[n] = s.differ[n] || u.keys[n].at != k.at
		}
	}
	for i := range s.cases {
		for n := range u.keys {
			at := slices.IndexFunc(s.cases[i].object.keys, func(k key) bool { return k.name == u.keys[n].name })
			s.number = append(s.number, int8(at))
		}
	}
	for n := range u.keys {
		s.differ[n] = s.differ[n] || !open && count[n] < len(s.cases)
	}
	var names []string
	for _, k := range u.keys {
		names = append(names, k.name)
	}
	u.index, u.shift = newIndex(names)
	u.layOut()
	s.union = u
}

// rules returns the objects of cases.
func rules(cases []Case) []Rule {
	var list []Rule
	for _, c := range cases {
		list = append(list, c.Object)
	}
	return list
}

// caseObject returns the object of a case, which may be a Rule without a table.
func caseObject(r Rule, property string, d *derived) *object {
	if r > 0 {
		o := &d.objects[r]
		o.tag = slices.IndexFunc(o.keys, func(k key) bool { return k.name == property })
		if o.fast = o.fast && o.tag >= 0; o.fast {
			for style := range o.steps {
				o.steps[style][o.tag].class = classTag
			}
		}
		return o
	}
	return &object{is: r.is(), all: 1}
}

// escaped returns text as it can stand in a JSON string.
func escaped(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }) {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		case c == '"', c == '\\':
			b.WriteByte('\\')
			fallthrough
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
