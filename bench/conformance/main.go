// Command conformance runs the official JSON Schema Test Suite through assay and its peers, and prints a table of who is right how often.
//
//	conformance [-w] [-draft 7,2020-12] [-peer assay,google] [-v]
//
// -w puts the table into README.md; -v lists the tests that are wrong. The suite is $JSON_SCHEMA_TEST_SUITE, else shared/data/json-schema-test-suite in a
// folder above. Run it in the folder bench, whose go.mod says which versions are measured.
//
// Two more commands are for the program itself: "serve SUITE METASCHEMAS PEER" answers for a peer, see serve.go, and "generate SUITE METASCHEMAS FILE
// PACKAGE" runs go-jsonschema.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// patience is how long a peer may take for one test, or go-jsonschema for one schema. It is long, so that a busy machine makes no difference.
const patience = 30 * time.Second

// errUsage is that of arguments or of an environment that nothing can be done with; the exit code is 2.
type errUsage struct{ error }

func (e errUsage) Unwrap() error { return e.error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "conformance:", err)
	if usage := (errUsage{}); errors.As(err, &usage) {
		os.Exit(2)
	}
	os.Exit(1)
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 && (args[0] == "serve" || args[0] == "generate") {
		return runChild(args, in, out)
	}
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	write := flags.Bool("w", false, "put the table into README.md, between <!-- conformance --> and <!-- /conformance -->")
	onlyDrafts := flags.String("draft", "", "run only `drafts`, separated by commas: "+names(drafts, func(d draft) string { return d.name }))
	onlyPeers := flags.String("peer", "", "run only `peers`, separated by commas: "+names(peers(), func(p peer) string { return p.name }))
	verbose := flags.Bool("v", false, "list the tests that are wrong")
	if err := flags.Parse(args); err != nil {
		return errUsage{err}
	}
	chosenDrafts, err := choose("draft", *onlyDrafts, drafts, func(d draft) string { return d.name })
	if err != nil {
		return err
	}
	chosenPeers, err := choose("peer", *onlyPeers, peers(), func(p peer) string { return p.name })
	if err != nil {
		return err
	}
	if *write && (*onlyDrafts != "" || *onlyPeers != "") {
		return errUsage{errors.New("-w needs the whole table: leave out -draft and -peer")}
	}
	if flags.NArg() > 0 {
		return errUsage{fmt.Errorf("unexpected argument %q", flags.Arg(0))}
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	suite, err := findSuite(dir)
	if err != nil {
		return errUsage{err}
	}
	root, err := goCommand(ctx, "", "list", "-m", "-f", "{{.Dir}}", "github.com/assay-go/assay")
	if err != nil {
		return errUsage{fmt.Errorf("run it in the folder bench, with the go command: %w", err)}
	}
	root = strings.TrimSpace(root)
	b := &bench{drafts: chosenDrafts, peers: chosenPeers, library: library{Suite: suite, Metaschemas: filepath.Join(root, "internal", "resolve", "metaschema")}}
	if *verbose {
		b.failures = out
	}

	table, err := b.table(ctx)
	if err != nil {
		return err
	}
	fmt.Fprint(out, table)
	if *write {
		return replaceTable(filepath.Join(root, "README.md"), table)
	}
	return nil
}

func names[T any](all []T, name func(T) string) string {
	var list []string
	for _, x := range all {
		list = append(list, name(x))
	}
	return strings.Join(list, " ")
}

// choose returns those of all that a list names, in the order of all; all for an empty list.
func choose[T any](what, list string, all []T, name func(T) string) ([]T, error) {
	if list == "" {
		return all, nil
	}
	wanted := strings.Split(list, ",")
	for _, w := range wanted {
		if !slices.ContainsFunc(all, func(x T) bool { return name(x) == w }) {
			return nil, errUsage{fmt.Errorf("unknown %s %q: want %s", what, w, names(all, name))}
		}
	}
	var chosen []T
	for _, x := range all {
		if slices.Contains(wanted, name(x)) {
			chosen = append(chosen, x)
		}
	}
	return chosen, nil
}

// bench is what is measured on what.
type bench struct {
	drafts   []draft
	peers    []peer
	library  library
	failures io.Writer // wrong tests are listed there; nil for none
}

// command is one of the two commands that this program has for itself, with the library.
func (b *bench) command(name string, args ...string) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.Command(program, append([]string{name, b.library.Suite, b.library.Metaschemas}, args...)...), nil
}

