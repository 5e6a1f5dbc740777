package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// stream emits what judges, decodes, appends and scans the records of a stream.
func (e *emitter) stream(f *jen.File, r *model.Record, plan planOf) {
	one, an := spoken(r.Name), article(spoken(r.Name))
	prefix := lower(r.Name)
	record := prefix + "Record"
	line := func() *jen.Statement { return jen.Id("line").Index().Byte() }
	options := func() *jen.Statement { return jen.Id("o").Op("...").Qual(streamPath, "Option") }
	result := jen.Id(r.Name) // what stands for a record in signatures
	if !r.Union {
		result = jen.Op("*").Id(r.Name)
	}

	docf(f, "%s judges the lines of the %s stream.", record, r.Facts.Stream)
	tables := []jen.Code{jen.Id("Program").Op(":").Op("&").Id(prefix + "Program"), jen.Id("Facts").Op(":").Op("&").Id(prefix + "Facts")}
	if planned(plan.Plan) {
		tables = append(tables, jen.Id("Plan").Op(":").Op("&").Id(prefix+"Plan"))
	}
	f.Var().Id(record).Op("=").Qual(streamPath, "Record").Values(tables...)
	f.Line()

	docf(f, "Valid%s reports whether line is %s that the schema allows.", r.Name, an)
	f.Func().Id("Valid" + r.Name).Params(line()).Bool().Block(jen.Return(jen.Id(record).Dot("Valid").Call(jen.Id("line"))))
	f.Line()
	docf(f, "Validate%s returns nil if line is %s that the schema allows, else a [*schema.Error] with every violation, or a [*tape.SyntaxError].", r.Name, an)
	f.Func().Id("Validate" + r.Name).Params(line()).Error().Block(jen.Return(jen.Id(record).Dot("Validate").Call(jen.Id("line"))))
	f.Line()

	switch {
	case r.Union:
		docf(f, "Decode%s reads %s. The error is nil exactly when line is valid, but for a valid number that does not fit its Go type: that is a "+
			"[*value.RangeError]. A name that is not in the schema gives the error of [Validate%s] and a *%s; any other error gives no %s. "+
			"What is returned shares no memory with line.", r.Name, an, r.Name, r.Unknown, one)
	default:
		docf(f, "Decode%s reads %s. The error is nil exactly when line is valid, but for a valid number that does not fit its Go type: that is a "+
			"[*value.RangeError]. A name that is not in the schema gives the error of [Validate%s] and a %s whose Unknown is set; any other error gives nil. "+
			"What is returned shares no memory with line.", r.Name, an, r.Name, r.Name)
	}
	f.Func().Id("Decode"+r.Name).Params(line()).Params(result, jen.Error()).Block(
		jen.Id("l").Op(":=").Id(record).Dot("Decode").Call(jen.Id("line")),
		jen.Defer().Id("l").Dot("Release").Call(),
		jen.Return(jen.Id("read"+r.Name).Call(jen.Id("l"), jen.Id("new"+r.Name))),
	)
	f.Line()

	e.readRecord(f, r, result, plan)

	e.appendRecord(f, r, result, record)

	if r.Union {
		docf(f, "Clone%s returns a copy that shares no memory with e; nil if e is nil, or a nil pointer.", r.Name)
		f.Func().Id("Clone"+r.Name).Params(jen.Id("e").Id(r.Name)).Id(r.Name).Block(
			jen.If(jen.Qual(valuePath, "IsNil").Call(jen.Id("e"))).Block(jen.Return(jen.Nil())),
			jen.Return(jen.Id("e").Dot("clone").Call()),
		)
		f.Line()
		e.anyRecord(f, r)
	}

	docf(f, "%s iterates over the lines of a stream. The error is nil exactly when the line is valid. For a bad line it is a [*stream.LineError], the %s is "+
		"as of [Decode%s], and the loop goes on behind the line; a read error ends the loop. Every %s is a value of its own and may be kept.",
		r.Plural, one, r.Name, one)
	f.Func().Id(r.Plural).Params(jen.Id("r").Qual("io", "Reader"), options()).Qual("iter", "Seq2").Types(result, jen.Error()).Block(
		jen.Return(jen.Func().Params(jen.Id("yield").Func().Params(result, jen.Error()).Bool())).Block(
			jen.Id("s").Op(":=").Id("New"+r.Name+"Scanner").Call(jen.Id("r"), jen.Id("o").Op("...")),
			jen.Id("s").Dot("into").Op("=").Id("new"+r.Name),
			jen.For(jen.Id("s").Dot("Scan").Call()).Block(
				jen.If(jen.Op("!").Id("yield").Call(jen.Id("s").Dot(r.Name).Call(), jen.Id("s").Dot("Invalid").Call())).Block(jen.Return()),
			),
			jen.If(jen.Id("err").Op(":=").Id("s").Dot("Err").Call(), jen.Id("err").Op("!=").Nil()).Block(jen.Id("yield").Call(jen.Nil(), jen.Id("err"))),
		),
	)
	f.Line()
	e.scanner(f, r, result, record, plan)
}

