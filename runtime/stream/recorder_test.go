package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tasks judges records of a made-up stream: {"at":…, "kind":…, "run":…, and more}.
func tasks() *Record {
	names := []string{"begun", "tried", "ended", "checked", "opened", "shut", "noted"}
	f := &Facts{
		Record: "Job", Stream: "jobs", Name: "/kind", Time: "/at", Session: "/run", Names: names,
		Keys: []Key{
			{Name: "id", At: []string{"/id"}}, {Name: "n", At: []string{"/tags/n", "/n"}}, {Name: "ok", At: []string{"/ok"}},
			{Name: "file", At: []string{"/path"}, Basename: true},
		},
		Pairs: []Pair{
			{Open: []string{"begun"}, Close: []string{"ended", "tried"}, By: []string{"id"}, Elapsed: []Elapsed{{"took", time.Millisecond}}},
			{Open: []string{"begun"}, Close: []string{"checked"}, By: []string{"id", "n"}, Warn: true},
			{Open: []string{"opened"}, Close: []string{"shut", "noted"}, By: []string{"file"}, Any: true},
		},
	}
	return &Record{Program: tagged("kind", []string{"at", "kind", "run"}, names, nil, "took"), Facts: f}
}

func taskEmission() *Emission {
	return &Emission{
		Constants: []Constant{{Of: []string{"ended"}, Property: "unit", Value: `"ms"`, After: []string{"no", "kind"}}},
		Elapsed:   []ElapsedProperty{{Of: []string{"ended", "tried"}, Property: "took", Unit: time.Millisecond}},
		Masked:    []Masked{{Of: []string{"noted"}, At: "/text"}, {Of: []string{"noted"}, At: "/list/*/line"}},
	}
}

// clock is a time that passes by hand.
type clock struct{ now time.Time }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

type recording struct {
	*Recording
	log   bytes.Buffer
	clock clock
}

func newRecording(o RecorderOptions) *recording {
	r := &recording{clock: clock{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	o.Now = func() time.Time { return r.clock.now }
	r.Recording = NewRecorder(o).Stream(&r.log, tasks(), taskEmission())
	return r
}

// write writes a record: its name, and the members behind the base.
func (r *recording) write(name, members string, closes, opens *Open) error {
	return r.text(fmt.Sprintf(`{"at":"","kind":%q,"run":""%s}`, name, members), name, closes, opens)
}

func (r *recording) text(text, name string, closes, opens *Open) error {
	d := r.Draft()
	if closes != nil {
		d = closes.Draft()
	}
	d.Text = append(d.Text, text...)
	return d.Write(name, closes, opens)
}

const base = `{"at":"2026-01-01T00:00:00.000000Z","kind":`

func TestRecorderFillsIn(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":           {`{"at":"","kind":"tried","run":""}`, base + `"tried","run":"r"}`},
		"null":            {`{"at":null,"kind":"tried","run":null}`, base + `"tried","run":"r"}`},
		"absent":          {`{"kind":"tried"}`, `{"kind":"tried","at":"2026-01-01T00:00:00.000000Z","run":"r"}`},
		"there":           {`{"at":"x","kind":"tried","run":"r"}`, `{"at":"x","kind":"tried","run":"r"}`},
		"constant":        {`{"at":"","kind":"ended","run":"","more":1}`, base + `"ended","unit":"ms","run":"r","more":1}`},
		"empty constant":  {`{"at":"","kind":"ended","run":"","unit":""}`, base + `"ended","run":"r","unit":"ms"}`},
		"other constant":  {`{"at":"","kind":"ended","run":"","unit":"s"}`, base + `"ended","run":"r","unit":"s"}`}, // for the schema to refuse
		"space":           {" {\t\"kind\" : \"tried\" } ", " {\t\"kind\" : \"tried\" ,\"at\":\"2026-01-01T00:00:00.000000Z\",\"run\":\"r\"} "},
		"no elapsed time": {`{"at":"","kind":"tried","run":"","took":0}`, base + `"tried","run":"r","took":0}`},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecording(RecorderOptions{Session: "r"})
			kind := strings.Split(strings.SplitAfter(c.text, `"kind"`)[1], `"`)[1]
			require.NoError(t, r.text(c.text, kind, nil, nil))
			assert.Equal(t, c.want+"\n", r.log.String())
			assert.NoError(t, r.run.Close())
		})
	}
}

func TestRecorderRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, kind, want string }{
		"schema":      {`{"at":"","kind":"ended","run":"","took":-1}`, "ended", "ended: took must be >= 0, got -1"},
		"not JSON":    {`{"at":"","took":NaN}`, "ended", "ended: 1:17: "},
		"name":        {`{"at":"","kind":"ended","run":""}`, "tried", `tried: the record says that its name is "ended"`},
		"unknown":     {`{"at":"","kind":"x","run":""}`, "x", `x: unknown job "x"`},
		"two members": {`{"at":"","kind":"ended","run":"","run":""}`, "ended", `ended: 1:`},
		"line end":    {"{\"at\":\"\",\n\"kind\":\"ended\",\"run\":\"\"}", "ended", "ended: the record has a line end in it"},
		"session":     {`{"at":"","kind":"ended","run":"other"}`, "ended", `ended: session is "other", but that of the run is "r"`},
		"no object":   {`[]`, "ended", "ended: "},
		"nothing":     {``, "ended", "ended: "},
		"a number":    {`{"at":1,"kind":"ended","run":""}`, "ended", "ended: at must be a string"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecording(RecorderOptions{Session: "r"})
			err := r.text(c.text, c.kind, nil, nil)
			require.ErrorContains(t, err, c.want)
			assert.Empty(t, r.log.String())
			var closed *CloseError
			require.ErrorAs(t, r.run.Close(), &closed)
			assert.Equal(t, err, closed.First)
			assert.Equal(t, 1, closed.Failed)
		})
	}
}

// TestRecorderSession: the first record that is written gives the session, if the options do not.
func TestRecorderSession(t *testing.T) {
	r := newRecording(RecorderOptions{})
	require.Error(t, r.text(`{"at":"","kind":"ended","run":"bad","took":-1}`, "ended", nil, nil))
	require.NoError(t, r.text(`{"at":"","kind":"ended","run":"r"}`, "ended", nil, nil))
	require.NoError(t, r.write("tried", "", nil, nil))
	require.ErrorContains(t, r.text(`{"at":"","kind":"ended","run":"s"}`, "ended", nil, nil), `that of the run is "r"`)
	assert.Equal(t, 2, strings.Count(r.log.String(), `"run":"r"`))
}

func TestRecorderPairs(t *testing.T) {
	r := newRecording(RecorderOptions{Session: "r"})
	var begun Open
	require.NoError(t, r.write("begun", `,"id":"a\"b","n":7`, nil, &begun))
	r.clock.pass(1500 * time.Microsecond)
	r.log.Reset()

	require.ErrorContains(t, r.write("ended", `,"id":"b"`, &begun, nil), `ended: id is "b", but that of the begun it closes is "a\"b"`)
	require.ErrorContains(t, r.write("checked", `,"n":8`, &begun, nil), `checked: n is 8, but that of the begun it closes is "7"`)
	require.ErrorContains(t, r.write("ended", `,"took":-1`, &begun, nil), "took must be >= 0")
	require.ErrorContains(t, r.write("shut", "", &begun, nil), "shut: it does not close begun")
	assert.Empty(t, r.log.String(), "what is refused closes nothing")

	require.NoError(t, r.write("ended", `,"id":"","unit":"ms"`, &begun, nil))
	require.ErrorContains(t, r.write("tried", "", &begun, nil), "tried: the begun is closed already, by ended")
	require.NoError(t, r.write("checked", `,"n":0`, &begun, nil), "it is open in another pair")
	require.ErrorContains(t, r.write("checked", "", &begun, nil), "checked: the begun is closed already, by ended and checked")
	assert.Equal(t, `{"at":"2026-01-01T00:00:00.001500Z","kind":"ended","run":"r","id":"a\"b","unit":"ms","took":1.5}
{"at":"2026-01-01T00:00:00.001500Z","kind":"checked","run":"r","n":7,"id":"a\"b"}
`, r.log.String())
	assert.Empty(t, r.run.opens.members)
}

