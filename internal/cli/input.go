package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/gen"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/schemas"
)

// schemaFlags are the flags that say which schemas describe the input.
type schemaFlags struct {
	files  *[]string
	read   *gen.Config // how they are read; the rest of it is not looked at
	stream *string

	maxLine *int64 // of the input: the bytes of a line, or of a file that is one JSON value
}

func defineSchemaFlags(flags *flag.FlagSet) schemaFlags {
	f := schemaFlags{
		files:  listVar(flags, "schema", "schema `file` of the input; repeat it for several (default: the events and metrics of a pipeline run)"),
		read:   &gen.Config{},
		stream: flags.String("stream", "", "read standard input, and files that no schema is for by their name, as the stream of this `name`"),
	}
	f.maxLine = flags.Int64("max-line", 1<<30, "skip a line, or a file that is one JSON value, of more than this `number` of bytes, and say so")
	f.read.AddSchemaFlags(flags)
	return f
}

// options are those that a Config has for the reading of schemas.
func options(c gen.Config) dynamic.Options {
	return dynamic.Options{
		AssertFormat: c.AssertFormat, AssertContent: c.AssertContent, UnknownKeywords: c.UnknownKeywords, Dialect: c.Dialect, Map: c.Map, Limits: c.Limits,
	}
}

// disk is the file system by the names that people write: relative to the current folder or absolute, and with .. in them.
type disk struct{}

func (disk) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }

// load compiles the schemas: those given, or the embedded ones, whose formats are always asserted.
func (f schemaFlags) load() ([]*dynamic.Schema, error) {
	if len(*f.files) == 0 {
		return dynamic.Compile(schemas.FS, dynamic.Options{AssertFormat: true}, schemas.Names()...)
	}
	return compiled(options(*f.read), *f.files)
}

// target is one run folder with a file per stream, or one file.
type target struct {
	path   string
	run    bool
	inputs []input
}

// input is one file, and the schema that describes it.
type input struct {
	name   string // as shown; the path unless it is standard input
	stdin  bool
	run    bool // it is a file of a run folder
	schema *dynamic.Schema

	maxLine int64
}

// reading are the options that its lines are read with.
func (in *input) reading() []stream.Option {
	return []stream.Option{stream.InFile(in.name), stream.MaxLine(in.maxLine)}
}

// lines reports whether the input is JSON values line by line, rather than one. A schema that describes a stream says so, else the file's name does.
func (in *input) lines() bool {
	ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(in.name, zipped)))
	return in.schema.Facts != nil || ext == ".jsonl" || ext == ".ndjson"
}

// targets finds out what the path arguments are, and which schema is for which file. Paths that cannot be read are left out and returned as errors of
// their own; err says that the call makes no sense. What else is left out is told on w.
func (f schemaFlags) targets(w io.Writer, all []*dynamic.Schema, paths []string) (targets []target, unreadable []error, err error) {
	if len(paths) == 0 {
		return nil, nil, usagef("no file or run folder is named")
	}
	if *f.maxLine < 1 {
		return nil, nil, usagef("-max-line must be >= 1, got %d", *f.maxLine)
	}
	defer func() {
		for i := range targets {
			for j := range targets[i].inputs {
				targets[i].inputs[j].maxLine = *f.maxLine
			}
		}
	}()
	stdin := false
	for _, path := range paths {
		if path == "-" {
			if stdin {
				return nil, nil, usagef("standard input (-) is named twice")
			}
			stdin = true
			schema, err := f.schemaOf(all, "standard input")
			if err != nil {
				return nil, nil, err
			}
			targets = append(targets, target{path: "<stdin>", inputs: []input{{name: "<stdin>", stdin: true, schema: schema}}})
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			unreadable = append(unreadable, err)
			continue
		}
		if info.IsDir() {
			runs, err := folderRuns(w, all, path)
			if err != nil {
				return nil, nil, err
			}
			targets = append(targets, runs...)
			continue
		}
		schema, err := f.schemaOf(all, path)
		if err != nil {
			return nil, nil, err
		}
		targets = append(targets, target{path: path, inputs: []input{{name: path, schema: schema}}})
	}
	return targets, unreadable, nil
}

// folderRuns returns the run that a folder is; or, if it holds none of the files of a run, but folders in it do, those.
func folderRuns(w io.Writer, all []*dynamic.Schema, folder string) ([]target, error) {
	run := runIn(all, folder)
	if len(run.inputs) == 0 {
		return nil, usagef("%s is a folder, but no schema names its file in a run folder (x-assay, file)", folder)
	}
	if run.holdsAny() {
		return []target{run}, nil
	}
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return nil, &ioError{err}
	}
	var runs []target
	var others []string
	for _, e := range entries {
		below := filepath.Join(folder, e.Name())
		if info, err := os.Stat(below); err != nil || !info.IsDir() {
			continue
		}
		if r := runIn(all, below); r.holdsAny() {
			runs = append(runs, r)
		} else {
			others = append(others, shown(e.Name()))
		}
	}
	if len(runs) == 0 {
		return []target{run}, nil
	}
	if n := len(others); n > 0 {
		names := strings.Join(others[:min(n, 5)], ", ")
		if n > 5 {
			names += ", …"
		}
		fmt.Fprintf(w, "%s: %d of %d folders hold no file of a run, and are left out: %s\n", folder, n, n+len(runs), names)
	}
	return runs, nil
}

// runIn returns the run of a folder: the files that the schemas name, in their order. Other files of the folder are no business of theirs.
func runIn(all []*dynamic.Schema, folder string) target {
	t := target{path: folder, run: true}
	for _, s := range all {
		if s.Facts != nil && s.Facts.File != "" {
			t.inputs = append(t.inputs, input{name: filepath.Join(folder, s.Facts.File), run: true, schema: s})
		}
	}
	return t
}

// holdsAny reports whether one of the files of a run is there, or may be: where looking is not allowed, opening it tells why, and a run is not left out.
func (t *target) holdsAny() bool {
	may := func(name string) bool {
		_, err := os.Stat(name)
		return !errors.Is(err, fs.ErrNotExist)
	}
	return slices.ContainsFunc(t.inputs, func(in input) bool { return may(in.name) || may(in.name+zipped) })
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// schemaOf returns the schema for a file: the one that names it, the one for the stream that -stream names, or the only one.
func (f schemaFlags) schemaOf(all []*dynamic.Schema, path string) (*dynamic.Schema, error) {
	var streams, files []string
	for _, s := range all {
		if s.Facts == nil {
			continue
		}
		if s.Facts.File != "" && s.Facts.File == strings.TrimSuffix(filepath.Base(path), zipped) {
			return s, nil
		}
		streams = append(streams, s.Facts.Stream)
		files = append(files, s.Facts.File)
	}
	if *f.stream != "" {
		for _, s := range all {
			if s.Facts != nil && s.Facts.Stream == *f.stream {
				return s, nil
			}
		}
		return nil, usagef("no schema describes a stream called %q; there are: %s", *f.stream, strings.Join(streams, ", "))
	}
	if len(all) == 1 {
		return all[0], nil
	}
	if len(streams) == 0 {
		return nil, usagef("several schemas, and none says which files it is for (x-assay, file): give one -schema")
	}
	return nil, usagef("%s could be any of the streams %s: say which with -stream (files called %s need no saying)",
		path, strings.Join(streams, ", "), strings.Join(files, ", "))
}
