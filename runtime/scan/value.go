package scan

import "math/bits"

func trailing(w uint64) int { return bits.TrailingZeros64(w) }

// must reads the value at i, of which all roots must hold, and returns where it ends; -1 if it is not sure.
func (m *Machine) must(l *location, i int) int {
	if l.any {
		return m.skip(i)
	}
	switch c := m.t.byte(i); {
	case c == '"' && l.string.is == isAny:
		return m.skip(i)
	case c == '{' && l.all == 1:
		return m.object(l.object, i)
	case c == '[' && l.array.strings:
		return m.strings(nil, i)
	}
	holds, end := m.value(l, i)
	if holds != l.all {
		return -1
	}
	return end
}

// value reads the value at i. It returns the roots that hold, and where it ends; -1 if it is not sure.
func (m *Machine) value(l *location, i int) (holds uint64, end int) {
	t := m.t
	switch c := t.byte(i); c {
	case '"':
		s := l.string
		switch s.is {
		case isRule:
			return m.string(s, i+1)
		case isUnsure:
			return 0, -1
		case isAny:
			holds = s.all
		}
		if i = t.plain(i + 1); t.byte(i) != '"' {
			if i = t.stringEnd(i); i < 0 {
				return 0, -1
			}
		}
		return holds, i + 1
	case '{':
		o := l.object
		switch o.is {
		case isAny:
			return o.all, m.skipObject(i)
		case isNo:
			return 0, m.skipObject(i)
		case isUnsure:
			return 0, -1
		}
		if m.depth--; m.depth < 0 {
			return 0, -1
		}
		if o.sw != nil {
			if end = m.inside(o, i); end >= 0 { // a switch has one root
				holds = 1
			}
		} else {
			holds, end = m.members(o, i)
		}
		m.depth++
		return holds, end
	case '[':
		a := l.array
		switch a.is {
		case isAny:
			return a.all, m.skipArray(i)
		case isNo:
			return 0, m.skipArray(i)
		case isUnsure:
			return 0, -1
		}
		if m.depth--; m.depth < 0 {
			return 0, -1
		}
		if a.each {
			holds, end = m.each(a, i)
		} else {
			holds, end = m.array(a, i)
		}
		m.depth++
		return holds, end
	case 't':
		if uint32(t.word(i)) == wordTrue {
			return l.yes, i + 4
		}
		return 0, -1
	case 'f':
		if t.word(i)<<24 == wordFalse<<24 {
			return l.no, i + 5
		}
		return 0, -1
	case 'n':
		if uint32(t.word(i)) == wordNull {
			return l.null, i + 4
		}
		return 0, -1
	}
	n := l.number
	switch n.is {
	case isAny:
		return n.all, t.numberEnd(i)
	case isNo:
		return 0, t.numberEnd(i)
	case isUnsure:
		return 0, -1
	}
	return m.number(n, i)
}

const wordNull = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24

// skip reads the value at i, whatever it is, and returns where it ends; -1 if it is not sure.
func (m *Machine) skip(i int) int {
	switch t := m.t; t.byte(i) {
	case '"':
		if i = t.plain(i + 1); t.byte(i) != '"' {
			if i = t.stringEnd(i); i < 0 {
				return -1
			}
		}
		return i + 1
	case '{':
		return m.skipObject(i)
	case '[':
		return m.skipArray(i)
	case 't':
		if uint32(t.word(i)) == wordTrue {
			return i + 4
		}
	case 'f':
		if t.word(i)<<24 == wordFalse<<24 {
			return i + 5
		}
	case 'n':
		if uint32(t.word(i)) == wordNull {
			return i + 4
		}
	default:
		return t.numberEnd(i)
	}
	return -1
}

func (m *Machine) skipArray(i int) int {
	t := m.t
	if m.depth--; m.depth < 0 {
		return -1
	}
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if t.byte(i) != ']' {
		for {
			if i = m.skip(i); i < 0 {
				return -1
			}
			if t.byte(i) <= ' ' {
				i = m.space(i)
			}
			if t.byte(i) != ',' {
				break
			}
			i = m.token(i + 1)
		}
		if t.byte(i) != ']' {
			return -1
		}
	}
	m.depth++
	return i + 1
}

