package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

func coverageCommand() command {
	return command{
		name:  "coverage",
		args:  "[flags] path…",
		short: "tell what of the schemas many runs have used, and what they have that no schema declares",
		long: `
Coverage reads runs and tells, over all of them, which declared names, fields and listed values were never seen, and
which names, fields and values were seen that are not declared: how often, and where first. Fields are JSON Pointers in
the records of a name; * stands for every item of an array, and for every member of an object that is not declared by
its name. Fields of a name, and values of a field, are told only if it was seen.

All lines whose name can be read count, valid or not. Everything told is a warning. As a gate, -require makes errors of
what was never seen, -forbid of what is not declared, and -except leaves out what need not occur.
` + runsHelp,
		examples: `
	assay coverage logs
	assay coverage -require names,values -except driver_registration_failed logs
	assay coverage -forbid names,fields -format github logs
`,
		define: func(flags *flag.FlagSet) runner {
			c := &covering{survey: defineSurvey(flags)}
			flags.Func("require", "`sorts` of which all must have been seen: names, fields, values, separated by commas", func(s string) error {
				return setSorts(&c.require, s)
			})
			flags.Func("forbid", "`sorts` of which nothing may be undeclared: names, fields, values, separated by commas", func(s string) error {
				return setSorts(&c.forbid, s)
			})
			c.except = listVar(flags, "except", "leave out a `name[/field]`, with all that belongs to it; repeat it for several")
			return func(ctx context.Context, s *streams, args []string) error {
				if err := c.load(s); err != nil {
					return err
				}
				if err := c.find(args); err != nil {
					return err
				}
				return c.cover(ctx)
			}
		},
	}
}

// covering is one call of coverage.
type covering struct {
	*survey
	require, forbid []string // sorts of gaps
	except          *[]string
}

func setSorts(sorts *[]string, s string) error {
	of := map[string]string{"names": stream.GapName, "fields": stream.GapField, "values": stream.GapValue}
	for _, word := range strings.Split(s, ",") {
		sort, ok := of[word]
		if !ok {
			return fmt.Errorf("want names, fields and values, separated by commas, got %s", diag.Quote(word))
		}
		*sorts = append(*sorts, sort)
	}
	return nil
}

// cover reads all runs, and tells what they cover of each stream.
func (c *covering) cover(ctx context.Context) error {
	empty := map[*dynamic.Schema]*stream.Coverage{}
	whole := map[*dynamic.Schema]*stream.Coverage{}
	var read []*dynamic.Schema // in schema order, those that there is a file of
	for _, s := range c.schemas {
		if s.Facts != nil {
			empty[s] = stream.NewCoverage(s.Facts, s.Declared())
		}
		if slices.ContainsFunc(c.targets, func(t target) bool {
			return slices.ContainsFunc(t.inputs, func(in input) bool { return in.schema == s })
		}) {
			read = append(read, s)
			whole[s] = empty[s].Empty()
		}
	}
	if err := c.known(read); err != nil {
		return err
	}
	done := c.s.watch(c.command, bytesOf(c.targets))
	absent := map[*dynamic.Schema]int{}
	ended := inTurn(ctx, c.s.out, len(c.targets), int(*c.jobs), maxAhead, func(i int, _ *turn) func() {
		t := &c.targets[i]
		parts := make([]*stream.Coverage, len(t.inputs)) // nil is an absent file
		var failed error
		for j := range t.inputs {
			part := empty[t.inputs[j].schema].Empty()
			found, err := c.coverInput(ctx, &t.inputs[j], part)
			if failed = errors.Join(failed, err); found {
				parts[j] = part
			}
		}
		return func() {
			for j, part := range parts {
				if s := t.inputs[j].schema; part == nil {
					absent[s]++
				} else {
					whole[s].Merge(part)
				}
			}
			if failed != nil {
				c.failed = append(c.failed, failed)
			}
		}
	})
	done()
	c.begin(c.s)
	failing := false
	for _, s := range read {
		v := c.verdict(s, whole[s], absent[s])
		c.output.write(c.s.out, v)
		failing = failing || c.fails(&v.findings)
	}
	c.end(c.s)
	if failing {
		c.failed = append(c.failed, errFindings)
	}
	return errors.Join(append(c.failed, ended)...)
}

