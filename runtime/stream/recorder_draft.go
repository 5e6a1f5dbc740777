package stream

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/assay-go/assay/runtime/value"
)

// Draft is a record on its way into a stream. What makes the record appends its JSON to Text, as it is, and calls Write, once. What the
// record lacks and what it must not show is edited in that text: the value that it comes from never changes.
type Draft struct {
	Text []byte

	stream *Recording
	line   Line
	edits  []edit
	texts  []byte      // what the edits put in
	filled []tape.Node // objects that were empty, and get members by edits
	out    []byte      // a line end, the edited text, a line end
}

// edit replaces a part of a text by texts[from:to].
type edit struct{ start, end, from, to int }

// largeDraft is how large the text of a draft may be that is kept for the next record, in bytes.
const largeDraft = 1 << 20

// Draft returns an empty draft of a record of the stream.
func (s *Recording) Draft() *Draft {
	d, _ := s.drafts.Get().(*Draft)
	if d == nil {
		d = &Draft{line: s.record.newLine()}
	}
	d.stream, d.Text = s, d.Text[:0]
	return d
}

// Write writes a record, called name, whose JSON appendTo appends; opens is nil, or what it opens. See [Draft.Write].
func (s *Recording) Write(name string, appendTo func([]byte, *scan.Writers) []byte, opens *Open) error {
	d := s.Draft()
	d.Text = appendTo(d.Text, s.record.Plain())
	return d.Write(name, nil, opens)
}

