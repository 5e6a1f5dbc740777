package stream

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/assay-go/assay/runtime/value"
)

// Open is a record that others close, as Facts.Pairs say. The zero Open is one whose record was not written. It must not be copied.
type Open struct {
	mu     sync.Mutex // held while a record that closes it is written: two cannot close it at once
	stream *Recording // nil if the record was not written
	name   int        // in Facts.Names
	at     time.Time
	values []keyValue

	// Guarded by the mutex of the recorder.
	order  int      // of opening
	pairs  []opened // parallel to rule.opens
	closed []int    // names that closed it, by index in Facts.Names
}

// errUnopened is the error of a record that is to close what was not written.
var errUnopened = errors.New("what it would close was not written")

// openRule is a pair that a name opens.
type openRule struct {
	index int // in Facts.Pairs
	pair  *Pair
	keys  []Key
}

func (p *openRule) closes(name string) bool { return slices.Contains(p.pair.Close, name) }

// opened is one pair of an open record.
type opened struct {
	done  bool   // it is closed
	group *group // what one close closes together with it, for a pair whose Any is set
}

// keyValue is the value of a key that pairs the record with what closes it.
type keyValue struct {
	key     Key
	at      place  // where it stood
	content string // as Key.read has it, but a path is whole
	text    bool   // it is a string
}

// group is the open records that one close is enough for: those of one pair with equal keys.
type group struct {
	key     groupKey
	members map[*Open]struct{}
}

type groupKey struct {
	stream *Recording
	pair   int
	keys   string // joined
}

// openSet is what is open in a run.
type openSet struct {
	last    int // how many were opened so far
	members map[*Open]struct{}
	groups  map[groupKey]*group
}

// Draft returns an empty draft of a record that is to close o.
func (o *Open) Draft() *Draft {
	if o.stream == nil {
		return new(Draft)
	}
	return o.stream.Draft()
}

// Close writes a record that closes o; it is given as to [Recording.Write].
func (o *Open) Close(name string, appendTo func([]byte, *scan.Writers) []byte, opens *Open) error {
	d := o.Draft()
	if o.stream != nil {
		d.Text = appendTo(d.Text, o.stream.record.Plain())
	}
	return d.Write(name, o, opens)
}

// facts returns what the schema says of the stream.
func (o *Open) facts() *Facts { return o.stream.record.Facts }

func (o *Open) rule() *rule { return &o.stream.rules[o.name] }

// read keeps the keys of the record, before it is written.
func (o *Open) read(t *tape.Tape, r *rule) error {
	o.values = nil
	for i := range r.opens {
		for _, k := range r.opens[i].keys {
			if slices.ContainsFunc(o.values, func(v keyValue) bool { return v.key.Name == k.Name }) {
				continue
			}
			n, pointer, found := k.find(t)
			if !found || t.Kind(n) < tape.Bool || t.Kind(n) > tape.String {
				return fmt.Errorf("it has no %s to pair it with %s", k.Name, orList(r.opens[i].pair.Close))
			}
			v := keyValue{key: k, at: placeOf(pointer), content: string(t.Text(n)), text: t.Kind(n) == tape.String}
			if v.text {
				v.content = string(t.Str(n))
			}
			o.values = append(o.values, v)
		}
	}
	return nil
}

// find returns where the value of a key stands: the first pointer that leads to something wins.
func (k Key) find(t *tape.Tape) (n tape.Node, pointer string, found bool) {
	for _, pointer := range k.At {
		if n, found := t.Lookup(0, pointer); found {
			return n, pointer, true
		}
	}
	return 0, "", false
}

// begin counts the record as open, once it is written.
func (o *Open) begin(s *Recording, name int, now time.Time) {
	o.stream, o.name, o.at = s, name, now
	run := s.run
	run.mu.Lock()
	defer run.mu.Unlock()
	set := &run.opens
	if set.members == nil {
		set.members, set.groups = map[*Open]struct{}{}, map[groupKey]*group{}
	}
	set.last++
	o.order = set.last
	o.pairs = make([]opened, len(o.rule().opens))
	for i := range o.rule().opens {
		p := &o.rule().opens[i]
		if p.pair.Any {
			o.pairs[i].group = set.group(groupKey{s, p.index, o.join(p.keys)})
			o.pairs[i].group.members[o] = struct{}{}
		}
	}
	set.members[o] = struct{}{}
}

func (s *openSet) group(key groupKey) *group {
	g := s.groups[key]
	if g == nil {
		g = &group{key: key, members: map[*Open]struct{}{}}
		s.groups[key] = g
	}
	return g
}

// join returns the values of keys as one text.
func (o *Open) join(keys []Key) string {
	var joined []byte
	for _, k := range keys {
		v := o.values[slices.IndexFunc(o.values, func(v keyValue) bool { return v.key.Name == k.Name })]
		joined = append(appendKey(joined, v.paired()), separator)
	}
	return string(joined)
}

// paired returns the value as it is compared.
func (v *keyValue) paired() []byte {
	if v.key.Basename && v.text {
		return basename([]byte(v.content))
	}
	return []byte(v.content)
}

