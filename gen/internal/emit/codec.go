package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/runtime/value"
)

// codec emits how the structs of a record are read from a tape and appended as JSON.
func (e *emitter) codec(f *jen.File, s *model.Schema, plan planOf) {
	if s.Record.Union {
		e.unionCodec(f, s.Record)
	} else {
		e.singleCodec(f, s.Record)
	}
	if plan.keys != nil {
		e.fields(f, s.Record, plan.keys)
	}
	e.nested(f, s)
}

// nested emits how the objects that are no records are read and appended.
func (e *emitter) nested(f *jen.File, s *model.Schema) {
	for _, st := range s.Structs {
		e.nestedCodec(f, st)
	}
}

func (e *emitter) unionCodec(f *jen.File, r *model.Record) {
	base := r.Base.Go
	for i, v := range r.Variants {
		// func (*StepStart) Event() EventName { return EventStepStart }
		docf(f, "%s returns %s.", r.Name, r.Names[i].Go)
		f.Func().Params(jen.Op("*").Id(v.Go)).Id(r.Name).Params().Id(r.NameType).Block(jen.Return(jen.Id(r.Names[i].Go)))
		f.Line()
	}
	docf(f, "%s returns the name as it was read.", r.Name)
	f.Func().Params(jen.Id("e").Op("*").Id(r.Unknown)).Id(r.Name).Params().Id(r.NameType).Block(jen.Return(jen.Id("e").Dot("Name")))
	f.Line()
	docf(f, "Base returns v: the base of what it is embedded in.")
	f.Func().Params(jen.Id("v").Op("*").Id(base)).Id("Base").Params().Op("*").Id(base).Block(jen.Return(jen.Id("v")))
	f.Line()

	// read and append of the base work on an object that is already open.
	doc(f, "readMember reads the member that r stands at.")
	f.Func().Params(jen.Id("v").Op("*").Id(base)).Id("readMember").Params(jen.Id("r").Op("*").Qual(valuePath, "Reader")).Block(
		jen.Switch(jen.Id("r").Dot("Name").Call()).BlockFunc(func(g *jen.Group) {
			for _, fd := range r.Base.Fields {
				if fd.Name {
					g.Case(jen.Lit(fd.JSON)).Comment("// the type says it")
					continue
				}
				g.Case(jen.Lit(fd.JSON)).Block(assign(jen.Id("v"), fd))
			}
			g.Default().Block(jen.Id("v").Dot("Extra").Op("=").Id("r").Dot("Extra").Call(jen.Id("v").Dot("Extra")))
		}),
	)
	f.Line()
	w := e.writes[r]
	if w != nil {
		w.base(f, r)
	} else {
		e.openClose(f, r)
	}
	e.cloneMethod(f, "clone returns a copy that shares no memory with v.", r.Base, jen.Id(base), func(g *jen.Group) {
		g.Id("c").Op(":=").Op("*").Id("v")
		cloneFields(g, r.Base)
		g.Return(jen.Id("c"))
	})

	for i := range r.Variants {
		e.variantCodec(f, r, i)
	}

	f.Func().Params(jen.Id("e").Op("*").Id(r.Unknown)).Id("read").Params(jen.Id("r").Op("*").Qual(valuePath, "Reader")).Block(
		jen.Op("*").Id("e").Op("=").Id(r.Unknown).Values(jen.Id("Raw").Op(":").Id("r").Dot("Source").Call()),
		jen.For(jen.Id("r").Dot("Next").Call()).Block(
			jen.If(jen.Id("r").Dot("Name").Call().Op("==").Lit(r.Property)).Block(
				jen.Id("e").Dot("Name").Op("=").Id(r.NameType).Call(readName(r)),
				jen.Continue(),
			),
			jen.Id("e").Dot(base).Dot("readMember").Call(jen.Id("r")),
		),
	)
	f.Line()
	if w != nil {
		appendMethod(f, jen.Id("e").Op("*").Id(r.Unknown), func(g *jen.Group) {
			g.Return(jen.Id("of").Dot("Unknown").Call(jen.Id("b"), jen.Id("e").Dot("Raw")))
		})
	} else {
		f.Func().Params(jen.Id("e").Op("*").Id(r.Unknown)).Id("append").Params(jen.Id("b").Index().Byte()).Index().Byte().Block(
			jen.Return(jen.Qual(valuePath, "AppendRaw").Call(jen.Id("b"), jen.Id("e").Dot("Raw"))),
		)
		f.Line()
	}
	f.Func().Params(jen.Id("e").Op("*").Id(r.Unknown)).Id("clone").Params().Id(r.Name).Block(
		jen.Return(jen.Op("&").Id(r.Unknown).Values(
			jen.Id("e").Dot(base).Dot("clone").Call(),
			jen.Qual(valuePath, "CloneString").Call(jen.Id("e").Dot("Name")),
			jen.Qual(valuePath, "CloneString").Call(jen.Id("e").Dot("Raw")),
		)),
	)
	f.Line()
	e.jsonMethods(f, r, r.Unknown)
}