// Write masks, fills in, validates and writes the record, called name. closes is nil, or what the record closes; opens is nil, or what it opens:
// on error, that cannot be closed. The error is returned, and kept for Close.
func (d *Draft) Write(name string, closes, opens *Open) error {
	s := d.stream
	err := errUnopened
	if s != nil {
		err = d.write(name, closes, opens)
	}
	if s != nil {
		d.release()
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", oneLine(cut(name)), err)
	if s == nil { // the first cause has been kept by the recorder that did not write the opening record
		return err
	}
	return s.run.keep(err)
}

// release gives the draft back for reuse.
func (d *Draft) release() {
	d.line.reset(nil)
	if max(len(d.Text), len(d.out)) <= largeDraft {
		d.stream.drafts.Put(d)
	}
}

func (d *Draft) write(name string, closes, opens *Open) error {
	s := d.stream
	if s.sink == nil {
		return fmt.Errorf("no writer for the stream %s was given", s.record.Facts.Stream)
	}
	index, known := s.record.known()[name]
	if !known { // the schema says what is wrong
		return d.judge(d.Text, name)
	}
	if err := d.parse(); err != nil {
		return err
	}
	// Secrets go first, and before any lock is taken: what pairs records is compared as it is written.
	if d.mask(&s.rules[index]); len(d.edits) > 0 {
		d.out = d.splice(d.out[:0])
		d.Text, d.out = d.out, d.Text
		if err := d.parse(); err != nil {
			return err
		}
	}
	if closes != nil {
		closes.mu.Lock()
		defer closes.mu.Unlock()
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if s.sink.closed {
		return errClosed
	}
	if s.sink.refused != nil {
		return s.sink.refused
	}
	return d.writeLocked(name, index, closes, opens)
}

// writeLocked does what must happen in the order of lines.
func (d *Draft) writeLocked(name string, index int, closes, opens *Open) error {
	s := d.stream
	now := s.run.now()
	rule := &s.rules[index]
	if closes != nil {
		if err := closes.pair(d, index, now); err != nil {
			return err
		}
	}
	d.fill(rule, now)
	d.out = append(d.splice(append(d.out[:0], '\n')), '\n')
	line := d.out[1 : len(d.out)-1]
	if bytes.IndexByte(line, '\n') >= 0 {
		return errors.New("the record has a line end in it")
	}
	if err := d.judge(line, name); err != nil {
		return err
	}
	if session, found := d.line.Tape().Lookup(0, rule.session.pointer); rule.session.pointer != "" && found && d.line.Tape().Kind(session) == tape.String {
		if err := s.run.join(d.line.Tape().Str(session)); err != nil {
			return err
		}
	}
	if opens != nil {
		if err := opens.read(d.line.Tape(), rule); err != nil {
			return err
		}
	}
	if err := s.sink.write(d.out); err != nil {
		return err
	}
	if closes != nil {
		closes.done(index)
	}
	if opens != nil {
		opens.begin(s, index, now)
	}
	return nil
}

// parse reads the text of the draft, for new edits.
func (d *Draft) parse() error {
	d.edits, d.texts, d.filled = d.edits[:0], d.texts[:0], d.filled[:0]
	return d.line.load(d.Text)
}

// judge returns what is wrong with a text as a record called name.
func (d *Draft) judge(text []byte, name string) error {
	d.stream.record.Judge(text, &d.line, true)
	switch {
	case d.line.Kind != 0:
		return d.line.Err
	case d.line.Name != name:
		return fmt.Errorf("the record says that its name is %s", quote(d.line.Name))
	}
	return nil
}

// stampLayout is RFC 3339 with microseconds: always as many digits, so that time stamps align and sort.
const stampLayout = "2006-01-02T15:04:05.000000Z07:00"

// appendStamp appends a time stamp as a JSON string. RFC 3339 has offsets in whole minutes only (section 5.6).
func appendStamp(b []byte, t time.Time) []byte {
	if _, offset := t.Zone(); offset%60 != 0 || offset <= -24*60*60 || offset >= 24*60*60 {
		t = t.UTC()
	}
	return append(t.AppendFormat(append(b, '"'), stampLayout), '"')
}

// fill gives the record the time, the session and the constants that it lacks.
func (d *Draft) fill(r *rule, now time.Time) {
	t := d.line.Tape()
	if at := d.lacks(r.time); at.ok {
		d.texts = appendStamp(d.texts, now)
		d.put(at)
	}
	if at := d.lacks(r.session); at.ok {
		if session := d.stream.run.sessionNow(); session != "" {
			d.texts = value.AppendString(d.texts, session)
			d.put(at)
		}
	}
	for i := range r.constants {
		c := &r.constants[i]
		at := d.lacks(c.place)
		if !at.ok {
			continue
		}
		for _, name := range c.after {
			if n, found := t.Find(0, name); found && !at.there {
				at.start = t.End(n)
				break
			}
		}
		d.texts = append(d.texts, c.value...)
		d.put(at)
	}
}

// gap is where a value is missing.
type gap struct {
	ok         bool
	there      bool // an empty value stands there
	start, end int
	object     tape.Node // else what it is to be a member of
	name       string
}

// lacks looks whether the record lacks a member: it is not there, or as empty as a Go field that was not set.
func (d *Draft) lacks(p place) gap {
	t := d.line.Tape()
	if p.pointer == "" {
		return gap{}
	}
	if n, found := t.Lookup(0, p.pointer); found {
		return gap{ok: isEmpty(t, n), there: true, start: t.Offset(n), end: t.End(n)}
	}
	object, found := t.Lookup(0, p.object)
	if !found || t.Kind(object) != tape.Object {
		return gap{}
	}
	end := t.End(object) - 1
	return gap{ok: true, start: end, end: end, object: object, name: p.name}
}

// put fills a gap with the JSON value at the end of d.texts.
func (d *Draft) put(at gap) {
	from := 0
	if n := len(d.edits); n > 0 {
		from = d.edits[n-1].to
	}
	if at.there {
		d.edits = append(d.edits, edit{at.start, at.end, from, len(d.texts)})
		return
	}
	// A member: a comma if there are others, its name, a colon, and then the value, which was there first.
	length := len(d.texts) - from
	if d.line.Tape().Len(at.object) > 0 || slices.Contains(d.filled, at.object) {
		d.texts = append(d.texts, ',')
	}
	d.filled = append(d.filled, at.object)
	d.texts = append(value.AppendString(d.texts, at.name), ':')
	d.texts = append(d.texts, d.texts[from:from+length]...)
	d.edits = append(d.edits, edit{at.start, at.start, from + length, len(d.texts)})
}

// splice appends the text of the draft to dst, edited.
func (d *Draft) splice(dst []byte) []byte {
	slices.SortStableFunc(d.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	at := 0
	for _, e := range d.edits {
		if e.start < at { // inside of what is replaced already
			continue
		}
		dst = append(dst, d.Text[at:e.start]...)
		dst = append(dst, d.texts[e.from:e.to]...)
		at = e.end
	}
	return append(dst, d.Text[at:]...)
}

// mask edits what can hold secrets.
func (d *Draft) mask(r *rule) {
	for _, path := range r.masked {
		d.maskAt(0, "", path)
	}
	d.maskNamed(0)
}

// maskAt masks what a path leads to from n. property is the name of the innermost member that n is in.
func (d *Draft) maskAt(n tape.Node, property string, path []string) {
	t := d.line.Tape()
	if len(path) == 0 {
		d.maskAll(n, property)
		return
	}
	switch end := t.Next(n); t.Kind(n) {
	case tape.Array:
		for c := n + 1; c < end; c = t.Next(c) {
			if path[0] == "*" {
				d.maskAt(c, property, path[1:])
			}
		}
	case tape.Object:
		for c := n + 1; c < end; c = t.Next(c + 1) {
			if name := t.Str(c); path[0] == "*" || path[0] == string(name) {
				d.maskAt(c+1, string(name), path[1:])
			}
		}
	}
}

// maskAll masks all strings in n.
func (d *Draft) maskAll(n tape.Node, property string) {
	t := d.line.Tape()
	switch end := t.Next(n); t.Kind(n) {
	case tape.String:
		text := string(t.Str(n))
		if masked := d.stream.run.redact(property, text); masked != text {
			d.texts = value.AppendString(d.texts, masked)
			d.put(gap{there: true, start: t.Offset(n), end: t.End(n)})
		}
	case tape.Array:
		for c := n + 1; c < end; c = t.Next(c) {
			d.maskAll(c, property)
		}
	case tape.Object:
		for c := n + 1; c < end; c = t.Next(c + 1) {
			d.maskAll(c+1, string(t.Str(c)))
		}
	}
}

// maskNamed masks the members in n that the schema does not declare and that are named like secrets.
func (d *Draft) maskNamed(n tape.Node) {
	t := d.line.Tape()
	switch end := t.Next(n); t.Kind(n) {
	case tape.Array:
		for c := n + 1; c < end; c = t.Next(c) {
			d.maskNamed(c)
		}
	case tape.Object:
		for c := n + 1; c < end; c = t.Next(c + 1) {
			name := t.Str(c)
			if _, declared := d.stream.declared[string(name)]; !declared && IsSecretName(string(name)) {
				d.maskAll(c+1, string(name))
			} else if t.Kind(c+1) >= tape.Array {
				d.maskNamed(c + 1)
			}
		}
	}
}
