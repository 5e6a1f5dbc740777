package tape_test

import (
	"cmp"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

func dec(text string) tape.Decimal { return tape.Decimal{Text: text} }

// Exponents that no machine word holds: 10^400 - 1, 10^400, and so on.
var (
	e400minus3 = strings.Repeat("9", 399) + "7"
	e400minus2 = strings.Repeat("9", 399) + "8"
	e400minus1 = strings.Repeat("9", 400)
	e400       = "1" + strings.Repeat("0", 400)
	e400plus1  = "1" + strings.Repeat("0", 399) + "1"
)

// ascending has numbers in ascending order; those in one row are equal.
var ascending = [][]string{
	{"-1e" + e400, "-10e" + e400minus1},
	{"-2e" + e400minus1},
	{"-1e" + e400minus1, "-1.0e+0" + e400minus1, "-0.1e" + e400, "-100e" + e400minus3},
	{"-1e999999999999999999"},
	{"-1e999999999999", "-10e999999999998"},
	{"-9223372036854775809"},
	{"-9223372036854775808", "-9223372036854775808.0", "-9223372036854775.808e3"},
	{"-1000000000000000000", "-1e18"},
	{"-100", "-1e2", "-100.000", "-1000e-1", "-0.1E+3"},
	{"-1.5", "-15e-1", "-1.50"},
	{"-1", "-1.0", "-1e0", "-1e-0", "-1e+00"},
	{"-1e-999999999999"},
	{"-1e-" + e400minus1, "-0.1e-" + e400minus2},
	{"-1e-" + e400},
	{"0", "-0", "0.0", "-0.000", "0e999999999999", "-0e-" + e400, "0.00e+5"},
	{"1e-" + e400},
	{"1e-" + e400minus1, "100e-" + e400plus1},
	{"1e-9223372036854775808"},
	{"1e-4611686018427387904", "10e-4611686018427387905"},
	{"1e-999999999999"},
	{"0.1", "1e-1", "0.10", "100e-3"},
	{"0.10000000000000000000000000000000000000000000001"},
	{"0.5"},
	{"1"},
	{"1.0000000000000000000000000000000000000000000001"},
	{"1.5"},
	{"9007199254740992"},
	{"9007199254740993", "9007199254740993.0"},
	{"999999999999999999"},
	{"1000000000000000000", "1e18", "0.001e21"},
	{"9223372036854775807", "9.223372036854775807e18"},
	{"9223372036854775808"},
	{"1e400", "10e399"},
	{"1.1e400"},
	{"1e999999999999", "0.1e1000000000000"},
	{"1e999999999999999999", "10e999999999999999998", "0.1e1000000000000000000"},
	{"1e4611686018427387904", "10e4611686018427387903", "0.1e4611686018427387905"},
	{"1e9223372036854775807"},
	{"1e9223372036854775808", "0.01e9223372036854775810"},
	{"1e" + e400minus1, "0.01e" + e400plus1},
	{"2e" + e400minus1},
	{"1e" + e400, "10e" + e400minus1},
}

func TestDecimalCompare(t *testing.T) {
	for i, row := range ascending {
		for j, other := range ascending {
			for _, a := range row {
				for _, b := range other {
					require.Equal(t, cmp.Compare(i, j), dec(a).Compare(dec(b)), "%.60s against %.60s", a, b)
					require.Equal(t, i == j, tape.Equal(parse(t, a), 0, parse(t, b), 0), "%.60s against %.60s", a, b)
					if i == j {
						require.Equal(t, parse(t, a).Hash(0), parse(t, b).Hash(0), "equal numbers hash alike: %.60s and %.60s", a, b)
					}
				}
			}
		}
	}
}

func TestDecimalIntegers(t *testing.T) {
	for _, c := range []struct {
		text              string
		isInteger, isLexi bool
		value             int64
		fits              bool
	}{
		{"0", true, true, 0, true},
		{"-0", true, true, 0, true},
		{"-0.0", true, false, 0, true},
		{"0e-5", true, false, 0, true},
		{"0e" + e400, true, false, 0, true},
		{"1", true, true, 1, true},
		{"1.0", true, false, 1, true},
		{"1e2", true, false, 100, true},
		{"1.5", false, false, 0, false},
		{"1.5e1", true, false, 15, true},
		{"1.25e1", false, false, 0, false},
		{"100e-2", true, false, 1, true},
		{"100e-3", false, false, 0, false},
		{"-120.00e-1", true, false, -12, true},
		{"0.1", false, false, 0, false},
		{"999999999999999999", true, true, 999999999999999999, true},
		{"1000000000000000000", true, true, 1000000000000000000, true},
		{"9223372036854775807", true, true, math.MaxInt64, true},
		{"9.223372036854775807e18", true, false, math.MaxInt64, true},
		{"9223372036854775808", true, true, 0, false},
		{"-9223372036854775808", true, true, math.MinInt64, true},
		{"-9223372036854775808.000", true, false, math.MinInt64, true},
		{"-9223372036854775809", true, true, 0, false},
		{"18446744073709551617", true, true, 0, false}, // 1 modulo 2^64
		{"99999999999999999999", true, true, 0, false},
		{"1e18", true, false, 1e18, true},
		{"1e19", true, false, 0, false},
		{"1e50", true, false, 0, false},
		{"1e999999999999", true, false, 0, false},
		{"1e-999999999999", false, false, 0, false},
		{"1e" + e400, true, false, 0, false},
		{"1e-" + e400, false, false, 0, false},
		{"0.000000000000000000000001e24", true, false, 1, true},
	} {
		assert.Equal(t, c.isInteger, dec(c.text).IsInteger(), "%.60s", c.text)
		assert.Equal(t, c.isLexi, dec(c.text).IsLexicalInteger(), "%.60s", c.text)
		value, fits := dec(c.text).Int64()
		assert.Equal(t, c.value, value, "%.60s", c.text)
		assert.Equal(t, c.fits, fits, "%.60s", c.text)
	}
}

func TestDecimalMultipleOf(t *testing.T) {
	for _, c := range []struct {
		d, e string
		want bool
	}{
		{"10", "2", true},
		{"10", "-2", true},
		{"-10", "2", true},
		{"7", "2", false},
		{"0", "2", true},
		{"-0.0", "0.3", true},
		{"0e" + e400, "7", true},
		{"4.5", "1.5", true},
		{"35", "1.5", false},
		{"0.0075", "0.0001", true},
		{"0.00751", "0.0001", false},
		{"1e308", "0.123456789", false},
		{"12391239123", "1e-8", true},
		{"1e308", "0.5", true},
		{"5", "0.1", true},
		{"1.1", "0.1", true},
		{"1.15", "0.1", false},
		{"3", "1e1", false},
		{"30", "1e1", true},
		{"1", "1e2", false},
		{"1e999999999999", "3", false},
		{"3e999999999999", "3", true},
		{"1e999999999999", "1024", true},
		{"1e9", "1024", false},
		{"1e10", "1024", true},
		{"1e999999999999", "1e999999999998", true},
		{"1e999999999998", "1e999999999999", false},
		{"7e999999999999", "14e999999999998", true},
		{"7e" + e400, "14e" + e400minus1, true},
		{"7e" + e400minus1, "14e" + e400minus1, false},
		{"7e" + e400minus1, "14e" + e400, false},
		{"21e-" + e400, "7e-" + e400plus1, true},
		{"21e-" + e400plus1, "7e-" + e400, false},
		{"1e" + e400, "1e-" + e400, true},
		{"1e-" + e400, "1e" + e400, false},
		{"123456789012345678901234567890", "1234567890123456789", false},
		{"12345678901234567890123456789012345678901234567890", "90", true},
		{"2e25", "18014398509481984e9", false},
		{"1e25", "9765625", true},
		{"0.000000000000000001", "99999999999999999", false},
		{"0.000000000000000002", "0.000000000000000001", true},
		{"-99999999999999999", "0.000000000000000001", true},
		{"-999999999999999999", "0.000000000000000002", true},
		{"0.000000000000000003", "0.000000000000000002", false},
		// Q of more than 18 digits
		{"340282366920938463463374607431768211456", "18446744073709551616", true},
		{"340282366920938463463374607431768211457", "18446744073709551616", false},
		{"1e64", "18446744073709551616", true},
		{"1e63", "18446744073709551616", false},
		{"1e" + e400, "18446744073709551616", true},
		{"1e" + e400, "18446744073709551617", false},
		{"18446744073709551617e" + e400, "18446744073709551617", true},
		{"0.3333333333333333333333", "0.1111111111111111111111", true},
		{"1", "0", false},
		{"0", "0", false},
		{"1.5", "0.0", false},
	} {
		assert.Equal(t, c.want, dec(c.d).MultipleOf(dec(c.e)), "%.60s of %.60s", c.d, c.e)
	}
}

func TestDecimalFloat64(t *testing.T) {
	long := strings.Repeat("0", 20000)
	for _, c := range []struct {
		text string
		want float64
		fits bool
	}{
		{"0", 0, true},
		{"1.5", 1.5, true},
		{"1e308", 1e308, true},
		{"1e309", math.Inf(1), false},
		{"-1e309", math.Inf(-1), false},
		{"1e" + e400, math.Inf(1), false},
		{"-1e-" + e400, 0, true},
		{"5e-324", 5e-324, true},
		{"1e-400", 0, true},
		{"0." + long + "1e20001", 1, true},
		{"-1" + long + "e-20000", -1, true},
		{"1" + long, math.Inf(1), false},
		{"0." + long, 0, true},
		{"9007199254740993", 9007199254740992, true},
		{"9007199254740993." + long + "1", 9007199254740994, true}, // above the tie, by a digit far behind
		{"9007199254740993." + long, 9007199254740992, true},
	} {
		got, fits := dec(c.text).Float64()
		assert.Equal(t, c.want, got, "%.60s", c.text)
		assert.Equal(t, c.fits, fits, "%.60s", c.text)
	}
	zero, _ := dec("-0").Float64()
	assert.True(t, math.Signbit(zero))
	zero, _ = dec("-0." + long).Float64()
	assert.True(t, math.Signbit(zero))
}

// Text that is no number has no meaning, but must not panic or hang.
func TestDecimalOfAnything(t *testing.T) {
	for _, text := range []string{"", "-", ".", "e", "-.e", "1e", "1e+", "e5", "1.", ".5", "x", "1x", "é", "--1", "1e1e1", "1.2.3", "1e5.5", strings.Repeat(":", 30)} {
		for _, other := range []string{"", "1", "0.5", "1e400", text} {
			assert.NotPanics(t, func() {
				d, e := dec(text), dec(other)
				d.Compare(e)
				e.Compare(d)
				d.MultipleOf(e)
				e.MultipleOf(d)
				d.IsInteger()
				d.Int64()
				d.Float64()
			}, "%q, %q", text, other)
		}
	}
}

func TestDecimalOfAMillionDigits(t *testing.T) {
	long := strings.Repeat("1234567890", 100_000)
	assert.Equal(t, 1, dec(long+".1").Compare(dec(long)))
	assert.Equal(t, 0, dec("1e"+long+"1").Compare(dec("0.1e"+long+"2")))
	assert.True(t, dec(long).MultipleOf(dec("0.5")))
	assert.False(t, dec(long).MultipleOf(dec("123456789012345678901")))
	_, fits := dec(long).Float64()
	assert.False(t, fits)
}

var (
	numberSyntax = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	exponent     = regexp.MustCompile(`[eE]([+-]?[0-9]+)$`)
)

// rat returns the value of a number, unless it is no number or too large to check.
func rat(text string) *big.Rat {
	if !numberSyntax.MatchString(text) || len(text) > 300 {
		return nil
	}
	if m := exponent.FindStringSubmatch(text); m != nil {
		if exp, err := strconv.Atoi(m[1]); err != nil || exp < -400 || exp > 400 {
			return nil
		}
	}
	r, _ := new(big.Rat).SetString(text)
	return r
}

func FuzzDecimal(f *testing.F) {
	for _, row := range ascending {
		for _, text := range row {
			f.Add(text, row[0])
			f.Add("15e-1", text)
		}
	}
	f.Add("123456789012345678901234567890123456789", "1.7e19")
	f.Add("1180591620717411303424", "0.1152921504606846976e-5")
	f.Fuzz(func(t *testing.T, first, second string) {
		d, e := dec(first), dec(second)
		a, b := rat(first), rat(second)
		if a == nil || b == nil {
			d.Compare(e) // for whatever text: no panic
			d.MultipleOf(e)
			return
		}
		require.Equal(t, a.Cmp(b), d.Compare(e))
		require.Equal(t, b.Cmp(a), e.Compare(d))
		require.Equal(t, a.IsInt(), d.IsInteger())
		require.Equal(t, !strings.ContainsAny(first, ".eE"), d.IsLexicalInteger())
		if a.Cmp(b) == 0 {
			require.Equal(t, parse(t, first).Hash(0), parse(t, second).Hash(0))
		}
		if b.Sign() != 0 {
			require.Equal(t, new(big.Rat).Quo(a, b).IsInt(), d.MultipleOf(e))
		}
		value, fits := d.Int64()
		require.Equal(t, a.IsInt() && a.Num().IsInt64(), fits)
		if fits {
			require.Equal(t, a.Num().Int64(), value)
		}
		want, _ := a.Float64()
		got, inRange := d.Float64()
		require.Equal(t, !math.IsInf(want, 0), inRange)
		require.Equal(t, math.Abs(want), math.Abs(got))
		require.Equal(t, strings.HasPrefix(first, "-"), math.Signbit(got))
	})
}
