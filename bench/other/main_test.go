package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/bench/table"
)

// TestMain lets the test binary be a child.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && (os.Args[1] == "child" || os.Args[1] == "mortal") {
		fmt.Println(map[string]string{
			"child":  `{"contenders": ["twice", "refuses"], "skipped": []}`,
			"mortal": `{"contenders": ["a", "b", "dies"], "skipped": []}`,
		}[os.Args[1]])
		for requests := bufio.NewScanner(os.Stdin); requests.Scan(); {
			switch requests.Text() {
			case "0":
				fmt.Println(`{"seconds": 0.5, "bytes": 1000000, "lines": 10, "refused": 0}`)
			case "1":
				fmt.Println(`{"seconds": 0.5, "bytes": 1000000, "lines": 10, "refused": 3}`)
			case "2":
				fmt.Fprintln(os.Stderr, "some trace\nout of memory")
				os.Exit(1)
			}
		}
		return
	}
	os.Exit(m.Run())
}

func TestChild(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	fakes := []tool{
		{"absent", func(context.Context, *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			return nil, nil, errors.New("it is not installed")
		}},
		{"a child", func(ctx context.Context, _ *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			return exec.CommandContext(ctx, program, "child"), nil, nil
		}},
		{"a mortal child", func(ctx context.Context, _ *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			return exec.CommandContext(ctx, program, "mortal"), nil, nil
		}},
		{"a command", func(context.Context, *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			return nil, func(context.Context) (answer, error) { return answer{Seconds: 1, Bytes: 1e6}, nil }, nil
		}},
	}
	file := filepath.Join(t.TempDir(), "other.json")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-mb", "0.1", "-rounds", "2", "-json", file}, &out, fakes))
	assert.Contains(t, out.String(), "skip absent: it is not installed\n")
	results, err := table.Read(file)
	require.NoError(t, err)
	assert.Positive(t, results.Find("assay: validate + typed decode").Value)
	assert.Equal(t, 2.0, results.Find("twice").Speed)
	assert.Equal(t, 1.0, results.Find("a command").Speed)
	assert.Equal(t, "refuses 3 of 10 lines, which are all valid", results.Find("refuses").Skipped)
	assert.Equal(t, "out of memory", results.Find("dies").Skipped)

	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-mb", "0.1", "-rounds", "1", "-only", "command"}, &out, fakes))
	assert.NotContains(t, out.String(), "absent")
	assert.EqualError(t, run(t.Context(), []string{"-rounds", "0"}, io.Discard, nil), "-mb and -rounds must be above 0")
}

// TestScripts fails when a script is renamed and tools.go is not.
func TestScripts(t *testing.T) {
	b := &bench{dir: t.TempDir()}
	for _, name := range []string{"js/measure.mjs", "js/package.json", "python/measure.py", "cpp/measure.cpp"} {
		file, err := b.unpack(name)
		require.NoError(t, err)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.NotEmpty(t, text)
	}
}
