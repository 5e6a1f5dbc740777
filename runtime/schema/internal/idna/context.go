package idna

import "unicode"

// virama is the Canonical_Combining_Class of the viramas, and their long name there.
const virama = 9

// inContext reports whether the code point at i may stand there by a rule of RFC 5892 appendix A. There are rules only for what is CONTEXTJ or CONTEXTO.
func inContext(label []rune, i int) bool {
	var before, after rune
	if i > 0 {
		before = label[i-1]
	}
	if i+1 < len(label) {
		after = label[i+1]
	}
	switch r := label[i]; {
	case r == '\u200c': // A.1, ZERO WIDTH NON-JOINER
		return combining(before) == virama || betweenJoined(label, i)
	case r == '\u200d': // A.2, ZERO WIDTH JOINER
		return combining(before) == virama
	case r == '\u00b7': // A.3, MIDDLE DOT
		return before == 'l' && after == 'l'
	case r == '\u0375': // A.4, GREEK LOWER NUMERAL SIGN (KERAIA)
		return unicode.Is(unicode.Greek, after)
	case r == '\u05f3', r == '\u05f4': // A.5 and A.6, HEBREW PUNCTUATION GERESH and GERSHAYIM
		return unicode.Is(unicode.Hebrew, before)
	case r == '\u30fb': // A.7, KATAKANA MIDDLE DOT
		for _, other := range label {
			if unicode.In(other, unicode.Hiragana, unicode.Katakana, unicode.Han) {
				return true
			}
		}
	case '\u0660' <= r && r <= '\u0669': // A.8, ARABIC-INDIC DIGITS
		return !holds(label, '\u06f0', '\u06f9')
	case '\u06f0' <= r && r <= '\u06f9': // A.9, EXTENDED ARABIC-INDIC DIGITS
		return !holds(label, '\u0660', '\u0669')
	}
	return false
}

// betweenJoined reports whether letters that would join stand on both sides of i, with nothing but marks that are seen through between.
func betweenJoined(label []rune, i int) bool {
	before, after := i-1, i+1
	for before >= 0 && unicode.Is(transparent, label[before]) {
		before--
	}
	for after < len(label) && unicode.Is(transparent, label[after]) {
		after++
	}
	return before >= 0 && after < len(label) && unicode.Is(joinsFollowing, label[before]) && unicode.Is(joinsPreceding, label[after])
}

func holds(label []rune, lo, hi rune) bool {
	for _, r := range label {
		if lo <= r && r <= hi {
			return true
		}
	}
	return false
}
