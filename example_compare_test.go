package main_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/assay-go/assay/generated/telemetry"
)

func Example_compareRuns() {
	ctx := context.Background()
	a, err := telemetry.ReadRun(ctx, folder(exampleEvents, exampleMetrics))
	if err != nil {
		panic(err)
	}
	// The same work elsewhere: the step that never ended has gone, and a few rows more were read.
	events := strings.ReplaceAll(exampleEvents, `"step_start","step_id":"load"`, `"step_failed","step_id":"load"`)
	b, err := telemetry.ReadRun(ctx, folder(events, strings.ReplaceAll(exampleMetrics, `"value":20`, `"value":22`)))
	if err != nil {
		panic(err)
	}
	fmt.Print(telemetry.CompareRuns(a, b, telemetry.ParityOptions{}))

	// 10 % more rows are fine here.
	parity := telemetry.CompareRuns(a, b, telemetry.ParityOptions{
		Metrics: map[telemetry.MetricName]float64{telemetry.MetricRowsRead: 0.1},
	})
	fmt.Println()
	for _, d := range parity.Differences {
		fmt.Println(d.Stream, d.Name, d.A, d.B)
	}
	// Output:
	// 3 differences in 11 comparisons
	//
	// events
	//                A  B
	//   step_start   2  1  -50.0 %
	//   step_failed  0  1  only in B
	//
	// metrics
	//                                 A   B
	//   rows_read of step "extract"  20  22  +10.0 %, ±5 % allowed
	//
	// events step_start 2 1
	// events step_failed 0 1
}
