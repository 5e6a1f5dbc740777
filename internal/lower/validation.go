package lower

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// validation lowers the keywords of the validation vocabulary (2020-12 Validation section 6).
func (l *lowering) validation(s *resolve.Schema, k *resolve.Keyword, n *schema.Node) bool {
	t := s.Document.Tape
	switch k.Name {
	case "type":
		for _, name := range s.Texts("type") {
			n.Type |= typeOf(name, s.Dialect.Draft)
		}
	case "const":
		n.Const = l.literal(s, k, k.Value)
	case "enum":
		n.Enum = &schema.Enum{}
		for _, item := range s.Document.Items(k.Value) {
			if t.Kind(item) == tape.String {
				n.Enum.Strings = append(n.Enum.Strings, string(t.Str(item)))
			} else {
				n.Enum.Others = append(n.Enum.Others, l.literal(s, k, item))
			}
		}

	case "multipleOf":
		numberOf(n).MultipleOf = t.Num(k.Value)
	case "minimum":
		if !lexicalExclusive(s, "exclusiveMinimum") {
			numberOf(n).Minimum = t.Num(k.Value)
		}
	case "maximum":
		if !lexicalExclusive(s, "exclusiveMaximum") {
			numberOf(n).Maximum = t.Num(k.Value)
		}
	case "exclusiveMinimum":
		numberOf(n).ExclusiveMinimum = l.exclusive(s, k, "minimum")
	case "exclusiveMaximum":
		numberOf(n).ExclusiveMaximum = l.exclusive(s, k, "maximum")

	case "minLength":
		stringOf(n).MinLength = count(s, k)
	case "maxLength":
		stringOf(n).MaxLength = limitOf(s, k)
	case "pattern":
		stringOf(n).Pattern = l.pattern(s, k.Value)

	case "minItems":
		arrayOf(n).MinItems = count(s, k)
	case "maxItems":
		arrayOf(n).MaxItems = limitOf(s, k)
	case "uniqueItems":
		arrayOf(n).Unique = t.Bool(k.Value)
	case "minContains":
		// Void without contains (2020-12 Validation section 6.4.5); so is maxContains.
		if s.Keyword("contains") != nil {
			containsOf(n).Min = count(s, k)
		}
	case "maxContains":
		if s.Keyword("contains") != nil {
			containsOf(n).Max = limitOf(s, k)
		}

	case "minProperties":
		objectOf(n).MinProperties = count(s, k)
	case "maxProperties":
		objectOf(n).MaxProperties = limitOf(s, k)
	case "required":
		objectOf(n).Required = texts(s.Document, k.Value)
	case "dependentRequired":
		for key, value := range s.Document.Members(k.Value) {
			l.dependent(n, schema.Dependent{Keyword: k.Name, Name: string(t.Str(key)), Required: texts(s.Document, value)})
		}
	default:
		return false
	}
	return true
}

// typeOf returns the type of the given name. In draft 4 an integer is "a JSON number without a fraction or exponent part"
// (draft-zyp-json-schema-04 section 3.5); since draft 6 it is any number without a fractional part.
func typeOf(name string, d resolve.Draft) schema.Types {
	switch name {
	case "null":
		return schema.NullType
	case "boolean":
		return schema.BooleanType
	case "number":
		return schema.NumberType
	case "string":
		return schema.StringType
	case "array":
		return schema.ArrayType
	case "object":
		return schema.ObjectType
	case "integer":
		if d == resolve.Draft4 {
			return schema.LexicalIntegerType
		}
		return schema.IntegerType
	}
	panic("resolve let the type " + name + " pass")
}

// literal returns the text of a value of k without white space. One that nests deeper than any instance can is refused: load lets it pass if its limit is raised.
func (l *lowering) literal(s *resolve.Schema, k *resolve.Keyword, n tape.Node) schema.Literal {
	var b bytes.Buffer
	if json.Compact(&b, s.Document.Tape.Text(n)) != nil {
		l.refuse(s, k, "%s is nested deeper than any instance can be, which is %d deep", k.Name, tape.DefaultMaxDepth)
	}
	return schema.Literal(b.String())
}

