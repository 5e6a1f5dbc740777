package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing/fstest"
	"time"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/table"
	"github.com/assay-go/assay/gen"
	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/schemas"
)

// generator measures gen.Generate in process, on the shipped schemas and on larger ones.
type generator struct {
	files      []gen.File // what it makes of the shipped schemas
	mostEvents int        // of a schema on the curve
	tries      int
}

func newGenerator(mostEvents, tries int) (*generator, error) {
	g := &generator{mostEvents: mostEvents, tries: tries}
	return g, generate(schemas.FS, schemas.Names(), func(c gen.Config) (err error) {
		g.files, err = gen.Generate(c)
		return err
	})
}

// generate calls f with the config of schema files that are in a folder for the time of the call.
func generate(files fs.FS, names []string, f func(gen.Config) error) error {
	dir, err := os.MkdirTemp("", "assay-speed-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, files); err != nil {
		return err
	}
	return f(gen.Config{
		Dir: dir, Schemas: names, Out: "telemetry", ImportPath: "example.com/telemetry", AssertFormat: true,
		Limits: gen.Limits{InPlace: 100_000, Names: 1 << 30, Tables: 1 << 30},
	})
}

// size is the row of the generated Go.
func (g *generator) size() []*row {
	return []*row{
		derived("generated Go beside types and codecs, both schemas", "kB", func(r *table.Row) error {
			r.Value = g.kilobytes(func(name string) bool {
				return name != "events.go" && name != "metrics.go" && !strings.HasSuffix(name, "_codec.go")
			})
			return nil
		}).atMost(60, 20, 10),
	}
}

// kilobytes is the size of the generated files of some names, those for tests apart.
func (g *generator) kilobytes(wanted func(name string) bool) float64 {
	bytes := 0
	for _, f := range g.files {
		name := filepath.Base(f.Path)
		if filepath.Base(filepath.Dir(f.Path)) == "telemetry" && !strings.HasSuffix(name, "_test.go") && wanted(name) {
			bytes += len(f.Content)
		}
	}
	return float64(bytes) / 1000
}

// speed is how long generating and compiling take, each time the shortest of a few tries.
func (g *generator) speed() []*row {
	rows := []*row{
		derived("generated Go: tables, both schemas", "kB", func(r *table.Row) error {
			r.Value = g.kilobytes(func(name string) bool { return strings.HasSuffix(name, "_tables.go") })
			return nil
		}),
		derived("gen.Generate, both schemas", "ms", func(r *table.Row) error {
			return generate(schemas.FS, schemas.Names(), func(c gen.Config) error { return once(r, g.tries, 1e3, c) })
		}).atMost(100, 0, 0),
		derived("dynamic.Compile and the plans, both schemas", "ms", func(r *table.Row) error {
			took, err := measure.Once(g.tries, func() error {
				e, err := newEngine()
				if err == nil {
					e.events.Plan()
					e.metrics.Plan()
				}
				return err
			})
			r.Value = took.Seconds() * 1e3
			return err
		}),
	}
	build := sync.OnceValues(g.build)
	rows = append(rows,
		derived("go build of the generated package, both schemas", "s", func(r *table.Row) error {
			b, err := build()
			r.Value = b.seconds
			return err
		}),
		derived("machine code of the generated package, both schemas, for each event", "kB", func(r *table.Row) error {
			b, err := build()
			r.Value = b.code / 1e3 / float64(len(telemetry.EventNames()))
			return err
		}))
	for _, n := range []int{10, 100, 1000, 10_000} {
		if n <= g.mostEvents {
			rows = append(rows, derived(fmt.Sprintf("gen.Generate, a schema of %d events, for each", n), "µs", func(r *table.Row) error { return g.large(r, n) }))
		}
	}
	return rows
}

// built is what building the generated package takes, and gives.
type built struct{ seconds, code float64 }

