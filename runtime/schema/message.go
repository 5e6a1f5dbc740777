package schema

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/assay-go/assay/runtime/tape"
)

// message puts a violation in words. They are those of JSON and of the schema, on one line; values are cut short.
func (p *Program) message(t *tape.Tape, b *broken, keyword string) string {
	node := p.schema(b.frame.ref)
	must := subject(t, b.node) + " must "
	got := ", got " + shown(t, b.node)
	if isName(t, b.node) {
		got = "" // the subject says it
	}
	switch b.keyword {
	case "type":
		return must + "be " + typesOf(node.Type) + gotOther(t, b.node)
	case "const":
		return must + "be " + valueText(string(node.Const)) + gotWhole(t, b.node)
	case "enum":
		return must + "be " + oneOf(node.Enum) + gotWhole(t, b.node) + didYouMean(t, b.node, node.Enum.Strings)

	case "multipleOf":
		return must + "be a multiple of " + escaped(node.Number.MultipleOf.Text, maxShown) + got
	case "maximum":
		return must + "be <= " + escaped(node.Number.Maximum.Text, maxShown) + got
	case "exclusiveMaximum":
		return must + "be < " + escaped(node.Number.ExclusiveMaximum.Text, maxShown) + got
	case "minimum":
		return must + "be >= " + escaped(node.Number.Minimum.Text, maxShown) + got
	case "exclusiveMinimum":
		return must + "be > " + escaped(node.Number.ExclusiveMinimum.Text, maxShown) + got

	case "minLength":
		return must + "have at least " + plural(node.String.MinLength, "character") + gotCount(b)
	case "maxLength":
		return must + "have at most " + plural(node.String.MaxLength.N, "character") + gotCount(b)
	case "pattern":
		return must + "match " + escaped(p.pattern(node.String.Pattern).Source, 2*maxShown) + got
	case "format":
		return must + "be " + formatName(node.String.Format) + got
	case "contentEncoding":
		return must + "be base64 (RFC 4648)" + got
	case "contentMediaType":
		return must + "hold JSON" + got

	case "minItems":
		return must + "have at least " + plural(node.Array.MinItems, "item") + gotCount(b)
	case "maxItems":
		return must + "have at most " + plural(node.Array.MaxItems.N, "item") + gotCount(b)
	case "uniqueItems":
		return fmt.Sprintf("%shave unique items, but item %d repeats item %d", must, b.second, b.count)
	case "contains", "minContains":
		return must + "contain at least " + plural(node.Array.Contains.Min, "matching item") + gotCount(b)
	case "maxContains":
		return must + "contain at most " + plural(node.Array.Contains.Max.N, "matching item") + gotCount(b)

	case "minProperties":
		return must + "have at least " + plural(node.Object.MinProperties, "property") + gotCount(b)
	case "maxProperties":
		return must + "have at most " + plural(node.Object.MaxProperties.N, "property") + gotCount(b)
	case "required":
		return "missing property " + quoted(b.name) + p.demanded(b.frame) + p.misspelled(t, b)
	case "dependentRequired", "dependencies":
		return "missing property " + quoted(b.name) + ", which " + quoted(b.because) + " demands" + p.misspelled(t, b)

	case "not":
		return must + p.notMessage(t, b, p.schema(*node.Logic.Not))
	case "anyOf", "oneOf":
		return p.unionMessage(t, b, node)

	case keywordFalse:
		return p.falseMessage(t, b, keyword)
	case keywordLimit:
		if b.count < 0 {
			return "internal error: invalid without a violation; please report this schema and instance"
		}
		return fmt.Sprintf("gave up: the value takes more than %d %s (a limit that can be set: %q)", b.count, b.name, b.name)
	}
	return must + "meet " + b.keyword
}

