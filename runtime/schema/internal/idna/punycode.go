package idna

// The parameters of Punycode (RFC 3492 section 5).
const (
	base        = 36
	tMin        = 1
	tMax        = 26
	skew        = 38
	damp        = 700
	initialBias = 72
	initialN    = 0x80

	// maxDelta is more than any label of valid code points needs, and far from an overflow.
	maxDelta = (0x10ffff + 1) * (maxLabel + 1)
)

// decodePunycode decodes what follows the prefix of an A-label, in either case (RFC 3492 section 6.2).
func decodePunycode(buffer *[maxLabel]rune, text []byte) (label []rune, ok bool) {
	label = buffer[:0]
	basic := len(text) // behind the last hyphen; what comes before it stands for itself
	for basic > 0 && text[basic-1] != '-' {
		basic--
	}
	if basic > 1 {
		for _, c := range text[:basic-1] {
			label = append(label, rune(lower(c)))
		}
		text = text[basic:]
	}
	n, i, bias := int64(initialN), int64(0), int64(initialBias)
	for len(text) > 0 {
		start, weight := i, int64(1)
		for k := int64(base); ; k += base {
			if len(text) == 0 {
				return nil, false
			}
			digit := digitValue(text[0])
			if text = text[1:]; digit < 0 || weight > maxDelta {
				return nil, false
			}
			if i += digit * weight; i > maxDelta {
				return nil, false
			}
			t := threshold(k, bias)
			if digit < t {
				break
			}
			weight *= base - t
		}
		points := int64(len(label) + 1)
		bias = adapt(i-start, points, start == 0)
		n += i / points
		i %= points
		if n > 0x10ffff || points > maxLabel {
			return nil, false
		}
		label = append(label, 0)
		copy(label[i+1:], label[i:])
		label[i] = rune(n)
		i++
	}
	return label, true
}

// toALabel encodes a U-label of valid code points as an A-label (RFC 3492 section 6.3); ok is false if that is too long.
func toALabel(buffer *[maxLabel]byte, label []rune) (text []byte, ok bool) {
	text = append(buffer[:0], prefix...)
	if len(prefix)+len(label) > maxLabel { // every code point takes a byte at least
		return nil, false
	}
	for _, r := range label {
		if r < initialN {
			text = append(text, byte(r))
		}
	}
	basic := int64(len(text) - len(prefix))
	if basic > 0 && len(text) < maxLabel {
		text = append(text, '-')
	}
	n, delta, bias := rune(initialN), int64(0), int64(initialBias)
	for done := basic; done < int64(len(label)); {
		next := rune(0x10ffff)
		for _, r := range label {
			if r >= n && r < next {
				next = r
			}
		}
		delta += int64(next-n) * (done + 1)
		n = next
		for _, r := range label {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := int64(base); ; k += base {
				if len(text) == maxLabel {
					return nil, false
				}
				t := threshold(k, bias)
				if q < t {
					text = append(text, digitOf(q))
					break
				}
				text = append(text, digitOf(t+(q-t)%(base-t)))
				q = (q - t) / (base - t)
			}
			bias = adapt(delta, done+1, done == basic)
			delta = 0
			done++
		}
		delta++
		n++
	}
	return text, true
}

func threshold(k, bias int64) int64 { return min(max(k-bias, tMin), tMax) }

// adapt is the bias adaptation function (RFC 3492 section 6.1).
func adapt(delta, points int64, first bool) int64 {
	if first {
		delta /= damp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := int64(0)
	for ; delta > (base-tMin)*tMax/2; k += base {
		delta /= base - tMin
	}
	return k + (base-tMin+1)*delta/(delta+skew)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// digitValue is -1 for what is no digit.
func digitValue(c byte) int64 {
	switch c = lower(c); {
	case 'a' <= c && c <= 'z':
		return int64(c - 'a')
	case '0' <= c && c <= '9':
		return int64(c-'0') + 26
	}
	return -1
}

func digitOf(value int64) byte {
	if value < 26 {
		return byte(value) + 'a'
	}
	return byte(value-26) + '0'
}
