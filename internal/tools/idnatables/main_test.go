package main

import (
	"os"
	"regexp"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTables derives the committed tables again.
func TestTables(t *testing.T) {
	committed, err := os.ReadFile("../../../" + output)
	require.NoError(t, err)
	version := regexp.MustCompile(`const unicodeVersion = "(.*)"`).FindSubmatch(committed)
	require.NotNil(t, version, "the tables do not say which Unicode they are of")
	if string(version[1]) != unicode.Version {
		t.Skipf("the tables are of Unicode %s, this Go has %s: run idnatables to renew them", version[1], unicode.Version)
	}
	derived, err := tables()
	require.NoError(t, err)
	assert.True(t, string(committed) == string(derived), "the tables are not what is derived: run go run ./internal/tools/idnatables")
}

func TestDerive(t *testing.T) {
	for _, c := range []struct {
		r    rune
		want property
	}{
		{'a', pvalid}, {'A', disallowed}, {'-', pvalid}, {'_', disallowed}, {'.', disallowed}, {'é', pvalid}, {'É', disallowed}, {'ß', pvalid}, {'ς', pvalid},
		{0x2126, disallowed},                   // OHM SIGN is normalised
		{0x2160, disallowed},                   // ROMAN NUMERAL ONE is no letter
		{0x13a0, pvalid}, {0xab70, disallowed}, // Cherokee folds to upper case
		{0x0660, contextual}, {0x200c, contextual}, {0x30fb, contextual}, {0x0640, disallowed}, {0x3007, pvalid},
		{0x034f, disallowed}, {0xfe00, disallowed}, // default ignorable
		{0x20d0, disallowed}, {0x1d165, disallowed}, {0x1100, disallowed}, {0xac00, pvalid}, {0x0378, disallowed}, {0x1f600, disallowed},
	} {
		assert.Equal(t, c.want, derive(c.r), "%U", c.r)
	}
}
