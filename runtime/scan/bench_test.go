package scan_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
)

// plans returns the plans of the shipped schemas, as dynamic.Compile makes them.
func plans(t testing.TB) (events, metrics *dynamic.Schema) {
	t.Helper()
	schemas, err := dynamic.Compile(os.DirFS("../../schemas"), dynamic.Options{AssertFormat: true}, "events.schema.json", "metrics.schema.json")
	require.NoError(t, err)
	return schemas[0], schemas[1]
}

// compile returns the plan of a schema.
func compile(t testing.TB, schema string) *scan.Plan {
	t.Helper()
	schemas, err := dynamic.Compile(fstest.MapFS{"schema.json": {Data: []byte(schema)}}, dynamic.Options{}, "schema.json")
	require.NoError(t, err)
	return schemas[0].Plan()
}

// BenchmarkScan reports how many times faster than encoding/json.Valid the scanner is ("x_cal"): the median over slices of a few milliseconds, each between
// two slices of json.Valid over a block that stays in the cache.
func BenchmarkScan(b *testing.B) {
	const size = 16 << 20
	events, metrics := plans(b)
	corpora := map[string]*corpus{"python": newCorpus(size, false, 0.02, 0.04)}
	of := func(name string) *corpus {
		if corpora[name] == nil {
			corpora[name] = newCorpus(size, name == "compact", map[string]float64{"shuffled": 1}[name], 0.04)
		}
		return corpora[name]
	}
	for _, c := range []struct {
		name   string
		schema *dynamic.Schema
		text   string
		way    string
	}{
		{"events", events, of("python").events.String(), "block"},
		{"events-line", events, of("python").events.String(), "line"},
		{"events-decode", events, of("python").events.String(), "decode"},
		{"events-compact", events, of("compact").events.String(), "block"},
		{"events-shuffled", events, of("shuffled").events.String(), "block"},
		{"metrics", metrics, of("python").metrics.String(), "block"},
		{"metrics-decode", metrics, of("python").metrics.String(), "decode"},
	} {
		b.Run(c.name, func(b *testing.B) {
			block := scan.Pad(nil, []byte(c.text))
			lines := bytes.Count(block[:len(block)-scan.Padding], []byte("\n"))
			m := scan.New(c.schema.Plan())
			if c.way == "decode" {
				newValues(c.schema.Plan()).aim(m, true)
			}
			pass := func(block []byte) (yes int) {
				m.Block(block, len(block)-scan.Padding)
				for at := 0; at < len(block)-scan.Padding; {
					var end int
					var ok bool
					if c.way == "line" {
						end = at + bytes.IndexByte(block[at:], '\n')
						ok = m.Valid(block[at:end])
					} else {
						end, ok = m.Next(at)
					}
					if ok {
						yes++
					}
					at = end + 1
				}
				return yes
			}
			require.Equal(b, lines, pass(block), "the scanner must be sure of every line")
			slice := prefix(block, 256<<10)
			calibrator := block[:bytes.LastIndexByte(block[:128<<10], '\n')+1]
			var ratios []float64
			var best, fastest float64
			b.SetBytes(int64(len(block) - scan.Padding))
			b.ResetTimer()
			for b.Loop() {
				for at := 0; at < len(block)-scan.Padding; {
					piece := slice(at)
					before := speed(calibrator, calibrate)
					took := speed(piece, func(p []byte) { pass(p) })
					after := speed(calibrator, calibrate)
					ratios = append(ratios, took/((before+after)/2))
					best, fastest = max(best, took), max(fastest, before, after)
					at += len(piece) - scan.Padding
				}
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x_cal")
			b.ReportMetric(best/fastest, "x_best")
		})
	}
}

// prefix returns a function that cuts pieces of whole lines out of a block, each with bytes behind it that serve as padding.
func prefix(block []byte, size int) func(at int) []byte {
	pieces := map[int][]byte{}
	return func(at int) []byte {
		if pieces[at] == nil {
			end := min(at+size, len(block)-scan.Padding)
			end = at + bytes.LastIndexByte(block[at:end], '\n') + 1
			pieces[at] = scan.Pad(nil, block[at:end])
		}
		return pieces[at]
	}
}

func speed(text []byte, pass func([]byte)) float64 {
	start := time.Now()
	pass(text)
	return float64(len(text)) / time.Since(start).Seconds()
}

func calibrate(text []byte) {
	for line := range bytes.Lines(text) {
		json.Valid(line)
	}
}
