package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// writes says how the writers of package scan append the records of a plan: values that they are sure of are judged as they are appended, and the line is not
// read again.
type writes struct {
	keys     []map[string]int // see filled
	required []map[string]bool
}

// written returns how a record's structs are appended; nil if writers cannot: if the scanner does not fill the structs, or if properties that all have are not of
// one number.
func written(r *model.Record, p planOf) *writes {
	if p.keys == nil {
		return nil
	}
	keys := p.keys
	w := &writes{keys: keys}
	required := map[string]map[string]bool{}
	sw := p.Objects[p.Locations[p.Root].Object].Switch
	for _, c := range sw.Cases {
		names := map[string]bool{}
		for _, k := range sw.KeysOf(&p.Objects[c.Object]) {
			if k.Need != 0 {
				names[k.Name] = true
			}
		}
		required[c.Value] = names
	}
	for i, n := range r.Names {
		names, known := required[n.Value]
		if !known {
			return nil
		}
		if r.Union {
			for _, fd := range r.Base.Fields {
				if keys[i][fd.JSON] != keys[0][fd.JSON] {
					return nil
				}
			}
		}
		w.required = append(w.required, names)
	}
	return w
}

// fieldsOf returns the fields of the records with one of the names.
func fieldsOf(r *model.Record, name int) []*model.Field {
	if !r.Union {
		return r.Struct.Fields
	}
	return append(append([]*model.Field{}, r.Base.Fields...), r.Variants[name].Fields...)
}

// demanded reports whether records of some name must have a property.
func (w *writes) demanded(property string) bool {
	for _, names := range w.required {
		if names[property] {
			return true
		}
	}
	return false
}

// appendTo returns a call that appends v, a record, to b, whether it is valid or not.
func (e *emitter) appendTo(v, b *jen.Statement, r *model.Record) *jen.Statement {
	if e.writes[r] == nil {
		return jen.Add(v).Dot("append").Call(b)
	}
	return jen.Add(v).Dot("append").Call(b, jen.Id(lower(r.Name)+"Record").Dot("Plain").Call())
}

// appender returns a func([]byte, *scan.Writers) []byte that appends v, a record.
func (e *emitter) appender(v *jen.Statement, r *model.Record) *jen.Statement {
	if e.writes[r] != nil {
		return jen.Add(v).Dot("append")
	}
	return jen.Func().Params(jen.Id("b").Index().Byte(), jen.Id("_").Op("*").Qual(scanPath, "Writers")).Index().Byte().Block(jen.Return(jen.Add(v).Dot("append").Call(jen.Id("b"))))
}

// appendMethod emits the head of a method that appends with writers.
func appendMethod(f *jen.File, receiver *jen.Statement, body func(*jen.Group)) {
	f.Func().Params(receiver).Id("append").Params(appendParams()...).Index().Byte().BlockFunc(body)
	f.Line()
}

func appendParams() []jen.Code {
	return []jen.Code{jen.Id("b").Index().Byte(), jen.Id("of").Op("*").Qual(scanPath, "Writers")}
}

// base emits how the properties that all records have are appended.
//
//	// begin appends the base properties.
//	func (v *EventBase) begin(b []byte, w *scan.Writer) []byte {
//		b = w.Time(b, 0, v.TS)
//		b = w.String(b, 1, v.Session)
//		return w.Name(b)
//	}
func (w *writes) base(f *jen.File, r *model.Record) {
	doc(f, "begin appends the base properties.")
	f.Func().Params(jen.Id("v").Op("*").Id(r.Base.Go)).Id("begin").Params(
		jen.Id("b").Index().Byte(), jen.Id("w").Op("*").Qual(scanPath, "Writer"),
	).Index().Byte().BlockFunc(func(g *jen.Group) {
		for _, fd := range r.Base.Fields {
			if fd.Name {
				g.Id("b").Op("=").Id("w").Dot("Name").Call(jen.Id("b"))
				continue
			}
			w.field(g, jen.Id("v"), fd, w.keys[0][fd.JSON])
		}
		g.Return(jen.Id("b"))
	})
	f.Line()
}

