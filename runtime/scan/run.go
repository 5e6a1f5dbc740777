package scan

import "math/bits"

// frame is what is known of the object that is read by its steps.
type frame struct {
	begin  int    // where it begins
	names  int    // where its names that are no keys begin
	missed uint64 // keys that have not come, of those before the step that is expected
	others others // those names, once it has been read, if there are any
	to     places // where its values go, by their keys: nowhere if it is not the object at the root
}

// others are names that are no keys: where in Machine.names they begin and end. It is no array, which would be written in two halves and read as one: for that
// processors wait.
type others struct{ from, to int }

// inside reads an object that is in another, and has steps or a switch.
func (m *Machine) inside(o *object, i int) int {
	outer := m.frame
	m.frame.to = nowhere
	switch {
	case o.sw != nil && o.sw.head != nil:
		i = m.run(o.sw.head, i)
	case o.sw != nil:
		i = m.tagged(o.sw, i)
	case o != m.first:
		i = m.steps(o, i)
	default:
		i = m.run(o, i)
	}
	m.frame = outer
	return i
}

// run reads an object by its steps: as long as keys come in order and are written as expected, one comparison finds each. All else is odd.
//
// Invariant: of the keys before the expected one all but those in missed have been seen, and none behind it. Steps only go forward, and odd looks at
// missed; so no key can come twice.
//
// A value goes into a field of m.frame.to, if it is set, or else into a slot. Those in slots that are for a field are in m.pending.
//
// What values usually are is read here. All that is called takes the step and the place, and returns those that come next: so nothing has to be kept in memory meanwhile.
func (m *Machine) run(o *object, begin int) int {
	t := m.t
	i := begin
	st := o.start[m.style&1]
	m.frame.begin, m.frame.names, m.frame.missed = begin, len(m.names), 0
	for {
		if a, b, c := t.words(i); (a^st.w0)&st.m0|(b^st.w1)&st.m1|(c^st.w2)&st.m2 != 0 {
			if st, i = m.other(st, i); st == nil {
				return i
			}
			continue
		}
		i += int(st.length)
		end := i // i is behind the quote, if the literal ends with one
		switch st.class {
		case classString:
			marks := t.marks(i) | t.marks(i+16)<<16 // as plain does
			if marks == 0 {
				break
			}
			if end += bits.TrailingZeros64(marks); t.byte(end) != '"' {
				break
			}
			if f := m.frame.to.at(st.key); f.text != nil {
				m.put(f, i, end)
			} else {
				m.note(st, i-1, end+1)
			}
			i, st = end+1, st.next
			continue

		case classMemo, classSame:
			last := &m.memos[st.string.memo]
			if !last.at(t, i) {
				break
			}
			end += last.length
			if f := m.frame.to.at(st.key); f.text != nil {
				m.putAgain(f, last, i, end-1)
			} else {
				m.note(st, i-1, end)
			}
			i, st = end, st.next
			continue

		case classTime:
			if t.word(i) != m.minute0 || t.word(i+8) != m.minute1 || !t.again(i, m.zone) {
				break
			}
			end += 33
			if f := m.frame.to.at(st.key); f.text != nil {
				m.putNew(f, i, end-1)
			} else {
				m.note(st, i-1, end)
			}
			i, st = end, st.next
			continue

		case classKind:
			g := &m.guesses[st.sw.guess]
			k := g.next.kase
			if (t.word(i)^k.w0)&k.m0|(t.word(i+8)^k.w1)&k.m1|(t.word(i+16)^k.w2)&k.m2|(t.word(i+24)^k.w3)&k.m3 != 0 {
				break
			}
			g.follow()
			end += k.length
			if f := m.frame.to.at(st.key); f.text != nil {
				*f.text, *f.set = k.value, true
			} else {
				m.note(st, i-1, end)
			}
			i, st = end, k.behind[m.style&1]
			continue

		case classPlain:
			if st, i = m.plainNumber(st, m.frame.to.at(st.key), i); st == nil {
				return i
			}
			continue

		case classEnum:
			v := st.string.values.at(hashFirst(t.word(i)))
			if !v.at(t, i) || v.holds == 0 {
				break
			}
			end += v.length
			if f := m.frame.to.at(st.key); f.text != nil {
				*f.text, *f.set = v.value, true
			} else {
				m.note(st, i-1, end)
			}
			i, st = end, st.next
			continue

		case classStrings:
			if st, i = m.listOf(st, m.frame.to.at(st.key), i); st == nil {
				return i
			}
			continue

		case classMap:
			if st, i = m.mapOf(st, m.frame.to.at(st.key), i); st == nil {
				return i
			}
			continue

		case classWhole:
			w := t.word(i)
			n := first(nondigit(w))
			if c := byte(w >> (8 * n)); n == 0 || n == 8 || n > 1 && byte(w) == '0' || c == '.' || c|0x20 == 'e' {
				break
			}
			m.note(st, i, i+n)
			m.pending |= st.bit
			i, st = i+n, st.next
			continue

		case classBool:
			w := t.word(i)
			switch {
			case uint32(w) == wordTrue:
				end += 4
			case w<<24 == wordFalse<<24:
				end += 5
			}
			if end == i {
				break
			}
			if f := m.frame.to.at(st.key); f.rare != nil && f.truth != nil {
				*f.truth, *f.set = byte(w) == 't', true
			} else {
				m.note(st, i, end)
			}
			i, st = end, st.next
			continue

		case classEnd:
			f := &m.frame
			if f.missed != 0 && st.of.need&f.missed != 0 {
				return -1
			}
			if len(m.names) != f.names {
				return m.closing(i-1, 0, f.names)
			}
			return i
		}
		if st, i = m.slowly(st, i); st == nil {
			return i
		}
	}
}

