// Command speed measures assay and its peers in one process, and prints one table: see docs/performance.md.
//
//	speed [-smoke] [-json results.json] [-w]
//
// Run it in the folder bench, on a machine that does little else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"time"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers"
	"github.com/assay-go/assay/bench/peers/gojsonschema"
	"github.com/assay-go/assay/bench/table"
)

// errUsage is that of arguments that nothing can be done with; the exit code is 2.
type errUsage struct{ error }

func (e errUsage) Unwrap() error { return e.error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "speed:", err)
	if usage := (errUsage{}); errors.As(err, &usage) {
		os.Exit(2)
	}
	os.Exit(1)
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("speed", flag.ContinueOnError)
	smoke := flags.Bool("smoke", false, "see that everything runs, in a few seconds: the figures are worth nothing")
	size := flags.Float64("mb", 16, "size of each corpus in `megabytes` (10^6 bytes)")
	rounds := flags.Int("rounds", 15, "`number` of slices per row")
	slice := flags.Duration("slice", 20*time.Millisecond, "how long a slice takes")
	only := flags.String("only", "", "measure only rows whose name matches a regular `expression`; rows made of others are not measured")
	file := flags.String("json", "", "write the table to a `file` as JSON too; - is standard output, in place of the table")
	write := flags.Bool("w", false, "put the table into docs/performance.md, some of its rows into README.md, and write bench/results.json")
	if err := flags.Parse(args); err != nil {
		return errUsage{err}
	}
	switch {
	case flags.NArg() > 0:
		return errUsage{fmt.Errorf("unexpected argument %q", flags.Arg(0))}
	case *size <= 0 || *rounds < 1 || *slice <= 0:
		return errUsage{errors.New("-mb, -rounds and -slice must be above 0")}
	case *write && (*smoke || *only != ""):
		return errUsage{errors.New("-w needs the whole table: leave out -smoke and -only")}
	}
	names, err := regexp.Compile(*only)
	if err != nil {
		return errUsage{fmt.Errorf("-only: %w", err)}
	}
	s := &session{
		Context: ctx, only: names, size: int(*size * 1e6), options: measure.Options{Rounds: *rounds, Slice: *slice},
		mostEvents: 10_000,
	}
	if *smoke {
		s.size, s.options, s.mostEvents = 300_000, measure.Options{Rounds: 2, Slice: time.Millisecond}, 100
	}
	if s.programs, err = os.MkdirTemp("", "assay-speed-"); err != nil {
		return err
	}
	defer os.RemoveAll(s.programs)
	t, err := s.table()
	if err != nil {
		return err
	}
	text, err := t.JSON()
	if err != nil {
		return err
	}
	if *file == "-" {
		_, err = out.Write(text)
		return err
	}
	fmt.Fprint(out, t.Markdown())
	if *file != "" {
		err = os.WriteFile(*file, text, 0o666)
	}
	if *write {
		err = errors.Join(err, os.WriteFile("results.json", text, 0o666),
			table.Replace(filepath.Join("..", "docs", "performance.md"), "bench", t.Markdown()),
			table.Replace(filepath.Join("..", "README.md"), "speed", t.Brief(brief)))
	}
	return err
}

// brief are the rows that the README shows.
var brief = []string{
	decodeEvents,
	"validate + typed decode, metrics",
	"dynamic: validate, events, block",
	"ValidEvent, a line at a time",
	"AppendEvent, step_complete",
	"validate + typed decode, events, every line's keys shuffled",
	decodePure,
	"interpreter alone, events, a line at a time",
	"jsontext: Value.IsValid",
	"fastjson: Parser.ParseBytes",
	"jx: struct, code by hand",
	"sonic: struct",
	"encoding/json: struct",
	"zerolog: Str, Float64, Send",
	"santhosh: UnmarshalJSON, Validate",
	"google: json.Unmarshal, Validate",
}

// session is one run of the program.
type session struct {
	context.Context
	only       *regexp.Regexp // names of rows to measure
	size       int            // of each corpus
	options    measure.Options
	mostEvents int    // of the largest schema that Go is generated from
	programs   string // the folder that other programs are built in

	texts   texts
	results map[string]*measure.Result // by the names of rows
}

// table measures everything.
func (s *session) table() (*table.Table, error) {
	s.texts = newTexts(s.size)
	groups, err := s.groups()
	if err != nil {
		return nil, err
	}
	if err := s.measure(groups); err != nil {
		return nil, err
	}
	t := &table.Table{
		Machine: fmt.Sprintf("%d vCPU", runtime.NumCPU()),
		Date:    time.Now().UTC().Format(time.DateOnly),
		Go:      runtime.Version(),
		Rounds:  s.options.Rounds,
	}
	for _, m := range peers.Modules() {
		t.Modules = append(t.Modules, table.Module{Path: m, Version: peers.Version(m)})
	}
	t.Modules = append(t.Modules, table.Module{Path: "github.com/atombender/go-jsonschema", Version: gojsonschema.Version})
	for _, g := range groups {
		made := table.Group{Name: g.name}
		for _, r := range g.rows {
			made.Rows = append(made.Rows, r.Row)
		}
		if len(made.Rows) > 0 {
			t.Groups = append(t.Groups, made)
		}
	}
	return t, nil
}
