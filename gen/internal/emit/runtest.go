package emit

import (
	"github.com/dave/jennifer/jen"
)

// runAssertions emits the helpers of runs:
//
//	func ReadRun(tb testing.TB, dir string, o ...stream.Option) *telemetry.Run
//	func AssertCounts(tb testing.TB, run *telemetry.Run, n telemetry.Size) bool
//	func AssertPaired(tb testing.TB, run *telemetry.Run) bool
//	func AssertClean(tb testing.TB, run *telemetry.Run) bool
//	func AssertParity(tb testing.TB, a, b *telemetry.Run, o telemetry.ParityOptions) bool
func (e *emitter) runAssertions(f *jen.File) {
	pkg := e.p.ImportPath
	tb := func() *jen.Statement { return jen.Id("tb").Qual("testing", "TB") }
	helper := jen.Id("tb").Dot("Helper").Call()
	fatal := jen.If(jen.Err().Op("!=").Nil()).Block(jen.Id("tb").Dot("Fatal").Call(jen.Err()))
	run := func() *jen.Statement { return jen.Op("*").Qual(pkg, "Run") }
	assert := func(name, text string, check *jen.Statement, parameters ...jen.Code) {
		doc(f, name+" "+text+" Warnings are logged.")
		f.Func().Id(name).Params(append([]jen.Code{tb()}, parameters...)...).Bool().Block(helper, jen.Return(jen.Id("passes").Call(jen.Id("tb"), check)))
		f.Line()
	}

	if e.haveFiles() {
		doc(f, "ReadRun reads the run in a folder. It ends the test if there is no such folder, or if a file of it cannot be read; what is wrong with the run is for "+
			"the assertions to say.")
		f.Func().Id("ReadRun").Params(tb(), jen.Id("dir").String(), options()).Add(run()).Block(
			helper,
			jen.If(jen.List(jen.Id("_"), jen.Err()).Op(":=").Qual("os", "Stat").Call(jen.Id("dir")), jen.Err().Op("!=").Nil()).Block(
				jen.Id("tb").Dot("Fatal").Call(jen.Err()),
			),
			jen.Id("o").Op("=").Append(jen.Index().Qual(streamPath, "Option").Values(jen.Qual(streamPath, "InFolder").Call(jen.Id("dir"))), jen.Id("o").Op("...")),
			jen.List(jen.Id("run"), jen.Err()).Op(":=").Qual(pkg, "ReadRun").Call(
				jen.Id("tb").Dot("Context").Call(), jen.Qual("os", "DirFS").Call(jen.Id("dir")), jen.Id("o").Op("...")),
			fatal,
			jen.Return(jen.Id("run")),
		)
		f.Line()
	}
	assert("AssertCounts", "fails the test unless the counts of all streams are what the schemas expect of a run of size n. The size that was observed is run.Size.",
		jen.Id("run").Dot("CheckCounts").Call(jen.Id("n")), jen.Id("run").Add(run()), jen.Id("n").Qual(pkg, "Size"))
	if len(e.paired()) > 0 {
		assert("AssertPaired", "fails the test unless all that was opened was closed, and nothing else.",
			jen.Id("run").Dot("CheckPairs").Call(), jen.Id("run").Add(run()))
	}
	assert("AssertClean", "fails the test if anything is wrong with the run: see its Findings. How often names occur is for AssertCounts.",
		jen.Id("run").Dot("Check").Call(), jen.Id("run").Add(run()))
	assert("AssertParity", "fails the test if two runs of the same work differ. All differences are shown.",
		jen.Qual(pkg, "CompareRuns").Call(jen.Id("a"), jen.Id("b"), jen.Id("o")).Dot("Err").Call(),
		jen.List(jen.Id("a"), jen.Id("b")).Add(run()), jen.Id("o").Qual(pkg, "ParityOptions"))

	doc(f, "passes reports whether err is nil or holds warnings only, which it logs. Any other fails the test.")
	f.Func().Id("passes").Params(tb(), jen.Err().Error()).Bool().Block(
		helper,
		jen.If(jen.Err().Op("!=").Nil().Op("&&").Op("!").Qual(streamPath, "IsWarning").Call(jen.Err())).Block(
			jen.Id("tb").Dot("Error").Call(jen.Err()),
			jen.Return(jen.False()),
		),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Id("tb").Dot("Log").Call(jen.Err())),
		jen.Return(jen.True()),
	)
}
