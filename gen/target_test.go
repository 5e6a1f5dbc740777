package gen

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTarget(t *testing.T) {
	root := t.TempDir()
	put(t, root, "go.mod", "module x.example/shop\n\ngo 1.26\n", "other/a.go", "package another\n", "own/a.go", "package own\n", "own/a_test.go", "package own_test\n",
		"tool/gen.go", "//go:build ignore\n\npackage main\n", "tool/broken.go", "pack\n", "old/doc.go", header+"\npackage before\n",
		"sidetest/a.go", "package another\n")
	for out, want := range map[string]string{
		"orders":          "",
		"own":             "",
		"tool":            "",
		"old":             "",
		"a/b.c":           `"b.c" is not a name that a Go package can have`,
		"func":            `"func" is not a name that a Go package can have`,
		"documentation":   `a package called "documentation" is ignored by the go command`,
		"init":            `a package called "init" cannot be imported`,
		"main":            `a package called "main" is a program`,
		"testdata/orders": `the go command passes over folders called "testdata"`,
		"vendor/orders":   `the go command passes over folders called "vendor"`,
		"_gen/orders":     `the go command passes over folders called "_gen"`,
		".gen/orders":     `passes over folders called ".gen"`,
		"my orders/a":     `invalid char ' '`,
		"größe":           `invalid char 'ö'`,
		"other":           "other/a.go is of package another: generate package other into a folder of its own",
		"side":            "sidetest/a.go is of package another: generate package sidetest into a folder of its own",
	} {
		got, err := Config{Dir: root, Out: out}.target()
		if want == "" {
			require.NoError(t, err, out)
			assert.Equal(t, "x.example/shop/"+out, got.importPath)
			assert.Equal(t, "x.example/shop/"+out+"test", got.testImportPath)
			continue
		}
		assert.ErrorContains(t, err, want, out)
	}
	_, err := Config{Dir: root, Out: "other", Package: "another"}.target()
	assert.NoError(t, err, "the package is that of the files beside it")
	_, err = Config{Dir: root, Out: ".", NoTest: true}.target()
	assert.ErrorContains(t, err, "is not a name that a Go package can have", "a folder of a test's own name")
	_, err = Config{Dir: root, Out: "x", ImportPath: "a b"}.target()
	assert.ErrorContains(t, err, "malformed import path")
}

// TestOrphanedTestPackage: what is left of a package that is gone is told from a package that lost its record.
func TestOrphanedTestPackage(t *testing.T) {
	root := t.TempDir()
	put(t, root, "gonetest/gonetest.go", header, "lost/events.go", header, "losttest/losttest.go", header, "byhand/a.go", "package byhand\n", "byhandtest/a.go", header)
	_, err := Recorded(root, "./...")
	require.Error(t, err)
	for _, folder := range []string{"gonetest", "byhandtest"} {
		_, err := Recorded(root, folder)
		assert.ErrorIs(t, err, ErrOrphaned, folder)
	}
	for _, folder := range []string{"lost", "losttest"} {
		_, err := Recorded(root, folder)
		assert.ErrorContains(t, err, "no doc.go says how", folder)
		assert.NotErrorIs(t, err, ErrOrphaned, folder)
	}
	require.NoError(t, os.RemoveAll(filepath.Join(root, "lost")))
	_, err = Recorded(root, "losttest")
	assert.ErrorIs(t, err, ErrOrphaned)
}
