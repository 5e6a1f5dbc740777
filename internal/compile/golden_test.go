package compile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// TestGolden compiles the archives of testdata: all files *.schema.json are named, the rest is there to be referred to under https://example.com/. What is wrong
// is mistakes.txt, which is empty if nothing is; UPDATE=1 rewrites it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			var names []string
			var want *string
			kept := archive.Files[:0]
			for _, f := range archive.Files {
				if strings.HasSuffix(f.Name, ".schema.json") {
					names = append(names, f.Name)
				}
				if f.Name == "mistakes.txt" {
					text := string(f.Data)
					want = &text
					continue
				}
				kept = append(kept, f)
			}
			archive.Files = kept
			fsys, err := txtar.FS(archive)
			require.NoError(t, err)
			got := ""
			if _, err := Files(fsys, Options{Map: map[string]string{"https://example.com/": "."}}, names...); err != nil {
				got = err.Error() + "\n"
			}
			if os.Getenv("UPDATE") != "" {
				archive.Files = append(archive.Files, txtar.File{Name: "mistakes.txt", Data: []byte(got)})
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.NotNil(t, want, "%s has no mistakes.txt; UPDATE=1 go test adds it", file)
			assert.Equal(t, *want, got, "UPDATE=1 go test rewrites it")
		})
	}
}