func (m *Machine) skipObject(i int) int {
	t := m.t
	if m.depth--; m.depth < 0 {
		return -1
	}
	names := len(m.names)
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if t.byte(i) != '}' {
		for {
			if t.byte(i) != '"' {
				return -1
			}
			start := i + 1
			end, w0, w1 := t.nameWords(start)
			if end < 0 {
				return -1
			}
			if i = end + 1; t.byte(i) != ':' {
				if i = m.space(i); t.byte(i) != ':' {
					return -1
				}
			}
			i = m.token(i + 1)
			if i = m.skip(i); i < 0 {
				return -1
			}
			if t.byte(i) <= ' ' {
				i = m.space(i)
			}
			if t.byte(i) != ',' && len(m.names) == names { // the only name is a new one
				m.state |= extras
				break
			}
			if !m.newName(names, hashWords(w0, w1), start, end) {
				return -1
			}
			if t.byte(i) != ',' {
				break
			}
			i = m.token(i + 1)
		}
		if t.byte(i) != '}' || !m.forget(names) {
			return -1
		}
	}
	m.depth++
	return i + 1
}

// strings reads an array at i that must hold strings only, into a list unless that is nil. It returns where it ends; -1 if it is not sure.
func (m *Machine) strings(l *list, i int) int {
	t := m.t
	if t.byte(i) != '[' {
		return -1
	}
	var all []string
	switch {
	case l == nil:
	case m.memory.reuse:
		all = l.spare[:0]
	default:
		all = m.memory.strings
	}
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if t.byte(i) != ']' {
		if t.byte(i) != '"' {
			return -1
		}
		for {
			i++
			start := i
			marks := t.marks(i) | t.marks(i+16)<<16 // as plain does
			if i += bits.TrailingZeros64(marks); marks == 0 {
				i = t.plain(start + 32)
			}
			escaped := t.byte(i) != '"'
			if escaped {
				if i = t.stringEnd(i); i < 0 {
					return -1
				}
			}
			if l != nil {
				n := len(all)
				if n == cap(all) {
					all = m.larger(all)
				}
				if all = all[:n+1]; escaped {
					all[n] = m.unquoted(start, i)
				} else {
					m.cutTo(&all[n], start, i)
				}
			}
			if uint32(t.word(i)) == nextString {
				i += len(`", `) // the next quote
				continue
			}
			if i++; t.byte(i) <= ' ' {
				i = m.space(i)
			}
			if t.byte(i) != ',' {
				break
			}
			if i = m.token(i + 1); t.byte(i) != '"' {
				return -1
			}
		}
		if t.byte(i) != ']' {
			return -1
		}
	}
	if l == nil {
		return i + 1
	}
	if m.memory.reuse {
		l.spare = all
	} else {
		// What is left of the block is for the next array. Nobody sees it: the array's capacity ends here.
		m.memory.strings = all[len(all):]
	}
	if all == nil {
		all = []string{}
	}
	*l.to = all[:len(all):len(all)]
	return i + 1
}

// stringMap reads an object at i in which all values must be strings, into a map unless that is nil. It returns where it ends; -1 if it is not sure.
func (m *Machine) stringMap(d *dict, i int) int {
	t, begin := m.t, i
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	base := len(m.names)
	if t.byte(i) == '}' {
		d.store(m, begin, nil)
		return i + 1
	}
	for t.byte(i) == '"' {
		start := i + 1
		end, w0, w1 := t.nameWords(start)
		if end < 0 {
			return -1
		}
		if i = end + 1; t.byte(i) != ':' {
			if i = m.space(i); t.byte(i) != ':' {
				return -1
			}
		}
		i = m.token(i + 1)
		if t.byte(i) != '"' {
			return -1
		}
		value := i + 1
		if i = t.plain(value); t.byte(i) != '"' {
			if i = t.stringEnd(i); i < 0 {
				return -1
			}
		}
		stop := i
		if i++; t.byte(i) <= ' ' {
			i = m.space(i)
		}
		last := t.byte(i) == '}'
		if last && len(m.names) == base { // the only name is a new one
			d.store(m, begin, []span{{start: int32(start), end: int32(end), value: int32(value), stop: int32(stop)}})
			return i + 1
		}
		if !m.newName(base, hashWords(w0, w1), start, end) {
			return -1
		}
		m.valued(Slot{int32(value), int32(stop)})
		if last {
			names := m.names[base:]
			if !m.apart(names) {
				return -1
			}
			m.names = m.names[:base]
			d.store(m, begin, names)
			return i + 1
		}
		if t.byte(i) != ',' {
			return -1
		}
		i = m.token(i + 1)
	}
	return -1
}

