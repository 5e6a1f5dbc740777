package scan

// separators are the ways in which emitters separate members and names from values: as Python's json.dumps does, and without white space.
var separators = [...]struct{ comma, colon string }{{", ", ": "}, {",", ":"}}

// styleOf returns the index of the separators with which a value is written, by what stands in front of it.
func styleOf(c byte) int {
	if c == ':' {
		return 1
	}
	return 0
}

// step is a key where it is expected: what stands between the value before it and its own, as words to compare, and what to do with the value. The fields that
// every key needs come first: they share a cache line.
type step struct {
	literal
	length   uint8
	quote    uint8 // 1 if the literal ends with the quote that begins the value
	class    class
	slot     uint8 // where its value is noted
	key      uint8 // its number
	size     uint8 // of its name with both quotes
	optional bool
	next     *step
	bit      uint64 // of the key, if its object is the one at the root; else 0
	string   *stringRule
	sw       *switchRule
	of       *object // that it is a step of
	place    *location
	tail     string // what of the literal does not fit the words
	_        uint64 // so that none begins in the middle of a cache line
}

// class says how the value of a step is read.
type class uint8

const (
	classEnd    class = iota // the end of the object
	classString              // any string
	classTime                // a date-time
	classMemo                // a string that is checked; the last one often comes again
	classSame                // any string that comes before the one that tells objects apart: it says whose they are, and comes again
	classPlain               // a number that holds if it is digits, with a point or not
	classWhole               // a number that holds if it is digits
	classBool
	classStrings // any number of any strings
	classMap     // any strings under any names
	classEnum    // a string of few
	classKind    // the string that tells objects apart
	classTag     // the same, where it is known what it must be
	classOther
	classLong // as classOther, with a tail
)

// quoted are the classes whose literal ends with the quote that begins the value.
const quoted = 1<<classString | 1<<classSame | 1<<classTime | 1<<classMemo | 1<<classEnum | 1<<classKind

// classOf says how values of a location are read that must hold.
func classOf(c child) class {
	l := c.at
	if l == nil {
		return classOther
	}
	only := func(types ...bool) bool {
		for _, t := range types {
			if t {
				return false
			}
		}
		return true
	}
	scalars := l.null != 0 || l.no != 0 || l.yes != 0
	str, num, obj, arr := l.string.is != isNo, l.number.is != isNo, l.object.is != isNo, l.array.is != isNo
	switch {
	case l.all != 1:
	case str && only(scalars, num, obj, arr):
		switch s := l.string; {
		case s.is == isAny:
			return classString
		case s.is != isRule:
		case s.time:
			return classTime
		case s.values.places != nil:
			return classEnum
		case s.memo >= 0:
			return classMemo
		}
	case num && only(scalars, str, obj, arr):
		switch n := l.number; {
		case n.is == isAny, n.is == isRule && n.plain:
			return classPlain
		case n.is == isRule && n.whole:
			return classWhole
		}
	case scalars && only(l.null != 0, l.no == 0, l.yes == 0, str, num, obj, arr):
		return classBool
	case arr && only(scalars, str, num, obj) && l.array.strings:
		return classStrings
	case obj && only(scalars, str, num, arr) && l.object.strings:
		return classMap
	}
	return classOther
}

// layOut makes the steps of an object.
func (o *object) layOut() {
	for style := range separators {
		steps := make([]step, len(o.keys)+1)
		for k := range o.keys {
			steps[k] = newStep(&o.keys[k], k, style, false)
			steps[k].optional = o.need>>k&1 == 0
			steps[k].next, steps[k].of = &steps[k+1], o
		}
		end := step{literal: newLiteral("}"), length: 1, class: classEnd, slot: elsewhere, of: o, key: uint8(len(o.keys))}
		steps[len(o.keys)] = end
		o.steps[style] = steps
		start := &step{literal: newLiteral("{}"), length: 2, class: classEnd, slot: elsewhere, of: o}
		if len(o.keys) > 0 {
			s := newStep(&o.keys[0], 0, style, true)
			s.next, s.of = &steps[1], o
			start = &s
		}
		o.start[style] = start
	}
	for i := range o.index {
		if s := &o.index[i]; s.index > 0 {
			s.step = &o.steps[0][s.index-1]
		}
	}
	o.byWord = newByWord(o.keys, o.steps[0])
}

