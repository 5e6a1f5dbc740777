package stream

import (
	"cmp"
	"slices"
)

// MaxFindings is how many findings of one sort a Summary keeps; the rest are counted.
const MaxFindings = 1000

// Place is where a line of a stream begins.
type Place struct {
	Line   int   `json:"line"`   // 1-based; 0 is no place
	Offset int64 `json:"offset"` // in bytes
}

// behind returns the place in a stream that has lines and bytes in front of p's.
func (p Place) behind(lines int, bytes int64) Place {
	if p.Line == 0 {
		return p
	}
	return Place{p.Line + lines, p.Offset + bytes}
}

// Tally counts lines of a sort and remembers the first, in whatever order they come.
type Tally struct {
	N     int   `json:"n"`
	First Place `json:"first"`
}

func (t *Tally) add(p Place) {
	t.merge(Tally{1, p})
}

// merge adds the tally of a later part, whose places are those of the whole stream already.
func (t *Tally) merge(o Tally) {
	if o.N > 0 && (t.N == 0 || o.First.Line < t.First.Line) {
		t.First = o.First
	}
	t.N += o.N
}

func (t Tally) behind(lines int, bytes int64) Tally { return Tally{t.N, t.First.behind(lines, bytes)} }

// Log keeps the first MaxFindings findings by place, and counts the others. It does not matter in which order, or in how many parts, they come.
type Log struct {
	First        []Finding `json:"first,omitempty"` // sorted by place
	More         int       `json:"more"`            // errors that are left out
	MoreWarnings int       `json:"moreWarnings"`
}

// full reports whether a finding on a line behind all that are kept would be left out.
func (l *Log) full() bool { return len(l.First) >= MaxFindings }

// add adds a finding.
func (l *Log) add(f Finding) {
	i := len(l.First)
	for i > 0 && compareFindings(f, l.First[i-1]) < 0 {
		i--
	}
	if i < MaxFindings {
		l.First = slices.Insert(l.First, i, f)
	} else {
		l.drop(f.Warn)
	}
	if n := len(l.First); n > MaxFindings {
		l.drop(l.First[n-1].Warn)
		l.First = l.First[:n-1]
	}
}

func (l *Log) drop(warning bool) {
	if warning {
		l.MoreWarnings++
	} else {
		l.More++
	}
}

// merge adds the findings of a later part of the stream, in front of which there are lines and bytes.
func (l *Log) merge(o *Log, lines int, bytes int64) {
	for _, f := range o.First {
		l.add(f.behind(lines, bytes))
	}
	l.More += o.More
	l.MoreWarnings += o.MoreWarnings
}

func (f Finding) behind(lines int, bytes int64) Finding {
	if f.Line > 0 {
		f.Line += lines
		f.Offset += bytes
		f.Other = f.Other.behind(lines, bytes)
	}
	return f
}

// compareFindings orders findings by place; the rest of it makes the order of those on one line certain.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Message, b.Message),
	)
}
