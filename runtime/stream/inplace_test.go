package stream

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"unsafe"

	"github.com/assay-go/assay/runtime/scan"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The last lines of a text have no padding behind them, and so are copied: wherever the text and its last line end, the lines are the same.
func TestInPlaceNearTheEnd(t *testing.T) {
	for size := range 3*scan.Padding + 2 {
		for end := range size {
			text := bytes.Repeat([]byte("x"), size)
			text[end] = '\n'
			text[end/2] = '\n'
			l := NewLines(InPlace(text))
			require.Equal(t, naive(string(text), defaultMaxLine), readLines(l), "%q", text)
			require.NoError(t, l.Err())
		}
	}
}

// Lines are handed out where they are, but for the last.
func TestInPlaceCopiesOnlyTheEnd(t *testing.T) {
	text := []byte(strings.Repeat(placed+"\n", 1000))
	l := NewLines(InPlace(text))
	copied := 0
	for l.Next() {
		_, offset := l.Position()
		if unsafe.SliceData(l.Bytes()) != &text[offset] {
			copied += len(l.Bytes())
		}
	}
	assert.Positive(t, copied)
	assert.LessOrEqual(t, copied, len(placed)+scan.Padding)
}

// In a reader that is read from already, as in one that somebody reads from, the rest is in place.
func TestInPlaceIsAReader(t *testing.T) {
	text := []byte("0123456789\n" + strings.Repeat("{}\n", 100))
	r := InPlace(text)
	some := make([]byte, 4)
	_, err := io.ReadFull(r, some)
	require.NoError(t, err)
	assert.Equal(t, "0123", string(some))
	assert.Equal(t, naive(string(text[4:]), defaultMaxLine), readLines(NewLines(r)))
	n, err := r.Read(some)
	assert.Zero(t, n)
	assert.Equal(t, io.EOF, err)

	all, err := io.ReadAll(InPlace(text))
	require.NoError(t, err)
	assert.Equal(t, text, all)
}

// A scanner says of a text in place what it says of a copy.
func TestInPlaceJudged(t *testing.T) {
	long := strings.Replace(placed, "c-1", strings.Repeat("c", 100_000), 1)
	text := placed + "\r\n\n" + strings.Replace(placed, ":5", ":-5", 1) + "\n" + long + "\n" + strings.Repeat("x", 300_000) + "\n \t\r\n" +
		strings.Replace(placed, "c-1", `c\u00e9\ud800`, 1) + "\n" + `{"type":"x"}` + "\n" + placed + "\n" + `{"at`
	for _, cut := range []int{len(text), len(text) - 4, len(text) - 5, len(text) - 30, len(text) - len(placed)} {
		said := func(r io.Reader) (all []string) {
			s := orders().NewScanner(r, InFile("orders.jsonl"), MaxLine(200_000))
			for s.Scan() {
				number, offset := s.Position()
				all = append(all, fmt.Sprint(number, offset, s.Line().Kind, s.Line().Name, len(s.Bytes()), s.Invalid(), s.Warnings()))
			}
			require.NoError(t, s.Err())
			return append(all, fmt.Sprint(s.Remarks()))
		}
		part := []byte(text[:cut])
		require.Equal(t, said(bytes.NewReader(part)), said(InPlace(part)))
		require.Equal(t, text[:cut], string(part))
	}
}

func TestInPlaceCounts(t *testing.T) {
	text := []byte(strings.Repeat(placed+"\n"+`{"type":"x"}`+"\n{\n", 500))
	want, err := orders().Count(t.Context(), bytes.NewReader(text))
	require.NoError(t, err)
	got, err := orders().Count(t.Context(), InPlace(text))
	require.NoError(t, err)
	assert.Equal(t, want, got)
}