// byWord finds the steps of most keys by the first word of the name, with its quote if that is in it. It is a table whose places hold the names themselves: what is behind
// a pointer would be waited for, at each key that comes in another order.
type byWord struct {
	slots []nameSlot // a hash table of which every place has one name at most
	shift uint
}

// nameSlot is a name of less than 16 bytes: its first word, and what of the second there is.
type nameSlot struct {
	w0, w1, m1 uint64
	step       *step // nil if there is none
}

// find returns the step of the key whose name begins with the word a, and goes on with b, with its quote; nil if it is none of these.
func (n *byWord) find(a, b uint64) *step {
	a = firstName(a)
	s := &n.slots[a*factor>>(n.shift&63)&uint64(len(n.slots)-1)]
	if (a^s.w0)|(b^s.w1)&s.m1 != 0 {
		return nil
	}
	return s.step
}

// newByWord returns the table of keys that have steps. It leaves out what is long, not ASCII, or written with escapes, and what begins as another: for these there is the index.
func newByWord(keys []key, steps []step) byWord {
	size := indexSize(len(keys))
	n := byWord{slots: make([]nameSlot, size)}
	var all []nameSlot
	var hashes []uint64
	for k := range keys {
		name := keys[k].name
		if w0, w1 := wordsOf(name); w1 != longName && escaped(name) == name {
			all = append(all, nameSlot{w0, w1, firstBytes(len(name) + 1 - 8), &steps[k]})
			hashes = append(hashes, w0*factor)
		}
	}
	n.shift = bestShift(hashes, size)
	for i, s := range all {
		if at := &n.slots[hashes[i]>>n.shift&uint64(size-1)]; at.step == nil {
			*at = s
		}
	}
	return n
}

// newStep returns the step of a key.
func newStep(k *key, number, style int, begins bool) step {
	s := step{class: classOf(k.child), key: uint8(number), size: uint8(min(len(k.name)+2, 255)), slot: elsewhere, place: k.at}
	text := separators[style].comma
	if begins {
		text = "{"
	}
	text += `"` + escaped(k.name) + `"` + separators[style].colon
	if s.place != nil {
		s.string = s.place.string
	}
	if quoted>>s.class&1 != 0 && len(text)+1 <= literalLength {
		text += `"`
	} else if quoted>>s.class&1 != 0 {
		s.class = classOther
	}
	if len(text) > literalLength {
		s.class, s.tail, text = classLong, text[literalLength:], text[:literalLength]
	}
	s.literal, s.length = newLiteral(text), uint8(len(text))
	if quoted>>s.class&1 != 0 {
		s.quote = 1
	}
	return s
}

// layOut makes the steps up to the property that tells cases apart.
func (s *switchRule) layOut(keys int, d *derived) {
	first := s.cases[0].object
	if first.keys[keys-1].name != s.property {
		return
	}
	head := &object{is: isRule, strict: true, all: 1, sw: s}
	memos := d.memos
	d.memos += keys
	same := func(t *step) {
		if t.class == classString {
			t.class, t.string = classSame, &stringRule{is: isAny, all: 1, memo: memos + int(t.key)}
		}
	}
	for style, sep := range separators {
		steps := make([]step, keys)
		for k := range keys {
			steps[k] = newStep(&first.keys[k], k, style, false)
			steps[k].of = head
			same(&steps[k])
			if k+1 < keys {
				steps[k].next = &steps[k+1]
			}
		}
		kind := &steps[keys-1]
		name := `"` + escaped(s.property) + `"` + sep.colon + `"`
		text := sep.comma + name
		if len(text) > literalLength {
			return
		}
		start := newStep(&first.keys[0], 0, style, true)
		start.of = head
		if keys == 1 {
			text := "{" + name
			start.literal, start.length, start.quote, start.class, start.sw = newLiteral(text), uint8(len(text)), 1, classKind, s
		} else {
			start.next = &steps[1]
			same(&start)
		}
		kind.literal, kind.length, kind.quote, kind.class, kind.sw = newLiteral(text), uint8(len(text)), 1, classKind, s
		head.steps[style] = steps
		head.start[style] = &start
	}
	for i := range s.cases {
		for style := range separators {
			s.cases[i].behind[style] = &s.cases[i].object.steps[style][keys]
		}
	}
	s.head, s.headKeys = head, keys
}
