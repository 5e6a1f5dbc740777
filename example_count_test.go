package main_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/assay-go/assay/generated/telemetry"
)

func Example_countMetrics() {
	counts, err := telemetry.CountMetrics(context.Background(), strings.NewReader(exampleMetrics))
	fmt.Println(counts.RowsRead, counts.StepsTotal, counts.Of("rows_red"), err)
	fmt.Println(telemetry.CheckMetricCounts(counts, telemetry.ExpectedMetricCounts(telemetry.Size{})))

	// Rules can be added.
	want := append(telemetry.ExpectedMetricCounts(telemetry.Size{}),
		telemetry.MetricRule{Of: []telemetry.MetricName{telemetry.MetricRowsWritten}, Min: 1, Max: -1})
	fmt.Println(telemetry.CheckMetricCounts(counts, want))
	// Output:
	// 1 1 0 <nil>
	// <nil>
	// metrics: 1 of 2 counts differ
	//   rows_written  want >= 1  got 0
}

// The counts of all streams, with the size of the run as it was observed.
func Example_countRun() {
	run, err := telemetry.ReadRun(context.Background(), folder(exampleEvents, exampleMetrics))
	if err != nil {
		panic(err)
	}
	fmt.Println(run.CheckCounts(run.Size))
	// Output:
	// events: 6 of 9 counts differ
	//   step_complete          want 2  got 1
	//   artifact_created       want 2  got 0
	//   cfg_materialized       want 2  got 0
	//   cfg_opened             want 2  got 0
	//   artifacts_dir_created  want 2  got 0
	//   config_meta_stripped   want 2  got 0
}
