// Package real is real schemas with real instances, a folder each: schema.json, and instances.jsonl, which are all valid.
package real

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/dynamic"
)

// Variable names the environment variable that says where the folders are.
const Variable = "VALIDATOR_BENCHMARK"

// Schema is one of them.
type Schema struct {
	Name     string // of its folder
	Compiled *dynamic.Schema
	Document []byte // its text
	Once     []byte // its instances, each with its newline
	Text     []byte // the same over and over, so that a slice takes some milliseconds
}

// Folders returns the folders in $VALIDATOR_BENCHMARK, else in shared/data/validator-benchmark in a folder above; none if there is no such folder either.
func Folders() ([]string, error) {
	root, err := find()
	if err != nil || root == "" {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, "*", "schema.json"))
	for i := range files {
		files[i] = filepath.Dir(files[i])
	}
	return files, err
}

func find() (string, error) {
	if folder := os.Getenv(Variable); folder != "" {
		_, err := os.Stat(folder)
		return folder, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		folder := filepath.Join(dir, "shared", "data", "validator-benchmark")
		if _, err := os.Stat(folder); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil
		}
		dir = parent
	}
}

// Load reads and compiles what is in a folder.
func Load(dir string) (*Schema, error) {
	compiled, err := dynamic.Compile(os.DirFS(dir), dynamic.Options{UnknownKeywords: true}, "schema.json")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	document, err := os.ReadFile(filepath.Join(dir, "schema.json"))
	if err != nil {
		return nil, err
	}
	instances, err := os.ReadFile(filepath.Join(dir, "instances.jsonl"))
	if err != nil {
		return nil, err
	}
	if len(instances) == 0 || instances[len(instances)-1] != '\n' {
		instances = append(instances, '\n')
	}
	return &Schema{
		Name: filepath.Base(dir), Compiled: compiled[0], Document: document,
		Once: measure.Keep(instances), Text: measure.Keep(bytes.Repeat(instances, 1+1<<20/len(instances))),
	}, nil
}

// Valid validates the instances of Text from bytes. They are cut at newlines beforehand: that is no part of validating a document.
func (s *Schema) Valid() measure.Work {
	instances := slices.Collect(bytes.Lines(s.Text))
	return func(text []byte) (lines, refused int) {
		for read := 0; read < len(text); lines++ {
			instance := instances[lines]
			read += len(instance)
			if !s.Compiled.Valid(instance[:len(instance)-1]) {
				refused++
			}
		}
		return lines, refused
	}
}

// Coverage is the share of the bytes of the instances of which the scanner is sure by itself, in percent.
func (s *Schema) Coverage() float64 {
	sure := 0
	for line := range bytes.Lines(s.Once) {
		if s.Compiled.Plan().Valid(bytes.TrimSuffix(line, []byte{'\n'})) {
			sure += len(line)
		}
	}
	return 100 * float64(sure) / float64(len(s.Once))
}

// Lead is how many times faster assay is than another validator, in each round; or why that is not known. The program alone prints it.
type Lead struct {
	Times   measure.Series `json:"times,omitempty"`
	Skipped string         `json:"skipped,omitempty"`
}
