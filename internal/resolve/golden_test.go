package resolve

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
)

// TestGolden resolves the schema files of each archive in testdata, together, and compares the graph, or the diagnostics if there are any, with
// the archive's last file: "graph" or "diagnostics". The comment of an archive says its idea; one that has the words "unknown keywords
// accepted" sets that option.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.NotEmpty(t, strings.TrimSpace(string(archive.Comment)), "an archive says its idea in its comment")
			var schemas []txtar.File
			var want *txtar.File
			for i, f := range archive.Files {
				if f.Name == "graph" || f.Name == "diagnostics" {
					want = &archive.Files[i]
				} else {
					schemas = append(schemas, f)
				}
			}
			got := txtar.File{Name: "graph"}
			var mistakes diag.List
			var docs []*load.Document
			for _, f := range schemas {
				docs = append(docs, load.Parse(f.Name, f.Data, &mistakes))
			}
			o := Options{UnknownKeywords: bytes.Contains(archive.Comment, []byte("unknown keywords accepted"))}
			graph := o.Resolve(docs, &mistakes)
			if err := mistakes.Err(); err != nil {
				got.Name, got.Data = "diagnostics", []byte(err.Error()+"\n")
			} else {
				got.Data = []byte(graph.String())
			}
			if os.Getenv("UPDATE") == "1" {
				archive.Files = append(schemas, got)
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.NotNil(t, want, "no golden in %s: run UPDATE=1 go test ./internal/resolve and read what it wrote", file)
			assert.Equal(t, want.Name, got.Name)
			assert.Equal(t, string(want.Data), string(got.Data), "if this is right, run UPDATE=1 go test ./internal/resolve")
		})
	}
}
