// Package cli is the assay command: its subcommands, output formats and exit codes.
//
// What was asked for (findings, diffs, tables) goes to standard output, all that is said about the work to standard error. Every subcommand keeps to the
// same exit codes: 0 clean, 1 findings or drift, 2 wrong usage or a schema that is refused, 3 a file that cannot be read or written.
package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/assay-go/assay/internal/diag"
)

// The exit codes of all subcommands.
const (
	exitClean    = 0
	exitFindings = 1
	exitUsage    = 2
	exitIO       = 3
)

// command is one subcommand.
type command struct {
	name     string
	args     string // as in its usage line
	short    string // one line for the list of subcommands
	long     string // how it works
	examples string

	// define defines the flags, and returns what runs once they and the remaining arguments are known.
	define func(flags *flag.FlagSet) runner
}

// runner is a subcommand whose flags are known.
type runner func(ctx context.Context, s *streams, args []string) error

// streams are the standard streams of the command.
type streams struct {
	in  io.Reader
	out *bufio.Writer // remembers its first error, which Main reports
	err io.Writer

	paint    paint // of out
	progress *progress
}

// screen is a terminal that out goes to: the progress, which may be on it too, makes room.
type screen struct {
	io.Writer
	s *streams
}

func (w *screen) Write(p []byte) (int, error) {
	w.s.progress.hide()
	return w.Writer.Write(p)
}

// watch has a terminal on standard error show how much of so many bytes has been read, until the function that it returns is called.
func (s *streams) watch(command string, total int64) (done func()) {
	if total == 0 || !isTerminal(s.err) || os.Getenv("TERM") == "dumb" {
		return func() {}
	}
	s.progress = newProgress(s.err, "assay "+command, total, time.Second/2)
	return func() {
		s.progress.hide()
		s.progress = nil
	}
}

// commands lists the subcommands in the order in which help shows them.
func commands() []command {
	return []command{
		generateCommand(),
		checkCommand(),
		validateCommand(),
		countsCommand(),
		pairsCommand(),
		parityCommand(),
		coverageCommand(),
		explainCommand(),
		versionCommand(),
	}
}

// Main runs the command with the given arguments (without its own name) and returns its exit code.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &streams{in: stdin, err: stderr, paint: paintFor(stdout)}
	s.out = bufio.NewWriter(stdout)
	if isTerminal(stdout) {
		s.out = bufio.NewWriter(&screen{stdout, s})
	}
	code := run(ctx, s, args)
	if err := s.out.Flush(); err != nil {
		if !errors.Is(err, syscall.EPIPE) { // whoever closed the pipe has seen enough
			fmt.Fprintf(stderr, "assay: write standard output: %v\n", err)
		}
		return exitIO
	}
	return code
}

func run(ctx context.Context, s *streams, args []string) int {
	if len(args) == 0 {
		writeUsage(s.err)
		return exitUsage
	}
	name, args := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return help(s, args)
	case "-version", "--version":
		name = "version"
	}
	cmd, found := lookup(name)
	if !found {
		fmt.Fprintf(s.err, "assay: %s\n", unknownCommand(name))
		return exitUsage
	}
	flags := cmd.flagSet()
	run := cmd.define(flags)
	args, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		cmd.writeHelp(s.out)
		return exitClean
	case err == nil:
		err = run(ctx, s, args)
	default:
		err = usagef("%v", err)
	}
	report(s.err, name, err)
	return exitCode(err)
}

func (c *command) flagSet() *flag.FlagSet {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	return flags
}

// parse parses flags wherever they stand among the arguments, and returns the others. Behind "--" there are no flags.
func parse(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		read := args[:len(args)-flags.NArg()]
		args = flags.Args()
		if len(read) > 0 && read[len(read)-1] == "--" {
			return append(rest, args...), nil
		}
		if len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, nil
}

// errFindings says that there were findings. They are on standard output already.
var errFindings = errors.New("findings")

// usageError is a call of the command that makes no sense.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// ioError is an error of reading or writing that does not say so by its type.
type ioError struct{ error }

func (e *ioError) Unwrap() error { return e.error }

// report says on w why the subcommand called name failed.
func report(w io.Writer, name string, err error) {
	for _, err := range split(err) {
		var usage *usageError
		var mistakes *diag.Error
		switch {
		case err == errFindings:
		case errors.As(err, &usage):
			fmt.Fprintf(w, "assay %s: %v\nrun \"assay help %s\" for its usage\n", name, err, name)
		case errors.As(err, &mistakes):
			fmt.Fprintln(w, mistakes)
		default:
			fmt.Fprintf(w, "assay %s: %v\n", name, err)
		}
	}
}

// exitCode returns the highest code of the errors that were joined in err.
func exitCode(err error) int {
	code := exitClean
	for _, err := range split(err) {
		var io *ioError
		var path *fs.PathError
		var link *os.LinkError
		var errno syscall.Errno
		switch {
		case err == errFindings:
			code = max(code, exitFindings)
		case errors.As(err, &io), errors.As(err, &path), errors.As(err, &link), errors.As(err, &errno), errors.Is(err, context.Canceled):
			code = exitIO
		default: // a schema, a directive or a file in the way: to be mended by whoever calls
			code = max(code, exitUsage)
		}
	}
	return code
}

// split returns the errors that were joined.
func split(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, split(err)...)
	}
	return all
}

func lookup(name string) (command, bool) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}

func unknownCommand(name string) string {
	names := []string{"help"}
	for _, c := range commands() {
		names = append(names, c.name)
	}
	hint := diag.Nearest(name, names)
	if hint == "" {
		hint = `run "assay help" for a list`
	}
	return fmt.Sprintf("unknown command %s; %s", diag.Quote(name), hint)
}

// choice is a flag with a fixed set of values.
type choice struct {
	value   *string
	allowed []string
}

func (c choice) String() string {
	if c.value == nil {
		return ""
	}
	return *c.value
}

func (c choice) Set(value string) error {
	if !slices.Contains(c.allowed, value) {
		return fmt.Errorf("want %s", orList(c.allowed))
	}
	*c.value = value
	return nil
}

// choiceOf returns a flag that takes one of the allowed values; the first is the default.
func choiceOf(value *string, allowed ...string) choice {
	*value = allowed[0]
	return choice{value, allowed}
}

// choiceVar defines such a flag.
func choiceVar(flags *flag.FlagSet, name, usage string, allowed ...string) *string {
	var value string
	flags.Var(choiceOf(&value, allowed...), name, usage)
	return &value
}

// orList returns "a, b or c".
func orList(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// listVar defines a flag that may be repeated.
func listVar(flags *flag.FlagSet, name, usage string) *[]string {
	var values []string
	flags.Func(name, usage, func(value string) error {
		values = append(values, value)
		return nil
	})
	return &values
}
