package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"testing/fstest"

	google "github.com/google/jsonschema-go/jsonschema"
	kaptinlin "github.com/kaptinlin/jsonschema"
	santhosh "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/assay-go/assay/dynamic"
)

// peer is an implementation that is measured.
type peer struct {
	name   string
	module string   // the path of its module, "" for assay
	drafts []string // the names of those that it says it knows; all if nil
	// compile returns a function that says whether an instance is valid. It is nil for a generator, which is not called but run: see generator.go.
	compile func(group, library) (judge, error)
}

// judge says whether an instance is valid. The error is for an instance that gets no verdict.
type judge func(instance []byte) (bool, error)

func (p peer) knows(d draft) bool { return p.drafts == nil || slices.Contains(p.drafts, d.name) }

// peers returns all of them, in the order of the table's columns.
func peers() []peer {
	return []peer{
		{name: "assay", compile: compileAssay},
		{name: "santhosh", module: "github.com/santhosh-tekuri/jsonschema/v6", compile: compileSanthosh},
		{name: "kaptinlin", module: "github.com/kaptinlin/jsonschema", compile: compileKaptinlin},
		{name: "google", module: "github.com/google/jsonschema-go", drafts: []string{"7", "2020-12"}, compile: compileGoogle},
		{name: "go-jsonschema", module: "github.com/atombender/go-jsonschema"},
	}
}

func compileAssay(g group, l library) (judge, error) {
	dialects := map[string]string{"4": "draft4", "6": "draft6", "7": "draft7", "2019-09": "2019-09", "2020-12": "2020-12"}
	const name = "schema.json"
	schemas, err := dynamic.Compile(withFile{os.DirFS(l.Suite), name, g.Schema}, dynamic.Options{
		AssertFormat:    g.Format,
		AssertContent:   g.Content,
		UnknownKeywords: true, // the suite has keywords of one draft in schemas of another
		Dialect:         dialects[g.Draft],
		Map:             map[string]string{"http://localhost:1234": "remotes"},
	}, name)
	if err != nil {
		return nil, err
	}
	return func(instance []byte) (bool, error) { return schemas[0].Valid(instance), nil }, nil
}

// withFile is a file system with one more file.
type withFile struct {
	fs.FS
	name string
	text []byte
}

func (w withFile) Open(name string) (fs.File, error) {
	if name == w.name {
		return fstest.MapFS{name: {Data: w.text}}.Open(name)
	}
	return w.FS.Open(name)
}

// schemaURI is what the suite's schemas are called where a peer wants to know.
const schemaURI = "http://suite.example/schema.json"

func compileSanthosh(g group, l library) (judge, error) {
	drafts := map[string]*santhosh.Draft{
		"4": santhosh.Draft4, "6": santhosh.Draft6, "7": santhosh.Draft7, "2019-09": santhosh.Draft2019, "2020-12": santhosh.Draft2020,
	}
	c := santhosh.NewCompiler()
	c.DefaultDraft(drafts[g.Draft])
	c.UseLoader(santhoshLoader{l})
	if g.Format {
		c.AssertFormat()
	}
	if g.Content {
		c.AssertContent()
	}
	document, err := santhosh.UnmarshalJSON(bytes.NewReader(g.Schema))
	if err != nil {
		return nil, err
	}
	if err := c.AddResource(schemaURI, document); err != nil {
		return nil, err
	}
	schema, err := c.Compile(schemaURI)
	if err != nil {
		return nil, err
	}
	return func(text []byte) (bool, error) {
		instance, err := santhosh.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return false, err
		}
		return schema.Validate(instance) == nil, nil
	}, nil
}

type santhoshLoader struct{ library }

func (l santhoshLoader) Load(uri string) (any, error) {
	text, err := l.read(uri)
	if err != nil {
		return nil, err
	}
	return santhosh.UnmarshalJSON(bytes.NewReader(text))
}

func compileKaptinlin(g group, l library) (judge, error) {
	dialects := map[string]kaptinlin.Dialect{
		"4": kaptinlin.Draft4, "6": kaptinlin.Draft6, "7": kaptinlin.Draft7, "2019-09": kaptinlin.Draft201909, "2020-12": kaptinlin.Draft202012,
	}
	load := func(uri string) (io.ReadCloser, error) {
		file, err := l.file(uri)
		if err != nil {
			return nil, err
		}
		return os.Open(file)
	}
	// It has no switch for content, which it always asserts.
	c := kaptinlin.NewCompiler().SetDefaultDialect(dialects[g.Draft]).SetAssertFormat(g.Format)
	c.RegisterLoader("http", load).RegisterLoader("https", load)
	schema, err := c.Compile(g.Schema)
	if err != nil {
		return nil, err
	}
	return func(instance []byte) (bool, error) { return schema.ValidateJSON(instance).IsValid(), nil }, nil
}

// compileGoogle compiles with google/jsonschema-go, which asserts neither format nor content.
func compileGoogle(g group, l library) (judge, error) {
	dialects := map[string]string{"7": "http://json-schema.org/draft-07/schema#", "2020-12": "https://json-schema.org/draft/2020-12/schema"}
	read := func(text []byte) (*google.Schema, error) {
		var schema *google.Schema
		if err := json.Unmarshal(text, &schema); err != nil {
			return nil, err
		}
		if schema == nil {
			return nil, errors.New("the schema is null")
		}
		if schema.Schema == "" {
			schema.Schema = dialects[g.Draft] // there is no option for it
		}
		return schema, nil
	}
	schema, err := read(g.Schema)
	if err != nil {
		return nil, err
	}
	resolved, err := schema.Resolve(&google.ResolveOptions{Loader: func(uri *url.URL) (*google.Schema, error) {
		text, err := l.read(uri.String())
		if err != nil {
			return nil, err
		}
		return read(text)
	}})
	if err != nil {
		return nil, err
	}
	return func(text []byte) (bool, error) {
		var instance any
		if err := json.Unmarshal(text, &instance); err != nil {
			return false, err
		}
		return resolved.Validate(instance) == nil, nil
	}, nil
}
