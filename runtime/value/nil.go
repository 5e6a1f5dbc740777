package value

import "reflect"

// IsNil reports whether an interface of pointers holds none: that it is nil, or that the pointer in it is.
func IsNil(v any) bool {
	if v == nil {
		return true
	}
	p := reflect.ValueOf(v)
	return p.Kind() == reflect.Pointer && p.IsNil()
}
