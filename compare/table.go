package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// schema is what the table needs to know of a schema file.
type schema struct {
	names []string // of its records, in order
	own   []string // properties that only some records have, sorted
}

func readSchemas(root string) (map[string]schema, error) {
	schemas := map[string]schema{}
	for _, s := range streams {
		text, err := os.ReadFile(filepath.Join(root, "schemas", s.schema))
		if err != nil {
			return nil, err
		}
		type object struct {
			Enum       []string
			Properties map[string]object
		}
		var document struct {
			object
			Defs map[string]object `json:"$defs"`
		}
		if err := json.Unmarshal(text, &document); err != nil {
			return nil, fmt.Errorf("%s: %w", s.schema, err)
		}
		own := map[string]bool{}
		for _, def := range document.Defs {
			for property := range def.Properties {
				if _, base := document.Properties[property]; !base {
					own[property] = true
				}
			}
		}
		schemas[s.name] = schema{names: document.Properties[s.tag].Enum, own: slices.Sorted(maps.Keys(own))}
	}
	return schemas, nil
}

// readSamples returns every line of the run folders below root, with the verdict of their oracle.json.
func readSamples(root string) ([]line, error) {
	folders, err := filepath.Glob(filepath.Join(root, "testdata", "runs", "*"))
	if err != nil {
		return nil, err
	}
	var all []line
	for _, folder := range folders {
		verdicts, err := readOracle(folder)
		if err != nil {
			return nil, err
		}
		for _, s := range streams {
			text, err := os.ReadFile(filepath.Join(folder, s.file))
			if err != nil {
				return nil, err
			}
			number := 0
			for text := range bytes.Lines(text) {
				number++
				_, bad := verdicts[s.name].Invalid[strconv.Itoa(number)]
				all = append(all, line{stream: s, text: string(text), valid: !bad})
			}
		}
	}
	return all, nil
}

// oracle is the part of an oracle.json that judges the lines of one stream.
type oracle struct {
	Invalid map[string][]string `json:"invalid_lines"` // by line number
}

func readOracle(folder string) (map[string]oracle, error) {
	text, err := os.ReadFile(filepath.Join(folder, "oracle.json"))
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	verdicts := map[string]oracle{}
	for _, s := range streams {
		var o oracle
		if err := json.Unmarshal(members[s.name], &o); err != nil {
			return nil, fmt.Errorf("oracle.json: %s: %w", s.name, err)
		}
		verdicts[s.name] = o
	}
	return verdicts, nil
}

// compareGenerators returns the table, and whether every generator could be run.
func compareGenerators(ctx context.Context, root, temp string) (table string, complete bool, err error) {
	schemas, err := readSchemas(root)
	if err != nil {
		return "", false, err
	}
	samples, err := readSamples(root)
	if err != nil {
		return "", false, err
	}
	var results []*result
	complete = true
	for _, g := range generators(root, temp) {
		fmt.Fprintln(os.Stderr, "compare: running", g.name)
		r, err := try(ctx, g, root, temp, schemas, samples)
		if err != nil {
			return "", false, fmt.Errorf("%s: %w", g.name, err)
		}
		if r.missing != "" {
			complete = false
			fmt.Fprintf(os.Stderr, "compare: %s is skipped: %s\n", g.name, r.missing)
		}
		results = append(results, r)
	}
	return markdown(results, schemas), complete, nil
}

// markdown writes the results as a table with a column for each.
func markdown(results []*result, schemas map[string]schema) string {
	var b strings.Builder
	row := func(title string, cell func(*result) string) {
		fmt.Fprintf(&b, "| %s |", title)
		for _, r := range results {
			text := ""
			if r.missing == "" {
				text = cell(r)
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		b.WriteByte('\n')
	}
	b.WriteString("| |")
	for _, r := range results {
		version := r.version
		if r.missing != "" {
			version = "not run"
		}
		fmt.Fprintf(&b, " %s %s |", r.name, version)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(results)) + "\n")

	row("exit code", func(r *result) string { return strconv.Itoa(r.exitCode) })
	row("warnings printed", func(r *result) string {
		return count(len(strings.FieldsFunc(r.printed, func(c rune) bool { return c == '\n' })), "line")
	})
	generated := func(cell func(*result) string) func(*result) string {
		return func(r *result) string {
			if r.exitCode != 0 {
				return "no Go"
			}
			return cell(r)
		}
	}
	row("compiles", generated(func(r *result) string {
		if r.broken != "" {
			return "no: " + cellText(r.broken)
		}
		return "yes"
	}))
	row("imports beyond the standard library", generated(func(r *result) string {
		if len(r.source.imports) == 0 {
			return "none"
		}
		return "`" + strings.Join(r.source.imports, "` `") + "`"
	}))
	events := streams[0]
	row("the type for any event", generated(func(r *result) string {
		t, ok := r.source.root(events)
		if !ok {
			return "none"
		}
		if t.kind != "struct" {
			return fmt.Sprintf("`%s`, %s", t.name, article(t.kind))
		}
		return fmt.Sprintf("`%s`, a struct with %s of the properties of single events", t.name, share(schemas[events.name].own, t.fields))
	}))
	row("events with a type of their own", generated(func(r *result) string {
		types := map[string]bool{}
		for _, name := range schemas[events.name].names {
			if t, ok := r.source.own(events, name); ok && t.kind == "struct" {
				types[canonical(name)] = true
			}
		}
		return share(schemas[events.name].names, types)
	}))
	row("properties of single events in the Go", generated(func(r *result) string {
		fields := map[string]bool{}
		for _, t := range r.source.types[events.name] {
			maps.Copy(fields, t.fields)
		}
		return share(schemas[events.name].own, fields)
	}))
	for i, p := range probes {
		row(p.does, generated(func(r *result) string {
			if len(r.answers) == 0 {
				return ""
			}
			return r.answers[i]
		}))
	}
	row("real lines: valid ones accepted", generated(func(r *result) string { return ratio(r.samples.accepted, r.samples.valid) }))
	row("real lines: invalid ones refused", generated(func(r *result) string {
		cell := ratio(r.samples.refused, r.samples.invalid)
		if n := r.samples.refusedByAnyEvent; n < r.samples.refused {
			cell += fmt.Sprintf(", %d by the type for any event", n)
		}
		return cell
	}))
	b.WriteString("\nDefault options. \"Only as `X`\": the type for any event lets it pass, and the caller has to choose `X` by hand and decode again.\n")
	return b.String()
}

// share says how many of names are in a set of canonical names.
func share(names []string, set map[string]bool) string {
	n := 0
	for _, name := range names {
		if set[canonical(name)] {
			n++
		}
	}
	return ratio(n, len(names))
}

func ratio(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", n, of)
}

func count(n int, what string) string {
	switch n {
	case 0:
		return "none"
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeio") {
		return "an " + noun
	}
	return "a " + noun
}

// cellText is text that keeps a table's cell whole.
func cellText(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }
