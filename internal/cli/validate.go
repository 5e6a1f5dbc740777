package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
)

func validateCommand() command {
	return command{
		name:  "validate",
		args:  "[flags] path…",
		short: "check event streams, run folders and JSON files against their schemas",
		long: `
Validate reads files, run folders and standard input (-), and prints each violation as a line on standard output:

	events.jsonl:17:42: step_complete: rows_processed must be >= 0, got -1 [minimum]

Reading goes on behind a bad line. A summary per file follows on standard error. The rule in brackets is the JSON
Schema keyword, or one of json-syntax, json-duplicate, json-utf8, json-surrogate, unknown-name, torn-line,
file-missing and session. -format json prints one object per finding, with file, line, column, offset, name, level,
rule, instanceLocation, keywordLocation, absoluteKeywordLocation and message, and of an anyOf or oneOf that no branch
told apart with causes, which are the findings of the branch that fits best. -format github prints annotations of a
GitHub workflow, and -format junit a test suite per run or file.

A schema that describes a stream (x-assay) is for files of the name that it gives, such as events.jsonl, and these
are read line by line. Of a run folder only those files are read; one that is missing or empty is a finding, and so is
a second session among their lines. With a single -schema every file is checked against it; if it describes no stream,
files called .jsonl or .ndjson are read line by line, and others as one JSON value. What is compressed with gzip is read
as what it holds, and a file of a run may be called events.jsonl.gz then. A folder that holds no file of a run, but
folders that do, stands for those runs.`,
		examples: `
	assay validate logs/run_1700000000000
	assay validate -format json logs/*/events.jsonl
	assay validate -format github -fail-on warn logs
	assay validate -schema orders.schema.json orders.jsonl
	tail -f events.jsonl | assay validate -stream events -
`,
		define: func(flags *flag.FlagSet) runner {
			from := defineSchemaFlags(flags)
			v := &validation{output: defineOutput(flags), jobs: defineJobs(flags)}
			flags.IntVar(&v.max, "max", 1000, "show at most this `number` of findings per file, and count the lines with more; 0 is no limit")
			return func(ctx context.Context, s *streams, args []string) error {
				if v.max < 0 {
					return usagef("-max must be >= 0, got %d", v.max)
				}
				all, err := from.load()
				if err != nil {
					return err
				}
				v.records = map[*dynamic.Schema]*stream.Record{}
				for _, s := range all {
					v.records[s] = &stream.Record{Program: s.Program, Plan: s.Plan(), Facts: s.Facts}
				}
				targets, unreadable, err := from.targets(s.err, all, args)
				if err != nil {
					return err
				}
				v.streams = s
				return errors.Join(append(unreadable, v.run(ctx, targets))...)
			}
		},
	}
}

// validation is one call of validate.
type validation struct {
	*output
	*streams
	jobs    *jobs
	parts   int // of each run or file that are read at once
	records map[*dynamic.Schema]*stream.Record
	max     int // findings shown per file; 0 is no limit
}

// validated is what was found in one run folder or file.
type validated struct {
	*validation
	w    *turn
	all  *verdict  // collects findings for formats that need them all
	seen *sessions // of a run; nil for a file of its own

	errors, warnings int      // findings, whether they were shown or not
	summaries        []string // a line per file
}

// verdicts sums up one file.
type verdicts struct {
	input *input

	read, valid, unknown, invalid, malformed int // texts by verdict

	shown int // findings
	more  int // lines with findings that are not shown
}

