package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostileRun writes a run folder whose events are these lines, and whose metrics are in order.
func hostileRun(t *testing.T, events ...string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, text := range map[string]string{
		"events.jsonl":  strings.Join(events, "\n") + "\n",
		"metrics.jsonl": `{"ts":"2026-01-01T00:00:00Z","session":"run_1","metric":"steps_total","value":1}` + "\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666))
	}
	return folder
}

func hostileEvent(seconds int, name, members string) string {
	return fmt.Sprintf(`{"ts":"2026-01-01T00:%02d:%02dZ","session":"run_1","event":%q%s}`, seconds/60, seconds%60, name, members)
}

// A clock that goes backwards is a warning, whatever else is right.
func TestCountsOfAClockThatGoesBack(t *testing.T) {
	folder := hostileRun(t, hostileEvent(100, "run_start", ""), hostileEvent(40, "run_end", ""))
	_, stdout, _ := runMain("counts", folder)
	assert.Contains(t, stdout, "events.jsonl:2: warning: time goes back by 1m [clock]\n  2 | {")
}

// However many names and fields no schema declares, what people read is short, and says what it leaves out.
func TestManyNamesAreCut(t *testing.T) {
	var events []string
	for i := range 250 {
		events = append(events, hostileEvent(0, fmt.Sprintf("name_%03d", i), ""), hostileEvent(0, "run_start", fmt.Sprintf(`,"field_%03d":1`, i)))
	}
	folder := hostileRun(t, events...)
	_, stdout, _ := runMain("counts", folder)
	assert.Contains(t, stdout, "  name_099         1  not in the schema\n  (other names)  150  not in the schema\n")
	assert.NotContains(t, stdout, "name_100")

	_, stdout, _ = runMain("coverage", folder)
	assert.Contains(t, stdout, "  not in the schema: 500\n")
	assert.Equal(t, 100, strings.Count(stdout, " name_"))
	assert.Equal(t, 100, strings.Count(stdout, " /field_"))
	assert.Contains(t, stdout, "    … and 150 more names\n    … and 150 more fields\n")
	_, stdout, _ = runMain("coverage", "-format", "json", folder)
	assert.Equal(t, 250, strings.Count(stdout, "/field_"), "a program reads all of them")
}
