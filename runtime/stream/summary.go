package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/assay-go/assay/runtime/value"
)

// Summary is what is kept of one stream of a run: never its records. It counts, pairs and adds up the records of every line whose name can be
// read, valid or not; malformed lines are left out. How much memory it takes depends on how many different things it has seen, up to limits that
// its parts document, and not on how long the stream is.
//
// The summaries of the parts of a stream, cut anywhere between two lines and merged in order, are that of the whole; and a Summary survives
// encoding as JSON. Both hold as long as no limit is reached; beyond one, the sums still hold.
type Summary struct {
	File    string           `json:"file"`   // as findings call it
	Absent  string           `json:"absent"` // why there is nothing to read, such as "is missing"; "" if there is a stream
	Begin   text             `json:"begin"`  // the first bytes of the first line that is not blank, to tell what the file is instead of a stream
	Lines   int              `json:"lines"`  // all lines, blank ones included
	Bytes   int64            `json:"bytes"`  // of those lines
	Counts  *Counts          `json:"counts"`
	Unknown map[string]Place `json:"unknown"` // where the names of Counts.Unknown are first; "" stands for the rest

	Sessions Sessions       `json:"sessions"`
	Clock    Clock          `json:"clock"`
	Pairs    []*Pairing     `json:"pairs"`  // parallel to Facts.Pairs
	Totals   []*TotalSum    `json:"totals"` // parallel to Facts.Totals
	Rising   []*RisingValue `json:"rising"` // parallel to Facts.Rising
	Same     []*Multiset    `json:"same"`   // parallel to Facts.Parity.Same
	Values   *ValueSums     `json:"values"` // nil unless the facts have Parity.Sums

	Bad   Log   `json:"bad"`   // lines that are malformed or break the schema, one finding for each; and warnings
	CRLF  Tally `json:"crlf"`  // lines that end in CRLF
	Blank Tally `json:"blank"` // blank lines

	rules *rules
}

// rules are the facts of a summary with its options.
type rules struct {
	facts   *Facts
	options options
	record  *Record
	pairs   []Pair
	session field
	time    field

	known  []duties          // parallel to Facts.Names
	others map[string]duties // names that are not declared, but close pairs

	// The keys of the rules, parallel to them.
	pairKeys, totalKeys, distinctKeys, sameKeys [][]fields
	valueKeys                                   []fields
	totalSums, rising                           []field // the numbers of totals and rising values
	value, reportIf                             field   // of the sums for parity
}

// duties says to what the records of a name add.
type duties struct {
	opens, closes []int // indexes of pairs
	totals        []int
	rising        []int
	same          []int
}

func (d *duties) none() bool {
	return len(d.opens)+len(d.closes)+len(d.totals)+len(d.rising)+len(d.same) == 0
}

// NewSummary returns a summary of nothing yet. Of the options it takes [InFile], [AlsoEnds] and [MaxLine].
func (r *Record) NewSummary(o ...Option) *Summary {
	return newRules(r, optionsOf(o)).summary()
}

