package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// probe is one line and what a decoder that honours the schema does with it.
type probe struct {
	does   string // the row of the table
	stream string
	line   string
	want   want
	keeps  string // text that the line has after decoding and encoding
}

type want uint8

const (
	accept want = iota
	refuse
	keep
)

const head = `{"ts":"2026-11-22T09:36:52.381100+00:00","session":"run_1795340212380",`

// probes are the rows of the table that are found by decoding one line. All but the first differ from a valid line in one thing.
var probes = []probe{
	{does: "accepts a valid event", stream: "events", want: accept,
		line: head + `"event":"step_complete","step_id":"extract","rows_processed":20,"duration_ms":41.5}`},
	{does: "accepts `0.0` for an integer", stream: "events", want: accept,
		line: head + `"event":"run_complete","exit_code":0.0}`},
	{does: "accepts a leap second", stream: "events", want: accept,
		line: `{"ts":"2016-12-31T23:59:60Z","session":"run_1795340212380","event":"step_start","step_id":"extract","driver":"mysql.extractor"}`},
	{does: "refuses a missing required property", stream: "events", want: refuse,
		line: head + `"event":"step_start","driver":"mysql.extractor"}`},
	{does: "refuses a property of the wrong type", stream: "events", want: refuse,
		line: head + `"event":"step_start","step_id":7,"driver":"mysql.extractor"}`},
	{does: "refuses a number below its minimum", stream: "events", want: refuse,
		line: head + `"event":"step_complete","step_id":"extract","rows_processed":-1,"duration_ms":41.5}`},
	{does: "refuses a value that is not in an enum", stream: "events", want: refuse,
		line: head + `"event":"driver_registered","driver":"mysql.extractor","status":"maybe"}`},
	{does: "refuses text that a pattern excludes (`sha256`)", stream: "events", want: refuse,
		line: head + `"event":"cfg_materialized","path":"cfg/extract.json","size_bytes":3,"sha256":"c0ffee"}`},
	{does: "refuses an unknown event name", stream: "events", want: refuse,
		line: head + `"event":"step_error","step_id":"extract"}`},
	{does: "refuses a session that is not `run_…`", stream: "events", want: refuse,
		line: `{"ts":"2026-11-22T09:36:52.381100+00:00","session":"test_fixed","event":"step_start","step_id":"extract","driver":"mysql.extractor"}`},
	{does: "refuses a time stamp without an offset", stream: "events", want: refuse,
		line: `{"ts":"2026-11-22T09:36:52.381100","session":"run_1795340212380","event":"step_start","step_id":"extract","driver":"mysql.extractor"}`},
	{does: "refuses a metric with the unit of another", stream: "metrics", want: refuse,
		line: head + `"metric":"rows_written","value":20,"unit":"bytes"}`},
	{does: "refuses `null` in place of an event", stream: "events", want: refuse, line: `null`},
	{does: "keeps an unknown property when written back", stream: "events", want: keep, keeps: `"shard":"s-17"`,
		line: head + `"event":"step_start","step_id":"extract","driver":"mysql.extractor","shard":"s-17"}`},
	{does: "keeps the text of a time stamp", stream: "events", want: keep, keeps: `"2026-11-22T09:36:52.381100+00:00"`,
		line: head + `"event":"step_start","step_id":"extract","driver":"mysql.extractor"}`},
}

// outcome is what the probe program says of one line and one decoder.
type outcome struct {
	Error   string
	Encoded string
	decoder string
}

type job struct{ Decoder, Line string }

// tally counts sample lines. A line is accepted if every decoder takes it, and refused if any does not.
type tally struct {
	accepted, valid   int
	refused, invalid  int
	refusedByAnyEvent int // by the decoder for any event alone
}

//go:embed probe.go.tmpl
var probeSource string

var probeTemplate = template.Must(template.New("probe").Parse(probeSource))

type (
	goImport  struct{ Name, Path string }
	goDecoder struct{ Key, Type, Func string }
)

// decoders returns the keys of the decoders that a user would give a line of this name to: first that of the root type, then that of the name's own
// type if there is one. What either of them does counts for the generator.
func (r *result) decoders(g generator, s stream, name string) []string {
	if r.function(g, s) != "" {
		return []string{s.name}
	}
	var all []string
	if t, ok := r.source.root(s); ok && t.kind != "interface" {
		all = append(all, s.name+"."+t.name)
	}
	if t, ok := r.source.own(s, name); ok {
		all = append(all, s.name+"."+t.name)
	}
	return all
}

// function returns the decoding function of a stream, such as events.DecodeEvent.
func (r *result) function(g generator, s stream) string {
	if g.decode == nil {
		return ""
	}
	return s.name + "." + g.decode[s.name]
}

