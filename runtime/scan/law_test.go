package scan_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
)

// TestLawOnStreams holds the law over streams of events and metrics in all styles, with keys in any order, and with mistakes of many kinds: lines are changed, and
// read with one machine in one block, so that what the machine remembers of one line meets the next.
func TestLawOnStreams(t *testing.T) {
	events, metrics := plans(t)
	random := rand.New(rand.NewPCG(11, 12))
	for _, c := range []struct {
		name     string
		compact  bool
		shuffled float64
	}{{"python", false, 0.02}, {"compact", true, 0.02}, {"shuffled", false, 1}, {"shuffled compact", true, 1}} {
		t.Run(c.name, func(t *testing.T) {
			corpus := newCorpus(300_000, c.compact, c.shuffled, 0.1)
			for schema, text := range map[*dynamic.Schema]string{events: corpus.events.String(), metrics: corpus.metrics.String()} {
				sure, valid, lines := stream(t, schema, []byte(text))
				assert.Equal(t, lines, sure, "the scanner must be sure of every line")
				assert.Equal(t, lines, valid)
				var changed []byte
				for range 4 {
					for line := range bytes.Lines([]byte(text)) {
						changed = append(append(changed, change(random, line[:len(line)-1])...), '\n')
					}
				}
				sure, valid, lines = stream(t, schema, changed)
				t.Logf("changed: sure of %d of %d valid lines, %d in all", sure, valid, lines)
				assert.Greater(t, float64(sure), 0.9*float64(valid), "the scanner is sure of less than it was")
				assert.Less(t, 4*valid, 3*lines, "changes must break lines, or the test tests nothing")
			}
		})
	}
}

// stream reads lines as a block and alone, and checks that all the scanner is sure of is valid.
func stream(t *testing.T, s *dynamic.Schema, text []byte) (sure, valid, lines int) {
	t.Helper()
	block, inBlock, alone := scan.Pad(nil, text), scan.New(s.Plan()), scan.New(s.Plan())
	inBlock.Block(block, len(block)-scan.Padding)
	for at := 0; at < len(text); lines++ {
		end, ok := inBlock.Next(at)
		line := text[at:end]
		require.Equal(t, bytes.IndexByte(text[at:], '\n'), len(line))
		good := s.Program.ValidText(line)
		require.False(t, ok && !good, "the scanner is sure of a line that is not valid: %s", line)
		require.Equal(t, ok, alone.Valid(line), "a line in a block and alone: %s", line)
		if ok {
			sure++
		}
		if good {
			valid++
		}
		at = end + 1
	}
	return sure, valid, lines
}

// change breaks a line, or nearly does.
func change(random *rand.Rand, line []byte) []byte {
	swap := [][2]string{
		{`"ts"`, `"time"`}, {`"ts"`, `"t\u0073"`}, {"T", " "}, {"T", "t"}, {"+00:00", "Z"}, {"+00:00", "+24:00"}, {"+00:00", "-23:59"}, {"-11-", "-13-"}, {"-11-", "-02-"}, {":0", ":6"},
		{`run_1`, `run-1`}, {`run_1`, `run_`}, {`"event"`, `"event": "nope", "event_old"`}, {`"event"`, `"event": "run_end", "event"`}, {`event`, "ev\x01ent"},
		{`"step_id"`, `"stepid"`}, {`"step_id": "`, `"step_id": 5, "_x": "`}, {`"duration_ms": `, `"duration_ms": -`}, {`"size_bytes": `, `"size_bytes": 0`}, {`"value": `, `"value": 1e`},
		{`"value": `, `"value":  `}, {`"sha256": "`, `"sha256": "g`}, {`a`, "\xc3"}, {`a`, `é`}, {`e`, `\x`}, {`e`, `\u12`}, {`e`, `\ud800`}, {`,`, ` , `}, {`:`, ` : `}, {`,`, `,,`}, {`, "`, `"`},
		{`"`, ``}, {`}`, ``}, {`}`, `}}`}, {`}`, `} `}, {`}`, "}\r"}, {`]`, `,]`}, {`[`, `[1,`}, {`[`, `["a",`}, {`{`, `{"x":1,"x":2,`}, {`{`, `{"x":1,"y":{"a":[]},`}, {`true`, `tru`}, {`true`, `null`},
		{`"ok"`, `"ok":true,"ok"`}, {`"success"`, `"maybe"`}, {`"rows"`, `"ms"`}, {`step`, `st` + "\x80" + `ep`}, {`"tags": {`, `"tags": {"a":"b","a":"c",`}, {`"tags": {`, `"tags": {"a":1,`},
		{`"exit_code": 0`, `"exit_code": 1e3`}, {`"exit_code": 0`, `"exit_code": 0.5`}, {`"exit_code": 0`, `"exit_code": 0.0`}, {`"duration": `, `"duration": "`}, {`{`, ` {`}, {`{`, `[`},
	}
	for range 1 + random.IntN(2) {
		s := swap[random.IntN(len(swap))]
		if n := bytes.Count(line, []byte(s[0])); n > 0 {
			skip := random.IntN(n)
			at := 0
			for ; skip >= 0; skip-- {
				at += bytes.Index(line[at:], []byte(s[0])) + 1
			}
			line = bytes.Join([][]byte{line[:at-1], line[at-1+len(s[0]):]}, []byte(s[1]))
		}
	}
	switch random.IntN(12) {
	case 0:
		return line[:random.IntN(len(line)+1)]
	case 1:
		return append(bytes.Clone(line), " x"...)
	}
	return line
}
