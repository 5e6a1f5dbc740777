package tape

import (
	"cmp"
	"hash/maphash"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is an exact decimal number in JSON's notation (RFC 8259 section 6). It is only as large as its text: exponents are never expanded, so
// every operation takes time linear in the length of the text, for 1e999999999999 too.
// Its one field is exported so that tables in generated code can be literals: Decimal{"-1.5"}. Text that is no number has no meaning, but
// does no harm.
type Decimal struct{ Text string }

// parts are the parts of a number as it is written. Its digits are those of whole and fraction in a row, of which the ones from
// first to last (exclusive) matter: neither the first nor the last of them is zero.
type parts struct {
	negative        bool
	whole, fraction string
	first, last     int    // both 0 if the number is zero
	exponent        string // digits only, no leading zeros
	below           bool   // the exponent is negative
}

// split finds the parts. Those of a text that is no number are those of zero.
func (d Decimal) split() parts {
	var p parts
	text := d.Text
	if strings.HasPrefix(text, "-") {
		p.negative, text = true, text[1:]
	}
	if i := strings.LastIndexAny(text, "eE"); i >= 0 {
		p.exponent, text = text[i+1:], text[:i]
		p.below = strings.HasPrefix(p.exponent, "-")
		p.exponent = strings.TrimLeft(strings.TrimLeft(p.exponent, "+-"), "0")
	}
	p.whole = text
	if i := strings.IndexByte(text, '.'); i >= 0 {
		p.whole, p.fraction = text[:i], text[i+1:]
	}
	whole, fraction := strings.TrimLeft(p.whole, "0"), p.fraction
	p.first = len(p.whole) - len(whole)
	if whole == "" {
		fraction = strings.TrimLeft(p.fraction, "0")
		p.first += len(p.fraction) - len(fraction)
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		p.last = len(p.whole) + len(strings.TrimRight(p.fraction, "0"))
	} else {
		p.last = len(strings.TrimRight(p.whole, "0"))
	}
	if p.last <= p.first || !onlyDigits(p.whole) || !onlyDigits(p.fraction) || !onlyDigits(p.exponent) {
		return parts{}
	}
	return p
}

func onlyDigits(text string) bool {
	for i := range len(text) {
		if text[i]-'0' > 9 {
			return false
		}
	}
	return true
}

func (p *parts) zero() bool { return p.last == 0 }

// digit returns a digit by its index; behind the last is '0'.
func (p *parts) digit(i int) byte {
	switch {
	case i < len(p.whole):
		return p.whole[i]
	case i < len(p.whole)+len(p.fraction):
		return p.fraction[i-len(p.whole)]
	}
	return '0'
}

// The value is the fraction 0.ddd, with the digits that matter, times ten to the power of the exponent and this; and the whole number
// ddd times ten to the power of the exponent and scale.
func (p *parts) power() int64 { return int64(len(p.whole) - p.first) }
func (p *parts) scale() int64 { return int64(len(p.whole) - p.last) }

// huge stands for all exponents of more than 18 digits. The length of a text is small beside it.
const huge = 1 << 60

// exp returns the exponent, and huge or -huge if it is larger.
func (p *parts) exp() int64 {
	exp := int64(0)
	for i := range min(len(p.exponent), 18) {
		exp = exp*10 + int64(p.exponent[i]-'0')
	}
	if len(p.exponent) > 18 {
		exp = huge
	}
	if p.below {
		return -exp
	}
	return exp
}

// expMinus returns the difference of two exponents, which may have any number of digits; it stops at huge and -huge.
func (p *parts) expMinus(q *parts) int64 {
	if len(p.exponent) <= 18 && len(q.exponent) <= 18 {
		return p.exp() - q.exp()
	}
	if p.below != q.below {
		return max(min(p.exp()-q.exp(), huge), -huge)
	}
	// Subtract digit by digit. Once the difference is not zero, the digits that follow cannot change its sign.
	diff := int64(0)
	for i := max(len(p.exponent), len(q.exponent)); i > 0 && -huge/100 < diff && diff < huge/100; i-- {
		diff = diff*10 + lowDigit(p.exponent, i) - lowDigit(q.exponent, i)
	}
	switch {
	case diff >= huge/100:
		diff = huge
	case diff <= -huge/100:
		diff = -huge
	}
	if p.below {
		return -diff
	}
	return diff
}

// lowDigit returns the value of the n-th digit from the end, 0 if there are fewer.
func lowDigit(digits string, n int) int64 {
	if n > len(digits) {
		return 0
	}
	return int64(digits[len(digits)-n] - '0')
}

// Compare returns -1, 0 or +1.
func (d Decimal) Compare(e Decimal) int {
	if a, ok := d.small(); ok {
		if b, ok := e.small(); ok {
			return a.compare(b)
		}
	}
	p, q := d.split(), e.split()
	if p.sign() != q.sign() || p.zero() {
		return cmp.Compare(p.sign(), q.sign())
	}
	order := cmp.Compare(p.expMinus(&q)+p.power()-q.power(), 0)
	for i := 0; order == 0 && (p.first+i < p.last || q.first+i < q.last); i++ {
		order = cmp.Compare(p.digit(p.first+i), q.digit(q.first+i))
	}
	return order * p.sign()
}

// IsInteger reports whether the value is a whole number: 1, 1.0 and 1e2 are.
func (d Decimal) IsInteger() bool {
	if d.IsLexicalInteger() {
		return true
	}
	if a, ok := d.small(); ok {
		return a.units%powersOf10[a.scale] == 0
	}
	p := d.split()
	return p.zero() || p.exp()+p.scale() >= 0
}

// IsLexicalInteger reports whether the number is written as a whole number, without a point or an exponent: what an integer was until draft 4.
func (d Decimal) IsLexicalInteger() bool { return !strings.ContainsAny(d.Text, ".eE") }

// MultipleOf reports whether d divided by e is a whole number. If e is zero, it is not.
func (d Decimal) MultipleOf(e Decimal) bool {
	if a, ok := d.small(); ok {
		if b, ok := e.small(); ok && b.units != 0 {
			if multiple, ok := a.multipleOf(b); ok {
				return multiple
			}
		}
	}
	p, q := d.split(), e.split()
	if p.zero() || q.zero() {
		return p.zero() && !q.zero()
	}
	// d is a whole number P that does not end in 0, times a power of ten; e likewise Q. So the question is whether Q divides P times ten to
	// the power of k.
	k := p.expMinus(&q) + p.scale() - q.scale()
	if k < 0 {
		return false // P would have to end in 0
	}
	// A power of ten can only cancel factors 2 and 5 of Q, and Q has at most as many of these as bits: a larger k changes nothing.
	if q.last-q.first > 18 {
		return p.bigMultiple(&q, k)
	}
	divisor := q.uint64()
	rest := uint64(0)
	for i := p.first; i < p.last; i++ {
		rest = (rest*10 + uint64(p.digit(i)-'0')) % divisor
	}
	for k = min(k, 64); k > 0 && rest != 0; k-- {
		rest = rest * 10 % divisor
	}
	return rest == 0
}

// bigMultiple is MultipleOf for a Q of any size. The digits of P are taken in pieces, so that a long number costs no more than its length.
func (p *parts) bigMultiple(q *parts, k int64) bool {
	const piece = 18
	divisor, rest := new(big.Int), new(big.Int)
	divisor.SetString(q.digits(), 10)
	var digits big.Int
	for i := p.first; i < p.last; i += piece {
		r := *p
		r.first, r.last = i, min(i+piece, p.last)
		rest.Mul(rest, big.NewInt(powersOf10[r.last-r.first]))
		rest.Add(rest, digits.SetUint64(r.uint64()))
		rest.Rem(rest, divisor)
	}
	k = min(k, int64(divisor.BitLen()))
	rest.Mul(rest, digits.Exp(big.NewInt(10), big.NewInt(k), divisor))
	return rest.Rem(rest, divisor).Sign() == 0
}

// Int64 returns the value if it is a whole number that fits.
func (d Decimal) Int64() (int64, bool) {
	if a, ok := d.small(); ok {
		one := powersOf10[a.scale]
		if a.units%one != 0 {
			return 0, false
		}
		return a.units / one, true
	}
	p := d.split()
	if p.zero() {
		return 0, true
	}
	zeros := p.exp() + p.scale()
	if zeros < 0 || int64(p.last-p.first)+zeros > 19 {
		return 0, false
	}
	n := p.uint64() // less than 10^19 also with its zeros, which a uint64 holds
	for range zeros {
		n *= 10
	}
	switch {
	case p.negative && n <= 1<<63:
		return -int64(n), true
	case !p.negative && n < 1<<63:
		return int64(n), true
	}
	return 0, false
}

// Float64 returns the nearest float64, and false if the value is out of range: then it is infinite. A value too small for a float64 is 0.
func (d Decimal) Float64() (float64, bool) {
	text := d.Text
	if len(text) > 1000 {
		// strconv gives up on exponents before their digits have been counted. More digits than these cannot change the result, other than by
		// not being zero: the longest tie between two float64 has 768.
		p := d.split()
		exp := max(min(p.exp()+p.power(), 1000), -1000)
		text = "0"
		if !p.zero() {
			digits := p.digits()
			if len(digits) > 800 {
				digits = digits[:800] + "1"
			}
			text = "0." + digits + "e" + strconv.FormatInt(exp, 10)
		}
		if strings.HasPrefix(d.Text, "-") {
			text = "-" + text
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// hash returns a hash that is the same for all equal numbers.
func (d Decimal) hash() uint64 {
	p := d.split()
	var h maphash.Hash
	h.SetSeed(seed)
	wholeEnd := min(p.last, len(p.whole))
	if p.first < wholeEnd {
		h.WriteString(p.whole[p.first:wholeEnd])
	}
	if p.last > len(p.whole) {
		h.WriteString(p.fraction[max(p.first-len(p.whole), 0) : p.last-len(p.whole)])
	}
	const far = 1e17 // exponents beyond hash alike: the same number may be written with one of 18 digits and one of 19
	power := max(min(p.exp()+p.power(), far), -far)
	return mix(h.Sum64(), uint64(power)*4+uint64(p.sign()+1))
}

func (p *parts) sign() int {
	switch {
	case p.zero():
		return 0
	case p.negative:
		return -1
	}
	return 1
}

// digits returns the digits that matter.
func (p *parts) digits() string { return (p.whole + p.fraction)[p.first:p.last] }

// uint64 returns the value of the digits that matter, of which there are at most 19.
func (p *parts) uint64() uint64 {
	n := uint64(0)
	for i := p.first; i < p.last; i++ {
		n = n*10 + uint64(p.digit(i)-'0')
	}
	return n
}
