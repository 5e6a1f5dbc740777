package lower

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/limit"
	"github.com/assay-go/assay/internal/resolve"
)

// This file is about $dynamicRef and $recursiveRef, which refer to the schema that the outermost schema resource on the way to them calls by a name
// (2020-12 Core section 8.2.3.2, 2019-09 Core section 8.2.4.2.1). Programs know no way: a schema is lowered once for every dynamic scope in which it
// means something else, and in each its references are plain ones.

// scope is a dynamic scope as far as it matters to a schema: which schema each dynamic anchor stands for. It has four bytes for every name of scopes, in
// their order, zeros at the end left out: 1 + an index into scopes.bound, or 0 for a name that no resource on the way has.
type scope string

// scopes knows the dynamic anchors that matter to the schemas that a root leads to: those that some reference looks for, and that several schemas have, in
// resources that the root leads to. Any other name stands for one schema in every scope.
type scopes struct {
	numbers map[string]int // of the names
	bound   []*resolve.Schema
	entered map[*resolve.Schema][]binding // by resource: what its anchors stand for, unless something outside of it has their names
	looksUp map[vertex]names              // what a schema, and all that it leads to, looks for
}

// binding is a name by its number, and 1 + the index of a schema in scopes.bound.
type binding struct {
	name   int
	schema uint32
}

// vertex is a schema; or, by their name, all schemas that have a dynamic anchor.
type vertex struct {
	schema *resolve.Schema
	anchor string
}

// names is a set of names by their numbers.
type names []uint64

func (s names) has(i int) bool { return i/64 < len(s) && s[i/64]>>(i%64)&1 != 0 }

// with returns s with one more name.
func (s names) with(i int) names {
	if more := i/64 + 1 - len(s); more > 0 {
		s = append(s, make(names, more)...)
	}
	s[i/64] |= 1 << (i % 64)
	return s
}

// union returns s with the names of t, and whether any is new.
func (s names) union(t names) (all names, grown bool) {
	if more := len(t) - len(s); more > 0 {
		s = append(s, make(names, more)...)
	}
	for i, word := range t {
		grown = grown || word&^s[i] != 0
		s[i] |= word
	}
	return s, grown
}

// newScopes finds the dynamic anchors that matter to root, of which there may be most.
func newScopes(g *resolve.Graph, root *resolve.Schema, most int, mistakes *diag.List) *scopes {
	c := &scopes{numbers: map[string]int{}, entered: map[*resolve.Schema][]binding{}, looksUp: map[vertex]names{}}
	if g.DynamicAnchors < 2 {
		return c
	}
	s := &search{callers: map[vertex][]vertex{}, entered: map[*resolve.Schema]bool{}, owners: map[string][]*resolve.Schema{}}
	s.from(root)
	c.number(s, most, mistakes)
	c.spread(s.callers)
	return c
}

// search is a walk over all that a root leads to in any scope.
type search struct {
	queue   []vertex
	callers map[vertex][]vertex
	entered map[*resolve.Schema]bool // schema resources
	owners  map[string][]*resolve.Schema
	refs    []reference
}

// reference is a keyword that looks for a dynamic anchor.
type reference struct {
	schema  *resolve.Schema
	keyword *resolve.Keyword
}

func (w *search) from(root *resolve.Schema) {
	w.reach(vertex{schema: root})
	for i := 0; i < len(w.queue); i++ {
		v := w.queue[i]
		if v.schema == nil {
			for _, s := range w.owners[v.anchor] {
				w.lead(v, vertex{schema: s})
			}
			continue
		}
		w.enter(v.schema.Resource)
		for _, k := range v.schema.Keywords {
			if k.Row == nil || k.Row.Applies == resolve.Nothing {
				continue
			}
			for _, sub := range k.Subs {
				w.lead(v, vertex{schema: sub.Schema})
			}
			if k.Target != nil {
				w.lead(v, vertex{schema: k.Target})
			}
			if k.Anchor != "" {
				w.lead(v, vertex{anchor: k.Anchor})
				w.refs = append(w.refs, reference{v.schema, k})
			}
		}
	}
}

// reach puts a vertex into the queue, unless it has been there.
func (w *search) reach(v vertex) {
	if _, known := w.callers[v]; !known {
		w.callers[v] = nil
		w.queue = append(w.queue, v)
	}
}

