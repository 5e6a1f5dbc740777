package diag

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestString(t *testing.T) {
	place := Place{File: "events.schema.json", Line: 41, Column: 9, Pointer: "/$defs/step_complete/properties/step_id"}
	for want, d := range map[string]Diagnostic{
		`events.schema.json:41:9: unknown keyword "minLenght" at #/$defs/step_complete/properties/step_id` + "\n\t" +
			`help: did you mean "minLength"?`: {Place: place, Message: `unknown keyword "minLenght"`, Help: `did you mean "minLength"?`},
		"a.json:1:2: wrong": {Place: Place{File: "a.json", Line: 1, Column: 2}, Message: "wrong"},
		"a.json: wrong":     {Place: Place{File: "a.json"}, Message: "wrong"},
		"a.json:1:2: twice\n\tnote: also at b.json:3:4":      {Place: Place{File: "a.json", Line: 1, Column: 2}, Message: "twice", Related: []Place{{File: "b.json", Line: 3, Column: 4}}},
		`a\nb:1:2: x\ty at #/\u202e` + "\n\t" + `help: \x1b`: {Place: Place{"a\nb", 1, 2, "/\u202e"}, Message: "x\ty", Help: "\x1b"},
	} {
		assert.Equal(t, want, d.String())
	}
}

func TestList(t *testing.T) {
	var l List
	require.NoError(t, l.Err())
	at := func(file string, line, column int, message string) Diagnostic {
		return Diagnostic{Place: Place{File: file, Line: line, Column: column}, Message: message}
	}
	for _, d := range []Diagnostic{at("b", 1, 1, "m"), at("a", 10, 1, "m"), at("a", 9, 2, "n"), at("a", 9, 2, "m"), at("a", 9, 2, "n"), at("a", 9, 1, "z")} {
		l.Add(d)
	}
	assert.Equal(t, 6, l.Len())
	assert.Equal(t, []Diagnostic{at("a", 9, 1, "z"), at("a", 9, 2, "m"), at("a", 9, 2, "n"), at("a", 10, 1, "m"), at("b", 1, 1, "m")}, l.Sorted())

	var all *Error
	require.True(t, errors.As(fmt.Errorf("generating: %w", l.Err()), &all))
	assert.Equal(t, "a:9:1: z\na:9:2: m\na:9:2: n\na:10:1: m\nb:1:1: m", all.Error())
}

func TestListIsBounded(t *testing.T) {
	var l List
	for i := range MaxKept + 5 {
		assert.Equal(t, i >= MaxKept, l.Full())
		l.Add(Diagnostic{Place: Place{File: "a", Line: i + 1, Column: 1}, Message: "m"})
	}
	assert.Equal(t, MaxKept+5, l.Len())
	assert.Len(t, l.Sorted(), MaxKept)
	assert.True(t, strings.HasSuffix(l.Err().Error(), "\nand 5 more mistakes (the first 1000 are shown: -limit mistakes=NUMBER)"))
}

func TestNearest(t *testing.T) {
	keywords := []string{"$id", "$ref", "$defs", "type", "enum", "const", "not", "if", "then", "else", "items", "properties", "required",
		"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "additionalProperties", "format", "title"}
	for name, want := range map[string]string{
		"minLenght":                       "minLength",
		"minlength":                       "minLength",
		"min_length":                      "minLength",
		"MAXLENGTH":                       "maxLength",
		"tpye":                            "type",
		"Type":                            "type",
		"typ":                             "type",
		"enums":                           "enum",
		"requierd":                        "required",
		"propertys":                       "properties",
		"aditionalPropertys":              "additionalProperties",
		"defs":                            "$defs",
		"id":                              "$id",
		"ref":                             "$ref",
		"item":                            "items",
		"formt":                           "format",
		"IF":                              "if",
		"minmum":                          "minimum",
		"x":                               "",
		"of":                              "",
		"foo":                             "",
		"nullable":                        "",
		"discriminator":                   "",
		"enumDescriptions":                "",
		"markdownDescription":             "",
		"maxDepth":                        "", // three slips in eight letters
		"":                                "",
		strings.Repeat("minLength", 1000): "",
	} {
		if want != "" {
			want = fmt.Sprintf("did you mean %q?", want)
		}
		assert.Equal(t, want, Nearest(name, keywords), name)
	}
	assert.Equal(t, "", Nearest("type", nil))
	assert.Equal(t, "", Nearest("type", []string{"type"}), "a name is no misspelling of itself")
	assert.Equal(t, `did you mean "step_start"?`, Nearest("step_strat", []string{"step_complete", "step_start", "step_stat"}), "the first of the nearest")
	assert.Equal(t, `did you mean "größe"?`, Nearest("gröse", []string{"größe"}), "letters, not bytes")
}

func TestQuote(t *testing.T) {
	for s, want := range map[string]string{
		"":                          `""`,
		"plain ü 日本":                `"plain ü 日本"`,
		"a\nb\t\x00\x1b[31m":        `"a\nb\t\x00\x1b[31m"`,
		"\u202eevil\u2066\u200b":    `"\u202eevil\u2066\u200b"`,
		"\u2028":                    `"\u2028"`,
		`say "x\y"`:                 `"say \"x\\y\""`,
		"\xff":                      `"\xff"`,
		strings.Repeat("é", 64):     `"` + strings.Repeat("é", 64) + `"`,
		strings.Repeat("é", 65):     `"` + strings.Repeat("é", 64) + `…"`,
		strings.Repeat("\n", 1<<20): `"` + strings.Repeat(`\n`, 64) + `…"`,
	} {
		assert.Equal(t, want, Quote(s))
	}
}

func TestPointer(t *testing.T) {
	assert.Equal(t, "#", Pointer(""))
	assert.Equal(t, `#/a~1b/\n/"q"/ü`, Pointer("/a~1b/\n/\"q\"/ü"))
	long := Pointer("/" + strings.Repeat("é", 500) + "/end")
	assert.Less(t, len(long), 300)
	assert.True(t, strings.HasPrefix(long, "#/éé") && strings.HasSuffix(long, "éé/end") && strings.Contains(long, "é…é"), long)
}

// FuzzString prints diagnostics of hostile parts: each line of the text begins as its kind of line does, and nothing but spaces and printing
// characters stands in it.
func FuzzString(f *testing.F) {
	f.Add("a.json", "unknown keyword", "help", "/a/b")
	f.Add("a\nb", "\u202e", "\x00\xff", strings.Repeat("/é", 200))
	f.Fuzz(func(t *testing.T, file, message, help, pointer string) {
		place := Place{File: file, Line: 1, Column: 1, Pointer: pointer}
		lines := strings.Split(Diagnostic{Place: place, Message: message + Quote(help), Help: help, Related: []Place{place}}.String(), "\n")
		wanted := 2
		if help != "" {
			wanted = 3
		}
		require.Len(t, lines, wanted)
		for i, line := range lines {
			assert.Equal(t, i > 0, strings.HasPrefix(line, "\t"))
			for _, r := range strings.TrimPrefix(line, "\t") {
				assert.True(t, unicode.IsPrint(r), "%q", line)
			}
		}
	})
}
