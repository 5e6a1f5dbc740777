package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/runtime/stream"
)

// counts emits a struct with an int per name, what counts a stream into it, and what the schema expects:
//
//	type EventCounts struct {
//		RunStart int // run_start
//		…
//	}
func (e *emitter) counts(f *jen.File, r *model.Record) {
	one, many := spoken(r.Name), spoken(model.Plural(r.Name))
	facts := lower(r.Name) + "Facts"
	counts, rule, record := r.Name+"Counts", r.Name+"Rule", lower(r.Name)+"Record"
	c := func() *jen.Statement { return jen.Id("c").Op("*").Id(counts) }
	name := func() *jen.Statement { return jen.Id("name").Id(r.NameType) }
	docf(f, "%s counts %s by name, whether their lines are valid or not.", counts, many)
	f.Type().Id(counts).StructFunc(func(g *jen.Group) {
		for _, n := range r.Names {
			field(g, jen.Id(n.Count).Int(), n.Value)
		}
		g.Line()
		g.Id("Unknown").Map(jen.String()).Int().Comment("// names that are not in the schema: at most 10,000, the rest under \"\"")
		g.Line()
		g.Id("Lines").Int().Comment("// all lines that are not blank")
		g.Id("Malformed").Int().Comment("// lines that are not JSON")
		g.Id("Nameless").Int().Comment("// lines that are JSON, but without a name")
		g.Id("Invalid").Int().Comment("// lines that are JSON and break a rule other than that of the name")
		g.Line()
		g.Id("more").Op("*").Qual(streamPath, "Counts").Comment("// what was counted by key, and the sizes seen; nil if nothing was")
	})
	f.Line()

	docf(f, "field returns the count of a name, nil if it is not in the schema.")
	f.Func().Params(c()).Id("field").Params(name()).Op("*").Int().Block(
		jen.Switch(jen.Id("name")).BlockFunc(func(g *jen.Group) {
			for _, n := range r.Names {
				g.Case(jen.Id(n.Go)).Block(jen.Return(jen.Op("&").Id("c").Dot(n.Count)))
			}
		}),
		jen.Return(jen.Nil()),
	)
	f.Line()
	docf(f, "Of returns the count of a name, in the schema or not.")
	f.Func().Params(c()).Id("Of").Params(name()).Int().Block(
		jen.If(jen.Id("n").Op(":=").Id("c").Dot("field").Call(jen.Id("name")), jen.Id("n").Op("!=").Nil()).Block(jen.Return(jen.Op("*").Id("n"))),
		jen.Return(jen.Id("c").Dot("Unknown").Index(jen.String().Call(jen.Id("name")))),
	)
	f.Line()
	docf(f, "Add counts one %s, on a line of its own.", one)
	f.Func().Params(c()).Id("Add").Params(name()).Block(
		jen.Id("c").Dot("Lines").Op("++"),
		jen.If(jen.Id("n").Op(":=").Id("c").Dot("field").Call(jen.Id("name")), jen.Id("n").Op("!=").Nil()).Block(
			jen.Op("*").Id("n").Op("++"),
			jen.Return(),
		),
		jen.If(jen.Id("c").Dot("Unknown").Op("==").Nil()).Block(jen.Id("c").Dot("Unknown").Op("=").Map(jen.String()).Int().Values()),
		jen.Qual(streamPath, "AddUnknown").Call(jen.Id("c").Dot("Unknown"), jen.String().Call(jen.Id("name"))),
	)
	f.Line()
	docf(f, "Merge adds the counts of a later part of the same stream, or of another one.")
	f.Func().Params(c()).Id("Merge").Params(jen.Id("o").Op("*").Id(counts)).Block(
		jen.Id("sum").Op(":=").Id("c").Dot("table").Call(),
		jen.If(jen.Err().Op(":=").Id("sum").Dot("Merge").Call(jen.Id("o").Dot("table").Call()), jen.Err().Op("!=").Nil()).Block(
			jen.Panic(jen.Err()).Comment("// both are of the same facts"),
		),
		jen.Op("*").Id("c").Op("=").Id(lower(counts)).Call(jen.Id("sum")),
	)
	f.Line()

	// What the struct and the engine's table have in common.
	copied := []string{"Lines", "Malformed", "Nameless", "Invalid"}
	docf(f, "table returns the counts as the engine knows them.")
	f.Func().Params(c()).Id("table").Params().Op("*").Qual(streamPath, "Counts").BlockFunc(func(g *jen.Group) {
		g.Id("t").Op(":=").Id(facts).Dot("NewCounts").Call()
		g.If(jen.Id("c").Dot("more").Op("!=").Nil()).Block(
			jen.Id("more").Op(":=").Id("c").Dot("more").Dot("Clone").Call(),
			jen.List(jen.Id("t").Dot("Keyed"), jen.Id("t").Dot("Sizes")).Op("=").List(jen.Id("more").Dot("Keyed"), jen.Id("more").Dot("Sizes")),
		)
		for _, field := range copied {
			g.Id("t").Dot(field).Op("=").Id("c").Dot(field)
		}
		g.Qual("maps", "Copy").Call(jen.Id("t").Dot("Unknown"), jen.Id("c").Dot("Unknown"))
		g.For(jen.List(jen.Id("i"), jen.Id("name")).Op(":=").Range().Id(r.NameType + "s").Call()).Block(
			jen.Id("t").Dot("Names").Index(jen.Id("i")).Op("=").Op("*").Id("c").Dot("field").Call(jen.Id("name")),
		)
		g.Return(jen.Id("t"))
	})
	f.Line()
	docf(f, "%s returns the counts of the engine's table.", lower(counts))
	f.Func().Id(lower(counts)).Params(jen.Id("t").Op("*").Qual(streamPath, "Counts")).Id(counts).BlockFunc(func(g *jen.Group) {
		g.Id("c").Op(":=").Id(counts).Custom(multiline, func() (fields []jen.Code) {
			for _, field := range append([]string{"Unknown"}, copied...) {
				fields = append(fields, jen.Id(field).Op(":").Id("t").Dot(field))
			}
			return append(fields, jen.Id("more").Op(":").Id("t"))
		}()...)
		g.For(jen.List(jen.Id("i"), jen.Id("name")).Op(":=").Range().Id(r.NameType + "s").Call()).Block(
			jen.Op("*").Id("c").Dot("field").Call(jen.Id("name")).Op("=").Id("t").Dot("Names").Index(jen.Id("i")),
		)
		g.Return(jen.Id("c"))
	})
	f.Line()

	docf(f, "Count%s counts a whole stream. The error is a read error, or that of ctx; bad lines are counted, and are no error.", r.Plural)
	f.Func().Id("Count"+r.Plural).Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("r").Qual("io", "Reader"), jen.Id("o").Op("...").Qual(streamPath, "Option"),
	).Params(jen.Id(counts), jen.Error()).Block(
		jen.List(jen.Id("t"), jen.Err()).Op(":=").Id(record).Dot("Count").Call(jen.Id("ctx"), jen.Id("r"), jen.Id("o").Op("...")),
		jen.If(jen.Id("t").Op("==").Nil()).Block(jen.Return(jen.Id(counts).Values(), jen.Err())),
		jen.Return(jen.Id(lower(counts)).Call(jen.Id("t")), jen.Err()),
	)
	f.Line()

	docf(f, "%s says how often %s of some names, taken together, occur in a run.", rule, many)
	f.Type().Id(rule).Op("=").Qual(streamPath, "CountRule").Types(jen.Id(r.NameType))
	f.Line()
	expected := "Expected" + counts
	docf(f, "%s returns the rules of the schema for a run of size n. Append to them and edit them freely.", expected)
	size := jen.Id("n").Id("Size")
	if !hasPer(r.Facts) {
		size = jen.Id("_").Id("Size")
	}
	f.Func().Id(expected).Params(size).Index().Id(rule).Block(jen.Return(jen.Index().Id(rule).Custom(multiline, e.rules(r)...)))
	f.Line()
	docf(f, "Check%s returns nil if got meets every rule of want, else a [*stream.CountError] that shows the rules it does not meet.", counts)
	f.Func().Id("Check"+counts).Params(jen.Id("got").Id(counts), jen.Id("want").Index().Id(rule)).Error().Block(
		jen.Return(jen.Qual(streamPath, "CheckCounts").Call(jen.Op("&").Id(facts), jen.Id("got").Dot("table").Call(), jen.Id("want"))),
	)
}

