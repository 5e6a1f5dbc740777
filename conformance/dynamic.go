package main

import (
	"path"
	"testing/fstest"

	"github.com/assay-go/assay/dynamic"
)

// A machine judges the tests of groups. What it returns is parallel to the groups, and in each to its tests: "" for the verdict that the test wants, else
// what went wrong. The error is for a machine that could not run.
type machine func(s *suite, groups []group) (wrong [][]string, err error)

// machines are those that the suite is run on.
var machines = []struct {
	name string
	run  machine
}{
	{"dynamic", runDynamic},
	{"generated", runGenerated},
}

// runDynamic compiles every schema at run time.
func runDynamic(s *suite, groups []group) ([][]string, error) {
	files := fstest.MapFS{}
	for name, text := range s.remotes {
		files[path.Join("remotes", name)] = &fstest.MapFile{Data: text}
	}
	wrong := make([][]string, len(groups))
	for i := range groups {
		g := &groups[i]
		files["schema.json"] = &fstest.MapFile{Data: g.Schema}
		wrong[i] = make([]string, len(g.Tests))
		schemas, err := dynamic.Compile(files, dynamic.Options{
			AssertFormat:    g.assertFormat(),
			AssertContent:   g.assertContent(),
			UnknownKeywords: true, // the tests have some, and want them ignored
			Dialect:         g.draft.dialect,
			Map:             map[string]string{remoteURI: "remotes"},
		}, "schema.json")
		for j, t := range g.Tests {
			if err != nil {
				wrong[i][j] = "the schema is refused: " + err.Error()
			} else {
				wrong[i][j] = verdict(schemas[0], t)
			}
		}
	}
	return wrong, nil
}

// verdict says what is wrong with the verdicts on a test: with the scanner in front of the interpreter, by the interpreter alone, and by the interpreter
// as it explains.
func verdict(s *dynamic.Schema, t test) string {
	valid, err := s.Valid(t.Data), s.Validate(t.Data)
	switch {
	case valid != (err == nil):
		return "Valid and Validate disagree"
	case valid != s.Program.ValidText(t.Data):
		return "the verdict with the scanner is another than without"
	case valid == t.Valid:
		return ""
	case valid:
		return "an invalid instance is accepted"
	}
	return "a valid instance is refused: " + err.Error()
}
