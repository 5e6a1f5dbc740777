package value

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

func reader(t *testing.T, text string) *Reader {
	var parsed tape.Tape
	require.NoError(t, parsed.Parse([]byte(text), tape.Options{}))
	r := NewReader(&parsed)
	return &r
}

// member returns a reader that stands at the value of the one member of an object.
func member(t *testing.T, value string) *Reader {
	r := reader(t, `{"m":`+value+`}`)
	require.True(t, r.Next())
	require.Equal(t, "m", r.Name())
	return r
}

func TestReader(t *testing.T) {
	r := reader(t, ` {"s":"\u00e9\n","plain":"x","i":-3,"f":2.5,"b":true,"raw":[1, 2],"o":{"x":1},"more":null} `)
	var names []string
	var extra Members
	for r.Next() {
		names = append(names, r.Name())
		switch r.Name() {
		case "s":
			assert.Equal(t, "é\n", r.String())
		case "plain":
			assert.Equal(t, Timestamp("x"), ReadString[Timestamp](r))
		case "i":
			assert.EqualValues(t, -3, r.Int64())
		case "f":
			assert.Equal(t, 2.5, r.Float64())
		case "b":
			assert.True(t, r.Bool())
		case "raw":
			assert.Equal(t, Raw("[1, 2]"), r.Raw())
		case "o":
			sub := r.Object()
			require.True(t, sub.Next())
			assert.Equal(t, "x", sub.Name())
			assert.False(t, sub.Next())
		default:
			extra = r.Extra(extra)
		}
	}
	assert.Equal(t, []string{"s", "plain", "i", "f", "b", "raw", "o", "more"}, names)
	assert.Equal(t, Members{{"more", "null"}}, extra)
	assert.NoError(t, r.Err())
	assert.False(t, r.Next())
	assert.Equal(t, byte('{'), r.Source()[0], "white space around a text is not part of it")
}

func TestReadContainers(t *testing.T) {
	nested := func(r *Reader) []int64 { return ReadArray(r, (*Reader).Int64) }
	assert.Equal(t, [][]int64{{}, {1, 2}}, ReadArray(member(t, `[[],[1,2]]`), nested))
	assert.Equal(t, map[string]bool{"a": true, "é": false}, ReadMap(member(t, `{"a":true,"\u00e9":false}`), (*Reader).Bool))
	assert.Equal(t, NullOf("x"), ReadNull(member(t, `"x"`), (*Reader).String))
	assert.Equal(t, Null[string]{}, ReadNull(member(t, `null`), (*Reader).String))
	objects := func(r *Reader) string {
		sub := r.Object()
		sub.Next()
		return sub.String()
	}
	assert.Equal(t, []string{"a", "b"}, ReadArray(member(t, `[{"x":"a"},{"x":"b"}]`), objects))
}

// TestReaderMisfits: a value that does not fit reads as zero, and the first such is kept, also from within.
func TestReaderMisfits(t *testing.T) {
	for text, want := range map[string]string{
		`9223372036854775808`: "/m: 9223372036854775808 does not fit int64",
		`1.5`:                 "/m: 1.5 does not fit int64",
		`"1"`:                 "/m: want number, got string",
	} {
		r := member(t, text)
		assert.Zero(t, r.Int64())
		assert.EqualError(t, r.Err(), want)
	}
	r := member(t, `1e400`)
	assert.Zero(t, r.Float64())
	assert.EqualError(t, r.Err(), "/m: 1e400 does not fit float64")

	r = member(t, `["a",1,true]`)
	assert.Equal(t, []string{"a", "", ""}, ReadArray(r, (*Reader).String))
	assert.EqualError(t, r.Err(), "/m/1: want string, got number")

	r = member(t, `{"x":[1]}`)
	assert.Equal(t, map[string]map[string]int64{"x": nil}, ReadMap(r, func(r *Reader) map[string]int64 { return ReadMap(r, (*Reader).Int64) }))
	assert.EqualError(t, r.Err(), "/m/x: want object, got array")

	r = reader(t, `[1]`)
	assert.False(t, r.Next())
	assert.EqualError(t, r.Err(), ": want object, got array")
}

