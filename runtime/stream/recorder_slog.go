package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/assay-go/assay/runtime/value"
)

// NewSlogHandler returns a handler that records every slog record whose message is a name of one of the run's streams, the first that has it.
//
// Attributes become members in their order, the last one of a name wins; a group becomes an object. The time of the slog record is that of the
// record. A [time.Duration] is written in the unit of its property if the schema gives one (see Pair.Elapsed), else in nanoseconds, as package
// slog does. Level and source are not recorded.
//
// Every slog record, recorded or not, then goes to next as well if next is enabled for its level; next may be nil. The handler itself is enabled for
// every level: no record of the run depends on one. Errors are returned, and kept for Close, since package slog drops them.
func (r *Recorder) NewSlogHandler(next slog.Handler) slog.Handler {
	return &slogHandler{run: r, next: next}
}

type slogHandler struct {
	run    *Recorder
	next   slog.Handler
	groups []slogGroup // from the outside in; the first is the record itself
}

// slogGroup is a group that is open, and the attributes given to it.
type slogGroup struct {
	name  string
	attrs []slog.Attr
}

func (h *slogHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h *slogHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	c := h.clone()
	c.groups = append(c.groups, slogGroup{name: name})
	if c.next != nil {
		c.next = c.next.WithGroup(name)
	}
	return c
}

func (h *slogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	c := h.clone()
	last := &c.groups[len(c.groups)-1]
	last.attrs = append(slices.Clip(last.attrs), attrs...)
	if c.next != nil {
		c.next = c.next.WithAttrs(attrs)
	}
	return c
}

func (h *slogHandler) clone() *slogHandler {
	c := *h
	if c.groups = slices.Clone(h.groups); c.groups == nil {
		c.groups = []slogGroup{{}}
	}
	return &c
}

func (h *slogHandler) Handle(ctx context.Context, record slog.Record) error {
	var err error
	for _, s := range h.run.streams {
		if index, known := s.record.known()[record.Message]; known {
			err = h.write(s, index, record)
			break
		}
	}
	if h.next != nil && h.next.Enabled(ctx, record.Level) {
		err = errors.Join(err, h.next.Handle(ctx, record))
	}
	return err
}

func (h *slogHandler) write(s *Recording, index int, record slog.Record) error {
	a := attributes{rule: &s.rules[index]}
	root := &members{}
	root.set(placeOf(s.record.Facts.Name).name, value.AppendString(nil, record.Message))
	if at := a.rule.time; at.pointer != "" && at.object == "" && !record.Time.IsZero() {
		root.set(at.name, appendStamp(nil, record.Time))
	}
	into := root
	for i, g := range h.clone().groups {
		if i > 0 {
			into = into.group(g.name)
		}
		a.add(into, g.attrs, i == 0)
	}
	record.Attrs(func(attr slog.Attr) bool {
		a.add(into, []slog.Attr{attr}, into == root)
		return true
	})
	if a.err != nil {
		return h.run.keep(fmt.Errorf("%s: %w", record.Message, a.err))
	}
	d := s.Draft()
	d.Text = root.append(d.Text)
	return d.Write(record.Message, nil, nil)
}

// members are those of an object that is being made. A member is text or an object.
type members struct{ list []member }

type member struct {
	name   string
	text   []byte
	object *members
}

func (m *members) at(name string) *member {
	i := slices.IndexFunc(m.list, func(of member) bool { return of.name == name })
	if i < 0 {
		i = len(m.list)
		m.list = append(m.list, member{name: name})
	}
	return &m.list[i]
}

func (m *members) set(name string, text []byte) {
	at := m.at(name)
	at.text, at.object = text, nil
}

// group returns the object called name.
func (m *members) group(name string) *members {
	at := m.at(name)
	if at.object == nil {
		at.text, at.object = nil, &members{}
	}
	return at.object
}

// append appends the object as JSON. Objects without members are left out of it, as package slog wants groups.
func (m *members) append(b []byte) []byte {
	b = append(b, '{')
	for _, of := range m.list {
		if of.object != nil && !of.object.any() {
			continue
		}
		b = append(value.AppendString(value.AppendComma(b), of.name), ':')
		if of.object != nil {
			b = of.object.append(b)
		} else {
			b = append(b, of.text...)
		}
	}
	return append(b, '}')
}

func (m *members) any() bool {
	return slices.ContainsFunc(m.list, func(of member) bool { return of.object == nil || of.object.any() })
}

// attributes turns attributes into members.
type attributes struct {
	rule *rule
	err  error // the first
}

func (a *attributes) add(into *members, attrs []slog.Attr, top bool) {
	for _, attr := range attrs {
		v := attr.Value.Resolve()
		switch {
		case v.Kind() == slog.KindGroup && attr.Key == "": // inline
			a.add(into, v.Group(), top)
		case v.Kind() == slog.KindGroup:
			if len(v.Group()) > 0 {
				a.add(into.group(attr.Key), v.Group(), false)
			}
		case attr.Equal(slog.Attr{}): // to be ignored, says slog.Handler
		default:
			into.set(attr.Key, a.text(attr.Key, v, top))
		}
	}
}

// text returns a value as JSON.
func (a *attributes) text(key string, v slog.Value, top bool) []byte {
	switch v.Kind() {
	case slog.KindString:
		return value.AppendString(nil, v.String())
	case slog.KindInt64:
		return value.AppendInt(nil, v.Int64())
	case slog.KindUint64:
		return fmt.Append(nil, v.Uint64())
	case slog.KindFloat64:
		return value.AppendFloat(nil, v.Float64())
	case slog.KindBool:
		return value.AppendBool(nil, v.Bool())
	case slog.KindTime:
		return appendTime(v.Time())
	case slog.KindDuration:
		e := ElapsedProperty{Unit: time.Nanosecond, Whole: true}
		if i := slices.IndexFunc(a.rule.elapsed, func(e elapsed) bool { return top && e.Property == key }); i >= 0 {
			e = a.rule.elapsed[i].ElapsedProperty
		}
		return appendDuration(nil, v.Duration(), e)
	}
	if err, ok := v.Any().(error); ok {
		if _, marshals := v.Any().(json.Marshaler); !marshals {
			return value.AppendString(nil, err.Error())
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v.Any()); err != nil && a.err == nil {
		a.err = fmt.Errorf("attribute %s: %w", quote(key), err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// appendTime keeps every digit of a time that is not the record's own.
func appendTime(t time.Time) []byte { return value.AppendString(nil, value.TimestampOf(t)) }
