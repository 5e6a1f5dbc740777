package stream

import (
	"fmt"
	"slices"
)

// FileFindings returns a finding for each stream of the run that there is nothing to learn from: its file is missing, empty, or something else than a
// stream.
func (r *Run) FileFindings() (all Log) {
	for _, s := range r.Streams {
		if f, useless := s.useless(); useless {
			all.behind(Log{First: []Finding{f}})
		}
	}
	return all
}

// useless is strange for a caller who does not look at single lines: a file whose only line is malformed is no stream either.
func (s *Summary) useless() (Finding, bool) {
	if f, strange := s.strange(); strange {
		return f, true
	}
	if s.Counts.Malformed == s.Counts.Lines && len(s.Bad.First) > 0 {
		return s.Bad.First[0], true
	}
	return Finding{}, false
}

// CountFindings returns what is wrong with the streams as far as counting goes, beside the counts themselves: FileFindings, several sessions, values that do
// not rise, sizes and totals that differ between streams; and, as warnings, time that goes back and what is left out of the counts. Sizes that are given need
// not agree with anything.
func (r *Run) CountFindings(given map[string]int) (all Log) {
	var first firstSession
	for _, s := range r.Streams {
		if s.rules.facts.Session != "" && first.line == 0 {
			first = s.first()
		}
		if f, useless := s.useless(); useless {
			all.behind(Log{First: []Finding{f}})
			continue
		}
		var own Log
		for _, f := range slices.Concat(s.sessions(first), s.clock(), s.uncounted()) {
			own.add(f)
		}
		for i, v := range s.Rising {
			rising := v.findings(&s.rules.facts.Rising[i], s.File)
			own.merge(&rising, 0, 0)
		}
		for i, t := range s.Totals {
			for _, f := range t.incomplete(&s.rules.facts.Totals[i], s.File) {
				own.add(f)
			}
		}
		all.behind(own)
	}
	_, sizes := r.Sizes(given)
	all.behind(Log{First: slices.Concat(sizes, r.totals())})
	return all
}

// uncounted returns warnings about lines that no count knows of, and about records that a size knows nothing of.
func (s *Summary) uncounted() (all []Finding) {
	warn := func(n int, rule, format string, args ...any) {
		if n > 0 {
			all = append(all, Finding{File: s.File, Warn: true, Rule: rule, Message: fmt.Sprintf(format, args...)})
		}
	}
	warn(s.Counts.Malformed, RuleCount, "%s left out: malformed", lineCount(s.Counts.Malformed))
	warn(s.Counts.Nameless, RuleCount, "%s left out: no name that can be read", lineCount(s.Counts.Nameless))
	for i := range s.Counts.Sizes {
		size := &s.Counts.Sizes[i]
		what := "a whole number"
		if !size.Summed {
			what = orList(s.rules.facts.Sizes[i].Distinct)
		}
		warn(size.Missing, RuleSize, "%s leaves out %s without %s", oneLine(size.Name), records(size.Missing), what)
		warn(size.Rest, RuleSize, "%s is at least %d: %s after that are left out", oneLine(size.Name), size.N(), records(size.Rest))
	}
	return all
}
