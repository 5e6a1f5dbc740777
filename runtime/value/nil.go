//go:build !purego

package value

import "unsafe"

// IsNil reports whether an interface of pointers holds none: that it is nil, or that the pointer in it is.
func IsNil(v any) bool {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] == nil // the second word of an interface that holds a pointer is the pointer
}