func newRules(r *Record, o options) *rules {
	f := r.Facts
	if f == nil {
		f = new(Facts)
	}
	c := &rules{facts: f, options: o, record: r, session: r.field(f.Session), time: r.field(f.Time), known: make([]duties, len(f.Names)), others: map[string]duties{}}
	c.pairs = f.pairs(o.ends)
	on := func(names []string, add func(*duties)) {
		for _, name := range names {
			if i := slices.Index(f.Names, name); i >= 0 {
				add(&c.known[i])
			} else {
				d := c.others[name]
				add(&d)
				c.others[name] = d
			}
		}
	}
	for i := range c.pairs {
		c.pairKeys = append(c.pairKeys, r.fields(c.pairs[i].By))
		on(c.pairs[i].Open, func(d *duties) { d.opens = append(d.opens, i) })
		on(c.pairs[i].Close, func(d *duties) { d.closes = append(d.closes, i) })
	}
	for i := range f.Totals {
		c.totalKeys = append(c.totalKeys, r.fields(f.Totals[i].By))
		c.totalSums = append(c.totalSums, r.field(f.Totals[i].Sum))
		c.distinctKeys = append(c.distinctKeys, r.fields(f.Totals[i].Distinct))
		on(f.Totals[i].Of, func(d *duties) { d.totals = append(d.totals, i) })
	}
	for i := range f.Rising {
		c.rising = append(c.rising, r.field(f.Rising[i].Value))
		on(f.Rising[i].Of, func(d *duties) { d.rising = append(d.rising, i) })
	}
	for i := range f.Parity.Same {
		c.sameKeys = append(c.sameKeys, r.fields(f.Parity.Same[i].By))
		on(f.Parity.Same[i].Of, func(d *duties) { d.same = append(d.same, i) })
	}
	if sums := f.Parity.Sums; sums != nil {
		c.valueKeys = r.fields(sums.By)
		c.value, c.reportIf = r.field(sums.Value), r.field(sums.ReportIf.At)
	}
	return c
}

// summary returns a summary of nothing yet.
func (c *rules) summary() *Summary {
	f := c.facts
	s := &Summary{File: c.options.file, Counts: f.newCounts(), Unknown: map[string]Place{}, rules: c}
	for i := range c.pairs {
		s.Pairs = append(s.Pairs, newPairing(&c.pairs[i]))
	}
	for range f.Totals {
		s.Totals = append(s.Totals, newTotalSum())
	}
	for range f.Rising {
		s.Rising = append(s.Rising, new(RisingValue))
	}
	for range f.Parity.Same {
		s.Same = append(s.Same, newMultiset())
	}
	if f.Parity.Sums != nil {
		s.Values = newValueSums()
	}
	return s
}

// Empty returns a summary of nothing yet, of the same stream and with the same options.
func (s *Summary) Empty() *Summary { return s.rules.summary() }

// Facts returns the facts of the stream.
func (s *Summary) Facts() *Facts { return s.rules.facts }

// Read adds a whole stream, or the next part of one. The error is a read error, or that of ctx; what was read until then has been added.
func (s *Summary) Read(ctx context.Context, r io.Reader) error {
	scanner := s.rules.record.newScanner(&boundReader{ctx, r}, s.rules.options)
	reader := s.newReader()
	for scanner.Scan() {
		reader.add(scanner)
	}
	s.CRLF.merge(scanner.lines.crlf.behind(s.Lines, s.Bytes))
	s.Blank.merge(scanner.lines.blank.behind(s.Lines, s.Bytes))
	s.Lines += scanner.lines.number
	s.Bytes += scanner.lines.consumed()
	return scanner.Err()
}

// reader adds lines to a summary. It holds what is needed only while lines are read.
type reader struct {
	*Summary
	*rules
	counter  *Counter
	sessions map[string]int // index into Sessions.Seen
	last     int            // the session of the line before: most lines have the same
	key      []byte         // scratch
	other    []byte
}

func (s *Summary) newReader() *reader {
	return &reader{Summary: s, rules: s.rules, counter: s.rules.record.counter(s.Counts)}
}

// session adds a line of a session.
func (r *reader) session(value []byte, at Place) {
	seen := r.Sessions.Seen
	if r.last < len(seen) && seen[r.last].Value == string(value) {
		seen[r.last].Lines.N++
		return
	}
	if r.sessions == nil {
		r.sessions = map[string]int{}
		for i, s := range seen {
			r.sessions[s.Value] = i
		}
	}
	if i, known := r.sessions[string(value)]; known {
		seen[i].Lines.N++
		r.last = i
		return
	}
	if len(seen) >= MaxSessions && len(value) <= MaxKeyLength {
		r.Sessions.Rest.add(at)
		return
	}
	r.Sessions.merge(Session{string(value), Tally{1, at}})
	if n := len(r.Sessions.Seen); n > len(seen) {
		r.sessions[r.Sessions.Seen[n-1].Value] = n - 1
	}
}

