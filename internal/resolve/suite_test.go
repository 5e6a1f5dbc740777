package resolve

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
)

// suite returns the folder of the official JSON Schema test suite: $JSON_SCHEMA_TEST_SUITE, else shared/data beside some folder above. The test
// skips if there is none.
func suite(t testing.TB) fs.FS {
	if dir := os.Getenv("JSON_SCHEMA_TEST_SUITE"); dir != "" {
		return os.DirFS(dir)
	}
	above, err := os.Getwd()
	require.NoError(t, err)
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		dir := filepath.Join(above, "shared", "data", "json-schema-test-suite")
		if _, err := os.Stat(filepath.Join(dir, "tests")); err == nil {
			return os.DirFS(dir)
		}
	}
	t.Skip("no official test suite: set JSON_SCHEMA_TEST_SUITE to a checkout of it")
	return nil
}

// suiteDrafts are the suite's folders, with the $schema to add to schemas that do not say.
var suiteDrafts = map[string]string{
	"draft4":       "http://json-schema.org/draft-04/schema#",
	"draft6":       "http://json-schema.org/draft-06/schema#",
	"draft7":       "http://json-schema.org/draft-07/schema#",
	"draft2019-09": "https://json-schema.org/draft/2019-09/schema",
	"draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}

// suiteSchema is what the schema of a test is called.
const suiteSchema = "suite.json"

// TestOfficialSuite resolves every schema of the suite. All are accepted if unknown keywords are; without that option the only reason to refuse one is
// a keyword that its dialect does not have.
func TestOfficialSuite(t *testing.T) {
	dir := suite(t)
	for _, draft := range slices.Sorted(maps.Keys(suiteDrafts)) {
		t.Run(draft, func(t *testing.T) {
			remotes := suiteRemotes(t, dir, draft)
			var total, strict int
			err := fs.WalkDir(dir, path.Join("tests", draft), func(name string, entry fs.DirEntry, err error) error {
				require.NoError(t, err)
				if entry.IsDir() || path.Ext(name) != ".json" {
					return nil
				}
				text, err := fs.ReadFile(dir, name)
				require.NoError(t, err)
				var groups []struct {
					Description string
					Schema      json.RawMessage
				}
				require.NoError(t, json.Unmarshal(text, &groups))
				for _, group := range groups {
					total++
					src := withDialect(group.Schema, suiteDrafts[draft])
					label := strings.TrimPrefix(name, "tests/") + ": " + group.Description
					assert.Empty(t, resolveSuite(t, src, remotes, Options{UnknownKeywords: true}), "%s\n%s", label, src)
					refused := false
					for _, d := range resolveSuite(t, src, nil, Options{}) { // without the remotes, some of which have unknown keywords of their own
						if strings.Contains(d.Message, "there is no document") || strings.Contains(d.Message, "unknown dialect") {
							continue
						}
						refused = true
						unknown := strings.HasPrefix(d.Message, "unknown keyword ") || strings.Contains(d.Message, " does not exist in ")
						assert.True(t, unknown, "%s\n%s\n%v", label, src, d)
					}
					if refused {
						strict++
					}
				}
				return nil
			})
			require.NoError(t, err)
			t.Logf("%d schemas; %d are refused for unknown keywords unless those are accepted", total, strict)
		})
	}
}

func resolveSuite(t *testing.T, src []byte, remotes []*load.Document, o Options) []diag.Diagnostic {
	var mistakes diag.List
	document := load.Parse(suiteSchema, src, &mistakes)
	if !strings.Contains(string(src), "localhost:1234") {
		remotes = nil
	}
	graph := o.Resolve(append([]*load.Document{document}, remotes...), &mistakes)
	if mistakes.Len() == 0 {
		requireComplete(t, graph)
	}
	return mistakes.Sorted()
}

// requireComplete checks what every stage behind relies on.
func requireComplete(t testing.TB, g *Graph) {
	require.Len(t, g.Roots, len(g.Documents))
	for _, s := range g.Schemas {
		require.NotNil(t, s.Dialect)
		require.NotNil(t, s.Resource)
		for _, k := range s.Keywords {
			switch k.Name {
			case "$ref", "$dynamicRef", "$recursiveRef":
				require.True(t, k.Row == nil || k.Target != nil, "%s of %s has no target", k.Name, s.Pointer)
			}
			for _, sub := range k.Subs {
				require.NotNil(t, sub.Schema)
				require.True(t, strings.HasPrefix(sub.Schema.Pointer, s.Pointer+"/"), "%s is not below %s", sub.Schema.Pointer, s.Pointer)
			}
		}
	}
}

// suiteRemotes returns the schemas that the suite expects at http://localhost:1234/, as a draft sees them.
func suiteRemotes(t *testing.T, dir fs.FS, draft string) []*load.Document {
	var remotes []*load.Document
	var mistakes diag.List
	err := fs.WalkDir(dir, "remotes", func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		rest := strings.TrimPrefix(name, "remotes/")
		first, _, _ := strings.Cut(rest, "/")
		dialect, ofDraft := suiteDrafts[first]
		if !ofDraft {
			dialect = suiteDrafts[draft]
		}
		if entry.IsDir() || path.Ext(name) != ".json" || first == "draft3" || first == "v1" {
			return nil
		}
		src, err := fs.ReadFile(dir, name)
		require.NoError(t, err)
		remotes = append(remotes, load.Parse("http://localhost:1234/"+rest, withDialect(src, dialect), &mistakes))
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, mistakes.Err())
	return remotes
}

// withDialect adds a $schema to a schema object that has none.
func withDialect(src []byte, uri string) []byte {
	text := strings.TrimSpace(string(src))
	var members map[string]json.RawMessage
	if json.Unmarshal(src, &members) != nil || members["$schema"] != nil {
		return src
	}
	comma := ","
	if len(members) == 0 {
		comma = ""
	}
	return fmt.Appendf(nil, `{"$schema": %q%s%s`, uri, comma, text[1:])
}
