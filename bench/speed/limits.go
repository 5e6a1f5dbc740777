package main

import (
	"bytes"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers"
)

// limits are what no reader gets past: the bytes have to be looked at.
func limits(text []byte) []*row {
	return []*row{
		timed("newlines, by bytes.IndexByte per line", peers.None, text, perLine(func([]byte) bool { return true })),
		timed("copy, in blocks of 256 KB", peers.None, text, func() measure.Work {
			block := make([]byte, 256<<10)
			lines := map[int]int{} // by the length of the text: counting them would cost as much
			return func(text []byte) (int, int) {
				n, known := lines[len(text)]
				if !known {
					n = corpus.Lines(text)
					lines[len(text)] = n
				}
				for len(text) > 0 {
					text = text[copy(block, text):]
				}
				return n, 0
			}
		}),
		timed("newlines, by bytes.Count of all", peers.None, text, func() measure.Work {
			return func(text []byte) (int, int) { return bytes.Count(text, []byte{'\n'}), 0 }
		}),
	}
}
