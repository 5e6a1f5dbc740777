package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/gen"
)

// module is a Go module in a temporary folder, for what is generated.
type module struct{ folder string }

func newModule(t testing.TB) *module {
	t.Helper()
	m := &module{t.TempDir()}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	m.write(t, "go.mod", []byte("module mutants.example\n\ngo 1.26\n\nrequire github.com/assay-go/assay v0.0.0\n\nreplace github.com/assay-go/assay => "+
		filepath.ToSlash(root)+"\n"))
	return m
}

func (m *module) write(t testing.TB, name string, text []byte) {
	t.Helper()
	file := filepath.Join(m.folder, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
	require.NoError(t, os.WriteFile(file, text, 0o666))
}

// generate generates a package of the module from one schema.
func (m *module) generate(t testing.TB, pkg, dialect string, schema []byte, mapped map[string]string) ([]gen.File, error) {
	t.Helper()
	m.write(t, "schemas/"+pkg+".json", schema)
	return gen.Generate(gen.Config{
		Dir: m.folder, Schemas: []string{"schemas/" + pkg + ".json"}, Out: pkg, ImportPath: "mutants.example/" + pkg, NoTest: true,
		UnknownKeywords: true, Dialect: dialect, Map: mapped,
	})
}

func (m *module) goCommand(t testing.TB, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = m.folder
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %v on what is generated:\n%s", args, out)
}

// checker type-checks generated packages, which is most of what a build can fail for, in a fraction of the time.
type checker struct {
	files    *token.FileSet
	importer types.Importer
}

func newChecker(t testing.TB) *checker {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", "../runtime/...", "bytes", "encoding/json", "errors", "fmt", "io", "iter", "testing")
	out, err := cmd.Output()
	require.NoError(t, err)
	exports := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		exports[p.ImportPath] = p.Export
	}
	set := token.NewFileSet()
	return &checker{set, importer.ForCompiler(set, "gc", func(imported string) (io.ReadCloser, error) {
		if exports[imported] == "" {
			return nil, fmt.Errorf("generated code imports %s", imported)
		}
		return os.Open(exports[imported])
	})}
}

// check returns why generated files are no package.
func (c *checker) check(files []gen.File) error {
	set := token.NewFileSet() // of its own, so that it can be collected
	var parsed []*ast.File
	for _, f := range files {
		if name := path.Base(f.Path); len(name) > len("_test.go") && name[len(name)-len("_test.go"):] == "_test.go" {
			continue
		}
		file, err := parser.ParseFile(set, f.Path, f.Content, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, file)
	}
	config := types.Config{Importer: c.importer, GoVersion: "go1.26"}
	_, err := config.Check("mutants.example/pkg", set, parsed, nil)
	return err
}
