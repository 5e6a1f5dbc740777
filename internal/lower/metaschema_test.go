package lower_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/lower"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// metaschema returns the program of a published metaschema, with formats asserted.
func metaschema(t *testing.T, uri string) *schema.Program {
	t.Helper()
	var mistakes diag.List
	document := load.Parse("a.json", fmt.Appendf(nil, `{"$ref": %q}`, uri), &mistakes)
	g := resolve.Resolve([]*load.Document{document}, &mistakes)
	require.NoError(t, mistakes.Err())
	p := lower.Program(g, g.Roots[0], lower.Options{AssertFormat: true}, &mistakes)
	require.NoError(t, mistakes.Err())
	return p
}

// TestMetaschemas has every metaschema judge the published schemas that are written in it, itself among them, and the metaschema of 2020-12 the schemas of
// this project.
func TestMetaschemas(t *testing.T) {
	drafts := []struct {
		uri    string
		files  []string
		broken []string
	}{
		{"http://json-schema.org/draft-04/schema", []string{"../resolve/metaschema/draft-04/*.json"}, []string{`{"minLength": -1}`, `{"required": []}`, `true`}},
		{"http://json-schema.org/draft-06/schema", []string{"../resolve/metaschema/draft-06/*.json"}, []string{`{"items": [{"const": 1}, 2]}`, `1`}},
		{"http://json-schema.org/draft-07/schema", []string{"../resolve/metaschema/draft-07/*.json"}, []string{`{"if": {"then": {"type": "any"}}}`}},
		{"https://json-schema.org/draft/2019-09/schema", []string{"../resolve/metaschema/draft/2019-09/*.json", "../resolve/metaschema/draft/2019-09/*/*.json"},
			[]string{`{"$recursiveAnchor": 1}`, `{"items": {"properties": {"a": {"minLength": -1}}}}`, `{"$defs": {"a": {"contentSchema": 1}}}`}},
		{"https://json-schema.org/draft/2020-12/schema", []string{"../resolve/metaschema/draft/2020-12/*.json", "../resolve/metaschema/draft/2020-12/*/*.json",
			"../../schemas/*.schema.json", "*.schema.json"},
			[]string{`{"$dynamicAnchor": "#a"}`, `{"not": {"allOf": [{"minLength": -1}]}}`, `{"$defs": {"a": {"unevaluatedItems": {"$id": "a#b"}}}}`}},
	}
	for _, d := range drafts {
		t.Run(filepath.Base(filepath.Dir(d.uri)), func(t *testing.T) {
			p := metaschema(t, d.uri)
			at := map[string]int{}
			for _, n := range p.Nodes[1:] {
				at[p.Sources[n.Source]+"#"+n.At]++
			}
			for place, nodes := range at {
				assert.Equal(t, 1, nodes, "%s is lowered several times, though there is one dynamic scope only", place)
			}
			for _, pattern := range d.files {
				files, err := filepath.Glob(pattern)
				require.NoError(t, err)
				require.NotEmpty(t, files, pattern)
				for _, file := range files {
					text, err := os.ReadFile(file)
					require.NoError(t, err)
					var instance tape.Tape
					require.NoError(t, instance.Parse(text, tape.Options{}), file)
					assert.Nil(t, p.Validate(&instance, 0), file)
				}
			}
			for _, text := range d.broken {
				var instance tape.Tape
				require.NoError(t, instance.Parse([]byte(text), tape.Options{}))
				assert.False(t, p.Valid(&instance, 0), text)
				assert.NotNil(t, p.Validate(&instance, 0), text)
			}
		})
	}
}
