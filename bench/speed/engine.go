package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing/fstest"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/bench/loop"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers"
	"github.com/assay-go/assay/bench/table"
	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/schemas"
)

// What assay itself does with the lines. A way to read that is added to assay gets its row here, and nowhere else.

// engine is the shipped schemas, compiled at run time; generated code needs nothing.
type engine struct{ events, metrics *dynamic.Schema }

func newEngine() (*engine, error) {
	compiled, err := dynamic.Compile(schemas.FS, dynamic.Options{AssertFormat: true}, schemas.Names()...)
	if err != nil {
		return nil, err
	}
	return &engine{events: compiled[0], metrics: compiled[1]}, nil
}

// Rows that others are derived from.
const (
	decodeEvents = "validate + typed decode, events"
	decodePure   = "validate + typed decode, events, pure build"
)

// goals are the rows that have goals, but for the validator-benchmark and the size of generated code.
func (s *session) goals(e *engine, steps *steps) []*row {
	t := &s.texts
	return []*row{
		timed(decodeEvents, peers.Reused, t.events, loop.Events).that(peers.Invalid).goals(7.5, 9.5, 12),
		timed("validate + typed decode, metrics", peers.Reused, t.metrics, scanMetrics).goals(7, 9, 11),
		timed("dynamic: validate, events, block", peers.None, t.events, e.block).that(peers.Invalid).goals(7, 8.5, 10),
		timed("validate + typed decode, events, every line's keys shuffled", peers.Reused, t.shuffled, loop.Events).goals(3.2, 4, 5),
		timed("ValidEvent, a line at a time", peers.None, t.events, perLine(telemetry.ValidEvent)).that(peers.Invalid).goals(5.5, 8, 10),
		derived(decodePure, table.Cal, s.purely).goals(3.5, 5, 7),
		timed("interpreter alone, events, a line at a time", peers.None, t.events, perLine(e.events.Program.ValidText)).that(peers.Invalid).
			goals(2.2, 3.2, 4.3),
		steps.lead(s).goals(2.5, 4, 5),
		derived("two cores over one, "+decodeEvents, "×", func(r *table.Row) error { return s.scaling(r) }).goals(1.8, 1.9, 1.95),
		derived("allocations per valid line, "+decodeEvents, "", s.allocations).atMost(0, 0, 0),
	}
}

// more are the other ways to read.
func (s *session) more(e *engine, steps *steps) []*row {
	t := &s.texts
	folder := newRunFolder(s.size / 4)
	rows := []*row{
		timed("validate + typed decode, events, from an io.Reader", peers.Reused, t.events, func() measure.Work { return loop.With(loop.Copied, stream.Reuse()) }),
		timed("validate + typed decode, events, from an io.Reader, every string kept", peers.Copied, t.events, func() measure.Work { return loop.With(loop.Copied) }),
		timed("validate + typed decode, events, compact style", peers.Reused, t.compact, loop.Events),
		timed("validate + typed decode, events, 1 % invalid, each explained", peers.Reused, t.invalid, loop.Events),
		timed("Events: every event to keep", peers.Copied, t.events, rangeEvents),
		timed("DecodeEvent, a line at a time", peers.Copied, t.events, perLine(func(line []byte) bool {
			_, err := telemetry.DecodeEvent(line)
			return err == nil
		})).that(peers.Invalid),
		timed("dynamic: validate, metrics, block", peers.None, t.metrics, (&engine{events: e.metrics}).block),
		timed("dynamic: validate, events, every line's keys shuffled, block", peers.None, t.shuffled, e.block),
		timed("dynamic: Valid, events, a line at a time", peers.None, t.events, perLine(e.events.Valid)).that(peers.Invalid),
		timed("dynamic: Valid, metrics, a line at a time", peers.None, t.metrics, perLine(e.metrics.Valid)),
		timed("CountEvents", peers.None, t.events, countEvents),
		timed("ReadRun: counts, pairs and totals of a run folder", peers.None, folder.text, folder.work),
	}
	return append(rows, steps.more(s)...)
}

func perLine(accepts func([]byte) bool) func() measure.Work {
	return func() measure.Work { return measure.PerLine(accepts) }
}

func scanMetrics() measure.Work {
	return func(text []byte) (lines, refused int) {
		scanner := telemetry.NewMetricScanner(stream.InPlace(text), stream.Reuse())
		for scanner.Scan() {
			lines++
			if scanner.Invalid() != nil {
				refused++
			}
		}
		return lines, refused
	}
}

