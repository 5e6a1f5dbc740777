package main_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/stream"
)

// The scanner stores values while it reads a line, in structs that the next line overwrites; [telemetry.DecodeEvent] stores them when a line has been read; and of a
// line that the scanner is not sure of they are read from a tape. All of these must give the same.

// ways are the ways of reading a stream of one record type. Every way makes text of what it reads, one for each line.
type ways struct {
	name    string // the property that names records
	scanned func(stream.Option, []byte) []string
	decoded func([]byte) string
}

func eventWays() ways {
	return ways{
		name: "event",
		scanned: func(o stream.Option, text []byte) (all []string) {
			s := telemetry.NewEventScanner(stream.InPlace(text), o)
			for s.Scan() {
				all = append(all, shown(s.Event(), s.Invalid() == nil))
			}
			return all
		},
		decoded: func(line []byte) string {
			e, err := telemetry.DecodeEvent(line)
			return shown(e, err == nil)
		},
	}
}

func metricWays() ways {
	return ways{
		name: "metric",
		scanned: func(o stream.Option, text []byte) (all []string) {
			s := telemetry.NewMetricScanner(stream.InPlace(text), o)
			for s.Scan() {
				all = append(all, shown(s.Metric(), s.Invalid() == nil))
			}
			return all
		},
		decoded: func(line []byte) string {
			m, err := telemetry.DecodeMetric(line)
			return shown(m, err == nil)
		},
	}
}

// shown shows a record as JSON: all that it holds is in there.
func shown(v any, valid bool) string {
	if !valid {
		return "invalid"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// tapeOnly returns the line with an escape in a name, which leaves the verdict and the values as they are, and which the scanner is never sure of.
func tapeOnly(line []byte) []byte {
	return bytes.Replace(line, []byte(`"ts"`), []byte(`"\u0074s"`), 1)
}

func (w ways) compare(t testing.TB, lines [][]byte) {
	t.Helper()
	text := bytes.Join(lines, []byte("\n"))
	text = append(text, '\n')
	kept, reused := w.scanned(stream.MaxLine(0), text), w.scanned(stream.Reuse(), text)
	require.Equal(t, kept, reused)
	i := 0
	for _, line := range lines {
		if len(bytes.Trim(line, " \t\r")) == 0 {
			continue
		}
		if n := len(line); line[n-1] == '\r' { // a line end
			line = line[:n-1]
		}
		require.Less(t, i, len(kept))
		if want := w.decoded(line); want != kept[i] {
			require.Equal(t, want, kept[i], "of the scanner: %s", line)
		}
		if bytes.Count(line, []byte(`"ts"`)) == 1 {
			if want := w.decoded(tapeOnly(line)); want != kept[i] && !bytes.Contains(line, []byte(`\u0074s`)) {
				require.Equal(t, want, kept[i], "of a tape: %s", line)
			}
		}
		i++
	}
	require.Len(t, kept, i)
}

// shuffle returns a line with its members in another order.
func shuffle(r *rand.Rand, line []byte) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(line, &members) != nil {
		return line
	}
	var all []string
	for name, value := range members {
		quoted, _ := json.Marshal(name)
		all = append(all, string(quoted)+[]string{":", ": "}[r.IntN(2)]+string(value))
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return []byte("{" + strings.Join(all, []string{",", ", "}[r.IntN(2)]) + "}")
}

func TestDecodingInEveryWay(t *testing.T) {
	for file, w := range map[string]ways{"events.jsonl": eventWays(), "metrics.jsonl": metricWays()} {
		r := rand.New(rand.NewPCG(7, 7))
		var lines [][]byte
		for _, line := range bytes.Split(mutants(t, file), []byte("\n")) {
			if len(line) > 10_000 {
				continue
			}
			lines = append(lines, line)
			switch r.IntN(8) {
			case 0, 1, 2, 3:
				lines = append(lines, shuffle(r, line), line)
			case 4:
				lines = append(lines, append([]byte(" "), line...), line)
			case 5: // as a crash of a machine may leave it
				torn := bytes.Clone(line)
				clear(torn[r.IntN(len(torn)+1):])
				lines = append(lines, torn, line)
			case 6:
				torn := bytes.Clone(line)
				at := r.IntN(len(torn) + 1)
				clear(torn[at:min(at+8+r.IntN(24), len(torn))])
				lines = append(lines, torn, line)
			}
		}
		w.compare(t, lines)
		r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		w.compare(t, lines)
	}
}

// FuzzDecoding changes a line that stands between two good ones.
func FuzzDecoding(f *testing.F) {
	events, metrics := eventWays(), metricWays()
	var good [2][][]byte
	for i, file := range []string{"events.jsonl", "metrics.jsonl"} {
		text, err := os.ReadFile(filepath.Join("testdata", "runs", "local-10-step", file))
		require.NoError(f, err)
		for _, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n"))[:min(40, bytes.Count(text, []byte("\n")))] {
			good[i] = append(good[i], line)
			f.Add(string(line), i == 0)
		}
	}
	f.Fuzz(func(t *testing.T, line string, event bool) {
		w, around := metrics, good[1]
		if event {
			w, around = events, good[0]
		}
		var lines [][]byte
		for i, l := range strings.Split(line, "\n") {
			lines = append(lines, []byte(l), around[i%len(around)], []byte(l))
		}
		w.compare(t, lines)
	})
}
