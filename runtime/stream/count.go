package stream

import (
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
)

// MaxUnknown is how many different unknown names are counted one by one.
const MaxUnknown = 10_000

// MaxKeys is how many different values are counted one by one for each KeyedCount, and for each SizeCount.
const MaxKeys = 100_000

// Counts counts the records of a stream by name, whether they are valid or not. Only malformed lines, and lines whose name cannot be
// read, are left out. Counts of the parts of a stream add up to those of the whole: see Merge.
type Counts struct {
	Names     []int          // parallel to Facts.Names
	Unknown   map[string]int // names that are not in the schema; at most MaxUnknown of them, the rest under ""
	Lines     int            // all lines that are not blank
	Malformed int            // lines that are not JSON, or longer than MaxLine
	Nameless  int            // lines that are JSON, but whose name is missing or no string
	Invalid   int            // lines with a name of the schema that break another rule, and nameless ones that the schema does not allow
	Keyed     []KeyedCount   // parallel to those of Facts.Counts that have By
	Sizes     []SizeCount    // parallel to Facts.Sizes
}

// KeyedCount counts records per value of a count's keys. All counts that have the same By share their values: an order that one of them sees is
// counted by the others too, as 0 if need be. So "one outcome for every order" finds the order that has none.
type KeyedCount struct {
	Of, By  []string
	Values  map[string]int // the key values, joined by "\x1f"; at most MaxKeys of them
	Missing int            // records of Of without one of the keys, or where it is no string, number or boolean
	Rest    int            // records that are left out of Values because it is full
}

// SizeCount is a size as observed in a stream.
type SizeCount struct {
	Name     string
	Records  int                 // records that belong to the size
	Distinct map[string]struct{} // their different keys, joined by "\x1f", at most MaxKeys; nil if the size has no Distinct
	Summed   bool                // the size is a sum of numbers
	Sum      int64               // that sum; it stops at the limits of int64
	Missing  int                 // records without one of the keys, or without a whole number to add up
	Rest     int                 // records that are left out of Distinct because it is full: the size is at least N
}

// N returns the size.
func (s *SizeCount) N() int {
	switch {
	case s.Summed:
		return int(max(math.MinInt, min(s.Sum, math.MaxInt)))
	case s.Distinct != nil:
		return len(s.Distinct)
	}
	return s.Records
}

// Observed returns the sizes of the stream as counted, by name: what [Facts.Expected] takes.
func (c *Counts) Observed() map[string]int {
	sizes := make(map[string]int, len(c.Sizes))
	for i := range c.Sizes {
		sizes[c.Sizes[i].Name] = c.Sizes[i].N()
	}
	return sizes
}

// Valid returns how many lines are valid.
func (c *Counts) Valid() int {
	n := c.Lines - c.Malformed - c.Invalid
	for _, unknown := range c.Unknown {
		n -= unknown
	}
	return n
}

// Count reads a whole stream. On a read error, and when ctx ends (it is asked before every block of 64 KiB), it returns what was counted
// until then, and the error.
func (r *Record) Count(ctx context.Context, rd io.Reader, o ...Option) (*Counts, error) {
	c := r.NewCounter()
	s := r.NewScanner(&boundReader{ctx, rd}, o...)
	for s.Scan() {
		c.Add(s.Line())
	}
	return c.Counts(), s.Err()
}

// boundReader is a reader that ends with its context.
type boundReader struct {
	ctx context.Context
	r   io.Reader
}

func (b *boundReader) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.r.Read(p)
}

// Counter counts lines that are judged elsewhere.
type Counter struct {
	counts *Counts
	duties []duty // parallel to Facts.Names
	key    []byte // scratch
}

// duty is what the records of one name add to, beyond the count of the name.
type duty struct {
	keyed []keyedDuty
	sizes []sizeDuty
}

// keyedDuty is one list of keys. All of counts get to know the value; those of Of count it.
type keyedDuty struct {
	keys   []fields
	counts []*KeyedCount
	of     []bool // parallel to counts
}

type sizeDuty struct {
	keys []fields
	sum  field
	size *SizeCount
}

