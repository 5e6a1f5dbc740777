package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// count is how many tests of some were right.
type count struct{ right, tests int }

func (c *count) add(d count) { c.right, c.tests = c.right+d.right, c.tests+d.tests }

// String rounds down, so that 100 % is said of nothing less than all.
func (c count) String() string {
	if c.tests == 0 {
		return "–"
	}
	tenths := c.right * 1000 / c.tests
	percent := fmt.Sprintf("%d.%d", tenths/10, tenths%10)
	return fmt.Sprintf("%s %% (%d)", strings.TrimSuffix(percent, ".0"), c.right)
}

// column is what was found out about one peer.
type column struct {
	name, version string
	counts        map[row]count
	generations   *generations // of go-jsonschema
}

// row is one draft and class.
type row struct{ draft, class string }

// generations counts groups by what go-jsonschema makes of them.
type generations struct{ groups, refused, silent, broken int }

func (n *generations) add(g *generation) {
	n.groups++
	switch {
	case g.refuse != "":
		n.refused++
	case g.silent:
		n.silent++
	case g.broken:
		n.broken++
	}
}

// markdown writes the table. Rows are those with tests, and beneath them their sums.
func markdown(rows []row, tests map[row]int, columns []column) string {
	var b strings.Builder
	b.WriteString("| draft | tests | |")
	for _, c := range columns {
		fmt.Fprintf(&b, " %s %s |", c.name, c.version)
	}
	b.WriteString("\n|---|---|--:|" + strings.Repeat("--:|", len(columns)) + "\n")

	sums := map[string][]count{}
	total := map[string]int{}
	for _, r := range rows {
		if tests[r] == 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %d |", r.draft, r.class, tests[r])
		if sums[r.class] == nil {
			sums[r.class] = make([]count, len(columns))
		}
		total[r.class] += tests[r]
		for i, c := range columns {
			fmt.Fprintf(&b, " %s |", c.counts[r])
			sums[r.class][i].add(c.counts[r])
		}
		b.WriteByte('\n')
	}
	for _, c := range classes {
		if total[c.name] == 0 {
			continue
		}
		fmt.Fprintf(&b, "| all | %s | %d |", c.name, total[c.name])
		for _, sum := range sums[c.name] {
			cell := sum.String()
			if sum.tests > 0 && sum.tests < total[c.name] {
				cell = strings.TrimSuffix(cell, ")") + fmt.Sprintf(" of %d)", sum.tests)
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteByte('\n')
	}
	b.WriteString("\n" + legend(columns))
	return b.String()
}

// legend says what is behind the figures of the peers in the table.
func legend(columns []column) string {
	text := fmt.Sprintf(`A cell has the share and the number of the tests with the right verdict; – is a draft that the library does not offer. A schema that is refused, a
crash and an answer that takes %g seconds are wrong, in all tests concerned. Formats are asserted in optional/format, and content in
optional/content.json, where there is a way to ask for it. Remote schemas and metaschemas come from files.
`, patience.Seconds())
	for _, c := range columns {
		switch n := c.generations; {
		case c.name == "kaptinlin":
			text += "kaptinlin asserts content always.\n"
		case c.name == "google":
			text += "google has neither formats nor content.\n"
		case n != nil:
			text += fmt.Sprintf(`go-jsonschema generates types: an instance is valid if `+"`json.Unmarshal`"+` into the type of the schema gives no error. Of the %d schemas,
it refuses %d; for %d it makes no such type, and says nothing (many do not say "type"); for %d it makes Go that does not compile. All their tests
are wrong.
`, n.groups, n.refused, n.silent, n.broken)
		}
	}
	return text
}

// replaceTable puts a table between the markers of a Markdown file.
func replaceTable(file, table string) error {
	const begin, end = "<!-- conformance -->", "<!-- /conformance -->"
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s: found no %s followed by %s", filepath.Base(file), begin, end)
	}
	return os.WriteFile(file, []byte(before+begin+"\n"+table+end+after), 0o666)
}
