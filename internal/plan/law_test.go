package plan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
)

// judged counts what the scanner was sure of, of texts that are valid.
type judged struct{ sure, valid, sureBytes, validBytes int }

func (j judged) String() string {
	return fmt.Sprintf("sure of %d of %d valid texts, %d of %d bytes", j.sure, j.valid, j.sureBytes, j.validBytes)
}

// law checks the one law of the scanner, scanner yes ⇒ interpreter yes, on a text: alone and as a line of a block.
func (j *judged) law(t testing.TB, s *dynamic.Schema, m *scan.Machine, text []byte) {
	t.Helper()
	valid := s.Program.ValidText(text)
	sure := m.Valid(text)
	if sure && !valid {
		t.Fatalf("the scanner is sure of what is not valid, by the plan\n%s\n%s", s.Plan(), text)
	}
	if !bytes.ContainsAny(text, "\n") {
		block := scan.Pad([]byte("[\n"), text)
		m.Block(block, len(block)-scan.Padding)
		end, ok := m.Next(2)
		if ok && !valid {
			t.Fatalf("the scanner is sure of a line that is not valid, by the plan\n%s\n%s", s.Plan(), text)
		}
		assert.Equal(t, 2+len(text), end, "the end of a line: %s", text)
		assert.Equal(t, sure, ok, "a line of its own and one of a block: %s", text)
	}
	if valid {
		j.valid, j.validBytes = j.valid+1, j.validBytes+len(text)
	}
	if sure {
		j.sure, j.sureBytes = j.sure+1, j.sureBytes+len(text)
	}
}

// above finds a folder beside a folder that holds this one; "" if there is none.
func above(name string) string {
	for up := "."; len(up) < 40; up = filepath.Join("..", up) {
		if info, err := os.Stat(filepath.Join(up, name)); err == nil && info.IsDir() {
			return filepath.Join(up, name)
		}
	}
	return ""
}

// suite finds the official JSON Schema Test Suite.
func suite(t testing.TB) string {
	folder := os.Getenv("JSON_SCHEMA_TEST_SUITE")
	if folder == "" {
		folder = above(filepath.Join("shared", "data", "json-schema-test-suite"))
	}
	if folder == "" {
		t.Skip("the JSON Schema Test Suite is not here; set JSON_SCHEMA_TEST_SUITE to its folder")
	}
	return folder
}

var drafts = []struct{ folder, name string }{
	{"draft4", "draft4"}, {"draft6", "draft6"}, {"draft7", "draft7"}, {"draft2019-09", "2019-09"}, {"draft2020-12", "2020-12"},
}

// group is one schema of the suite with its instances.
type group struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct{ Data json.RawMessage }
}

// withRemotes is the schema of a group, and the documents of the suite that it may refer to.
type withRemotes struct {
	schema  fstest.MapFS
	remotes fs.FS
}

func (w withRemotes) Open(name string) (fs.File, error) {
	if rest, ok := strings.CutPrefix(name, "remotes/"); ok {
		return w.remotes.Open(rest)
	}
	return w.schema.Open(name)
}

// compile compiles a schema of the suite; nil if it is refused.
func compile(remotes fs.FS, dialect string, schema []byte, assert bool) *dynamic.Schema {
	schemas, err := dynamic.Compile(withRemotes{fstest.MapFS{"schema.json": {Data: schema}}, remotes}, dynamic.Options{
		AssertFormat: assert, UnknownKeywords: true, Dialect: dialect, Map: map[string]string{"http://localhost:1234": "remotes"},
	}, "schema.json")
	if err != nil {
		return nil
	}
	return schemas[0]
}

// TestLawOnSuite holds the law over all that the official suite has, as it is and changed a little, and checks that the scanner is sure of most of it.
func TestLawOnSuite(t *testing.T) {
	folder := suite(t)
	remotes := os.DirFS(filepath.Join(folder, "remotes"))
	random := rand.New(rand.NewPCG(3, 4))
	for _, d := range drafts {
		t.Run(d.folder, func(t *testing.T) {
			var plain, changed judged
			files, err := filepath.Glob(filepath.Join(folder, "tests", d.folder, "*.json"))
			require.NoError(t, err)
			for _, pattern := range []string{"optional/*.json", "optional/format/*.json"} {
				more, err := filepath.Glob(filepath.Join(folder, "tests", d.folder, filepath.FromSlash(pattern)))
				require.NoError(t, err)
				files = append(files, more...)
			}
			for _, file := range files {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				var groups []group
				require.NoError(t, json.Unmarshal(text, &groups), file)
				for _, g := range groups {
					s := compile(remotes, d.name, g.Schema, strings.Contains(filepath.ToSlash(file), "/format/"))
					if s == nil {
						continue // some optional tests
					}
					m := scan.New(s.Plan())
					for _, test := range g.Tests {
						var text bytes.Buffer
						require.NoError(t, json.Compact(&text, test.Data))
						before := plain
						plain.law(t, s, m, text.Bytes())
						if os.Getenv("SHOW") != "" && plain.valid > before.valid && plain.sure == before.sure {
							fmt.Printf("%s %s: %.150s %v\n", filepath.Base(file), g.Description, text.Bytes(), s.Plan().Gaps)
						}
						for range 10 {
							changed.law(t, s, m, mutate(random, text.Bytes()))
						}
					}
				}
			}
			t.Logf("as they are: %s; changed: %s", plain, changed)
			assert.Greater(t, float64(plain.sure), 0.75*float64(plain.valid), "the scanner is sure of less than it was")
		})
	}
}

