package stream

import (
	"encoding/json"
	"errors"
	"math/big"
	"strconv"
	"strings"

	"github.com/assay-go/assay/runtime/tape"
)

// Sum adds up decimal numbers exactly, so that the sums of the parts of a stream give that of the whole, in whatever order. The zero Sum is 0. A Sum
// is a value: none of its methods changes what a copy says.
type Sum struct {
	small int64    // the value is coefficient / 10^scale; small is the coefficient unless large is set
	large *big.Int // never changed once it is set
	scale int      // >= 0
}

// Numbers that a Sum refuses: exact sums of them could be as long as the exponent says. Every float64 is within the limits.
const (
	maxScale  = 400  // largest exponent of ten, up or down
	maxDigits = 1000 // longest text
)

// Add returns the sum with d added; false, and the sum as it was, if d has an exponent beyond ±400 or more than 1,000 digits.
func (s Sum) Add(d tape.Decimal) (Sum, bool) {
	n, ok := sumOf(d.Text)
	if !ok {
		return s, false
	}
	return s.Plus(n), true
}

// sumOf reads a number in the notation of RFC 8259 section 6.
func sumOf(text string) (Sum, bool) {
	if len(text) > maxDigits {
		return Sum{}, false
	}
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		e, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+"))
		if err != nil || e > maxScale || e < -maxScale {
			return Sum{}, false
		}
		mantissa, exponent = text[:i], e
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if fraction = strings.TrimRight(fraction, "0"); exponent > 0 && len(fraction) < exponent {
		fraction += strings.Repeat("0", exponent-len(fraction))
	}
	sum := Sum{scale: len(fraction) - exponent}
	digits := whole + fraction
	if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
		sum.small = n
		return sum, true
	}
	large, ok := new(big.Int).SetString(digits, 10)
	sum.large = large
	return sum, ok
}

// Plus returns s + o.
func (s Sum) Plus(o Sum) Sum {
	if s.scale < o.scale {
		s, o = o, s
	}
	if s.large == nil && o.large == nil {
		if n, ok := shift(o.small, s.scale-o.scale); ok {
			if sum := s.small + n; (sum > s.small) == (n > 0) {
				return Sum{small: sum, scale: s.scale}
			}
		}
	}
	sum := s.coefficient()
	return Sum{large: sum.Add(sum, new(big.Int).Mul(o.coefficient(), power(s.scale-o.scale))), scale: s.scale}
}

// Minus returns s - o.
func (s Sum) Minus(o Sum) Sum {
	return s.Plus(Sum{large: new(big.Int).Neg(o.coefficient()), scale: o.scale})
}

// Cmp returns -1, 0 or +1 as s is less than, equal to or greater than o.
func (s Sum) Cmp(o Sum) int {
	if s.large == nil && o.large == nil && s.scale == o.scale {
		switch {
		case s.small < o.small:
			return -1
		case s.small > o.small:
			return 1
		}
		return 0
	}
	return s.Minus(o).coefficient().Sign()
}

// IsZero reports whether the sum is 0.
func (s Sum) IsZero() bool {
	return s.large == nil && s.small == 0 || s.large != nil && s.large.Sign() == 0
}

// within reports whether s differs from reference by at most share of it, inclusive.
func (s Sum) within(reference Sum, share Sum) bool {
	difference, allowed := s.Minus(reference), reference.times(share)
	return difference.abs().Cmp(allowed.abs()) <= 0
}

func (s Sum) times(o Sum) Sum {
	c := s.coefficient()
	return Sum{large: c.Mul(c, o.coefficient()), scale: s.scale + o.scale}
}

func (s Sum) abs() Sum {
	c := s.coefficient()
	return Sum{large: c.Abs(c), scale: s.scale}
}

// coefficient returns a number of its own.
func (s Sum) coefficient() *big.Int {
	if s.large != nil {
		return new(big.Int).Set(s.large)
	}
	return big.NewInt(s.small)
}

// shift returns n × 10^by, and whether it fits.
func shift(n int64, by int) (int64, bool) {
	for ; by > 0 && n != 0; by-- {
		if n > 922337203685477580 || n < -922337203685477580 {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// String returns the exact value without an exponent and without trailing zeros: "1234.5".
func (s Sum) String() string {
	text := s.coefficient().String()
	if s.scale == 0 {
		return text
	}
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	if len(text) <= s.scale {
		text = strings.Repeat("0", s.scale-len(text)+1) + text
	}
	point := len(text) - s.scale
	whole, fraction := text[:point], strings.TrimRight(text[point:], "0")
	if fraction == "" {
		if whole == "0" {
			return whole
		}
		return sign + whole
	}
	return sign + whole + "." + fraction
}

// MarshalJSON writes the exact value as a number.
func (s Sum) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON reads a number.
func (s *Sum) UnmarshalJSON(text []byte) error {
	if !json.Valid(text) || !strings.ContainsRune("-0123456789", rune(text[0])) {
		return errors.New("a sum is a number")
	}
	n := string(text)
	// What String wrote can be longer than what Add takes, but has no exponent.
	if !strings.ContainsAny(n, "eE") {
		whole, fraction, _ := strings.Cut(n, ".")
		large, _ := new(big.Int).SetString(whole+fraction, 10)
		*s = Sum{large: large, scale: len(fraction)}
		if large.IsInt64() {
			*s = Sum{small: large.Int64(), scale: len(fraction)}
		}
		return nil
	}
	sum, ok := sumOf(n)
	if !ok {
		return errors.New("number is out of the range of sums")
	}
	*s = sum
	return nil
}
