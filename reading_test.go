package main_test

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/stream"
)

// readers are the ways to read a text: from a file, in pieces, where it is.
func readers(text []byte) map[string]io.Reader {
	return map[string]io.Reader{"whole": bytes.NewReader(text), "in pieces": &chunks{text, 1000}, "in place": stream.InPlace(text)}
}

// sample returns the lines of the sample runs, so often that they fill many blocks of a reader.
func sample(t *testing.T, file string) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "runs", "*", file))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []byte
	for len(all) < 1<<20 {
		for _, name := range files {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			all = append(bytes.TrimRight(append(all, text...), "\n"), '\n')
		}
	}
	return all
}

// decoded returns what decode makes of each line: what every other way to read must give.
func decoded[T any](text []byte, decode func([]byte) (T, error)) (all []T, good []bool) {
	for line := range bytes.Lines(text) {
		v, err := decode(bytes.TrimRight(line, "\n"))
		all, good = append(all, v), append(good, err == nil)
	}
	return all, good
}

// What is read in a loop over Events and Metrics may be kept: every value is one of its own, with its strings, slices and maps.
func TestRecordsMayBeKept(t *testing.T) {
	text := sample(t, "events.jsonl")
	want, good := decoded(text, telemetry.DecodeEvent)
	for name, r := range readers(text) {
		var kept []telemetry.Event
		for e, err := range telemetry.Events(r) {
			require.Equal(t, good[len(kept)], err == nil, "line %d: %v", len(kept)+1, err)
			kept = append(kept, e)
		}
		require.Equal(t, len(want), len(kept), name)
		for i := range want {
			require.Equal(t, want[i], kept[i], "%s, line %d", name, i+1)
		}
	}

	text = sample(t, "metrics.jsonl")
	metrics, good := decoded(text, telemetry.DecodeMetric)
	for name, r := range readers(text) {
		var kept []*telemetry.Metric
		for m, err := range telemetry.Metrics(r) {
			require.Equal(t, good[len(kept)], err == nil, "line %d: %v", len(kept)+1, err)
			kept = append(kept, m)
		}
		require.Equal(t, len(metrics), len(kept), name)
		for i := range metrics {
			require.Equal(t, metrics[i], kept[i], "%s, line %d", name, i+1)
		}
	}
}

// A scanner overwrites its structs and their maps, but never strings and slices: a struct that was copied stays as it was.
func TestScannedStringsMayBeKept(t *testing.T) {
	text := sample(t, "events.jsonl")
	want, good := decoded(text, telemetry.DecodeEvent)
	for name, r := range readers(text) {
		s := telemetry.NewEventScanner(r)
		var kept []any
		structs := map[telemetry.Event]bool{}
		for s.Scan() {
			require.Equal(t, good[len(kept)], s.Invalid() == nil, "line %d: %v", len(kept)+1, s.Invalid())
			kept = append(kept, shallow(s.Event()))
			if s.Event() != nil {
				structs[s.Event()] = true
			}
		}
		require.NoError(t, s.Err())
		require.Equal(t, len(want), len(kept), name)
		for i := range want {
			require.Equal(t, shallow(want[i]), kept[i], "%s, line %d", name, i+1)
		}
		assert.LessOrEqual(t, len(structs), len(telemetry.EventNames())+1, "a struct for each name is used again")
	}

	text = sample(t, "metrics.jsonl")
	metrics, good := decoded(text, telemetry.DecodeMetric)
	for name, r := range readers(text) {
		s := telemetry.NewMetricScanner(r)
		var kept []*telemetry.Metric
		for s.Scan() {
			require.Equal(t, good[len(kept)], s.Invalid() == nil, "line %d: %v", len(kept)+1, s.Invalid())
			var own *telemetry.Metric
			if m := s.Metric(); m != nil {
				own = new(*m)
				own.Tags.Value = maps.Clone(m.Tags.Value) // the strings in it are not copied
			}
			kept = append(kept, own)
		}
		require.NoError(t, s.Err())
		require.Equal(t, len(metrics), len(kept), name)
		for i := range metrics {
			require.Equal(t, metrics[i], kept[i], "%s, line %d", name, i+1)
		}
	}
}

// shallow returns a copy of an event's struct.
func shallow(e telemetry.Event) any {
	if e == nil {
		return nil
	}
	return reflect.ValueOf(e).Elem().Interface()
}

// With Reuse all is right until the next Scan.
func TestReuse(t *testing.T) {
	text := sample(t, "events.jsonl")
	want, _ := decoded(text, telemetry.DecodeEvent)
	for name, r := range readers(text) {
		s := telemetry.NewEventScanner(r, stream.Reuse())
		lines := 0
		for ; s.Scan(); lines++ {
			require.Equal(t, want[lines], s.Event(), "%s, line %d", name, lines+1)
		}
		require.NoError(t, s.Err())
		require.Equal(t, len(want), lines, name)
	}
	text = sample(t, "metrics.jsonl")
	metrics, _ := decoded(text, telemetry.DecodeMetric)
	for name, r := range readers(text) {
		s := telemetry.NewMetricScanner(r, stream.Reuse())
		lines := 0
		for ; s.Scan(); lines++ {
			require.Equal(t, metrics[lines], s.Metric(), "%s, line %d", name, lines+1)
		}
		require.Equal(t, len(metrics), lines, name)
	}
}
