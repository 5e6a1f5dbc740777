// Package compile takes schema files through the stages, from bytes to tables: load, resolve, lower.
package compile

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
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
type Options struct {
	AssertFormat    bool              // format is an assertion, whatever the dialect says
	AssertContent   bool              // contentEncoding base64 and contentMediaType application/json are assertions
	UnknownKeywords bool              // keywords and formats that the dialect does not have are annotations, and no mistakes
	Dialect         string            // of schemas without $schema: draft4, draft6, draft7, 2019-09, or 2020-12, which "" is too
	Map             map[string]string // URIs, and the files or folders that hold what is referred to by them and what is below them
	Annotations     bool              // programs hold annotations, for output that lists them
	Limits          limit.Limits      // of what the schemas may ask for
}

// Files compiles the named files of fsys, which may refer to each other and to what Options.Map finds. The error lists every mistake in the schemas,
// sorted by place; an error of fsys is wrapped.
func Files(fsys fs.FS, o Options, names ...string) (*Result, error) {
	mistakes := diag.List{Max: o.Limits.Mistakes}
	docs, err := load.Options{Limits: o.Limits}.Files(fsys, names, &mistakes)
	if err != nil {
		return nil, errors.Join(err, mistakes.Err())
	}
	// Resolve works on broken documents too, and finds their other mistakes. What it makes of them must not be lowered.
	g, err := o.Resolve(fsys, docs, &mistakes)
	if err != nil {
		return nil, err
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	o.judge(g, &mistakes)
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	r := &Result{Graph: g, Documents: docs}
	for _, root := range g.Roots {
		program, facts := o.Lower(g, root, &mistakes)
		r.Programs = append(r.Programs, program)
		r.Facts = append(r.Facts, facts)
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	return r, nil
}

// Resolve takes documents that were loaded from fsys through the second stage. The error is one of the options.
func (o Options) Resolve(fsys fs.FS, docs []*load.Document, mistakes *diag.List) (*resolve.Graph, error) {
	dialect := resolve.Published(o.Dialect)
	if dialect == nil && o.Dialect != "" {
		return nil, fmt.Errorf("unknown dialect %s: want draft4, draft6, draft7, 2019-09 or 2020-12", diag.Quote(o.Dialect))
	}
	atlas, err := newAtlas(fsys, o, docs)
	if err != nil {
		return nil, err
	}
	return resolve.Options{UnknownKeywords: o.UnknownKeywords, Dialect: dialect, Limits: o.Limits, Open: atlas.open}.Resolve(docs, mistakes), nil
}

// Lower takes one root of a graph through the third stage. What it returns must not be used if it adds to mistakes.
func (o Options) Lower(g *resolve.Graph, root *resolve.Schema, mistakes *diag.List) (*schema.Program, *stream.Facts) {
	program := lower.Program(g, root, lower.Options{
		AssertFormat: o.AssertFormat, AssertContent: o.AssertContent, UnknownFormats: o.UnknownKeywords, Annotations: o.Annotations, Limits: o.Limits,
	}, mistakes)
	return program, lower.Facts(g, root, program, mistakes)
}
