package tape

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A node cannot hold the length of an array or object with very many children. The tape then counts.
func TestLenOfTooManyToHold(t *testing.T) {
	var tp Tape
	require.NoError(t, tp.Parse([]byte(`{"a":[1,[2],3],"b":{}}`), Options{}))
	for n := range tp.nodes {
		if Kind(tp.nodes[n].meta&kindMask) >= Array {
			tp.nodes[n].meta |= maxCount << shift
		}
	}
	assert.Equal(t, 2, tp.Len(0))
	assert.Equal(t, 3, tp.Len(2))
	assert.Equal(t, 1, tp.Len(4))
	b, _ := tp.Find(0, "b")
	assert.Equal(t, 0, tp.Len(b))
}

func TestTooLarge(t *testing.T) {
	assert.Nil(t, checkSize(maxSize))
	e := checkSize(maxSize + 1)
	require.NotNil(t, e)
	assert.Equal(t, TooLarge, e.Code)
	assert.Equal(t, "1:1: text has 4294967289 bytes, more than the 4294967288 that can be read at once", e.Error())
}

// The hash that the parser computes of a name on the way is nameHash of its value, however the name is written.
func TestNameHash(t *testing.T) {
	name := "0123456789abcdefghijé"
	for i := range len(name) - 1 {
		for _, text := range []string{`{"` + name[:i] + `":0}`, `{"` + name[:i] + `":0                }`} {
			var tp Tape
			require.NoError(t, tp.Parse([]byte(text), Options{}))
			assert.Equal(t, uint32(nameHash([]byte(name[:i]))>>(32+shift)), tp.nodes[1].meta>>shift, text)
		}
	}
	for _, text := range []string{`{"012345678é":0}`, `{"01234\u00356\u00378\u00e9":0}`} {
		var tp Tape
		require.NoError(t, tp.Parse([]byte(text), Options{}))
		assert.Equal(t, uint32(nameHash([]byte("012345678é"))>>(32+shift)), tp.nodes[1].meta>>shift, text)
	}
}
