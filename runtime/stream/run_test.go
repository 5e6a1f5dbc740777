package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// twoStreams are the records of runs with an events.jsonl and a metrics.jsonl, which have the session, a size and two totals in common.
func twoStreams() []*Record {
	events := &Record{
		Program: tagged("event", []string{"event"}, []string{"step_start", "step_done"}, nil),
		Facts: &Facts{
			Record: "Event", Stream: "events", File: "events.jsonl", Name: "/event", Session: "/session", Time: "/ts", Names: []string{"step_start", "step_done"},
			Sizes: []Size{{Name: "steps", Of: []string{"step_start"}, Distinct: []string{"step"}}},
			Counts: []Count{
				{Of: []string{"step_start"}, Per: "steps", Min: 1, Max: 1},
				{Of: []string{"step_done"}, Per: "steps", Min: 1, Max: 1},
			},
			Pairs: []Pair{{Open: []string{"step_start"}, Close: []string{"step_done"}, By: []string{"step"}}},
			Totals: []Total{
				{Name: "started", Of: []string{"step_start"}},
				{Name: "rows", Of: []string{"step_done"}, Sum: "/rows", By: []string{"step"}},
			},
		},
	}
	metrics := &Record{
		Program: tagged("metric", []string{"metric"}, []string{"steps", "rows"}, nil),
		Facts: &Facts{
			Record: "Metric", Stream: "metrics", File: "metrics.jsonl", Name: "/metric", Session: "/session", Names: []string{"steps", "rows"},
			Sizes: []Size{{Name: "steps", Of: []string{"steps"}, Sum: "/value"}},
			Totals: []Total{
				{Name: "started", Of: []string{"steps"}, Sum: "/value"},
				{Name: "rows", Of: []string{"rows"}, Sum: "/value", By: []string{"step"}},
			},
			Rising: []Rising{{Of: []string{"rows"}, Value: "/n", From: 1, By: 1}},
		},
	}
	return []*Record{events, metrics}
}

const goodEvents = `{"event":"step_start","session":"r1","step":"a"}
{"event":"step_start","session":"r1","step":"b"}
{"event":"step_done","session":"r1","step":"a","rows":1.5}
{"event":"step_done","session":"r1","step":"b","rows":2}
`

const goodMetrics = `{"metric":"steps","session":"r1","value":2}
{"metric":"rows","session":"r1","step":"a","value":1,"n":1}
{"metric":"rows","session":"r1","step":"a","value":0.50,"n":2}
{"metric":"rows","session":"r1","step":"b","value":2.0,"n":3.0}
`