func TestRecorderKeys(t *testing.T) {
	r := newRecording(RecorderOptions{Session: "r"})
	var missing, null, nested Open
	require.ErrorContains(t, r.write("begun", "", nil, &missing), "begun: it has no id to pair it with ended or tried")
	require.ErrorContains(t, r.write("begun", `,"id":null`, nil, &null), "begun: it has no id")
	assert.Empty(t, r.log.String())
	require.ErrorContains(t, r.write("ended", "", &missing, nil), "ended: what it would close was not written")

	require.NoError(t, r.write("begun", `,"id":true,"tags":{"n":"x"}`, nil, &nested))
	r.log.Reset()
	require.ErrorContains(t, r.write("checked", "", &nested, nil), "checked: it has no n to pair it with begun", "there are no tags to put it into")
	require.NoError(t, r.write("checked", `,"tags":{},"id":false`, &nested, nil))
	assert.Equal(t, base+`"checked","run":"r","tags":{"n":"x"},"id":true}`+"\n", r.log.String())
	require.NoError(t, r.write("tried", "", &nested, nil))
}

// TestRecorderAny: one close is enough for all that are open with equal keys, and each name may close once more.
func TestRecorderAny(t *testing.T) {
	r := newRecording(RecorderOptions{Session: "r"})
	var a, b, other Open
	require.NoError(t, r.write("opened", `,"path":"/x/f"`, nil, &a))
	require.NoError(t, r.write("opened", `,"path":"/y/f"`, nil, &b))
	require.NoError(t, r.write("opened", `,"path":"/y/g"`, nil, &other))
	require.NoError(t, r.write("shut", `,"path":"/z/f"`, &a, nil), "the same base name")
	require.NoError(t, r.write("noted", "", &a, nil))
	require.ErrorContains(t, r.write("noted", "", &a, nil), "closed already, by shut and noted")
	require.NoError(t, r.write("noted", "", &b, nil))
	err := r.run.Close()
	require.ErrorContains(t, err, "1 record is still open\n  opened file=\"/y/g\" wants shut or noted")
	assert.Same(t, err, r.run.Close())
	assert.Len(t, r.run.opens.groups, 1)
	require.ErrorContains(t, r.write("shut", "", &other, nil), "shut: the recorder is closed")
}

func TestRecorderClosesAndOpens(t *testing.T) {
	r := newRecording(RecorderOptions{})
	r.record.Facts.Pairs = append(r.record.Facts.Pairs, Pair{Open: []string{"ended"}, Close: []string{"noted"}, By: []string{"id"}})
	r.rules = rulesOf(r.record.Facts, taskEmission())
	var begun, ended Open
	r.run.session = "r"
	require.NoError(t, r.write("begun", `,"id":1,"n":1`, nil, &begun))
	require.NoError(t, r.write("ended", "", &begun, &ended))
	require.NoError(t, r.write("noted", "", &ended, nil))
	assert.NoError(t, r.run.Close(), "the check is worth a warning only")
	assert.Contains(t, r.log.String(), `"noted","run":"r","id":1}`)
}

func TestRecorderMany(t *testing.T) {
	r := newRecording(RecorderOptions{Session: "r"})
	opens := make([]Open, 10_000)
	for i := range opens {
		require.NoError(t, r.write("opened", fmt.Sprintf(`,"path":"%d%s"`, i, strings.Repeat("x", 500)), nil, &opens[i]))
	}
	var e *CloseError
	for i := range opens[:9_000] {
		require.NoError(t, r.write("shut", "", &opens[i], nil))
	}
	assert.Len(t, r.run.opens.members, 1_000)
	assert.Len(t, r.run.opens.groups, 1_000)
	require.ErrorAs(t, r.run.Close(), &e)
	assert.Len(t, e.Open, MaxOpen)
	assert.Equal(t, 1_000-MaxOpen, e.MoreOpen)
	assert.True(t, strings.HasPrefix(e.Open[0].Keys[0], `file="9000x`), e.Open[0].Keys[0])
	assert.Less(t, len(e.Error()), 5_000)
	assert.Contains(t, e.Error(), "1000 records are still open")
}

