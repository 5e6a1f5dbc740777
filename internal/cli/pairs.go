package cli

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

func pairsCommand() command {
	return command{
		name:  "pairs",
		args:  "[flags] path…",
		short: "check that every record that opens something has one that closes it",
		long: `
Pairs reads runs and matches the records that the schemas pair (x-assay), by their keys and in their order. It prints
how many pairs of each sort there are, and what is wrong, with the lines: a record that is not closed, one that closes
what was not opened, one that comes too late, one without the key. A closing record closes the last one that is open.

All lines whose name can be read take part, valid or not. -end lets a pair end with a further name, which need not be
in the schema.
` + runsHelp,
		examples: `
	assay pairs logs/run_1700000000000
	assay pairs -end step_start=step_error logs
	assay pairs -format github logs/run_1700000000000
`,
		define: func(flags *flag.FlagSet) runner {
			p := &pairing{survey: defineSurvey(flags)}
			flags.Func("end", "also end pairs that `open=close` names: step_start=step_error; repeat it for several", p.addEnd)
			return func(ctx context.Context, s *streams, args []string) error {
				if err := p.load(s); err != nil {
					return err
				}
				if err := p.prepare(); err != nil {
					return err
				}
				if err := p.find(args); err != nil {
					return err
				}
				p.leavePairless()
				return p.each(ctx, func(t *target) *verdict { return p.look(ctx, t) })
			}
		},
	}
}

// pairing is one call of pairs.
type pairing struct {
	*survey
	ends    [][2]string
	options []stream.Option
}

func (p *pairing) addEnd(s string) error {
	open, end, ok := strings.Cut(s, "=")
	if !ok || open == "" || end == "" {
		return fmt.Errorf("want open=close, such as step_start=step_error")
	}
	p.ends = append(p.ends, [2]string{open, end})
	p.options = append(p.options, stream.AlsoEnds(open, end))
	return nil
}

// prepare checks the further ends.
func (p *pairing) prepare() error {
	var records []*stream.Record
	var names []string
	pairs := 0
	for _, s := range p.schemas {
		records = append(records, p.records[s])
		if s.Facts != nil {
			names = append(names, s.Facts.Names...)
			pairs += len(s.Facts.Pairs)
		}
	}
	if pairs == 0 {
		return usagef("no schema says which records are pairs (x-assay, pairs)")
	}
	if _, err := stream.NewRun(records, p.options...); err != nil {
		return usagef("-end: %v", err)
	}
	for _, e := range p.ends {
		if hint := diag.Nearest(e[1], names); hint != "" && !slices.Contains(names, e[1]) {
			fmt.Fprintf(p.s.err, "assay pairs: -end %s=%s: no schema declares %s; %s\n", shown(e[0]), shown(e[1]), diag.Quote(e[1]), hint)
		}
	}
	return nil
}

// leavePairless leaves out the files of runs in which nothing is paired.
func (p *pairing) leavePairless() {
	for i := range p.targets {
		if t := &p.targets[i]; t.run {
			t.inputs = slices.DeleteFunc(t.inputs, func(in input) bool { return len(in.schema.Facts.Pairs) == 0 })
		}
	}
}

// look pairs the records of a run.
func (p *pairing) look(ctx context.Context, t *target) *verdict {
	run, notes, err := p.read(ctx, t, p.options...)
	v := &verdict{name: t.path, err: err, findings: run.FileFindings()}
	v.findings.First = append(notes, v.findings.First...)
	wrong := run.PairFindings()
	v.findings.First = append(v.findings.First, wrong.First...)
	v.findings.More, v.findings.MoreWarnings = wrong.More, wrong.MoreWarnings
	v.text = func(w *page) {
		if p.many() {
			if len(v.findings.First) > 0 {
				fmt.Fprintln(w, w.bold(diag.Printable(t.path))+":")
				t.writeFindings(w, &v.findings)
				fmt.Fprintln(w)
			}
			return
		}
		for _, s := range run.Streams {
			if s.Absent == "" {
				writePairs(w, s)
			}
		}
		t.writeFindings(w, &v.findings)
	}
	v.json = p.json(t, run, &v.findings)
	return v
}

// writePairs writes how many pairs of each sort a stream has.
func writePairs(w *page, s *stream.Summary) {
	total, digits := 0, 1
	for _, p := range s.Pairs {
		total += p.Complete()
		digits = max(digits, len(strconv.Itoa(p.Complete())))
	}
	fmt.Fprintf(w, "%s: %s\n", w.bold(diag.Printable(s.File)), plural(total, "pair"))
	for i, rule := range s.PairRules() {
		text := printed(rule.Open) + " → " + printed(rule.Close)
		if len(rule.By) > 0 {
			text += w.faint(" by " + diag.Printable(strings.Join(rule.By, ", ")))
		}
		if rule.Any {
			text += w.faint(", one is enough for all")
		}
		fmt.Fprintf(w, "  %*d  %s\n", digits, s.Pairs[i].Complete(), text)
	}
}

func printed(names []string) string { return diag.Printable(orList(names)) }

func (p *pairing) json(t *target, run *stream.Run, findings *stream.Log) any {
	type jsonPair struct {
		Open  []string `json:"open"`
		Close []string `json:"close"`
		By    []string `json:"by"`
		Any   bool     `json:"any"` // one closing record is enough for all
		Pairs int      `json:"pairs"`
	}
	type jsonStream struct {
		Stream string     `json:"stream"`
		File   string     `json:"file"`
		Lines  int        `json:"lines"`
		Pairs  []jsonPair `json:"pairs"`
	}
	out := struct {
		Path         string           `json:"path"`
		Streams      []jsonStream     `json:"streams"`
		Findings     []stream.Finding `json:"findings"`
		More         int              `json:"more,omitempty"`
		MoreWarnings int              `json:"moreWarnings,omitempty"`
	}{t.path, []jsonStream{}, listed(findings.First), findings.More, findings.MoreWarnings}
	for _, s := range run.Streams {
		if s.Absent != "" {
			continue
		}
		j := jsonStream{Stream: s.Facts().Stream, File: s.File, Lines: s.Counts.Lines, Pairs: []jsonPair{}}
		for i, rule := range s.PairRules() {
			by := rule.By
			if by == nil {
				by = []string{}
			}
			j.Pairs = append(j.Pairs, jsonPair{rule.Open, rule.Close, by, rule.Any, s.Pairs[i].Complete()})
		}
		out.Streams = append(out.Streams, j)
	}
	return out
}
