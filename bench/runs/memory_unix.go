//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory returns how many bytes of memory a process that has ended had at most; 0 if that is not known.
func peakMemory(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss) // others count kilobytes
	}
	return int64(usage.Maxrss) * 1024
}
