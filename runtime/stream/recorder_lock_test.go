//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package stream

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRecorderOwnsItsFile: of two recorders of which one would write over what the other has written, the later one writes nothing, and says why.
func TestRecorderOwnsItsFile(t *testing.T) {
	for name, c := range map[string]struct {
		first, second int
		refused       bool
	}{
		"both append":       {os.O_APPEND, os.O_APPEND, false},
		"none appends":      {0, 0, true},
		"the first appends": {os.O_APPEND, 0, true},
		"the last appends":  {0, os.O_APPEND, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tasks.jsonl")
			first, second := into(t, path, c.first), into(t, path, c.second)
			for range 3 {
				assert.NoError(t, first.write("tried", "", nil, nil))
				if err := second.write("tried", `,"n":12345`, nil, nil); c.refused {
					assert.ErrorIs(t, err, errShared)
					assert.ErrorContains(t, err, "tried: "+path+": another recorder writes the file")
				} else {
					assert.NoError(t, err)
				}
			}
			assert.NoError(t, first.run.Close())
			assert.Equal(t, c.refused, second.run.Close() != nil)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			want := 6
			if c.refused {
				want = 3
			}
			assert.Equal(t, want, strings.Count(string(text), "\n"))
			for line := range strings.Lines(string(text)) {
				assert.True(t, first.record.Valid([]byte(line)), line)
			}
			next := into(t, path, os.O_APPEND)
			assert.NoError(t, next.write("tried", "", nil, nil), "once the first one is closed, the file is free")
			assert.NoError(t, next.run.Close())
		})
	}
}
