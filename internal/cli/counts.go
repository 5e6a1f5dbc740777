package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

func countsCommand() command {
	return command{
		name:  "counts",
		args:  "[flags] path…",
		short: "count the records of runs by name, and check how many there must be",
		long: `
Counts reads runs and prints how often every name occurs. All lines whose name can be read count, valid or not; only
malformed lines do not. The rules that the schemas state for counts (x-assay) are checked then, and those that are not
met are printed, with what else a run as a whole must be like: its files, one session, time that does not go back,
values that rise, and totals and sizes in which its streams agree. Single lines are for "assay validate", pairs for "assay pairs".

Some counts are multiples of a size, such as the steps of a pipeline. A size that is not given with -size is the one
observed in the run, and the report says which.

A profile says more about runs of one sort: -record writes one from a good run, with its sizes and with the exact count
of every name that the schemas have no rule for; -profile checks against it. It may be edited:

	{
	  "sizes": {"steps": 10},
	  "streams": {
	    "events": {
	      "counts": [
	        {"of": ["run_start"], "min": 1, "max": 3},
	        {"of": ["cache_miss", "cache_hit"], "per": "steps", "level": "warn"},
	        {"of": ["artifact_created"], "by": ["step_id"], "max": 5}
	      ],
	      "within": {"cache_miss": 0.1}
	    }
	  }
	}

Counts are written as in x-assay, but may name what no schema declares. A rule for the same names and keys as one of a
schema stands in its place. Sizes count as given; "within" is for "assay parity".
` + runsHelp,
		examples: `
	assay counts logs/run_1700000000000
	assay counts -size steps=10 -size connections=5 logs/run_1700000000000
	assay counts -record nightly.json logs/run_1700000000000
	assay counts -profile nightly.json logs
	assay counts -format junit logs >counts.xml
`,
		define: func(flags *flag.FlagSet) runner {
			c := &counting{survey: defineSurvey(flags), given: map[string]int{}}
			flags.Func("size", "a size of the run, as `name=number`; repeat it for several (default: as observed)", func(s string) error {
				return setSize(c.given, s)
			})
			profile := flags.String("profile", "", "check against the profile in this `file`, too")
			record := flags.String("record", "", "write a profile of the run, which must be good, to this `file`")
			return func(ctx context.Context, s *streams, args []string) error {
				if err := c.load(s); err != nil {
					return err
				}
				if *profile != "" && *record != "" {
					return usagef("-profile and -record do not go together")
				}
				if *profile != "" {
					p, err := readProfile(*profile, c.schemas)
					if err != nil {
						return err
					}
					p.apply(c.survey)
					for name, n := range p.sizes {
						if _, given := c.given[name]; !given {
							c.given[name] = n
						}
					}
				}
				if err := checkSizes(c.schemas, c.given); err != nil {
					return err
				}
				if err := c.find(args); err != nil {
					return err
				}
				look := func(t *target) *verdict { return c.look(ctx, t).verdict() }
				if *record == "" {
					return c.each(ctx, look)
				}
				return c.record(ctx, *record)
			}
		},
	}
}

// counting is one call of counts.
type counting struct {
	*survey
	given map[string]int
}

func setSize(given map[string]int, s string) error {
	name, number, ok := strings.Cut(s, "=")
	n, err := strconv.Atoi(number)
	if !ok || name == "" || err != nil || n < 0 {
		return errors.New("want name=number, such as steps=10")
	}
	if _, twice := given[name]; twice {
		return fmt.Errorf("%s is given twice", name)
	}
	given[name] = n
	return nil
}

// sizesOf returns the names of the sizes that the schemas declare.
func sizesOf(all []*dynamic.Schema) []string {
	var known []string
	for _, s := range all {
		if s.Facts != nil {
			for _, size := range s.Facts.Sizes {
				known = append(known, size.Name)
			}
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}

// checkSizes refuses sizes that no schema declares.
func checkSizes(all []*dynamic.Schema, given map[string]int) error {
	known := sizesOf(all)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) {
			return usagef("no schema declares a size %s; there are: %s", diag.Quote(name), strings.Join(known, ", "))
		}
	}
	return nil
}

// counted is what was counted in one run, or in one file.
type counted struct {
	*counting
	target  *target
	run     *stream.Run
	sizes   []stream.RunSize
	log     stream.Log           // what is wrong beside the counts
	differs []*stream.CountError // parallel to the streams of the run; nil if all rules are met
	err     error
}