// readRecord emits what builds a record from a judged line:
//
//	func newEvent(i int) Event {
//		switch i {
//		case 0:
//			return new(RunStart)
//		…
//		}
//		return new(UnknownEvent)
//	}
func (e *emitter) readRecord(f *jen.File, r *model.Record, result *jen.Statement, plan planOf) {
	one := spoken(r.Name)
	docf(f, "new%s returns an empty %s of a name, by its index among the names of the schema; any other index is that of a name that is not there.", r.Name, one)
	if r.Union {
		f.Func().Id("new"+r.Name).Params(jen.Id("i").Int()).Id(r.Name).Block(
			jen.Switch(jen.Id("i")).BlockFunc(func(g *jen.Group) {
				for i, v := range r.Variants {
					g.Case(jen.Lit(i)).Block(jen.Return(jen.New(jen.Id(v.Go))))
				}
			}),
			jen.Return(jen.New(jen.Id(r.Unknown))),
		)
	} else {
		f.Func().Id("new" + r.Name).Params(jen.Int()).Add(result).Block(jen.Return(jen.New(jen.Id(r.Name))))
	}
	f.Line()
	docf(f, "read%s reads the %s of a judged line into the one that into returns for its name.", r.Name, one)
	f.Func().Id("read"+r.Name).Params(
		jen.Id("l").Op("*").Qual(streamPath, "Line"),
		jen.Id("into").Func().Params(jen.Int()).Add(result),
	).Params(result, jen.Error()).BlockFunc(func(g *jen.Group) {
		g.If(jen.Id("l").Dot("Kind").Op("!=").Lit(0).Op("&&").Id("l").Dot("Kind").Op("!=").Qual(streamPath, "Unknown")).Block(
			jen.Return(jen.Nil(), jen.Id("l").Dot("Err")),
		)
		if r.Union {
			g.Id("v").Op(":=").Id("into").Call(jen.Id("l").Dot("Index").Call())
		} else {
			g.Id("v").Op(":=").Id("into").Call(jen.Id("l").Dot("Index").Call())
			g.If(jen.Id("l").Dot("Kind").Op("==").Qual(streamPath, "Unknown")).Block(
				jen.Id("v").Op("=").New(jen.Id(r.Name)).Comment("// whose Unknown is set"),
			)
		}
		if plan.keys != nil {
			g.If(jen.List(jen.Id("f"), jen.Id("ok")).Op(":=").Id("l").Dot("Scanned").Call(), jen.Id("ok")).Block(
				jen.Comment("What does not fit is read again from the tape, which says why."),
				jen.If(jen.Id("v").Dot("fields").Call(jen.Id("f")), jen.Id("l").Dot("Store").Call()).Block(jen.Return(jen.Id("v"), jen.Nil())),
			)
		}
		g.Id("r").Op(":=").Qual(valuePath, "NewReader").Call(jen.Id("l").Dot("Tape").Call())
		g.Id("v").Dot("read").Call(jen.Op("&").Id("r"))
		g.If(jen.Id("l").Dot("Kind").Op("==").Qual(streamPath, "Unknown")).BlockFunc(func(g *jen.Group) {
			if !r.Union {
				g.Id("v").Dot("Unknown").Op("=").Id("r").Dot("Source").Call()
			}
			g.Return(jen.Id("v"), jen.Id("l").Dot("Err"))
		})
		g.If(jen.Id("err").Op(":=").Id("r").Dot("Err").Call(), jen.Id("err").Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Id("err")))
		if !r.Union && r.Nameless {
			g.If(jen.Id("l").Dot("Name").Op("==").Lit("")).Block(
				jen.Id("v").Dot("Unknown").Op("=").Id("r").Dot("Source").Call().Comment("// the schema lets a record be without a name"),
			)
		}
		g.Return(jen.Id("v"), jen.Nil())
	})
	f.Line()
}

