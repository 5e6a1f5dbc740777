package cli

import (
	"cmp"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/runtime/stream"
)

// Limits of what people read of one run.
const (
	maxShown  = 100 // findings, or names that no schema declares
	maxQuoted = 160 // bytes of a line
)

// writeFindings writes findings with the lines that they are about, at most maxShown of them.
func (t *target) writeFindings(w *page, l *stream.Log) {
	all := l.First[:min(len(l.First), maxShown)]
	quotes := t.quotes(all)
	for _, f := range all {
		io.WriteString(w, w.finding(f)+"\n")
		lines := []stream.Place{f.Other, {Line: f.Line, Offset: f.Offset}}
		if f.Column > 0 {
			lines[1].Offset -= int64(f.Column - 1) // to the beginning of the line
		}
		slices.SortFunc(lines, func(a, b stream.Place) int { return cmp.Compare(a.Line, b.Line) })
		for _, at := range lines {
			if text := quotes[f.File][at.Offset]; at.Line > 0 && text != "" {
				io.WriteString(w, w.faint("  "+strconv.Itoa(at.Line)+" | "+text)+"\n")
			}
		}
	}
	if rest := len(l.First) - len(all) + l.More + l.MoreWarnings; rest > 0 {
		io.WriteString(w, "… and "+plural(rest, "more finding")+"\n")
	}
}

// quotes returns the beginnings of the lines that findings are about, by file and offset. What cannot be read again has none.
func (t *target) quotes(all []stream.Finding) map[string]map[int64]string {
	wanted := map[string][]int64{}
	for _, f := range all {
		if f.Line > 0 {
			wanted[f.File] = append(wanted[f.File], f.Offset-int64(max(f.Column-1, 0)))
		}
		if f.Other.Line > 0 {
			wanted[f.File] = append(wanted[f.File], f.Other.Offset)
		}
	}
	quotes := map[string]map[int64]string{}
	for i := range t.inputs {
		if in := &t.inputs[i]; !in.stdin && len(wanted[in.name]) > 0 {
			quotes[in.name] = in.quotes(wanted[in.name])
		}
	}
	return quotes
}

// quotes returns the beginnings of the lines at the given offsets.
func (in *input) quotes(offsets []int64) map[int64]string {
	quotes := map[int64]string{}
	info, err := os.Stat(in.name)
	if err != nil || !info.Mode().IsRegular() {
		return nil // a pipe gives its bytes once
	}
	file, err := os.Open(in.name)
	if err != nil {
		return nil
	}
	defer file.Close()
	r, err := unzipped(file)
	if err != nil {
		return nil
	}
	_, compressed := r.(*unzipper)
	slices.Sort(offsets)
	at := int64(0)
	buf := make([]byte, maxQuoted+1)
	for _, offset := range slices.Compact(offsets) {
		if !compressed {
			n, _ := file.ReadAt(buf, offset)
			quotes[offset] = beginning(buf[:n])
			continue
		}
		// Lines lie apart, or the last one would have been cut at its end: no byte is wanted twice, unless a line is longer than what is cut off.
		skipped, err := io.CopyN(io.Discard, r, offset-at)
		if at += skipped; err != nil {
			return quotes
		}
		line, err := readLine(r, buf)
		at += int64(len(line))
		quotes[offset] = beginning(line)
		if err != nil {
			return quotes
		}
	}
	return quotes
}

// readLine reads bytes one by one up to the end of a line, or of buf.
func readLine(r io.Reader, buf []byte) ([]byte, error) {
	for i := range buf {
		if _, err := io.ReadFull(r, buf[i:i+1]); err != nil {
			return buf[:i], err
		}
		if buf[i] == '\n' {
			return buf[:i+1], nil
		}
	}
	return buf, nil
}

// beginning returns a line as it may be shown.
func beginning(text []byte) string {
	line, _, ended := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	if !ended && len(line) > maxQuoted {
		line = strings.ToValidUTF8(line[:maxQuoted], "") + "…"
	}
	return diag.Printable(line)
}
