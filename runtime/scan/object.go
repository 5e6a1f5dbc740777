package scan

import "math/bits"

// object reads the object at i, whose only root must hold, and returns where it ends; -1 if it is not sure.
func (m *Machine) object(o *object, i int) int {
	switch o.is {
	case isAny:
		return m.skipObject(i)
	case isNo, isUnsure:
		return -1
	}
	if m.depth--; m.depth < 0 {
		return -1
	}
	switch {
	case o.sw != nil, o.fast:
		i = m.inside(o, i)
	default:
		var holds uint64
		if holds, i = m.members(o, i); holds != o.all {
			i = -1
		}
	}
	m.depth++
	return i
}

// maxDisorder is how often the keys of an object come in another order than that of its steps before its members are looked up instead.
const maxDisorder = 32

// steps reads an object that has steps by them, or, if they have been of no use lately, in any order.
func (m *Machine) steps(o *object, i int) int {
	disorder := &m.disorder[o.disorder]
	if *disorder >= maxDisorder {
		if *disorder++; *disorder > 2*maxDisorder { // now and then they are tried again
			*disorder = maxDisorder - 1
		}
		holds, end := m.members(o, i)
		if holds != o.all {
			return -1
		}
		return end
	}
	before := m.lookups
	i = m.run(o, i)
	if m.lookups != before {
		*disorder++
		m.lookups = before // those of an object inside another are not the other's
	} else if *disorder > 0 {
		*disorder--
	}
	return i
}

// closing ends an object at its brace, unless something is needed that has not come.
func (m *Machine) closing(i int, missing uint64, names int) int {
	m.frame.others.from, m.frame.others.to = names, len(m.names)
	if missing != 0 || !m.forget(names) {
		return -1
	}
	return i + 1
}

// member reads a name, of which i is the quote, and the colon. It returns the number of the key, or -1 and a new name among those from names on; what is asked
// of the value, nil if anything goes; and where the value begins, or -1 if it is not sure.
func (m *Machine) member(o *object, i, names int) (k int, c *child, value int) {
	m.lookups++
	return m.named(o, i, names)
}

// named is member for who looks all names up.
func (m *Machine) named(o *object, i, names int) (k int, c *child, value int) {
	t := m.t
	if t.byte(i) != '"' {
		return -1, nil, -1
	}
	start := i + 1
	if key := o.byName.find(t, start); key != &noKey {
		return key.number, &key.child, m.colon(start + len(key.name) + 1)
	}
	end, w0, w1 := t.nameWords(start)
	if end < 0 {
		return -1, nil, -1
	}
	if value = m.colon(end + 1); value < 0 {
		return -1, nil, -1
	}
	hash := hashWords(w0, w1)
	for at := hash >> (o.shift & 63); ; at++ {
		s := &o.index[at&uint64(len(o.index)-1)]
		if s.w0 == w0 && s.w1 == w1 && (w1 != longName || o.keys[s.index-1].name == string(t.span(start, end))) {
			return int(s.index - 1), &o.keys[s.index-1].child, value
		}
		if s.index == 0 {
			break
		}
	}
	if !m.newName(names, hash, start, end) {
		return -1, nil, -1
	}
	if len(o.rest) > 0 {
		c = &o.rest[m.matching(o, start, end)]
	}
	return -1, c, value
}

// matching returns the set of patterns of an object that a name matches.
func (m *Machine) matching(o *object, start, end int) (set int) {
	for p := range o.patterns {
		if o.patterns[p].passes(m.t, start, end) {
			set |= 1 << p
		}
	}
	return set
}

// find returns the number of the key that a name is, or -1.
func (m *Machine) find(o *object, hash uint64, start, end int) int {
	for at := hash >> o.shift; ; at++ {
		s := &o.index[at&uint64(len(o.index)-1)]
		if s.index == 0 {
			return -1
		}
		if s.hash == hash {
			k := &o.keys[s.index-1]
			if k.text.at(m.t, start) && (end-start < literalLength || k.name == string(m.t.span(start, end))) {
				return int(s.index - 1)
			}
		}
	}
}

