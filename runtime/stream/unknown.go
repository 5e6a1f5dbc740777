package stream

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/assay-go/assay/runtime/schema"
)

// unknownName puts what is wrong with the name of a line in front of the line's other violations. Those that say the same in the words of
// some keyword are left out.
func (r *Record) unknownName(line *Line, others *schema.Error) *schema.Error {
	at := r.Facts.Name
	offset := line.tape.Offset(line.name)
	v := schema.Violation{
		InstanceLocation: at,
		Keyword:          RuleUnknownName,
		Message:          fmt.Sprintf("unknown %s %s", r.Facts.word(), quote(line.Name)) + meant(line.Name, r.Facts.Names),
		Offset:           offset,
		Line:             1,
		Column:           offset + 1,
	}
	err := &schema.Error{}
	if others == nil {
		others = err
	}
	for _, o := range others.Violations {
		if o.InstanceLocation != at || !restrictsName(o.Keyword) {
			err.Violations = append(err.Violations, o)
		} else if v.KeywordLocation == "" { // where the schema lists its names
			v.KeywordLocation, v.AbsoluteKeywordLocation = o.KeywordLocation, o.AbsoluteKeywordLocation
		}
	}
	err.Violations = slices.Insert(err.Violations, 0, v)
	err.More = others.More
	if n := len(err.Violations); n > schema.MaxViolations {
		err.More += n - schema.MaxViolations
		err.Violations = err.Violations[:schema.MaxViolations]
	}
	return err
}

func restrictsName(keyword string) bool {
	switch keyword {
	case "const", "enum", "oneOf", "anyOf":
		return true
	}
	return false
}

// word returns what a message calls a record: "order event" for the Go name OrderEvent.
func (f *Facts) word() string {
	if f.Record == "" {
		return "name"
	}
	var b strings.Builder
	runes := []rune(f.Record)
	for i, c := range runes {
		// A word begins at a capital behind a small letter, and at the last of several capitals: HTTPEvent is "http event".
		if i > 0 && unicode.IsUpper(c) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// meant returns `; did you mean "x"?` for the candidate that name is most likely a misspelling of, or "" if none is close.
func meant(name string, candidates []string) string {
	if len(name) > 100 { // nobody mistypes that much, and the distance costs time in the square of the length
		return ""
	}
	best, least := "", max(1, len(name)/4)+1
	for _, c := range candidates {
		if c != name && len(c) <= len(name)+least && len(name) <= len(c)+least {
			if d := distance(name, c); d < least && d < len(c) { // something must be left of the word
				best, least = c, d
			}
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + quote(best) + "?"
}

// distance counts the bytes to insert, delete, replace or swap with a neighbour that lead from a to b (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 0
			if a[i-1] != b[j-1] {
				change = 1
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
