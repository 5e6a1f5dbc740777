package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/generated/telemetrytest"
	"github.com/assay-go/assay/runtime/stream"
)

// Runs as a whole, on the four real ones.

// TestReadRun: counts, sessions and sizes are what the oracle and plain JSON say.
func TestReadRun(t *testing.T) {
	for _, folder := range runs(t) {
		want, run := readOracle(t, folder), telemetrytest.ReadRun(t, folder)
		for name, n := range want.Events.Counts {
			assert.Equal(t, n, run.Events.Of(telemetry.EventName(name)), "%s: %s", folder, name)
		}
		for name, n := range want.Metrics.Counts {
			assert.Equal(t, n, run.Metrics.Of(telemetry.MetricName(name)), "%s: %s", folder, name)
		}
		assert.Equal(t, want.Events.Lines, run.Events.Lines)
		assert.Equal(t, want.Metrics.Lines, run.Metrics.Lines)
		var sessions struct{ Sessions []string }
		text, err := os.ReadFile(filepath.Join(folder, "oracle.json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &sessions))
		assert.Equal(t, sessions.Sessions, run.Sessions)
		steps, connections := map[string]bool{}, map[string]bool{}
		for _, e := range plainRecords(t, folder, "events.jsonl") {
			switch e["event"] {
			case "step_start":
				steps[e["step_id"].(string)] = true
			case "connection_resolve_start":
				connections[e["step_id"].(string)] = true
			}
		}
		assert.Equal(t, telemetry.Size{Steps: len(steps), Connections: len(connections)}, run.Size, folder)

		// A finding for each line that the oracle calls invalid, but one for all lines of an unknown name.
		bad, unknown := map[int]bool{}, map[string]bool{}
		for _, f := range run.Findings {
			switch {
			case f.Rule == stream.RuleUnknownName:
				unknown[f.Name] = true
			case f.KeywordLocation != "" && strings.HasSuffix(f.File, "events.jsonl"):
				bad[f.Line] = true
			}
		}
		for line, reasons := range want.Events.InvalidLines {
			if !slices.Contains(reasons, "name not in enum") {
				n := 0
				_, err := fmt.Sscan(line, &n)
				require.NoError(t, err)
				assert.True(t, bad[n], "%s: line %d: %v", folder, n, reasons)
				delete(bad, n)
			}
		}
		assert.Empty(t, bad, folder)
		for name := range unknown {
			assert.Positive(t, run.Events.Unknown[name]+run.Metrics.Unknown[name])
			assert.Positive(t, want.Events.Counts[name]+want.Metrics.Counts[name], name)
		}
		assert.Len(t, unknown, len(run.Events.Unknown)+len(run.Metrics.Unknown))
	}
}

// TestPairs: what is unclosed and unopened is what the oracle says, with and without a further end.
func TestPairs(t *testing.T) {
	key := regexp.MustCompile(`^step_id "([^"]*)"`)
	for _, folder := range runs(t) {
		text, err := os.ReadFile(filepath.Join(folder, "oracle.json"))
		require.NoError(t, err)
		var want struct {
			Pairing map[string]struct{ Unclosed, Unopened map[string]int }
		}
		require.NoError(t, json.Unmarshal(text, &want))
		require.Len(t, want.Pairing, 3)
		for pair, keys := range want.Pairing {
			open, ends, _ := strings.Cut(pair, " -> ")
			var options []stream.Option
			if strings.Contains(ends, "step_error") {
				options = append(options, telemetry.AlsoEnds(telemetry.EventStepStart, "step_error"))
			}
			unclosed, unopened := map[string]int{}, map[string]int{}
			for _, f := range pairFindings(telemetrytest.ReadRun(t, folder, options...)) {
				switch {
				case f.Rule == stream.RuleUnclosed && f.Name == open:
					require.Regexp(t, key, f.Message)
					unclosed[key.FindStringSubmatch(f.Message)[1]]++
				case f.Rule == stream.RuleUnopened && slices.Contains(strings.Split(ends, "|"), f.Name):
					require.Regexp(t, key, f.Message)
					unopened[key.FindStringSubmatch(f.Message)[1]]++
				}
			}
			assert.Equal(t, keys.Unclosed, unclosed, "%s: %s", folder, pair)
			assert.Equal(t, keys.Unopened, unopened, "%s: %s", folder, pair)
		}
	}
}

func pairFindings(run *telemetry.Run) []stream.Finding {
	if err := run.CheckPairs(); err != nil {
		return err.(*stream.FindingsError).Findings
	}
	return nil
}

// TestKilled: the killed run shows its one open step and that it has no end, one finding each.
func TestKilled(t *testing.T) {
	const file = "testdata/runs/local-killed/events.jsonl"
	run := telemetrytest.ReadRun(t, "testdata/runs/local-killed")
	assert.EqualError(t, run.CheckPairs(), strings.Join([]string{
		"pairs: 2 findings",
		"  " + file + ":1: run_start: has no run_complete or run_end behind it (3 records) [unclosed]",
		"  " + file + `:60: step_start: step_id "extract-movies" has no step_complete or step_failed behind it [unclosed]`,
	}, "\n"))
	found := pairFindings(telemetrytest.ReadRun(t, "testdata/runs/local-killed", telemetry.AlsoEnds(telemetry.EventStepStart, "step_error")))
	require.Len(t, found, 2)
	assert.Equal(t, `step_id "extract-movies" has no step_complete, step_failed or step_error behind it`, found[1].Message)
	for _, other := range []string{"e2b-10-step", "e2b-failed", "local-10-step"} {
		telemetrytest.AssertPaired(t, telemetrytest.ReadRun(t, "testdata/runs/"+other))
	}
	_, err := telemetry.ReadRun(t.Context(), os.DirFS("testdata/runs/local-killed"), telemetry.AlsoEnds("step_strat", "step_error"))
	assert.ErrorContains(t, err, `did you mean "step_start"`)
}

// TestReadRunBad: what is wrong with a run is a finding of its file; only what cannot be read is an error.
func TestReadRunBad(t *testing.T) {
	const event = `{"ts":"2026-11-22T09:36:51Z","session":"run_1","event":"drivers_registered","drivers":[]}` + "\n"
	for name, c := range map[string]struct {
		run  fstest.MapFS
		want []string
	}{
		"empty":   {fstest.MapFS{}, []string{"events.jsonl: the run has no such file [file-missing]", "metrics.jsonl: the run has no such file [file-missing]"}},
		"missing": {fstest.MapFS{"events.jsonl": {Data: []byte(event)}}, []string{"metrics.jsonl: the run has no such file [file-missing]"}},
		"folder": {
			fstest.MapFS{"events.jsonl": {Data: []byte(event)}, "metrics.jsonl": {Mode: fs.ModeDir}},
			[]string{"metrics.jsonl: is a folder, not a file [file-missing]"},
		},
		"torn": {
			fstest.MapFS{"events.jsonl": {Data: []byte(event + event[:40])}, "metrics.jsonl": {}},
			[]string{"events.jsonl:2:41: last line has no line end and is not JSON: text ends inside the string that begins at 1:40 [torn-line]", "metrics.jsonl: is empty [file-missing]"},
		},
		"swapped": {
			fstest.MapFS{"events.jsonl": {Data: []byte(event)}, "metrics.jsonl": {Data: []byte(event + event)}},
			[]string{"metrics.jsonl:1: is no stream of metrics: no line has a name at /metric [file-format]"},
		},
	} {
		run, err := telemetry.ReadRun(t.Context(), c.run)
		require.NoError(t, err, name)
		var got []string
		for _, f := range run.Findings {
			got = append(got, f.String())
		}
		assert.Equal(t, c.want, got, name)
		assert.Error(t, run.Check(), name)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	run, err := telemetry.ReadRun(ctx, os.DirFS("testdata/runs/local-killed"))
	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, run)
	assert.Zero(t, run.Events.Lines)
}

// TestRunCounts: sizes may be given, or be those that were observed.
func TestRunCounts(t *testing.T) {
	run := telemetrytest.ReadRun(t, "testdata/runs/e2b-10-step")
	telemetrytest.AssertCounts(t, run, telemetry.Size{Steps: 10, Connections: 5})
	telemetrytest.AssertCounts(t, run, run.Size)
	assert.EqualError(t, run.CheckCounts(telemetry.Size{Steps: 10, Connections: 10}), strings.Join([]string{
		"events: 2 of 9 counts differ",
		"  connection_resolve_start     want 10  got 5",
		"  connection_resolve_complete  want 10  got 5",
	}, "\n"))
	run = telemetrytest.ReadRun(t, "testdata/runs/local-killed")
	assert.EqualError(t, run.CheckCounts(run.Size), strings.Join([]string{
		"events: 3 of 9 counts differ",
		"  step_complete     want 7  got 6",
		"  cfg_materialized  want 7  got 10",
		"  cfg_opened        want 7  got 0",
		"metrics: 1 of 1 count differs",
		"  steps_total  want 1  got 0",
	}, "\n"))
}

// recordingTB is a test that only notes what is said to it.
type recordingTB struct {
	testing.TB
	errors, logs []string
}

func (r *recordingTB) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recordingTB) Log(args ...any)   { r.logs = append(r.logs, fmt.Sprint(args...)) }
func (r *recordingTB) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// TestAssertions: a mistake fails a test and says what it is, a warning is logged.
func TestAssertions(t *testing.T) {
	killed, whole := telemetrytest.ReadRun(t, "testdata/runs/local-killed"), telemetrytest.ReadRun(t, "testdata/runs/local-10-step")
	for name, c := range map[string]struct {
		assert func(testing.TB) bool
		want   string
	}{
		"counts": {func(tb testing.TB) bool { return telemetrytest.AssertCounts(tb, killed, killed.Size) }, "events: 3 of 9 counts differ"},
		"pairs":  {func(tb testing.TB) bool { return telemetrytest.AssertPaired(tb, killed) }, "pairs: 2 findings"},
		"clean":  {func(tb testing.TB) bool { return telemetrytest.AssertClean(tb, whole) }, "run: 56 findings"},
		"parity": {
			func(tb testing.TB) bool {
				return telemetrytest.AssertParity(tb, whole, killed, telemetry.ParityOptions{})
			},
			"A = testdata/runs/local-10-step\nB = testdata/runs/local-killed\n",
		},
	} {
		tb := &recordingTB{TB: t}
		assert.False(t, c.assert(tb), name)
		require.Len(t, tb.errors, 1, name)
		assert.True(t, strings.HasPrefix(tb.errors[0], c.want), "%s: %s", name, tb.errors[0])
		assert.Empty(t, tb.logs, name)
	}

	folder := t.TempDir()
	const line = `{"ts":"2026-11-22T09:36:51Z","session":"run_1",%s}` + "\r\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "events.jsonl"), fmt.Appendf(nil, line, `"event":"drivers_registered","drivers":[]`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "metrics.jsonl"), fmt.Appendf(nil, line, `"metric":"rows_read","value":1`), 0o600))
	tb := &recordingTB{TB: t}
	assert.True(t, telemetrytest.AssertClean(tb, telemetrytest.ReadRun(t, folder)))
	assert.Empty(t, tb.errors)
	require.Len(t, tb.logs, 1)
	assert.Contains(t, tb.logs[0], "warning")
	assert.True(t, telemetrytest.AssertPaired(tb, telemetrytest.ReadRun(t, folder)))
	require.Len(t, tb.logs, 1)
	assert.Panics(t, func() { telemetrytest.ReadRun(tb, filepath.Join(folder, "no such run")) }, "a folder that is missing is no run without files")
}

// TestShards: the lines of a run, cut into parts at random places, read apart, kept as JSON and merged, give the run.
func TestShards(t *testing.T) {
	for _, folder := range runs(t) {
		whole, err := telemetry.ReadRun(t.Context(), os.DirFS(folder))
		require.NoError(t, err)
		for parts := 2; parts < 6; parts++ {
			var merged telemetry.Run
			events, metrics := lines(t, filepath.Join(folder, "events.jsonl")), lines(t, filepath.Join(folder, "metrics.jsonl"))
			for i := range parts {
				part := func(all [][]byte) *bytes.Reader {
					n := len(all) * i / parts
					return bytes.NewReader(append(bytes.Join(all[n:len(all)*(i+1)/parts], []byte("\n")), '\n'))
				}
				run, err := telemetry.ReadRunFrom(t.Context(), telemetry.RunReaders{Events: part(events), Metrics: part(metrics)})
				require.NoError(t, err)
				state, err := json.Marshal(run)
				require.NoError(t, err)
				var kept telemetry.Run
				require.NoError(t, json.Unmarshal(state, &kept))
				require.NoError(t, merged.Merge(&kept))
			}
			assert.Equal(t, whole.Findings, merged.Findings)
			want, err := json.Marshal(whole)
			require.NoError(t, err)
			got, err := json.Marshal(merged)
			require.NoError(t, err)
			assert.JSONEq(t, string(want), string(got))
			assert.NoError(t, telemetry.CompareRuns(whole, &merged, telemetry.ParityOptions{}).Err())
		}
	}
}

// TestParity: every two of the runs differ exactly as plain JSON says, and a run does not differ from itself.
func TestParity(t *testing.T) {
	for _, a := range runs(t) {
		for _, b := range runs(t) {
			parity := telemetry.CompareRuns(telemetrytest.ReadRun(t, a), telemetrytest.ReadRun(t, b), telemetry.ParityOptions{})
			want := comparePlain(t, a, b)
			assert.Equal(t, want.differences, differences(t, parity.Differences), "%s and %s", a, b)
			assert.Equal(t, want.reported, differences(t, parity.Reported), "%s and %s", a, b)
			assert.Equal(t, want.leftOut, differences(t, parity.LeftOut), "%s and %s", a, b)
			if a == b {
				assert.NoError(t, parity.Err())
				assert.Empty(t, parity.Reported)
			} else {
				assert.Error(t, parity.Err())
			}
		}
	}
	want := comparePlain(t, "testdata/runs/local-10-step", "testdata/runs/e2b-10-step")
	assert.Contains(t, want.differences, "events count run_start []: 3 2")
	assert.Contains(t, want.differences, "events name cfg_opened []: 0 10")
	assert.Contains(t, want.leftOut, "metrics name e2b_overhead_ms []: 0 1")
	require.Len(t, want.reported, 3)
	assert.Contains(t, want.reported[2], "metrics sum total_duration [(none)]: ", "no schema declares it, but its records have a unit")
}

// differences returns what a report says as sorted lines, numbers as fractions.
func differences(t *testing.T, all []stream.Difference) []string {
	list := []string{}
	for _, d := range all {
		list = append(list, fmt.Sprintf("%s %s %s %v: %s %s", d.Stream, d.Sort, d.Name, d.Key, fraction(t, d.A), fraction(t, d.B)))
	}
	slices.Sort(list)
	return list
}

func fraction(t *testing.T, number string) string {
	if number == "" {
		return "-"
	}
	r, ok := new(big.Rat).SetString(number)
	require.True(t, ok, number)
	return r.RatString()
}

func plainRecords(t *testing.T, folder, file string) (all []map[string]any) {
	for _, line := range lines(t, filepath.Join(folder, file)) {
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		var record map[string]any
		require.NoError(t, d.Decode(&record))
		all = append(all, record)
	}
	return all
}

// plainParity is what two runs do not have in common, by encoding/json and decision 16 of the specification alone.
type plainParity struct{ differences, reported, leftOut []string }

func comparePlain(t *testing.T, a, b string) *plainParity {
	p := &plainParity{[]string{}, []string{}, []string{}}
	onlyE2B := []string{"dependency_check", "dependency_installed", "e2b_overhead_ms", "artifacts_copy_ms"}
	names := func(stream, member string, a, b []map[string]any, counted bool) (both []string) {
		nA, nB := countBy(a, member), countBy(b, member)
		all := maps.Clone(nA)
		maps.Copy(all, nB)
		for name := range all {
			line := fmt.Sprintf("%s %%s %s []: %d %d", stream, name, nA[name], nB[name])
			switch {
			case slices.Contains(onlyE2B, name):
				p.leftOut = append(p.leftOut, fmt.Sprintf(line, "name"))
			case nA[name] == 0 || nB[name] == 0:
				p.differences = append(p.differences, fmt.Sprintf(line, "name"))
			case counted && nA[name] != nB[name]:
				p.differences = append(p.differences, fmt.Sprintf(line, "count"))
			default:
				both = append(both, name)
			}
		}
		return both
	}

	eventsA, eventsB := plainRecords(t, a, "events.jsonl"), plainRecords(t, b, "events.jsonl")
	names("events", "event", eventsA, eventsB, true)
	for name, keys := range map[string][]string{"artifact_created": {"step_id", "artifact_type", "path"}, "step_failed": {"step_id", "error_type"}} {
		mA, mB := multiset(eventsA, name, keys), multiset(eventsB, name, keys)
		if len(mA) == 0 || len(mB) == 0 {
			continue // the names say so
		}
		all := maps.Clone(mA)
		maps.Copy(all, mB)
		for key := range all {
			if mA[key] != mB[key] {
				p.differences = append(p.differences, fmt.Sprintf("events key %s %s: %d %d", name, key, mA[key], mB[key]))
			}
		}
	}

	timed := []string{"step_duration_ms", "execution_duration", "adapter_execution_duration", "session_duration_seconds"}
	metricsA, metricsB := plainRecords(t, a, "metrics.jsonl"), plainRecords(t, b, "metrics.jsonl")
	for _, r := range slices.Concat(metricsA, metricsB) {
		if r["unit"] == "ms" || r["unit"] == "seconds" {
			timed = append(timed, r["metric"].(string))
		}
	}
	for _, name := range names("metrics", "metric", metricsA, metricsB, false) {
		sA, sB := sums(t, metricsA, name), sums(t, metricsB, name)
		all := maps.Clone(sA)
		maps.Copy(all, sB)
		for step := range all {
			x, y := sA[step], sB[step]
			text := func(r *big.Rat) string {
				if r == nil {
					return "-"
				}
				return r.RatString()
			}
			line := fmt.Sprintf("metrics sum %s [%s]: %s %s", name, step, text(x), text(y))
			equal := x != nil && y != nil && x.Cmp(y) == 0
			switch {
			case equal:
			case slices.Contains(timed, name):
				p.reported = append(p.reported, line)
			case x == nil || y == nil || x.Sign() == 0 || y.Sign() == 0 || !near(x, y):
				p.differences = append(p.differences, line)
			}
		}
	}
	slices.Sort(p.differences)
	slices.Sort(p.reported)
	slices.Sort(p.leftOut)
	return p
}

func countBy(records []map[string]any, member string) map[string]int {
	counts := map[string]int{}
	for _, r := range records {
		counts[r[member].(string)]++
	}
	return counts
}

func multiset(records []map[string]any, name string, keys []string) map[string]int {
	set := map[string]int{}
	for _, r := range records {
		if r["event"] != name {
			continue
		}
		var values []string
		for _, key := range keys {
			value, ok := r[key].(string)
			switch {
			case !ok:
				value = "(none)"
			case key == "path":
				value = path.Base(value)
			}
			values = append(values, value)
		}
		set[fmt.Sprint(values)]++
	}
	return set
}

// sums adds up the values of a metric by step: the tag, or the member step_id.
func sums(t *testing.T, records []map[string]any, name string) map[string]*big.Rat {
	by := map[string]*big.Rat{}
	for _, r := range records {
		if r["metric"] != name {
			continue
		}
		step := "(none)"
		if id, ok := r["step_id"].(string); ok {
			step = id
		}
		if tags, ok := r["tags"].(map[string]any); ok {
			if tag, ok := tags["step"].(string); ok {
				step = tag
			}
		}
		value, ok := new(big.Rat).SetString(r["value"].(json.Number).String())
		require.True(t, ok)
		if by[step] == nil {
			by[step] = new(big.Rat)
		}
		by[step].Add(by[step], value)
	}
	return by
}

// near reports whether y is within 5 % of x.
func near(x, y *big.Rat) bool {
	difference := new(big.Rat).Sub(y, x)
	allowed := new(big.Rat).Mul(x, big.NewRat(1, 20))
	return difference.Abs(difference).Cmp(allowed.Abs(allowed)) <= 0
}
