package model

import (
	"go/token"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/assay-go/assay/internal/diag"
)

func TestExport(t *testing.T) {
	for name, want := range map[string]string{
		"step_id":               "StepID",
		"e2b_overhead_ms":       "E2BOverheadMS",
		"sha256":                "SHA256",
		"rows_processed":        "RowsProcessed",
		"ts":                    "TS",
		"type":                  "Type",
		"1st":                   "X1st",
		"stepId":                "StepID",
		"HTTPServer":            "HTTPServer",
		"userIDs":               "UserIDs",
		"urls":                  "URLs",
		"EXIT_CODE":             "ExitCode",
		"success_after_install": "SuccessAfterInstall",
		"k8s.pod-name":          "K8SPodName",
		"":                      "Empty",
		">=":                    "GreaterEqual",
		"+":                     "Plus",
		"-1":                    "Minus1",
		"a-1":                   "A1",
		"été":                   "Été",
		"日本":                    "X日本",
		"$ref":                  "Ref",
		"\x00":                  "U0000",
		"*/":                    "StarSlash",
	} {
		assert.Equal(t, want, Export(name), "Export(%q)", name)
	}
}

// TestExportLong: a text may be a name by its place only, and Go's names become names of files.
func TestExportLong(t *testing.T) {
	for name, want := range map[string]string{
		"a " + strings.Repeat("sentence ", 20): "A" + strings.Repeat("Sentence", 12),
		strings.Repeat("x", 5<<20):             "X" + strings.Repeat("x", 99),
		strings.Repeat("é", 300):               "É" + strings.Repeat("é", 49),
		"a" + strings.Repeat("日", 300):         "A" + strings.Repeat("日", 33),
		strings.Repeat("-", 300):               strings.Repeat("Minus", 20),
	} {
		assert.Equal(t, want, Export(name))
	}
}

func TestPlural(t *testing.T) {
	for name, want := range map[string]string{
		"Event": "Events", "DriverStatus": "DriverStatuses", "Category": "Categories", "Day": "Days", "Box": "Boxes", "Batch": "Batches",
	} {
		assert.Equal(t, want, Plural(name))
	}
}

// FuzzExport: whatever a schema calls a thing, Go has an exported name for it.
func FuzzExport(f *testing.F) {
	for _, name := range []string{"step_id", "1st", "", "*/", "日本", "\xff", "a\u202eb", "ǅ", "ß", "ﬁ"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := Export(name)
		first, _ := utf8.DecodeRuneInString(got)
		assert.True(t, token.IsIdentifier(got) && unicode.IsUpper(first), "Export(%q) = %q", name, got)
		assert.LessOrEqual(t, len(got), longest+1)
	})
}

func TestScopeClash(t *testing.T) {
	mistakes := &diag.List{}
	s := newScope("StepStart", mistakes)
	s.reserve("Extra")
	s.take("StepID", `the property "step_id"`, diag.Place{File: "a.json", Line: 3, Column: 5, Pointer: "/properties/step_id"}, "")
	s.take("StepID", `the property "stepId"`, diag.Place{File: "a.json", Line: 4, Column: 5, Pointer: "/properties/stepId"}, "rename it")
	s.take("Extra", `the property "extra"`, diag.Place{File: "a.json", Line: 5, Column: 5, Pointer: "/properties/extra"}, "rename it")
	assert.EqualError(t, mistakes.Err(), `a.json:4:5: the property "stepId" makes the Go name StepID in StepStart, which the property "step_id" makes too at #/properties/stepId
	help: rename it
	note: also at a.json:3:5
a.json:5:5: the property "extra" makes the Go name Extra, which assay itself uses in StepStart at #/properties/extra
	help: rename it`)
}
