package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shop is a stream with every kind of line in it.
const shop = `{"at":"1","type":"order_placed","id":"1","order_id":"o-1","customer_id":"c-1","total":5,"items":3}
{"at":"1","type":"order_placed","id":"2","order_id":"o-2","customer_id":"c-1","total":5,"items":4}

{"at":"1","type":"order_placed","id":"3","order_id":"o-1","customer_id":"c-2","total":-1,"items":1.5}
{"at":"1","type":"payment_captured","id":"4","order_id":"o-1"}
{"at":"1","type":"payment_declined","id":"5","order_id":"o-3","customer":{"id":7},"customer_id":"no"}
{"at":"1","type":"payment_declined","id":"6","order_id":["o-3"],"customer_id":null}
{"at":"1","type":"shipment_sent","id":"7","order_id":"o-1","label_path":"/srv/a/x.pdf"}
{"at":"1","type":"shipment_sent","id":"8","order_id":"o-1","label_path":"C:\\b\\x.pdf"}
{"at":"1","type":"shipment_sent","id":"9","order_id":"o-1"}
{"type":"order_eaten","order_id":"o-9"}
{"type":"order_eaten"}
{"type":""}
{"type":8}
[]
NaN
{"type":"order_placed`

func count(t *testing.T, text string) *Counts {
	t.Helper()
	c, err := orders().Count(t.Context(), strings.NewReader(text))
	require.NoError(t, err)
	return c
}

func TestCount(t *testing.T) {
	c := count(t, shop)
	assert.Equal(t, &Counts{
		Names:     []int{3, 0, 1, 2, 3},
		Unknown:   map[string]int{"order_eaten": 2, "": 1},
		Lines:     16,
		Malformed: 2,
		Nameless:  2,
		Invalid:   3, // total < 0, and two without a name
		Keyed: []KeyedCount{
			{Of: []string{"order_placed"}, By: []string{"order_id"}, Values: map[string]int{"o-1": 2, "o-2": 1, "o-3": 0}},
			{
				Of: []string{"payment_captured", "payment_declined", "order_cancelled"}, By: []string{"order_id"},
				Values: map[string]int{"o-1": 1, "o-2": 0, "o-3": 1}, Missing: 1,
			},
			{Of: []string{"payment_declined"}, By: []string{"customer_id"}, Values: map[string]int{"7": 1}, Missing: 1},
			{Of: []string{"shipment_sent"}, By: []string{"order_id", "label"}, Values: map[string]int{"o-1\x1fx.pdf": 2}, Missing: 1},
		},
		Sizes: []SizeCount{
			{Name: "orders", Records: 3, Distinct: map[string]struct{}{"o-1": {}, "o-2": {}}},
			{Name: "shipments", Records: 3},
			{Name: "items", Records: 3, Summed: true, Sum: 7, Missing: 1},
		},
	}, c)
	assert.Equal(t, 8, c.Valid())
	assert.Equal(t, map[string]int{"orders": 2, "shipments": 3, "items": 7}, c.Observed())
}

func TestCountOfNothing(t *testing.T) {
	c := count(t, "\n \n")
	assert.Equal(t, orderFacts().newCounts(), c)
	assert.Zero(t, c.Valid())
}

func TestCountCountsLongLines(t *testing.T) {
	c, err := orders().Count(t.Context(), strings.NewReader(shop), MaxLine(20))
	require.NoError(t, err)
	assert.Equal(t, 16, c.Lines)
	assert.Equal(t, 13, c.Malformed, "those of more than 20 bytes, and NaN")
}

func TestCountIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := &cancelling{line: []byte(placed + "\n"), after: 10, cancel: cancel}
	c, err := orders().Count(ctx, r)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 10, c.Lines, "what was read until then is counted")
}

// cancelling is an endless stream whose reader gives up.
type cancelling struct {
	line   []byte
	after  int
	cancel func()
}

func (c *cancelling) Read(p []byte) (int, error) {
	if c.after--; c.after == 0 {
		c.cancel()
	}
	return copy(p, c.line), nil
}

func TestCountReadError(t *testing.T) {
	c, err := orders().Count(t.Context(), &withError{placed + "\n" + placed[:20], assert.AnError})
	require.ErrorIs(t, err, assert.AnError)
	assert.Equal(t, 1, c.Lines)
}

