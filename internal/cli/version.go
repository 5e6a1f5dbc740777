package cli

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

func versionCommand() command {
	return command{
		name:  "version",
		short: "print the version of assay and of the Go that built it",
		long:  "Version prints the version of the module that the command was built from, (devel) for a checkout, and the version of Go.",
		define: func(*flag.FlagSet) runner {
			return func(_ context.Context, s *streams, args []string) error {
				if len(args) > 0 {
					return usagef("want no arguments, got %d", len(args))
				}
				fmt.Fprintf(s.out, "assay %s (%s)\n", moduleVersion(), runtime.Version())
				return nil
			}
		},
	}
}

// moduleVersion returns the version of this module, whether it is the one that was built or one that was required.
func moduleVersion() string {
	const devel = "(devel)"
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return devel
	}
	for _, m := range append(build.Deps, &build.Main) {
		if m.Path == modulePath && m.Replace == nil && m.Version != "" {
			return m.Version
		}
	}
	return devel
}

const modulePath = "github.com/assay-go/assay"
