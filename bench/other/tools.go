package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

//go:embed js/measure.mjs js/package.json python/measure.py cpp/measure.cpp
var scripts embed.FS

// tool is a script or a program. Ready returns a command that is a child, or a function that measures a slice; its error says what is missing.
type tool struct {
	name  string
	ready func(context.Context, *bench) (*exec.Cmd, func(context.Context) (answer, error), error)
}

func tools() []tool {
	npm := sync.OnceValues(npmInstall)
	return []tool{
		{"ajv, schemasafe", func(ctx context.Context, b *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			modules, err := npm()
			if err != nil {
				return nil, nil, err
			}
			b.folders = append(b.folders, modules)
			c := exec.CommandContext(ctx, "node", "--expose-gc", filepath.Join(modules, "measure.mjs"), filepath.Join(b.dir, "events.jsonl"), b.schema())
			return c, nil, nil
		}},
		{"Blaze: jsonschema validate --fast", func(_ context.Context, b *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			modules, err := npm()
			if err != nil {
				return nil, nil, err
			}
			b.folders = append(b.folders, modules)
			slice, err := b.blaze(filepath.Join(modules, "node_modules", ".bin", "jsonschema"))
			return nil, slice, err
		}},
		{"simdjson", func(ctx context.Context, b *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			program, err := b.compile(ctx)
			return exec.CommandContext(ctx, program, filepath.Join(b.dir, "events.jsonl")), nil, err
		}},
		{"Python's jsonschema", func(ctx context.Context, b *bench) (*exec.Cmd, func(context.Context) (answer, error), error) {
			python, err := findPython(ctx)
			if err != nil {
				return nil, nil, err
			}
			script, err := b.unpack("python/measure.py")
			return exec.CommandContext(ctx, python, script, filepath.Join(b.dir, "events.jsonl"), b.schema()), nil, err
		}},
	}
}

func (b *bench) schema() string { return filepath.Join(b.dir, "events.schema.json") }

// unpack writes a script to the folder of the run.
func (b *bench) unpack(name string) (string, error) {
	text, err := scripts.ReadFile(name)
	if err != nil {
		return "", err
	}
	file := filepath.Join(b.dir, filepath.Base(name))
	return file, os.WriteFile(file, text, 0o666)
}

// npmInstall installs what js/package.json names into a new folder, beside the script.
func npmInstall() (string, error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", errors.New(program + " is not installed")
		}
	}
	dir, err := os.MkdirTemp("", "assay-npm-")
	if err != nil {
		return "", err
	}
	js, err := fs.Sub(scripts, "js")
	if err == nil {
		err = os.CopyFS(dir, js)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	c := exec.Command("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("npm install: %w: %s", err, lastLine(out))
	}
	return dir, nil
}

func lastLine(text []byte) []byte {
	text = bytes.TrimSpace(text)
	return text[bytes.LastIndexByte(text, '\n')+1:]
}

// compile compiles the C++ against the simdjson that is installed.
func (b *bench) compile(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("g++"); err != nil {
		return "", errors.New("g++ is not installed")
	}
	source, err := b.unpack("cpp/measure.cpp")
	if err != nil {
		return "", err
	}
	include := exec.CommandContext(ctx, "g++", "-x", "c++", "-std=c++17", "-fsyntax-only", "-")
	include.Stdin = bytes.NewReader([]byte("#include <simdjson.h>\n"))
	if include.Run() != nil {
		return "", errors.New("simdjson.h is not installed: Debian's package is libsimdjson-dev")
	}
	program := filepath.Join(b.dir, "measure")
	if out, err := exec.CommandContext(ctx, "g++", "-O3", "-march=native", "-std=c++17", source, "-lsimdjson", "-o", program).CombinedOutput(); err != nil {
		return "", fmt.Errorf("g++: %w: %s", err, lastLine(out))
	}
	return program, nil
}

// findPython returns a Python that has jsonschema: the first in the path, or that of Debian, for which python3-jsonschema is.
func findPython(ctx context.Context) (string, error) {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(ctx, python, "-c", "import jsonschema").Run() == nil {
			return python, nil
		}
	}
	return "", errors.New("there is no python3 with jsonschema: Debian's package is python3-jsonschema")
}

// blaze returns a function that runs the command on the corpus. What it takes for one line, start-up and the compilation of the schema, is not counted.
func (b *bench) blaze(program string) (func(context.Context) (answer, error), error) {
	validate := func(ctx context.Context, file string) (float64, error) {
		c := exec.CommandContext(ctx, program, "validate", "--fast", "--format-assertion", b.schema(), filepath.Join(b.dir, file))
		if out, err := c.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%w: %s", err, lastLine(out))
		}
		return (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), nil
	}
	if _, err := validate(context.Background(), "one.jsonl"); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (answer, error) {
		all, err := validate(ctx, "events.jsonl")
		if err != nil {
			return answer{}, err
		}
		one, err := validate(ctx, "one.jsonl")
		return answer{Seconds: all - one, Bytes: len(b.text)}, err
	}, nil
}