// TestLawOnChangedSchemas holds the law for schemas that nobody wrote: those of the suite, each with a part that is replaced by a part of another.
func TestLawOnChangedSchemas(t *testing.T) {
	folder := suite(t)
	remotes := os.DirFS(filepath.Join(folder, "remotes"))
	random := rand.New(rand.NewPCG(9, 10))
	var groups []group
	var parts []any
	for _, draft := range []string{"draft7", "draft2020-12"} {
		files, err := filepath.Glob(filepath.Join(folder, "tests", draft, "*.json"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var more []group
			require.NoError(t, json.Unmarshal(text, &more), file)
			groups = append(groups, more...)
		}
	}
	for _, g := range groups {
		var schema any
		require.NoError(t, json.Unmarshal(g.Schema, &schema))
		parts = append(parts, partsOf(schema)...)
	}
	var j judged
	compiled := 0
	for range 4 {
		for i, g := range groups {
			var schema any
			require.NoError(t, json.Unmarshal(g.Schema, &schema))
			text, err := json.Marshal(exchange(random, schema, parts))
			require.NoError(t, err)
			s := compile(remotes, "", text, false)
			if s == nil {
				continue
			}
			compiled++
			m := scan.New(s.Plan())
			for _, test := range append(g.Tests, groups[(i+1)%len(groups)].Tests...) {
				var text bytes.Buffer
				require.NoError(t, json.Compact(&text, test.Data))
				j.law(t, s, m, text.Bytes())
			}
		}
	}
	t.Logf("%d schemas, %s", compiled, j)
	assert.Greater(t, compiled, 500)
	assert.Greater(t, float64(j.sure), 0.75*float64(j.valid), "the scanner is sure of less than it was")
}

// partsOf lists the values inside a JSON value.
func partsOf(v any) (parts []any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(append(parts, v[name]), partsOf(v[name])...)
		}
	case []any:
		for _, item := range v {
			parts = append(append(parts, item), partsOf(item)...)
		}
	}
	return parts
}

// exchange returns v with one of its parts replaced, or with a member of another object added.
func exchange(random *rand.Rand, v any, parts []any) any {
	other := parts[random.IntN(len(parts))]
	switch v := v.(type) {
	case map[string]any:
		from, isObject := other.(map[string]any)
		if len(v) == 0 || isObject && random.IntN(3) == 0 {
			for _, name := range slices.Sorted(maps.Keys(from)) {
				v[name] = from[name]
			}
			return v
		}
		name := slices.Sorted(maps.Keys(v))[random.IntN(len(v))]
		v[name] = exchange(random, v[name], parts)
		return v
	case []any:
		if len(v) > 0 && random.IntN(4) > 0 {
			i := random.IntN(len(v))
			v[i] = exchange(random, v[i], parts)
			return v
		}
	}
	return other
}

