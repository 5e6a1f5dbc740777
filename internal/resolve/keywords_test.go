package resolve

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
)

// TestTableAgreesWithMetaschemas compares the keyword table with what the published metaschemas describe.
func TestTableAgreesWithMetaschemas(t *testing.T) {
	folders := map[Draft]string{Draft4: "draft-04", Draft6: "draft-06", Draft7: "draft-07", Draft2019: "draft/2019-09", Draft2020: "draft/2020-12"}
	for draft, folder := range folders {
		dialect := published[draft]
		t.Run(dialect.Name, func(t *testing.T) {
			described := map[string]bool{}
			err := fs.WalkDir(metaschemas, "metaschema/"+folder, func(path string, entry fs.DirEntry, err error) error {
				require.NoError(t, err)
				if entry.IsDir() {
					return nil
				}
				src, err := metaschemas.ReadFile(path)
				require.NoError(t, err)
				var mistakes diag.List
				g := Resolve([]*load.Document{load.Parse(path, src, &mistakes)}, &mistakes)
				require.NoError(t, mistakes.Err())
				for _, property := range g.Roots[0].Subs("properties") {
					described[property.Name] = true
				}
				return nil
			})
			require.NoError(t, err)
			switch draft {
			case Draft4:
				described["$ref"] = true // its metaschema leaves it out
			case Draft2020:
				// Described as deprecated: "replaced by $dynamicRef" and $dynamicAnchor. Here they are refused, for they would have no effect.
				delete(described, "$recursiveRef")
				delete(described, "$recursiveAnchor")
			}
			keywords := dialect.keywords()
			slices.Sort(keywords)
			assert.Equal(t, slices.Sorted(maps.Keys(described)), keywords)
		})
	}
}

// TestRowsDoNotOverlap makes sure that a draft has one row per keyword.
func TestRowsDoNotOverlap(t *testing.T) {
	for name, rows := range rowsByName {
		for i := 1; i < len(rows); i++ {
			assert.Less(t, rows[i-1].Last, rows[i].First, name)
		}
		for _, row := range rows {
			assert.LessOrEqual(t, row.First, row.Last, name)
			assert.NotZero(t, row.Kinds, name)
		}
	}
	for shape, text := range expected {
		assert.NotEmpty(t, text, "shape %d", shape)
	}
}

// TestMetaschemas resolves a reference to each embedded file.
func TestMetaschemas(t *testing.T) {
	err := fs.WalkDir(metaschemas, "metaschema", func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.IsDir() {
			return nil
		}
		scheme := "http://"
		if strings.HasPrefix(path, "metaschema/draft/") {
			scheme = "https://"
		}
		uri := scheme + "json-schema.org" + strings.TrimSuffix(strings.TrimPrefix(path, "metaschema"), ".json")
		g, mistakes := resolveText(`{"$ref": "` + uri + `"}`)
		require.NoError(t, mistakes.Err())
		requireComplete(t, g)
		assert.Equal(t, uri, g.Roots[0].Ref().Base)
		return nil
	})
	require.NoError(t, err)
}
