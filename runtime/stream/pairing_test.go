package stream

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// jobs judges records {"is":…, "job":…, "at":…}, whose pairs a test chooses.
func jobs(pairs ...Pair) *Record {
	return &Record{
		Program: tagged("is", []string{"is"}, []string{"start", "done", "failed"}, nil),
		Facts:   &Facts{Record: "Job", Stream: "jobs", File: "jobs.jsonl", Name: "/is", Time: "/at", Names: []string{"start", "done", "failed"}, Pairs: pairs},
	}
}

// jobLines writes "start a 10:00" as a line; the job and the time may be left out, with "-" for a job that is left out in front of a time.
func jobLines(script string) string {
	var b strings.Builder
	for line := range strings.Lines(script) {
		words := append(strings.Fields(line), "-", "-")
		if words[0] == "-" {
			continue
		}
		fmt.Fprintf(&b, `{"is":%q`, words[0])
		if words[1] != "-" {
			fmt.Fprintf(&b, `,"job":%q`, words[1])
		}
		if words[2] != "-" {
			fmt.Fprintf(&b, `,"at":"2026-01-02T%s:00Z"`, words[2])
		}
		b.WriteString("}\n")
	}
	return b.String()
}

func TestPairs(t *testing.T) {
	byJob := Pair{Open: []string{"start"}, Close: []string{"done", "failed"}, By: []string{"job"}}
	within := byJob
	within.Within = 30 * time.Minute
	anyEnd := Pair{Open: []string{"start"}, Close: []string{"done"}, Any: true}
	anyOfJob := Pair{Open: []string{"start"}, Close: []string{"done"}, By: []string{"job"}, Any: true, Within: time.Hour}
	soft := byJob
	soft.Warn = true

	for _, test := range []struct {
		name, lines string
		pair        Pair
		want        []string
	}{
		{"paired", "start a\nstart b\ndone b\nfailed a", byJob, nil},
		{"unclosed", "start a\nstart b\ndone b", byJob, []string{
			`jobs.jsonl:1: start: job "a" has no done or failed behind it [unclosed]`}},
		{"unopened", "done a", byJob, []string{
			`jobs.jsonl:1: done: job "a" has no start before it [unopened]`}},
		{"a job that starts anew leaves its first start open", "start a\nstart a\ndone a", byJob, []string{
			`jobs.jsonl:1: start: job "a" has no done or failed behind it [unclosed]`}},
		{"twice opened, twice closed", "start a\nstart a\ndone a\ndone a", byJob, nil},
		{"closed twice", "start a\ndone a\nfailed a", byJob, []string{
			`jobs.jsonl:3: failed: job "a" has no start before it [unopened]`}},
		{"the wrong way round is one mistake", "done a\nstart a", byJob, []string{
			`jobs.jsonl:1: done: job "a" comes before its start on line 2 [unopened]`}},
		{"a key is missing", "start\nstart b\ndone b", byJob, []string{
			`jobs.jsonl:1: start: no job to pair it by [key]`}},
		{"a warning", "start a", soft, []string{
			`jobs.jsonl:1: warning: start: job "a" has no done or failed behind it [unclosed]`}},

		{"just in time", "start a 10:00\ndone a 10:30", within, nil},
		{"late", "start a 10:00\nstart b 10:01\ndone b 10:02\ndone a 10:31", within, []string{
			`jobs.jsonl:4: done: job "a" comes 31m behind its start on line 1, more than 30m [late]`}},
		{"without a time", "start a\ndone a 10:31", within, []string{
			`jobs.jsonl:2: warning: 1 record cannot be checked for being late, since a time is missing [late]`}},

		{"one end is enough for all", "start\nstart\ndone\nstart\ndone\ndone", anyEnd, nil},
		{"no end", "start\nstart", anyEnd, []string{
			`jobs.jsonl:1: start: has no done behind it (2 records) [unclosed]`}},
		{"no start", "done\ndone", anyEnd, []string{
			`jobs.jsonl:1: done: has no start (2 records) [unopened]`}},
		{"end before start", "done\nstart", anyEnd, []string{
			`jobs.jsonl:2: start: has its done before it, on line 1 [unclosed]`}},
		{"by key", "start a 10:00\nstart b 10:00\ndone a 11:01", anyOfJob, []string{
			`jobs.jsonl:2: start: job "b" has no done behind it [unclosed]`,
			`jobs.jsonl:3: done: job "a" comes 1h1m behind its start on line 1, more than 1h [late]`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := jobs(test.pair).NewSummary(InFile("jobs.jsonl"))
			require.NoError(t, s.Read(t.Context(), strings.NewReader(jobLines(test.lines))))
			got := s.PairFindings()
			assert.ElementsMatch(t, test.want, texts(got.First))
			assert.Zero(t, got.More)
		})
	}
}