// openClose emits how the ends of an object are appended without writers.
func (e *emitter) openClose(f *jen.File, r *model.Record) {
	base := r.Base.Go
	doc(f, "open appends the opening brace and the base properties.")
	f.Func().Params(jen.Id("v").Op("*").Id(base)).Id("open").Params(jen.Id("b").Index().Byte(), jen.Id("name").Id(r.NameType)).Index().Byte().BlockFunc(func(g *jen.Group) {
		w := &memberWriter{g: g}
		for _, fd := range r.Base.Fields {
			if fd.Name {
				w.required(fd.JSON, appendCall(jen.Id("name"), &model.Type{Kind: model.String}))
				continue
			}
			w.field(jen.Id("v"), fd)
		}
		if len(r.Base.Fields) == 0 {
			g.Id("b").Op("=").Append(jen.Id("b"), jen.LitRune('{'))
		}
		g.Return(jen.Id("b"))
	})
	f.Line()
	doc(f, "close appends the members that are not declared, and the closing brace.")
	f.Func().Params(jen.Id("v").Op("*").Id(base)).Id("close").Params(jen.Id("b").Index().Byte()).Index().Byte().Block(
		jen.Return(jen.Append(jen.Qual(valuePath, "AppendMembers").Call(jen.Id("b"), jen.Id("v").Dot("Extra")), jen.LitRune('}'))),
	)
	f.Line()
}

// variantCodec emits the methods of one variant.
//
//	func (e *StepStart) read(r *value.Reader) {
//		for r.Next() {
//			switch r.Name() {
//			case "step_id":
//				e.StepID = r.String()
//			default:
//				e.EventBase.readMember(r)
//			}
//		}
//	}
//
//	func (e *StepStart) append(b []byte) []byte {
//		b = e.open(b, EventStepStart)
//		b = append(b, `,"step_id":`...)
//		b = value.AppendString(b, e.StepID)
//		return e.close(b)
//	}
func (e *emitter) variantCodec(f *jen.File, r *model.Record, i int) {
	v := r.Variants[i]
	receiver := func() *jen.Statement { return jen.Id("e").Op("*").Id(v.Go) }
	f.Func().Params(receiver()).Id("read").Params(jen.Id("r").Op("*").Qual(valuePath, "Reader")).Block(
		jen.Op("*").Id("e").Op("=").Id(v.Go).Values(),
		jen.For(jen.Id("r").Dot("Next").Call()).BlockFunc(func(g *jen.Group) {
			rest := jen.Id("e").Dot("readMember").Call(jen.Id("r"))
			if len(v.Fields) == 0 {
				g.Add(rest)
				return
			}
			g.Switch(jen.Id("r").Dot("Name").Call()).BlockFunc(func(g *jen.Group) {
				for _, fd := range v.Fields {
					g.Case(jen.Lit(fd.JSON)).Block(assign(jen.Id("e"), fd))
				}
				g.Default().Block(rest)
			})
		}),
	)
	f.Line()
	if w := e.writes[r]; w != nil {
		w.variant(f, r, i)
	} else {
		f.Func().Params(receiver()).Id("append").Params(jen.Id("b").Index().Byte()).Index().Byte().BlockFunc(func(g *jen.Group) {
			g.Id("b").Op("=").Id("e").Dot("open").Call(jen.Id("b"), jen.Id(r.Names[i].Go))
			w := &memberWriter{g: g, open: true, certain: true}
			for _, fd := range v.Fields {
				w.field(jen.Id("e"), fd)
			}
			g.Return(jen.Id("e").Dot("close").Call(jen.Id("b")))
		})
		f.Line()
	}
	f.Func().Params(receiver()).Id("clone").Params().Id(r.Name).BlockFunc(func(g *jen.Group) {
		g.Id("c").Op(":=").Op("*").Id("e")
		g.Id("c").Dot(r.Base.Go).Op("=").Id("e").Dot(r.Base.Go).Dot("clone").Call()
		for _, fd := range v.Fields {
			cloneField(g, jen.Id("e"), fd)
		}
		g.Return(jen.Op("&").Id("c"))
	})
	f.Line()
	e.jsonMethods(f, r, v.Go)
}

