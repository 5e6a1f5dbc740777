// Command pure measures the loop over events, and prints the row of the table as JSON. It is for the tag purego: the collector, whom pure builds give more to do, finds in it
// what a caller's program has too, and nothing of the peers.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/assay-go/assay/bench/loop"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/table"
)

func main() {
	size := flag.Int("bytes", 16e6, "size of the corpus in `bytes`")
	rounds := flag.Int("rounds", 15, "`number` of slices")
	slice := flag.Duration("slice", 20*time.Millisecond, "how long a slice takes")
	flag.Parse()
	if flag.NArg() > 0 || *size <= 0 || *rounds < 1 || *slice <= 0 {
		fmt.Fprintln(os.Stderr, "pure: no arguments are taken, and all flags must be above 0")
		os.Exit(2)
	}
	text := measure.Keep(measure.Prefix(loop.Usual(*size).Events, *size))
	result := measure.Run([]measure.Contender{{Text: text, New: loop.Events}}, text, measure.Options{Rounds: *rounds, Slice: *slice})[0]
	row := table.Row{Unit: table.Cal}
	row.Measured(&result)
	if err := json.NewEncoder(os.Stdout).Encode(row); err != nil {
		fmt.Fprintln(os.Stderr, "pure:", err)
		os.Exit(1)
	}
}
