package cli

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// help writes what "assay help" and "assay help COMMAND" say.
func help(s *streams, args []string) int {
	if len(args) == 0 {
		writeUsage(s.out)
		return exitClean
	}
	cmd, found := lookup(args[0])
	if !found {
		fmt.Fprintf(s.err, "assay help: %s\n", unknownCommand(args[0]))
		return exitUsage
	}
	cmd.writeHelp(s.out)
	return exitClean
}

// writeUsage writes what the program is and the list of subcommands.
func writeUsage(w io.Writer) {
	fmt.Fprint(w, `Assay compiles JSON Schemas for event streams into Go, and checks streams against them.

Usage:

	assay COMMAND [flags] [arguments]

Commands:

`)
	for _, c := range commands() {
		fmt.Fprintf(w, "	%-10s %s\n", c.name, c.short)
	}
	fmt.Fprint(w, `
Run "assay help COMMAND" for a command's flags and examples.

Exit codes: 0 clean, 1 findings or drift, 2 wrong usage or a refused schema, 3 a file cannot be read or written.
`)
}

// writeHelp writes the usage of one subcommand.
func (c *command) writeHelp(w io.Writer) {
	fmt.Fprintf(w, "Usage:\n\n\tassay %s\n\n%s\n", strings.TrimSpace(c.name+" "+c.args), strings.TrimSpace(c.long))
	flags := c.flagSet()
	c.define(flags)
	first := true
	flags.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprint(w, "\nFlags:\n\n")
			first = false
		}
		argument, usage := flag.UnquoteUsage(f)
		head := "-" + f.Name
		if argument != "" {
			head += " " + argument
		}
		if f.DefValue != "" && f.DefValue != "false" {
			usage += fmt.Sprintf(" (default: %s)", f.DefValue)
		}
		fmt.Fprintf(w, "\t%-22s %s\n", head, usage)
	})
	if c.examples != "" {
		fmt.Fprintf(w, "\nExamples:\n\n%s\n", strings.Trim(c.examples, "\n"))
	}
}
