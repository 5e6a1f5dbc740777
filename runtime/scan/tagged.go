package scan

// shuffled reads an object by other means than its steps.
func (m *Machine) shuffled(sw *switchRule, begin int) int {
	if end := m.guess(sw, begin); end >= 0 {
		return end
	}
	return m.tagged(sw, begin)
}

// tagged reads an object in which the property that says which object it is does not come where it is expected. What stands before it is read under what all
// cases ask; what they do not agree on is read again once the case is known.
func (m *Machine) tagged(sw *switchRule, begin int) int {
	t, u, i := m.t, sw.union, begin
	if t.byte(i) != '{' {
		return -1
	}
	base := len(m.names)
	var seen uint64 // keys of the union whose values have been read for good
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	for t.byte(i) == '"' {
		start := i + 1
		end, hash := t.nameEnd(start)
		if end < 0 {
			return -1
		}
		if i = end + 3; t.byte(end+1) != ':' || t.byte(end+2) != ' ' || t.byte(i) <= ' ' {
			if i = m.colon(end + 1); i < 0 {
				return -1
			}
		}
		if end-start == len(sw.property) && string(t.span(start, end)) == sw.property {
			if t.byte(i) != '"' {
				return -1
			}
			return m.untangle(sw, begin, i+1, base, seen)
		}
		value := i
		i = -1
		if u != nil {
			if k := m.find(u, hash, start, end); k >= 0 && !sw.differ[k] {
				if seen>>k&1 != 0 {
					return -1
				}
				if i = m.ahead(&u.steps[0][k], value); i >= 0 {
					seen |= 1 << k
					m.united[k] = united{int32(start), Slot{int32(value), int32(i)}}
				}
			}
		}
		if i < 0 {
			if i = m.skip(value); i < 0 {
				return -1
			}
			m.names = append(m.names, span{hash: hash, start: int32(start), end: int32(end), value: int32(value), stop: int32(i)})
		}
		if t.byte(i) != ',' {
			if i = m.space(i); t.byte(i) != ',' {
				return -1
			}
		}
		i = m.token(i + 1)
	}
	return -1
}

// ahead reads the value of a step before it is known which object it belongs to, and returns where it ends. If it is not sure, -1, it leaves nothing behind: the value may be
// read again.
func (m *Machine) ahead(st *step, i int) int {
	if c := m.t.byte(i); c != '{' && c != '[' {
		return m.loosely(st, nowhere.at(0), i)
	}
	depth, names, sums, united := m.depth, len(m.names), len(m.sums), m.united // an object in it may need the last one, too
	end := m.loosely(st, nowhere.at(0), i)
	if m.united = united; end < 0 {
		m.depth, m.names, m.sums = depth, m.names[:names], m.sums[:sums]
	}
	return end
}

// untangle reads on at the value of the property that says which object it is, which begins at i. Of the members before it the keys of the union in seen have
// been read, and those from base on skipped.
func (m *Machine) untangle(sw *switchRule, begin, i, base int, seen uint64) int {
	g := &m.guesses[sw.guess]
	k := g.next
	number := k.number
	begins := i - 1
	o, end := k.object, i+k.length
	if k.at(m.t, i) && (m.t.word(i+24)^k.w3)&k.m3 == 0 {
		g.follow()
	} else if o, number, end = m.which(sw, i); o == nil {
		return -1
	} else if number >= 0 {
		k = g.surprise(number)
	}
	if number < 0 && m.first != nil && sw == m.first.sw {
		m.state |= isOther
	}
	if !o.fast {
		m.names = m.names[:base]
		if o.is != isRule {
			return -1
		}
		holds, end := m.members(o, begin)
		if holds != o.all {
			return -1
		}
		return end
	}
	names := len(m.names)
	present := uint64(1) << o.tag
	m.slots[o.steps[0][o.tag].slot%slots] = Slot{int32(begins), int32(end)}
	if m.into && sw == m.first.sw {
		if number < 0 {
			m.to, m.frame.to = &noFields, nowhere
		} else {
			m.aim(k)
		}
	}
	if sw.union != nil && number >= 0 {
		numbers := sw.number[int(number)*len(sw.union.keys):]
		for ; seen != 0; seen &= seen - 1 {
			key := trailing(seen)
			one := &m.united[key]
			if k := numbers[key]; k >= 0 {
				present |= 1 << k
				m.slots[o.steps[0][k].slot%slots] = one.Slot
			} else { // a name that this case does not know
				end, hash := m.t.nameEnd(int(one.name))
				if !m.newName(names, hash, int(one.name), end) {
					return -1
				}
				m.valued(one.Slot)
			}
		}
	} else if seen != 0 {
		return -1
	}
	for n := base; n < names; n++ {
		p := m.names[n]
		start, end, value := int(p.start), int(p.end), int(p.value)
		k := m.find(o, p.hash, start, end)
		switch {
		case k < 0:
			if !m.newName(names, p.hash, start, end) || len(o.rest) > 0 && m.mustChild(&o.rest[m.matching(o, start, end)], value) < 0 {
				return -1
			}
			m.valued(Slot{p.value, p.stop})
			continue
		case present>>k&1 != 0, m.loosely(&o.steps[0][k], nowhere.at(0), value) < 0:
			return -1
		}
		present |= 1 << k
		m.slots[o.steps[0][k].slot%slots] = Slot{p.value, p.stop}
	}
	if o.recorded {
		m.pending |= present // which are in slots, as all are of which this is not known
	}
	end = m.loose(o, present, end, names)
	m.names = m.names[:base]
	return end
}

