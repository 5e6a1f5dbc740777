package schema

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// term is a part of an ECMA-262 pattern (section 22.2.1, with the u flag).
type term struct {
	op       operator
	offset   int    // in the source, in bytes
	set      []rune // opSet: ranges, sorted, disjoint, first and last of each
	subs     []*term
	min, max int  // opRepeat; max < 0 is no limit
	negative bool // opLook
	behind   bool // opLook
}

type operator uint8

const (
	opSet       operator = iota // one character of a set
	opConcat                    // all of subs, one behind the other
	opAlternate                 // one of subs
	opRepeat                    // the one of subs, min to max times
	opBegin
	opEnd
	opBoundary // \b
	opInside   // \B
	opLook     // (?=…) (?!…) (?<=…) (?<!…)
	opBackreference
	opModifiers // (?i:…)
	opProperty  // \p{…} that Go's tables lack
)

// patternError says why a pattern cannot be honoured.
type patternError struct {
	offset      int
	message     string
	unsupported bool   // the pattern is right, but RE2 cannot do it
	limit       string // what of PatternLimits is exceeded
}

func (e *patternError) Error() string { return fmt.Sprintf("%s at byte %d", e.message, e.offset) }

// How deep groups may nest: in patterns, which RE2 must compile, and in texts of the format regex, which only the stack bounds.
const (
	maxGroups       = 250
	maxGroupsOfText = 100_000
)

type expressionParser struct {
	source string
	at     int
	strict bool
	groups int
	depth  int
	ranges int // in all sets so far
	most   int // how many ranges there may be; 0 is any number
	names  map[string]bool
	back   []backreference // to the first of each name, and to numbers larger than all before: the first that leads nowhere is one of them
	asked  map[string]bool // the names in back
	last   int             // the largest number in back

	properties map[string][]rune // the sets of \p{…} and \P{…} that were met, by their text
}

type backreference struct {
	offset, number int
	name           string
}

// parseExpression reads a pattern. Without strict it also takes what is an error with the u flag but means the same to everybody: needless
// escapes of punctuation, and braces and brackets that stand for themselves. With strict only the error matters, and no terms are kept: instances are
// parsed so, and a text of many megabytes would make a tree of gigabytes.
func parseExpression(source string, strict bool) (t *term, broken *patternError) {
	t, _, broken = parseBounded(source, strict, 0)
	return t, broken
}

// parseBounded is parseExpression with a limit on ranges, which it counts.
func parseBounded(source string, strict bool, most int) (t *term, ranges int, broken *patternError) {
	p := &expressionParser{source: source, strict: strict, most: most, names: map[string]bool{}, asked: map[string]bool{}, properties: map[string][]rune{}}
	defer func() {
		if e := recover(); e != nil {
			var mine bool
			if broken, mine = e.(*patternError); !mine {
				panic(e)
			}
		}
	}()
	t = p.disjunction()
	if p.at < len(p.source) {
		p.fail(p.at, "unmatched )")
	}
	for _, b := range p.back {
		if b.number > p.groups || b.name != "" && !p.names[b.name] {
			p.fail(b.offset, "reference to a group that does not exist")
		}
	}
	return t, p.ranges, nil
}

func (p *expressionParser) fail(offset int, format string, args ...any) {
	panic(&patternError{offset: offset, message: fmt.Sprintf(format, args...)})
}

func (p *expressionParser) more() bool { return p.at < len(p.source) }

func (p *expressionParser) skip(s string) bool {
	if strings.HasPrefix(p.source[p.at:], s) {
		p.at += len(s)
		return true
	}
	return false
}

func (p *expressionParser) rune() rune {
	r, size := utf8.DecodeRuneInString(p.source[p.at:])
	p.at += size
	return r
}

func (p *expressionParser) disjunction() *term {
	offset := p.at
	if p.strict {
		for p.alternative(); p.skip("|"); p.alternative() {
		}
		return &term{op: opConcat, offset: offset}
	}
	alternatives := []*term{p.alternative()}
	for p.skip("|") {
		alternatives = append(alternatives, p.alternative())
	}
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	return &term{op: opAlternate, offset: offset, subs: alternatives}
}