func folder(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func readRun(t *testing.T, fsys fs.FS, o ...Option) *Run {
	t.Helper()
	run, err := ReadRun(t.Context(), fsys, twoStreams(), o...)
	require.NoError(t, err)
	return run
}

func TestRunFindings(t *testing.T) {
	file := func(name, text string) []string { return []string{name, text} }
	events, metrics := file("events.jsonl", goodEvents), file("metrics.jsonl", goodMetrics)
	for _, test := range []struct {
		name  string
		files [][]string
		want  []string
	}{
		{"clean", [][]string{events, metrics}, nil},
		{"a file is missing", [][]string{events}, []string{"run/metrics.jsonl: the run has no such file [file-missing]"}},
		{"a file is empty", [][]string{events, file("metrics.jsonl", "")}, []string{"run/metrics.jsonl: is empty [file-missing]"}},
		{"a file is blank", [][]string{events, file("metrics.jsonl", "\n \n")}, []string{"run/metrics.jsonl: has blank lines only [file-missing]"}},
		{"a folder", [][]string{events, file("metrics.jsonl/x", "")}, []string{"run/metrics.jsonl: is a folder, not a file [file-missing]"}},
		{"gzip", [][]string{events, file("metrics.jsonl", "\x1f\x8b\x08\x00\n\x00")}, []string{
			"run/metrics.jsonl:1: is no JSONL stream; it is compressed with gzip [file-format]"}},
		{"an array", [][]string{events, file("metrics.jsonl", "[\n{},\n{}\n]\n")}, []string{
			"run/metrics.jsonl:1: is no JSONL stream; it looks like one JSON array, and not one value a line [file-format]"}},
		{"UTF-16", [][]string{events, file("metrics.jsonl", "\xff\xfe{\x00}\x00")}, []string{
			"run/metrics.jsonl:1: is no JSONL stream; it is UTF-16, and JSON is UTF-8 (RFC 8259 section 8.1) [file-format]"}},
		{"the other stream", [][]string{events, file("metrics.jsonl", goodEvents)}, []string{
			"run/metrics.jsonl:1: is no stream of metrics: no line has a name at /metric [file-format]"}},
		{"a torn line", [][]string{events, file("metrics.jsonl", goodMetrics+`{"metric":"ro`)}, []string{
			"run/metrics.jsonl:5:14: last line has no line end and is not JSON: text ends inside the string that begins at 1:11 [torn-line]"}},
		{"several sessions", [][]string{events, file("metrics.jsonl", strings.Replace(goodMetrics, "r1", "r2", 1))}, []string{
			`run/metrics.jsonl:1: session "r2" on 1 line, but the run began with "r1" (run/events.jsonl:1) [session]`}},
		{"unknown names", [][]string{file("events.jsonl", `{"event":"step_strat"}`+"\n"+goodEvents+`{"event":"step_strat"}`+"\n"), metrics}, []string{
			`run/events.jsonl:1: unknown event "step_strat" (2 lines); did you mean "step_start"? [unknown-name]`}},
		{"the clock goes back", [][]string{file("events.jsonl", strings.Replace(strings.Replace(goodEvents, `{`, `{"ts":"2026-01-01T10:00:01Z",`, 1),
			"start\",\"session\":\"r1\",\"step\":\"b\"", "start\",\"session\":\"r1\",\"step\":\"b\",\"ts\":\"2026-01-01T11:00:00+01:00\"", 1)), metrics}, []string{
			`run/events.jsonl:2: warning: time goes back by 1s [clock]`}},
		{"a total differs", [][]string{events, file("metrics.jsonl", strings.Replace(goodMetrics, "0.50", "0.6", 1))}, []string{
			`run/metrics.jsonl: total rows: step "a": 1.6 here, but 1.5 in run/events.jsonl [total]`}},
		{"a size differs", [][]string{events, file("metrics.jsonl", strings.Replace(goodMetrics, `"value":2}`, `"value":3}`, 1))}, []string{
			`run/metrics.jsonl: steps is 3 here, but 2 in run/events.jsonl [size]`,
			`run/metrics.jsonl: total started: 3 here, but 2 in run/events.jsonl [total]`}},
		{"a value does not rise", [][]string{events, file("metrics.jsonl", strings.Replace(goodMetrics, `"n":3.0`, `"n":2`, 1))}, []string{
			`run/metrics.jsonl:4: rows: /n must be 3, got 2 [rising]`}},
		{"a value starts elsewhere", [][]string{events, file("metrics.jsonl", strings.Replace(goodMetrics, `"n":1`, `"n":0`, 1))}, []string{
			`run/metrics.jsonl:2: rows: /n must start at 1, got 0 [rising]`, `run/metrics.jsonl:3: rows: /n must be 1, got 2 [rising]`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var files []string
			for _, f := range test.files {
				files = append(files, f...)
			}
			run := readRun(t, folder(files...), InFolder("run"))
			got := run.Findings()
			assert.ElementsMatch(t, test.want, texts(got.First))
			if len(test.want) == 0 {
				assert.NoError(t, run.Check())
			} else {
				assert.ErrorContains(t, run.Check(), test.want[0])
			}
		})
	}
}

func TestRunCounts(t *testing.T) {
	run := readRun(t, folder("events.jsonl", goodEvents, "metrics.jsonl", goodMetrics))
	assert.NoError(t, run.CheckCounts(nil))
	assert.Equal(t, map[string]int{"steps": 2}, run.Observed())
	sizes, differ := run.Sizes(map[string]int{"steps": 3})
	assert.Equal(t, []RunSize{{"steps", 3, true}}, sizes)
	assert.Empty(t, differ)
	assert.EqualError(t, run.CheckCounts(map[string]int{"steps": 3}), `events: 2 of 2 counts differ
  step_start  want 3  got 2
  step_done   want 3  got 2`)

	err := readRun(t, folder("events.jsonl", strings.Replace(goodEvents, "step_done", "step_start", 1))).CheckCounts(nil)
	assert.EqualError(t, err, `events: 2 of 2 counts differ
  step_start  want 2  got 3
  step_done   want 2  got 1
counts: 1 finding
  metrics.jsonl: the run has no such file [file-missing]`)
	assert.False(t, IsWarning(err))
	var counts *CountError
	assert.ErrorAs(t, err, &counts)
}

func TestRunFromReaders(t *testing.T) {
	run, err := ReadRunFrom(t.Context(), []io.Reader{strings.NewReader(goodEvents), nil}, twoStreams())
	require.NoError(t, err)
	assert.Equal(t, []string{"metrics.jsonl: the run has no such stream [file-missing]"}, texts(run.Findings().First))
	assert.Equal(t, []string{"r1"}, run.Sessions())

	broken := errors.New("broken")
	run, err = ReadRunFrom(t.Context(), []io.Reader{io.MultiReader(strings.NewReader(goodEvents), iotest.ErrReader(broken))}, twoStreams())
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, 4, run.Streams[0].Counts.Lines, "what was read is kept")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ReadRun(ctx, folder("events.jsonl", goodEvents), twoStreams())
	assert.ErrorIs(t, err, context.Canceled)
}

