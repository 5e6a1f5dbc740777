package stream

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// MaxWaiting is how many records wait at most for their other half, for each pair of the facts: as many opening ones, and as many closing ones.
const MaxWaiting = 100_000

// Pairing is what is kept of the records that open and close one another, for one [Pair] of the facts. A closing record closes the latest open
// one of its key: so a step that is started anew leaves its first start open. Two Pairings of neighbouring parts of a stream merge into that of the
// whole, like brackets: what one leaves open, the next may close.
type Pairing struct {
	Waiting map[string]*Waiting `json:"waiting,omitempty"` // by the values of the pair's keys, joined; empty ones are left out
	Groups  map[string]*Group   `json:"groups,omitempty"`  // instead of Waiting if one closing record is enough for all
	Matched int                 `json:"matched"`           // closing records that have closed one

	Late     []Late `json:"late,omitempty"` // the first MaxFindings of them
	MoreLate int    `json:"moreLate"`
	Timeless Tally  `json:"timeless"` // closing records whose time, or that of their opening one, cannot be read

	Keyless     []Mark `json:"keyless,omitempty"` // records without one of the keys: the first MaxFindings
	MoreKeyless int    `json:"moreKeyless"`

	Opens      int   `json:"opens"`     // how many opening records wait
	Closes     int   `json:"closes"`    // how many closing ones
	RestOpens  Tally `json:"restOpens"` // records that found no room
	RestCloses Tally `json:"restCloses"`
}

// Waiting are the records of one key that have no other half yet: closing ones first, opening ones behind.
type Waiting struct {
	Closes []Mark `json:"closes,omitempty"`
	Opens  []Mark `json:"opens,omitempty"`
}

// Group are the records of one key of a pair whose opening records need one closing record between them.
type Group struct {
	Opens      Tally `json:"opens"`
	Closes     Tally `json:"closes"`
	FirstOpen  Mark  `json:"firstOpen"`
	FirstClose Mark  `json:"firstClose"`
	Closed     Mark  `json:"closed"` // the first closing record behind FirstOpen; its Line is 0 if there is none
}

// Mark is a record that opens or closes.
type Mark struct {
	Place
	Name  string    `json:"name"`
	Time  time.Time `json:"time,omitzero"` // zero if there is no need of it, or if it cannot be read
	Known bool      `json:"known"`         // the line is listed among the bad ones already
}

// Late is a pair whose closing record came too late.
type Late struct {
	Open  Mark   `json:"open"`
	Close Mark   `json:"close"`
	Key   string `json:"key"`
}

func (m Mark) behind(lines int, bytes int64) Mark {
	m.Place = m.Place.behind(lines, bytes)
	return m
}

func newPairing(p *Pair) *Pairing {
	if p.Any {
		return &Pairing{Groups: map[string]*Group{}}
	}
	return &Pairing{Waiting: map[string]*Waiting{}}
}

// keyless notes a record without one of the keys.
func (s *Pairing) keyless(m Mark) {
	if len(s.Keyless) < MaxFindings {
		s.Keyless = append(s.Keyless, m)
	} else {
		s.MoreKeyless++
	}
}

// open adds an opening record.
func (s *Pairing) open(p *Pair, key []byte, m Mark) {
	if p.Any {
		if g := s.group(key, m, &s.RestOpens); g != nil {
			if g.Opens.add(m.Place); g.Opens.N == 1 {
				g.FirstOpen = m
			}
		}
		return
	}
	if s.Opens >= MaxWaiting {
		s.RestOpens.add(m.Place)
		return
	}
	w := s.waiting(key)
	w.Opens = append(w.Opens, m)
	s.Opens++
}

