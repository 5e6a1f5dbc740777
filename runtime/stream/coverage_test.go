package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func coverageFacts() (*Facts, *Declared) {
	return &Facts{Record: "Order", Stream: "orders", Name: "/kind", Names: []string{"placed", "paid", "cancelled"}},
		&Declared{Names: []DeclaredName{
			{Name: "placed", Fields: []DeclaredField{
				{Pointer: "/kind"}, {Pointer: "/a~1b"}, {Pointer: "/address"}, {Pointer: "/address/city"}, {Pointer: "/address/zip"},
				{Pointer: "/lines"}, {Pointer: "/lines/*"}, {Pointer: "/lines/*/size", Values: []string{"s", "m"}}, {Pointer: "/open"},
			}},
			{Name: "paid", Fields: []DeclaredField{{Pointer: "/kind"}, {Pointer: "/by", Values: []string{"card"}}}},
			{Name: "cancelled", Fields: []DeclaredField{{Pointer: "/kind"}}},
		}}
}

const covered = `{"kind":"placed","a/b":1,"address":{"city":"Brno","geo":{"lat":1}},"lines":[{"size":"s"},{"size":"xl"},{"size":7},3],"open":{"free":1}}
{"kind":"refunded","x":1}
not JSON

{"kind":7}
{"kind":"paid","by":"card"}
{"kind":"paid","by":"cash","a~b":1}
{"kind":"refunded"}
{"kind":"placed","address":"nowhere","lines":{"0":{}}}
`

func cover(t testing.TB, text string) *Coverage {
	c := NewCoverage(coverageFacts())
	require.NoError(t, c.Read(context.Background(), strings.NewReader(text), InFile("orders.jsonl")))
	return c
}

func TestCoverage(t *testing.T) {
	c := cover(t, covered)
	assert.Equal(t, 6, c.Records)
	assert.Equal(t, 2, c.Left)
	names, fields, values := c.Shares()
	assert.Equal(t, Share{2, 3}, names)
	assert.Equal(t, Share{10, 12}, fields)
	assert.Equal(t, Share{2, 3}, values)
	var got []string
	for _, g := range c.Gaps() {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %q %d :%d", g.Sort, g.Name, g.Pointer, g.Value, g.Sighting.N, g.Sighting.First.Line)))
	}
	assert.Equal(t, []string{
		`field placed /address/zip "" 0 :0`,
		`value placed /lines/*/size "m" 0 :0`,
		`name cancelled  "" 0 :0`,
		`name refunded  "" 2 :2`,
		`field placed /address/geo "" 1 :1`,
		`value placed /lines/*/size "xl" 1 :1`,
		`field paid /a~0b "" 1 :7`,
		`value paid /by "cash" 1 :7`,
	}, got)
}

// A stream that is cut between any two lines, read in parts and put together in order, gives what one pass gives; and it survives JSON.
func TestCoverageOfParts(t *testing.T) {
	kinds := []string{"placed", "paid", "cancelled", "refunded", "lost", ""}
	seeded := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var lines []string
		for range seeded.IntN(30) {
			switch seeded.IntN(6) {
			case 0:
				lines = append(lines, "\n")
			case 1:
				lines = append(lines, strings.Split(covered, "\n")[seeded.IntN(8)]+"\r\n")
			default:
				lines = append(lines, fmt.Sprintf(`{"kind":%q,"by":"v%d","x%d":1,"lines":[{"size":"w%d"}]}`+"\n",
					kinds[seeded.IntN(len(kinds))], seeded.IntN(4), seeded.IntN(4), seeded.IntN(4)))
			}
		}
		whole := cover(t, strings.Join(lines, ""))
		joined := whole.Empty()
		for len(lines) > 0 {
			n := 1 + seeded.IntN(len(lines))
			part := cover(t, strings.Join(lines[:n], ""))
			lines = lines[n:]
			text, err := json.Marshal(part)
			require.NoError(t, err)
			read := whole.Empty()
			require.NoError(t, json.Unmarshal(text, read))
			joined.Append(read)
		}
		if whole.Lines == 0 {
			continue
		}
		want, err := json.Marshal(whole)
		require.NoError(t, err)
		got, err := json.Marshal(joined)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
		assert.Equal(t, whole.Gaps(), joined.Gaps())
	}
}

// Streams of several runs add up, and the first sighting is that of the first run.
func TestCoverageOfRuns(t *testing.T) {
	all := NewCoverage(coverageFacts())
	for i := range 3 {
		c := all.Empty()
		text := `{"kind":"lost"}` + "\n"
		if i > 0 {
			text = covered
		}
		require.NoError(t, c.Read(context.Background(), strings.NewReader(text), InFile(fmt.Sprintf("run%d", i))))
		all.Merge(c)
	}
	assert.Equal(t, 3, all.Files)
	assert.Equal(t, 13, all.Records)
	assert.Equal(t, Sighting{1, "run0", Place{1, 0}}, *all.Unknown["lost"])
	assert.Equal(t, 4, all.Unknown["refunded"].N)
	assert.Equal(t, "run1", all.Unknown["refunded"].File)
	assert.Equal(t, 2, all.Names["placed"].Fields["/address/geo"].N)
}

// However much there is to see, no more is kept than the limits say, and nothing is lost without a number.
func TestCoverageIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range MaxUnknown + 5 {
		fmt.Fprintf(&b, `{"kind":"k%d"}`+"\n", i)
	}
	for i := range MaxFields + 7 {
		fmt.Fprintf(&b, `{"kind":"paid","by":"v%d","f%d":1}`+"\n", i, i)
	}
	c := cover(t, b.String())
	assert.Len(t, c.Unknown, MaxUnknown+1)
	assert.Equal(t, 5, c.Unknown[""].N)
	paid := c.Names["paid"]
	assert.Equal(t, MaxFields, paid.Others)
	assert.Equal(t, 7, paid.Rest)
	by := paid.Fields["/by"]
	assert.Equal(t, MaxFields+7, len(by.Values)+by.Rest)
	assert.LessOrEqual(t, len(by.Values), MaxFields+1)
	rest := 0
	for _, g := range c.Gaps() {
		if g.Rest {
			rest += g.Sighting.N
		}
	}
	assert.Equal(t, 5+7+by.Rest, rest)

	long := cover(t, `{"kind":"paid","`+strings.Repeat("f", 1<<20)+`":1,"by":"`+strings.Repeat("v", 1<<20)+`"}`+"\n"+`{"kind":"`+strings.Repeat("k", 1<<20)+`"}`)
	text, err := json.Marshal(long)
	require.NoError(t, err)
	assert.Less(t, len(text), 4096)
}

func TestCoverageEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := NewCoverage(coverageFacts())
	assert.ErrorIs(t, c.Read(ctx, strings.NewReader(covered)), context.Canceled)
}
