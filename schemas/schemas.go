// Package schemas holds the two schema files of a pipeline run, events and metrics, embedded.
//
// They are draft 2020-12 with the x-assay facts of their streams, and the one source of the generated package telemetry.
package schemas

import "embed"

//go:generate go run github.com/assay-go/assay generate -assert-format -o ../generated/telemetry events.schema.json metrics.schema.json

// FS holds the schema files under their names.
//
//go:embed events.schema.json metrics.schema.json
var FS embed.FS

// Names returns the names of the schema files in FS, in the order in which the generated package declares their types.
func Names() []string { return []string{"events.schema.json", "metrics.schema.json"} }