func TestAppend(t *testing.T) {
	for _, s := range []string{"", "plain", "q\"\\/", "\b\f\n\r\t\x00\x1f\x7f", "é日本😀", "<&>\u2028"} {
		var back string
		require.NoError(t, json.Unmarshal(AppendString(nil, s), &back))
		assert.Equal(t, s, back)
	}
	assert.Equal(t, `"\u0000\b<"`, string(AppendString(nil, Timestamp("\x00\b<"))))

	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1.5, 20, 1e20, 1e21, 123456789012345680000, 1e-6, 9.99e-7, 5e-324, math.MaxFloat64, 1.0 / 3} {
		var back float64
		text := AppendFloat(nil, f)
		require.NoError(t, json.Unmarshal(text, &back), "%s", text)
		assert.Equal(t, f, back)
		assert.LessOrEqual(t, len(text), 25)
	}
	assert.Equal(t, "NaN", string(AppendFloat(nil, math.NaN())))
	assert.Equal(t, "-Infinity", string(AppendFloat(nil, math.Inf(-1))))

	assert.Equal(t, "x[1, 2]", string(AppendRaw([]byte("x"), "[1, 2]")))
	assert.Equal(t, `x[1,"a b"]`, string(AppendRaw([]byte("x"), "[1,\r\n \"a b\"]")))
	assert.Equal(t, "x[1,\n is not one JSON value", string(AppendRaw([]byte("x"), "[1,\n")), "what is no JSON is left for the validator")
	assert.Equal(t, `{"a":1,"b\n":null`, string(AppendMembers([]byte("{"), Members{{"a", "1"}, {"b\n", "null"}})))
	assert.Equal(t, `[]`, string(AppendArray(nil, nil, AppendInt)))
	assert.Equal(t, `[1,-2]`, string(AppendArray(nil, []int64{1, -2}, AppendInt)))
	assert.Equal(t, `{}`, string(AppendMap(nil, nil, AppendBool)))
	assert.Equal(t, `{"a":true,"b":false}`, string(AppendMap(nil, map[string]bool{"b": false, "a": true}, AppendBool)))
	assert.Equal(t, `null 1`, string(AppendNull(append(AppendNull(nil, Null[int64]{}, AppendInt), ' '), NullOf[int64](1), AppendInt)))
}

// TestAppendStringAnywhere: what is escaped is found wherever it stands, and nothing else is.
func TestAppendStringAnywhere(t *testing.T) {
	for size := range 40 {
		for at := range size {
			for c := range 256 {
				s := []byte(strings.Repeat("~", size))
				s[at] = byte(c)
				want := `"` + string(s[:at]) + "\x00" + string(s[at+1:]) + `"`
				var escape string
				if c < 0x20 || c == '"' || c == '\\' {
					text, err := json.Marshal(string(rune(c)))
					require.NoError(t, err)
					escape = string(text[1 : len(text)-1])
				} else {
					escape = string([]byte{byte(c)})
				}
				require.Equal(t, strings.Replace(want, "\x00", escape, 1), string(AppendString(nil, string(s))))
			}
		}
	}
}

// TestAppendFloatWhole: whole numbers are written as package strconv writes them.
func TestAppendFloatWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 100_000 {
		f := float64(random.Int64()>>random.IntN(63)) * float64(1-2*random.IntN(2))
		want := strconv.FormatFloat(f, 'f', -1, 64)
		require.Equal(t, want, string(AppendFloat(nil, f)))
	}
}

// TestCloneSharesNothing: what is written into the memory of the original does not show in the clone.
func TestCloneSharesNothing(t *testing.T) {
	m := Members{{"a", "1"}}
	arrays := [][]string{{"x"}}
	maps := map[string][]string{"k": {"v"}}
	opt := Some([]string{"o"})
	null := NullOf([]string{"n"})
	inner := func(s []string) []string { return CloneArray(s, CloneString[string]) }

	mc, ac, pc, oc, nc := m.Clone(), CloneArray(arrays, inner), CloneMap(maps, inner), CloneOpt(opt, inner), CloneNull(null, inner)
	m[0].Name, arrays[0][0], maps["k"][0], opt.Value[0], null.Value[0] = "-", "-", "-", "-", "-"
	assert.Equal(t, Members{{"a", "1"}}, mc)
	assert.Equal(t, [][]string{{"x"}}, ac)
	assert.Equal(t, map[string][]string{"k": {"v"}}, pc)
	assert.Equal(t, Some([]string{"o"}), oc)
	assert.Equal(t, NullOf([]string{"n"}), nc)
	assert.Nil(t, Members(nil).Clone())
	assert.Nil(t, CloneMap[int](nil, nil))
	assert.Equal(t, Opt[int]{}, CloneOpt(Opt[int]{}, nil))
}
