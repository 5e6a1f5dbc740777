package value

import (
	"fmt"
	"strconv"
	"time"
)

// Timestamp is an RFC 3339 date-time as it was written. Text is kept: an offset of +00:00 does not become Z, and no digit is lost.
type Timestamp string

// TimestampOf returns the RFC 3339 text of t with nanoseconds as needed. RFC 3339 knows the years 0 to 9999 and offsets in whole minutes:
// an instant with another offset is written in UTC, and one in another year gives text that is not valid.
func TimestampOf(t time.Time) Timestamp {
	if _, offset := t.Zone(); offset%60 != 0 || offset <= -24*60*60 || offset >= 24*60*60 {
		t = t.UTC()
	}
	return Timestamp(t.Format(time.RFC3339Nano))
}

// Time returns the instant, digits beyond nanoseconds cut off. A leap second (":60") is a valid timestamp but no time.Time, and gives an error.
func (t Timestamp) Time() (time.Time, error) {
	p := timestampParser{rest: string(t)}
	// RFC 3339 section 5.6: date-time = full-date "T" full-time. Section 5.7 has the limits.
	year := p.number("year", 4, 0, 9999)
	p.literal("-", "")
	month := p.number("month", 2, 1, 12)
	p.literal("-", "")
	day := p.number("day", 2, 1, daysIn(year, month))
	p.literal("T", "t")
	hour := p.number("hour", 2, 0, 23)
	p.literal(":", "")
	minute := p.number("minute", 2, 0, 59)
	p.literal(":", "")
	second := p.number("second", 2, 0, 60)
	nanosecond := p.fraction()
	offset := p.offset()
	if p.wrong == "" && p.rest != "" {
		p.fail("found %q behind the offset, expected the end", p.rest)
	}
	if second == 60 {
		// A leap second is the last of a day in UTC (section 5.7).
		if (hour*60+minute-offset+2*24*60)%(24*60) == 23*60+59 {
			p.fail("a leap second, which time.Time cannot hold")
		} else {
			p.fail("second is 60, which only a leap second at 23:59:60 UTC may be")
		}
	}
	if p.wrong != "" {
		return time.Time{}, fmt.Errorf("timestamp %q: %s", string(t), p.wrong)
	}
	zone := time.UTC
	if offset != 0 {
		zone = time.FixedZone("", offset*60)
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, zone), nil
}

// timestampParser reads a timestamp from left to right. After the first mistake it reads no more.
type timestampParser struct {
	rest  string
	wrong string // the first mistake
}

func (p *timestampParser) fail(format string, args ...any) {
	if p.wrong == "" {
		p.wrong = fmt.Sprintf(format, args...)
	}
}

// number reads a number of exactly so many digits. After a mistake it returns least.
func (p *timestampParser) number(what string, digits, least, most int) int {
	length := countDigits(p.rest)
	if p.wrong != "" {
		return least
	}
	if length < digits {
		p.fail("expected %d digits of the %s, found %q", digits, what, p.rest)
		return least
	}
	n, _ := strconv.Atoi(p.rest[:digits])
	p.rest = p.rest[digits:]
	if n < least || n > most {
		p.fail("%s is %d, expected %d to %d", what, n, least, most)
		return least
	}
	return n
}

// literal reads text, or the other way to write it.
func (p *timestampParser) literal(text, other string) {
	if p.wrong != "" {
		return
	}
	if p.rest == "" || p.rest[:1] != text && p.rest[:1] != other {
		p.fail("expected %q, found %q", text, p.rest)
		return
	}
	p.rest = p.rest[1:]
}

// fraction reads the optional fraction of a second, in nanoseconds.
func (p *timestampParser) fraction() int {
	if p.wrong != "" || p.rest == "" || p.rest[0] != '.' {
		return 0
	}
	length := countDigits(p.rest[1:])
	if length == 0 {
		p.fail("expected a digit behind the decimal point, found %q", p.rest[1:])
		return 0
	}
	digits := p.rest[1 : 1+length]
	p.rest = p.rest[1+length:]
	n, _ := strconv.Atoi((digits + "000000000")[:9])
	return n
}

// offset reads the offset from UTC, in minutes.
func (p *timestampParser) offset() int {
	sign := 1
	switch {
	case p.wrong != "":
		return 0
	case p.rest != "" && (p.rest[0] == 'Z' || p.rest[0] == 'z'):
		p.rest = p.rest[1:]
		return 0
	case p.rest != "" && p.rest[0] == '-':
		sign = -1
	case p.rest == "" || p.rest[0] != '+':
		p.fail("expected an offset (Z or ±hh:mm), found %q", p.rest)
		return 0
	}
	p.rest = p.rest[1:]
	hours := p.number("offset's hour", 2, 0, 23)
	p.literal(":", "")
	return sign * (hours*60 + p.number("offset's minute", 2, 0, 59))
}

func countDigits(text string) int {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return n
}

// daysIn returns how many days a month has (RFC 3339 section 5.7 and appendix C).
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