// unionMessage is the message of anyOf and oneOf.
func (p *Program) unionMessage(t *tape.Tape, b *broken, node *Node) string {
	branches := node.Logic.AnyOf
	if b.keyword == "oneOf" {
		branches = node.Logic.OneOf
	}
	must := subject(t, b.node) + " must "
	if b.node != b.frame.node {
		// The tag of a Switch: no branch allows its string.
		var values []string
		for _, c := range p.inOrder(node.Logic.Switch) {
			values = append(values, c.Value)
		}
		return must + "be " + oneOf(&Enum{Strings: values}) + ", got " + shown(t, b.node) + didYouMean(t, b.node, values)
	}
	if b.second > 0 {
		return fmt.Sprintf("%smatch exactly one schema of %s, but matches numbers %d and %d", must, b.keyword, b.count, b.second)
	}
	if types, disjoint := p.types(branches, t.Kind(b.node)); disjoint {
		return must + "be " + typesOf(types) + gotOther(t, b.node)
	}
	text := fmt.Sprintf("%smatch one of the %d schemas of %s", must, len(branches), b.keyword)
	if len(b.causes) == 0 {
		return text
	}
	return fmt.Sprintf("%s; number %d comes closest: %s", text, b.count, p.message(t, &b.causes[0], p.violation(t, b.causes[0]).Keyword))
}

// notMessage says what a value must not be. The schemas that people negate mostly hold one keyword.
func (p *Program) notMessage(t *tape.Tape, b *broken, not *Node) string {
	got := ", got " + shown(t, b.node)
	rest := *not
	rest.Source, rest.At = 0, ""
	switch {
	case rest == Node{Const: not.Const} && not.Const != "":
		return "not be " + valueText(string(not.Const))
	case rest == Node{Enum: not.Enum} && not.Enum != nil:
		return "not be " + oneOf(not.Enum) + got
	case rest == Node{Type: not.Type} && not.Type != 0:
		return "not be " + typesOf(not.Type) + got
	case rest == Node{String: not.String} && not.String != nil && *not.String == String{Pattern: not.String.Pattern}:
		return "not match " + escaped(p.pattern(not.String.Pattern).Source, 2*maxShown) + got
	}
	return "not match the schema of not" + got
}

// types returns the types that branches allow, and whether none of them allows the kind.
func (p *Program) types(branches []Ref, kind tape.Kind) (Types, bool) {
	var types Types
	for _, ref := range branches {
		node := p.schema(ref)
		if node.Type == 0 || p.derived.rules[ref].kinds>>kind&1 != 0 {
			return 0, false
		}
		types |= node.Type
	}
	return types, true
}

// inOrder returns the cases of a Switch in the order of its branches.
func (p *Program) inOrder(s *Switch) []Case {
	cases := slices.Clone(s.Cases)
	slices.SortStableFunc(cases, func(a, b Case) int { return slices.Compare(a.Branches, b.Branches) })
	return cases
}

// falseMessage is the message of a schema false, by the keyword that holds it.
func (p *Program) falseMessage(t *tape.Tape, b *broken, keyword string) string {
	switch keyword {
	case "additionalProperties", "unevaluatedProperties":
		name := string(t.Str(b.node))
		above := b.frame.up
		var absent []string
		p.declared(above.ref, keyword == "unevaluatedProperties", func(property string) {
			if _, present := t.Find(above.node, property); !present {
				absent = append(absent, property)
			}
		})
		return "unknown property " + quoted(name) + suggestion(nearest(name, absent))
	case "properties", "patternProperties":
		return "property " + quoted(string(t.Str(b.node))) + " is not allowed"
	case "propertyNames":
		return "no property is allowed, got " + quoted(string(t.Str(b.node)))
	case keywordFalse:
		return subject(t, b.node) + " is not allowed: the schema is false"
	}
	if above := b.frame.up; above != nil && keyword != "unevaluatedItems" && t.Kind(above.node) == tape.Array && p.schema(above.ref).Array != nil {
		return subject(t, b.node) + " is not allowed: at most " + plural(uint64(len(p.schema(above.ref).Array.Prefix)), "item")
	}
	if keyword == "unevaluatedItems" {
		return subject(t, b.node) + " is not allowed: no other keyword evaluates it"
	}
	return subject(t, b.node) + " is not allowed by " + keyword
}

