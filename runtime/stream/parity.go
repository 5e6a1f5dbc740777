package stream

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParityOptions say how far two runs may differ, beyond what the facts say.
type ParityOptions struct {
	// Within is by stream and name the share, inclusive, by which the count of the second run, or each sum of its values, may differ from that of the
	// first: 0.05 is 5 %. It also has values judged that the facts only report. 0 against anything else always differs.
	Within map[string]map[string]float64
}

// Shares returns what ParityOptions.Within has of a stream whose names have a type of their own.
func Shares[N ~string](of map[N]float64) map[string]float64 {
	shares := make(map[string]float64, len(of))
	for name, share := range of {
		shares[string(name)] = share
	}
	return shares
}

// Parity is what two runs of the same work have in common, and what not.
type Parity struct {
	A, B        string // what the runs are called
	Compared    int    // names, counts, sums and multisets that were compared and judged
	Differences []Difference
	Reported    []Difference // differences that are not judged: durations and the like
	LeftOut     []Difference // names that belong to one kind of run, if one of the runs has them
}

// The sorts of a Difference.
const (
	DiffersInFile  = "file"  // a stream that one run does not have
	DiffersInName  = "name"  // a name that one run does not have
	DiffersInCount = "count" // how often a name occurs
	DiffersInKey   = "key"   // how often a name occurs with the same values of some keys
	DiffersInSum   = "sum"   // the sum of the values of a name, for each value of some keys
)

// Difference is one thing that two runs do not have in common. The embedded finding says the same in words.
type Difference struct {
	Finding
	Stream string
	Sort   string   // one of the DiffersIn constants
	By     []string // the keys, and
	Key    []string // their values; "(none)" for a missing one
	A, B   string   // the two numbers, as exact decimals; "" if there is none
	Within float64  // the share that was allowed; 0 is none
	Why    string   // why it is not judged
}

// MarshalJSON writes the difference as one flat object.
func (d Difference) MarshalJSON() ([]byte, error) {
	number := func(text string) json.RawMessage {
		if text == "" {
			return json.RawMessage("null")
		}
		return json.RawMessage(text)
	}
	return json.Marshal(struct {
		Stream  string          `json:"stream"`
		File    string          `json:"file"`
		Sort    string          `json:"sort"`
		Name    string          `json:"name"`
		By      []string        `json:"by,omitempty"`
		Key     []string        `json:"key,omitempty"`
		A       json.RawMessage `json:"a"`
		B       json.RawMessage `json:"b"`
		Within  float64         `json:"within"`
		Why     string          `json:"why,omitempty"`
		Message string          `json:"message"`
	}{d.Stream, d.File, d.Sort, d.Name, d.By, d.Key, number(d.A), number(d.B), d.Within, d.Why, d.Message})
}

// Err returns nil if no difference was found, else a *ParityError.
func (p *Parity) Err() error {
	if len(p.Differences) == 0 {
		return nil
	}
	return &ParityError{p}
}

// ParityError says that two runs differ.
type ParityError struct{ Parity *Parity }

// Error returns the report.
func (e *ParityError) Error() string { return strings.TrimSuffix(e.Parity.String(), "\n") }

// Compare compares run b with run a, which was made for the same records. It works on what was read from every line whose name can be read.
//
//   - Names must be the same, and occur equally often; some may differ by a share.
//   - Where the facts have sums, names must be the same, and the sums of their values by name and keys must agree up to a share; how often they occur
//     does not matter.
//   - Where the facts say so, records must have the same keys equally often.
//   - Names that belong to one kind of run are left out.
func Compare(a, b *Run, o ParityOptions) *Parity {
	p := &Parity{A: called(a, "A"), B: called(b, "B")}
	for i, s := range a.Streams {
		if i < len(b.Streams) {
			c := comparison{Parity: p, a: s, b: b.Streams[i], facts: s.rules.facts, within: o.Within[s.rules.facts.Stream]}
			c.compare()
		}
	}
	if p.Compared == 0 && len(p.Differences) == 0 { // two runs of which nothing is known are not the same
		p.Differences = []Difference{{Finding: Finding{Rule: RuleParity, Message: "there is nothing to compare"}, Sort: DiffersInFile}}
	}
	return p
}

func called(r *Run, word string) string {
	if r.Path == "" {
		return word
	}
	return r.Path
}

// comparison compares one stream of two runs.
type comparison struct {
	*Parity
	a, b   *Summary
	facts  *Facts
	within map[string]float64
}

