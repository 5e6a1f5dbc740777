package differential

import (
	"fmt"
	"path"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/gen"
)

// deadline is how long one answer may take. It is so long that it says "never": no machine is that slow.
const deadline = time.Minute

// within runs a function, and fails if it panics or does not return.
func within(t testing.TB, what string, run func()) {
	t.Helper()
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		run()
	}()
	select {
	case p := <-done:
		if p != nil {
			t.Errorf("%s: panic: %v", what, p)
		}
	case <-time.After(deadline):
		t.Fatalf("%s: no answer in %v", what, deadline)
	}
}

// schemaMutants are how schemas are mutated: towards the words and values of all schemas of the suite, so that keywords get values of other keywords.
func schemaMutants(groups []group, seed uint64) *mutator {
	var texts [][]byte
	for i := 0; i < len(groups); i += 7 {
		texts = append(texts, groups[i].schema)
	}
	return newMutator(seed, texts...)
}

// TestSchemaMutants generates from mutated schemas: an error or Go that type-checks, and nothing else.
func TestSchemaMutants(t *testing.T) {
	groups, _ := officialSuite(t)
	n := mutants(t)
	m := newModule(t)
	c := newChecker(t)
	mutator := schemaMutants(groups, 1)
	start := time.Now()
	accepted, refused, kept := 0, 0, 0
	for i, g := range groups {
		if n == 0 && i%5 != 0 {
			continue
		}
		original, err := parseTree(g.schema)
		require.NoError(t, err)
		for range max(n/10, 1) {
			text := mutator.mutant(original)
			within(t, text, func() {
				files, err := m.generate(t, "pkg", g.dialect, []byte(text), nil)
				if err != nil {
					refused++
					return
				}
				accepted++
				if err := c.check(files); err != nil {
					t.Errorf("%s: what is generated is no Go: %v\n\tschema %s", g.name, err, text)
				}
				if accepted%200 == 1 && long() { // a sample for what type-checking leaves out
					kept++
					m.keep(t, fmt.Sprintf("kept%d", kept), files)
				}
			})
		}
	}
	if kept > 0 {
		m.goCommand(t, "vet", "./...")
	}
	assert.Positive(t, accepted)
	assert.Positive(t, refused)
	t.Logf("%d mutants generated, %d refused, %d vetted, %.1f s", accepted, refused, kept, time.Since(start).Seconds())
}

// keep writes generated files to a folder of their own. The name of the package may be another than the folder's.
func (m *module) keep(t testing.TB, folder string, files []gen.File) {
	t.Helper()
	for _, f := range files {
		m.write(t, folder+"/"+path.Base(f.Path), f.Content)
	}
}

// FuzzSchema generates from texts that the fuzzer makes.
func FuzzSchema(f *testing.F) {
	groups, _ := officialSuite(f)
	for i := range groups {
		if i%10 == 0 {
			f.Add(byte(i), string(groups[i].schema))
		}
	}
	m := newModule(f)
	c := newChecker(f)
	f.Fuzz(func(t *testing.T, number byte, text string) {
		within(t, text, func() {
			files, err := m.generate(t, "pkg", drafts[int(number)%len(drafts)].dialect, []byte(text), nil)
			if err != nil {
				assert.NotEmpty(t, err.Error())
				return
			}
			assert.NoError(t, c.check(files))
		})
	})
}

// FuzzSchemaMutants generates from mutants that the fuzzer chooses the seed of.
func FuzzSchemaMutants(f *testing.F) {
	groups, _ := officialSuite(f)
	for i := range 20 {
		f.Add(uint16(i*len(groups)/20), uint64(i))
	}
	m := newModule(f)
	c := newChecker(f)
	f.Fuzz(func(t *testing.T, number uint16, seed uint64) {
		g := groups[int(number)%len(groups)]
		original, err := parseTree(g.schema)
		require.NoError(t, err)
		text := schemaMutants(groups, seed).mutant(original)
		within(t, text, func() {
			files, err := m.generate(t, "pkg", g.dialect, []byte(text), nil)
			if err == nil {
				assert.NoError(t, c.check(files), "%s", text)
			}
		})
	})
}
