package main_test

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/assay-go/assay/generated/telemetry"
)

// The uses that README.md shows, compiled and run.

func Example_read() {
	file, err := os.Open("testdata/runs/e2b-10-step/events.jsonl")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	bad := 0
	for e, err := range telemetry.Events(file) {
		if err != nil { // a bad line; the loop goes on behind it
			if bad++; bad == 1 {
				fmt.Println(err)
			}
			continue
		}
		switch e := e.(type) {
		case *telemetry.StepComplete:
			if e.RowsProcessed > 15 {
				fmt.Println(e.StepID, e.RowsProcessed, e.TS)
			}
		case *telemetry.StepFailed:
			fmt.Println(e.StepID, e.ErrorType)
		}
	}
	fmt.Println(bad, "bad lines")
	// Output:
	// line 3:80: unknown event "adapter_execution_start" [unknown-name]
	// extract-actors 20 2026-11-22T09:36:52.910719+00:00
	// extract-movie-actors 20 2026-11-22T09:36:52.937853+00:00
	// extract-reviews 20 2026-11-22T09:36:52.969137+00:00
	// 17 bad lines
}

func Example_write() {
	line, err := telemetry.AppendEvent(nil, &telemetry.StepStart{
		EventBase: telemetry.EventBase{TS: "2026-11-22T09:36:51Z", Session: "run_1"},
		StepID:    "extract-actors",
		Driver:    "mysql.extractor",
	})
	fmt.Println(string(line), err)

	_, err = telemetry.AppendEvent(nil, &telemetry.StepComplete{
		EventBase:     telemetry.EventBase{TS: "2026-11-22T09:36:51Z", Session: "run_1"},
		StepID:        "extract-actors",
		RowsProcessed: -1,
	})
	fmt.Println(err)
	// Output:
	// {"ts":"2026-11-22T09:36:51Z","session":"run_1","event":"step_start","step_id":"extract-actors","driver":"mysql.extractor"} <nil>
	// rows_processed must be >= 0, got -1
}

func Example_count() {
	log, err := os.ReadFile("testdata/runs/e2b-10-step/events.jsonl")
	if err != nil {
		panic(err)
	}
	counts, err := telemetry.CountEvents(context.Background(), bytes.NewReader(log))
	fmt.Println(counts.StepStart, counts.StepComplete, counts.Of("inputs_resolved"), err)
	fmt.Println(telemetry.CheckEventCounts(counts, telemetry.ExpectedEventCounts(telemetry.Size{Steps: 10, Connections: 5})))
	fmt.Println(telemetry.CheckEventCounts(counts, telemetry.ExpectedEventCounts(telemetry.Size{Steps: 10, Connections: 10})))
	// Output:
	// 10 10 5 <nil>
	// <nil>
	// events: 2 of 9 counts differ
	//   connection_resolve_start     want 10  got 5
	//   connection_resolve_complete  want 10  got 5
}
