package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/assay-go/assay/runtime/stream"
)

// zipped is how the name of a file ends that is compressed with gzip. What such a file is called does not matter: see unzipped.
const zipped = ".gz"

// opened is an input that is being read, or why there is nothing to read.
type opened struct {
	io.Reader
	close  func() error
	absent string           // a run has no such file
	notes  []stream.Finding // what else is to be said

	file     *os.File // what is read, if it is a regular file and not compressed: its parts can be read apart
	size     int64    // of file
	progress *progress
}

// open opens the input. The file of a run folder may be compressed, and called so, which in.name then says; that it is not there is no error.
func (in *input) open(s *streams) (*opened, error) {
	if in.stdin {
		r, err := unzipped(s.in)
		return &opened{Reader: r, close: func() error { return nil }}, err
	}
	var o opened
	if in.run {
		if o.absent = in.find(); o.absent != "" {
			return &o, nil
		}
		if other := in.name + zipped; exists(other) {
			o.notes = []stream.Finding{{File: other, Warn: true, Rule: stream.RuleFileFormat, Message: "is left out, since there is " + in.name}}
		}
	}
	file, err := os.Open(in.name)
	if err != nil {
		return nil, err
	}
	o.close = file.Close
	if o.Reader, err = unzipped(s.progress.reader(file)); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", in.name, err), file.Close())
	}
	if _, compressed := o.Reader.(*unzipper); !compressed {
		o.file, o.size = regular(file)
		o.progress = s.progress
	}
	return &o, nil
}

// find finds the file of a run folder. It looks before anything is opened, since opening a pipe waits for its writer.
func (in *input) find() (absent string) {
	info, err := os.Stat(in.name)
	if errors.Is(err, fs.ErrNotExist) {
		if info, err = os.Stat(in.name + zipped); err == nil {
			in.name += zipped
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "the run has no such file"
	case err != nil:
		return "" // opening it tells
	case info.IsDir():
		return "is a folder, not a file"
	case !info.Mode().IsRegular():
		return "is no regular file"
	}
	return ""
}

// size returns how many bytes of the input are to be read, as far as that is known.
func (in *input) size() int64 {
	for _, name := range []string{in.name, in.name + zipped} {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

// unzipped returns a reader of what r holds, decompressed if it is compressed with gzip (RFC 1952), which its first bytes say.
func unzipped(r io.Reader) (io.Reader, error) {
	const magic = "\x1f\x8b"
	small := bufio.NewReaderSize(r, 16) // larger reads go past its buffer
	if begin, err := small.Peek(len(magic)); err != nil || !bytes.Equal(begin, []byte(magic)) {
		return small, nil // a read error comes again
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(small, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	return &unzipper{z}, nil
}

// unzipper says of its errors that they are those of decompression.
type unzipper struct{ z *gzip.Reader }

func (u *unzipper) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("decompress: %w", err)
	}
	return n, err
}
