package main_test

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	_ "github.com/assay-go/assay/generated/telemetrytest"
)

// TestNoWorkAtInit asks the Go runtime what the packages of a program do before main: those that are generated, nothing, and those that they import, next to
// nothing. Tables are literals, and what is derived from them is derived with the first line.
func TestNoWorkAtInit(t *testing.T) {
	c := exec.Command(os.Args[0], "-test.run=^$")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
	traced := regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) bytes, (\d+) allocs$`).FindAllStringSubmatch(string(out), -1)
	require.NotEmpty(t, traced, "%s", out)
	for _, m := range traced {
		folder, ours := strings.CutPrefix(m[1], module+"/")
		if !ours {
			continue
		}
		generated := strings.HasPrefix(folder, "generated/") || strings.HasPrefix(folder, "internal/metaschema/")
		assert.False(t, generated, "%s has package variables that are computed when a program starts: %s", folder, m[0])
		if strings.HasPrefix(folder, "runtime/") {
			bytes, err := strconv.Atoi(m[2])
			require.NoError(t, err)
			assert.LessOrEqual(t, bytes, 512, "%s allocates when a program starts: %s", folder, m[0])
		}
	}
}
