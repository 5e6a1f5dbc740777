package gen_test

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/gen"
	"github.com/assay-go/assay/runtime/stream"
)

// A golden is a txtar archive in testdata. It holds
//
//   - schema files (*.schema.json);
//   - what comes of them: the file of types of each stream (types/*.go), or the mistakes (mistakes.txt);
//   - tests that run in the generated package (*_test.go);
//   - good lines (NAME.valid.jsonl) and bad ones (NAME.invalid.jsonl) for NAME.schema.json, and what is wrong with the latter
//     (NAME.violations.txt).
//
// UPDATE=1 go test writes what comes of them. A golden without it fails. All generated packages are compiled, vetted and run: each decodes its
// good lines and appends them again, and refuses its bad ones.
type golden struct {
	name    string
	archive *txtar.Archive
}

func goldens(t *testing.T) []golden {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []golden
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		all = append(all, golden{strings.TrimSuffix(filepath.Base(file), ".txtar"), archive})
	}
	return all
}

func (g *golden) file(name string) (string, bool) {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

// set replaces a file of the archive, or adds it.
func (g *golden) set(name, content string) {
	for i := range g.archive.Files {
		if g.archive.Files[i].Name == name {
			g.archive.Files[i].Data = []byte(content)
			return
		}
	}
	g.archive.Files = append(g.archive.Files, txtar.File{Name: name, Data: []byte(content)})
}

// schemas returns the names of the schema files.
func (g *golden) schemas() []string {
	var names []string
	for _, f := range g.archive.Files {
		if strings.HasSuffix(f.Name, ".schema.json") {
			names = append(names, f.Name)
		}
	}
	return names
}

func TestGolden(t *testing.T) {
	module := newModule(t)
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) { g.run(t, module) })
	}
	module.test(t)
}

func (g *golden) run(t *testing.T, m *module) {
	dir := filepath.Join(m.dir, g.name)
	for _, name := range g.schemas() {
		text, _ := g.file(name)
		write(t, filepath.Join(dir, name), text)
	}
	config := gen.Config{Dir: dir, Schemas: g.schemas(), Out: "pkg", AssertFormat: true}
	files, err := gen.Generate(config)
	want := map[string]string{}
	if err != nil {
		want["mistakes.txt"] = err.Error() + "\n"
	}
	for _, f := range files {
		if strings.HasPrefix(f.Path, "pkg/") && g.shows(path.Base(f.Path)) {
			want["types/"+path.Base(f.Path)] = string(f.Content)
		}
	}
	if err == nil {
		_, err = gen.Write(config, files)
		require.NoError(t, err)
		for _, name := range g.schemas() {
			g.lines(t, m, dir, name, want)
		}
		for _, f := range g.archive.Files {
			if strings.HasSuffix(f.Name, "_test.go") {
				write(t, filepath.Join(dir, "pkg", f.Name), string(f.Data))
			}
		}
	}
	if os.Getenv("UPDATE") != "" {
		g.archive.Files = slices.DeleteFunc(g.archive.Files, func(f txtar.File) bool { return isResult(f.Name) })
		for _, name := range slices.Sorted(maps.Keys(want)) {
			g.set(name, want[name])
		}
		require.NoError(t, os.WriteFile("testdata/"+g.name+".txtar", txtar.Format(g.archive), 0o644))
		return
	}
	for name, content := range want {
		have, ok := g.file(name)
		if assert.True(t, ok, "%s.txtar has no %s; UPDATE=1 go test adds it", g.name, name) {
			assert.Equal(t, have, content, "%s of %s.txtar; UPDATE=1 go test rewrites it", name, g.name)
		}
	}
	for _, f := range g.archive.Files {
		if isResult(f.Name) {
			assert.Contains(t, want, f.Name, "%s.txtar has a file that nothing makes", g.name)
		}
	}
}

// isResult reports whether a file of an archive holds what comes of the others.
func isResult(name string) bool {
	return strings.HasPrefix(name, "types/") || name == "mistakes.txt" || strings.HasSuffix(name, ".violations.txt")
}

