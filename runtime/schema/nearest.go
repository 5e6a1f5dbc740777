package schema

import (
	"strings"
	"unicode/utf8"
)

// nearest returns the candidate that name is most likely a misspelling of, or "" if none is close: the same but for case and separators, or
// within an edit per three characters. The first of equally close ones wins.
func nearest(name string, candidates []string) string {
	if len(name) > maxShown || len(candidates) > maxCandidates {
		return ""
	}
	best, least := "", utf8.RuneCountInString(name)/3+1
	for _, c := range candidates {
		if len(c) > maxShown || c == name {
			continue
		}
		if plain(c) == plain(name) {
			return c
		}
		if d := distance([]rune(name), []rune(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// maxCandidates is how many candidates are worth looking through.
const maxCandidates = 1000

func plain(name string) string {
	return strings.ToLower(strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c == '.' || c == ' ' {
			return -1
		}
		return c
	}, name))
}

// distance is the number of insertions, deletions, changes and swaps of neighbours that make b from a (optimal string alignment).
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
