//go:build linux

package stream

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRecorderFullDisk: when a file cannot grow any more, and a write ends in mid-line, the caller gets an error and no half line stays. Records that come when
// there is room again are written. What a process may write into a file is limited in a process of its own.
func TestRecorderFullDisk(t *testing.T) {
	const mark = "ASSAY_TEST_FULL_DISK"
	if path := os.Getenv(mark); path != "" {
		recordIntoFullFile(t, path)
		return
	}
	for _, name := range []string{"append", "plain", "append buffered", "plain buffered"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			cmd := exec.Command(os.Args[0], "-test.run=^TestRecorderFullDisk$")
			cmd.Env = append(os.Environ(), mark+"="+path)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			want := ""
			for _, n := range []int{0, 1, 4, 5} {
				want += fmt.Sprintf(base+`"tried","run":"r","n":%d}`+"\n", n)
			}
			if strings.HasSuffix(name, "buffered") { // what there is no room for waits
				want = strings.Replace(want, `"n":4`, `"n":2`, 1)
				want = strings.Replace(want, `"n":5`, `"n":3`, 1)
			}
			assert.Equal(t, want, string(text))
		})
	}
}

func recordIntoFullFile(t *testing.T, path string) {
	flags := os.O_CREATE | os.O_WRONLY
	if strings.HasPrefix(filepath.Base(path), "append") {
		flags |= os.O_APPEND
	}
	f, err := os.OpenFile(path, flags, 0o666)
	require.NoError(t, err)
	line := len(base + `"tried","run":"r","n":0}` + "\n")
	limit := func(n int) {
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(n), Max: 1 << 20}))
	}
	limit(2*line + line/2)
	var r *recording
	if buffered := strings.HasSuffix(path, "buffered"); buffered {
		w := newRecording(RecorderOptions{Session: "r", Buffered: true})
		w.Recording = w.run.Stream(f, tasks(), taskEmission())
		r = w
		for n := range 4 {
			require.NoError(t, r.write("tried", fmt.Sprintf(`,"n":%d`, n), nil, nil))
		}
		require.ErrorIs(t, r.sink.flush(), syscall.EFBIG)
		limit(1 << 20)
		require.NoError(t, r.run.Close())
		return
	}
	r = newRecording(RecorderOptions{Session: "r"})
	r.Recording = r.run.Stream(f, tasks(), taskEmission())
	for n := range 6 {
		if n == 4 {
			limit(1 << 20)
		}
		err := r.write("tried", fmt.Sprintf(`,"n":%d`, n), nil, nil)
		if n == 2 || n == 3 {
			require.ErrorIs(t, err, syscall.EFBIG)
		} else {
			require.NoError(t, err)
		}
	}
	require.ErrorIs(t, r.run.Close(), syscall.EFBIG)
}
