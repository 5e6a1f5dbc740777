package emit

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// run emits the summary of a run: what reads it, checks it, and compares it with another one.
//
//	type Run struct {
//		Events  EventCounts
//		Metrics MetricCounts
//		…
//		state *stream.Run
//	}
//
// It covers every stream of the package. What the schemas say nothing of is left out: sessions, pairs, and reading from a folder if a stream has no
// file there.
func (e *emitter) run(f *jen.File) {
	e.runType(f)
	if e.haveFiles() {
		e.readRun(f)
	}
	e.readRunFrom(f)
	e.runState(f)
	e.runChecks(f)
	e.runMerge(f)
	if paired := e.paired(); len(paired) > 0 {
		alsoEnds(f, paired)
	}
	e.compareRuns(f)
}

// haveFiles reports whether every stream has a file in the folder of a run.
func (e *emitter) haveFiles() bool {
	return !slices.ContainsFunc(e.records, func(r *model.Record) bool { return r.Facts.File == "" })
}

// haveSessions reports whether a stream has a session.
func (e *emitter) haveSessions() bool {
	return slices.ContainsFunc(e.records, func(r *model.Record) bool { return r.Facts.Session != "" })
}

// paired returns the records that open and close one another.
func (e *emitter) paired() (paired []*model.Record) {
	for _, r := range e.records {
		if len(r.Facts.Pairs) > 0 {
			paired = append(paired, r)
		}
	}
	return paired
}

// streams lists what is said of each stream.
func (e *emitter) streams(say func(*model.Record) string) string {
	var words []string
	for _, r := range e.records {
		words = append(words, say(r))
	}
	return list(words)
}

func recordsOf(r *model.Record) string { return spoken(model.Plural(r.Name)) }

func (e *emitter) runType(f *jen.File) {
	doc(f, fmt.Sprintf("Run is what is kept of a run: counts, sums and findings, never its %s. How much memory it takes does not depend on how long the run is.\n\n"+
		"The fields say what was read, and are there for reading only: the checks do not look at them. The zero Run is one of which nothing has been read, "+
		"and so is a nil one.",
		e.streams(recordsOf)))
	f.Type().Id("Run").StructFunc(func(g *jen.Group) {
		for _, r := range e.records {
			g.Id(r.Plural).Id(r.Name + "Counts")
		}
		g.Line()
		if e.haveSessions() {
			field(g, jen.Id("Sessions").Index().String(), "each once, in the order of their first lines")
		}
		field(g, jen.Id("Findings").Index().Qual(streamPath, "Finding"), "what is wrong, in the order of the streams: the first 1,000")
		field(g, jen.Id("More").Int(), "errors that Findings leaves out")
		field(g, jen.Id("MoreWarnings").Int(), "warnings that it leaves out")
		field(g, jen.Id("Size").Id("Size"), "as observed")
		g.Line()
		g.Id("state").Op("*").Qual(streamPath, "Run").Comment("// nil if nothing has been read")
	})
	f.Line()
}

func options() *jen.Statement { return jen.Id("o").Op("...").Qual(streamPath, "Option") }

func ctx() *jen.Statement { return jen.Id("ctx").Qual("context", "Context") }

func runReceiver() *jen.Statement { return jen.Id("r").Op("*").Id("Run") }

// optionsText says which options reading a run takes.
func (e *emitter) optionsText(more string) string {
	text := more + "[stream.MaxLine]"
	if len(e.paired()) > 0 {
		text = "[AlsoEnds], " + text
	}
	return "Options are " + text + "."
}

func (e *emitter) readRun(f *jen.File) {
	files := e.streams(func(r *model.Record) string { return r.Facts.File })
	docf(f, "ReadRun reads a run from its folder: %s. What is wrong with a run is no error but a finding: a file that is missing, empty or no such stream, a line "+
		"that is bad. The error is that of a read, or of ctx, and the run holds what was read until then; or that of an option, and the run is nil. %s",
		files, e.optionsText("[stream.InFolder] and "))
	f.Func().Id("ReadRun").Params(ctx(), jen.Id("fsys").Qual("io/fs", "FS"), options()).Params(jen.Op("*").Id("Run"), jen.Error()).Block(
		jen.List(jen.Id("state"), jen.Err()).Op(":=").Qual(streamPath, "ReadRun").Call(
			jen.Id("ctx"), jen.Id("fsys"), jen.Id("runRecords").Call(), jen.Id("o").Op("...")),
		jen.Return(jen.Id("newRun").Call(jen.Id("state")), jen.Err()),
	)
	f.Line()
}

