package differential

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestBenchmarkGenerated generates Go for schemas from practice, and lets it judge, decode and append all their instances.
func TestBenchmarkGenerated(t *testing.T) {
	if !long() {
		t.Skip("builds two megabytes of Go: set ASSAY_LONG=1, or run make differential")
	}
	m := newModule(t)
	for _, g := range benchmarkSchemas(t) {
		pkg := strings.ReplaceAll(g.name, "-", "")
		start := time.Now()
		files, err := m.generate(t, pkg, g.dialect, g.schema, nil)
		require.NoError(t, err, "%s", g.name)
		seconds := time.Since(start).Seconds()
		size := 0
		var functions []byte
		for _, f := range files {
			if strings.HasSuffix(f.Path, "_test.go") {
				continue
			}
			m.write(t, f.Path, f.Content)
			size += len(f.Content)
			functions = append(functions, bytes.Join(exported.FindAll(f.Content, -1), []byte("\n"))...)
		}
		name := string(exported.FindSubmatch(functions)[1])
		decodes := bytes.Contains(functions, []byte("func Decode"+name+"("))
		test := instancesTest
		if !decodes {
			test = strings.Replace(test, roundTrip, "", 1)
		}
		m.write(t, pkg+"/instances_test.go", []byte(strings.NewReplacer("PACKAGE", pkg, "NAME", name).Replace(test)))
		m.write(t, pkg+"/instances.jsonl", bytes.Join(slices.Concat(g.instances, [][]byte{nil}), []byte("\n")))
		t.Logf("%-13s %4d kB of schema, %4d kB of Go in %.2f s, %d instances, decodes: %v", g.name, len(g.schema)>>10, size>>10, seconds, len(g.instances), decodes)
	}
	start := time.Now()
	m.goCommand(t, "build", "./...")
	t.Logf("built in %.1f s", time.Since(start).Seconds())
	start = time.Now()
	m.goCommand(t, "test", "./...")
	t.Logf("tested in %.1f s", time.Since(start).Seconds())
}

// exported finds the functions that a schema gets.
var exported = regexp.MustCompile(`(?m)^func (?:Valid|Decode)([A-Z]\w*)\(`)

// roundTrip is left out of the test of a schema that has no type.
const roundTrip = `
		value, err := DecodeNAME(line)
		if err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		back, err := AppendNAME(nil, value)
		if err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		if was, is := read(t, line), read(t, back); !reflect.DeepEqual(was, is) {
			t.Errorf("line %d: read  %.2000s\nwrote %.2000s", n, line, back)
		}
`

// instancesTest runs inside a generated package.
var instancesTest = fmt.Sprintf(`package PACKAGE

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"reflect"
	"testing"
)

func TestInstances(t *testing.T) {
	text, err := os.ReadFile("instances.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if err := ValidateNAME(line); err != nil || !ValidNAME(line) {
			t.Fatalf("line %%d: %%v", n, err)
		}
%s
		_ = reflect.DeepEqual(read(t, line), nil)
	}
	if n == 0 {
		t.Fatal("no instances")
	}
}

// read keeps numbers exact, but not how they are written.
func read(t *testing.T, text []byte) (v any) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return exact(v)
}

func exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		if r, ok := new(big.Rat).SetString(v.String()); ok {
			return json.Number(r.RatString())
		}
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = exact(v[k])
		}
	}
	return v
}
`, roundTrip)
