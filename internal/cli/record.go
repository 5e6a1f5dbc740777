package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// recordMark marks a profile that may be overwritten.
const recordMark = "written by assay counts -record, which overwrites it as long as this line is here"

// record writes a profile of a good run.
func (c *counting) record(ctx context.Context, file string) error {
	if len(c.targets)+len(c.failed) != 1 {
		return usagef("-record takes one run, got %d", len(c.targets)+len(c.failed))
	}
	if err := overwritable(file); err != nil {
		return err
	}
	var run *counted
	err := c.each(ctx, func(t *target) *verdict { run = c.look(ctx, t); return run.verdict() })
	if err != nil {
		if errors.Is(err, errFindings) {
			fmt.Fprintf(c.s.err, "assay counts: %s was not written, since the run is not good\n", file)
		}
		return err
	}
	text, err := run.profile()
	if err != nil {
		return err
	}
	return replaceFile(file, text)
}

// overwritable returns nil if there is no such file, or if -record wrote it.
func overwritable(file string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var t tape.Tape
	if t.Parse(text, tape.Options{}) == nil && t.Kind(0) == tape.Object {
		if n, ok := t.Find(0, "$comment"); ok && t.Kind(n) == tape.String && string(t.Str(n)) == recordMark {
			return nil
		}
	}
	return usagef("%s is not a profile that -record wrote, or is to be kept: remove it, or name another file", file)
}

// profile returns a profile that says of the run what its schemas do not. Same run, same bytes.
func (r *counted) profile() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"$comment\": %s,\n  \"sizes\": {", quoteJSON(recordMark))
	for i, size := range r.sizes {
		fmt.Fprintf(&b, "%s%s: %d", comma(i), quoteJSON(size.Name), size.Value)
	}
	b.WriteString("},\n  \"streams\": {")
	for i, s := range r.run.Streams {
		if s.Counts.Unknown[""] > 0 && len(s.Counts.Unknown) > stream.MaxUnknown {
			return nil, usagef("%s has more than %d names that are not in the schema", s.File, stream.MaxUnknown)
		}
		fmt.Fprintf(&b, "%s\n    %s: {\n      \"counts\": [", strings.TrimSuffix(comma(i), " "), quoteJSON(s.Facts().Stream))
		n := 0
		rule := func(name string, count int) {
			fmt.Fprintf(&b, "%s\n        {\"of\": [%s], \"min\": %d, \"max\": %d}", strings.TrimSuffix(comma(n), " "), quoteJSON(name), count, count)
			n++
		}
		for j, name := range s.Facts().Names {
			if !exact(s.Facts(), name) {
				rule(name, s.Counts.Names[j])
			}
		}
		for _, name := range slices.Sorted(maps.Keys(s.Counts.Unknown)) {
			if name != "" {
				rule(name, s.Counts.Unknown[name])
			}
		}
		if n > 0 {
			b.WriteString("\n      ")
		}
		b.WriteString("]\n    }")
	}
	b.WriteString("\n  }\n}\n")
	return b.Bytes(), nil
}

// exact reports whether the facts say exactly how often a name occurs.
func exact(f *stream.Facts, name string) bool {
	return slices.ContainsFunc(f.Counts, func(c stream.Count) bool {
		return len(c.Of) == 1 && c.Of[0] == name && len(c.By) == 0 && c.Min == c.Max && !c.Warn
	})
}

// comma returns what stands before the item with a number.
func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

func quoteJSON(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(text) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(file string, text []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".assay-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
