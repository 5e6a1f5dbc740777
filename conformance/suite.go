package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// draft is a version of JSON Schema, by its folder in the suite and by what the dialect option calls it.
type draft struct{ folder, dialect string }

// drafts are those that are run. The suite also has draft 3, which is no more in use, and v1, which is not published yet.
var drafts = []draft{
	{"draft4", "draft4"},
	{"draft6", "draft6"},
	{"draft7", "draft7"},
	{"draft2019-09", "2019-09"},
	{"draft2020-12", "2020-12"},
}

// class is a part of the tests of a draft.
type class string

// The classes. The README of the suite says of the optional tests that they are for what the specification leaves open, and that those of formats want
// formats asserted.
const (
	required class = "required"
	optional class = "optional"
	format   class = "optional/format"
)

var classes = []class{required, optional, format}

// folder is where the files of a class are below the folder of a draft.
func (c class) folder() string {
	if c == required {
		return "."
	}
	return string(c)
}

// group is one schema of the suite, and the instances that are tested against it.
type group struct {
	draft       draft
	class       class
	file        string // its name, such as "ref.json"
	Description string
	Schema      json.RawMessage
	Tests       []test
}

// test is one instance and the verdict that it should get.
type test struct {
	Description string
	Data        json.RawMessage
	Valid       bool
}

// assertFormat reports whether formats are assertions in the tests of a group.
func (g *group) assertFormat() bool { return g.class == format }

// assertContent reports whether the contents of strings are assertions. Draft 7 leaves that to the implementation (Validation section 8.1), and its optional
// tests are for those that do so; later drafts have it forbidden unless it is asked for.
func (g *group) assertContent() bool {
	return g.class == optional && g.file == "content.json" && g.draft.folder == "draft7"
}

// remoteURI is where the suite's schemas believe the folder remotes to be.
const remoteURI = "http://localhost:1234"

// suite is the official JSON Schema Test Suite, or a part of it.
type suite struct {
	groups  []group // by draft, class, file and place in the file
	remotes map[string][]byte
}

// findSuite returns the folder of the suite: $JSON_SCHEMA_TEST_SUITE, else shared/data/json-schema-test-suite in a folder above; "" if there is none.
func findSuite() string {
	if folder := os.Getenv("JSON_SCHEMA_TEST_SUITE"); folder != "" {
		return folder
	}
	for up := "."; len(up) < 60; up = filepath.Join("..", up) {
		folder := filepath.Join(up, "shared", "data", "json-schema-test-suite")
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder
		}
	}
	return ""
}

// readSuite reads the tests of all drafts below a folder of the suite, and the remotes. A draft or a class that is not there has no tests.
func readSuite(tests, remotes fs.FS) (*suite, error) {
	s := &suite{remotes: map[string][]byte{}}
	for _, d := range drafts {
		for _, c := range classes {
			if err := s.read(tests, d, c); err != nil {
				return nil, err
			}
		}
	}
	if len(s.groups) == 0 {
		return nil, errors.New("the suite has no tests")
	}
	err := fs.WalkDir(remotes, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		s.remotes[name], err = fs.ReadFile(remotes, name)
		return err
	})
	return s, err
}

// read reads the groups of one draft and class.
func (s *suite) read(tests fs.FS, d draft, c class) error {
	folder := path.Join(d.folder, c.folder())
	entries, err := fs.ReadDir(tests, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		text, err := fs.ReadFile(tests, path.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		var groups []group
		if err := json.Unmarshal(text, &groups); err != nil {
			return fmt.Errorf("%s/%s: %w", folder, entry.Name(), err)
		}
		for _, g := range groups {
			g.draft, g.class, g.file = d, c, entry.Name()
			s.groups = append(s.groups, g)
		}
	}
	return nil
}