// add adds the line that a scanner stands on.
func (r *reader) add(sc *Scanner) {
	line := sc.Line()
	number, offset := sc.Position()
	at := Place{number, offset}.behind(r.Lines, r.Bytes)
	if len(r.Begin) == 0 {
		r.Begin = append(text{}, sc.Bytes()[:min(len(sc.Bytes()), 32)]...)
	}
	r.counter.Add(line)
	r.judge(sc, line, at)
	if line.Kind == Malformed {
		return
	}
	if text, ok := line.string(&r.rules.session); ok {
		r.session(text, at)
	}
	if text, ok := line.string(&r.time); ok {
		r.Clock.add(text, at)
	}
	if !line.named {
		return
	}
	if r.Values != nil {
		r.value(line)
	}
	if line.index >= 0 {
		r.perform(&r.rules.known[line.index], line, at)
	} else if d, ok := r.others[line.Name]; ok {
		r.perform(&d, line, at)
	}
}

// judge notes what is wrong with a line.
func (r *reader) judge(sc *Scanner, line *Line, at Place) {
	switch line.Kind {
	case Malformed, Invalid:
		if r.Bad.full() {
			r.Bad.More++
			break
		}
		r.Bad.add(sc.brief().behind(r.Lines, r.Bytes))
	case Unknown:
		name := abridge(line.Name)
		if _, counted := r.Counts.Unknown[name]; !counted {
			name = ""
		}
		if _, seen := r.Unknown[name]; !seen {
			r.Unknown[name] = at
		}
	}
	for _, f := range sc.Warnings() {
		r.Bad.add(f.behind(r.Lines, r.Bytes))
	}
}

func (r *reader) perform(d *duties, line *Line, at Place) {
	if d.none() {
		return
	}
	mark := Mark{Place: at, Name: line.Name, Known: line.Kind == Invalid}
	for _, i := range d.closes { // before opens: a record that does both closes the one before it
		r.pair(i, line, mark, (*Pairing).close)
	}
	for _, i := range d.opens {
		r.pair(i, line, mark, (*Pairing).open)
	}
	for _, i := range d.totals {
		r.total(i, line, at)
	}
	for _, i := range d.rising {
		rule, v := &r.facts.Rising[i], r.Rising[i]
		if text, _, ok := number(line, &r.rules.rising[i]); ok {
			v.add(rule, line.Name, text, at)
		} else if line.Kind != Invalid { // else it is a finding already
			v.Missing.add(at)
		}
	}
	for _, i := range d.same {
		r.key = appendAnyKeys(r.key[:0], line, r.sameKeys[i])
		r.Same[i].add(r.key)
	}
}

func (r *reader) pair(i int, line *Line, m Mark, do func(*Pairing, *Pair, []byte, Mark)) {
	p := &r.pairs[i]
	key, ok := appendKeys(r.key[:0], line, r.pairKeys[i])
	r.key = key
	if !ok {
		r.Pairs[i].keyless(m)
		return
	}
	if p.Within > 0 {
		if text, ok := line.string(&r.time); ok && len(text) <= maxStamp {
			m.Time, _ = value.Timestamp(text).Time() // the zero time says that it cannot be read
		}
	}
	do(r.Pairs[i], p, key, m)
}

func (r *reader) total(i int, line *Line, at Place) {
	rule, s := &r.facts.Totals[i], r.Totals[i]
	s.Records++
	by, ok := appendKeys(r.key[:0], line, r.totalKeys[i])
	r.key = by
	n := one
	if ok && rule.Sum != "" {
		_, n, ok = number(line, &r.totalSums[i])
	}
	if !ok {
		s.miss(line.Kind, at)
		return
	}
	if len(rule.Distinct) == 0 {
		s.add(string(by), "", false, n, at)
		return
	}
	distinct := r.other[:0]
	if len(rule.By) > 0 {
		distinct = append(append(distinct, by...), separator)
	}
	distinct, ok = appendKeys(distinct, line, r.distinctKeys[i])
	r.other = distinct
	if !ok {
		s.miss(line.Kind, at)
		return
	}
	s.add(string(by), string(distinct), true, n, at)
}