// declared calls f with the properties that a schema declares, and, if asked, those that the schemas declare which it applies in place.
func (p *Program) declared(ref Ref, inPlace bool, f func(property string)) {
	seen := map[Ref]bool{}
	var visit func(Ref)
	visit = func(ref Ref) {
		if ref == 0 || seen[ref] || len(seen) > maxCandidates {
			return
		}
		seen[ref] = true
		node := p.schema(ref)
		if node.Object != nil {
			for _, property := range node.Object.Properties {
				f(property.Name)
			}
			for _, d := range node.Object.Dependent {
				if inPlace {
					visit(d.Schema)
				}
			}
		}
		if l := node.Logic; l != nil && inPlace {
			for _, r := range l.Refs {
				visit(r.Schema)
			}
			for _, refs := range [][]Ref{l.AllOf, l.AnyOf, l.OneOf, {l.If, l.Then, l.Else}} {
				for _, r := range refs {
					visit(r)
				}
			}
		}
	}
	visit(ref)
}

// demanded names the property whose presence demands the schema of a frame, if one does.
func (p *Program) demanded(f *frame) string {
	switch p.holder(f) {
	case "dependentSchemas", "dependencies":
		_, name, _ := strings.Cut(p.step(f)[1:], "/")
		return ", which " + quoted(strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")) + " demands"
	}
	return ""
}

// misspelled looks for a property of the instance that may be the missing one, misspelled: one that no schema on the way here declares.
func (p *Program) misspelled(t *tape.Tape, b *broken) string {
	declared := func(name string) bool {
		for f := b.frame; f != nil && f.node == b.frame.node; f = f.up {
			if o := p.derived.rules[f.ref].object; o != nil && o.keys.find([]byte(name)) >= 0 {
				return true
			}
		}
		return false
	}
	var candidates []string
	for name, end := b.node+1, t.Next(b.node); name < end; name = t.Next(name + 1) {
		if s := string(t.Str(name)); !declared(s) {
			candidates = append(candidates, s)
		}
	}
	return suggestion(nearest(b.name, candidates))
}

// subject names a value: by the end of its location, from the last member name on.
func subject(t *tape.Tape, n tape.Node) string {
	location := t.Pointer(n)
	if location == "" {
		return "the value"
	}
	from := strings.LastIndexByte(location, '/')
	for from > 0 {
		above, ok := t.Lookup(0, location[:from])
		if !ok || t.Kind(above) != tape.Array {
			break
		}
		from = strings.LastIndexByte(location[:from], '/')
	}
	name := location[from+1:]
	if isName(t, n) {
		return "the name " + quoted(string(t.Str(n)))
	}
	if from == 0 && t.Kind(0) == tape.Array {
		return "item " + name
	}
	name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return quoted(name)
		}
	}
	if name == "" {
		return `""`
	}
	return cut(name, maxShown)
}

// isName reports whether a node is the name of a member.
func isName(t *tape.Tape, n tape.Node) bool {
	rest := bytes.TrimLeft(t.Source()[t.End(n):], " \t\r\n")
	return len(rest) > 0 && rest[0] == ':'
}

// typesOf lists types: "a string, a number or null".
func typesOf(types Types) string {
	if types&NumberType != 0 {
		types &^= IntegerType | LexicalIntegerType
	}
	var list []string
	for _, t := range typeNames {
		if types&t.bit != 0 {
			list = append(list, t.article)
		}
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " or " + list[last]
	}
	return strings.Join(list, "")
}

// maxListed is how many members of an enum a message lists; of longer ones it lists two, and says how many there are.
const maxListed = 6

