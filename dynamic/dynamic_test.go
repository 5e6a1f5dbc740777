package dynamic_test

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

func files(t *testing.T, nameAndText ...string) fs.FS {
	t.Helper()
	fsys := fstest.MapFS{}
	for i := 0; i < len(nameAndText); i += 2 {
		fsys[nameAndText[i]] = &fstest.MapFile{Data: []byte(nameAndText[i+1])}
	}
	return fsys
}

func TestCompileSeveralFiles(t *testing.T) {
	fsys := files(t,
		"events.json", `{"x-assay": {"record": "Event", "stream": "events", "name": "/event"}, "required": ["event", "at"],
			"properties": {"event": {"enum": ["start", "stop"]}, "at": {"$ref": "common.json#/$defs/at"}}}`,
		"common.json", `{"$defs": {"at": {"type": "string", "format": "date-time"}}}`)
	schemas, err := dynamic.Compile(fsys, dynamic.Options{}, "events.json", "common.json")
	require.NoError(t, err)
	require.Len(t, schemas, 2)
	events, common := schemas[0], schemas[1]
	assert.Equal(t, "events.json", events.Name)
	assert.Equal(t, []string{"start", "stop"}, events.Facts.Names)
	assert.Nil(t, common.Facts)
	assert.True(t, events.Valid([]byte(`{"event": "start", "at": "noon"}`)), "format is an annotation")
	assert.True(t, common.Valid([]byte(`1`)))

	asserted, err := dynamic.Compile(fsys, dynamic.Options{AssertFormat: true}, "events.json", "common.json")
	require.NoError(t, err)
	assert.False(t, asserted[0].Valid([]byte(`{"event": "start", "at": "noon"}`)))
	assert.True(t, asserted[0].Valid([]byte(`{"event": "start", "at": "2026-01-02T12:00:00Z"}`)))
}

func TestValidate(t *testing.T) {
	schemas, err := dynamic.Compile(files(t, "a.json", `{"type": "object", "properties": {"n": {"minimum": 0}}}`), dynamic.Options{}, "a.json")
	require.NoError(t, err)
	s := schemas[0]

	assert.NoError(t, s.Validate([]byte(` {"n": 1} `)))

	var invalid *schema.Error
	require.ErrorAs(t, s.Validate([]byte(`{"n": -1}`)), &invalid)
	require.Len(t, invalid.Violations, 1)
	assert.Equal(t, "/n", invalid.Violations[0].InstanceLocation)
	assert.Equal(t, "a.json#/properties/n/minimum", invalid.Violations[0].AbsoluteKeywordLocation)

	var syntax *tape.SyntaxError
	require.ErrorAs(t, s.Validate([]byte(`{"n": NaN}`)), &syntax)
	assert.Equal(t, 6, syntax.Offset)
	assert.False(t, s.Valid([]byte(`{"n": NaN}`)))
	assert.False(t, s.Valid(nil))
}

func TestCompileMistakes(t *testing.T) {
	_, err := dynamic.Compile(files(t,
		"b.json", `{"properties": {"a": {"$ref": "#/$defs/gone"}}, "minLenght": 1}`,
		"a.json", `{"type": "objekt"}`,
	), dynamic.Options{}, "b.json", "a.json")
	require.Error(t, err)
	assert.Regexp(t, `(?s)^a\.json:1:10: .*objekt.*\nb\.json:1:31: .*gone.*\nb\.json:1:49: unknown keyword "minLenght"`, err.Error())

	_, err = dynamic.Compile(files(t, "a.json", `{"pattern": "("}`, "b.json", `{"x-assay": {}}`), dynamic.Options{}, "a.json", "b.json")
	require.Error(t, err)
	assert.Regexp(t, `(?s)^a\.json:1:14: .*\nb\.json:1:13: missing property "record"`, err.Error(), "mistakes of lowering are collected over all files")
}

func TestCompileMissingFile(t *testing.T) {
	_, err := dynamic.Compile(files(t, "a.json", `{"type": }`), dynamic.Options{}, "a.json", "gone.json")
	require.Error(t, err)
	assert.True(t, errors.Is(err, fs.ErrNotExist))
	assert.ErrorContains(t, err, "gone.json")
	assert.ErrorContains(t, err, "a.json:1:10", "what is wrong with the other file is said as well")
}

func TestConcurrentUse(t *testing.T) {
	schemas, err := dynamic.Compile(files(t, "a.json", `{"properties": {"a": {"pattern": "^a+$"}, "b": {"enum": ["x", {"y": 1}]}}}`), dynamic.Options{}, "a.json")
	require.NoError(t, err)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 200 {
				text := fmt.Appendf(nil, `{"a": "aa%s", "b": {"y": 1}}`, []string{"", "b"}[(i+j)%2])
				assert.Equal(t, (i+j)%2 == 0, schemas[0].Valid(text))
				assert.Equal(t, (i+j)%2 == 0, schemas[0].Validate(text) == nil)
			}
		})
	}
	wait.Wait()
}

// The errors of Validate are read after the tape has gone back to the pool.
func TestErrorsOutliveTheTape(t *testing.T) {
	schemas, err := dynamic.Compile(files(t, "a.json", `{"properties": {"a": {"const": "b"}}}`), dynamic.Options{}, "a.json")
	require.NoError(t, err)
	text := []byte(`{"a": "first\n"}`)
	first := schemas[0].Validate(text)
	require.Error(t, first)
	before := first.Error()
	copy(text, `{"a": "other\n"}`)
	require.Error(t, schemas[0].Validate([]byte(`{"a": "second\n"}`)))
	assert.Equal(t, before, first.Error())
}

func ExampleCompile() {
	schemas, err := dynamic.Compile(fstest.MapFS{
		"point.json": {Data: []byte(`{"required": ["x", "y"], "additionalProperties": {"type": "number"}}`)},
	}, dynamic.Options{}, "point.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(schemas[0].Valid([]byte(`{"x": 1, "y": 2.5}`)))
	fmt.Println(schemas[0].Validate([]byte(`{"x": 1}`)))
	// Output:
	// true
	// missing property "y"
}
