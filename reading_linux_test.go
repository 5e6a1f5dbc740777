package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/schemas"
)

// guarded returns a copy of a text that ends where memory does: to write to it, or to read what is behind it, ends the program.
func guarded(t *testing.T, text []byte) []byte {
	t.Helper()
	page := os.Getpagesize()
	size := (len(text) + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(memory)) })
	copy(memory[size-len(text):], text)
	require.NoError(t, syscall.Mprotect(memory[size:], syscall.PROT_NONE))
	if size > 0 {
		require.NoError(t, syscall.Mprotect(memory[:size], syscall.PROT_READ))
	}
	return memory[size-len(text) : size : size]
}

// A text that is read in place is never written to, nor is what is behind it read, wherever it ends.
func TestInPlaceIsReadOnly(t *testing.T) {
	for _, file := range []string{"events.jsonl", "metrics.jsonl"} {
		files, err := filepath.Glob(filepath.Join("testdata", "runs", "*", file))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, name := range files {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			if n := len(text) - 8_000; n > 0 {
				text = text[n+bytes.IndexByte(text[n:], '\n')+1:]
			}
			for cut := range 100 {
				part := guarded(t, text[:max(0, len(text)-cut)])
				_, good := decoded(part, telemetry.DecodeEvent)
				if file == "metrics.jsonl" {
					_, good = decoded(part, telemetry.DecodeMetric)
				}
				for _, o := range [][]stream.Option{nil, {stream.Reuse()}, {stream.MaxLine(100)}} {
					var s interface {
						Scan() bool
						Invalid() error
						Bytes() []byte
						Err() error
					} = telemetry.NewEventScanner(stream.InPlace(part), o...)
					if file == "metrics.jsonl" {
						s = telemetry.NewMetricScanner(stream.InPlace(part), o...)
					}
					lines := 0
					for ; s.Scan(); lines++ {
						if bad := s.Invalid(); bad == nil || len(s.Bytes()) < 100 {
							require.Equal(t, good[lines], bad == nil, "line %d: %v", lines+1, bad)
						}
					}
					require.NoError(t, s.Err())
					require.Len(t, good, lines)
				}
			}
		}
	}
}

// TestBlocksAreReadWithin: a block of lines may end anywhere, also in the middle of what a machine remembers, and what is behind its padding is not read.
func TestBlocksAreReadWithin(t *testing.T) {
	compiled, err := dynamic.Compile(schemas.FS, dynamic.Options{AssertFormat: true}, "events.schema.json", "metrics.schema.json")
	require.NoError(t, err)
	for i, file := range []string{"events.jsonl", "metrics.jsonl"} {
		text, err := os.ReadFile(filepath.Join("testdata", "runs", "e2b-10-step", file))
		require.NoError(t, err)
		m := scan.New(compiled[i].Plan())
		for line := range bytes.Lines(text) {
			if len(line) > 1000 {
				continue
			}
			for cut := len(line); cut > 0; cut-- { // the whole line first
				part := line[:cut]
				block := guarded(t, slices.Concat(line, part, bytes.Repeat([]byte("\n"), scan.Padding)))
				m.Block(block, len(line)+cut)
				end, _ := m.Next(0)
				require.Equal(t, len(line)-1, end)
				_, sure := m.Next(end + 1)
				require.Equal(t, compiled[i].Program.ValidText(bytes.TrimSuffix(part, []byte("\n"))), sure, "%s", part)
			}
		}
	}
}