// runChild runs what command made.
func runChild(args []string, in io.Reader, out io.Writer) error {
	command := args[0]
	if want := map[string]int{"serve": 4, "generate": 5}[command]; len(args) != want {
		return errUsage{fmt.Errorf("%s: want %d arguments, found %d", command, want-1, len(args)-1)}
	}
	l := library{Suite: args[1], Metaschemas: args[2]}
	if command == "generate" {
		source, err := generateTypes(args[3], args[4], l)
		if err != nil {
			return err
		}
		_, err = out.Write(source)
		return err
	}
	for _, p := range peers() {
		if p.name == args[3] && p.compile != nil {
			return serve(p, l, in, out)
		}
	}
	return errUsage{fmt.Errorf("serve: no peer %q can be asked", args[3])}
}

// table runs everything.
func (b *bench) table(ctx context.Context) (string, error) {
	var rows []row
	tests := map[row]int{}
	var groups []group
	for _, d := range b.drafts {
		for _, c := range classes {
			read, err := readGroups(b.library.Suite, d, c)
			if err != nil {
				return "", errUsage{err}
			}
			r := row{d.name, c.name}
			rows = append(rows, r)
			for _, g := range read {
				tests[r] += len(g.Tests)
			}
			groups = append(groups, read...)
		}
	}
	if len(groups) == 0 {
		return "", errUsage{fmt.Errorf("%s has no tests of draft %s", b.library.Suite, names(b.drafts, func(d draft) string { return d.name }))}
	}
	var columns []column
	for _, p := range b.peers {
		fmt.Fprintln(os.Stderr, "conformance: running", p.name)
		c, err := b.measure(ctx, p, groups)
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}
		columns = append(columns, c)
	}
	return markdown(rows, tests, columns), nil
}

// measure runs the groups of the drafts that a peer knows.
func (b *bench) measure(ctx context.Context, p peer, groups []group) (column, error) {
	column := column{name: p.name, version: version(p.module), counts: map[row]count{}}
	var known []group
	for _, d := range b.drafts {
		for _, g := range groups {
			if g.Draft == d.name && p.knows(d) {
				known = append(known, g)
			}
		}
	}
	serving, err := b.command("serve", p.name)
	if err != nil {
		return column, err
	}
	program := serving.Path
	var generated map[string]*generation
	if p.compile == nil {
		dir, err := os.MkdirTemp("", "assay-conformance-")
		if err != nil {
			return column, err
		}
		defer os.RemoveAll(dir)
		if generated, program, err = generateAll(ctx, known, b.command, dir); err != nil {
			return column, err
		}
		column.generations = &generations{}
	}
	client := client{patience: patience, command: func() *exec.Cmd {
		return exec.Command(program, serving.Args[1:]...)
	}}
	defer client.stop()
	for _, g := range known {
		var verdicts []verdict
		if made := generated[g.Key]; made != nil && !made.usable() {
			verdicts = slices.Repeat([]verdict{made.verdict()}, len(g.Tests))
		} else if verdicts, err = client.ask(ctx, g); err != nil {
			return column, err
		}
		if made := generated[g.Key]; made != nil {
			column.generations.add(made)
		}
		r := row{g.Draft, g.Class}
		c := column.counts[r]
		c.add(b.count(p, g, verdicts))
		column.counts[r] = c
	}
	return column, nil
}

// count compares the verdicts on the tests of a group with what the suite wants.
func (b *bench) count(p peer, g group, verdicts []verdict) count {
	c := count{tests: len(g.Tests)}
	for i, t := range g.Tests {
		v := verdicts[i]
		if v.Error == "" && v.Valid == t.Valid {
			c.right++
			continue
		}
		if b.failures == nil {
			continue
		}
		got := v.Error
		if got == "" {
			got = fmt.Sprintf("want valid %t, got %t", t.Valid, v.Valid)
		}
		fmt.Fprintf(b.failures, "%s: %s: %s: %s: %s\n", p.name, g.Key, g.Description, t.Description, strings.ReplaceAll(got, "\n", " "))
	}
	return c
}

// version is that of a module that this program was built with, or that of assay.
func version(module string) string {
	if module == "" {
		return "(this checkout)"
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, d := range build.Deps {
			if d.Path == module {
				return d.Version
			}
		}
	}
	return "(unknown version)"
}
