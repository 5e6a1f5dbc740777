package peers

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/atombender/go-jsonschema/pkg/generator"
	"github.com/go-faster/jx"
	"github.com/mailru/easyjson"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/bench/corpus"
	gojs "github.com/assay-go/assay/bench/peers/gojsonschema"
	"github.com/assay-go/assay/bench/peers/wide"
	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/schemas"
)

var lines = corpus.New(corpus.Usual(200_000)).Events

// TestAccept has every peer read lines that are all valid.
func TestAccept(t *testing.T) {
	schema, err := schemas.FS.ReadFile("events.schema.json")
	require.NoError(t, err)
	validators, err := Validators(schema)
	require.NoError(t, err)
	all := append(append(Checkers(), Decoders()...), validators...)
	for _, p := range all {
		work := p.New(lines)
		for range 2 { // what is kept between slices must not get in the way
			n, refused := work(lines)
			assert.Equal(t, corpus.Lines(lines), n, p.Name)
			assert.Zero(t, refused, p.Name)
		}
	}
}

// TestSameValues holds code that is generated or written by hand against encoding/json: a struct and what reads it must not drift apart.
func TestSameValues(t *testing.T) {
	d := jx.DecodeBytes(nil)
	for line := range bytes.Lines(lines) {
		var want, byEasyjson, byJx wide.Event
		require.NoError(t, json.Unmarshal(line, &want))
		require.NoError(t, easyjson.Unmarshal(line, &byEasyjson))
		d.ResetBytes(line)
		require.NoError(t, readEvent(d, &byJx))
		require.Equal(t, want, byEasyjson)
		require.Equal(t, want, byJx)
	}
}

func TestEncoders(t *testing.T) {
	e := wide.StepComplete{
		TS: "2026-01-01T00:00:00.000001+00:00", Session: "run_1", Event: "step_complete", StepID: "extract-actors", RowsProcessed: 20, DurationMS: 23.603200912475586,
	}
	for _, encoder := range Encoders() {
		t.Run(encoder.Name, func(t *testing.T) {
			var out bytes.Buffer
			write := encoder.New(&out)
			write(&e)
			write(&e)
			written := bytes.Split(out.Bytes(), []byte{'\n'})
			require.Len(t, written, 3)
			assert.Equal(t, written[0], written[1])
			var got wide.StepComplete
			require.NoError(t, json.Unmarshal(written[0], &got))
			assert.Equal(t, e, got)
			assert.NoError(t, telemetry.ValidateEvent(written[0]))
			n, _ := encoder.Work([]wide.StepComplete{e, e})([]byte("\n\n\n"))
			assert.Equal(t, 3, n)
		})
	}
}

// TestGenerated fails when the schema of events has changed and go-jsonschema has not been run.
func TestGenerated(t *testing.T) {
	g, err := generator.New(generator.Config{
		Warner: func(string) {}, DefaultOutputName: "-", DefaultPackageName: "gojsonschema", Tags: []string{"json", "yaml", "mapstructure"},
	})
	require.NoError(t, err)
	require.NoError(t, g.DoFile(filepath.Join("..", "..", "schemas", "events.schema.json")))
	made, err := g.Sources()
	require.NoError(t, err)
	committed, err := os.ReadFile(filepath.Join("gojsonschema", "events.go"))
	require.NoError(t, err)
	mod, err := os.ReadFile(filepath.Join("..", "go.mod"))
	require.NoError(t, err)
	assert.Contains(t, string(mod), "github.com/atombender/go-jsonschema "+gojs.Version+"\n")
	assert.Equal(t, string(made["-"]), string(committed), "run go generate ./... in the folder bench")
}

func TestModules(t *testing.T) {
	for _, m := range Modules() {
		assert.NotEmpty(t, Version(m), m)
	}
	assert.Equal(t, "(unknown version)", Version("example.com/none"))
}
