package limit

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRows: every field has a row, in its order, with a name made of its own.
func TestRows(t *testing.T) {
	var l Limits
	v := reflect.ValueOf(&l).Elem()
	require.Len(t, rows, v.NumField())
	for i, r := range rows {
		assert.Same(t, v.Field(i).Addr().Interface(), r.field(&l), r.name)
		assert.Equal(t, strings.ToLower(v.Type().Field(i).Name), strings.ReplaceAll(r.name, "-", ""))
		assert.Positive(t, r.usual)
		assert.GreaterOrEqual(t, r.utmost, r.usual)
		assert.Contains(t, Raise(r.name), "-limit "+r.name+"=")
	}
	assert.Panics(t, func() { Raise("height") })
}

func TestSet(t *testing.T) {
	var l Limits
	for _, entry := range []string{"depth=20000", "in-place=5"} {
		require.NoError(t, l.Set(entry))
	}
	assert.Equal(t, Limits{Depth: 20_000, InPlace: 5}, l)
	assert.Equal(t, []string{"depth=20000", "in-place=5"}, l.Entries())
	for entry, want := range map[string]string{
		"depth":                     "want name=value",
		"depth=1":                   "depth is given twice",
		"inplace=1":                 `unknown limit "inplace"; did you mean "in-place"?`,
		"height=1":                  `unknown limit "height"; known are size, depth, `,
		"size=0":                    `size must be a number from 1 to 2147483647, got "0"`,
		"size=-1":                   `size must be a number from 1 to `,
		"size=1e9":                  `got "1e9"`,
		"nesting=1001":              `nesting must be a number from 1 to 1000, got "1001"`,
		"size=99999999999999999999": `size must be a number from 1 to 2147483647`,
	} {
		assert.ErrorContains(t, l.Set(entry), want)
	}
}

func TestWithDefaults(t *testing.T) {
	l := Limits{Depth: 1 << 30, Names: 7, Fields: -1}.WithDefaults()
	assert.Equal(t, 100_000, l.Depth, "no stack goes deeper")
	assert.Equal(t, 7, l.Names)
	assert.Equal(t, 500, l.Fields)
	assert.Equal(t, 64<<20, l.Size)
	assert.Equal(t, "size=67108864, depth=10000, mistakes=1000, ", Names()[:43])
}