// coverInput reads one file; found is false if a run does not have it.
func (c *covering) coverInput(ctx context.Context, in *input, all *stream.Coverage) (found bool, err error) {
	r, err := in.open(c.s)
	if err != nil {
		return false, &ioError{err}
	}
	if r.absent != "" {
		return false, nil
	}
	if !r.long() {
		err = all.Read(ctx, r, in.reading()...)
	} else {
		err = r.inParts(ctx, c.jobs.share(len(c.targets)), func(ctx context.Context, r io.Reader, _ *turn) func() error {
			part := all.Empty()
			err := part.Read(ctx, r, in.reading()...)
			return func() error {
				all.Append(part)
				return err
			}
		})
	}
	if err := errors.Join(err, r.close()); err != nil {
		return true, &ioError{located(in.name, err)}
	}
	return true, nil
}

// known refuses an -except that can have no effect.
func (c *covering) known(read []*dynamic.Schema) error {
	for _, text := range *c.except {
		name, _, _ := strings.Cut(text, "/")
		var names []string
		for _, s := range read {
			names = append(names, s.Facts.Names...)
		}
		if hint := diag.Nearest(name, names); hint != "" && !slices.Contains(names, name) {
			return usagef("-except: no schema declares %s; %s", diag.Quote(name), hint)
		}
	}
	return nil
}

// excepted reports whether a gap is to be left out.
func (c *covering) excepted(g stream.Gap) bool {
	whole := g.Name + g.Pointer
	return slices.ContainsFunc(*c.except, func(text string) bool {
		return whole == text || strings.HasPrefix(whole, text+"/")
	})
}

// verdict tells what was covered of a stream.
func (c *covering) verdict(s *dynamic.Schema, all *stream.Coverage, absent int) *verdict {
	v := &verdict{name: s.Facts.Stream}
	if absent > 0 {
		v.findings.First = append(v.findings.First, stream.Finding{Warn: true, Rule: stream.RuleFileMissing,
			Message: fmt.Sprintf("%s without a file of the stream %s", plural(absent, "run"), s.Facts.Stream)})
	}
	if all.Left > 0 {
		v.findings.First = append(v.findings.First, stream.Finding{Warn: true, Rule: ruleCoverage,
			Message: fmt.Sprintf("%s of %s without a name that can be read, and left out", plural(all.Left, "line"), s.Facts.Stream)})
	}
	if all.Records == 0 {
		v.findings.First = append(v.findings.First, stream.Finding{Rule: ruleCoverage,
			Message: fmt.Sprintf("there is no record of the stream %s", s.Facts.Stream)})
	}
	notes := len(v.findings.First)
	gaps := slices.DeleteFunc(all.Gaps(), c.excepted)
	for _, g := range gaps {
		v.findings.First = append(v.findings.First, c.finding(g))
	}
	v.text = func(w *page) { writeCoverage(w, s, all, v.findings.First[:notes], gaps, v.findings.First[notes:]) }
	v.json = coverageJSON(s, all, v.findings.First[:notes], gaps, v.findings.First[notes:])
	return v
}

// ruleCoverage is the rule of findings that a schema and its streams differ in what they know.
const ruleCoverage = "coverage"