// lead notes that one vertex leads to another.
func (w *search) lead(from, to vertex) {
	w.reach(to)
	w.callers[to] = append(w.callers[to], from)
}

// enter notes the dynamic anchors of a schema resource. Only a resource that is entered can have its anchors found.
func (w *search) enter(resource *resolve.Schema) {
	if w.entered[resource] {
		return
	}
	w.entered[resource] = true
	for _, a := range resource.DynamicAnchors {
		w.owners[a.Name] = append(w.owners[a.Name], a.Schema)
		if hub := (vertex{anchor: a.Name}); w.callers[hub] != nil {
			w.lead(hub, vertex{schema: a.Schema})
		}
	}
}

// number gives the names that matter their numbers, and notes which schemas look for them.
func (c *scopes) number(w *search, most int, mistakes *diag.List) {
	for _, ref := range w.refs {
		name := ref.keyword.Anchor
		if len(w.owners[name]) < 2 {
			continue
		}
		number, known := c.numbers[name]
		if !known {
			if number = len(c.numbers); number == most {
				mistakes.Add(diag.Diagnostic{
					Place:   ref.schema.KeywordPlace(ref.keyword),
					Message: fmt.Sprintf("more than %d dynamic anchors that several schemas have are referred to", most),
					Help:    limit.Raise("anchors"),
				})
				return
			}
			c.numbers[name] = number
			for _, s := range w.owners[name] {
				c.bound = append(c.bound, s)
				c.entered[s.Resource] = append(c.entered[s.Resource], binding{number, uint32(len(c.bound))})
			}
		}
		v := vertex{schema: ref.schema}
		c.looksUp[v] = c.looksUp[v].with(number)
	}
}

// spread tells the callers of every vertex what it looks for.
func (c *scopes) spread(callers map[vertex][]vertex) {
	changed := slices.Collect(maps.Keys(c.looksUp)) // their order changes nothing
	for len(changed) > 0 {
		v := changed[len(changed)-1]
		changed = changed[:len(changed)-1]
		for _, caller := range callers[v] {
			looksUp, grown := c.looksUp[caller].union(c.looksUp[v])
			if grown {
				c.looksUp[caller] = looksUp
				changed = append(changed, caller)
			}
		}
	}
}

// enter returns the scope that s has when it is reached in an outer scope.
func (c *scopes) enter(outer scope, s *resolve.Schema) scope {
	looksUp, some := c.looksUp[vertex{schema: s}]
	if !some {
		return ""
	}
	inner := make([]byte, 4*len(c.numbers))
	copy(inner, outer)
	for _, b := range c.entered[s.Resource] {
		if at := inner[4*b.name:]; binary.BigEndian.Uint32(at) == 0 { // the outermost resource wins
			binary.BigEndian.PutUint32(at, b.schema)
		}
	}
	for number := range len(c.numbers) {
		if !looksUp.has(number) {
			clear(inner[4*number : 4*number+4])
		}
	}
	return scope(strings.TrimRight(string(inner), "\x00"))
}

// target returns the schema that k refers to in a scope.
func (c *scopes) target(k *resolve.Keyword, in scope) *resolve.Schema {
	number, matters := c.numbers[k.Anchor]
	if !matters {
		return k.Target
	}
	var bound [4]byte
	copy(bound[:], in[min(4*number, len(in)):])
	if i := binary.BigEndian.Uint32(bound[:]); i > 0 {
		return c.bound[i-1]
	}
	return k.Target
}

// instance is a schema as it means something in one scope.
type instance struct {
	schema *resolve.Schema
	scope  scope
}

// copies counts what is lowered again, and reports whether that is still allowed. Scopes multiply: twenty names that two resources each have make a million
// of them.
func (l *lowering) copies(s *resolve.Schema) bool {
	most := l.options.Limits.Copies
	if l.copied > most {
		return false
	}
	if !l.lowered[s] {
		l.lowered[s] = true
		return true
	}
	l.copied++
	for _, k := range s.Keywords {
		if len(k.Subs) == 0 {
			l.copied += int(s.Document.Tape.Next(k.Value) - k.Value)
		}
	}
	if l.copied <= most {
		return true
	}
	l.mistakes.Add(diag.Diagnostic{
		Place: s.Place(),
		Message: fmt.Sprintf("$dynamicRef and $recursiveRef are referred to in so many dynamic scopes that more than %d values of schemas would have to be copied",
			most),
		Help: limit.Raise("copies"),
	})
	return false
}
