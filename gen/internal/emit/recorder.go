package emit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// recorder emits what writes the streams of a run:
//
//	rec := NewRecorder(RunWriters{Events: events, Metrics: metrics}, RecorderOptions{Session: "run_1"})
//	step, err := rec.StepStart(StepStart{StepID: "extract", Driver: "mysql"})
//	…
//	err = step.StepComplete(StepComplete{RowsProcessed: 20})
//	…
//	err = rec.Close()
func (e *emitter) recorder(f *jen.File) {
	e.runWriters(f)
	e.newRecorder(f)
	for _, r := range e.records {
		e.emitMethod(f, r)
	}
	doc(f, "Close writes what is still buffered and returns nil, or a [*stream.CloseError]: the first error of any call, and the records that were opened and "+
		"not closed. The writers stay open. What comes later is refused.")
	f.Func().Params(recorderReceiver()).Id("Close").Params().Error().Block(jen.Return(jen.Id("r").Dot("run").Dot("Close").Call()))
	f.Line()
	doc(f, "NewSlogHandler returns a handler that records the slog records whose message is a name of the schemas, with their attributes as members, and hands all "+
		"of them on to next, which may be nil. Errors are kept for Close: package slog drops them. See [stream.Recorder.NewSlogHandler].")
	f.Func().Id("NewSlogHandler").Params(recorderReceiver(), jen.Id("next").Qual("log/slog", "Handler")).Qual("log/slog", "Handler").Block(
		jen.Return(jen.Id("r").Dot("run").Dot("NewSlogHandler").Call(jen.Id("next"))),
	)
	f.Line()
	for _, r := range e.records {
		o := &opens{emitter: e, f: f, r: r}
		for i := range r.Names {
			if len(o.closers(i)) > 0 {
				o.emit(i)
			}
		}
	}
}

func recorderReceiver() *jen.Statement { return jen.Id("r").Op("*").Id("Recorder") }

func emissionName(r *model.Record) string { return lower(r.Name) + "Emission" }

// streamField returns the recorder's field for a stream.
func streamField(r *model.Record) string { return lower(r.Name) + "Stream" }

func (e *emitter) runWriters(f *jen.File) {
	doc(f, "RunWriters are where the streams of a run go. A stream without a writer refuses its records. Two recorders can share a file that is opened with "+
		"os.O_APPEND: their lines stay whole. Another file that two of them would write refuses the records of the second.")
	f.Type().Id("RunWriters").StructFunc(func(g *jen.Group) {
		for _, r := range e.records {
			field(g, jen.Id(r.Plural).Qual("io", "Writer"), r.Facts.File)
		}
	})
	f.Line()
	doc(f, "RecorderOptions are the settings of a recorder: the session, the clock, the redactor, and whether lines are buffered.")
	f.Type().Id("RecorderOptions").Op("=").Qual(streamPath, "RecorderOptions")
	f.Line()
}

// newRecorder emits the recorder and what makes it.
func (e *emitter) newRecorder(f *jen.File) {
	doc(f, "Recorder writes the streams of one run. Every record is masked, filled in and validated before its line is written, and every line is written whole. What a "+
		"method is given never changes. Every error is returned, and the first is kept for Close. A Recorder is safe for concurrent use.")
	f.Type().Id("Recorder").StructFunc(func(g *jen.Group) {
		g.Id("run").Op("*").Qual(streamPath, "Recorder")
		for _, r := range e.records {
			g.Id(streamField(r)).Op("*").Qual(streamPath, "Recording")
		}
	})
	f.Line()
	doc(f, "NewRecorder returns a recorder of a run. Call Close at its end.")
	f.Func().Id("NewRecorder").Params(jen.Id("w").Id("RunWriters"), jen.Id("o").Id("RecorderOptions")).Op("*").Id("Recorder").Block(
		jen.Id("run").Op(":=").Qual(streamPath, "NewRecorder").Call(jen.Id("o")),
		jen.Return(jen.Op("&").Id("Recorder").CustomFunc(multiline, func(g *jen.Group) {
			g.Id("run").Op(":").Id("run")
			for _, r := range e.records {
				g.Id(streamField(r)).Op(":").Id("run").Dot("Stream").Call(
					jen.Id("w").Dot(r.Plural), jen.Op("&").Id(lower(r.Name)+"Record"), jen.Op("&").Id(emissionName(r)))
			}
		})),
	)
	f.Line()
}

