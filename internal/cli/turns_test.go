package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is written in parallel comes out in order, however long the first takes and however much the others write.
func TestInTurn(t *testing.T) {
	const n = 500
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	var want strings.Builder
	var order []int
	var ahead atomic.Int64
	err := inTurn(context.Background(), w, n, 4, maxAhead, func(i int, w *turn) func() {
		ahead.Add(1)
		defer ahead.Add(-1)
		if i%50 == 0 {
			time.Sleep(time.Millisecond)
		}
		for line := range 1 + i%3 {
			fmt.Fprintf(w, "%d %d %s\n", i, line, strings.Repeat("x", i*100))
		}
		if i%7 == 0 {
			w.Flush()
		}
		return func() { order = append(order, i) }
	})
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	for i := range n {
		for line := range 1 + i%3 {
			fmt.Fprintf(&want, "%d %d %s\n", i, line, strings.Repeat("x", i*100))
		}
		assert.Equal(t, i, order[i])
	}
	assert.True(t, want.String() == out.String(), "the output is in order")
	assert.Len(t, order, n)
}

// While the first item is not done, only so many others are begun.
func TestInTurnIsBounded(t *testing.T) {
	var begun atomic.Int64
	release := make(chan struct{})
	done := make(chan error)
	go func() {
		done <- inTurn(context.Background(), bufio.NewWriter(&bytes.Buffer{}), 10*maxAhead, 4, maxAhead, func(i int, w *turn) func() {
			begun.Add(1)
			if i == 0 {
				<-release
			}
			return nil
		})
	}()
	assert.Eventually(t, func() bool { return begun.Load() == maxAhead }, 10*time.Second, time.Millisecond)
	assert.LessOrEqual(t, begun.Load(), int64(maxAhead))
	close(release)
	require.NoError(t, <-done)
	assert.Equal(t, int64(10*maxAhead), begun.Load())
}

func TestInTurnEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	begun := 0
	err := inTurn(ctx, bufio.NewWriter(&bytes.Buffer{}), 1000, 2, maxAhead, func(i int, w *turn) func() {
		if i == 10 {
			cancel()
		}
		return func() { begun++ }
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Less(t, begun, 1000)
	assert.NoError(t, inTurn(context.Background(), bufio.NewWriter(&bytes.Buffer{}), 0, 2, maxAhead, nil))
}

// A command that is interrupted says so, with the exit code of input that could not be read.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	runs := filepath.Join(root(t), "testdata", "runs")
	for _, args := range [][]string{{"counts", runs}, {"pairs", runs}, {"coverage", runs}, {"validate", runs},
		{"parity", filepath.Join(runs, "local-10-step"), filepath.Join(runs, "e2b-10-step")}} {
		var out, stderr strings.Builder
		code := Main(ctx, args, strings.NewReader(""), &out, &stderr)
		assert.Equal(t, exitIO, code, args)
		assert.Contains(t, stderr.String(), "context canceled", args)
	}
}

// A disk that is full, or a pipe that nobody reads, ends no worker in the middle, and is told once.
func TestFullDisk(t *testing.T) {
	runs := filepath.Join(root(t), "testdata", "runs")
	var stderr strings.Builder
	code := Main(context.Background(), []string{"validate", "-format", "json", runs}, strings.NewReader(""), &failing{10, errors.New("disk full")}, &stderr)
	assert.Equal(t, exitIO, code)
	assert.Contains(t, stderr.String(), "assay: write standard output: disk full\n")
}

// The progress shows how far reading is, and makes room for what is printed.
func TestProgress(t *testing.T) {
	var w bytes.Buffer
	p := newProgress(&w, "assay counts", 100, -time.Second)
	p.add(50)
	assert.Contains(t, w.String(), "assay counts")
	assert.Contains(t, w.String(), " 50% ")
	shown := w.Len()
	p.hide()
	assert.Greater(t, w.Len(), shown, "the line is cleared")

	w.Reset()
	p = newProgress(&w, "assay counts", 100, time.Hour)
	p.add(50)
	p.hide()
	assert.Empty(t, w.String(), "who waits for a moment sees none")

	var none *progress
	none.add(1)
	none.hide()
	r := strings.NewReader("x")
	assert.Equal(t, r, none.reader(r))
}

func TestNoTerminal(t *testing.T) {
	assert.False(t, isTerminal(&bytes.Buffer{}))
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	defer file.Close()
	assert.False(t, isTerminal(file))
	assert.Equal(t, "text", paintFor(file).red("text"))
	assert.Equal(t, "\x1b[31mtext\x1b[0m", paint(true).red("text"))
	assert.Empty(t, paint(true).red(""))
}
