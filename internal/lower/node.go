package lower

import (
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// The groups of a node come into being with their first keyword.

func numberOf(n *schema.Node) *schema.Number { return group(&n.Number) }
func stringOf(n *schema.Node) *schema.String { return group(&n.String) }
func objectOf(n *schema.Node) *schema.Object { return group(&n.Object) }
func arrayOf(n *schema.Node) *schema.Array   { return group(&n.Array) }
func logicOf(n *schema.Node) *schema.Logic   { return group(&n.Logic) }

// containsOf returns the contains group, which demands one item unless minContains says otherwise.
func containsOf(n *schema.Node) *schema.Contains {
	a := arrayOf(n)
	if a.Contains == nil {
		a.Contains = &schema.Contains{Min: 1}
	}
	return a.Contains
}

func group[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

// texts returns the items of an array of strings.
func texts(d *load.Document, array tape.Node) []string {
	all := make([]string, 0, d.Tape.Len(array))
	for _, item := range d.Items(array) {
		all = append(all, string(d.Tape.Str(item)))
	}
	return all
}

// textAt returns the string member called name of an object, "" if there is none.
func textAt(d *load.Document, object tape.Node, name string) string {
	n, ok := d.Tape.Find(object, name)
	if !ok || d.Tape.Kind(n) != tape.String {
		return ""
	}
	return string(d.Tape.Str(n))
}
