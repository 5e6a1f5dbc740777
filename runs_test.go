package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/generated/telemetrytest"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/assay-go/assay/runtime/value"
	"github.com/assay-go/assay/schemas"
)

// The generated package, proved on the four real runs in testdata/runs. Each has an oracle.json: counts and the verdict per line of an independent
// validator on a literal reading of the specification.

type oracle struct {
	Events, Metrics struct {
		Lines, Valid int
		Counts       map[string]int
		InvalidLines map[string][]string `json:"invalid_lines"`
	}
}

func runs(t testing.TB) []string {
	folders, err := filepath.Glob("testdata/runs/*")
	require.NoError(t, err)
	require.Len(t, folders, 4)
	return folders
}

func readOracle(t testing.TB, run string) (o oracle) {
	text, err := os.ReadFile(filepath.Join(run, "oracle.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &o))
	return o
}

func lines(t testing.TB, file string) [][]byte {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
}

func jsonEqual(t testing.TB, a, b []byte) bool {
	var x, y tape.Tape
	require.NoError(t, x.Parse(a, tape.Options{}))
	require.NoError(t, y.Parse(b, tape.Options{}))
	return tape.Equal(&x, 0, &y, 0)
}

// TestVerdicts: the generated validator, the one compiled at run time, and santhosh's say of every line what the oracle says.
func TestVerdicts(t *testing.T) {
	compiled, err := dynamic.Compile(schemas.FS, dynamic.Options{AssertFormat: true}, schemas.Names()...)
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for i, s := range []struct {
		file     string
		valid    func([]byte) bool
		validate func([]byte) error
	}{
		{"events.jsonl", telemetry.ValidEvent, telemetry.ValidateEvent},
		{"metrics.jsonl", telemetry.ValidMetric, telemetry.ValidateMetric},
	} {
		peer, err := compiler.Compile(filepath.Join("schemas", schemas.Names()[i]))
		require.NoError(t, err)
		for _, run := range runs(t) {
			want := readOracle(t, run).Events
			if s.file == "metrics.jsonl" {
				want = readOracle(t, run).Metrics
			}
			all := lines(t, filepath.Join(run, s.file))
			require.Len(t, all, want.Lines)
			for n, line := range all {
				place := fmt.Sprintf("%s/%s:%d", run, s.file, n+1)
				valid := want.InvalidLines[strconv.Itoa(n+1)] == nil
				assert.Equal(t, valid, s.valid(line), place)
				assert.Equal(t, valid, s.validate(line) == nil, place)
				assert.Equal(t, valid, compiled[i].Valid(line), place)
				instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
				require.NoError(t, err)
				assert.Equal(t, valid, peer.Validate(instance) == nil, place)
			}
		}
	}
}

// TestRoundTrip: a valid line that is decoded and appended again is equal as JSON; one with an unknown name, byte for byte.
func TestRoundTrip(t *testing.T) {
	known, unknown := 0, 0
	for _, run := range runs(t) {
		for n, line := range lines(t, filepath.Join(run, "events.jsonl")) {
			place := fmt.Sprintf("%s/events.jsonl:%d", run, n+1)
			e, err := telemetry.DecodeEvent(line)
			if u, ok := e.(*telemetry.UnknownEvent); ok {
				unknown++
				assert.Error(t, err, place)
				back, err := telemetry.AppendEvent(nil, u)
				require.NoError(t, err, place)
				assert.Equal(t, string(line), string(back), place)
				assert.NotEmpty(t, u.TS, place)
				continue
			}
			if err != nil {
				assert.Nil(t, e, place)
				continue
			}
			known++
			back, err := telemetry.AppendEvent([]byte("x"), e)
			require.NoError(t, err, place)
			assert.True(t, jsonEqual(t, line, back[1:]), "%s\nread  %s\nwrote %s", place, line, back[1:])
			assert.Equal(t, e, telemetry.CloneEvent(e), place)

			held, err := json.Marshal(telemetry.AnyEvent{Event: e})
			require.NoError(t, err, place)
			var again telemetry.AnyEvent
			require.NoError(t, json.Unmarshal(held, &again), place)
			assert.Equal(t, e, again.Event, place)
		}
		for n, line := range lines(t, filepath.Join(run, "metrics.jsonl")) {
			place := fmt.Sprintf("%s/metrics.jsonl:%d", run, n+1)
			m, err := telemetry.DecodeMetric(line)
			if m == nil {
				assert.Error(t, err, place)
				continue
			}
			back, appendErr := telemetry.AppendMetric(nil, m)
			require.NoError(t, appendErr, place)
			assert.Equal(t, m, m.Clone(), place)
			if m.Unknown != "" {
				unknown++
				assert.Error(t, err, place)
				assert.Equal(t, string(line), string(back), place)
				continue
			}
			known++
			assert.True(t, jsonEqual(t, line, back), "%s\nread  %s\nwrote %s", place, line, back)
		}
	}
	wantKnown, wantUnknown := 0, 0
	for _, run := range runs(t) {
		o := readOracle(t, run)
		wantKnown += o.Events.Valid + o.Metrics.Valid
		for _, invalid := range []map[string][]string{o.Events.InvalidLines, o.Metrics.InvalidLines} {
			for _, reasons := range invalid {
				if slices.Contains(reasons, "name not in enum") {
					wantUnknown++
				}
			}
		}
	}
	assert.Equal(t, wantKnown, known)
	assert.Equal(t, wantUnknown, unknown)
}

// TestScan: the scanner, the iterator and decoding line by line read the same.
func TestScan(t *testing.T) {
	for _, run := range runs(t) {
		file := filepath.Join(run, "events.jsonl")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		scanner := telemetry.NewEventScanner(bytes.NewReader(text))
		offset := int64(0)
		next := lines(t, file)
		number := 0
		for e, err := range telemetry.Events(bytes.NewReader(text), stream.InFile(file)) {
			number++
			require.True(t, scanner.Scan())
			line, at := scanner.Line()
			assert.Equal(t, number, line)
			assert.Equal(t, offset, at)
			assert.Equal(t, string(next[0]), string(scanner.Bytes()))
			decoded, decodeErr := telemetry.DecodeEvent(next[0])
			assert.Equal(t, decoded, e)
			assert.Equal(t, decoded, scanner.Event())
			assert.Equal(t, err == nil, scanner.Invalid() == nil)
			assert.Equal(t, err == nil, decodeErr == nil)
			if err != nil {
				var bad *stream.LineError
				require.ErrorAs(t, err, &bad)
				assert.Equal(t, number, bad.Line)
				assert.Equal(t, offset, bad.Offset)
				assert.Equal(t, string(next[0]), bad.Raw)
				var violations *schema.Error
				assert.ErrorAs(t, err, &violations)
			}
			offset += int64(len(next[0])) + 1
			next = next[1:]
		}
		assert.Empty(t, next)
		assert.False(t, scanner.Scan())
		assert.NoError(t, scanner.Err())
	}
}

// TestCounts: every line whose name can be read counts, as the oracle counts.
func TestCounts(t *testing.T) {
	for _, run := range runs(t) {
		want := readOracle(t, run)
		events := telemetrytest.CountEvents(t, filepath.Join(run, "events.jsonl"))
		metrics := telemetrytest.CountMetrics(t, filepath.Join(run, "metrics.jsonl"))
		assert.Equal(t, want.Events.Lines, events.Lines)
		assert.Equal(t, want.Metrics.Lines, metrics.Lines)
		assert.Equal(t, want.Events.Lines-want.Events.Valid, events.Invalid+unknownLines(events.Unknown))
		assert.Equal(t, want.Metrics.Lines-want.Metrics.Valid, metrics.Invalid+unknownLines(metrics.Unknown))
		sum := 0
		for name, n := range want.Events.Counts {
			assert.Equal(t, n, events.Of(telemetry.EventName(name)), "%s: %s", run, name)
			sum += n
		}
		assert.Equal(t, events.Lines, sum)
		for name, n := range want.Metrics.Counts {
			assert.Equal(t, n, metrics.Of(telemetry.MetricName(name)), "%s: %s", run, name)
		}

		half := telemetry.EventCounts{}
		for _, name := range append(telemetry.EventNames(), "no_such_name") {
			half.Add(name)
		}
		both := events
		both.Merge(&half)
		assert.Equal(t, events.StepStart+1, both.StepStart)
		assert.Equal(t, 1, both.Of("no_such_name"))
		assert.Equal(t, events.Lines+19, both.Lines)
	}
}

func unknownLines(unknown map[string]int) (sum int) {
	for _, n := range unknown {
		sum += n
	}
	return sum
}

// TestTenSteps: the table "Expected Counts for 10-Step Pipeline" of the specification comes out of the facts, with 10 steps and 10 connections.
func TestTenSteps(t *testing.T) {
	table := map[telemetry.EventName]int{
		"step_start": 10, "step_complete": 10, "artifact_created": 10, "cfg_materialized": 10, "cfg_opened": 10, "artifacts_dir_created": 10,
		"config_meta_stripped": 10, "connection_resolve_start": 10, "connection_resolve_complete": 10,
	}
	got := map[telemetry.EventName]int{}
	for _, rule := range telemetry.ExpectedEventCounts(telemetry.Size{Steps: 10, Connections: 10}) {
		require.Len(t, rule.Of, 1)
		require.Equal(t, rule.Min, rule.Max)
		got[rule.Of[0]] = rule.Min
	}
	assert.Equal(t, table, got)

	counts := telemetrytest.CountEvents(t, "testdata/runs/e2b-10-step/events.jsonl")
	telemetrytest.AssertEventCounts(t, counts, telemetry.Size{Steps: 10, Connections: 5})
	err := telemetry.CheckEventCounts(counts, telemetry.ExpectedEventCounts(telemetry.Size{Steps: 10, Connections: 10}))
	assert.EqualError(t, err, strings.Join([]string{
		"events: 2 of 9 counts differ",
		"  connection_resolve_start     want 10  got 5",
		"  connection_resolve_complete  want 10  got 5",
	}, "\n"))
	var typed *stream.CountError
	require.ErrorAs(t, err, &typed)
	assert.Len(t, typed.Rows, 2)
}

// TestAppendRefuses: what would not be valid is not appended, and dst comes back as it was.
func TestAppendRefuses(t *testing.T) {
	good := func() *telemetry.StepComplete {
		return &telemetry.StepComplete{
			EventBase: telemetry.EventBase{TS: "2026-11-22T09:36:52.381136+00:00", Session: "run_1"},
			StepID:    "extract-actors", RowsProcessed: 20, DurationMS: 23.603200912475586,
		}
	}
	line, err := telemetry.AppendEvent(nil, good())
	require.NoError(t, err)
	assert.Equal(t, `{"ts":"2026-11-22T09:36:52.381136+00:00","session":"run_1","event":"step_complete",`+
		`"step_id":"extract-actors","rows_processed":20,"duration_ms":23.603200912475586}`, string(line))

	for name, c := range map[string]struct {
		change func(*telemetry.StepComplete)
		want   string
	}{
		"limit":     {func(e *telemetry.StepComplete) { e.RowsProcessed = -1 }, "rows_processed must be >= 0, got -1"},
		"pattern":   {func(e *telemetry.StepComplete) { e.Session = "test" }, `session must match ^run_[0-9]+$, got "test"`},
		"timestamp": {func(e *telemetry.StepComplete) { e.TS = "yesterday" }, `ts must`},
		"nan":       {func(e *telemetry.StepComplete) { e.DurationMS = math.NaN() }, "NaN"},
		"infinity":  {func(e *telemetry.StepComplete) { e.DurationMS = math.Inf(1) }, "Inf"},
		"utf-8":     {func(e *telemetry.StepComplete) { e.StepID = "\xff" }, "UTF-8"},
		"duplicate": {func(e *telemetry.StepComplete) { e.Extra = telemetry.Members{{Name: "step_id", Value: `"x"`}} }, "twice"},
		"raw":       {func(e *telemetry.StepComplete) { e.Extra = telemetry.Members{{Name: "x", Value: `1,"y":`}} }, ""},
		"empty raw": {func(e *telemetry.StepComplete) { e.Extra = telemetry.Members{{Name: "x"}} }, ""},
		"injection": {func(e *telemetry.StepComplete) {
			e.Extra = telemetry.Members{{Name: "x", Value: "1}\n{\"event\":\"run_end\""}}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := good()
			c.change(e)
			dst := []byte("before")
			back, err := telemetry.AppendEvent(dst, e)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.Equal(t, "before", string(back))
		})
	}
	_, err = telemetry.AppendEvent(nil, nil)
	assert.EqualError(t, err, "no event to append")
	_, err = telemetry.AppendEvent(nil, &telemetry.UnknownEvent{Name: "x", Raw: `{"event":"run_start"}`})
	assert.Error(t, err, "a known name cannot pass as unknown")
	_, err = telemetry.AppendEvent(nil, &telemetry.UnknownEvent{Name: "x", Raw: `{"event":"y"}`})
	assert.EqualError(t, err, `the record says that its name is "y", but its type says "x"`)

	many, err := telemetry.AppendEvent(nil, &telemetry.UnknownEvent{Name: "x", Raw: "{\n \"event\": \"x\"\n}"})
	require.NoError(t, err)
	assert.Equal(t, `{"event":"x"}`, string(many), "a record is one line")
}

// TestMisfit: a valid integer that does not fit its Go type is an error of its own, never a silent change.
func TestMisfit(t *testing.T) {
	line := []byte(`{"ts":"2026-11-22T09:36:52Z","session":"run_1","event":"run_end","exit_code":9223372036854775808}`)
	assert.True(t, telemetry.ValidEvent(line))
	e, err := telemetry.DecodeEvent(line)
	assert.Nil(t, e)
	var misfit *value.RangeError
	require.ErrorAs(t, err, &misfit)
	assert.EqualError(t, err, "/exit_code: 9223372036854775808 does not fit int64")
	for e, err := range telemetry.Events(bytes.NewReader(line)) {
		assert.Nil(t, e)
		require.ErrorAs(t, err, &misfit)
		var bad *stream.LineError
		require.ErrorAs(t, err, &bad)
	}
}

// TestBadInput: each kind of bad line is an error of that line, and reading goes on.
func TestBadInput(t *testing.T) {
	const good = `{"ts":"2026-11-22T09:36:52Z","session":"run_1","event":"run_end"}`
	long := strings.Repeat("x", 242_901)
	for name, c := range map[string]struct {
		line string
		want string // "" is no error
	}{
		"long":          {`{"ts":"2026-11-22T09:36:52Z","session":"run_1","event":"run_end","x":"` + long + `"}`, ""},
		"crlf":          {good + "\r", ""},
		"nan":           {`{"ts":"2026-11-22T09:36:52Z","session":"run_1","event":"run_end","duration":NaN}`, "NaN"},
		"utf-8":         {"{\"ts\":\"2026-11-22T09:36:52Z\",\"session\":\"run_1\",\"event\":\"run_end\",\"x\":\"\xc3\x28\"}", "UTF-8"},
		"surrogate":     {`{"ts":"2026-11-22T09:36:52Z","session":"run_1","event":"run_end","x":"\udce9"}`, ""},
		"torn":          {`{"ts":"2026-11-22T09:36:52Z","ses`, "line 3"},
		"not an object": {`[]`, "object"},
		"no json":       {`2026-11-22 INFO run ended`, "line 3"},
	} {
		t.Run(name, func(t *testing.T) {
			text := good + "\n\n" + c.line + "\n" + good + "\n"
			var errs []error
			n := 0
			for _, err := range telemetry.Events(strings.NewReader(text)) {
				n++
				errs = append(errs, err)
			}
			require.Equal(t, 3, n)
			assert.NoError(t, errs[0])
			assert.NoError(t, errs[2])
			if c.want == "" {
				assert.NoError(t, errs[1])
				return
			}
			require.Error(t, errs[1])
			assert.Contains(t, errs[1].Error(), c.want)
		})
	}
	for _, err := range telemetry.Events(strings.NewReader("\ufeff" + good + "\n")) {
		require.Error(t, err)
		assert.Contains(t, err.Error(), "byte order mark")
	}
}

// FuzzEvent: what decodes can be appended, and reads back the same.
func FuzzEvent(f *testing.F) {
	for _, run := range runs(f) {
		for _, line := range lines(f, filepath.Join(run, "events.jsonl")) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		valid := telemetry.ValidEvent(line)
		e, err := telemetry.DecodeEvent(line)
		var misfit *value.RangeError
		if (err == nil) != valid && (!valid || !assert.ErrorAs(t, err, &misfit)) {
			t.Fatalf("valid is %t, but decoding says %v", valid, err)
		}
		if e == nil {
			return
		}
		back, err := telemetry.AppendEvent(nil, e)
		require.NoError(t, err)
		assert.NotContains(t, string(back), "\n")
		again, _ := telemetry.DecodeEvent(back)
		if _, ok := e.(*telemetry.UnknownEvent); !ok { // its Raw loses line ends
			assert.Equal(t, e, again)
		}
	})
}
