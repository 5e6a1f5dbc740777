package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLongRun(t *testing.T) {
	text := []byte("{\"step_id\":\"a\"}\n{\"step_id\": \"b\",\"x\":1}\n{}\n")
	got, err := io.ReadAll(newLongRun(text, int64(len(text))+7))
	require.NoError(t, err)
	assert.Equal(t, "{\"step_id\":\"a-0\"}\n{\"step_id\": \"b-0\",\"x\":1}\n{}\n{\"step_id\":\"a-1\"}\n{\"step_id\": \"b-1\",\"x\":1}\n{}\n", string(got))
	got, err = io.ReadAll(newLongRun(text, 0))
	require.NoError(t, err)
	assert.Empty(t, got)
}

// The measurement itself works, in small.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds assay")
	}
	var out bytes.Buffer
	root := filepath.Join("..", "..")
	require.NoError(t, run([]string{"-runs", "8", "-bytes", "400000", "-root", root, "-samples", filepath.Join(root, "testdata", "runs")}, &out))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.GreaterOrEqual(t, len(lines), 8+3, out.String())
	assert.Contains(t, lines[1], "counts of 8 runs")
	assert.Contains(t, lines[7], "pairs of one run of 0 MB")
	assert.Contains(t, lines[8], "validate of a file of 0 MB, -j 1")
}
