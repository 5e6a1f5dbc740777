//go:build tools

// The tools of this project are pinned by the tool lines of go.mod and run with "go tool"; nothing has to be installed:
//
//	go tool go-jsonschema    the generator that most people use today, run by compare (make compare) beside assay
//	go tool staticcheck      the linter of "make lint" and of .ci/run
//
// A tool is added with "go get -tool PATH@VERSION". This file imports nothing and is never built: it is where a reader looks for tools first.
package main