// jsonMethods emits json.Marshaler with a value receiver (on a pointer, json.Marshal of a value would silently fall back) and json.Unmarshaler.
func (e *emitter) jsonMethods(f *jen.File, r *model.Record, name string) {
	docf(f, "MarshalJSON is [Append%s].", r.Name)
	f.Func().Params(jen.Id("e").Id(name)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).Block(
		jen.Return(jen.Id("Append"+r.Name).Call(jen.Nil(), jen.Op("&").Id("e"))),
	)
	f.Line()
	docf(f, "UnmarshalJSON is [Decode%s] for %s of this type; any other is an error, and e stays as it was. So it does for null, as encoding/json has it.",
		r.Name, article(spoken(r.Name)))
	f.Func().Params(jen.Id("e").Op("*").Id(name)).Id("UnmarshalJSON").Params(jen.Id("text").Index().Byte()).Error().BlockFunc(func(g *jen.Group) {
		g.Add(unlessNull())
		if name == r.Unknown {
			g.List(jen.Id("v"), jen.Id("err")).Op(":=").Id("Decode" + r.Name).Call(jen.Id("text"))
			g.List(jen.Id("u"), jen.Id("ok")).Op(":=").Id("v").Assert(jen.Op("*").Id(name))
			g.If(jen.Op("!").Id("ok")).Block(
				jen.If(jen.Id("err").Op("==").Nil()).Block(
					jen.Id("err").Op("=").Qual("fmt", "Errorf").Call(jen.Lit("want "+article(spoken(r.Name))+" that is not in the schema, got %q"), jen.Id("v").Dot(r.Name).Call()),
				),
				jen.Return(jen.Id("err")),
			)
			g.Op("*").Id("e").Op("=").Op("*").Id("u")
			g.Return(jen.Nil())
			return
		}
		g.List(jen.Id("v"), jen.Id("err")).Op(":=").Id("Decode" + r.Name).Call(jen.Id("text"))
		g.If(jen.Id("err").Op("!=").Nil()).Block(jen.Return(jen.Id("err")))
		g.List(jen.Id("same"), jen.Id("ok")).Op(":=").Id("v").Assert(jen.Op("*").Id(name))
		g.If(jen.Op("!").Id("ok")).Block(
			jen.Return(jen.Qual("fmt", "Errorf").Call(jen.Lit("want the "+spoken(r.Name)+" %q, got %q"), jen.Id("e").Dot(r.Name).Call(), jen.Id("v").Dot(r.Name).Call())),
		)
		g.Op("*").Id("e").Op("=").Op("*").Id("same")
		g.Return(jen.Nil())
	})
	f.Line()
}

// unlessNull emits what makes an UnmarshalJSON do nothing for null, which is what json.Unmarshaler asks for.
func unlessNull() *jen.Statement {
	return jen.If(jen.String().Call(jen.Id("text")).Op("==").Lit("null")).Block(jen.Return(jen.Nil()))
}

