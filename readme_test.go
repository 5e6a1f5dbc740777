package main_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/generated/telemetry"
)

// TestReadmeParity: what README.md shows of a comparison of two runs in testdata is what comes out, in this order, but for what … stands for.
func TestReadmeParity(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(readme), "Of two runs of one pipeline in `testdata/runs` (cut):\n")
	require.True(t, found)
	text, _, found = strings.Cut(text, "\n### ")
	require.True(t, found)

	read := func(name string) *telemetry.Run {
		run, err := telemetry.ReadRun(t.Context(), os.DirFS("testdata/runs/"+name))
		require.NoError(t, err)
		return run
	}
	rest := "\n" + telemetry.CompareRuns(read("local-10-step"), read("e2b-10-step"), telemetry.ParityOptions{}).String()
	shown := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimPrefix(line, "    "), "\n")
		if strings.TrimSpace(line) == "" || strings.TrimSpace(line) == "…" {
			continue
		}
		_, behind, found := strings.Cut(rest, "\n"+line+"\n")
		require.True(t, found, "%q is not in what is left:\n%s", line, rest)
		rest = "\n" + behind
		shown++
	}
	assert.Greater(t, shown, 10)
}
