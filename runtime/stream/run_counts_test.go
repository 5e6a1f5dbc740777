package stream

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCheckUndeclared counts names that the schema does not have, and tells what looks like a misspelling.
func TestCheckUndeclared(t *testing.T) {
	f := steps()
	got := &Counts{Names: []int{2, 2, 0, 0, 1}, Unknown: map[string]int{"cache_hit": 3, "step_strat": 1}}
	rule := func(least, most int, of ...string) CountRule[string] {
		return CountRule[string]{Of: of, Min: least, Max: most}
	}
	require.NoError(t, Check(f, got, []CountRule[string]{
		rule(3, 3, "cache_hit"), rule(4, 4, "run_start", "cache_hit"), rule(0, 0, "cache_miss"), rule(1, 1, "step_strat"),
	}))
	assert.EqualError(t, Check(f, got, []CountRule[string]{
		rule(1, 1, "cache_hit"), rule(1, -1, "cache_miss"), rule(0, 0, "step_compelte"), rule(2, 2, "step_compelte"),
	}), `events: 4 of 4 counts differ
  cache_hit      want 1     got 3
  cache_miss     want >= 1  got 0
  step_compelte  unknown event "step_compelte"; did you mean "step_complete"?
  step_compelte  want 2     got 0  did you mean "step_complete"?`)

	got.Unknown[""] = 7
	assert.ErrorContains(t, Check(f, got, []CountRule[string]{rule(0, 0, "cache_miss")}),
		"of names that are not in the schema, only the first 10000 are counted one by one")
}

// A stream of which every line is bad keeps no finding about the whole run out.
func TestCountFindings(t *testing.T) {
	records := []*Record{orders()}
	bad := strings.Repeat(`{"type":"order_placed","at":1}`+"\n", MaxFindings+5) + "{\n"
	run, err := ReadRunFrom(context.Background(), []io.Reader{strings.NewReader(bad)}, records)
	require.NoError(t, err)
	found := run.CountFindings(nil)
	var texts []string
	for _, f := range found.First {
		texts = append(texts, f.String())
	}
	assert.Equal(t, []string{
		"orders.jsonl: warning: 1 line left out: malformed [count]",
		"orders.jsonl: warning: items leaves out 1005 records without a whole number [size]",
		"orders.jsonl: warning: orders leaves out 1005 records without order_id [size]",
	}, texts)
	assert.Zero(t, found.More+found.MoreWarnings)
	assert.Empty(t, run.FileFindings().First)

	run, err = ReadRunFrom(context.Background(), []io.Reader{strings.NewReader("hello\n")}, records)
	require.NoError(t, err)
	require.Len(t, run.FileFindings().First, 1, "one malformed line, and no other")
	assert.Equal(t, run.FileFindings().First, run.CountFindings(nil).First)
}