// pair prepares d, a record called name, for closing o: what the two have in common is filled in where d lacks it, and the time since. o.mu is held.
func (o *Open) pair(d *Draft, name int, now time.Time) error {
	if err := o.closable(d.stream, name); err != nil {
		return err
	}
	closing := func(with func(*openRule) bool) bool {
		return slices.ContainsFunc(o.rule().opens, func(p openRule) bool { return p.closes(o.facts().Names[name]) && with(&p) })
	}
	for i := range o.values {
		v := &o.values[i]
		if !closing(func(p *openRule) bool { return slices.Contains(p.pair.By, v.key.Name) }) {
			continue
		}
		if err := d.match(v, o.facts().Names[o.name]); err != nil {
			return err
		}
	}
	elapsed := d.stream.rules[name].elapsed
	for i := range elapsed {
		e := &elapsed[i]
		if closing(func(p *openRule) bool {
			return slices.ContainsFunc(p.pair.Elapsed, func(of Elapsed) bool { return of.Property == e.Property })
		}) {
			d.elapse(e, now.Sub(o.at))
		}
	}
	return nil
}

// match makes the record's key equal that of what it closes, called opener.
func (d *Draft) match(v *keyValue, opener string) error {
	t := d.line.Tape()
	n, pointer, found := v.key.find(t)
	at := v.at
	if found {
		at = placeOf(pointer)
	}
	switch lack := d.lacks(at); {
	case lack.ok && v.text:
		d.texts = value.AppendString(d.texts, v.content)
		d.put(lack)
		return nil
	case lack.ok:
		d.texts = append(d.texts, v.content...)
		d.put(lack)
		return nil
	}
	if !found {
		return fmt.Errorf("it has no %s to pair it with %s", v.key.Name, opener)
	}
	if got, ok := v.key.read(t); !ok || string(got) != string(v.paired()) {
		return fmt.Errorf("%s is %s, but that of the %s it closes is %s", v.key.Name, cut(string(t.Text(n))), opener, quote(v.content))
	}
	return nil
}

// elapse writes how long something took into a property, unless the record says so itself.
func (d *Draft) elapse(e *elapsed, took time.Duration) {
	lack := d.lacks(e.place)
	if !lack.ok {
		return
	}
	d.texts = appendDuration(d.texts, max(0, took), e.ElapsedProperty) // a clock may go backwards
	d.put(lack)
}

// appendDuration appends a duration as a number in the unit of a property.
func appendDuration(b []byte, took time.Duration, e ElapsedProperty) []byte {
	if e.Whole {
		return strconv.AppendInt(b, int64(took/e.Unit), 10)
	}
	return value.AppendFloat(b, float64(took)/float64(e.Unit))
}

// closable returns nil if a record called name may close o now.
func (o *Open) closable(s *Recording, name int) error {
	if o.stream != s {
		return errors.New("it cannot close a record of another stream")
	}
	run := s.run
	run.mu.Lock()
	defer run.mu.Unlock()
	opener, closer := o.facts().Names[o.name], o.facts().Names[name]
	closes := false
	for i := range o.pairs {
		p := &o.rule().opens[i]
		if !p.closes(closer) {
			continue
		}
		if !o.pairs[i].done || p.pair.Any && !slices.Contains(o.closed, name) {
			return nil
		}
		closes = true
	}
	if !closes {
		return fmt.Errorf("it does not close %s", opener)
	}
	var by []string
	for _, c := range o.closed {
		by = append(by, o.facts().Names[c])
	}
	return fmt.Errorf("the %s is closed already, by %s", opener, strings.Join(by, " and "))
}

// done counts o as closed by a record called name, once that is written.
func (o *Open) done(name int) {
	run := o.stream.run
	run.mu.Lock()
	defer run.mu.Unlock()
	o.closed = append(o.closed, name)
	for i := range o.pairs {
		p := &o.rule().opens[i]
		if !p.closes(o.facts().Names[name]) {
			continue
		}
		o.pairs[i].done = true
		g := o.pairs[i].group
		if g == nil {
			continue
		}
		for member := range g.members { // no order: all of them close
			member.leave(g, &run.opens)
		}
		delete(run.opens.groups, g.key)
		g.members = nil
	}
	run.opens.settle(o)
}

// leave closes the pair of o that g stands for.
func (o *Open) leave(g *group, set *openSet) {
	for i := range o.pairs {
		if o.pairs[i].group == g {
			o.pairs[i] = opened{done: true}
		}
	}
	set.settle(o)
}

// settle forgets o if all its pairs are closed.
func (s *openSet) settle(o *Open) {
	if !slices.ContainsFunc(o.pairs, func(p opened) bool { return !p.done }) {
		delete(s.members, o)
	}
}

// list returns the first records that are open, in the order of opening, and how many more there are. A pair that is only worth a warning may stay open.
func (s *openSet) list(most int) (first []OpenRecord, more int) {
	var open []*Open
	for o := range s.members { // sorted below
		if len(o.wants()) > 0 {
			open = append(open, o)
		}
	}
	slices.SortFunc(open, func(a, b *Open) int { return cmp.Compare(a.order, b.order) })
	for _, o := range open[:min(most, len(open))] {
		record := OpenRecord{Name: o.facts().Names[o.name], Since: o.at, Wants: o.wants()}
		for _, v := range o.values {
			text := cut(v.content)
			if v.text {
				text = quote(v.content)
			}
			record.Keys = append(record.Keys, v.key.Name+"="+text)
		}
		first = append(first, record)
	}
	return first, len(open) - len(first)
}

// wants returns the names that would close o.
func (o *Open) wants() []string {
	var names []string
	for i, p := range o.pairs {
		if !p.done && !o.rule().opens[i].pair.Warn {
			names = append(names, o.rule().opens[i].pair.Close...)
		}
	}
	return names
}