// NewCounter returns a counter of nothing yet.
func (r *Record) NewCounter() *Counter { return r.counter(r.facts().newCounts()) }

// facts returns the facts, empty ones if there are none.
func (r *Record) facts() *Facts {
	if r.Facts == nil {
		return new(Facts)
	}
	return r.Facts
}

// counter returns a counter that goes on with c.
func (r *Record) counter(c *Counts) *Counter {
	f := r.facts()
	duties := make([]duty, len(f.Names))
	for i, name := range f.Names {
		d := &duties[i]
		for k := range c.Keyed {
			d.group(r, &c.Keyed[k], name)
		}
		// A value matters only where a record of the name counts for one of the rules that share it.
		d.keyed = slices.DeleteFunc(d.keyed, func(k keyedDuty) bool { return !slices.Contains(k.of, true) })
		for s, size := range f.Sizes {
			if slices.Contains(size.Of, name) {
				d.sizes = append(d.sizes, sizeDuty{keys: r.fields(size.Distinct), sum: r.field(size.Sum), size: &c.Sizes[s]})
			}
		}
	}
	return &Counter{counts: c, duties: duties}
}

func (d *duty) group(r *Record, k *KeyedCount, name string) {
	i := slices.IndexFunc(d.keyed, func(g keyedDuty) bool { return slices.Equal(g.counts[0].By, k.By) })
	if i < 0 {
		i = len(d.keyed)
		d.keyed = append(d.keyed, keyedDuty{keys: r.fields(k.By)})
	}
	g := &d.keyed[i]
	g.counts, g.of = append(g.counts, k), append(g.of, slices.Contains(k.Of, name))
}

// newCounts returns counts of nothing in the shape of the facts.
func (f *Facts) newCounts() *Counts {
	c := &Counts{Names: make([]int, len(f.Names)), Unknown: map[string]int{}}
	for _, count := range f.Counts {
		if len(count.By) > 0 {
			c.Keyed = append(c.Keyed, KeyedCount{Of: count.Of, By: count.By, Values: map[string]int{}})
		}
	}
	for _, size := range f.Sizes {
		s := SizeCount{Name: size.Name, Summed: size.Sum != ""}
		if len(size.Distinct) > 0 && !s.Summed {
			s.Distinct = map[string]struct{}{}
		}
		c.Sizes = append(c.Sizes, s)
	}
	return c
}

// Counts returns what was counted so far. It changes with the next Add.
func (c *Counter) Counts() *Counts { return c.counts }

// Add counts a line that was judged by the counter's Record.
func (c *Counter) Add(line *Line) {
	c.counts.Lines++
	switch line.Kind {
	case Malformed:
		c.counts.Malformed++
		return
	case Invalid:
		c.counts.Invalid++
	}
	switch {
	case !line.named:
		c.counts.Nameless++
	case line.index < 0:
		c.counts.addUnknown(line.Name, 1)
	default:
		c.counts.Names[line.index]++
		if d := &c.duties[line.index]; len(d.keyed)+len(d.sizes) > 0 {
			c.perform(d, line)
		}
	}
}

func (c *Counter) perform(d *duty, line *Line) {
	for _, k := range d.keyed {
		key, ok := appendKeys(c.key[:0], line, k.keys)
		c.key = key
		value := string(key)
		for i, count := range k.counts {
			n := 0
			if k.of[i] {
				n = 1
			}
			if ok {
				count.add(value, n, 1)
			} else {
				count.Missing += n
			}
		}
	}
	for _, s := range d.sizes {
		s.size.Records++
		switch {
		case s.size.Summed:
			if n, ok := wholeNumber(line, &s.sum); ok {
				s.size.Sum = addSaturating(s.size.Sum, n)
			} else {
				s.size.Missing++
			}
		case len(s.keys) > 0:
			key, ok := appendKeys(c.key[:0], line, s.keys)
			c.key = key
			if !ok {
				s.size.Missing++
			} else if _, seen := s.size.Distinct[string(key)]; !seen { // a look-up copies no bytes
				s.size.add(string(key))
			}
		}
	}
}

