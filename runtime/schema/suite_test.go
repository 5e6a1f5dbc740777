package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/schema"
)

// suite finds the official JSON Schema Test Suite.
func suite(t testing.TB) string {
	if dir := os.Getenv("JSON_SCHEMA_TEST_SUITE"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		found := filepath.Join(dir, "shared", "data", "json-schema-test-suite")
		if _, err := os.Stat(found); err == nil {
			return found
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("the JSON Schema Test Suite is not here: set JSON_SCHEMA_TEST_SUITE to its folder")
		}
		dir = up
	}
}

type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

func suiteFile(t testing.TB, path string) (groups []suiteGroup) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &groups))
	return groups
}

// TestSuite runs the required tests of draft 2020-12 on the interpreter alone. Groups whose references need the front-end are left to its tests.
func TestSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(suite(t), "tests", "draft2020-12", "*.json"))
	require.NoError(t, err)
	files = append(files, filepath.Join(suite(t), "tests", "draft2020-12", "optional", "ecmascript-regex.json"),
		filepath.Join(suite(t), "tests", "draft2020-12", "optional", "non-bmp-regex.json"),
		filepath.Join(suite(t), "tests", "draft2020-12", "optional", "bignum.json"),
		filepath.Join(suite(t), "tests", "draft2020-12", "optional", "float-overflow.json"))
	groups, left, tests := 0, 0, 0
	for _, file := range files {
		for _, g := range suiteFile(t, file) {
			p, ok := lower(t, string(g.Schema), false)
			if !ok || loops(p) {
				left++
				continue
			}
			groups++
			for _, test := range g.Tests {
				tests++
				got := validate(t, p, string(test.Data))
				assert.Equal(t, test.Valid, got == nil, "%s: %s: %s\n%v\n%s", filepath.Base(file), g.Description, test.Description, got, p)
			}
		}
	}
	t.Logf("%d tests of %d groups; %d groups left to the front-end", tests, groups, left)
	assert.Greater(t, tests, 1000)
}

// loops reports whether a schema refers to itself in place, which lowering refuses.
func loops(p *schema.Program) bool {
	state := make([]int, len(p.Nodes))
	var visit func(schema.Ref) bool
	visit = func(r schema.Ref) bool {
		if state[r] != 0 {
			return state[r] == 1
		}
		state[r] = 1
		if l := p.Nodes[r].Logic; l != nil {
			for _, reference := range l.Refs {
				if visit(reference.Schema) {
					return true
				}
			}
		}
		state[r] = 2
		return false
	}
	for i := range p.Nodes {
		if visit(schema.Ref(i)) {
			return true
		}
	}
	return false
}