// emitMethod emits what writes any record of a stream.
func (e *emitter) emitMethod(f *jen.File, r *model.Record) {
	one := spoken(r.Name)
	text := fmt.Sprintf("%s writes %s.", r.Emit, article(one))
	if filled := filledIn(r); filled != "" {
		text += " " + filled
	}
	v, parameter := "e", jen.Id(r.Name)
	name := jen.Id("e").Dot(r.Name).Call()
	if !r.Union {
		v, parameter = "m", jen.Op("*").Id(r.Name)
		name = jen.Id("m").Dot(nameField(r).Go)
	}
	doc(f, text+" A name that is not in the schema is refused.")
	f.Func().Params(recorderReceiver()).Id(r.Emit).Params(jen.Id(v).Add(parameter)).Error().Block(
		jen.If(jen.Id(v).Op("==").Nil()).Block(jen.Return(jen.Id("r").Dot("run").Dot("Refuse").Call(jen.Lit("no "+one+" to emit")))),
		jen.Return(jen.Id("r").Dot(streamField(r)).Dot("Write").Call(jen.String().Call(name), e.appender(jen.Id(v), r), jen.Nil())),
	)
	f.Line()
}

// filledIn says what a recorder fills in.
func filledIn(r *model.Record) string {
	var parts []string
	for _, pointer := range []string{r.Facts.Time, r.Facts.Session} {
		if pointer != "" {
			parts = append(parts, strings.TrimPrefix(pointer, "/"))
		}
	}
	var constants []string
	for _, c := range r.Emission.Constants {
		if !slices.Contains(constants, c.Property) {
			constants = append(constants, c.Property)
		}
	}
	it, are := "it", "is"
	if len(constants) > 1 {
		it = "them"
	}
	if len(parts) > 1 || len(parts) == 0 && len(constants) > 1 {
		are = "are"
	}
	fixed := fmt.Sprintf(" where the schema fixes %s", it)
	switch {
	case len(parts) == 0 && len(constants) == 0:
		return ""
	case len(constants) == 0:
		return fmt.Sprintf("If empty, %s %s filled in.", list(parts), are)
	case len(parts) == 0:
		return fmt.Sprintf("If empty, %s %s filled in%s.", list(constants), are, fixed)
	}
	return fmt.Sprintf("If empty, %s %s filled in, and %s%s.", list(parts), are, list(constants), fixed)
}

// opens emits the records of a stream that others close.
type opens struct {
	*emitter
	f *jen.File
	r *model.Record
}

// closers returns the names that close one that opens, in the order of the facts.
func (o *opens) closers(opener int) []int {
	var closers []int
	for _, p := range o.r.Facts.Pairs {
		if !slices.Contains(p.Open, o.r.Facts.Names[opener]) {
			continue
		}
		for _, name := range p.Close {
			if i := slices.Index(o.r.Facts.Names, name); !slices.Contains(closers, i) {
				closers = append(closers, i)
			}
		}
	}
	return closers
}