// wholeNumber returns the number of a field if it is a whole number that fits. Sizes are counts, so no other has a meaning.
func wholeNumber(l *Line, f *field) (int64, bool) {
	d, ok := l.number(f)
	if !ok {
		return 0, false
	}
	return d.Int64()
}

func addSaturating(a, b int64) int64 {
	switch {
	case b > 0 && a > math.MaxInt64-b:
		return math.MaxInt64
	case b < 0 && a < math.MinInt64-b:
		return math.MinInt64
	}
	return a + b
}

func (c *Counts) addUnknown(name string, n int) {
	name = abridge(name)
	if _, seen := c.Unknown[name]; !seen && name != "" && len(c.Unknown) >= MaxUnknown {
		name = ""
	}
	c.Unknown[name] += n
}

// add adds n to the count of a value, which records records carry.
func (k *KeyedCount) add(value string, n, records int) {
	if _, seen := k.Values[value]; !seen && len(k.Values) >= MaxKeys {
		k.Rest += records
		return
	}
	k.Values[value] += n
}

func (s *SizeCount) add(value string) {
	if _, seen := s.Distinct[value]; !seen && len(s.Distinct) >= MaxKeys {
		s.Rest++
		return
	}
	s.Distinct[value] = struct{}{}
}

var errOtherFacts = errors.New("counts are of different schemas")

// Merge adds the counts of a later part of the same stream, counted under the same facts; else it returns an error and changes nothing. The zero
// Counts takes over o. The result is that of one pass, as long as nothing is full: beyond MaxUnknown and MaxKeys different values only
// the sums are.
func (c *Counts) Merge(o *Counts) error {
	if c.Names == nil && c.Lines == 0 {
		c.shape(o)
	}
	if !c.sameShape(o) {
		return errOtherFacts
	}
	for i, n := range o.Names {
		c.Names[i] += n
	}
	for _, name := range slices.Sorted(maps.Keys(o.Unknown)) { // sorted: what is still let in must not depend on chance
		c.addUnknown(name, o.Unknown[name])
	}
	c.Lines += o.Lines
	c.Malformed += o.Malformed
	c.Nameless += o.Nameless
	c.Invalid += o.Invalid
	for i := range c.Keyed {
		k, other := &c.Keyed[i], &o.Keyed[i]
		for _, value := range slices.Sorted(maps.Keys(other.Values)) {
			k.add(value, other.Values[value], max(1, other.Values[value]))
		}
		k.Missing += other.Missing
		k.Rest += other.Rest
	}
	for i := range c.Sizes {
		s, other := &c.Sizes[i], &o.Sizes[i]
		s.Records += other.Records
		for _, value := range slices.Sorted(maps.Keys(other.Distinct)) {
			s.add(value)
		}
		s.Sum = addSaturating(s.Sum, other.Sum)
		s.Missing += other.Missing
		s.Rest += other.Rest
	}
	return nil
}

// shape gives the zero Counts the shape of o.
func (c *Counts) shape(o *Counts) {
	c.Names, c.Unknown = make([]int, len(o.Names)), map[string]int{}
	c.Keyed, c.Sizes = slices.Clone(o.Keyed), slices.Clone(o.Sizes)
	for i := range c.Keyed {
		k := &c.Keyed[i]
		*k = KeyedCount{Of: k.Of, By: k.By, Values: map[string]int{}}
	}
	for i := range c.Sizes {
		s := &c.Sizes[i]
		empty := SizeCount{Name: s.Name, Summed: s.Summed}
		if s.Distinct != nil {
			empty.Distinct = map[string]struct{}{}
		}
		*s = empty
	}
}

func (c *Counts) sameShape(o *Counts) bool {
	return len(c.Names) == len(o.Names) &&
		slices.EqualFunc(c.Keyed, o.Keyed, func(a, b KeyedCount) bool { return slices.Equal(a.Of, b.Of) && slices.Equal(a.By, b.By) }) &&
		slices.EqualFunc(c.Sizes, o.Sizes, func(a, b SizeCount) bool { return a.Name == b.Name })
}
