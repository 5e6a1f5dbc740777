package main

import (
	"bytes"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/table"
)

// TestSmoke runs every row once: what it prints is a whole table, and what it writes is the same.
func TestSmoke(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.json")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-smoke", "-rounds", "1", "-json", file}, &out))
	results, err := table.Read(file)
	require.NoError(t, err)
	assert.Equal(t, results.Markdown(), out.String())

	seen := map[string]bool{}
	for _, g := range results.Groups {
		for _, r := range g.Rows {
			assert.False(t, seen[r.Name], "two rows are called %q", r.Name)
			seen[r.Name] = true
			switch {
			case r.Skipped != "":
				assert.Zero(t, r.Value, r.Name)
			case strings.HasPrefix(r.Name, "allocations"):
				assert.GreaterOrEqual(t, r.Value, 0.0, r.Name)
			default:
				assert.Positive(t, r.Value, r.Name)
			}
			if strings.HasPrefix(g.Name, "assay") {
				assert.Empty(t, r.Passes, "%s lets bad lines pass", r.Name)
			}
		}
	}

	for _, name := range brief {
		assert.True(t, seen[name], "the README shows a row that is not there: %s", name)
	}

	// The goals are those of the plan for speed, and each has its row.
	var goals []string
	for _, r := range results.Groups[0].Rows {
		if r.Goals != nil {
			goals = append(goals, r.Name)
		}
	}
	assert.Equal(t, []string{
		"validate + typed decode, events",
		"validate + typed decode, metrics",
		"dynamic: validate, events, block",
		"validate + typed decode, events, every line's keys shuffled",
		"ValidEvent, a line at a time",
		"validate + typed decode, events, pure build",
		"interpreter alone, events, a line at a time",
		"AppendEvent over zerolog, step_complete",
		"two cores over one, validate + typed decode, events",
		"allocations per valid line, validate + typed decode, events",
		"validator-benchmark: instances that the scanner is sure of, by bytes (mean of schemas)",
		"validator-benchmark: from bytes, over santhosh's Validate alone (median of schemas)",
		"generated Go beside types and codecs, both schemas",
	}, goals)
}

// TestVerdicts asks every contender about the lines that it is measured on: a fast wrong answer is not to be measured.
func TestVerdicts(t *testing.T) {
	s := &session{
		Context: t.Context(), only: regexp.MustCompile(""), size: 300_000, options: measure.Options{Rounds: 1, Slice: time.Millisecond}, mostEvents: 10,
	}
	s.texts = newTexts(s.size)
	groups, err := s.groups()
	require.NoError(t, err)
	for _, g := range groups {
		for _, r := range g.rows {
			if r.contender == nil {
				continue
			}
			text := r.contender.Text
			if !strings.HasPrefix(g.name, "assay") {
				text = measure.Prefix(text, 20_000)
			}
			want := 0
			if strings.Contains(r.Name, "1 % invalid") {
				want = len(s.texts.broken)
				require.Positive(t, want)
			}
			work := r.contender.New()
			for range 2 {
				lines, refused := work(text)
				assert.Equal(t, []int{corpus.Lines(text), want}, []int{lines, refused}, "%s: lines, and those that it refuses", r.Name)
			}
		}
	}
}

func TestOnly(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-smoke", "-only", "^newlines|over zerolog|allocations"}, &out))
	assert.Contains(t, out.String(), "| newlines, by bytes.Count of all")
	assert.NotContains(t, out.String(), "santhosh: ")
	assert.Contains(t, out.String(), "- AppendEvent over zerolog, step_complete: -only leaves out AppendEvent, step_complete\n")
}

func TestUsage(t *testing.T) {
	for want, args := range map[string][]string{
		`unexpected argument "now"`:                            {"now"},
		`-w needs the whole table: leave out -smoke and -only`: {"-w", "-smoke"},
		`-mb, -rounds and -slice must be above 0`:              {"-rounds", "0"},
		"-only: error parsing regexp: missing closing ): `(`":  {"-only", "("},
		`flag provided but not defined: -fast`:                 {"-fast"},
		`invalid value "x" for flag -mb: parse error`:          {"-mb", "x"},
	} {
		err := run(t.Context(), args, io.Discard)
		assert.EqualError(t, err, want)
		assert.ErrorAs(t, err, &errUsage{})
	}
}
