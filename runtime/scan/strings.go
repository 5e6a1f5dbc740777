package scan

import "unicode/utf8"

// string reads a string whose content begins at i. It returns the roots that hold, and where it ends, behind its quote; -1 if it is not sure.
func (m *Machine) string(s *stringRule, i int) (holds uint64, end int) {
	if s.values.places != nil {
		if v := s.values.find(m.t, i); v != &noText {
			return v.holds, i + v.length
		}
	}
	if s.time {
		if end = m.dateTime(i); end >= 0 {
			return s.all, end
		}
	}
	if s.lookup != nil {
		end, w0, w1 := m.t.nameWords(i)
		if end < 0 {
			return 0, -1
		}
		if k := s.lookup.find(m.t, w0, w1, i, end); k >= 0 {
			return s.lookup.holds[k], end + 1
		}
		if len(s.checks) == 0 {
			return verdict(s.all, s.fail, s.terms), end + 1
		}
	}
	if end = m.t.rawEnd(i); end < 0 {
		return 0, -1
	}
	return s.verdict(m.t, i, end), end + 1
}

// span checks a string without escapes.
func (m *Machine) span(s *stringRule, start, end int) (holds uint64, ok bool) {
	switch s.is {
	case isAny:
		return s.all, true
	case isNo:
		return 0, true
	case isUnsure:
		return 0, false
	}
	if s.values.places != nil {
		if v := s.values.find(m.t, start); v.length == end+1-start {
			return v.holds, true
		}
	}
	if s.lookup != nil {
		_, w0, w1 := m.t.nameWords(start)
		if k := s.lookup.find(m.t, w0, w1, start, end); k >= 0 {
			return s.lookup.holds[k], true
		}
	}
	return s.verdict(m.t, start, end), true
}

// verdict returns the roots that hold for a string without escapes that is none of the values.
func (s *stringRule) verdict(t text, start, end int) (holds uint64) {
	fail := s.fail
	for k := range s.checks {
		if c := &s.checks[k]; fail&c.fail != c.fail && !c.passes(t, start, end) {
			fail |= c.fail
		}
	}
	if len(s.terms) == 0 {
		return s.all &^ fail
	}
	return verdict(s.all, fail, s.terms)
}

// find returns which of the texts it is that has been read by nameWords from start to end, or -1.
func (l *lookup) find(t text, w0, w1 uint64, start, end int) int {
	for at := hashWords(w0, w1) >> (l.shift & 63); ; at++ {
		s := &l.index[at&uint64(len(l.index)-1)]
		if s.w0 == w0 && s.w1 == w1 && (w1 != longName || l.texts[s.index-1] == string(t.span(start, end))) {
			return int(s.index - 1)
		}
		if s.index == 0 {
			return -1
		}
	}
}

// passes reports whether a string without escapes passes a check.
func (c *check) passes(t text, start, end int) bool {
	switch c.what {
	case Sequence:
		return c.sequence(t, start, end)
	case Pattern:
		return c.pattern.Match(t.span(start, end))
	case Format:
		return c.format(t.span(start, end))
	}
	// A code point is one to four bytes, so the length in bytes often decides.
	size := end - start
	if c.what == MinLength {
		return size >= c.n && ((size+3)/4 >= c.n || utf8.RuneCount(t.span(start, end)) >= c.n)
	}
	return size <= c.n || (size+3)/4 <= c.n && utf8.RuneCount(t.span(start, end)) <= c.n
}

// sequence reports whether the runs of a check are all that stands between start and end.
func (c *check) sequence(t text, i, end int) bool { return c.runEnd(t, i, end) == end }

// runEnd returns where the runs of a check end that begin at i, end at most; -1 if they are not there.
func (c *check) runEnd(t text, i, end int) int {
	for k := range c.runs {
		r := &c.runs[k]
		if r.single != 0 {
			if t.byte(i) != r.single || i == end {
				return -1
			}
			i++
			continue
		}
		stop := end
		if r.max < end-i {
			stop = i + r.max
		}
		if r.min == r.max && r.max <= Padding { // so that all of it can be read, wherever the text ends
			if !r.fill(t, i, stop) {
				return -1
			}
			i = stop
			continue
		}
		start := i
		for i < stop {
			w := t.word(i)
			if out := ^r.marks(w)&highs | w&highs; out != 0 {
				i += first(out)
				break
			}
			i += 8
		}
		if i = min(i, stop); i-start < r.min {
			return -1
		}
	}
	return i
}

// marks marks the bytes of w that are in the set of a run, with their high bits, if w is ASCII: of a range what carries at its first character, and not behind its last.
func (r *run) marks(w uint64) uint64 {
	a, b, c := &r.first[0], &r.first[1], &r.first[2]
	x := w &^ highs
	in := (x + a.from) ^ (x + a.beyond) ^ (x + b.from) ^ (x + b.beyond) ^ (x + c.from) ^ (x + c.beyond)
	for k := range r.ranges {
		b := &r.ranges[k]
		in ^= (x + b.from) ^ (x + b.beyond)
	}
	return in
}

