// Package scan checks JSON text against a plan in one pass over its bytes: grammar and schema at once, without a tape. It answers yes or "not sure".
//
// A [Plan] is made from a schema.Program (by internal/plan). It is tables only: flat, printable, and to be written as a Go literal. What
// the machine needs besides (words to compare, hash tables) it derives on first use. A [Machine] reads texts under a plan.
//
// One law holds: if the scanner says yes, then the interpreter (package schema) says yes of the same text. What is odd, rare or not covered by the plan is
// "not sure", and left to the interpreter. (The interpreter gives a walk up that applies schemas millions of times, as branches that multiply make it; the scanner,
// which takes each branch once, may still say what the walk would have found.)
//
// Terms: a location is a place in an instance, with all the schemas that apply there; a root is a set of them whose verdict is asked for, one bit each.
// Inside a location every branch of an applicator that may fail without harm has a bit of its own; a bit fails when an assertion of its branch does, and
// terms say what the roots make of them.
package scan

import (
	"slices"
	"sync"
)

// Plan is what the scanner checks. Plans are immutable once used, and safe for concurrent use.
type Plan struct {
	Root      Loc
	Locations []Location // Locations[0] takes any value
	Strings   []String   // the first of each table is not used, so that a Rule says its index
	Numbers   []Number
	Objects   []Object
	Arrays    []Array
	Gaps      []Gap // what is left to the interpreter

	once    sync.Once
	derived *derived
	pool    sync.Pool // of *Machine
}

// Loc is a location by its index in Plan.Locations.
type Loc int32

// Location says what is asked of the values at one place. Its roots have the bits from 0 on; a value's verdict has the bits of the roots that hold.
type Location struct {
	At                string // where the first of its schemas is, for people; generated code leaves it out
	Roots             int    // how many roots it has, if it has more than one
	Null, False, True uint64 // the verdicts on these values

	String, Number, Object, Array Rule // what is asked of values of these types
}

// Rule is an index into the table of a type, or one of No, Any and Unsure.
type Rule int32

// The rules that need no table.
const (
	No     Rule = 0  // no root holds
	Any    Rule = -1 // all roots hold
	Unsure Rule = -2 // not covered: the interpreter decides
)

// Term is a bit that depends on others: it fails unless they are as Op says. A bit may have several terms, all of which count. Terms stand in the order in which
// they can be computed.
type Term struct {
	Bit  uint8
	Op   Op
	Bits []uint8
}

// Op says how the bits of a Term must be.
type Op uint8

// The ops of terms: anyOf, oneOf, not any; and if the first holds the second, else the third.
const (
	AnyOf Op = iota + 1
	OneOf
	None
	If
)

// Child is what is asked of the values at one place inside an object or array.
type Child struct {
	At   Loc
	Fail []uint64 // by root of At: the bits that fail if it does not hold. None means that bit 0 does, for the only root
}

// String is what is asked of strings.
type String struct {
	Values []Value // verdicts on the strings that schemas name
	Fail   uint64  // the bits that fail for all other strings
	Checks []Check // and what is asked of these
	Terms  []Term
	Time   bool // every date-time of RFC 3339 section 5.6 holds that is written with T, and Z or an offset, and is no leap second
}

// Value is a string that schemas name, and the verdict on it.
type Value struct {
	Text  string
	Holds uint64
}

// Check is one assertion about a string or a number. Only one of the fields between Fail and Runs is set, as What says.
type Check struct {
	What  What
	Fail  uint64   // the bits that fail if the value does not pass
	N     uint64   // a length in code points
	Text  string   // a number, a pattern (ECMA-262) or the name of a format
	Texts []string // numbers
	Runs  []Run    // a pattern that is a sequence of runs, anchored at both ends
}

// What is the assertion of a Check.
type What uint8

// The assertions about strings, then those about numbers.
const (
	MinLength What = iota + 1
	MaxLength
	Pattern
	Sequence // a pattern, as Runs
	Format
	Integer
	LexicalInteger
	Minimum
	Maximum
	ExclusiveMinimum
	ExclusiveMaximum
	MultipleOf
	OneOfNumbers
)

// Run is a run of ASCII characters of a set: at least Min, at most Max, which is negative if there is no limit. No run takes what the next needs.
type Run struct {
	Set      string // pairs of first and last character
	Min, Max int
}

// Number is what is asked of numbers.
type Number struct {
	Fail   uint64 // the bits that fail for all numbers
	Checks []Check
	Terms  []Term
}

// Object is what is asked of objects.
type Object struct {
	Keys     []Key    // in the order in which they are likely to come
	Patterns []Check  // of patternProperties, for names that are no Key; at most 4
	Rest     []Child  // of other names, by the set of Patterns that they match; none: anything goes
	Names    Child    // of other names: propertyNames; At is 0 if there is none
	Limits   []Limit  // of the number of members
	Listed   []Listed // const and enum
	Fail     uint64   // the bits that fail for all objects
	Terms    []Term

	// If there is a switch, all but this is empty: the value of one property says which object it is.
	Switch *Switch
}

// Key is a property by name. Its index in Object.Keys is its number; in a case, in Switch.KeysOf.
type Key struct {
	Name string
	At   Loc      // as of a Child
	Fail []uint64 // the same
	Need uint64   // the bits that fail if it is not there
}

// Child returns what is asked of the property.
func (k *Key) Child() Child { return Child{At: k.At, Fail: k.Fail} }

// Limit is a lower and an upper limit to a count.
type Limit struct {
	Min, Max uint64 // Max is the largest number if there is no limit
	Fail     uint64
}

// Switch tells objects apart by the value of a property, a string.
type Switch struct {
	Property string
	Head     int    // so many first keys are the same in all cases, the last of them Property; 0 if they differ
	Keys     []Key  // the first keys of all cases, if they are the same and as much needed: Object.Keys of a case goes on behind them
	Cases    []Case // sorted by value
	Other    Rule   // of all other strings
}

// KeysOf returns all keys of a case. The index there is a key's number.
func (s *Switch) KeysOf(o *Object) []Key { return slices.Concat(s.Keys, o.Keys) }

// Case is one value of a Switch.
type Case struct {
	Value  string
	Object Rule
}

// Array is what is asked of arrays.
type Array struct {
	Prefix   []Child
	Items    Child // of the items behind Prefix
	Contains []Contains
	Limits   []Limit  // of the number of items
	Unique   uint64   // the bits that fail if two items are equal
	Listed   []Listed // const and enum
	Fail     uint64   // the bits that fail for all arrays
	Terms    []Term
}

// Contains asks for a number of items for which a root of every item's location holds.
type Contains struct {
	Child Child
	Limit Limit
}

// Listed asks for a value that is equal to one of some JSON texts, arrays or objects.
type Listed struct {
	Texts []string
	Fail  uint64
}

// Gap is something that the plan leaves to the interpreter.
type Gap struct {
	At      string // the schema
	Keyword string
	Reason  string
}
