package cli

import (
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

// output is how findings are written, and which of them make the command fail.
type output struct {
	command string // the subcommand, for those who read its findings elsewhere
	format  string // text, json, github or junit
	failOn  string // error or warn
	paint   paint
}

// defineOutput defines the flags of an output.
func defineOutput(flags *flag.FlagSet) *output {
	o := &output{command: flags.Name()}
	flags.Var(choiceOf(&o.format, "text", "json", "github", "junit"), "format",
		"`format` of the output: text, json (an object per line), github (annotations of a workflow) or junit (XML)")
	flags.Var(choiceOf(&o.failOn, "error", "warn"), "fail-on", "exit with 1 from this `level` on: error or warn")
	return o
}

// begin begins the output.
func (o *output) begin(s *streams) {
	if o.format == "text" {
		o.paint = s.paint
	}
	if o.format == "junit" {
		fmt.Fprintf(s.out, "%s<testsuites name=%s>\n", xml.Header, attribute("assay "+o.command))
	}
}

// end ends it.
func (o *output) end(s *streams) {
	if o.format == "junit" {
		fmt.Fprintln(s.out, "</testsuites>")
	}
}

// verdict is what there is to say of one run, one file or one pair of runs.
type verdict struct {
	name     string
	findings stream.Log
	err      error // why it cannot be read; the rest says what was read until then

	text func(w *page) // what people read
	json any           // one line
}

// page is where people read.
type page struct {
	io.Writer
	paint
}

// fails reports whether findings make the command fail.
func (o *output) fails(l *stream.Log) bool {
	return l.More > 0 || o.failOn == "warn" && l.MoreWarnings > 0 || slices.ContainsFunc(l.First, o.failing)
}

func (o *output) failing(f stream.Finding) bool { return !f.Warn || o.failOn == "warn" }

// write writes a verdict. In text, an error is told elsewhere.
func (o *output) write(w io.Writer, v *verdict) {
	switch o.format {
	case "text":
		if v.text != nil {
			v.text(&page{w, o.paint})
		}
	case "json":
		if v.err != nil {
			v.json = struct {
				Path  string `json:"path"`
				Error string `json:"error"`
			}{v.name, v.err.Error()}
		}
		writeJSON(w, v.json)
	case "github":
		o.annotate(w, v)
	case "junit":
		o.suite(w, v)
	}
}

// writeJSON writes a value on one line.
func writeJSON(w io.Writer, value any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(value) // strings and numbers always encode, and w remembers its error
}

// left says how many findings of a verdict are not among the first.
func left(l *stream.Log) string {
	var parts []string
	if l.More > 0 {
		parts = append(parts, plural(l.More, "more error"))
	}
	if l.MoreWarnings > 0 {
		parts = append(parts, plural(l.MoreWarnings, "more warning"))
	}
	return strings.Join(parts, " and ")
}

// annotate writes workflow commands of GitHub Actions, which make annotations of findings
// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
func (o *output) annotate(w io.Writer, v *verdict) {
	for _, f := range v.findings.First {
		o.annotation(w, f)
	}
	if more := left(&v.findings); more != "" {
		level := "error"
		if v.findings.More == 0 {
			level = "warning"
		}
		fmt.Fprintf(w, "::%s title=%s::%s\n", level, property("assay "+o.command), message(v.name+": "+more))
	}
	if v.err != nil {
		fmt.Fprintf(w, "::error title=%s::%s\n", property("assay "+o.command), message(v.err.Error()))
	}
}

func (o *output) annotation(w io.Writer, f stream.Finding) {
	level := "error"
	if f.Warn {
		level = "warning"
	}
	fmt.Fprintf(w, "::%s ", level)
	if f.File != "" {
		fmt.Fprintf(w, "file=%s,", property(f.File))
	}
	if f.Line > 0 {
		fmt.Fprintf(w, "line=%d,", f.Line)
	}
	if f.Column > 0 {
		fmt.Fprintf(w, "col=%d,", f.Column)
	}
	title := "assay " + o.command
	if f.Rule != o.command {
		title += ": " + f.Rule
	}
	fmt.Fprintf(w, "title=%s::%s\n", property(title), message(f.String()))
}

// message escapes what ends a workflow command, or would be read as an escape.
func message(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// property escapes what ends a property of a workflow command, too.
func property(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}

// suite writes a verdict as a test suite in the format of JUnit: a test case for each finding, and one that passes if there are none. encoding/xml writes
// U+FFFD for characters that XML must not have (XML 1.0 section 2.2).
func (o *output) suite(w io.Writer, v *verdict) {
	type reason struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type testcase struct {
		Class   string  `xml:"classname,attr"`
		Name    string  `xml:"name,attr"`
		Failure *reason `xml:"failure"`
		Error   *reason `xml:"error"`
		Output  string  `xml:"system-out,omitempty"`
	}
	suite := struct {
		XMLName  xml.Name   `xml:"testsuite"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Cases    []testcase `xml:"testcase"`
	}{Name: v.name}
	add := func(name, rule, text string, fails bool) {
		c := testcase{Class: v.name, Name: name}
		if fails {
			c.Failure = &reason{rule, text, text}
			suite.Failures++
		} else {
			c.Output = text
		}
		suite.Cases = append(suite.Cases, c)
	}
	for _, f := range v.findings.First {
		name := f.File
		if f.Line > 0 {
			name += ":" + strconv.Itoa(f.Line)
		}
		if f.Column > 0 {
			name += ":" + strconv.Itoa(f.Column)
		}
		for _, more := range []string{f.Name, f.InstanceLocation, f.Rule} {
			if more != "" {
				name += " " + more
			}
		}
		add(strings.TrimSpace(name), f.Rule, f.String(), o.failing(f))
	}
	if more := left(&v.findings); more != "" {
		add("more", "more", more, v.findings.More > 0 || o.failOn == "warn")
	}
	if v.err != nil {
		suite.Errors++
		text := v.err.Error()
		suite.Cases = append(suite.Cases, testcase{Class: v.name, Name: o.command, Error: &reason{"io", text, text}})
	}
	if len(suite.Cases) == 0 {
		suite.Cases = []testcase{{Class: v.name, Name: o.command}}
	}
	suite.Tests = len(suite.Cases)
	text, err := xml.MarshalIndent(suite, "  ", "  ")
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	w.Write(append(text, '\n'))
}

// attribute returns text as an XML attribute, in quotes.
func attribute(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		panic(err) // a Builder never fails
	}
	return `"` + b.String() + `"`
}

// shown returns a text from the input as it may be shown: short, and in quotes if it would not print.
func shown(text string) string {
	const limit = 60
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	if diag.Printable(text) != text {
		return diag.Quote(text)
	}
	return text
}
