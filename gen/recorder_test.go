package gen_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/gen"
)

// TestMasksOfManyPaths: where more paths lead to masked properties than can be listed, all of the record is masked.
func TestMasksOfManyPaths(t *testing.T) {
	const levels = 40 // of two properties each: 2^40 paths
	var defs strings.Builder
	for i := range levels {
		fmt.Fprintf(&defs, `"level%d": {"type": "object", "properties": {"a": {"$ref": "#/$defs/level%d"}, "b": {"$ref": "#/$defs/level%d"}}}, `, i, i+1, i+1)
	}
	text := `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["event"],
		"properties": {"event": {"enum": ["deep", "flat"]}},
		"oneOf": [{"properties": {"event": {"const": "deep"}, "tree": {"$ref": "#/$defs/level0"}}},
			{"properties": {"event": {"const": "flat"}, "text": {"x-assay": {"mask": true}}}}],
		"x-assay": {"record": "Event", "stream": "events", "name": "/event"},
		"$defs": {` + defs.String() + fmt.Sprintf(`"level%d": {"type": "object", "properties": {"text": {"x-assay": {"mask": true}}}}}}`, levels)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "events.schema.json"), text)
	files, err := gen.Generate(gen.Config{Dir: dir, Schemas: []string{"events.schema.json"}, Out: "pkg", ImportPath: "example.com/pkg"})
	require.NoError(t, err)
	for _, f := range files {
		if filepath.Base(f.Path) == "events_tables.go" {
			assert.Contains(t, string(f.Content), `Masked: []stream.Masked{{Of: []string{"deep"}}, {Of: []string{"flat"}, At: "/text"}}`)
			return
		}
	}
	t.Error("no tables were generated")
}
