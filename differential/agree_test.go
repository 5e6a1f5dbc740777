package differential

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
)

// leftOut are groups that the two judges cannot be compared on, by how their names begin.
var leftOut = map[string]string{
	"draft2019-09/optional/format-assertion.json": "its metaschema has formats asserted, which are off here",
	"draft2020-12/optional/format-assertion.json": "its metaschema has formats asserted, which are off here",
}

func isLeftOut(g *group) bool {
	file, _, _ := strings.Cut(g.name, ": ")
	return leftOut[file] != ""
}

// tally counts what was judged.
type tally struct {
	mutants, explained int
	refused            []string // groups
}

// contest lets both judge mutants of the instances of a group.
func (c *tally) contest(t *testing.T, g *group, remotes fs.FS, seed uint64, perInstance int) {
	t.Helper()
	j, err := newJudges(g, remotes)
	if err != nil {
		c.refused = append(c.refused, g.name+": "+err.Error())
		return
	}
	m := newMutator(seed, append([][]byte{g.schema}, g.instances[:min(len(g.instances), 50)]...)...)
	for _, instance := range g.instances {
		original, err := parseTree(instance)
		require.NoError(t, err)
		for i := range perInstance + 1 {
			text := string(instance)
			if i > 0 {
				text = m.mutant(original)
			}
			wrong, explained := j.compare(text)
			if wrong != "" {
				t.Error(wrong)
				return // one difference of a schema is enough
			}
			c.mutants++
			if explained != "" {
				c.explained++
			}
		}
	}
}

// TestMutantsOfSuite compares on the official suite.
func TestMutantsOfSuite(t *testing.T) {
	groups, remotes := officialSuite(t)
	n := mutants(t)
	start := time.Now()
	var c tally
	for i := range groups {
		switch {
		case isLeftOut(&groups[i]):
		case n > 0:
			c.contest(t, &groups[i], remotes, uint64(i), n)
		case i%4 == 0:
			c.contest(t, &groups[i], remotes, uint64(i), 8)
		}
	}
	assert.Empty(t, c.refused, "every schema of the suite is one to both")
	t.Logf("%d instances, %d explained differences, %.1f s", c.mutants, c.explained, time.Since(start).Seconds())
}

// TestMutantsOfBenchmark compares on schemas from practice.
func TestMutantsOfBenchmark(t *testing.T) {
	n := mutants(t)
	for i, g := range benchmarkSchemas(t) {
		t.Run(g.name, func(t *testing.T) {
			start := time.Now()
			perInstance := n
			if n == 0 {
				g.instances, perInstance = g.instances[:min(len(g.instances), 5)], 5
			}
			var c tally
			c.contest(t, &g, nil, uint64(i), perInstance)
			assert.Empty(t, c.refused)
			t.Logf("%d instances, %d explained differences, %.1f s", c.mutants, c.explained, time.Since(start).Seconds())
		})
	}
}

// FuzzMutants compares on mutants that the fuzzer chooses the seed of.
func FuzzMutants(f *testing.F) {
	groups, remotes := officialSuite(f)
	for i := range 50 {
		f.Add(uint16(i*len(groups)/50), uint64(i))
	}
	f.Fuzz(func(t *testing.T, number uint16, seed uint64) {
		g := groups[int(number)%len(groups)]
		if isLeftOut(&g) || len(g.instances) == 0 {
			t.Skip()
		}
		new(tally).contest(t, &g, remotes, seed, 20)
	})
}

// FuzzInstance compares on texts that the fuzzer makes.
func FuzzInstance(f *testing.F) {
	groups, remotes := officialSuite(f)
	for i := range groups {
		if i%20 == 0 && len(groups[i].instances) > 0 {
			f.Add(uint16(i), string(groups[i].instances[0]))
		}
	}
	f.Fuzz(func(t *testing.T, number uint16, instance string) {
		g := groups[int(number)%len(groups)]
		if isLeftOut(&g) {
			t.Skip()
		}
		j, err := newJudges(&g, remotes)
		require.NoError(t, err)
		if !comparable(instance) {
			assert.Equal(t, j.ours.Valid([]byte(instance)), j.ours.Validate([]byte(instance)) == nil)
			return
		}
		wrong, _ := j.compare(instance)
		assert.Empty(t, wrong)
	})
}

// comparable reports whether a text is JSON to both judges: the oracle takes broken UTF-8, and the last of members with one name.
func comparable(text string) bool {
	t, err := parseTree([]byte(text))
	if err != nil || !utf8.ValidString(text) {
		return false
	}
	for _, part := range t.all() {
		names := map[string]bool{}
		for _, n := range part.names {
			names[unquote(n)] = true
		}
		if len(names) < len(part.names) {
			return false
		}
	}
	return true
}

// TestManyCauses: mutants found that a union whose closest branch is a union with more causes than are listed was put in words with some of them gone.
func TestManyCauses(t *testing.T) {
	names := ""
	for i := range 15 {
		names += quote(strings.Repeat("n", i+1)) + ","
	}
	schema := `{"properties":{"a":{"anyOf":[{"anyOf":[{"required":[` + names + `"a"]},{"required":[` + names + `"b","c"]}]},{"const":1}]}}}`
	files := fstest.MapFS{"a.json": &fstest.MapFile{Data: []byte(schema)}}
	schemas, err := dynamic.Compile(files, dynamic.Options{}, "a.json")
	require.NoError(t, err)
	assert.ErrorContains(t, schemas[0].Validate([]byte(`{"a":{}}`)), `missing property "n"`)
}
