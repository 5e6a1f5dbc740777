// Package model decides what a schema graph looks like in Go: types, fields, constants and their names.
//
// A record is one line of a stream. It becomes a sealed interface with one struct per name (a union), or one struct, if the names add no property
// of their own. Types may be wider than the schema, never narrower: every valid instance fits, and where no rule gives a type it is [Raw].
// Names are allotted, never guessed: a name is taken in a scope once, and a clash is a diagnostic that points at both.
package model

import (
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

// Package is a Go package to be: what its schemas become, in their order.
type Package struct {
	Schemas []*Schema
	Sizes   []stream.Size // of all records, each name once, in order
}

// Schema is what one schema document becomes: the records of a stream if it describes one, else a value.
type Schema struct {
	Record *Record
	Value  *Value

	Enums   []*Enum   // in order of first use
	Structs []*Struct // nested objects, in order of first use
}

// Value is a schema that describes no stream: values are judged one by one.
type Value struct {
	Name   string  // "Order"
	Doc    string  // of the schema
	Struct *Struct // nil if its values are no objects of known properties: they are judged, but have no type
	Why    string  // why they have none, if that is for a limit: "it has more than 1000 fields"
}

// Record is a stream's records as Go.
type Record struct {
	Facts *stream.Facts

	Name     string // "Event": the interface, or the struct
	Plural   string // "Events": the stream
	Property string // the member that holds the name: "event"
	NameType string // "EventName"
	Doc      string // of the schema

	Names    []Constant // parallel to Facts.Names
	Union    bool       // an interface, Base and Variants; else one Struct
	Base     *Struct    // "EventBase": the properties that all variants have
	Variants []*Struct  // parallel to Names
	Unknown  string     // "UnknownEvent"
	Nameless bool       // a valid record can be without a name, or have one that is no string
	Struct   *Struct
	Keys     []Key // those that x-assay declares

	Emit     string // the recorder's method that writes a record: "Emit"
	Emission *stream.Emission
}

// Constant is a named string.
type Constant struct {
	Go    string
	Stem  string // of a record's name: Go without the record's own name, "StepStart"
	Count string // of a record's name: its field in the counts
	Value string
	Doc   string
}

// Enum is a string type with constants.
type Enum struct {
	Go        string
	List      string // the function that lists the values
	Doc       string
	Constants []Constant
}

// Struct is an object type.
type Struct struct {
	Go     string
	JSON   string // for a variant, the record's name
	Doc    string
	Fields []*Field
	Closed bool // no members beyond the fields
	size   int  // how many fields it has, together with those of the structs in it
}

// Field is a property.
type Field struct {
	Go       string
	JSON     string
	Type     *Type
	Optional bool // may be absent
	Name     bool // holds the record's name
	Doc      string
	Limits   string // what the schema demands of a number or a length, in short: ">= 0"
	place    func() diag.Place
}

// Kind is the kind of a Type.
type Kind uint8

// The kinds of Go types.
const (
	Raw        Kind = iota // any JSON value, as text
	String                 // string
	Bool                   // bool
	Int                    // int64
	Float                  // float64
	Timestamp              // an RFC 3339 date-time, as text
	EnumType               // a string type with constants
	StructType             // an object with properties
	Array                  // a slice of Elem
	Map                    // a map from string to Elem
	Nullable               // Elem or null
)

// Type is a Go type.
type Type struct {
	Kind   Kind
	Why    string  // of a Raw that is one for a limit: "it has more than 1000 fields"
	Elem   *Type   // Array, Map, Nullable
	Enum   *Enum   // EnumType
	Struct *Struct // StructType
}
