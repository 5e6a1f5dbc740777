package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
)

// partBytes is how long the parts are, about, in which a large file is read: long enough to make what comes with each of them cheap.
const partBytes = 1 << 20

// jobs is how much is read at once: runs, or parts of a file.
type jobs int

// defineJobs defines the flag for it. It changes nothing but the time that it takes.
func defineJobs(flags *flag.FlagSet) *jobs {
	j := jobs(runtime.GOMAXPROCS(0))
	flags.Func("j", "read this `number` of runs, and of parts of large files, at once (default: as many as there are processors)", func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return errors.New("want a number >= 1")
		}
		j = jobs(n)
		return nil
	})
	return &j
}

// share returns how many parts of each of n runs are read at once, if all of these are.
func (j jobs) share(n int) int { return max(1, int(j)/max(1, n)) }

// cut returns where the parts of a file begin: at its beginning, and behind the first line end after each so many bytes.
func cut(r io.ReaderAt, size, part int64) ([]int64, error) {
	begins := []int64{0}
	buf := make([]byte, 64<<10)
	for at := part; at < size; {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		switch i := bytes.IndexByte(buf[:n], '\n'); {
		case i >= 0:
			if at += int64(i) + 1; at < size {
				begins = append(begins, at)
			}
			at += part
		case err == io.EOF: // the file is shorter by now
			return begins, nil
		case err != nil:
			return nil, err
		default:
			at += int64(n)
		}
	}
	return begins, nil
}

// long reports whether the input is read in parts.
func (o *opened) long() bool { return o.file != nil && o.size > partBytes }

// inParts has read called for the parts of the input, so many at once, and then, one after another in the order of the parts, the functions that it returns. The
// first error of one of those ends it. A file of which no parts can be read has one part.
func (o *opened) inParts(ctx context.Context, at int, read func(ctx context.Context, r io.Reader, w *turn) (then func() error)) error {
	begins := []int64{0}
	if o.long() {
		var err error
		if begins, err = cut(o.file, o.size, partBytes); err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	ended := inTurn(ctx, nowhere{}, len(begins), at, 2*at, func(i int, w *turn) func() {
		r := o.Reader
		if len(begins) > 1 {
			end := int64(math.MaxInt64) // what comes while the file is read belongs to it
			if i+1 < len(begins) {
				end = begins[i+1]
			}
			r = o.progress.reader(io.NewSectionReader(o.file, begins[i], end-begins[i]))
		}
		then := read(ctx, r, w)
		return func() {
			if failed == nil {
				if failed = then(); failed != nil {
					stop()
				}
			}
		}
	})
	if failed != nil {
		return failed
	}
	return ended
}

// nowhere is where parts write that have nothing to write.
type nowhere struct{ io.Writer }

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Flush() error                { return nil }

// regular returns a file if it is one whose bytes can be read anywhere, and its size.
func regular(f *os.File) (*os.File, int64) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, 0
	}
	return f, info.Size()
}