func (p *expressionParser) alternative() *term {
	offset := p.at
	var parts []*term
	for p.more() && p.source[p.at] != '|' && p.source[p.at] != ')' {
		if part := p.quantified(); !p.strict {
			parts = append(parts, part)
		}
	}
	return concat(offset, absorb(parts))
}

// concat joins terms; a sequence within a sequence is spliced in.
func concat(offset int, parts []*term) *term {
	if len(parts) == 1 {
		return parts[0]
	}
	t := &term{op: opConcat, offset: offset}
	for _, part := range parts {
		if part.op == opConcat {
			t.subs = append(t.subs, part.subs...)
		} else {
			t.subs = append(t.subs, part)
		}
	}
	return t
}

// sequence returns the terms that t is a sequence of.
func (t *term) sequence() []*term {
	if t.op == opConcat {
		return t.subs
	}
	return []*term{t}
}

// absorb makes one set of a lookahead for one character and the character behind it: (?!a)[a-z] is [b-z].
func absorb(parts []*term) []*term {
	kept := parts[len(parts):] // filled from the end of parts
	for i := len(parts) - 1; i >= 0; i-- {
		rest := len(parts) - len(kept)
		if look := parts[i]; len(kept) > 0 && look.op == opLook && !look.behind && look.subs[0].op == opSet {
			with := look.subs[0].set
			if look.negative {
				with = complement(with)
			}
			next := kept[0]
			switch {
			case next.op == opSet:
				kept[0] = &term{op: opSet, offset: next.offset, set: intersect(next.set, with)}
				continue
			case next.op == opRepeat && next.subs[0].op == opSet && next.min > 0:
				others := *next
				others.min--
				if others.max > 0 {
					others.max--
				}
				// The lookahead leaves its place to the first character.
				kept[0] = &others
				parts[i] = &term{op: opSet, offset: next.offset, set: intersect(next.subs[0].set, with)}
			}
		}
		parts[rest-1] = parts[i]
		kept = parts[rest-1:]
	}
	return kept
}

func (p *expressionParser) quantified() *term {
	offset := p.at
	atom := p.atom()
	if p.ranges += len(atom.set) / 2; p.most > 0 && p.ranges > p.most {
		panic(&patternError{offset: offset, message: fmt.Sprintf("more than %d ranges of characters in a pattern", p.most), limit: "pattern-ranges"})
	}
	minimum, maximum := 1, 1
	at := p.at
	switch {
	case p.skip("*"):
		minimum, maximum = 0, -1
	case p.skip("+"):
		minimum, maximum = 1, -1
	case p.skip("?"):
		minimum, maximum = 0, 1
	default:
		var ok bool
		if minimum, maximum, ok = p.braces(); !ok {
			return atom
		}
	}
	p.skip("?") // laziness changes what is captured, not whether there is a match
	for _, assertion := range [...]string{"^", "$", `\b`, `\B`, "(?=", "(?!", "(?<=", "(?<!"} {
		if strings.HasPrefix(p.source[offset:], assertion) {
			p.fail(at, "nothing to repeat")
		}
	}
	return &term{op: opRepeat, offset: offset, subs: []*term{atom}, min: minimum, max: maximum}
}

// braces reads {2}, {2,} or {2,5}.
func (p *expressionParser) braces() (minimum, maximum int, ok bool) {
	start := p.at
	if !p.skip("{") {
		return 0, 0, false
	}
	minimum, ok = p.number()
	maximum = minimum
	if ok && p.skip(",") {
		if maximum, ok = p.number(); !ok {
			maximum, ok = -1, true
		}
	}
	if !ok || !p.skip("}") {
		p.at = start
		return 0, 0, false
	}
	if maximum >= 0 && maximum < minimum {
		p.fail(start, "numbers out of order in {%d,%d}", minimum, maximum)
	}
	return minimum, maximum, true
}

// number reads digits; what is too large to matter stays too large.
func (p *expressionParser) number() (n int, ok bool) {
	for p.more() && '0' <= p.source[p.at] && p.source[p.at] <= '9' {
		n = min(n*10+int(p.source[p.at]-'0'), 1<<30)
		p.at++
		ok = true
	}
	return n, ok
}

