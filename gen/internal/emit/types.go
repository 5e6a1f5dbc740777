package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// types emits what people read: names, enums, and the structs of a record.
func (e *emitter) types(f *jen.File, s *model.Schema, plan planOf) {
	e.names(f, s.Record)
	if s.Record.Union {
		e.union(f, s.Record, plan)
	} else {
		e.single(f, s.Record)
	}
	e.nestedTypes(f, s)
}

// nestedTypes emits the objects and enums that a schema's properties are made of.
func (e *emitter) nestedTypes(f *jen.File, s *model.Schema) {
	for _, st := range s.Structs {
		if s.Value != nil && st == s.Value.Struct {
			continue
		}
		text := sentence(phrase(st.Doc))
		if text == "" {
			text = "an object of the schema."
		}
		doc(f, st.Go+" is "+text)
		e.structType(f, st, func(g *jen.Group) { extra(g, st) })
	}
	for _, enum := range s.Enums {
		e.enum(f, enum)
	}
}

// names emits the type of the record's name, its constants and its list:
//
//	// EventName is the name of an event: its member "event".
//	type EventName string
//
//	// The names of events, in schema order.
//	const (
//		EventRunStart EventName = "run_start" // pipeline execution begins
//		…
//	)
func (e *emitter) names(f *jen.File, r *model.Record) {
	e.stringType(f, &model.Enum{Go: r.NameType, List: r.NameType + "s", Constants: r.Names},
		fmt.Sprintf("%s is the name of %s: its member %q. It can hold names that are not in the schema.", r.NameType, article(spoken(r.Name)), r.Property),
		"The names of "+spoken(model.Plural(r.Name))+", in schema order.")
}

// enum emits a string type with constants.
func (e *emitter) enum(f *jen.File, enum *model.Enum) {
	text := enum.Go + " is one of the strings that the schema lists."
	if p := phrase(enum.Doc); p != "" {
		text = fmt.Sprintf("%s is one of the strings that the schema lists: %s.", enum.Go, strings.TrimSuffix(p, "."))
	}
	e.stringType(f, enum, text, "The values of "+enum.Go+", in schema order.")
}

func (e *emitter) stringType(f *jen.File, enum *model.Enum, text, constants string) {
	doc(f, text)
	f.Type().Id(enum.Go).String()
	f.Line()
	doc(f, constants)
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, c := range enum.Constants {
			field(g, jen.Id(c.Go).Id(enum.Go).Op("=").Lit(c.Value), phrase(c.Doc))
		}
	})
	f.Line()
	// func EventNames() []EventName { return []EventName{EventRunStart, …} }
	docf(f, "%s returns the %d values of %s that the schema lists, in its order.", enum.List, len(enum.Constants), enum.Go)
	f.Func().Id(enum.List).Params().Index().Id(enum.Go).Block(
		jen.Return(jen.Index().Id(enum.Go).Custom(multiline, constantIDs(enum.Constants)...)),
	)
	f.Line()
	// func (n EventName) Valid() bool { switch n { case EventRunStart, …: return true }; return false }
	docf(f, "Valid reports whether the schema lists n.")
	f.Func().Params(jen.Id("n").Id(enum.Go)).Id("Valid").Params().Bool().Block(
		jen.Switch(jen.Id("n")).Block(
			jen.Case(jen.Custom(jen.Options{Separator: ",", Multi: false}, caseLines(enum.Constants)...)).Block(jen.Return(jen.True())),
		),
		jen.Return(jen.False()),
	)
	f.Line()
}

// multiline is a composite literal with an element per line.
var multiline = jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}

func constantIDs(constants []model.Constant) []jen.Code {
	var ids []jen.Code
	for _, c := range constants {
		ids = append(ids, jen.Id(c.Go))
	}
	return ids
}

