package stream_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/assay-go/assay/runtime/stream"
)

type kind string

var kindFacts = stream.Facts{Record: "Event", Stream: "events", Name: "/event", Names: []string{"start", "end"},
	Counts: []stream.Count{{Of: []string{"start"}, Per: "jobs", Min: 2, Max: -1}, {Of: []string{"start", "end"}, By: []string{"id"}, Min: 1, Max: 1, Warn: true}}}

// kindCounts is what generated code makes of them.
type kindCounts struct {
	Start, End int

	Unknown map[string]int

	Lines, Malformed, Nameless, Invalid int

	more *stream.Counts
}

func (c *kindCounts) field(name string) *int {
	switch name {
	case "start":
		return &c.Start
	case "end":
		return &c.End
	}
	return nil
}

func (c *kindCounts) fields() stream.CountFields {
	return stream.CountFields{Facts: &kindFacts, Field: c.field, Unknown: &c.Unknown, Lines: &c.Lines, Malformed: &c.Malformed,
		Nameless: &c.Nameless, Invalid: &c.Invalid, More: &c.more}
}

func TestCountFields(t *testing.T) {
	var a, b kindCounts
	for _, name := range []string{"start", "end", "start", "other"} {
		a.fields().Add(name)
	}
	assert.Equal(t, kindCounts{Start: 2, End: 1, Unknown: map[string]int{"other": 1}, Lines: 4}, a)
	assert.Equal(t, 2, a.fields().Of("start"))
	assert.Equal(t, 1, a.fields().Of("other"))
	assert.Equal(t, 0, a.fields().Of("none"))

	b.Invalid, b.Lines, b.End = 1, 2, 1
	b.fields().Merge(a.fields())
	assert.Equal(t, []int{2, 2, 6, 1}, []int{b.Start, b.End, b.Lines, b.Invalid})
	assert.Equal(t, []int{2, 2}, b.fields().Counts().Names)
	b.fields().Set(nil)
	assert.Equal(t, 2, b.Start, "nothing was counted: nothing changes")
	assert.Zero(t, testing.AllocsPerRun(10, func() { b.fields().Add("end") }))
}

func TestExpectedCounts(t *testing.T) {
	rules := stream.ExpectedCounts[kind](&kindFacts, map[string]int{"jobs": 3})
	assert.Equal(t, []stream.CountRule[kind]{
		{Of: []kind{"start"}, Min: 6, Max: -1}, {Of: []kind{"start", "end"}, By: []string{"id"}, Min: 1, Max: 1, Warn: true}}, rules)
	rules[1].By[0] = "changed"
	assert.Equal(t, "id", kindFacts.Counts[1].By[0], "rules are the caller's to edit")
}

func TestShares(t *testing.T) {
	assert.Equal(t, map[string]float64{"start": 0.5}, stream.Shares(map[kind]float64{"start": 0.5}))
}