// look counts the files of a run and checks the rules. Sizes that are given win over observed ones.
func (c *counting) look(ctx context.Context, t *target) *counted {
	r := &counted{counting: c, target: t}
	run, notes, err := c.read(ctx, t)
	r.run, r.err = run, err
	r.log = run.CountFindings(c.given)
	r.log.First = append(notes, r.log.First...)
	r.sizes, _ = run.Sizes(c.given)
	sizes := maps.Clone(c.given)
	for _, size := range r.sizes {
		sizes[size.Name] = size.Value
	}
	for _, s := range run.Streams {
		var differ *stream.CountError
		if s.Counts.Lines > 0 && s.Counts.Malformed < s.Counts.Lines { // else the findings say why there is nothing to count
			want, err := s.Facts().Expected(sizes)
			if err != nil { // a size that only streams observe which this is not a run of
				r.err = errors.Join(r.err, usagef("%s: %v: give it with -size", t.path, err))
				break
			}
			errors.As(stream.Check(s.Facts(), s.Counts, want), &differ)
		}
		r.differs = append(r.differs, differ)
	}
	return r
}

func (r *counted) verdict() *verdict {
	v := &verdict{name: r.target.path, findings: r.log, err: r.err}
	for i, differ := range r.differs {
		if differ != nil {
			v.findings.First = append(slices.Clip(v.findings.First), rowFindings(r.run.Streams[i].File, differ)...)
		}
	}
	v.text, v.json = r.writeText, r.json()
	return v
}

// rowFindings returns the rows of a table of counts as findings.
func rowFindings(file string, differ *stream.CountError) []stream.Finding {
	all := make([]stream.Finding, len(differ.Rows))
	for i, row := range differ.Rows {
		all[i] = stream.Finding{File: file, Name: row.Name(), Warn: row.Warn, Rule: stream.RuleCount,
			Message: fmt.Sprintf("want %s, got %d", row.Rule.Want(), row.Got)}
		if row.Note != "" {
			all[i].Message = row.Note
		}
		if row.Hint != "" {
			all[i].Message += "; " + row.Hint
		}
	}
	return all
}

// writeText writes a table per file, the sizes, the findings, and the rows that differ. Of several runs only those that something is wrong with are shown,
// and without the tables.
func (r *counted) writeText(w *page) {
	wrong := len(r.log.First) > 0 || slices.ContainsFunc(r.differs, func(d *stream.CountError) bool { return d != nil })
	if r.many() && !wrong {
		return
	}
	if !r.many() {
		for _, s := range r.run.Streams {
			if s.Absent == "" {
				writeCounts(w, s)
			}
		}
	}
	sizes := make([]string, len(r.sizes))
	for i, size := range r.sizes {
		origin := "observed"
		if size.Given {
			origin = "given"
		}
		sizes[i] = fmt.Sprintf("%s = %d (%s)", size.Name, size.Value, origin)
	}
	if len(sizes) > 0 || r.many() {
		fmt.Fprintf(w, "%s: %s\n", w.bold(diag.Printable(r.target.path)), strings.Join(sizes, ", "))
	}
	r.target.writeFindings(w, &r.log)
	for _, differ := range r.differs {
		if differ == nil {
			continue
		}
		head, rows, _ := strings.Cut(differ.Error(), "\n")
		paint := w.red
		if differ.Warn() {
			paint = w.yellow
		}
		fmt.Fprintln(w, paint(head))
		fmt.Fprintln(w, rows)
	}
	if r.many() {
		fmt.Fprintln(w)
	}
}

