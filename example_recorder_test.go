package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/assay-go/assay/generated/telemetry"
)

// ticking is a clock that a second passes on whenever it is asked.
func ticking() func() time.Time {
	now := time.Date(2026, 11, 22, 9, 36, 51, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

func Example_record() {
	var events, metrics bytes.Buffer // in a program: files that are opened with os.O_APPEND
	rec := telemetry.NewRecorder(telemetry.RunWriters{Events: &events, Metrics: &metrics}, telemetry.RecorderOptions{Session: "run_1", Now: ticking()})

	run, _ := rec.RunStart(telemetry.RunStart{}) // errors are kept for Close
	extract, _ := rec.StepStart(telemetry.StepStart{StepID: "extract", Driver: "mysql.extractor"})
	extract.StepComplete(telemetry.StepComplete{RowsProcessed: 20}) // step_id and duration_ms are filled in
	load, _ := rec.StepStart(telemetry.StepStart{StepID: "load", Driver: "postgres.writer"})
	load.StepFailed(telemetry.StepFailed{
		Error:     "cannot connect to postgres://admin:s3cret@db.example:5432/shop",
		ErrorType: "ConnectionError",
		Traceback: "connect(host='db.example', password='s3cret')",
	})
	rec.EmitMetric(&telemetry.Metric{Metric: telemetry.MetricRowsWritten, Value: 0}) // the schema fixes its unit
	run.RunEnd(telemetry.RunEnd{})

	fmt.Print(events.String(), metrics.String())
	fmt.Println(rec.Close())
	// Output:
	// {"ts":"2026-11-22T09:36:52.000000Z","session":"run_1","event":"run_start"}
	// {"ts":"2026-11-22T09:36:53.000000Z","session":"run_1","event":"step_start","step_id":"extract","driver":"mysql.extractor"}
	// {"ts":"2026-11-22T09:36:54.000000Z","session":"run_1","event":"step_complete","step_id":"extract","rows_processed":20,"duration_ms":1000}
	// {"ts":"2026-11-22T09:36:55.000000Z","session":"run_1","event":"step_start","step_id":"load","driver":"postgres.writer"}
	// {"ts":"2026-11-22T09:36:56.000000Z","session":"run_1","event":"step_failed","step_id":"load","error":"cannot connect to postgres://[redacted]@db.example:5432/shop","error_type":"ConnectionError","traceback":"connect(host='db.example', password=[redacted])"}
	// {"ts":"2026-11-22T09:36:58.000000Z","session":"run_1","event":"run_end"}
	// {"ts":"2026-11-22T09:36:57.000000Z","session":"run_1","metric":"rows_written","value":0,"unit":"rows"}
	// <nil>
}

func Example_recordMistakes() {
	var events bytes.Buffer
	rec := telemetry.NewRecorder(telemetry.RunWriters{Events: &events}, telemetry.RecorderOptions{Session: "run_1"})

	extract, _ := rec.StepStart(telemetry.StepStart{StepID: "extract", Driver: "mysql.extractor"})
	fmt.Println(extract.StepComplete(telemetry.StepComplete{RowsProcessed: -1}))
	fmt.Println(extract.StepComplete(telemetry.StepComplete{StepID: "load"}))
	fmt.Println(extract.StepComplete(telemetry.StepComplete{RowsProcessed: 1}))
	fmt.Println(extract.StepFailed(telemetry.StepFailed{Error: "too late"}))
	rec.StepStart(telemetry.StepStart{StepID: "load", Driver: "postgres.writer"})

	fmt.Println(strings.Count(events.String(), "\n"), "lines were written")
	fmt.Println(rec.Close())
	// Output:
	// step_complete: rows_processed must be >= 0, got -1
	// step_complete: step_id is "load", but that of the step_start it closes is "extract"
	// <nil>
	// step_failed: the step_start is closed already, by step_complete
	// 3 lines were written
	// 3 calls failed, first: step_complete: rows_processed must be >= 0, got -1
	// 1 record is still open
	//   step_start step_id="load" wants step_complete or step_failed
}

func Example_recordWithSlog() {
	var events, rest bytes.Buffer
	rec := telemetry.NewRecorder(telemetry.RunWriters{Events: &events}, telemetry.RecorderOptions{Session: "run_1"})
	plain := slog.NewTextHandler(&rest, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	log := slog.New(telemetry.NewSlogHandler(rec, plain)).With("step_id", "extract")

	log.Info("step_complete", "rows_processed", 20, "duration_ms", 1500*time.Millisecond)
	log.Info("cache is cold")
	log.Error("step_failed", "error", errors.New("access denied, password=s3cret"), "error_type", "AuthError", "traceback", "")

	for e := range telemetry.Events(&events) {
		switch e := e.(type) {
		case *telemetry.StepComplete:
			fmt.Println(e.Session, e.StepID, e.RowsProcessed, e.DurationMS)
		case *telemetry.StepFailed:
			fmt.Println(e.Session, e.StepID, e.Error)
		}
	}
	fmt.Println(strings.Split(rest.String(), "\n")[1])
	fmt.Println(rec.Close())
	// Output:
	// run_1 extract 20 1500
	// run_1 extract access denied, password=[redacted]
	// level=INFO msg="cache is cold" step_id=extract
	// <nil>
}
