package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/assay-go/assay/gen"
)

func generateCommand() command {
	return command{
		name:  "generate",
		args:  "[flags] schema…\n\tassay generate [./…]",
		short: "write a Go package from JSON Schema files",
		long: `
Generate compiles the schema files and writes a Go package with types, enum constants, validators, codecs and
checks, and a …test package beside it. The arguments are recorded in the package's doc.go, relative to it. Without
arguments, or with folders and patterns such as ./..., generate repeats what is recorded there.

Files are written only if they change, and renamed into place once all are on the disk: a full disk leaves everything
as it was, and a kill leaves each file either old or new. Generated files that are no longer wanted are deleted; files
without the header of a generated file are never touched. A schema that cannot be honoured is refused with the place
of each mistake, and nothing is written.`,
		examples: `
	//go:generate go tool assay generate -o ../telemetry events.schema.json metrics.schema.json

	assay generate -assert-format -o internal/orders schemas/orders.schema.json
	assay generate              repeat all generations that are recorded below the current folder
`,
		define: func(flags *flag.FlagSet) runner {
			var c gen.Config
			c.AddFlags(flags)
			return func(ctx context.Context, s *streams, args []string) error {
				switch {
				case flags.NFlag() == 0 && areFolders(args):
					return replay(ctx, args)
				case len(args) == 0:
					return usagef("no schema file is named")
				}
				c.Schemas = args
				files, err := gen.Generate(c)
				if err != nil {
					return err
				}
				_, err = gen.Write(c, files)
				return err
			}
		},
	}
}

// areFolders reports whether arguments name folders and patterns of them rather than schema files. No arguments do: the current folder is meant.
func areFolders(args []string) bool {
	for _, a := range args {
		if strings.HasSuffix(a, "...") {
			continue
		}
		if info, err := os.Stat(a); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// replay repeats the recorded generations. Nothing is written unless all of them succeed.
func replay(ctx context.Context, patterns []string) error {
	configs, err := recorded(patterns)
	if err != nil {
		return err
	}
	outputs := make([][]gen.File, len(configs))
	var mistakes []error
	for i, c := range configs {
		outputs[i], err = gen.Generate(c)
		mistakes = append(mistakes, err)
	}
	if err := errors.Join(append(mistakes, ctx.Err())...); err != nil {
		return err
	}
	for i, c := range configs {
		if _, err := gen.Write(c, outputs[i]); err != nil {
			return err
		}
	}
	return nil
}

// recorded finds the recorded generations, at least one. Without patterns it looks below the current folder.
func recorded(patterns []string) ([]gen.Config, error) {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	configs, err := gen.Recorded("", patterns...)
	if err == nil && len(configs) == 0 {
		err = usagef("no //assay:generate directive in a generated doc.go of %s: name the schema files once, as in %s",
			strings.Join(patterns, " "), `"assay generate -o FOLDER SCHEMA…"`)
	}
	return configs, err
}

func checkCommand() command {
	return command{
		name:  "check",
		args:  "[./… | folder…]",
		short: "tell whether generated packages are what their schemas say",
		long: `
Check repeats in memory the generations that are recorded below the given folders (default: ./...) and compares the
result with the files on disk, of which it changes none. Files that are missing, changed or orphaned are printed as a
unified diff from what is there to what ought to be, and the exit code is 1. So it is if a …test package is left of a
package that is gone.`,
		examples: `
	assay check                 all generated packages below the current folder, in CI for example
	assay check ./telemetry     one of them
`,
		define: func(*flag.FlagSet) runner { return check },
	}
}

func check(ctx context.Context, s *streams, patterns []string) error {
	configs, err := recorded(patterns)
	var found []error
	for _, err := range split(err) {
		var orphan *gen.RecordError
		if !errors.Is(err, gen.ErrOrphaned) || !errors.As(err, &orphan) {
			found = append(found, err)
			continue
		}
		fmt.Fprintf(s.out, "orphaned: %s\n", filepath.ToSlash(orphan.File))
		fmt.Fprintf(s.err, "assay check: %v\n", orphan)
		found = append(found, errFindings)
	}
	for _, c := range configs {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		drift, err := gen.Check(c)
		if err != nil {
			found = append(found, err)
			continue
		}
		if drift != nil {
			fmt.Fprint(s.out, drift)
			fmt.Fprintf(s.err, "assay check: %s: %s; repair with \"go generate ./...\" or \"assay generate %s\"\n", c.Out, drift.Summary(), c.Out)
			found = append(found, errFindings)
		}
	}
	return errors.Join(found...)
}
