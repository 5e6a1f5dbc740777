// Package differential holds what is tested against an oracle, and against chance: instances are mutated and judged by this project and by another
// validator, schemas are mutated and generated from, and schemas that mean harm are answered in bounded time. It has tests and fuzz targets only.
//
// ASSAY_MUTANTS=60 go test ./differential makes so many mutants of every test of the official suite; without it, the tests take a sample. Both are the same on
// every run.
package differential
