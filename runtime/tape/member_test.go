package tape_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

func TestMember(t *testing.T) {
	text := `{"a":1, "\u0062" : "x", "long name, é":[], "":null}`
	doc := parse(t, text)
	for _, want := range []struct {
		written string
		plain   bool
		value   tape.Kind
	}{{"a", true, tape.Number}, {`\u0062`, false, tape.String}, {"long name, é", true, tape.Array}, {"", true, tape.Null}} {
		n, ok := doc.Find(0, map[string]string{`\u0062`: "b"}[want.written]+map[bool]string{true: want.written}[want.plain])
		require.True(t, ok, want.written)
		start, end, plain, kind := doc.Member(n - 1)
		assert.Equal(t, want.written, text[start:end])
		assert.Equal(t, want.plain, plain, want.written)
		assert.Equal(t, want.value, kind, want.written)
	}
}

func TestRepeats(t *testing.T) {
	var doc tape.Tape
	for text, want := range map[string]bool{`{"a":1,"b":{"a":1}}`: false, `[{"a":1,"\u0061":1}]`: true, `1`: false} {
		require.NoError(t, doc.Parse([]byte(text), tape.Options{DuplicateNames: true}))
		assert.Equal(t, want, doc.Repeats(), text)
	}
}