func (p *expressionParser) atom() *term {
	offset := p.at
	t := &term{offset: offset}
	switch r := p.rune(); r {
	case '^':
		t.op = opBegin
	case '$':
		t.op = opEnd
	case '.':
		t.set = complement(lineEnds)
	case '[':
		return p.class(offset)
	case '(':
		return p.group(offset)
	case '\\':
		return p.escape(offset)
	case '*', '+', '?':
		p.fail(offset, "nothing to repeat")
	case '{', '}', ']':
		if p.strict {
			p.fail(offset, "%q must be escaped", r)
		}
		p.at = offset
		if _, _, ok := p.braces(); ok {
			p.fail(offset, "nothing to repeat")
		}
		p.at = offset + 1
		t.set = []rune{r, r}
	default:
		t.set = []rune{r, r}
	}
	return t
}

func (p *expressionParser) group(offset int) *term {
	t := &term{op: opConcat, offset: offset}
	switch {
	case p.skip("?:"):
	case p.skip("?="):
		t.op = opLook
	case p.skip("?!"):
		t.op, t.negative = opLook, true
	case p.skip("?<="):
		t.op, t.behind = opLook, true
	case p.skip("?<!"):
		t.op, t.behind, t.negative = opLook, true, true
	case p.skip("?<"):
		p.groups++
		name := p.name()
		if p.names[name] {
			p.fail(offset, "group name %q is used twice", name)
		}
		p.names[name] = true
	case p.skip("?"):
		if !p.modifiers() {
			p.fail(offset, "not a group of ECMA-262")
		}
		t.op = opModifiers
	default:
		p.groups++
	}
	deepest := maxGroups
	if p.strict {
		deepest = maxGroupsOfText
	}
	if p.depth++; p.depth > deepest {
		p.fail(offset, "groups nest deeper than %d", deepest)
	}
	inner := p.disjunction()
	p.depth--
	if !p.skip(")") {
		p.fail(offset, "unclosed (")
	}
	if t.op == opConcat { // a group that only groups
		return inner
	}
	t.subs = []*term{inner}
	return t
}

// modifiers reads the i, m and s of (?i-ms:…), each at most once and at least one.
func (p *expressionParser) modifiers() bool {
	start := p.at
	for p.more() && strings.IndexByte("ims-", p.source[p.at]) >= 0 {
		if strings.IndexByte(p.source[start:p.at], p.source[p.at]) >= 0 {
			return false
		}
		p.at++
	}
	flags := p.source[start:p.at]
	return flags != "" && flags != "-" && p.skip(":")
}

// name reads the name of a group and the > behind it.
func (p *expressionParser) name() string {
	start := p.at
	for p.more() {
		r := p.rune()
		if r == '>' && p.at-1 > start {
			return p.source[start : p.at-1]
		}
		if r != '$' && r != '_' && !unicode.IsLetter(r) && (p.at-utf8.RuneLen(r) == start || !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			break
		}
	}
	p.fail(start, "bad group name")
	return ""
}

// escape reads what follows a backslash outside of a class.
func (p *expressionParser) escape(offset int) *term {
	t := &term{offset: offset}
	if !p.more() {
		p.fail(offset, `\ at the end`)
	}
	switch c := p.source[p.at]; {
	case c == 'b':
		p.at++
		t.op = opBoundary
	case c == 'B':
		p.at++
		t.op = opInside
	case c == 'k':
		p.at++
		if !p.skip("<") {
			p.fail(offset, `\k without a name`)
		}
		if name := p.name(); !p.asked[name] {
			p.asked[name] = true
			p.back = append(p.back, backreference{offset: offset, name: name})
		}
		t.op = opBackreference
	case '1' <= c && c <= '9':
		if n, _ := p.number(); n > p.last {
			p.last = n
			p.back = append(p.back, backreference{offset: offset, number: n})
		}
		t.op = opBackreference
	default:
		var known bool
		if t.set, known = p.classEscape(offset); !known {
			t.op = opProperty
		}
	}
	return t
}

