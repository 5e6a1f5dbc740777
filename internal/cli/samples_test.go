package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oracle is what an independent validator, and an independent count, say of a sample run.
type oracle struct {
	Events, Metrics oracleStream
	Pairing         map[string]struct{ Unclosed, Unopened map[string]int }
}

type oracleStream struct {
	Lines   int
	Valid   int
	Counts  map[string]int
	Invalid map[string][]string `json:"invalid_lines"`
}

// sampleRuns returns the sample runs by name, each with its oracle.
func sampleRuns(t *testing.T) map[string]oracle {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), "testdata", "runs", "*", "oracle.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "testdata/runs holds the sample runs")
	runs := map[string]oracle{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var o oracle
		require.NoError(t, json.Unmarshal(text, &o), file)
		require.NotZero(t, o.Events.Lines, file)
		runs[filepath.Dir(file)] = o
	}
	return runs
}

// runMain runs the command and returns its exit code and output.
func runMain(args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = Main(context.Background(), args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

// Each line of the sample runs gets the oracle's verdict.
func TestValidateSampleRuns(t *testing.T) {
	for folder, want := range sampleRuns(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			code, stdout, stderr := runMain("validate", "-format", "json", "-max", "0", folder)
			assert.Equal(t, exitFindings, code)
			found := map[string]map[string]bool{} // file → lines with findings
			for line := range strings.Lines(stdout) {
				var f struct {
					File, Name, Level, Rule, Message, InstanceLocation, KeywordLocation string
					Line, Column, Offset                                                int
				}
				require.NoError(t, json.Unmarshal([]byte(line), &f), line)
				assert.NotZero(t, f.Column, line)
				assert.NotEmpty(t, f.Rule, line)
				assert.NotEmpty(t, f.Message, line)
				if f.Level == "warn" {
					continue
				}
				name := filepath.Base(f.File)
				if found[name] == nil {
					found[name] = map[string]bool{}
				}
				found[name][strconv.Itoa(f.Line)] = true
			}
			for name, s := range map[string]oracleStream{"events.jsonl": want.Events, "metrics.jsonl": want.Metrics} {
				wanted := map[string]bool{}
				for line := range maps.Keys(s.Invalid) {
					wanted[line] = true
				}
				got := found[name]
				if got == nil {
					got = map[string]bool{}
				}
				assert.Equal(t, wanted, got, "lines of %s with findings", name)
				if s.Lines > 0 {
					assert.Contains(t, stderr, fmt.Sprintf("%s: %d lines, %d valid, ", filepath.Join(folder, name), s.Lines, s.Valid))
				}
			}
		})
	}
}

// The names of the sample runs are counted as the oracle counts them, on all lines, valid or not.
func TestCountSampleRuns(t *testing.T) {
	for folder, want := range sampleRuns(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			_, stdout, stderr := runMain("counts", "-format", "json", folder)
			assert.Empty(t, stderr)
			var run struct {
				Streams []struct {
					Stream          string
					Lines, Valid    int
					Counts, Unknown map[string]int
				}
			}
			require.NoError(t, json.Unmarshal([]byte(stdout), &run), stdout)
			for _, s := range run.Streams {
				o := map[string]oracleStream{"events": want.Events, "metrics": want.Metrics}[s.Stream]
				got := maps.Clone(s.Counts)
				maps.Copy(got, s.Unknown)
				assert.Equal(t, o.Counts, got, s.Stream)
				assert.Equal(t, o.Lines, s.Lines, s.Stream)
				assert.Equal(t, o.Valid, s.Valid, s.Stream)
			}
			assert.NotEmpty(t, run.Streams)
		})
	}
}

// The pairs of the sample runs are open where the oracle says so, with and without a further end.
func TestPairSampleRuns(t *testing.T) {
	for folder, want := range sampleRuns(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			for key, flags := range map[string][]string{
				"step_start -> step_complete|step_failed":            nil,
				"step_start -> step_complete|step_failed|step_error": {"-end", "step_start=step_error"},
			} {
				_, stdout, stderr := runMain(append([]string{"pairs", "-format", "json", folder}, flags...)...)
				assert.Empty(t, stderr)
				var run struct {
					Streams []struct {
						Pairs []struct {
							Open  []string
							Pairs int
						}
					}
					Findings []struct{ Name, Rule, Message string }
				}
				require.NoError(t, json.Unmarshal([]byte(stdout), &run), stdout)
				total := func(of map[string]int) (n int) {
					for _, count := range of {
						n += count
					}
					return n
				}
				found := func(name, rule string) (n int) {
					for _, f := range run.Findings {
						if f.Name == name && f.Rule == rule {
							n++
						}
					}
					return n
				}
				require.Contains(t, want.Pairing, key)
				steps, connections := want.Pairing[key], want.Pairing["connection_resolve_start -> connection_resolve_complete"]
				assert.Equal(t, total(steps.Unclosed), found("step_start", "unclosed"), key)
				assert.Equal(t, total(steps.Unopened), found("step_complete", "unopened")+found("step_failed", "unopened"), key)
				assert.Equal(t, total(connections.Unclosed), found("connection_resolve_start", "unclosed"))
				require.Len(t, run.Streams, 1)
				assert.Equal(t, want.Events.Counts["step_start"]-total(steps.Unclosed), run.Streams[0].Pairs[0].Pairs, "pairs of steps")
			}
		})
	}
}

// A run is in parity with itself; the killed run has its open step, and no end: one finding each.
func TestParityOfSampleRuns(t *testing.T) {
	for folder := range sampleRuns(t) {
		code, stdout, stderr := runMain("parity", folder, folder)
		assert.Equal(t, exitClean, code, folder)
		assert.Contains(t, stdout, "no difference in ")
		assert.Empty(t, stderr)
		if filepath.Base(folder) == "local-killed" {
			_, stdout, _ := runMain("pairs", folder)
			assert.Equal(t, 2, strings.Count(stdout, "[unclosed]"), stdout)
		}
	}
}
