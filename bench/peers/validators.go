package peers

import (
	"bytes"
	"encoding/json"
	"fmt"

	google "github.com/google/jsonschema-go/jsonschema"
	kaptinlin "github.com/kaptinlin/jsonschema"
	santhosh "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xeipuuv/gojsonschema"

	"github.com/assay-go/assay/bench/measure"
	gojs "github.com/assay-go/assay/bench/peers/gojsonschema"
	"github.com/assay-go/assay/bench/peers/parsed"
)

// Validators returns those that validate lines by a schema, formats asserted where that can be asked for, and what go-jsonschema generates from the schema
// of events.
func Validators(schema []byte) ([]Peer, error) {
	bySanthosh, err := parsed.Compile(schema, true)
	if err != nil {
		return nil, fmt.Errorf("santhosh: %w", err)
	}
	byKaptinlin, err := kaptinlin.NewCompiler().SetAssertFormat(true).Compile(schema)
	if err != nil {
		return nil, fmt.Errorf("kaptinlin: %w", err)
	}
	byGoogle, err := compileGoogle(schema)
	if err != nil {
		return nil, fmt.Errorf("google: %w", err)
	}
	byXeipuuv, err := compileXeipuuv(schema)
	if err != nil {
		return nil, fmt.Errorf("xeipuuv: %w", err)
	}
	return []Peer{
		perLine("santhosh: UnmarshalJSON, Validate", None, Invalid, func(line []byte) bool {
			v, err := santhosh.UnmarshalJSON(bytes.NewReader(line))
			return err == nil && bySanthosh.Validate(v) == nil
		}),
		{"santhosh: Validate alone, of parsed values", None, Nothing, func(text []byte) measure.Work {
			const most = 256 << 10 // trees take ten times that, and the heap of the process had better be small
			return parsed.Work(bySanthosh, measure.Prefix(text, most))
		}},
		perLine("google: json.Unmarshal, Validate", None, Invalid, func(line []byte) bool {
			var v any
			return json.Unmarshal(line, &v) == nil && byGoogle.Validate(v) == nil
		}),
		perLine("kaptinlin: ValidateJSON", None, Invalid, func(line []byte) bool { return byKaptinlin.ValidateJSON(line).IsValid() }),
		perLine("xeipuuv: Validate of a bytes loader", None, Invalid, func(line []byte) bool {
			result, err := byXeipuuv.Validate(gojsonschema.NewBytesLoader(line))
			return err == nil && result.Valid()
		}),
		perLine("go-jsonschema: its type for any event", Copied, Invalid, func(line []byte) bool {
			var e gojs.EventsSchemaJson
			return json.Unmarshal(line, &e) == nil
		}),
		perLine("go-jsonschema: that, then the event's own type", Copied, Invalid, decodeTwice),
	}, nil
}

func compileGoogle(text []byte) (*google.Resolved, error) {
	var schema google.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, err
	}
	return schema.Resolve(nil)
}

// compileXeipuuv takes $schema away, since xeipuuv knows drafts 4 to 7 only. What the shipped schemas use of later drafts is $defs, which is a place like any
// other to it.
func compileXeipuuv(text []byte) (*gojsonschema.Schema, error) {
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, err
	}
	delete(schema, "$schema")
	return gojsonschema.NewSchema(gojsonschema.NewGoLoader(schema))
}

// decodeTwice is what callers of go-jsonschema's types write who want to know all of an event.
func decodeTwice(line []byte) bool {
	var e gojs.EventsSchemaJson
	return json.Unmarshal(line, &e) == nil && json.Unmarshal(line, ownType(e.Event)) == nil
}

func ownType(name gojs.EventsSchemaJsonEvent) any {
	switch name {
	case gojs.EventsSchemaJsonEventRunStart:
		return new(gojs.RunStart)
	case gojs.EventsSchemaJsonEventRunComplete:
		return new(gojs.RunComplete)
	case gojs.EventsSchemaJsonEventRunEnd:
		return new(gojs.RunEnd)
	case gojs.EventsSchemaJsonEventStepStart:
		return new(gojs.StepStart)
	case gojs.EventsSchemaJsonEventStepComplete:
		return new(gojs.StepComplete)
	case gojs.EventsSchemaJsonEventStepFailed:
		return new(gojs.StepFailed)
	case gojs.EventsSchemaJsonEventCfgMaterialized:
		return new(gojs.CfgMaterialized)
	case gojs.EventsSchemaJsonEventCfgOpened:
		return new(gojs.CfgOpened)
	case gojs.EventsSchemaJsonEventConfigMetaStripped:
		return new(gojs.ConfigMetaStripped)
	case gojs.EventsSchemaJsonEventArtifactsDirCreated:
		return new(gojs.ArtifactsDirCreated)
	case gojs.EventsSchemaJsonEventArtifactCreated:
		return new(gojs.ArtifactCreated)
	case gojs.EventsSchemaJsonEventConnectionResolveStart:
		return new(gojs.ConnectionResolveStart)
	case gojs.EventsSchemaJsonEventConnectionResolveComplete:
		return new(gojs.ConnectionResolveComplete)
	case gojs.EventsSchemaJsonEventDriverRegistered:
		return new(gojs.DriverRegistered)
	case gojs.EventsSchemaJsonEventDriverRegistrationFailed:
		return new(gojs.DriverRegistrationFailed)
	case gojs.EventsSchemaJsonEventDriversRegistered:
		return new(gojs.DriversRegistered)
	case gojs.EventsSchemaJsonEventDependencyCheck:
		return new(gojs.DependencyCheck)
	case gojs.EventsSchemaJsonEventDependencyInstalled:
		return new(gojs.DependencyInstalled)
	}
	return new(gojs.EventsSchemaJson)
}