// FuzzLaw holds the law for any schema and any text.
func FuzzLaw(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"properties":{"a":{"type":"string"},"b":{"minimum":1}},"required":["a"]}`, `{"a":"x","b":2}`},
		{`{"oneOf":[{"properties":{"k":{"const":"a"},"x":{"type":"integer"}}},{"properties":{"k":{"const":"b"}},"required":["y"]}],"required":["k"]}`, `{"k":"b","y":1}`},
		{`{"properties":{"a":{"type":"string"},"n":{"oneOf":[{"properties":{"x":true,"k":{"const":"a"}}},{"properties":{"k":{"const":"b"}},"required":["y"]}],"required":["k"]}},"required":["a","n"]}`,
			`{"n":{"x":1,"k":"a"},"a":""}`},
		{`{"anyOf":[{"items":{"type":"string"},"uniqueItems":true},{"contains":{"const":1},"minContains":2}]}`, `["a","b"]`},
		{`{"patternProperties":{"^x-":true},"additionalProperties":{"pattern":"^[a-z]+$"},"propertyNames":{"maxLength":4}}`, `{"x-a":1,"b":"c"}`},
		{`{"if":{"required":["a"]},"then":{"dependentRequired":{"b":["c"]}},"else":{"not":{"enum":[{},[1]]}}}`, `{"a":1}`},
		{`{"$defs":{"t":{"properties":{"l":{"$ref":"#/$defs/t"},"v":{"type":["number","null"],"multipleOf":0.5}}}},"$ref":"#/$defs/t"}`, `{"l":{"v":1.5}}`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, schema, text []byte) {
		s := compile(fstest.MapFS{}, "", schema, true)
		if s == nil {
			return
		}
		var j judged
		j.law(t, s, scan.New(s.Plan()), text)
	})
}

// mutate changes a text a little: bytes are deleted, doubled, replaced or exchanged for what has a meaning in JSON.
func mutate(random *rand.Rand, text []byte) []byte {
	text = bytes.Clone(text)
	tokens := []string{`"`, `\`, `,`, `:`, `{`, `}`, `[`, `]`, `0`, `1`, `-`, `.`, `e`, `1e400`, `null`, `true`, `false`, `""`, ` `, "\n", "\t", "\x00", "\x80", "é", `\u0061`, `\ud800`,
		`{"a":1,"a":2}`, `"a"`, `"a":1,`, `1.0`, `-0`, `01`, `😀`, "\xff", `[]`, `{}`}
	for range 1 + random.IntN(2) {
		at := random.IntN(len(text) + 1)
		to := min(len(text), at+random.IntN(3))
		with := []byte(tokens[random.IntN(len(tokens))])
		switch random.IntN(5) {
		case 0:
			with = nil
		case 1: // some other part of the text
			from := random.IntN(len(text) + 1)
			with = bytes.Clone(text[from:min(len(text), from+1+random.IntN(12))])
		case 2:
			to = at
		}
		text = bytes.Join([][]byte{text[:at], text[to:]}, with)
	}
	return text
}

// TestLawOnBenchmark holds the law over the schemas of a benchmark of validators, and checks how much of their instances the scanner is sure of.
func TestLawOnBenchmark(t *testing.T) {
	folder := above(filepath.Join("shared", "data", "validator-benchmark"))
	if folder == "" {
		t.Skip("no shared/data/validator-benchmark folder above this one")
	}
	names, err := filepath.Glob(filepath.Join(folder, "*", "schema.json"))
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(5, 6))
	var all judged
	shares := 0.0
	for _, name := range names {
		name := filepath.Base(filepath.Dir(name))
		schemas, err := dynamic.Compile(os.DirFS(folder), dynamic.Options{UnknownKeywords: true}, name+"/schema.json")
		require.NoError(t, err)
		s := schemas[0]
		instances, err := os.ReadFile(filepath.Join(folder, name, "instances.jsonl"))
		require.NoError(t, err)
		m := scan.New(s.Plan())
		var j, changed judged
		for line := range bytes.Lines(instances) {
			line = bytes.TrimSpace(line)
			before := j
			j.law(t, s, m, line)
			if os.Getenv("SHOW") != "" && j.valid > before.valid && j.sure == before.sure && (j.valid-j.sure)%7 == 1 {
				fmt.Printf("%s %.400s\n", name, line)
			}
			for range 3 {
				changed.law(t, s, m, mutate(random, line))
			}
		}
		t.Logf("%s: %s; changed: %s; %d locations, %d gaps", name, j, changed, len(s.Plan().Locations), len(s.Plan().Gaps))
		if os.Getenv("SHOW") != "" {
			for _, g := range s.Plan().Gaps {
				fmt.Println(name, g)
			}
		}
		all.sureBytes, all.validBytes = all.sureBytes+j.sureBytes, all.validBytes+j.validBytes
		shares += float64(j.sureBytes) / float64(j.validBytes)
	}
	t.Logf("%.1f %% of all bytes, on average %.1f %% of a schema's", 100*float64(all.sureBytes)/float64(all.validBytes), 100*shares/float64(len(names)))
	assert.Greater(t, shares/float64(len(names)), 0.80, "the scanner is sure of less than it was")
}

// TestLawOnSamples holds the law over the lines of real runs and of the shipped schemas' tests.
func TestLawOnSamples(t *testing.T) {
	schemas, err := dynamic.Compile(os.DirFS("../../schemas"), dynamic.Options{AssertFormat: true}, "events.schema.json", "metrics.schema.json")
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(7, 8))
	for i, name := range []string{"events.jsonl", "metrics.jsonl"} {
		s := schemas[i]
		assert.Empty(t, s.Plan().Gaps)
		m := scan.New(s.Plan())
		files, err := filepath.Glob(filepath.Join("../../testdata/runs", "*", name))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		var j, changed judged
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for line := range bytes.Lines(text) {
				line = bytes.TrimSuffix(line, []byte("\n"))
				j.law(t, s, m, line)
				for range 20 {
					changed.law(t, s, m, mutate(random, line))
				}
			}
		}
		t.Logf("%s: %s; changed: %s", name, j, changed)
		assert.Equal(t, j.valid, j.sure, "the scanner must be sure of every valid line")
	}
}
