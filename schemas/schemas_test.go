package schemas_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/schemas"
)

const (
	events  = "events.schema.json"
	metrics = "metrics.schema.json"
)

// object is one JSON object of a schema or an instance.
type object = map[string]any

// properties are the own properties of a record of the specification, by name, with the kind of value that it states.
type properties struct {
	name     string
	required string // "step_id:string driver:string"
	optional string
}

// specification is the event part of the specification, read as the project's decisions on it say, in its order.
var specification = []properties{
	{name: "run_start", optional: "session_id:string pipeline:string file_type:string"},
	{name: "run_complete", optional: "exit_code:integer duration:size"},
	{name: "run_end", optional: "exit_code:integer duration:size"},
	{name: "step_start", required: "step_id:string driver:string"},
	{name: "step_complete", required: "step_id:string rows_processed:size duration_ms:size"},
	{name: "step_failed", required: "step_id:string error:masked error_type:string traceback:masked"},
	{name: "cfg_materialized", required: "path:string sha256:sha256 size_bytes:size"},
	{name: "cfg_opened", required: "path:string sha256:sha256 keys:strings"},
	{name: "config_meta_stripped", required: "step_id:string keys_removed:strings"},
	{name: "artifacts_dir_created", required: "step_id:string relative_path:string"},
	{name: "artifact_created", required: "step_id:string artifact_type:string path:string"},
	{name: "connection_resolve_start", required: "step_id:string family:string alias:string"},
	{name: "connection_resolve_complete", required: "step_id:string family:string alias:string ok:boolean"},
	{name: "driver_registered", required: "driver:string status:status"},
	{name: "driver_registration_failed", required: "driver:string error:masked"},
	{name: "drivers_registered", required: "drivers:strings"},
	{name: "dependency_check", required: "missing:strings present:strings"},
	{name: "dependency_installed", required: "now_present:strings still_missing:strings"},
}

// units is the metric part of the specification, in its order: each metric and the unit that the text lists for it.
var units = []struct{ name, unit string }{
	{name: "steps_total"},
	{name: "steps_completed"},
	{name: "step_duration_ms"},
	{name: "rows_processed"},
	{name: "rows_read"},
	{"rows_written", "rows"},
	{"execution_duration", "seconds"},
	{"adapter_execution_duration", "seconds"},
	{name: "session_duration_seconds"},
	{"e2b_overhead_ms", "ms"},
	{"artifacts_copy_ms", "ms"},
	{"artifacts_bytes_total", "bytes"},
	{"artifacts_files_total", "files"},
	{"adapter_exit_code", "code"},
}

// values gives for each kind of value of the specification what is valid, and what is not.
var values = map[string]struct{ good, bad []any }{
	"string":  {[]any{"", "a", "ž", "a\nb"}, []any{7, nil, true, []any{}, object{}}},
	"masked":  {[]any{"", "no such table"}, []any{7, nil, true, []any{}, object{}}},
	"size":    {[]any{0, 20, 20.5, json.Number("20.0"), json.Number("1e30")}, []any{-1, json.Number("-1e-9"), "20", nil, true, []any{20}}},
	"integer": {[]any{0, 1, -9, json.Number("1.0"), json.Number("1e2")}, []any{0.5, "0", nil, false}},
	"boolean": {[]any{true, false}, []any{0, 1, "true", nil}},
	"strings": {[]any{[]any{}, []any{"a", "a"}}, []any{"a", nil, object{}, []any{"a", 1}, []any{nil}}},
	"status":  {[]any{"success", "success_after_install", "failed"}, []any{"ok", "Success", "", nil, 1}},
	"sha256": {
		[]any{strings.Repeat("09afAF00", 8)},
		[]any{"", strings.Repeat("0", 63), strings.Repeat("0", 65), strings.Repeat("g", 64), strings.Repeat("0", 64) + "\n", nil, 1},
	},
}

// each calls f with the name and the kind of every property of a list such as "step_id:string driver:string".
func each(list string, f func(name, kind string)) {
	for _, property := range strings.Fields(list) {
		name, kind, _ := strings.Cut(property, ":")
		f(name, kind)
	}
}