func TestRecorderMasks(t *testing.T) {
	var seen []string
	r := newRecording(RecorderOptions{Session: "r", Redact: func(property, text string) string {
		seen = append(seen, property+"="+text)
		return strings.ToUpper(text)
	}})
	require.NoError(t, r.write("noted", `,"text":{"a":["x","ä\n",1,null],"b":"y"},"list":[{"line":"z","n":1},{"line":2}],"line":"keep","more":{"api_key":["s"],"n":2}`, nil, nil))
	assert.Equal(t, base+`"noted","run":"r","text":{"a":["X","Ä\n",1,null],"b":"Y"},"list":[{"line":"Z","n":1},{"line":2}],"line":"keep","more":{"api_key":["S"],"n":2}}`+
		"\n", r.log.String())
	assert.Equal(t, []string{"a=x", "a=ä\n", "b=y", "line=z", "api_key=s"}, seen)
	r.log.Reset()
	require.NoError(t, r.write("tried", `,"text":"x"`, nil, nil))
	assert.Contains(t, r.log.String(), `"text":"x"`, "the schema marks it in another record")
}

// TestRecorderMasksKeys: what pairs records is masked alike in both.
func TestRecorderMasksKeys(t *testing.T) {
	r := newRecording(RecorderOptions{Session: "r"})
	r.rules[0].masked = [][]string{{"id"}}
	r.rules[2].masked = [][]string{{"id"}}
	var a, b Open
	require.NoError(t, r.write("begun", `,"id":"x://u:p@h","n":1`, nil, &a))
	require.NoError(t, r.write("ended", `,"id":"x://u:p@h"`, &a, nil))
	require.NoError(t, r.write("begun", `,"id":"x://u:p@h","n":1`, nil, &b))
	require.NoError(t, r.write("ended", ``, &b, nil))
	assert.Equal(t, 4, strings.Count(r.log.String(), `"id":"x://[redacted]@h"`))
}

func TestRecorderStreams(t *testing.T) {
	run := NewRecorder(RecorderOptions{Session: "r"})
	var both bytes.Buffer
	a, b := run.Stream(&both, tasks(), taskEmission()), run.Stream(&both, orders(), &Emission{})
	none := run.Stream(nil, tasks(), taskEmission())
	assert.Same(t, a.sink, b.sink, "two streams of one writer take turns")
	odd := run.Stream(uncomparable{}, tasks(), taskEmission())
	assert.NotSame(t, odd.sink, run.Stream(uncomparable{}, tasks(), taskEmission()).sink)
	d := none.Draft()
	require.EqualError(t, d.Write("begun", nil, nil), "begun: no writer for the stream jobs was given")
	var o Open
	d = b.Draft()
	d.Text = append(d.Text, `{"at":"","type":"shipment_sent","id":"1","order_id":"o"}`...)
	require.NoError(t, d.Write("shipment_sent", nil, &o))
	d = a.Draft()
	require.EqualError(t, d.Write("begun", &o, nil), "begun: 1:1: text is empty, expected a value")
	d = a.Draft()
	d.Text = append(d.Text, `{"kind":"begun"}`...)
	require.EqualError(t, d.Write("begun", &o, nil), "begun: it cannot close a record of another stream")
	require.EqualError(t, run.Refuse("no job"), "no job")
	assert.ErrorContains(t, run.Close(), "4 calls failed, first: begun: no writer")
}

type uncomparable []int

func (uncomparable) Write(p []byte) (int, error) { return len(p), nil }

// TestRecorderStamp: RFC 3339 knows no offsets with seconds (section 5.6), and no year beyond 9999.
func TestRecorderStamp(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 36, 52, 381136999, time.FixedZone("", 5*60*60+30*60))
	assert.Equal(t, `"2026-11-22T09:36:52.381136+05:30"`, string(appendStamp(nil, at)))
	assert.Equal(t, `"2026-11-22T04:06:52.381136Z"`, string(appendStamp(nil, at.In(time.FixedZone("", 7)))))
}

// script is a writer that does as told: each step is how many bytes it takes, with an error if that is not all, and -1 stands for all.
type script struct {
	steps []int
	err   error
	log   bytes.Buffer
	calls []string
}

