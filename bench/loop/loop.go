// Package loop is the loop that a caller of the scanner of events writes. The program speed measures it, and the program pure, which has nothing else in it.
package loop

import (
	"bytes"
	"io"

	"github.com/assay-go/assay/bench/corpus"
	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/stream"
)

// InPlace gives a text to a scanner where it is.
func InPlace(text []byte) io.Reader { return stream.InPlace(text) }

// Copied gives a text to a scanner as a file would be given.
func Copied(text []byte) io.Reader { return bytes.NewReader(text) }

// With decodes every line, and explains every bad line.
func With(reader func([]byte) io.Reader, o ...stream.Option) measure.Work {
	return func(text []byte) (lines, refused int) {
		scanner := telemetry.NewEventScanner(reader(text), o...)
		for scanner.Scan() {
			lines++
			if scanner.Invalid() != nil {
				refused++
			}
		}
		return lines, refused
	}
}

// Events is the loop over a text in memory, whose strings the next line overwrites.
func Events() measure.Work { return With(InPlace, stream.Reuse()) }

// Usual is the corpus with size bytes of events, which are as in real runs; it has a third as many metrics, or more.
func Usual(size int) *corpus.Corpus {
	c := corpus.Usual(size)
	c.Size *= 3 // metrics are a third of the events
	return corpus.New(c)
}
