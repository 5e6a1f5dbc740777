package compile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/lower"
	"github.com/assay-go/assay/internal/metaschema"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
)

// judge validates every document of a graph against the metaschema of its dialect: that of a published draft as the Go that was generated from it, any
// other as the program that is lowered here. Metaschemas are documents too. The table of keywords has refused, in better words, nearly all that a
// published metaschema does; this finds what is left, what the table gets wrong, and what a metaschema of the user's adds. A document that holds schemas of
// several dialects is no instance of any one metaschema.
func (o Options) judge(g *resolve.Graph, mistakes *diag.List) {
	mixed := map[*load.Document]bool{}
	dialects := map[*load.Document]*resolve.Dialect{}
	for _, s := range g.Schemas {
		if known := dialects[s.Document]; known == nil {
			dialects[s.Document] = s.Dialect
		} else if known != s.Dialect {
			mixed[s.Document] = true
		}
	}
	j := judgement{graph: g, limits: o.Limits, programs: map[*resolve.Dialect]*schema.Program{}, mistakes: mistakes}
	for _, root := range g.All {
		if !mixed[root.Document] {
			j.document(root.Document, root.Dialect)
		}
	}
}

// judgement is one run of judge.
type judgement struct {
	graph    *resolve.Graph
	limits   limit.Limits
	programs map[*resolve.Dialect]*schema.Program // of metaschemas; nil for one that is broken
	mistakes *diag.List
}

// document adds what the metaschema of a dialect finds wrong with a document.
func (j *judgement) document(d *load.Document, dialect *resolve.Dialect) {
	broken := j.broken(d, dialect)
	if broken == nil {
		return
	}
	for _, v := range broken.Violations {
		message, meant, near := strings.Cut(v.Message, "; did you mean ")
		help := "the metaschema says so: " + v.AbsoluteKeywordLocation
		if near {
			help = "did you mean " + meant + " (" + help + ")"
		}
		j.mistakes.Add(diag.Diagnostic{Place: d.PlaceAt(v.Offset, v.InstanceLocation), Message: message, Help: help})
	}
	if broken.More > 0 {
		j.mistakes.Add(diag.Diagnostic{
			Place:   d.PlaceAt(d.Tape.Offset(0), ""),
			Message: fmt.Sprintf("the metaschema %s finds %d more mistakes", diag.Quote(dialect.URI), broken.More),
		})
	}
}

// broken returns what is wrong with a document by its metaschema; nil if nothing is.
func (j *judgement) broken(d *load.Document, dialect *resolve.Dialect) *schema.Error {
	if dialect.Metaschema != nil {
		return j.run(d, dialect)
	}
	err := metaschema.Validate(dialect.URI, d.Source)
	var broken *schema.Error
	if err == nil || errors.As(err, &broken) {
		return broken
	}
	return j.run(d, dialect) // it is nested deeper than generated code reads
}

// run validates a document by the program of its metaschema.
func (j *judgement) run(d *load.Document, dialect *resolve.Dialect) *schema.Error {
	program, known := j.programs[dialect]
	if !known {
		program = j.lower(dialect)
		j.programs[dialect] = program
	}
	if program == nil {
		return nil
	}
	return program.Validate(d.Tape, 0)
}

// lower returns the program of a metaschema; nil if it has mistakes, which are added. Formats are what its own dialect makes of them.
func (j *judgement) lower(dialect *resolve.Dialect) *schema.Program {
	g := j.graph
	if dialect.Metaschema == nil {
		source := fmt.Sprintf(`{"$schema": %[1]q, "allOf": [{"$ref": %[1]q}]}`, dialect.URI)
		g = resolve.Resolve([]*load.Document{load.Parse("a schema", []byte(source), j.mistakes)}, j.mistakes)
		return lower.Program(g, g.Roots[0], lower.Options{Limits: j.limits}, j.mistakes)
	}
	return lower.Program(g, g.Root(dialect.Metaschema), lower.Options{Limits: j.limits}, j.mistakes)
}
