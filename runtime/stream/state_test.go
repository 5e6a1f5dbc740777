package stream

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func stateRun(t testing.TB, text string, o ...Option) *Run {
	run, err := NewRun([]*Record{orders()}, o...)
	require.NoError(t, err)
	require.NoError(t, run.Streams[0].Read(t.Context(), strings.NewReader(text)))
	return run
}

const stateLines = `{"at":"2026-01-01T10:00:00Z","type":"shipment_sent","id":"1","order_id":"o-1","label_path":"a/b"}
{"at":"2026-01-01T12:00:00Z","type":"order_cancelled","id":"1","order_id":"o-1"}
{"at":"2026-01-01T10:00:00Z","type":"shipment_sent","id":"1","order_id":"o-2"}
{"at":"2026-01-01T10:00:00Z","type":"order_cancelled","id":"1","order_id":"o-3"}
{"type":"order_lost"}
{
`

// TestState: a run that was kept is the run, with the ends that it was read with.
func TestState(t *testing.T) {
	run := stateRun(t, stateLines, AlsoEnds("shipment_sent", "order_lost"), InFolder("runs/1"))
	text, err := json.Marshal(run)
	require.NoError(t, err)
	byValue, err := json.Marshal(*run)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(byValue))
	read, err := NewRun([]*Record{orders()})
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, read))
	assert.Equal(t, run.Findings(), read.Findings())
	assert.Contains(t, read.CheckPairs().Error(), "order_cancelled or order_lost")
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(again))

	clone := read.Clone()
	assert.Equal(t, run.Findings(), clone.Findings())
	require.NoError(t, clone.Merge(run))
	assert.Equal(t, run.Findings(), read.Findings(), "merging into a clone changes what it is of")
	assert.Equal(t, 2*run.Streams[0].Lines, clone.Streams[0].Lines)
}

// TestStateRefuses: what was read under other facts, or with other options, is not what it looks like.
func TestStateRefuses(t *testing.T) {
	text, err := json.Marshal(stateRun(t, stateLines))
	require.NoError(t, err)
	other := orders()
	facts := orderFacts()
	facts.Names = append([]string{}, facts.Names...)
	facts.Names[0], facts.Names[1] = facts.Names[1], facts.Names[0]
	other.Facts = facts
	run, err := NewRun([]*Record{other})
	require.NoError(t, err)
	assert.EqualError(t, json.Unmarshal(text, run), "orders: counts are of different schemas, or of another version of one")
	assert.ErrorIs(t, run.Merge(stateRun(t, stateLines)), errOtherFacts)
	assert.ErrorIs(t, stateRun(t, stateLines).Merge(stateRun(t, stateLines, AlsoEnds("shipment_sent", "order_lost"))), errOtherEnds)
	two, err := NewRun([]*Record{orders(), orders()})
	require.NoError(t, err)
	assert.EqualError(t, json.Unmarshal(text, two), "a run of 1 streams, expected 2: counts are of different schemas")
	assert.Zero(t, run.Streams[0].Lines)

	reporting := func(in ...string) *Run {
		r := warehouse()
		r.Facts.Parity.Sums.ReportIf.In = in
		run, err := NewRun([]*Record{r})
		require.NoError(t, err)
		return run
	}
	text, err = json.Marshal(reporting("points"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, reporting("points")))
	assert.ErrorIs(t, json.Unmarshal(text, reporting("cash")), errOtherFacts)
	assert.ErrorIs(t, reporting("cash").Merge(reporting("points")), errOtherFacts)
}

// FuzzState: no text makes a run that breaks later.
func FuzzState(f *testing.F) {
	for _, lines := range []string{"", stateLines} {
		text, err := json.Marshal(stateRun(f, lines))
		require.NoError(f, err)
		f.Add(string(text))
		for _, member := range []string{"counts", "pairs", "totals", "rising", "same", "values", "bad", "sessions", "clock", "unknown", "waiting", "Keyed", "Sizes"} {
			if before, after, ok := strings.Cut(string(text), `"`+member+`":`); ok {
				f.Add(before + `"` + member + `":null,"was":` + after)
				f.Add(before + `"` + member + `":[null],"was":` + after)
				f.Add(before + `"` + member + `":{"k":null},"was":` + after)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		run := stateRun(t, "")
		if json.Unmarshal([]byte(text), run) != nil {
			return
		}
		run.Findings()
		_ = run.CheckPairs()
		_ = run.CheckCounts(nil)
		Compare(run, stateRun(t, stateLines), ParityOptions{})
		Compare(stateRun(t, stateLines), run, ParityOptions{})
		sum := stateRun(t, stateLines)
		require.NoError(t, sum.Merge(run))
		sum.Findings()
		require.NoError(t, run.Merge(stateRun(t, stateLines)))
		run.Findings()
		_, err := json.Marshal(run)
		require.NoError(t, err)
	})
}
