package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/google/jsonschema-go/jsonschema" // has the copy of the suite that is run if there is no other
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOfficialSuite runs the whole suite. What passes is a golden, and what fails must be explained.
func TestOfficialSuite(t *testing.T) {
	folder := findSuite()
	if folder == "" {
		t.Skip("the JSON Schema Test Suite is not here; set JSON_SCHEMA_TEST_SUITE to its folder")
	}
	s, err := readSuite(os.DirFS(filepath.Join(folder, "tests")), os.DirFS(filepath.Join(folder, "remotes")))
	require.NoError(t, err)
	all := runAll(t, s)
	explained, err := parseFailures(read(t, "testdata/failures.txt"))
	require.NoError(t, err)
	if os.Getenv("UPDATE") == "1" {
		require.NoError(t, os.WriteFile("testdata/passed.txt", []byte(all.passes()), 0o644))
		require.NoError(t, os.WriteFile("testdata/failures.txt", []byte(explained.renewed(all)), 0o644))
		return
	}
	assert.Empty(t, explained.surprises(all), "run UPDATE=1 go test ./conformance, and explain in testdata/failures.txt what is not")
	assert.Equal(t, read(t, "testdata/passed.txt"), all.passes(), "if this is right, run UPDATE=1 go test ./conformance")
}

// TestCopyOfSuite runs the required tests of drafts 7 and 2020-12 as google/jsonschema-go has them: wherever this project can be built, they are there.
func TestCopyOfSuite(t *testing.T) {
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/jsonschema-go")
	list.Stderr = os.Stderr
	output, err := list.Output()
	require.NoError(t, err)
	folder := filepath.Join(strings.TrimSpace(string(output)), "jsonschema", "testdata")
	s, err := readSuite(os.DirFS(folder), os.DirFS(filepath.Join(folder, "remotes")))
	require.NoError(t, err)
	ran := map[string]int{}
	for _, r := range runAll(t, s) {
		ran[r.group.draft.folder]++
		assert.Empty(t, r.wrong, "%s", r.name())
	}
	assert.Len(t, ran, 2)
	assert.Greater(t, ran["draft7"], 800)
	assert.Greater(t, ran["draft2020-12"], 1000)
}

func runAll(t *testing.T, s *suite) results {
	t.Helper()
	var all results
	for _, m := range machines[:1] { // make conformance runs them all
		wrong, err := m.run(s, s.groups)
		require.NoError(t, err)
		all = append(all, collect(m.name, s.groups, wrong)...)
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

func TestFailures(t *testing.T) {
	text := "# comment\n\nbecause\n\tdynamic draft7/a.json: g: one\n"
	f, err := parseFailures(text)
	require.NoError(t, err)
	g := &group{draft: drafts[2], class: required, file: "a.json", Description: "g"}
	one := result{"dynamic", g, &test{Description: "one"}, "wrong"}
	two := result{"dynamic", g, &test{Description: "two\u200b"}, "wrong\nvery"}
	assert.Empty(t, f.surprises(results{one}))
	assert.Equal(t, []string{"unexplained failure: dynamic draft7/a.json: g: two\\u200b\n\twrong\n\tvery"}, f.surprises(results{one, two}))
	assert.Len(t, f.surprises(results{}), 1, "a failure that is none any more must be taken off the list")
	assert.Contains(t, f.renewed(results{one, two}), "\nbecause\n\tdynamic draft7/a.json: g: one\n\nnot explained yet\n\tdynamic draft7/a.json: g: two\\u200b\n")
	assert.Equal(t, "dynamic draft7/a.json: 0 of 2\n", results{one, two}.passes())
	for _, broken := range []string{"\ttest", "why\n\ttest\n\ttest"} {
		_, err := parseFailures(broken)
		assert.Error(t, err)
	}
}
