package gen

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Drift is how generated files differ from what their schemas say.
type Drift struct {
	Changes []Change // sorted by path; never empty
}

// Change is one file that differs.
type Change struct {
	Path string // as in File.Path
	Kind ChangeKind
	Old  []byte // what is on the disk
	New  []byte // what ought to be
}

// ChangeKind says how a file differs.
type ChangeKind uint8

// The ways to differ.
const (
	Missing  ChangeKind = iota + 1 // there is no such file
	Changed                        // it has other content
	Orphaned                       // it is a generated file that nothing generates any longer
)

func (k ChangeKind) String() string {
	switch k {
	case Missing:
		return "missing"
	case Changed:
		return "changed"
	case Orphaned:
		return "orphaned"
	}
	return fmt.Sprintf("ChangeKind(%d)", uint8(k))
}

// Check generates in memory and compares with the disk, to which it writes nothing. It returns nil if there is no difference. Errors are those of
// [Generate], and of reading.
func Check(c Config) (*Drift, error) {
	files, err := Generate(c)
	if err != nil {
		return nil, err
	}
	changes, err := c.compare(files)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	return &Drift{Changes: changes}, nil
}

// String returns the changes as unified diffs that patch(1) understands: applied, they repair the drift.
func (d *Drift) String() string {
	var b strings.Builder
	for _, ch := range d.Changes {
		b.WriteString(ch.String())
	}
	return b.String()
}

// Summary counts the changes by kind, such as "2 changed, 1 orphaned".
func (d *Drift) Summary() string {
	var counts [Orphaned + 1]int
	for _, ch := range d.Changes {
		counts[ch.Kind]++
	}
	var parts []string
	for k := Missing; k <= Orphaned; k++ {
		if counts[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[k], k))
		}
	}
	return strings.Join(parts, ", ")
}

// String returns the change as a unified diff, preceded by a line that says what it is.
func (c Change) String() string {
	name := filepath.ToSlash(c.Path)
	from, to := name, name
	switch c.Kind {
	case Missing:
		from = "/dev/null"
	case Orphaned:
		to = "/dev/null"
	}
	text := diff.Diff(from, c.Old, to, c.New)
	// The library's own first line, "diff from to", says less than ours.
	if i := strings.IndexByte(string(text), '\n'); i >= 0 {
		text = text[i+1:]
	}
	return fmt.Sprintf("%s: %s\n%s", c.Kind, name, text)
}