func (c *comparison) compare() {
	inA, strangeA := c.a.strange()
	inB, strangeB := c.b.strange()
	switch {
	case strangeA && strangeB:
		c.Reported = append(c.Reported, c.of(Difference{Sort: DiffersInFile, Why: "neither run has a stream"}, "A: "+inA.Message+"; B: "+inB.Message))
		return
	case strangeA:
		c.differ(Difference{Sort: DiffersInFile}, "only B has a stream; A: "+inA.Message)
		return
	case strangeB:
		c.differ(Difference{Sort: DiffersInFile}, "only A has a stream; B: "+inB.Message)
		return
	}
	c.malformed()
	var both []string // names that both have
	for _, name := range c.names() {
		if c.leftOut(name) {
			continue
		}
		a, b := c.a.count(name), c.b.count(name)
		c.Compared++
		switch share := c.share(name); {
		case a == 0 || b == 0:
			c.differ(Difference{Finding: Finding{Name: name}, Sort: DiffersInName, A: strconv.Itoa(a), B: strconv.Itoa(b)}, "only in "+either(a > 0))
		case c.facts.Parity.Sums != nil:
			both = append(both, name)
		case !whole(b).within(whole(a), decimal(share)):
			c.differ(Difference{Finding: Finding{Name: name}, Sort: DiffersInCount, A: strconv.Itoa(a), B: strconv.Itoa(b), Within: share}, "")
		}
	}
	for i := range c.facts.Parity.Same {
		c.same(&c.facts.Parity.Same[i], c.a.Same[i], c.b.Same[i])
	}
	if sums := c.facts.Parity.Sums; sums != nil {
		for _, name := range both {
			c.sums(sums, name)
		}
		c.rest(c.a.Values.Rest, c.b.Values.Rest, "values")
	}
}

// malformed compares what no name can be read of.
func (c *comparison) malformed() {
	for _, lines := range []struct {
		what string
		a, b int
	}{
		{"malformed lines", c.a.Counts.Malformed, c.b.Counts.Malformed},
		{"lines without a name", c.a.Counts.Nameless, c.b.Counts.Nameless},
	} {
		if lines.a != lines.b {
			c.differ(Difference{Finding: Finding{Name: "(" + lines.what + ")"}, Sort: DiffersInCount, A: strconv.Itoa(lines.a), B: strconv.Itoa(lines.b)}, "")
		}
	}
}

// names returns the names that occur in one of the runs: those of the schema in its order, then the others.
func (c *comparison) names() []string {
	var names []string
	for _, name := range c.facts.Names {
		if c.a.count(name)+c.b.count(name) > 0 {
			names = append(names, name)
		}
	}
	others := maps.Clone(c.a.Counts.Unknown)
	maps.Copy(others, c.b.Counts.Unknown)
	return append(names, slices.Sorted(maps.Keys(others))...)
}

// count returns how often a name occurs, declared or not.
func (s *Summary) count(name string) int {
	if i := slices.Index(s.rules.facts.Names, name); i >= 0 {
		return s.Counts.Names[i]
	}
	return s.Counts.Unknown[name]
}

// leftOut reports whether a name belongs to one kind of run only.
func (c *comparison) leftOut(name string) bool {
	for _, only := range c.facts.Only {
		if slices.Contains(only.Names, name) {
			c.LeftOut = append(c.LeftOut, c.of(Difference{Finding: Finding{Name: name}, Sort: DiffersInName,
				A: strconv.Itoa(c.a.count(name)), B: strconv.Itoa(c.b.count(name)), Why: "belongs to " + oneLine(only.Where) + " runs only"}, "is left out"))
			return true
		}
	}
	return false
}

// share returns by which share the counts of a name may differ.
func (c *comparison) share(name string) float64 {
	if share, given := c.within[name]; given {
		return share
	}
	for _, rule := range c.facts.Parity.Counts {
		if slices.Contains(rule.Of, name) {
			return rule.Within
		}
	}
	return 0
}

// same compares two multisets. If one run has none of the records, that has been said.
func (c *comparison) same(rule *ParitySame, a, b *Multiset) {
	c.rest(a.Rest, b.Rest, orList(rule.Of))
	if len(a.Values) == 0 || len(b.Values) == 0 || slices.ContainsFunc(rule.Of, c.isOnly) {
		return
	}
	keys := maps.Clone(a.Values)
	maps.Copy(keys, b.Values)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		c.Compared++
		if n, m := a.Values[key], b.Values[key]; n != m {
			c.differ(Difference{Finding: Finding{Name: strings.Join(rule.Of, " + ")}, Sort: DiffersInKey, By: rule.By, Key: keyTexts(key),
				A: strconv.Itoa(n), B: strconv.Itoa(m)}, "")
		}
	}
}