// note says that the value of a step is from i to end, where it does not go to a field.
func (m *Machine) note(st *step, i, end int) { m.slots[st.slot%slots] = Slot{int32(i), int32(end)} }

// slowly reads the value of a step at i, behind the quote if the literal of the step ends with one. It returns what odd does.
func (m *Machine) slowly(st *step, i int) (*step, int) {
	switch st.class {
	case classString:
		if end := m.t.plain(i); m.t.byte(end) == '"' {
			return m.judged(st, i, end+1)
		}
	case classTime:
		if end := m.dateTime(i); end >= 0 {
			if f := m.frame.to.at(st.key); f.text != nil {
				m.putNew(f, i, end-1)
				return st.next, end
			}
			return m.judged(st, i, end)
		}
	case classSame:
		if end := m.repeated(st.string, i); end >= 0 {
			return m.judged(st, i, end)
		}
	case classMemo:
		return m.judged(st, i, m.checked(st.string, i))
	case classEnum:
		return m.enumOf(st, m.frame.to.at(st.key), i)
	case classKind:
		return m.surprised(st, i)
	case classLong:
		if !m.fits(st.tail, i) {
			return m.odd(st, i-int(st.length))
		}
		i += len(st.tail)
	}
	return m.late(st, i-int(st.quote))
}

// judged takes the string of a step whose content begins at i and which ends at end, with its quote; of which it is not sure if that is -1.
func (m *Machine) judged(st *step, i, end int) (*step, int) {
	if end < 0 {
		return nil, -1
	}
	if f := m.frame.to.at(st.key); f.text != nil {
		m.put(f, i, end-1)
	} else {
		m.note(st, i-1, end)
	}
	return st.next, end
}

// enumOf is slowly for a step of strings of which there are few, whose values may go to a field.
func (m *Machine) enumOf(st *step, f *field, i int) (next *step, end int) {
	v := st.string.values.find(m.t, i)
	holds, end := v.holds, i+v.length
	if v == &noText { // what else is asked may hold
		holds, end = m.string(st.string, i)
	}
	switch {
	case holds != 1:
		return nil, -1
	case f.text == nil:
		m.note(st, i-1, end)
	case v != &noText:
		*f.text, *f.set = v.value, true
	default:
		m.put(f, i, end-1)
	}
	return st.next, end
}

// late reads any value of a step, with white space in front of it: the literal of a step that ends with a colon fits texts of both styles. The value goes into a slot. It
// returns the next step and where the value ends, or nil and -1 if it is not sure.
func (m *Machine) late(st *step, i int) (next *step, end int) {
	if m.t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if st.place == nil {
		end = m.skip(i)
	} else {
		end = m.must(st.place, i)
	}
	if end < 0 {
		return nil, -1
	}
	m.note(st, i, end)
	m.pending |= st.bit
	return st.next, end
}

// listOf is late for a step of arrays of strings, whose values may go to a field.
func (m *Machine) listOf(st *step, f *field, i int) (next *step, end int) {
	if m.t.byte(i) != '[' {
		return m.late(st, i)
	}
	if f.rare != nil && f.list != nil {
		end = m.strings(f.list, i)
		*f.set = true
		m.pending &^= st.bit
	} else {
		end = m.strings(nil, i)
		m.note(st, i, end)
	}
	if end < 0 {
		return nil, -1
	}
	return st.next, end
}

