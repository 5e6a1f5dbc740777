package idna

import (
	"slices"
	"unicode"
)

// combiningClass is the Canonical_Combining_Class of some code points.
type combiningClass struct {
	lo, hi rune
	class  uint8
}

// combining returns the Canonical_Combining_Class of a code point.
func combining(r rune) uint8 {
	i, found := slices.BinarySearchFunc(combiningClasses[:], r, func(c combiningClass, r rune) int {
		switch {
		case c.hi < r:
			return -1
		case c.lo > r:
			return 1
		}
		return 0
	})
	if !found {
		return 0
	}
	return combiningClasses[i].class
}

// composition is a code point that is the same as two others.
type composition struct{ whole, first, second rune }

func decomposition(r rune) (c composition, found bool) {
	i, found := slices.BinarySearchFunc(compositions[:], r, func(c composition, r rune) int { return int(c.whole - r) })
	if found {
		c = compositions[i]
	}
	return c, found
}

func compose(first, second rune) (whole rune, found bool) {
	if !unicode.Is(composing, second) {
		return 0, false
	}
	for i := range compositions {
		if c := &compositions[i]; c.first == first && c.second == second {
			return c.whole, true
		}
	}
	return 0, false
}

// maxDecomposition is how many code points one may be decomposed to.
const maxDecomposition = 3

// normalized reports whether a label, of valid code points, is in Normalization Form C (Unicode Standard section 3.11): decomposed, ordered and
// composed again, it is the same.
func normalized(label []rune) bool {
	plain := true
	for _, r := range label {
		plain = plain && combining(r) == 0 && !unicode.Is(composing, r)
	}
	if plain {
		return true
	}
	var buffer [maxLabel * maxDecomposition]rune
	text := buffer[:0]
	for _, r := range label {
		text = appendDecomposed(text, r)
	}
	reorder(text)
	return slices.Equal(recompose(text), label)
}

func appendDecomposed(text []rune, r rune) []rune {
	if c, found := decomposition(r); found {
		return append(appendDecomposed(text, c.first), c.second)
	}
	return append(text, r)
}

// reorder sorts runs of marks by their class and keeps the order of those of one class: the Canonical Ordering Algorithm.
func reorder(text []rune) {
	for i := 1; i < len(text); i++ {
		class := combining(text[i])
		for j := i; j > 0 && class != 0 && combining(text[j-1]) > class; j-- {
			text[j-1], text[j] = text[j], text[j-1]
		}
	}
}

// recompose joins what follows a starter to it, unless something between has the same class or a higher: the Canonical Composition Algorithm.
func recompose(text []rune) []rune {
	starter := -1
	previous := uint8(0) // the class of what was kept last
	kept := text[:0]
	for _, r := range text {
		class := combining(r)
		if starter >= 0 && (starter == len(kept)-1 || previous < class) {
			if whole, found := compose(kept[starter], r); found {
				kept[starter] = whole
				continue
			}
		}
		if class == 0 {
			starter = len(kept)
		}
		previous = class
		kept = append(kept, r)
	}
	return kept
}
