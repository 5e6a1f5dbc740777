package stream

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// into returns a recording into a file, and what it records into is closed with the test.
func into(t *testing.T, path string, flags int) *recording {
	f, err := os.OpenFile(path, flags|os.O_CREATE|os.O_WRONLY, 0o666)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return intoFile(f, false)
}

func intoFile(f *os.File, buffered bool) *recording {
	r := &recording{}
	r.Recording = NewRecorder(RecorderOptions{Session: "r", Buffered: buffered}).Stream(f, tasks(), taskEmission())
	return r
}

// TestRecorderOverwritesNothing: a file that was opened at its beginning, and not to append, keeps what is in it.
func TestRecorderOverwritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tasks.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("{}\n"), 0o666))
	r := into(t, path, 0)
	require.EqualError(t, r.write("tried", "", nil, nil),
		"tried: "+path+": what is in the file would be overwritten: open it with os.O_APPEND, or empty it")
	require.Error(t, r.run.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "{}\n", string(text))

	r = into(t, path, os.O_TRUNC)
	require.NoError(t, r.write("tried", "", nil, nil))
	require.NoError(t, r.run.Close())
}

// TestRecorderClosedFile: a writer that is closed is an error of every record.
func TestRecorderClosedFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "tasks.jsonl"))
	require.NoError(t, err)
	r := intoFile(f, false)
	require.NoError(t, r.write("tried", "", nil, nil))
	require.NoError(t, f.Close())
	require.ErrorIs(t, r.write("tried", "", nil, nil), os.ErrClosed)
	require.ErrorIs(t, r.run.Close(), os.ErrClosed)

	r = intoFile(f, false)
	require.ErrorIs(t, r.write("tried", "", nil, nil), os.ErrClosed)
}

// TestRecorderBehindATornLine: what a killed process left behind is seen in a file that is only opened for writing, too.
func TestRecorderBehindATornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tasks.jsonl")
	for _, flags := range []int{os.O_WRONLY, os.O_RDWR} {
		require.NoError(t, os.WriteFile(path, []byte(`{"torn`), 0o666))
		f, err := os.OpenFile(path, os.O_APPEND|flags, 0)
		require.NoError(t, err)
		defer f.Close()
		r := intoFile(f, false)
		require.NoError(t, r.write("tried", "", nil, nil))
		require.NoError(t, r.run.Close())
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Regexp(t, `^{"torn\n{"at":.*}\n$`, string(text))
	}
}