func (s *script) Write(p []byte) (int, error) {
	s.calls = append(s.calls, string(p))
	n := len(p)
	if len(s.steps) > 0 {
		if s.steps[0] >= 0 {
			n = min(n, s.steps[0])
		}
		s.steps = s.steps[1:]
	}
	s.log.Write(p[:n])
	if n < len(p) {
		return n, s.err
	}
	return n, nil
}

func (s *script) recorder(buffered bool) *recording {
	r := &recording{clock: clock{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	run := NewRecorder(RecorderOptions{Session: "r", Buffered: buffered, Now: func() time.Time { return r.clock.now }})
	r.Recording = run.Stream(s, tasks(), taskEmission())
	return r
}

var errFull = errors.New("no space left on device")

func TestRecorderTornLine(t *testing.T) {
	line := func(n int) string { return fmt.Sprintf(base+`"tried","run":"r","n":%d}`+"\n", n) }
	for name, c := range map[string]struct {
		steps []int
		err   error
		want  string // of three lines
		fails []int
	}{
		"good":              {nil, nil, line(1) + line(2) + line(3), nil},
		"nothing written":   {[]int{-1, 0}, errFull, line(1) + line(3), []int{2}},
		"half":              {[]int{-1, 10}, errFull, line(1) + line(2)[:10] + "\n" + line(3), []int{2}},
		"half, then half":   {[]int{10, 20}, errFull, line(1)[:10] + "\n" + line(2)[:19] + "\n" + line(3), []int{1, 2}},
		"half, line end":    {[]int{10, 1}, errFull, line(1)[:10] + "\n" + line(3), []int{1, 2}},
		"no line end":       {[]int{len(line(1)) - 1}, errFull, line(1) + line(2) + line(3), []int{1}},
		"short without why": {[]int{-1, 10}, nil, line(1) + line(2)[:10] + "\n" + line(3), []int{2}},
	} {
		t.Run(name, func(t *testing.T) {
			w := &script{steps: c.steps, err: c.err}
			r := w.recorder(false)
			var failed []int
			for n := 1; n <= 3; n++ {
				if err := r.write("tried", fmt.Sprintf(`,"n":%d`, n), nil, nil); err != nil {
					failed = append(failed, n)
					want := c.err
					if want == nil {
						want = io.ErrShortWrite
					}
					assert.ErrorIs(t, err, want)
				}
			}
			assert.Equal(t, c.fails, failed)
			assert.Equal(t, c.want, w.log.String())
			assert.Len(t, w.calls, 3, "one call for each line")
			assert.Equal(t, len(c.fails) > 0, r.run.Close() != nil)
		})
	}
}

// TestRecorderGoesOn: half a line that a killed process left behind stays by itself.
func TestRecorderGoesOn(t *testing.T) {
	for was, want := range map[string]string{"": "", "{}\n": "{}\n", `{"at`: `{"at` + "\n"} {
		path := filepath.Join(t.TempDir(), "jobs.jsonl")
		require.NoError(t, os.WriteFile(path, []byte(was), 0o666))
		file, err := os.OpenFile(path, os.O_APPEND|os.O_RDWR, 0)
		require.NoError(t, err)
		d := NewRecorder(RecorderOptions{}).Stream(file, tasks(), taskEmission()).Draft()
		d.Text = append(d.Text, `{"at":"x","kind":"tried","run":"r"}`...)
		require.NoError(t, d.Write("tried", nil, nil))
		require.NoError(t, file.Close())
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, want+`{"at":"x","kind":"tried","run":"r"}`+"\n", string(text))
	}
}

// TestRecorderFailedOpen: what was not written is not open, and what did not close is still.
func TestRecorderFailedOpen(t *testing.T) {
	w := &script{steps: []int{5, -1, 5}, err: errFull}
	r := w.recorder(false)
	var lost, open Open
	require.ErrorIs(t, r.write("begun", `,"id":1,"n":1`, nil, &lost), errFull)
	require.ErrorIs(t, r.write("ended", "", &lost, nil), errUnopened)
	require.NoError(t, r.write("begun", `,"id":1,"n":1`, nil, &open))
	require.ErrorIs(t, r.write("ended", "", &open, nil), errFull)
	require.NoError(t, r.write("ended", "", &open, nil))
	assert.ErrorIs(t, r.run.Close(), errFull)
}

func TestRecorderBuffered(t *testing.T) {
	w := &script{}
	r := w.recorder(true)
	for range 2_000 {
		require.NoError(t, r.write("tried", `,"text":"`+strings.Repeat("x", 30)+`"`, nil, nil))
	}
	long := strings.Repeat("y", 3*bufferSize)
	require.NoError(t, r.write("tried", `,"text":"`+long+`"`, nil, nil))
	require.NoError(t, r.write("tried", "", nil, nil))
	require.NoError(t, r.run.Close())
	require.NoError(t, r.run.Close())
	assert.Less(t, len(w.calls), 10)
	for _, call := range w.calls {
		assert.True(t, strings.HasPrefix(call, base) && strings.HasSuffix(call, "\n"), "whole lines only")
		assert.True(t, len(call) <= bufferSize || strings.Count(call, "\n") == 1)
	}
	assert.Equal(t, 2_002, strings.Count(w.log.String(), "\n"))
	require.ErrorContains(t, r.write("tried", "", nil, nil), "the recorder is closed")
}

// TestRecorderBufferedFails: lines stay in the buffer until they are written, and no more come in.
func TestRecorderBufferedFails(t *testing.T) {
	w := &script{steps: []int{1000, 0, -1}, err: errFull}
	r := w.recorder(true)
	good, failed := 0, 0
	for i := range 1_500 {
		if err := r.write("tried", fmt.Sprintf(`,"n":%d`, i), nil, nil); err != nil {
			assert.ErrorIs(t, err, errFull)
			failed++
		} else {
			good++
		}
	}
	assert.Equal(t, 2, failed)
	require.ErrorIs(t, r.run.Close(), errFull)
	c, err := r.record.Count(t.Context(), &w.log)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Malformed, "the half line")
	assert.Equal(t, good, c.Valid())
}