func rangeEvents() measure.Work {
	return func(text []byte) (lines, refused int) {
		for _, err := range telemetry.Events(bytes.NewReader(text)) {
			lines++
			if err != nil {
				refused++
			}
		}
		return lines, refused
	}
}

func countEvents() measure.Work {
	return func(text []byte) (lines, refused int) {
		counts, err := telemetry.CountEvents(context.Background(), bytes.NewReader(text))
		if err != nil {
			return 0, 0
		}
		for _, name := range telemetry.EventNames() {
			lines += counts.Of(name)
		}
		return lines, corpus.Lines(text) - lines
	}
}

// block is the scanner over a block of lines, and the interpreter where it is not sure. A block has padding, which a reader puts there once.
func (e *engine) block() measure.Work {
	machine := scan.New(e.events.Plan())
	blocks := map[int][]byte{} // by the length of the text
	return func(text []byte) (lines, refused int) {
		block := blocks[len(text)]
		if block == nil {
			block = measure.Keep(scan.Pad(nil, text))
			blocks[len(text)] = block
		}
		machine.Block(block, len(text))
		for at := 0; at < len(text); {
			end, sure := machine.Next(at)
			if !sure && !e.events.Program.ValidText(block[at:end]) {
				refused++
			}
			lines++
			at = end + 1
		}
		return lines, refused
	}
}

// runFolder is the two streams of one run of many steps, behind each other.
type runFolder struct {
	text   []byte
	events int // where the metrics begin
}

func newRunFolder(size int) *runFolder {
	config := corpus.Usual(size)
	config.OneRun = true
	c := corpus.New(config)
	return &runFolder{text: measure.Keep(append(c.Events, c.Metrics...)), events: len(c.Events)}
}

// work reads the folder from memory. Of a prefix it takes the metrics as far as they go.
func (f *runFolder) work() measure.Work {
	return func(text []byte) (lines, refused int) {
		at := min(f.events, len(text))
		run, err := telemetry.ReadRun(context.Background(), fstest.MapFS{"events.jsonl": {Data: text[:at]}, "metrics.jsonl": {Data: text[at:]}})
		if err != nil {
			return 0, 0
		}
		for _, name := range telemetry.EventNames() {
			lines += run.Events.Of(name)
		}
		for _, name := range telemetry.MetricNames() {
			lines += run.Metrics.Of(name)
		}
		return lines, corpus.Lines(text) - lines
	}
}

// scaling compares two goroutines with one.
func (s *session) scaling(r *table.Row) error {
	ratios := measure.Scaling(measure.Contender{Text: s.texts.events, New: loop.Events}, s.options)
	if len(ratios) == 0 {
		return errSkipped{fmt.Sprintf("in none of %d slices did it have two cores to itself", s.options.Rounds)}
	}
	r.Value, r.Low, r.High = ratios.Median(), ratios.Quantile(0.1), ratios.Quantile(0.9)
	return nil
}

// allocations are those of the lines that are all valid. What a reader allocates once, its buffer, vanishes among many lines.
func (s *session) allocations(r *table.Row) error {
	result, err := s.of(decodeEvents)
	if err != nil {
		return err
	}
	const oncePerStream = 0.005
	if r.Value = result.Allocs.Median(); r.Value < oncePerStream {
		r.Value = 0
	}
	return nil
}

// purely asks the program pure, built with the tag purego. It has a calibrator of its own.
func (s *session) purely(r *table.Row) error {
	text, err := s.ask("pure", "purego", "-bytes", fmt.Sprint(s.size), "-rounds", fmt.Sprint(slicesForGoals*s.options.Rounds), "-slice", s.options.Slice.String())
	if err != nil {
		return err
	}
	var own table.Row
	if err := json.Unmarshal(text, &own); err != nil {
		return err
	}
	own.Name, own.Strings, own.Goals = r.Name, string(peers.Reused), r.Goals
	*r = own
	return nil
}

// ask returns what one of the other programs of this module prints, which it builds with tags.
func (s *session) ask(name, tags string, arguments ...string) ([]byte, error) {
	program := filepath.Join(s.programs, name)
	if _, err := os.Stat(program); err != nil {
		out, err := exec.CommandContext(s, "go", "build", "-tags", tags, "-o", program, "github.com/assay-go/assay/bench/"+name).CombinedOutput()
		if err != nil {
			return nil, errSkipped{fmt.Sprintf("run it in the folder bench: go build: %s: %s", err, bytes.TrimSpace(out))}
		}
	}
	c := exec.CommandContext(s, program, arguments...)
	c.Stderr = os.Stderr
	return c.Output()
}
