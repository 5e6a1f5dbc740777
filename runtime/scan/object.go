package scan

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
	case o.sw != nil && o.sw.head != nil:
		i = m.run(o.sw.head, i, nil)
	case o.sw != nil:
		i = m.tagged(o.sw, i)
	case o.fast:
		i = m.run(o, i, nil)
	default:
		var holds uint64
		if holds, i = m.members(o, i); holds != o.all {
			i = -1
		}
	}
	m.depth++
	return i
}

// run reads an object by its steps: as long as keys come in order and are written as expected, one comparison finds each. All else is odd.
//
// Invariant: of the keys before the expected one all but those in missed have been seen, and none behind it. Steps only go forward, and odd looks at
// missed; so no key can come twice.
//
// Values go into the fields of to, by key, if that has any: then the object is the one at the root. What is not stored at once is noted in m.pending.
func (m *Machine) run(o *object, begin int, to []field) int {
	t := m.t
	i := begin
	st := o.start[m.style]
	names := len(m.names)
	var missed uint64
	for {
		if (t.word(i)^st.w0)&st.m0|(t.word(i+8)^st.w1)&st.m1|(t.word(i+16)^st.w2)&st.m2 != 0 {
			st, i, missed = m.odd(st, begin, i, missed, names)
			if st == nil {
				return i
			}
			continue
		}
		m.slots[st.slot%slots].Start = int32(i) + st.value
		i += int(st.length)
		switch st.class {
		case classString:
			start := i
			for {
				x := special(t.word(i))
				if x != 0 {
					i += first(x)
					break
				}
				i += 8
			}
			if t.byte(i) != '"' {
				m.pending |= st.bit
				if i = t.stringEnd(i); i < 0 {
					return -1
				}
			} else if uint(st.key) < uint(len(to)) {
				m.put(&to[st.key], st, start, i)
			}
			i++

		case classMemo:
			start := i
			if last := &m.memos[st.string.memo]; last.length > 0 && last.at(t, i) {
				i += last.length
			} else if i = m.checked(st.string, i); i < 0 {
				return -1
			}
			if uint(st.key) < uint(len(to)) {
				m.put(&to[st.key], st, start, i-1)
			}

		case classTime:
			if t.word(i) == m.minute0 && t.word(i+8) == m.minute1 {
				// The rest is often ":SS.dddddd" and the offset that was last.
				a, b := t.word(i+16)^timeWord, t.word(i+24)
				if ((a+timeCarry)|a)&highs == 0 && b>>16 == m.zone && nondigit(b&0xffff|zeros&^0xffff) == 0 && t.byte(i+32) == '"' {
					if uint(st.key) < uint(len(to)) {
						m.put(&to[st.key], st, i, i+32)
					}
					i += 33
					break
				}
			}
			start := i
			if i = m.dateTime(i); i < 0 {
				return -1
			}
			if uint(st.key) < uint(len(to)) {
				m.put(&to[st.key], st, start, i-1)
			}

		case classPlain, classWhole:
			start := i
			for {
				x := nondigit(t.word(i))
				if x != 0 {
					i += first(x)
					break
				}
				i += 8
			}
			c := t.byte(i)
			if i == start || t.byte(start) == '0' && i > start+1 || c|0x20 == 'e' || c == '.' && st.class == classWhole {
				if i = m.late(st, start); i < 0 {
					return -1
				}
				break
			}
			if c == '.' {
				point := i
				for i++; ; i += 8 {
					if x := nondigit(t.word(i)); x != 0 {
						i += first(x)
						break
					}
				}
				if i == point+1 || t.byte(i)|0x20 == 'e' {
					if i = m.late(st, start); i < 0 {
						return -1
					}
					break
				}
			}
			if uint(st.key) < uint(len(to)) {
				m.putNumber(&to[st.key], st, start, i)
			}

		case classKind:
			sw := st.sw
			g := &m.guesses[sw.guess]
			k := &sw.cases[g.next[g.last]]
			if k.length == 0 || (t.word(i)^k.w0)&k.m0|(t.word(i+8)^k.w1)&k.m1|(t.word(i+16)^k.w2)&k.m2|(t.word(i+24)^k.w3)&k.m3 != 0 {
				var end int
				if k, end = m.kind(sw, i); k == nil {
					return m.tagged(sw, begin)
				}
				i = end
				if m.into != nil && sw == m.first.sw {
					// What stands in front has gone to the fields of another case.
					to = m.aim(g.last)
					m.pending |= st.bit - 1
				}
			} else {
				i += k.length
				g.last = int(g.next[g.last])
			}
			if uint(st.key) < uint(len(to)) && to[st.key].text != nil {
				*to[st.key].text = k.value
			}
			m.slots[st.slot%slots].End = int32(i)
			st = &k.object.steps[m.style][sw.headKeys]
			continue

		case classBool:
			w := t.word(i)
			switch {
			case uint32(w) == wordTrue:
				i += 4
			case w<<24 == wordFalse<<24:
				i += 5
			default:
				if i = m.late(st, i); i < 0 {
					return -1
				}
				m.slots[st.slot%slots].End = int32(i)
				st = st.next
				continue
			}
			if uint(st.key) < uint(len(to)) {
				if f := &to[st.key]; f.truth != nil {
					*f.truth = byte(w) == 't'
					f.isSet()
				} else {
					m.pending |= st.bit
				}
			}

		case classStrings:
			if t.byte(i) == '[' {
				i = m.strings(i)
			} else {
				i = m.late(st, i)
			}
			if i < 0 {
				return -1
			}

		case classMap:
			if t.byte(i) == '{' {
				i = m.stringMap(i)
			} else {
				i = m.late(st, i)
			}
			if i < 0 {
				return -1
			}

		case classEnum:
			start := i
			if i = m.oneOf(st.string, i); i < 0 {
				return -1
			}
			if uint(st.key) < uint(len(to)) {
				m.put(&to[st.key], st, start, i-1)
			}

		case classEnd:
			m.missed, m.extra = missed, [2]int{names, len(m.names)}
			if st.of.need&missed != 0 || !m.forget(names) {
				return -1
			}
			return i

		case classLong:
			end := i + len(st.tail)
			if !m.fits(st.tail, i) {
				if st, i, missed = m.odd(st, begin, i-int(st.length), missed, names); st == nil {
					return i
				}
				continue
			}
			m.slots[st.slot%slots].Start = int32(end)
			if i = m.late(st, end); i < 0 {
				return -1
			}

		default:
			if i = m.late(st, i); i < 0 {
				return -1
			}
		}
		m.slots[st.slot%slots].End = int32(i)
		st = st.next
	}
}

