package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// The drafts and classes of the suite, in the order of the table.
var (
	drafts  = []draft{{"4", "draft4"}, {"6", "draft6"}, {"7", "draft7"}, {"2019-09", "draft2019-09"}, {"2020-12", "draft2020-12"}}
	classes = []class{{"required", "."}, {"optional", "optional"}, {"optional/format", "optional/format"}}
)

// draft is a version of JSON Schema.
type draft struct{ name, folder string } // the folder is below tests

// class is a part of the suite's tests of a draft.
type class struct{ name, folder string } // the folder is below that of the draft

// group is one schema of the suite with its tests.
type group struct {
	Key     string // file below tests, and number in it: draft7/optional/bignum.json#3
	Draft   string // the name of the draft, which is that of a schema without $schema
	Class   string
	Format  bool // format is an assertion
	Content bool // contentEncoding and contentMediaType are assertions
	suiteGroup
}

// suiteGroup is a group as the suite writes it.
type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []test
}

type test struct {
	Description string
	Data        json.RawMessage
	Valid       bool
}

// findSuite returns the folder of the official suite: $JSON_SCHEMA_TEST_SUITE, else shared/data/json-schema-test-suite in a folder above dir.
func findSuite(dir string) (string, error) {
	const wanted = "set JSON_SCHEMA_TEST_SUITE to a checkout of https://github.com/json-schema-org/JSON-Schema-Test-Suite"
	if root := os.Getenv("JSON_SCHEMA_TEST_SUITE"); root != "" {
		if _, err := os.Stat(filepath.Join(root, "tests")); err != nil {
			return "", fmt.Errorf("JSON_SCHEMA_TEST_SUITE is %s, which has no folder tests: %s", root, wanted)
		}
		return filepath.Abs(root)
	}
	for {
		root := filepath.Join(dir, "shared", "data", "json-schema-test-suite")
		if _, err := os.Stat(filepath.Join(root, "tests")); err == nil {
			return root, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("the official suite is not here: " + wanted)
		}
		dir = up
	}
}

// readGroups returns the groups of one class of one draft, in the order of the file names. A suite need not have all classes of all drafts.
func readGroups(root string, d draft, c class) ([]group, error) {
	files, err := filepath.Glob(filepath.Join(root, "tests", d.folder, filepath.FromSlash(c.folder), "*.json"))
	if err != nil {
		return nil, err
	}
	var groups []group
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var read []suiteGroup
		if err := json.Unmarshal(text, &read); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		at := path.Join(d.folder, c.folder, filepath.Base(file))
		for i, g := range read {
			groups = append(groups, group{
				Key: fmt.Sprintf("%s#%d", at, i), Draft: d.name, Class: c.name, suiteGroup: g,
				// The suite's README has format asserted in optional/format. What optional/content.json expects is that content is asserted; content.json
				// of the required tests expects that it is not.
				Format:  c.name == "optional/format",
				Content: c.name == "optional" && filepath.Base(file) == "content.json",
			})
		}
	}
	return groups, nil
}

// library holds the documents that schemas of the suite refer to, as files: no peer may ask the network.
type library struct {
	Suite       string // remotes below it are http://localhost:1234/…
	Metaschemas string // below it are those of json-schema.org, by path, each with .json added
}

// file returns the file that a URI stands for.
func (l library) file(uri string) (string, error) {
	uri, _, _ = strings.Cut(uri, "#")
	if at, ok := strings.CutPrefix(uri, "http://localhost:1234/"); ok {
		return l.within(filepath.Join(l.Suite, "remotes"), at, uri)
	}
	_, at, _ := strings.Cut(uri, "://")
	if at, ok := strings.CutPrefix(at, "json-schema.org/"); ok {
		return l.within(l.Metaschemas, at+".json", uri)
	}
	return "", fmt.Errorf("%s is not in the library", uri)
}

func (l library) within(dir, at, uri string) (string, error) {
	if !filepath.IsLocal(at) {
		return "", fmt.Errorf("%s is not in the library", uri)
	}
	return filepath.Join(dir, at), nil
}

func (l library) read(uri string) ([]byte, error) {
	file, err := l.file(uri)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}
