package lower

import (
	"github.com/assay-go/assay/internal/resolve"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// applicator lowers the keywords that apply subschemas (2020-12 Core section 10).
func (l *lowering) applicator(s *resolve.Schema, k *resolve.Keyword, n *schema.Node) bool {
	switch k.Name {
	case "allOf":
		logicOf(n).AllOf = l.schemas(k)
	case "anyOf":
		logicOf(n).AnyOf = l.schemas(k)
	case "oneOf":
		logicOf(n).OneOf = l.schemas(k)
	case "not":
		not := l.schema(only(k))
		logicOf(n).Not = &not
	case "if":
		// An if without then and else still collects annotations, which unevaluatedProperties sees (2020-12 Core section 10.2.2.1).
		logicOf(n).If = l.node(only(k)) // 0 would say that there is no if
	case "then":
		// Without an if beside them, then and else are void (2020-12 Core sections 10.2.2.2 and 10.2.2.3).
		if s.Keyword("if") != nil {
			logicOf(n).Then = l.schema(only(k))
		}
	case "else":
		if s.Keyword("if") != nil {
			logicOf(n).Else = l.schema(only(k))
		}
	case "dependentSchemas":
		for _, sub := range k.Subs {
			l.dependent(n, schema.Dependent{Keyword: k.Name, Name: sub.Name, Schema: l.schema(sub.Schema)})
		}
	case "dependencies":
		l.dependencies(s, k, n)

	case "prefixItems":
		arrayOf(n).Prefix = l.schemas(k)
	case "items":
		// Up to 2019-09 items may be an array: what is prefixItems since (2019-09 Core section 9.3.1.1).
		if s.Document.Tape.Kind(k.Value) == tape.Array {
			arrayOf(n).Prefix = l.schemas(k)
		} else {
			arrayOf(n).Items = l.present(only(k))
		}
	case "additionalItems":
		// Void unless items is an array (2019-09 Core section 9.3.1.2).
		if items := s.Keyword("items"); items != nil && s.Document.Tape.Kind(items.Value) == tape.Array {
			arrayOf(n).Items = l.present(only(k))
		}
	case "contains":
		// Items that match count as evaluated from 2020-12 on (2020-12 Core section 10.3.1.3).
		c := containsOf(n)
		c.Evaluates = s.Dialect.Draft >= resolve.Draft2020
		c.Schema = l.schema(only(k))

	case "properties":
		o := objectOf(n)
		o.Properties = make([]schema.Property, len(k.Subs))
		for i, sub := range k.Subs {
			o.Properties[i] = schema.Property{Name: sub.Name, Schema: l.schema(sub.Schema)}
		}
	case "patternProperties":
		o := objectOf(n)
		o.PatternProperties = make([]schema.PatternProperty, len(k.Subs))
		for i, sub := range k.Subs {
			o.PatternProperties[i] = schema.PatternProperty{Pattern: l.pattern(s, sub.Key), Schema: l.schema(sub.Schema)}
		}
	case "additionalProperties":
		objectOf(n).Additional = l.present(only(k))
	case "propertyNames":
		objectOf(n).Names = l.schema(only(k))
	default:
		return false
	}
	return true
}

// only returns the one subschema of k.
func only(k *resolve.Keyword) *resolve.Schema { return k.Subs[0].Schema }

// schemas returns the nodes of the subschemas of k.
func (l *lowering) schemas(k *resolve.Keyword) []schema.Ref {
	refs := make([]schema.Ref, len(k.Subs))
	for i, sub := range k.Subs {
		refs[i] = l.schema(sub.Schema)
	}
	return refs
}

// dependencies lowers the keyword that dependentRequired and dependentSchemas were until draft 7 (draft-handrews-json-schema-validation-01
// section 6.5.7). Later dialects keep its name for compatibility (2019-09 Validation appendix A) and mean the same.
func (l *lowering) dependencies(s *resolve.Schema, k *resolve.Keyword, n *schema.Node) {
	subs := map[string]*resolve.Schema{}
	for _, sub := range k.Subs {
		subs[sub.Name] = sub.Schema
	}
	for key, value := range s.Document.Members(k.Value) {
		d := schema.Dependent{Keyword: k.Name, Name: string(s.Document.Tape.Str(key))}
		if sub, ok := subs[d.Name]; ok {
			d.Schema = l.schema(sub)
		} else {
			d.Required = texts(s.Document, value)
		}
		l.dependent(n, d)
	}
}

func (l *lowering) dependent(n *schema.Node, d schema.Dependent) {
	o := objectOf(n)
	o.Dependent = append(o.Dependent, d)
}
