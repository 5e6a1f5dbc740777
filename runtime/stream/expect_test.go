package stream

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// steps are the facts of the specification's table of expected counts, in small.
func steps() *Facts {
	return &Facts{
		Record: "Event", Stream: "events", Name: "/event",
		Names: []string{"step_start", "step_complete", "connection_resolve_start", "connection_resolve_complete", "run_start"},
		Sizes: []Size{{Name: "steps"}, {Name: "connections"}},
		Counts: []Count{
			{Of: []string{"step_start"}, Per: "steps", Min: 1, Max: 1},
			{Of: []string{"step_complete"}, Per: "steps", Min: 1, Max: 1},
			{Of: []string{"connection_resolve_start"}, Per: "connections", Min: 1, Max: 1},
			{Of: []string{"connection_resolve_complete"}, Per: "connections", Min: 1, Max: 1},
			{Of: []string{"run_start"}, Min: 1, Max: -1},
		},
	}
}

func TestExpected(t *testing.T) {
	f := steps()
	rules, err := f.Expected(map[string]int{"steps": 10, "connections": 5, "of another stream": 1})
	require.NoError(t, err)
	assert.Equal(t, []CountRule[string]{
		{Of: []string{"step_start"}, Min: 10, Max: 10},
		{Of: []string{"step_complete"}, Min: 10, Max: 10},
		{Of: []string{"connection_resolve_start"}, Min: 5, Max: 5},
		{Of: []string{"connection_resolve_complete"}, Min: 5, Max: 5},
		{Of: []string{"run_start"}, Min: 1, Max: -1},
	}, rules)

	_, err = f.Expected(map[string]int{"steps": 10})
	assert.EqualError(t, err, `events: count of connection_resolve_start needs the size "connections"`)
	_, err = f.Expected(map[string]int{"steps": -1})
	assert.EqualError(t, err, `events: size "steps" must be >= 0, got -1`)

	f.Counts = []Count{{Of: []string{"step_start"}, Per: "steps", Min: 3, Max: -1}}
	rules, err = f.Expected(map[string]int{"steps": math.MaxInt / 2})
	require.NoError(t, err)
	assert.Equal(t, -1, rules[0].Max, "no limit is no limit for any size")
	assert.Positive(t, rules[0].Min, "a product must not wrap around")
}

func TestCheck(t *testing.T) {
	f := steps()
	got := &Counts{Names: []int{10, 10, 5, 5, 3}}
	rules, err := f.Expected(map[string]int{"steps": 10, "connections": 5})
	require.NoError(t, err)
	require.NoError(t, Check(f, got, rules))
	require.NoError(t, Check(f, got, nil))

	rules, err = f.Expected(map[string]int{"steps": 10, "connections": 10})
	require.NoError(t, err)
	err = Check(f, got, rules)
	assert.EqualError(t, err, `events: 2 of 5 counts differ
  connection_resolve_start     want 10  got 5
  connection_resolve_complete  want 10  got 5`)
	var e *CountError
	require.ErrorAs(t, err, &e)
	assert.Len(t, e.Rows, 2)
	assert.False(t, e.Warn())
}

type eventName string

func TestCheckCounts(t *testing.T) {
	f := steps()
	got := &Counts{Names: []int{10, 8, 5, 5, 3}}
	err := CheckCounts(f, got, []CountRule[eventName]{
		{Of: []eventName{"step_start", "step_complete"}, Min: 20, Max: 20},
		{Of: []eventName{"step_start"}, Min: 0, Max: 2},
		{Of: []eventName{"run_start"}, Min: 4, Max: -1, Warn: true},
		{Of: []eventName{"step_strat"}, Max: -1, Warn: true},
		{Of: []eventName{"run_start"}, By: []string{"session"}, Max: -1},
		{Max: -1},
		{Of: []eventName{"run_start"}, Min: 3, Max: 3},
		{Of: []eventName{"step_start"}, Min: -1, Max: -1},
	})
	assert.EqualError(t, err, `events: 7 of 8 counts differ
  step_start + step_complete  want 20    got 18
  step_start                  want 0..2  got 10
  run_start                   want >= 4  got 3  (warning)
  step_strat                  unknown event "step_strat"; did you mean "step_start"?
  run_start by session        was not counted by session
  (no name)                   rule has no name to count
  step_start                  sizes must be >= 0, the rule asks for -1`)
	assert.NoError(t, CheckCounts[eventName](f, got, nil))
}

func TestCheckOfWarnings(t *testing.T) {
	f := steps()
	var e *CountError
	require.ErrorAs(t, Check(f, f.newCounts(), []CountRule[string]{{Of: []string{"run_start"}, Min: 1, Max: 1, Warn: true}}), &e)
	assert.True(t, e.Warn())
	assert.EqualError(t, e, "events: 1 of 1 count differs\n  run_start  want 1  got 0  (warning)")
	require.ErrorAs(t, Check(f, f.newCounts(), []CountRule[string]{{Of: []string{"run_strat"}, Warn: true}}), &e)
	assert.False(t, e.Warn(), "a rule that cannot be checked is an error whatever its level")
}

func TestCheckKeyed(t *testing.T) {
	f := orderFacts()
	c := count(t, shop)
	rules, err := f.Expected(c.Observed())
	require.NoError(t, err)
	assert.EqualError(t, Check(f, c, rules), `orders: 4 of 5 counts differ
  order_placed by order_id="o-1"                                           want 1     got 2
  order_placed by order_id="o-3"                                           want 1     got 0
  payment_captured + payment_declined + order_cancelled by order_id="o-2"  want >= 1  got 0
  payment_captured + payment_declined + order_cancelled by order_id        1 record without the key
  payment_declined by customer_id                                          1 record without the key  (warning)
  shipment_sent by order_id="o-1", label="x.pdf"                           want 1     got 2
  shipment_sent by order_id, label                                         1 record without the key`)
}

func TestCheckKeyedBeyondTheCap(t *testing.T) {
	f := orderFacts()
	c := f.newCounts()
	c.Keyed[0].Rest = 7
	assert.EqualError(t, Check(f, c, []CountRule[string]{{Of: []string{"order_placed"}, By: []string{"order_id"}, Min: 1, Max: 1}}),
		"orders: 1 of 1 count differs\n  order_placed by order_id  7 records not checked, after the first 100000 values")
}

func TestCountErrorIsShort(t *testing.T) {
	f := orderFacts()
	c := f.newCounts()
	for i := range 5000 {
		c.Keyed[0].Values[strings.Repeat("ř\n", 200)+string(rune('a'+i))] = 2
	}
	err := Check(f, c, []CountRule[string]{{Of: []string{"order_placed"}, By: []string{"order_id"}, Min: 1, Max: 1}})
	lines := strings.Split(err.Error(), "\n")
	assert.Len(t, lines, maxRows+2)
	assert.Equal(t, "  … and 4900 more", lines[len(lines)-1])
	for _, l := range lines {
		assert.Less(t, len(l), 400)
	}
}
