package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Run is what is kept of a run: a summary of each of its streams.
type Run struct {
	Path    string     `json:"path"`    // the run's folder, as findings call it; may be empty
	Streams []*Summary `json:"streams"` // parallel to the records that it was made for
}

// NewRun returns a run of which nothing has been read. An option that [AlsoEnds] returned must name a record that opens a pair in one of the streams.
func NewRun(records []*Record, o ...Option) (*Run, error) {
	options := optionsOf(o)
	run := &Run{Path: options.folder}
	var opening []string
	for _, r := range records {
		own := options
		if r.Facts != nil {
			own.file = path.Join(options.folder, cmp.Or(r.Facts.File, r.Facts.Stream))
			for _, p := range r.Facts.Pairs {
				opening = append(opening, p.Open...)
			}
		}
		run.Streams = append(run.Streams, newRules(r, own).summary())
	}
	for _, e := range options.ends {
		if !slices.Contains(opening, e.open) {
			return nil, fmt.Errorf("%s opens no pair, so that nothing can end it%s", quote(e.open), meant(e.open, opening))
		}
	}
	return run, nil
}

// InFolder names the folder of the run that is read, for findings.
func InFolder(name string) Option { return func(o *options) { o.folder = name } }

// ReadRun reads a run: of each record, the file that its facts name. A file that is missing, empty or something else than a stream is a finding of the
// run. The error is that of a read, or of ctx; the run holds what was read until then.
func ReadRun(ctx context.Context, fsys fs.FS, records []*Record, o ...Option) (*Run, error) {
	run, err := NewRun(records, o...)
	if err != nil {
		return nil, err
	}
	for i, r := range records {
		if r.Facts == nil || r.Facts.File == "" {
			return nil, errors.New("a schema does not say which file of a run is its stream (x-assay, file)")
		}
		if err := run.Streams[i].readFile(ctx, fsys, r.Facts.File); err != nil {
			return run, fmt.Errorf("%s: %w", run.Streams[i].File, err)
		}
	}
	return run, nil
}

// readFile reads a file of a run. It looks before it opens, since opening a pipe waits for its writer.
func (s *Summary) readFile(ctx context.Context, fsys fs.FS, name string) error {
	info, err := fs.Stat(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.Absent = "the run has no such file"
		return nil
	case err != nil:
		return err
	case info.IsDir():
		s.Absent = "is a folder, not a file"
		return nil
	case !info.Mode().IsRegular():
		s.Absent = "is no regular file"
		return nil
	}
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return s.Read(ctx, file)
}

// ReadRunFrom reads a run from readers, parallel to records. A reader that is nil is a missing file.
func ReadRunFrom(ctx context.Context, readers []io.Reader, records []*Record, o ...Option) (*Run, error) {
	run, err := NewRun(records, o...)
	if err != nil {
		return nil, err
	}
	for i, s := range run.Streams {
		if i >= len(readers) || readers[i] == nil {
			s.Absent = "the run has no such stream"
			continue
		}
		if err := s.Read(ctx, readers[i]); err != nil {
			return run, fmt.Errorf("%s: %w", s.File, err)
		}
	}
	return run, nil
}

// Merge adds the next part of the same run: see [Summary.Merge].
func (r *Run) Merge(next *Run) error {
	if len(r.Streams) != len(next.Streams) {
		return errOtherFacts
	}
	if !r.sameEnds(next) {
		return errOtherEnds
	}
	for i, s := range r.Streams {
		if !s.sameFacts(next.Streams[i]) || !s.sameShape(next.Streams[i]) {
			return errOtherFacts
		}
	}
	for i, s := range r.Streams {
		if err := s.Merge(next.Streams[i]); err != nil {
			return err
		}
	}
	return nil
}

// RunSize is a size of a run.
type RunSize struct {
	Name  string
	Value int
	Given bool // by the caller; else it was observed
}