// united is a member whose key is one of a union: where its name begins, and its value.
type united struct {
	name int32
	Slot
}

// valued notes where the value of the last name is.
func (m *Machine) valued(s Slot) {
	n := &m.names[len(m.names)-1]
	n.value, n.stop = s.Start, s.End
}

// which returns the object of the case whose value is at i, the number of the case, and where the value ends, behind its quote; nil if it is not sure.
func (m *Machine) which(sw *switchRule, i int) (o *object, number int32, end int) {
	end, hash := m.t.nameEnd(i)
	if end < 0 {
		return nil, -1, -1
	}
	o, number = sw.other, -1
	for at := hash >> sw.shift; ; at++ {
		s := &sw.index[at&uint64(len(sw.index)-1)]
		if s.index == 0 {
			break
		}
		if s.hash == hash && sw.cases[s.index-1].value == string(m.t.span(i, end)) {
			number = s.index - 1
			o = sw.cases[number].object
			break
		}
	}
	if o == nil || o.is != isRule {
		return nil, -1, -1
	}
	return o, number, end + 1
}

// kind finds the case whose value is at i, where it was not guessed, and returns where the value ends.
func (m *Machine) kind(sw *switchRule, i int) (*turn, int) {
	if k := sw.byWord.at(hashFirst(m.t.word(i))); k.at(m.t, i) && (m.t.word(i+24)^k.w3)&k.m3 == 0 {
		return m.guesses[sw.guess].surprise(k.number), i + k.length
	}
	o, k, end := m.which(sw, i)
	if o == nil || k < 0 {
		return nil, -1
	}
	return m.guesses[sw.guess].surprise(k), end
}

// guess reads an object at the root in any order as one of the case that is likely. It is not sure if the object is of another case.
func (m *Machine) guess(sw *switchRule, i int) int {
	k := m.guesses[sw.guess].next.kase
	if o := k.object; !o.recorded || m.t.byte(i) != '{' {
		return -1
	}
	if i++; m.t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if m.t.byte(i) != '"' {
		return -1
	}
	depth, base, sums := m.depth, len(m.names), len(m.sums)
	m.expected = k
	end := m.loose(k.object, 0, i, base)
	if end < 0 {
		m.depth, m.names, m.sums, m.frame.others = depth, m.names[:base], m.sums[:sums], others{}
		return -1
	}
	m.guesses[sw.guess].follow()
	return end
}

// key returns the step of an object whose name has been read by nameWords, or nil.
func (m *Machine) key(o *object, w0, w1 uint64, start, end int) *step {
	for at := hashWords(w0, w1) >> (o.shift & 63); ; at++ {
		s := &o.index[at&uint64(len(o.index)-1)]
		if s.w0 == w0 && s.w1 == w1 && (w1 != longName || o.keys[s.index-1].name == string(m.t.span(start, end))) {
			return s.step
		}
		if s.index == 0 {
			return nil
		}
	}
}