func TestRecorderBufferLost(t *testing.T) {
	w := &script{steps: []int{100, 0, 0}, err: errFull}
	r := w.recorder(true)
	for range 3 {
		require.NoError(t, r.write("tried", "", nil, nil))
	}
	assert.EqualError(t, r.run.Close(), "2 buffered lines cannot be written: no space left on device")
}

func TestRecorderConcurrently(t *testing.T) {
	for _, buffered := range []bool{false, true} {
		var log bytes.Buffer
		run := NewRecorder(RecorderOptions{Session: "r", Buffered: buffered})
		r := &recording{Recording: run.Stream(&log, tasks(), taskEmission())}
		var wait sync.WaitGroup
		for range 100 {
			wait.Go(func() {
				for j := range 20 {
					var o Open
					assert.NoError(t, r.write("opened", fmt.Sprintf(`,"path":"%d"`, j%3), nil, &o))
					var once sync.WaitGroup
					errs := make([]error, 3)
					for k := range errs {
						once.Go(func() { errs[k] = r.write("shut", "", &o, nil) })
					}
					once.Wait()
					failed := 0
					for _, err := range errs {
						if err != nil {
							failed++
						}
					}
					assert.Equal(t, 2, failed, "one of them closes it")
				}
			})
		}
		wait.Wait()
		var e *CloseError
		require.ErrorAs(t, run.Close(), &e)
		assert.Empty(t, e.Open)
		c, err := tasks().Count(t.Context(), &log)
		require.NoError(t, err)
		assert.Equal(t, 4_000, c.Valid())
		assert.Equal(t, 4_000, c.Lines)
	}
}

