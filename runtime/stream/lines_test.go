package stream

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// got is one line as handed out.
type got struct {
	Text    string
	Number  int
	Offset  int64
	Ended   bool
	TooLong bool
}

func readLines(l *Lines) []got {
	var all []got
	for l.Next() {
		number, offset := l.Position()
		all = append(all, got{string(l.Bytes()), number, offset, l.Ended(), l.TooLong()})
	}
	return all
}

// naive splits text as Lines must, in the plainest way.
func naive(text string, maxLine int) []got {
	var all []got
	var offset int64
	for i, part := range strings.SplitAfter(text, "\n") {
		line, ended := strings.CutSuffix(part, "\n")
		if ended {
			line = strings.TrimSuffix(line, "\r")
		}
		tooLong := len(line) > maxLine
		if tooLong || strings.Trim(line, " \t\r") != "" {
			if tooLong {
				line = line[:min(maxLine, beginning)]
			}
			all = append(all, got{line, i + 1, offset, ended, tooLong})
		}
		offset += int64(len(part))
	}
	return all
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 240_000)
	for name, text := range map[string]string{
		"empty":              "",
		"only line ends":     "\n\r\n\n",
		"one":                "{}\n",
		"without end":        "{}\n[]",
		"CRLF":               "{}\r\n[]\r\n",
		"CR at the very end": "{}\n[]\r",
		"CR inside":          "a\rb\n",
		"two CR":             "a\r\r\n",
		"blank lines":        "\n \t\r\n{}\n\n\n[]\n  ",
		"byte order mark":    "\ufeff{}\n{}\n",
		"mark alone":         "\ufeff\n{}\n",
		"240 kB line":        "{}\n" + long + "\n[]\n",
		"ends on a block":    strings.Repeat("x", block-1) + "\n{}\n",
		"begins on a block":  strings.Repeat("x", block) + "\n{}\n",
		"CR and LF apart":    strings.Repeat("x", block-1) + "\r\n{}\n",
		"long without end":   long,
		"not UTF-8":          "\xff\xfe\n\x00\n",
	} {
		t.Run(name, func(t *testing.T) {
			want := naive(text, defaultMaxLine)
			for _, r := range []io.Reader{
				strings.NewReader(text), iotest.HalfReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text)),
				iotest.OneByteReader(strings.NewReader(text)), &hesitant{r: strings.NewReader(text)},
				InPlace([]byte(text)),
			} {
				l := NewLines(r)
				assert.Equal(t, want, readLines(l))
				assert.NoError(t, l.Err())
				assert.False(t, l.Next(), "Next after the end")
				assert.Nil(t, l.Bytes())
			}
		})
	}
}

// hesitant returns nothing, without an error, before each byte.
type hesitant struct {
	r    io.Reader
	turn bool
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.turn = !h.turn; h.turn {
		return 0, nil
	}
	return h.r.Read(p[:min(1, len(p))])
}

func TestLinesMaxLine(t *testing.T) {
	for _, max := range []int{1, 5, beginning, beginning + 1, block, 3 * block} {
		for _, over := range []int{-1, 0, 1, 2, block, 5*block + 7} {
			for _, end := range []string{"\n", "\r\n", "\r", ""} {
				text := "a\n" + strings.Repeat("y", max+over) + end
				if strings.HasSuffix(end, "\n") {
					text += "b\r\n\nc"
				}
				l := NewLines(strings.NewReader(text), MaxLine(int64(max)))
				require.Equal(t, naive(text, max), readLines(l), "limit %d, %d over, end %q", max, over, end)
				require.LessOrEqual(t, len(l.buf), max+2*block, "the buffer grows no further than the limit needs")
				require.Equal(t, naive(text, max), readLines(NewLines(InPlace([]byte(text)), MaxLine(int64(max)))), "in place: limit %d, %d over, end %q", max, over, end)
			}
		}
	}
}