func (e *emitter) readRunFrom(f *jen.File) {
	doc(f, "RunReaders are where the streams of a run come from. A stream without a reader is missing.")
	f.Type().Id("RunReaders").StructFunc(func(g *jen.Group) {
		for _, r := range e.records {
			g.Id(r.Plural).Qual("io", "Reader")
		}
	})
	f.Line()
	text := "ReadRunFrom reads a run, or a part of one, from readers. "
	if e.haveFiles() {
		text += "All else is as of [ReadRun]."
	} else {
		text += "What is wrong with a run is no error but a finding: a stream that is missing, empty or something else, a line that is bad. The error is that of a read, " +
			"or of ctx, and the run holds what was read until then; or that of an option, and the run is nil. " + e.optionsText("[stream.InFolder] and ")
	}
	doc(f, text)
	f.Func().Id("ReadRunFrom").Params(ctx(), jen.Id("from").Id("RunReaders"), options()).Params(jen.Op("*").Id("Run"), jen.Error()).Block(
		jen.Id("readers").Op(":=").Index().Qual("io", "Reader").ValuesFunc(func(g *jen.Group) {
			for _, r := range e.records {
				g.Id("from").Dot(r.Plural)
			}
		}),
		jen.List(jen.Id("state"), jen.Err()).Op(":=").Qual(streamPath, "ReadRunFrom").Call(
			jen.Id("ctx"), jen.Id("readers"), jen.Id("runRecords").Call(), jen.Id("o").Op("...")),
		jen.Return(jen.Id("newRun").Call(jen.Id("state")), jen.Err()),
	)
	f.Line()
}

// runState emits what stands between the fields and the engine.
func (e *emitter) runState(f *jen.File) {
	doc(f, "runRecords returns the records of the streams of a run, in the order of the schemas.")
	f.Func().Id("runRecords").Params().Index().Op("*").Qual(streamPath, "Record").Block(
		jen.Return(jen.Index().Op("*").Qual(streamPath, "Record").ValuesFunc(func(g *jen.Group) {
			for _, r := range e.records {
				g.Op("&").Id(lower(r.Name) + "Record")
			}
		})),
	)
	f.Line()
	found := jen.Id("found").Op(":=").Id("state").Dot("Findings").Call()
	if len(e.p.Model.Sizes) > 0 {
		found = jen.List(jen.Id("found"), jen.Id("size")).Op(":=").List(jen.Id("state").Dot("Findings").Call(), jen.Id("state").Dot("Observed").Call())
	}
	doc(f, "newRun returns a run whose fields say what state holds.")
	f.Func().Id("newRun").Params(jen.Id("state").Op("*").Qual(streamPath, "Run")).Op("*").Id("Run").Block(
		jen.If(jen.Id("state").Op("==").Nil()).Block(jen.Return(jen.Nil())),
		found,
		jen.Return(jen.Op("&").Id("Run").CustomFunc(multiline, func(g *jen.Group) {
			for i, r := range e.records {
				g.Id(r.Plural).Op(":").Id(lower(r.Name + "Counts")).Call(jen.Id("state").Dot("Streams").Index(jen.Lit(i)).Dot("Counts").Dot("Clone").Call())
			}
			if e.haveSessions() {
				g.Id("Sessions").Op(":").Id("state").Dot("Sessions").Call()
			}
			g.Id("Findings").Op(":").Id("found").Dot("First")
			g.Id("More").Op(":").Id("found").Dot("More")
			g.Id("MoreWarnings").Op(":").Id("found").Dot("MoreWarnings")
			if len(e.p.Model.Sizes) > 0 {
				g.Id("Size").Op(":").Id("Size").ValuesFunc(func(g *jen.Group) {
					for _, s := range e.p.Model.Sizes {
						g.Id(model.Export(s.Name)).Op(":").Id("size").Index(jen.Lit(s.Name))
					}
				})
			}
			g.Id("state").Op(":").Id("state")
		})),
	)
	f.Line()
	doc(f, "kept returns the state of a run.")
	f.Func().Params(runReceiver()).Id("kept").Params().Op("*").Qual(streamPath, "Run").Block(
		jen.If(jen.Id("r").Op("!=").Nil().Op("&&").Id("r").Dot("state").Op("!=").Nil()).Block(jen.Return(jen.Id("r").Dot("state"))),
		jen.List(jen.Id("state"), jen.Id("_")).Op(":=").Qual(streamPath, "NewRun").Call(jen.Id("runRecords").Call()).Comment("// only an option can be wrong"),
		jen.Return(jen.Id("state")),
	)
	f.Line()
}

func (e *emitter) runChecks(f *jen.File) {
	kept := jen.Id("r").Dot("kept").Call()
	doc(f, "CheckCounts returns nil if the counts of all streams are what the schemas expect of a run of size n, else a [*stream.RunError] that shows what differs. "+
		"The size that was observed is r.Size.")
	n, size := e.sizeByName()
	f.Func().Params(runReceiver()).Id("CheckCounts").Params(n.Id("Size")).Error().Block(jen.Return(kept.Clone().Dot("CheckCounts").Call(size)))
	f.Line()
	if len(e.paired()) > 0 {
		doc(f, "CheckPairs returns nil if all that was opened was closed, and nothing else, else a [*stream.FindingsError]. [stream.IsWarning] tells whether it holds "+
			"warnings only.")
		f.Func().Params(runReceiver()).Id("CheckPairs").Params().Error().Block(jen.Return(kept.Clone().Dot("CheckPairs").Call()))
		f.Line()
	}
	doc(f, "Check returns nil if nothing is wrong with the run, else a [*stream.FindingsError] of all r.Findings. [stream.IsWarning] tells whether it holds warnings "+
		"only. How often names occur is not checked: see CheckCounts.")
	f.Func().Params(runReceiver()).Id("Check").Params().Error().Block(jen.Return(kept.Clone().Dot("Check").Call()))
	f.Line()
}