// classEscape reads an escape that stands for a set of characters, in a class or outside. It is not known if Go has no table for it.
func (p *expressionParser) classEscape(offset int) (set []rune, known bool) {
	if !p.more() {
		p.fail(offset, `\ at the end`)
	}
	switch r := p.rune(); r {
	case 'd':
		return digits, true
	case 'D':
		return complement(digits), true
	case 'w':
		return wordCharacters, true
	case 'W':
		return complement(wordCharacters), true
	case 's':
		return whiteSpace, true
	case 'S':
		return complement(whiteSpace), true
	case 'p', 'P':
		set, known = p.property(offset)
		if r == 'P' && known {
			name := p.source[offset:p.at]
			if _, met := p.properties[name]; !met {
				p.properties[name] = complement(set)
			}
			set = p.properties[name]
		}
		return set, known
	default:
		c := p.character(offset, r)
		return []rune{c, c}, true
	}
}

// character reads an escape that stands for one character; r is what follows the backslash.
func (p *expressionParser) character(offset int, r rune) rune {
	switch r {
	case 't':
		return '\t'
	case 'n':
		return '\n'
	case 'v':
		return '\v'
	case 'f':
		return '\f'
	case 'r':
		return '\r'
	case 'c':
		if p.more() && unicode.IsLetter(rune(p.source[p.at])) && p.source[p.at] < 0x80 {
			p.at++
			return rune(p.source[p.at-1] & 31)
		}
		p.fail(offset, `\c without a letter`)
	case '0':
		if p.more() && '0' <= p.source[p.at] && p.source[p.at] <= '9' {
			p.fail(offset, "octal escapes are not part of ECMA-262 with the u flag")
		}
		return 0
	case 'x':
		return p.hex(offset, 2)
	case 'u':
		if p.skip("{") {
			end := strings.IndexByte(p.source[p.at:], '}')
			if end <= 0 {
				p.fail(offset, `malformed \u escape`)
			}
			c := p.hex(offset, end)
			p.at++
			return c
		}
		c := p.hex(offset, 4)
		if 0xd800 <= c && c <= 0xdbff {
			if after := p.at; p.skip(`\u`) {
				if p.at+4 <= len(p.source) && !p.skip("{") {
					if low := p.hex(offset, 4); 0xdc00 <= low && low <= 0xdfff {
						return (c-0xd800)<<10 + (low - 0xdc00) + 0x10000
					}
				}
				p.at = after
			}
		}
		return c
	}
	switch {
	case strings.ContainsRune(`^$\.*+?()[]{}|/`, r):
	case p.strict || unicode.IsLetter(r) || unicode.IsDigit(r):
		p.fail(offset, `unknown escape \%c`, r)
	}
	return r
}

// hex reads a character's number of so many hexadecimal digits.
func (p *expressionParser) hex(offset, digits int) rune {
	if p.at+digits > len(p.source) {
		p.fail(offset, "malformed escape")
	}
	n := rune(0)
	for _, c := range []byte(p.source[p.at : p.at+digits]) {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			n = n<<4 | rune(c|0x20-'a'+10)
		default:
			p.fail(offset, "malformed escape")
		}
		if n > unicode.MaxRune {
			p.fail(offset, "no such character")
		}
	}
	p.at += digits
	return n
}

// class reads a character class; its [ is read.
func (p *expressionParser) class(offset int) *term {
	t := &term{op: opSet, offset: offset}
	negative := p.skip("^")
	var set []rune
	enough := 1 << 12 // so many characters may be in set twice
	add := func(part []rune, known bool) {
		if !known {
			t.op = opProperty
		}
		if p.strict { // the set is of no use
			return
		}
		if set = append(set, part...); len(set) > enough {
			set = normal(set)
			enough = 2*len(set) + 1<<12
		}
	}
	for {
		if !p.more() {
			p.fail(offset, "unclosed [")
		}
		if p.skip("]") {
			break
		}
		at := p.at
		low, known := p.classAtom()
		// A - is a range only between two characters.
		if !strings.HasPrefix(p.source[p.at:], "-") || strings.HasPrefix(p.source[p.at:], "-]") {
			add(low, known)
			continue
		}
		p.at++
		if !p.more() {
			p.fail(offset, "unclosed [")
		}
		high, knownToo := p.classAtom()
		if single(low) && single(high) {
			if low[0] > high[0] {
				p.fail(at, "range out of order in a class")
			}
			add([]rune{low[0], high[0]}, true)
			continue
		}
		if p.strict {
			p.fail(at, "a range in a class must be between characters")
		}
		add(low, known)
		add([]rune{'-', '-'}, true)
		add(high, knownToo)
	}
	t.set = normal(set)
	if negative {
		t.set = complement(t.set)
	}
	return t
}