// shows reports whether a golden shows a file that comes of it: the types, and what the golden is called after.
func (g *golden) shows(name string) bool {
	switch {
	case name == "recorder.go":
		return strings.HasPrefix(g.name, "recorder")
	case name == "run.go", strings.HasSuffix(name, "_keys.go"):
		return strings.HasPrefix(g.name, "run")
	}
	return isTypes(name)
}

// isTypes reports whether a file holds the types that people read.
func isTypes(name string) bool {
	for _, part := range []string{"_codec.go", "_stream.go", "_counts.go", "_tables.go", "_test.go", "doc.go", "size.go"} {
		if strings.HasSuffix(name, part) {
			return false
		}
	}
	return true
}

// lines judges the lines of one schema at run time, and adds a test of them to the generated package.
func (g *golden) lines(t *testing.T, m *module, dir, name string, want map[string]string) {
	stem := strings.TrimSuffix(name, ".schema.json")
	valid, _ := g.file(stem + ".valid.jsonl")
	invalid, _ := g.file(stem + ".invalid.jsonl")
	all, err := dynamic.Compile(os.DirFS(dir), dynamic.Options{AssertFormat: true}, g.schemas()...)
	require.NoError(t, err)
	var validate func([]byte) error // as the generated package has it
	var record string
	for i, s := range all {
		switch {
		case s.Name != name:
		case s.Facts != nil:
			validate, record = (&stream.Record{Program: s.Program, Facts: s.Facts, Plan: s.Plan()}).Validate, s.Facts.Record
		default:
			validate, record = all[i].Validate, cmp.Or(typeNames[name], strings.ToUpper(stem[:1])+stem[1:])
		}
	}
	for line := range strings.Lines(valid) {
		assert.NoError(t, validate([]byte(line)), "a line of %s.valid.jsonl", stem)
	}
	var violations strings.Builder
	for line := range strings.Lines(invalid) {
		err := validate([]byte(line))
		if assert.Error(t, err, "a line of %s.invalid.jsonl: %s", stem, line) {
			fmt.Fprintln(&violations, err)
		}
	}
	if invalid != "" {
		want[stem+".violations.txt"] = violations.String()
	}
	test := linesTest
	if !strings.Contains(string(codecOf(t, dir)), "func Decode"+record+"(") {
		test = validTest
	}
	if all := regexp.MustCompile(`func (\w+)\(r io\.Reader, .*\) iter\.Seq2\[(\*?` + record + `), error\]`).FindSubmatch(codecOf(t, dir)); all != nil {
		write(t, filepath.Join(dir, "pkg", stem+"_scan_test.go"), strings.NewReplacer("PLURAL", string(all[1]), "RESULT", string(all[2]), "RECORD", record, "STEM", stem).Replace(scanTest))
	}
	write(t, filepath.Join(dir, "pkg", stem+"_lines_test.go"), strings.NewReplacer("RECORD", record, "STEM", stem).Replace(test))
	write(t, filepath.Join(dir, "pkg", stem+".valid.jsonl"), valid)
	write(t, filepath.Join(dir, "pkg", stem+".invalid.jsonl"), invalid)
	write(t, filepath.Join(dir, "pkg", stem+".violations.txt"), violations.String())
}

// typeNames are the Go names of the values in goldens, where the file does not give them.
var typeNames = map[string]string{"c.schema.json": "Doc", "order.schema.json": "ShopOrder", "level.schema.json": "Level", "style.schema.json": "Style"}