func oneOf(e *Enum) string {
	total := len(e.Strings) + len(e.Others)
	list := make([]string, 0, maxListed)
	for _, s := range e.Strings[:min(len(e.Strings), maxListed)] {
		list = append(list, quoted(s))
	}
	for _, l := range e.Others[:min(len(e.Others), maxListed-len(list))] {
		list = append(list, valueText(string(l)))
	}
	switch {
	case total == 0:
		return "one of no values"
	case total == 1:
		return list[0]
	case total <= maxListed:
		return "one of " + strings.Join(list, ", ")
	}
	return fmt.Sprintf("one of %s, %s, … (%d)", list[0], list[1], total)
}

func didYouMean(t *tape.Tape, n tape.Node, candidates []string) string {
	if t.Kind(n) != tape.String {
		return ""
	}
	return suggestion(nearest(string(t.Str(n)), candidates))
}

func suggestion(name string) string {
	if name == "" {
		return ""
	}
	return "; did you mean " + quoted(name) + "?"
}

func plural(n uint64, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "y"):
		what = what[:len(what)-1] + "ie"
	}
	return strconv.FormatUint(n, 10) + " " + what + "s"
}

func gotCount(b *broken) string { return ", got " + strconv.Itoa(b.count) }

// gotOther says what was found instead of a type.
func gotOther(t *tape.Tape, n tape.Node) string {
	switch kind := t.Kind(n); kind {
	case tape.String, tape.Number:
		return ", got the " + kind.String() + " " + shown(t, n)
	}
	return ", got " + shown(t, n)
}

// gotWhole says what was found instead of a value, which for an array or an object is its text if that fits.
func gotWhole(t *tape.Tape, n tape.Node) string {
	switch text := string(t.Text(n)); t.Kind(n) {
	case tape.Array, tape.Object:
		if len(text) <= maxShown && !strings.ContainsAny(text, "\t\r\n") {
			return ", got " + escaped(text, maxShown)
		}
	}
	if isName(t, n) {
		return ""
	}
	return ", got " + shown(t, n)
}

// shown returns a value as it is written; arrays and objects only by their kind.
func shown(t *tape.Tape, n tape.Node) string {
	switch t.Kind(n) {
	case tape.Array:
		return "an array"
	case tape.Object:
		return "an object"
	case tape.String:
		return quoted(string(t.Str(n)[:min(len(t.Str(n)), 4*maxShown)]))
	}
	return escaped(string(t.Text(n)), maxShown)
}

// valueText returns the text of a const or a member of an enum.
func valueText(text string) string {
	if s, err := strconv.Unquote(text); err == nil && strings.HasPrefix(text, `"`) {
		return quoted(s)
	}
	return escaped(text, maxShown)
}

// maxShown is how many bytes of a value, a name or a limit are shown.
const maxShown = 60

// quoted returns s as a JSON string, cut short.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	short := s[:whole(s, maxShown)]
	for _, r := range short {
		switch r {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\n':
			b.WriteString(`\n`)
		case '\t':
			b.WriteString(`\t`)
		case '\r':
			b.WriteString(`\r`)
		default:
			writeVisible(&b, r)
		}
	}
	if len(short) < len(s) {
		b.WriteString(ellipsis)
	}
	b.WriteByte('"')
	return b.String()
}

// escaped returns s cut to about most bytes, without anything that a terminal or a reader could take for something else.
func escaped(s string, most int) string {
	var b strings.Builder
	for _, r := range cut(s, most) {
		writeVisible(&b, r)
	}
	return b.String()
}

// writeVisible writes a character, escaped as in JSON if it does not show: control characters, bidirectional controls, odd spaces.
func writeVisible(b *strings.Builder, r rune) {
	switch {
	case unicode.IsPrint(r):
		b.WriteRune(r)
	case r <= 0xffff:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\u{%x}`, r)
	}
}

const ellipsis = "…"

// cut returns s, or about its first most bytes and an ellipsis.
func cut(s string, most int) string {
	if n := whole(s, most); n < len(s) {
		return s[:n] + ellipsis
	}
	return s
}

// whole returns how many of the first most bytes of s are whole characters.
func whole(s string, most int) int {
	if len(s) <= most {
		return len(s)
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return most
}
