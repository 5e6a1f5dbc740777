// Command compare runs what others offer for the two shipped schemas, beside assay, and writes down what each of them does.
//
//	compare [-w]             generators: a table of what each makes of the schemas; -w puts it into README.md
//	compare agree FOLDER…    validators: whether they give the same verdict as assay on every line of the run folders
//
// Everything is built and run in temporary folders, which are removed; only -w changes a file. What needs npm or Python says so where they are missing.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// Versions of the npm packages that are run, so that a table can be made again.
const (
	quicktypeVersion  = "26.0.0"
	ajvVersion        = "8.20.0"
	ajvFormatsVersion = "3.0.1"
)

// The schemas and the names of their records.
var streams = [...]stream{
	{name: "events", record: "Event", tag: "event", schema: "events.schema.json", file: "events.jsonl"},
	{name: "metrics", record: "Metric", tag: "metric", schema: "metrics.schema.json", file: "metrics.jsonl"},
}

type stream struct {
	name   string
	record string // what its schema calls a record
	tag    string // the property that names a record
	schema string // in the folder schemas
	file   string // in a run folder
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "assay-compare-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	if len(args) > 0 && args[0] == "agree" {
		if len(args) == 1 {
			return errors.New("agree: no run folder given")
		}
		return agree(ctx, root, temp, args[1:])
	}
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	write := flags.Bool("w", false, "put the table into README.md, between <!-- compare --> and <!-- /compare -->")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	table, complete, err := compareGenerators(ctx, root, temp)
	if err != nil {
		return err
	}
	fmt.Print(table)
	if !*write {
		return nil
	}
	if !complete {
		return errors.New("README.md is left as it was: not every generator could be run")
	}
	return replaceTable(filepath.Join(root, "README.md"), table)
}

// moduleRoot returns the folder of the assay module, which has the schemas.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := output(ctx, "", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/assay-go/assay")
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(out), nil
}

// command runs a program in a folder and returns what it wrote to its two outputs. The error holds both.
func command(ctx context.Context, dir, stdin, name string, args ...string) (stdout, stderr string, err error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Stdin = strings.NewReader(stdin)
	var out, diagnostics bytes.Buffer
	c.Stdout, c.Stderr = &out, &diagnostics
	if err = c.Run(); err != nil {
		text := strings.TrimSpace(strings.TrimSpace(diagnostics.String()) + "\n" + strings.TrimSpace(out.String()))
		err = fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, text)
	}
	return out.String(), diagnostics.String(), err
}

func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	out, _, err := command(ctx, dir, "", name, args...)
	return out, err
}

// npmInstall puts packages such as "ajv@8.20.0" into a new folder below temp and returns it.
func npmInstall(ctx context.Context, temp string, packages ...string) (string, error) {
	if _, err := exec.LookPath("npm"); err != nil {
		return "", errors.New("npm is not installed")
	}
	dir, err := os.MkdirTemp(temp, "npm-")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"private": true, "type": "module"}`), 0o666); err != nil {
		return "", err
	}
	args := append([]string{"install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"}, packages...)
	if _, err := output(ctx, dir, "npm", args...); err != nil {
		return "", err
	}
	return dir, nil
}

// buildAssay builds the command of this checkout.
func buildAssay(ctx context.Context, root, temp string) (string, error) {
	binary := filepath.Join(temp, "assay")
	_, err := output(ctx, root, "go", "build", "-o", binary, ".")
	return binary, err
}

// replaceTable puts a table between the markers of a Markdown file.
func replaceTable(file, table string) error {
	const begin, end = "<!-- compare -->", "<!-- /compare -->"
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s: found no %s followed by %s", filepath.Base(file), begin, end)
	}
	return os.WriteFile(file, []byte(before+begin+"\n"+table+end+after), 0o666)
}
