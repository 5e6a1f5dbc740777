package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/assay-go/assay/gen"
	"github.com/assay-go/assay/internal/compile"
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
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
says of the stream.`,
		examples: `
	assay explain -stage facts events.schema.json
`,
		define: func(flags *flag.FlagSet) runner {
			stage := choiceVar(flags, "stage", "`name` of the stage: load, resolve, lower or facts", "lower", "load", "resolve", "facts")
			var c gen.Config
			c.AddSchemaFlags(flags)
			return func(_ context.Context, s *streams, args []string) error {
				if len(args) == 0 {
					return usagef("no schema file is named")
				}
				return explain(s.out, *stage, compile.Options(options(c)), args)
			}
		},
	}
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
