package stream

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// orders judges the lines of a shop's order stream: {"at":…, "type":…, "id":…, and more by type}.
func orders() *Record {
	return &Record{Program: orderProgram(), Facts: orderFacts()}
}

var orderNames = []string{"order_placed", "order_cancelled", "payment_captured", "payment_declined", "shipment_sent"}

func orderFacts() *Facts {
	return &Facts{
		Record: "OrderEvent", Stream: "orders", File: "orders.jsonl", Name: "/type", Time: "/at",
		Names: orderNames,
		Keys: []Key{
			{Name: "order_id", At: []string{"/order_id"}},
			{Name: "customer_id", At: []string{"/customer/id", "/customer_id"}},
			{Name: "label", At: []string{"/label_path"}, Basename: true},
		},
		Sizes: []Size{
			{Name: "orders", Of: []string{"order_placed"}, Distinct: []string{"order_id"}},
			{Name: "shipments", Of: []string{"shipment_sent"}},
			{Name: "items", Of: []string{"order_placed"}, Sum: "/items"},
		},
		Counts: []Count{
			{Of: []string{"order_placed"}, By: []string{"order_id"}, Min: 1, Max: 1},
			{Of: []string{"payment_captured", "payment_declined", "order_cancelled"}, By: []string{"order_id"}, Min: 1, Max: -1},
			{Of: []string{"payment_declined"}, By: []string{"customer_id"}, Max: 3, Warn: true},
			{Of: []string{"shipment_sent"}, Per: "orders", Min: 0, Max: 2},
			{Of: []string{"shipment_sent"}, By: []string{"order_id", "label"}, Min: 1, Max: 1},
		},
		Pairs: []Pair{{Open: []string{"shipment_sent"}, Close: []string{"order_cancelled"}, By: []string{"order_id"}, Within: time.Hour}},
	}
}

func orderProgram() *schema.Program {
	required := map[string][]string{"order_placed": {"order_id", "customer_id", "total"}}
	for _, name := range orderNames[1:] {
		required[name] = []string{"order_id"}
	}
	return tagged("type", []string{"at", "type", "id"}, orderNames, required, "total")
}

// tagged is a schema of the usual kind: a base of strings, and a oneOf with one branch per name, told apart by a const. Each branch requires
// some properties; those of amounts must not be negative.
func tagged(tag string, base, names []string, required map[string][]string, amounts ...string) *schema.Program {
	p := &schema.Program{Sources: []string{"test.schema.json"}, Nodes: []schema.Node{{}}}
	add := func(n schema.Node) schema.Ref {
		p.Nodes = append(p.Nodes, n)
		return schema.Ref(len(p.Nodes) - 1)
	}
	root := schema.Node{
		Type:   schema.ObjectType,
		Object: &schema.Object{Required: base},
		Logic:  &schema.Logic{Switch: &schema.Switch{Keyword: "oneOf", Property: tag}},
	}
	for _, name := range base {
		n := schema.Node{At: "/properties/" + name, Type: schema.StringType}
		if name == tag {
			n.Enum = &schema.Enum{Strings: names}
		}
		root.Object.Properties = append(root.Object.Properties, schema.Property{Name: name, Schema: add(n)})
	}
	for i, name := range names {
		at := fmt.Sprintf("/oneOf/%d", i)
		branch := &schema.Object{Required: required[name]}
		branch.Properties = []schema.Property{{
			Name: tag, Schema: add(schema.Node{At: at + "/properties/" + tag, Const: schema.Literal(strconv.Quote(name))}),
		}}
		for _, amount := range amounts {
			branch.Properties = append(branch.Properties, schema.Property{
				Name: amount,
				Schema: add(schema.Node{
					At: at + "/properties/" + amount, Type: schema.NumberType, Number: &schema.Number{Minimum: tape.Decimal{Text: "0"}},
				}),
			})
		}
		root.Logic.OneOf = append(root.Logic.OneOf, add(schema.Node{At: at, Object: branch}))
		root.Logic.Switch.Cases = append(root.Logic.Switch.Cases, schema.Case{Value: name, Branches: []int32{int32(i)}})
	}
	slices.SortFunc(root.Logic.Switch.Cases, func(a, b schema.Case) int { return strings.Compare(a.Value, b.Value) })
	p.Root = add(root)
	return p
}
