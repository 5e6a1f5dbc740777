//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package stream

import (
	"os"
	"syscall"
)

// lockFile takes a lock that other recorders respect, in this process or another (flock(2)), until unlockFile or until the file is closed: alone, or shared with
// others that share it. It does not wait.
func lockFile(f *os.File, alone bool) error {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	return flock(f, how|syscall.LOCK_NB)
}

func unlockFile(f *os.File) { flock(f, syscall.LOCK_UN) }

func flock(f *os.File, how int) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var locked error
	err = raw.Control(func(fd uintptr) {
		for {
			if locked = syscall.Flock(int(fd), how); locked != syscall.EINTR {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return locked
}

// busy reports whether an error of lockFile means that somebody else has the lock. Any other means that the file system has no locks.
func busy(err error) bool { return err == syscall.EWOULDBLOCK }