// loose reads the rest of an object that has steps, in any order, and returns where it ends; -1 if it is not sure. The keys in seen have come; i is at the quote of a
// name, or behind a value; the names that are no keys are those from names on. If none have come, it has yet to be seen that the object is of the case that is expected.
func (m *Machine) loose(o *object, seen uint64, i, names int) int {
	t := m.t
	to := nowhere
	if o.recorded {
		to = m.frame.to
	}
	if seen != 0 {
		if i = m.next(i); i < 0 {
			return -1
		}
	}
	for t.byte(i) == '"' {
		start := i + 1
		st := o.byWord.find(t.word(start), t.word(start+8))
		if st != nil && uint16(t.word(i+int(st.size))) == nextValue && t.byte(i+int(st.size)+2) > ' ' {
			i += int(st.size) + 2
		} else {
			end, w0, w1 := t.nameWords(start)
			if end < 0 {
				return -1
			}
			if i = m.colon(end + 1); i < 0 {
				return -1
			}
			if st = m.key(o, w0, w1, start, end); st == nil {
				if i = m.unknown(o, names, hashWords(w0, w1), start, end, i); i < 0 {
					return -1
				}
			}
		}
		if st != nil {
			mask := uint64(1) << (st.key & 63)
			if seen&mask != 0 {
				return -1
			}
			seen |= mask
			if i = m.loosely(st, to.at(st.key), i); i < 0 {
				return -1
			}
		}
		if t.word(i)&(1<<24-1) == nextName {
			i += 2
		} else if i = m.next(i); i < 0 {
			return -1
		}
	}
	if seen>>o.tag&1 == 0 {
		return -1
	}
	if m.frame.missed = ^seen; ^seen&m.to.has != 0 {
		m.state |= untidy
	}
	if len(m.names) == names && o.need&^seen == 0 { // as closing does
		return i + 1
	}
	return m.closing(i, o.need&^seen, names)
}

// next returns where the quote of the next name is, or the brace that ends the object, behind a value that ends at i; -1 if it is not sure.
func (m *Machine) next(i int) int {
	if m.t.byte(i) <= ' ' {
		i = m.space(i)
	}
	switch m.t.byte(i) {
	case '}':
		return i
	case ',':
		if i = m.token(i + 1); m.t.byte(i) == '"' {
			return i
		}
	}
	return -1
}

// unknown reads the value at i of a name from start to end that is no key of an object, and returns where it ends; -1 if it is not sure.
func (m *Machine) unknown(o *object, names int, hash uint64, start, end, i int) int {
	if !m.newName(names, hash, start, end) {
		return -1
	}
	var c *child
	if len(o.rest) > 0 {
		c = &o.rest[m.matching(o, start, end)]
	}
	value := i
	if i = m.mustChild(c, i); i >= 0 {
		m.valued(Slot{int32(value), int32(i)})
	}
	return i
}

// loosely reads the value at i of a step, and returns where it ends; -1 if it is not sure. The value goes into a field, or else into a slot.
func (m *Machine) loosely(st *step, f *field, i int) (end int) {
	t := m.t
	switch st.class {
	case classString, classSame:
		if t.byte(i) != '"' {
			return -1
		}
		if end = t.plain(i + 1); t.byte(end) != '"' {
			_, end = m.late(st, i)
			return end
		}
		end++
	case classTag:
		k := m.expected
		if t.byte(i) != '"' || !k.at(t, i+1) || (t.word(i+25)^k.w3)&k.m3 != 0 {
			return -1
		}
		if end = i + 1 + k.length; f.text != nil {
			*f.text, *f.set = k.value, true
			return end
		}
	case classMemo:
		if t.byte(i) != '"' {
			return -1
		}
		if last := &m.memos[st.string.memo]; last.at(t, i+1) {
			end = i + 1 + last.length
		} else if end = m.checked(st.string, i+1); end < 0 {
			return -1
		}
	case classTime:
		if t.byte(i) == '"' {
			if end = m.dateTime(i + 1); end >= 0 {
				if f.text != nil {
					m.putNew(f, i+1, end-1)
					return end
				}
				break
			}
		}
		_, end = m.late(st, i)
		return end
	case classPlain:
		_, end = m.plainNumber(st, f, i)
		return end
	case classStrings:
		_, end = m.listOf(st, f, i)
		return end
	case classMap:
		_, end = m.mapOf(st, f, i)
		return end
	case classEnum:
		if t.byte(i) != '"' {
			return -1
		}
		_, end = m.enumOf(st, f, i+1)
		return end
	default:
		_, end = m.late(st, i)
		return end
	}
	if f.text != nil {
		m.put(f, i+1, end-1)
	} else {
		m.note(st, i, end)
	}
	return end
}