func TestAlsoEnds(t *testing.T) {
	pair := Pair{Open: []string{"start"}, Close: []string{"done"}, By: []string{"job"}}
	record, lines := jobs(pair), jobLines("start a\nstart b\nbroke a\nfailed b")

	s := record.NewSummary(AlsoEnds("start", "broke", "failed"))
	require.NoError(t, s.Read(t.Context(), strings.NewReader(lines)))
	assert.Empty(t, s.PairFindings().First)
	assert.Equal(t, []string{"done"}, record.Facts.Pairs[0].Close, "the facts are not changed")

	_, err := NewRun([]*Record{record}, AlsoEnds("strat", "broke"))
	assert.EqualError(t, err, `"strat" opens no pair, so that nothing can end it; did you mean "start"?`)
}

// What waits is bounded, and what finds no room is said.
func TestPairsInBoundedMemory(t *testing.T) {
	var b strings.Builder
	for i := range MaxWaiting + 10 {
		fmt.Fprintf(&b, `{"is":"start","job":"%d"}`+"\n", i)
	}
	for i := range MaxWaiting + 10 {
		fmt.Fprintf(&b, `{"is":"done","job":"%d"}`+"\n", i)
	}
	s := jobs(Pair{Open: []string{"start"}, Close: []string{"done"}, By: []string{"job"}}).NewSummary(InFile("jobs.jsonl"))
	require.NoError(t, s.Read(t.Context(), strings.NewReader(b.String())))
	assert.Equal(t, []string{
		`jobs.jsonl:100001: 10 records from here on could not be paired, since 100000 wait already: start [unclosed]`,
		`jobs.jsonl:200011: 10 records from here on could not be paired, since 100000 wait already: done [unclosed]`,
	}, texts(s.PairFindings().First))

	b.Reset()
	for i := range MaxFindings + 5 {
		fmt.Fprintf(&b, `{"is":"start","job":"%d"}`+"\n", i)
	}
	s = jobs(Pair{Open: []string{"start"}, Close: []string{"done"}, By: []string{"job"}}).NewSummary()
	require.NoError(t, s.Read(t.Context(), strings.NewReader(b.String())))
	got := s.PairFindings()
	assert.Len(t, got.First, MaxFindings)
	assert.Equal(t, 5, got.More)
	assert.Equal(t, 1, got.First[0].Line, "the first by line are shown, not by key")
	assert.Equal(t, MaxFindings, got.First[MaxFindings-1].Line)
}

func TestHugeKeysTakeNoRoom(t *testing.T) {
	huge := strings.Repeat("x", 1<<20)
	s := jobs(Pair{Open: []string{"start"}, Close: []string{"done"}, By: []string{"job"}}).NewSummary()
	require.NoError(t, s.Read(t.Context(), strings.NewReader(jobLines("start "+huge+"a\nstart "+huge+"b\ndone "+huge+"a"))))
	require.Len(t, s.Pairs[0].Waiting, 1)
	for key := range s.Pairs[0].Waiting {
		assert.LessOrEqual(t, len(key), MaxKeyLength)
	}
	assert.Equal(t, []string{`line 2: start: job "` + strings.Repeat("x", 80) + `"… (1048577 bytes, sha256 917dbfb1…) has no done behind it [unclosed]`},
		texts(s.PairFindings().First))
}

func TestSpellDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond: "1.5s", time.Minute: "1m", 90 * time.Minute: "1h30m", 24 * time.Hour: "24h",
		14 * 24 * time.Hour: "14 days", 15*24*time.Hour + 2*time.Hour: "15d 2h",
	} {
		assert.Equal(t, want, spell(d))
	}
}