// codecOf returns all Go files of the generated package as one text.
func codecOf(t *testing.T, dir string) (all []byte) {
	files, err := filepath.Glob(filepath.Join(dir, "pkg", "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all = append(all, text...)
	}
	return all
}

// validTest is linesTest for a schema without a type.
const validTest = `package pkg

import (
	"bytes"
	"os"
	"testing"
)

func TestLinesRECORD(t *testing.T) {
	for name, want := range map[string]bool{"STEM.valid.jsonl": true, "STEM.invalid.jsonl": false} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if ValidRECORD(line) != want || (ValidateRECORD(line) == nil) != want {
				t.Errorf("want %t: %s", want, line)
			}
		}
	}
}
`

// linesTest runs inside a generated package.
const linesTest = `package pkg

import (
	"bufio"
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

func TestLinesRECORD(t *testing.T) {
	lines := func(name string) (lines []string) {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan(); {
			lines = append(lines, s.Text())
		}
		return lines
	}
	for _, line := range lines("STEM.valid.jsonl") {
		if !ValidRECORD([]byte(line)) {
			t.Errorf("refused: %s", line)
		}
		v, err := DecodeRECORD([]byte(line))
		if err != nil {
			t.Errorf("%v: %s", err, line)
			continue
		}
		back, err := AppendRECORD([]byte("before "), v)
		if err != nil {
			t.Errorf("%v: %s", err, line)
			continue
		}
		var was, is any
		if json.Unmarshal([]byte(line), &was) != nil || json.Unmarshal(back[len("before "):], &is) != nil || !reflect.DeepEqual(was, is) {
			t.Errorf("read  %s\nwrote %s", line, back)
		}
		again, err := DecodeRECORD(back[len("before "):])
		if err != nil || !reflect.DeepEqual(v, again) {
			t.Errorf("%v: %s", err, back)
		}
		if err := any(again).(json.Unmarshaler).UnmarshalJSON([]byte("null")); err != nil || !reflect.DeepEqual(v, again) {
			t.Errorf("%v: null must change nothing: %s", err, line)
		}
		none := reflect.ValueOf(AppendRECORD).Call([]reflect.Value{reflect.ValueOf([]byte("before")), reflect.Zero(reflect.TypeOf(v))})
		if string(none[0].Bytes()) != "before" || none[1].IsNil() {
			t.Errorf("a nil pointer must be an error, and dst as it was: %s", line)
		}
	}
	violations := lines("STEM.violations.txt")
	for i, line := range lines("STEM.invalid.jsonl") {
		if ValidRECORD([]byte(line)) {
			t.Errorf("accepted: %s", line)
		}
		if _, err := DecodeRECORD([]byte(line)); err == nil {
			t.Errorf("decoded: %s", line)
		}
		if err := ValidateRECORD([]byte(line)); err == nil || err.Error() != violations[i] {
			t.Errorf("%s\nwant %s\ngot  %v", line, violations[i], err)
		}
	}
}
`

// scanTest runs inside a generated package: whichever way a line is read, and whatever was read before it, it is what Decode makes of it.
const scanTest = `package pkg

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/assay-go/assay/runtime/stream"
)

func TestScanRECORD(t *testing.T) {
	var lines [][]byte
	for _, name := range []string{"STEM.valid.jsonl", "STEM.invalid.jsonl"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			lines = append(lines, bytes.TrimSpace(line))
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	var order [][]byte
	for range 10 {
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		order = append(order, lines...)
	}
	text := append(bytes.Join(order, []byte("\n")), '\n')
	check := func(way string, i int, v RESULT, good bool) {
		if want, err := DecodeRECORD(order[i]); good != (err == nil) || !reflect.DeepEqual(want, v) {
			t.Errorf("%s: line %d is %#v, want %#v: %s", way, i+1, v, want, order[i])
		}
	}
	for way, reader := range map[string]func() io.Reader{
		"in place":    func() io.Reader { return stream.InPlace(text) },
		"from blocks": func() io.Reader { return bytes.NewReader(text) },
		"in pieces":   func() io.Reader { return iotest.OneByteReader(bytes.NewReader(text)) },
	} {
		for _, o := range []stream.Option{stream.Reuse(), stream.MaxLine(0)} {
			i, s := 0, NewRECORDScanner(reader(), o)
			for ; s.Scan(); i++ {
				check(way+", scanned", i, s.RECORD(), s.Invalid() == nil)
			}
			if i != len(order) || s.Err() != nil {
				t.Errorf("%s: %d lines of %d, %v", way, i, len(order), s.Err())
			}
		}
		type read struct {
			v    RESULT
			good bool
		}
		var kept []read
		for v, err := range PLURAL(reader()) {
			kept = append(kept, read{v, err == nil})
		}
		for i, r := range kept {
			check(way+", kept", i, r.v, r.good)
		}
		if len(kept) != len(order) {
			t.Errorf("%s: %d lines of %d", way, len(kept), len(order))
		}
	}
}
`

// module is a Go module in a temporary folder that holds what the goldens generate.
type module struct{ dir string }

func newModule(t *testing.T) *module {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	m := &module{dir: t.TempDir()}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	// The requirements of assay itself, so that the checksums are known.
	text := strings.Replace(string(mod), "module github.com/assay-go/assay", "module example.com/golden", 1)
	text, _, _ = strings.Cut(text, "\ntool ")
	text += fmt.Sprintf("\nrequire github.com/assay-go/assay v0.0.0\n\nreplace github.com/assay-go/assay => %s\n", filepath.ToSlash(root))
	write(t, filepath.Join(m.dir, "go.mod"), text)
	write(t, filepath.Join(m.dir, "go.sum"), string(sum))
	return m
}

// test compiles, vets and runs everything in the module.
func (m *module) test(t *testing.T) {
	if t.Failed() {
		return
	}
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = m.dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %s on what the goldens generate:\n%s", strings.Join(args, " "), out)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(t, os.WriteFile(name, []byte(content), 0o666))
}

// TestSpellings: the three usual spellings of a discriminated union give the same Go, comments apart.
func TestSpellings(t *testing.T) {
	var first map[string]string
	for _, g := range goldens(t) {
		spelling, ok := strings.CutPrefix(g.name, "union_")
		if !ok {
			continue
		}
		dir := t.TempDir()
		for _, name := range g.schemas() {
			text, _ := g.file(name)
			write(t, filepath.Join(dir, name), text)
		}
		files, err := gen.Generate(gen.Config{Dir: dir, Schemas: g.schemas(), Out: "pkg", ImportPath: "example.com/pkg", AssertFormat: true})
		require.NoError(t, err)
		code := map[string]string{}
		for _, f := range files {
			if !strings.HasSuffix(f.Path, "_tables.go") && !strings.HasSuffix(f.Path, "_test.go") {
				code[f.Path] = withoutComments(t, f.Content)
			}
		}
		if first == nil {
			first = code
			continue
		}
		assert.Equal(t, first, code, "the spelling %s", spelling)
	}
	require.NotNil(t, first)
}

// withoutComments returns Go source as it is without its comments, and without struct alignment that depends on them.
func withoutComments(t *testing.T, source []byte) string {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, 0)
	require.NoError(t, err)
	ast.SortImports(set, file)
	var b bytes.Buffer
	require.NoError(t, format.Node(&b, token.NewFileSet(), file))
	return b.String()
}

// TestDeterministic: the same input gives the same bytes, wherever the generator is run.
func TestDeterministic(t *testing.T) {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	generate := func(dir, prefix string) map[string]string {
		c := gen.Config{Dir: dir, Schemas: []string{prefix + "schemas/events.schema.json", prefix + "schemas/metrics.schema.json"}, Out: prefix + "generated/telemetry"}
		files, err := gen.Generate(c)
		require.NoError(t, err)
		byName := map[string]string{}
		for _, f := range files {
			byName[path.Base(f.Path)] = string(f.Content)
		}
		return byName
	}
	want := generate(root, "")
	for range 3 {
		assert.Equal(t, want, generate(filepath.Join(root, "gen"), "../"))
	}
}

// TestMissingSchema: a schema that is not there is an error of the file system.
func TestMissingSchema(t *testing.T) {
	_, err := gen.Generate(gen.Config{Dir: t.TempDir(), Schemas: []string{"no.schema.json"}, Out: "pkg", ImportPath: "example.com/pkg"})
	require.ErrorIs(t, err, fs.ErrNotExist)
}