// singleCodec emits the methods of a record that is one struct.
func (e *emitter) singleCodec(f *jen.File, r *model.Record) {
	receiver := func() *jen.Statement { return jen.Id("m").Op("*").Id(r.Name) }
	f.Func().Params(receiver()).Id("read").Params(jen.Id("r").Op("*").Qual(valuePath, "Reader")).Block(
		jen.Op("*").Id("m").Op("=").Id(r.Name).Values(),
		readLoop(jen.Id("m"), r.Struct, jen.Id(r.NameType).Call(readName(r))),
	)
	f.Line()
	if w := e.writes[r]; w != nil {
		w.single(f, r)
	} else {
		f.Func().Params(receiver()).Id("append").Params(jen.Id("b").Index().Byte()).Index().Byte().BlockFunc(func(g *jen.Group) {
			g.If(jen.Id("m").Dot("Unknown").Op("!=").Lit("")).Block(
				jen.Return(jen.Qual(valuePath, "AppendRaw").Call(jen.Id("b"), jen.Id("m").Dot("Unknown"))),
			)
			appendBody(g, jen.Id("m"), r.Struct)
		})
		f.Line()
	}
	docf(f, "Clone returns a copy that shares no memory with m; nil if m is nil.")
	f.Func().Params(receiver()).Id("Clone").Params().Op("*").Id(r.Name).BlockFunc(func(g *jen.Group) {
		g.If(jen.Id("m").Op("==").Nil()).Block(jen.Return(jen.Nil()))
		g.Id("c").Op(":=").Op("*").Id("m")
		for _, fd := range r.Struct.Fields {
			cloneField(g, jen.Id("m"), fd)
		}
		g.Id("c").Dot("Extra").Op("=").Id("m").Dot("Extra").Dot("Clone").Call()
		g.Id("c").Dot("Unknown").Op("=").Qual(valuePath, "CloneString").Call(jen.Id("m").Dot("Unknown"))
		g.Return(jen.Op("&").Id("c"))
	})
	f.Line()
	docf(f, "MarshalJSON is [Append%s].", r.Name)
	f.Func().Params(jen.Id("m").Id(r.Name)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).Block(
		jen.Return(jen.Id("Append"+r.Name).Call(jen.Nil(), jen.Op("&").Id("m"))),
	)
	f.Line()
	docf(f, "UnmarshalJSON is [Decode%s]; on error m stays as it was, and for null, as encoding/json has it.", r.Name)
	f.Func().Params(receiver()).Id("UnmarshalJSON").Params(jen.Id("text").Index().Byte()).Error().Block(
		unlessNull(),
		jen.List(jen.Id("v"), jen.Id("err")).Op(":=").Id("Decode"+r.Name).Call(jen.Id("text")),
		jen.If(jen.Id("err").Op("!=").Nil()).Block(jen.Return(jen.Id("err"))),
		jen.Op("*").Id("m").Op("=").Op("*").Id("v"),
		jen.Return(jen.Nil()),
	)
	f.Line()
}

// nestedCodec emits the functions of a nested object.
func (e *emitter) nestedCodec(f *jen.File, st *model.Struct) {
	f.Func().Id("read"+st.Go).Params(jen.Id("outer").Op("*").Qual(valuePath, "Reader")).Params(jen.Id("v").Id(st.Go)).Block(
		jen.Id("inner").Op(":=").Id("outer").Dot("Object").Call(),
		jen.Id("r").Op(":=").Op("&").Id("inner"),
		readLoop(jen.Id("v"), st, nil),
		jen.Return(jen.Id("v")),
	)
	f.Line()
	f.Func().Id("append"+st.Go).Params(jen.Id("b").Index().Byte(), jen.Id("v").Id(st.Go)).Index().Byte().BlockFunc(func(g *jen.Group) {
		appendBody(g, jen.Id("v"), st)
	})
	f.Line()
	f.Func().Id("clone" + st.Go).Params(jen.Id("v").Id(st.Go)).Id(st.Go).BlockFunc(func(g *jen.Group) {
		g.Id("c").Op(":=").Id("v")
		cloneFields(g, st)
		g.Return(jen.Id("c"))
	})
	f.Line()
}

// readName reads the name of a record.
func readName(r *model.Record) *jen.Statement {
	if r.Nameless {
		return jen.Id("r").Dot("StringOrNone").Call()
	}
	return jen.Id("r").Dot("String").Call()
}

// readLoop reads the members of the object that r stands in; name reads that which holds a record's name.
func readLoop(into *jen.Statement, st *model.Struct, name *jen.Statement) *jen.Statement {
	return jen.For(jen.Id("r").Dot("Next").Call()).Block(
		jen.Switch(jen.Id("r").Dot("Name").Call()).BlockFunc(func(g *jen.Group) {
			for _, fd := range st.Fields {
				if fd.Name {
					g.Case(jen.Lit(fd.JSON)).Block(jen.Add(into).Dot(fd.Go).Op("=").Add(name))
					continue
				}
				g.Case(jen.Lit(fd.JSON)).Block(assign(into, fd))
			}
			if !st.Closed {
				g.Default().Block(jen.Add(into).Dot("Extra").Op("=").Id("r").Dot("Extra").Call(jen.Add(into).Dot("Extra")))
			}
		}),
	)
}

// appendBody appends a whole object to b and returns it.
func appendBody(g *jen.Group, from *jen.Statement, st *model.Struct) {
	w := &memberWriter{g: g}
	for _, fd := range st.Fields {
		w.field(from, fd)
	}
	if !w.open {
		g.Id("b").Op("=").Append(jen.Id("b"), jen.LitRune('{'))
	}
	if !st.Closed {
		g.Id("b").Op("=").Qual(valuePath, "AppendMembers").Call(jen.Id("b"), jen.Add(from).Dot("Extra"))
	}
	g.Return(jen.Append(jen.Id("b"), jen.LitRune('}')))
}

