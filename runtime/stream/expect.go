package stream

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CountRule says how often records of the names Of, taken together, must occur.
type CountRule[N ~string] struct {
	Of       []N
	By       []string // keys: the rule holds for every value of them
	Min, Max int      // Max < 0: no limit; Min < 0: the rule cannot be checked, for it was made of a size that is negative
	Warn     bool
}

// CountRow is a rule that was not met, for one value of its keys if it has some, or that could not be checked.
type CountRow[N ~string] struct {
	Rule CountRule[N]
	Key  string // value of the rule's keys, joined by "\x1f"
	Got  int
	Note string // why the rule could not be checked, or not for all records; Got is 0 then
	Hint string // what a name that neither the schema nor the stream has is likely a misspelling of: `did you mean "x"?`
	Warn bool   // the row is a warning: the rule is one, and it could be checked
}

// CountError lists the rules that were not met; its text is a table of those rows only.
type CountError struct {
	Stream string
	Rules  int // how many rules were checked
	Broken int // how many of them were not met
	Rows   []CountRow[string]
}

// maxRows is how many rows the text of a CountError shows. A rule by key can fail for every key.
const maxRows = 100

// Error returns the rows that differ, aligned:
//
//	events: 2 of 9 counts differ
//	  connection_resolve_start     want 10  got 5
//	  connection_resolve_complete  want 10  got 5
func (e *CountError) Error() string {
	var b strings.Builder
	if e.Stream != "" {
		b.WriteString(oneLine(e.Stream) + ": ")
	}
	noun := "counts differ"
	if e.Rules == 1 {
		noun = "count differs"
	}
	fmt.Fprintf(&b, "%d of %d %s", e.Broken, e.Rules, noun)

	rows := e.Rows[:min(len(e.Rows), maxRows)]
	names, wants := make([]string, len(rows)), make([]string, len(rows))
	nameWidth, wantWidth := 0, 0
	for i, row := range rows {
		names[i] = row.Name()
		nameWidth = max(nameWidth, utf8.RuneCountInString(names[i]))
		if row.Note == "" {
			wants[i] = row.Rule.Want()
			wantWidth = max(wantWidth, len(wants[i]))
		}
	}
	for i, row := range rows {
		b.WriteString("\n  " + names[i] + strings.Repeat(" ", nameWidth-utf8.RuneCountInString(names[i])+2))
		if row.Note == "" {
			fmt.Fprintf(&b, "want %-*s  got %d", wantWidth, wants[i], row.Got)
			if row.Hint != "" {
				b.WriteString("  " + row.Hint)
			}
		} else {
			b.WriteString(oneLine(row.Note))
		}
		if row.Warn {
			b.WriteString("  (warning)")
		}
	}
	if more := len(e.Rows) - len(rows); more > 0 {
		fmt.Fprintf(&b, "\n  … and %d more", more)
	}
	return b.String()
}

// Warn reports whether all rows are warnings.
func (e *CountError) Warn() bool {
	return !slices.ContainsFunc(e.Rows, func(r CountRow[string]) bool { return !r.Warn })
}

// Name returns what a row counts: `payment_captured + payment_declined by order_id="o-1"`.
func (r *CountRow[N]) Name() string {
	names := make([]string, len(r.Rule.Of))
	for i, n := range r.Rule.Of {
		names[i] = oneLine(cut(string(n)))
	}
	text := strings.Join(names, " + ")
	if text == "" {
		text = "(no name)"
	}
	if len(r.Rule.By) == 0 {
		return text
	}
	by := slices.Clone(r.Rule.By)
	if r.Note == "" {
		for i, value := range splitKeys(r.Key) {
			by[i] += "=" + quote(value)
		}
	}
	return text + " by " + oneLine(strings.Join(by, ", "))
}

// Want returns how many records there must be: "10", "0..2" or ">= 1".
func (r *CountRule[N]) Want() string {
	switch {
	case r.Max < 0:
		return ">= " + strconv.Itoa(r.Min)
	case r.Min == r.Max:
		return strconv.Itoa(r.Min)
	}
	return strconv.Itoa(r.Min) + ".." + strconv.Itoa(r.Max)
}

// Keys returns the values of the rule's keys one by one; none if it has no keys, or could not be checked.
func (r *CountRow[N]) Keys() []string {
	if len(r.Rule.By) == 0 || r.Note != "" {
		return nil
	}
	return splitKeys(r.Key)
}

func (r *CountRule[N]) allows(n int) bool { return n >= r.Min && (r.Max < 0 || n <= r.Max) }

