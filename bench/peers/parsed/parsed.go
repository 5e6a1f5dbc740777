// Package parsed is santhosh's validator, which takes values that are parsed already. It is apart from the other peers for programs that have none of them in them.
package parsed

import (
	"bytes"

	santhosh "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/assay-go/assay/bench/measure"
)

// schemaURI is what the schema is called.
const schemaURI = "https://example.com/schema.json"

// Compile compiles a schema.
func Compile(schema []byte, assertFormat bool) (*santhosh.Schema, error) {
	c := santhosh.NewCompiler()
	if assertFormat {
		c.AssertFormat()
	}
	document, err := santhosh.UnmarshalJSON(bytes.NewReader(schema))
	if err == nil {
		err = c.AddResource(schemaURI, document)
	}
	if err != nil {
		return nil, err
	}
	return c.Compile(schemaURI)
}

// Work validates values, numbers as santhosh wants them, that are parsed beforehand: of those lines of text that are JSON, over and over.
func Work(schema *santhosh.Schema, text []byte) measure.Work {
	var values []any
	for line := range bytes.Lines(text) {
		v, err := santhosh.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			continue
		}
		values = append(values, v)
	}
	return func(text []byte) (lines, refused int) {
		lines = bytes.Count(text, []byte{'\n'})
		for i := range lines {
			if schema.Validate(values[i%len(values)]) != nil {
				refused++
			}
		}
		return lines, refused
	}
}
