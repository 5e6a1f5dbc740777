// Package gojsonschema is what go-jsonschema generates from the schema of events with its default options.
package gojsonschema

// Version is that of go-jsonschema.
const Version = "v0.24.1"

//go:generate go -C ../../.. tool go-jsonschema -p gojsonschema -o bench/peers/gojsonschema/events.go schemas/events.schema.json