// close adds a closing record.
func (s *Pairing) close(p *Pair, key []byte, m Mark) {
	if p.Any {
		if g := s.group(key, m, &s.RestCloses); g != nil {
			if g.Closes.add(m.Place); g.Closes.N == 1 {
				g.FirstClose = m
			}
			if g.Opens.N > 0 && g.Closed.Line == 0 {
				g.Closed = m
			}
		}
		return
	}
	if w := s.Waiting[string(key)]; w != nil && len(w.Opens) > 0 {
		s.match(p, string(key), w, m)
		return
	}
	if s.Closes >= MaxWaiting || s.RestOpens.N > 0 { // its opening record may be one that found no room
		s.RestCloses.add(m.Place)
		return
	}
	w := s.waiting(key)
	w.Closes = append(w.Closes, m)
	s.Closes++
}

// match closes the latest open record of a key.
func (s *Pairing) match(p *Pair, key string, w *Waiting, m Mark) {
	last := len(w.Opens) - 1
	open := w.Opens[last]
	if w.Opens = w.Opens[:last]; last == 0 && len(w.Closes) == 0 {
		delete(s.Waiting, key)
	}
	s.Opens--
	s.Matched++
	s.judge(p, key, open, m)
}

// judge notes a pair that took too long.
func (s *Pairing) judge(p *Pair, key string, open, m Mark) {
	if p.Within == 0 {
		return
	}
	if open.Time.IsZero() || m.Time.IsZero() {
		s.Timeless.add(m.Place)
		return
	}
	if m.Time.Sub(open.Time) <= p.Within {
		return
	}
	late := Late{open, m, key}
	i, _ := slices.BinarySearchFunc(s.Late, late, func(a, b Late) int { return cmp.Compare(a.Close.Line, b.Close.Line) })
	s.Late = slices.Insert(s.Late, i, late)
	if len(s.Late) > MaxFindings {
		s.Late = s.Late[:MaxFindings]
		s.MoreLate++
	}
}

func (s *Pairing) waiting(key []byte) *Waiting {
	w := s.Waiting[string(key)]
	if w == nil {
		w = new(Waiting)
		s.Waiting[string(key)] = w
	}
	return w
}

func (s *Pairing) group(key []byte, m Mark, rest *Tally) *Group {
	g := s.Groups[string(key)]
	if g == nil {
		if len(s.Groups) >= MaxWaiting {
			rest.add(m.Place)
			return nil
		}
		g = new(Group)
		s.Groups[string(key)] = g
	}
	return g
}