func TestLinesSkipsInBoundedMemory(t *testing.T) {
	huge := io.LimitReader(endless{}, 40<<20)
	l := NewLines(io.MultiReader(strings.NewReader("{}\n"), huge, strings.NewReader("\n[]\n")), MaxLine(1000))
	require.True(t, l.Next())
	require.True(t, l.Next())
	assert.True(t, l.TooLong())
	assert.Equal(t, int64(40<<20), l.length)
	assert.Len(t, l.Bytes(), 1000)
	require.True(t, l.Next())
	assert.Equal(t, "[]", string(l.Bytes()))
	number, offset := l.Position()
	assert.Equal(t, 3, number)
	assert.Equal(t, int64(3+40<<20+1), offset)
	assert.LessOrEqual(t, len(l.buf), 2*block)
}

// endless is a line that never ends.
type endless struct{}

var zs = bytes.Repeat([]byte("z"), block)

func (endless) Read(p []byte) (int, error) {
	return copy(p, zs), nil
}

// A byte must be moved and searched a bounded number of times, however long its line is.
func TestLinesCostOfALongLine(t *testing.T) {
	const size = 20 << 20
	l := NewLines(io.LimitReader(endless{}, size))
	require.True(t, l.Next())
	assert.Len(t, l.Bytes(), size)
	assert.LessOrEqual(t, len(l.buf), 2*size+block)
	// The buffer doubles, so it is allocated once per power of two.
	allocs := testing.AllocsPerRun(1, func() {
		l := NewLines(io.LimitReader(endless{}, 10<<20))
		for l.Next() {
		}
	})
	assert.Less(t, allocs, 20.0)
}

func TestLinesReadErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	for name, c := range map[string]struct {
		r    io.Reader
		want error
	}{
		"error":                  {io.MultiReader(strings.NewReader("{}\n[1,"), iotest.ErrReader(broken)), broken},
		"error with bytes":       {&withError{"{}\n[1,", broken}, broken},
		"unexpected end":         {io.MultiReader(strings.NewReader("{}\n[1,"), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF},
		"no progress":            {io.MultiReader(strings.NewReader("{}\n[1,"), stuck{}), io.ErrNoProgress},
		"impossible count":       {io.MultiReader(strings.NewReader("{}\n[1,"), liar(math.MaxInt)), errReadCount},
		"negative count":         {io.MultiReader(strings.NewReader("{}\n[1,"), liar(-1)), errReadCount},
		"error in a skipped one": {io.MultiReader(strings.NewReader("{}\n"+strings.Repeat("x", 200)), iotest.ErrReader(broken)), broken},
	} {
		t.Run(name, func(t *testing.T) {
			l := NewLines(c.r, MaxLine(100))
			assert.Equal(t, []got{{Text: "{}", Number: 1, Ended: true}}, readLines(l), "a line cut short by the error must not be handed out")
			assert.Equal(t, c.want, l.Err())
			assert.False(t, l.Next())
		})
	}
}

type withError struct {
	text string
	err  error
}

func (w *withError) Read(p []byte) (int, error) { return copy(p, w.text), w.err }

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

type liar int

func (n liar) Read([]byte) (int, error) { return int(n), nil }

func FuzzLines(f *testing.F) {
	f.Add([]byte("{}\r\n\n \n[1]\nx"), uint16(3), uint8(2))
	f.Add(bytes.Repeat([]byte("ab\n"), 100), uint16(1), uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, maxLine uint16, step uint8) {
		maxLine = max(1, maxLine)
		l := NewLines(&stepReader{text, int(step)}, MaxLine(int64(maxLine)))
		require.Equal(t, naive(string(text), int(maxLine)), readLines(l))
		require.NoError(t, l.Err())

		before := bytes.Clone(text)
		require.Equal(t, naive(string(text), int(maxLine)), readLines(NewLines(InPlace(text), MaxLine(int64(maxLine)))))
		require.Equal(t, before, text, "a text that is read in place is not written to")
	})
}

// stepReader hands out step bytes at a time; all at once if step is 0.
type stepReader struct {
	rest []byte
	step int
}

func (s *stepReader) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	if s.step > 0 {
		p = p[:min(s.step, len(p))]
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}
