package gen

import (
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// target is the package that is generated, in its module.
type target struct {
	name, importPath string
	testImportPath   string // "" if there is to be no …test package
}

// target finds out what the package is called.
func (c Config) target() (target, error) {
	folder := absolute(c.onDisk(c.Out))
	t := target{name: c.Package, importPath: c.ImportPath}
	if t.name == "" {
		t.name = filepath.Base(folder)
	}
	if !token.IsIdentifier(t.name) || t.name == "_" {
		return target{}, fmt.Errorf("%q is not a name that a Go package can have: give another with -package", t.name)
	}
	if why := reservedNames[t.name]; why != "" {
		return target{}, fmt.Errorf("a package called %q %s: give another name with -package", t.name, why)
	}
	root := ""
	if t.importPath == "" {
		var err error
		if t.importPath, root, err = importPath(folder); err != nil {
			return target{}, err
		}
	}
	if err := importable(t.importPath); err != nil {
		return target{}, err
	}
	if root == folder && !c.NoTest {
		return target{}, fmt.Errorf("%s is the root of its module, so that the …test package beside it would be outside: generate into a folder of the module, or leave "+
			"that package out with -notest", filepath.ToSlash(folder))
	}
	if err := c.alone(c.Out, t.name); err != nil || c.NoTest {
		return t, err
	}
	t.testImportPath = path.Join(path.Dir(t.importPath), filepath.Base(folder)+"test")
	return t, c.alone(c.testFolder(), t.name+"test")
}

// reservedNames are package names that the go command or the compiler has other plans for, and what these are.
var reservedNames = map[string]string{
	"main":          "is a program, which nothing can import",
	"documentation": "is ignored by the go command",
	"init":          "cannot be imported: init must be a func",
}

// importable returns why a package with an import path could not be imported, or would be left out by the go command's ./... (go help packages).
func importable(importPath string) error {
	if err := module.CheckImportPath(importPath); err != nil {
		return fmt.Errorf("%w: choose another folder, or say -import-path", err)
	}
	for element := range strings.SplitSeq(importPath, "/") {
		if element == "testdata" || element == "vendor" || element[0] == '_' || element[0] == '.' {
			return fmt.Errorf("the go command passes over folders called %q: choose another one", element)
		}
	}
	return nil
}

// alone returns why a package cannot be generated into a folder: because the files of another are there. Those of an earlier generation will be
// replaced, and those that no build takes do not matter.
func (c Config) alone(folder, name string) error {
	dir := c.onDisk(folder)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		file := filepath.Join(dir, entry.Name())
		if !entry.Type().IsRegular() || filepath.Ext(file) != ".go" {
			continue
		}
		if ours, err := isGenerated(file); err != nil {
			return err
		} else if ours {
			continue
		}
		if built, err := build.Default.MatchFile(dir, entry.Name()); err != nil || !built {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err != nil { // the compiler will say so
			continue
		}
		other := parsed.Name.Name
		if strings.HasSuffix(file, "_test.go") {
			other = strings.TrimSuffix(other, "_test")
		}
		if other != name && other != "documentation" {
			return fmt.Errorf("%s is of package %s: generate package %s into a folder of its own", filepath.ToSlash(file), other, name)
		}
	}
	return nil
}

// testFolder returns the folder of the …test package.
func (c Config) testFolder() string {
	return path.Join(filepath.ToSlash(c.Out), "..", folderName(c.onDisk(c.Out))+"test")
}

// importPath returns the import path of a folder and the root of its module, by the nearest go.mod.
func importPath(folder string) (importPath, root string, err error) {
	for root = folder; ; root = filepath.Dir(root) {
		text, err := readRegular(filepath.Join(root, "go.mod"))
		switch {
		case errors.Is(err, os.ErrNotExist):
			if filepath.Dir(root) == root {
				return "", "", fmt.Errorf("no go.mod in %s or above it: run go mod init, or say -import-path", filepath.ToSlash(folder))
			}
			continue
		case err != nil:
			return "", "", err
		}
		module := modfile.ModulePath(text)
		if module == "" {
			return "", "", fmt.Errorf("%s has no module line", filepath.ToSlash(filepath.Join(root, "go.mod")))
		}
		below, err := filepath.Rel(root, folder)
		if err != nil {
			return "", "", err
		}
		return path.Join(module, filepath.ToSlash(below)), root, nil
	}
}
