package load

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/runtime/tape"
)

func TestFiles(t *testing.T) {
	fsys := fstest.MapFS{
		"b.json":   {Data: []byte(`{"a": 1}`)},
		"x/a.json": {Data: []byte(`true`)},
		"bad.json": {Data: []byte(`{"a": 1,}`)},
	}
	var mistakes diag.List
	docs, err := Files(fsys, []string{"b.json", "x/a.json", "bad.json"}, &mistakes)
	require.NoError(t, err)
	require.Len(t, docs, 3)
	assert.Equal(t, "b.json", docs[0].Name)
	assert.Equal(t, tape.Object, docs[0].Tape.Kind(0))
	assert.Equal(t, "x/a.json", docs[1].Name)
	assert.Nil(t, docs[2].Tape)
	require.Equal(t, 1, mistakes.Len())
	assert.Equal(t, diag.Place{File: "bad.json", Line: 1, Column: 9}, mistakes.Sorted()[0].Place)
}

func TestUnreadableFiles(t *testing.T) {
	var mistakes diag.List
	_, err := Files(fstest.MapFS{"a.json": {Data: []byte("{}")}, "d/x": {}}, []string{"none.json", "a.json", "d", "../up"}, &mistakes)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorIs(t, err, fs.ErrInvalid)
	for _, name := range []string{"none.json", "d", "../up"} {
		assert.Contains(t, err.Error(), name)
	}
	assert.Zero(t, mistakes.Len(), "what cannot be read is no mistake in a schema")
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "a.json:1:1: "},
		{"cut off", "{\n  \"a\": [1,", "a.json:2:11: "},
		{"invalid UTF-8", "{\"a\":\n \"x\xff\"}", "a.json:2:4: "},
		{"byte order mark", "\xEF\xBB\xBF{}", "help: save the file without a byte order mark"},
		{"two values", "{}\n{}", "a.json:2:1: "},
		{"too deep", strings.Repeat("[", 10_001), "help: the limit \"depth\" can be raised: -limit depth=NUMBER, at most 100000"},
		{"python", `{"minimum": NaN}`, "a.json:1:13: "},
		{"behind a duplicate", "{\"a\":1,\n\"a\":2,\n}", "a.json:2:1: "},
		{"the other behind a duplicate", "{\"a\":1,\n\"a\":2,\n}", "a.json:3:1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mistakes diag.List
			d := Parse("a.json", []byte(c.src), &mistakes)
			assert.Nil(t, d.Tape)
			require.Error(t, mistakes.Err())
			assert.Contains(t, mistakes.Err().Error(), c.want)
		})
	}
}

func TestTooLarge(t *testing.T) {
	var mistakes diag.List
	d := Options{limit.Limits{Size: 10}}.Parse("a.json", []byte("\"345678901\""), &mistakes)
	assert.Nil(t, d.Tape)
	assert.Equal(t, "a.json:1:1: a schema file may have 10 bytes, this one has more\n\thelp: the limit \"size\" can be raised: -limit size=NUMBER",
		mistakes.Err().Error())
	assert.NotNil(t, Options{limit.Limits{Size: 11}}.Parse("a.json", []byte("\"345678901\""), &mistakes).Tape)
}

func TestDuplicateNames(t *testing.T) {
	var mistakes diag.List
	d := Parse("a.json", []byte(`{
  "a": {"x/y": 1, "b": 2, "x\/y": 3},
  "c": [{"n": 1, "n": 2, "n": 3}],
  "a": 1
}`), &mistakes)
	require.NotNil(t, d.Tape, "the document can still be searched for other mistakes")
	assert.Equal(t, `a.json:2:27: duplicate name "x/y" at #/a/x~1y
	note: also at a.json:2:9
a.json:3:18: duplicate name "n" at #/c/0/n
	note: also at a.json:3:10
a.json:3:26: duplicate name "n" at #/c/0/n
	note: also at a.json:3:10
a.json:4:3: duplicate name "a" at #/a
	note: also at a.json:2:3`, mistakes.Err().Error())
}

func TestPlace(t *testing.T) {
	src := "{\r\n \"ü\": [1,\n2],\n\"a/b\": true}\n"
	var mistakes diag.List
	d := Parse("a.json", []byte(src), &mistakes)
	require.NoError(t, mistakes.Err())
	for n := tape.Node(0); n < d.Tape.Next(0); n++ {
		line, column := d.Tape.Position(d.Tape.Offset(n))
		assert.Equal(t, diag.Place{File: "a.json", Line: line, Column: column, Pointer: d.Tape.Pointer(n)}, d.Place(n))
	}
	var names []string
	for key, value := range d.Members(0) {
		names = append(names, d.Place(key).Pointer)
		assert.Equal(t, d.Place(key).Pointer, d.Place(value).Pointer)
	}
	assert.Equal(t, []string{"/ü", "/a~1b"}, names)
	assert.Equal(t, diag.Place{File: "a.json", Line: 5, Column: 1}, d.PlaceAt(len(src), ""))
	assert.Equal(t, diag.Place{File: "a.json", Line: 1, Column: 1}, d.PlaceAt(0, ""))
}

func TestItems(t *testing.T) {
	var mistakes diag.List
	d := Parse("a.json", []byte(`[[1, {"a": 2}], 3, []]`), &mistakes)
	require.NoError(t, mistakes.Err())
	var texts []string
	for i, item := range d.Items(0) {
		assert.Len(t, texts, i)
		texts = append(texts, string(d.Tape.Text(item)))
	}
	assert.Equal(t, []string{`[1, {"a": 2}]`, `3`, `[]`}, texts)
}
