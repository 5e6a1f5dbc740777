package diag

import (
	"strings"
	"unicode/utf8"
)

// Bounds that keep a suggestion cheap, however long and many a schema's names are.
const (
	maxNearestName       = 100
	maxNearestCandidates = 4096
	maxDistance          = 3
)

// Nearest returns a help text `did you mean "x"?` for the candidate that name is most likely a misspelling of, or "" if none is close.
func Nearest(name string, candidates []string) string {
	if c, ok := Closest(name, candidates); ok {
		return "did you mean " + Quote(c) + "?"
	}
	return ""
}

// Closest returns the candidate that name is most likely a misspelling of, and whether there is one. A slip is a letter too many, too few, wrong or
// swapped with its neighbour; one slip in four letters is allowed, three at most. Upper and lower case are no slip. Of equally close
// candidates the first is taken.
func Closest(name string, candidates []string) (closest string, ok bool) {
	if len(name) > maxNearestName {
		return "", false
	}
	folded := []rune(strings.ToLower(name))
	best := maxDistance + 1
	for _, c := range candidates[:min(len(candidates), maxNearestCandidates)] {
		if c == name || len(c) > maxNearestName {
			continue
		}
		longer := max(len(folded), utf8.RuneCountInString(c))
		limit := min(best-1, (longer+1)/4)
		if d := distance(folded, []rune(strings.ToLower(c)), limit); d <= limit {
			closest, ok, best = c, true, d
		}
	}
	return closest, ok
}

// distance is the optimal string alignment distance of a and b: Levenshtein's, where swapped neighbours count once. Distances above limit are
// reported as limit+1.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}
