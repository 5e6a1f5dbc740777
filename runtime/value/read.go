package value

import (
	"fmt"
	"strings"

	"github.com/assay-go/assay/runtime/tape"
)

// Reader reads the members of an object on a tape into the fields of a struct.
//
//	for r.Next() {
//		switch r.Name() {
//		case "step_id":
//			e.StepID = r.String()
//		default:
//			e.Extra = r.Extra(e.Extra)
//		}
//	}
//
// A value that does not fit the Go type asked for reads as that type's zero value, and the first such value is kept as
// the error of [Reader.Err]. What is read never refers to the tape: it shares one copy of the tape's text.
type Reader struct {
	tape  *tape.Tape
	text  string    // a copy of the tape's source
	name  tape.Node // the current member's name; no member if it is the object's own node
	value tape.Node // the current value
	next  tape.Node // behind the current value
	end   tape.Node // behind the object
	err   *error    // where the first misfit goes; shared by the readers of one text
}

// RangeError says that a valid number does not fit the Go type of its property.
type RangeError struct {
	InstanceLocation string // JSON Pointer
	Number           string // as written
	Type             string // the Go type: "int64"
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("%s: %.40s does not fit %s", e.InstanceLocation, e.Number, e.Type)
}

// KindError says that a value is of another JSON type than its property was declared with. Valid instances have none.
type KindError struct {
	InstanceLocation string // JSON Pointer
	Want, Got        tape.Kind
}

func (e *KindError) Error() string {
	return fmt.Sprintf("%s: want %s, got %s", e.InstanceLocation, e.Want, e.Got)
}

// NewReader returns a reader of the members of the tape's root. If the root is no object, there are none.
func NewReader(t *tape.Tape) Reader {
	r := Reader{tape: t, text: string(t.Source()), err: new(error)}
	r.enter(0)
	return r
}

// enter makes n the object that is read.
func (r *Reader) enter(n tape.Node) {
	r.name, r.value, r.next, r.end = n, n, n+1, n+1
	if r.is(tape.Object) {
		r.end = r.tape.Next(n)
	}
}

// Next goes on to the next member; false behind the last.
func (r *Reader) Next() bool {
	if r.next >= r.end {
		return false
	}
	r.name = r.next
	r.value = r.name + 1
	r.next = r.tape.Next(r.value)
	return true
}

// Name returns the current member's name.
func (r *Reader) Name() string { return r.str(r.name) }

// Err returns the first value that did not fit: a *RangeError or a *KindError.
func (r *Reader) Err() error { return *r.err }

// String returns the current value, a string.
func (r *Reader) String() string {
	if !r.is(tape.String) {
		return ""
	}
	return r.str(r.value)
}

// StringOrNone returns the current value if it is a string, else "".
func (r *Reader) StringOrNone() string {
	if r.tape.Kind(r.value) != tape.String {
		return ""
	}
	return r.str(r.value)
}

// ReadString returns the current value, a string, as a type of its own. It is [Reader.String] for [ReadArray] and its like.
func ReadString[T ~string](r *Reader) T { return T(r.String()) }

// Bool returns the current value, a boolean.
func (r *Reader) Bool() bool { return r.is(tape.Bool) && r.tape.Bool(r.value) }

// Int64 returns the current value, a whole number.
func (r *Reader) Int64() int64 {
	if !r.is(tape.Number) {
		return 0
	}
	i, ok := r.tape.Num(r.value).Int64()
	if !ok {
		r.misfit(&RangeError{InstanceLocation: r.tape.Pointer(r.value), Number: r.raw(), Type: "int64"})
	}
	return i
}

// Float64 returns the float64 nearest to the current value, a number. A number beyond the largest float64 does not fit, nor does one that is so small that
// nothing but zero is near.
func (r *Reader) Float64() float64 {
	if !r.is(tape.Number) {
		return 0
	}
	n := r.tape.Num(r.value)
	f, ok := n.Float64()
	if !ok || f == 0 && n.Compare(tape.Decimal{Text: "0"}) != 0 {
		r.misfit(&RangeError{InstanceLocation: r.tape.Pointer(r.value), Number: r.raw(), Type: "float64"})
		return 0
	}
	return f
}

// Raw returns the text of the current value.
func (r *Reader) Raw() Raw { return Raw(r.raw()) }

// Extra appends the current member to m.
func (r *Reader) Extra(m Members) Members {
	return append(m, Member{Name: r.Name(), Value: r.Raw()})
}

// Object returns a reader of the members of the current value, an object.
func (r *Reader) Object() Reader {
	sub := *r
	sub.enter(r.value)
	return sub
}

// ReadArray returns the items of the current value, an array, each read by item. The slice is never nil.
func ReadArray[T any](r *Reader, item func(*Reader) T) []T {
	if !r.is(tape.Array) {
		return nil
	}
	items := make([]T, 0, r.tape.Len(r.value))
	sub := *r
	for n, end := r.value+1, r.tape.Next(r.value); n < end; n = r.tape.Next(n) {
		sub.value = n
		items = append(items, item(&sub))
	}
	return items
}

// ReadMap returns the members of the current value, an object, each read by value. The map is never nil.
func ReadMap[T any](r *Reader, value func(*Reader) T) map[string]T {
	if !r.is(tape.Object) {
		return nil
	}
	members := make(map[string]T, r.tape.Len(r.value))
	for sub := r.Object(); sub.Next(); {
		members[sub.Name()] = value(&sub)
	}
	return members
}

// ReadNull returns the current value, read by value unless it is null.
func ReadNull[T any](r *Reader, value func(*Reader) T) Null[T] {
	if r.tape.Kind(r.value) == tape.Null {
		return Null[T]{}
	}
	return Null[T]{Value: value(r), Valid: true}
}

func (r *Reader) raw() string { return r.text[r.tape.Offset(r.value):r.tape.End(r.value)] }

// str returns the string at n: a part of the text if it is written without escapes.
func (r *Reader) str(n tape.Node) string {
	if r.tape.Escaped(n) {
		return string(r.tape.Str(n))
	}
	return r.text[r.tape.Offset(n)+1 : r.tape.End(n)-1]
}

// is reports whether the current value is of a kind, and keeps the error if it is not.
func (r *Reader) is(want tape.Kind) bool {
	got := r.tape.Kind(r.value)
	if got != want {
		r.misfit(&KindError{InstanceLocation: r.tape.Pointer(r.value), Want: want, Got: got})
	}
	return got == want
}

func (r *Reader) misfit(err error) {
	if *r.err == nil {
		*r.err = err
	}
}

// Source returns the whole text that is read from.
func (r *Reader) Source() Raw { return Raw(strings.Trim(r.text, " \t\r\n")) }
