package lower_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// suite is the official JSON Schema Test Suite.
type suite struct{ root string }

// openSuite finds the suite: $JSON_SCHEMA_TEST_SUITE, else shared/data/json-schema-test-suite in a folder above.
func openSuite(t *testing.T) suite {
	t.Helper()
	if root := os.Getenv("JSON_SCHEMA_TEST_SUITE"); root != "" {
		return suite{root}
	}
	if root := above("shared", "data", "json-schema-test-suite"); root != "" {
		return suite{root}
	}
	t.Skip("the JSON Schema Test Suite is not here; set JSON_SCHEMA_TEST_SUITE to its folder")
	return suite{}
}

// group is one schema of the suite with its instances.
type group struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

func (s suite) groups(t *testing.T, draft string) map[string][]group {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.root, "tests", draft, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string][]group{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var groups []group
		require.NoError(t, json.Unmarshal(text, &groups), file)
		all[filepath.Base(file)] = groups
	}
	return all
}

// remotes returns the documents that schemas of a draft refer to as http://localhost:1234/….
func (s suite) remotes(t *testing.T, draft, uri string, mistakes *diag.List) []*load.Document {
	t.Helper()
	var docs []*load.Document
	root := os.DirFS(filepath.Join(s.root, "remotes"))
	require.NoError(t, fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if top := !strings.Contains(path, "/"); top && (strings.HasPrefix(path, "draft") || path == "v1") && path != draft {
				return fs.SkipDir // the documents of other drafts
			}
			return err
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		docs = append(docs, load.Parse("http://localhost:1234/"+path, withDialect(t, text, uri), mistakes))
		return nil
	}))
	return docs
}

// withDialect adds a $schema to a schema that does not say its dialect. The suite means that of the folder then.
func withDialect(t *testing.T, text []byte, uri string) []byte {
	t.Helper()
	text = bytes.TrimSpace(text)
	if text[0] != '{' {
		return text
	}
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &members))
	if members["$schema"] != nil {
		return text
	}
	comma := ","
	if len(members) == 0 {
		comma = ""
	}
	return slices.Concat(fmt.Appendf(nil, `{"$schema":%q%s`, uri, comma), text[1:])
}

// TestOfficialSuite runs the required tests of every draft. No schema may be refused, and every verdict must be right, with Switches and without.
// The figures are a golden, so that progress shows. The conformance program runs the optional tests as well.
func TestOfficialSuite(t *testing.T) {
	s := openSuite(t)
	drafts := []struct{ folder, uri string }{
		{"draft4", "http://json-schema.org/draft-04/schema#"},
		{"draft6", "http://json-schema.org/draft-06/schema#"},
		{"draft7", "http://json-schema.org/draft-07/schema#"},
		{"draft2019-09", "https://json-schema.org/draft/2019-09/schema"},
		{"draft2020-12", "https://json-schema.org/draft/2020-12/schema"},
	}
	var figures strings.Builder
	for _, d := range drafts {
		groups, run, tests := 0, 0, 0
		refused := map[string]int{}
		files := s.groups(t, d.folder)
		for _, file := range slices.Sorted(maps.Keys(files)) {
			for _, g := range files[file] {
				groups++
				where := fmt.Sprintf("%s/%s: %s", d.folder, file, g.Description)
				var mistakes diag.List
				docs := []*load.Document{load.Parse("schema.json", withDialect(t, g.Schema, d.uri), &mistakes)}
				if bytes.Contains(g.Schema, []byte("localhost:1234")) {
					docs = append(docs, s.remotes(t, d.folder, d.uri, &mistakes)...)
				}
				graph := resolve.Options{UnknownKeywords: true}.Resolve(docs, &mistakes)
				var program *schema.Program
				if mistakes.Len() == 0 {
					program = lower.Program(graph, graph.Roots[0], lower.Options{}, &mistakes)
				}
				if mistakes.Len() > 0 {
					reason := mistakes.Sorted()[0].Message
					refused[reason]++
					assert.Fail(t, "refused", "%s is refused: %s", where, mistakes.Sorted()[0])
					continue
				}
				run++
				plain, packed := withoutSwitches(program), schema.Pack(program)
				for _, test := range g.Tests {
					tests++
					var instance tape.Tape
					require.NoError(t, instance.Parse(test.Data, tape.Options{}), where)
					assert.Equal(t, test.Valid, program.Valid(&instance, 0), "%s: %s\nprogram:\n%s", where, test.Description, program)
					assert.Equal(t, test.Valid, program.Validate(&instance, 0) == nil, "%s: %s, with violations", where, test.Description)
					assert.Equal(t, test.Valid, plain.Valid(&instance, 0), "%s: %s, without Switches", where, test.Description)
					assert.Equal(t, violations(program.Validate(&instance, 0)), violations(packed.Validate(&instance, 0)), "%s: %s, packed", where, test.Description)
				}
			}
		}
		fmt.Fprintf(&figures, "%s: %d of %d groups, %d tests\n", d.folder, run, groups, tests)
		for _, reason := range slices.Sorted(maps.Keys(refused)) {
			fmt.Fprintf(&figures, "\t%d refused: %s\n", refused[reason], reason)
		}
	}
	t.Logf("required tests that run:\n%s", figures.String())
	golden(t, filepath.Join("testdata", "suite.txt"), figures.String())
}

func violations(e *schema.Error) []schema.Violation {
	if e == nil {
		return nil
	}
	return e.Violations
}

// golden compares got with a file, or rewrites it if UPDATE=1.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE") == "1" {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "no golden: run UPDATE=1 go test ./internal/lower and read what it wrote")
	assert.Equal(t, string(want), got, "if this is right, run UPDATE=1 go test ./internal/lower")
}