// variant emits how one variant is appended.
//
//	func (e *StepStart) append(b []byte, of *scan.Writers) []byte {
//		w, b := of.Open(b, 3)
//		b = e.begin(b, w)
//		b = w.String(b, 3, e.StepID)
//		b = w.String(b, 4, e.Driver)
//		return w.Close(b, e.Extra)
//	}
func (w *writes) variant(f *jen.File, r *model.Record, i int) {
	v := r.Variants[i]
	appendMethod(f, jen.Id("e").Op("*").Id(v.Go), func(g *jen.Group) {
		g.List(jen.Id("w"), jen.Id("b")).Op(":=").Id("of").Dot("Open").Call(jen.Id("b"), jen.Lit(i))
		g.Id("b").Op("=").Id("e").Dot("begin").Call(jen.Id("b"), jen.Id("w"))
		for _, fd := range v.Fields {
			w.field(g, jen.Id("e"), fd, w.keys[i][fd.JSON])
		}
		g.Return(jen.Id("w").Dot("Close").Call(jen.Id("b"), jen.Id("e").Dot("Extra")))
	})
}

// single emits how a record that is one struct is appended.
func (w *writes) single(f *jen.File, r *model.Record) {
	m := func() *jen.Statement { return jen.Id("m") }
	appendMethod(f, m().Op("*").Id(r.Name), func(g *jen.Group) {
		g.If(m().Dot("Unknown").Op("!=").Lit("")).Block(
			jen.Return(jen.Id("of").Dot("Unknown").Call(jen.Id("b"), m().Dot("Unknown"))),
		)
		g.List(jen.Id("w"), jen.Id("b")).Op(":=").Id("of").Dot("OpenNamed").Call(jen.Id("b"), jen.String().Call(m().Dot(nameField(r).Go)))
		for _, fd := range r.Struct.Fields {
			if fd.Name {
				fd = &model.Field{Go: fd.Go, JSON: fd.JSON, Type: &model.Type{Kind: model.EnumType}}
			}
			w.field(g, m(), fd, w.keys[0][fd.JSON])
		}
		extra := m().Dot("Extra")
		if r.Struct.Closed {
			extra = jen.Nil()
		}
		g.Return(jen.Id("w").Dot("Close").Call(jen.Id("b"), extra))
	})
}

// field emits how a property is appended; one that may be absent, if it is set.
func (w *writes) field(g *jen.Group, from *jen.Statement, fd *model.Field, key int) {
	v := jen.Add(from).Dot(fd.Go)
	if !fd.Optional {
		w.value(g, v, fd.Type, key)
		return
	}
	s := g.If(got(v)).BlockFunc(func(g *jen.Group) { w.value(g, jen.Id("v"), fd.Type, key) })
	if w.demanded(fd.JSON) {
		s.Else().Block(jen.Id("b").Op("=").Id("w").Dot("Absent").Call(jen.Id("b"), jen.Lit(key)))
	}
}

func got(v *jen.Statement) *jen.Statement {
	return jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Add(v).Dot("Get").Call().Op(";").Id("ok")
}

// value emits how the value of a property is appended.
func (w *writes) value(g *jen.Group, v *jen.Statement, t *model.Type, key int) {
	call := func(name string, v *jen.Statement) {
		g.Id("b").Op("=").Id("w").Dot(name).Call(jen.Id("b"), jen.Lit(key), v)
	}
	switch t.Kind {
	case model.String:
		call("String", v)
	case model.Timestamp:
		call("Time", v)
	case model.EnumType:
		call("String", jen.String().Call(v))
	case model.Bool:
		call("Bool", v)
	case model.Int:
		call("Int64", v)
	case model.Float:
		call("Float64", v)
	case model.Raw:
		call("Raw", v)
	case model.Nullable:
		g.If(got(v)).BlockFunc(func(g *jen.Group) { w.value(g, jen.Id("v"), t.Elem, key) }).Else().Block(
			jen.Id("b").Op("=").Id("w").Dot("Null").Call(jen.Id("b"), jen.Lit(key)),
		)
	default:
		switch {
		case t.Kind == model.Array && t.Elem.Kind == model.String:
			call("Strings", v)
			return
		case isStringMap(t):
			call("StringMap", v)
			return
		}
		g.Id("b").Op("=").Qual(scanPath, "Append").Call(jen.Id("w"), jen.Id("b"), jen.Lit(key), v, appendFunc(t))
	}
}