func (e *emitter) runMerge(f *jen.File) {
	doc(f, "Merge adds the next part of the same run, read with the same options: its streams go on where those of r end. The parts of a run, cut anywhere between two lines "+
		"and merged in order, give the whole. On error r stays as it was.")
	f.Func().Params(runReceiver()).Id("Merge").Params(jen.Id("next").Op("*").Id("Run")).Error().Block(
		jen.If(jen.Id("r").Dot("state").Op("==").Nil()).Block(
			jen.Op("*").Id("r").Op("=").Op("*").Id("newRun").Call(jen.Id("next").Dot("kept").Call().Dot("Clone").Call()),
			jen.Return(jen.Nil()),
		),
		jen.If(jen.Err().Op(":=").Id("r").Dot("state").Dot("Merge").Call(jen.Id("next").Dot("kept").Call()), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		jen.Op("*").Id("r").Op("=").Op("*").Id("newRun").Call(jen.Id("r").Dot("state")),
		jen.Return(jen.Nil()),
	)
	f.Line()
	doc(f, "MarshalJSON writes all that is kept of the run, so that it can be merged, checked and compared elsewhere, or later.")
	f.Func().Params(jen.Id("r").Id("Run")).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).Block(
		jen.Return(jen.Id("r").Dot("kept").Call().Dot("MarshalJSON").Call()),
	)
	f.Line()
	doc(f, "UnmarshalJSON reads what MarshalJSON wrote, into any Run. What was written under another schema is refused; on error r stays as it was.")
	f.Func().Params(runReceiver()).Id("UnmarshalJSON").Params(jen.Id("text").Index().Byte()).Error().Block(
		jen.Id("state").Op(":=").New(jen.Id("Run")).Dot("kept").Call(),
		jen.If(jen.Err().Op(":=").Id("state").Dot("UnmarshalJSON").Call(jen.Id("text")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		jen.Op("*").Id("r").Op("=").Op("*").Id("newRun").Call(jen.Id("state")),
		jen.Return(jen.Nil()),
	)
	f.Line()
}

// alsoEnds emits the option of further ends, for the names of all records that are paired.
func alsoEnds(f *jen.File, paired []*model.Record) {
	name := func() *jen.Statement { return jen.Id(paired[0].NameType) }
	if len(paired) > 1 {
		name = func() *jen.Statement { return jen.Id("N") }
	}
	doc(f, "AlsoEnds is an option of reading a run: what open opens may also be closed by records of the names ends, whether the schema lists these or not.")
	function := f.Func().Id("AlsoEnds")
	if len(paired) > 1 {
		function.Types(jen.Id("N").UnionFunc(func(g *jen.Group) {
			for _, r := range paired {
				g.Id(r.NameType)
			}
		}))
	}
	function.Params(jen.Id("open").Add(name()), jen.Id("ends").Op("...").Add(name())).Qual(streamPath, "Option").Block(
		jen.Return(jen.Qual(streamPath, "AlsoEnds").Call(jen.Id("open"), jen.Id("ends").Op("..."))),
	)
	f.Line()
}

func (e *emitter) compareRuns(f *jen.File) {
	doc(f, "ParityOptions say, by name, by which share the counts of a second run, or each sum of its values, may differ from those of the first: 0.05 is 5 %, inclusive. "+
		"They override what the schemas say.")
	f.Type().Id("ParityOptions").StructFunc(func(g *jen.Group) {
		for _, r := range e.records {
			g.Id(r.Plural).Map(jen.Id(r.NameType)).Float64()
		}
	})
	f.Line()
	doc(f, "CompareRuns reports what two runs of the same work do not have in common, by what the schemas say of parity. Its text is made for reading; Err is nil if there is no "+
		"difference.")
	f.Func().Id("CompareRuns").Params(jen.List(jen.Id("a"), jen.Id("b")).Op("*").Id("Run"), jen.Id("o").Id("ParityOptions")).Op("*").Qual(streamPath, "Parity").BlockFunc(func(g *jen.Group) {
		g.Id("within").Op(":=").Map(jen.String()).Map(jen.String()).Float64().ValuesFunc(func(g *jen.Group) {
			for _, r := range e.records {
				g.Lit(r.Facts.Stream).Op(":").Qual(streamPath, "Shares").Call(jen.Id("o").Dot(r.Plural))
			}
		})
		g.Return(jen.Qual(streamPath, "Compare").Call(
			jen.Id("a").Dot("kept").Call(), jen.Id("b").Dot("kept").Call(), jen.Qual(streamPath, "ParityOptions").Values(jen.Id("Within").Op(":").Id("within"))))
	})
	f.Line()
}