// good returns a valid event of p with all its properties.
func (p properties) good() object {
	o := object{"ts": "2026-11-22T09:36:52.381136+00:00", "session": "run_1795340212380", "event": p.name}
	each(p.required+" "+p.optional, func(name, kind string) { o[name] = values[kind].good[0] })
	return o
}

func goodMetric(name string) object {
	return object{"ts": "2026-11-22T09:36:52.381136+00:00", "session": "run_1", "metric": name, "value": 10}
}

// with returns a copy of o in which one member is set.
func with(o object, name string, value any) object {
	c := maps.Clone(o)
	c[name] = value
	return c
}

// without returns a copy of o that lacks one member.
func without(o object, name string) object {
	c := maps.Clone(o)
	delete(c, name)
	return c
}

func load(t *testing.T, name string) object {
	t.Helper()
	text, err := schemas.FS.ReadFile(name)
	require.NoError(t, err)
	var o object
	require.NoError(t, json.Unmarshal(text, &o))
	return o
}

// oracle compiles a shipped schema with an independent validator that asserts formats; compiling checks it against its metaschema.
func oracle(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := schemas.FS.ReadFile(name)
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource(name, document))
	s, err := c.Compile(name)
	require.NoError(t, err)
	return s
}

// valid reports the verdict of s on the JSON text of v.
func valid(t *testing.T, s *jsonschema.Schema, v any) bool {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return validText(t, s, text)
}

func validText(t *testing.T, s *jsonschema.Schema, text []byte) bool {
	t.Helper()
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err, "%s", text)
	return s.Validate(instance) == nil
}

func TestNames(t *testing.T) {
	assert.Equal(t, []string{events, metrics}, schemas.Names())
	entries, err := schemas.FS.ReadDir(".")
	require.NoError(t, err)
	assert.Len(t, entries, len(schemas.Names()), "every embedded file has its name in Names")
}

func TestDraft202012(t *testing.T) {
	for _, name := range schemas.Names() {
		assert.Equal(t, "https://json-schema.org/draft/2020-12/schema", load(t, name)["$schema"], name)
		s := oracle(t, name)
		assert.Equal(t, 2020, s.DraftVersion, name)
	}
}

// TestUnion checks that the names of the specification, the enum of the name property, the branches of oneOf and the entries of $defs are the
// same, in the same order, and that each entry is keyed by its const.
func TestUnion(t *testing.T) {
	var eventNames, metricNames []any
	for _, p := range specification {
		eventNames = append(eventNames, p.name)
	}
	for _, m := range units {
		metricNames = append(metricNames, m.name)
	}
	for _, test := range []struct {
		file, tag string
		names     []any
		others    []string // entries of $defs that are no branch
	}{
		{events, "event", eventNames, []string{"driver_status"}},
		{metrics, "metric", metricNames, nil},
	} {
		root := load(t, test.file)
		assert.Equal(t, test.names, root["properties"].(object)[test.tag].(object)["enum"], "enum of %s", test.tag)
		defs := root["$defs"].(object)
		var branches []any
		for _, branch := range root["oneOf"].([]any) {
			name := strings.TrimPrefix(branch.(object)["$ref"].(string), "#/$defs/")
			require.Contains(t, defs, name)
			assert.Equal(t, name, defs[name].(object)["properties"].(object)[test.tag].(object)["const"])
			branches = append(branches, name)
		}
		assert.Equal(t, test.names, branches, "oneOf")
		for name := range defs {
			assert.True(t, slices.Contains(test.names, any(name)) || slices.Contains(test.others, name), "$defs/%s is in no branch", name)
		}
	}
}

// TestProperties checks that each event has the properties of the specification and no others, and requires what it requires.
func TestProperties(t *testing.T) {
	defs := load(t, events)["$defs"].(object)
	for _, p := range specification {
		want, required, masked := []string{"event"}, []any{}, []string{}
		each(p.required, func(name, _ string) { required = append(required, name) })
		each(p.required+" "+p.optional, func(name, kind string) {
			want = append(want, name)
			if kind == "masked" {
				masked = append(masked, name)
			}
		})
		def := defs[p.name].(object)
		own := def["properties"].(object)
		assert.ElementsMatch(t, want, slices.Collect(maps.Keys(own)), p.name)
		got, _ := def["required"].([]any)
		assert.ElementsMatch(t, required, got, "required of %s", p.name)
		for name, property := range own {
			assert.Equal(t, slices.Contains(masked, name), mask(property.(object)), "mask of %s in %s", name, p.name)
		}
	}
}

