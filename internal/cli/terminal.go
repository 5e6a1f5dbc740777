package cli

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/assay-go/assay/runtime/stream"
)

// isTerminal reports whether somebody sees at once what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// paint colours text, if it is on.
type paint bool

// paintFor returns the paint for a writer: on for a terminal, unless its owner wants none (https://no-color.org) or it cannot show any.
func paintFor(w io.Writer) paint {
	return paint(isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb")
}

// sgr puts text between a rendition and the default one (ECMA-48 section 8.3.117).
func (p paint) sgr(code, text string) string {
	if !p || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p paint) bold(text string) string   { return p.sgr("1", text) }
func (p paint) faint(text string) string  { return p.sgr("2", text) }
func (p paint) red(text string) string    { return p.sgr("31", text) }
func (p paint) green(text string) string  { return p.sgr("32", text) }
func (p paint) yellow(text string) string { return p.sgr("33", text) }

// finding returns a finding on one line: its place bold, its rule in the colour of its level.
func (p paint) finding(f stream.Finding) string {
	line := f.String()
	if !p {
		return line
	}
	colour := p.red
	if f.Warn {
		colour = p.yellow
	}
	if i := strings.LastIndex(line, " ["+f.Rule+"]"); i >= 0 && f.Rule != "" {
		end := i + len(f.Rule) + 3
		line = line[:i] + colour(line[i:end]) + line[end:]
	}
	if f.File != "" || f.Line > 0 {
		place, rest, _ := strings.Cut(line, ": ")
		line = p.bold(place) + ": " + rest
	}
	return line
}

// progress shows how much of the input has been read. The nil progress shows nothing.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress returns a progress on w, of so many bytes, that appears after a while: who waits less wants none.
func newProgress(w io.Writer, label string, total int64, after time.Duration) *progress {
	return &progress{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(&late{w, time.Now().Add(after)}),
		progressbar.OptionSetDescription(label),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

// late is a writer that writes nothing before its time.
type late struct {
	io.Writer
	after time.Time
}

func (w *late) Write(p []byte) (int, error) {
	if time.Now().Before(w.after) {
		return len(p), nil
	}
	return w.Writer.Write(p)
}

// add says that n bytes more have been read.
func (p *progress) add(n int) {
	if p != nil {
		p.bar.Add(n) // the error of a terminal that went away is nobody's concern
	}
}

// hide makes room for a line on the same terminal. The next bytes show the progress again.
func (p *progress) hide() {
	if p != nil {
		p.bar.Clear()
	}
}

// reader returns a reader of r whose bytes count.
func (p *progress) reader(r io.Reader) io.Reader {
	if p == nil {
		return r
	}
	return &progressReader{r, p}
}

type progressReader struct {
	io.Reader
	progress *progress
}

func (r *progressReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.progress.add(n)
	return n, err
}
