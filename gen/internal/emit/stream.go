package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// stream emits what judges, decodes, appends and scans the records of a stream.
func (e *emitter) stream(f *jen.File, r *model.Record, plan planOf) {
	one, an := spoken(r.Name), article(spoken(r.Name))
	prefix := lower(r.Name)
	record, decoder := prefix+"Record", prefix+"Decoder"
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
	e.decoder(f, r, result, record, plan)

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
	f.Func().Id("Decode"+r.Name).Params(line()).Params(result, jen.Error()).Block(jen.Return(jen.Id(decoder).Dot("Decode").Call(jen.Id("line"))))
	f.Line()

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
		jen.Return(jen.Id(decoder).Dot("All").Call(jen.Id("r"), jen.Id("o").Op("..."))),
	)
	f.Line()
	e.scanner(f, r, result, decoder)
}

// decoder emits what makes records of lines:
//
//	var eventDecoder = stream.Decoder[Event]{Record: &eventRecord, New: newEvent, Read: Event.read, Fields: Event.fields}
//
//	func newEvent(i int) Event {
//		switch i {
//		case 0:
//			return new(RunStart)
//		…
//		}
//		return new(UnknownEvent)
//	}
//
// A record that is one struct for all names needs no switch:
//
//	var metricDecoder = stream.Decoder[*Metric]{
//		Record: &metricRecord,
//		New:    func(int) *Metric { return new(Metric) },
//		Read:   (*Metric).read,
//		Fields: (*Metric).fields,
//		Source: func(m *Metric) *Raw { return &m.Unknown },
//	}
func (e *emitter) decoder(f *jen.File, r *model.Record, result *jen.Statement, record string, plan planOf) {
	docf(f, "%sDecoder makes %s of lines.", lower(r.Name), spoken(r.Plural))
	method := func(name string) *jen.Statement {
		if r.Union {
			return jen.Id(r.Name).Dot(name)
		}
		return jen.Parens(result.Clone()).Dot(name)
	}
	entry := func(g *jen.Group, name string, value jen.Code) { g.Line().Id(name).Op(":").Add(value) }
	f.Var().Id(lower(r.Name)+"Decoder").Op("=").Qual(streamPath, "Decoder").Types(result).ValuesFunc(func(g *jen.Group) {
		entry(g, "Record", jen.Op("&").Id(record))
		if r.Union {
			entry(g, "New", jen.Id("new"+r.Name))
		} else {
			entry(g, "New", jen.Func().Params(jen.Int()).Add(result).Block(jen.Return(jen.New(jen.Id(r.Name)))))
		}
		entry(g, "Read", method("read"))
		if plan.keys != nil {
			entry(g, "Fields", method("fields"))
		}
		if !r.Union {
			entry(g, "Source", jen.Func().Params(jen.Id("v").Add(result)).Op("*").Qual(valuePath, "Raw").Block(jen.Return(jen.Op("&").Id("v").Dot("Unknown"))))
		}
		g.Line()
	})
	f.Line()
	if !r.Union {
		return
	}
	docf(f, "new%s returns an empty %s of a name, by its index among the names of the schema; any other index is that of a name that is not there.", r.Name, spoken(r.Name))
	f.Func().Id("new"+r.Name).Params(jen.Id("i").Int()).Id(r.Name).Block(
		jen.Switch(jen.Id("i")).BlockFunc(func(g *jen.Group) {
			for i, v := range r.Variants {
				g.Case(jen.Lit(i)).Block(jen.Return(jen.New(jen.Id(v.Go))))
			}
		}),
		jen.Return(jen.New(jen.Id(r.Unknown))),
	)
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
//
//	type EventScanner struct{ lines stream.Values[Event] }
func (e *emitter) scanner(f *jen.File, r *model.Record, result *jen.Statement, decoder string) {
	one, name := spoken(r.Name), r.Name+"Scanner"
	method := func(name string, results *jen.Statement, called string) {
		f.Func().Params(jen.Id("s").Op("*").Id(r.Name + "Scanner")).Id(name).Params().Add(results).Block(jen.Return(jen.Id("s").Dot("lines").Dot(called).Call()))
		f.Line()
	}
	docf(f, "%s reads a stream line by line, like [%s], into structs that the next Scan overwrites, with their maps: no memory is allocated for them. Strings and "+
		"slices are never overwritten, unless [stream.Reuse] is given.", name, r.Plural)
	f.Type().Id(name).Struct(jen.Id("lines").Qual(streamPath, "Values").Types(result))
	f.Line()
	docf(f, "New%s returns a scanner of r.", name)
	f.Func().Id("New"+name).Params(jen.Id("r").Qual("io", "Reader"), jen.Id("o").Op("...").Qual(streamPath, "Option")).Op("*").Id(name).Block(
		jen.Return(jen.Op("&").Id(name).Values(jen.Id(decoder).Dot("Scanner").Call(jen.Id("r"), jen.Id("o").Op("...")))),
	)
	f.Line()
	docf(f, "Scan reads the next line that is not blank, good or bad. It returns false at the end and on a read error.")
	method("Scan", jen.Bool(), "Scan")
	docf(f, "%s returns the line's %s, nil if the line is malformed or invalid.", r.Name, one)
	method(r.Name, result, "Value")
	docf(f, "Invalid returns nil, or what is wrong with the line: a [*stream.LineError].")
	method("Invalid", jen.Error(), "Invalid")
	docf(f, "Bytes returns the line without its end; the next Scan overwrites it.")
	method("Bytes", jen.Index().Byte(), "Bytes")
	docf(f, "Line returns the line's number, from 1, and its offset in the stream, in bytes.")
	method("Line", jen.Params(jen.Id("number").Int(), jen.Id("offset").Int64()), "Line")
	docf(f, "Err returns the read error that ended the scan, if one did.")
	method("Err", jen.Error(), "Err")
}