// assign reads the current value into a field.
func assign(into *jen.Statement, fd *model.Field) *jen.Statement {
	read := readCall(jen.Id("r"), fd.Type)
	if fd.Optional {
		read = jen.Id("Some").Call(read)
	}
	return jen.Add(into).Dot(fd.Go).Op("=").Add(read)
}

// readCall returns an expression that reads the value that r, a *value.Reader, stands at.
func readCall(r *jen.Statement, t *model.Type) *jen.Statement {
	method := func(name string) *jen.Statement { return jen.Add(r).Dot(name).Call() }
	switch t.Kind {
	case model.String:
		return method("String")
	case model.Bool:
		return method("Bool")
	case model.Int:
		return method("Int64")
	case model.Float:
		return method("Float64")
	case model.Timestamp:
		return jen.Id("Timestamp").Call(method("String"))
	case model.EnumType:
		return jen.Id(t.Enum.Go).Call(method("String"))
	case model.StructType:
		return jen.Id("read" + t.Struct.Go).Call(r)
	case model.Array:
		return jen.Qual(valuePath, "ReadArray").Call(r, readFunc(t.Elem))
	case model.Map:
		return jen.Qual(valuePath, "ReadMap").Call(r, readFunc(t.Elem))
	case model.Nullable:
		return jen.Qual(valuePath, "ReadNull").Call(r, readFunc(t.Elem))
	default:
		return method("Raw")
	}
}

// readFunc returns a func(*value.Reader) T.
func readFunc(t *model.Type) *jen.Statement {
	method := func(name string) *jen.Statement {
		return jen.Parens(jen.Op("*").Qual(valuePath, "Reader")).Dot(name)
	}
	switch t.Kind {
	case model.String:
		return method("String")
	case model.Bool:
		return method("Bool")
	case model.Int:
		return method("Int64")
	case model.Float:
		return method("Float64")
	case model.Raw:
		return method("Raw")
	case model.Timestamp, model.EnumType:
		return jen.Qual(valuePath, "ReadString").Types(goType(t))
	case model.StructType:
		return jen.Id("read" + t.Struct.Go)
	}
	return jen.Func().Params(jen.Id("r").Op("*").Qual(valuePath, "Reader")).Add(goType(t)).Block(jen.Return(readCall(jen.Id("r"), t)))
}

// memberWriter emits statements that append members to the object at the end of b.
type memberWriter struct {
	g       *jen.Group
	open    bool // the opening brace has been emitted
	certain bool // at least one member is sure to stand before
}

// field emits a property; one that may be absent only if it is set.
func (w *memberWriter) field(from *jen.Statement, fd *model.Field) {
	v := jen.Add(from).Dot(fd.Go)
	if !fd.Optional {
		w.required(fd.JSON, appendCall(v, fd.Type))
		return
	}
	w.brace()
	certain := w.certain
	w.g.If(jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Add(v).Dot("Get").Call(), jen.Id("ok")).BlockFunc(func(g *jen.Group) {
		inner := &memberWriter{g: g, open: true, certain: certain}
		inner.required(fd.JSON, appendCall(jen.Id("v"), fd.Type))
	})
}

// required emits a member that is always written.
func (w *memberWriter) required(name string, appendValue *jen.Statement) {
	literal := string(value.AppendString(nil, name)) + ":"
	switch {
	case !w.open:
		literal = "{" + literal
	case w.certain:
		literal = "," + literal
	default:
		w.g.Id("b").Op("=").Qual(valuePath, "AppendComma").Call(jen.Id("b"))
	}
	w.open, w.certain = true, true
	w.g.Id("b").Op("=").Append(jen.Id("b"), stringLiteral(literal).Op("..."))
	w.g.Id("b").Op("=").Add(appendValue)
}

func (w *memberWriter) brace() {
	if !w.open {
		w.g.Id("b").Op("=").Append(jen.Id("b"), jen.LitRune('{'))
		w.open = true
	}
}

