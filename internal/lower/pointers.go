package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// This file checks what x-assay says of records against what the schema declares: names, keys and pointers.

// declares reports whether a pointer leads to a declared value in records of one of the names; nil is all names.
func (f *facts) declares(pointer string, of []string) bool {
	return f.somewhere(pointer, of, func(found found) bool { return len(found.schemas) > 0 })
}

// open reports whether the schema lets a pointer lead to a value that is not declared, in records of one of the names.
func (f *facts) open(pointer string, of []string) bool {
	return f.somewhere(pointer, of, func(found found) bool { return found.open })
}

func (f *facts) somewhere(pointer string, of []string, holds func(found) bool) bool {
	path, _ := pointerSteps(pointer)
	return slices.ContainsFunc(f.known(of), func(name string) bool { return holds(f.schema.find(name, path)) })
}

// known returns those of the names that the schema knows; all it knows for nil.
func (f *facts) known(of []string) []string {
	if of == nil {
		return f.out.Names
	}
	return slices.DeleteFunc(slices.Clone(of), func(name string) bool { return !f.schema.known[name] })
}

// pointer returns the JSON Pointer at, having checked that it leads to a declared value in records of one of the names, and that where it is declared it can
// have one of the types wanted.
func (f *facts) pointer(at tape.Node, of []string, want schema.Types) string {
	text := string(f.tape.Str(at))
	path, _ := pointerSteps(text)
	f.leads(at, text, path, of, want)
	return text
}

// leads checks the path that the value at says.
func (f *facts) leads(at tape.Node, text string, path []string, of []string, want schema.Types) {
	known := f.known(of)
	declared := len(known) == 0 // the names are wrong, and have been reported
	for _, name := range known {
		found := f.schema.find(name, path)
		if len(found.schemas) == 0 {
			continue
		}
		declared = true
		if kinds := f.schema.kinds(found); kinds&want == 0 {
			f.mistake(at, "", "%s must lead to %s, but in %s it is %s", diag.Quote(text), describe(want), diag.Quote(name), describe(kinds))
			return
		}
	}
	if !declared {
		f.mistake(at, f.nearestPointer(path, known), "%s leads to no property%s", diag.Quote(text), ofNames(of))
	}
}

// ofNames returns ` of "a" or "b"`, and "" for all names.
func ofNames(of []string) string {
	const most = 4
	if of == nil {
		return ""
	}
	var quoted []string
	for _, name := range of[:min(len(of), most)] {
		quoted = append(quoted, diag.Quote(name))
	}
	if len(of) > most {
		quoted = append(quoted, fmt.Sprintf("%d more", len(of)-most))
	}
	return " of " + strings.Join(quoted, " or ")
}

// nearest is diag.Nearest among candidates that are only gathered if the list still takes a mistake.
func (f *facts) nearest(name string, candidates func() []string) string {
	if f.mistakes.Full() {
		return ""
	}
	return diag.Nearest(name, unique(candidates()))
}

// beside returns the properties beside the one that a path leads to, in records of the names.
func (f *facts) beside(path, names []string) []string {
	const most = 100 // names; what is misspelled is rarely declared for none of the first
	var properties []string
	for _, name := range names[:min(len(names), most)] {
		properties = append(properties, f.schema.properties(name, path)...)
	}
	return properties
}

// nearestPointer returns a help text if the path's last step looks like a misspelled property.
func (f *facts) nearestPointer(path, names []string) string {
	return f.nearest(pointerTo(path), func() []string {
		pointers := f.beside(path, names)
		for i, property := range pointers {
			pointers[i] = pointerTo(append(slices.Clone(path[:len(path)-1]), property))
		}
		return pointers
	})
}

// pointerTo returns the JSON Pointer with the given reference tokens.
func pointerTo(path []string) string {
	var b strings.Builder
	for _, step := range path {
		b.WriteByte('/')
		b.WriteString(load.Token(step))
	}
	return b.String()
}

// names returns the names in a member of an object, having checked that they are declared; nil if there is no such member.
func (f *facts) names(object tape.Node, member string) []string {
	n, ok := f.tape.Find(object, member)
	if !ok {
		return nil
	}
	return f.namesIn(n)
}

func (f *facts) namesIn(array tape.Node) []string {
	for _, item := range f.document.Items(array) {
		if name := string(f.tape.Str(item)); !f.schema.known[name] {
			f.mistake(item, f.nearest(name, func() []string { return f.out.Names }), "no record is called %s", diag.Quote(name))
		}
	}
	return texts(f.document, array)
}

// stringsIn returns the strings of an array, having checked that records can have each of them at a pointer.
func (f *facts) stringsIn(array tape.Node, pointer string) []string {
	path, _ := pointerSteps(pointer)
	can := f.schema.strings(path)
	known := make(map[string]bool, len(can.list))
	for _, s := range can.list {
		known[s] = true
	}
	for _, item := range f.document.Items(array) {
		if s := string(f.tape.Str(item)); !can.any && !known[s] {
			f.mistake(item, f.nearest(s, func() []string { return can.list }), "no record has %s at %s", diag.Quote(s), diag.Quote(pointer))
		}
	}
	return texts(f.document, array)
}

// keys returns the keys in a member of an object, having checked that records of each group of names can have them; nil if there is no such member.
func (f *facts) keys(object tape.Node, member string, groups ...[]string) []string {
	n, ok := f.tape.Find(object, member)
	if !ok {
		return nil
	}
	for _, item := range f.document.Items(n) {
		f.key(item, groups)
	}
	return texts(f.document, n)
}

func (f *facts) key(item tape.Node, groups [][]string) {
	name := string(f.tape.Str(item))
	k, known := f.keyed[name]
	if !known {
		k = stream.Key{Name: name, At: []string{pointerTo([]string{name})}}
	}
	for _, of := range groups {
		switch {
		case len(f.known(of)) == 0: // the names are wrong, and have been reported
		case slices.ContainsFunc(k.At, func(p string) bool { return f.declares(p, of) }):
			if len(k.At) == 1 {
				path, _ := pointerSteps(k.At[0])
				f.leads(item, k.At[0], path, of, scalar)
			}
		case slices.ContainsFunc(k.At, func(p string) bool { return f.declares(p, nil) && f.open(p, of) }):
			// A property that only other records declare may be an extra one here: what is spelled right somewhere is no misspelling.
		case known:
			f.mistake(item, "", "the key %s leads to no property%s", diag.Quote(name), ofNames(of))
			return
		default:
			help := f.nearest(name, func() []string {
				candidates := f.beside([]string{name}, f.known(of))
				for _, k := range f.out.Keys {
					candidates = append(candidates, k.Name)
				}
				return candidates
			})
			f.mistake(item, help, "%s is no property%s, and no key", diag.Quote(name), ofNames(of))
			return
		}
	}
	if !known {
		f.addKey(k)
	}
}

func (f *facts) addKey(k stream.Key) {
	f.keyed[k.Name] = k
	f.out.Keys = append(f.out.Keys, k)
}