// mapOf is late for a step of objects of strings, whose values may go to a field.
func (m *Machine) mapOf(st *step, f *field, i int) (next *step, end int) {
	if f.rare != nil && f.dict != nil {
		if end = m.mapInto(f.dict, i); end >= 0 {
			*f.set = true
			m.pending &^= st.bit
			return st.next, end
		}
	} else if m.t.byte(i) == '{' {
		if end = m.stringMap(nil, i); end >= 0 {
			m.note(st, i, end)
			return st.next, end
		}
	}
	return m.late(st, i)
}

// surprised is slowly for the value that tells cases apart, where another one was likely.
func (m *Machine) surprised(st *step, i int) (*step, int) {
	k, end := m.kind(st.sw, i)
	if k == nil {
		return nil, m.tagged(st.sw, m.frame.begin)
	}
	if m.into && st.sw == m.first.sw {
		m.aimAgain(k, int(st.key))
	}
	if f := m.frame.to.at(st.key); f.text != nil {
		*f.text, *f.set = k.value, true
	} else {
		m.note(st, i-1, end)
	}
	return k.behind[m.style&1], end
}

// true and false as words.
const (
	wordTrue  = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordFalse = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24 | 'e'<<32
)

// fits reports whether the text has s at i.
func (m *Machine) fits(s string, i int) bool {
	for k := range len(s) {
		if m.t.byte(i+k) != s[k] { // which ends at a newline, before the padding does
			return false
		}
	}
	return true
}

// other is odd for the usual case that one key is left out, or two.
func (m *Machine) other(st *step, i int) (*step, int) {
	if st.optional {
		s := st.next
		if s.at(m.t, i) {
			m.without(st)
			return s, i
		}
		if s.optional && s.next.at(m.t, i) {
			m.without(st)
			m.without(s)
			return s.next, i
		}
	}
	return m.odd(st, i)
}

// without notes that the key of a step is left out.
func (m *Machine) without(st *step) {
	m.frame.missed |= 1 << (st.key & 63)
	switch f := m.frame.to.at(st.key); {
	case f.text != nil:
		*f.text, *f.set = "", false
	case f.set != nil:
		f.clear()
		m.pending &^= st.bit
	}
}

// odd reads on where the step that is expected does not come: a key that is late or missing, one that the schema does not know, white space, or the end.
// It returns the step that may come next, or nil with the end of the object if it has been read, and with -1 if it is not sure.
func (m *Machine) odd(st *step, i int) (*step, int) {
	t, o, f := m.t, st.of, &m.frame
	m.state |= untidy
	if i == f.begin {
		for style := range separators {
			if other := o.start[style]; style != m.style && other.class != classLong && other.at(t, i) {
				m.style = style
				return other, i
			}
		}
		if o.sw != nil {
			return nil, m.shuffled(o.sw, f.begin)
		}
		if i = m.space(i + 1); t.byte(i) == '}' {
			f.missed = ^uint64(0)
			return nil, m.closing(i, o.need, f.names)
		}
	} else {
		skipped := f.missed
		for s, tries := st, 0; s.optional && tries < fewSteps; tries++ {
			skipped |= 1 << s.key
			if s = s.next; s.literal.at(t, i) {
				f.missed = skipped
				return s, i
			}
		}
		if o.sw != nil {
			return nil, m.shuffled(o.sw, f.begin)
		}
		switch i = m.space(i); t.byte(i) {
		case '}':
			f.missed |= ^(1<<st.key - 1)
			return nil, m.closing(i, f.missed&o.need, f.names)
		case ',':
			i = m.space(i + 1)
		default:
			return nil, -1
		}
	}
	k, c, value := m.member(o, i, f.names)
	if value < 0 {
		return nil, -1
	}
	next := int(st.key)
	switch {
	case k >= next: // what is between has not come yet
		f.missed |= (1<<k - 1) &^ (1<<next - 1)
		next = k + 1
	case k >= 0 && f.missed>>k&1 == 0:
		return nil, -1
	case k >= 0:
		f.missed &^= 1 << k
	}
	m.style = styleOf(t.byte(value - 1))
	if i = m.mustChild(c, value); i < 0 {
		return nil, -1
	}
	if k >= 0 {
		m.slots[o.steps[0][k].slot%slots] = Slot{int32(value), int32(i)}
		m.pending |= o.steps[0][k].bit
	} else {
		m.valued(Slot{int32(value), int32(i)})
	}
	return &o.steps[m.style][next], i
}

// fewSteps is how many steps are tried before a name is looked up.
const fewSteps = 4
