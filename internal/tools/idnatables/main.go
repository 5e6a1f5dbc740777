// Command idnatables writes the Unicode tables of runtime/schema/internal/idna: which code points a label of IDNA2008 may hold, and what the rules
// about their order need to know. All are derived from the tables of golang.org/x/text and package unicode, as the RFCs say.
//
//	go run ./internal/tools/idnatables
//
// is run by hand, at the root of the module, when Unicode has moved on. It is no part of "go generate ./...": another Go would write another
// version of Unicode, and what is a valid name must not depend on who generates. The test beside it holds the tables to what is derived here.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

const output = "runtime/schema/internal/idna/tables.go"

func main() {
	text, err := tables()
	if err == nil {
		err = os.WriteFile(output, text, 0o666)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "idnatables:", err)
		os.Exit(1)
	}
}

// property is the derived property value of a code point (RFC 5892 section 3).
type property uint8

const (
	disallowed property = iota // or unassigned
	pvalid
	contextual // CONTEXTJ or CONTEXTO
)

// derive computes the property as RFC 5892 section 3 does, rule by rule. No code point is in BackwardCompatible (section 2.7).
func derive(r rune) property {
	if p, ok := exception(r); ok {
		return p
	}
	switch {
	case r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z': // LDH, section 2.4
		return pvalid
	case unicode.Is(unicode.Join_Control, r): // section 2.8
		return contextual
	case !unicode.In(r, unicode.Ll, unicode.Lu, unicode.Lo, unicode.Nd, unicode.Lm, unicode.Mn, unicode.Mc): // not LetterDigits, section 2.1
		return disallowed
	case unstable(r), ignorable(r), ignorableBlock(r), oldHangulJamo(r):
		return disallowed
	}
	return pvalid
}

// exception is Exceptions (section 2.6).
func exception(r rune) (property, bool) {
	switch r {
	case 0xdf, 0x3c2, 0x6fd, 0x6fe, 0xf0b, 0x3007:
		return pvalid, true
	case 0xb7, 0x375, 0x5f3, 0x5f4, 0x30fb:
		return contextual, true
	case 0x640, 0x7fa, 0x302e, 0x302f, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303b:
		return disallowed, true
	}
	if 0x660 <= r && r <= 0x669 || 0x6f0 <= r && r <= 0x6f9 {
		return contextual, true
	}
	return disallowed, false
}

// unstable is Unstable (section 2.2): normalising and folding changes the code point.
func unstable(r rune) bool {
	text := string(r)
	return norm.NFKC.String(fold(norm.NFKC.String(text))) != text
}

// fold is toCasefold of the Unicode Standard. It goes to lower case but for Cherokee, whose upper case is the older; x/text swaps the two.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cherokee, r) {
			return unicode.ToUpper(r)
		}
		return r
	}, cases.Fold().String(text))
}

// ignorable is IgnorableProperties (section 2.3), as far as letters, digits and marks are in it.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.White_Space, unicode.Noncharacter_Code_Point)
}

// ignorableBlock is IgnorableBlocks (section 2.5): Combining Diacritical Marks for Symbols, Musical Symbols, Ancient Greek Musical Notation.
func ignorableBlock(r rune) bool {
	return 0x20d0 <= r && r <= 0x20ff || 0x1d100 <= r && r <= 0x1d24f
}

// oldHangulJamo is OldHangulJamo (section 2.9): the blocks Hangul Jamo and Hangul Jamo Extended-A and -B.
func oldHangulJamo(r rune) bool {
	return 0x1100 <= r && r <= 0x11ff || 0xa960 <= r && r <= 0xa97f || 0xd7b0 <= r && r <= 0xd7ff
}

// joining says whether a code point joins what follows (Joining_Type L or D), joins what precedes (R or D), or is seen through (T). x/text keeps the
// types to itself, but its PRECIS framework (RFC 8264) has the same rule for ZERO WIDTH NON-JOINER as IDNA: the types show in what it takes around one.
func joining(r rune) (following, preceding, transparent bool) {
	const nonJoiner, beh = "\u200c", "\u0628" // the Arabic letter joins both ways
	takes := func(s string) bool {
		_, err := precis.NewIdentifier().String(s)
		return err == nil
	}
	preceding = takes(beh + nonJoiner + string(r))
	transparent = !preceding && takes(beh+nonJoiner+string(r)+beh)
	// Behind a virama a ZERO WIDTH NON-JOINER is always taken, but a virama is a mark, and no mark is of type L or D.
	following = combiningClass(r) != virama && takes(string(r)+nonJoiner+beh)
	return following, preceding, transparent
}

// virama is the canonical combining class of what is called so in RFC 5892 appendix A.
const virama = 9

func combiningClass(r rune) uint8 { return norm.NFD.PropertiesString(string(r)).CCC() }