func (c *comparison) isOnly(name string) bool {
	return slices.ContainsFunc(c.facts.Only, func(o Only) bool { return slices.Contains(o.Names, name) })
}

// sums compares the sums of the values of a name.
func (c *comparison) sums(rule *ParitySums, name string) {
	a, b := c.a.Values.of(name), c.b.Values.of(name)
	share, why := rule.Within, rule.unjudged(name, a, b)
	if given, asked := c.within[name]; asked {
		share, why = given, ""
	}
	judged := why == ""
	all := maps.Clone(a)
	maps.Copy(all, b)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if judged {
			c.Compared++
		}
		sumA, inA := a[key]
		sumB, inB := b[key]
		x, y := sumA.Sum, sumB.Sum
		if inA && inB && (x.Cmp(y) == 0 || judged && !x.IsZero() && !y.IsZero() && y.within(x, decimal(share))) {
			continue
		}
		d := Difference{Finding: Finding{Name: name, InstanceLocation: rule.Value}, Sort: DiffersInSum, By: rule.By, Within: share}
		if len(rule.By) > 0 {
			d.Key = keyTexts(key)[1:]
		}
		if inA {
			d.A = x.String()
		}
		if inB {
			d.B = y.String()
		}
		if judged {
			c.differ(d, "")
		} else {
			d.Why = why
			c.Reported = append(c.Reported, c.of(d, "not judged: "+why))
		}
	}
	if n, m := c.a.Values.Missing[name], c.b.Values.Missing[name]; n != m {
		c.differ(Difference{Finding: Finding{Name: name, InstanceLocation: rule.Value}, Sort: DiffersInCount, A: strconv.Itoa(n), B: strconv.Itoa(m)},
			"records without a number")
	}
}

// of returns the sums of a name, by the name and the keys.
func (v *ValueSums) of(name string) map[string]ValueSum {
	first := string(appendKey(nil, []byte(abridge(name))))
	of := map[string]ValueSum{}
	for key, sum := range v.Sums {
		if key == first || strings.HasPrefix(key, first+string(separator)) {
			of[key] = sum
		}
	}
	return of
}

// unjudged says why the sums of a name are reported only; "" if they are judged. One record of one run that says so is enough: it is the same work in both.
func (p *ParitySums) unjudged(name string, runs ...map[string]ValueSum) string {
	if slices.Contains(p.Report, name) {
		return "the schema only reports it"
	}
	var all ValueSum
	for _, sums := range runs {
		for _, sum := range sums {
			all.Records += sum.Records
			all.Reported += sum.Reported
		}
	}
	if all.Reported == 0 {
		return ""
	}
	quoted := make([]string, len(p.ReportIf.In))
	for i, s := range p.ReportIf.In {
		quoted[i] = quote(s)
	}
	why := oneLine(p.ReportIf.At) + " is " + orList(quoted)
	if all.Reported < all.Records {
		why += fmt.Sprintf(" in %d of %s", all.Reported, counted(all.Records, "record"))
	}
	return why
}

// rest says that not everything could be compared.
func (c *comparison) rest(a, b int, what string) {
	if a+b > 0 {
		c.differ(Difference{Sort: DiffersInKey, A: strconv.Itoa(a), B: strconv.Itoa(b)},
			fmt.Sprintf("%s beyond the first %d are not compared", what, MaxKeys))
	}
}

// differ adds a difference that is judged.
func (c *comparison) differ(d Difference, note string) {
	c.Differences = append(c.Differences, c.of(d, note))
}

// of completes a difference: where it is, and what it says.
func (c *comparison) of(d Difference, note string) Difference {
	d.Stream, d.File, d.Rule = c.facts.Stream, c.b.File, RuleParity
	var b strings.Builder
	if key := d.key(); key != "" {
		b.WriteString(key + ": ")
	}
	if d.A != "" || d.B != "" {
		fmt.Fprintf(&b, "%s in A, %s in B", orNone(d.A), orNone(d.B))
		if note != "" {
			b.WriteString(", ")
		}
	}
	b.WriteString(note)
	if d.Within > 0 && d.Why == "" {
		fmt.Fprintf(&b, ", and ±%s is allowed", percent(decimal(d.Within)))
	}
	d.Message = b.String()
	return d
}

func either(a bool) string {
	if a {
		return "A"
	}
	return "B"
}

func whole(n int) Sum { return Sum{small: int64(n)} }