// appendRecord emits the encoder.
func (e *emitter) appendRecord(f *jen.File, r *model.Record, result *jen.Statement, record string) {
	one := spoken(r.Name)
	written := "A *" + r.Unknown + " is written as its Raw."
	if !r.Union {
		written = "If Unknown is set, it is what is written."
	}
	docf(f, "Append%s appends %s as one line of JSON, without a line end. What it would append is validated first: on error dst is returned as it was. %s "+
		"Nothing is redacted.", r.Name, article(one), written)
	f.Func().Id("Append"+r.Name).Params(jen.Id("dst").Index().Byte(), jen.Id("v").Add(result)).Params(jen.Index().Byte(), jen.Error()).BlockFunc(func(g *jen.Group) {
		none := jen.Id("v").Op("==").Nil()
		if r.Union {
			none = jen.Qual(valuePath, "IsNil").Call(jen.Id("v"))
		}
		g.If(none).Block(jen.Return(jen.Id("dst"), jen.Qual("errors", "New").Call(jen.Lit("no "+one+" to append"))))
		if e.writes[r] != nil {
			g.If(
				jen.Id("b").Op(":=").Id("v").Dot("append").Call(jen.Id("dst"), jen.Id(record).Dot("Judging").Call()),
				jen.Id("b").Op("!=").Nil(),
			).Block(jen.Return(jen.Id("b"), jen.Nil()))
			g.Comment("It is invalid, or not surely valid: its text is judged.")
		}
		g.Id("b").Op(":=").Add(e.appendTo(jen.Id("v"), jen.Id("dst"), r))
		var name, unknown *jen.Statement
		if r.Union {
			g.List(jen.Id("_"), jen.Id("unknown")).Op(":=").Id("v").Assert(jen.Op("*").Id(r.Unknown))
			name, unknown = jen.Id("v").Dot(r.Name).Call(), jen.Id("unknown")
		} else {
			name, unknown = jen.Id("v").Dot(nameField(r).Go), jen.Id("v").Dot("Unknown").Op("!=").Lit("")
		}
		g.If(
			jen.Id("err").Op(":=").Id(record).Dot("Accept").Call(jen.Id("b").Index(jen.Len(jen.Id("dst")).Op(":")), jen.String().Call(name), unknown),
			jen.Id("err").Op("!=").Nil(),
		).Block(jen.Return(jen.Id("dst"), jen.Id("err")))
		g.Return(jen.Id("b"), jen.Nil())
	})
	f.Line()
}

// nameField returns the field of a single struct that holds the record's name.
func nameField(r *model.Record) *model.Field {
	for _, fd := range r.Struct.Fields {
		if fd.Name {
			return fd
		}
	}
	panic("emit: a record without a name")
}

