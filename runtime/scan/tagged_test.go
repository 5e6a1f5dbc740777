package scan_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
)

// An object in another that is told apart by one of its properties has its own account of the keys that came, wherever it is.
func TestTaggedInside(t *testing.T) {
	const tagged = `{"type": "object", "required": ["t"], "oneOf": [
		{"properties": {"x": {"type": "string"}, "t": {"const": "a"}, "y": {"type": "string"}}, "required": ["x", "t", "y"]},
		{"properties": {"y": {"type": "integer"}, "t": {"const": "b"}}, "required": ["t", "y"]}]}`
	inside := []string{
		`{"x": "", "t": "a", "y": ""}`,
		`{"t": "a", "x": "", "y": "", "more": 1}`,
		`{"y": 1, "t": "b"}`,
	}
	for _, place := range [][2]string{
		{`%s`, `%s`},
		{`{"type": "array", "items": %s}`, `[%s]`},
		{`{"type": "object", "additionalProperties": %s}`, `{"k": %s}`},
		{`{"type": "object", "properties": {"k": %s}, "maxProperties": 3}`, `{"l": 1, "k": %s}`},
		{`{"type": "object", "properties": {"j": {"type": "string"}, "k": %s}}`, `{"k": %s}`},
		{`{"type": "object", "anyOf": [{"properties": {"k": %s}}, {"required": ["none"]}]}`, `{"k": %s}`},
	} {
		schema := fmt.Sprintf(`{"type": "object", "required": ["id", "n", "z"], "properties": {"id": {"type": "string"}, "n": %s, "z": {"type": "integer"}}}`,
			fmt.Sprintf(place[0], tagged))
		all, err := dynamic.Compile(fstest.MapFS{"s.json": {Data: []byte(schema)}}, dynamic.Options{}, "s.json")
		require.NoError(t, err)
		m := scan.New(all[0].Plan())
		require.True(t, m.Records())
		for _, n := range inside {
			n = fmt.Sprintf(place[1], n)
			for text, valid := range map[string]bool{
				`{"id": "", "n": ` + n + `, "z": 1}`:           true,
				`{"n": ` + n + `, "id": "", "z": 1}`:           true,
				`{"n": ` + n + `, "z": 1}`:                     false,
				`{"id": "", "n": ` + n + `, "id": "", "z": 1}`: false, // not sure: a name comes twice
			} {
				assert.Equal(t, valid, m.Valid([]byte(text)), "%s: %s", schema, text)
				if valid {
					assert.False(t, m.Record().HasExtras(), text)
					assert.True(t, m.Record().Has(0), text)
				}
			}
		}
	}
}

// The names of a Record's extras have no escapes: of a text in which a name has one the machine is not sure, however the object is read.
func TestNamesWithEscapes(t *testing.T) {
	const schema = `{"type": "object", "required": ["k"], "oneOf": [
		{"properties": {"k": {"const": "a"}, "x": {"type": "string"}}, "required": ["k"]},
		{"properties": {"k": {"const": "b"}, "y": {"type": "string"}}, "required": ["k"]}]}`
	all, err := dynamic.Compile(fstest.MapFS{"s.json": {Data: []byte(schema)}}, dynamic.Options{}, "s.json")
	require.NoError(t, err)
	m := scan.New(all[0].Plan())
	require.True(t, m.Records())
	for _, text := range []string{`{"k": "a", "x": "", "%s": 1}`, `{"x": "", "%s": 1, "k": "a"}`, `{"%s": 1, "k": "b"}`} {
		plain, escaped := []byte(fmt.Sprintf(text, "n/n")), []byte(fmt.Sprintf(text, `n\/n`))
		require.True(t, m.Valid(plain), "%s", plain)
		assert.Len(t, m.Record().Extras(nil), 1)
		assert.False(t, m.Valid(escaped), "%s", escaped)
		assert.True(t, all[0].Valid(escaped), "%s", escaped)
	}
}