func hasPer(f *stream.Facts) bool {
	for _, c := range f.Counts {
		if c.Per != "" {
			return true
		}
	}
	return false
}

// rules returns the elements of the rules' literal:
//
//	{Of: []EventName{EventStepStart}, Min: n.Steps, Max: n.Steps},
func (e *emitter) rules(r *model.Record) []jen.Code {
	constant := map[string]string{}
	for _, n := range r.Names {
		constant[n.Value] = n.Go
	}
	var rules []jen.Code
	for _, c := range r.Facts.Counts {
		rules = append(rules, jen.ValuesFunc(func(g *jen.Group) {
			g.Id("Of").Op(":").Index().Id(r.NameType).ValuesFunc(func(g *jen.Group) {
				for _, name := range c.Of {
					g.Id(constant[name])
				}
			})
			if len(c.By) > 0 {
				g.Id("By").Op(":").Index().String().ValuesFunc(func(g *jen.Group) {
					for _, key := range c.By {
						g.Lit(key)
					}
				})
			}
			g.Id("Min").Op(":").Add(times(c.Min, c.Per, perSize(c.Per)))
			size := perSize(c.Per)
			if c.Min == 0 && c.Max > 0 { // of a negative size a rule would have no limit; a Min tells
				size = jen.Max(jen.Lit(0), size)
			}
			g.Id("Max").Op(":").Add(times(c.Max, c.Per, size))
			if c.Warn {
				g.Id("Warn").Op(":").True()
			}
		}))
	}
	return rules
}

func perSize(per string) *jen.Statement { return jen.Id("n").Dot(model.Export(per)) }

// times returns an int: a multiple of a size, if there is one. No limit (-1) has no multiple.
func times(n int, per string, size *jen.Statement) *jen.Statement {
	number := jen.Op(strconv.Itoa(n))
	switch {
	case per == "" || n <= 0:
		return number
	case n == 1:
		return size
	}
	return number.Op("*").Add(size)
}
