// Package stream reads JSONL event streams and checks what a schema says about them: names, counts, and later pairs, totals and parity.
//
// What a schema says about its stream stands in its x-assay object and is lowered to [Facts]: a printable table, held as a literal by generated
// code and built at run time by the assay command. Nothing here knows an event by name.
package stream

import "time"

// Facts is what a schema says about its stream. All names in it are declared, all pointers lead to a property.
type Facts struct {
	Record  string // Go name of a record: "Event"
	Stream  string // name of the stream: "events"
	File    string // name of the stream's file in a run folder: "events.jsonl"; may be empty
	Name    string // JSON Pointer of the member that holds the record's name
	Time    string // JSON Pointer of the time stamp; may be empty
	Session string // JSON Pointer of the session; may be empty

	Names []string // every declared name, in schema order

	Keys   []Key // every key that is used below: declared, or a property of that name
	Sizes  []Size
	Counts []Count
	Pairs  []Pair
	Totals []Total
	Rising []Rising
	Parity ParityRules
	Only   []Only
}

// Key is a value that groups or pairs records.
type Key struct {
	Name     string
	At       []string // JSON Pointers; the first that is present wins
	Basename bool     // the value is a path, and its last element counts
}

// Size is a measure of a run that counts may be multiples of.
type Size struct {
	Name        string
	Description string
	Of          []string // the records that are counted
	Distinct    []string // keys: records with equal ones count once
	Sum         string   // JSON Pointer of a number to add up instead
}

// Count says how often records of the names Of, taken together, occur in a run.
type Count struct {
	Of   []string
	Per  string   // a size: Min and Max are multiples of it
	By   []string // keys: the count holds for every value of them
	Min  int
	Max  int // -1 is no limit
	Warn bool
}

// Pair says that a record is closed by another.
type Pair struct {
	Open, Close []string
	By          []string      // keys that the two have in common
	Any         bool          // one close is enough for all opens
	Within      time.Duration // 0 is no limit
	Elapsed     []Elapsed
	Warn        bool
}

// Elapsed is a property of the closing record that holds the time since the opening one.
type Elapsed struct {
	Property string
	Unit     time.Duration // what 1 means: time.Millisecond
}

// Total is a measure that streams of one run must agree on, by name.
type Total struct {
	Name        string
	Description string
	Of          []string
	Sum         string // JSON Pointer of the number to add up; records are counted if empty
	Distinct    []string
	By          []string // the totals must agree for every value of these keys
}

// Rising says that a value grows by a fixed step from a start, in the order of lines.
type Rising struct {
	Of    []string
	Value string // JSON Pointer
	From  float64
	By    float64
}

// ParityRules say what two runs of the same work must have in common beyond names and counts.
type ParityRules struct {
	Counts []ParityCount
	Same   []ParitySame
	Sums   *ParitySums
}

// ParityCount allows the counts of some names to differ by a share.
type ParityCount struct {
	Of     []string
	Within float64 // relative, inclusive
}

// ParitySame demands equal multisets of keys.
type ParitySame struct{ Of, By []string }

// ParitySums compares sums of a value per name and key.
type ParitySums struct {
	Value    string // JSON Pointer
	By       []string
	Within   float64  // relative, inclusive
	Report   []string // names whose difference is reported but not judged
	ReportIf ReportIf // and those whose records say so themselves
}

// ReportIf has the sums of a name reported and not judged if a record of it has one of some strings at a place.
type ReportIf struct {
	At string // JSON Pointer; empty if there is no such rule
	In []string
}

// Only lists names that belong to one kind of run.
type Only struct {
	Where string // "e2b"
	Names []string
}
