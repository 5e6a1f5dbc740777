package lower_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/lower"
	"github.com/assay-go/assay/internal/plan"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// compile lowers one schema.
func compile(source string) (*schema.Program, *stream.Facts, []diag.Diagnostic) {
	var mistakes diag.List
	docs := []*load.Document{load.Parse("a.json", []byte(source), &mistakes)}
	g := resolve.Resolve(docs, &mistakes)
	if mistakes.Len() > 0 {
		return nil, nil, mistakes.Sorted()
	}
	p := lower.Program(g, g.Roots[0], lower.Options{}, &mistakes)
	f := lower.Facts(g, g.Roots[0], p, &mistakes)
	return p, f, mistakes.Sorted()
}

// withoutSwitches returns the program with the shortcuts taken out.
func withoutSwitches(p *schema.Program) *schema.Program {
	plain := &schema.Program{Sources: p.Sources, Root: p.Root, Nodes: slices.Clone(p.Nodes)}
	for i := range p.Patterns {
		plain.Patterns = append(plain.Patterns, schema.Pattern{Source: p.Patterns[i].Source})
	}
	for i := range plain.Nodes {
		if g := plain.Nodes[i].Logic; g != nil && g.Switch != nil {
			long := *g
			long.Switch = nil
			plain.Nodes[i].Logic = &long
		}
	}
	return plain
}

// examples returns the schemas of the goldens, and the instances.
func examples(t testing.TB) (schemas, instances []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	instances = append(instances, "{}")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		for _, a := range archive.Files {
			switch filepath.Ext(a.Name) {
			case ".json":
				schemas = append(schemas, string(a.Data))
			case ".jsonl":
				instances = append(instances, strings.Split(strings.TrimSpace(string(a.Data)), "\n")...)
			}
		}
	}
	return schemas, instances
}

// law compiles a text and runs the program on an instance: nothing panics, a schema without a program has a mistake, the same schema gives the same
// program, neither the violations nor the Switches change a verdict, and what the scanner is sure of is valid.
func law(t *testing.T, source, line string) {
	t.Helper()
	p, facts, mistakes := compile(source)
	if p == nil {
		require.NotEmpty(t, mistakes, "no program, and nobody says why")
		return
	}
	if len(mistakes) > 0 {
		require.Nil(t, facts)
	}
	again, _, _ := compile(source)
	require.Equal(t, p.String(), again.String(), "the same schema gave two programs")
	var instance tape.Tape
	if instance.Parse([]byte(line), tape.Options{}) != nil {
		return
	}
	valid := p.Valid(&instance, 0)
	assert.Equal(t, valid, p.Validate(&instance, 0) == nil)
	assert.Equal(t, valid, withoutSwitches(p).Valid(&instance, 0), "a Switch changes the verdict of %s\n%s", line, p)
	assert.False(t, scan.New(plan.New(p)).Valid([]byte(line)) && !valid, "the scanner is sure of what is not valid: %s\n%s", line, p)
}

// FuzzLower holds the law for any text.
func FuzzLower(f *testing.F) {
	schemas, instances := examples(f)
	for i, source := range schemas {
		f.Add(source, instances[i%len(instances)])
	}
	f.Fuzz(law)
}

// FuzzMutations holds the law for the schemas of the goldens after some of their values have been replaced by others, which leaves them JSON and
// nearly right.
func FuzzMutations(f *testing.F) {
	schemas, instances := examples(f)
	for seed := range uint64(500) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 0))
		pick := func(from []string) string { return from[random.IntN(len(from))] }
		source := pick(schemas)
		for range 1 + random.IntN(3) {
			source = replaced(random, source, pick(schemas))
		}
		for range 8 {
			law(t, source, pick(instances))
		}
	})
}

// replaced returns a JSON text in which one value, or the name of a member, is another one of the donor's.
func replaced(random *rand.Rand, source, donor string) string {
	var to, from tape.Tape
	if to.Parse([]byte(source), tape.Options{DuplicateNames: true}) != nil || from.Parse([]byte(donor), tape.Options{}) != nil {
		return source
	}
	node := func(t *tape.Tape) tape.Node { return tape.Node(random.IntN(int(t.Next(0)))) }
	n, with := node(&to), node(&from)
	if to.Kind(n) == tape.String && from.Kind(with) != tape.String {
		return source // it may be a name
	}
	return source[:to.Offset(n)] + string(from.Text(with)) + source[to.End(n):]
}

