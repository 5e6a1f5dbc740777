package tape_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

func TestName(t *testing.T) {
	names := []string{"", "a", "b", "1234567", "12345678", "12345679", "123456789", "é", "long name, é", "1234567890123456", "12345678901234567", "12345678x01234567"}
	for _, text := range []string{`{"a":1, "\u0062" : "x", "long name, é":[], "":null}`, `{"b":{}}`, `{"":1}`, `{"12345678901234567": 1, "12345678":true, "1234567": 2, "1234567890123456":3}`,
		`{"12345679":1}`, `{"é":1, "123456789":1}`, `{"x":"\u0061", "12345678x01234567":{"1234567":1}}`} {
		doc := parse(t, text)
		for n, end := tape.Node(1), doc.Next(0); n < end; n = doc.Next(n + 1) {
			for _, name := range names {
				wanted := tape.NewName(name)
				is := doc.Begins(n, &wanted) && (wanted.Short() || doc.Ends(n, &wanted))
				atEnd := doc.Offset(n)+9 > len(text)
				assert.Equal(t, string(doc.Str(n)) == name && !doc.Escaped(n) && !atEnd, is, "%s in %s", name, text)
				assert.Equal(t, name, wanted.String())
			}
		}
		assert.False(t, doc.Begins(1, &tape.Name{}))
	}
}

func TestRepeats(t *testing.T) {
	var doc tape.Tape
	for text, want := range map[string]bool{`{"a":1,"b":{"a":1}}`: false, `[{"a":1,"\u0061":1}]`: true, `1`: false} {
		require.NoError(t, doc.Parse([]byte(text), tape.Options{DuplicateNames: true}))
		assert.Equal(t, want, doc.Repeats(), text)
	}
}
