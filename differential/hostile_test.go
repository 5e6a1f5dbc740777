package differential

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/assay-go/assay/dynamic"
)

// TestHostileSchemas has schemas that mean harm answered, by both ways to compile them: an error that names the limit, or a schema that works.
func TestHostileSchemas(t *testing.T) {
	nested := func(n int, open, inner, end string) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	var million, bomb, wide, ambush, kinds, keys strings.Builder
	for i := range 500 { // 250,000 methods
		fmt.Fprintf(&kinds, `{"properties":{"event":{"const":"e%d"},"k":{"type":"string"}}},`, i)
		fmt.Fprintf(&keys, `"k%d":{"at":["/k"]},`, i)
	}
	for i := range 3_000 { // each is harmless
		fmt.Fprintf(&ambush, `{"pattern":"x%d([\\p{L}\\p{N}]b|c){900}"},`, i)
	}
	for i := range 1_000_000 {
		fmt.Fprintf(&million, `"v%d",`, i)
	}
	for i := range 40 {
		fmt.Fprintf(&bomb, `"d%d":{"allOf":[{"$ref":"#/$defs/d%d"},{"$ref":"#/$defs/d%d"}]},`, i, i+1, i+1)
	}
	for i := 0; wide.Len() < 50<<20; i++ {
		fmt.Fprintf(&wide, `"property_number_%d":{"type":"string","minLength":%d,"description":"%s"},`, i, i, strings.Repeat("d", 200))
	}
	for _, test := range []struct {
		name, schema string
		instance     string // judged if the schema is accepted
		want         string // part of the error of both; "" if the schema is accepted
		slow         bool
		generate     string // part of the error of the generator, if it has one of its own
	}{
		{"10,000 deep", nested(10_001, `{"not":`, "true", "}"), "", "nested more than 10000 deep", false, ""},
		{"9,999 deep", nested(9_999, `{"not":`, "true", "}"), "", "more than 1000 schemas apply to one value", true, ""},
		{"deep properties", nested(1_000, `{"properties":{"a":`, "true", "}}"), `{"a":{"a":1}}`, "", true, ""},
		{"a million enum values", `{"enum":[` + million.String() + `0]}`, `"v999999"`, "", true, `the limit "tables" can be raised`},
		{"exponential allOf", `{"$defs":{` + bomb.String() + `"d40":{"type":"integer"}},"$ref":"#/$defs/d0"}`, `1`, "", false, ""},
		{"exponential pattern", `{"pattern":"^(a+)+$"}`, `"` + strings.Repeat("a", 5000) + `b"`, "", false, ""},
		{"repeated pattern", `{"pattern":"((((a{99}){99}){99}){99}){99}"}`, "", "100000 steps", false, ""},
		{"many patterns", `{"anyOf":[` + ambush.String() + `true]}`, "", `the limit "patterns" can be raised`, false, ""},
		{"large pattern", `{"pattern":"` + strings.Repeat("(a|b)*c", 100_000) + `"}`, "", "pattern", false, ""},
		{"far numbers", `{"minimum":-1e1000000000,"maximum":1e1000000000,"multipleOf":1e-1000000000}`, "1e999999999", "", false, ""},
		{"far counts", `{"minLength":1e1000000000,"maxItems":1e1000000000}`, `"a"`, "", false, ""},
		{"far enum", `{"enum":[1e1000000000],"const":1e1000000000}`, "10e999999999", "", false, ""},
		{"text that is not shown", `{"type":"object","title":"a\u0000b\u202ec\n*/ func init() {}","description":"\u2028\u202e\r\n//go:build x\n\u0000*/",` +
			`"properties":{"\u0000":{"type":"string"},"\u202e\"\u2066":{"description":"\n\u0000"},"a\nb":{"enum":["\n","\u202e","\u0000"]},"` + "`" + `":{"type":"integer"}}}`, `{"\u0000":"a"}`, "", false, ""},
		{"long names", `{"type":"object","title":"` + strings.Repeat("n", 1<<20) + `","properties":{"` + strings.Repeat("word ", 1<<17) + `":{"enum":["` +
			strings.Repeat("é", 1<<18) + `","` + strings.Repeat("é", 1<<18) + `e"]}}}`, `{}`, "", false, ""},
		{"ten million schemas", `{"allOf":[` + strings.Repeat("true,", 10_000_000) + `true]}`, "", `the limit "schemas" can be raised`, true, ""},
		{"keys of every record", `{"type":"object","required":["event"],"oneOf":[` + kinds.String() + `{"properties":{"event":{"const":"z"}}}],"x-assay":{"record":"Event","stream":"events",` +
			`"name":"/event","keys":{` + keys.String() + `"z":{"at":["/k"]}}}}`, `{"event":"e7","k":"1"}`, "", false, `the limit "names" can be raised`},
		{"50 MB of properties", `{"type":"object","properties":{` + wide.String() + `"a":true}}`, `{"a":1}`, "", true, `the limit "tables" can be raised`},
		{"50 MB of text", `{"type":"object","properties":{"a":{"type":"string","description":"` + strings.Repeat("Text. ", 50<<20/6) + `"}}}`, `{"a":"1"}`, "", true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.slow && !long() {
				t.Skip("takes seconds: set ASSAY_LONG=1, or run make differential")
			}
			report := measure(t)
			within(t, "dynamic", func() {
				files := fstest.MapFS{"a.json": &fstest.MapFile{Data: []byte(test.schema)}}
				schemas, err := dynamic.Compile(files, dynamic.Options{}, "a.json")
				if answered(t, err, test.want) {
					s := schemas[0]
					assert.Equal(t, s.Valid([]byte(test.instance)), s.Validate([]byte(test.instance)) == nil)
				}
			})
			report("dynamic")
			m := newModule(t)
			within(t, "generate", func() {
				files, err := m.generate(t, "pkg", "", []byte(test.schema), nil)
				if answered(t, err, cmp.Or(test.generate, test.want)) {
					size := 0
					for _, f := range files {
						size += len(f.Content)
						assert.Less(t, len(path.Base(f.Path)), 256, "every system can have the file")
						hidden := bytes.IndexFunc(f.Content, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
						assert.Equal(t, -1, hidden, "%s shows all that is in it", f.Path)
					}
					t.Logf("%d kB of Go", size>>10)
					if size < 10<<20 {
						assert.NoError(t, newChecker(t).check(files))
					}
				}
			})
			report("generate")
		})
	}
}

// answered checks an answer, and reports whether it is a schema.
func answered(t *testing.T, err error, want string) bool {
	t.Helper()
	if want == "" {
		return assert.NoError(t, err)
	}
	if assert.Error(t, err) {
		assert.Contains(t, err.Error(), want)
		assert.Less(t, len(err.Error()), 10_000, "a message is short, whatever the schema")
	}
	return false
}

// measure logs the time since the last report, and what was allocated.
func measure(t *testing.T) func(what string) {
	start := time.Now()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	return func(what string) {
		runtime.ReadMemStats(&after)
		t.Logf("%s: %.2f s, %d MB allocated", what, time.Since(start).Seconds(), (after.TotalAlloc-before.TotalAlloc)>>20)
		start, before = time.Now(), after
	}
}
