package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/stream"
)

func countsCommand() command {
	return command{
		name:  "counts",
		args:  "[flags] path…",
		short: "count the records of runs by name, and check how many there must be",
		long: `
Counts reads run folders, files and standard input (-), and prints for each how often every name occurs. All lines
whose name can be read count, valid or not; only malformed lines do not. Which files of a folder are read, and which
schema is for which file, is as for "assay validate".

The rules that the schemas state for counts (x-assay) are checked then, and the rows that differ are printed. Some
counts are multiples of a size, such as the steps of a pipeline. A size that is not given with -size is the one
observed in the run, and the report says which.`,
		examples: `
	assay counts logs/run_1700000000000
	assay counts -size steps=10 -size connections=5 logs/run_1700000000000
`,
		define: func(flags *flag.FlagSet) runner {
			from := defineSchemaFlags(flags)
			given := map[string]int{}
			flags.Func("size", "a size of the run, as `name=number`; repeat it for several (default: as observed)", func(s string) error {
				return setSize(given, s)
			})
			format := choiceVar(flags, "format", "`format` of the output: text or json", "text", "json")
			return func(ctx context.Context, s *streams, args []string) error {
				all, err := from.load()
				if err != nil {
					return err
				}
				if err := checkSizes(all, given); err != nil {
					return err
				}
				targets, unreadable, err := from.targets(all, args)
				if err != nil {
					return err
				}
				failed := unreadable
				for _, t := range targets {
					run, err := countRun(ctx, s.in, t, given)
					if err != nil {
						failed = append(failed, err)
						continue
					}
					if *format == "json" {
						run.writeJSON(s.out)
					} else {
						run.writeText(s.out)
					}
					if !run.clean() {
						failed = append(failed, errFindings)
					}
				}
				return errors.Join(failed...)
			}
		},
	}
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

// checkSizes refuses sizes that no schema declares.
func checkSizes(all []*dynamic.Schema, given map[string]int) error {
	var known []string
	for _, s := range all {
		if s.Facts != nil {
			for _, size := range s.Facts.Sizes {
				known = append(known, size.Name)
			}
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) {
			return usagef("no schema declares a size %q; there are: %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// runCounts is what was counted in one run, or in one file.
type runCounts struct {
	path     string
	sizes    []runSize // in the order of the schemas, each once
	streams  []streamCounts
	findings []stream.Finding
}

type runSize struct {
	name  string
	value int
	given bool // by the caller; else observed
}

type streamCounts struct {
	file   string
	facts  *stream.Facts
	counts *stream.Counts
	differ *stream.CountError // nil if all rules are met
}

// countRun counts the files of a run and checks the rules. Sizes that are given win over observed ones.
func countRun(ctx context.Context, stdin io.Reader, t target, given map[string]int) (*runCounts, error) {
	run := &runCounts{path: t.path}
	for i := range t.inputs {
		in := &t.inputs[i]
		facts := in.schema.Facts
		if facts == nil {
			return nil, usagef("%s: the schema %s does not say what a record's name is (x-assay)", in.name, in.schema.Name)
		}
		counts, err := countFile(ctx, stdin, in)
		if t.run && errors.Is(err, fs.ErrNotExist) {
			run.findings = append(run.findings, missing(in))
			continue
		}
		if err != nil {
			return nil, &ioError{err}
		}
		run.streams = append(run.streams, streamCounts{file: in.name, facts: facts, counts: counts})
		run.observe(in.name, facts, counts.Observed(), given)
	}
	sizes := map[string]int{}
	for _, size := range run.sizes {
		sizes[size.name] = size.value
	}
	for i := range run.streams {
		s := &run.streams[i]
		want, err := s.facts.Expected(sizes)
		if err != nil {
			return nil, err
		}
		errors.As(stream.Check(s.facts, s.counts, want), &s.differ)
	}
	return run, nil
}

func countFile(ctx context.Context, stdin io.Reader, in *input) (*stream.Counts, error) {
	r, err := in.open(stdin)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	record := &stream.Record{Program: in.schema.Program, Facts: in.schema.Facts}
	return record.Count(ctx, r, stream.InFile(in.name), stream.Reuse())
}

// observe notes the sizes that a file shows. Streams of one run that declare the same size must agree on it.
func (r *runCounts) observe(file string, facts *stream.Facts, observed, given map[string]int) {
	for _, size := range facts.Sizes {
		value, isGiven := given[size.Name]
		if !isGiven {
			value = observed[size.Name]
		}
		known := slices.IndexFunc(r.sizes, func(s runSize) bool { return s.name == size.Name })
		switch {
		case known < 0:
			r.sizes = append(r.sizes, runSize{size.Name, value, isGiven})
		case r.sizes[known].value != value:
			r.findings = append(r.findings, stream.Finding{File: file, Rule: stream.RuleCount,
				Message: fmt.Sprintf("%s is %d here, and %d in another stream of the run", size.Name, value, r.sizes[known].value)})
		}
	}
}

// clean reports whether there is nothing worse than a warning.
func (r *runCounts) clean() bool {
	return len(r.findings) == 0 && !slices.ContainsFunc(r.streams, func(s streamCounts) bool { return s.differ != nil && !s.differ.Warn() })
}

// writeText writes a table per file, the sizes, and the rows that differ.
func (r *runCounts) writeText(w io.Writer) {
	for _, s := range r.streams {
		s.writeText(w)
	}
	if len(r.sizes) > 0 {
		var sizes []string
		for _, size := range r.sizes {
			origin := "observed"
			if size.given {
				origin = "given"
			}
			sizes = append(sizes, fmt.Sprintf("%s = %d (%s)", size.name, size.value, origin))
		}
		fmt.Fprintf(w, "%s: %s\n", r.path, strings.Join(sizes, ", "))
	}
	for _, f := range r.findings {
		fmt.Fprintln(w, f)
	}
	for _, s := range r.streams {
		if s.differ != nil {
			fmt.Fprintln(w, s.differ)
		}
	}
}

// writeText writes the names that occur, those of the schema in its order, then the others by name.
func (s *streamCounts) writeText(w io.Writer) {
	type row struct {
		name string
		n    int
		note string
	}
	var rows []row
	for i, n := range s.counts.Names {
		if n > 0 {
			rows = append(rows, row{s.facts.Names[i], n, ""})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.counts.Unknown)) {
		if name == "" {
			continue
		}
		rows = append(rows, row{shown(name), s.counts.Unknown[name], "  not in the schema"})
	}
	if n := s.counts.Unknown[""]; n > 0 {
		rows = append(rows, row{"(other names)", n, "  not in the schema"})
	}
	if n := s.counts.Nameless; n > 0 {
		rows = append(rows, row{"(no name)", n, ""})
	}
	if n := s.counts.Malformed; n > 0 {
		rows = append(rows, row{"(malformed)", n, ""})
	}
	width, digits := 0, 1
	for _, r := range rows {
		width, digits = max(width, len([]rune(r.name))), max(digits, len(strconv.Itoa(r.n)))
	}
	fmt.Fprintf(w, "%s: %s\n", s.file, lineCount(s.counts.Lines))
	for _, r := range rows {
		fmt.Fprintf(w, "  %-*s  %*d%s\n", width, r.name, digits, r.n, r.note)
	}
}

// shown returns a name from the input as it may be shown: short, and without control characters.
func shown(name string) string {
	const limit = 60
	if len(name) > limit {
		name = strings.ToValidUTF8(name[:limit], "") + "…"
	}
	quoted := strconv.Quote(name)
	if quoted[1:len(quoted)-1] == name {
		return name
	}
	return quoted
}

func lineCount(n int) string {
	if n == 1 {
		return "1 line"
	}
	return strconv.Itoa(n) + " lines"
}

// writeJSON writes one object on a line.
func (r *runCounts) writeJSON(w *bufio.Writer) {
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
	}
	run := struct {
		Path     string           `json:"path"`
		Sizes    []jsonSize       `json:"sizes"`
		Streams  []jsonStream     `json:"streams"`
		Findings []stream.Finding `json:"findings"`
		Differ   []jsonRow        `json:"differ"`
	}{Path: r.path, Sizes: []jsonSize{}, Streams: []jsonStream{}, Findings: r.findings, Differ: []jsonRow{}}
	if run.Findings == nil {
		run.Findings = []stream.Finding{}
	}
	for _, s := range r.sizes {
		run.Sizes = append(run.Sizes, jsonSize{s.name, s.value, s.given})
	}
	for _, s := range r.streams {
		counts := map[string]int{}
		for i, n := range s.counts.Names {
			if n > 0 {
				counts[s.facts.Names[i]] = n
			}
		}
		run.Streams = append(run.Streams, jsonStream{
			Stream: s.facts.Stream, File: s.file, Lines: s.counts.Lines, Valid: s.counts.Valid(), Invalid: s.counts.Invalid,
			Malformed: s.counts.Malformed, Nameless: s.counts.Nameless, Counts: counts, Unknown: s.counts.Unknown,
		})
		if s.differ == nil {
			continue
		}
		for _, row := range s.differ.Rows {
			j := jsonRow{Stream: s.facts.Stream, Level: "error", Of: row.Rule.Of, By: row.Rule.By, Min: row.Rule.Min, Got: row.Got, Note: row.Note}
			if row.Warn {
				j.Level = "warn"
			}
			if row.Rule.Max >= 0 {
				j.Max = &row.Rule.Max
			}
			if len(j.By) > 0 && row.Note == "" {
				j.Key = strings.Split(row.Key, "\x1f")
			}
			run.Differ = append(run.Differ, j)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(run) // strings and numbers always encode, and w keeps its error
}