// anyRecord emits the JSON methods of the struct that holds any record.
func (e *emitter) anyRecord(f *jen.File, r *model.Record) {
	name := "Any" + r.Name
	docf(f, "MarshalJSON is [Append%s]; no %s is null.", r.Name, spoken(r.Name))
	f.Func().Params(jen.Id("a").Id(name)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).Block(
		jen.If(jen.Id("a").Dot(r.Name).Op("==").Nil()).Block(jen.Return(jen.Index().Byte().Call(jen.Lit("null")), jen.Nil())),
		jen.Return(jen.Id("Append"+r.Name).Call(jen.Nil(), jen.Id("a").Dot(r.Name))),
	)
	f.Line()
	docf(f, "UnmarshalJSON is [Decode%s]; null is no %s, and a name that is not in the schema is no error.", r.Name, spoken(r.Name))
	f.Func().Params(jen.Id("a").Op("*").Id(name)).Id("UnmarshalJSON").Params(jen.Id("text").Index().Byte()).Error().Block(
		jen.If(jen.String().Call(jen.Id("text")).Op("==").Lit("null")).Block(
			jen.Id("a").Dot(r.Name).Op("=").Nil(),
			jen.Return(jen.Nil()),
		),
		jen.List(jen.Id("v"), jen.Id("err")).Op(":=").Id("Decode"+r.Name).Call(jen.Id("text")),
		jen.If(jen.Id("v").Op("==").Nil()).Block(jen.Return(jen.Id("err"))),
		jen.Id("a").Dot(r.Name).Op("=").Id("v"),
		jen.Return(jen.Nil()),
	)
	f.Line()
}

