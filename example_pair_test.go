package main_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/stream"
)

func Example_pairs() {
	run, err := telemetry.ReadRun(context.Background(), folder(exampleEvents, exampleMetrics))
	if err != nil {
		panic(err)
	}
	err = run.CheckPairs()
	fmt.Println(err)

	var wrong *stream.FindingsError // the same, for a program
	if errors.As(err, &wrong) {
		f := wrong.Findings[0]
		fmt.Println(f.Rule, f.Name, f.Line)
	}
	// Output:
	// pairs: 1 finding
	//   events.jsonl:4: step_start: step_id "load" has no step_complete or step_failed behind it [unclosed]
	// unclosed step_start 4
}

// The runner of this run closes a failed step by an event of its own.
func Example_alsoEnds() {
	const failed = `{"ts":"2026-11-22T09:36:54Z","session":"run_1","event":"step_error","step_id":"load"}` + "\n"
	run, err := telemetry.ReadRun(context.Background(), folder(exampleEvents+failed, exampleMetrics),
		telemetry.AlsoEnds(telemetry.EventStepStart, "step_error"))
	if err != nil {
		panic(err)
	}
	fmt.Println(run.CheckPairs())
	// Output: <nil>
}