// build compiles the generated package alone, the shortest of a few tries: what it imports is compiled before.
func (g *generator) build() (b built, err error) {
	if g.mostEvents < 1000 {
		return b, errSkipped{"a smoke run builds nothing"}
	}
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/assay-go/assay").Output()
	if err != nil {
		return b, errSkipped{"run it in the folder bench: go list: " + err.Error()}
	}
	dir, err := os.MkdirTemp("", "assay-speed-")
	if err != nil {
		return b, err
	}
	defer os.RemoveAll(dir)
	write := func(name, text string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
	if err := write("go.mod", fmt.Sprintf("module example.com/telemetry\n\ngo 1.26\n\nrequire github.com/assay-go/assay v0.0.0\n\nreplace github.com/assay-go/assay => %s\n", bytes.TrimSpace(root))); err != nil {
		return b, err
	}
	for _, f := range g.files {
		if name := filepath.Base(f.Path); filepath.Base(filepath.Dir(f.Path)) == "telemetry" && !strings.HasSuffix(name, "_test.go") {
			if err := write(name, string(f.Content)); err != nil {
				return b, err
			}
		}
	}
	archive := filepath.Join(dir, "telemetry.a")
	for try := range g.tries + 1 {
		if err := write("try.go", fmt.Sprintf("package telemetry\n\nconst try = %d%d\n", os.Getpid(), try)); err != nil { // or it would be in the build cache
			return b, err
		}
		c := exec.Command("go", "build", "-mod=mod", "-o", archive, ".")
		c.Dir = dir
		start := time.Now()
		if out, err := c.CombinedOutput(); err != nil {
			return b, fmt.Errorf("go build: %w: %s", err, out)
		}
		if took := time.Since(start).Seconds(); try == 1 || try > 1 && took < b.seconds {
			b.seconds = took
		}
	}
	symbols, err := exec.Command("go", "tool", "nm", "-size", archive).Output()
	if err != nil {
		return b, fmt.Errorf("go tool nm: %w", err)
	}
	for line := range strings.Lines(string(symbols)) { // address, size, kind, name
		var size float64
		var kind string
		if _, err := fmt.Sscan(line, new(string), &size, &kind); err == nil && (kind == "T" || kind == "t") {
			b.code += size
		}
	}
	return b, nil
}

// once fills a row with the time of a generation, in the unit of which a second has so many.
func once(r *table.Row, tries int, perSecond float64, c gen.Config) error {
	took, err := measure.Once(tries, func() error {
		_, err := gen.Generate(c)
		return err
	})
	r.Value = took.Seconds() * perSecond
	return err
}

// large fills a row with the time per event for a schema of n events.
func (g *generator) large(r *table.Row, n int) error {
	const name = "large.schema.json"
	tries := g.tries
	if n > 1000 {
		tries = 1
	}
	return generate(fstest.MapFS{name: {Data: largeSchema(n), Mode: 0o666}}, []string{name}, func(c gen.Config) error {
		return once(r, tries, 1e6/float64(n), c)
	})
}

// largeSchema has n events in the manner of the shipped schema of events: each has a name, and four properties of its own.
func largeSchema(n int) []byte {
	var names, branches, definitions strings.Builder
	for i := range n {
		comma := ","
		if i == n-1 {
			comma = ""
		}
		fmt.Fprintf(&names, "\"task_%d_done\"%s", i, comma)
		fmt.Fprintf(&branches, "{\"$ref\": \"#/$defs/task_%d_done\"}%s\n", i, comma)
		fmt.Fprintf(&definitions, `"task_%d_done": {"description": "task %d is done", "type": "object", "required": ["task_id", "rows_%d"], "properties": {
			"event": {"const": "task_%[1]d_done"},
			"task_id": {"description": "which task", "type": "string"},
			"rows_%[1]d": {"description": "rows that it wrote", "type": "number", "minimum": 0},
			"path_%[1]d": {"type": "string", "pattern": "^[a-z/]+$"},
			"tags_%[1]d": {"type": "array", "items": {"type": "string"}}}}%[4]s
`, i, i, i, comma)
	}
	return fmt.Appendf(nil, `{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Event", "type": "object", "required": ["ts", "event"],
"properties": {"ts": {"type": "string", "format": "date-time"}, "event": {"type": "string", "enum": [%s]}},
"x-assay": {"record": "Event", "stream": "events", "file": "events.jsonl", "name": "/event", "time": "/ts"},
"oneOf": [%s], "$defs": {%s}}`, &names, &branches, &definitions)
}
