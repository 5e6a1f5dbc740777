package value_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/assay-go/assay/runtime/value"
)

func TestKey(t *testing.T) {
	const text = value.Raw(`{"s":"a\u00e9","n":1.50,"b":true,"o":{"x~/":"deep"},"a":["first"],"null":null}`)
	for _, c := range []struct {
		pointers []string
		want     string
		ok       bool
	}{
		{[]string{"/s"}, "aé", true},
		{[]string{"/n"}, "1.50", true},
		{[]string{"/b"}, "true", true},
		{[]string{"/o/x~0~1"}, "deep", true},
		{[]string{"/a/0"}, "first", true},
		{[]string{"/none", "/s"}, "aé", true},
		{[]string{"/null", "/s"}, "", false}, // present, and no key
		{[]string{"/o", "/s"}, "", false},
		{[]string{"/none"}, "", false},
		{[]string{""}, "", false},
		{nil, "", false},
	} {
		got, ok := value.Key(text, c.pointers...)
		assert.Equal(t, c.want, got, c.pointers)
		assert.Equal(t, c.ok, ok, c.pointers)
	}
	for raw, want := range map[value.Raw]string{`"x"`: "x", `7`: "7", `nope`: "", ``: ""} {
		got, ok := value.Key(raw, "")
		assert.Equal(t, want, got)
		assert.Equal(t, want != "", ok, raw)
	}
}

func TestLookup(t *testing.T) {
	m := value.Members{{Name: "a/b", Value: `{"c":[1,{"d":2}]}`}, {Name: "x", Value: `null`}}
	for pointer, want := range map[string]value.Raw{"/a~1b/c/1/d": "2", "/a~1b/c": `[1,{"d":2}]`, "/x": "null"} {
		got, ok := m.Lookup(pointer)
		assert.True(t, ok, pointer)
		assert.Equal(t, want, got, pointer)
	}
	for _, pointer := range []string{"", "x", "/y", "/x/y", "/a~1b/c/2"} {
		_, ok := m.Lookup(pointer)
		assert.False(t, ok, pointer)
	}
	_, ok := value.Raw("{").Lookup("/a")
	assert.False(t, ok)
}

func TestBasename(t *testing.T) {
	for path, want := range map[string]string{"/a/b.csv": "b.csv", `C:\a\b.csv`: "b.csv", "b": "b", "a/b/": "b", "": "", "/": ""} {
		assert.Equal(t, want, value.Basename(path), path)
	}
}
