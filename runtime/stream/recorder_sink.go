package stream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// bufferSize is how many bytes of lines a buffered recorder collects.
const bufferSize = 64 << 10

// errClosed is the error of a record that comes after Close.
var errClosed = errors.New("the recorder is closed")

// sink writes whole lines to a writer, each with one call of Write, or if it is buffered, many with one.
//
// A Write that ends within a line leaves half a line behind, which is taken back out of a file. Where that cannot be, what is written next begins with a
// line end, so that the half line stays by itself: readers report it, and lose nothing else.
type sink struct {
	w        io.Writer
	file     *os.File // w, if it is a regular file
	refused  error    // why nothing is written to it
	buffered bool

	mu     sync.Mutex // held from the time stamp of a line to its last byte, so that both come in one order
	closed bool
	torn   bool   // the last byte written was no line end
	buffer []byte // lines behind a line end that is written only if torn; nil if there are none
}

// newSink returns a sink. A file is looked at, if it can be read: what a process that was killed left behind may be torn.
func newSink(w io.Writer, buffered bool) *sink {
	k := &sink{w: w, buffered: buffered}
	file, ok := w.(interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	})
	if !ok {
		return k
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return k
	}
	if k.file, _ = w.(*os.File); k.file != nil {
		k.refused = claim(k.file)
	}
	if info.Size() > 0 {
		var last [1]byte
		n, _ := file.ReadAt(last[:], info.Size()-1)
		if n == 0 && k.file != nil { // it is only for writing
			n = readAgain(k.file.Name(), info, last[:])
		}
		k.torn = n == 1 && last[0] != '\n'
	}
	return k
}

// write writes a line. text is a line end, which is written only if the last line is torn, and behind it the line with its own. The sink is
// locked.
func (k *sink) write(text []byte) error {
	line := text[1:]
	if !k.buffered {
		_, err := k.send(text)
		return err
	}
	if len(k.buffer) > 0 && len(k.buffer)+len(line) > bufferSize {
		if err := k.flush(); err != nil {
			return fmt.Errorf("the lines before it cannot be written: %w", err)
		}
	}
	if len(line) > bufferSize {
		_, err := k.send(text)
		return err
	}
	if len(k.buffer) == 0 {
		k.buffer = append(k.buffer, '\n')
	}
	k.buffer = append(k.buffer, line...)
	return nil
}

// send writes text, without its leading line end if no line is torn, and returns how many bytes of text are done.
func (k *sink) send(text []byte) (done int, err error) {
	skip := 1
	if k.torn {
		skip = 0
	}
	text = text[skip:]
	n, err := k.w.Write(text)
	n = max(0, min(n, len(text)))
	if n > 0 {
		k.torn = text[n-1] != '\n'
	}
	if half := n - 1 - bytes.LastIndexByte(text[:n], '\n'); half > 0 && k.file != nil && retract(k.file, half) {
		k.torn = false
	}
	if n < len(text) && err == nil {
		err = io.ErrShortWrite
	}
	return skip + n, err
}

// flush writes the buffer. On error the lines that were not written whole stay in it, for the next try.
func (k *sink) flush() error {
	if len(k.buffer) == 0 {
		return nil
	}
	done, err := k.send(k.buffer)
	if whole := bytes.LastIndexByte(k.buffer[:done], '\n') + 1; whole == len(k.buffer) {
		k.buffer = k.buffer[:0]
	} else if whole > 1 {
		k.buffer = append(k.buffer[:1], k.buffer[whole:]...)
	}
	return err
}

// close writes what is buffered. Lines that come later are refused.
func (k *sink) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	err := k.flush()
	if lost := bytes.Count(k.buffer, []byte{'\n'}) - 1; err != nil && lost > 0 {
		err = fmt.Errorf("%s cannot be written: %w", counted(lost, "buffered line"), err)
	}
	k.buffer = nil
	if k.file != nil && k.refused == nil {
		unlockFile(k.file)
	}
	return err
}