// appendCall returns an expression that appends v to b.
func appendCall(v *jen.Statement, t *model.Type) *jen.Statement {
	call := func(name string, more ...jen.Code) *jen.Statement {
		return jen.Qual(valuePath, name).Call(append([]jen.Code{jen.Id("b"), v}, more...)...)
	}
	switch t.Kind {
	case model.String, model.Timestamp, model.EnumType:
		return call("AppendString")
	case model.Bool:
		return call("AppendBool")
	case model.Int:
		return call("AppendInt")
	case model.Float:
		return call("AppendFloat")
	case model.StructType:
		return jen.Id("append"+t.Struct.Go).Call(jen.Id("b"), v)
	case model.Array:
		return call("AppendArray", appendFunc(t.Elem))
	case model.Map:
		return call("AppendMap", appendFunc(t.Elem))
	case model.Nullable:
		return call("AppendNull", appendFunc(t.Elem))
	default:
		return call("AppendRaw")
	}
}

// appendFunc returns a func([]byte, T) []byte.
func appendFunc(t *model.Type) *jen.Statement {
	switch t.Kind {
	case model.String, model.Timestamp, model.EnumType:
		return jen.Qual(valuePath, "AppendString").Types(goType(t))
	case model.Bool:
		return jen.Qual(valuePath, "AppendBool")
	case model.Int:
		return jen.Qual(valuePath, "AppendInt")
	case model.Float:
		return jen.Qual(valuePath, "AppendFloat")
	case model.Raw:
		return jen.Qual(valuePath, "AppendRaw")
	case model.StructType:
		return jen.Id("append" + t.Struct.Go)
	}
	return jen.Func().Params(jen.Id("b").Index().Byte(), jen.Id("v").Add(goType(t))).Index().Byte().Block(jen.Return(appendCall(jen.Id("v"), t)))
}

// cloneMethod emits a clone method of the receiver v.
func (e *emitter) cloneMethod(f *jen.File, text string, st *model.Struct, result *jen.Statement, body func(*jen.Group)) {
	doc(f, text)
	f.Func().Params(jen.Id("v").Op("*").Id(st.Go)).Id("clone").Params().Add(result).BlockFunc(body)
	f.Line()
}

// cloneFields makes the fields of c deep copies of those of v.
func cloneFields(g *jen.Group, st *model.Struct) {
	for _, fd := range st.Fields {
		cloneField(g, jen.Id("v"), fd)
	}
	if !st.Closed {
		g.Id("c").Dot("Extra").Op("=").Id("v").Dot("Extra").Dot("Clone").Call()
	}
}

func cloneField(g *jen.Group, from *jen.Statement, fd *model.Field) {
	if fd.Name {
		if fd.Go != "" {
			g.Id("c").Dot(fd.Go).Op("=").Qual(valuePath, "CloneString").Call(jen.Add(from).Dot(fd.Go))
		}
		return
	}
	v := jen.Add(from).Dot(fd.Go)
	switch clone := cloneFunc(fd.Type); {
	case clone == nil:
	case fd.Optional:
		g.Id("c").Dot(fd.Go).Op("=").Qual(valuePath, "CloneOpt").Call(v, clone)
	default:
		g.Id("c").Dot(fd.Go).Op("=").Add(cloneCall(v, fd.Type))
	}
}

// cloneCall returns an expression that is a deep copy of v, whose type needs one.
func cloneCall(v *jen.Statement, t *model.Type) *jen.Statement {
	generic := func(name string) *jen.Statement {
		elem := cloneFunc(t.Elem)
		if elem == nil { // the copy itself is enough
			elem = jen.Func().Params(jen.Id("v").Add(goType(t.Elem))).Add(goType(t.Elem)).Block(jen.Return(jen.Id("v")))
		}
		return jen.Qual(valuePath, name).Call(v, elem)
	}
	switch t.Kind {
	case model.StructType:
		return jen.Id("clone" + t.Struct.Go).Call(v)
	case model.Array:
		return generic("CloneArray")
	case model.Map:
		return generic("CloneMap")
	case model.Nullable:
		return generic("CloneNull")
	default:
		return jen.Qual(valuePath, "CloneString").Call(v)
	}
}

// cloneFunc returns a func(T) T that makes a deep copy, nil if a plain copy is one.
func cloneFunc(t *model.Type) *jen.Statement {
	switch t.Kind {
	case model.Bool, model.Int, model.Float:
		return nil
	case model.Nullable:
		if cloneFunc(t.Elem) == nil {
			return nil
		}
	case model.StructType:
		return jen.Id("clone" + t.Struct.Go)
	case model.Array, model.Map:
	default:
		return jen.Qual(valuePath, "CloneString").Types(goType(t))
	}
	return jen.Func().Params(jen.Id("v").Add(goType(t))).Add(goType(t)).Block(jen.Return(cloneCall(jen.Id("v"), t)))
}
