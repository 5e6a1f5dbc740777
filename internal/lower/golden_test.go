package lower_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	oracle "github.com/santhosh-tekuri/jsonschema/v6"
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
	"github.com/assay-go/assay/runtime/tape"
)

// TestGolden lowers the schemas (*.json) of each archive in testdata, together, and compares the programs and the facts, or the diagnostics if there are any,
// with the archive's last files. The programs are also run: every line of valid.jsonl must be valid against the first schema, and every line of
// invalid.jsonl must not, by our interpreter and by the oracle; and what the scanner is sure of must be valid. The comment of an archive says its idea; one that has the words "formats asserted" or
// "contents asserted" sets that option, "facts only" leaves the programs out, and "is not asked" the oracle.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.NotEmpty(t, bytes.TrimSpace(archive.Comment), "an archive says its idea in its comment")
			var input, want, got []txtar.File
			for _, f := range archive.Files {
				if slices.Contains([]string{"program", "facts", "diagnostics"}, f.Name) {
					want = append(want, f)
				} else {
					input = append(input, f)
				}
			}
			says := func(words string) bool { return bytes.Contains(bytes.ToLower(archive.Comment), []byte(words)) }
			o := lower.Options{AssertFormat: says("formats asserted"), AssertContent: says("contents asserted")}
			program, output := lowered(input, o)
			for _, f := range output {
				if f.Name != "program" || !says("facts only") {
					got = append(got, f)
				}
			}
			if program != nil {
				judge(t, program, input, o.AssertFormat, !says("is not asked"))
			}
			if os.Getenv("UPDATE") == "1" {
				archive.Files = append(input, got...)
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.NotEmpty(t, want, "no golden in %s: run UPDATE=1 go test ./internal/lower and read what it wrote", file)
			assert.Equal(t, text(want), text(got), "if this is right, run UPDATE=1 go test ./internal/lower")
		})
	}
}

// lowered returns the program of the first schema, and what is to be compared.
func lowered(files []txtar.File, o lower.Options) (*schema.Program, []txtar.File) {
	var mistakes diag.List
	var docs []*load.Document
	for _, f := range schemasOf(files) {
		docs = append(docs, load.Parse(f.Name, f.Data, &mistakes))
	}
	g := resolve.Resolve(docs, &mistakes)
	var first *schema.Program
	var programs, facts bytes.Buffer
	if mistakes.Len() == 0 {
		for i, root := range g.Roots {
			p := lower.Program(g, root, o, &mistakes)
			if i == 0 {
				first = p
			}
			f := lower.Facts(g, root, p, &mistakes)
			if mistakes.Len() == 0 {
				fmt.Fprint(&programs, p)
			}
			if f != nil {
				fmt.Fprint(&facts, f)
			}
		}
	}
	if err := mistakes.Err(); err != nil {
		return nil, []txtar.File{{Name: "diagnostics", Data: []byte(err.Error() + "\n")}}
	}
	output := []txtar.File{{Name: "program", Data: programs.Bytes()}}
	if facts.Len() > 0 {
		output = append(output, txtar.File{Name: "facts", Data: facts.Bytes()})
	}
	return first, output
}

func schemasOf(files []txtar.File) []txtar.File {
	return slices.DeleteFunc(slices.Clone(files), func(f txtar.File) bool { return filepath.Ext(f.Name) != ".json" })
}

func text(files []txtar.File) string { return string(txtar.Format(&txtar.Archive{Files: files})) }

// judge runs the program, and the oracle if it is asked, on the lines of valid.jsonl and invalid.jsonl.
func judge(t *testing.T, p *schema.Program, files []txtar.File, assertFormat, ask bool) {
	t.Helper()
	scanner := scan.New(plan.New(p))
	var other *oracle.Schema
	for _, f := range files {
		if filepath.Ext(f.Name) != ".jsonl" {
			continue
		}
		if ask && other == nil {
			other = oracleOf(t, schemasOf(files), assertFormat)
		}
		for line := range bytes.Lines(f.Data) {
			line = bytes.TrimSpace(line)
			var instance tape.Tape
			require.NoError(t, instance.Parse(line, tape.Options{}))
			assert.Equal(t, f.Name == "valid.jsonl", p.Valid(&instance, 0), "%s: %s", f.Name, line)
			assert.Equal(t, p.Valid(&instance, 0), withoutSwitches(p).Valid(&instance, 0), "a Switch changes the verdict of %s", line)
			assert.False(t, scanner.Valid(line) && !p.Valid(&instance, 0), "the scanner is sure of what is not valid: %s", line)
			if !ask {
				continue
			}
			assert.Equal(t, f.Name == "valid.jsonl", oracleValid(t, other, line), "the oracle thinks otherwise of %s: %s", f.Name, line)
		}
	}
}

// oracleOf compiles the first of the schemas.
func oracleOf(t *testing.T, files []txtar.File, assertFormat bool) *oracle.Schema {
	t.Helper()
	c := oracle.NewCompiler()
	if assertFormat {
		c.AssertFormat()
	}
	for _, f := range files {
		doc, err := oracle.UnmarshalJSON(bytes.NewReader(f.Data))
		require.NoError(t, err)
		require.NoError(t, c.AddResource("file:///"+f.Name, doc))
	}
	s, err := c.Compile("file:///" + files[0].Name)
	require.NoError(t, err, "the oracle refuses the schema")
	return s
}

// oracleValid is the oracle's verdict. It panics on some huge exponents.
func oracleValid(t *testing.T, s *oracle.Schema, line []byte) bool {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("the oracle panics on %s: %v", line, r)
		}
	}()
	v, err := oracle.UnmarshalJSON(bytes.NewReader(line))
	require.NoError(t, err)
	return s.Validate(v) == nil
}