func single(set []rune) bool { return len(set) == 2 && set[0] == set[1] }

func (p *expressionParser) classAtom() ([]rune, bool) {
	offset := p.at
	r := p.rune()
	if r != '\\' {
		return []rune{r, r}, true
	}
	switch {
	case p.skip("b"):
		return []rune{'\b', '\b'}, true
	case p.skip("-"):
		return []rune{'-', '-'}, true
	}
	return p.classEscape(offset)
}

// property reads what follows \p: {Letter}, {gc=Lu}, {Script=Greek}, {Alphabetic}.
func (p *expressionParser) property(offset int) (set []rune, known bool) {
	end := strings.IndexByte(p.source[p.at:], '}')
	if end < 0 || !p.skip("{") {
		p.fail(offset, `\p needs a property in braces`)
	}
	text := p.source[p.at : p.at+end-1]
	p.at += end
	if set, known = p.properties[text]; known {
		return set, true
	}
	set, known, broken := property(text)
	switch {
	case broken:
		p.fail(offset, "unknown Unicode property %q", text)
	case known:
		p.properties[text] = set
	}
	return set, known
}

// property returns the characters of what stands in the braces of \p. It is broken if ECMA-262 does not know it, and not known if Go does not.
func property(text string) (set []rune, known, broken bool) {
	name, value, has := strings.Cut(text, "=")
	switch {
	case !has:
		if set, known = category(text); known {
			return set, true, false
		}
		if set, known = binaryProperty(text); known {
			return set, true, false
		}
		if slices.Contains(otherProperties, text) {
			return nil, false, false
		}
	case name == "General_Category" || name == "gc":
		if set, known = category(value); known {
			return set, true, false
		}
	case name == "Script" || name == "sc":
		if table := unicode.Scripts[value]; table != nil {
			return ranges(table), true, false
		}
		if len(value) == 4 && unicode.IsUpper(rune(value[0])) { // an abbreviation such as Grek
			return nil, false, false
		}
	case name == "Script_Extensions" || name == "scx":
		return nil, false, false
	}
	return nil, false, true
}

func category(name string) ([]rune, bool) {
	if alias, ok := unicode.CategoryAliases[name]; ok {
		name = alias
	}
	if table := unicode.Categories[name]; table != nil {
		return ranges(table), true
	}
	return nil, false
}

// binaryProperty returns a property of ECMA-262 table 69. Derived ones are put together as DerivedCoreProperties of Unicode says.
func binaryProperty(name string) ([]rune, bool) {
	join := func(tables ...*unicode.RangeTable) []rune {
		var set []rune
		for _, table := range tables {
			set = append(set, ranges(table)...)
		}
		return normal(set)
	}
	switch name {
	case "Any":
		return []rune{0, unicode.MaxRune}, true
	case "ASCII":
		return []rune{0, 0x7f}, true
	case "Alphabetic", "Alpha":
		return join(unicode.L, unicode.Nl, unicode.Other_Alphabetic), true
	case "Lowercase", "Lower":
		return join(unicode.Ll, unicode.Other_Lowercase), true
	case "Uppercase", "Upper":
		return join(unicode.Lu, unicode.Other_Uppercase), true
	case "Math":
		return join(unicode.Sm, unicode.Other_Math), true
	case "ID_Start", "IDS", "ID_Continue", "IDC":
		set := join(unicode.L, unicode.Nl, unicode.Other_ID_Start)
		if name == "ID_Continue" || name == "IDC" {
			set = normal(append(set, join(unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)...))
		}
		return intersect(set, complement(join(unicode.Pattern_Syntax, unicode.Pattern_White_Space))), true
	case "White_Space", "space":
		return ranges(unicode.White_Space), true
	case "Assigned":
		return complement(ranges(unicode.Cn)), true
	case "Default_Ignorable_Code_Point", "DI":
		set := join(unicode.Other_Default_Ignorable_Code_Point, unicode.Cf, unicode.Variation_Selector)
		return intersect(set, complement(join(unicode.White_Space, unicode.Prepended_Concatenation_Mark, interlinear))), true
	}
	for i := 0; i < len(plainProperties); i += 2 {
		if name == plainProperties[i] || name == plainProperties[i+1] {
			return ranges(unicode.Properties[plainProperties[i]]), true
		}
	}
	return nil, false
}

