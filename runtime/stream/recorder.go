package stream

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
)

// RecorderOptions are the settings of a recorder. The zero value is good for one whose records bring their own session.
type RecorderOptions struct {
	// Session is written where a record has none. One run has one session: a record of another is refused. If Session is empty, the first
	// record that has a session gives it.
	Session string

	// Now tells the time stamp of records that have none, and how long something took. It is asked once for each record, in the order of
	// lines, and must not use the recorder. nil is time.Now, whose times carry a monotonic clock.
	Now func() time.Time

	// Redact masks the strings of properties that the schema marks with "mask", and of members that no schema declares and whose names are those
	// of secrets (see [IsSecretName]). nil is [Redact]. It must be safe for concurrent use.
	Redact Redactor

	// Buffered collects lines and writes them together: whole lines only, when 64 KiB have come together and at Close. What is in the
	// buffer is lost when the process is killed. Else every line is written by itself, at once.
	Buffered bool
}

// Recorder writes the streams of one run. Records go to its Recordings; it holds what these have in common: the session, the clock, what is open,
// and the first error. It is safe for concurrent use.
type Recorder struct {
	now      func() time.Time
	redact   Redactor
	buffered bool
	streams  []*Recording
	sinks    []*sink

	mu      sync.Mutex // guards what follows; taken last, after the lock of an Open and that of a sink
	session string
	failed  int
	first   error
	opens   openSet
	closing sync.Once
	closed  error
}

// NewRecorder returns a recorder without streams.
func NewRecorder(o RecorderOptions) *Recorder {
	r := &Recorder{now: o.Now, redact: o.Redact, buffered: o.Buffered, session: o.Session}
	if r.now == nil {
		r.now = time.Now
	}
	if r.redact == nil {
		r.redact = Redact
	}
	return r
}

// Recording is one stream of a run that is being recorded.
type Recording struct {
	run      *Recorder
	record   *Record
	sink     *sink // nil if the stream has no writer
	rules    []rule
	declared map[string]struct{} // every property that the schema declares anywhere
	drafts   sync.Pool           // of *Draft
}

// Stream adds a stream to the run: what is written to it is judged by record, after e says what to fill in and to mask. Streams are added before
// anything is recorded. w may be nil: then every record of the stream is refused. Streams with the same writer take turns. If w is a file that ends
// in half a line, and can be read to see that, the first line begins on a new one: a process that was killed may have left it.
//
// Of several recorders on one file, in one process or many, all must have opened it to append. Else one would write over the lines of another: what comes
// later is refused, as is a file that is opened before its end. Until Close, a file is locked for that (flock(2), which not every system has).
func (r *Recorder) Stream(w io.Writer, record *Record, e *Emission) *Recording {
	s := &Recording{run: r, record: record, rules: rulesOf(record.Facts, e), declared: declared(record.Program)}
	if w != nil {
		for _, k := range r.sinks {
			if same(k.w, w) {
				s.sink = k
			}
		}
		if s.sink == nil {
			s.sink = newSink(w, r.buffered)
			r.sinks = append(r.sinks, s.sink)
		}
	}
	r.streams = append(r.streams, s)
	return s
}

// same reports whether two writers are one.
func same(a, b io.Writer) bool {
	return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.TypeOf(a).Comparable() && a == b
}

// Refuse keeps an error of the caller's for Close, and returns it: what was to be written is no record at all.
func (r *Recorder) Refuse(message string) error { return r.keep(errors.New(message)) }

// keep keeps err for Close if it is the first, and returns it.
func (r *Recorder) keep(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first == nil {
		r.first = err
	}
	r.failed++
	return err
}

// sessionNow returns the session of the run as far as it is known.
func (r *Recorder) sessionNow() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.session
}

// join returns an error if session, that of a record, is not that of the run. The first one is.
func (r *Recorder) join(session []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.session == "" {
		r.session = string(session)
	}
	if r.session != string(session) {
		return fmt.Errorf("session is %s, but that of the run is %s", quote(string(session)), quote(r.session))
	}
	return nil
}

// Close writes what is still buffered and returns nil, or a [*CloseError] with the first error of any call and the records that were opened and
// never closed. Records that come later are refused. The writers stay open: whoever opened them closes them. Further calls return the same.
func (r *Recorder) Close() error {
	r.closing.Do(func() {
		for _, k := range r.sinks {
			if err := k.close(); err != nil {
				r.keep(err)
			}
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		e := &CloseError{First: r.first, Failed: r.failed}
		e.Open, e.MoreOpen = r.opens.list(MaxOpen)
		if e.First != nil || len(e.Open) > 0 {
			r.closed = e
		}
	})
	return r.closed
}

// MaxOpen is how many open records a CloseError lists.
const MaxOpen = 20

// CloseError is what went wrong in a recorded run.
type CloseError struct {
	First    error // the first error of any call; nil if none failed
	Failed   int   // how many calls failed
	Open     []OpenRecord
	MoreOpen int // how many open records are left out of Open
}

// OpenRecord is a record that was opened and never closed.
type OpenRecord struct {
	Name  string
	Keys  []string  // what pairs it: `step_id="a"`
	Since time.Time // when it was written
	Wants []string  // names that would close it
}

// String returns the record on one line: `step_start step_id="a" wants step_complete or step_failed`.
func (o OpenRecord) String() string {
	return strings.Join(append([]string{o.Name}, o.Keys...), " ") + " wants " + orList(o.Wants)
}

// Error returns the first error on one line, and every open record on one of its own.
func (e *CloseError) Error() string {
	var lines []string
	switch {
	case e.Failed > 1:
		lines = append(lines, fmt.Sprintf("%d calls failed, first: %s", e.Failed, e.First))
	case e.First != nil:
		lines = append(lines, e.First.Error())
	}
	switch open := len(e.Open) + e.MoreOpen; {
	case open == 1:
		lines = append(lines, "1 record is still open")
	case open > 1:
		lines = append(lines, strconv.Itoa(open)+" records are still open")
	}
	for _, o := range e.Open {
		lines = append(lines, "  "+o.String())
	}
	if e.MoreOpen > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", e.MoreOpen))
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns e.First.
func (e *CloseError) Unwrap() error { return e.First }
