package emit

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
)

// Tables are most of what is generated for a large schema. So they do not go through jennifer and gofmt: their files are written as text, laid out as gofmt
// leaves it, which a test holds. Nothing of a schema gets into them but as a quoted string.

// columns is how wide a line of a table may be.
const columns = 140

// tableFile is a file of tables in the making.
type tableFile struct {
	body     strings.Builder
	packages map[string]bool // that the literals name
}

// table adds a variable.
func (f *tableFile) table(name, doc string, value any) {
	f.body.WriteByte('\n')
	for _, line := range wrap(doc, width) {
		f.body.WriteString(comment(line) + "\n")
	}
	l := f.literal(reflect.ValueOf(value).Elem(), false)
	l.prefix, l.rows = "var "+name+" = ", true
	f.write(&l, 0)
	f.body.WriteByte('\n')
}

// content returns the file.
func (f *tableFile) content(source, name string) []byte {
	var standard, others []string
	for p := range f.packages {
		if strings.Contains(p, ".") {
			others = append(others, p)
		} else {
			standard = append(standard, p)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\npackage %s\n\n", Header(source), name)
	switch paths := slices.Concat(standard, others); {
	case len(paths) == 1:
		fmt.Fprintf(&b, "import %q\n", paths[0])
	case len(paths) > 1:
		b.WriteString("import (\n")
		for i, group := range [][]string{standard, others} {
			if i > 0 && len(standard) > 0 && len(others) > 0 {
				b.WriteByte('\n')
			}
			slices.Sort(group)
			for _, p := range group {
				fmt.Fprintf(&b, "\t%q\n", p)
			}
		}
		b.WriteString(")\n")
	}
	return []byte(b.String() + f.body.String())
}

// literal is Go for a value: on one line, or broken into its parts.
type literal struct {
	prefix string // "Name: " or "12: "
	text   string // on one line; "" if that is too long
	open   string // what stands before the parts: "schema.Node{"
	parts  []literal
	rows   bool // a part to a line
	whole  bool // it is written on one line, whatever aligning adds
	index  bool // the first part of a line with its index, since others refer to it
}

// line returns the literal on one line.
func (l *literal) line() string { return l.prefix + l.text }

// literal returns a value as a composite literal: fields by name, zero fields left out. elide leaves out the type, where Go infers it.
func (f *tableFile) literal(v reflect.Value, elide bool) literal {
	switch x := v.Interface().(type) {
	case schema.Types:
		return literal{text: f.types(x)}
	case time.Duration:
		return literal{text: f.duration(x)}
	case scan.What, scan.Op, scan.Rule:
		if name := scanName(x); name != "" {
			return literal{text: f.name(scanPath, name)}
		}
	}
	switch v.Kind() {
	case reflect.String:
		return literal{text: quoted(v.String())}
	case reflect.Bool:
		return literal{text: strconv.FormatBool(v.Bool())}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return literal{text: strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return literal{text: strconv.FormatUint(v.Uint(), 10)}
	case reflect.Float64:
		return literal{text: strconv.FormatFloat(v.Float(), 'g', -1, 64)}
	case reflect.Pointer:
		if v.Elem().Kind() != reflect.Struct { // a pointer to a number: Go 1.26's new
			return literal{text: "new(" + f.typeName(v.Type().Elem()) + "(" + f.literal(v.Elem(), false).text + "))"}
		}
		l := f.literal(v.Elem(), elide)
		if !elide {
			l.open = "&" + l.open
			if l.text != "" {
				l.text = "&" + l.text
			}
		}
		return l
	case reflect.Slice:
		l := literal{open: "{", index: isTable(v.Type().Elem())}
		if !elide {
			l.open = f.typeName(v.Type()) + "{"
		}
		for i := range v.Len() {
			l.parts = append(l.parts, f.literal(v.Index(i), true))
		}
		return l.onOneLine()
	case reflect.Struct:
		l := literal{open: "{"}
		if !elide {
			l.open = f.typeName(v.Type()) + "{"
		}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() || v.Field(i).IsZero() {
				continue
			}
			part := f.literal(v.Field(i), false)
			part.prefix = field.Name + ": "
			l.parts = append(l.parts, part)
		}
		return l.onOneLine()
	}
	panic(fmt.Sprintf("emit: no literal for %s", v.Type()))
}

// isTable reports whether entries of a type are referred to by their index.
func isTable(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[schema.Node](), reflect.TypeFor[scan.Location](), reflect.TypeFor[scan.String](), reflect.TypeFor[scan.Number](),
		reflect.TypeFor[scan.Object](), reflect.TypeFor[scan.Array]():
		return true
	}
	return false
}

// onOneLine puts a composite literal on one line, if that is short enough for any.
func (l literal) onOneLine() literal {
	size := len(l.open) + 1
	for i := range l.parts {
		if p := &l.parts[i]; p.text == "" {
			return l
		} else if size += len(p.line()) + 2; size > columns {
			return l
		}
	}
	var b strings.Builder
	b.WriteString(l.open)
	for i := range l.parts {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(l.parts[i].line())
	}
	b.WriteByte('}')
	l.text = b.String()
	return l
}

// write writes a literal at a depth of indentation, its first line going on where the text is.
func (f *tableFile) write(l *literal, depth int) {
	if l.whole || len(l.parts) == 0 || !l.rows && l.fits(depth) {
		f.body.WriteString(l.line())
		return
	}
	f.body.WriteString(l.prefix + l.open)
	if last := len(l.parts) - 1; !l.rows && l.opensLast(depth) {
		for i := range last {
			f.body.WriteString(l.parts[i].line() + ", ")
		}
		f.write(&l.parts[last], depth)
		f.body.WriteByte('}')
		return
	}
	rows := l.layOut(depth + 1)
	for len(rows) > 0 {
		aligned := alignment(rows)
		wide := 0
		for _, row := range rows[:aligned] {
			wide = max(wide, len(row[0].prefix))
		}
		for _, row := range rows[:aligned] {
			f.newLine(depth + 1)
			row[0].prefix += strings.Repeat(" ", wide-len(row[0].prefix))
			for i := range row {
				if i > 0 {
					f.body.WriteByte(' ')
				}
				f.write(&row[i], depth+1)
				f.body.WriteByte(',')
			}
		}
		rows = rows[aligned:]
	}
	f.newLine(depth)
	f.body.WriteByte('}')
}

func (f *tableFile) newLine(depth int) {
	f.body.WriteByte('\n')
	for range depth {
		f.body.WriteByte('\t')
	}
}

// fits reports whether a literal fits on a line of a depth.
func (l *literal) fits(depth int) bool { return l.text != "" && 4*depth+len(l.line()) < columns }

// opensLast reports whether all parts but the last fit on the line, with what opens the last:
//
//	{At: "/$defs/run_start", Type: schema.ObjectType, Object: &schema.Object{
func (l *literal) opensLast(depth int) bool {
	last := len(l.parts) - 1
	size := 4*depth + len(l.prefix) + len(l.open)
	for i := range last {
		if l.parts[i].text == "" || l.parts[i].prefix == "" {
			return false
		}
		size += len(l.parts[i].line()) + 2
	}
	p := &l.parts[last]
	return p.prefix != "" && len(p.parts) > 0 && !p.fits(depth) && size+len(p.prefix)+len(p.open) < columns
}

// layOut puts the parts into lines.
func (l *literal) layOut(depth int) (rows [][]literal) {
	size := 0
	for i := range l.parts {
		p := l.parts[i]
		n := 4*depth + len(p.line()) + 2
		if fill := len(rows) > 0 && !l.rows && size > 0 && p.fits(depth); fill && size+len(p.line())+2 < columns {
			rows[len(rows)-1] = append(rows[len(rows)-1], p)
			size += len(p.line()) + 2
			continue
		}
		if l.index {
			p.prefix = strconv.Itoa(i) + ": "
		}
		p.whole = p.fits(depth)
		if size = n; !p.whole {
			size = 0 // nothing stands behind it
		}
		rows = append(rows, []literal{p})
	}
	return rows
}

// alignment returns how many of the next lines gofmt aligns the values of: those that begin with a key, as long as there is nothing else on them.
func alignment(rows [][]literal) int {
	pair := func(row []literal) bool { return row[0].prefix != "" && (len(row[0].parts) == 0 || row[0].whole) }
	n := 1
	for n < len(rows) && pair(rows[n-1]) && len(rows[n-1]) == 1 && pair(rows[n]) {
		n++
	}
	return n
}

// typeName returns a type as Go names it.
func (f *tableFile) typeName(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Slice:
		return "[]" + f.typeName(t.Elem())
	case t.PkgPath() != "":
		return f.name(t.PkgPath(), t.Name())
	}
	return t.Name()
}