// interlinear is what is of category Cf but not ignored by default: annotations, and controls of hieroglyphs.
var interlinear = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0xfff9, Hi: 0xfffb, Stride: 1}}, R32: []unicode.Range32{{Lo: 0x13430, Hi: 0x13440, Stride: 1}}}

// plainProperties are the properties of ECMA-262 that Go has tables for, long and short names.
var plainProperties = []string{"ASCII_Hex_Digit", "AHex", "Bidi_Control", "Bidi_C", "Dash", "Dash", "Deprecated", "Dep", "Diacritic", "Dia",
	"Extender", "Ext", "Hex_Digit", "Hex", "IDS_Binary_Operator", "IDSB", "IDS_Trinary_Operator", "IDST", "Ideographic", "Ideo", "Join_Control", "Join_C",
	"Logical_Order_Exception", "LOE", "Noncharacter_Code_Point", "NChar", "Pattern_Syntax", "Pat_Syn", "Pattern_White_Space", "Pat_WS",
	"Quotation_Mark", "QMark", "Radical", "Radical", "Regional_Indicator", "RI", "Sentence_Terminal", "STerm", "Soft_Dotted", "SD",
	"Terminal_Punctuation", "Term", "Unified_Ideograph", "UIdeo", "Variation_Selector", "VS"}

// otherProperties are the properties of ECMA-262 that Go has no tables for.
var otherProperties = []string{"Bidi_Mirrored", "Bidi_M", "CI", "CWCF", "CWCM", "CWKCF", "CWL", "CWT", "CWU", "Case_Ignorable", "Cased",
	"Changes_When_Casefolded", "Changes_When_Casemapped", "Changes_When_Lowercased", "Changes_When_NFKC_Casefolded",
	"Changes_When_Titlecased", "Changes_When_Uppercased", "EBase", "EComp", "EMod", "EPres", "Emoji", "Emoji_Component", "Emoji_Modifier",
	"Emoji_Modifier_Base", "Emoji_Presentation", "ExtPict", "Extended_Pictographic", "Gr_Base", "Gr_Ext", "Grapheme_Base", "Grapheme_Extend",
	"XIDC", "XIDS", "XID_Continue", "XID_Start"}

// The sets of ECMA-262 sections 12.2, 12.3 and 22.2.2.9.
var (
	digits         = []rune{'0', '9'}
	wordCharacters = []rune{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
	lineEnds       = []rune{'\n', '\n', '\r', '\r', 0x2028, 0x2029}
	whiteSpace     = []rune{'\t', '\r', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000,
		0xfeff, 0xfeff}
)

// ranges returns the characters of a table as a set.
func ranges(table *unicode.RangeTable) []rune {
	var set []rune
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			set = append(set, lo, hi)
			return
		}
		for c := lo; c <= hi; c += stride {
			set = append(set, c, c)
		}
	}
	for _, r := range table.R16 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range table.R32 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return normal(set)
}

// normal sorts ranges and joins those that overlap or touch.
func normal(set []rune) []rune {
	type span struct{ lo, hi rune }
	spans := make([]span, 0, len(set)/2)
	for i := 0; i < len(set); i += 2 {
		spans = append(spans, span{set[i], set[i+1]})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo - b.lo) })
	joined := make([]rune, 0, len(set))
	for _, s := range spans {
		if last := len(joined) - 1; last > 0 && s.lo <= joined[last]+1 {
			joined[last] = max(joined[last], s.hi)
			continue
		}
		joined = append(joined, s.lo, s.hi)
	}
	return joined
}

// complement returns the characters that are not in a set.
func complement(set []rune) []rune {
	var others []rune
	next := rune(0)
	for i := 0; i < len(set); i += 2 {
		if set[i] > next {
			others = append(others, next, set[i]-1)
		}
		next = set[i+1] + 1
	}
	if next <= unicode.MaxRune {
		others = append(others, next, unicode.MaxRune)
	}
	return others
}

// intersect returns the characters that are in both sets.
func intersect(a, b []rune) []rune {
	return complement(normal(append(complement(a), complement(b)...)))
}
