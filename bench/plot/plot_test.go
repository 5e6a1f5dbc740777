package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/bench/table"
)

func results() *table.Table {
	return &table.Table{Machine: "2 vCPU", Date: "2026-01-02", Go: "go1.26", Groups: []table.Group{
		{Name: "assay, against its goals", Rows: []table.Row{
			{Name: "a < b & c", Value: 9.8, Unit: table.Cal, Low: 9.5, High: 10.1, Goals: &table.Goals{Must: 7.5, Goal: 9.5, Beyond: 12}},
			{Name: "two cores", Value: 1.9, Unit: "×"},
			{Name: "busy", Unit: table.Cal, Skipped: "busy"},
		}},
		{Name: "encoders of step_complete", Rows: []table.Row{{Name: "not drawn", Value: 2, Unit: table.Cal}}},
		{Name: "limits", Rows: []table.Row{{Name: "beyond the axis", Value: 1e6, Unit: table.Cal}, {Name: "before it", Value: 1e-6, Unit: table.Cal}}},
	}}
}

func TestDraw(t *testing.T) {
	picture, err := draw(results())
	require.NoError(t, err)
	again, err := draw(results())
	require.NoError(t, err)
	assert.Equal(t, picture, again)
	text := string(picture)
	assert.Equal(t, 3, strings.Count(text, "<rect "), "one bar for each figure in x cal of the groups about reading")
	assert.Contains(t, text, "a &lt; b &amp; c")
	assert.Contains(t, text, ">9.8<")
	for _, name := range []string{"two cores", "busy", "not drawn"} {
		assert.NotContains(t, text, name)
	}
	for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
			for _, a := range e.Attr {
				assert.False(t, a.Name.Local == "width" && strings.HasPrefix(a.Value, "-"), "a bar of negative length")
			}
		}
	}
	_, err = draw(&table.Table{})
	assert.EqualError(t, err, "no figure can be drawn")
}

// TestGroups fails when a group of the table is renamed and this program is not.
func TestGroups(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "speed", "rows.go"))
	require.NoError(t, err)
	for name := range classes {
		assert.Contains(t, string(source), `{"`+name+`", `)
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	text, err := results().JSON()
	require.NoError(t, err)
	in, file := filepath.Join(dir, "results.json"), filepath.Join(dir, "speed.svg")
	require.NoError(t, os.WriteFile(in, text, 0o666))
	var out bytes.Buffer
	require.NoError(t, run([]string{in}, &out))
	require.NoError(t, run([]string{"-o", file, in}, io.Discard))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, out.String(), string(written))
	assert.EqualError(t, run(nil, io.Discard), "want one file of results, found 0 arguments")
}