// put stores a string without escapes.
func (m *Machine) put(f *field, st *step, start, end int) {
	if f.text == nil {
		m.pending |= st.bit
		return
	}
	*f.text = m.cut(start, end)
	f.isSet()
}

// putNumber stores a number without sign and exponent.
func (m *Machine) putNumber(f *field, st *step, start, end int) {
	if f.number == nil {
		m.pending |= st.bit
		return
	}
	if n := end - start; n <= 8 {
		if w := m.t.word(start); first(nondigit(w)) >= n {
			*f.number = float64(eightDigits(w, n))
			f.isSet()
			return
		}
	}
	units, scale, ok := m.t.decimal(start, end)
	if !ok {
		m.pending |= st.bit
		return
	}
	*f.number = float64(units) / powersOf10[scale]
	f.isSet()
}

// isSet notes that a key was there.
func (f *field) isSet() {
	if f.set != nil {
		*f.set = true
	}
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

// odd reads on where the step that is expected does not come: a key that is late or missing, one that the schema does not know, white space, or the end.
// It returns the step that may come next, or nil with the end of the object if it has been read, and with -1 if it is not sure.
func (m *Machine) odd(st *step, begin, i int, missed uint64, names int) (*step, int, uint64) {
	t, o := m.t, st.of
	if i == begin {
		for style := range separators {
			if other := o.start[style]; style != m.style && other.class != classLong && other.at(t, i) {
				m.style = style
				return other, i, missed
			}
		}
		if o.sw != nil {
			return nil, m.tagged(o.sw, begin), missed
		}
		if i = m.space(i + 1); t.byte(i) == '}' {
			m.missed = ^uint64(0)
			return nil, m.closing(i, o.need, names), missed
		}
	} else {
		skipped := missed
		for s, tries := st, 0; s.optional && tries < fewSteps; tries++ {
			skipped |= s.bit
			if s = s.next; s.literal.at(t, i) {
				return s, i, skipped
			}
		}
		if o.sw != nil {
			return nil, m.tagged(o.sw, begin), missed
		}
		switch i = m.space(i); t.byte(i) {
		case '}':
			m.missed = missed | ^(1<<st.key - 1)
			return nil, m.closing(i, m.missed&o.need, names), missed
		case ',':
			i = m.space(i + 1)
		default:
			return nil, -1, missed
		}
	}
	k, c, value := m.member(o, i, names)
	if value < 0 {
		return nil, -1, missed
	}
	next := int(st.key)
	switch {
	case k >= next: // what is between has not come yet
		missed |= (1<<k - 1) &^ (1<<next - 1)
		next = k + 1
	case k >= 0 && missed>>k&1 == 0:
		return nil, -1, missed
	case k >= 0:
		missed &^= 1 << k
	}
	m.style = styleOf(t.byte(value - 1))
	if i = m.mustChild(c, value); i < 0 {
		return nil, -1, missed
	}
	if k >= 0 {
		m.slots[o.steps[0][k].slot%slots] = Slot{int32(value), int32(i)}
		m.pending |= 1 << k
	} else {
		m.valued(Slot{int32(value), int32(i)})
	}
	return &o.steps[m.style][next], i, missed
}

// fewSteps is how many steps are tried before a name is looked up.
const fewSteps = 4

// closing ends an object at its brace, unless something is needed that has not come.
func (m *Machine) closing(i int, missing uint64, names int) int {
	m.extra = [2]int{names, len(m.names)}
	if missing != 0 || !m.forget(names) {
		return -1
	}
	return i + 1
}

// member reads a name, of which i is the quote, and the colon. It returns the number of the key, or -1 and a new name among those from names on; what is asked
// of the value, nil if anything goes; and where the value begins, or -1 if it is not sure.
func (m *Machine) member(o *object, i, names int) (k int, c *child, value int) {
	t := m.t
	if t.byte(i) != '"' {
		return -1, nil, -1
	}
	start := i + 1
	end, hash := t.nameEnd(start)
	if end < 0 {
		return -1, nil, -1
	}
	k = m.find(o, hash, start, end)
	if k >= 0 {
		c = &o.keys[k].child
	} else if !m.newName(names, hash, start, end) {
		return -1, nil, -1
	} else if len(o.rest) > 0 {
		c = &o.rest[m.matching(o, start, end)]
	}
	return k, c, m.colon(end + 1)
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
	for at := hash >> o.shift; ; at = (at + 1) & uint64(len(o.index)-1) {
		s := &o.index[at]
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

// late reads the value at i of a step, with white space in front of it: the literal of a step that ends with a colon fits texts of both styles.
func (m *Machine) late(st *step, i int) int {
	if m.t.byte(i) <= ' ' {
		i = m.space(i)
		m.slots[st.slot%slots].Start = int32(i)
	}
	m.pending |= st.bit
	if st.place == nil {
		return m.skip(i)
	}
	return m.must(st.place, i)
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
	var seen [seenWords]uint64
	fail := o.fail
	count := uint64(0)
	if i = m.space(i + 1); t.byte(i) != '}' {
		for {
			k, c, value := m.member(o, i, names)
			if value < 0 {
				return 0, -1
			}
			if k >= 0 {
				if seen[k/64]>>(k%64)&1 != 0 {
					return 0, -1
				}
				seen[k/64] |= 1 << (k % 64)
			} else if o.names != nil {
				holds, ok := m.span(o.names.at.string, i+1, int(m.names[len(m.names)-1].end))
				if !ok {
					return 0, -1
				}
				fail |= o.names.failing(holds)
			}
			count++
			if c == nil || c.at == nil {
				i = m.skip(value)
			} else {
				var holds uint64
				if holds, i = m.value(c.at, value); i >= 0 && holds != c.at.all {
					fail |= c.failing(holds)
				}
			}
			if i < 0 {
				return 0, -1
			}
			if t.byte(i) <= ' ' {
				i = m.space(i)
			}
			if t.byte(i) == ',' {
				if i++; t.byte(i) <= ' ' {
					i = m.space(i)
				}
				continue
			}
			if t.byte(i) == '}' {
				break
			}
			return 0, -1
		}
	}
	if !m.forget(names) {
		return 0, -1
	}
	for r := range o.required {
		for w, need := range o.required[r].keys {
			if need&^seen[w] != 0 {
				fail |= o.required[r].fail
			}
		}
	}
	fail |= limited(o.limits, count)
	unlisted, ok := m.unlisted(o.listed, begin, i+1)
	if !ok {
		return 0, -1
	}
	return verdict(o.all, fail|unlisted, o.terms), i + 1
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
	if m.t.byte(i) != ':' {
		if i = m.space(i); m.t.byte(i) != ':' {
			return -1
		}
	}
	if i++; m.t.byte(i) == ' ' {
		i++
	}
	if m.t.byte(i) <= ' ' {
		i = m.space(i)
	}
	return i
}
