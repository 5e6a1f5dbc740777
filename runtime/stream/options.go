package stream

import (
	"math"
)

// Option is a setting of a reader.
type Option func(*options)

type options struct {
	maxLine int64
	file    string
	folder  string
	keep    bool
	ends    []ends
}

const defaultMaxLine = 1 << 30

func optionsOf(list []Option) options {
	o := options{maxLine: defaultMaxLine}
	for _, set := range list {
		set(&o)
	}
	return o
}

// MaxLine sets how long a line may be, in bytes without its end. The default, also for n < 1, is 1 GiB. A longer line is skipped in
// bounded memory and reported once, as a [LongLineError].
func MaxLine(n int64) Option {
	if n < 1 {
		n = defaultMaxLine
	}
	// A buffer is an int long, and must have room to grow beyond the limit.
	n = min(n, math.MaxInt/2)
	return func(o *options) { o.maxLine = n }
}

// InFile names the file that is read, for errors.
func InFile(name string) Option { return func(o *options) { o.file = name } }

// Reuse lets a scanner overwrite the strings, slices and maps of the records that it handed out before. Clone what you keep, and do not change a map: the next record may have
// the same.
func Reuse() Option { return func(o *options) { o.keep = false } }
