// Package emit turns a Go model and the tables of its schemas into formatted Go files. It is the only user of jennifer: imports and quoting are
// right by construction, so that no text of a schema can become program text.
//
// Above each builder chain stands what it emits.
package emit

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// The packages that generated code imports.
const (
	schemaPath = "github.com/assay-go/assay/runtime/schema"
	scanPath   = "github.com/assay-go/assay/runtime/scan"
	streamPath = "github.com/assay-go/assay/runtime/stream"
	valuePath  = "github.com/assay-go/assay/runtime/value"
	tapePath   = "github.com/assay-go/assay/runtime/tape"
)

// Source is a schema file that a package is generated from.
type Source struct {
	Path   string // relative to the generated package, forward slashes
	Name   string // its last element
	Digest string // of its bytes; see Digest
}

// Package is what is to be emitted.
type Package struct {
	Name           string
	ImportPath     string
	TestImportPath string // of the …test package; "" leaves it out
	Directive      string // the line that records the arguments: "//assay:generate …"
	Sources        []Source
	Model          *model.Package
	Programs       []*schema.Program // parallel to Model.Schemas
	Plans          []*scan.Plan      // of the Programs
}

// File is an emitted file.
type File struct {
	Test    bool // in the …test package
	Name    string
	Content []byte
}

// Reserved are the package-level names that emitted code needs for itself.
func Reserved() []string {
	return []string{"Opt", "Null", "Raw", "Member", "Members", "Timestamp", "Some", "Size", "Run", "ReadRun", "ReadRunFrom", "RunReaders", "RunWriters",
		"CompareRuns", "ParityOptions", "Recorder", "RecorderOptions", "NewRecorder", "NewSlogHandler", "AlsoEnds"}
}

// Files emits the package. Same package, same bytes.
func Files(p *Package) ([]File, error) {
	e := &emitter{p: p, writes: map[*model.Record]*writes{}}
	for _, s := range p.Model.Schemas {
		if s.Record != nil {
			e.records = append(e.records, s.Record)
		}
	}
	e.add("doc.go", e.doc)
	if len(p.Model.Sizes) > 0 || len(e.records) > 0 {
		e.add("size.go", e.size)
	}
	for i, s := range p.Model.Schemas {
		emit := func(name string, build func(*jen.File)) { e.addFrom(p.Sources[i].Name, name, build) }
		tables := func(stem string, build func(*tableFile)) {
			f := &tableFile{}
			build(f)
			e.file(File{Name: stem + "_tables.go", Content: f.content(p.Sources[i].Name, p.Name)})
		}
		if v := s.Value; v != nil {
			stem := snake(v.Name)
			emit(fileName(stem), func(f *jen.File) { e.value(f, s, p.Plans[i]) })
			if v.Struct != nil {
				emit(stem+"_codec.go", func(f *jen.File) { e.nested(f, s) })
			}
			tables(stem, func(f *tableFile) { e.valueTables(f, v, p.Programs[i], p.Plans[i]) })
			continue
		}
		r := s.Record
		stem := snake(r.Plural)
		plan := planOf{p.Plans[i], filled(r, p.Plans[i])}
		e.writes[r] = written(r, plan)
		emit(fileName(stem), func(f *jen.File) { e.types(f, s, plan) })
		emit(stem+"_codec.go", func(f *jen.File) { e.codec(f, s, plan) })
		emit(stem+"_stream.go", func(f *jen.File) { e.stream(f, r, plan) })
		emit(stem+"_counts.go", func(f *jen.File) { e.counts(f, r) })
		if len(r.Keys) > 0 {
			emit(stem+"_keys.go", func(f *jen.File) { e.keys(f, r) })
		}
		tables(stem, func(f *tableFile) { e.tables(f, r, p.Programs[i], p.Plans[i]) })
	}
	if len(e.records) > 0 {
		e.add("run.go", e.run)
		e.add("recorder.go", e.recorder)
	}
	if p.TestImportPath != "" && len(e.records) > 0 {
		e.testPackage()
	}
	e.upToDate()
	sort.Slice(e.files, func(i, j int) bool {
		a, b := e.files[i], e.files[j]
		return a.Test != b.Test && b.Test || a.Test == b.Test && a.Name < b.Name
	})
	return e.files, e.err
}

