package main_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/generated/telemetrytest"
)

// record writes a whole run of so many steps, each by a goroutine of its own.
func record(rec *telemetry.Recorder, steps int) error {
	run, _ := rec.RunStart(telemetry.RunStart{})
	rec.EmitMetric(&telemetry.Metric{Metric: telemetry.MetricStepsTotal, Value: float64(steps)})
	var wait sync.WaitGroup
	for i := range steps {
		wait.Go(func() {
			id := fmt.Sprintf("step-%d", i)
			step, _ := rec.StepStart(telemetry.StepStart{StepID: id, Driver: "mysql.extractor"})
			connection, _ := rec.ConnectionResolveStart(telemetry.ConnectionResolveStart{StepID: id, Family: "mysql", Alias: "db"})
			connection.ConnectionResolveComplete(telemetry.ConnectionResolveComplete{OK: true})
			rec.Emit(&telemetry.CfgMaterialized{Path: "cfg.json", SHA256: strings.Repeat("0", 64)})
			rec.Emit(&telemetry.CfgOpened{Path: "cfg.json", SHA256: strings.Repeat("0", 64)})
			rec.Emit(&telemetry.ConfigMetaStripped{StepID: id})
			rec.Emit(&telemetry.ArtifactsDirCreated{StepID: id, RelativePath: "artifacts"})
			rec.Emit(&telemetry.ArtifactCreated{StepID: id, ArtifactType: "table", Path: "a.parquet"})
			step.StepComplete(telemetry.StepComplete{RowsProcessed: float64(i)})
			rec.EmitMetric(&telemetry.Metric{Metric: telemetry.MetricRowsProcessed, Value: float64(i), Tags: telemetry.Some(map[string]string{"step": id})})
		})
	}
	wait.Wait()
	run.RunComplete(telemetry.RunComplete{})
	run.RunEnd(telemetry.RunEnd{})
	return rec.Close()
}

func TestRecorderConcurrently(t *testing.T) {
	const steps = 100
	for _, buffered := range []bool{false, true} {
		t.Run(fmt.Sprintf("buffered=%t", buffered), func(t *testing.T) {
			dir := t.TempDir()
			w := telemetry.RunWriters{Events: appendTo(t, dir, "events.jsonl"), Metrics: appendTo(t, dir, "metrics.jsonl")}
			require.NoError(t, record(telemetry.NewRecorder(w, telemetry.RecorderOptions{Session: "run_1", Buffered: buffered}), steps))

			file, err := os.Open(filepath.Join(dir, "events.jsonl"))
			require.NoError(t, err)
			defer file.Close()
			counts, err := telemetry.CountEvents(t.Context(), file)
			require.NoError(t, err)
			assert.NoError(t, telemetry.CheckEventCounts(counts, telemetry.ExpectedEventCounts(telemetry.Size{Steps: steps, Connections: steps})))
			assert.Equal(t, steps*9+3, counts.Lines)
			assert.Zero(t, counts.Malformed+counts.Invalid)
			var last time.Time
			_, err = file.Seek(0, io.SeekStart)
			require.NoError(t, err)
			for e, err := range telemetry.Events(file) {
				require.NoError(t, err)
				at, err := e.Base().TS.Time()
				require.NoError(t, err)
				assert.False(t, at.Before(last), "time stamps come in the order of lines")
				last = at
			}
			metrics, err := os.Open(filepath.Join(dir, "metrics.jsonl"))
			require.NoError(t, err)
			defer metrics.Close()
			lines := 0
			for _, err := range telemetry.Metrics(metrics) {
				require.NoError(t, err)
				lines++
			}
			assert.Equal(t, steps+1, lines)

			run, err := telemetry.ReadRun(t.Context(), os.DirFS(dir))
			require.NoError(t, err)
			assert.NoError(t, run.Check(), "pairs, totals, sessions")
			assert.NoError(t, run.CheckCounts(telemetry.Size{Steps: steps, Connections: steps}))
		})
	}
}

// TestRecordersOnOneFile: lines of two recorders stay whole in a file that is opened to append.
func TestRecordersOnOneFile(t *testing.T) {
	dir := t.TempDir()
	var wait sync.WaitGroup
	for range 2 {
		w := telemetry.RunWriters{Events: appendTo(t, dir, "events.jsonl"), Metrics: io.Discard}
		wait.Go(func() {
			assert.NoError(t, record(telemetry.NewRecorder(w, telemetry.RecorderOptions{Session: "run_1"}), 50))
		})
	}
	wait.Wait()
	text, err := os.ReadFile(filepath.Join(dir, "events.jsonl"))
	require.NoError(t, err)
	counts, err := telemetry.CountEvents(t.Context(), bytes.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, 2*(50*9+3), counts.Lines)
	assert.Zero(t, counts.Malformed+counts.Invalid)
}

