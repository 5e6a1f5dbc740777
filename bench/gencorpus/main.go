// Command gencorpus writes the streams that are measured to files: events.jsonl and metrics.jsonl, and, if lines are to be broken, broken.tsv, which has the
// number of each such line, from 0, and what was done to it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/assay-go/assay/bench/corpus"
)

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "gencorpus:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("gencorpus", flag.ContinueOnError)
	out := flags.String("o", "", "the `folder` to write to")
	size := flags.Float64("mb", 16, "size of events.jsonl in `megabytes` (10^6 bytes)")
	style := flags.String("style", "python", "separators: python (\", \" and \": \") or compact (\",\" and \":\")")
	shuffle := flags.Float64("shuffle", 2, "`percent` of lines whose keys are shuffled")
	invalid := flags.Float64("invalid", 0, "`percent` of lines of events that are broken")
	seed := flags.Uint64("seed", 1, "seed; the same gives the same bytes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *out == "":
		return errors.New("-o is missing: the folder to write to")
	case *style != "python" && *style != "compact":
		return fmt.Errorf("unknown style %q: want python or compact", *style)
	}
	c := corpus.New(corpus.Config{Size: int(*size * 1e6), Compact: *style == "compact", Shuffle: *shuffle / 100, Invalid: *invalid / 100, Seed: *seed})
	if err := os.MkdirAll(*out, 0o777); err != nil {
		return err
	}
	write := func(name string, text []byte) error { return os.WriteFile(filepath.Join(*out, name), text, 0o666) }
	err := errors.Join(write("events.jsonl", c.Events), write("metrics.jsonl", c.Metrics))
	if len(c.Broken) > 0 {
		var list strings.Builder
		for _, b := range c.Broken {
			fmt.Fprintf(&list, "%d\t%s\n", b.Line, b.Kind)
		}
		err = errors.Join(err, write("broken.tsv", []byte(list.String())))
	}
	if err != nil {
		return err
	}
	fmt.Printf("%d events in %d bytes, %d of them broken; %d metrics in %d bytes\n",
		corpus.Lines(c.Events), len(c.Events), len(c.Broken), corpus.Lines(c.Metrics), len(c.Metrics))
	return nil
}