// build writes and builds the program that decodes lines with the generated packages. It returns what keeps it from compiling.
func (r *result) build(ctx context.Context, module string, g generator, schemas map[string]schema) error {
	var program struct {
		Imports  []goImport
		Decoders []goDecoder
	}
	for _, s := range streams {
		keys := map[string]bool{}
		for _, name := range append([]string{""}, schemas[s.name].names...) {
			for _, key := range r.decoders(g, s, name) {
				if !keys[key] {
					keys[key] = true
					program.Decoders = append(program.Decoders, goDecoder{Key: key, Type: key, Func: r.function(g, s)})
				}
			}
		}
		if len(keys) > 0 {
			program.Imports = append(program.Imports, goImport{s.name, path.Join("probe", g.packages[s.name])})
		}
	}
	var text bytes.Buffer
	if err := probeTemplate.Execute(&text, program); err != nil {
		return err
	}
	formatted, err := format.Source(text.Bytes())
	if err != nil {
		return fmt.Errorf("%w\n%s", err, &text)
	}
	if err := os.WriteFile(filepath.Join(module, "probe", "main.go"), formatted, 0o666); err != nil {
		return err
	}
	if len(r.source.imports) > 0 {
		if _, err := output(ctx, module, "go", "mod", "tidy"); err != nil {
			return err
		}
	}
	_, err = output(ctx, module, "go", "build", "-o", "probe.bin", "./probe")
	return err
}

// ask runs the built program on all lines at once.
func ask(ctx context.Context, module string, jobs []job) ([]outcome, error) {
	input, err := json.Marshal(jobs)
	if err != nil {
		return nil, err
	}
	out, _, err := command(ctx, module, string(input), filepath.Join(module, "probe.bin"))
	if err != nil {
		return nil, err
	}
	var outcomes []outcome
	if err := json.Unmarshal([]byte(out), &outcomes); err != nil {
		return nil, err
	}
	if len(outcomes) != len(jobs) {
		return nil, fmt.Errorf("the probe program answered %d of %d lines", len(outcomes), len(jobs))
	}
	return outcomes, nil
}

// decode asks for the outcomes of lines, each with every decoder that its name leads to.
func (r *result) decode(ctx context.Context, module string, g generator, lines []line) ([][]outcome, error) {
	var jobs []job
	counts := make([]int, len(lines))
	for i, l := range lines {
		for _, key := range r.decoders(g, l.stream, l.name()) {
			jobs = append(jobs, job{key, l.text})
			counts[i]++
		}
	}
	flat, err := ask(ctx, module, jobs)
	if err != nil {
		return nil, err
	}
	outcomes := make([][]outcome, len(lines))
	for i := range flat {
		flat[i].decoder = jobs[i].Decoder
	}
	for i, n := range counts {
		outcomes[i], flat = flat[:n], flat[n:]
	}
	return outcomes, nil
}

// line is a line of a stream.
type line struct {
	stream stream
	text   string
	valid  bool // what the schema says
}

// name returns the name of the record, "" if it cannot be read.
func (l line) name() string {
	var members map[string]any
	if json.Unmarshal([]byte(l.text), &members) != nil {
		return ""
	}
	name, _ := members[l.stream.tag].(string)
	return name
}

// judge says in a word whether the outcomes of a probe's line are what it wants.
func (p probe) judge(outcomes []outcome) string {
	if len(outcomes) == 0 {
		return "no type to decode into"
	}
	for i, o := range outcomes {
		switch {
		case p.want == accept && o.Error != "":
			return "**no**"
		case p.want == refuse && o.Error != "", p.want == keep && strings.Contains(o.Encoded, p.keeps):
			if i > 0 {
				_, name, _ := strings.Cut(o.decoder, ".")
				return "only as `" + name + "`"
			}
			return "yes"
		}
	}
	if p.want == accept {
		return "yes"
	}
	return "**no**"
}

// add counts a sample line.
func (t *tally) add(l line, outcomes []outcome) {
	refused := slices.ContainsFunc(outcomes, func(o outcome) bool { return o.Error != "" })
	if l.valid {
		t.valid++
		if !refused && len(outcomes) > 0 {
			t.accepted++
		}
		return
	}
	t.invalid++
	if refused {
		t.refused++
		if outcomes[0].Error != "" {
			t.refusedByAnyEvent++
		}
	}
}

// probe asks the built program for everything and judges the answers.
func (r *result) probe(ctx context.Context, module string, g generator, samples []line) error {
	lines := make([]line, len(probes), len(probes)+len(samples))
	for i, p := range probes {
		for _, s := range streams {
			if s.name == p.stream {
				lines[i] = line{stream: s, text: p.line}
			}
		}
	}
	outcomes, err := r.decode(ctx, module, g, append(lines, samples...))
	if err != nil {
		return err
	}
	for i, p := range probes {
		r.answers = append(r.answers, p.judge(outcomes[i]))
	}
	for i, l := range samples {
		r.samples.add(l, outcomes[len(probes)+i])
	}
	return nil
}
