// Command runs measures the assay command on what it is made for: a thousand run folders at once, and one run that is far too long for memory.
//
//	runs [-runs 1000] [-bytes 200000000] [-samples ../testdata/runs]
//
// The folders are copies of the sample runs. The long run is made on the fly, from the events of one of them with step ids that never come again, and read from
// standard input: once an eighth of it, and once the whole. Then it is read from a file, in parts, one or as many at once as there are processors. What is printed is the time, the speed, and the most memory that the command ever had. Run it in the
// folder bench; it builds the command of the folder above.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "runs:", err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) (err error) {
	flags := flag.NewFlagSet("runs", flag.ContinueOnError)
	runs := flags.Int("runs", 1000, "how many run folders")
	size := flags.Int64("bytes", 200e6, "how long the long run is")
	samples := flags.String("samples", filepath.Join("..", "testdata", "runs"), "folder of the sample runs")
	root := flags.String("root", "..", "folder of the assay module")
	if err := flags.Parse(args); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "assay-runs-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	command := filepath.Join(tmp, "assay")
	build := exec.Command("go", "build", "-o", command, ".")
	build.Dir, build.Stderr = *root, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build assay: %w", err)
	}

	logs := filepath.Join(tmp, "logs")
	bytes, err := copies(*samples, logs, *runs)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%-44s %9s %9s %11s\n", "", "seconds", "MB/s", "peak RSS")
	for _, name := range []string{"counts", "pairs", "coverage"} {
		if err := measure(w, fmt.Sprintf("%s of %d runs", name, *runs), bytes, nil, command, name, logs); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(filepath.Join(*samples, "e2b-10-step", "events.jsonl"))
	if err != nil {
		return err
	}
	for _, name := range []string{"counts", "pairs"} {
		for _, n := range []int64{*size / 8, *size} {
			long := newLongRun(text, n)
			if err := measure(w, fmt.Sprintf("%s of one run of %d MB", name, n/1e6), n, long, command, name, "-stream", "events", "-"); err != nil {
				return err
			}
			if long.left > 0 {
				return fmt.Errorf("the command has not read the last %d bytes", long.left)
			}
		}
	}
	file := filepath.Join(tmp, "events.jsonl")
	if err := write(file, newLongRun(text, *size)); err != nil {
		return err
	}
	for _, name := range []string{"validate", "counts", "pairs"} {
		for _, j := range slices.Compact([]int{1, runtime.GOMAXPROCS(0)}) {
			label := fmt.Sprintf("%s of a file of %d MB, -j %d", name, *size/1e6, j)
			if err := measure(w, label, *size, nil, command, name, "-j", strconv.Itoa(j), file); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(name string, r io.Reader) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	return errors.Join(err, file.Close())
}

// copies makes n run folders, copies of the sample runs in turn, and returns how many bytes they hold.
func copies(samples, logs string, n int) (size int64, err error) {
	folders, err := filepath.Glob(filepath.Join(samples, "*", "events.jsonl"))
	if err != nil || len(folders) == 0 {
		return 0, errors.Join(fmt.Errorf("no sample run in %s", samples), err)
	}
	for i := range n {
		from, to := filepath.Dir(folders[i%len(folders)]), filepath.Join(logs, fmt.Sprintf("run_%06d", i))
		if err := os.MkdirAll(to, 0o777); err != nil {
			return 0, err
		}
		for _, name := range []string{"events.jsonl", "metrics.jsonl"} {
			text, err := os.ReadFile(filepath.Join(from, name))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err := errors.Join(err, os.WriteFile(filepath.Join(to, name), text, 0o666)); err != nil {
				return 0, err
			}
			size += int64(len(text))
		}
	}
	return size, nil
}

// measure runs the command and prints what it took. Findings are no failure: the samples have some.
func measure(w io.Writer, label string, size int64, stdin io.Reader, command string, args ...string) error {
	cmd := exec.Command(command, args...)
	cmd.Stdin = stdin
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	seconds := time.Since(start).Seconds()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return fmt.Errorf("%s: %w\n%s", label, err, stderr.Bytes())
	}
	peak := "unknown"
	if n := peakMemory(cmd.ProcessState); n > 0 {
		peak = fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	_, err = fmt.Fprintf(w, "%-44s %9.2f %9.1f %11s\n", label, seconds, float64(size)/1e6/seconds, peak)
	return err
}

// longRun is a reader of a stream as long as is wanted. Each time round, its step ids are new.
type longRun struct {
	parts [][]byte // a number stands between two of them
	round int64
	next  int // part
	rest  []byte
	left  int64
}

// stepID finds where the id of a step ends.
var stepID = regexp.MustCompile(`"step_id": ?"[^"]*`)

func newLongRun(text []byte, size int64) *longRun {
	r := &longRun{left: size}
	at := 0
	for _, match := range stepID.FindAllIndex(text, -1) {
		r.parts = append(r.parts, text[at:match[1]])
		at = match[1]
	}
	r.parts = append(r.parts, text[at:])
	return r
}

func (r *longRun) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(r.rest) == 0 {
			if r.next == len(r.parts) {
				r.next = 0
				r.round++
			}
			if r.next == 0 && r.left <= 0 { // at the end of a round, so that no line is torn
				if n == 0 {
					err = io.EOF
				}
				return n, err
			}
			r.rest = append(r.rest[:0:0], r.parts[r.next]...)
			if r.next++; r.next < len(r.parts) {
				r.rest = strconv.AppendInt(append(r.rest, '-'), r.round, 10)
			}
		}
		copied := copy(p[n:], r.rest)
		r.rest = r.rest[copied:]
		n += copied
		r.left -= int64(copied)
	}
	return n, nil
}