// emitter collects the files of a package.
type emitter struct {
	p       *Package
	records []*model.Record
	writes  map[*model.Record]*writes
	files   []File
	err     error
}

// add emits a file that comes from all schemas.
func (e *emitter) add(name string, build func(*jen.File)) {
	var names []string
	for _, s := range e.p.Sources {
		names = append(names, s.Name)
	}
	e.addFrom(strings.Join(names, " and "), name, build)
}

// addFrom emits a file of the package.
func (e *emitter) addFrom(source, name string, build func(*jen.File)) {
	f := jen.NewFilePathName(e.p.ImportPath, e.p.Name)
	build(f)
	e.render(f, source, File{Name: name})
}

// render formats a file. (Formatting fails only if what was emitted is not Go: our mistake, reported with the text.)
func (e *emitter) render(f *jen.File, source string, file File) {
	f.HeaderComment(Header(source))
	f.ImportNames(map[string]string{
		scanPath: "scan", schemaPath: "schema", streamPath: "stream", tapePath: "tape", valuePath: "value", e.p.ImportPath: e.p.Name,
	})
	var b bytes.Buffer
	if err := f.Render(&b); err != nil && e.err == nil {
		e.err = fmt.Errorf("emit %s: %w", file.Name, err)
	}
	file.Content = groupImports(b.Bytes())
	e.file(file)
}

// file adds a file to the package.
func (e *emitter) file(file File) {
	for _, other := range e.files {
		if other.Name == file.Name && other.Test == file.Test && e.err == nil {
			e.err = fmt.Errorf("two schemas make the file %s: give one of them another stream or title", file.Name)
		}
	}
	e.files = append(e.files, file)
}

// groupImports puts the standard library's imports before the others, as goimports does; jennifer sorts them together.
func groupImports(source []byte) []byte {
	const open, close = "import (\n", ")\n"
	head, rest, ok := strings.Cut(string(source), open)
	if !ok {
		return source
	}
	block, tail, _ := strings.Cut(rest, close)
	var standard, others strings.Builder
	for line := range strings.Lines(block) {
		if first, _, _ := strings.Cut(strings.Trim(line, "\t\"\n"), "/"); strings.Contains(first, ".") {
			others.WriteString(line)
		} else {
			standard.WriteString(line)
		}
	}
	between := ""
	if standard.Len() > 0 && others.Len() > 0 {
		between = "\n"
	}
	return []byte(head + open + standard.String() + between + others.String() + close + tail)
}

// Header returns the first line of a generated file, in the form that ast.IsGenerated recognises.
func Header(source string) string {
	return "// Code generated by assay from " + strings.Join(oneLine(source), " ") + ". DO NOT EDIT."
}

// testName returns the name of the …test package.
func (e *emitter) testName() string { return e.p.Name + "test" }

