package value

import (
	"bytes"
	"encoding/json"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf8"
)

// AppendComma appends the comma that separates a member from the one before it, if there is one: if b does not end with
// the opening brace.
func AppendComma(b []byte) []byte {
	if len(b) > 0 && b[len(b)-1] == '{' {
		return b
	}
	return append(b, ',')
}

// escapes holds, for each byte below 0x80, how a string writes it: 0 as it is, 'u' as \u00xx, else a backslash and that letter
// (RFC 8259 section 7). Nothing is escaped that need not be.
var escapes = [utf8.RuneSelf]byte{
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r', 'u', 'u',
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
	'"': '"', '\\': '\\',
}

// AppendString appends s as a JSON string. Bytes that are not UTF-8 are copied as they are, for the validator to refuse.
func AppendString[T ~string](b []byte, s T) []byte { return appendString(b, string(s)) }

func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		if len(s)-i >= 8 {
			marks := escaped(s[i : i+8])
			if marks == 0 {
				i += 7
				continue
			}
			i += bits.TrailingZeros64(marks) / 8
		}
		c := s[i]
		if c >= utf8.RuneSelf || escapes[c] == 0 {
			continue
		}
		b = append(b, s[start:i]...)
		b = append(b, '\\', escapes[c])
		if escapes[c] == 'u' {
			b = append(b, '0', '0', hex[c>>4], hex[c&0xf])
		}
		start = i + 1
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// escaped marks, with the high bit of its byte, the first of the eight bytes of s that a string escapes. Marks above it may be wrong, because subtraction
// borrows.
func escaped(s string) uint64 {
	const ones = 0x0101010101010101
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return (((w ^ ones*'"') - ones) | ((w ^ ones*'\\') - ones) | (w - ones*' ')) &^ w & (ones * 0x80)
}

// AppendBool appends true or false.
func AppendBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// AppendInt appends a whole number.
func AppendInt(b []byte, v int64) []byte { return strconv.AppendInt(b, v, 10) }

// AppendFloat appends the shortest number that reads back as v, by ECMA-262's rule: with an exponent below 1e-6 and from 1e21 on. NaN and the
// infinities have no JSON; they are appended by name, for the validator to refuse.
func AppendFloat(b []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, "NaN"...)
	case math.IsInf(v, 1):
		return append(b, "Infinity"...)
	case math.IsInf(v, -1):
		return append(b, "-Infinity"...)
	}
	if i := int64(v); float64(i) == v && i > -1<<53 && i < 1<<53 && i != 0 { // whole, and exact: all digits are needed, but for zeros at the end
		return strconv.AppendInt(b, i, 10)
	}
	if abs := math.Abs(v); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return strconv.AppendFloat(b, v, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// AppendRaw appends v on one line: white space between tokens is taken out if it has line ends.
func AppendRaw(b []byte, v Raw) []byte {
	for i := range len(v) {
		if v[i] == '\n' || v[i] == '\r' {
			buf := bytes.NewBuffer(b)
			if json.Compact(buf, []byte(v)) == nil {
				return buf.Bytes()
			}
			break // not JSON: for the validator to refuse
		}
	}
	b = append(b, v...)
	if !json.Valid([]byte(v)) {
		b = append(b, " is not one JSON value"...) // such as `1,"y":2`, which would add a member: for the validator to refuse
	}
	return b
}

// AppendMembers appends the members m to an object that is still open.
func AppendMembers(b []byte, m Members) []byte {
	for _, member := range m {
		b = AppendComma(b)
		b = AppendString(b, member.Name)
		b = append(b, ':')
		b = AppendRaw(b, member.Value)
	}
	return b
}

// AppendArray appends an array, each item by item. A nil slice is an empty array.
func AppendArray[T any](b []byte, items []T, item func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, v := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, v)
	}
	return append(b, ']')
}

// AppendMap appends an object, each value by value, sorted by name. A nil map is an empty object.
func AppendMap[T any](b []byte, members map[string]T, value func([]byte, T) []byte) []byte {
	b = append(b, '{')
	var few [16]string // on the stack
	names := few[:0]
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b = AppendComma(b)
		b = AppendString(b, name)
		b = append(b, ':')
		b = value(b, members[name])
	}
	return append(b, '}')
}

// AppendNull appends null, or the value by value.
func AppendNull[T any](b []byte, v Null[T], value func([]byte, T) []byte) []byte {
	if !v.Valid {
		return append(b, "null"...)
	}
	return value(b, v.Value)
}
