package cli

import (
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/gen"
	"github.com/assay-go/assay/schemas"
)

// schemaFlags are the flags that say which schemas describe the input.
type schemaFlags struct {
	files  *[]string
	read   *gen.Config // how they are read; the rest of it is not looked at
	stream *string
}

func defineSchemaFlags(flags *flag.FlagSet) schemaFlags {
	f := schemaFlags{
		files:  listVar(flags, "schema", "schema `file` of the input; repeat it for several (default: the events and metrics of a pipeline run)"),
		read:   &gen.Config{},
		stream: flags.String("stream", "", "read standard input, and files that no schema is for by their name, as the stream of this `name`"),
	}
	f.read.AddSchemaFlags(flags)
	return f
}

// options are those that a Config has for the reading of schemas.
func options(c gen.Config) dynamic.Options {
	return dynamic.Options{
		AssertFormat: c.AssertFormat, AssertContent: c.AssertContent, UnknownKeywords: c.UnknownKeywords, Dialect: c.Dialect, Map: c.Map,
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
	names := make([]string, len(*f.files))
	for i, name := range *f.files {
		names[i] = filepath.ToSlash(name)
	}
	return dynamic.Compile(disk{}, options(*f.read), names...)
}

// target is one path argument: a run folder with a file per stream, or one file.
type target struct {
	path   string
	run    bool
	inputs []input
}

// input is one file, and the schema that describes it.
type input struct {
	name   string // as shown; the path unless it is standard input
	stdin  bool
	schema *dynamic.Schema
}

// open opens the input. A file that does not exist is an error that wraps fs.ErrNotExist.
func (in *input) open(stdin io.Reader) (io.ReadCloser, error) {
	if in.stdin {
		return io.NopCloser(stdin), nil
	}
	return os.Open(in.name)
}

// lines reports whether the input is JSON values line by line, rather than one. A schema that describes a stream says so, else the file's name does.
func (in *input) lines() bool {
	ext := strings.ToLower(filepath.Ext(in.name))
	return in.schema.Facts != nil || ext == ".jsonl" || ext == ".ndjson"
}

// targets finds out what the path arguments are, and which schema is for which file. Paths that cannot be read are left out and returned as errors of
// their own; err says that the call makes no sense.
func (f schemaFlags) targets(all []*dynamic.Schema, paths []string) (targets []target, unreadable []error, err error) {
	if len(paths) == 0 {
		return nil, nil, usagef("no file or run folder is named")
	}
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
		t := target{path: path, run: info.IsDir()}
		if t.run {
			t.inputs = runInputs(all, path)
			if len(t.inputs) == 0 {
				return nil, nil, usagef("%s is a folder, but no schema names its file in a run folder (x-assay, file)", path)
			}
		} else {
			schema, err := f.schemaOf(all, path)
			if err != nil {
				return nil, nil, err
			}
			t.inputs = []input{{name: path, schema: schema}}
		}
		targets = append(targets, t)
	}
	return targets, unreadable, nil
}

// runInputs lists the files that the schemas name, in the order of the schemas. Other files of the folder are no business of theirs.
func runInputs(all []*dynamic.Schema, folder string) []input {
	var inputs []input
	for _, s := range all {
		if s.Facts != nil && s.Facts.File != "" {
			inputs = append(inputs, input{name: filepath.Join(folder, s.Facts.File), schema: s})
		}
	}
	return inputs
}

// schemaOf returns the schema for a file: the one that names it, the one for the stream that -stream names, or the only one.
func (f schemaFlags) schemaOf(all []*dynamic.Schema, path string) (*dynamic.Schema, error) {
	var streams, files []string
	for _, s := range all {
		if s.Facts == nil {
			continue
		}
		if s.Facts.File != "" && s.Facts.File == filepath.Base(path) {
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
