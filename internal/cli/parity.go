package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

func parityCommand() command {
	return command{
		name:  "parity",
		args:  "[flags] A B",
		short: "compare two runs of the same work",
		long: `
Parity compares run B with run A: names and how often they occur, and what the schemas say that two runs have in common
(x-assay): sums of values, and records with the same keys. It prints what differs, what differs and is not judged, and
what is left out since it belongs to one kind of run. All lines whose name can be read take part, valid or not.

-within name=0.1 lets the count of a name, or each sum of its values, differ by 10 % of that of A, inclusive, and has
sums judged that are only reported else; -within stream/name=0.1 says in which stream. A profile can hold the same for
many names (see "assay help counts"). What one run does not have at all always differs.

A and B are two run folders, or two files of one stream; they may be compressed with gzip.`,
		examples: `
	assay parity logs/run_local logs/run_e2b
	assay parity -within artifact_created=0.05 -within metrics/step_duration_ms=50% logs/run_local logs/run_e2b
	assay parity -format json logs/run_local logs/run_e2b
`,
		define: func(flags *flag.FlagSet) runner {
			p := &comparing{survey: defineSurvey(flags)}
			flags.Func("within", "allow a `[stream/]name=share` to differ by 0.1 or 10%; repeat it for several", p.addWithin)
			profile := flags.String("profile", "", "take what may differ from the profile in this `file`")
			return func(ctx context.Context, s *streams, args []string) error {
				if err := p.load(s); err != nil {
					return err
				}
				p.within = map[string]map[string]float64{}
				if *profile != "" {
					read, err := readProfile(*profile, p.schemas)
					if err != nil {
						return err
					}
					p.within = read.within
				}
				if len(args) != 2 {
					return usagef("want two runs, got %s", plural(len(args), "path"))
				}
				if err := p.find(args); err != nil {
					return err
				}
				if len(p.failed) > 0 {
					return errors.Join(p.failed...)
				}
				if err := p.sameStreams(args); err != nil {
					return err
				}
				return p.compare(ctx)
			}
		},
	}
}

// comparing is one call of parity.
type comparing struct {
	*survey
	asked  []asked
	within map[string]map[string]float64 // by stream and name
}

// asked is what one -within says.
type asked struct {
	stream, name string // stream may be empty
	share        float64
}

func (p *comparing) addWithin(s string) error {
	i := strings.LastIndexByte(s, '=')
	if i < 1 {
		return errors.New("want name=share, such as step_start=0.1")
	}
	name, text := s[:i], s[i+1:]
	number, isPercent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if isPercent {
		share /= 100
	}
	if err != nil || !(share >= 0) || math.IsInf(share, 0) {
		return fmt.Errorf("want a share >= 0, such as 0.1 or 10%%, got %s", diag.Quote(text))
	}
	a := asked{name: name, share: share}
	if stream, rest, ok := strings.Cut(name, "/"); ok {
		a.stream, a.name = stream, rest
	}
	p.asked = append(p.asked, a)
	return nil
}

// sameStreams refuses two targets that have nothing to be compared by.
func (p *comparing) sameStreams(args []string) error {
	if len(p.targets) != 2 {
		return usagef("want two runs, but one of %s and %s is a folder of runs", args[0], args[1])
	}
	a, b := &p.targets[0], &p.targets[1]
	if len(a.inputs) != len(b.inputs) || a.inputs[0].schema != b.inputs[0].schema {
		return usagef("%s and %s are not of one sort: want two run folders, or two files of one stream", a.path, b.path)
	}
	return nil
}

