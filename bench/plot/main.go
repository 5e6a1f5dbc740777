// Command plot draws the results of a measurement as an SVG: a bar for each way to read events, as long as the logarithm of its speed.
//
//	plot [-o speed.svg] results.json
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/assay-go/assay/bench/table"
)

func main() {
	err := run(os.Args[1:], os.Stdout)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "plot:", err)
	os.Exit(1)
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("plot", flag.ContinueOnError)
	file := flags.String("o", "", "write to a `file`; without it, to standard output")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("want one file of results, found %d arguments", flags.NArg())
	}
	results, err := table.Read(flags.Arg(0))
	if err != nil {
		return err
	}
	picture, err := draw(results)
	if err != nil {
		return fmt.Errorf("%s: %w", flags.Arg(0), err)
	}
	if *file != "" {
		return os.WriteFile(*file, picture, 0o666)
	}
	_, err = out.Write(picture)
	return err
}