// fill reports whether all characters from i to end are in the set of a run. The whole is looked at without a branch: it is usually so.
func (r *run) fill(t text, i, end int) bool {
	if end-i > r.max || end-i < r.min {
		return false
	}
	in, all := ^uint64(0), uint64(0)
	a, b, c := r.first[0], r.first[1], r.first[2]
	for ; i+8 <= end; i += 8 {
		w := t.word(i)
		all |= w
		x := w &^ highs
		marks := (x + a.from) ^ (x + a.beyond) ^ (x + b.from) ^ (x + b.beyond) ^ (x + c.from) ^ (x + c.beyond)
		if len(r.ranges) > 0 {
			marks = r.marks(w)
		}
		in &= marks
	}
	if i < end {
		w, rest := t.word(i), ^uint64(0)>>(64-8*(end-i))
		in &= r.marks(w) | ^rest
		all |= w & rest
	}
	return in&^all&highs == highs
}

// checked reads a string whose content begins at i and whose only root must hold, and remembers it. It returns where it ends; -1 if it is not sure.
func (m *Machine) checked(s *stringRule, i int) int {
	last := &m.memos[s.memo]
	end := last.longer(m.t, i)
	if end >= 0 {
		return end
	}
	if s.runs != nil {
		if end = s.runs.runEnd(m.t, i, maxText); end < 0 || m.t.byte(end) != '"' {
			return -1
		}
		end++
	} else {
		var holds uint64
		if holds, end = m.string(s, i); holds != s.all {
			return -1
		}
	}
	last.remember(m.t, i, end)
	return end
}

// repeated reads a string of which nothing is asked, but which often comes again; its content begins at i. It remembers one that has come twice in a row, and returns where the
// string ends; -1 if it has escapes or is not ASCII.
func (m *Machine) repeated(s *stringRule, i int) int {
	t, last := m.t, &m.memos[s.memo]
	end := last.longer(t, i)
	if end >= 0 {
		return end
	}
	if end = t.plain(i); t.byte(end) != '"' {
		return -1
	}
	end++
	other := t.word(max(end-8, 0)) + uint64(end-i)
	if other == last.other {
		last.remember(t, i, end)
	}
	last.other = other
	return end
}

// A part of a date-time, ":SS.dddd", as what its bytes are less; and what carries into the high bit of a byte that is too large then, also of the two digits behind it.
const (
	timeWord   = ':' | '0'<<8 | '0'<<16 | '.'<<24 | zeros&^0xffffffff
	lastDigits = ones * (0x80 - 10) & 0xffff
	timeCarry  = 0x7f | (0x80-6)<<8 | (0x80-10)<<16 | 0x7f<<24 | (ones*(0x80-10))&^0xffffffff
)

// dateTime reads a date-time as RFC 3339 section 5.6 has it, written with T, with Z or an offset, and no leap second: those are not sure. It remembers
// it, and returns where it ends, behind the quote; -1 if it is not sure.
func (m *Machine) dateTime(i int) int {
	t := m.t
	begin := i
	if t.word(i) != m.minute0 || t.word(i+8) != m.minute1 {
		if !t.minute(i) {
			return -1
		}
	} else if t.again(i, m.zone) {
		return i + 33
	}
	i += 16
	if t.byte(i) != ':' || t.byte(i+1)-'0' > 5 || t.byte(i+2)-'0' > 9 {
		return -1
	}
	if i += 3; t.byte(i) == '.' {
		end := t.digits(i + 1)
		if end == i+1 {
			return -1
		}
		i = end
	}
	switch t.byte(i) {
	case 'Z':
		i++
	case '+', '-':
		hour, minute := t.pair(i+1), t.pair(i+4)
		if hour > 23 || minute > 59 || t.byte(i+3) != ':' {
			return -1
		}
		m.zone = t.word(i) & (1<<48 - 1)
		i += 6
	default:
		return -1
	}
	if t.byte(i) != '"' {
		return -1
	}
	m.minute0, m.minute1 = t.word(begin), t.word(begin+8)
	return i + 1
}

// again reports whether ":SS.dddddd", an offset and a quote stand behind the date-time up to the minutes at i.
func (t text) again(i int, zone uint64) bool {
	a, b := t.word(i+16)^timeWord, t.word(i+24)^zone<<16^zeros&0xffff // the last two digits, and 0 behind them
	return ((a+timeCarry)|a)&highs|((b+lastDigits)|b)&(highs|^uint64(0xffff))|uint64(t.byte(i+32)^'"') == 0
}

// pair reads two digits; if they are none it returns 100.
func (t text) pair(i int) int {
	a, b := t.byte(i)-'0', t.byte(i+1)-'0'
	if a > 9 || b > 9 {
		return 100
	}
	return int(a)*10 + int(b)
}

// minute reports whether "YYYY-MM-DDThh:mm" stands at i (RFC 3339 sections 5.6 and 5.7).
func (t text) minute(i int) bool {
	century, year, month, day, hour, minute := t.pair(i), t.pair(i+2), t.pair(i+5), t.pair(i+8), t.pair(i+11), t.pair(i+14)
	if century > 99 || year > 99 || month-1 > 11 || month == 0 || day == 0 || hour > 23 || minute > 59 ||
		t.byte(i+4) != '-' || t.byte(i+7) != '-' || t.byte(i+10) != 'T' || t.byte(i+13) != ':' {
		return false
	}
	switch {
	case day <= 28:
		return true
	case month == 2:
		return day == 29 && (year != 0 && year%4 == 0 || year == 0 && century%4 == 0)
	case month == 4 || month == 6 || month == 9 || month == 11:
		return day <= 30
	}
	return day <= 31
}
