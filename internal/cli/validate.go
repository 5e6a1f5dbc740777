package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
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
rule, instanceLocation, keywordLocation and message.

A schema that describes a stream (x-assay) is for files of the name that it gives, such as events.jsonl, and these
are read line by line. Of a run folder only those files are read; one that is missing is a finding, and so is a
second session among their lines. With a single -schema every file is checked against it; if it describes no stream,
files called .jsonl or .ndjson are read line by line, and others as one JSON value.`,
		examples: `
	assay validate logs/run_1700000000000
	assay validate -format json logs/*/events.jsonl
	assay validate -schema orders.schema.json orders.jsonl
	tail -f events.jsonl | assay validate -stream events -
`,
		define: func(flags *flag.FlagSet) runner {
			from := defineSchemaFlags(flags)
			v := &validation{}
			format := choiceVar(flags, "format", "`format` of the output: text or json", "text", "json")
			failOn := choiceVar(flags, "fail-on", "exit with 1 from this `level` on: error or warn", "error", "warn")
			flags.IntVar(&v.max, "max", 1000, "show at most this `number` of findings per file, and count the lines with more; 0 is no limit")
			return func(ctx context.Context, s *streams, args []string) error {
				if v.max < 0 {
					return usagef("-max must be >= 0, got %d", v.max)
				}
				all, err := from.load()
				if err != nil {
					return err
				}
				targets, unreadable, err := from.targets(all, args)
				if err != nil {
					return err
				}
				v.streams, v.format = s, *format
				failed := append(unreadable, v.run(ctx, targets))
				if v.errors > 0 || *failOn == "warn" && v.warnings > 0 {
					failed = append(failed, errFindings)
				}
				return errors.Join(failed...)
			}
		},
	}
}

// validation is one call of validate.
type validation struct {
	*streams
	format string
	max    int // findings shown per file; 0 is no limit

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

// run validates everything, and writes the summaries. The error joins those of reading.
func (v *validation) run(ctx context.Context, targets []target) error {
	var failed []error
	for _, t := range targets {
		var seen *sessions
		if t.run {
			seen = &sessions{}
		}
		for i := range t.inputs {
			if err := v.file(ctx, &t.inputs[i], seen); err != nil {
				failed = append(failed, &ioError{err})
			}
		}
	}
	for _, line := range v.summaries {
		fmt.Fprintln(v.err, line)
	}
	return errors.Join(failed...)
}

// file validates one file. That a run has no such file is a finding; seen are the sessions of the run, nil for a file of its own.
func (v *validation) file(ctx context.Context, in *input, seen *sessions) error {
	sum := &verdicts{input: in}
	r, err := in.open(v.in)
	if errors.Is(err, fs.ErrNotExist) && seen != nil {
		v.add(sum, missing(in))
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	if in.lines() {
		err = v.lines(ctx, r, sum, seen)
	} else {
		err = v.document(r, sum)
	}
	v.summaries = append(v.summaries, sum.String())
	return err
}

// missing is the finding that a run has no file of one of its streams.
func missing(in *input) stream.Finding {
	return stream.Finding{File: in.name, Rule: stream.RuleFileMissing, Message: "the run has no " + in.schema.Facts.File}
}

// lines validates a file line by line.
func (v *validation) lines(ctx context.Context, r io.Reader, sum *verdicts, seen *sessions) error {
	s := sum.input.schema
	record := &stream.Record{Program: s.Program, Facts: s.Facts}
	sc := record.NewScanner(r, stream.InFile(sum.input.name), stream.Reuse())
	for ctx.Err() == nil && sc.Scan() {
		line := sc.Line()
		sum.count(line.Kind)
		switch {
		case line.Kind == 0:
		case v.full(sum): // to explain a line costs much more than to judge it
			v.errors++
			sum.more++
		default:
			v.add(sum, findings(sc.Invalid())...)
		}
		v.add(sum, sc.Warnings()...)
		if seen != nil && s.Facts.Session != "" && line.Kind != stream.Malformed {
			v.session(sum, sc, seen)
		}
	}
	v.add(sum, sc.Remarks()...)
	return errors.Join(ctx.Err(), sc.Err())
}

// document validates a file that is one JSON value, whose lines are those of the file.
func (v *validation) document(r io.Reader, sum *verdicts) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s := sum.input.schema
	record := &stream.Record{Program: s.Program, Facts: s.Facts}
	var line stream.Line
	record.Judge(text, &line, true)
	sum.count(line.Kind)
	var all []stream.Finding
	if line.Kind != 0 {
		all = findings(&stream.LineError{File: sum.input.name, Kind: line.Kind, Name: line.Name, Err: line.Err})
	}
	if line.Kind != stream.Malformed {
		if offset, found := line.Tape.LoneSurrogate(); found {
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
func (v *validation) full(sum *verdicts) bool { return v.max > 0 && sum.shown >= v.max }

// add counts the findings of a line, and shows them unless there were too many in its file.
func (v *validation) add(sum *verdicts, findings ...stream.Finding) {
	left := 0
	for _, f := range findings {
		if f.Warn {
			v.warnings++
		} else {
			v.errors++
		}
		if v.full(sum) {
			left = 1
			continue
		}
		sum.shown++
		v.show(f)
		if sum.input.stdin {
			v.out.Flush() // somebody may be watching; its error comes again at the end
		}
	}
	sum.more += left
}

func (v *validation) show(f stream.Finding) {
	if v.format == "json" {
		text, err := f.MarshalJSON()
		if err != nil {
			panic(err) // strings and numbers always encode
		}
		v.out.Write(append(text, '\n'))
		return
	}
	fmt.Fprintln(v.out, f)
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
		read = lineCount(s.read)
	}
	text := fmt.Sprintf("%s: %s, %d valid, ", s.input.name, read, s.valid)
	if s.input.schema.Facts != nil {
		text += fmt.Sprintf("%d unknown, ", s.unknown)
	}
	text += fmt.Sprintf("%d invalid, %d malformed", s.invalid, s.malformed)
	if s.more > 0 {
		text += fmt.Sprintf("; findings of %s are not shown (-max 0 shows all)", lineCount(s.more))
	}
	return text
}

// ruleSession is the rule of findings that a run has several sessions.
const ruleSession = "session"

// sessions are the sessions of one run.
type sessions struct {
	first string
	where string // the line of the first
	seen  map[string]bool
}

// maxSessions is how many sessions of a run are told apart: a wrong file may have one per line.
const maxSessions = 100

// session reports the first line of each session of a run but the first. One run is one session.
func (v *validation) session(sum *verdicts, sc *stream.Scanner, seen *sessions) {
	t, pointer := sc.Line().Tape, sum.input.schema.Facts.Session
	n, found := t.Lookup(0, pointer)
	if !found || t.Kind(n) != tape.String {
		return // the schema has its own words for that
	}
	session := t.Str(n)
	number, offset := sc.Position()
	switch {
	case seen.seen == nil:
		seen.first, seen.where = string(session), fmt.Sprintf("%s:%d", sum.input.name, number)
		seen.seen = map[string]bool{seen.first: true}
		return
	case seen.seen[string(session)], len(seen.seen) > maxSessions:
		return
	}
	seen.seen[string(session)] = true
	v.add(sum, stream.Finding{
		File: sum.input.name, Line: number, Column: t.Offset(n) + 1, Offset: offset + int64(t.Offset(n)),
		Name: sc.Line().Name, Rule: ruleSession, InstanceLocation: pointer,
		Message: fmt.Sprintf("a run has one session: this is %s, and %s has %s", diag.Quote(string(session)), seen.where, diag.Quote(seen.first)),
	})
}