// doc emits what is the same in every package:
//
//	// Package telemetry reads, checks and writes the streams events (events.jsonl) and metrics (metrics.jsonl).
//	// …
//	package telemetry
//
//	// This does not compile if …
//	const _ = schema.Version1
//
//	type (
//		Opt[T any] = value.Opt[T]
//		…
//	)
func (e *emitter) doc(f *jen.File) {
	text := e.synopsis()
	for _, line := range wrap(text, 100) {
		f.PackageComment(comment(line))
	}
	f.PackageComment("//")
	f.PackageComment(e.p.Directive)

	doc(f, "This does not compile if the package was generated by a newer assay than the one in go.mod. Either upgrade github.com/assay-go/assay, "+
		"or generate again with the version in go.mod.")
	f.Const().Id("_").Op("=").Qual(schemaPath, "Version1")
	f.Line()

	doc(f, "The types that fields are made of, under this package's name so that one import is enough.")
	f.Type().Defs(
		jen.Comment("Opt is a property that may be absent."),
		jen.Id("Opt").Types(jen.Id("T").Any()).Op("=").Qual(valuePath, "Opt").Types(jen.Id("T")),
		jen.Comment("Null is a value that may be null."),
		jen.Id("Null").Types(jen.Id("T").Any()).Op("=").Qual(valuePath, "Null").Types(jen.Id("T")),
		jen.Comment("Raw is the text of one JSON value."),
		jen.Id("Raw").Op("=").Qual(valuePath, "Raw"),
		jen.Comment("Member is a member of an object that its schema does not declare."),
		jen.Id("Member").Op("=").Qual(valuePath, "Member"),
		jen.Comment("Members are such members, in order."),
		jen.Id("Members").Op("=").Qual(valuePath, "Members"),
		jen.Comment("Timestamp is an RFC 3339 date-time as it was written."),
		jen.Id("Timestamp").Op("=").Qual(valuePath, "Timestamp"),
	)
	f.Line()

	doc(f, "Some returns a property that is present.")
	f.Func().Id("Some").Types(jen.Id("T").Any()).Params(jen.Id("v").Id("T")).Id("Opt").Types(jen.Id("T")).Block(
		jen.Return(jen.Qual(valuePath, "Some").Call(jen.Id("v"))),
	)
}

// synopsis returns the package's doc comment.
func (e *emitter) synopsis() string {
	const truth = "The schemas are the source of truth: change them and generate again, never this package."
	if len(e.records) == 0 {
		first := e.p.Model.Schemas[0].Value.Name
		return fmt.Sprintf("Package %s judges JSON values by schemas: see [Valid%s] and [Validate%s]. ", e.p.Name, first, first) + truth
	}
	var streams []string
	for _, r := range e.records {
		s := r.Facts.Stream
		if r.Facts.File != "" {
			s += " (" + r.Facts.File + ")"
		}
		streams = append(streams, s)
	}
	noun := "stream"
	if len(streams) > 1 {
		noun = "streams"
	}
	first, read := e.records[0], "ReadRun"
	if !e.haveFiles() {
		read = "ReadRunFrom"
	}
	return fmt.Sprintf("Package %s reads, checks and writes the %s %s.\n\n", e.p.Name, noun, list(streams)) +
		fmt.Sprintf("Read with [%s] or [New%sScanner], one line with [Decode%s]; write with [Append%s]; count with [Count%s] and [Check%sCounts]; check whole runs with [%s] and compare them with [CompareRuns].\n",
			first.Plural, first.Name, first.Name, first.Name, first.Plural, first.Name, read) + truth
}

// size emits the measures that counts are multiples of:
//
//	type Size struct {
//		Steps       int // pipeline steps
//		Connections int // steps that resolve a connection
//	}
func (e *emitter) size(f *jen.File) {
	doc(f, "Size is the size of a run, in the measures that the schemas expect counts in.")
	f.Type().Id("Size").StructFunc(func(g *jen.Group) {
		for _, s := range e.p.Model.Sizes {
			field(g, jen.Id(model.Export(s.Name)).Int(), s.Description)
		}
	})
	if len(e.p.Model.Sizes) == 0 {
		return
	}
	f.Line()
	doc(f, "byName returns the size as package stream has it.")
	f.Func().Params(jen.Id("s").Id("Size")).Id("byName").Params().Map(jen.String()).Int().Block(
		jen.Return(jen.Map(jen.String()).Int().ValuesFunc(func(g *jen.Group) {
			for _, s := range e.p.Model.Sizes {
				g.Lit(s.Name).Op(":").Id("s").Dot(model.Export(s.Name))
			}
		})),
	)
}

// sizeByName returns a parameter for a size, and the size by its names.
func (e *emitter) sizeByName() (parameter, byName *jen.Statement) {
	if len(e.p.Model.Sizes) == 0 {
		return jen.Id("_"), jen.Nil()
	}
	return jen.Id("n"), jen.Id("n").Dot("byName").Call()
}
