package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/gen"
	"github.com/assay-go/assay/internal/compile"
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/plan"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

func explainCommand() command {
	return command{
		name:  "explain",
		args:  "[flags] schema…",
		short: "print what the stages of the compiler make of schema files",
		long: `
Explain prints the result of one stage for each schema file: load, every value of the document with its place;
resolve, every schema with its keywords and what it refers to; lower, the program that validates; facts, what x-assay
says of the stream; plan, the tables of the scanner, which reads most of what is valid in one pass; scan, which places
of the schema the scanner checks, which it leaves to the interpreter, and why.

A place is what the schema asks for somewhere in an instance; places that ask for the same are one. With -instances, scan
tells also how much of them the scanner is sure of: files and run folders, as validate takes them.`,
		examples: `
	assay explain -stage facts events.schema.json
	assay explain -stage scan -instances logs/run_1700000000000 events.schema.json metrics.schema.json
`,
		define: func(flags *flag.FlagSet) runner {
			stage := choiceVar(flags, "stage", "`name` of the stage: load, resolve, lower, facts, plan or scan", "lower", "load", "resolve", "facts", "plan", "scan")
			instances := listVar(flags, "instances", "for -stage scan: a `path` of instances; repeat it for several")
			var c gen.Config
			c.AddSchemaFlags(flags)
			return func(ctx context.Context, s *streams, args []string) error {
				switch {
				case len(args) == 0:
					return usagef("no schema file is named")
				case *stage == "plan":
					return explainPlans(s.out, options(c), args)
				case *stage == "scan":
					return explainScan(ctx, s, options(c), args, *instances)
				case len(*instances) > 0:
					return usagef("-instances is for -stage scan")
				}
				return explain(s.out, *stage, compile.Options(options(c)), args)
			}
		},
	}
}

// explainPlans prints the tables of the scanner.
func explainPlans(w io.Writer, o dynamic.Options, files []string) error {
	all, err := compiled(o, files)
	if err != nil {
		return err
	}
	for _, s := range all {
		fmt.Fprint(w, s.Plan())
	}
	return nil
}

// compiled compiles schema files by the names that people write.
func compiled(o dynamic.Options, files []string) ([]*dynamic.Schema, error) {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.ToSlash(f)
	}
	return dynamic.Compile(disk{}, o, names...)
}

// explainScan prints what the scanner checks, of schemas and of instances.
func explainScan(ctx context.Context, s *streams, o dynamic.Options, files, instances []string) error {
	all, err := compiled(o, files)
	if err != nil {
		return err
	}
	covers := make(map[*dynamic.Schema]*plan.Coverage, len(all))
	for _, schema := range all {
		covers[schema] = plan.NewCoverage(schema.Program, schema.Plan())
	}
	var failed []error
	if len(instances) > 0 {
		none, most := "", int64(1<<30)
		targets, unreadable, err := schemaFlags{stream: &none, maxLine: &most}.targets(s.err, all, instances)
		if err != nil {
			return err
		}
		failed = unreadable
		for _, t := range targets {
			for i := range t.inputs {
				if err := addInstances(ctx, s, &t.inputs[i], covers[t.inputs[i].schema]); err != nil {
					failed = append(failed, &ioError{located(t.inputs[i].name, err)})
				}
			}
		}
	}
	for _, schema := range all {
		if len(all) > 1 {
			fmt.Fprintf(s.out, "%s: ", schema.Name)
		}
		fmt.Fprint(s.out, covers[schema])
	}
	return errors.Join(failed...)
}

// addInstances adds those of a file. A run may have no such file.
func addInstances(ctx context.Context, s *streams, in *input, c *plan.Coverage) (err error) {
	r, err := in.open(s)
	if err != nil || r.absent != "" {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if !in.lines() {
		text, err := io.ReadAll(r)
		c.Add(text)
		return err
	}
	lines := stream.NewLines(r, in.reading()...)
	for lines.Next() && ctx.Err() == nil {
		c.Add(lines.Bytes())
	}
	return errors.Join(lines.Err(), ctx.Err())
}

func explain(w io.Writer, stage string, o compile.Options, files []string) error {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.ToSlash(f)
	}
	mistakes := diag.List{Max: o.Limits.Mistakes}
	docs, err := load.Options{Limits: o.Limits}.Files(disk{}, names, &mistakes)
	if err != nil {
		return err
	}
	if err := mistakes.Err(); err != nil {
		return err
	}
	if stage == "load" {
		for _, d := range docs {
			explainDocument(w, d)
		}
		return nil
	}
	g, err := o.Resolve(disk{}, docs, &mistakes)
	if err != nil {
		return err
	}
	if err := mistakes.Err(); err != nil {
		return err
	}
	if stage == "resolve" {
		fmt.Fprint(w, g)
		return nil
	}
	tables := make([]fmt.Stringer, len(g.Roots))
	for i, root := range g.Roots {
		program, facts := o.Lower(g, root, &mistakes)
		if stage == "lower" {
			tables[i] = program
		} else {
			tables[i] = facts
		}
	}
	if err := mistakes.Err(); err != nil {
		return err
	}
	for _, t := range tables {
		fmt.Fprint(w, t)
	}
	return nil
}

// explainDocument prints every value with its place, kind, pointer and, if it has no children, its text.
func explainDocument(w io.Writer, d *load.Document) {
	var walk func(n tape.Node)
	walk = func(n tape.Node) {
		p := d.Place(n)
		kind := d.Tape.Kind(n)
		text := ""
		if kind != tape.Object && kind != tape.Array {
			text = " " + diag.Printable(shorten(d.Tape.Text(n)))
		}
		fmt.Fprintf(w, "%s: %s %s%s\n", p, diag.Pointer(p.Pointer), kind, text)
		end := d.Tape.Next(n)
		for child := n + 1; child < end; child = d.Tape.Next(child) {
			if kind == tape.Object {
				child = d.Tape.Next(child) // over the member's name
			}
			walk(child)
		}
	}
	walk(0)
}

// shorten cuts a long text.
func shorten(text []byte) string {
	const limit = 80
	if len(text) <= limit {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:limit]), "") + "…"
}