// scanner emits the scanner: as bufio.Scanner, but bad lines do not end it.
func (e *emitter) scanner(f *jen.File, r *model.Record, result *jen.Statement, record string, plan planOf) {
	one, name := spoken(r.Name), r.Name+"Scanner"
	s := func() *jen.Statement { return jen.Id("s").Op("*").Id(name) }

	docf(f, "%s reads a stream line by line, like [%s], into structs that the next Scan overwrites, with their maps: no memory is allocated for them. Strings and "+
		"slices are never overwritten, unless [stream.Reuse] is given.", name, r.Plural)
	f.Type().Id(name).StructFunc(func(g *jen.Group) {
		g.Id("lines").Op("*").Qual(streamPath, "Scanner")
		if r.Union {
			g.Id("all").Index().Id(r.Name).Comment("// the struct of each name, once it was needed; the last is for names that are not in the schema")
		} else {
			g.Id("own").Add(result).Comment("// the struct of all names")
		}
		if plan.keys != nil {
			index := " in all"
			if !r.Union {
				index = ""
			}
			g.Id("index").Int().Comment("// of the line's " + one + index + "; -1 if it is not stored there, but current")
		}
		g.Id("into").Func().Params(jen.Int()).Add(result).Comment("// where the next current goes")
		g.Id("current").Add(result)
		g.Id("misfit").Error().Comment("// why a valid line is no " + one)
	})
	f.Line()
	docf(f, "New%s returns a scanner of r.", name)
	f.Func().Id("New"+name).Params(jen.Id("r").Qual("io", "Reader"), jen.Id("o").Op("...").Qual(streamPath, "Option")).Op("*").Id(name).BlockFunc(func(g *jen.Group) {
		set := []jen.Code{jen.Id("lines").Op(":").Id(record).Dot("NewDecoder").Call(jen.Id("r"), jen.Id("o").Op("..."))}
		if r.Union {
			set = append(set, jen.Id("all").Op(":").Make(jen.Index().Id(r.Name), jen.Lit(len(r.Variants)+1)))
		} else {
			set = append(set, jen.Id("own").Op(":").New(jen.Id(r.Name)))
		}
		if plan.keys != nil {
			set = append(set, jen.Id("index").Op(":").Lit(-1))
		}
		g.Id("s").Op(":=").Op("&").Id(name).Values(set...)
		if plan.keys != nil && !r.Union {
			g.Id("s").Dot("own").Dot("fields").Call(jen.Id("s").Dot("lines").Dot("Fields").Call(jen.Lit(-1)))
		}
		g.Id("s").Dot("into").Op("=").Id("s").Dot("struct" + r.Name)
		g.Return(jen.Id("s"))
	})
	f.Line()
	if r.Union {
		docf(f, "struct%s returns the struct for a name, by its index.", r.Name)
		f.Func().Params(s()).Id("struct" + r.Name).Params(jen.Id("i").Int()).Add(result).BlockFunc(func(g *jen.Group) {
			g.If(jen.Id("i").Op("<").Lit(0)).Block(jen.Id("i").Op("=").Len(jen.Id("s").Dot("all")).Op("-").Lit(1))
			g.If(jen.Id("s").Dot("all").Index(jen.Id("i")).Op("==").Nil()).BlockFunc(func(g *jen.Group) {
				g.Id("s").Dot("all").Index(jen.Id("i")).Op("=").Id("new" + r.Name).Call(jen.Id("i"))
				if plan.keys != nil {
					g.If(jen.Id("i").Op("<").Len(jen.Id("s").Dot("all")).Op("-").Lit(1)).Block(
						jen.Id("s").Dot("all").Index(jen.Id("i")).Dot("fields").Call(jen.Id("s").Dot("lines").Dot("Fields").Call(jen.Id("i"))),
					)
				}
			})
			g.Return(jen.Id("s").Dot("all").Index(jen.Id("i")))
		})
	} else {
		docf(f, "struct%s returns the only struct.", r.Name)
		f.Func().Params(s()).Id("struct" + r.Name).Params(jen.Int()).Add(result).Block(jen.Return(jen.Id("s").Dot("own")))
	}
	f.Line()
	docf(f, "Scan reads the next line that is not blank, good or bad. It returns false at the end and on a read error.")
	f.Func().Params(s()).Id("Scan").Params().Bool().BlockFunc(func(g *jen.Group) {
		if plan.keys != nil {
			g.Var().Id("more").Bool()
			g.List(jen.Id("s").Dot("index"), jen.Id("more")).Op("=").Id("s").Dot("lines").Dot("Decode").Call()
			g.If(jen.Id("s").Dot("index").Op(">=").Lit(0)).Block(jen.Return(jen.True()))
		} else {
			g.Id("more").Op(":=").Id("s").Dot("lines").Dot("Scan").Call()
		}
		g.List(jen.Id("s").Dot("current"), jen.Id("s").Dot("misfit")).Op("=").List(jen.Nil(), jen.Nil())
		g.If(jen.Id("more")).Block(
			jen.List(jen.Id("s").Dot("current"), jen.Id("s").Dot("misfit")).Op("=").Id("read"+r.Name).Call(
				jen.Id("s").Dot("lines").Dot("Line").Call(), jen.Id("s").Dot("into")),
		)
		g.Return(jen.Id("more"))
	})
	f.Line()
	docf(f, "%s returns the line's %s, nil if the line is malformed or invalid.", r.Name, one)
	f.Func().Params(s()).Id(r.Name).Params().Add(result).BlockFunc(func(g *jen.Group) {
		if plan.keys != nil {
			stored := jen.Id("s").Dot("own")
			if r.Union {
				stored = jen.Id("s").Dot("all").Index(jen.Id("s").Dot("index"))
			}
			g.If(jen.Id("s").Dot("index").Op(">=").Lit(0)).Block(jen.Return(stored))
		}
		g.Return(jen.Id("s").Dot("current"))
	})
	f.Line()
	docf(f, "Invalid returns nil, or what is wrong with the line: a [*stream.LineError].")
	f.Func().Params(s()).Id("Invalid").Params().Error().BlockFunc(func(g *jen.Group) {
		if plan.keys != nil {
			g.If(jen.Id("s").Dot("index").Op(">=").Lit(0)).Block(jen.Return(jen.Nil()))
		}
		g.Return(jen.Id("s").Dot("lines").Dot("Wrong").Call(jen.Id("s").Dot("misfit")))
	})
	f.Line()
	docf(f, "Bytes returns the line without its end; the next Scan overwrites it.")
	f.Func().Params(s()).Id("Bytes").Params().Index().Byte().Block(jen.Return(jen.Id("s").Dot("lines").Dot("Bytes").Call()))
	f.Line()
	docf(f, "Line returns the line's number, from 1, and its offset in the stream, in bytes.")
	f.Func().Params(s()).Id("Line").Params().Params(jen.Id("number").Int(), jen.Id("offset").Int64()).Block(
		jen.Return(jen.Id("s").Dot("lines").Dot("Position").Call()),
	)
	f.Line()
	docf(f, "Err returns the read error that ended the scan, if one did.")
	f.Func().Params(s()).Id("Err").Params().Error().Block(jen.Return(jen.Id("s").Dot("lines").Dot("Err").Call()))
	f.Line()
}
