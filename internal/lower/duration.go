package lower

import (
	"errors"
	"math"
	"time"
)

// fixedDuration returns the length of an ISO 8601 duration in the grammar of RFC 3339 appendix A, which the text is known to follow. A day is 24 hours;
// years and months have no fixed length and are refused.
func fixedDuration(text string) (time.Duration, error) {
	const day = 24 * 60 * 60
	var seconds, n float64
	inTime := false
	for _, c := range text[len("P"):] {
		unit := 0.0
		switch c {
		case 'T':
			inTime = true
		case 'W':
			unit = 7 * day
		case 'D':
			unit = day
		case 'H':
			unit = 60 * 60
		case 'S':
			unit = 1
		case 'Y', 'M':
			if !inTime {
				return 0, errors.New("years and months have no fixed length: say it in days, got " + text)
			}
			unit = 60
		default:
			n = n*10 + float64(c-'0')
			continue
		}
		seconds += n * unit
		n = 0
	}
	switch {
	case seconds == 0:
		return 0, errors.New("a duration must be longer than 0, got " + text)
	case seconds > math.MaxInt64/1e9:
		return 0, errors.New("the duration is too long, got " + text)
	}
	return time.Duration(seconds) * time.Second, nil
}