// writeCounts writes the names that occur, those of the schema in its order, then the first maxShown of the others by name.
func writeCounts(w *page, s *stream.Summary) {
	type row struct {
		name string
		n    int
		note string
	}
	var rows []row
	for i, n := range s.Counts.Names {
		if n > 0 {
			rows = append(rows, row{shown(s.Facts().Names[i]), n, ""})
		}
	}
	const other = "  not in the schema"
	rest := s.Counts.Unknown[""]
	for i, name := range slices.DeleteFunc(slices.Sorted(maps.Keys(s.Counts.Unknown)), func(name string) bool { return name == "" }) {
		if i < maxShown {
			rows = append(rows, row{shown(name), s.Counts.Unknown[name], other})
		} else {
			rest += s.Counts.Unknown[name]
		}
	}
	if rest > 0 {
		rows = append(rows, row{"(other names)", rest, other})
	}
	if n := s.Counts.Nameless; n > 0 {
		rows = append(rows, row{"(no name)", n, ""})
	}
	if n := s.Counts.Malformed; n > 0 {
		rows = append(rows, row{"(malformed)", n, ""})
	}
	width, digits := 0, 1
	for _, r := range rows {
		width, digits = max(width, utf8.RuneCountInString(r.name)), max(digits, len(strconv.Itoa(r.n)))
	}
	fmt.Fprintf(w, "%s: %s\n", w.bold(diag.Printable(s.File)), plural(s.Counts.Lines, "line"))
	for _, r := range rows {
		fmt.Fprintf(w, "  %-*s  %*d%s\n", width, r.name, digits, r.n, w.faint(r.note))
	}
}

// json returns what stands on the line of the run.
func (r *counted) json() any {
	type jsonSize struct {
		Name  string `json:"name"`
		Value int    `json:"value"`
		Given bool   `json:"given"`
	}
	type jsonStream struct {
		Stream    string         `json:"stream"`
		File      string         `json:"file"`
		Lines     int            `json:"lines"`
		Valid     int            `json:"valid"`
		Invalid   int            `json:"invalid"`
		Malformed int            `json:"malformed"`
		Nameless  int            `json:"nameless"`
		Counts    map[string]int `json:"counts"`  // names of the schema that occur
		Unknown   map[string]int `json:"unknown"` // other names
	}
	type jsonRow struct {
		Stream string   `json:"stream"`
		Level  string   `json:"level"`
		Of     []string `json:"of"`
		By     []string `json:"by,omitempty"`
		Key    []string `json:"key,omitempty"`
		Min    int      `json:"min"`
		Max    *int     `json:"max"` // null is no limit
		Got    int      `json:"got"`
		Note   string   `json:"note,omitempty"`
		Hint   string   `json:"hint,omitempty"`
	}
	run := struct {
		Path         string           `json:"path"`
		Sizes        []jsonSize       `json:"sizes"`
		Streams      []jsonStream     `json:"streams"`
		Findings     []stream.Finding `json:"findings"`
		More         int              `json:"more,omitempty"`
		MoreWarnings int              `json:"moreWarnings,omitempty"`
		Differ       []jsonRow        `json:"differ"`
	}{Path: r.target.path, Sizes: []jsonSize{}, Streams: []jsonStream{}, Findings: listed(r.log.First), More: r.log.More, MoreWarnings: r.log.MoreWarnings,
		Differ: []jsonRow{}}
	for _, s := range r.sizes {
		run.Sizes = append(run.Sizes, jsonSize{s.Name, s.Value, s.Given})
	}
	for i, s := range r.run.Streams {
		if s.Absent != "" {
			continue
		}
		counts := map[string]int{}
		for j, n := range s.Counts.Names {
			if n > 0 {
				counts[s.Facts().Names[j]] = n
			}
		}
		run.Streams = append(run.Streams, jsonStream{
			Stream: s.Facts().Stream, File: s.File, Lines: s.Counts.Lines, Valid: s.Counts.Valid(), Invalid: s.Counts.Invalid,
			Malformed: s.Counts.Malformed, Nameless: s.Counts.Nameless, Counts: counts, Unknown: s.Counts.Unknown,
		})
		if i >= len(r.differs) || r.differs[i] == nil {
			continue
		}
		for _, row := range r.differs[i].Rows {
			j := jsonRow{Stream: s.Facts().Stream, Level: "error", Of: row.Rule.Of, By: row.Rule.By, Key: row.Keys(), Min: row.Rule.Min, Got: row.Got,
				Note: row.Note, Hint: row.Hint}
			if row.Warn {
				j.Level = "warn"
			}
			if row.Rule.Max >= 0 {
				j.Max = &row.Rule.Max
			}
			run.Differ = append(run.Differ, j)
		}
	}
	return run
}

// listed returns findings as a list that is never null.
func listed(all []stream.Finding) []stream.Finding {
	if all == nil {
		return []stream.Finding{}
	}
	return all
}
