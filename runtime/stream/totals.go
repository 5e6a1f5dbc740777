package stream

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/assay-go/assay/runtime/value"
)

// TotalSum is what is kept of the records of one [Total] of the facts.
type TotalSum struct {
	Records int                 `json:"records"`
	Sums    map[string]Sum      `json:"sums"`    // by the values of the total's keys, joined; under "" if it has none. At most MaxKeys
	Seen    map[string]struct{} `json:"seen"`    // values of Distinct that count already; at most MaxKeys
	Missing Tally               `json:"missing"` // valid or unknown records without one of the keys, or without a number to add up
	Invalid int                 `json:"invalid"` // the same for invalid records, which are findings already
	Rest    Tally               `json:"rest"`    // records that found no room in Sums or Seen
}

func newTotalSum() *TotalSum { return &TotalSum{Sums: map[string]Sum{}, Seen: map[string]struct{}{}} }

// add adds n to the total of by. With distinct, it does so only if distinct is new.
func (s *TotalSum) add(by, distinct string, isDistinct bool, n Sum, at Place) {
	if isDistinct {
		if _, seen := s.Seen[distinct]; seen {
			return
		}
		if len(s.Seen) >= MaxKeys {
			s.Rest.add(at)
			return
		}
	}
	sum, known := s.Sums[by]
	if !known && len(s.Sums) >= MaxKeys {
		s.Rest.add(at)
		return
	}
	s.Sums[by] = sum.Plus(n)
	if isDistinct {
		s.Seen[distinct] = struct{}{}
	}
}

func (s *TotalSum) merge(t *Total, o *TotalSum, lines int, bytes int64) {
	s.Records += o.Records
	if len(t.Distinct) > 0 {
		for _, key := range slices.Sorted(maps.Keys(o.Seen)) {
			s.add(beforeBy(key, len(t.By)), key, true, one, Place{})
		}
	} else {
		for _, key := range slices.Sorted(maps.Keys(o.Sums)) {
			s.add(key, "", false, o.Sums[key], Place{})
		}
	}
	s.Missing.merge(o.Missing.behind(lines, bytes))
	s.Invalid += o.Invalid
	s.Rest.merge(o.Rest.behind(lines, bytes))
}

// isZero reports whether the total is 0 for all keys, as that of no records is.
func (s *TotalSum) isZero() bool {
	for _, sum := range s.Sums {
		if !sum.IsZero() {
			return false
		}
	}
	return s.Missing.N+s.Invalid+s.Rest.N == 0
}

// miss notes a record that could not be added.
func (s *TotalSum) miss(k Kind, at Place) {
	if k == Invalid {
		s.Invalid++
	} else {
		s.Missing.add(at)
	}
}

var one = Sum{small: 1}

// beforeBy returns the first n of joined key values.
func beforeBy(joined string, n int) string {
	if n == 0 {
		return ""
	}
	for i := 0; i < len(joined); i++ {
		switch joined[i] {
		case escape:
			i++
		case separator:
			if n--; n == 0 {
				return joined[:i]
			}
		}
	}
	return joined
}

// RisingValue is what is kept of the records of one [Rising] of the facts.
type RisingValue struct {
	First   string  `json:"first"` // the first value, as a JSON number; "" if there is none
	Last    string  `json:"last"`
	At      Place   `json:"at"` // of First
	Name    string  `json:"name"`
	Breaks  []Break `json:"breaks,omitempty"` // the first MaxFindings
	More    int     `json:"more"`
	Missing Tally   `json:"missing"` // valid records without a number there
}

// Break is a value that does not grow from the one before it as it must.
type Break struct {
	Place
	Name string `json:"name"`
	Last string `json:"last"`
	Got  string `json:"got"`
}

func (v *RisingValue) add(r *Rising, name string, got string, at Place) {
	if v.First == "" {
		v.First, v.At, v.Name = got, at, name
	} else {
		v.follow(r, name, got, at)
	}
	v.Last = got
}

// follow checks a value against the last one.
func (v *RisingValue) follow(r *Rising, name, got string, at Place) {
	next, _ := sumOf(got)
	if step(v.Last, r.By).Cmp(next) == 0 {
		return
	}
	if len(v.Breaks) < MaxFindings {
		v.Breaks = append(v.Breaks, Break{at, name, v.Last, got})
	} else {
		v.More++
	}
}

// step returns the number of text, and by more.
func step(text string, by float64) Sum {
	a, _ := sumOf(text)
	b, _ := sumOf(strconv.FormatFloat(by, 'g', -1, 64))
	return a.Plus(b)
}

