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
		var fields []*model.Field
		if r.Union {
			fields = append(append(fields, r.Base.Fields...), r.Variants[i].Fields...)
		} else {
			fields = r.Struct.Fields
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

// fills emits how the scanner fills structs. What a struct held before is overwritten.
//
//	// fill takes over what the scanner has read.
//	func (e *StepStart) fill(s *stream.Scanned) {
//		e.TS = Timestamp(s.String(0))
//		e.Session = s.String(1)
//		e.Extra = s.Extra()
//		e.StepID = s.String(3)
//		e.Driver = s.String(4)
//	}
func (e *emitter) fills(f *jen.File, r *model.Record, keys []map[string]int) {
	fill := func(receiver, name string) *jen.Statement {
		return f.Func().Params(jen.Id(receiver).Op("*").Id(name)).Id("fill").Params(jen.Id("s").Op("*").Qual(streamPath, "Scanned"))
	}
	if !r.Union {
		fill("m", r.Name).BlockFunc(func(g *jen.Group) {
			for _, fd := range r.Struct.Fields {
				if fd.Name {
					g.Id("m").Dot(fd.Go).Op("=").Id(r.NameType).Call(jen.Id("s").Dot("String").Call(jen.Lit(keys[0][fd.JSON])))
					continue
				}
				fillField(g, jen.Id("m"), fd, keys[0][fd.JSON])
			}
			g.Id("m").Dot("Extra").Op("=").Id("s").Dot("Extra").Call()
			g.Id("m").Dot("Unknown").Op("=").Lit("")
		})
		f.Line()
		return
	}
	for i, v := range r.Variants {
		fill("e", v.Go).BlockFunc(func(g *jen.Group) {
			for _, fd := range r.Base.Fields {
				if !fd.Name {
					fillField(g, jen.Id("e"), fd, keys[i][fd.JSON])
				}
			}
			g.Id("e").Dot("Extra").Op("=").Id("s").Dot("Extra").Call()
			for _, fd := range v.Fields {
				fillField(g, jen.Id("e"), fd, keys[i][fd.JSON])
			}
		})
		f.Line()
	}
	fill("e", r.Unknown).Block(jen.Comment("The scanner reads no name that the schema does not have."))
	f.Line()
}

func fillField(g *jen.Group, into *jen.Statement, fd *model.Field, key int) {
	read := fillCall(fd.Type, key)
	if !fd.Optional {
		if isStringMap(fd.Type) {
			read = jen.Id("s").Dot("StringMap").Call(jen.Lit(key), jen.Add(into).Dot(fd.Go))
		}
		g.Add(into).Dot(fd.Go).Op("=").Add(read)
		return
	}
	if isStringMap(fd.Type) { // whose memory is used again
		read = jen.Id("s").Dot("StringMap").Call(jen.Lit(key), jen.Add(into).Dot(fd.Go).Dot("Value"))
	}
	g.If(jen.Id("s").Dot("Has").Call(jen.Lit(key))).Block(
		jen.Add(into).Dot(fd.Go).Op("=").Id("Some").Call(read),
	).Else().Block(
		jen.Add(into).Dot(fd.Go).Op("=").Id("Opt").Types(goType(fd.Type)).Values(),
	)
}

func isStringMap(t *model.Type) bool { return t.Kind == model.Map && t.Elem.Kind == model.String }

// fillCall returns an expression for the value of a key.
func fillCall(t *model.Type, key int) *jen.Statement {
	method := func(name string) *jen.Statement { return jen.Id("s").Dot(name).Call(jen.Lit(key)) }
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
	case model.Raw:
		return method("Raw")
	case model.Array:
		if t.Elem.Kind == model.String {
			return method("Strings")
		}
	}
	return readCall(method("Reader"), t)
}
