package stream

import (
	"strconv"
	"strings"
	"time"
)

// String prints the table, one fact a line, in the words of x-assay.
func (f *Facts) String() string {
	var p factsPrinter
	p.line(0, "record", f.Record)
	p.line(1, "stream", f.Stream)
	if f.File != "" {
		p.line(1, "file").text("", f.File)
	}
	if f.Time != "" {
		p.line(1, "time").text("", f.Time)
	}
	if f.Session != "" {
		p.line(1, "session").text("", f.Session)
	}
	p.line(1, "name").text("", f.Name)
	for _, name := range f.Names {
		p.line(2, strconv.Quote(name))
	}
	for _, k := range f.Keys {
		p.line(1, "key").text("", k.Name).list("at", k.At).mark("as basename", k.Basename)
	}
	for _, s := range f.Sizes {
		p.line(1, "size").text("", s.Name).list("of", s.Of).list("distinct", s.Distinct).text("sum", s.Sum).text("described as", s.Description)
	}
	for _, c := range f.Counts {
		p.line(1, "count").list("of", c.Of).text("per", c.Per).list("by", c.By).word("min", strconv.Itoa(c.Min))
		if c.Max >= 0 {
			p.word("max", strconv.Itoa(c.Max))
		}
		p.mark("warn", c.Warn)
	}
	for _, r := range f.Pairs {
		p.line(1, "pair").list("open", r.Open).list("close", r.Close).list("by", r.By).mark("match any", r.Any)
		if r.Within != 0 {
			p.word("within", r.Within.String())
		}
		p.mark("warn", r.Warn)
		for _, e := range r.Elapsed {
			p.line(2, "elapsed").text("", e.Property).word("in", unitName(e.Unit))
		}
	}
	for _, t := range f.Totals {
		p.line(1, "total").text("", t.Name).list("of", t.Of).text("sum", t.Sum).list("distinct", t.Distinct).list("by", t.By).text("described as", t.Description)
	}
	for _, r := range f.Rising {
		p.line(1, "rising").list("of", r.Of).text("value", r.Value).number("from", r.From).number("by", r.By)
	}
	for _, c := range f.Parity.Counts {
		p.line(1, "parity counts").list("of", c.Of).number("within", c.Within)
	}
	for _, s := range f.Parity.Same {
		p.line(1, "parity same").list("of", s.Of).list("by", s.By)
	}
	if s := f.Parity.Sums; s != nil {
		p.line(1, "parity sums").text("value", s.Value).list("by", s.By).number("within", s.Within).list("report", s.Report)
		p.text("report if", s.ReportIf.At).list("in", s.ReportIf.In)
	}
	for _, o := range f.Only {
		p.line(1, "only").text("", o.Where).list("names", o.Names)
	}
	return p.String() + "\n"
}

// factsPrinter writes lines of labelled words. What is empty is left out, label and all.
type factsPrinter struct{ strings.Builder }

func (p *factsPrinter) line(indent int, words ...string) *factsPrinter {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
	p.WriteString(strings.Repeat("\t", indent))
	p.WriteString(strings.Join(words, " "))
	return p
}

func (p *factsPrinter) word(label, word string) *factsPrinter {
	if label != "" {
		p.WriteString(" " + label)
	}
	p.WriteString(" " + word)
	return p
}

func (p *factsPrinter) mark(word string, is bool) {
	if is {
		p.WriteString(" " + word)
	}
}

func (p *factsPrinter) text(label, text string) *factsPrinter {
	if text == "" {
		return p
	}
	return p.word(label, strconv.Quote(text))
}

func (p *factsPrinter) list(label string, texts []string) *factsPrinter {
	if len(texts) == 0 {
		return p
	}
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = strconv.Quote(t)
	}
	return p.word(label, strings.Join(quoted, ", "))
}

func (p *factsPrinter) number(label string, x float64) *factsPrinter {
	return p.word(label, strconv.FormatFloat(x, 'g', -1, 64))
}

// unitName names what 1 means, as x-assay does.
func unitName(d time.Duration) string {
	switch d {
	case time.Nanosecond:
		return "ns"
	case time.Microsecond:
		return "us"
	case time.Millisecond:
		return "ms"
	case time.Second:
		return "seconds"
	}
	return d.String()
}
