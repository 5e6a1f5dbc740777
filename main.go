// Assay compiles JSON Schemas for event streams into Go, and checks streams against them. "assay help" lists what it can do.
package main

import (
	"context"
	"os"

	"github.com/assay-go/assay/internal/cli"
)

// Signals keep their default effect: files are renamed into place, so being killed leaves each either old or new, and a closed pipe ends the program
// without a word.
func main() {
	os.Exit(cli.Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
