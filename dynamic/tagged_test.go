package dynamic_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
)

// An object in another that is told apart by one of its properties has its own account of the keys that came.
func TestTaggedInside(t *testing.T) {
	schema := `{"type": "object", "required": ["id", "n", "z"], "properties": {"id": {"type": "string"}, "n": {"type": "object", "required": ["t"], "oneOf": [
		{"properties": {"x": {"type": "string"}, "t": {"const": "a"}, "y": {"type": "string"}}, "required": ["x", "t", "y"]},
		{"properties": {"y": {"type": "integer"}, "t": {"const": "b"}}, "required": ["t", "y"]}]}, "z": {"type": "integer"}}}`
	all, err := dynamic.Compile(fstest.MapFS{"s.json": {Data: []byte(schema)}}, dynamic.Options{}, "s.json")
	require.NoError(t, err)
	m := scan.New(all[0].Plan())
	for text, sure := range map[string]bool{
		`{"id": "", "n": {"x": "", "t": "a", "y": ""}, "z": 1}`:            true,
		`{"id": "", "n": {"t": "a", "x": "", "y": "", "more": 1}, "z": 1}`: true,
		`{"id": "", "n": {"y": 1, "t": "b"}, "z": 1}`:                      true,
		`{"n": {"x": "", "t": "a", "y": ""}, "z": 1}`:                      false,
		`{"n": {"x": "", "t": "a", "y": ""}, "id": "", "z": 1}`:            true,
		`{"n": {"y": 1, "t": "b"}, "z": 1}`:                                false,
	} {
		assert.Equal(t, sure, m.Valid([]byte(text)), text)
		if m.Valid([]byte(text)) && m.Records() {
			assert.False(t, m.Record().HasExtras(), text)
			assert.True(t, m.Record().Has(0), text)
		}
		assert.Equal(t, sure, all[0].Valid([]byte(text)), text)
	}
}