// Sizes returns the sizes of the run in the order of the schemas, each once: those given, else as observed in the first stream that declares them.
// Streams that observe another size than that are findings.
func (r *Run) Sizes(given map[string]int) (sizes []RunSize, findings []Finding) {
	from := map[string]string{}
	for _, s := range r.Streams {
		if !s.readable() {
			continue
		}
		observed := s.Counts.Observed()
		for i, size := range s.rules.facts.Sizes {
			have := slices.IndexFunc(sizes, func(known RunSize) bool { return known.Name == size.Name })
			n, isGiven := given[size.Name]
			switch {
			case have < 0 && isGiven:
				sizes = append(sizes, RunSize{size.Name, n, true})
			case have < 0:
				sizes = append(sizes, RunSize{size.Name, observed[size.Name], false})
				from[size.Name] = s.File
			case !isGiven && s.Counts.Sizes[i].Records > 0 && observed[size.Name] != sizes[have].Value:
				findings = append(findings, Finding{File: s.File, Rule: RuleSize,
					Message: fmt.Sprintf("%s is %d here, but %d in %s", oneLine(size.Name), observed[size.Name], sizes[have].Value, oneLine(from[size.Name]))})
			}
		}
	}
	return sizes, findings
}

// Observed returns the sizes as observed, by name.
func (r *Run) Observed() map[string]int {
	sizes, _ := r.Sizes(nil)
	observed := map[string]int{}
	for _, s := range sizes {
		observed[s.Name] = s.Value
	}
	return observed
}

// Findings returns what is wrong with the streams of the run, and between them, in the order of the streams: bad lines, sessions, pairs, rising values,
// sizes and totals. Counts are not judged: see CheckCounts.
func (r *Run) Findings() (all Log) {
	var first firstSession
	for _, s := range r.Streams {
		if s.rules.facts.Session != "" && first.line == 0 {
			first = s.first()
		}
		all.behind(s.findings(first))
	}
	_, sizes := r.Sizes(nil)
	all.behind(Log{First: slices.Concat(sizes, r.totals())})
	return all
}

// behind appends findings of another stream, whose places have nothing to do with those of l.
func (l *Log) behind(o Log) {
	room := min(MaxFindings-len(l.First), len(o.First))
	l.First = append(l.First, o.First[:room]...)
	for _, f := range o.First[room:] {
		l.drop(f.Warn)
	}
	l.More += o.More
	l.MoreWarnings += o.MoreWarnings
}

// PairFindings returns what is wrong with the pairs of all streams.
func (r *Run) PairFindings() (all Log) {
	for _, s := range r.Streams {
		all.behind(s.PairFindings())
	}
	return all
}

// totals compares the totals that several streams of the run declare under one name with those of the first of them.
func (r *Run) totals() (all []Finding) {
	type declared struct {
		*Total
		*TotalSum
		file string
	}
	seen := map[string]declared{}
	for _, s := range r.Streams {
		if !s.readable() {
			continue
		}
		for i := range s.rules.facts.Totals {
			t := declared{&s.rules.facts.Totals[i], s.Totals[i], s.File}
			first, known := seen[t.Name]
			if !known {
				seen[t.Name] = t
				continue
			}
			differ := func(format string, args ...any) {
				all = append(all, Finding{File: t.file, Rule: RuleTotal, InstanceLocation: t.Sum,
					Message: fmt.Sprintf("total %s: ", oneLine(t.Name)) + fmt.Sprintf(format, args...)})
			}
			switch none := "no %s here, but %s of %s in %s"; {
			case first.isZero() && t.isZero():
				continue
			case t.Records == 0:
				differ(none, orList(t.Of), records(first.Records), orList(first.Of), oneLine(first.file))
				continue
			case first.Records == 0:
				differ("%s of %s here, but no %s in %s", records(t.Records), orList(t.Of), orList(first.Of), oneLine(first.file))
				continue
			}
			keys := slices.Sorted(maps.Keys(t.Sums))
			for key := range first.Sums {
				if _, both := t.Sums[key]; !both {
					keys = append(keys, key)
				}
			}
			slices.Sort(keys)
			for _, key := range keys {
				if a, b := first.Sums[key], t.Sums[key]; a.Cmp(b) != 0 {
					of := ""
					if len(t.By) > 0 {
						of = spellKeys(t.By, key) + ": "
					}
					differ("%s%s here, but %s in %s", of, b, a, oneLine(first.file))
				}
			}
		}
	}
	return all
}

