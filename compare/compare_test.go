package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestProbesAreRight checks the probes themselves: a validator refuses exactly the lines that a generator's Go is blamed for taking.
func TestProbesAreRight(t *testing.T) {
	for _, p := range probes {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(p.line))
		require.NoError(t, err, p.does)
		got := validator(t, p.stream).Validate(instance)
		if p.want == refuse {
			assert.Error(t, got, p.does)
		} else {
			assert.NoError(t, got, p.does)
		}
		if p.want == keep {
			assert.Contains(t, p.line, p.keeps, p.does)
		}
	}
}

func validator(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(filepath.Join("..", "schemas", name+".schema.json"))
	require.NoError(t, err)
	return s
}

func TestJudge(t *testing.T) {
	good, bad := outcome{decoder: "events.Event", Encoded: `{"a":1}`}, outcome{decoder: "events.Event", Error: "no"}
	own := outcome{decoder: "events.StepStart", Error: "no"}
	for _, test := range []struct {
		want     want
		outcomes []outcome
		word     string
	}{
		{accept, []outcome{good}, "yes"},
		{accept, []outcome{good, own}, "**no**"},
		{refuse, []outcome{good}, "**no**"},
		{refuse, []outcome{bad, own}, "yes"},
		{refuse, []outcome{good, own}, "only as `StepStart`"},
		{keep, []outcome{good}, "yes"},
		{keep, []outcome{bad}, "**no**"},
		{accept, nil, "no type to decode into"},
	} {
		assert.Equal(t, test.word, probe{want: test.want, keeps: `"a"`}.judge(test.outcomes))
	}
}

func TestReadSource(t *testing.T) {
	module := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(module, "p"), 0o777))
	text := "package p\n\nimport (\n\t_ \"example.org/x/y/z\"\n\t\"fmt\"\n)\n\ntype Event interface{ fmt.Stringer }\n\ntype StepStart struct{ StepID, Driver string }\n"
	require.NoError(t, os.WriteFile(filepath.Join(module, "p", "p.go"), []byte(text), 0o666))
	s, err := readSource(module, generator{packages: map[string]string{"events": "p", "metrics": "p"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"example.org/x/y"}, s.imports)
	event, ok := s.root(streams[0])
	assert.True(t, ok)
	assert.Equal(t, "interface", event.kind)
	own, ok := s.own(streams[0], "step_start")
	assert.True(t, ok)
	assert.Equal(t, map[string]bool{"stepid": true, "driver": true}, own.fields)
	_, ok = s.own(streams[0], "step_failed")
	assert.False(t, ok)
}

func TestReplaceTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(file, []byte("a\n<!-- compare -->\nold\n<!-- /compare -->\nb\n"), 0o666))
	require.NoError(t, replaceTable(file, "new\n"))
	require.NoError(t, replaceTable(file, "newer\n"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "a\n<!-- compare -->\nnewer\n<!-- /compare -->\nb\n", string(text))

	require.NoError(t, os.WriteFile(file, []byte("a\n"), 0o666))
	assert.ErrorContains(t, replaceTable(file, "new\n"), "found no <!-- compare -->")
}

func TestOpinions(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "events.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("{}\n{}\nno"), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "oracle.json"), []byte(`{"events":{"invalid_lines":{"2":["why"]}},"metrics":{}}`), 0o666))
	files, err := logFiles([]string{folder})
	require.NoError(t, err)
	require.Len(t, files, 1)
	assert.Equal(t, 3, files[0].lines)
	o, err := oracleOpinion([]string{folder}, files)
	require.NoError(t, err)
	assert.Equal(t, "viv", o.verdicts[path])

	same, different := o.compare(opinion{verdicts: map[string]string{path: "vim"}}, files)
	assert.Equal(t, 2, same)
	assert.Equal(t, []string{path + ":3: valid, and malformed for assay"}, different)

	_, err = logFiles([]string{t.TempDir()})
	assert.ErrorContains(t, err, "holds no file of a stream")
}

// TestProbeProgram checks that what the template writes is Go, with and without decoding functions.
func TestProbeProgram(t *testing.T) {
	var text bytes.Buffer
	require.NoError(t, probeTemplate.Execute(&text, struct {
		Imports  []goImport
		Decoders []goDecoder
	}{[]goImport{{"events", "probe/events"}}, []goDecoder{{"events.Event", "events.Event", ""}, {"events", "", "events.DecodeEvent"}}}))
	assert.Contains(t, text.String(), "return events.DecodeEvent(line)")
	assert.Contains(t, text.String(), "v := new(events.Event)")
	assert.True(t, json.Valid([]byte(probes[0].line)))
}