// lexicalExclusive reports whether s has the keyword exclusiveMinimum or exclusiveMaximum in its draft 4 form, set to true: then
// minimum or maximum itself is exclusive (draft-fge-json-schema-validation-00 sections 5.1.2 and 5.1.3).
func lexicalExclusive(s *resolve.Schema, keyword string) bool {
	k := s.Keyword(keyword)
	return k != nil && s.Document.Tape.Kind(k.Value) == tape.Bool && s.Document.Tape.Bool(k.Value)
}

// exclusive returns the limit that k sets: its own value, or in draft 4 that of the keyword beside it.
func (l *lowering) exclusive(s *resolve.Schema, k *resolve.Keyword, beside string) tape.Decimal {
	t := s.Document.Tape
	if t.Kind(k.Value) == tape.Number {
		return t.Num(k.Value)
	}
	limit := s.Keyword(beside)
	if limit == nil {
		l.refuse(s, k, "%s needs %s beside it in draft 4", k.Name, beside)
		return tape.Decimal{}
	}
	if !t.Bool(k.Value) {
		return tape.Decimal{}
	}
	return t.Num(limit.Value)
}

// count returns the value of a keyword that is a non-negative integer. What exceeds an int64 becomes the largest uint64: nothing that fits into
// memory has so many parts, so the exact value decides nothing.
func count(s *resolve.Schema, k *resolve.Keyword) uint64 {
	if n, ok := s.Document.Tape.Num(k.Value).Int64(); ok {
		return uint64(n)
	}
	return math.MaxUint64
}

func limitOf(s *resolve.Schema, k *resolve.Keyword) schema.Limit {
	return schema.Limit{Set: true, N: count(s, k)}
}

// pattern returns 1 + the index of the regular expression that the string at stands for.
func (l *lowering) pattern(s *resolve.Schema, at tape.Node) int {
	t := s.Document.Tape
	source := string(t.Str(at))
	i, known := l.patterns[source]
	if known || l.patternCost > l.options.Limits.Patterns { // no program is made of too many: the rest need not be read
		return i
	}
	limits := schema.PatternLimits{Steps: l.options.Limits.PatternSteps, Ranges: l.options.Limits.PatternRanges}
	if cost, offset, err := limits.Check(source); err != nil {
		l.mistake(func() diag.Diagnostic {
			d := diag.Diagnostic{Place: placeInString(s.Document, at, offset), Message: err.Error()}
			if exceeded := (*schema.PatternLimitError)(nil); errors.As(err, &exceeded) {
				d.Help = limit.Raise(exceeded.Limit)
			}
			return d
		})
	} else if l.patternCost += cost; l.patternCost > l.options.Limits.Patterns {
		// They are compiled with the first values that need them, so that many of them, each within its limits, would be an ambush.
		l.mistake(func() diag.Diagnostic {
			return diag.Diagnostic{
				Place:   s.Document.Place(at),
				Message: fmt.Sprintf("the patterns of the schema have more than %d steps and ranges of characters together", l.options.Limits.Patterns),
				Help:    limit.Raise("patterns"),
			}
		})
	} else {
		l.program.Patterns = append(l.program.Patterns, schema.Pattern{Source: source})
		i = len(l.program.Patterns)
	}
	l.patterns[source] = i
	return i
}

// placeInString returns the place of a byte of a string's value. If escapes keep the value from being found in the text, it is the place of the string.
func placeInString(d *load.Document, at tape.Node, offset int) diag.Place {
	place := d.Place(at)
	if d.Tape.Escaped(at) {
		return place
	}
	return d.PlaceAt(d.Tape.Offset(at)+1+offset, place.Pointer)
}
