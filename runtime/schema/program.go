// Package schema holds lowered JSON Schemas, as tables, and the interpreter that validates JSON values against them.
//
// A [Program] is facts only: limits, names, branches, with every reference resolved. It has no pointers into the schema's text and no
// functions, so that it can be printed, compared, and written as a Go literal that costs nothing at start-up. The interpreter
// walks a [tape.Tape] under a Program. It alone defines what is valid.
package schema

import (
	"sync"

	"github.com/assay-go/assay/runtime/tape"
)

// Version1 ties generated code to a runtime that understands its tables. If a reference to it does not compile, the generated code
// is newer than this module: upgrade github.com/assay-go/assay, or generate again with the version in go.mod.
const Version1 = 1

// Ref is a node of a Program by its index. Ref 0 is the schema that accepts everything, so a zero Ref also says "no such subschema".
//
// The two differ for additionalProperties, items, unevaluatedProperties and unevaluatedItems: the schema true there makes children count as
// evaluated (2020-12 Core section 11), an absent keyword does not. Where an unevaluated keyword may see that, such a schema true is a zero
// Node of its own, at an index other than 0.
type Ref int32

// Program is one lowered schema with everything it refers to. Programs are immutable once used, and safe for concurrent use.
type Program struct {
	Sources  []string  // the schema documents, as they are called in AbsoluteKeywordLocation
	Root     Ref       // the schema itself
	Nodes    []Node    // Nodes[0] accepts everything
	Patterns []Pattern // the regular expressions of all nodes, each once
	Limits   Limits    // of a validation
	Packed   bool      // see Pack

	// Annotations are those of the nodes, by ascending Schema, in the order they are written. Only Basic and Detailed read them, so lowering leaves them out unless
	// it is asked for them.
	Annotations []Annotation

	once    sync.Once
	derived derived // what the interpreter derives from the tables on first use
}

// Node is one schema: what its keywords say, grouped by vocabulary. The zero Node accepts everything.
type Node struct {
	Source int    // index into Program.Sources
	At     string // JSON Pointer of the schema in its document; a subschema's begins with that of the schema that holds it

	Never bool    // the schema false
	Type  Types   // allowed types; 0 allows all
	Const Literal // const; "" if there is none
	Enum  *Enum   // enum

	Number *Number
	String *String
	Object *Object
	Array  *Array
	Logic  *Logic
}

// Types is a set of JSON types.
type Types uint8

// The members of a set of types.
const (
	NullType Types = 1 << iota
	BooleanType
	NumberType
	StringType
	ArrayType
	ObjectType
	IntegerType        // any number without a fractional part: 1.0 is one
	LexicalIntegerType // draft 4: a number written without a point or an exponent
)

// AnyType are all types.
const AnyType = NullType | BooleanType | NumberType | StringType | ArrayType | ObjectType

// Literal is a JSON text: the value of a const, or a member of an enum.
type Literal string

// Enum is the enum keyword. A value is allowed if it is one of Strings, or equal to one of Others.
type Enum struct {
	Strings []string  // string members, decoded, in schema order
	Others  []Literal // all other members, in schema order
}

// Limit is an optional upper limit. The zero Limit is none.
type Limit struct {
	Set bool
	N   uint64
}

// Number holds the assertions about numbers (2020-12 Validation section 6.2). An empty Text means that the keyword is absent.
type Number struct {
	Minimum, Maximum                   tape.Decimal
	ExclusiveMinimum, ExclusiveMaximum tape.Decimal
	MultipleOf                         tape.Decimal
}

// String holds the assertions about strings (2020-12 Validation sections 6.3, 7 and 8). Lengths count code points.
type String struct {
	MinLength uint64
	MaxLength Limit
	Pattern   int    // 1 + index into Program.Patterns; 0 is none
	Format    string // a format that is asserted
	Encoding  string // a contentEncoding that is asserted: Base64
	MediaType string // a contentMediaType that is asserted: JSONMediaType
}

// Object holds the keywords about objects.
type Object struct {
	Properties        []Property        // properties, in schema order
	PatternProperties []PatternProperty // patternProperties, in schema order
	Additional        Ref               // additionalProperties
	Names             Ref               // propertyNames
	Required          []string
	MinProperties     uint64
	MaxProperties     Limit
	Dependent         []Dependent // dependentRequired, dependentSchemas, and both forms of dependencies up to draft 7
	Unevaluated       Ref         // unevaluatedProperties
}

// Property is one member of properties.
type Property struct {
	Name   string
	Schema Ref
}

// PatternProperty is one member of patternProperties.
type PatternProperty struct {
	Pattern int // 1 + index into Program.Patterns
	Schema  Ref
}

// Dependent says what the presence of a property demands: other properties, or a schema for the whole object.
type Dependent struct {
	Keyword  string // "dependentRequired", "dependentSchemas" or "dependencies"
	Name     string
	Required []string
	Schema   Ref
}

// Array holds the keywords about arrays.
type Array struct {
	Prefix      []Ref // prefixItems; items as an array before 2020-12
	Items       Ref   // items for what Prefix leaves; additionalItems before 2020-12
	MinItems    uint64
	MaxItems    Limit
	Unique      bool // uniqueItems
	Contains    *Contains
	Unevaluated Ref // unevaluatedItems
}

// Contains is contains with its limits.
type Contains struct {
	Schema    Ref
	Min       uint64 // minContains; 1 if absent
	Max       Limit
	Evaluates bool // items that match count as evaluated (from 2020-12 on)
}

// Logic holds the in-place applicators: subschemas for the same value.
type Logic struct {
	Refs           []Reference
	AllOf          []Ref
	AnyOf          []Ref
	OneOf          []Ref
	Not            *Ref // a pointer, because not of the schema true is no absent not
	If, Then, Else Ref  // If is 0 only when Then and Else are

	// A shortcut for AllOf, AnyOf or OneOf whose branches a property's value tells apart: nil if there is none. It never changes a verdict.
	Switch *Switch
}

// Reference is a keyword that applies another schema in place: $ref, $dynamicRef or $recursiveRef.
type Reference struct {
	Keyword string
	Schema  Ref
}

// Switch says which branches of an applicator can matter for an object whose property called Property is a string.
//
// For OneOf and AnyOf: every branch allows only certain strings there, no string is allowed by two branches, and Cases lists them all. So
// exactly the listed branch can hold, and for a string that is not listed none can.
//
// For AllOf: a branch with an if on the property's value matters only for the strings that its if allows; Cases lists, for each such string,
// the branches that have their if hold. Rest lists the branches that matter whatever the string is.
type Switch struct {
	Keyword  string // "oneOf", "anyOf" or "allOf"
	Property string
	Cases    []Case // sorted by Value
	Rest     []int32
	Values   []string // of a packed program: see Pack
}

// Case is one string of a Switch and the indexes of the branches that matter for it, ascending.
type Case struct {
	Value    string
	Branches []int32
}

// Pattern is a regular expression in ECMA-262 syntax with the u flag, unanchored. It is translated and compiled on first use.
type Pattern struct {
	Source string

	once    sync.Once
	matcher matcher
}
