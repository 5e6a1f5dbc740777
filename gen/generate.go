package gen

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/assay-go/assay/gen/internal/emit"
	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/internal/compile"
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/plan"
)

// Generate returns the files of the package, and of its …test package beside it, sorted by path. Nothing is written. The error lists every mistake in
// the schemas, sorted by place; it may also be an error of the file system, or of the module that the package is to be part of.
func Generate(c Config) ([]File, error) {
	target, err := c.target()
	if err != nil {
		return nil, err
	}
	p := &emit.Package{Name: target.name, ImportPath: target.importPath, TestImportPath: target.testImportPath, Directive: c.Directive()}
	if err := c.compile(p); err != nil {
		return nil, err
	}
	emitted, err := emit.Files(p)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, f := range emitted {
		folder := path.Clean(filepath.ToSlash(c.Out))
		if f.Test {
			folder = c.testFolder()
		}
		files = append(files, File{Path: path.Join(folder, f.Name), Content: f.Content})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// compile fills in what comes of the schemas. The model is built only of schemas without mistakes.
func (c Config) compile(p *emit.Package) error {
	compiled, err := compile.Files(disk{c}, c.options(), c.Schemas...)
	if err != nil {
		return err
	}
	var names []string
	for i, doc := range compiled.Documents {
		file := relative(c.onDisk(c.Out), c.onDisk(c.Schemas[i]))
		p.Sources = append(p.Sources, emit.Source{Path: file, Name: path.Base(file), Digest: emit.Digest(doc.Source)})
		name, _, _ := strings.Cut(path.Base(file), ".")
		names = append(names, name)
	}
	for _, program := range compiled.Programs {
		c.rename(program.Sources)
	}
	p.Programs = compiled.Programs
	mistakes := &diag.List{Max: c.Limits.Mistakes}
	most := c.Limits.WithDefaults().Tables
	for i, program := range compiled.Programs {
		if size := emit.TableSize(program, compiled.Facts[i]); size > most {
			mistakes.Add(diag.Diagnostic{
				Place:   compiled.Graph.Roots[i].Place(),
				Message: fmt.Sprintf("the tables of the schema would have about %d bytes of Go, more than %d", size, most),
				Help:    limit.Raise("tables"),
			})
		}
	}
	p.Model = model.Build(compiled.Graph.Roots, compiled.Facts, names, emit.Reserved(), c.Limits, mistakes)
	if err := mistakes.Err(); err != nil {
		return err
	}
	for _, program := range compiled.Programs {
		p.Plans = append(p.Plans, plan.New(program))
	}
	return nil
}

func (c Config) options() compile.Options {
	return compile.Options{
		AssertFormat: c.AssertFormat, AssertContent: c.AssertContent, UnknownKeywords: c.UnknownKeywords, Dialect: c.Dialect, Map: c.Map, Limits: c.Limits,
	}
}

// rename gives the sources of a program names that do not depend on where the generator was run: their last elements, or if these are not
// different, their paths from the package.
func (c Config) rename(sources []string) {
	var short []string
	for _, s := range sources {
		short = append(short, path.Base(s))
	}
	slices.Sort(short)
	distinct := len(slices.Compact(short)) == len(sources)
	for i, s := range sources {
		switch {
		case distinct:
			sources[i] = path.Base(s)
		case !strings.Contains(s, "://"): // a file, and no metaschema
			sources[i] = relative(c.onDisk(c.Out), c.onDisk(s))
		}
	}
}

// disk opens files by the paths of a Config, which may lead above its folder as those of an fs.FS may not.
type disk struct{ c Config }

func (d disk) Open(name string) (fs.File, error)    { return os.Open(d.c.onDisk(name)) }
func (d disk) ReadFile(name string) ([]byte, error) { return os.ReadFile(d.c.onDisk(name)) }
