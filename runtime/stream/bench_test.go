package stream

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// corpus is about 4 MB of orders; one line in a hundred is invalid.
func corpus() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 4<<20; i++ {
		line := placed
		switch {
		case i%100 == 99:
			line = strings.Replace(placed, ":5", ":-5", 1)
		case i%2 == 1:
			line = `{"at":"2026-01-01T00:00:00Z","type":"payment_captured","id":"2","order_id":"o-1","card":{"kind":"visa","tries":[1,2,3]}}`
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func BenchmarkCount(b *testing.B) {
	text := corpus()
	r := orders()
	r.Facts.Counts, r.Facts.Sizes = nil, nil
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Count(b.Context(), bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCountByKey also groups every record by keys and measures sizes.
func BenchmarkCountByKey(b *testing.B) {
	text := corpus()
	r := orders()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Count(b.Context(), bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLines(b *testing.B) {
	text := corpus()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		l := NewLines(bytes.NewReader(text))
		for l.Next() {
		}
	}
}

func BenchmarkLongLine(b *testing.B) {
	const size = 100 << 20
	b.SetBytes(size)
	for b.Loop() {
		l := NewLines(io.LimitReader(endless{}, size))
		for l.Next() {
		}
	}
}

// BenchmarkValid is the measure that the others are compared with.
func BenchmarkValid(b *testing.B) {
	line := []byte(placed)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if !json.Valid(line) {
			b.Fatal("invalid")
		}
	}
}
