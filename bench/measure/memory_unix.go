//go:build unix

package measure

import (
	"syscall"
	"time"
)

// Keep returns a copy of text outside Go's heap, never to be freed: a large heap would make collections rare, which flatters those that allocate.
func Keep(text []byte) []byte {
	memory, err := syscall.Mmap(-1, 0, max(len(text), 1), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		memory = make([]byte, len(text))
	}
	return memory[:copy(memory, text)]
}

// cpuTime is the CPU time that the process has used.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return time.Since(started)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
