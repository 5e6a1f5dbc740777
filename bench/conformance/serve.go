package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// Every peer answers in a process of its own: a stack that overflows, a loop without end or a call of os.Exit costs it one test, and not the table.
// The process reads groups from its standard input, one line of JSON each, and writes a line per test, in order.

// verdict is such a line.
type verdict struct {
	Valid bool   `json:"valid"`
	Error string `json:"error,omitempty"` // why there is none
}

// serve answers for a peer until its input ends.
func serve(p peer, l library, in io.Reader, out io.Writer) error {
	groups := json.NewDecoder(bufio.NewReader(in))
	verdicts := json.NewEncoder(out)
	for {
		var g group
		if err := groups.Decode(&g); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		judge, err := compiled(p, g, l)
		for _, t := range g.Tests {
			v := verdict{}
			if err != nil {
				v.Error = "schema refused: " + err.Error()
			} else {
				v = judged(judge, t.Data)
			}
			if err := verdicts.Encode(v); err != nil {
				return err
			}
		}
	}
}

func compiled(p peer, g group, l library) (j judge, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return p.compile(g, l)
}

func judged(j judge, instance []byte) (v verdict) {
	defer func() {
		if r := recover(); r != nil {
			v = verdict{Error: fmt.Sprintf("panic: %v", r)}
		}
	}()
	valid, err := j(instance)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	return verdict{Valid: valid}
}

// client asks a process that serves. It starts one when there is none, and again after one died or was ended.
type client struct {
	command  func() *exec.Cmd
	patience time.Duration // per test

	process *exec.Cmd
	in      io.WriteCloser
	lines   chan string // what the process writes; closed when it ends
	stderr  *head
}

func (c *client) start() error {
	process := c.command()
	in, err := process.StdinPipe()
	if err != nil {
		return err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return err
	}
	c.stderr = &head{}
	process.Stderr = c.stderr
	if err := process.Start(); err != nil {
		return err
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(out)
		scanner.Buffer(nil, 1<<24)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	c.process, c.in, c.lines = process, in, lines
	return nil
}

// stop ends the process, if there is one, and returns the last words of it.
func (c *client) stop() string {
	if c.process == nil {
		return ""
	}
	c.in.Close()
	c.process.Process.Kill()
	for range c.lines {
	}
	c.process.Wait()
	c.process = nil
	return c.stderr.firstLine()
}

// ask returns the verdicts on the tests of a group. The error is one of ours: that the process could not be started, or that ctx is done.
func (c *client) ask(ctx context.Context, g group) ([]verdict, error) {
	var verdicts []verdict
	for len(verdicts) < len(g.Tests) {
		rest := g
		rest.Tests = g.Tests[len(verdicts):]
		got, err := c.askOnce(ctx, rest)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, got...)
	}
	return verdicts, nil
}

// askOnce returns verdicts up to and including that on the test during which the process ended or had to be ended.
func (c *client) askOnce(ctx context.Context, g group) ([]verdict, error) {
	if c.process == nil {
		if err := c.start(); err != nil {
			return nil, err
		}
	}
	line, err := json.Marshal(g)
	if err != nil {
		return nil, err
	}
	go func(in io.Writer) { in.Write(append(line, '\n')) }(c.in) // a process that has ended is seen below

	var verdicts []verdict
	for range g.Tests {
		timer := time.NewTimer(c.patience)
		select {
		case line, ok := <-c.lines:
			timer.Stop()
			var v verdict
			if !ok {
				return append(verdicts, verdict{Error: "the process died: " + c.stop()}), nil
			}
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				c.stop()
				return nil, fmt.Errorf("%s: unexpected line %q: %w", g.Key, line, err)
			}
			verdicts = append(verdicts, v)
		case <-timer.C:
			c.stop()
			return append(verdicts, verdict{Error: fmt.Sprintf("no verdict after %s", c.patience)}), nil
		case <-ctx.Done():
			timer.Stop()
			c.stop()
			return nil, ctx.Err()
		}
	}
	return verdicts, nil
}

// head keeps the beginning of what a process writes to its standard error, which says why it died: stack traces are long.
type head struct{ text []byte }

func (h *head) Write(p []byte) (int, error) {
	if free := 1000 - len(h.text); free > 0 {
		h.text = append(h.text, p[:min(free, len(p))]...)
	}
	return len(p), nil
}

func (h *head) firstLine() string {
	line, _, _ := strings.Cut(string(h.text), "\n")
	return line
}
