package resolve

import "github.com/assay-go/assay/runtime/tape"

// Row is one row of the keyword table.
type Row struct {
	Name        string
	First, Last Draft   // the drafts that have the keyword in this shape
	Shape       Shape   // what its value must be
	Applies     Applies // what its subschemas apply to
	Kinds       Kinds   // the JSON types that it speaks of; values of other types it lets pass

	vocabulary vocabulary
}

func (r *Row) in(d Draft) bool { return r.First <= d && d <= r.Last }

// Shape says what the value of a keyword must be.
type Shape uint8

// The shapes.
const (
	AnyShape         Shape = iota
	BooleanShape           // true or false
	NumberShape            // a number
	PositiveShape          // a number greater than 0
	CountShape             // a non-negative integer; 2.0 is one
	StringShape            // a string
	StringsShape           // an array of strings, each once
	SomeStringsShape       // the same, but not empty
	StringsMapShape        // an object of StringsShape
	TypesShape             // the name of a type, or a non-empty array of them, each once
	ArrayShape             // an array
	SomeArrayShape         // an array that is not empty
	BooleansShape          // an object of booleans
	URIShape               // an absolute URI
	ReferenceShape         // a URI reference
	IDShape                // a URI reference without a fragment; an empty fragment is let pass
	AnchorShape            // a plain name
	PatternShape           // a regular expression

	SchemaShape           // a schema
	SchemaOrBooleanShape  // the same in draft 4, where a boolean is no schema
	SchemasShape          // a non-empty array of schemas
	SchemaOrSchemasShape  // a schema, or a non-empty array of them
	SchemaMapShape        // an object of schemas
	PatternMapShape       // an object of schemas whose names are regular expressions
	DependenciesShape     // an object of schemas and of StringsShape
	SomeDependenciesShape // an object of schemas and of SomeStringsShape
)

// Applies says what the subschemas of a keyword apply to.
type Applies uint8

// What subschemas apply to.
const (
	Nothing Applies = iota // there are none, or they only wait to be referred to
	InPlace                // the value that the schema applies to
	Child                  // its members or items, or the names of its members
)

// Kinds is a set of JSON types.
type Kinds uint8

// Has reports whether k is in the set.
func (s Kinds) Has(k tape.Kind) bool { return s&(1<<k) != 0 }

const (
	onNumber Kinds = 1 << tape.Number
	onString Kinds = 1 << tape.String
	onArray  Kinds = 1 << tape.Array
	onObject Kinds = 1 << tape.Object
	onAll    Kinds = 1<<tape.Null | 1<<tape.Bool | onNumber | onString | onArray | onObject
)