// emit emits the type of an open record, and the methods that open it and close it:
//
//	// OpenStepStart is a step_start event that waits for its step_complete or step_failed.
//	type OpenStepStart struct{ open stream.Open }
//
//	// StepStart writes a step_start event, and returns what closes it.
//	func (r *Recorder) StepStart(e StepStart) (*OpenStepStart, error) {
//		opened := new(OpenStepStart)
//		return opened, r.eventStream.Write(string(EventStepStart), e.append, &opened.open)
//	}
//
//	// StepComplete writes the step_complete event that closes o. …
//	func (o *OpenStepStart) StepComplete(e StepComplete) error {
//		return o.open.Close(string(EventStepComplete), e.append, nil)
//	}
func (o *opens) emit(opener int) {
	names, one := o.r.Facts.Names, spoken(o.r.Name)
	typ := "Open" + o.r.Call(opener)
	closers := o.closers(opener)
	var closing []string
	for _, c := range closers {
		closing = append(closing, names[c])
	}
	docf(o.f, "%s is %s %s that waits for %s. Any goroutine may close it, and only one can.", typ, article(names[opener]), one, orList(closing))
	o.f.Type().Id(typ).Struct(jen.Id("open").Qual(streamPath, "Open"))
	o.f.Line()
	docf(o.f, "%s writes %s %s, and returns what closes it. That is never nil: on error, closing it is an error too.",
		o.r.Call(opener), article(names[opener]), one)
	o.method(opener, recorderReceiver(), jen.Id("r").Dot(streamField(o.r)).Dot("Write"), true)
	for _, c := range closers {
		docf(o.f, "%s writes the %s %s that closes o.%s", o.r.Call(c), names[c], one, o.filledFrom(opener, c))
		o.method(c, jen.Id("o").Op("*").Id(typ), jen.Id("o").Dot("open").Dot("Close"), len(o.closers(c)) > 0)
	}
}

// method emits a method that writes a record of one name, by the method writes.
func (o *opens) method(i int, receiver, writes *jen.Statement, alsoOpens bool) {
	v, parameter := "e", o.r.Call(i)
	if !o.r.Union {
		v, parameter = "m", o.r.Name
	}
	m := o.f.Func().Params(receiver).Id(o.r.Call(i)).Params(jen.Id(v).Id(parameter))
	result := "opened"
	if alsoOpens {
		m.Params(jen.Op("*").Id("Open"+o.r.Call(i)), jen.Error())
	} else {
		m.Error()
	}
	m.BlockFunc(func(g *jen.Group) {
		if !o.r.Union {
			g.Id(v).Dot(nameField(o.r).Go).Op("=").Id(o.r.Names[i].Go)
		}
		write := func(opens jen.Code) *jen.Statement {
			return jen.Add(writes).Call(jen.String().Call(jen.Id(o.r.Names[i].Go)), o.appender(jen.Id(v), o.r), opens)
		}
		if !alsoOpens {
			g.Return(write(jen.Nil()))
			return
		}
		g.Id(result).Op(":=").New(jen.Id("Open" + o.r.Call(i)))
		g.Return(jen.Id(result), write(jen.Op("&").Id(result).Dot("open")))
	})
	o.f.Line()
}

// filledFrom says what a closing record takes from the one it closes.
func (o *opens) filledFrom(opener, closer int) string {
	names := o.r.Facts.Names
	var keys, times []string
	again := ""
	for _, p := range o.r.Facts.Pairs {
		if !slices.Contains(p.Open, names[opener]) || !slices.Contains(p.Close, names[closer]) {
			continue
		}
		for _, key := range p.By {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
		for _, e := range p.Elapsed {
			for _, row := range o.r.Emission.Elapsed {
				if row.Property == e.Property && slices.Contains(row.Of, names[closer]) && !slices.Contains(times, unitText(e.Property, e.Unit)) {
					times = append(times, unitText(e.Property, e.Unit))
				}
			}
		}
		if p.Any {
			again = fmt.Sprintf(" One closes every %s that is open", names[opener])
			if len(p.By) > 0 {
				again += " with the same " + list(p.By)
			}
			again += "."
		}
	}
	text := ""
	switch len(keys) {
	case 0:
	case 1:
		text = fmt.Sprintf(" If empty, %s is that of the %s.", keys[0], names[opener])
	default:
		text = fmt.Sprintf(" If empty, %s are those of the %s.", list(keys), names[opener])
	}
	return text + strings.Join(times, "") + again
}

// unitText says in which unit a property holds the time between two records.
func unitText(property string, unit time.Duration) string {
	word := "seconds"
	switch unit {
	case time.Nanosecond:
		word = "nanoseconds"
	case time.Microsecond:
		word = "microseconds"
	case time.Millisecond:
		word = "milliseconds"
	}
	return fmt.Sprintf(" If 0, %s is the time since, in %s.", property, word)
}

// orList joins words as in "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
