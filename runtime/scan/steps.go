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
	length   int32
	quote    uint8 // 1 if the literal ends with the quote that begins the value
	class    class
	slot     uint8 // where its value is noted
	key      uint8 // its number
	optional bool
	next     *step
	bit      uint64 // of the key, if its object is the one at the root; else 0
	mask     uint64 // of the key
	string   *stringRule
	sw       *switchRule
	of       *object // that it is a step of
	place    *location
	number   *numberRule
	tail     string // what of the literal does not fit the words
}

// class says how the value of a step is read.
type class uint8

const (
	classEnd    class = iota // the end of the object
	classString              // any string
	classTime                // a date-time
	classMemo                // a string that is checked; the last one often comes again
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
const quoted = 1<<classString | 1<<classTime | 1<<classMemo | 1<<classEnum | 1<<classKind

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
		case len(s.values) > 0:
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
}

// newStep returns the step of a key.
func newStep(k *key, number, style int, begins bool) step {
	s := step{class: classOf(k.child), key: uint8(number), mask: 1 << number, slot: elsewhere, place: k.at}
	text := separators[style].comma
	if begins {
		text = "{"
	}
	text += `"` + escaped(k.name) + `"` + separators[style].colon
	if s.place != nil {
		s.string, s.number = s.place.string, s.place.number
	}
	if quoted>>s.class&1 != 0 && len(text)+1 <= literalLength {
		text += `"`
	} else if quoted>>s.class&1 != 0 {
		s.class = classOther
	}
	if len(text) > literalLength {
		s.class, s.tail, text = classLong, text[literalLength:], text[:literalLength]
	}
	s.literal, s.length = newLiteral(text), int32(len(text))
	if quoted>>s.class&1 != 0 {
		s.quote = 1
	}
	return s
}

// layOut makes the steps up to the property that tells cases apart.
func (s *switchRule) layOut(keys int) {
	first := s.cases[0].object
	if first.keys[keys-1].name != s.property {
		return
	}
	head := &object{is: isRule, strict: true, all: 1, sw: s}
	for style, sep := range separators {
		steps := make([]step, keys)
		for k := range keys {
			steps[k] = newStep(&first.keys[k], k, style, false)
			steps[k].of = head
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
			start.literal, start.length, start.quote, start.class, start.sw = newLiteral(text), int32(len(text)), 1, classKind, s
		} else {
			start.next = &steps[1]
		}
		kind.literal, kind.length, kind.quote, kind.class, kind.sw = newLiteral(text), int32(len(text)), 1, classKind, s
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