// A stream cut at any line boundaries, counted in parts and merged, gives what one pass gives.
func TestCountsMerge(t *testing.T) {
	lines := strings.SplitAfter(shop, "\n")
	whole := count(t, shop)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var sum Counts
		for rest := lines; len(rest) > 0; {
			n := 1 + random.IntN(len(rest))
			require.NoError(t, sum.Merge(count(t, strings.Join(rest[:n], ""))))
			rest = rest[n:]
		}
		// Which values a rule knows may come from another part than the record that counts.
		require.Equal(t, whole, &sum)
	}
}

func TestCountsMergeOfOtherFacts(t *testing.T) {
	a := count(t, shop)
	b := (&Facts{Names: []string{"x"}}).newCounts()
	b.Names[0] = 1
	require.Error(t, a.Merge(b))
	assert.Equal(t, count(t, shop), a)
}

func TestCountsMergeDoesNotShare(t *testing.T) {
	part := count(t, shop)
	var sum Counts
	require.NoError(t, sum.Merge(part))
	require.NoError(t, sum.Merge(part))
	assert.Equal(t, count(t, shop), part)
	assert.Equal(t, 2*part.Lines, sum.Lines)
}

func TestCountsMarshal(t *testing.T) {
	want := count(t, shop)
	text, err := json.Marshal(want)
	require.NoError(t, err)
	var c Counts
	require.NoError(t, json.Unmarshal(text, &c))
	assert.Equal(t, want, &c)
}

func TestCountIsBounded(t *testing.T) {
	c := orderFacts().newCounts()
	for i := range MaxUnknown + 5 {
		c.addUnknown(fmt.Sprint("name", i), 1)
	}
	assert.Equal(t, 5, c.Unknown[""])
	assert.Equal(t, 1, c.Unknown["name3"])
	c.addUnknown("name3", 1)
	assert.Equal(t, 2, c.Unknown["name3"], "a name that is in stays in")

	k, s := &c.Keyed[0], &c.Sizes[0]
	for i := range MaxKeys + 5 {
		k.add(fmt.Sprint(i), 1, 1)
		s.add(fmt.Sprint(i))
	}
	assert.Len(t, k.Values, MaxKeys)
	assert.Equal(t, 5, k.Rest)
	assert.Equal(t, MaxKeys, s.N())
	assert.Equal(t, 5, s.Rest)
}

func TestCountAbridgesHugeValues(t *testing.T) {
	huge := strings.Repeat("é", 1<<14)
	c := count(t, `{"type":"`+huge+`1"}
{"type":"`+huge+`2"}
{"type":"order_placed","order_id":"`+huge+`1"}
{"type":"order_placed","order_id":"`+huge+`2"}
{"type":"order_placed","order_id":"`+huge+`2"}`)
	assert.Len(t, c.Unknown, 2)
	for name := range c.Unknown {
		assert.LessOrEqual(t, len(name), MaxKeyLength)
		assert.True(t, strings.HasPrefix(name, "ééé"))
	}
	assert.Len(t, c.Keyed[0].Values, 2)
	assert.Len(t, c.Sizes[0].Distinct, 2)
}

func TestKeysAreUnambiguous(t *testing.T) {
	seen := map[string][]string{}
	values := []string{"", "a", "\x1f", "\x1e", "\x1e\x1f", "a\x1fb", "b"}
	for _, a := range values {
		for _, b := range values {
			joined := string(appendKey(append(appendKey(nil, []byte(a)), separator), []byte(b)))
			require.NotContains(t, seen, joined)
			seen[joined] = []string{a, b}
			require.Equal(t, []string{a, b}, splitKeys(joined))
		}
	}
}

func TestBasename(t *testing.T) {
	for path, want := range map[string]string{"": "", "/": "", "a": "a", "/srv/a/b.csv": "b.csv", "a/b/": "b", `C:\x\y.csv`: "y.csv"} {
		assert.Equal(t, want, string(basename([]byte(path))), path)
	}
}

func TestKeysOfFacts(t *testing.T) {
	f := orderFacts()
	assert.Equal(t, []Key{{Name: "label", At: []string{"/label_path"}, Basename: true}, {Name: "a/b~", At: []string{"/a~1b~0"}}}, f.keys([]string{"label", "a/b~"}))
}

func TestAddSaturating(t *testing.T) {
	assert.Equal(t, int64(math.MaxInt64), addSaturating(math.MaxInt64-1, 2))
	assert.Equal(t, int64(math.MinInt64), addSaturating(math.MinInt64+1, -2))
	assert.Equal(t, int64(-1), addSaturating(1, -2))
}