// TestHostile lowers schemas that are made to take long or to nest deep: each gets an answer.
func TestHostile(t *testing.T) {
	list := func(n int, item func(i int) string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = item(i)
		}
		return strings.Join(items, ",")
	}
	bomb := list(100, func(i int) string {
		return fmt.Sprintf(`"d%d":{"allOf":[{"$ref":"#/$defs/d%[2]d"},{"$ref":"#/$defs/d%[2]d"}],"oneOf":[{"$ref":"#/$defs/d%[2]d"},{"$ref":"#/$defs/d%[2]d"}]}`, i, i+1)
	})
	// Each of the resources r0, r1, … may bind the name n0, n1, … or not, before they all lead to the same list.
	scopes := func(n int) string {
		return `{"$id":"root","$ref":"r0","$defs":{` + list(n, func(i int) string {
			next := fmt.Sprintf("r%d", i+1)
			return fmt.Sprintf(`"r%[1]d":{"$id":"r%[1]d","anyOf":[{"$ref":"%[2]s"},{"$ref":"b%[1]d"}]},
				"b%[1]d":{"$id":"b%[1]d","$ref":"%[2]s","$defs":{"n":{"$dynamicAnchor":"n%[1]d","type":"null"}}}`, i, next)
		}) + fmt.Sprintf(`,"end":{"$id":"r%d","prefixItems":[`, n) + list(n, func(i int) string {
			return fmt.Sprintf(`{"$dynamicRef":"#n%d"}`, i)
		}) + `],"$defs":{` + list(n, func(i int) string {
			return fmt.Sprintf(`"n%d":{"$dynamicAnchor":"n%[1]d","type":"string"}`, i)
		}) + `}}}}`
	}
	tests := []struct{ name, source, mistake string }{
		{"some dynamic scopes", scopes(10), ""},
		{"a million dynamic scopes", scopes(20), "$dynamicRef and $recursiveRef are referred to in so many dynamic scopes that more than 131072 values of schemas " +
			"would have to be copied"},
		{"many dynamic anchors", scopes(300), "more than 256 dynamic anchors that several schemas have are referred to"},
		{"fan-out", `{"$ref":"#/$defs/d0","$defs":{` + bomb + `,"d100":{"properties":{"e":{"const":"a"},"n":{"type":"number"}}}},
			"x-assay":{"record":"E","stream":"e","name":"/e","totals":{"t":{"of":["a"],"sum":"/n"}}}}`, ""},
		{"references to members in a chain", `{"$ref":"#/$defs/d0","$defs":{` + list(5_000, func(i int) string {
			return fmt.Sprintf(`"d%d":{"items":{"$ref":"#/$defs/d%d"}}`, i, i+1)
		}) + `,"d5000":true}}`, ""},
		{"references in place in a chain", `{"$ref":"#/$defs/d0","$defs":{` + list(5_000, func(i int) string {
			return fmt.Sprintf(`"d%d":{"$ref":"#/$defs/d%d"}`, i, i+1)
		}) + `,"d5000":true}}`, "more than 1000 schemas apply to one value through each other"},
		{"allOf nested deep", strings.Repeat(`{"allOf":[`, 4_000) + "true" + strings.Repeat("]}", 4_000), "more than 1000 schemas apply to one value through each other"},
		{"properties nested deep", strings.Repeat(`{"properties":{"a":`, 4_000) + "true" + strings.Repeat("}}", 4_000), ""},
		{"an enum of many", `{"enum":[` + list(100_000, func(i int) string { return fmt.Sprintf(`"%d"`, i) }) + `]}`, ""},
		{"a union of many", `{"x-assay":{"record":"E","stream":"e","name":"/e"},"oneOf":[` + list(5_000, func(i int) string {
			return fmt.Sprintf(`{"properties":{"a":{"const":"a"},"b":{"type":"string"},"e":{"const":"%d"}}}`, i)
		}) + `]}`, ""},
		{"more names than branches are told apart by", `{"x-assay":{"record":"E","stream":"e","name":"/e"},"properties":{"e":{"enum":[` +
			list(20_000, func(i int) string { return fmt.Sprintf(`"%d"`, i) }) + `]}}}`, ""},
		{"a mistake in every line", `{"$schema":"http://json-schema.org/draft-04/schema#","properties":{` + list(5_000, func(i int) string {
			return fmt.Sprintf(`"%d":{"exclusiveMinimum":true}`, i)
		}) + `}}`, "exclusiveMinimum needs minimum beside it in draft 4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _, mistakes := compile(test.source)
			if test.mistake == "" {
				require.Empty(t, mistakes)
				assert.NotNil(t, p)
				return
			}
			require.NotEmpty(t, mistakes)
			assert.Equal(t, test.mistake, mistakes[0].Message)
		})
	}
}

// TestSketches compiles the x-assay facts and the foreign stream that the design was tried on, as they stand beside the project, if they do.
func TestSketches(t *testing.T) {
	folder := above("shared", "sketch")
	if folder == "" {
		t.Skip("no shared/sketch folder above this one")
	}
	source, err := os.ReadFile(filepath.Join(folder, "orders.schema.json"))
	require.NoError(t, err)
	_, facts, mistakes := compile(string(source))
	require.Empty(t, mistakes)
	assert.Equal(t, "orderEvents", facts.Stream)
}

// above finds a folder beside a folder that holds this one.
func above(path ...string) string {
	for up := "."; len(up) < 40; up = filepath.Join("..", up) {
		folder := filepath.Join(append([]string{up}, path...)...)
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
	}
	return ""
}