// Expected returns the rules that the facts state for a run of the given sizes. A size that a rule needs and that is missing or negative is an
// error; sizes that no rule needs are passed over, as they may belong to another stream of the run.
func (f *Facts) Expected(size map[string]int) ([]CountRule[string], error) {
	rules := make([]CountRule[string], 0, len(f.Counts))
	for _, c := range f.Counts {
		rule := CountRule[string]{Of: c.Of, By: c.By, Min: c.Min, Max: c.Max, Warn: c.Warn}
		if c.Per != "" {
			n, given := size[c.Per]
			switch {
			case !given:
				return nil, fmt.Errorf("%s: count of %s needs the size %s", f.Stream, strings.Join(c.Of, " + "), quote(c.Per))
			case n < 0:
				return nil, fmt.Errorf("%s: size %s must be >= 0, got %d", f.Stream, quote(c.Per), n)
			}
			rule.Min = multiply(rule.Min, n)
			if rule.Max >= 0 {
				rule.Max = multiply(rule.Max, n)
			}
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// ExpectedCounts is [Facts.Expected] for names of a type of their own, and sizes that are all given. A negative one is for the caller to mind.
func ExpectedCounts[N ~string](f *Facts, size map[string]int) []CountRule[N] {
	rules := make([]CountRule[N], 0, len(f.Counts))
	for _, c := range f.Counts {
		rule := CountRule[N]{By: slices.Clone(c.By), Min: c.Min, Max: c.Max, Warn: c.Warn}
		for _, name := range c.Of {
			rule.Of = append(rule.Of, N(name))
		}
		if c.Per != "" {
			rule.Min = multiply(rule.Min, size[c.Per])
			if n := size[c.Per]; rule.Max > 0 {
				if rule.Min == 0 { // of a negative size the rule would have no limit; a Min tells
					n = max(0, n)
				}
				rule.Max = multiply(rule.Max, n)
			}
		}
		rules = append(rules, rule)
	}
	return rules
}

// multiply returns a × n for n >= 0, or the largest int: a run that large does not occur, and must not wrap around to one that does.
func multiply(a, n int) int {
	if a > 0 && n > math.MaxInt/a {
		return math.MaxInt
	}
	return a * n
}

// Check compares counts with rules and returns nil or a *CountError. Names that the facts do not have count too, as [Counts].Unknown has them. A rule that
// cannot be checked (keys that were not counted, a name that nobody has and that looks like a misspelled one of the facts) is a row of the error that says so.
func Check(f *Facts, got *Counts, want []CountRule[string]) error {
	e := &CountError{Stream: f.Stream, Rules: len(want)}
	for _, rule := range want {
		if rows := check(f, got, rule); len(rows) > 0 {
			e.Broken++
			e.Rows = append(e.Rows, rows...)
		}
	}
	if e.Broken == 0 {
		return nil
	}
	return e
}

// CheckCounts is [Check] for rules on names of a string type of their own.
func CheckCounts[N ~string](f *Facts, got *Counts, want []CountRule[N]) error {
	rules := make([]CountRule[string], len(want))
	for i, r := range want {
		of := make([]string, len(r.Of))
		for j, n := range r.Of {
			of[j] = string(n)
		}
		rules[i] = CountRule[string]{Of: of, By: r.By, Min: r.Min, Max: r.Max, Warn: r.Warn}
	}
	return Check(f, got, rules)
}

// check returns the rows of one rule.
func check(f *Facts, got *Counts, rule CountRule[string]) []CountRow[string] {
	unchecked := func(note string) []CountRow[string] { return []CountRow[string]{{Rule: rule, Note: note}} }
	if len(rule.Of) == 0 {
		return unchecked("rule has no name to count")
	}
	if rule.Min < 0 {
		return unchecked(fmt.Sprintf("sizes must be >= 0, the rule asks for %d", rule.Min))
	}
	sum := 0
	var absent, hint string // a name that nobody knows
	for _, name := range rule.Of {
		if i := slices.Index(f.Names, name); i < 0 {
			n, occurs := got.Unknown[abridge(name)]
			if sum += n; occurs {
				continue
			}
			if got.Unknown[""] > 0 {
				return unchecked(fmt.Sprintf("of names that are not in the schema, only the first %d are counted one by one", MaxUnknown))
			}
			if h := meant(name, f.Names); h != "" {
				absent, hint = name, h
			}
		} else if i < len(got.Names) {
			sum += got.Names[i]
		}
	}
	if len(rule.By) == 0 {
		switch {
		case !rule.allows(sum):
			return []CountRow[string]{{Rule: rule, Got: sum, Hint: strings.TrimPrefix(hint, "; "), Warn: rule.Warn}}
		case hint != "": // the rule would never say anything
			return unchecked(fmt.Sprintf("unknown %s %s%s", f.word(), quote(absent), hint))
		}
		return nil
	}
	k := slices.IndexFunc(got.Keyed, func(k KeyedCount) bool { return slices.Equal(k.Of, rule.Of) && slices.Equal(k.By, rule.By) })
	if k < 0 {
		return unchecked("was not counted by " + strings.Join(rule.By, ", "))
	}
	return checkKeyed(rule, &got.Keyed[k])
}

func checkKeyed(rule CountRule[string], got *KeyedCount) []CountRow[string] {
	var rows []CountRow[string]
	for _, value := range slices.Sorted(maps.Keys(got.Values)) {
		if n := got.Values[value]; !rule.allows(n) {
			rows = append(rows, CountRow[string]{Rule: rule, Key: value, Got: n, Warn: rule.Warn})
		}
	}
	if got.Missing > 0 {
		note := records(got.Missing) + " without the key"
		rows = append(rows, CountRow[string]{Rule: rule, Note: note, Warn: rule.Warn})
	}
	if got.Rest > 0 {
		note := fmt.Sprintf("%s not checked, after the first %d values", records(got.Rest), MaxKeys)
		rows = append(rows, CountRow[string]{Rule: rule, Note: note, Warn: rule.Warn})
	}
	return rows
}

func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return strconv.Itoa(n) + " records"
}
