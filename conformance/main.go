// Command conformance runs the official JSON Schema Test Suite: every test of every draft from 4 on, the required ones, the optional ones and those of
// formats. It prints how many passed and failed for each draft and class, and in its last line for all.
//
// Usage: conformance [-v]
//
// The suite is looked for in $JSON_SCHEMA_TEST_SUITE, else as shared/data/json-schema-test-suite beside a folder above. The exit code is 1 if a test fails that
// failures.txt does not explain, or if one that it explains passes.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

//go:embed testdata/failures.txt
var failuresText string

func main() {
	verbose := flag.Bool("v", false, "print every test that fails, and why")
	flag.Parse()
	folder := findSuite()
	if folder == "" {
		fmt.Fprintln(os.Stderr, "conformance: there is no suite: set JSON_SCHEMA_TEST_SUITE to its folder")
		os.Exit(2)
	}
	ok, err := run(os.Stdout, folder, *verbose)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run runs the suite on all machines and prints the results. It reports whether they are what failures.txt says.
func run(w io.Writer, folder string, verbose bool) (ok bool, err error) {
	s, err := readSuite(os.DirFS(filepath.Join(folder, "tests")), os.DirFS(filepath.Join(folder, "remotes")))
	if err != nil {
		return false, err
	}
	explained, err := parseFailures(failuresText)
	if err != nil {
		return false, err
	}
	var all results
	for _, m := range machines {
		wrong, err := m.run(s, s.groups)
		if err != nil {
			return false, fmt.Errorf("%s: %w", m.name, err)
		}
		all = append(all, collect(m.name, s.groups, wrong)...)
	}
	if verbose {
		all.printFailures(w)
	}
	all.printTable(w)
	surprises := explained.surprises(all)
	for _, line := range surprises {
		fmt.Fprintln(w, line)
	}
	passed, failed := all.tests()
	fmt.Fprintf(w, "%d passed, %d failed\n", passed, failed)
	return len(surprises) == 0, nil
}