func (v *RisingValue) merge(r *Rising, o *RisingValue, lines int, bytes int64) {
	if o.First != "" {
		at := o.At.behind(lines, bytes)
		if v.First == "" {
			v.First, v.At, v.Name = o.First, at, o.Name
		} else {
			v.follow(r, o.Name, o.First, at)
		}
		v.Last = o.Last
	}
	for _, b := range o.Breaks {
		if len(v.Breaks) < MaxFindings {
			b.Place = b.Place.behind(lines, bytes)
			v.Breaks = append(v.Breaks, b)
		} else {
			v.More++
		}
	}
	v.More += o.More
	v.Missing.merge(o.Missing.behind(lines, bytes))
}

func (v *RisingValue) findings(r *Rising, file string) (log Log) {
	if v.First != "" && step("0", r.From).Cmp(step(v.First, 0)) != 0 {
		log.add(Finding{File: file, Line: v.At.Line, Offset: v.At.Offset, Name: v.Name, Rule: RuleRising, InstanceLocation: r.Value,
			Message: fmt.Sprintf("%s must start at %s, got %s", r.Value, step("0", r.From), cut(v.First))})
	}
	for _, b := range v.Breaks {
		log.add(Finding{File: file, Line: b.Line, Offset: b.Offset, Name: b.Name, Rule: RuleRising, InstanceLocation: r.Value,
			Message: fmt.Sprintf("%s must be %s, got %s", r.Value, step(b.Last, r.By), cut(b.Got))})
	}
	log.More += v.More
	if v.Missing.N > 0 {
		log.add(Finding{File: file, Line: v.Missing.First.Line, Offset: v.Missing.First.Offset, Rule: RuleRising, InstanceLocation: r.Value,
			Message: fmt.Sprintf("%s without a number at %s, which must rise", records(v.Missing.N), r.Value)})
	}
	return log
}

// MaxSessions is how many different sessions of a stream are kept one by one.
const MaxSessions = 100

// Session is a session that lines of a stream carry.
type Session struct {
	Value string `json:"value"`
	Lines Tally  `json:"lines"`
}

// Sessions are the sessions of a stream, in the order of their first lines.
type Sessions struct {
	Seen []Session `json:"seen,omitempty"`
	Rest Tally     `json:"rest"` // lines of sessions beyond MaxSessions
}

func (s *Sessions) merge(o Session) {
	o.Value = abridge(o.Value)
	if i := slices.IndexFunc(s.Seen, func(have Session) bool { return have.Value == o.Value }); i >= 0 {
		s.Seen[i].Lines.merge(o.Lines)
	} else if len(s.Seen) < MaxSessions {
		s.Seen = append(s.Seen, o)
	} else {
		s.Rest.merge(o.Lines)
	}
}

// Clock says how the time stamps of a stream went.
type Clock struct {
	First string        `json:"first"` // the first time stamp, as written
	At    Place         `json:"at"`    // of First
	Last  text          `json:"last"`
	Back  Tally         `json:"back"` // lines that are earlier than the line before
	Most  time.Duration `json:"most"` // by how much at most, in nanoseconds
}

// text is a string whose memory is used again.
type text []byte

func (t text) MarshalText() ([]byte, error)  { return t, nil }
func (t *text) UnmarshalText(b []byte) error { *t = slices.Clone(b); return nil }

// add notes the time stamp of a line.
func (c *Clock) add(stamp []byte, at Place) {
	if len(stamp) > maxStamp {
		return
	}
	if c.First == "" {
		c.First, c.At = string(stamp), at
	} else {
		c.compare(stamp, at)
	}
	c.Last = append(c.Last[:0], stamp...)
}

// compare notes whether a time stamp is earlier than the last one.
func (c *Clock) compare(stamp []byte, at Place) {
	if inOrder(c.Last, stamp) {
		return
	}
	last, err := value.Timestamp(c.Last).Time()
	if err != nil {
		return
	}
	now, err := value.Timestamp(stamp).Time()
	if err == nil && now.Before(last) {
		c.Back.add(at)
		c.Most = max(c.Most, last.Sub(now))
	}
}

func (c *Clock) merge(o *Clock, lines int, bytes int64) {
	if o.First == "" {
		return
	}
	at := o.At.behind(lines, bytes)
	if c.First == "" {
		c.First, c.At = o.First, at
	} else {
		c.compare([]byte(o.First), at)
	}
	c.Last = append(c.Last[:0], o.Last...)
	c.Back.merge(o.Back.behind(lines, bytes))
	c.Most = max(c.Most, o.Most)
}

// maxStamp is how long a time stamp may be that is looked at.
const maxStamp = 64

// inOrder reports whether b is surely not earlier than a: both are written the same way, so that they compare as texts.
func inOrder(a, b []byte) bool {
	n := len(a)
	if n != len(b) || n < len("2006-01-02T15:04:05Z") {
		return false
	}
	if string(a[n-6:]) != string(b[n-6:]) && (a[n-1] != 'Z' || b[n-1] != 'Z') {
		return false // not the same offset
	}
	for i := range n {
		if a[i] != b[i] {
			return a[i] < b[i] && digit(a[i]) && digit(b[i])
		}
	}
	return true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
