package differential

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// group is one schema and instances that are near to its rules.
type group struct {
	name      string
	dialect   string
	schema    []byte
	instances [][]byte
}

// drafts are those of the official suite, as folder, dialect and draft of the oracle.
var drafts = []struct {
	folder, dialect string
	oracle          *jsonschema.Draft
}{
	{"draft4", "draft4", jsonschema.Draft4},
	{"draft6", "draft6", jsonschema.Draft6},
	{"draft7", "draft7", jsonschema.Draft7},
	{"draft2019-09", "2019-09", jsonschema.Draft2019},
	{"draft2020-12", "2020-12", jsonschema.Draft2020},
}

const remoteURI = "http://localhost:1234"

// officialSuite returns all groups of the JSON Schema Test Suite, and the folder with its remotes. It skips the test if the suite is not there.
func officialSuite(t testing.TB) (groups []group, remotes fs.FS) {
	t.Helper()
	folder := os.Getenv("JSON_SCHEMA_TEST_SUITE")
	if folder == "" {
		folder = above("shared/data/json-schema-test-suite")
	}
	if folder == "" {
		t.Skip("the JSON Schema Test Suite is not here; set JSON_SCHEMA_TEST_SUITE to its folder")
	}
	for _, d := range drafts {
		root := filepath.Join(folder, "tests", d.folder)
		require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".json") {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			var read []struct {
				Description string
				Schema      json.RawMessage
				Tests       []struct{ Data json.RawMessage }
			}
			if err := json.Unmarshal(text, &read); err != nil {
				return err
			}
			for _, r := range read {
				rel, err := filepath.Rel(root, file)
				if err != nil {
					return err
				}
				g := group{name: path.Join(d.folder, filepath.ToSlash(rel)) + ": " + r.Description, dialect: d.dialect, schema: r.Schema}
				for _, test := range r.Tests {
					g.instances = append(g.instances, test.Data)
				}
				groups = append(groups, g)
			}
			return nil
		}))
	}
	require.NotEmpty(t, groups)
	return groups, os.DirFS(filepath.Join(folder, "remotes"))
}

// benchmarkSchemas returns eight schemas from practice with what they were written for. It skips the test if they are not there.
func benchmarkSchemas(t testing.TB) (groups []group) {
	t.Helper()
	folder := above("shared/data/validator-benchmark")
	if folder == "" {
		t.Skip("no shared/data/validator-benchmark folder above this one")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*", "schema.json"))
	require.NoError(t, err)
	require.Len(t, files, 8)
	for _, file := range files {
		g := group{name: filepath.Base(filepath.Dir(file)), dialect: "2020-12"}
		g.schema, err = os.ReadFile(file)
		require.NoError(t, err)
		lines, err := os.ReadFile(filepath.Join(filepath.Dir(file), "instances.jsonl"))
		require.NoError(t, err)
		for line := range bytes.Lines(lines) {
			g.instances = append(g.instances, bytes.TrimSpace(line))
		}
		require.NotEmpty(t, g.instances)
		groups = append(groups, g)
	}
	return groups
}

// above finds a folder in this one or in one above it; "" if there is none.
func above(name string) string {
	for up := "."; len(up) < 60; up = filepath.Join("..", up) {
		folder := filepath.Join(up, filepath.FromSlash(name))
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder
		}
	}
	return ""
}

// mutants returns how many mutants to make of every test, as $ASSAY_MUTANTS says; 0 for a sample.
func mutants(t testing.TB) int {
	t.Helper()
	text := os.Getenv("ASSAY_MUTANTS")
	if text == "" {
		return 0
	}
	var n int
	_, err := fmt.Sscanf(text, "%d", &n)
	require.NoError(t, err, "ASSAY_MUTANTS must be a number")
	return n
}