// run validates everything, and writes the summaries. The error joins those of reading, and says whether there were findings.
func (v *validation) run(ctx context.Context, targets []target) error {
	var failed []error
	var summaries []string
	failing := false
	var total int64
	if isTerminal(v.err) {
		total = bytesOf(targets)
	}
	done := v.watch(v.command, total)
	v.begin(v.streams)
	v.parts = v.jobs.share(len(targets))
	ended := inTurn(ctx, v.out, len(targets), int(*v.jobs), maxAhead, func(i int, w *turn) func() {
		t := &targets[i]
		r := &validated{validation: v, w: w, all: &verdict{name: t.path}}
		if t.run {
			r.seen = &sessions{}
		}
		for j := range t.inputs {
			if err := r.file(ctx, &t.inputs[j]); err != nil {
				r.all.err = errors.Join(r.all.err, &ioError{err})
			}
		}
		if v.format == "junit" {
			v.output.write(w, r.all)
		}
		return func() {
			if r.all.err != nil {
				failed = append(failed, r.all.err)
			}
			summaries = append(summaries, r.summaries...)
			failing = failing || r.errors > 0 || v.failOn == "warn" && r.warnings > 0
		}
	})
	v.end(v.streams)
	done()
	for _, line := range summaries {
		fmt.Fprintln(v.err, line)
	}
	if failing {
		failed = append(failed, errFindings)
	}
	return errors.Join(append(failed, ended)...)
}

// file validates one file. That a run has no such file is a finding.
func (v *validated) file(ctx context.Context, in *input) error {
	sum := &verdicts{input: in}
	r, err := in.open(v.streams)
	if err != nil {
		return err
	}
	v.add(sum, r.notes...)
	if r.absent != "" {
		v.add(sum, stream.Finding{File: in.name, Rule: stream.RuleFileMissing, Message: r.absent})
		return nil
	}
	if in.lines() {
		err = v.lines(ctx, r, sum)
	} else {
		err = v.document(r, sum)
	}
	v.summaries = append(v.summaries, sum.String())
	if err = errors.Join(err, r.close()); err != nil {
		return located(in.name, err)
	}
	return nil
}

// lines validates a file line by line, in parts if it is long.
func (v *validated) lines(ctx context.Context, o *opened, sum *verdicts) error {
	f := &validatedFile{validated: v, sum: sum}
	err := o.inParts(ctx, v.parts, func(ctx context.Context, r io.Reader, w *turn) func() error {
		p := &validatedPart{file: f, turn: w}
		if !o.long() {
			p.await()
		}
		err := p.scan(ctx, r)
		return func() error {
			p.begin()
			sum.add(&p.read)
			f.front.Merge(p.extent)
			return err
		}
	})
	remarks := f.front.Remarks(sum.input.name)
	v.add(sum, remarks...)
	if sum.input.run && sum.read == 0 && err == nil { // what the other commands say of it, too
		f := stream.Finding{File: sum.input.name, Rule: stream.RuleFileMissing, Message: "is empty"}
		if len(remarks) > 0 {
			f.Message = "has blank lines only"
		}
		v.add(sum, f)
	}
	return err
}

// document validates a file that is one JSON value, whose lines are those of the file.
func (v *validated) document(r io.Reader, sum *verdicts) error {
	most := sum.input.maxLine
	text, err := io.ReadAll(io.LimitReader(r, min(most, math.MaxInt64-1)+1)) // a device has no end
	if err != nil {
		return err
	}
	if int64(len(text)) > most {
		sum.count(stream.Malformed)
		v.add(sum, stream.Finding{
			File: sum.input.name, Line: 1, Column: 1, Rule: stream.RuleLongLine, Message: fmt.Sprintf("file has more bytes than the limit of %d bytes (max-line)", most),
		})
		return nil
	}
	record := v.records[sum.input.schema]
	var line stream.Line
	record.Judge(text, &line, true)
	sum.count(line.Kind)
	var all []stream.Finding
	if line.Kind != 0 {
		all = findings(&stream.LineError{File: sum.input.name, Kind: line.Kind, Name: line.Name, Err: line.Err})
	}
	if line.Kind != stream.Malformed {
		if offset, found := line.Tape().LoneSurrogate(); found {
			all = append(all, stream.Finding{
				File: sum.input.name, Offset: int64(offset), Name: line.Name, Warn: true, Rule: stream.RuleSurrogate,
				Message: fmt.Sprintf("lone surrogate %s stands for no character and reads as U+FFFD", text[offset:offset+6]),
			})
		}
	}
	for i := range all {
		before := text[:all[i].Offset]
		all[i].Line = 1 + bytes.Count(before, []byte("\n"))
		all[i].Column = len(before) - bytes.LastIndexByte(before, '\n')
	}
	v.add(sum, all...)
	return nil
}