// tables derives everything and writes it as Go.
func tables() ([]byte, error) {
	for _, version := range []string{norm.Version, bidi.UnicodeVersion} {
		if version != unicode.Version {
			return nil, fmt.Errorf("golang.org/x/text has Unicode %s, but package unicode %s", version, unicode.Version)
		}
	}
	var valid, following, preceding, transparent, rightToLeft, arabicNumbers, europeanNumbers, nonspacing, neutral, joined []rune
	var classes []class
	for r := rune(0); r <= unicode.MaxRune; r++ {
		p := derive(r)
		if p == disallowed {
			continue
		}
		if p == pvalid {
			valid = append(valid, r)
			joinsFollowing, joinsPreceding, seenThrough := joining(r)
			if joinsFollowing {
				following = append(following, r)
			}
			if joinsPreceding {
				preceding = append(preceding, r)
			}
			if seenThrough {
				transparent = append(transparent, r)
			}
		}
		if ccc := combiningClass(r); ccc != 0 {
			if last := len(classes) - 1; last >= 0 && classes[last].hi == r-1 && classes[last].ccc == ccc {
				classes[last].hi = r
			} else {
				classes = append(classes, class{r, r, ccc})
			}
		}
		switch properties, _ := bidi.LookupRune(r); properties.Class() {
		case bidi.L:
		case bidi.R, bidi.AL:
			rightToLeft = append(rightToLeft, r)
		case bidi.AN:
			arabicNumbers = append(arabicNumbers, r)
		case bidi.EN:
			europeanNumbers = append(europeanNumbers, r)
		case bidi.NSM:
			nonspacing = append(nonspacing, r)
		case bidi.ES, bidi.CS, bidi.ET, bidi.ON, bidi.BN:
			neutral = append(neutral, r)
		default:
			return nil, fmt.Errorf("%U may be in a label but has the bidi class %d, which RFC 5893 does not allow there", r, properties.Class())
		}
	}
	compositions := compositions(valid)
	for _, c := range compositions {
		joined = append(joined, c.second)
	}

	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by internal/tools/idnatables. DO NOT EDIT.\n\npackage idna\n\nimport \"unicode\"\n\n")
	fmt.Fprintf(&b, "// unicodeVersion is the version of Unicode that the tables are of.\nconst unicodeVersion = %q\n", unicode.Version)
	for _, t := range []struct {
		name, comment string
		runes         []rune
	}{
		{"pvalid", "is PVALID of RFC 5892 section 3", valid},
		{"joinsFollowing", "is Joining_Type L and D", following},
		{"joinsPreceding", "is Joining_Type R and D", preceding},
		{"transparent", "is Joining_Type T", transparent},
		{"rightToLeft", "is Bidi_Class R and AL. These five tables are of what a label may hold; Bidi_Class of the rest is L", rightToLeft},
		{"arabicNumbers", "is Bidi_Class AN", arabicNumbers},
		{"europeanNumbers", "is Bidi_Class EN", europeanNumbers},
		{"nonspacing", "is Bidi_Class NSM", nonspacing},
		{"neutral", "is Bidi_Class ES, CS, ET, ON and BN", neutral},
		{"composing", "is what stands second in compositions", joined},
	} {
		writeTable(&b, t.name, t.comment, t.runes)
	}
	fmt.Fprintf(&b, "\n// combiningClasses is Canonical_Combining_Class of what a label may hold, where it is not 0.\nvar combiningClasses = [...]combiningClass{\n")
	writeRows(&b, classes, func(c class) string { return fmt.Sprintf("{%#x, %#x, %d}", c.lo, c.hi, c.ccc) })
	fmt.Fprintf(&b, "}\n\n// compositions is Decomposition_Mapping of what a label may hold, sorted by what is composed.\nvar compositions = [...]composition{\n")
	writeRows(&b, compositions, func(c composition) string { return fmt.Sprintf("{%#x, %#x, %#x}", c.whole, c.first, c.second) })
	b.WriteString("}\n")
	return format.Source(b.Bytes())
}

type class struct {
	lo, hi rune
	ccc    uint8
}

type composition struct{ whole, first, second rune }

// compositions finds which two valid code points are composed to a valid one by NFC. Hangul syllables are not among them: jamo are not valid.
func compositions(valid []rune) (list []composition) {
	for _, r := range valid {
		decomposed := []rune(norm.NFD.String(string(r)))
		last := len(decomposed) - 1
		if last == 0 || unicode.Is(unicode.Hangul, r) {
			continue
		}
		first := []rune(norm.NFC.String(string(decomposed[:last])))
		if len(first) != 1 || norm.NFC.String(string([]rune{first[0], decomposed[last]})) != string(r) {
			panic(fmt.Sprintf("%U is not composed of two code points", r))
		}
		if !slices.Contains(valid, first[0]) || !slices.Contains(valid, decomposed[last]) {
			panic(fmt.Sprintf("%U is valid, but what it is composed of is not", r))
		}
		list = append(list, composition{r, first[0], decomposed[last]})
	}
	return list
}

func writeTable(b *bytes.Buffer, name, comment string, runes []rune) {
	table := rangetable.New(runes...)
	fmt.Fprintf(b, "\n// %s %s.\nvar %s = &unicode.RangeTable{\n", name, comment, name)
	if len(table.R16) > 0 {
		b.WriteString("R16: []unicode.Range16{\n")
		writeRows(b, table.R16, func(r unicode.Range16) string { return fmt.Sprintf("{%#x, %#x, %d}", r.Lo, r.Hi, r.Stride) })
		b.WriteString("},\n")
	}
	if len(table.R32) > 0 {
		b.WriteString("R32: []unicode.Range32{\n")
		writeRows(b, table.R32, func(r unicode.Range32) string { return fmt.Sprintf("{%#x, %#x, %d}", r.Lo, r.Hi, r.Stride) })
		b.WriteString("},\n")
	}
	if table.LatinOffset > 0 {
		fmt.Fprintf(b, "LatinOffset: %d,\n", table.LatinOffset)
	}
	b.WriteString("}\n")
}

// writeRows writes elements, as many on a line as fit.
func writeRows[T any](b *bytes.Buffer, elements []T, show func(T) string) {
	width := 0
	for i, e := range elements {
		text := show(e) + ","
		if width += len(text) + 1; width > 140 {
			b.WriteByte('\n')
			width = len(text)
		} else if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	b.WriteByte('\n')
}
