package scan_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/scan"
)

// TestRecord compares the members that a Record knows with what encoding/json makes of the line.
func TestRecord(t *testing.T) {
	events, metrics := plans(t)
	for _, c := range []struct {
		compact  bool
		shuffled float64
	}{{false, 0.02}, {true, 0.02}, {false, 1}, {true, 1}} {
		corpus := newCorpus(200_000, c.compact, c.shuffled, 0.2)
		for _, s := range []struct {
			schema     *dynamic.Schema
			name, text string
		}{{events, "event", corpus.events.String()}, {metrics, "metric", corpus.metrics.String()}} {
			compareRecords(t, s.schema.Plan(), s.name, scan.Pad(nil, []byte(s.text)))
		}
	}
}

func compareRecords(t *testing.T, p *scan.Plan, name string, block []byte) {
	t.Helper()
	m := scan.New(p)
	require.True(t, m.Records())
	cases := p.Objects[p.Locations[p.Root].Object].Switch.Cases
	for at := 0; at < len(block)-scan.Padding; {
		end, sure := m.Next(block, at)
		line := block[at:end]
		require.True(t, sure, "%s", line)
		var want map[string]any
		require.NoError(t, json.Unmarshal(line, &want))
		r := m.Record()
		which := cases[r.Case()]
		require.Equal(t, want[name], which.Value, "%s", line)
		for k, key := range p.Objects[p.Locations[p.Root].Object].Switch.KeysOf(&p.Objects[which.Object]) {
			v, has := want[key.Name]
			delete(want, key.Name)
			if !assert.Equal(t, has, r.Has(k), "%s in %s", key.Name, line) || !has {
				continue
			}
			text, err := json.Marshal(v)
			require.NoError(t, err)
			require.JSONEq(t, string(text), string(r.Text(r.Slot(k))), "%s in %s", key.Name, line)
			switch v := v.(type) {
			case string:
				require.Equal(t, v, r.String(k))
			case bool:
				require.Equal(t, v, r.Bool(k))
			case float64:
				f, ok := r.Float64(k)
				require.True(t, ok)
				require.Equal(t, v, f, "%s in %s", key.Name, line)
				if i, ok := r.Int64(k); v == float64(int64(v)) {
					require.True(t, ok)
					require.Equal(t, int64(v), i)
				}
			}
		}
		last := int32(0)
		for _, e := range r.Extras(nil) {
			v, has := want[string(r.Text(e.Name))]
			require.True(t, has, "%s in %s", r.Text(e.Name), line)
			text, err := json.Marshal(v)
			require.NoError(t, err)
			require.JSONEq(t, string(text), string(r.Text(e.Value)))
			require.Greater(t, e.Name.Start, last, "extras come in order")
			last = e.Name.Start
			delete(want, string(r.Text(e.Name)))
		}
		require.Empty(t, want, "%s", line)
		at = end + 1
	}
}

// TestRecordValues reads strings and numbers that are written in unusual ways.
func TestRecordValues(t *testing.T) {
	p := compile(t, `{"type": "object", "properties": {"s": {"type": "string"}, "n": {"type": "number"}, "b": {"type": "boolean"}, "o": {"type": "object"}}}`)
	m := scan.New(p)
	require.True(t, m.Records())
	for _, text := range []string{`""`, `"é"`, `"\u00e9\n\"\\\/\b\f\r\t"`, `"\ud83d\ude00"`, `"😀"`, `"\ud800"`, `"\ud800A\udc00"`, `"\uD83d\n"`, `"a\u0000"`} {
		for _, line := range []string{`{"s": ` + text + `}`, `{"s":` + text + `}`, `{"b": true , "s" :  ` + text + ` }`, `{"x": 1, "s": ` + text + `, "b": false}`} {
			require.True(t, m.Valid([]byte(line)), line)
			var want struct{ S string }
			require.NoError(t, json.Unmarshal([]byte(line), &want))
			assert.Equal(t, want.S, m.Record().String(0), line)
		}
	}
	for _, text := range []string{"0", "-0", "-0.0", "0.1", "123456789012345", "1234567890123456789", "9007199254740993", "0.000001", "3.14159265358979", "1e5", "-1.5E-7", "46871.93741052213", "1e400",
		"9223372036854775808", "-9223372036854775808", "1.0", "100e-2"} {
		for _, line := range []string{`{"n": ` + text + `}`, `{"n":` + text + `}`} {
			require.True(t, m.Valid([]byte(line)), line)
			f, ok := m.Record().Float64(1)
			var want float64
			if err := json.Unmarshal([]byte(text), &want); err != nil {
				assert.False(t, ok, line)
				continue
			}
			assert.True(t, ok, line)
			assert.Equal(t, want, f, line)
			i, whole := m.Record().Int64(1)
			if assert.Equal(t, want == float64(int64(want)) && text != "9223372036854775808", whole, line); whole && text != "9007199254740993" && len(text) < 18 {
				assert.Equal(t, int64(want), i, line)
			}
		}
	}
	require.True(t, m.Valid([]byte(`{"o": {"s": "inner", "n": 1}, "s": "outer"}`)))
	r := m.Record()
	assert.Equal(t, "outer", r.String(0))
	assert.Equal(t, `{"s": "inner", "n": 1}`, string(r.Text(r.Slot(3))))
	assert.False(t, r.Has(1))
	assert.False(t, r.Has(2))
}

// TestRecords checks for which plans records are kept.
func TestRecords(t *testing.T) {
	assert.True(t, scan.New(compile(t, `{"type": "object", "properties": {"a": {"properties": {"b": true}}}}`)).Records())
	assert.False(t, scan.New(compile(t, `true`)).Records())
	assert.False(t, scan.New(compile(t, `{"type": "object", "properties": {"a": {"$ref": "#"}}}`)).Records(), "the root may be inside itself")
	assert.False(t, scan.New(compile(t, `{"type": "array"}`)).Records())
}

// TestValid allocates nothing.
func TestValidAllocatesNothing(t *testing.T) {
	events, _ := plans(t)
	p := events.Plan()
	text := []byte(newCorpus(100_000, false, 0.5, 0.1).events.String())
	m := scan.New(p)
	pass := func() {
		for line := range bytes.Lines(text) {
			if !m.Valid(line) {
				t.Errorf("not sure: %s", line)
			}
		}
	}
	pass()
	assert.Zero(t, testing.AllocsPerRun(5, pass))
}
