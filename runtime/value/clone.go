package value

import (
	"slices"
	"strings"
)

// CloneString returns a copy of s that shares no memory with it.
func CloneString[T ~string](s T) T { return T(strings.Clone(string(s))) }

// Clone returns a deep copy of m.
func (m Members) Clone() Members {
	m = slices.Clone(m)
	for i := range m {
		m[i] = Member{Name: CloneString(m[i].Name), Value: CloneString(m[i].Value)}
	}
	return m
}

// CloneArray returns a copy of items, each cloned by item.
func CloneArray[T any](items []T, item func(T) T) []T {
	items = slices.Clone(items)
	for i := range items {
		items[i] = item(items[i])
	}
	return items
}

// CloneMap returns a copy of members, each value cloned by value.
func CloneMap[T any](members map[string]T, value func(T) T) map[string]T {
	if members == nil {
		return nil
	}
	clone := make(map[string]T, len(members))
	for name, v := range members {
		clone[CloneString(name)] = value(v)
	}
	return clone
}

// CloneOpt returns a copy of o, its value cloned by value.
func CloneOpt[T any](o Opt[T], value func(T) T) Opt[T] {
	if o.Set {
		o.Value = value(o.Value)
	}
	return o
}

// CloneNull returns a copy of v, its value cloned by value.
func CloneNull[T any](v Null[T], value func(T) T) Null[T] {
	if v.Valid {
		v.Value = value(v.Value)
	}
	return v
}
