package schema

import "github.com/assay-go/assay/runtime/tape"

// Limits bound what a validation costs, so that a hostile schema or value gets an answer in seconds. A limit of 0 is the default. Messages call them by the names
// in quotes.
type Limits struct {
	Violations int // "violations": how many an Error lists, the rest are counted (default 100)
	Steps      int // "steps": how often a schema is applied; 1,024 more for each part of the value (16,777,216, which is part of a second)
	Levels     int // "levels": how many schemas are applied one within the other (250,000, which is also the most: Go's stack has an end)
}

// MaxViolations is how many violations an Error lists unless Limits say otherwise.
const MaxViolations = 100

// Sound schemas stay far below the other limits. So many levels are 25 in-place applicators on each of 10,000 levels of the value; they take 256 MB of stack, of
// which Go allows 1 GB. So many steps take only branches that multiply: allOf of two references to the same, more than twenty times over.
const (
	maxLevels    = 250_000
	baseSteps    = 1 << 24
	stepsPerPart = 1 << 10
)

func (l Limits) violations() int { return orElse(l.Violations, MaxViolations) }

func (l Limits) levels() int { return min(orElse(l.Levels, maxLevels), maxLevels) }

func (l Limits) steps(t *tape.Tape, n tape.Node) int64 {
	return int64(orElse(l.Steps, baseSteps)) + int64(t.Next(n)-n)*stepsPerPart
}

// The limits that end a walk, by their names.
const (
	limitSteps  = "steps"
	limitLevels = "levels"
)

// most returns the limit of that name on the walk over a value.
func (l Limits) most(name string, t *tape.Tape, n tape.Node) int {
	if name == limitLevels {
		return l.levels()
	}
	return int(l.steps(t, n))
}

func orElse(limit, usual int) int {
	if limit <= 0 {
		return usual
	}
	return limit
}

// PatternLimits bound the regular expressions that lowering accepts. A limit of 0 is the default.
type PatternLimits struct {
	Steps  int // "pattern-steps": characters and assertions of a pattern, its repetitions written out (default 100,000)
	Ranges int // "pattern-ranges": ranges of characters in the sets of a pattern; \p{L} has some 650 (262,144)
}

const (
	maxPatternSteps  = 100_000
	maxPatternRanges = 1 << 18
)

func (l PatternLimits) withDefaults() PatternLimits {
	return PatternLimits{orElse(l.Steps, maxPatternSteps), orElse(l.Ranges, maxPatternRanges)}
}

// PatternLimitError says that a pattern exceeds one of PatternLimits.
type PatternLimitError struct {
	Limit   string // its name: "pattern-steps" or "pattern-ranges"
	message string
}

func (e *PatternLimitError) Error() string { return e.message }
