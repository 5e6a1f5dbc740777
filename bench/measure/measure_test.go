package measure_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/bench/measure"
)

var text = measure.Keep([]byte(strings.Repeat(`{"a": [1, 2, 3], "b": "some text"}`+"\n", 4000)))

func TestQuantile(t *testing.T) {
	s := measure.Series{5, 1, 4, 2, 3}
	assert.Equal(t, 1.0, s.Quantile(0))
	assert.Equal(t, 3.0, s.Median())
	assert.Equal(t, 5.0, s.Quantile(1))
	assert.Equal(t, measure.Series{5, 1, 4, 2, 3}, s, "the order of rounds must stay")
	assert.Zero(t, measure.Series(nil).Median())
	assert.Equal(t, measure.Series{2, 0.5}, measure.Series{4, 1, 9}.Over(measure.Series{2, 2}))
}

func TestPrefix(t *testing.T) {
	lines := []byte("ab\ncd\nef\n")
	assert.Equal(t, "ab\ncd\n", string(measure.Prefix(lines, 8)))
	assert.Equal(t, "ab\n", string(measure.Prefix(lines, 1)), "never nothing")
	assert.Equal(t, "ab\ncd\nef\n", string(measure.Prefix(lines, 100)))
	halves := measure.Halves(text)
	assert.Equal(t, text, bytes.Join(halves[:], nil))
	assert.InDelta(t, len(halves[0]), len(halves[1]), 100)
}

func TestPerLine(t *testing.T) {
	var seen []string
	lines, refused := measure.PerLine(func(line []byte) bool { seen = append(seen, string(line)); return len(line) > 0 })([]byte("a\n\nb\n"))
	assert.Equal(t, []string{"a", "", "b"}, seen)
	assert.Equal(t, []int{3, 1}, []int{lines, refused})
}

// TestRun holds what can be said of figures whatever the machine does: the calibrator compared with itself is 1, more or less, and allocations are exact.
func TestRun(t *testing.T) {
	calibrator := func() measure.Work { return measure.PerLine(json.Valid) }
	var kept *[64]byte
	results := measure.Run([]measure.Contender{
		{Name: "calibrator", Text: text, New: calibrator},
		{Name: "allocates", Text: text, New: func() measure.Work {
			return measure.PerLine(func([]byte) bool { kept = new([64]byte); return kept != nil })
		}},
	}, text, measure.Options{Rounds: 15, Slice: 2 * time.Millisecond})
	require.Len(t, results, 2)
	for _, r := range results {
		assert.Len(t, r.Cal, 15)
		assert.Positive(t, r.Speed.Median())
		assert.Positive(t, r.Bytes)
	}
	assert.InDelta(t, 1, results[0].Cal.Median(), 0.5)
	assert.Zero(t, int(results[0].Allocs.Median()))
	assert.InDelta(t, 1, results[1].Allocs.Median(), 0.01)
}

func TestScaling(t *testing.T) {
	ratios := measure.Scaling(measure.Contender{Text: text, New: func() measure.Work { return measure.PerLine(json.Valid) }},
		measure.Options{Rounds: 3, Slice: time.Millisecond})
	assert.LessOrEqual(t, len(ratios), 3)
	for _, r := range ratios {
		assert.Positive(t, r)
	}
}

func TestOnce(t *testing.T) {
	n := 0
	took, err := measure.Once(3, func() error { n++; return nil })
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.GreaterOrEqual(t, took, time.Duration(0))
	_, err = measure.Once(3, func() error { return assert.AnError })
	assert.ErrorIs(t, err, assert.AnError)
}
