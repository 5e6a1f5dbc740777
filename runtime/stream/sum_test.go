package stream

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

func TestSumIsExact(t *testing.T) {
	for _, test := range []struct {
		numbers []string
		want    string
	}{
		{nil, "0"},
		{[]string{"0.1", "0.2"}, "0.3"},
		{[]string{"1e22", "1", "-1e22"}, "1"},
		{[]string{"9223372036854775807", "1"}, "9223372036854775808"},
		{[]string{"-9223372036854775808", "-1", "1"}, "-9223372036854775808"},
		{[]string{"0.5", "-0.50"}, "0"},
		{[]string{"-0"}, "0"},
		{[]string{"-0.05"}, "-0.05"},
		{[]string{"1.500", "1E+2", "2e-3"}, "101.502"},
		{[]string{"1e308", "1e-308", "-1e308"}, "0." + strings.Repeat("0", 307) + "1"},
	} {
		var sum Sum
		for _, n := range test.numbers {
			var ok bool
			sum, ok = sum.Add(tape.Decimal{Text: n})
			require.True(t, ok, n)
		}
		assert.Equal(t, test.want, sum.String(), "%v", test.numbers)
		assert.Equal(t, test.want == "0", sum.IsZero())
	}
}

func TestSumRefusesWhatWouldBeTooLong(t *testing.T) {
	for _, n := range []string{"1e401", "1e-401", "1e999999999999", "1e-99999999999999999999", strings.Repeat("9", maxDigits+1)} {
		before := Sum{small: 7}
		after, ok := before.Add(tape.Decimal{Text: n})
		assert.False(t, ok, n)
		assert.Equal(t, before, after)
	}
}

// Sums agree with math/big in any order, and survive JSON.
func TestSumAgreesWithRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	for range 300 {
		var sum, parts Sum
		want := new(big.Rat)
		for range 1 + r.IntN(12) {
			text := fmt.Sprintf("%d.%de%d", r.Int64()-r.Int64(), r.Uint32(), r.IntN(60)-30)
			n, ok := new(big.Rat).SetString(text)
			require.True(t, ok)
			want.Add(want, n)
			sum, ok = sum.Add(tape.Decimal{Text: text})
			require.True(t, ok)
			one, _ := Sum{}.Add(tape.Decimal{Text: text})
			parts = one.Plus(parts)
		}
		got, ok := new(big.Rat).SetString(sum.String())
		require.True(t, ok)
		require.Zero(t, want.Cmp(got), "want %s, got %s", want, sum)
		require.Zero(t, sum.Cmp(parts))
		require.Equal(t, sum.String(), parts.String())

		text, err := json.Marshal(sum)
		require.NoError(t, err)
		var read Sum
		require.NoError(t, json.Unmarshal(text, &read))
		require.Zero(t, sum.Cmp(read))
	}
	assert.Error(t, json.Unmarshal([]byte(`"1"`), new(Sum)))
	assert.Error(t, json.Unmarshal([]byte(`1e999`), new(Sum)))
}

func TestSumWithinIsInclusiveAndOfTheReference(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"100", "105", true}, {"100", "105.0001", false}, {"100", "95", true}, {"100", "94.9999", false},
		{"-100", "-105", true}, {"-100", "-106", false}, {"0", "0", true}, {"0", "0.0001", false}, {"1000", "1051", false},
	} {
		a, _ := sumOf(test.a)
		b, _ := sumOf(test.b)
		assert.Equal(t, test.want, b.within(a, decimal(0.05)), "%s, %s", test.a, test.b)
	}
}