// compare reads both runs at once, and compares them.
func (p *comparing) compare(ctx context.Context) error {
	var runs [2]*stream.Run
	var notes [2][]stream.Finding
	var failed [2]error
	done := p.s.watch(p.command, bytesOf(p.targets))
	var group sync.WaitGroup
	for i := range runs {
		group.Go(func() { runs[i], notes[i], failed[i] = p.read(ctx, &p.targets[i]) })
		if *p.jobs == 1 {
			group.Wait()
		}
	}
	group.Wait()
	done()
	v := &verdict{name: p.targets[0].path + " ↔ " + p.targets[1].path, err: errors.Join(failed[:]...)}
	if v.err == nil {
		if err := p.settle(runs); err != nil {
			return err
		}
		v.findings.First = slices.Concat(notes[0], notes[1])
		p.judge(v, stream.Compare(runs[0], runs[1], stream.ParityOptions{Within: p.within}))
	}
	p.begin(p.s)
	p.output.write(p.s.out, v)
	p.end(p.s)
	if p.fails(&v.findings) {
		return errors.Join(v.err, errFindings)
	}
	return v.err
}

// settle adds what -within says. A name that no schema declares and no run has is a misspelling.
func (p *comparing) settle(runs [2]*stream.Run) error {
	var streams []string
	for i, s := range runs[0].Streams {
		f := s.Facts()
		streams = append(streams, f.Stream)
		known := namesOf(runs, i)
		for _, name := range slices.Sorted(maps.Keys(p.within[f.Stream])) { // of the profile, which may be about other runs too
			if hint := diag.Nearest(name, f.Names); hint != "" && !slices.Contains(known, name) {
				fmt.Fprintf(p.s.err, "assay parity: the profile has a share for %s, which no schema declares, and neither run has it; %s\n", diag.Quote(name), hint)
			}
		}
	}
	for _, a := range p.asked {
		if a.stream != "" && !slices.Contains(streams, a.stream) { // a name may have a slash in it
			a.stream, a.name = "", a.stream+"/"+a.name
		}
		var names []string
		found := false
		for i, s := range runs[0].Streams {
			f := s.Facts()
			if a.stream != "" && a.stream != f.Stream {
				continue
			}
			own := namesOf(runs, i)
			names = append(names, own...)
			if !slices.Contains(own, a.name) {
				continue
			}
			found = true
			if p.within[f.Stream] == nil {
				p.within[f.Stream] = map[string]float64{}
			}
			p.within[f.Stream][a.name] = a.share
		}
		if found {
			continue
		}
		hint := diag.Nearest(a.name, names)
		if hint == "" {
			hint = "the streams are " + strings.Join(streams, ", ")
		}
		return usagef("-within: no schema declares the name %s, and neither run has it; %s", diag.Quote(a.name), hint)
	}
	return nil
}

// namesOf returns the names of a stream that the schema declares, and those that one of the runs has.
func namesOf(runs [2]*stream.Run, i int) []string {
	a, b := runs[0].Streams[i], runs[1].Streams[i]
	return slices.Concat(a.Facts().Names, slices.Sorted(maps.Keys(a.Counts.Unknown)), slices.Sorted(maps.Keys(b.Counts.Unknown)))
}

// judge fills in the verdict.
func (p *comparing) judge(v *verdict, parity *stream.Parity) {
	notes := v.findings.First
	for _, d := range parity.Differences {
		v.findings.First = append(v.findings.First, d.Finding)
	}
	v.text = func(w *page) {
		for _, f := range notes {
			fmt.Fprintln(w, w.finding(f))
		}
		paint := w.green
		if len(parity.Differences) > 0 {
			paint = w.red
		}
		for i, line := range strings.Split(strings.TrimSuffix(parity.String(), "\n"), "\n") {
			switch {
			case i < 2:
				line = w.bold(line)
			case i == 2:
				line = paint(line)
			}
			fmt.Fprintln(w, line)
		}
	}
	all := func(d []stream.Difference) []stream.Difference { return append([]stream.Difference{}, d...) }
	v.json = struct {
		A           string              `json:"a"`
		B           string              `json:"b"`
		Compared    int                 `json:"compared"`
		Differences []stream.Difference `json:"differences"`
		Reported    []stream.Difference `json:"reported"` // differ, but are not judged
		LeftOut     []stream.Difference `json:"leftOut"`
		Findings    []stream.Finding    `json:"findings"`
	}{parity.A, parity.B, parity.Compared, all(parity.Differences), all(parity.Reported), all(parity.LeftOut), listed(notes)}
}
