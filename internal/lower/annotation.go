package lower

import (
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// annotation reports whether a keyword says nothing about validity: basic metadata (2020-12 Validation section 9).
func annotation(keyword string) bool {
	switch keyword {
	case "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples":
	default:
		return false
	}
	return true
}

// annotations notes the annotations of s, which becomes node ref, if Options ask for them. Unknown keywords are annotations (2020-12 Core section 6.5), and so are
// x-… ones. Up to draft 7, nothing beside a $ref means anything.
func (l *lowering) annotations(ref schema.Ref, s *resolve.Schema) {
	if !l.options.Annotations || s.Boolean || s.Dialect.Draft <= resolve.Draft7 && s.Keyword("$ref") != nil {
		return
	}
	for key, value := range s.Document.Members(s.Node) {
		a := schema.Annotation{Schema: ref, Keyword: string(s.Document.Tape.Str(key))}
		k := s.Keyword(a.Keyword)
		if k == nil || k.Row == nil || annotation(a.Keyword) {
			a.Kind = schema.Constant
		} else if kind, ok := annotationKind(s, k); ok {
			a.Kind = kind
		} else {
			continue
		}
		if a.Kind == schema.Constant || a.Kind == schema.StringConstant {
			a.Text = string(s.Document.Tape.Text(value))
		}
		l.program.Annotations = append(l.program.Annotations, a)
	}
}

// annotationKind returns the kind of annotation that a keyword of s is, other than basic metadata, if it is one. Applicators are since draft 2019-09, contains
// since 2020-12.
func annotationKind(s *resolve.Schema, k *resolve.Keyword) (kind schema.AnnotationKind, ok bool) {
	array := func(keyword string) bool {
		items := s.Keyword(keyword)
		return items != nil && s.Document.Tape.Kind(items.Value) == tape.Array
	}
	switch k.Name {
	case "format":
		return schema.Constant, true
	case "contentEncoding", "contentMediaType":
		return schema.StringConstant, true
	case "contentSchema":
		return schema.StringConstant, s.Keyword("contentMediaType") != nil // 2020-12 Validation section 8.5
	case "contains":
		return schema.ContainsIndexes, s.Dialect.Draft >= resolve.Draft2020
	case "properties":
		kind = schema.PropertyNames
	case "patternProperties":
		kind = schema.PatternNames
	case "additionalProperties":
		kind = schema.AdditionalNames
	case "unevaluatedProperties":
		kind = schema.UnevaluatedNames
	case "prefixItems":
		kind = schema.PrefixIndex
	case "items":
		if kind = schema.AllItems; array("items") {
			kind = schema.PrefixIndex
		}
	case "additionalItems":
		if !array("items") {
			return 0, false
		}
		kind = schema.AllItems
	case "unevaluatedItems":
		kind = schema.UnevaluatedRest
	}
	return kind, kind != 0 && s.Dialect.Draft >= resolve.Draft2019
}
