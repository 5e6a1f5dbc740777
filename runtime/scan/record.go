package scan

import (
	"cmp"
	"slices"
)

// Slot says where a value is: offsets in the text that was read.
type Slot struct{ Start, End int32 }

// slots is how many there are: one for each key of the object at the root, and more for what is elsewhere, which nobody reads.
const (
	slots     = 128
	elsewhere = 127
)

// Record is the object at the root of the text that a Machine has read last, if that was sure: where the values of its members are. It is overwritten by the next
// text. What has been stored by Into it does not know.
type Record struct{ m *Machine }

// Record returns the object that was read last. It has something to say only after Valid or Next has returned true, and only for plans that Records.
func (m *Machine) Record() Record { return Record{m} }

// Records reports whether the plan is of objects whose members a Record knows: objects that are told apart by a property which comes first, or that one set of
// assertions describes; with no more than 64 properties each.
func (m *Machine) Records() bool { return m.first != nil && m.first.recorded }

// Case returns which case of the plan's Switch the object is; -1 if there is no switch, or for another value.
func (r Record) Case() int {
	if r.m.first == nil || r.m.first.sw == nil || r.m.state&isOther != 0 {
		return -1
	}
	return int(r.m.lead.last.number)
}

// Has reports whether the object has a key, by its number in Object.Keys.
func (r Record) Has(key int) bool { return r.m.frame.missed>>(uint(key)%64)&1 == 0 }

// Slot returns where the value of a key is that the object has.
func (r Record) Slot(key int) Slot { return r.m.slots[uint(key)%slots] }

// Text returns the text of a value. It aliases the text that was read.
func (r Record) Text(s Slot) []byte { return r.m.t.span(int(s.Start), int(s.End)) }

// Source returns the text of a value as a string, which aliases the text that was read, but in pure builds.
func (r Record) Source(s Slot) string { return r.m.cut(int(s.Start), int(s.End)) }

// Extra is a member that is no key: its name without quotes, in which are no escapes, and its value.
type Extra struct{ Name, Value Slot }

// HasExtras reports whether there are members that are no keys.
func (r Record) HasExtras() bool { return r.m.frame.others.from < r.m.frame.others.to }

// Extras appends the members that are no keys, in the order of the text.
func (r Record) Extras(to []Extra) []Extra {
	base := len(to)
	for _, n := range r.m.names[r.m.frame.others.from:r.m.frame.others.to] {
		to = append(to, Extra{Slot{n.start, n.end}, Slot{n.value, n.stop}})
	}
	slices.SortFunc(to[base:], func(a, b Extra) int { return cmp.Compare(a.Name.Start, b.Name.Start) })
	return to
}
