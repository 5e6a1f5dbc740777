package stream

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// warehouse judges orders under facts of every sort.
func warehouse() *Record {
	r := orders()
	f := r.Facts
	f.Session = "/id"
	f.Pairs = []Pair{
		{Open: []string{"order_placed"}, Close: []string{"payment_captured", "order_cancelled"}, By: []string{"order_id"}, Within: time.Hour},
		{Open: []string{"shipment_sent"}, Close: []string{"payment_declined"}, By: []string{"customer_id"}, Any: true, Within: time.Hour, Warn: true},
		{Open: []string{"payment_captured"}, Close: []string{"payment_captured"}, By: []string{"customer_id"}},
	}
	f.Totals = []Total{
		{Name: "taken", Of: []string{"payment_captured"}, Sum: "/total", By: []string{"order_id"}},
		{Name: "placed", Of: []string{"order_placed"}},
		{Name: "customers", Of: []string{"order_placed", "payment_captured"}, Distinct: []string{"customer_id"}, By: []string{"order_id"}},
	}
	f.Rising = []Rising{{Of: []string{"order_placed"}, Value: "/total", From: 1, By: 0.5}}
	f.Parity = ParityRules{
		Same: []ParitySame{{Of: []string{"payment_captured"}, By: []string{"order_id", "total"}}},
		Sums: &ParitySums{Value: "/total", By: []string{"customer_id"}, Within: 0.05, ReportIf: ReportIf{At: "/paid/in", In: []string{"points", ""}}},
	}
	return r
}

// someLines returns lines of all sorts, good and bad.
func someLines(r *rand.Rand, n int) []string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	lines := make([]string, n)
	for i := range lines {
		name := pick(append(orderNames, "refund", "refund\x1f", "order_placd")...)
		members := []string{
			fmt.Sprintf(`"at":"2026-01-02T%02d:%02d:00%s"`, r.IntN(3), r.IntN(60), pick("Z", "Z", "+01:00", ".5Z", "x")),
			`"type":` + jsonText(name),
			`"id":"` + pick("run_1", "run_1", "run_1", "run_2") + `"`,
		}
		for _, optional := range []string{
			`"order_id":"` + pick("a", "b", "c", `\u001f`) + `"`,
			`"customer_id":` + pick(`"x"`, `"y"`, `7`, `null`, `"`+strings.Repeat("z", 300)+`"`),
			`"total":` + pick("1", "1.5", "2", "2.0", "0.1", "1e2", "-1", `"no"`, "1e999"),
			`"paid":` + pick(`{"in":"points"}`, `{"in":"poin\u0074s"}`, `{"in":""}`, `{"in":"cash"}`, `{"in":7}`, `{}`, `"points"`),
		} {
			if r.IntN(8) > 0 {
				members = append(members, optional)
			}
		}
		line := "{" + strings.Join(members, ",") + "}"
		switch r.IntN(25) {
		case 0:
			line = line[:r.IntN(len(line))]
		case 1:
			line = pick("", "  ", "[]", "null", `{"type":3}`)
		case 2:
			line += "\r"
		case 3:
			line = strings.Replace(line, `"a"`, `"\udc00"`, 1)
		}
		lines[i] = line + "\n"
	}
	return lines
}

func jsonText(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func summaryOf(t *testing.T, r *Record, lines []string) *Summary {
	t.Helper()
	s := r.NewSummary(InFile("orders.jsonl"), AlsoEnds("order_placed", "refund"))
	require.NoError(t, s.Read(t.Context(), strings.NewReader(strings.Join(lines, ""))))
	return s
}

func encoded(t *testing.T, s *Summary) string {
	t.Helper()
	text, err := json.MarshalIndent(s, "", " ")
	require.NoError(t, err)
	return string(text)
}

// The law of every accumulator: parts that are summarised apart, sent somewhere as JSON, and merged in order are the whole.
func TestSummaryOfPartsIsThatOfTheWhole(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		record, lines := warehouse(), someLines(r, 1+r.IntN(80))
		whole := summaryOf(t, record, lines)
		other := summaryOf(t, record, someLines(r, 1+r.IntN(80)))

		merged := summaryOf(t, record, nil)
		for rest := lines; len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			part := summaryOf(t, record, rest[:n])
			rest = rest[n:]
			if r.IntN(2) == 0 {
				sent := encoded(t, part)
				part = summaryOf(t, record, nil)
				require.NoError(t, json.Unmarshal([]byte(sent), part))
				require.Equal(t, sent, encoded(t, part), "a summary survives encoding")
			}
			require.NoError(t, merged.Merge(part))
			if r.IntN(3) == 0 {
				sent := encoded(t, merged)
				merged = summaryOf(t, record, nil)
				require.NoError(t, json.Unmarshal([]byte(sent), merged))
			}
		}
		require.Equal(t, encoded(t, whole), encoded(t, merged), "seed %d:\n%s", seed, strings.Join(lines, ""))
		require.Equal(t, texts(whole.Findings().First), texts(merged.Findings().First), "seed %d", seed)
		require.Equal(t, compared(whole, other), compared(merged, other), "seed %d", seed)
		require.Equal(t, compared(other, whole), compared(other, merged), "seed %d", seed)
	}
}

// compared says what two summaries do not have in common.
func compared(a, b *Summary) string {
	return Compare(&Run{Streams: []*Summary{a}}, &Run{Streams: []*Summary{b}}, ParityOptions{}).String()
}

// Reading on is the same as merging.
func TestSummaryReadsPartsOneAfterAnother(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	record, lines := warehouse(), someLines(r, 60)
	whole := summaryOf(t, record, lines)
	s := summaryOf(t, record, lines[:25])
	require.NoError(t, s.Read(t.Context(), strings.NewReader(strings.Join(lines[25:], ""))))
	assert.Equal(t, encoded(t, whole), encoded(t, s))
}

func TestSummaryMergesWithItsOwnKindOnly(t *testing.T) {
	s := warehouse().NewSummary()
	before := encoded(t, s)
	assert.ErrorIs(t, s.Merge(eventRecord().NewSummary()), errOtherFacts)
	assert.ErrorIs(t, json.Unmarshal([]byte(encoded(t, eventRecord().NewSummary())), s), errOtherFacts)
	assert.Error(t, json.Unmarshal([]byte(`{"lines":"x"}`), s))
	assert.ErrorIs(t, json.Unmarshal([]byte(`{}`), s), errOtherFacts)
	assert.ErrorIs(t, json.Unmarshal([]byte(strings.Replace(before, `"matched"`, `"groups": {"a": null}, "matched"`, 1)), s), errOtherFacts)
	assert.Equal(t, before, encoded(t, s))
	assert.Error(t, json.Unmarshal([]byte(before), new(Summary)))
}

func texts(findings []Finding) []string {
	all := make([]string, len(findings))
	for i, f := range findings {
		all[i] = f.String()
	}
	return all
}
