package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The parts of a file begin at line ends, whatever is in it.
func TestCut(t *testing.T) {
	seeded := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		text := make([]byte, seeded.IntN(200_000))
		for i := range text {
			text[i] = 'x'
		}
		for range seeded.IntN(20) {
			if len(text) > 0 {
				text[seeded.IntN(len(text))] = '\n'
			}
		}
		part := int64(1 + seeded.IntN(100_000))
		begins, err := cut(bytes.NewReader(text), int64(len(text)), part)
		require.NoError(t, err)
		require.Zero(t, begins[0])
		for i, at := range begins[1:] {
			require.Equal(t, byte('\n'), text[at-1])
			require.GreaterOrEqual(t, at-begins[i], part)
			require.Less(t, at, int64(len(text)), "no part is empty")
			require.NotContains(t, string(text[begins[i]+part:at-1]), "\n", "no part is longer than it must be")
		}
	}
	begins, err := cut(strings.NewReader("a\nb\n"), 100, 2)
	require.NoError(t, err, "the file has become shorter")
	assert.Equal(t, []int64{0, 4}, begins)
}

// What a long run says does not depend on how many parts of it are read at once, nor on whether it is read in parts: one that is compressed is not.
func TestPartsSayWhatTheWholeSays(t *testing.T) {
	seeded := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	odd := []string{
		"", " \t", "nonsense", `{"ts":"2026-01-01T00:00:00Z"`, `{"a":1}`, hostileEvent(1, "nope", ""), hostileEvent(0, "run_start", "") + "\r",
		strings.Replace(hostileEvent(2, "run_end", ""), "run_1", "run_2", 1), hostileEvent(0, "run_start", `,"x":"\udce9"`),
		`{"ts":5,"session":1,"event":"step_start"}`, hostileEvent(0, "step_start", `,"step_id":"`+strings.Repeat("x", 70_000)+`","driver":"d"`),
	}
	padding := strings.Repeat("x", 150)
	for i := 0; text.Len() < 2*partBytes+partBytes/2; i++ {
		name := []string{"step_start", "step_complete", "run_start"}[seeded.IntN(3)]
		line := hostileEvent(i/100%3600, name, fmt.Sprintf(`,"step_id":"s%d","driver":"d","rows_processed":1,"duration_ms":2,"y":"%s"`, seeded.IntN(i/3+1), padding))
		if seeded.IntN(100) == 0 {
			line = odd[seeded.IntN(len(odd))]
		}
		text.WriteString(line + "\n")
	}
	text.WriteString(`{"torn`)
	long, packed := longRuns(t, text.String())
	for _, args := range [][]string{
		{"validate"}, {"validate", "-format", "json", "-max", "0"}, {"validate", "-format", "junit", "-max", "7"},
		{"counts", "-format", "json"}, {"pairs", "-format", "json"}, {"coverage", "-format", "json"},
	} {
		saysTheSame(t, args, long, packed, "1", "3")
	}
}

// A part that has more to say than is kept waits for its turn.
func TestPartsWait(t *testing.T) {
	line := hostileEvent(0, "x", "") + "\n" // some 100 bytes, and two findings
	long, packed := longRuns(t, strings.Repeat(line, 5*partBytes/2/len(line)))
	require.Greater(t, 2*partBytes/len(line), maxKept)
	saysTheSame(t, []string{"validate", "-max", "0"}, long, packed, "3")
}

// longRuns makes run folders of the same events: in one they are compressed.
func longRuns(t *testing.T, events string) (long, packed string) {
	long, packed = hostileRun(t), hostileRun(t)
	require.NoError(t, os.WriteFile(filepath.Join(long, "events.jsonl"), []byte(events), 0o666))
	require.NoError(t, os.Remove(filepath.Join(packed, "events.jsonl")))
	file, err := os.Create(filepath.Join(packed, "events.jsonl.gz"))
	require.NoError(t, err)
	z, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
	require.NoError(t, err)
	_, err = io.WriteString(z, events)
	require.NoError(t, errors.Join(err, z.Close(), file.Close()))
	return long, packed
}

// saysTheSame holds what a command says of a run that is read in parts, so many at once, against what it says of the one that is not.
func saysTheSame(t *testing.T, args []string, long, packed string, jobs ...string) {
	code, want, stderr := runMain(append(args, packed)...)
	require.Greater(t, len(want), 1000)
	rename := strings.NewReplacer(packed, long, "events.jsonl.gz", "events.jsonl")
	for _, j := range jobs {
		gotCode, got, gotStderr := runMain(append(args, "-j", j, long)...)
		assert.Equal(t, code, gotCode, args)
		assert.True(t, rename.Replace(want) == got, "%s -j %s", args, j)
		assert.Equal(t, rename.Replace(stderr), gotStderr, args)
	}
}

// The first part that fails ends the reading, and what was read before it counts.
func TestPartsFail(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer file.Close()
	_, err = file.WriteString(strings.Repeat(strings.Repeat("x", 1023)+"\n", 8*partBytes/1024))
	require.NoError(t, err)
	o := &opened{}
	o.file, o.size = regular(file)
	broken := errors.New("broken")
	var done []int64
	begin := int64(0)
	err = o.inParts(t.Context(), 4, func(_ context.Context, r io.Reader, _ *turn) func() error {
		n, err := io.Copy(io.Discard, r)
		require.NoError(t, err)
		return func() error {
			begin += n
			if begin > 3*partBytes {
				return broken
			}
			done = append(done, n)
			return nil
		}
	})
	require.Equal(t, broken, err)
	assert.Len(t, done, 2)
}

func TestJobs(t *testing.T) {
	assert.Equal(t, 4, jobs(4).share(1))
	assert.Equal(t, 2, jobs(4).share(2))
	assert.Equal(t, 1, jobs(4).share(1000))
	assert.Equal(t, 4, jobs(4).share(0))
	for _, bad := range []string{"0", "-1", "x", ""} {
		code, _, stderr := runMain("counts", "-j", bad, ".")
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, "want a number >= 1")
	}
}
