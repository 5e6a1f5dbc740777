package schema_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// TestFormatSuite runs the format tests of every draft, with formats asserted.
func TestFormatSuite(t *testing.T) {
	assert.Greater(t, runSuite(t, "format", "*.json"), 2700, "tests were found")
}

// TestECMAScriptSuite runs the tests of every draft about what ECMA-262 has and RE2 has not.
func TestECMAScriptSuite(t *testing.T) {
	assert.Greater(t, runSuite(t, "ecmascript-regex.json")+runSuite(t, "non-bmp-regex.json"), 400, "tests were found")
}

// runSuite runs the optional tests in some files of the official suite on the interpreter, and returns how many there were.
func runSuite(t *testing.T, path ...string) (tests int) {
	for _, draft := range []string{"draft4", "draft6", "draft7", "draft2019-09", "draft2020-12"} {
		files, err := filepath.Glob(filepath.Join(append([]string{suite(t), "tests", draft, "optional"}, path...)...))
		require.NoError(t, err)
		for _, file := range files {
			for _, g := range suiteFile(t, file) {
				p, ok := lower(t, string(g.Schema), true)
				require.True(t, ok, "%s: %s: %s", file, g.Description, g.Schema)
				for _, test := range g.Tests {
					tests++
					got := validate(t, p, string(test.Data))
					assert.Equal(t, test.Valid, got == nil, "%s: %s: %s: %s", file, g.Description, test.Description, test.Data)
				}
			}
		}
	}
	t.Logf("%d tests", tests)
	return tests
}

// TestFormatAllocations holds the formats and patterns of everyday to allocating nothing on valid text.
func TestFormatAllocations(t *testing.T) {
	for name, c := range map[string]struct{ schema, instance string }{
		"date-time":         {`{"format": "date-time"}`, `"2025-11-22T20:15:07.381136+00:00"`},
		"date":              {`{"format": "date"}`, `"2025-11-22"`},
		"time":              {`{"format": "time"}`, `"20:15:07Z"`},
		"duration":          {`{"format": "duration"}`, `"P1DT2H"`},
		"uuid":              {`{"format": "uuid"}`, `"2eb8aa08-aa98-11ea-b4aa-73b441d16380"`},
		"ipv4":              {`{"format": "ipv4"}`, `"192.168.0.1"`},
		"ipv6":              {`{"format": "ipv6"}`, `"2001:db8::1"`},
		"email":             {`{"format": "email"}`, `"someone@mail.example.com"`},
		"idn-email":         {`{"format": "idn-email"}`, `"jemand@bücher.example"`},
		"hostname":          {`{"format": "hostname"}`, `"www.xn--bcher-kva.example"`},
		"idn-hostname":      {`{"format": "idn-hostname"}`, `"क्षेत्र.bücher。example"`},
		"uri":               {`{"format": "uri"}`, `"https://u@example.com:80/a/b?c=d#e"`},
		"iri":               {`{"format": "iri"}`, `"https://bücher.example/é?π#ß"`},
		"uri-template":      {`{"format": "uri-template"}`, `"/a/{b,c:3}{?d*}"`},
		"json-pointer":      {`{"format": "json-pointer"}`, `"/a/b~1c"`},
		"characters":        {`{"pattern": "^run_"}`, `"run_1763842507"`},
		"runs":              {`{"pattern": "^run_[0-9]+$"}`, `"run_1763842507"`},
		"alternatives":      {`{"pattern": "^(?:GET|P(?:OS|U)T) /"}`, `"PUT /a"`},
		"leading lookahead": {`{"pattern": "^(?!xn--)[a-z-]+$"}`, `"x-ray"`},
	} {
		p := compiled(t, c.schema)
		var parsed tape.Tape
		require.NoError(t, parsed.Parse([]byte(c.instance), tape.Options{}))
		assert.True(t, p.Valid(&parsed, 0), name)
		allocatesNothing(t, func() { p.Valid(&parsed, 0) }, name)
	}
}

func TestKnownFormats(t *testing.T) {
	for _, name := range []string{"date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference",
		"iri", "iri-reference", "uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex"} {
		assert.True(t, schema.KnownFormat(name), name)
	}
}
