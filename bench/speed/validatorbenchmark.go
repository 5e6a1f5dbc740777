package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers"
	"github.com/assay-go/assay/bench/real"
	"github.com/assay-go/assay/bench/table"
)

// validatorBenchmark is the rows of real schemas.
type validatorBenchmark struct {
	session *session
	cases   []*realSchema
}

// realSchema is one of them.
type realSchema struct {
	*real.Schema
	folder string
	lead   *real.Lead // once it was measured
}

const noBenchmark = "set " + real.Variable + " to a folder that has one for each schema, with schema.json and instances.jsonl"

func (s *session) validatorBenchmark() (*validatorBenchmark, error) {
	all := &validatorBenchmark{session: s}
	folders, err := real.Folders()
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		schema, err := real.Load(folder)
		if err != nil {
			return nil, err
		}
		all.cases = append(all.cases, &realSchema{Schema: schema, folder: folder})
	}
	return all, nil
}

// summary is the two rows with goals.
func (v *validatorBenchmark) summary() []*row {
	return []*row{
		derived("validator-benchmark: instances that the scanner is sure of, by bytes (mean of schemas)", "%", func(r *table.Row) error {
			var shares measure.Series
			sum := 0.0
			for _, c := range v.cases {
				share := c.Coverage()
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
				lead, err := v.of(c)
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
			timed(fmt.Sprintf("validator-benchmark, %s: from bytes", c.Name), peers.None, c.Text, c.Valid),
			derived(fmt.Sprintf("validator-benchmark, %s: over santhosh's Validate alone", c.Name), "×", func(r *table.Row) error {
				lead, err := v.of(c)
				if err != nil {
					return err
				}
				r.Value, r.Low, r.High = lead.Median(), lead.Quantile(0.1), lead.Quantile(0.9)
				return nil
			}))
	}
	return rows
}

// of builds the program alone, and asks it about a schema.
func (v *validatorBenchmark) of(c *realSchema) (measure.Series, error) {
	if c.lead == nil {
		text, err := v.session.ask("alone", "", "-rounds", fmt.Sprint(slicesForGoals*v.session.options.Rounds), c.folder)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &c.lead); err != nil {
			return nil, err
		}
	}
	if c.lead.Skipped != "" {
		return nil, errSkipped{c.lead.Skipped}
	}
	return c.lead.Times, nil
}