// caseLines returns the constants for a case clause, broken into lines of readable length.
func caseLines(constants []model.Constant) []jen.Code {
	var ids []jen.Code
	columns := 0
	for _, c := range constants {
		id := jen.Id(c.Go)
		if columns += len(c.Go) + 2; columns > width {
			id, columns = jen.Line().Id(c.Go), len(c.Go)+2
		}
		ids = append(ids, id)
	}
	return ids
}

// union emits the sealed interface, the base and a struct per name:
//
//	type Event interface {
//		// Event returns the event's name.
//		Event() EventName
//		// Base returns the properties that all events have.
//		Base() *EventBase
//		…
//	}
func (e *emitter) union(f *jen.File, r *model.Record, plan planOf) {
	one, many := spoken(r.Name), spoken(model.Plural(r.Name))
	text := fmt.Sprintf("%s is one line of the %s stream", r.Name, r.Facts.Stream)
	if p := phrase(r.Doc); p != "" {
		text += ": " + strings.TrimSuffix(p, ".")
	}
	text += fmt.Sprintf(".\n\nIt is one of the pointers *%s to *%s, or *%s for a name that is not in the schema. No type outside this package can be %s.",
		r.Variants[0].Go, r.Variants[len(r.Variants)-1].Go, r.Unknown, article(r.Name))
	doc(f, text)
	f.Type().Id(r.Name).InterfaceFunc(func(g *jen.Group) {
		g.Commentf("// %s returns the %s's name.", r.Name, one)
		g.Id(r.Name).Params().Id(r.NameType)
		g.Commentf("// Base returns the properties that all %s have.", many)
		g.Id("Base").Params().Op("*").Id(r.Base.Go)
		for _, k := range r.Keys {
			for _, line := range wrap(k.Go+" "+keyText(k)+".", width-10) {
				g.Comment(comment(line))
			}
			g.Id(k.Go).Params().Params(jen.String(), jen.Bool())
		}
		g.Line()
		g.Id("read").Params(jen.Id("r").Op("*").Qual(valuePath, "Reader"))
		if plan.keys != nil {
			g.Id("fields").Params(jen.Id("f").Op("*").Qual(streamPath, "Fields"))
		}
		if e.writes[r] != nil {
			g.Id("append").Params(appendParams()...).Index().Byte()
		} else {
			g.Id("append").Params(jen.Id("b").Index().Byte()).Index().Byte()
		}
		g.Id("clone").Params().Id(r.Name)
	})
	f.Line()

	docf(f, "%s holds the properties that all %s have.", r.Base.Go, many)
	e.structType(f, r.Base, func(g *jen.Group) { extra(g, r.Base) })
	for _, v := range r.Variants {
		text := fmt.Sprintf("%s is the %q %s", v.Go, v.JSON, one)
		if p := phrase(v.Doc); p != "" {
			text += ": " + strings.TrimSuffix(p, ".")
		}
		doc(f, text+".")
		f.Type().Id(v.Go).StructFunc(func(g *jen.Group) {
			g.Id(r.Base.Go)
			for _, fd := range v.Fields {
				structField(g, fd)
			}
		})
		f.Line()
	}

	without := ""
	if r.Nameless {
		without = ", or that has none, as the schema allows"
	}
	docf(f, "%s is %s whose name is not in the schema%s. Its base holds what could be read of the base properties, and all other members as Extra; "+
		"Raw is what is written.", r.Unknown, article(one), without)
	f.Type().Id(r.Unknown).Struct(
		jen.Id(r.Base.Go),
		jen.Id("Name").Id(r.NameType),
		jen.Id("Raw").Id("Raw").Comment("// the whole line"),
	)
	f.Line()

	docf(f, "Any%s is a struct field that holds %s: encoding/json cannot fill an interface by itself.", r.Name, article(one))
	f.Type().Id("Any" + r.Name).Struct(jen.Id(r.Name).Id(r.Name))
	f.Line()
}