// Merge adds the summary of the next part of the same stream, made under the same facts and options; else it returns an error and changes nothing.
func (s *Summary) Merge(next *Summary) error {
	if !s.sameShape(next) {
		return errOtherFacts
	}
	lines, bytes := s.Lines, s.Bytes
	if err := s.Counts.Merge(next.Counts); err != nil {
		return err
	}
	if len(s.Begin) == 0 {
		s.Begin = slices.Clone(next.Begin)
	}
	if s.Absent == "" || next.Absent == "" {
		s.Absent = ""
	}
	for _, name := range slices.Sorted(maps.Keys(next.Unknown)) {
		at := next.Unknown[name].behind(lines, bytes)
		if _, counted := s.Counts.Unknown[name]; !counted {
			name = ""
		}
		if have, seen := s.Unknown[name]; !seen || at.Line < have.Line {
			s.Unknown[name] = at
		}
	}
	for _, session := range next.Sessions.Seen {
		session.Lines = session.Lines.behind(lines, bytes)
		s.Sessions.merge(session)
	}
	s.Sessions.Rest.merge(next.Sessions.Rest.behind(lines, bytes))
	s.Clock.merge(&next.Clock, lines, bytes)
	for i, p := range s.Pairs {
		p.merge(&s.rules.pairs[i], next.Pairs[i], lines, bytes)
	}
	for i, t := range s.Totals {
		t.merge(&s.rules.facts.Totals[i], next.Totals[i], lines, bytes)
	}
	for i, v := range s.Rising {
		v.merge(&s.rules.facts.Rising[i], next.Rising[i], lines, bytes)
	}
	for i, m := range s.Same {
		m.merge(next.Same[i])
	}
	if s.Values != nil {
		s.Values.merge(next.Values)
	}
	s.Bad.merge(&next.Bad, lines, bytes)
	s.CRLF.merge(next.CRLF.behind(lines, bytes))
	s.Blank.merge(next.Blank.behind(lines, bytes))
	s.Lines += next.Lines
	s.Bytes += next.Bytes
	return nil
}

func (s *Summary) sameShape(o *Summary) bool {
	return s.Counts.sameShape(o.Counts) && len(s.Totals) == len(o.Totals) && len(s.Rising) == len(o.Rising) && len(s.Same) == len(o.Same) &&
		(s.Values == nil) == (o.Values == nil) && slices.EqualFunc(s.Pairs, o.Pairs, (*Pairing).sameShape)
}

// UnmarshalJSON reads what encoding/json made of a summary, into one that NewSummary returned for the same facts and options. A text that is not of
// their shape is an error, and changes nothing.
func (s *Summary) UnmarshalJSON(data []byte) error {
	if s.rules == nil {
		return errors.New("a Summary is decoded into one that NewSummary returned")
	}
	type plain Summary // without this method
	read := plain{rules: s.rules}
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	next := Summary(read)
	if !next.complete() || !s.rules.summary().sameShape(&next) {
		return errOtherFacts
	}
	*s = next
	return nil
}

// Findings returns what is wrong with the stream, by place: at most MaxFindings, and how many more there are.
func (s *Summary) Findings() Log { return s.findings(firstSession{}) }

func (s *Summary) findings(first firstSession) Log {
	if f, found := s.strange(); found {
		return Log{First: []Finding{f}}
	}
	all := Log{First: slices.Clone(s.Bad.First), More: s.Bad.More, MoreWarnings: s.Bad.MoreWarnings}
	for _, f := range s.unknown() {
		all.add(f)
	}
	for _, f := range slices.Concat(s.remarks(), s.sessions(first), s.clock()) {
		all.add(f)
	}
	pairs := s.PairFindings()
	pairs.First = slices.DeleteFunc(pairs.First, func(f Finding) bool { return f.listed && f.Rule == RuleKey })
	all.merge(&pairs, 0, 0)
	for i, v := range s.Rising {
		rising := v.findings(&s.rules.facts.Rising[i], s.File)
		all.merge(&rising, 0, 0)
	}
	for i, t := range s.Totals {
		for _, f := range t.incomplete(&s.rules.facts.Totals[i], s.File) {
			all.add(f)
		}
	}
	return all
}

