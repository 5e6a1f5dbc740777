package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// generator is a tool that makes Go of a schema.
type generator struct {
	name string
	// install readies the tool and returns its version.
	install func(ctx context.Context) (string, error)
	// generate runs the tool on schemas/*.schema.json below module and leaves Go packages there. It returns what the tool printed. The error of a
	// tool that ran and failed is an *exec.ExitError.
	generate func(ctx context.Context, module string) (string, error)
	// packages are the folders below module that generate leaves, by stream.
	packages map[string]string
	decode   map[string]string // the function that decodes a record, by stream; without one it is json.Unmarshal
	requires string            // what the go.mod of the generated packages needs beside a Go version
}

// generators returns the tools in the order of the table's columns. Each is run as its documentation says, with the options that name the package and
// the root type and no others.
func generators(root, temp string) []generator {
	perStream := map[string]string{"events": "events", "metrics": "metrics"}

	goJSONSchema := generator{
		name: "go-jsonschema",
		install: func(ctx context.Context) (string, error) {
			return output(ctx, root, "go", "list", "-m", "-f", "{{.Version}}", "github.com/atombender/go-jsonschema")
		},
		packages: perStream,
	}
	goJSONSchema.generate = func(ctx context.Context, module string) (string, error) {
		return forStreams(func(s stream) (string, error) {
			target := filepath.Join(module, s.name, s.name+".go")
			return printed(command(ctx, root, "", "go", "tool", "go-jsonschema", "-p", s.name, "-o", target, filepath.Join(module, "schemas", s.schema)))
		})
	}

	var npm string
	quicktype := generator{
		name: "quicktype",
		install: func(ctx context.Context) (string, error) {
			var err error
			if npm, err = npmInstall(ctx, temp, "quicktype@"+quicktypeVersion); err != nil {
				return "", err
			}
			out, err := output(ctx, npm, filepath.Join("node_modules", ".bin", "quicktype"), "--version")
			line, _, _ := strings.Cut(out, "\n")
			return strings.TrimPrefix(line, "quicktype version "), err
		},
		packages: perStream,
	}
	quicktype.generate = func(ctx context.Context, module string) (string, error) {
		return forStreams(func(s stream) (string, error) {
			return printed(command(ctx, module, "", filepath.Join(npm, "node_modules", ".bin", "quicktype"), "--lang", "go", "--src-lang", "schema",
				"--package", s.name, "--top-level", s.record, "--out", filepath.Join(s.name, s.name+".go"), filepath.Join("schemas", s.schema)))
		})
	}

	var binary string
	assay := generator{
		name: "assay",
		install: func(ctx context.Context) (string, error) {
			var err error
			if binary, err = buildAssay(ctx, root, temp); err != nil {
				return "", err
			}
			return "(this checkout)", nil
		},
		packages: map[string]string{"events": "telemetry", "metrics": "telemetry"},
		decode:   map[string]string{"events": "DecodeEvent", "metrics": "DecodeMetric"},
		requires: "require github.com/assay-go/assay v0.0.0\n\nreplace github.com/assay-go/assay => " + root + "\n",
	}
	assay.generate = func(ctx context.Context, module string) (string, error) {
		args := []string{"generate", "-assert-format", "-o", "telemetry"}
		for _, s := range streams {
			args = append(args, filepath.Join("schemas", s.schema))
		}
		return printed(command(ctx, module, "", binary, args...))
	}
	return []generator{goJSONSchema, quicktype, assay}
}

// forStreams calls f for each stream and joins what was printed; it ends with the first error.
func forStreams(f func(stream) (string, error)) (string, error) {
	var all strings.Builder
	for _, s := range streams {
		text, err := f(s)
		all.WriteString(text)
		if err != nil {
			return all.String(), err
		}
	}
	return all.String(), nil
}

func printed(stdout, stderr string, err error) (string, error) { return stdout + stderr, err }

// result is what was found out about one generator.
type result struct {
	name, version string
	missing       string // why it could not be run; the rest is empty then
	exitCode      int
	printed       string // by the tool
	source        source
	broken        string   // what keeps its Go from compiling; no answers then
	answers       []string // one per probe, for the table
	samples       tally
}

// try runs one generator and everything that the table asks of it.
func try(ctx context.Context, g generator, root, temp string, schemas map[string]schema, samples []line) (*result, error) {
	r := &result{name: g.name}
	version, err := g.install(ctx)
	if err != nil {
		r.missing = firstLine(err)
		return r, ctx.Err()
	}
	r.version = strings.TrimSpace(version)

	module, err := newModule(root, temp, g)
	if err != nil {
		return nil, err
	}
	var exit *exec.ExitError
	if r.printed, err = g.generate(ctx, module); errors.As(err, &exit) {
		r.exitCode = exit.ExitCode()
		return r, nil
	} else if err != nil {
		return nil, err
	}
	if r.source, err = readSource(module, g); err != nil {
		return nil, err
	}
	if err := r.build(ctx, module, g, schemas); err != nil {
		r.broken = firstLine(err)
		return r, ctx.Err()
	}
	return r, r.probe(ctx, module, g, samples)
}

// newModule makes the module that a generator writes into, with copies of the schemas.
func newModule(root, temp string, g generator) (string, error) {
	module, err := os.MkdirTemp(temp, g.name+"-")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(module, "go.mod"), []byte("module probe\n\ngo 1.26\n\n"+g.requires), 0o666); err != nil {
		return "", err
	}
	for _, folder := range []string{"schemas", "probe", g.packages["events"], g.packages["metrics"]} {
		if err := os.MkdirAll(filepath.Join(module, folder), 0o777); err != nil {
			return "", err
		}
	}
	for _, s := range streams {
		text, err := os.ReadFile(filepath.Join(root, "schemas", s.schema))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(module, "schemas", s.schema), text, 0o666); err != nil {
			return "", err
		}
	}
	return module, nil
}

// firstLine is an error for a cell of a table: which command failed, and the first line of why.
func firstLine(err error) string {
	lines := strings.SplitN(strings.TrimSpace(err.Error()), "\n", 3)
	return strings.Join(lines[:min(len(lines), 2)], ": ")
}
