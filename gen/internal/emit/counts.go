package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
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
	f.Func().Params(c()).Id("field").Params(jen.Id("name").String()).Op("*").Int().Block(
		jen.Switch(jen.Id(r.NameType).Call(jen.Id("name"))).BlockFunc(func(g *jen.Group) {
			for _, n := range r.Names {
				g.Case(jen.Id(n.Go)).Block(jen.Return(jen.Op("&").Id("c").Dot(n.Count)))
			}
		}),
		jen.Return(jen.Nil()),
	)
	f.Line()
	docf(f, "fields is how package stream sees the counts.")
	f.Func().Params(c()).Id("fields").Params().Qual(streamPath, "CountFields").BlockFunc(func(g *jen.Group) {
		fields := []jen.Code{jen.Id("Facts").Op(":").Op("&").Id(facts), jen.Id("Field").Op(":").Id("c").Dot("field")}
		for _, field := range []string{"Unknown", "Lines", "Malformed", "Nameless", "Invalid"} {
			fields = append(fields, jen.Id(field).Op(":").Op("&").Id("c").Dot(field))
		}
		fields = append(fields, jen.Id("More").Op(":").Op("&").Id("c").Dot("more"))
		g.Return(jen.Qual(streamPath, "CountFields").Custom(multiline, fields...))
	})
	f.Line()
	docf(f, "Of returns the count of a name, in the schema or not.")
	f.Func().Params(c()).Id("Of").Params(name()).Int().Block(jen.Return(jen.Id("c").Dot("fields").Call().Dot("Of").Call(jen.String().Call(jen.Id("name")))))
	f.Line()
	docf(f, "Add counts one %s, on a line of its own.", one)
	f.Func().Params(c()).Id("Add").Params(name()).Block(jen.Id("c").Dot("fields").Call().Dot("Add").Call(jen.String().Call(jen.Id("name"))))
	f.Line()
	docf(f, "Merge adds the counts of a later part of the same stream, or of another one.")
	f.Func().Params(c()).Id("Merge").Params(jen.Id("o").Op("*").Id(counts)).Block(
		jen.Id("c").Dot("fields").Call().Dot("Merge").Call(jen.Id("o").Dot("fields").Call()),
	)
	f.Line()
	docf(f, "%s returns the counts of the engine's table.", lower(counts))
	f.Func().Id(lower(counts)).Params(jen.Id("t").Op("*").Qual(streamPath, "Counts")).Params(jen.Id("c").Id(counts)).Block(
		jen.Id("c").Dot("fields").Call().Dot("Set").Call(jen.Id("t")),
		jen.Return(jen.Id("c")),
	)
	f.Line()

	docf(f, "Count%s counts a whole stream. The error is a read error, or that of ctx; bad lines are counted, and are no error.", r.Plural)
	f.Func().Id("Count"+r.Plural).Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("r").Qual("io", "Reader"), jen.Id("o").Op("...").Qual(streamPath, "Option"),
	).Params(jen.Id(counts), jen.Error()).Block(
		jen.List(jen.Id("t"), jen.Err()).Op(":=").Id(record).Dot("Count").Call(jen.Id("ctx"), jen.Id("r"), jen.Id("o").Op("...")),
		jen.Return(jen.Id(lower(counts)).Call(jen.Id("t")), jen.Err()),
	)
	f.Line()

	docf(f, "%s says how often %s of some names, taken together, occur in a run.", rule, many)
	f.Type().Id(rule).Op("=").Qual(streamPath, "CountRule").Types(jen.Id(r.NameType))
	f.Line()
	expected := "Expected" + counts
	docf(f, "%s returns the rules of the schema for a run of size n. Append to them and edit them freely.", expected)
	n, size := e.sizeByName()
	f.Func().Id(expected).Params(n.Id("Size")).Index().Id(rule).Block(
		jen.Return(jen.Qual(streamPath, "ExpectedCounts").Types(jen.Id(r.NameType)).Call(jen.Op("&").Id(facts), size)),
	)
	f.Line()
	docf(f, "Check%s returns nil if got meets every rule of want, else a [*stream.CountError] that shows the rules it does not meet.", counts)
	f.Func().Id("Check"+counts).Params(jen.Id("got").Id(counts), jen.Id("want").Index().Id(rule)).Error().Block(
		jen.Return(jen.Qual(streamPath, "CheckCounts").Call(jen.Op("&").Id(facts), jen.Id("got").Dot("fields").Call().Dot("Counts").Call(), jen.Id("want"))),
	)
}