// single emits the one struct of a record.
func (e *emitter) single(f *jen.File, r *model.Record) {
	text := fmt.Sprintf("%s is one line of the %s stream", r.Name, r.Facts.Stream)
	if p := phrase(r.Doc); p != "" {
		text += ": " + strings.TrimSuffix(p, ".")
	}
	doc(f, text+".")
	f.Type().Id(r.Name).StructFunc(func(g *jen.Group) {
		for _, fd := range r.Struct.Fields {
			if fd.Name {
				field(g, jen.Id(fd.Go).Id(r.NameType).Tag(tag(fd)), phrase(fd.Doc))
				continue
			}
			structField(g, fd)
		}
		extra(g, r.Struct)
		g.Line()
		if r.Nameless {
			g.Commentf("// Unknown is the whole line if it has no name, or one that is not in the schema, and then what is written. The fields")
			g.Commentf("// then hold what could be read of them.")
		} else {
			g.Commentf("// Unknown is the whole line if its name is not in the schema, and then what is written. The fields then hold")
			g.Commentf("// what could be read of them.")
		}
		g.Id("Unknown").Id("Raw").Tag(map[string]string{"json": "-"})
	})
	f.Line()
}

// structType emits a struct; more adds to its fields.
func (e *emitter) structType(f *jen.File, st *model.Struct, more func(*jen.Group)) {
	f.Type().Id(st.Go).StructFunc(func(g *jen.Group) {
		for _, fd := range st.Fields {
			if !fd.Name {
				structField(g, fd)
			}
		}
		more(g)
	})
	f.Line()
}

// extra emits the field for members that are not declared.
func extra(g *jen.Group, st *model.Struct) {
	if !st.Closed {
		g.Line()
		g.Comment("// Extra holds the members that the schema does not declare, in order. They are written back behind the others.")
		g.Id("Extra").Id("Members").Tag(map[string]string{"json": "-"})
	}
}

// structField emits a property:
//
//	RowsProcessed float64 `json:"rows_processed"` // rows handled by the step, >= 0
func structField(g *jen.Group, fd *model.Field) {
	text := phrase(fd.Doc)
	if fd.Limits != "" {
		text = strings.TrimSuffix(text, ".")
		if text != "" {
			text += ", "
		}
		text += fd.Limits
	}
	if why := whyRaw(fd.Type); why != "" {
		text = strings.TrimPrefix(sentence(text)+" Raw, because "+why, " ")
	}
	field(g, jen.Id(fd.Go).Add(fieldType(fd)).Tag(tag(fd)), text)
}

// whyRaw returns for which limit a type is, or holds, Raw; "" if it is not for one.
func whyRaw(t *model.Type) string {
	for t.Elem != nil {
		t = t.Elem
	}
	return t.Why
}

func tag(fd *model.Field) map[string]string {
	name := fd.JSON
	if strings.ContainsAny(name, "\"\\,`") || name == "" || name == "-" || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' }) {
		return map[string]string{"json": "-"} // encoding/json's tags cannot hold the name; the codec does not use them
	}
	if fd.Optional {
		name += ",omitzero"
	}
	return map[string]string{"json": name}
}

// fieldType returns the Go type of a property.
func fieldType(fd *model.Field) *jen.Statement {
	if fd.Optional {
		return jen.Id("Opt").Types(goType(fd.Type))
	}
	return goType(fd.Type)
}

// goType returns a Go type.
func goType(t *model.Type) *jen.Statement {
	switch t.Kind {
	case model.String:
		return jen.String()
	case model.Bool:
		return jen.Bool()
	case model.Int:
		return jen.Int64()
	case model.Float:
		return jen.Float64()
	case model.Timestamp:
		return jen.Id("Timestamp")
	case model.EnumType:
		return jen.Id(t.Enum.Go)
	case model.StructType:
		return jen.Id(t.Struct.Go)
	case model.Array:
		return jen.Index().Add(goType(t.Elem))
	case model.Map:
		return jen.Map(jen.String()).Add(goType(t.Elem))
	case model.Nullable:
		return jen.Id("Null").Types(goType(t.Elem))
	default:
		return jen.Id("Raw")
	}
}