func mask(property object) bool {
	facts, _ := property["x-assay"].(object)
	return facts["mask"] == true
}

// TestDescriptions checks that every schema that becomes Go has the words that become its doc comment.
func TestDescriptions(t *testing.T) {
	for _, file := range schemas.Names() {
		root := load(t, file)
		described(t, file+"#", root)
		for name, def := range root["$defs"].(object) {
			described(t, file+"#/$defs/"+name, def.(object))
		}
	}
}

func described(t *testing.T, at string, s object) {
	t.Helper()
	assert.NotEmpty(t, s["title"], "title of %s", at)
	assert.NotEmpty(t, s["description"], "description of %s", at)
	own, _ := s["properties"].(object)
	for name, property := range own {
		text, _ := property.(object)["description"].(string)
		assert.NotEmpty(t, text, "description of %s/properties/%s", at, name)
		assert.False(t, strings.HasSuffix(text, ".") || strings.Contains(text, "\n"), "%s/properties/%s: descriptions are fragments of one line", at, name)
	}
}

// TestEvents tries every property of every event: absent, and with each good and bad value of its kind.
func TestEvents(t *testing.T) {
	s := oracle(t, events)
	for _, p := range specification {
		t.Run(p.name, func(t *testing.T) {
			o := p.good()
			require.True(t, valid(t, s, o))
			for _, base := range []string{"ts", "session", "event"} {
				assert.False(t, valid(t, s, without(o, base)), "without %s", base)
			}
			each(p.required, func(name, _ string) { assert.False(t, valid(t, s, without(o, name)), "without %s", name) })
			each(p.optional, func(name, _ string) { assert.True(t, valid(t, s, without(o, name)), "without %s", name) })
			each(p.required+" "+p.optional, func(name, kind string) {
				for _, v := range values[kind].good {
					assert.True(t, valid(t, s, with(o, name, v)), "%s: %v", name, v)
				}
				for _, v := range values[kind].bad {
					assert.False(t, valid(t, s, with(o, name, v)), "%s: %v", name, v)
				}
			})
			assert.True(t, valid(t, s, with(o, "unheard_of", nil)), "additional properties are allowed")
		})
	}
}

// TestMetrics tries every metric with every unit: absent, the six of the specification, and others.
func TestMetrics(t *testing.T) {
	s := oracle(t, metrics)
	for _, m := range units {
		t.Run(m.name, func(t *testing.T) {
			o := goodMetric(m.name)
			require.True(t, valid(t, s, o))
			for base := range o {
				assert.False(t, valid(t, s, without(o, base)), "without %s", base)
			}
			for _, unit := range []string{"seconds", "ms", "bytes", "files", "rows", "code"} {
				assert.Equal(t, m.unit == "" || m.unit == unit, valid(t, s, with(o, "unit", unit)), "unit %s", unit)
			}
			for _, unit := range []any{"s", "", nil, 1} {
				assert.False(t, valid(t, s, with(o, "unit", unit)), "unit %v", unit)
			}
			for _, tags := range []any{object{}, object{"step": "a"}, object{"a": "b", "c": ""}} {
				assert.True(t, valid(t, s, with(o, "tags", tags)), "tags %v", tags)
			}
			for _, tags := range []any{nil, []any{}, object{"step": 1}, object{"step": nil}} {
				assert.False(t, valid(t, s, with(o, "tags", tags)), "tags %v", tags)
			}
		})
	}
}

// TestFormat holds the time stamps that only format tells from valid ones: the pattern is the grammar of RFC 3339, not its calendar.
func TestFormat(t *testing.T) {
	for _, file := range schemas.Names() {
		s := oracle(t, file)
		o := goodMetric("steps_total")
		if file == events {
			o = specification[0].good()
		}
		for _, ts := range []string{"2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-22T09:36:60Z"} {
			assert.False(t, valid(t, s, with(o, "ts", ts)), "%s: %s", file, ts)
		}
		for _, ts := range []string{"2024-02-29T00:00:00Z", "1990-12-31T15:59:60-08:00"} {
			assert.True(t, valid(t, s, with(o, "ts", ts)), "%s: %s", file, ts)
		}
	}
}