// CheckCounts compares the counts of all streams with the rules that their facts state for a run of the given sizes; sizes that are not given are
// those observed. It returns nil or a *RunError of [CountError] and [FindingsError].
func (r *Run) CheckCounts(given map[string]int) error {
	sizes, findings := r.Sizes(given)
	values := map[string]int{}
	for _, s := range sizes {
		values[s.Name] = s.Value
	}
	maps.Copy(values, given)
	var differ RunError
	if len(findings) > 0 {
		differ.Errs = append(differ.Errs, &FindingsError{What: "sizes", Findings: findings})
	}
	for _, s := range r.Streams {
		if f, strange := s.strange(); strange {
			differ.Errs = append(differ.Errs, &FindingsError{What: "counts", Findings: []Finding{f}})
			continue
		}
		want, err := s.rules.facts.Expected(values)
		if err == nil {
			err = Check(s.rules.facts, s.Counts, want)
		}
		if err != nil {
			differ.Errs = append(differ.Errs, err)
		}
	}
	return differ.orNil()
}

// CheckPairs returns nil or a *FindingsError of what is wrong with the pairs of all streams, or with a file that should have some.
func (r *Run) CheckPairs() error {
	var all Log
	for _, s := range r.Streams {
		if f, strange := s.strange(); strange && len(s.Pairs) > 0 {
			all.behind(Log{First: []Finding{f}})
		} else {
			all.behind(s.PairFindings())
		}
	}
	return all.err("pairs")
}

// Check returns nil or a *FindingsError of all findings: see Findings.
func (r *Run) Check() error { return r.Findings().err("run") }

func (l Log) err(what string) error {
	if len(l.First) == 0 && l.More+l.MoreWarnings == 0 {
		return nil
	}
	return &FindingsError{What: what, Findings: l.First, More: l.More, MoreWarnings: l.MoreWarnings}
}

// RunError are the mistakes that several checks of a run have found.
type RunError struct{ Errs []error }

// Error returns the errors, each from a line of its own.
func (e *RunError) Error() string {
	texts := make([]string, len(e.Errs))
	for i, err := range e.Errs {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap returns e.Errs.
func (e *RunError) Unwrap() []error { return e.Errs }

// Warn reports whether all of them are warnings.
func (e *RunError) Warn() bool {
	return !slices.ContainsFunc(e.Errs, func(err error) bool { return !IsWarning(err) })
}

func (e *RunError) orNil() error {
	if len(e.Errs) == 0 {
		return nil
	}
	return e
}

// IsWarning reports whether err says of itself that it holds warnings only.
func IsWarning(err error) bool {
	var w interface{ Warn() bool }
	return errors.As(err, &w) && w.Warn()
}

// FindingsError is a list of findings as an error.
type FindingsError struct {
	What               string // what was checked: "pairs"
	Findings           []Finding
	More, MoreWarnings int // errors and warnings that are left out
}

// Error returns the findings, one a line, at most 100 of them:
//
//	pairs: 1 finding
//	  events.jsonl:64: step_start: step_id "extract-movies" has no step_complete or step_failed behind it [unclosed]
func (e *FindingsError) Error() string {
	var b strings.Builder
	n := len(e.Findings) + e.More + e.MoreWarnings
	fmt.Fprintf(&b, "%s: %d finding", e.What, n)
	if n != 1 {
		b.WriteByte('s')
	}
	shown := e.Findings[:min(len(e.Findings), maxRows)]
	for _, f := range shown {
		b.WriteString("\n  " + f.String())
	}
	if more := n - len(shown); more > 0 {
		fmt.Fprintf(&b, "\n  … and %d more", more)
	}
	return b.String()
}

// Warn reports whether all findings are warnings.
func (e *FindingsError) Warn() bool {
	return e.More == 0 && !slices.ContainsFunc(e.Findings, func(f Finding) bool { return !f.Warn })
}

// Sessions returns the sessions of all streams, each once, as they begin.
func (r *Run) Sessions() []string {
	var all []string
	for _, s := range r.Streams {
		for _, session := range s.Sessions.Seen {
			if !slices.Contains(all, session.Value) {
				all = append(all, session.Value)
			}
		}
	}
	return all
}
