package tape_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

func TestEqual(t *testing.T) {
	// Values in one row are equal, all others differ.
	rows := [][]string{
		{"null", " null "},
		{"true"}, {"false"},
		{"0", "-0.0"}, {"1", "1.0", "10e-1"},
		{`""`}, {`"a"`, `"\u0061"`}, {`"A"`}, {`"é"`, `"\u00e9"`}, {"\"e\u0301\""}, // no normalization
		{`"0"`}, {`"null"`},
		{"[]", "[ ]"}, {"[[]]"}, {"[null]"}, {"[0]", "[0.0]"}, {"[1,2]", "[1.0,2e0]"}, {"[2,1]"}, {"[1]"}, {"[[1],2]"}, {"[[1,2]]"}, {"[1,[2]]"},
		{"{}"}, {`{"a":1}`, `{"a":1.0}`, `{"\u0061":1}`}, {`{"a":2}`}, {`{"b":1}`}, {`{"a":null}`}, {`{"a":{}}`}, {`{"a":[]}`},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`}, {`{"a":2,"b":1}`}, {`{"a":1,"c":2}`},
		{`{"a":1,"b":2,"c":[{"d":1,"e":2}]}`, `{"c":[{"e":2,"d":1}],"b":2,"a":1}`, `{"b":2,"a":1,"c":[{"e":2,"d":1}]}`},
		{`[{"a":1},{"b":1}]`}, {`[{"b":1},{"a":1}]`},
	}
	for i, row := range rows {
		for j, other := range rows {
			for _, a := range row {
				for _, b := range other {
					at, bt := parse(t, a), parse(t, b)
					assert.Equal(t, i == j, tape.Equal(at, 0, bt, 0), "%s and %s", a, b)
					assert.Equal(t, i == j, at.Hash(0) == bt.Hash(0), "hashes of %s and %s", a, b)
				}
			}
		}
	}
}

func TestEqualOfNodesWithin(t *testing.T) {
	tp := parse(t, `[{"a":[1,"\n"]},[1.0,"\u000a"],{"a":[1,"n"]}]`)
	list, _ := tp.Lookup(0, "/0/a")
	second, _ := tp.Lookup(0, "/1")
	third, _ := tp.Lookup(0, "/2/a")
	assert.True(t, tape.Equal(tp, list, tp, second))
	assert.Equal(t, tp.Hash(list), tp.Hash(second))
	assert.False(t, tape.Equal(tp, list, tp, third))
}

// Of members with one name the last counts, as for Find.
func TestEqualWithRepeatedNames(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"a":2}`, `{"a":2}`, true},
		{`{"a":1,"a":2}`, `{"a":1}`, false},
		{`{"a":1,"a":2}`, `{"a":2,"a":1}`, false},
		{`{"a":1,"b":3,"a":2}`, `{"b":3,"a":7,"\u0061":2}`, true},
		{`{"a":1,"a":2}`, `{"a":2,"b":2}`, false},
		{`{"a":1,"b":2}`, `{"a":1,"a":2}`, false},
		{`[{"a":1,"a":2}]`, `[{"a":2}]`, true},
	} {
		a, b := parseLoose(t, c.a), parseLoose(t, c.b)
		assert.Equal(t, c.want, tape.Equal(a, 0, b, 0), "%s and %s", c.a, c.b)
		assert.Equal(t, c.want, tape.Equal(b, 0, a, 0), "%s and %s", c.b, c.a)
		assert.Equal(t, c.want, a.Hash(0) == b.Hash(0), "hashes of %s and %s", c.a, c.b)
	}
}

func TestEqualOfLargeObjects(t *testing.T) {
	const n = 20_000
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"key%d":[%d]`, i, i)
	}
	object := func() string { return "{" + strings.Join(members, ",") + "}" }
	a := parse(t, object())
	rand.Shuffle(n, func(i, j int) { members[i], members[j] = members[j], members[i] })
	b := parse(t, object())
	members[n/2] = `"key":0`
	c := parse(t, object())
	assert.True(t, tape.Equal(a, 0, b, 0), "in time that is linear in the size")
	assert.Equal(t, a.Hash(0), b.Hash(0))
	assert.False(t, tape.Equal(b, 0, c, 0))
	assert.False(t, tape.Equal(c, 0, b, 0))
}

func TestEqualAtFullDepth(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, tape.DefaultMaxDepth/2) + "%d" + strings.Repeat("]}", tape.DefaultMaxDepth/2)
	a, b, c := parse(t, fmt.Sprintf(deep, 1)), parse(t, fmt.Sprintf(deep, 1)), parse(t, fmt.Sprintf(deep, 2))
	assert.True(t, tape.Equal(a, 0, b, 0))
	assert.False(t, tape.Equal(a, 0, c, 0))
	assert.Equal(t, a.Hash(0), b.Hash(0))
	assert.NotEqual(t, a.Hash(0), c.Hash(0))
}

// randomJSON writes a random value, its members in random order and its scalars in random ways; the value depends on r alone, the writing on w.
func randomJSON(r, w *rand.Rand, depth int) string {
	kinds := 6
	if depth == 0 {
		kinds = 4
	}
	pick := func(ways ...string) string { return ways[w.IntN(len(ways))] }
	switch r.IntN(kinds) {
	case 0:
		return []string{"null", "true", "false"}[r.IntN(3)]
	case 1:
		n := r.IntN(4)
		return pick(fmt.Sprint(n), fmt.Sprintf("%d.0", n), fmt.Sprintf("%dE-0", n), fmt.Sprintf("0.0%de+2", n))
	case 2, 3:
		c := 'a' + rune(r.IntN(3))
		return pick(fmt.Sprintf(`"%c"`, c), fmt.Sprintf(`"\u%04x"`, c), fmt.Sprintf(`"\u%04X"`, c))
	case 4:
		items := make([]string, r.IntN(4))
		for i := range items {
			items[i] = randomJSON(r, w, depth-1)
		}
		return "[" + strings.Join(items, pick(",", " , ")) + "]"
	}
	members := make([]string, r.IntN(3)*r.IntN(12))
	for i := range members {
		members[i] = `"` + pick("k", `\u006b`) + fmt.Sprintf(`%d"%s`, i, pick(":", ": ")) + randomJSON(r, w, depth-1)
	}
	w.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + strings.Join(members, ",") + "}"
}

func TestEqualAndHashAgree(t *testing.T) {
	w := rand.New(rand.NewPCG(1, 2))
	var previous *tape.Tape
	var previousValue any
	for seed := range uint64(3000) {
		write := func() *tape.Tape { return parse(t, randomJSON(rand.New(rand.NewPCG(seed, 0)), w, 3)) }
		a, b := write(), write()
		require.True(t, tape.Equal(a, 0, b, 0), "%s\n%s", a.Source(), b.Source())
		require.Equal(t, a.Hash(0), b.Hash(0), "%s\n%s", a.Source(), b.Source())

		var value any // numbers are small enough for float64 here
		require.NoError(t, json.Unmarshal(a.Source(), &value))
		if previous != nil {
			same := assert.ObjectsAreEqual(previousValue, value)
			require.Equal(t, same, tape.Equal(previous, 0, a, 0), "%s\n%s", previous.Source(), a.Source())
			require.Equal(t, same, tape.Equal(a, 0, previous, 0), "%s\n%s", previous.Source(), a.Source())
			require.Equal(t, same, previous.Hash(0) == a.Hash(0), "%s\n%s", previous.Source(), a.Source())
		}
		previous, previousValue = a, value
	}
}
