package lower

import (
	"fmt"
	"slices"
	"time"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// Facts lowers the x-assay object of a root schema, after checking it against the vocabulary's own schema and every name, key, pointer and size in
// it against the schema. It returns nil if the schema has no x-assay, and if it adds to mistakes. It also checks the x-assay objects of properties
// in the same document, which the Go model reads. The program is what Program made of root, nil if that found mistakes.
func Facts(g *resolve.Graph, root *resolve.Schema, program *schema.Program, mistakes *diag.List) *stream.Facts {
	before := mistakes.Len()
	checkForms(root, mistakes)
	k := root.Keyword("x-assay")
	if k == nil || program == nil || mistakes.Len() > before {
		return nil
	}
	f := &facts{graph: g, root: root, document: root.Document, tape: root.Document.Tape, mistakes: mistakes, keyed: map[string]stream.Key{}}
	f.read(k.Value, program)
	if mistakes.Len() > before {
		return nil
	}
	return &f.out
}

// facts is one stream.Facts in the making. The shape of the x-assay object is known to be right; what it says of the schema is checked here.
type facts struct {
	graph    *resolve.Graph
	root     *resolve.Schema
	document *load.Document
	tape     *tape.Tape // of the document
	mistakes *diag.List
	schema   *declared
	keyed    map[string]stream.Key // out.Keys by name
	out      stream.Facts
}

func (f *facts) read(assay tape.Node, program *schema.Program) {
	f.unshared(assay, "record", "stream", "file")
	f.out.Record = textAt(f.document, assay, "record")
	f.out.Stream = textAt(f.document, assay, "stream")
	f.out.File = textAt(f.document, assay, "file")
	f.out.Name = textAt(f.document, assay, "name")
	path, _ := pointerSteps(f.out.Name)
	f.schema = newDeclared(program, path)
	f.out.Names = f.schema.names
	if len(f.out.Names) == 0 {
		f.nameless(assay, path)
		return // all else is said in terms of names
	}
	if keys, ok := f.tape.Find(assay, "keys"); ok {
		f.declareKeys(keys)
	}
	for key, value := range f.document.Members(assay) {
		switch string(f.tape.Str(key)) {
		case "record", "stream", "file", "name", "keys": // read above
		case "go": // the Go model reads it
			f.knownNames(value)
		case "type": // how records look in Go; the model reads it
		case "time":
			f.out.Time = f.pointer(value, nil, schema.StringType)
		case "session":
			f.out.Session = f.pointer(value, nil, scalar)
		case "sizes":
			f.sizes(value)
		case "counts":
			f.counts(value)
		case "pairs":
			f.pairs(value)
		case "totals":
			f.totals(value)
		case "rising":
			f.rising(value)
		case "parity":
			f.parity(value)
		case "only":
			f.only(value)
		default:
			panic("the vocabulary's schema let " + string(f.tape.Str(key)) + " pass")
		}
	}
}

// mistake adds a mistake at a value of the x-assay object.
func (f *facts) mistake(at tape.Node, help string, format string, args ...any) {
	if f.mistakes.Full() {
		f.mistakes.Add(diag.Diagnostic{}) // it is only counted
		return
	}
	f.mistakes.Add(diag.Diagnostic{Place: f.document.Place(at), Message: fmt.Sprintf(format, args...), Help: help})
}

// unshared checks that no schema before this one gives the same name to its records, stream or file.
func (f *facts) unshared(assay tape.Node, of ...string) {
	for _, member := range of {
		mine, ok := f.tape.Find(assay, member)
		if !ok {
			continue
		}
		for _, other := range f.graph.Roots {
			if other == f.root {
				break
			}
			object, ok := rootAssay(other)
			if !ok {
				continue
			}
			theirs, ok := other.Document.Tape.Find(object, member)
			if ok && tape.Equal(f.tape, mine, other.Document.Tape, theirs) {
				f.mistakes.Add(diag.Diagnostic{
					Place:   f.document.Place(mine),
					Message: fmt.Sprintf("two schemas have the %s %s", member, shown(f.document, mine)),
					Related: []diag.Place{other.Document.Place(theirs)},
				})
				break
			}
		}
	}
}

// rootAssay returns the x-assay object of a root schema.
func rootAssay(root *resolve.Schema) (tape.Node, bool) {
	k := root.Keyword("x-assay")
	if k == nil || root.Document.Tape.Kind(k.Value) != tape.Object {
		return 0, false
	}
	return k.Value, true
}

// nameless says why no names were found.
func (f *facts) nameless(assay tape.Node, path []string) {
	at, _ := f.tape.Find(assay, "name")
	if len(f.schema.find("", path).schemas) == 0 {
		f.mistake(at, f.nearestPointer(path, []string{""}), "%s leads to no property", diag.Quote(f.out.Name))
		return
	}
	f.mistake(at, "list the names by const or enum", "the schema does not say which names %s can take", diag.Quote(f.out.Name))
}

// knownNames checks that the members of an object are names of records.
func (f *facts) knownNames(object tape.Node) {
	for key := range f.document.Members(object) {
		if name := string(f.tape.Str(key)); !f.schema.known[name] {
			f.mistake(key, f.nearest(name, func() []string { return f.out.Names }), "no record is called %s", diag.Quote(name))
		}
	}
}

func (f *facts) declareKeys(keys tape.Node) {
	for key, value := range f.document.Members(keys) {
		k := stream.Key{Name: string(f.tape.Str(key)), Basename: textAt(f.document, value, "as") == "basename"}
		want := schema.Types(scalar)
		if k.Basename {
			want = schema.StringType
		}
		at, _ := f.tape.Find(value, "at")
		k.At = texts(f.document, at)
		// A member that is not declared may be part of a key, as real lines have more than their schema says; but not the whole of it, as that
		// may well be a misspelling.
		whole := !slices.ContainsFunc(k.At, func(p string) bool { return f.declares(p, nil) })
		for _, item := range f.document.Items(at) {
			if text := string(f.tape.Str(item)); whole || f.declares(text, nil) || !f.open(text, nil) {
				f.pointer(item, nil, want)
			}
		}
		f.addKey(k)
	}
}

// number returns the number that a pointer member of an object leads to; "" if there is no such member.
func (f *facts) number(object tape.Node, member string, of []string) string {
	n, ok := f.tape.Find(object, member)
	if !ok {
		return ""
	}
	return f.pointer(n, of, schema.NumberType)
}

// float returns a number member of an object, or what it is if absent.
func (f *facts) float(object tape.Node, member string, absent float64) float64 {
	n, ok := f.tape.Find(object, member)
	if !ok {
		return absent
	}
	v, ok := f.tape.Num(n).Float64()
	if !ok {
		f.mistake(n, "", "the number is out of range")
	}
	return v
}

// warns reports whether the level of an object is warn.
func (f *facts) warns(object tape.Node) bool { return textAt(f.document, object, "level") == "warn" }

func (f *facts) sizes(sizes tape.Node) {
	for key, size := range f.document.Members(sizes) {
		of := f.names(size, "of")
		f.out.Sizes = append(f.out.Sizes, stream.Size{
			Name:        string(f.tape.Str(key)),
			Description: textAt(f.document, size, "description"),
			Of:          of,
			Distinct:    f.keys(size, "distinct", of),
			Sum:         f.number(size, "sum", of),
		})
	}
}

func (f *facts) counts(counts tape.Node) {
	for _, count := range f.document.Items(counts) {
		of := f.names(count, "of")
		c := stream.Count{Of: of, Per: f.size(count), By: f.keys(count, "by", of), Warn: f.warns(count)}
		c.Min, c.Max = f.limits(count)
		f.out.Counts = append(f.out.Counts, c)
	}
}

// size returns the size that a count is a multiple of, which any schema of the generation may declare.
func (f *facts) size(count tape.Node) string {
	n, ok := f.tape.Find(count, "per")
	if !ok {
		return ""
	}
	name := string(f.tape.Str(n))
	var declared []string
	for _, root := range f.graph.Roots {
		assay, ok := rootAssay(root)
		if !ok {
			continue
		}
		t := root.Document.Tape
		if sizes, ok := t.Find(assay, "sizes"); ok && t.Kind(sizes) == tape.Object {
			for key := range root.Document.Members(sizes) {
				declared = append(declared, string(t.Str(key)))
			}
		}
	}
	if !slices.Contains(declared, name) {
		f.mistake(n, f.nearest(name, func() []string { return declared }), "no size is called %s", diag.Quote(name))
	}
	return name
}

// limits returns the limits of a count: exactly 1 if none is given, none on the side that is not given.
func (f *facts) limits(count tape.Node) (least, most int) {
	lower, hasMin := f.tape.Find(count, "min")
	upper, hasMax := f.tape.Find(count, "max")
	if !hasMin && !hasMax {
		return 1, 1
	}
	most = -1
	if hasMin {
		least = f.integer(lower)
	}
	if hasMax {
		most = f.integer(upper)
		if least > most {
			f.mistake(lower, "", "min must not exceed max, which is %d, got %d", most, least)
		}
	}
	return least, most
}

// integer returns the value of an integer that the vocabulary's schema bounds to 32 bits.
func (f *facts) integer(n tape.Node) int {
	v, ok := f.tape.Num(n).Int64()
	if !ok {
		panic("the vocabulary's schema let a large number pass")
	}
	return int(v)
}

func (f *facts) pairs(pairs tape.Node) {
	for _, pair := range f.document.Items(pairs) {
		open, closed := f.names(pair, "open"), f.names(pair, "close")
		p := stream.Pair{
			Open:  open,
			Close: closed,
			By:    f.keys(pair, "by", open, closed),
			Any:   textAt(f.document, pair, "match") == "any",
			Warn:  f.warns(pair),
		}
		f.apart(pair, open)
		if n, ok := f.tape.Find(pair, "within"); ok {
			within, err := fixedDuration(string(f.tape.Str(n)))
			if err != nil {
				f.mistake(n, "", "%s", err)
			}
			p.Within = within
		}
		if n, ok := f.tape.Find(pair, "elapsed"); ok {
			for key, unit := range f.document.Members(n) {
				property := string(f.tape.Str(key))
				f.leads(key, pointerTo([]string{property}), []string{property}, closed, schema.NumberType)
				p.Elapsed = append(p.Elapsed, stream.Elapsed{Property: property, Unit: unitOf(string(f.tape.Str(unit)))})
			}
		}
		f.out.Pairs = append(f.out.Pairs, p)
	}
}

// apart checks that no record both opens and closes.
func (f *facts) apart(pair tape.Node, open []string) {
	n, _ := f.tape.Find(pair, "close")
	for _, item := range f.document.Items(n) {
		if name := string(f.tape.Str(item)); slices.Contains(open, name) {
			f.mistake(item, "", "%s cannot both open and close", diag.Quote(name))
		}
	}
}

// unitOf returns what 1 means in a unit of elapsed.
func unitOf(unit string) time.Duration {
	switch unit {
	case "ns":
		return time.Nanosecond
	case "us":
		return time.Microsecond
	case "ms":
		return time.Millisecond
	case "seconds":
		return time.Second
	}
	panic("the vocabulary's schema let the unit " + unit + " pass")
}

func (f *facts) totals(totals tape.Node) {
	for key, total := range f.document.Members(totals) {
		of := f.names(total, "of")
		f.out.Totals = append(f.out.Totals, stream.Total{
			Name:        string(f.tape.Str(key)),
			Description: textAt(f.document, total, "description"),
			Of:          of,
			Sum:         f.number(total, "sum", of),
			Distinct:    f.keys(total, "distinct", of),
			By:          f.keys(total, "by", of),
		})
	}
}

func (f *facts) rising(rising tape.Node) {
	for _, r := range f.document.Items(rising) {
		of := f.names(r, "of")
		f.out.Rising = append(f.out.Rising, stream.Rising{
			Of:    of,
			Value: f.number(r, "value", of),
			From:  f.float(r, "from", 0),
			By:    f.float(r, "by", 1),
		})
	}
}

func (f *facts) parity(parity tape.Node) {
	if counts, ok := f.tape.Find(parity, "counts"); ok {
		seen := map[string]bool{}
		for _, count := range f.document.Items(counts) {
			of, _ := f.tape.Find(count, "of")
			f.once(of, seen, "has a tolerance already")
			f.out.Parity.Counts = append(f.out.Parity.Counts, stream.ParityCount{Of: f.namesIn(of), Within: f.float(count, "within", 0)})
		}
	}
	if same, ok := f.tape.Find(parity, "same"); ok {
		for _, s := range f.document.Items(same) {
			of := f.names(s, "of")
			f.out.Parity.Same = append(f.out.Parity.Same, stream.ParitySame{Of: of, By: f.keys(s, "by", of)})
		}
	}
	if sums, ok := f.tape.Find(parity, "sums"); ok {
		f.out.Parity.Sums = &stream.ParitySums{
			Value:    f.number(sums, "value", nil),
			By:       f.keys(sums, "by", nil),
			Within:   f.float(sums, "within", 0),
			Report:   f.names(sums, "report"),
			ReportIf: f.reportIf(sums),
		}
	}
}

// reportIf returns what records say whose sums are only reported; nothing if there is no such rule.
func (f *facts) reportIf(sums tape.Node) (rule stream.ReportIf) {
	if n, ok := f.tape.Find(sums, "reportIf"); ok {
		at, _ := f.tape.Find(n, "at")
		in, _ := f.tape.Find(n, "in")
		rule.At = f.pointer(at, nil, schema.StringType)
		rule.In = f.stringsIn(in, rule.At)
	}
	return rule
}

func (f *facts) only(only tape.Node) {
	seen := map[string]bool{}
	for key, value := range f.document.Members(only) {
		f.once(value, seen, "belongs to another kind of run already")
		f.out.Only = append(f.out.Only, stream.Only{Where: string(f.tape.Str(key)), Names: f.namesIn(value)})
	}
}

// once checks that no name in an array is in seen, and adds them.
func (f *facts) once(array tape.Node, seen map[string]bool, already string) {
	for _, item := range f.document.Items(array) {
		name := string(f.tape.Str(item))
		if seen[name] {
			f.mistake(item, "", "%s %s", diag.Quote(name), already)
		}
		seen[name] = true
	}
}