// PairFindings returns what is wrong with the pairs of the stream.
func (s *Summary) PairFindings() (all Log) {
	for i, p := range s.Pairs {
		log := p.findings(&s.rules.pairs[i], s.File)
		all.merge(&log, 0, 0)
	}
	return all
}

// readable reports whether there is a stream of the records.
func (s *Summary) readable() bool {
	_, strange := s.strange()
	return !strange
}

// strange reports a file that is missing, or no stream of these records at all: one mistake, and not one for every line.
func (s *Summary) strange() (Finding, bool) {
	c := s.Counts
	f := Finding{File: s.File, Rule: RuleFileFormat}
	if len(s.Bad.First) > 0 {
		f.Line, f.Offset = s.Bad.First[0].Line, s.Bad.First[0].Offset
	}
	switch {
	case s.Absent != "":
		f.Rule, f.Message = RuleFileMissing, s.Absent
	case c.Lines == 0 && s.Lines > 0:
		f.Rule, f.Message = RuleFileMissing, "has blank lines only"
	case c.Lines == 0:
		f.Rule, f.Message = RuleFileMissing, "is empty"
	case c.Malformed == c.Lines && c.Lines > 1, c.Malformed > 0 && c.Malformed+c.Nameless == c.Lines && looksLike(s.Begin) != "":
		f.Message = "is no JSONL stream" + looksLike(s.Begin)
	case c.Nameless == c.Lines && c.Lines > 1 && s.rules.facts.Name != "":
		f.Message = fmt.Sprintf("is no stream of %s: no line has a name at %s", oneLine(s.rules.facts.Stream), s.rules.facts.Name)
	default:
		return f, false
	}
	return f, true
}

// looksLike says what a file is that begins with the given bytes, if it is known.
func looksLike(begin []byte) string {
	is := func(magic string) bool { return strings.HasPrefix(string(begin), magic) }
	switch {
	case is("\x1f\x8b"):
		return "; it is compressed with gzip"
	case is("PK\x03\x04"):
		return "; it is a ZIP archive"
	case is("\x28\xb5\x2f\xfd"):
		return "; it is compressed with zstd"
	case is("\xff\xfe"), is("\xfe\xff"), len(begin) > 3 && begin[1] == 0 && begin[3] == 0:
		return "; it is UTF-16, and JSON is UTF-8 (RFC 8259 section 8.1)"
	case is("["):
		return "; it looks like one JSON array, and not one value a line"
	case string(begin) == "{":
		return "; it looks like JSON over several lines, and not one value a line"
	}
	return ""
}

// unknown returns a finding for each name that is not in the schema, at its first place.
func (s *Summary) unknown() []Finding {
	all := make([]Finding, 0, len(s.Unknown))
	for _, name := range slices.Sorted(maps.Keys(s.Unknown)) {
		at := s.Unknown[name]
		f := Finding{File: s.File, Line: at.Line, Offset: at.Offset, Name: name, Rule: RuleUnknownName, InstanceLocation: s.rules.facts.Name}
		times := ""
		if n := s.Counts.Unknown[name]; n > 1 {
			times = fmt.Sprintf(" (%d lines)", n)
		}
		if f.Message = fmt.Sprintf("unknown %s %s%s%s", s.rules.facts.word(), quote(name), times, meant(name, s.rules.facts.Names)); name == "" {
			f.Message = fmt.Sprintf("unknown %s names beyond the first %d%s", s.rules.facts.word(), MaxUnknown, times)
		}
		all = append(all, f)
	}
	return all
}

