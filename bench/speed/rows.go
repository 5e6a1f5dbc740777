package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/bench/loop"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers"
	"github.com/assay-go/assay/bench/table"
	"github.com/assay-go/assay/schemas"
)

// texts are the corpora.
type texts struct {
	events, metrics   []byte
	compact, shuffled []byte
	invalid           []byte          // one line in a hundred is broken
	broken            []corpus.Broken // which, and how
}

func newTexts(size int) texts {
	of := func(change func(*corpus.Config)) *corpus.Corpus {
		c := corpus.Usual(size)
		change(&c)
		return corpus.New(c)
	}
	usual := loop.Usual(size)
	compact := of(func(c *corpus.Config) { c.Compact = true })
	shuffled := of(func(c *corpus.Config) { c.Shuffle = 1 })
	invalid := of(func(c *corpus.Config) { c.Invalid = 0.01 })
	return texts{
		events:   measure.Keep(measure.Prefix(usual.Events, size)),
		metrics:  measure.Keep(measure.Prefix(usual.Metrics, size)),
		compact:  measure.Keep(compact.Events),
		shuffled: measure.Keep(shuffled.Events),
		invalid:  measure.Keep(invalid.Events),
		broken:   invalid.Broken,
	}
}

// group is rows of the table, before there are figures.
type group struct {
	name string
	rows []*row
}

// row is a row of the table. It has a contender, or it is derived from others, or measured in a way of its own.
type row struct {
	table.Row
	contender *measure.Contender
	refuses   peers.Refuses
	derive    func(*table.Row) error
}

// ofPeer is the row of a peer.
func ofPeer(p peers.Peer, text []byte) *row {
	return timed(p.Name, p.Strings, text, func() measure.Work { return p.New(text) }).that(p.Refuses)
}

// timed is a row with a contender.
func timed(name string, strings peers.Strings, text []byte, ready func() measure.Work) *row {
	return &row{
		Row:       table.Row{Name: name, Strings: string(strings), Unit: table.Cal},
		contender: &measure.Contender{Name: name, Text: text, New: ready},
	}
}

// derived is a row without a contender.
func derived(name, unit string, derive func(*table.Row) error) *row {
	return &row{Row: table.Row{Name: name, Unit: unit}, derive: derive}
}

// that says what the row ought to refuse.
func (r *row) that(refuses peers.Refuses) *row {
	r.refuses = refuses
	return r
}

// slicesForGoals is how many slices a row with goals gets in each round: its median is held against them.
const slicesForGoals = 3

func (r *row) goals(must, goal, beyond float64) *row {
	r.Goals = &table.Goals{Must: must, Goal: goal, Beyond: beyond}
	if r.contender != nil {
		r.contender.More = slicesForGoals - 1
	}
	return r
}

// atMost sets goals of a figure that had better be small.
func (r *row) atMost(must, goal, beyond float64) *row {
	r.Goals = &table.Goals{Must: must, Goal: goal, Beyond: beyond, Less: true}
	return r
}

// errSkipped says why a row has no figure.
type errSkipped struct{ reason string }

func (e errSkipped) Error() string { return e.reason }

// groups returns the rows of the table. Those of the first group are what assay has set itself.
func (s *session) groups() ([]group, error) {
	engine, err := newEngine()
	if err != nil {
		return nil, err
	}
	validator, err := s.validatorBenchmark()
	if err != nil {
		return nil, err
	}
	generator, err := newGenerator(s.mostEvents, s.options.Rounds/3+1)
	if err != nil {
		return nil, err
	}
	schema, err := schemas.FS.ReadFile("events.schema.json")
	if err != nil {
		return nil, err
	}
	validators, err := peers.Validators(schema)
	if err != nil {
		return nil, err
	}
	steps, err := stepComplete(s.texts.events)
	if err != nil {
		return nil, err
	}
	groups := []group{
		{"assay, against its goals", slices.Concat(s.goals(engine, steps), validator.summary(), generator.size())},
		{"assay, more", slices.Concat(s.more(engine, steps), validator.rows(), generator.speed())},
		{"limits", limits(s.texts.events)},
		{"JSON: is it well-formed, or a tree of it", rowsOf(peers.Checkers(), s.texts.events)},
		{"JSON: into a struct", rowsOf(peers.Decoders(), s.texts.events)},
		{"schema validators", rowsOf(validators, s.texts.events)},
		{"encoders of step_complete", steps.peers()},
	}
	for i := range groups {
		groups[i].rows = slices.DeleteFunc(groups[i].rows, func(r *row) bool { return !s.only.MatchString(r.Name) })
	}
	return groups, nil
}

func rowsOf(all []peers.Peer, text []byte) []*row {
	var rows []*row
	for _, p := range all {
		rows = append(rows, ofPeer(p, text))
	}
	return rows
}

// measure fills the rows in: contenders all in turns, then what is derived from them.
func (s *session) measure(groups []group) error {
	var rows []*row
	var contenders []measure.Contender
	for _, g := range groups {
		for _, r := range g.rows {
			if r.contender != nil {
				rows = append(rows, r)
				contenders = append(contenders, *r.contender)
			}
		}
	}
	fmt.Fprintf(os.Stderr, "speed: %d rounds of %d contenders\n", s.options.Rounds, len(rows))
	results := measure.Run(contenders, s.texts.events, s.options)
	s.results = map[string]*measure.Result{}
	for i, r := range rows {
		result := &results[i]
		s.results[r.Name] = result
		r.Measured(result)
		r.Passes = s.passes(r)
	}
	for _, g := range groups {
		for _, r := range g.rows {
			if r.derive == nil {
				continue
			}
			if err := s.Err(); err != nil {
				return err
			}
			fmt.Fprintln(os.Stderr, "speed:", r.Name)
			skipped := errSkipped{}
			if err := r.derive(&r.Row); errors.As(err, &skipped) {
				r.Skipped = skipped.reason
			} else if err != nil {
				return fmt.Errorf("%s: %w", r.Name, err)
			}
		}
	}
	return nil
}

// of returns the result of a row that others are derived from.
func (s *session) of(name string) (*measure.Result, error) {
	if r := s.results[name]; r != nil {
		return r, nil
	}
	return nil, errSkipped{"-only leaves out " + name}
}

// passes returns the kinds of bad lines that a row ought to refuse and does not.
func (s *session) passes(r *row) []string {
	if r.refuses == peers.Nothing {
		return nil
	}
	const enough = 300 // lines, of a dozen kinds
	work := r.contender.New()
	passed := map[string]bool{}
	rest, number := s.texts.invalid, 0
	for _, broken := range s.texts.broken[:min(enough, len(s.texts.broken))] {
		for ; number < broken.Line; number++ {
			rest = rest[len(measure.Prefix(rest, 1)):]
		}
		if _, refused := work(measure.Prefix(rest, 1)); refused == 0 {
			passed[broken.Kind] = true
		}
	}
	var kinds []string
	for _, kind := range corpus.Kinds() {
		if passed[kind.Name] && (kind.JSON || r.refuses == peers.Invalid) {
			kinds = append(kinds, kind.Name)
		}
	}
	return kinds
}
