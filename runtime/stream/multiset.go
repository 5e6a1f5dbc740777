package stream

import (
	"fmt"
	"maps"
	"slices"
)

// Multiset counts records by the values of some keys, for one [ParitySame] of the facts.
type Multiset struct {
	Values map[string]int `json:"values"` // by the values of the keys, joined; at most MaxKeys. A key that is missing is a value of its own
	Rest   int            `json:"rest"`   // records that found no room
}

func newMultiset() *Multiset { return &Multiset{Values: map[string]int{}} }

func (m *Multiset) add(key []byte) {
	if n, seen := m.Values[string(key)]; seen || len(m.Values) < MaxKeys {
		m.Values[string(key)] = n + 1
	} else {
		m.Rest++
	}
}

func (m *Multiset) merge(o *Multiset) {
	for _, key := range slices.Sorted(maps.Keys(o.Values)) {
		if n, seen := m.Values[key]; seen || len(m.Values) < MaxKeys {
			m.Values[key] = n + o.Values[key]
		} else {
			m.Rest += o.Values[key]
		}
	}
	m.Rest += o.Rest
}

// ValueSums adds up a value by name and keys, for the [ParitySums] of the facts.
type ValueSums struct {
	Sums    map[string]ValueSum `json:"sums"`    // by name and the values of the keys, joined; at most MaxKeys. A key that is missing is a value of its own
	Missing map[string]int      `json:"missing"` // records without a number there, by name; at most MaxUnknown names
	Rest    int                 `json:"rest"`    // records that found no room in Sums
}

// ValueSum is the sum of some records.
type ValueSum struct {
	Records  int `json:"records"`
	Sum      Sum `json:"sum"`
	Reported int `json:"reported"` // of the records, those that [ReportIf] speaks of
}

func (s ValueSum) plus(o ValueSum) ValueSum {
	return ValueSum{s.Records + o.Records, s.Sum.Plus(o.Sum), s.Reported + o.Reported}
}

func newValueSums() *ValueSums {
	return &ValueSums{Sums: map[string]ValueSum{}, Missing: map[string]int{}}
}

func (v *ValueSums) add(key string, n ValueSum) {
	sum, seen := v.Sums[key]
	if !seen && len(v.Sums) >= MaxKeys {
		v.Rest += n.Records
		return
	}
	v.Sums[key] = sum.plus(n)
}

func (v *ValueSums) merge(o *ValueSums) {
	for _, key := range slices.Sorted(maps.Keys(o.Sums)) {
		v.add(key, o.Sums[key])
	}
	for _, name := range slices.Sorted(maps.Keys(o.Missing)) {
		v.miss(name, o.Missing[name])
	}
	v.Rest += o.Rest
}

func (v *ValueSums) miss(name string, n int) {
	if _, seen := v.Missing[name]; !seen && len(v.Missing) >= MaxUnknown {
		name = ""
	}
	v.Missing[name] += n
}

// value adds the value of a line to the sums of its name.
func (r *reader) value(line *Line) {
	_, sum, ok := number(line, &r.rules.value)
	if !ok {
		r.Values.miss(abridge(line.Name), 1)
		return
	}
	n := ValueSum{Records: 1, Sum: sum}
	if r.reports(line) {
		n.Reported = 1
	}
	key := appendKey(r.key[:0], []byte(line.Name))
	if len(r.valueKeys) > 0 {
		key = appendAnyKeys(append(key, separator), line, r.valueKeys)
	}
	r.key = key
	if sum, seen := r.Values.Sums[string(key)]; seen {
		r.Values.Sums[string(key)] = sum.plus(n)
		return
	}
	r.Values.add(string(key), n)
}

// reports reports whether a line has one of the strings that [ReportIf] asks for.
func (r *reader) reports(line *Line) bool {
	text, ok := line.string(&r.rules.reportIf)
	return ok && slices.ContainsFunc(r.facts.Parity.Sums.ReportIf.In, func(s string) bool { return s == string(text) })
}

// number returns the number of a field as it is written, and as a sum; false if there is none, or none that a Sum can add.
func number(l *Line, f *field) (string, Sum, bool) {
	d, ok := l.number(f)
	if !ok {
		return "", Sum{}, false
	}
	sum, ok := sumOf(d.Text)
	return d.Text, sum, ok
}

// incomplete says which records the total leaves out.
func (s *TotalSum) incomplete(t *Total, file string) (all []Finding) {
	note := func(tally Tally, message string) {
		if tally.N > 0 {
			all = append(all, Finding{File: file, Line: tally.First.Line, Offset: tally.First.Offset, Rule: RuleTotal, InstanceLocation: t.Sum,
				Message: fmt.Sprintf("total %s leaves out %s %s", oneLine(t.Name), records(tally.N), message)})
		}
	}
	what := "without " + orList(slices.Concat(t.By, t.Distinct))
	switch {
	case t.Sum != "" && len(t.By) > 0:
		what += " or a number at " + t.Sum
	case t.Sum != "":
		what = "without a number at " + t.Sum
	}
	note(s.Missing, what)
	note(s.Rest, fmt.Sprintf("after the first %d values", MaxKeys))
	return all
}
