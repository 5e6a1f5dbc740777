package table_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/bench/table"
)

func sample() *table.Table {
	zero, some := 0.0, 6.28
	return &table.Table{
		Machine: "2 vCPU", Date: "2026-01-02", Go: "go1.26", Rounds: 15, Modules: []table.Module{{Path: "github.com/a/b", Version: "v1.2.3"}},
		Groups: []table.Group{
			{Name: "ours", Rows: []table.Row{
				{Name: "events", Strings: "reused", Value: 9.812, Unit: table.Cal, Low: 9.7, High: 10.04, Speed: 3012, Allocs: &zero, Goals: &table.Goals{Must: 7.5, Goal: 9.5, Beyond: 12}},
				{Name: "two cores", Unit: "×", Skipped: "busy", Goals: &table.Goals{Must: 1.8, Goal: 1.9, Beyond: 1.95}},
				{Name: "time", Value: 123.4, Unit: "ms", Goals: &table.Goals{Must: 100, Less: true}},
				{Name: "allocations", Value: 0, Goals: &table.Goals{Less: true}},
			}},
			{Name: "theirs", Rows: []table.Row{{Name: "a|b", Value: 0.0251, Unit: table.Cal, Speed: 7.6, Allocs: &some, Passes: []string{"bad", "worse"}}}},
		},
	}
}

func TestMarkdown(t *testing.T) {
	assert.Equal(t, `|             | strings |       result |   p10 – p90 | MB/s | allocs/line | must | goal | beyond |    reached |
|-------------|---------|-------------:|------------:|-----:|------------:|-----:|-----:|-------:|-----------:|
| **ours**    |         |              |             |      |             |      |      |        |            |
| events      | reused  |   9.81 x cal | 9.70 – 10.0 | 3012 |           0 | 7.50 | 9.50 |   12.0 |       goal |
| two cores   |         | not measured |             |      |             | 1.80 | 1.90 |   1.95 |            |
| time        |         |       123 ms |             |      |             |  100 |      |        | below must |
| allocations |         |            0 |             |      |             |    0 |    0 |      0 |     beyond |
| **theirs**  |         |              |             |      |             |      |      |        |            |
| a\|b        |         |  0.025 x cal |             | 7.60 |        6.28 |      |      |        |            |

Measured on 2026-01-02, 2 vCPU, go1.26, 15 rounds. Beside assay: a/b v1.2.3.

Bad lines that pass, of the kinds that the row is there to refuse:

- a|b: bad, worse

Not measured:

- two cores: busy
`, sample().Markdown())
}

func TestBrief(t *testing.T) {
	assert.Equal(t, `|        | strings |      result |   p10 – p90 | MB/s | allocs/line |
|--------|---------|------------:|------------:|-----:|------------:|
| a\|b   |         | 0.025 x cal |             | 7.60 |        6.28 |
| events | reused  |  9.81 x cal | 9.70 – 10.0 | 3012 |           0 |

Measured on 2026-01-02, 2 vCPU, go1.26, 15 rounds.
`, sample().Brief([]string{"a|b", "no such row", "events"}))
}

func TestReached(t *testing.T) {
	more := table.Goals{Must: 1, Goal: 2, Beyond: 3}
	less := table.Goals{Must: 60, Goal: 20, Beyond: 10, Less: true}
	for value, want := range map[float64]string{0.9: "below must", 1: "must", 2.5: "goal", 3: "beyond"} {
		assert.Equal(t, want, more.Reached(value))
	}
	for value, want := range map[float64]string{61: "below must", 60: "must", 11: "goal", 10: "beyond"} {
		assert.Equal(t, want, less.Reached(value))
	}
	assert.Equal(t, "below must", table.Goals{Less: true}.Reached(0.5))
	assert.Equal(t, "must", table.Goals{Must: 100, Less: true}.Reached(0))
}

func TestReadAndFind(t *testing.T) {
	text, err := sample().JSON()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "results.json")
	require.NoError(t, os.WriteFile(file, text, 0o666))
	read, err := table.Read(file)
	require.NoError(t, err)
	assert.Equal(t, sample(), read)
	assert.Equal(t, 123.4, read.Find("time").Value)
	assert.Nil(t, read.Find("nothing"))

	require.NoError(t, os.WriteFile(file, []byte("{"), 0o666))
	_, err = table.Read(file)
	assert.ErrorContains(t, err, "results.json: unexpected end of JSON input")
}

func TestReplace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, os.WriteFile(file, []byte("a\n<!-- bench -->\nold\n<!-- /bench -->\nb\n"), 0o666))
	require.NoError(t, table.Replace(file, "bench", "new\n"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "a\n<!-- bench -->\nnew\n<!-- /bench -->\nb\n", string(text))
	assert.EqualError(t, table.Replace(file, "other", ""), "page.md: found no <!-- other --> followed by <!-- /other -->")
}
