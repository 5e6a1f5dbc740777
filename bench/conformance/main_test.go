package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be the processes that the program starts, and two that misbehave.
func TestMain(m *testing.M) {
	command := ""
	if len(os.Args) > 1 {
		command = os.Args[1]
	}
	switch command {
	case "serve", "generate":
		main()
	case "overflow", "hang":
		misbehave(command)
	default:
		os.Exit(m.Run())
	}
}

// misbehave answers valid to all instances but the string "bad".
func misbehave(how string) {
	debug.SetMaxStack(1 << 16)
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var g group
		if in.Decode(&g) != nil {
			return
		}
		for _, t := range g.Tests {
			if string(t.Data) != `"bad"` {
				if out.Encode(verdict{Valid: true}) != nil {
					return
				}
			} else if how == "overflow" {
				fmt.Fprintln(os.Stderr, deep(0))
			} else {
				io.Copy(io.Discard, os.Stdin) // ends when the parent does
			}
		}
	}
}

// deep ends for the reader's peace, and for that of staticcheck; no stack is that deep.
func deep(n int) int {
	if n < 0 {
		return 0
	}
	return deep(n+1) + 1
}

func miniature(t *testing.T) *bench {
	t.Helper()
	suite, err := filepath.Abs(filepath.Join("testdata", "suite"))
	require.NoError(t, err)
	metaschemas, err := filepath.Abs(filepath.Join("..", "..", "internal", "resolve", "metaschema"))
	require.NoError(t, err)
	return &bench{drafts: drafts, library: library{Suite: suite, Metaschemas: metaschemas}}
}

// TestCounts runs all peers on a suite of eight tests, of which one expects the wrong thing and one has a schema that is none.
func TestCounts(t *testing.T) {
	b := miniature(t)
	var failures bytes.Buffer
	b.failures = &failures
	required, err := readGroups(b.library.Suite, drafts[2], classes[0])
	require.NoError(t, err)
	formats, err := readGroups(b.library.Suite, drafts[2], classes[2])
	require.NoError(t, err)
	require.Len(t, required, 3)
	require.Len(t, formats, 1)

	want := map[string][2]int{ // right in required of 7, right in optional/format of 2
		"assay":         {5, 2},
		"santhosh":      {5, 2},
		"kaptinlin":     {5, 2},
		"google":        {5, 1},
		"go-jsonschema": {3, 0}, // it makes no type of a root without one
	}
	for _, p := range peers() {
		t.Run(p.name, func(t *testing.T) {
			failures.Reset()
			column, err := b.measure(t.Context(), p, append(required, formats...))
			require.NoError(t, err)
			assert.Equal(t, map[row]count{
				{"7", "required"}:        {want[p.name][0], 7},
				{"7", "optional/format"}: {want[p.name][1], 2},
			}, column.counts)
			assert.Contains(t, failures.String(), p.name+": draft7/mixed.json#0: a root with a type: a wrong expectation: nobody gets this right: "+
				"want valid true, got false\n")
			assert.Contains(t, failures.String(), "refused is wrong: ")
			assert.Equal(t, 9-want[p.name][0]-want[p.name][1], bytes.Count(failures.Bytes(), []byte("\n")))
			if p.compile == nil {
				assert.Equal(t, &generations{groups: 4, refused: 1, silent: 2}, column.generations)
			}
		})
	}
}

func TestClientOutlivesThePeer(t *testing.T) {
	g := group{Key: "k", suiteGroup: suiteGroup{Tests: []test{{Data: []byte("1")}, {Data: []byte(`"bad"`)}, {Data: []byte("2")}}}}
	program, err := os.Executable()
	require.NoError(t, err)
	for how, reason := range map[string]string{"overflow": "the process died: runtime: goroutine stack exceeds", "hang": "no verdict after"} {
		t.Run(how, func(t *testing.T) {
			patience := 30 * time.Second
			if how == "hang" {
				patience = 3 * time.Second
			}
			c := client{patience: patience, command: func() *exec.Cmd { return exec.Command(program, how) }}
			defer c.stop()
			verdicts, err := c.ask(t.Context(), g)
			require.NoError(t, err)
			require.Len(t, verdicts, 3)
			assert.Equal(t, verdict{Valid: true}, verdicts[0])
			assert.Contains(t, verdicts[1].Error, reason)
			assert.Equal(t, verdict{Valid: true}, verdicts[2])
		})
	}
}

func TestMarkdown(t *testing.T) {
	rows := []row{{"6", "required"}, {"7", "required"}, {"7", "optional"}}
	tests := map[row]int{rows[0]: 1, rows[1]: 2000}
	table := markdown(rows, tests, []column{
		{name: "a", version: "v1", counts: map[row]count{rows[0]: {1, 1}, rows[1]: {1999, 2000}}},
		{name: "b", version: "v2", counts: map[row]count{rows[1]: {0, 2000}}, generations: &generations{groups: 9, refused: 2, silent: 3, broken: 4}},
	})
	assert.Contains(t, table, `| draft | tests | | a v1 | b v2 |
|---|---|--:|--:|--:|
| 6 | required | 1 | 100 % (1) | – |
| 7 | required | 2000 | 99.9 % (1999) | 0 % (0) |
| all | required | 2001 | 99.9 % (2000) | 0 % (0 of 2000) |
`)
	assert.Contains(t, table, "Of the 9 schemas,\nit refuses 2; for 3 it makes no such type, and says nothing (many do not say \"type\"); for 4 it makes Go that does not compile.")
}

func TestReplaceTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(file, []byte("a\n<!-- conformance -->\nold\n<!-- /conformance -->\nb\n"), 0o666))
	require.NoError(t, replaceTable(file, "new\n"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "a\n<!-- conformance -->\nnew\n<!-- /conformance -->\nb\n", string(text))

	require.NoError(t, os.WriteFile(file, []byte("a\n"), 0o666))
	assert.EqualError(t, replaceTable(file, "new\n"), "README.md: found no <!-- conformance --> followed by <!-- /conformance -->")
}

func TestUsage(t *testing.T) {
	t.Setenv("JSON_SCHEMA_TEST_SUITE", filepath.Join(t.TempDir(), "nothing"))
	for want, args := range map[string][]string{
		`unknown draft "5": want 4 6 7 2019-09 2020-12`:                                  {"-draft", "7,5"},
		`unknown peer "ajv": want assay santhosh kaptinlin google go-jsonschema`:         {"-peer", "ajv"},
		`-w needs the whole table: leave out -draft and -peer`:                           {"-w", "-draft", "7"},
		`unexpected argument "now"`:                                                      {"now"},
		`serve: want 3 arguments, found 0`:                                               {"serve"},
		`set JSON_SCHEMA_TEST_SUITE to a checkout of https://github.com/json-schema-org`: nil,
	} {
		err := run(t.Context(), args, nil, io.Discard)
		assert.ErrorContains(t, err, want)
		assert.ErrorAs(t, err, &errUsage{})
	}
}

func TestLibrary(t *testing.T) {
	l := miniature(t).library
	text, err := l.read("http://localhost:1234/positive.json#/x")
	require.NoError(t, err)
	assert.Contains(t, string(text), "exclusiveMinimum")
	for _, uri := range []string{"http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/meta/core"} {
		_, err = l.read(uri)
		assert.NoError(t, err)
	}
	for _, uri := range []string{"http://localhost:1234/../tests/draft7/mixed.json", "https://example.com/a.json", "a.json"} {
		_, err = l.read(uri)
		assert.EqualError(t, err, uri+" is not in the library")
	}
}
