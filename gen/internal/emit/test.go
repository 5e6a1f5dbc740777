package emit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// Digest returns the digest of a file's content, with line ends as LF: a checkout may have made them CRLF.
func Digest(content []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// upToDate emits a test that fails when a schema, or a file of the package, is not what it was when the package was generated.
func (e *emitter) upToDate() {
	f := jen.NewFilePathName(e.p.ImportPath+"_test", e.p.Name+"_test")
	doc(f, "TestGenerated fails when a schema has changed since this package was generated from it, or a generated file since it was written.")
	f.Func().Id("TestGenerated").Params(jen.Id("t").Op("*").Qual("testing", "T")).Block(
		jen.Var().Id("absent").Index().String(),
		jen.Const().Id("repair").Op("=").Lit("run: go generate ./... (or: go tool assay generate)"),
		jen.For(jen.List(jen.Id("_"), jen.Id("f")).Op(":=").Range().Index().Struct(
			jen.List(jen.Id("path"), jen.Id("digest")).String(),
			jen.Id("schema").Bool(),
		).Custom(multiline, e.digests()...)).Block(
			jen.List(jen.Id("content"), jen.Err()).Op(":=").Qual("os", "ReadFile").Call(jen.Qual("path/filepath", "FromSlash").Call(jen.Id("f").Dot("path"))),
			jen.If(jen.Err().Op("!=").Nil()).Block(
				jen.If(jen.Id("f").Dot("schema")).Block(
					jen.Id("absent").Op("=").Append(jen.Id("absent"), jen.Id("f").Dot("path")).Comment("// the package is in use without its sources"),
					jen.Continue(),
				),
				jen.Id("t").Dot("Errorf").Call(jen.Lit("%s was generated and is not here: %s"), jen.Id("f").Dot("path"), jen.Id("repair")),
				jen.Continue(),
			),
			jen.Id("content").Op("=").Qual("bytes", "ReplaceAll").Call(
				jen.Id("content"), jen.Index().Byte().Call(jen.Lit("\r\n")), jen.Index().Byte().Call(jen.Lit("\n"))),
			jen.Switch(jen.Id("sum").Op(":=").Qual("crypto/sha256", "Sum256").Call(jen.Id("content")), jen.Empty()).Block(
				jen.Case(jen.Qual("encoding/hex", "EncodeToString").Call(jen.Id("sum").Index(jen.Op(":"))).Op("==").Id("f").Dot("digest")),
				jen.Case(jen.Id("f").Dot("schema")).Block(
					jen.Id("t").Dot("Errorf").Call(jen.Lit("%s has changed since this package was generated from it; %s"), jen.Id("f").Dot("path"), jen.Id("repair")),
				),
				jen.Default().Block(
					jen.Id("t").Dot("Errorf").Call(jen.Lit("%s is not as it was generated; %s"), jen.Id("f").Dot("path"), jen.Id("repair")),
				),
			),
		),
		jen.If(jen.Len(jen.Id("absent")).Op(">").Lit(0)).Block(
			jen.Id("t").Dot("Skipf").Call(jen.Lit("not checked against %s: no such file here"), jen.Qual("strings", "Join").Call(jen.Id("absent"), jen.Lit(", "))),
		),
	)
	var names []string
	for _, s := range e.p.Sources {
		names = append(names, s.Name)
	}
	e.render(f, strings.Join(names, " and "), File{Name: "generated_test.go"})
}

func (e *emitter) digests() []jen.Code {
	var list []jen.Code
	for _, s := range e.p.Sources {
		list = append(list, jen.Values(jen.Lit(s.Path), jen.Lit(s.Digest), jen.True()))
	}
	for _, f := range e.files {
		p := f.Name
		if f.Test {
			p = "../" + path.Base(e.p.TestImportPath) + "/" + f.Name
		}
		list = append(list, jen.Values(jen.Lit(p), jen.Lit(Digest(f.Content)), jen.False()))
	}
	return list
}

// testPackage emits the thin wrappers for tests. They live in a package of their own, so that programs do not link package testing.
func (e *emitter) testPackage() {
	f := jen.NewFilePathName(e.p.TestImportPath, e.testName())
	f.PackageComment("// Package " + e.testName() + " asserts in tests what package " + e.p.Name + " checks.")
	for _, r := range e.records {
		e.assertions(f, r)
	}
	e.runAssertions(f)
	var names []string
	for _, s := range e.p.Sources {
		names = append(names, s.Name)
	}
	e.render(f, strings.Join(names, " and "), File{Test: true, Name: e.testName() + ".go"})
}

// assertions emits the helpers of one record:
//
//	func CountEvents(tb testing.TB, path string) telemetry.EventCounts
//	func AssertEventCounts(tb testing.TB, got telemetry.EventCounts, n telemetry.Size) bool
//	func AssertValidEvents(tb testing.TB, path string) bool
func (e *emitter) assertions(f *jen.File, r *model.Record) {
	pkg := e.p.ImportPath
	tb := func() *jen.Statement { return jen.Id("tb").Qual("testing", "TB") }
	helper := jen.Id("tb").Dot("Helper").Call()
	open := jen.List(jen.Id("file"), jen.Err()).Op(":=").Qual("os", "Open").Call(jen.Id("path"))
	fatal := jen.If(jen.Err().Op("!=").Nil()).Block(jen.Id("tb").Dot("Fatal").Call(jen.Err()))

	docf(f, "Count%s counts the %s of a file. It ends the test if the file cannot be read.", r.Plural, spoken(model.Plural(r.Name)))
	f.Func().Id("Count"+r.Plural).Params(tb(), jen.Id("path").String()).Qual(pkg, r.Name+"Counts").Block(
		helper, open, fatal,
		jen.Defer().Id("file").Dot("Close").Call(),
		jen.List(jen.Id("counts"), jen.Err()).Op(":=").Qual(pkg, "Count"+r.Plural).Call(jen.Id("tb").Dot("Context").Call(), jen.Id("file")),
		fatal,
		jen.Return(jen.Id("counts")),
	)
	f.Line()
	docf(f, "Assert%sCounts fails the test unless got is what the schema expects of a run of size n. Only what differs is shown. Warnings are logged.", r.Name)
	f.Func().Id("Assert"+r.Name+"Counts").Params(tb(), jen.Id("got").Qual(pkg, r.Name+"Counts"), jen.Id("n").Qual(pkg, "Size")).Bool().Block(
		helper,
		jen.Return(jen.Id("passes").Call(jen.Id("tb"), jen.Qual(pkg, "Check"+r.Name+"Counts").Call(
			jen.Id("got"), jen.Qual(pkg, "Expected"+r.Name+"Counts").Call(jen.Id("n"))))),
	)
	f.Line()
	docf(f, "AssertValid%s fails the test unless every line of a file is valid. The first ten lines that are not are shown.", r.Plural)
	f.Func().Id("AssertValid"+r.Plural).Params(tb(), jen.Id("path").String()).Bool().Block(
		helper, open, fatal,
		jen.Defer().Id("file").Dot("Close").Call(),
		jen.Id("bad").Op(":=").Lit(0),
		jen.For(jen.List(jen.Id("_"), jen.Err()).Op(":=").Range().Qual(pkg, r.Plural).Call(
			jen.Id("file"), jen.Qual(streamPath, "InFile").Call(jen.Id("path")))).Block(
			jen.If(jen.Err().Op("==").Nil()).Block(jen.Continue()),
			jen.If(jen.Id("bad").Op("++"), jen.Id("bad").Op("<=").Lit(10)).Block(jen.Id("tb").Dot("Error").Call(jen.Err())),
		),
		jen.If(jen.Id("bad").Op(">").Lit(10)).Block(jen.Id("tb").Dot("Errorf").Call(jen.Lit("%s: %d more lines are not valid"), jen.Id("path"), jen.Id("bad").Op("-").Lit(10))),
		jen.Return(jen.Id("bad").Op("==").Lit(0)),
	)
	f.Line()
}
