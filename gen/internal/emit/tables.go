package emit

import (
	"reflect"
	"slices"

	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
)

// tables emits the lowered schema, its plan and what is known of the stream as literals. They need no work at start-up.
func (e *emitter) tables(f *tableFile, r *model.Record, p *schema.Program, plan *scan.Plan) {
	programTable(f, lower(r.Name), p)
	planTable(f, lower(r.Name), plan)
	f.table(lower(r.Name)+"Facts", lower(r.Name)+"Facts is what the schema's x-assay says of the stream.", r.Facts)
	f.table(emissionName(r), emissionName(r)+" is what the recorder fills in and masks in "+recordsOf(r)+".", r.Emission)
}

// valueTables emits the tables of a schema that describes no stream.
func (e *emitter) valueTables(f *tableFile, v *model.Value, p *schema.Program, plan *scan.Plan) {
	programTable(f, lower(v.Name), p)
	planTable(f, lower(v.Name), plan)
}

// programTable emits a lowered schema.
func programTable(f *tableFile, one string, p *schema.Program) {
	f.table(one+"Program", one+"Program is what the schema allows: a table of nodes, each of which is a schema. It is packed: see [schema.Pack].", schema.Pack(p))
}

// planTable emits what the scanner checks, if it is sure of anything. What is only there for people is left out.
func planTable(f *tableFile, one string, p *scan.Plan) {
	if !planned(p) {
		return
	}
	printed := &scan.Plan{Root: p.Root, Locations: slices.Clone(p.Locations), Strings: p.Strings, Numbers: p.Numbers, Objects: p.Objects, Arrays: p.Arrays}
	for i := range printed.Locations {
		printed.Locations[i].At = ""
	}
	f.table(one+"Plan", one+"Plan is what the scanner checks in one pass over the bytes. What it is not sure of is judged by "+one+"Program.", printed)
}

// TableSize returns about how many bytes of Go the tables of a schema make.
func TableSize(p *schema.Program, f *stream.Facts) int {
	size := sizeOf(reflect.ValueOf(p))
	if f != nil {
		size += sizeOf(reflect.ValueOf(f))
	}
	return size
}

// sizeOf returns about how many bytes of Go a value makes, as the tables have it.
func sizeOf(v reflect.Value) int {
	size := 4
	switch v.Kind() {
	case reflect.String:
		size += v.Len()
	case reflect.Pointer:
		if !v.IsNil() {
			size += sizeOf(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			size += sizeOf(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && !v.Field(i).IsZero() {
				size += len(field.Name) + sizeOf(v.Field(i))
			}
		}
	}
	return size
}
