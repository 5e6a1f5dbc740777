package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/runtime/scan"
)

// value emits what a schema that describes no stream becomes: its validator, and if it has a struct, how that is decoded and appended.
func (e *emitter) value(f *jen.File, s *model.Schema, plan *scan.Plan) {
	v := s.Value
	program := lower(v.Name) + "Program"
	text := func() *jen.Statement { return jen.Id("text").Index().Byte() }
	if v.Struct != nil {
		what := v.Name + " is what the schema describes"
		if p := phrase(v.Doc); p != "" {
			what = v.Name + " is what the schema describes: " + p
		}
		doc(f, sentence(what))
		e.structType(f, v.Struct, func(g *jen.Group) { extra(g, v.Struct) })
	}
	about := ""
	if p := phrase(v.Doc); p != "" && v.Struct == nil {
		about = " The schema describes itself as: " + sentence(p)
	}
	if v.Why != "" {
		about += " Its values have no Go type, because " + v.Why + "."
	}
	docf(f, "Valid%s reports whether text is one JSON value that the schema allows.%s", v.Name, about)
	f.Func().Id("Valid" + v.Name).Params(text()).Bool().BlockFunc(func(g *jen.Group) {
		valid := jen.Id(program).Dot("ValidText").Call(jen.Id("text"))
		if planned(plan) {
			valid = jen.Id(lower(v.Name) + "Plan").Dot("Valid").Call(jen.Id("text")).Op("||").Add(valid)
		}
		g.Return(valid)
	})
	f.Line()
	docf(f, "Validate%s returns nil if text is one JSON value that the schema allows, else a [*schema.Error] with every violation, or a [*tape.SyntaxError].", v.Name)
	f.Func().Id("Validate" + v.Name).Params(text()).Error().Block(jen.Return(jen.Id(program).Dot("ValidateText").Call(jen.Id("text"))))
	f.Line()
	if v.Struct != nil {
		e.valueCodec(f, v, program)
		e.nestedTypes(f, s)
	}
}

func (e *emitter) valueCodec(f *jen.File, v *model.Value, program string) {
	name := v.Struct.Go
	docf(f, "Decode%s reads a valid value. The error is that of [Validate%s], or a [*value.RangeError] for a number that does not fit its Go type. What is "+
		"returned shares no memory with text.", v.Name, v.Name)
	f.Func().Id("Decode"+v.Name).Params(jen.Id("text").Index().Byte()).Params(jen.Op("*").Id(name), jen.Error()).Block(
		jen.Var().Id("t").Qual(tapePath, "Tape"),
		jen.If(
			jen.Err().Op(":=").Id("t").Dot("Parse").Call(jen.Id("text"), jen.Qual(tapePath, "Options").Values()), jen.Err().Op("!=").Nil(),
		).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.If(
			jen.Err().Op(":=").Id(program).Dot("Validate").Call(jen.Op("&").Id("t"), jen.Lit(0)), jen.Err().Op("!=").Nil(),
		).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Id("r").Op(":=").Qual(valuePath, "NewReader").Call(jen.Op("&").Id("t")),
		jen.Id("v").Op(":=").Id("read"+name).Call(jen.Op("&").Id("r")),
		jen.Return(jen.Op("&").Id("v"), jen.Id("r").Dot("Err").Call()),
	)
	f.Line()
	docf(f, "Append%s appends v as JSON. What it would append is validated first: on error, of which a nil v is one, dst is returned as it was.", v.Name)
	f.Func().Id("Append"+v.Name).Params(jen.Id("dst").Index().Byte(), jen.Id("v").Op("*").Id(name)).Params(jen.Index().Byte(), jen.Error()).Block(
		jen.If(jen.Id("v").Op("==").Nil()).Block(jen.Return(jen.Id("dst"), jen.Qual("errors", "New").Call(jen.Lit("no "+spoken(name)+" to append")))),
		jen.Id("b").Op(":=").Id("append"+name).Call(jen.Id("dst"), jen.Op("*").Id("v")),
		jen.If(
			jen.Err().Op(":=").Id(program).Dot("ValidateText").Call(jen.Id("b").Index(jen.Len(jen.Id("dst")).Op(":"))), jen.Err().Op("!=").Nil(),
		).Block(jen.Return(jen.Id("dst"), jen.Err())),
		jen.Return(jen.Id("b"), jen.Nil()),
	)
	f.Line()
	docf(f, "MarshalJSON is [Append%s].", v.Name)
	f.Func().Params(jen.Id("v").Id(name)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).Block(
		jen.Return(jen.Id("Append"+v.Name).Call(jen.Nil(), jen.Op("&").Id("v"))),
	)
	f.Line()
	docf(f, "UnmarshalJSON is [Decode%s]; on error v stays as it was, and for null, as encoding/json has it.", v.Name)
	f.Func().Params(jen.Id("v").Op("*").Id(name)).Id("UnmarshalJSON").Params(jen.Id("text").Index().Byte()).Error().Block(
		unlessNull(),
		jen.List(jen.Id("decoded"), jen.Err()).Op(":=").Id("Decode"+v.Name).Call(jen.Id("text")),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		jen.Op("*").Id("v").Op("=").Op("*").Id("decoded"),
		jen.Return(jen.Nil()),
	)
	f.Line()
}
