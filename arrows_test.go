package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/assay-go/assay"

// arrows is the import table of docs/design.md: a folder, and what its packages may import beside the standard library. "x/..." is x and all below it.
// A row may only name rows further down, so that arrows run one way. What is not in the table may not exist. Tests are free: they may look upward.
var arrows = []struct {
	folder string
	may    string
}{
	{".", "internal/cli"},
	{"conformance", "dynamic gen"},
	{"differential", ""},
	{"internal/cli", "gen dynamic schemas internal/... runtime/... github.com/schollz/progressbar/v3 golang.org/x/term"},
	{"gen", "gen/internal/... internal/compile internal/plan internal/resolve internal/load internal/limit internal/diag runtime/stream " +
		"github.com/rogpeppe/go-internal/diff golang.org/x/mod/modfile golang.org/x/mod/module"},
	{"gen/internal/emit", "gen/internal/model internal/plan internal/limit runtime/... github.com/dave/jennifer/jen"},
	{"gen/internal/model", "internal/resolve internal/limit internal/diag runtime/stream runtime/tape"},
	{"dynamic", "internal/compile internal/plan internal/limit runtime/..."},
	{"internal/compile", "internal/metaschema internal/plan internal/lower internal/resolve internal/load internal/limit internal/diag runtime/..."},
	{"internal/metaschema", "internal/metaschema/..."},
	{"internal/metaschema/draft4", "runtime/..."},
	{"internal/metaschema/draft6", "runtime/..."},
	{"internal/metaschema/draft7", "runtime/..."},
	{"internal/metaschema/draft201909", "runtime/..."},
	{"internal/metaschema/draft202012", "runtime/..."},
	{"internal/plan", "runtime/schema runtime/scan"},
	{"internal/lower", "internal/resolve internal/load internal/limit internal/diag runtime/..."},
	{"internal/resolve", "internal/load internal/limit internal/diag runtime/tape"},
	{"internal/load", "internal/limit internal/diag runtime/tape"},
	{"internal/limit", "internal/diag"},
	{"internal/diag", ""},
	{"schemas", ""},
	{"generated/telemetrytest", "generated/telemetry runtime/..."},
	{"generated/telemetry", "runtime/..."},
	{"runtime/stream", "runtime/..."},
	{"runtime/scan", "runtime/tape runtime/schema runtime/value"},
	{"runtime/schema", "runtime/schema/internal/... runtime/tape"},
	{"runtime/schema/internal/idna", ""},
	{"runtime/value", "runtime/tape"},
	{"runtime/tape", ""},
	{"internal/tools/idnatables", "golang.org/x/text/..."},
	{"compare", ""},
}

// unsafeFiles are all files that may import unsafe: they load words of a text, and store them. Built with -tags purego, nothing does.
var unsafeFiles = map[string]bool{"runtime/scan/load.go": true, "runtime/scan/store.go": true}

// row returns the number of a folder's row, -1 if it has none.
func row(folder string) int {
	for i, arrow := range arrows {
		if arrow.folder == folder {
			return i
		}
	}
	return -1
}

// allows reports whether one of the patterns allows an import. Imports of this module are folders, others are import paths.
func allows(may, imported string) bool {
	for _, pattern := range strings.Fields(may) {
		below, all := strings.CutSuffix(pattern, "/...")
		if imported == pattern || all && (imported == below || strings.HasPrefix(imported, below+"/")) {
			return true
		}
	}
	return false
}

func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skip(file, entry.Name())
		}
		folder := path.Dir(filepath.ToSlash(file))
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		if !seen[folder] {
			seen[folder] = true
			assert.NotEqual(t, -1, row(folder), "%s has no row in the import table of arrows_test.go and docs/design.md", folder)
		}
		checkImports(t, file, folder)
		return nil
	})
	require.NoError(t, err)
	for file := range unsafeFiles {
		text, err := os.ReadFile(file)
		require.NoError(t, err, "unsafeFiles names it")
		assert.True(t, strings.HasPrefix(string(text), "//go:build !purego && ("), "%s must not be part of pure builds", file)
	}
	assert.Contains(t, seen, "runtime/tape", "the walk found no packages")
}

// skip leaves out folders that are no part of the module.
func skip(dir, name string) error {
	if dir == "." {
		return nil
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return filepath.SkipDir // a module of its own
	}
	return nil
}

func checkImports(t *testing.T, file, folder string) {
	t.Helper()
	from := row(folder)
	if from < 0 {
		return // said already
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		if standard(imported) {
			if imported == "unsafe" && !unsafeFiles[filepath.ToSlash(file)] {
				t.Errorf("%s imports unsafe: what does not check bounds is in runtime/scan, in the files that unsafeFiles names, and has a version in pure Go", file)
			}
			continue
		}
		imported = strings.TrimPrefix(imported, module+"/")
		switch to := row(imported); {
		case to >= 0 && to <= from:
			t.Errorf("%s imports %s, which stands above %s in the table: arrows run down", file, imported, folder)
		case !allows(arrows[from].may, imported):
			t.Errorf("%s imports %s; the row of %s allows %s", file, imported, folder, orNothing(arrows[from].may))
		}
	}
}

// standard reports whether an import path is of the standard library: no module may start with an element without a dot.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

func orNothing(may string) string {
	if may == "" {
		return "the standard library only"
	}
	return may
}

// TestArrowsTable checks the table itself: every row that it names exists, further down.
func TestArrowsTable(t *testing.T) {
	for i, arrow := range arrows {
		assert.Equal(t, i, row(arrow.folder), "%s has two rows", arrow.folder)
		for _, pattern := range strings.Fields(arrow.may) {
			if strings.Contains(strings.Split(pattern, "/")[0], ".") || strings.HasSuffix(pattern, "/...") {
				continue
			}
			assert.Greater(t, row(pattern), i, fmt.Sprintf("the row of %s names %s", arrow.folder, pattern))
		}
	}
	assert.True(t, allows("runtime/...", "runtime/tape"))
	assert.False(t, allows("runtime/...", "runtimes"))
	assert.False(t, allows("runtime/tape", "runtime/schema"))
	assert.False(t, allows("", "runtime/tape"))
	assert.False(t, standard("github.com/dave/jennifer/jen"))
	assert.True(t, standard("encoding/json"))
}
