package compile

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
)

// TestMetaschema: what only the metaschema forbids is a mistake too, with its place.
func TestMetaschema(t *testing.T) {
	files := fstest.MapFS{
		"four.json":  {Data: []byte(`{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"x": {"enum": [1, 2, 1.0]}}}`)},
		"seven.json": {Data: []byte(`{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"x": {"enum": [1, 2, 1.0]}}}`)},
	}
	_, err := Files(files, Options{}, "four.json")
	assert.EqualError(t, err, `four.json:1:85: enum must have unique items, but item 2 repeats item 0 at #/properties/x/enum
	help: the metaschema says so: schema.json#/properties/enum/uniqueItems`)
	_, err = Files(files, Options{}, "seven.json")
	assert.NoError(t, err, "draft 7 only advises against it")
}