// decimal returns the shortest decimal that reads as x.
func decimal(x float64) Sum {
	sum, _ := sumOf(strconv.FormatFloat(x, 'g', -1, 64))
	return sum
}

// percent returns a share as text: "5 %".
func percent(share Sum) string { return share.times(whole(100)).String() + " %" }

func orNone(number string) string {
	if number == "" {
		return "none"
	}
	return number
}

// keyTexts returns joined key values one by one.
func keyTexts(joined string) []string {
	values := splitKeys(joined)
	for i, v := range values {
		if v == string(rune(none)) {
			values[i] = noKey
		}
	}
	return values
}

const noKey = "(none)"

func quoteKey(value string) string {
	if value == noKey {
		return value
	}
	return quote(value)
}

// String returns the report: what was compared, then only what differs, in aligned columns.
func (p *Parity) String() string {
	var b strings.Builder
	if p.A != "A" || p.B != "B" {
		fmt.Fprintf(&b, "A = %s\nB = %s\n", oneLine(p.A), oneLine(p.B))
	}
	if len(p.Differences) == 0 {
		fmt.Fprintf(&b, "no difference in %d comparisons\n", p.Compared)
	} else {
		fmt.Fprintf(&b, "%s in %d comparisons\n", counted(len(p.Differences), "difference"), p.Compared)
	}
	p.table(&b, "", p.Differences)
	p.table(&b, ": reported, not judged", p.Reported)
	p.table(&b, ": left out", p.LeftOut)
	return b.String()
}

// table writes differences, in a table for each stream. Rows of one name that have keys stand below it.
func (p *Parity) table(b *strings.Builder, title string, all []Difference) {
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].Stream == all[0].Stream {
			n++
		}
		rows := all[:n]
		all = all[n:]
		b.WriteByte('\n')
		if heading := strings.TrimPrefix(oneLine(rows[0].Stream)+title, ": "); heading != "" {
			b.WriteString(heading + "\n")
		}
		more := max(0, len(rows)-maxRows)
		cells := [][]string{{"", "A", "B", ""}}
		for _, d := range rows[:len(rows)-more] {
			if d.Name == "" {
				b.WriteString("  " + d.Message + "\n")
			} else {
				cells = append(cells, d.row())
			}
		}
		if len(cells) > 1 {
			writeTable(b, cells)
		}
		if more > 0 {
			fmt.Fprintf(b, "  … and %d more\n", more)
		}
	}
}

// row returns what the report shows of a difference.
func (d *Difference) row() []string {
	name := oneLine(cut(d.Name))
	if key := d.key(); key != "" {
		name += " of " + key
	}
	return []string{name, orDash(d.A), orDash(d.B), d.remark()}
}

// key returns `step "a", kind "b"`; nothing if the records have none of the keys.
func (d *Difference) key() string {
	if !slices.ContainsFunc(d.Key, func(v string) bool { return v != noKey }) {
		return ""
	}
	words := make([]string, len(d.Key))
	for i, value := range d.Key {
		words[i] = oneLine(d.By[i]) + " " + quoteKey(value)
	}
	return strings.Join(words, ", ")
}

func orDash(number string) string {
	if number == "" {
		return "-"
	}
	return number
}

// remark says what the numbers mean, and why they are not judged.
func (d *Difference) remark() string {
	switch {
	case d.Why == "":
		return d.meaning()
	case d.Sort == DiffersInName:
		return d.Why
	}
	return d.meaning() + ", " + d.Why
}

// meaning says what the numbers mean.
func (d *Difference) meaning() string {
	switch {
	case d.A == "" || d.A == "0":
		return "only in B"
	case d.B == "" || d.B == "0":
		return "only in A"
	}
	a, okA := sumOf(d.A)
	b, okB := sumOf(d.B)
	if !okA || !okB {
		return ""
	}
	x, _ := strconv.ParseFloat(a.String(), 64)
	y, _ := strconv.ParseFloat(b.Minus(a).String(), 64)
	text := strconv.FormatFloat(y/x*100, 'f', 1, 64) + " %"
	if y/x > 0 {
		text = "+" + text
	}
	if d.Within > 0 && d.Why == "" {
		text += ", ±" + percent(decimal(d.Within)) + " allowed"
	}
	return text
}

// writeTable writes rows in columns: the first to the left, numbers to the right.
func writeTable(b *strings.Builder, rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := "  "
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			switch {
			case i == 0:
				line += cell + pad
			case i == len(row)-1:
				line += "  " + cell
			default:
				line += "  " + pad + cell
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func counted(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