// merge adds the pairing of the next part of the stream, in front of which there are lines and bytes.
func (s *Pairing) merge(p *Pair, o *Pairing, lines int, bytes int64) {
	for _, l := range o.Late {
		l.Open, l.Close = l.Open.behind(lines, bytes), l.Close.behind(lines, bytes)
		s.Late = append(s.Late, l)
	}
	s.MoreLate += o.MoreLate + max(0, len(s.Late)-MaxFindings)
	s.Late = s.Late[:min(len(s.Late), MaxFindings)]
	for _, m := range o.Keyless {
		s.keyless(m.behind(lines, bytes))
	}
	s.MoreKeyless += o.MoreKeyless
	s.Matched += o.Matched
	s.Timeless.merge(o.Timeless.behind(lines, bytes))
	for _, key := range slices.Sorted(maps.Keys(o.Waiting)) { // sorted: which ones find room must not depend on chance
		w := o.Waiting[key]
		for _, m := range w.Closes {
			s.close(p, []byte(key), m.behind(lines, bytes))
		}
		for _, m := range w.Opens {
			s.open(p, []byte(key), m.behind(lines, bytes))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(o.Groups)) {
		s.mergeGroup(key, o.Groups[key], lines, bytes)
	}
	s.RestOpens.merge(o.RestOpens.behind(lines, bytes))
	s.RestCloses.merge(o.RestCloses.behind(lines, bytes))
}

func (s *Pairing) mergeGroup(key string, o *Group, lines int, bytes int64) {
	g := s.Groups[key]
	if g == nil {
		if len(s.Groups) >= MaxWaiting {
			s.RestOpens.merge(o.Opens.behind(lines, bytes))
			s.RestCloses.merge(o.Closes.behind(lines, bytes))
			return
		}
		g = new(Group)
		s.Groups[key] = g
	}
	switch {
	case g.Opens.N == 0:
		g.FirstOpen, g.Closed = o.FirstOpen.behind(lines, bytes), o.Closed.behind(lines, bytes)
	case g.Closed.Line == 0:
		g.Closed = o.FirstClose.behind(lines, bytes)
	}
	if g.Closes.N == 0 {
		g.FirstClose = o.FirstClose.behind(lines, bytes)
	}
	g.Opens.merge(o.Opens.behind(lines, bytes))
	g.Closes.merge(o.Closes.behind(lines, bytes))
}

// sameShape reports whether two pairings are of pairs of one sort.
func (s *Pairing) sameShape(o *Pairing) bool { return (s.Groups == nil) == (o.Groups == nil) }

// findings returns what is wrong with the pair in the whole stream, sorted by place, at most MaxFindings of them, and how many more there are.
func (s *Pairing) findings(p *Pair, file string) (log Log) {
	f := pairFindings{pair: p, file: file, log: &log}
	for _, key := range slices.Sorted(maps.Keys(s.Waiting)) {
		f.waiting(key, s.Waiting[key])
	}
	for _, key := range slices.Sorted(maps.Keys(s.Groups)) {
		f.group(key, s.Groups[key])
	}
	for _, l := range s.Late {
		f.late(l)
	}
	for _, m := range s.Keyless {
		f.add(m, Place{}, RuleKey, "no "+orList(p.By)+" to pair it by")
	}
	if n := s.Timeless.N; n > 0 {
		f.log.add(Finding{File: file, Line: s.Timeless.First.Line, Offset: s.Timeless.First.Offset, Warn: true, Rule: RuleLate,
			Message: fmt.Sprintf("%s cannot be checked for being late, since a time is missing", records(n))})
	}
	for _, rest := range []struct {
		Tally
		word string
	}{{s.RestOpens, orList(p.Open)}, {s.RestCloses, orList(p.Close)}} {
		if rest.N > 0 {
			f.log.add(Finding{File: file, Line: rest.First.Line, Offset: rest.First.Offset, Rule: RuleUnclosed,
				Message: fmt.Sprintf("%s from here on could not be paired, since %d wait already: %s", records(rest.N), MaxWaiting, rest.word)})
		}
	}
	if p.Warn {
		log.MoreWarnings += s.MoreLate + s.MoreKeyless
	} else {
		log.More += s.MoreLate + s.MoreKeyless
	}
	return log
}

// pairFindings puts the mistakes of a pair into words.
type pairFindings struct {
	pair *Pair
	file string
	log  *Log
}

// add adds a finding about a record, and maybe about another one.
func (f *pairFindings) add(m Mark, other Place, rule, message string) {
	f.log.add(Finding{File: f.file, Line: m.Line, Offset: m.Offset, Name: m.Name, Warn: f.pair.Warn, Rule: rule, Message: message, Other: other,
		listed: m.Known})
}

// waiting says what is wrong with the records of one key. A closing record whose opening one stands behind it is one mistake, not two.
func (f *pairFindings) waiting(key string, w *Waiting) {
	swapped := min(len(w.Closes), len(w.Opens))
	of := f.keyed(key)
	for i, m := range w.Closes {
		if i < swapped {
			f.add(m, w.Opens[i].Place, RuleUnopened, fmt.Sprintf("%scomes before its %s on line %d", of, oneLine(w.Opens[i].Name), w.Opens[i].Line))
		} else {
			f.add(m, Place{}, RuleUnopened, fmt.Sprintf("%shas no %s before it", of, orList(f.pair.Open)))
		}
	}
	for _, m := range w.Opens[swapped:] {
		f.add(m, Place{}, RuleUnclosed, fmt.Sprintf("%shas no %s behind it", of, orList(f.pair.Close)))
	}
}

func (f *pairFindings) group(key string, g *Group) {
	of := f.keyed(key)
	times := func(t Tally) string {
		if t.N == 1 {
			return ""
		}
		return fmt.Sprintf(" (%d records)", t.N)
	}
	switch {
	case g.Opens.N == 0:
		f.add(g.FirstClose, Place{}, RuleUnopened, of+"has no "+orList(f.pair.Open)+times(g.Closes))
	case g.Closed.Line == 0 && g.Closes.N > 0:
		f.add(g.FirstOpen, g.FirstClose.Place, RuleUnclosed, fmt.Sprintf("%shas its %s before it, on line %d%s", of, oneLine(g.FirstClose.Name), g.FirstClose.Line, times(g.Opens)))
	case g.Closed.Line == 0:
		f.add(g.FirstOpen, Place{}, RuleUnclosed, of+"has no "+orList(f.pair.Close)+" behind it"+times(g.Opens))
	case f.pair.Within > 0 && (g.FirstOpen.Time.IsZero() || g.Closed.Time.IsZero()):
		f.log.add(Finding{File: f.file, Line: g.Closed.Line, Offset: g.Closed.Offset, Name: g.Closed.Name, Warn: true, Rule: RuleLate,
			Message: of + "cannot be checked for being late, since a time is missing"})
	case f.pair.Within > 0 && g.Closed.Time.Sub(g.FirstOpen.Time) > f.pair.Within:
		f.late(Late{g.FirstOpen, g.Closed, key})
	}
}

func (f *pairFindings) late(l Late) {
	f.add(l.Close, l.Open.Place, RuleLate, fmt.Sprintf("%scomes %s behind its %s on line %d, more than %s",
		f.keyed(l.Key), spell(l.Close.Time.Sub(l.Open.Time)), oneLine(l.Open.Name), l.Open.Line, spell(f.pair.Within)))
}

// keyed returns `step_id "extract" `, or nothing if the pair has no keys.
func (f *pairFindings) keyed(key string) string {
	if len(f.pair.By) == 0 {
		return ""
	}
	return spellKeys(f.pair.By, key) + " "
}

// spellKeys returns `order_id "o-1", payment_id "p-2"`.
func spellKeys(by []string, joined string) string {
	values := splitKeys(joined)
	words := make([]string, len(by))
	for i, name := range by {
		words[i] = oneLine(name) + " " + spellKey(values[i])
	}
	return strings.Join(words, ", ")
}

// orList returns "a, b or c".
func orList(names []string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(oneLine(name))
	}
	return b.String()
}

