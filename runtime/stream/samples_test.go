package stream

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// required holds the events of the specification with the properties that each must have.
var required = map[string][]string{
	"run_start": nil, "run_complete": nil, "run_end": nil,
	"step_start":                  {"step_id", "driver"},
	"step_complete":               {"step_id", "rows_processed", "duration_ms"},
	"step_failed":                 {"step_id", "error", "error_type", "traceback"},
	"cfg_materialized":            {"path", "sha256", "size_bytes"},
	"cfg_opened":                  {"path", "sha256", "keys"},
	"config_meta_stripped":        {"step_id", "keys_removed"},
	"artifacts_dir_created":       {"step_id", "relative_path"},
	"artifact_created":            {"step_id", "artifact_type", "path"},
	"connection_resolve_start":    {"step_id", "family", "alias"},
	"connection_resolve_complete": {"step_id", "family", "alias", "ok"},
	"driver_registered":           {"driver", "status"},
	"driver_registration_failed":  {"driver", "error"},
	"drivers_registered":          {"drivers"},
	"dependency_check":            {"missing", "present"},
	"dependency_installed":        {"now_present", "still_missing"},
}

func eventRecord() *Record {
	names := slices.Sorted(maps.Keys(required))
	return &Record{
		Program: tagged("event", []string{"ts", "session", "event"}, names, required, "rows_processed", "duration_ms", "size_bytes"),
		Facts: &Facts{
			Record: "Event", Stream: "events", Name: "/event", Names: names,
			Sizes: []Size{
				{Name: "steps", Of: []string{"step_start"}, Distinct: []string{"step_id"}},
				{Name: "connections", Of: []string{"connection_resolve_start"}, Distinct: []string{"step_id"}},
			},
		},
	}
}

func metricRecord() *Record {
	names := []string{
		"steps_total", "steps_completed", "step_duration_ms", "rows_processed", "rows_read", "rows_written", "execution_duration",
		"adapter_execution_duration", "session_duration_seconds", "e2b_overhead_ms", "artifacts_copy_ms", "artifacts_bytes_total",
		"artifacts_files_total", "adapter_exit_code",
	}
	return &Record{
		Program: tagged("metric", []string{"ts", "session", "metric"}, names, nil),
		Facts:   &Facts{Record: "Metric", Stream: "metrics", Name: "/metric", Names: names},
	}
}

// The counts and the verdict per line of real runs are those of an independent validator.
func TestSamples(t *testing.T) {
	type oracle struct {
		Lines, Valid int
		Counts       map[string]int
		InvalidLines map[string][]string `json:"invalid_lines"`
	}
	for _, dir := range sampleRuns(t) {
		text, err := os.ReadFile(filepath.Join(dir, "oracle.json"))
		require.NoError(t, err)
		var want struct{ Events, Metrics oracle }
		require.NoError(t, json.Unmarshal(text, &want))
		for file, c := range map[string]struct {
			record *Record
			oracle
		}{"events.jsonl": {eventRecord(), want.Events}, "metrics.jsonl": {metricRecord(), want.Metrics}} {
			t.Run(filepath.Base(dir)+"/"+file, func(t *testing.T) {
				f, err := os.Open(filepath.Join(dir, file))
				require.NoError(t, err)
				defer f.Close()
				got := oracle{Counts: map[string]int{}, InvalidLines: map[string][]string{}}
				counter := c.record.NewCounter()
				s := c.record.NewScanner(f)
				for s.Scan() {
					counter.Add(s.Line())
					if e := s.Invalid(); e != nil {
						number := strconv.Itoa(e.Line)
						got.InvalidLines[number] = c.InvalidLines[number] // the words are the oracle's own
						assert.Equal(t, slices.Contains(c.InvalidLines[number], "name not in enum"), e.Kind == Unknown, "%v", e)
					}
				}
				require.NoError(t, s.Err())
				n := counter.Counts()
				got.Lines, got.Valid = n.Lines, n.Valid()
				for i, name := range c.record.Facts.Names {
					if n.Names[i] > 0 {
						got.Counts[name] = n.Names[i]
					}
				}
				maps.Copy(got.Counts, n.Unknown)
				assert.Equal(t, c.oracle, got)
			})
		}
	}
}

func TestSampleSizes(t *testing.T) {
	for _, dir := range sampleRuns(t) {
		if filepath.Base(dir) != "e2b-10-step" {
			continue
		}
		f, err := os.Open(filepath.Join(dir, "events.jsonl"))
		require.NoError(t, err)
		defer f.Close()
		c, err := eventRecord().Count(t.Context(), f)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"steps": 10, "connections": 5}, c.Observed())
	}
}

// sampleRuns returns the folders of real runs, which stand beside the checkout or in $ASSAY_SAMPLES.
func sampleRuns(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("ASSAY_SAMPLES")
	if root == "" {
		dir, err := os.Getwd()
		require.NoError(t, err)
		for ; root == "" && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if shared := filepath.Join(dir, "shared", "samples"); isDir(shared) {
				root = shared
			}
		}
	}
	oracles, err := filepath.Glob(filepath.Join(root, "*", "oracle.json"))
	require.NoError(t, err)
	if root == "" || len(oracles) == 0 {
		t.Skip("no real runs: set ASSAY_SAMPLES to a folder of them")
	}
	dirs := make([]string, len(oracles))
	for i, o := range oracles {
		dirs[i] = filepath.Dir(o)
	}
	return dirs
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
