package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers"
	"github.com/assay-go/assay/bench/table"
	"github.com/assay-go/assay/dynamic"
)

// validatorBenchmark is real schemas with real instances, a folder each: schema.json, and instances.jsonl, which are all valid. They are looked for in
// $VALIDATOR_BENCHMARK, else in shared/data/validator-benchmark in a folder above.
type validatorBenchmark struct {
	session *session
	cases   []*realSchema
}

// realSchema is one of them.
type realSchema struct {
	name     string
	schema   *dynamic.Schema
	document []byte // the schema's text
	text     []byte
	measured measure.Series // see lead
}

const noBenchmark = "set VALIDATOR_BENCHMARK to a folder that has one for each schema, with schema.json and instances.jsonl"

func (s *session) validatorBenchmark() (*validatorBenchmark, error) {
	all := &validatorBenchmark{session: s}
	folder, err := findBenchmark()
	if err != nil || folder == "" {
		return all, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*", "schema.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		compiled, err := dynamic.Compile(os.DirFS(dir), dynamic.Options{UnknownKeywords: true}, "schema.json")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		document, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		instances, err := os.ReadFile(filepath.Join(dir, "instances.jsonl"))
		if err != nil {
			return nil, err
		}
		if len(instances) == 0 || instances[len(instances)-1] != '\n' {
			instances = append(instances, '\n')
		}
		const least = 1 << 20 // what a slice takes some milliseconds for
		instances = bytes.Repeat(instances, 1+least/len(instances))
		all.cases = append(all.cases, &realSchema{name: filepath.Base(dir), schema: compiled[0], document: document, text: measure.Keep(instances)})
	}
	return all, nil
}

func findBenchmark() (string, error) {
	if folder := os.Getenv("VALIDATOR_BENCHMARK"); folder != "" {
		_, err := os.Stat(folder)
		return folder, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		folder := filepath.Join(dir, "shared", "data", "validator-benchmark")
		if _, err := os.Stat(folder); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil
		}
		dir = parent
	}
}

// coverage is the share of the bytes of the instances of which the scanner is sure by itself.
func (c *realSchema) coverage() float64 {
	sure := 0
	for line := range bytes.Lines(c.text) {
		if c.schema.Plan().Valid(bytes.TrimSuffix(line, []byte{'\n'})) {
			sure += len(line)
		}
	}
	return 100 * float64(sure) / float64(len(c.text))
}

// summary is the two rows with goals.
func (v *validatorBenchmark) summary() []*row {
	return []*row{
		derived("validator-benchmark: instances that the scanner is sure of, by bytes (mean of schemas)", "%", func(r *table.Row) error {
			var shares measure.Series
			sum := 0.0
			for _, c := range v.cases {
				share := c.coverage()
				shares = append(shares, share)
				sum += share
			}
			if len(shares) == 0 {
				return errSkipped{noBenchmark}
			}
			r.Value, r.Low, r.High = sum/float64(len(shares)), slices.Min(shares), slices.Max(shares)
			return nil
		}).goals(80, 95, 99),
		derived("validator-benchmark: from bytes, over santhosh's Validate alone (median of schemas)", "×", func(r *table.Row) error {
			var leads measure.Series
			for _, c := range v.cases {
				lead, err := c.lead(v.session)
				if errors.As(err, new(errSkipped)) {
					continue // its own row says why
				}
				if err != nil {
					return err
				}
				leads = append(leads, lead.Median())
			}
			if len(leads) == 0 {
				return errSkipped{noBenchmark}
			}
			r.Value, r.Low, r.High = leads.Median(), slices.Min(leads), slices.Max(leads)
			return nil
		}).goals(20, 60, 100),
	}
}

// rows are those of single schemas.
func (v *validatorBenchmark) rows() []*row {
	var rows []*row
	for _, c := range v.cases {
		rows = append(rows,
			timed(c.ours(), peers.None, c.text, perLine(c.schema.Valid)),
			derived(fmt.Sprintf("validator-benchmark, %s: over santhosh's Validate alone", c.name), "×", func(r *table.Row) error {
				lead, err := c.lead(v.session)
				if err != nil {
					return err
				}
				r.Value, r.Low, r.High = lead.Median(), lead.Quantile(0.1), lead.Quantile(0.9)
				return nil
			}))
	}
	return rows
}

func (c *realSchema) ours() string { return fmt.Sprintf("validator-benchmark, %s: from bytes", c.name) }

// lead measures how many times more instances per second assay validates from bytes than santhosh does as values that are already parsed.
func (c *realSchema) lead(s *session) (measure.Series, error) {
	if c.measured != nil {
		return c.measured, nil
	}
	validate, err := peers.ValidateAlone(c.document, false)
	if err != nil { // a pattern that Go's regular expressions do not have
		reason, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
		return nil, errSkipped{reason}
	}
	results := measure.Run([]measure.Contender{
		{Name: c.ours(), Text: c.text, New: perLine(c.schema.Valid)},
		{Name: validate.Name, Text: c.text, New: func() measure.Work { return validate.New(c.text) }},
	}, s.texts.events, s.options)
	c.measured = results[0].Rate.Over(results[1].Rate)
	return c.measured, nil
}
