// Package compile takes schema files through the stages, from bytes to tables: load, resolve, lower.
package compile

import (
	"errors"
	"io/fs"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/lower"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
)

// Result is what comes of schema files. Its slices are parallel to the names of the files.
type Result struct {
	Graph     *resolve.Graph
	Documents []*load.Document
	Programs  []*schema.Program
	Facts     []*stream.Facts // nil for a schema without x-assay
}

// Options are the choices that schemas leave open.
type Options = lower.Options

// Files compiles the named files of fsys, which may refer to each other. The error lists every mistake in the schemas, sorted by place; an error of
// fsys is wrapped.
func Files(fsys fs.FS, o Options, names ...string) (*Result, error) {
	var mistakes diag.List
	docs, err := load.Files(fsys, names, &mistakes)
	if err != nil {
		return nil, errors.Join(err, mistakes.Err())
	}
	// Resolve works on broken documents too, and finds their other mistakes. What it makes of them must not be lowered.
	g := resolve.Resolve(docs, &mistakes)
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	r := &Result{Graph: g, Documents: docs}
	for _, root := range g.Roots {
		r.Programs = append(r.Programs, lower.Program(g, root, o, &mistakes))
		r.Facts = append(r.Facts, lower.Facts(g, root, &mistakes))
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	return r, nil
}
