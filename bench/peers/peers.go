// Package peers is what other people's libraries do with the same lines: reading JSON, validating it, writing it.
package peers

import (
	"runtime/debug"

	"github.com/assay-go/assay/bench/measure"
)

// Peer is one way to use a library.
type Peer struct {
	Name    string
	Strings Strings
	Refuses Refuses
	// New returns work on prefixes of text.
	New func(text []byte) measure.Work
}

// Strings says what becomes of the strings of a line.
type Strings string

// The string modes.
const (
	None   Strings = "none"   // the caller gets no strings
	Copied Strings = "copied" // the caller's to keep
	Reused Strings = "reused" // they lie in the line, or in memory that the next line overwrites
)

// Refuses says which lines a peer ought to refuse.
type Refuses uint8

// From nothing to all that is wrong.
const (
	Nothing Refuses = iota
	NoJSON          // lines that are not JSON
	Invalid         // and those that the schema does not allow
)

// Version returns the version of a module that the program was built with.
func Version(module string) string {
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, d := range build.Deps {
			if d.Path == module {
				return d.Version
			}
		}
	}
	return "(unknown version)"
}

// Modules returns the modules that are linked and measured, in the order of the table.
func Modules() []string {
	return []string{
		"github.com/bytedance/sonic", "github.com/valyala/fastjson", "github.com/go-faster/jx", "github.com/mailru/easyjson",
		"github.com/minio/simdjson-go", "github.com/go-json-experiment/json",
		"github.com/santhosh-tekuri/jsonschema/v6", "github.com/google/jsonschema-go", "github.com/kaptinlin/jsonschema",
		"github.com/xeipuuv/gojsonschema",
		"github.com/rs/zerolog", "go.uber.org/zap",
	}
}

// perLine is a peer that needs nothing but the line.
func perLine(name string, strings Strings, refuses Refuses, accepts func(line []byte) bool) Peer {
	return Peer{name, strings, refuses, func([]byte) measure.Work { return measure.PerLine(accepts) }}
}

// made is a peer that keeps something between lines.
func made(name string, strings Strings, refuses Refuses, ready func() func(line []byte) bool) Peer {
	return Peer{name, strings, refuses, func([]byte) measure.Work { return measure.PerLine(ready()) }}
}
