package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// result is what came of one test.
type result struct {
	machine string
	group   *group
	test    *test
	wrong   string // "" if it passed
}

type results []result

// collect makes results of what a machine says.
func collect(machine string, groups []group, wrong [][]string) results {
	var all results
	for i := range groups {
		for j := range groups[i].Tests {
			all = append(all, result{machine, &groups[i], &groups[i].Tests[j], wrong[i][j]})
		}
	}
	return all
}

// file names the file of a result, as in "draft7/optional/format/uri.json".
func (r *result) file() string {
	name := r.group.draft.folder
	if r.group.class != required {
		name += "/" + string(r.group.class)
	}
	return name + "/" + r.group.file
}

// name names a test on one line.
func (r *result) name() string {
	return fmt.Sprintf("%s %s: %s: %s", r.machine, r.file(), printable(r.group.Description), printable(r.test.Description))
}

// printable returns a text with what does not print escaped: some descriptions show the letters that they are about.
func printable(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return s
	}
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// count counts the results that passed and failed among those that are in.
func (all results) count(in func(result) bool) (passed, failed int) {
	for _, r := range all {
		switch {
		case !in(r):
		case r.wrong == "":
			passed++
		default:
			failed++
		}
	}
	return passed, failed
}

// tests counts tests, each once: one has passed if no machine got it wrong.
func (all results) tests() (passed, failed int) {
	wrong := map[*test]bool{}
	for _, r := range all {
		wrong[r.test] = wrong[r.test] || r.wrong != ""
	}
	for _, w := range wrong {
		if w {
			failed++
		} else {
			passed++
		}
	}
	return passed, failed
}

// printTable prints a line for each machine, draft and class.
func (all results) printTable(w io.Writer) {
	for _, m := range machines {
		for _, d := range drafts {
			for _, c := range classes {
				passed, failed := all.count(func(r result) bool { return r.machine == m.name && r.group.draft == d && r.group.class == c })
				if passed+failed > 0 {
					fmt.Fprintf(w, "%-9s %-12s %-15s %5d passed %5d failed\n", m.name, d.folder, c, passed, failed)
				}
			}
		}
	}
}

// printFailures prints the tests that failed.
func (all results) printFailures(w io.Writer) {
	for _, r := range all {
		if r.wrong != "" {
			fmt.Fprintf(w, "%s\n\t%s\n", r.name(), strings.ReplaceAll(r.wrong, "\n", "\n\t"))
		}
	}
}

// passes lists how many tests of each file passed, a line per machine and file: the golden that shows progress and regress in review.
func (all results) passes() string {
	type counts struct{ passed, of int }
	var order []string
	files := map[string]*counts{}
	for _, r := range all {
		name := r.machine + " " + r.file()
		if files[name] == nil {
			files[name] = &counts{}
			order = append(order, name)
		}
		files[name].of++
		if r.wrong == "" {
			files[name].passed++
		}
	}
	var b strings.Builder
	for _, name := range order {
		fmt.Fprintf(&b, "%s: %d of %d\n", name, files[name].passed, files[name].of)
	}
	return b.String()
}

// failures says why tests fail, by their names. As text it is a reason on a line, then the tests that it is about, one to a line behind a tab.
type failures struct {
	reasons []string // in order
	of      map[string]string
}

// unexplained is the reason of failures for which nobody has given one.
const unexplained = "not explained yet"

func parseFailures(text string) (*failures, error) {
	f := &failures{of: map[string]string{}}
	for number, line := range strings.Split(text, "\n") {
		name, indented := strings.CutPrefix(line, "\t")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !indented:
			f.reasons = append(f.reasons, line)
		case len(f.reasons) == 0:
			return nil, fmt.Errorf("failures.txt:%d: a test without a reason above it", number+1)
		case f.of[name] != "":
			return nil, fmt.Errorf("failures.txt:%d: this test is listed twice", number+1)
		default:
			f.of[name] = f.reasons[len(f.reasons)-1]
		}
	}
	return f, nil
}

// surprises lists the failures that are not explained, and the tests that were to fail and pass, or are not there.
func (f *failures) surprises(all results) []string {
	var lines []string
	failed := map[string]bool{}
	for _, r := range all {
		if r.wrong == "" {
			continue
		}
		name := r.name()
		failed[name] = true
		if reason := f.of[name]; reason == "" || reason == unexplained {
			lines = append(lines, fmt.Sprintf("unexplained failure: %s\n\t%s", name, strings.ReplaceAll(r.wrong, "\n", "\n\t")))
		}
	}
	for name := range f.of {
		if !failed[name] {
			lines = append(lines, "explained as a failure, but it passes, or is no test any more: "+name)
		}
	}
	slices.Sort(lines)
	return lines
}

// renewed returns the text of failures.txt for these results: the reasons that are known are kept, all others are called unexplained.
func (f *failures) renewed(all results) string {
	names := map[string][]string{}
	for _, r := range all {
		if r.wrong == "" {
			continue
		}
		reason := f.of[r.name()]
		if reason == "" {
			reason = unexplained
		}
		names[reason] = append(names[reason], r.name())
	}
	var b strings.Builder
	b.WriteString("# Tests of the official suite that fail, under the reason why: a reason on a line, then the tests that it is about.\n")
	reasons := f.reasons
	if !slices.Contains(reasons, unexplained) {
		reasons = append(slices.Clone(reasons), unexplained)
	}
	for _, reason := range reasons {
		if len(names[reason]) > 0 {
			fmt.Fprintf(&b, "\n%s\n\t%s\n", reason, strings.Join(names[reason], "\n\t"))
		}
	}
	return b.String()
}
