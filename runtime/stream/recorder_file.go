package stream

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// errShared is the error of a record for a file that another recorder writes, if one of the two would write over lines of the other.
var errShared = errors.New("another recorder writes the file: to share it, all must open it with os.O_APPEND")

// claim prepares a regular file for whole lines, and refuses it if lines in it would be overwritten: those that are there, or those of another
// recorder. Files that are opened to append can be shared. What claim takes, release gives back.
func claim(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return nil // writing it tells
	}
	appends := opensToAppend(f)
	if at, err := f.Seek(0, io.SeekCurrent); err == nil && !appends && at < info.Size() {
		return fmt.Errorf("%s: what is in the file would be overwritten: open it with os.O_APPEND, or empty it", f.Name())
	}
	if busy(lockFile(f, !appends)) {
		return fmt.Errorf("%s: %w", f.Name(), errShared)
	}
	return nil
}

// opensToAppend reports whether a file was opened with os.O_APPEND. Package os refuses WriteAt then, also of nothing.
func opensToAppend(f *os.File) bool {
	_, err := f.WriteAt(nil, 0)
	return err != nil
}

// retract takes the last n bytes back out of a file, which were written just now: half a line, when the disk is full. It does so only if nothing stands
// behind them. In a file that others append to as well, one of them could come in between; without it, their next line would be lost for certain, since it
// would go on where the half line ends.
func retract(f *os.File, n int) bool {
	end, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Size() != end || end < int64(n) {
		return false
	}
	if f.Truncate(end-int64(n)) != nil {
		return false
	}
	_, err = f.Seek(end-int64(n), io.SeekStart)
	return err == nil
}

// readAgain reads the last bytes of a regular file, which is only opened for writing, by its name, if that is still the name of the same file. It returns how
// many bytes it has read.
func readAgain(name string, file os.FileInfo, last []byte) (n int) {
	if now, err := os.Stat(name); err != nil || !os.SameFile(file, now) { // before it is opened: that could wait, if it were a pipe now
		return 0
	}
	f, err := os.Open(name)
	if err != nil {
		return 0
	}
	defer f.Close()
	n, _ = f.ReadAt(last, file.Size()-int64(len(last)))
	return n
}
