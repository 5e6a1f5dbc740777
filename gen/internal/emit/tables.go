package emit

import (
	"fmt"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
)

// tables emits the lowered schema and facts as literals. They need no work at start-up.
func (e *emitter) tables(f *jen.File, r *model.Record, p *schema.Program, plan *scan.Plan) {
	e.programTable(f, lower(r.Name), p)
	f.Line()
	if planned(plan) {
		e.planTable(f, lower(r.Name), plan)
		f.Line()
	}
	docf(f, "%sFacts is what the schema's x-assay says of the stream.", lower(r.Name))
	f.Var().Id(lower(r.Name) + "Facts").Op("=").Add(literalOf(reflect.ValueOf(r.Facts).Elem(), false, 0).statement())
}

// programTable emits a lowered schema.
func (e *emitter) programTable(f *jen.File, one string, p *schema.Program) {
	docf(f, "%sProgram is what the schema allows: a table of nodes, each of which is a schema, with its place in the file.", one)
	f.Var().Id(one + "Program").Op("=").Add(literalOf(reflect.ValueOf(p).Elem(), false, 0).statement())
}

// columns is how wide a literal may be before it is broken, one element or field to a line.
const columns = 120

// TableSize returns about how many bytes of Go the tables of a schema make.
func TableSize(p *schema.Program, f *stream.Facts) int {
	size := sizeOf(reflect.ValueOf(p))
	if f != nil {
		size += sizeOf(reflect.ValueOf(f))
	}
	return size
}

