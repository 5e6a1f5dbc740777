package lower

import (
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
			f.mistake(at, "", "%s must lead to %s, but in %s it is %s", text, describe(want), name, describe(kinds))
			return
		}
	}
	if !declared {
		f.mistake(at, f.nearestPointer(path, known), "%s leads to no property%s", text, ofNames(of))
	}
}

// ofNames returns " of a or b", and "" for all names.
func ofNames(of []string) string {
	if of == nil {
		return ""
	}
	return " of " + strings.Join(of, " or ")
}

// nearestPointer returns a help text if the path's last step looks like a misspelled property.
func (f *facts) nearestPointer(path, names []string) string {
	var pointers []string
	for _, name := range names {
		for _, property := range f.schema.properties(name, path) {
			pointers = append(pointers, pointerTo(append(slices.Clone(path[:len(path)-1]), property)))
		}
	}
	return diag.Nearest(pointerTo(path), unique(pointers))
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
			f.mistake(item, diag.Nearest(name, f.out.Names), "no record is called %s", diag.Quote(name))
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
	i := slices.IndexFunc(f.out.Keys, func(k stream.Key) bool { return k.Name == name })
	k := stream.Key{Name: name, At: []string{pointerTo([]string{name})}}
	if i >= 0 {
		k = f.out.Keys[i]
	}
	for _, of := range groups {
		known := f.known(of)
		if len(known) == 0 {
			continue // the names are wrong, and have been reported
		}
		if slices.ContainsFunc(k.At, func(p string) bool { return f.declares(p, of) }) {
			if len(k.At) == 1 {
				path, _ := pointerSteps(k.At[0])
				f.leads(item, k.At[0], path, of, scalar)
			}
			continue
		}
		// A property that only other records declare may be an extra one here: what is spelled right somewhere is no misspelling.
		if slices.ContainsFunc(k.At, func(p string) bool { return f.declares(p, nil) && f.open(p, of) }) {
			continue
		}
		candidates := make([]string, 0, len(f.out.Keys))
		for _, k := range f.out.Keys {
			candidates = append(candidates, k.Name)
		}
		for _, n := range known {
			candidates = append(candidates, f.schema.properties(n, []string{name})...)
		}
		if i >= 0 {
			f.mistake(item, "", "the key %s leads to no property%s", diag.Quote(name), ofNames(of))
		} else {
			f.mistake(item, diag.Nearest(name, unique(candidates)), "%s is no property%s, and no key", diag.Quote(name), ofNames(of))
		}
		return
	}
	if i < 0 {
		f.out.Keys = append(f.out.Keys, k)
	}
}
