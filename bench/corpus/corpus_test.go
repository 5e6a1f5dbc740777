package corpus_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/generated/telemetry"
)

const size = 1 << 20

// configs are the corpora that are measured.
func configs() map[string]corpus.Config {
	compact, shuffled, invalid := corpus.Usual(size), corpus.Usual(size), corpus.Usual(size)
	compact.Compact = true
	shuffled.Shuffle = 1
	invalid.Invalid = 0.01
	return map[string]corpus.Config{"usual": corpus.Usual(size), "compact": compact, "shuffled": shuffled, "invalid": invalid}
}

// TestBytes fails when a corpus changes: figures that were measured before cannot be compared with those measured behind that.
func TestBytes(t *testing.T) {
	want := map[string]string{"usual": "1b408d544f8d7c48", "compact": "edb03f83a17999c4", "shuffled": "b4510b22204dd985", "invalid": "323d859ad7ccd794"}
	for name, config := range configs() {
		c := corpus.New(config)
		sum := sha256.New()
		sum.Write(c.Events)
		sum.Write(c.Metrics)
		assert.Equal(t, want[name], hex.EncodeToString(sum.Sum(nil))[:16], name)
		assert.GreaterOrEqual(t, len(c.Events), size, name)
	}
}

// TestVerdicts asks the generated validators about every line: exactly those are invalid that are said to be.
func TestVerdicts(t *testing.T) {
	for name, config := range configs() {
		t.Run(name, func(t *testing.T) {
			c := corpus.New(config)
			kinds := map[int]string{}
			for _, b := range c.Broken {
				kinds[b.Line] = b.Kind
			}
			var names telemetry.EventCounts
			i := 0
			for line := range bytes.Lines(c.Events) {
				text := bytes.TrimSuffix(line, []byte{'\n'})
				kind, broken := kinds[i]
				if !assert.Equal(t, !broken, telemetry.ValidEvent(text), "line %d, %s: %s", i, kind, line) {
					return
				}
				if e, err := telemetry.DecodeEvent(text); err == nil {
					names.Add(e.Event())
				}
				i++
			}
			for line := range bytes.Lines(c.Metrics) {
				require.True(t, telemetry.ValidMetric(bytes.TrimSuffix(line, []byte{'\n'})), "%s", line)
			}
			for _, name := range telemetry.EventNames() {
				assert.Positive(t, names.Of(name), name)
			}
		})
	}
}

// TestKinds has every way to break a line, and those that leave JSON behind do.
func TestKinds(t *testing.T) {
	config := corpus.Usual(size)
	config.Invalid = 0.2
	c := corpus.New(config)
	lines := bytes.Split(c.Events, []byte{'\n'})
	seen := map[string]int{}
	for _, b := range c.Broken {
		seen[b.Kind]++
	}
	for _, kind := range corpus.Kinds() {
		assert.Positive(t, seen[kind.Name], kind.Name)
		for _, b := range c.Broken {
			// encoding/json takes invalid UTF-8 for U+FFFD.
			if b.Kind == kind.Name && kind.Name != "invalid UTF-8" {
				assert.Equal(t, !kind.JSON, json.Valid(lines[b.Line]), "%s: %s", kind.Name, lines[b.Line])
			}
		}
	}
}

// TestInvalidKeepsTheRest: but for the broken lines, a corpus with some is the usual one.
func TestInvalidKeepsTheRest(t *testing.T) {
	usual, invalid := corpus.New(configs()["usual"]), corpus.New(configs()["invalid"])
	assert.Equal(t, usual.Metrics[:size/20], invalid.Metrics[:size/20])
	a, b := bytes.Split(usual.Events, []byte{'\n'}), bytes.Split(invalid.Events, []byte{'\n'})
	broken := map[int]bool{}
	for _, line := range invalid.Broken {
		broken[line.Line] = true
	}
	for i := range min(len(a), len(b)) - 1 {
		require.Equal(t, broken[i], !bytes.Equal(a[i], b[i]), "line %d: %s", i, b[i])
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		b.SetBytes(int64(len(corpus.New(corpus.Usual(size)).Events)))
	}
}
