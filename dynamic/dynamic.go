// Package dynamic compiles schemas at run time: the same tables and the same machines as generated code, without Go types.
package dynamic

import (
	"io/fs"
	"sync"

	"github.com/assay-go/assay/internal/compile"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/plan"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
)

// Schema is one compiled schema document. It is safe for concurrent use.
type Schema struct {
	Name    string          // the file, as named
	Program *schema.Program // what is valid
	Facts   *stream.Facts   // what the schema says of its stream; nil without x-assay

	planned sync.Once
	plan    *scan.Plan
}

// Plan returns what the scanner checks of the schema, and what it leaves to the interpreter. It is made on the first call.
func (s *Schema) Plan() *scan.Plan {
	s.planned.Do(func() { s.plan = plan.New(s.Program) })
	return s.plan
}

// Options are the choices that schemas leave open.
type Options struct {
	AssertFormat bool // format is an assertion, whatever the dialect says

	// AssertContent makes assertions of contentEncoding base64 and contentMediaType application/json. Other encodings and media types stay annotations, and
	// so does contentSchema.
	AssertContent bool

	// UnknownKeywords treats keywords that the dialect does not have as annotations. Without it they are mistakes: most are misspelled. The same goes for formats
	// that are to be asserted, unless a metaschema asks for the format-assertion vocabulary, which has unknown formats refused.
	UnknownKeywords bool

	// Dialect is that of schemas without $schema: draft4, draft6, draft7, 2019-09 or 2020-12. It is 2020-12 if Dialect is "".
	Dialect string

	// Map says which files of fsys hold what absolute URIs refer to. A URI that is mapped to a file stands for that file. One that is mapped to a folder stands
	// for all that is below it: with https://example.com/schemas mapped to lib, https://example.com/schemas/a/b.json is lib/a/b.json. The longest URI
	// that fits counts. Files are read when something refers to them, $schema included.
	Map map[string]string

	// Annotations has programs hold the annotations of their schemas, which Program.Basic and Program.Detailed list for valid values. They cost memory, and no time
	// when values are validated. Generated packages have none.
	Annotations bool

	// Limits bound what a schema can ask for. Those of the Go that is generated do not matter here.
	Limits Limits
}

// Limits are the limits of a compilation; 0 is the default of each.
type Limits = limit.Limits

// Compile reads the named files of fsys, which may refer to each other, and compiles each. References resolve to these files, to those of Options.Map and to
// the embedded metaschemas; the network is never touched. The error lists every mistake in the schemas, sorted by place, one or two lines each; an error of fsys is
// wrapped, so that errors.Is(err, fs.ErrNotExist) works.
func Compile(fsys fs.FS, o Options, names ...string) ([]*Schema, error) {
	compiled, err := compile.Files(fsys, compile.Options(o), names...)
	if err != nil {
		return nil, err
	}
	schemas := make([]*Schema, len(names))
	for i, doc := range compiled.Documents {
		schemas[i] = &Schema{Name: doc.Name, Program: compiled.Programs[i], Facts: compiled.Facts[i]}
	}
	return schemas, nil
}

// Valid reports whether line is one JSON value that the schema allows: at the speed of the scanner where it is sure, else as the interpreter finds.
func (s *Schema) Valid(line []byte) bool { return s.Plan().Valid(line) || s.Program.ValidText(line) }

// Validate returns nil if line is one JSON value that the schema allows, else a *tape.SyntaxError or a *schema.Error.
func (s *Schema) Validate(line []byte) error { return s.Program.ValidateText(line) }