func TestSlogHandler(t *testing.T) {
	r := newRecording(RecorderOptions{Session: "r"})
	var rest bytes.Buffer
	next := slog.NewTextHandler(&rest, &slog.HandlerOptions{Level: slog.LevelWarn})
	log := slog.New(r.run.NewSlogHandler(next))
	at := time.Date(2026, 2, 3, 4, 5, 6, 700_000_000, time.UTC)
	handle := func(h slog.Handler, message string, attrs ...slog.Attr) error {
		record := slog.NewRecord(at, slog.LevelDebug, message, 0)
		record.AddAttrs(attrs...)
		return h.Handle(context.Background(), record)
	}
	require.NoError(t, handle(log.With("id", "a", "n", 1).Handler(), "ended",
		slog.Int("n", 2), slog.Duration("took", 1500*time.Microsecond), slog.Duration("wait", 3), slog.Group("tags", "b", true, "c", 1.5),
		slog.Group("", "d", uint64(math.MaxUint64)), slog.Group("none"), slog.Attr{}, slog.Any("e", errors.New("<broken>")),
		slog.Any("f", []string{"<"}), slog.Any("g", nil), slog.Time("h", at), slog.Any("i", resolved{}), slog.String("password", "p")))
	assert.Equal(t, `{"kind":"ended","unit":"ms","at":"2026-02-03T04:05:06.700000Z","id":"a","n":2,"took":1.5,"wait":3,"tags":{"b":true,"c":1.5},`+
		`"d":18446744073709551615,"e":"<broken>","f":["<"],"g":null,"h":"2026-02-03T04:05:06.7Z","i":"resolved","password":"[redacted]","run":"r"}`+"\n", r.log.String())

	r.log.Reset()
	require.NoError(t, handle(log.WithGroup("").WithGroup("tags").With("b", 1).WithGroup("deep").With("c", 2).WithGroup("empty").Handler(), "tried"))
	assert.Equal(t, `{"kind":"tried","at":"2026-02-03T04:05:06.700000Z","tags":{"b":1,"deep":{"c":2}},"run":"r"}`+"\n", r.log.String())

	r.log.Reset()
	log.Warn("something else", "n", 1)
	log.Info("not for next")
	log.With("n", 2).WithGroup("g").Warn("tried", "m", 3)
	assert.Equal(t, 1, strings.Count(r.log.String(), "\n"))
	assert.Contains(t, r.log.String(), `"n":2,"g":{"m":3}`)
	assert.Equal(t, 2, strings.Count(rest.String(), "\n"))
	assert.Contains(t, rest.String(), `msg=tried n=2 g.m=3`)

	require.ErrorContains(t, handle(log.Handler(), "tried", slog.Any("x", func() {})), `tried: attribute "x": json: unsupported type: func()`)
	require.ErrorContains(t, handle(log.Handler(), "tried", slog.Float64("took", math.NaN())), "NaN")
	require.ErrorContains(t, handle(log.Handler(), "tried", slog.String("kind", "ended")), `the record says that its name is "ended"`)
	log.Info("ended", "took", -1)
	assert.ErrorContains(t, r.run.Close(), "4 calls failed, first: tried: attribute")

	alone := newRecording(RecorderOptions{Session: "r"})
	logger := slog.New(alone.run.NewSlogHandler(nil)).With("a", 1).WithGroup("b")
	logger.Info("nobody hears it")
	logger.Debug("tried")
	assert.Equal(t, 1, strings.Count(alone.log.String(), "\n"))
}

type resolved struct{}

func (resolved) LogValue() slog.Value { return slog.StringValue("resolved") }

// FuzzRecorder: whatever is drafted, a line is written whole and valid, or not at all.
func FuzzRecorder(f *testing.F) {
	f.Add(`{"at":"","kind":"begun","run":"","id":1,"n":""}`, `{"kind":"ended","id":"","tags":{}}`)
	f.Add(`{"kind":"noted","text":[{"a":"password=x"}],"list":[{"line":{}}]}`, `{"kind":"noted","list":{"*":{"line":"x"}}}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		r := newRecording(RecorderOptions{Session: "r"})
		var o Open
		for _, name := range r.record.Facts.Names {
			o = Open{}
			r.text(first, name, nil, &o)
			r.text(second, name, &o, nil)
			r.text(second, "ended", &o, nil)
			r.text(second, "checked", &o, nil)
		}
		for line := range strings.Lines(r.log.String()) {
			if !strings.HasSuffix(line, "\n") || !r.record.Valid([]byte(line)) {
				t.Errorf("wrote %q", line)
			}
		}
		r.run.Close()
	})
}