// spell returns a duration as people read it: days beyond two of them, and no zeros behind.
func spell(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 2*day {
		text := d.String()
		if strings.HasSuffix(text, "m0s") {
			text = text[:len(text)-2]
		}
		if strings.HasSuffix(text, "h0m") {
			text = text[:len(text)-2]
		}
		return text
	}
	if rest := d % day; rest >= time.Second {
		return fmt.Sprintf("%dd %s", d/day, spell(rest.Truncate(time.Second)))
	}
	return fmt.Sprintf("%d days", d/day)
}

// ends are further closing names of the pairs that a name opens: see AlsoEnds.
type ends struct {
	open string
	more []string
}

// AlsoEnds says that records called open may also be closed by records of the names more, whether the schema declares those or not. It is an option
// of [ReadRun], where a name that opens no pair of any stream is an error, and of [Record.NewSummary].
func AlsoEnds[N ~string](open N, more ...N) Option {
	names := make([]string, len(more))
	for i, name := range more {
		names[i] = string(name)
	}
	return func(o *options) { o.ends = append(o.ends, ends{string(open), names}) }
}

// pairs returns the pairs of the facts with further ends.
func (f *Facts) pairs(also []ends) []Pair {
	pairs := slices.Clone(f.Pairs)
	for i := range pairs {
		for _, e := range also {
			if !slices.Contains(pairs[i].Open, e.open) {
				continue
			}
			for _, name := range e.more {
				if !slices.Contains(pairs[i].Close, name) {
					pairs[i].Close = append(slices.Clip(pairs[i].Close), name)
				}
			}
		}
	}
	return pairs
}
