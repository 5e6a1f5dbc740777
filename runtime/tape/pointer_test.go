package tape_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/assay-go/assay/runtime/tape"
)

// The example of RFC 6901 section 5.
const rfc6901 = `{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}`

func TestLookup(t *testing.T) {
	tp := parse(t, rfc6901)
	for pointer, want := range map[string]string{
		"": rfc6901, "/foo": `["bar","baz"]`, "/foo/0": `"bar"`, "/foo/1": `"baz"`, "/": "0", "/a~1b": "1", "/c%d": "2", "/e^f": "3", "/g|h": "4",
		`/i\j`: "5", `/k"l`: "6", "/ ": "7", "/m~0n": "8",
	} {
		n, found := tp.Lookup(0, pointer)
		if assert.True(t, found, pointer) {
			assert.Equal(t, want, string(tp.Text(n)), pointer)
			assert.Equal(t, pointer, tp.Pointer(n))
		}
	}
	for _, pointer := range []string{
		"foo", "/foo/", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/-1", "/foo/1_0", "/foo/0x1", "/foo/99999999999999999999", "/foo/0/", "/a/b", "/m~n", "/m~",
		"/m~2n", "/none", "//", "/foo/0/0", " ",
	} {
		_, found := tp.Lookup(0, pointer)
		assert.False(t, found, pointer)
	}
	foo, _ := tp.Lookup(0, "/foo")
	n, found := tp.Lookup(foo, "/1")
	assert.True(t, found)
	assert.Equal(t, `"baz"`, string(tp.Text(n)), "from any node")

	tp = parse(t, `{"~1":{"~01":"x"},"/":[[],{"":[0]}]}`)
	for pointer, want := range map[string]string{"/~01/~001": `"x"`, "/~1/1/": "[0]", "/~1/1//0": "0", "/~1/0": "[]"} {
		n, found := tp.Lookup(0, pointer)
		if assert.True(t, found, pointer) {
			assert.Equal(t, want, string(tp.Text(n)), pointer)
			assert.Equal(t, pointer, tp.Pointer(n))
		}
	}
}

func TestPointer(t *testing.T) {
	tp := parse(t, `{"a":[1,{"b/c":[[],null]},"x"],"\u0064":{}}`)
	var got []string
	for n := tape.Node(0); tp.Kind(n) != 0; n++ {
		got = append(got, string(tp.Text(n))[:1]+" "+tp.Pointer(n))
	}
	assert.Equal(t, []string{
		"{ ", `" /a`, "[ /a", "1 /a/0", "{ /a/1", `" /a/1/b~1c`, "[ /a/1/b~1c", "[ /a/1/b~1c/0", "n /a/1/b~1c/1", `" /a/2`, `" /d`, "{ /d",
	}, got, "a member name has the pointer of its value")
}

func TestFind(t *testing.T) {
	tp := parse(t, `{"a":1,"\u0062":2,"é":3,"":{"a":4}}`)
	for name, want := range map[string]string{"a": "1", "b": "2", "é": "3", "": `{"a":4}`} {
		n, found := tp.Find(0, name)
		if assert.True(t, found, name) {
			assert.Equal(t, want, string(tp.Text(n)), name)
		}
	}
	for _, name := range []string{"A", "aa", "4", `\u0062`} {
		_, found := tp.Find(0, name)
		assert.False(t, found, name)
	}
	a, _ := tp.Find(0, "a")
	_, found := tp.Find(a, "a")
	assert.False(t, found, "a number has no members")

	tp = parseLoose(t, `{"a":1,"b":2,"a":3}`)
	n, found := tp.Find(0, "a")
	assert.True(t, found)
	assert.Equal(t, "3", string(tp.Text(n)), "the last one, if names repeat")
}