// each is array for one that asks the same of each item, and no more.
func (m *Machine) each(a *array, i int) (holds uint64, end int) {
	t, c, fail := m.t, &a.items, a.fail
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if t.byte(i) == ']' {
		return a.all &^ fail, i + 1
	}
	for {
		if t.byte(i) == '"' && c.at.string.is == isAny {
			i = m.skip(i)
		} else {
			var holds uint64
			if holds, i = m.value(c.at, i); i >= 0 && holds != c.at.all {
				fail |= c.failing(holds)
			}
		}
		if i < 0 {
			return 0, -1
		}
		if uint16(t.word(i)) == nextItem && t.byte(i+2) > ' ' {
			i += 2
			continue
		}
		if t.byte(i) <= ' ' {
			i = m.space(i)
		}
		switch t.byte(i) {
		case ',':
			i = m.token(i + 1)
		case ']':
			return a.all &^ fail, i + 1
		default:
			return 0, -1
		}
	}
}

// array reads an array. It returns the roots that hold, and where it ends; -1 if it is not sure.
func (m *Machine) array(a *array, begin int) (holds uint64, end int) {
	t, i := m.t, begin
	fail := a.fail
	count := uint64(0)
	sums := len(m.sums)
	var matched [maxContains]uint64
	if i++; t.byte(i) <= ' ' {
		i = m.space(i)
	}
	if t.byte(i) != ']' {
		for {
			c := &a.items
			if count < uint64(len(a.prefix)) {
				c = &a.prefix[count]
			}
			start := i
			if c.at == nil {
				i = m.skip(i)
			} else {
				var holds uint64
				if holds, i = m.value(c.at, i); i >= 0 && holds != c.at.all {
					fail |= c.failing(holds)
				}
			}
			if i < 0 {
				return 0, -1
			}
			for k := range a.counted {
				holds := uint64(1)
				if l := a.counted[k].at; l != nil {
					if holds, end = m.value(l, start); end < 0 {
						return 0, -1
					}
				}
				matched[k] += holds
			}
			if a.unique != 0 {
				sum, ok := m.digest(start, i)
				if !ok {
					return 0, -1
				}
				m.sums = append(m.sums, sum)
			}
			count++
			if uint16(t.word(i)) == nextItem && t.byte(i+2) > ' ' {
				i += 2
				continue
			}
			if t.byte(i) <= ' ' {
				i = m.space(i)
			}
			if t.byte(i) != ',' {
				break
			}
			i = m.token(i + 1)
		}
		if t.byte(i) != ']' {
			return 0, -1
		}
	}
	if a.unique != 0 {
		if !m.different(m.sums[sums:]) {
			return 0, -1
		}
		m.sums = m.sums[:sums]
	}
	if len(a.limits) > 0 {
		fail |= limited(a.limits, count)
	}
	for k := range a.contains {
		if l := &a.contains[k].Limit; matched[k] < l.Min || matched[k] > l.Max {
			fail |= l.Fail
		}
	}
	if len(a.listed) > 0 {
		unlisted, ok := m.unlisted(a.listed, begin, i+1)
		if !ok {
			return 0, -1
		}
		fail |= unlisted
	}
	if len(a.terms) == 0 {
		return a.all &^ fail, i + 1
	}
	return verdict(a.all, fail, a.terms), i + 1
}

// maxContains is how many contains an Array may have.
const maxContains = 8
