// Command other measures tools that are not Go libraries on the same lines: see README.md beside it.
//
//	other [-mb 8] [-rounds 9] [-only ajv] [-json other.json] [-w]
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"time"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/table"
	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/schemas"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, tools())
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "other:", err)
	os.Exit(1)
}

func run(ctx context.Context, args []string, out io.Writer, tools []tool) error {
	flags := flag.NewFlagSet("other", flag.ContinueOnError)
	size := flags.Float64("mb", 8, "size of the corpus in `megabytes` (10^6 bytes)")
	rounds := flags.Int("rounds", 9, "`number` of slices of each")
	only := flags.String("only", "", "run only tools whose name matches a regular `expression`")
	file := flags.String("json", "", "write the table to a `file` as JSON too")
	write := flags.Bool("w", false, "put the table into docs/performance.md")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names, err := regexp.Compile(*only)
	switch {
	case err != nil:
		return fmt.Errorf("-only: %w", err)
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *size <= 0 || *rounds < 1:
		return errors.New("-mb and -rounds must be above 0")
	}
	dir, err := os.MkdirTemp("", "assay-other-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))

	b := &bench{dir: dir, rounds: *rounds}
	b.text = measure.Keep(corpus.New(corpus.Usual(int(*size * 1e6))).Events)
	for name, text := range map[string][]byte{"events.jsonl": b.text, "one.jsonl": measure.Prefix(b.text, 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			return err
		}
	}
	if err := os.CopyFS(dir, schemas.FS); err != nil {
		return err
	}
	defer b.stop()
	b.contenders = []*contender{{name: "assay: validate + typed decode", slice: b.assay}}
	for _, t := range tools {
		if !names.MatchString(t.name) {
			continue
		}
		if err := b.start(ctx, t); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			fmt.Fprintf(out, "skip %s: %s\n", t.name, err)
		}
	}
	if err := b.measure(ctx); err != nil {
		return err
	}
	results := b.table()
	fmt.Fprint(out, results.Markdown())
	if *write {
		if err := table.Replace(filepath.Join("..", "docs", "performance.md"), "other", results.Markdown()); err != nil {
			return err
		}
	}
	if *file == "" {
		return nil
	}
	text, err := results.JSON()
	if err != nil {
		return err
	}
	return os.WriteFile(*file, text, 0o666)
}

// bench is one run of the program.
type bench struct {
	dir        string // with events.jsonl, one.jsonl and the schema
	text       []byte // events.jsonl
	rounds     int
	contenders []*contender
	children   []*child
	folders    []string // that tools were installed into
}

// contender is something that is measured.
type contender struct {
	name string
	// slice measures once: CPU time, and the bytes that were read.
	slice      func(context.Context) (answer, error)
	cal, speed measure.Series
	failed     string // why it is measured no longer
}

// answer is what a slice says of itself.
type answer struct {
	Seconds float64 `json:"seconds"` // CPU time
	Bytes   int     `json:"bytes"`
	Lines   int     `json:"lines"`
	Refused int     `json:"refused"`
}

// measure lets the contenders take turns, each slice between two of the calibrator, which runs in this process.
func (b *bench) measure(ctx context.Context) error {
	speed := measure.Calibrator(b.text)
	for round := range b.rounds + 1 {
		for _, c := range b.contenders {
			if c.failed != "" {
				continue
			}
			before := speed()
			a, err := c.slice(ctx)
			if err == nil && a.Refused > 0 {
				err = fmt.Errorf("refuses %d of %d lines, which are all valid", a.Refused, a.Lines)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				c.failed = err.Error()
				continue
			}
			calibrated := (before + speed()) / 2
			if round == 0 || a.Seconds <= 0 {
				continue // the first warms up caches and compilers
			}
			megabytes := float64(a.Bytes) / 1e6 / a.Seconds
			c.speed = append(c.speed, megabytes)
			c.cal = append(c.cal, megabytes/calibrated)
		}
	}
	return nil
}

func (b *bench) table() *table.Table {
	t := &table.Table{
		Machine: fmt.Sprintf("%d vCPU", runtime.NumCPU()),
		Date:    time.Now().UTC().Format(time.DateOnly),
		Go:      runtime.Version(),
		Rounds:  b.rounds,
		Groups:  []table.Group{{Name: "events, one core, a process each"}},
	}
	for _, c := range b.contenders {
		t.Groups[0].Rows = append(t.Groups[0].Rows, table.Row{
			Name: c.name, Unit: table.Cal, Value: c.cal.Median(), Low: c.cal.Quantile(0.1), High: c.cal.Quantile(0.9), Speed: c.speed.Median(),
			Skipped: c.failed,
		})
	}
	return t
}

// assay is what all are compared with.
func (b *bench) assay(context.Context) (answer, error) {
	a := answer{Bytes: len(b.text)}
	took, err := measure.Once(1, func() error {
		scanner := telemetry.NewEventScanner(bytes.NewReader(b.text), stream.Reuse())
		for scanner.Scan() {
			a.Lines++
			if scanner.Invalid() != nil {
				a.Refused++
			}
		}
		return scanner.Err()
	})
	a.Seconds = took.Seconds()
	return a, err
}

// child is a process that measures itself when it is asked to. It first says which contenders it has, as {"contenders": ["a"], "skipped": ["b: why"]}, then
// answers each line with the number of one by an answer.
type child struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	stderr  bytes.Buffer
}

// start readies a tool, and adds what it has to offer.
func (b *bench) start(ctx context.Context, t tool) error {
	command, slice, err := t.ready(ctx, b)
	if err != nil {
		return err
	}
	if slice != nil {
		b.contenders = append(b.contenders, &contender{name: t.name, slice: slice})
		return nil
	}
	c := &child{command: command}
	command.Stderr = &c.stderr
	if c.in, err = command.StdinPipe(); err != nil {
		return err
	}
	pipe, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	c.out = bufio.NewReader(pipe)
	if err := command.Start(); err != nil {
		return err
	}
	b.children = append(b.children, c)
	var offer struct{ Contenders, Skipped []string }
	if err := c.read(&offer); err != nil {
		return err
	}
	for _, reason := range offer.Skipped {
		fmt.Fprintln(os.Stderr, "other: skip", reason)
	}
	for i, name := range offer.Contenders {
		b.contenders = append(b.contenders, &contender{name: name, slice: func(context.Context) (answer, error) {
			var a answer
			if _, err := fmt.Fprintln(c.in, i); err != nil {
				return a, c.died(err)
			}
			return a, c.read(&a)
		}})
	}
	return nil
}

func (c *child) read(v any) error {
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return c.died(err)
	}
	if err := json.Unmarshal(line, v); err != nil {
		return fmt.Errorf("%s: %w", bytes.TrimSpace(line), err)
	}
	return nil
}

// died is the error of a process that has gone: the last of what it printed, if anything.
func (c *child) died(err error) error {
	c.in.Close()
	c.command.Wait() //nolint:errcheck // what it printed says more
	if text := bytes.TrimSpace(c.stderr.Bytes()); len(text) > 0 {
		return errors.New(string(text[bytes.LastIndexByte(text, '\n')+1:]))
	}
	return err
}

// stop ends the processes: their input ends.
func (b *bench) stop() {
	for _, c := range b.children {
		c.in.Close()
		c.command.Wait() //nolint:errcheck // nothing is asked of it any more
	}
	for _, folder := range b.folders {
		os.RemoveAll(folder)
	}
}
