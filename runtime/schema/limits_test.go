package schema_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/schema"
)

// limited compiles a schema under limits.
func limited(t *testing.T, l dynamic.Limits, text string) *dynamic.Schema {
	compiled, err := dynamic.Compile(fstest.MapFS{"s.json": {Data: []byte(text)}}, dynamic.Options{Limits: l}, "s.json")
	require.NoError(t, err)
	return compiled[0]
}

func TestLimitOfViolations(t *testing.T) {
	value := []byte("[1" + strings.Repeat(",1", 999) + "]")
	for most, want := range map[int]int{0: schema.MaxViolations, 1: 1, 3: 3, 500: 500, 1000: 1000, 2000: 1000} {
		var e *schema.Error
		require.ErrorAs(t, limited(t, dynamic.Limits{Violations: most}, `{"items":{"type":"string"}}`).Validate(value), &e)
		assert.Len(t, e.Violations, want)
		assert.Equal(t, 1000-want, e.More)
		assert.Equal(t, "/0", e.Violations[0].InstanceLocation, "the first are kept")
	}
}

func TestLimitOfSteps(t *testing.T) {
	var defs []string
	for i := range 12 {
		next := fmt.Sprintf(`{"$ref":"#/$defs/d%d"}`, i+1)
		defs = append(defs, fmt.Sprintf(`"d%d":{"allOf":[%s,%s]}`, i, next, next))
	}
	text := `{"$ref":"#/$defs/d0","$defs":{` + strings.Join(defs, ",") + `,"d12":{"type":"number"}}}`
	assert.True(t, limited(t, dynamic.Limits{}, text).Valid([]byte("1")))
	s := limited(t, dynamic.Limits{Steps: 1000}, text)
	assert.False(t, s.Valid([]byte("1")))
	assert.EqualError(t, s.Validate([]byte("1")), `gave up: the value takes more than 2024 steps (a limit that can be set: "steps")`)
}

func TestLimitOfLevels(t *testing.T) {
	text := `{"type":["array","null"],"items":{"$ref":"#"}}`
	value := []byte(strings.Repeat("[", 100) + strings.Repeat("]", 100))
	assert.NoError(t, limited(t, dynamic.Limits{}, text).Validate(value))
	assert.NoError(t, limited(t, dynamic.Limits{Levels: 200}, text).Validate(value))
	err := limited(t, dynamic.Limits{Levels: 100}, text).Validate(value)
	assert.EqualError(t, err, `gave up: the value takes more than 100 levels (a limit that can be set: "levels")`)
	var e *schema.Error
	require.True(t, errors.As(err, &e))
	assert.Equal(t, "limit", e.Violations[0].Keyword)
}

func TestLimitsOfPatterns(t *testing.T) {
	for _, c := range []struct {
		limits                schema.PatternLimits
		pattern, want, exceed string
		cost                  int
	}{
		{schema.PatternLimits{}, "a{1000}", "", "", 2_001},
		{schema.PatternLimits{Steps: 500}, "a{1000}", "more than 500 steps, repetitions written out", "pattern-steps", 0},
		{schema.PatternLimits{Ranges: 2}, "[a-cx-z]", "", "", 3},
		{schema.PatternLimits{Ranges: 2}, "x[a-cx-z]", "more than 2 ranges of characters in a pattern", "pattern-ranges", 0},
		{schema.PatternLimits{Steps: 1}, "(", "unclosed (", "", 0},
	} {
		cost, _, err := c.limits.Check(c.pattern)
		assert.Equal(t, c.cost, cost, c.pattern)
		if c.want == "" {
			assert.NoError(t, err, c.pattern)
			continue
		}
		require.EqualError(t, err, c.want)
		var exceeded *schema.PatternLimitError
		if assert.Equal(t, c.exceed != "", errors.As(err, &exceeded)) && exceeded != nil {
			assert.Equal(t, c.exceed, exceeded.Limit)
		}
	}
	_, err := dynamic.Compile(fstest.MapFS{"s.json": {Data: []byte(`{"pattern":"a{1000}"}`)}}, dynamic.Options{Limits: dynamic.Limits{PatternSteps: 500}}, "s.json")
	assert.ErrorContains(t, err, `the limit "pattern-steps" can be raised`)
	assert.False(t, limited(t, dynamic.Limits{PatternSteps: 200_000}, `{"pattern":"^(?:a{990}){0,1}b{900}"}`).Valid([]byte(`"ab"`)))
}