// Runs that a pipeline has read in parts, on several machines.
func TestRunMergesAndSurvivesJSON(t *testing.T) {
	whole := readRun(t, folder("events.jsonl", goodEvents, "metrics.jsonl", goodMetrics))
	events, metrics := strings.SplitAfter(goodEvents, "\n"), strings.SplitAfter(goodMetrics, "\n")
	merged, err := NewRun(twoStreams())
	require.NoError(t, err)
	for i := range 4 {
		part := readRun(t, folder("events.jsonl", events[i], "metrics.jsonl", metrics[i]))
		sent, err := json.Marshal(part)
		require.NoError(t, err)
		part, err = NewRun(twoStreams())
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(sent, part))
		require.NoError(t, merged.Merge(part))
	}
	want, err := json.Marshal(whole)
	require.NoError(t, err)
	got, err := json.Marshal(merged)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))

	one, err := NewRun(twoStreams()[:1])
	require.NoError(t, err)
	assert.ErrorIs(t, merged.Merge(one), errOtherFacts)
	assert.ErrorIs(t, json.Unmarshal(want, one), errOtherFacts)
}

func TestParity(t *testing.T) {
	records := func() []*Record {
		all := twoStreams()
		all[0].Facts.Names = append(all[0].Facts.Names, "remote", "noise")
		all[0].Facts.Only = []Only{{Where: "remote", Names: []string{"remote"}}}
		all[0].Facts.Parity = ParityRules{
			Counts: []ParityCount{{Of: []string{"noise"}, Within: 0.05}},
			Same:   []ParitySame{{Of: []string{"step_done"}, By: []string{"step", "rows"}}},
		}
		all[1].Facts.Parity.Sums = &ParitySums{Value: "/value", By: []string{"step"}, Within: 0.05, Report: []string{"steps"}}
		return all
	}
	read := func(events, metrics string) *Run {
		run, err := ReadRun(t.Context(), folder("events.jsonl", events, "metrics.jsonl", metrics), records())
		require.NoError(t, err)
		return run
	}
	times := func(n int, line string) string { return strings.Repeat(line+"\n", n) }
	a := read(goodEvents+times(100, `{"event":"noise"}`), goodMetrics)

	same := Compare(a, a, ParityOptions{})
	assert.NoError(t, same.Err())
	assert.Empty(t, same.Differences)
	assert.Equal(t, "no difference in 9 comparisons\n", same.String())

	within := Compare(a, read(goodEvents+times(105, `{"event":"noise"}`)+times(3, `{"event":"remote"}`), strings.Replace(goodMetrics, "2.0", "2.1", 1)), ParityOptions{})
	assert.Empty(t, within.Differences, "5 % is within 5 %")
	require.Len(t, within.LeftOut, 1)
	assert.Equal(t, "0 in A, 3 in B, is left out", within.LeftOut[0].Message)

	events := strings.Replace(goodEvents, `"rows":2}`, `"rows":3}`, 1) + times(106, `{"event":"noise"}`) + times(1, `{"event":"new"}`) + times(1, `{`)
	metrics := strings.NewReplacer("0.50", "0.6", `"value":2}`, `"value":4}`, `"step":"b"`, `"step":"c"`).Replace(goodMetrics)
	differ := Compare(a, read(events, metrics), ParityOptions{})
	assert.EqualError(t, differ.Err(), `8 differences in 12 comparisons

events
                                     A    B
  (malformed lines)                  0    1  only in B
  noise                            100  106  +6.0 %, ±5 % allowed
  new                                0    1  only in B
  step_done of step "b", rows "2"    1    0  only in A
  step_done of step "b", rows "3"    0    1  only in B

metrics
                      A    B
  rows of step "a"  1.5  1.6  +6.7 %, ±5 % allowed
  rows of step "b"    2    -  only in A
  rows of step "c"    -    2  only in B

metrics: reported, not judged
         A  B
  steps  2  4  +100.0 %, the schema only reports it`)
	assert.Equal(t, "2 in A, 4 in B, not judged: the schema only reports it", differ.Reported[0].Message)

	asked := Compare(a, read(events, metrics), ParityOptions{Within: map[string]map[string]float64{"events": {"noise": 0.06}, "metrics": {"steps": 0.5, "rows": 0.1}}})
	var left []string
	for _, d := range asked.Differences {
		left = append(left, d.Sort+": "+d.Name+": "+d.Message)
	}
	assert.Equal(t, []string{
		"count: (malformed lines): 0 in A, 1 in B",
		"name: new: 0 in A, 1 in B, only in B",
		`key: step_done: step "b", rows "2": 1 in A, 0 in B`,
		`key: step_done: step "b", rows "3": 0 in A, 1 in B`,
		"sum: steps: 2 in A, 4 in B, and ±50 % is allowed",
		`sum: rows: step "b": 2 in A, none in B, and ±10 % is allowed`,
		`sum: rows: step "c": none in A, 2 in B, and ±10 % is allowed`,
	}, left)
	text, err := json.Marshal(asked.Differences[6])
	require.NoError(t, err)
	assert.JSONEq(t, `{"stream": "metrics", "file": "metrics.jsonl", "sort": "sum", "name": "rows", "by": ["step"], "key": ["c"], "a": null, "b": 2,
		"within": 0.1, "message": "step \"c\": none in A, 2 in B, and ±10 % is allowed"}`, string(text))
}