// remarks returns warnings about line ends and blank lines.
func (s *Summary) remarks() []Finding { return remarks(s.File, s.CRLF, s.Blank) }

// firstSession is the session that a run began with, and where.
type firstSession struct {
	value, file string
	line        int
}

// first returns the first session of the stream; its line is 0 if there is none.
func (s *Summary) first() firstSession {
	if len(s.Sessions.Seen) == 0 {
		return firstSession{}
	}
	session := s.Sessions.Seen[0]
	return firstSession{session.Value, s.File, session.Lines.First.Line}
}

// sessions returns a finding for each session but that of the run: the first one of the stream, if the run's is not known.
func (s *Summary) sessions(first firstSession) (all []Finding) {
	if first.line == 0 {
		first = s.first()
	}
	for _, other := range s.Sessions.Seen {
		if other.Value != first.value {
			all = append(all, Finding{File: s.File, Line: other.Lines.First.Line, Offset: other.Lines.First.Offset, Rule: RuleSession,
				InstanceLocation: s.rules.facts.Session, Message: fmt.Sprintf("session %s on %s, but the run began with %s (%s:%d)",
					quote(other.Value), lineCount(other.Lines.N), quote(first.value), oneLine(first.file), first.line)})
		}
	}
	if rest := s.Sessions.Rest; rest.N > 0 {
		all = append(all, Finding{File: s.File, Line: rest.First.Line, Offset: rest.First.Offset, Rule: RuleSession,
			Message: fmt.Sprintf("further sessions on %s", lineCount(rest.N))})
	}
	return all
}

func (s *Summary) clock() []Finding {
	back := s.Clock.Back
	if back.N == 0 {
		return nil
	}
	message := fmt.Sprintf("time goes back by %s", spell(s.Clock.Most.Round(time.Microsecond)))
	if back.N > 1 {
		message = fmt.Sprintf("time goes back on %d lines, by up to %s", back.N, spell(s.Clock.Most.Round(time.Microsecond)))
	}
	return []Finding{{File: s.File, Line: back.First.Line, Offset: back.First.Offset, Warn: true, Rule: RuleClock,
		InstanceLocation: s.rules.facts.Time, Message: message}}
}

func lineCount(n int) string {
	if n == 1 {
		return "1 line"
	}
	return fmt.Sprintf("%d lines", n)
}

// complete makes the empty maps that encoding leaves out, and reports whether nothing else is missing.
func (s *Summary) complete() bool {
	if s.Counts == nil || slices.Contains(s.Pairs, nil) || slices.Contains(s.Totals, nil) || slices.Contains(s.Rising, nil) || slices.Contains(s.Same, nil) ||
		len(s.Pairs) != len(s.rules.pairs) {
		return false
	}
	fill(&s.Unknown)
	fill(&s.Counts.Unknown)
	for i := range s.Counts.Keyed {
		fill(&s.Counts.Keyed[i].Values)
	}
	for i, want := range s.rules.facts.newCounts().Sizes {
		if i < len(s.Counts.Sizes) && want.Distinct != nil {
			fill(&s.Counts.Sizes[i].Distinct)
		}
	}
	for i, p := range s.Pairs {
		if s.rules.pairs[i].Any {
			fill(&p.Groups)
		} else {
			fill(&p.Waiting)
		}
		for _, w := range p.Waiting {
			if w == nil {
				return false
			}
		}
		for _, g := range p.Groups {
			if g == nil {
				return false
			}
		}
	}
	for _, t := range s.Totals {
		fill(&t.Sums)
		fill(&t.Seen)
	}
	for _, m := range s.Same {
		fill(&m.Values)
	}
	if s.Values != nil {
		fill(&s.Values.Sums)
		fill(&s.Values.Missing)
	}
	return true
}

func fill[K comparable, V any](m *map[K]V) {
	if *m == nil {
		*m = map[K]V{}
	}
}