// findings are those of a line. The last one tells how many violations were too many to be listed.
func findings(bad *stream.LineError) []stream.Finding {
	all := stream.Findings(bad)
	var broken *schema.Error
	if errors.As(bad.Err, &broken) && broken.More > 0 {
		all[len(all)-1].Message += fmt.Sprintf(" (and %d more violations)", broken.More)
	}
	return all
}

// full reports whether no more findings of a file are to be shown.
func (v *validated) full(sum *verdicts) bool { return v.max > 0 && sum.shown >= v.max }

// leave counts what is not shown.
func (v *validated) leave(sum *verdicts, left leftOut) {
	v.errors += left.bad
	v.warnings += left.warnings
	v.all.findings.More += left.bad
	v.all.findings.MoreWarnings += left.warnings
	sum.more += left.bad + left.warned
}

// add counts the findings of a line, and shows them unless there were too many in its file.
func (v *validated) add(sum *verdicts, findings ...stream.Finding) {
	left := 0
	for _, f := range findings {
		if f.Warn {
			v.warnings++
		} else {
			v.errors++
		}
		if v.full(sum) {
			left = 1
			if f.Warn {
				v.all.findings.MoreWarnings++
			} else {
				v.all.findings.More++
			}
			continue
		}
		sum.shown++
		v.show(f)
		if sum.input.stdin {
			v.w.Flush() // somebody may be watching
		}
	}
	sum.more += left
}

func (v *validated) show(f stream.Finding) {
	switch v.format {
	case "json":
		writeJSON(v.w, f)
	case "github":
		v.annotation(v.w, f)
	case "junit":
		v.all.findings.First = append(v.all.findings.First, f)
	default:
		fmt.Fprintln(v.w, v.output.paint.finding(f))
	}
}

// add adds the verdicts on a part of the file.
func (s *verdicts) add(part *verdicts) {
	s.read += part.read
	s.valid += part.valid
	s.unknown += part.unknown
	s.invalid += part.invalid
	s.malformed += part.malformed
}

func (s *verdicts) count(k stream.Kind) {
	s.read++
	switch k {
	case stream.Malformed:
		s.malformed++
	case stream.Unknown:
		s.unknown++
	case stream.Invalid:
		s.invalid++
	default:
		s.valid++
	}
}

// String returns the summary, such as "events.jsonl: 106 lines, 89 valid, 17 unknown, 0 invalid, 0 malformed".
func (s *verdicts) String() string {
	read := "1 document"
	if s.input.lines() {
		read = plural(s.read, "line")
	}
	text := fmt.Sprintf("%s: %s, %d valid, ", s.input.name, read, s.valid)
	if s.input.schema.Facts != nil {
		text += fmt.Sprintf("%d unknown, ", s.unknown)
	}
	text += fmt.Sprintf("%d invalid, %d malformed", s.invalid, s.malformed)
	if s.more > 0 {
		text += fmt.Sprintf("; findings of %s are not shown (-max 0 shows all)", plural(s.more, "line"))
	}
	return text
}

// sessions are the sessions of one run.
type sessions struct {
	first string
	where string // the line of the first
	seen  map[string]bool
}

// maxSessions is how many sessions of a run are told apart: a wrong file may have one per line.
const maxSessions = 100

// session reports the first line of each session of a run but the first. One run is one session. at has the session as its message.
func (v *validated) session(sum *verdicts, at stream.Finding) {
	seen, session := v.seen, at.Message
	switch {
	case seen.seen == nil:
		seen.first, seen.where = session, fmt.Sprintf("%s:%d", sum.input.name, at.Line)
		seen.seen = map[string]bool{seen.first: true}
		return
	case seen.seen[session], len(seen.seen) > maxSessions:
		return
	}
	seen.seen[session] = true
	at.Message = fmt.Sprintf("a run has one session: this is %s, and %s has %s", diag.Quote(session), seen.where, diag.Quote(seen.first))
	v.add(sum, at)
}