// TestParityReportIf: whether a sum is judged is for the records to say, whatever they are called; but the caller has the last word.
func TestParityReportIf(t *testing.T) {
	kitchen := func() []*Record {
		facts := &Facts{Record: "Dish", Stream: "dishes", File: "dishes.jsonl", Name: "/dish", Names: []string{"soup", "bread", "salad"}}
		facts.Parity.Sums = &ParitySums{Value: "/amount", By: []string{"table"}, Within: 0.1, Report: []string{"salad"},
			ReportIf: ReportIf{At: "/measured/in", In: []string{"minutes", "pinches"}}}
		return []*Record{{Program: tagged("dish", []string{"dish"}, facts.Names, nil), Facts: facts}}
	}
	// dish returns lines of a dish: one for each amount and what it is measured in.
	dish := func(name string, of ...string) (lines string) {
		for i := 0; i < len(of); i += 2 {
			lines += fmt.Sprintf(`{"dish":%s,"table":"1","amount":%s,"measured":%s}`+"\n", jsonText(name), of[i], of[i+1])
		}
		return lines
	}
	read := func(lines ...string) *Run {
		run, err := ReadRun(t.Context(), folder("dishes.jsonl", strings.Join(lines, "")), kitchen())
		require.NoError(t, err)
		return run
	}
	const minutes, pinches, litres = `{"in":"minutes"}`, `{"in":"pinches"}`, `{"in":"litres"}`
	const either = `/measured/in is "minutes" or "pinches"`
	for name, test := range map[string]struct {
		a, b string
		why  string // "" if it is judged
	}{
		"both say so":                 {dish("soup", "1", minutes), dish("soup", "2", minutes), either},
		"of a name not declared":      {dish("stew", "1", minutes), dish("stew", "2", minutes), either},
		"in different words":          {dish("stew", "1", minutes), dish("stew", "2", pinches), either},
		"A alone says so":             {dish("stew", "1", minutes), dish("stew", "2", "{}"), either + " in 1 of 2 records"},
		"B alone says so":             {dish("stew", "1", "null"), dish("stew", "2", minutes), either + " in 1 of 2 records"},
		"one of several says so":      {dish("stew", "1", litres, "1", minutes), dish("stew", "4", litres), either + " in 1 of 3 records"},
		"escaped":                     {dish("stew", "1", `{"in":"min\u0075tes"}`), dish("stew", "2", litres), either + " in 1 of 2 records"},
		"for another key":             {dish("stew", "1", litres) + strings.ReplaceAll(dish("stew", "1", minutes), `"1"`, `"2"`), dish("stew", "2", litres), either + " in 1 of 3 records"},
		"listed, and says so":         {dish("salad", "1", minutes), dish("salad", "2", minutes), "the schema only reports it"},
		"something else":              {dish("stew", "1", litres), dish("stew", "2", litres), ""},
		"nothing":                     {dish("stew", "1", "{}"), dish("stew", "2", "{}"), ""},
		"no string":                   {dish("stew", "1", `{"in":["minutes"]}`), dish("stew", "2", `{"in":{"minutes":1}}`), ""},
		"somewhere else":              {dish("stew", "1", `"minutes"`), dish("stew", "2", `"minutes"`), ""},
		"another name says so":        {dish("stew", "1", litres) + dish("ste", "1", minutes), dish("stew", "2", litres) + dish("ste", "1", minutes), ""},
		"a name that begins the same": {dish("stew\x1f1", "1", minutes) + dish("stew", "1", litres), dish("stew\x1f1", "1", minutes) + dish("stew", "2", litres), ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := read(test.a, dish("bread", "1", litres)), read(test.b, dish("bread", "1", litres))
			parity := Compare(a, b, ParityOptions{})
			of := parity.Reported
			if test.why == "" {
				of = parity.Differences
			} else {
				assert.NoError(t, parity.Err())
			}
			require.NotEmpty(t, of, parity)
			for _, d := range of {
				assert.Equal(t, test.why, d.Why)
				assert.Equal(t, DiffersInSum, d.Sort)
			}
			assert.Equal(t, test.why == "", parity.Err() != nil)

			asked := ParityOptions{Within: map[string]map[string]float64{"dishes": {of[0].Name: 0.2}}}
			assert.Error(t, Compare(a, b, asked).Err(), "the caller has it judged")
			assert.Empty(t, Compare(a, b, asked).Reported)
			assert.NoError(t, Compare(a, a, asked).Err())
		})
	}

	assert.EqualError(t, Compare(read(dish("stew", "1", minutes), dish("soup", "1", litres)), read(dish("stew", "1.5", minutes), dish("soup", "2", litres)), ParityOptions{}).Err(),
		`1 difference in 3 comparisons

dishes
                     A  B
  soup of table "1"  1  2  +100.0 %, ±10 % allowed

dishes: reported, not judged
                     A    B
  stew of table "1"  1  1.5  +50.0 %, /measured/in is "minutes" or "pinches"`)
	assert.Error(t, Compare(read(dish("stew", "1", minutes)), read(dish("soup", "1", minutes)), ParityOptions{}).Err(), "names must be the same, whatever their records say")
}

// TestValueSumsAreBounded: what records say of themselves is kept with their sums, and costs no more than these.
func TestValueSumsAreBounded(t *testing.T) {
	v := newValueSums()
	for i := range MaxKeys + 5 {
		v.add(fmt.Sprint(i), ValueSum{Records: 1, Reported: 1})
	}
	v.add("0", ValueSum{Records: 1})
	assert.Len(t, v.Sums, MaxKeys)
	assert.Equal(t, 5, v.Rest)
	assert.Equal(t, ValueSum{Records: 2, Reported: 1}, v.Sums["0"])
}

func TestParityOfFilesThatAreNotThere(t *testing.T) {
	none, events := readRun(t, folder()), readRun(t, folder("events.jsonl", goodEvents))
	assert.EqualError(t, Compare(none, none, ParityOptions{}).Err(), `1 difference in 0 comparisons

  there is nothing to compare

events: reported, not judged
  A: the run has no such file; B: the run has no such file

metrics: reported, not judged
  A: the run has no such file; B: the run has no such file`)
	assert.NoError(t, Compare(events, events, ParityOptions{}).Err(), "neither run has metrics")
	assert.ErrorContains(t, Compare(events, none, ParityOptions{}).Err(), "only A has a stream; B: the run has no such file")
}