// table is the keyword table: every keyword of every draft. A keyword that changed its shape has a row for each. The sections are those of the
// last draft in the row; C is Core, V is Validation.
var table = [...]Row{
	{"$schema", Draft4, Draft2020, URIShape, Nothing, onAll, core},                 // C 8.1.1
	{"$vocabulary", Draft2019, Draft2020, BooleansShape, Nothing, onAll, core},     // C 8.1.2
	{"id", Draft4, Draft4, ReferenceShape, Nothing, onAll, core},                   // C 7.2
	{"$id", Draft6, Draft7, ReferenceShape, Nothing, onAll, core},                  // C 8.2
	{"$id", Draft2019, Draft2020, IDShape, Nothing, onAll, core},                   // C 8.2.1
	{"$anchor", Draft2019, Draft2020, AnchorShape, Nothing, onAll, core},           // C 8.2.2
	{"$dynamicAnchor", Draft2020, Draft2020, AnchorShape, Nothing, onAll, core},    // C 8.2.2
	{"$recursiveAnchor", Draft2019, Draft2019, BooleanShape, Nothing, onAll, core}, // C 8.2.4.2.2
	{"$ref", Draft4, Draft2020, ReferenceShape, InPlace, onAll, core},              // C 8.2.3.1
	{"$dynamicRef", Draft2020, Draft2020, ReferenceShape, InPlace, onAll, core},    // C 8.2.3.2
	{"$recursiveRef", Draft2019, Draft2019, ReferenceShape, InPlace, onAll, core},  // C 8.2.4.2.1
	{"$defs", Draft2019, Draft2020, SchemaMapShape, Nothing, onAll, core},          // C 8.2.4
	{"definitions", Draft4, Draft2020, SchemaMapShape, Nothing, onAll, core},       // draft 7 V 9; later metaschemas keep it for compatibility
	{"$comment", Draft7, Draft2020, StringShape, Nothing, onAll, core},             // C 8.3

	{"allOf", Draft4, Draft2020, SchemasShape, InPlace, onAll, applicator},                      // C 10.2.1.1
	{"anyOf", Draft4, Draft2020, SchemasShape, InPlace, onAll, applicator},                      // C 10.2.1.2
	{"oneOf", Draft4, Draft2020, SchemasShape, InPlace, onAll, applicator},                      // C 10.2.1.3
	{"not", Draft4, Draft2020, SchemaShape, InPlace, onAll, applicator},                         // C 10.2.1.4
	{"if", Draft7, Draft2020, SchemaShape, InPlace, onAll, applicator},                          // C 10.2.2.1
	{"then", Draft7, Draft2020, SchemaShape, InPlace, onAll, applicator},                        // C 10.2.2.2
	{"else", Draft7, Draft2020, SchemaShape, InPlace, onAll, applicator},                        // C 10.2.2.3
	{"dependentSchemas", Draft2019, Draft2020, SchemaMapShape, InPlace, onObject, applicator},   // C 10.2.2.4
	{"dependencies", Draft4, Draft4, SomeDependenciesShape, InPlace, onObject, applicator},      // V 5.4.5
	{"dependencies", Draft6, Draft2020, DependenciesShape, InPlace, onObject, applicator},       // draft 7 V 6.5.7; later metaschemas keep it for compatibility
	{"prefixItems", Draft2020, Draft2020, SchemasShape, Child, onArray, applicator},             // C 10.3.1.1
	{"items", Draft4, Draft2019, SchemaOrSchemasShape, Child, onArray, applicator},              // C 9.3.1.1
	{"items", Draft2020, Draft2020, SchemaShape, Child, onArray, applicator},                    // C 10.3.1.2
	{"additionalItems", Draft4, Draft4, SchemaOrBooleanShape, Child, onArray, applicator},       // V 5.3.1
	{"additionalItems", Draft6, Draft2019, SchemaShape, Child, onArray, applicator},             // C 9.3.1.2
	{"contains", Draft6, Draft2020, SchemaShape, Child, onArray, applicator},                    // C 10.3.1.3
	{"properties", Draft4, Draft2020, SchemaMapShape, Child, onObject, applicator},              // C 10.3.2.1
	{"patternProperties", Draft4, Draft2020, PatternMapShape, Child, onObject, applicator},      // C 10.3.2.2
	{"additionalProperties", Draft4, Draft4, SchemaOrBooleanShape, Child, onObject, applicator}, // V 5.4.4
	{"additionalProperties", Draft6, Draft2020, SchemaShape, Child, onObject, applicator},       // C 10.3.2.3
	{"propertyNames", Draft6, Draft2020, SchemaShape, Child, onObject, applicator},              // C 10.3.2.4
	{"unevaluatedItems", Draft2019, Draft2020, SchemaShape, Child, onArray, unevaluated},        // C 11.2
	{"unevaluatedProperties", Draft2019, Draft2020, SchemaShape, Child, onObject, unevaluated},  // C 11.3

	{"type", Draft4, Draft2020, TypesShape, Nothing, onAll, validation},                         // V 6.1.1
	{"enum", Draft4, Draft4, SomeArrayShape, Nothing, onAll, validation},                        // V 5.5.1
	{"enum", Draft6, Draft2020, ArrayShape, Nothing, onAll, validation},                         // V 6.1.2: that it has members, each once, is advice only
	{"const", Draft6, Draft2020, AnyShape, Nothing, onAll, validation},                          // V 6.1.3
	{"multipleOf", Draft4, Draft2020, PositiveShape, Nothing, onNumber, validation},             // V 6.2.1
	{"maximum", Draft4, Draft2020, NumberShape, Nothing, onNumber, validation},                  // V 6.2.2
	{"exclusiveMaximum", Draft4, Draft4, BooleanShape, Nothing, onNumber, validation},           // V 5.1.2
	{"exclusiveMaximum", Draft6, Draft2020, NumberShape, Nothing, onNumber, validation},         // V 6.2.3
	{"minimum", Draft4, Draft2020, NumberShape, Nothing, onNumber, validation},                  // V 6.2.4
	{"exclusiveMinimum", Draft4, Draft4, BooleanShape, Nothing, onNumber, validation},           // V 5.1.3
	{"exclusiveMinimum", Draft6, Draft2020, NumberShape, Nothing, onNumber, validation},         // V 6.2.5
	{"maxLength", Draft4, Draft2020, CountShape, Nothing, onString, validation},                 // V 6.3.1
	{"minLength", Draft4, Draft2020, CountShape, Nothing, onString, validation},                 // V 6.3.2
	{"pattern", Draft4, Draft2020, PatternShape, Nothing, onString, validation},                 // V 6.3.3
	{"maxItems", Draft4, Draft2020, CountShape, Nothing, onArray, validation},                   // V 6.4.1
	{"minItems", Draft4, Draft2020, CountShape, Nothing, onArray, validation},                   // V 6.4.2
	{"uniqueItems", Draft4, Draft2020, BooleanShape, Nothing, onArray, validation},              // V 6.4.3
	{"maxContains", Draft2019, Draft2020, CountShape, Nothing, onArray, validation},             // V 6.4.4
	{"minContains", Draft2019, Draft2020, CountShape, Nothing, onArray, validation},             // V 6.4.5
	{"maxProperties", Draft4, Draft2020, CountShape, Nothing, onObject, validation},             // V 6.5.1
	{"minProperties", Draft4, Draft2020, CountShape, Nothing, onObject, validation},             // V 6.5.2
	{"required", Draft4, Draft4, SomeStringsShape, Nothing, onObject, validation},               // V 5.4.3
	{"required", Draft6, Draft2020, StringsShape, Nothing, onObject, validation},                // V 6.5.3
	{"dependentRequired", Draft2019, Draft2020, StringsMapShape, Nothing, onObject, validation}, // V 6.5.4

	{"format", Draft4, Draft2020, StringShape, Nothing, onString, format},            // V 7
	{"contentEncoding", Draft7, Draft2020, StringShape, Nothing, onString, content},  // V 8.3
	{"contentMediaType", Draft7, Draft2020, StringShape, Nothing, onString, content}, // V 8.4
	{"contentSchema", Draft2019, Draft2020, SchemaShape, Nothing, onString, content}, // V 8.5
	{"title", Draft4, Draft2020, StringShape, Nothing, onAll, metadata},              // V 9.1
	{"description", Draft4, Draft2020, StringShape, Nothing, onAll, metadata},        // V 9.1
	{"default", Draft4, Draft2020, AnyShape, Nothing, onAll, metadata},               // V 9.2
	{"deprecated", Draft2019, Draft2020, BooleanShape, Nothing, onAll, metadata},     // V 9.3
	{"readOnly", Draft7, Draft2020, BooleanShape, Nothing, onAll, metadata},          // V 9.4
	{"writeOnly", Draft7, Draft2020, BooleanShape, Nothing, onAll, metadata},         // V 9.4
	{"examples", Draft6, Draft2020, ArrayShape, Nothing, onAll, metadata},            // V 9.5
}

// rowsByName finds the rows of a keyword, in the order of the table.
var rowsByName = func() map[string][]*Row {
	rows := map[string][]*Row{}
	for i := range table {
		rows[table[i].Name] = append(rows[table[i].Name], &table[i])
	}
	return rows
}()

// besideRef reports whether the keyword means something beside a $ref. Up to draft 7 all other properties of an object with a $ref are ignored
// (draft 7 Core section 8.3). What only describes the schema or waits to be referred to changes no verdict, and is kept.
func (r *Row) besideRef(d *Dialect) bool {
	if d.Draft > Draft7 || r.vocabulary == metadata {
		return true
	}
	switch r.Name {
	case "$ref", "$schema", "$comment", "definitions":
		return true
	}
	return false
}
