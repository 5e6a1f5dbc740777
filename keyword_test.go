package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKeywordPage: the lines of code in docs/keyword.md stand in the files that it names, so that the page is as true as the code.
func TestKeywordPage(t *testing.T) {
	page, err := os.ReadFile("docs/keyword.md")
	require.NoError(t, err)
	link := regexp.MustCompile(`\]\(\.\./([^)]*)\)`)
	file, text, lines := "", "", 0
	for line := range strings.Lines(string(page)) {
		if m := link.FindStringSubmatch(line); m != nil {
			content, err := os.ReadFile(filepath.FromSlash(m[1]))
			require.NoError(t, err)
			file, text = m[1], string(content)
		}
		code, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "    ")
		if !ok || strings.HasPrefix(code, "a.schema.json:") { // a message
			continue
		}
		lines++
		assert.True(t, strings.Contains(text, code), "%s has no line %q: quote in docs/keyword.md what it has", file, code)
	}
	assert.Greater(t, lines, 10)
}