// mustChild reads a value of which all roots must hold, and returns where it ends; -1 if it is not sure.
func (m *Machine) mustChild(c *child, i int) int {
	if c == nil || c.at == nil {
		return m.skip(i)
	}
	return m.must(c.at, i)
}

// members reads an object in any order. It returns the roots that hold, and where it ends; -1 if it is not sure.
func (m *Machine) members(o *object, begin int) (holds uint64, end int) {
	t, i := m.t, begin
	names := len(m.names)
	fail := o.fail
	var seen [seenWords]uint64
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if t.byte(i) != '}' {
		last := o.follows
		for {
			likely := m.follows[last]
			k, c, value := likely.number, &likely.child, i+likely.size
			if likely.usual.at(t, i) {
				if t.byte(value) == ' ' {
					value++
				}
				if t.byte(value) <= ' ' {
					value = m.space(value)
				}
			} else if k, c, value = m.named(o, i, names); value < 0 {
				return 0, -1
			} else if k >= 0 {
				m.follows[last] = &o.keys[k]
			}
			if k >= 0 {
				last = o.follows + 1 + k
				bit := uint64(1) << (uint(k) % 64)
				word := &seen[uint(k)/64%seenWords]
				if *word&bit != 0 {
					return 0, -1
				}
				*word |= bit
			} else if o.names != nil {
				holds, ok := m.span(o.names.at.string, i+1, int(m.names[len(m.names)-1].end))
				if !ok {
					return 0, -1
				}
				fail |= o.names.failing(holds)
			}
			if c == nil || c.at == nil {
				i = m.skip(value)
			} else {
				var holds uint64
				if holds, i = m.value(c.at, value); holds != c.at.all && i >= 0 {
					fail |= c.failing(holds)
				}
			}
			if i < 0 {
				return 0, -1
			}
			w := t.word(i)
			if w&(1<<24-1) == nextName {
				i += 2
				continue
			}
			if uint16(w) == closeName {
				i++
				continue
			}
			if t.byte(i) <= ' ' {
				i = m.space(i)
			}
			if t.byte(i) == ',' {
				i = m.token(i + 1)
				continue
			}
			if t.byte(i) == '}' {
				break
			}
			return 0, -1
		}
	}
	others := len(m.names) - names
	if others > 0 && !m.forget(names) {
		return 0, -1
	}
	for r := range o.required {
		need := &o.required[r]
		missing := need.keys[0] &^ seen[0]
		if len(o.keys) > 64 {
			missing |= need.keys[1]&^seen[1] | need.keys[2]&^seen[2] | need.keys[3]&^seen[3]
		}
		if missing != 0 {
			fail |= need.fail
		}
	}
	if len(o.limits) > 0 {
		keys := 0
		for _, word := range seen {
			keys += bits.OnesCount64(word)
		}
		fail |= limited(o.limits, uint64(keys+others))
	}
	if len(o.listed) > 0 {
		unlisted, ok := m.unlisted(o.listed, begin, i+1)
		if !ok {
			return 0, -1
		}
		fail |= unlisted
	}
	if len(o.terms) == 0 {
		return o.all &^ fail, i + 1
	}
	return verdict(o.all, fail, o.terms), i + 1
}

// limited returns the bits that fail because of a count.
func limited(limits []Limit, count uint64) (fail uint64) {
	for i := range limits {
		if l := &limits[i]; count < l.Min || count > l.Max {
			fail |= l.Fail
		}
	}
	return fail
}

// failing returns the bits that fail when only some roots of a child hold.
func (c *child) failing(holds uint64) (fail uint64) {
	for missing := c.at.all &^ holds; missing != 0; missing &= missing - 1 {
		fail |= c.fail[trailing(missing)]
	}
	return fail
}

// colon returns where the value is behind a name that ends in front of i; -1 if there is no colon.
func (m *Machine) colon(i int) int {
	if uint16(m.t.word(i)) == nextValue && m.t.byte(i+2) > ' ' {
		return i + 2
	}
	if m.t.byte(i) != ':' {
		if i = m.space(i); m.t.byte(i) != ':' {
			return -1
		}
	}
	i = m.token(i + 1)
	return i
}
