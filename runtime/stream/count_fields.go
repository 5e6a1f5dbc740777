package stream

import "maps"

// CountFields is how this package sees counts that generated code keeps in a struct, with a field for each name: by the addresses of its fields.
type CountFields struct {
	Facts                               *Facts
	Field                               func(string) *int // of a name; nil if it is not in the schema
	Unknown                             *map[string]int
	Lines, Malformed, Nameless, Invalid *int
	More                                **Counts // what was counted by key, and the sizes seen; nil if nothing was
}

// Of returns the count of a name, in the schema or not.
func (t CountFields) Of(name string) int {
	if n := t.Field(name); n != nil {
		return *n
	}
	return (*t.Unknown)[name]
}

// Add counts one record, on a line of its own.
func (t CountFields) Add(name string) {
	*t.Lines++
	if n := t.Field(name); n != nil {
		*n++
		return
	}
	if *t.Unknown == nil {
		*t.Unknown = map[string]int{}
	}
	AddUnknown(*t.Unknown, name)
}

// Merge adds the counts of a later part of the same stream, or of another one.
func (t CountFields) Merge(o CountFields) {
	sum := t.Counts()
	if err := sum.Merge(o.Counts()); err != nil {
		panic(err) // both are of the same facts
	}
	t.Set(sum)
}

// Counts returns a copy of the counts.
func (t CountFields) Counts() *Counts {
	c := t.Facts.NewCounts()
	if more := *t.More; more != nil {
		more = more.Clone()
		c.Keyed, c.Sizes = more.Keyed, more.Sizes
	}
	c.Lines, c.Malformed, c.Nameless, c.Invalid = *t.Lines, *t.Malformed, *t.Nameless, *t.Invalid
	maps.Copy(c.Unknown, *t.Unknown)
	for i, name := range t.Facts.Names {
		c.Names[i] = *t.Field(name)
	}
	return c
}

// Set takes counts over; nil are none.
func (t CountFields) Set(c *Counts) {
	if c == nil {
		return
	}
	*t.Lines, *t.Malformed, *t.Nameless, *t.Invalid = c.Lines, c.Malformed, c.Nameless, c.Invalid
	*t.Unknown, *t.More = c.Unknown, c
	for i, name := range t.Facts.Names {
		*t.Field(name) = c.Names[i]
	}
}
