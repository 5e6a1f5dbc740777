package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/runtime/scan"
)

// planOf is the plan of a record.
type planOf struct {
	*scan.Plan
	keys []map[string]int // see filled
}

// planned reports whether a plan is worth its table: whether there is something that it is sure of.
func planned(p *scan.Plan) bool {
	root := p.Locations[p.Root]
	for _, rule := range []scan.Rule{root.String, root.Number, root.Object, root.Array} {
		if rule != scan.No && rule != scan.Unsure {
			return true
		}
	}
	return root.Null|root.False|root.True != 0
}

// filled returns the numbers of the keys of each struct of a record in the plan, parallel to its variants; nil if the scanner cannot fill them.
func filled(r *model.Record, p *scan.Plan) []map[string]int {
	if !planned(p) || !scan.New(p).Records() {
		return nil
	}
	rule := p.Locations[p.Root].Object
	if rule <= 0 || p.Objects[rule].Switch == nil || p.Objects[rule].Switch.Property != r.Property {
		return nil
	}
	cases := map[string]map[string]int{}
	sw := p.Objects[rule].Switch
	for _, c := range sw.Cases {
		if c.Object <= 0 {
			return nil
		}
		keys := map[string]int{}
		for i, k := range sw.KeysOf(&p.Objects[c.Object]) {
			keys[k.Name] = i
		}
		cases[c.Value] = keys
	}
	var all []map[string]int
	for i, n := range r.Names {
		keys := cases[n.Value]
		fields := fieldsOf(r, i)
		if len(keys) != len(fields) { // a key that is no field would be lost: it is none of the scanner's extra members
			return nil
		}
		for _, fd := range fields {
			if number, known := keys[fd.JSON]; !known || !r.Union && i > 0 && all[0][fd.JSON] != number {
				return nil
			}
		}
		all = append(all, keys)
	}
	return all
}

// fields emits where the scanner puts the members that it reads.
//
//	// fields says where the members go that the scanner reads.
//	func (e *StepStart) fields(f *stream.Fields) {
//		f.String(0, (*string)(&e.TS))
//		f.String(1, &e.Session)
//		f.String(3, &e.StepID)
//		f.String(4, &e.Driver)
//		f.Extra(&e.Extra)
//	}
func (e *emitter) fields(f *jen.File, r *model.Record, keys []map[string]int) {
	method := func(receiver, name string) *jen.Statement {
		doc(f, "fields says where the members go that the scanner reads, by their numbers in "+lower(r.Name)+"Plan.")
		return f.Func().Params(jen.Id(receiver).Op("*").Id(name)).Id("fields").Params(jen.Id("f").Op("*").Qual(streamPath, "Fields"))
	}
	if !r.Union {
		method("m", r.Name).BlockFunc(func(g *jen.Group) {
			for _, fd := range r.Struct.Fields {
				fieldOf(g, jen.Id("m"), fd, keys[0][fd.JSON])
			}
			g.Id("f").Dot("Extra").Call(jen.Op("&").Id("m").Dot("Extra"))
		})
		f.Line()
		return
	}
	for i, v := range r.Variants {
		method("e", v.Go).BlockFunc(func(g *jen.Group) {
			for _, fd := range r.Base.Fields {
				if !fd.Name { // the type says it
					fieldOf(g, jen.Id("e"), fd, keys[i][fd.JSON])
				}
			}
			for _, fd := range v.Fields {
				fieldOf(g, jen.Id("e"), fd, keys[i][fd.JSON])
			}
			g.Id("f").Dot("Extra").Call(jen.Op("&").Id("e").Dot("Extra"))
		})
		f.Line()
	}
	doc(f, "fields does nothing: the scanner reads no name that the schema does not have.")
	f.Func().Params(jen.Op("*").Id(r.Unknown)).Id("fields").Params(jen.Op("*").Qual(streamPath, "Fields")).Block()
	f.Line()
}

// fieldOf emits where the value of a key goes.
func fieldOf(g *jen.Group, into *jen.Statement, fd *model.Field, key int) {
	method, pointer := fieldMethod(fd)
	field := jen.Add(into).Dot(fd.Go)
	value := func() *jen.Statement {
		if fd.Optional {
			return field.Clone().Dot("Value")
		}
		return field.Clone()
	}
	if method == "" {
		// f.Read(5, func(r *value.Reader) { … })
		g.Id("f").Dot("Read").Call(jen.Lit(key), jen.Func().Params(jen.Id("r").Op("*").Qual(valuePath, "Reader")).BlockFunc(func(g *jen.Group) {
			if fd.Optional {
				g.Add(field.Clone()).Op("=").Id("Opt").Types(goType(fd.Type)).Values()
				g.If(jen.Id("r").Op("!=").Nil()).Block(assign(into, fd))
				return
			}
			g.Add(assign(into, fd))
		}))
		return
	}
	to := jen.Op("&").Add(value())
	if pointer != nil {
		to = jen.Parens(jen.Op("*").Add(pointer)).Call(to)
	}
	args := []jen.Code{jen.Lit(key), to}
	if fd.Optional {
		args = append(args, jen.Op("&").Add(field.Clone().Dot("Set")))
	}
	g.Id("f").Dot(method).Call(args...)
}

// fieldMethod returns the method of stream.Fields that takes the values of a field; none if they are read from a tape. If the pointer to the field must be
// converted, pointer is the type that it points to.
func fieldMethod(fd *model.Field) (method string, pointer *jen.Statement) {
	if fd.Name {
		return "String", jen.String()
	}
	switch t := fd.Type; t.Kind {
	case model.String:
		return "String", nil
	case model.Timestamp, model.EnumType:
		return "String", jen.String()
	case model.Bool:
		return "Bool", nil
	case model.Int:
		return "Int64", nil
	case model.Float:
		return "Float64", nil
	case model.Raw:
		return "Source", jen.String()
	case model.Array:
		if t.Elem.Kind == model.String {
			return "Strings", nil
		}
	case model.Map:
		if isStringMap(t) {
			return "StringMap", nil
		}
	}
	return "", nil
}

func isStringMap(t *model.Type) bool { return t.Kind == model.Map && t.Elem.Kind == model.String }
