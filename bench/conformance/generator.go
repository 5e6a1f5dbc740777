package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/atombender/go-jsonschema/pkg/generator"
	"github.com/atombender/go-jsonschema/pkg/schemas"
)

// go-jsonschema is measured by what a user of its types sees: each schema becomes a package, and an instance is valid if json.Unmarshal into the root
// type gives no error. Without a root type there is nothing to ask, and every test of the group is wrong.

// rootType is what go-jsonschema calls the type of a schema in a file of the name that generateTypes gives.
const (
	schemaFile = "group.json"
	rootType   = "GroupJson"
)

// generation is what became of one group.
type generation struct {
	group  group
	name   string // of its package
	source []byte
	refuse string // why go-jsonschema made nothing of it; "" if it did
	silent bool   // it reported no error, and left no root type
	broken bool   // what it made does not compile
}

func (g *generation) usable() bool { return g.refuse == "" && !g.silent && !g.broken }

// verdict is that of a group that is not usable, on each of its tests.
func (g *generation) verdict() verdict {
	switch {
	case g.refuse != "":
		return verdict{Error: "not generated: " + g.refuse}
	case g.silent:
		return verdict{Error: "no root type, and no error"}
	default:
		return verdict{Error: "the generated Go does not compile"}
	}
}

// generateTypes does in a process of its own what the command go-jsonschema does with its default options, but for the loader: it never asks the network.
func generateTypes(file, packageName string, l library) ([]byte, error) {
	made, err := generator.New(generator.Config{
		Warner:             func(message string) { fmt.Fprintln(os.Stderr, "go-jsonschema: Warning:", message) },
		DefaultOutputName:  "-",
		DefaultPackageName: packageName,
		YAMLExtensions:     []string{".yml", ".yaml"},
		Tags:               []string{"json", "yaml", "mapstructure"},
		Loader:             schemas.NewCachedLoader(generatorLoader{l}, map[string]*schemas.Schema{}),
	})
	if err != nil {
		return nil, err
	}
	if err := made.DoFile(file); err != nil {
		return nil, err
	}
	sources, err := made.Sources()
	if err != nil {
		return nil, err
	}
	return sources["-"], nil
}

type generatorLoader struct{ library }

func (l generatorLoader) Load(uri, parent string) (*schemas.Schema, error) {
	if !strings.HasPrefix(uri, "http://") && !strings.HasPrefix(uri, "https://") {
		return schemas.NewFileLoader(nil, nil).Load(uri, parent)
	}
	text, err := l.read(uri)
	if err != nil {
		return nil, err
	}
	return schemas.FromJSONReader(bytes.NewReader(text))
}

// commandFunc is bench.command.
type commandFunc func(name string, args ...string) (*exec.Cmd, error)

// generateAll runs go-jsonschema on every group, and compiles what it makes below dir together with a runner. It returns what became of each group by
// its key, and the path of the runner.
func generateAll(ctx context.Context, groups []group, command commandFunc, dir string) (map[string]*generation, string, error) {
	all := make([]*generation, len(groups))
	jobs := make(chan int)
	errs := make([]error, runtime.NumCPU())
	var wait sync.WaitGroup
	for worker := range errs {
		wait.Go(func() {
			for i := range jobs {
				if errs[worker] == nil {
					errs[worker] = all[i].generate(ctx, command, dir)
				}
			}
		})
	}
	for i, g := range groups {
		all[i] = &generation{group: g, name: fmt.Sprintf("g%04d", i)}
		jobs <- i
	}
	close(jobs)
	wait.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return nil, "", err
	}
	runner, err := compileAll(ctx, all, dir)
	byKey := map[string]*generation{}
	for _, g := range all {
		byKey[g.group.Key] = g
	}
	return byKey, runner, err
}

// generate writes the package of a group, if it becomes one. The error is one of ours.
func (g *generation) generate(ctx context.Context, command commandFunc, dir string) error {
	at := filepath.Join(dir, "groups", g.name)
	if err := os.MkdirAll(at, 0o777); err != nil {
		return err
	}
	file := filepath.Join(at, schemaFile)
	if err := os.WriteFile(file, g.group.Schema, 0o666); err != nil {
		return err
	}
	c, err := command("generate", file, g.name)
	if err != nil {
		return err
	}
	var stdout bytes.Buffer
	var stderr head
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Start(); err != nil {
		return err
	}
	timer := time.AfterFunc(patience, func() { c.Process.Kill() })
	stop := context.AfterFunc(ctx, func() { c.Process.Kill() })
	err = c.Wait()
	stop()
	timedOut := !timer.Stop()
	switch {
	case timedOut:
		g.refuse = fmt.Sprintf("no end after %s", patience)
	case err != nil:
		g.refuse = fmt.Sprintf("%s: %s", err, strings.ReplaceAll(stderr.firstLine(), at+string(filepath.Separator), ""))
	default:
		if g.silent, err = lacks(stdout.Bytes(), rootType); err != nil {
			g.broken = true
		} else if !g.silent {
			g.source = stdout.Bytes()
			return os.WriteFile(filepath.Join(at, "group.go"), g.source, 0o666)
		}
	}
	return nil
}

// lacks reports whether Go source does not declare a type.
func lacks(source []byte, name string) (bool, error) {
	if len(bytes.TrimSpace(source)) == 0 {
		return true, nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	if err != nil {
		return false, err
	}
	for _, d := range file.Decls {
		declaration, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range declaration.Specs {
			if t, ok := s.(*ast.TypeSpec); ok && t.Name.Name == name {
				return false, nil
			}
		}
	}
	return true, nil
}

//go:embed runner.go.tmpl
var runnerText string

// compileAll compiles the packages that were written, marks those that do not compile, and builds the runner of the others.
func compileAll(ctx context.Context, all []*generation, dir string) (string, error) {
	if err := writeModule(ctx, dir); err != nil {
		return "", err
	}
	var written []*generation
	for _, g := range all {
		if g.source != nil {
			written = append(written, g)
		}
	}
	compiled := map[string]bool{}
	if len(written) > 0 {
		out, err := goCommand(ctx, dir, "list", "-e", "-export", "-f", "{{if .Export}}{{.Name}}{{end}}", "./groups/...")
		if err != nil {
			return "", err
		}
		for _, name := range strings.Fields(out) {
			compiled[name] = true
		}
	}
	var packages []map[string]string
	for _, g := range written {
		if g.broken = !compiled[g.name]; !g.broken {
			packages = append(packages, map[string]string{"Name": g.name, "Key": g.group.Key, "Type": rootType})
		}
	}
	var source bytes.Buffer
	if err := template.Must(template.New("runner").Parse(runnerText)).Execute(&source, packages); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(dir, "runner"), 0o777); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "runner", "main.go"), source.Bytes(), 0o666); err != nil {
		return "", err
	}
	runner := filepath.Join(dir, "runner", "runner")
	_, err := goCommand(ctx, dir, "build", "-o", runner, "./runner")
	return runner, err
}

// writeModule makes dir a module with the requirements of this one, as generated code may import what go-jsonschema brings along.
func writeModule(ctx context.Context, dir string) error {
	file, err := goCommand(ctx, "", "env", "GOMOD")
	if err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(strings.TrimSpace(file)), name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			return err
		}
	}
	_, err = goCommand(ctx, dir, "mod", "edit", "-module", "probe", "-dropreplace", "github.com/assay-go/assay", "-droprequire", "github.com/assay-go/assay")
	return err
}

// goCommand runs the go command in a folder and returns what it printed.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = dir
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}
