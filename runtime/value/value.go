// Package value holds the types that generated structs are made of, and reads and writes their members.
package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"
)

// Opt is a property that may be absent. The zero Opt is absent. It works with the omitzero option of encoding/json.
type Opt[T any] struct {
	Value T
	Set   bool
}

// Some returns a present property.
func Some[T any](v T) Opt[T] { return Opt[T]{v, true} }

// Get returns the value, and whether the property is present.
func (o Opt[T]) Get() (T, bool) { return o.Value, o.Set }

// Or returns the value, or v if the property is absent.
func (o Opt[T]) Or(v T) T {
	if o.Set {
		return o.Value
	}
	return v
}

// IsZero reports whether the property is absent.
func (o Opt[T]) IsZero() bool { return !o.Set }

// MarshalJSON returns the encoding of the value. A property that is absent should be left out with the option omitzero; else it is null.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.Set {
		return []byte("null"), nil
	}
	return encode(o.Value)
}

// UnmarshalJSON decodes the value of a present property. A null leaves a property absent whose type has no null of its own.
func (o *Opt[T]) UnmarshalJSON(text []byte) error {
	if isNull(text) && !nullable[T]() {
		*o = Opt[T]{}
		return nil
	}
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	*o = Some(v)
	return nil
}

// nullable reports whether null decodes to a T, rather than to nothing.
func nullable[T any]() bool {
	if _, decodes := any(new(T)).(json.Unmarshaler); decodes {
		return true
	}
	switch reflect.TypeFor[T]().Kind() {
	case reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice:
		return true
	}
	return false
}

// Null is a value that may be null. The zero Null is null.
type Null[T any] struct {
	Value T
	Valid bool // not null
}

// NullOf returns a value that is not null.
func NullOf[T any](v T) Null[T] { return Null[T]{v, true} }

// Get returns the value, and whether it is not null.
func (n Null[T]) Get() (T, bool) { return n.Value, n.Valid }

// Or returns the value, or v if it is null.
func (n Null[T]) Or(v T) T {
	if n.Valid {
		return n.Value
	}
	return v
}

// MarshalJSON returns null or the encoding of the value.
func (n Null[T]) MarshalJSON() ([]byte, error) {
	if !n.Valid {
		return []byte("null"), nil
	}
	return encode(n.Value)
}

// UnmarshalJSON decodes null or a value.
func (n *Null[T]) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		*n = Null[T]{}
		return nil
	}
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	*n = NullOf(v)
	return nil
}

func isNull(text []byte) bool { return string(bytes.TrimSpace(text)) == "null" }

// encode is json.Marshal, but <, > and & stay as they are. If the caller is an encoder that escapes them, it does so afterwards.
func encode(v any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// Raw is the text of one JSON value. It is a string so that it is immutable and comparable.
type Raw string

// MarshalJSON returns the text. The zero Raw is no JSON value, and an error.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == "" {
		return nil, errors.New("value.Raw is empty, expected a JSON value")
	}
	return []byte(r), nil
}

// UnmarshalJSON copies the text.
func (r *Raw) UnmarshalJSON(text []byte) error {
	*r = Raw(text)
	return nil
}

// Member is a member of an object that its schema does not declare.
type Member struct {
	Name  string
	Value Raw
}

// Members are members of an object that its schema does not declare, in the order they were read. They are written back behind the declared ones.
type Members []Member

// Get returns the value of the member called name.
func (m Members) Get(name string) (Raw, bool) {
	if i := m.index(name); i >= 0 {
		return m[i].Value, true
	}
	return "", false
}

// Set gives the member called name the JSON encoding of v, replacing it or adding it at the end. Copies that were made of the slice
// before do not change. On error, neither does m.
func (m *Members) Set(name string, v any) error {
	if !utf8.ValidString(name) {
		return fmt.Errorf("member name %q is not UTF-8", name)
	}
	text, err := encode(v)
	if err != nil {
		return fmt.Errorf("member %q: %w", name, err)
	}
	*m = slices.Clone(*m)
	if i := m.index(name); i >= 0 {
		(*m)[i].Value = Raw(text)
	} else {
		*m = append(*m, Member{name, Raw(text)})
	}
	return nil
}

// Delete removes the member called name, if there is one. Copies that were made of the slice before do not change.
func (m *Members) Delete(name string) {
	if m.index(name) >= 0 {
		*m = slices.DeleteFunc(slices.Clone(*m), func(member Member) bool { return member.Name == name })
	}
}

func (m Members) index(name string) int {
	return slices.IndexFunc(m, func(member Member) bool { return member.Name == name })
}