// finding returns a gap as a finding.
func (c *covering) finding(g stream.Gap) stream.Finding {
	f := stream.Finding{Name: g.Name, Rule: ruleCoverage, InstanceLocation: g.Pointer}
	if g.Never() {
		f.Warn = !slices.Contains(c.require, g.Sort)
		f.Message = "was never seen"
		if g.Sort != stream.GapName {
			f.Message = gapText(g, false) + " was never seen"
		}
		return f
	}
	f.Warn = !slices.Contains(c.forbid, g.Sort)
	f.File, f.Line, f.Offset = g.Sighting.File, g.Sighting.First.Line, g.Sighting.First.Offset
	f.Message = fmt.Sprintf("is not in the schema (%s)", times(g.Sighting.N))
	if g.Sort != stream.GapName {
		f.Message = gapText(g, false) + " " + f.Message
	}
	return f
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// gapText returns what a gap is about: `run_start /file_type = "manifest"`.
func gapText(g stream.Gap, named bool) string {
	var words []string
	if named {
		words = append(words, shown(g.Name))
	}
	switch {
	case g.Rest && g.Sort == stream.GapName:
		words = []string{"(other names)"}
	case g.Rest && g.Sort == stream.GapField:
		words = append(words, "(other fields)")
	case g.Sort != stream.GapName:
		words = append(words, shown(g.Pointer))
	}
	switch {
	case g.Sort != stream.GapValue:
	case g.Rest:
		words = append(words, "(other values)")
	default:
		words = append(words, "= "+diag.Quote(g.Value))
	}
	return strings.Join(words, " ")
}

// writeCoverage writes how much of a stream's schema was seen, and two tables: what was not, and what is not in it, of which it shows the first maxShown
// names, fields and values.
func writeCoverage(w *page, s *dynamic.Schema, all *stream.Coverage, notes []stream.Finding, gaps []stream.Gap, findings []stream.Finding) {
	names, fields, values := all.Shares()
	fmt.Fprintf(w, "%s: %s in %s: %d of %d names, %d of %d fields and %d of %d listed values were seen\n", w.bold(s.Facts.Stream),
		plural(all.Records, "record"), plural(all.Files, "file"), names.Seen, names.Declared, fields.Seen, fields.Declared, values.Seen, values.Declared)
	for _, f := range notes {
		fmt.Fprintln(w, w.finding(f))
	}
	mark := func(i int) string {
		if findings[i].Warn {
			return "  "
		}
		return w.red("! ")
	}
	width, digits := 0, 0
	of := map[string]int{} // how many are not declared, by sort
	for _, g := range gaps {
		if g.Never() {
			continue
		}
		if of[g.Sort]++; of[g.Sort] <= maxShown {
			width = max(width, utf8.RuneCountInString(gapText(g, true)))
			digits = max(digits, len(fmt.Sprint(g.Sighting.N)))
		}
	}
	others := of[stream.GapName] + of[stream.GapField] + of[stream.GapValue]
	if never := len(gaps) - others; never > 0 {
		fmt.Fprintf(w, "  never seen: %d\n", never)
	}
	for i, g := range gaps {
		if g.Never() {
			fmt.Fprintf(w, "  %s%s\n", mark(i), gapText(g, true))
		}
	}
	if others > 0 {
		fmt.Fprintf(w, "  not in the schema: %d\n", others)
	}
	written := map[string]int{}
	for i, g := range gaps {
		if g.Never() {
			continue
		}
		if written[g.Sort]++; written[g.Sort] > maxShown {
			continue
		}
		first := ""
		if g.Sighting.First.Line > 0 {
			first = w.faint(fmt.Sprintf("  first at %s:%d", diag.Printable(g.Sighting.File), g.Sighting.First.Line))
		}
		fmt.Fprintf(w, "  %s%-*s  %*d%s\n", mark(i), width, gapText(g, true), digits, g.Sighting.N, first)
	}
	for _, sort := range []string{stream.GapName, stream.GapField, stream.GapValue} {
		if more := of[sort] - maxShown; more > 0 {
			fmt.Fprintf(w, "    … and %s\n", plural(more, "more "+sort))
		}
	}
}

func coverageJSON(s *dynamic.Schema, all *stream.Coverage, notes []stream.Finding, gaps []stream.Gap, findings []stream.Finding) any {
	type share struct {
		Seen     int `json:"seen"`
		Declared int `json:"declared"`
	}
	type gap struct {
		Sort    string  `json:"sort"` // name, field or value
		Level   string  `json:"level"`
		Name    string  `json:"name"`
		Pointer string  `json:"pointer,omitempty"`
		Value   *string `json:"value,omitempty"`
		Rest    bool    `json:"rest,omitempty"` // stands for all that were too many to be kept
		Count   int     `json:"count,omitempty"`
		File    string  `json:"file,omitempty"` // where it was first
		Line    int     `json:"line,omitempty"`
	}
	names, fields, values := all.Shares()
	out := struct {
		Stream     string           `json:"stream"`
		Files      int              `json:"files"`
		Records    int              `json:"records"`
		Left       int              `json:"left"` // lines without a name that can be read
		Names      share            `json:"names"`
		Fields     share            `json:"fields"`
		Values     share            `json:"values"`
		NeverSeen  []gap            `json:"neverSeen"`
		Undeclared []gap            `json:"undeclared"`
		Findings   []stream.Finding `json:"findings"`
	}{s.Facts.Stream, all.Files, all.Records, all.Left, share(names), share(fields), share(values), []gap{}, []gap{}, listed(notes)}
	for i, g := range gaps {
		j := gap{Sort: g.Sort, Level: "error", Name: g.Name, Pointer: g.Pointer, Rest: g.Rest, Count: g.Sighting.N}
		j.File, j.Line = g.Sighting.File, g.Sighting.First.Line
		if findings[i].Warn {
			j.Level = "warn"
		}
		if g.Sort == stream.GapValue && !g.Rest {
			j.Value = &g.Value
		}
		if g.Never() {
			out.NeverSeen = append(out.NeverSeen, j)
		} else {
			out.Undeclared = append(out.Undeclared, j)
		}
	}
	return out
}