// name returns what a package exports, as Go names it.
func (f *tableFile) name(importPath, name string) string {
	if f.packages == nil {
		f.packages = map[string]bool{}
	}
	f.packages[importPath] = true
	return path.Base(importPath) + "." + name
}

// types returns a set of types by name: schema.StringType | schema.NullType.
func (f *tableFile) types(types schema.Types) string {
	names := []struct {
		bit  schema.Types
		name string
	}{
		{schema.NullType, "NullType"}, {schema.BooleanType, "BooleanType"}, {schema.NumberType, "NumberType"},
		{schema.StringType, "StringType"}, {schema.ArrayType, "ArrayType"}, {schema.ObjectType, "ObjectType"},
		{schema.IntegerType, "IntegerType"}, {schema.LexicalIntegerType, "LexicalIntegerType"},
	}
	if types == schema.AnyType {
		return f.name(schemaPath, "AnyType")
	}
	var words []string
	for _, n := range names {
		if types&n.bit != 0 {
			words = append(words, f.name(schemaPath, n.name))
		}
	}
	return strings.Join(words, " | ")
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

// duration returns a duration in its largest whole unit: 30 * time.Minute.
func (f *tableFile) duration(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{
		{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}, {time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"},
	} {
		switch {
		case d == unit.size:
			return f.name("time", unit.name)
		case d%unit.size == 0:
			return strconv.FormatInt(int64(d/unit.size), 10) + " * " + f.name("time", unit.name)
		}
	}
	return strconv.FormatInt(int64(d), 10)
}
