package schemas_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// verdicts is the part of an oracle.json that judges lines: the 1-based numbers of the invalid ones, and why.
type verdicts struct {
	Lines   int                 `json:"lines"`
	Valid   int                 `json:"valid"`
	Invalid map[string][]string `json:"invalid_lines"`
}

// TestLines compares the verdict on every line of a folder with the folder's oracle.json. Those of testdata/runs were written by a real pipeline
// runner; those of testdata/lines are the hard cases on which validators in Go, Python and JavaScript must agree ("make agree" tries them).
func TestLines(t *testing.T) {
	folders, err := filepath.Glob("../testdata/runs/*")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range append(folders, "testdata/lines") {
		text, err := os.ReadFile(filepath.Join(folder, "oracle.json"))
		require.NoError(t, err)
		var want struct{ Events, Metrics verdicts }
		require.NoError(t, json.Unmarshal(text, &want))
		t.Run(filepath.Base(folder), func(t *testing.T) {
			judge(t, filepath.Join(folder, "events.jsonl"), events, want.Events)
			judge(t, filepath.Join(folder, "metrics.jsonl"), metrics, want.Metrics)
		})
	}
}

func judge(t *testing.T, file, schema string, want verdicts) {
	t.Helper()
	s := oracle(t, schema)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	valid := 0
	for i, line := range lines {
		why, bad := want.Invalid[strconv.Itoa(i+1)]
		got := validText(t, s, line)
		if got {
			valid++
		}
		assert.Equal(t, !bad, got, "%s:%d: %v\n%.200s", file, i+1, why, line)
	}
	assert.Equal(t, want.Lines, len(lines), "%s: lines", file)
	assert.Equal(t, want.Valid, valid, "%s: valid lines", file)
}
