// Command alone measures how many times more instances of a real schema per second assay validates from bytes than santhosh does as values that are already parsed. It prints
// a lead as JSON. Nothing else is in it: a validator that allocates is faster beside what others hold on to, since collections become rare.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers/parsed"
	"github.com/assay-go/assay/bench/real"
)

func main() {
	rounds := flag.Int("rounds", 15, "`number` of slices")
	flag.Parse()
	lead, err := run(flag.Args(), *rounds)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(lead)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "alone:", err)
		os.Exit(1)
	}
}

func run(folders []string, rounds int) (*real.Lead, error) {
	if len(folders) != 1 || rounds < 1 {
		return nil, errors.New("usage: alone [-rounds number] folder")
	}
	schema, err := real.Load(folders[0])
	if err != nil {
		return nil, err
	}
	santhosh, err := parsed.Compile(schema.Document, false)
	if err != nil { // a pattern that Go's regular expressions do not have
		reason, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
		return &real.Lead{Skipped: "santhosh: " + reason}, nil
	}
	// Each slice of either reads all instances: they differ in what they cost.
	results := measure.Run([]measure.Contender{
		{Text: schema.Text, New: schema.Valid},
		{Text: schema.Once, New: func() measure.Work { return parsed.Work(santhosh, schema.Once) }},
	}, measure.Keep(corpus.New(corpus.Usual(1<<20)).Events), measure.Options{Rounds: rounds, Slice: time.Hour})
	return &real.Lead{Times: results[0].Rate.Over(results[1].Rate)}, nil
}
