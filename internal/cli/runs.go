package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/stream"
)

// runsHelp is what all commands say that look at runs.
const runsHelp = `
The paths are run folders, files, and standard input (-). Which files of a folder are read, and which schema is for
which file, is as for "assay validate"; what is compressed with gzip is read as what it holds, and a file of a run may
be called events.jsonl.gz then. A folder that holds no file of a run, but folders that do, stands for those runs. Of
several runs only what is wrong is shown, and how many there are.`

// survey is one call of a command that looks at runs one by one.
type survey struct {
	*output
	jobs    *jobs
	from    schemaFlags
	s       *streams
	schemas []*dynamic.Schema
	records map[*dynamic.Schema]*stream.Record
	targets []target
	failed  []error
}

// defineSurvey defines the flags of a survey.
func defineSurvey(flags *flag.FlagSet) *survey {
	return &survey{from: defineSchemaFlags(flags), output: defineOutput(flags), jobs: defineJobs(flags)}
}

// load compiles the schemas.
func (v *survey) load(s *streams) (err error) {
	v.s = s
	if v.schemas, err = v.from.load(); err != nil {
		return err
	}
	v.records = map[*dynamic.Schema]*stream.Record{}
	for _, s := range v.schemas {
		v.records[s] = &stream.Record{Program: s.Program, Plan: s.Plan(), Facts: s.Facts}
	}
	return nil
}

// find finds out what the paths are. Files must be streams.
func (v *survey) find(paths []string) (err error) {
	v.targets, v.failed, err = v.from.targets(v.s.err, v.schemas, paths)
	if err != nil {
		return err
	}
	for _, t := range v.targets {
		for _, in := range t.inputs {
			if in.schema.Facts == nil {
				return usagef("%s: the schema %s does not say what a record's name is (x-assay)", in.name, in.schema.Name)
			}
		}
	}
	return nil
}

// many reports whether there are several runs.
func (v *survey) many() bool { return len(v.targets) > 1 }

// bytes returns how many bytes there are to read, as far as that is known.
func bytesOf(targets []target) (n int64) {
	for i := range targets {
		for j := range targets[i].inputs {
			n += targets[i].inputs[j].size()
		}
	}
	return n
}

// each calls look for every run and file, in parallel, and writes the verdicts in order. The error joins all that went wrong, and says whether there were
// findings.
func (v *survey) each(ctx context.Context, look func(t *target) *verdict) error {
	var total int64
	if isTerminal(v.s.err) {
		total = bytesOf(v.targets)
	}
	done := v.s.watch(v.command, total)
	v.begin(v.s)
	var tally tally
	ended := inTurn(ctx, v.s.out, len(v.targets), int(*v.jobs), maxAhead, func(i int, w *turn) func() {
		verdict := look(&v.targets[i])
		v.output.write(w, verdict)
		return func() {
			if verdict.err != nil {
				v.failed = append(v.failed, verdict.err)
			}
			tally.add(v.output, verdict)
		}
	})
	if v.many() && v.format == "text" {
		fmt.Fprintln(v.s.out, tally.String(v.paint))
	}
	v.end(v.s)
	done()
	if tally.failing {
		v.failed = append(v.failed, errFindings)
	}
	return errors.Join(append(v.failed, ended)...)
}

// tally sums up verdicts.
type tally struct {
	runs, clean, warned, wrong, unread int
	failing                            bool
}

func (t *tally) add(o *output, v *verdict) {
	t.runs++
	errors, warnings := v.findings.More, v.findings.MoreWarnings
	for _, f := range v.findings.First {
		if f.Warn {
			warnings++
		} else {
			errors++
		}
	}
	switch {
	case v.err != nil:
		t.unread++
	case errors > 0:
		t.wrong++
	case warnings > 0:
		t.warned++
	default:
		t.clean++
	}
	t.failing = t.failing || o.fails(&v.findings)
}

// String returns "1000 runs: 990 clean, 8 with findings, 2 with warnings only".
func (t *tally) String(p paint) string {
	parts := []string{p.green(strconv.Itoa(t.clean) + " clean")}
	if t.wrong > 0 {
		parts = append(parts, p.red(strconv.Itoa(t.wrong)+" with findings"))
	}
	if t.warned > 0 {
		parts = append(parts, p.yellow(strconv.Itoa(t.warned)+" with warnings only"))
	}
	if t.unread > 0 {
		parts = append(parts, p.red(strconv.Itoa(t.unread)+" that cannot be read"))
	}
	return plural(t.runs, "run") + ": " + strings.Join(parts, ", ")
}

// read reads a run or a file into a summary of each of its streams. Notes are findings about its files. On an error, the run holds what was read until then.
func (v *survey) read(ctx context.Context, t *target, o ...stream.Option) (run *stream.Run, notes []stream.Finding, err error) {
	run = &stream.Run{Path: t.path}
	for i := range t.inputs {
		in := &t.inputs[i]
		r, err := in.open(v.s)
		if err != nil {
			return run, notes, &ioError{err}
		}
		notes = append(notes, r.notes...)
		s := v.records[in.schema].NewSummary(append(o, in.reading()...)...)
		run.Streams = append(run.Streams, s)
		if s.Absent = r.absent; s.Absent != "" {
			continue
		}
		if err := errors.Join(v.readInto(ctx, s, r), r.close()); err != nil {
			return run, notes, &ioError{located(in.name, err)}
		}
	}
	return run, notes, nil
}

// readInto reads an input into a summary of nothing.
func (v *survey) readInto(ctx context.Context, s *stream.Summary, o *opened) error {
	if !o.long() {
		return s.Read(ctx, o)
	}
	return o.inParts(ctx, v.jobs.share(len(v.targets)), func(ctx context.Context, r io.Reader, _ *turn) func() error {
		part := s.Empty()
		err := part.Read(ctx, r)
		return func() error { return errors.Join(s.Merge(part), err) }
	})
}

// located returns an error that names the file, once.
func located(name string, err error) error {
	if strings.Contains(err.Error(), name) {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// plural returns "1 run" or "2 runs".
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
