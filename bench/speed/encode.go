package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers"
	"github.com/assay-go/assay/bench/peers/wide"
	"github.com/assay-go/assay/bench/table"
	"github.com/assay-go/assay/generated/telemetry"
)

// steps are the step_complete events that are written. Megabytes are those of the lines that assay writes, also for encoders that write longer ones.
type steps struct {
	short, long variant
}

// variant is some events, and the lines that they make.
type variant struct {
	events []telemetry.StepComplete
	wide   []wide.StepComplete
	text   []byte
}

// stepComplete takes the events out of a corpus. Durations are whole eighths in one variant, so that shortest digits are found fast, and as measured in the
// other: a third of them has all the digits of a float.
func stepComplete(text []byte) (*steps, error) {
	var s steps
	for e, err := range telemetry.Events(bytes.NewReader(text)) {
		step, ok := e.(*telemetry.StepComplete)
		if err != nil || !ok {
			continue
		}
		step.Extra = nil
		if err := s.long.add(*step); err != nil {
			return nil, err
		}
		step.DurationMS = math.Round(step.DurationMS*8) / 8
		if err := s.short.add(*step); err != nil {
			return nil, err
		}
		if len(s.long.events) == 2000 {
			break
		}
	}
	if len(s.long.events) == 0 {
		return nil, errors.New("the corpus has no step_complete")
	}
	for _, v := range []*variant{&s.short, &s.long} {
		const least = 4 << 20
		v.text = measure.Keep(bytes.Repeat(v.text, 1+least/len(v.text)))
	}
	return &s, nil
}

func (v *variant) add(e telemetry.StepComplete) error {
	line, err := telemetry.AppendEvent(nil, &e)
	if err != nil {
		return fmt.Errorf("a valid event cannot be written: %w", err)
	}
	v.text = append(append(v.text, line...), '\n')
	v.events = append(v.events, e)
	v.wide = append(v.wide, wide.StepComplete{
		TS: string(e.TS), Session: e.Session, Event: "step_complete", StepID: e.StepID, RowsProcessed: e.RowsProcessed, DurationMS: e.DurationMS,
	})
	return nil
}

// append is work that appends an event for each line of text, as the recorder does.
func (v *variant) append() measure.Work {
	var buffer []byte
	return func(text []byte) (lines, refused int) {
		lines = bytes.Count(text, []byte{'\n'})
		i := 0
		for range lines {
			line, err := telemetry.AppendEvent(buffer[:0], &v.events[i])
			if err != nil {
				refused++
			}
			buffer = append(line, '\n')
			io.Discard.Write(buffer)
			if i++; i == len(v.events) {
				i = 0
			}
		}
		return lines, refused
	}
}

const (
	encodeShort = "AppendEvent, step_complete"
	encodeLong  = "AppendEvent, step_complete, durations of many digits"
	zerologLong = peers.Zerolog + ", durations of many digits"
)

// lead is how many times more events a second AppendEvent writes than zerolog.
func (s *steps) lead(session *session) *row {
	return derived("AppendEvent over zerolog, step_complete", "×", over(session, encodeShort, peers.Zerolog))
}

func (s *steps) more(session *session) []*row {
	return []*row{
		timed(encodeShort, "", s.short.text, s.short.append),
		timed(encodeLong, "", s.long.text, s.long.append),
		derived("AppendEvent over zerolog, step_complete, durations of many digits", "×", over(session, encodeLong, zerologLong)),
	}
}

// peers are the other encoders.
func (s *steps) peers() []*row {
	var rows []*row
	for _, e := range peers.Encoders() {
		rows = append(rows, timed(e.Name, "", s.short.text, func() measure.Work { return e.Work(s.short.wide) }))
		if e.Name == peers.Zerolog {
			rows = append(rows, timed(zerologLong, "", s.long.text, func() measure.Work { return e.Work(s.long.wide) }))
		}
	}
	return rows
}

// over divides the lines per second of one row by those of another, round by round.
func over(s *session, name, other string) func(*table.Row) error {
	return func(r *table.Row) error {
		a, err := s.of(name)
		if err != nil {
			return err
		}
		b, err := s.of(other)
		if err != nil {
			return err
		}
		ratios := a.Rate.Over(b.Rate)
		r.Value, r.Low, r.High = ratios.Median(), ratios.Quantile(0.1), ratios.Quantile(0.9)
		return nil
	}
}
