package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/stream"
)

// A small run: step "load" never ends, one metric has a unit that the schema does not list, and none says how many rows were processed.
const (
	exampleEvents = `{"ts":"2026-11-22T09:36:51Z","session":"run_1","event":"run_start"}
{"ts":"2026-11-22T09:36:52Z","session":"run_1","event":"step_start","step_id":"extract","driver":"mysql"}
{"ts":"2026-11-22T09:36:53Z","session":"run_1","event":"step_complete","step_id":"extract","rows_processed":20,"duration_ms":1000}
{"ts":"2026-11-22T09:36:53Z","session":"run_1","event":"step_start","step_id":"load","driver":"csv"}
{"ts":"2026-11-22T09:36:54Z","session":"run_1","event":"run_end"}
`
	exampleMetrics = `{"ts":"2026-11-22T09:36:52Z","session":"run_1","metric":"steps_total","value":2,"unit":"count"}
{"ts":"2026-11-22T09:36:53Z","session":"run_1","metric":"steps_completed","value":1}
{"ts":"2026-11-22T09:36:53Z","session":"run_1","metric":"rows_read","value":20,"unit":"rows","tags":{"step":"extract"}}
`
)

// folder returns a run folder in memory; os.DirFS returns one on the disk.
func folder(events, metrics string) fs.FS {
	return fstest.MapFS{"events.jsonl": {Data: []byte(events)}, "metrics.jsonl": {Data: []byte(metrics)}}
}

func Example_readRun() {
	run, err := telemetry.ReadRun(context.Background(), folder(exampleEvents, exampleMetrics))
	if err != nil { // a file cannot be read; what is wrong in it is no error
		panic(err)
	}
	fmt.Println(run.Events.StepStart, "steps started,", run.Events.StepComplete, "completed")
	fmt.Println(run.Metrics.Lines, "metrics, of which", run.Metrics.Invalid, "is invalid")
	fmt.Println(run.Sessions, run.Size)
	for _, f := range run.Findings {
		fmt.Println(f)
	}
	// Output:
	// 2 steps started, 1 completed
	// 3 metrics, of which 1 is invalid
	// [run_1] {2 0}
	// events.jsonl:4: step_start: step_id "load" has no step_complete or step_failed behind it [unclosed]
	// metrics.jsonl:1:88: steps_total: unit must be one of "seconds", "ms", "bytes", "files", "rows", "code", got "count" [enum]
	// metrics.jsonl: total rows: no rows_processed here, but 1 record of step_complete in events.jsonl [total]
}

// A run can be read in parts, on several machines, and kept as JSON between them.
func Example_mergeRuns() {
	ctx := context.Background()
	var whole telemetry.Run
	for part := range strings.Lines(exampleEvents) {
		read, err := telemetry.ReadRunFrom(ctx, telemetry.RunReaders{Events: strings.NewReader(part)})
		if err != nil {
			panic(err)
		}
		state, err := json.Marshal(read)
		if err != nil {
			panic(err)
		}
		var kept telemetry.Run
		if err := json.Unmarshal(state, &kept); err != nil {
			panic(err)
		}
		if err := whole.Merge(&kept); err != nil {
			panic(err)
		}
	}
	fmt.Println(whole.Events.StepStart, whole.Size.Steps)
	fmt.Println(whole.CheckPairs())
	// Output:
	// 2 2
	// pairs: 1 finding
	//   events.jsonl:4: step_start: step_id "load" has no step_complete or step_failed behind it [unclosed]
}

func Example_readMetrics() {
	for m, err := range telemetry.Metrics(strings.NewReader(exampleMetrics), stream.InFile("metrics.jsonl")) {
		if err != nil { // a bad line; the loop goes on behind it
			fmt.Println(err)
			continue
		}
		step, _ := m.Step() // the tag, or the member step_id
		fmt.Printf("%s %q %v\n", m.Metric, step, m.Value)
	}
	// Output:
	// metrics.jsonl:1:88: steps_total: unit must be one of "seconds", "ms", "bytes", "files", "rows", "code", got "count" [enum]
	// steps_completed "" 1
	// rows_read "extract" 20
}
