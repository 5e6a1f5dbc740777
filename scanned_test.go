package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/schemas"
)

// The scanner changes how fast an answer comes, never which: every way of reading a stream gives the same with a plan as without.
func TestPlanChangesNothing(t *testing.T) {
	compiled, err := dynamic.Compile(schemas.FS, dynamic.Options{AssertFormat: true}, schemas.Names()...)
	require.NoError(t, err)
	for _, s := range compiled {
		plain := &stream.Record{Program: s.Program, Facts: s.Facts}
		swift := &stream.Record{Program: s.Program, Facts: s.Facts, Plan: s.Plan()}
		text := mutants(t, s.Facts.File)
		a, b := verdicts(t, plain, text), verdicts(t, swift, text)
		require.Equal(t, strings.Join(a, "\n"), strings.Join(b, "\n"), s.Name)

		x, y := summary(t, plain, text), summary(t, swift, text)
		require.JSONEq(t, x, y, s.Name)

		sure := 0
		for _, line := range bytes.Split(text, []byte("\n")) {
			l := swift.Get(line)
			if _, scanned := l.Scanned(); scanned {
				sure++
			}
			assert.Equal(t, plain.Valid(line), l.Kind == 0, "%s", line)
			l.Release()
		}
		assert.Greater(t, sure, 100, "the scanner reads what is usual")
	}
}

// verdicts returns what is said of every line, however the reader cuts the text.
func verdicts(t *testing.T, r *stream.Record, text []byte) (all []string) {
	t.Helper()
	for _, rd := range []io.Reader{&chunks{text, 0}, &chunks{text, 7}, &chunks{text, 4096}, stream.InPlace(text)} {
		s := r.NewScanner(rd, stream.MaxLine(100_000))
		for s.Scan() {
			line := s.Line()
			number, offset := s.Position()
			said := fmt.Sprintf("%d at %d: %s %s", number, offset, line.Kind, line.Name)
			if bad := s.Invalid(); bad != nil {
				said += ": " + bad.Error()
			}
			all = append(all, said)
			for _, w := range s.Warnings() {
				all = append(all, w.String())
			}
		}
		require.NoError(t, s.Err())
		for _, w := range s.Remarks() {
			all = append(all, w.String())
		}
	}
	return all
}

// chunks reads a text a few bytes at a time.
type chunks struct {
	text []byte
	size int // 0 is as many as there is room for
}

func (c *chunks) Read(p []byte) (int, error) {
	if c.size > 0 {
		p = p[:min(c.size, len(p))]
	}
	n := copy(p, c.text)
	if c.text = c.text[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func summary(t *testing.T, r *stream.Record, text []byte) string {
	t.Helper()
	s := r.NewSummary()
	require.NoError(t, s.Read(t.Context(), bytes.NewReader(text)))
	encoded, err := json.Marshal(s)
	require.NoError(t, err)
	return string(encoded)
}

// mutants returns the lines of the sample runs in testdata, good and bad, with mutations of each.
func mutants(t *testing.T, file string) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "runs", "*", file))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	r := rand.New(rand.NewPCG(5, 5))
	var b bytes.Buffer
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, line := range bytes.Split(text, []byte("\n")) {
			b.Write(line)
			b.WriteByte('\n')
			for range 4 {
				b.Write(mutate(r, line))
				b.WriteByte('\n')
			}
		}
	}
	b.WriteString("  \r\n\n" + strings.Repeat("x", 200_000) + "\r\n" + `{"torn`)
	return b.Bytes()
}

func mutate(r *rand.Rand, line []byte) []byte {
	line = bytes.Clone(line)
	if len(line) == 0 {
		return line
	}
	at := r.IntN(len(line))
	switch r.IntN(8) {
	case 0:
		line[at] = byte(r.IntN(256))
	case 1:
		line = append(line[:at], line[at+1:]...)
	case 2:
		line = append(line, '\r')
	case 3:
		line = bytes.Replace(line, []byte(": "), []byte(":"), -1)
	case 4:
		line = bytes.Replace(line, []byte(`"session"`), []byte(`"session": "run_1", "session"`), 1)
	case 5:
		line = bytes.Replace(line, []byte(`"`), []byte(`"x\udc00`), 1)
	case 6:
		line = append(line[:len(line)-1], fmt.Sprintf(`, "extra": [%d, {"a": null}]}`, at)...)
	default:
		line = append(line, ' ', byte(r.IntN(128)))
	}
	return line
}
