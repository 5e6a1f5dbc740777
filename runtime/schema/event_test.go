package schema_test

import (
	"testing"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// eventProgram is what lowering makes of a small event schema: a base, and a oneOf whose branches a Switch tells apart.
func eventProgram() *schema.Program {
	const (
		accept schema.Ref = iota
		root
		ts
		session
		event
		startBranch
		completeBranch
		configBranch
		start
		complete
		config
		startName
		completeName
		configName
		startStep
		startDriver
		completeStep
		completeRows
		completeDuration
		configPath
		configSHA
		configKeys
		configKey
	)
	str := func(at string) schema.Node { return schema.Node{At: at, Type: schema.StringType} }
	amount := func(at string) schema.Node {
		return schema.Node{At: at, Type: schema.NumberType, Number: &schema.Number{Minimum: tape.Decimal{Text: "0"}}}
	}
	constant := func(at, name string) schema.Node {
		return schema.Node{At: at, Const: schema.Literal(`"` + name + `"`)}
	}
	branch := func(at string, to schema.Ref) schema.Node {
		return schema.Node{At: at, Logic: &schema.Logic{Refs: []schema.Reference{{Keyword: "$ref", Schema: to}}}}
	}
	return &schema.Program{
		Sources: []string{"events.schema.json"},
		Root:    root,
		Nodes: []schema.Node{
			accept: {},
			root: {
				Type: schema.ObjectType,
				Object: &schema.Object{
					Properties: []schema.Property{{Name: "ts", Schema: ts}, {Name: "session", Schema: session}, {Name: "event", Schema: event}},
					Required:   []string{"ts", "session", "event"},
				},
				Logic: &schema.Logic{
					OneOf: []schema.Ref{startBranch, completeBranch, configBranch},
					Switch: &schema.Switch{Keyword: "oneOf", Property: "event", Cases: []schema.Case{
						{Value: "cfg_opened", Branches: []int32{2}}, {Value: "step_complete", Branches: []int32{1}}, {Value: "step_start", Branches: []int32{0}},
					}},
				},
			},
			ts:             {At: "/properties/ts", Type: schema.StringType, String: &schema.String{Format: "date-time"}},
			session:        {At: "/properties/session", Type: schema.StringType, String: &schema.String{Pattern: 1}},
			event:          str("/properties/event"),
			startBranch:    branch("/oneOf/0", start),
			completeBranch: branch("/oneOf/1", complete),
			configBranch:   branch("/oneOf/2", config),
			start: {
				At: "/$defs/step_start",
				Object: &schema.Object{
					Properties: []schema.Property{{Name: "event", Schema: startName}, {Name: "step_id", Schema: startStep}, {Name: "driver", Schema: startDriver}},
					Required:   []string{"step_id", "driver"},
				},
			},
			complete: {
				At: "/$defs/step_complete",
				Object: &schema.Object{
					Properties: []schema.Property{{Name: "event", Schema: completeName}, {Name: "step_id", Schema: completeStep},
						{Name: "rows_processed", Schema: completeRows}, {Name: "duration_ms", Schema: completeDuration}},
					Required: []string{"step_id", "rows_processed", "duration_ms"},
				},
			},
			config: {
				At: "/$defs/cfg_opened",
				Object: &schema.Object{
					Properties: []schema.Property{{Name: "event", Schema: configName}, {Name: "path", Schema: configPath}, {Name: "sha256", Schema: configSHA},
						{Name: "keys", Schema: configKeys}},
					Required: []string{"path", "sha256", "keys"},
				},
			},
			startName:        constant("/$defs/step_start/properties/event", "step_start"),
			completeName:     constant("/$defs/step_complete/properties/event", "step_complete"),
			configName:       constant("/$defs/cfg_opened/properties/event", "cfg_opened"),
			startStep:        str("/$defs/step_start/properties/step_id"),
			startDriver:      str("/$defs/step_start/properties/driver"),
			completeStep:     str("/$defs/step_complete/properties/step_id"),
			completeRows:     amount("/$defs/step_complete/properties/rows_processed"),
			completeDuration: amount("/$defs/step_complete/properties/duration_ms"),
			configPath:       str("/$defs/cfg_opened/properties/path"),
			configSHA:        {At: "/$defs/cfg_opened/properties/sha256", Type: schema.StringType, String: &schema.String{Pattern: 2}},
			configKeys:       {At: "/$defs/cfg_opened/properties/keys", Type: schema.ArrayType, Array: &schema.Array{Items: configKey}},
			configKey:        str("/$defs/cfg_opened/properties/keys/items"),
		},
		Patterns: []schema.Pattern{{Source: `^run_[0-9]+$`}, {Source: `^[0-9a-f]{64}$`}},
	}
}

var eventLines = []string{
	`{"ts": "2025-11-22T20:15:07.381136+00:00", "session": "run_1763842507", "event": "step_start", "step_id": "extract-customers", "driver": "mysql.extractor"}`,
	`{"ts": "2025-11-22T20:15:09.020417+00:00", "session": "run_1763842507", "event": "step_complete", "step_id": "extract-customers", "rows_processed": 1024, "duration_ms": 1639.28}`,
	`{"ts": "2025-11-22T20:15:09.120417+00:00", "session": "run_1763842507", "event": "cfg_opened", "path": "cfg/extract-customers.json", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "keys": ["connection", "query", "table"], "step_id": "x"}`,
}

func BenchmarkValid(b *testing.B) {
	p := eventProgram()
	for _, line := range eventLines {
		var doc tape.Tape
		if err := doc.Parse([]byte(line), tape.Options{}); err != nil || !p.Valid(&doc, 0) {
			b.Fatal(err, p.Validate(&doc, 0))
		}
		name, _ := doc.Find(0, "event")
		b.Run(string(doc.Str(name)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				if !p.Valid(&doc, 0) {
					b.Fatal("invalid")
				}
			}
		})
		b.Run(string(doc.Str(name))+"/parsed", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			text := []byte(line)
			for b.Loop() {
				if err := doc.Parse(text, tape.Options{}); err != nil || !p.Valid(&doc, 0) {
					b.Fatal("invalid")
				}
			}
		})
	}
}