func appendTo(t *testing.T, dir, name string) *os.File {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// TestRecorderKilled: a process that is killed in the middle leaves whole lines behind. Only the last one can be cut, since the kernel ends a write between two
// pages when it is killed; the next recorder begins on a line of its own.
func TestRecorderKilled(t *testing.T) {
	const mark = "ASSAY_TEST_RECORD_INTO"
	if dir := os.Getenv(mark); dir != "" { // the process that is killed
		w := telemetry.RunWriters{Events: appendTo(t, dir, "events.jsonl"), Metrics: appendTo(t, dir, "metrics.jsonl")}
		rec := telemetry.NewRecorder(w, telemetry.RecorderOptions{Session: "run_1"})
		for range 8 {
			go func() {
				for i := 0; ; i++ {
					step, _ := rec.StepStart(telemetry.StepStart{StepID: strings.Repeat("x", i%5000), Driver: "d"})
					step.StepComplete(telemetry.StepComplete{})
				}
			}()
		}
		time.Sleep(time.Minute)
		return
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRecorderKilled$")
	cmd.Env = append(os.Environ(), mark+"="+dir)
	require.NoError(t, cmd.Start())
	path := filepath.Join(dir, "events.jsonl")
	assert.Eventually(t, func() bool {
		info, err := os.Stat(path)
		return err == nil && info.Size() > 1<<20
	}, 30*time.Second, time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	assert.Error(t, cmd.Wait())

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	counts, err := telemetry.CountEvents(t.Context(), bytes.NewReader(whole))
	require.NoError(t, err)
	assert.Zero(t, counts.Malformed+counts.Invalid)
	assert.Positive(t, counts.StepComplete)
	assert.LessOrEqual(t, counts.StepStart-counts.StepComplete, 8)

	rec := telemetry.NewRecorder(telemetry.RunWriters{Events: appendTo(t, dir, "events.jsonl")}, telemetry.RecorderOptions{Session: "run_1"})
	require.NoError(t, rec.Emit(&telemetry.RunEnd{}))
	require.NoError(t, rec.Close())
	next := telemetrytest.CountEvents(t, path)
	assert.Equal(t, 1, next.RunEnd)
	assert.Equal(t, counts.StepStart, next.StepStart)
	assert.Equal(t, len(text) > len(whole), next.Malformed == 1, "what was cut stays by itself")
}

// TestRecorderKeepsWhatItIsGiven: nothing that the caller has changes.
func TestRecorderKeepsWhatItIsGiven(t *testing.T) {
	var events, metrics bytes.Buffer
	rec := telemetry.NewRecorder(telemetry.RunWriters{Events: &events, Metrics: &metrics}, telemetry.RecorderOptions{Session: "run_1"})
	failed := telemetry.StepFailed{StepID: "a", Error: "password=x", Traceback: "y"}
	failed.Extra = telemetry.Members{{Name: "api_key", Value: `"k"`}}
	was := *telemetry.CloneEvent(&failed).(*telemetry.StepFailed)
	require.NoError(t, rec.Emit(&failed))
	assert.Equal(t, was, failed)
	assert.NotContains(t, events.String(), `"k"`)
	assert.NotContains(t, events.String(), "=x")
	metric := telemetry.Metric{Metric: telemetry.MetricRowsWritten}
	require.NoError(t, rec.EmitMetric(&metric))
	assert.Equal(t, telemetry.Metric{Metric: telemetry.MetricRowsWritten}, metric)
	assert.Contains(t, metrics.String(), `"value":0,"unit":"rows"}`)
	require.NoError(t, rec.Close())
}

// BenchmarkRecorder writes a step_complete, which package slog's JSON handler writes too, of the same members, for comparison.
func BenchmarkRecorder(b *testing.B) {
	e := telemetry.StepComplete{StepID: "extract-actors", RowsProcessed: 20, DurationMS: 12.5}
	for name, w := range map[string]io.Writer{"discard": io.Discard, "file": devNull(b)} {
		b.Run(name, func(b *testing.B) {
			rec := telemetry.NewRecorder(telemetry.RunWriters{Events: w}, telemetry.RecorderOptions{Session: "run_1"})
			log := slog.New(slog.NewJSONHandler(w, nil))
			emit := func() {
				if err := rec.Emit(&e); err != nil {
					b.Fatal(err)
				}
			}
			logged := func() {
				log.LogAttrs(b.Context(), slog.LevelInfo, "step_complete", slog.String("session", "run_1"), slog.String("step_id", e.StepID),
					slog.Float64("rows_processed", e.RowsProcessed), slog.Float64("duration_ms", e.DurationMS))
			}
			var ours, theirs time.Duration
			n := 0
			b.ReportAllocs()
			for b.Loop() { // in turns, so that both have the same machine
				start := time.Now()
				for range 1000 {
					emit()
				}
				middle := time.Now()
				b.StopTimer()
				for range 1000 {
					logged()
				}
				theirs += time.Since(middle)
				b.StartTimer()
				ours += middle.Sub(start)
				n += 1000
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(n), "ns/event")
			b.ReportMetric(float64(ours)/float64(theirs), "×slog")
			b.ReportMetric(testing.AllocsPerRun(1000, emit), "allocs/event")
		})
	}
}

// BenchmarkRecorderOpenRecords opens a step and closes it, while 10,000 others are open.
func BenchmarkRecorderOpenRecords(b *testing.B) {
	rec := telemetry.NewRecorder(telemetry.RunWriters{Events: io.Discard}, telemetry.RecorderOptions{Session: "run_1"})
	for i := range 10_000 {
		rec.StepStart(telemetry.StepStart{StepID: fmt.Sprint(i), Driver: "d"})
	}
	b.ReportAllocs()
	for b.Loop() {
		step, err := rec.StepStart(telemetry.StepStart{StepID: "extract", Driver: "d"})
		if err != nil {
			b.Fatal(err)
		}
		if err := step.StepComplete(telemetry.StepComplete{}); err != nil {
			b.Fatal(err)
		}
	}
}

func devNull(b *testing.B) io.Writer {
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return f
}