// sizeOf returns about how many bytes of Go a value makes, as literalOf writes it.
func sizeOf(v reflect.Value) int {
	size := 4
	switch v.Kind() {
	case reflect.String:
		size += v.Len()
	case reflect.Pointer:
		if !v.IsNil() {
			size += sizeOf(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			size += sizeOf(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && !v.Field(i).IsZero() {
				size += len(field.Name) + sizeOf(v.Field(i))
			}
		}
	}
	return size
}

// literal is Go for a value.
type literal struct {
	text   string         // if it names no package: a million strings are one text
	code   *jen.Statement // else
	width  int            // in columns, if it is on one line
	broken bool           // it is not
}

func short(text string) literal { return literal{text: text, width: len(text)} }

// statement returns the literal as code.
func (l literal) statement() *jen.Statement {
	if l.code == nil {
		return jen.Op(l.text)
	}
	return l.code
}

// named puts a text before a literal: "Field: ".
func (l literal) named(text string) literal {
	l.width += len(text)
	if l.code == nil {
		l.text = text + l.text
	} else {
		l.code = jen.Op(text).Add(l.code)
	}
	return l
}

// literalOf returns a value as a composite literal: fields by name, zero fields left out. elide leaves out the type, where Go infers it.
func literalOf(v reflect.Value, elide bool, depth int) literal {
	switch v.Type() {
	case reflect.TypeFor[schema.Types]():
		return typesLiteral(schema.Types(v.Uint()))
	case reflect.TypeFor[time.Duration]():
		return durationLiteral(time.Duration(v.Int()))
	case reflect.TypeFor[scan.What](), reflect.TypeFor[scan.Op](), reflect.TypeFor[scan.Rule]():
		if name := scanName(v.Interface()); name != "" {
			return literal{code: jen.Qual(scanPath, name), width: len(name) + 5}
		}
	}
	switch v.Kind() {
	case reflect.String:
		return literal{text: quoted(v.String()), width: len(strconv.Quote(v.String()))}
	case reflect.Bool:
		return short(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return short(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return short(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float64:
		return short(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.Pointer:
		if v.Elem().Kind() != reflect.Struct { // a pointer to a number: Go 1.26's new
			elem := literalOf(v.Elem(), false, depth)
			return literal{code: jen.New(typeOf(v.Type().Elem()).Call(elem.statement())), width: elem.width + 20}
		}
		if elide {
			return literalOf(v.Elem(), true, depth)
		}
		return literalOf(v.Elem(), false, depth).named("&")
	case reflect.Slice:
		return sliceLiteral(v, elide, depth)
	case reflect.Struct:
		return structLiteral(v, elide, depth)
	}
	panic(fmt.Sprintf("emit: no literal for %s", v.Type()))
}

// sliceLiteral returns a slice. The nodes of a program come one to a line, each with its index.
func sliceLiteral(v reflect.Value, elide bool, depth int) literal {
	var nodes bool // one to a line, with its index, since others refer to it
	switch v.Type().Elem() {
	case reflect.TypeFor[schema.Node](), reflect.TypeFor[scan.Location](), reflect.TypeFor[scan.String](), reflect.TypeFor[scan.Number](),
		reflect.TypeFor[scan.Object](), reflect.TypeFor[scan.Array]():
		nodes = true
	}
	var elements []literal
	for i := range v.Len() {
		element := literalOf(v.Index(i), true, depth+1)
		if nodes {
			element = element.named(strconv.Itoa(i) + ": ")
		}
		elements = append(elements, element)
	}
	return composite(v.Type(), elements, elide, nodes, depth)
}

// structLiteral returns a struct. That of a table itself has a field to a line.
func structLiteral(v reflect.Value, elide bool, depth int) literal {
	var fields []literal
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.IsExported() && !v.Field(i).IsZero() {
			fields = append(fields, literalOf(v.Field(i), false, depth+1).named(field.Name+": "))
		}
	}
	return composite(v.Type(), fields, elide, depth == 0, depth)
}

// composite returns a composite literal, on one line if it fits.
func composite(t reflect.Type, elements []literal, elide, broken bool, depth int) literal {
	l := literal{code: jen.Empty(), width: 2, broken: broken && len(elements) > 0}
	if !elide {
		l.code, l.width = typeOf(t), len(t.String())+2
	}
	plain := elide || t.Kind() == reflect.Slice && t.Elem().PkgPath() == ""
	for _, e := range elements {
		plain = plain && e.code == nil
		l.width += e.width + 2
		l.broken = l.broken || e.broken
	}
	l.broken = l.broken || l.width+4*depth > columns && len(elements) > 0
	if plain {
		l.code, l.text = nil, plainText(t, elements, elide, l.broken)
		return l
	}
	codes := make([]jen.Code, len(elements))
	for i, e := range elements {
		codes[i] = e.statement()
	}
	l.code.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: l.broken}, codes...)
	return l
}

// plainText returns a composite literal of texts.
func plainText(t reflect.Type, elements []literal, elide, broken bool) string {
	var b strings.Builder
	if !elide {
		b.WriteString(t.String())
	}
	b.WriteByte('{')
	for i, e := range elements {
		switch {
		case broken:
			b.WriteByte('\n')
		case i > 0:
			b.WriteByte(' ')
		}
		b.WriteString(e.text)
		if broken || i+1 < len(elements) {
			b.WriteByte(',')
		}
	}
	if broken {
		b.WriteByte('\n')
	}
	b.WriteByte('}')
	return b.String()
}

// typeOf returns a type.
func typeOf(t reflect.Type) *jen.Statement {
	switch {
	case t.Kind() == reflect.Slice:
		return jen.Index().Add(typeOf(t.Elem()))
	case t.Kind() == reflect.Pointer:
		return jen.Op("*").Add(typeOf(t.Elem()))
	case t.PkgPath() != "":
		return jen.Qual(t.PkgPath(), t.Name())
	}
	return jen.Id(t.Name())
}

// typesLiteral returns a set of types by name: schema.StringType | schema.NullType.
func typesLiteral(types schema.Types) literal {
	names := []struct {
		bit  schema.Types
		name string
	}{
		{schema.NullType, "NullType"}, {schema.BooleanType, "BooleanType"}, {schema.NumberType, "NumberType"},
		{schema.StringType, "StringType"}, {schema.ArrayType, "ArrayType"}, {schema.ObjectType, "ObjectType"},
		{schema.IntegerType, "IntegerType"}, {schema.LexicalIntegerType, "LexicalIntegerType"},
	}
	var s *jen.Statement
	for _, n := range names {
		switch {
		case types&n.bit == 0:
		case s == nil:
			s = jen.Qual(schemaPath, n.name)
		default:
			s = s.Op("|").Qual(schemaPath, n.name)
		}
	}
	return literal{code: s, width: 24 * bits.OnesCount8(uint8(types))}
}

// scanName returns the constant of package scan that a value is; "" if it is none.
func scanName(v any) string {
	switch v := v.(type) {
	case scan.What:
		return map[scan.What]string{
			scan.MinLength: "MinLength", scan.MaxLength: "MaxLength", scan.Pattern: "Pattern", scan.Sequence: "Sequence", scan.Format: "Format",
			scan.Integer: "Integer", scan.LexicalInteger: "LexicalInteger", scan.Minimum: "Minimum", scan.Maximum: "Maximum",
			scan.ExclusiveMinimum: "ExclusiveMinimum", scan.ExclusiveMaximum: "ExclusiveMaximum", scan.MultipleOf: "MultipleOf",
			scan.OneOfNumbers: "OneOfNumbers",
		}[v]
	case scan.Op:
		return map[scan.Op]string{scan.AnyOf: "AnyOf", scan.OneOf: "OneOf", scan.None: "None", scan.If: "If"}[v]
	case scan.Rule:
		return map[scan.Rule]string{scan.Any: "Any", scan.Unsure: "Unsure"}[v]
	}
	return ""
}

// durationLiteral returns a duration in its largest whole unit: 30 * time.Minute.
func durationLiteral(d time.Duration) literal {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{
		{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}, {time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"},
	} {
		switch {
		case d == unit.size:
			return literal{code: jen.Qual("time", unit.name), width: 16}
		case d%unit.size == 0:
			return literal{code: jen.Op(strconv.FormatInt(int64(d/unit.size), 10)).Op("*").Qual("time", unit.name), width: 24}
		}
	}
	return short(strconv.FormatInt(int64(d), 10))
}
