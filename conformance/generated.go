package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/assay-go/assay/gen"
)

// runGenerated generates Go for every schema, builds it, and lets a program that has it linked in judge the tests.
//
// The groups of a draft and a class go into one package, as far as the names of their types differ: nothing is as telling about how generated code
// behaves in numbers.
func runGenerated(s *suite, groups []group) ([][]string, error) {
	folder, err := os.MkdirTemp("", "assay-conformance-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	b := &builder{folder: folder, groups: groups, wrong: make([][]string, len(groups)), packages: map[string]*pkg{}}
	if err := b.prepare(s); err != nil {
		return nil, err
	}
	start := time.Now()
	for i := range groups {
		if err := b.generate(i); err != nil {
			return nil, err
		}
	}
	generated := time.Since(start)
	if err := b.writeRunner(); err != nil {
		return nil, err
	}
	start = time.Now()
	if err := b.goCommand("build", "-o", "runner", "."); err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "conformance: %d groups generated in %.1f s, %d kB of Go in %d packages built in %.1f s\n",
		len(groups), generated.Seconds(), b.size>>10, len(b.packages), time.Since(start).Seconds())
	return b.wrong, b.run()
}

// builder makes a module of what is generated.
type builder struct {
	folder   string
	groups   []group
	wrong    [][]string
	packages map[string]*pkg
	order    []*pkg
	size     int // of the generated Go, in bytes
}

// pkg is one generated package.
type pkg struct {
	name  string
	names map[string]bool // declared in it
	calls []call
}

// call is a group and the name that its functions have.
type call struct {
	group int
	name  string
}

// prepare writes the module file and the remotes.
func (b *builder) prepare(s *suite) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	mod := fmt.Sprintf("module suite.example\n\ngo 1.26\n\nrequire github.com/assay-go/assay v0.0.0\n\nreplace github.com/assay-go/assay => %s\n", filepath.ToSlash(root))
	if err := b.write("go.mod", []byte(mod)); err != nil {
		return err
	}
	for name, text := range s.remotes {
		if err := b.write(path.Join("remotes", name), text); err != nil {
			return err
		}
	}
	return nil
}

// moduleRoot returns the folder of the module that this program is part of.
func moduleRoot() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/assay-go/assay").Output()
	if err != nil {
		return "", fmt.Errorf("looking for the module: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func (b *builder) write(name string, text []byte) error {
	file := filepath.Join(b.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o666)
}

// generate generates the Go of one group and adds it to a package. A schema that is refused fails all tests of its group.
func (b *builder) generate(i int) error {
	g := &b.groups[i]
	b.wrong[i] = make([]string, len(g.Tests))
	schema := fmt.Sprintf("schemas/g%d.json", i)
	if err := b.write(schema, g.Schema); err != nil {
		return err
	}
	files, err := gen.Generate(gen.Config{
		Dir: b.folder, Schemas: []string{schema}, Out: "pkg", Package: "pkg", ImportPath: "suite.example/pkg", NoTest: true,
		AssertFormat: g.assertFormat(), AssertContent: g.assertContent(), UnknownKeywords: true, Dialect: g.draft.dialect,
		Map: map[string]string{remoteURI: "remotes"},
	})
	if err != nil {
		for j := range g.Tests {
			b.wrong[i][j] = "the schema is refused: " + err.Error()
		}
		return nil
	}
	declared := map[string]bool{}
	name := ""
	for _, f := range files {
		if own(f.Path) {
			b.size += len(f.Content)
			if err := declarations(f.Content, declared, &name); err != nil {
				return fmt.Errorf("%s: %s: what is generated is no Go: %w", g.file, g.Description, err)
			}
		}
	}
	p := b.packageFor(g, declared)
	p.calls = append(p.calls, call{i, name})
	for _, f := range files {
		folder := path.Join(p.name, path.Base(f.Path))
		if own(f.Path) {
			folder = path.Join(p.name, fmt.Sprintf("g%d_%s", i, path.Base(f.Path)))
		} else if strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		if err := b.write(folder, bytes.Replace(f.Content, []byte("\npackage pkg\n"), []byte("\npackage "+p.name+"\n"), 1)); err != nil {
			return err
		}
	}
	return nil
}

// own reports whether a file belongs to a schema, and not to its package.
func own(name string) bool {
	return path.Base(name) != "doc.go" && !strings.HasSuffix(name, "_test.go")
}

// declarations collects what a file declares at package level. The name of a schema is what follows Valid in its first function.
func declarations(source []byte, declared map[string]bool, name *string) error {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil {
				continue
			}
			declared[d.Name.Name] = true
			if rest, ok := strings.CutPrefix(d.Name.Name, "Validate"); ok && *name == "" {
				*name = rest
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					declared[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						declared[id.Name] = true
					}
				}
			}
		}
	}
	return nil
}

// packageFor returns the first package of a draft and class in which none of the names is taken.
func (b *builder) packageFor(g *group, declared map[string]bool) *pkg {
	stem := strings.NewReplacer("-", "", "/", "").Replace(g.draft.folder + string(g.class))
next:
	for n := 0; ; n++ {
		name := fmt.Sprintf("%s%d", stem, n)
		p := b.packages[name]
		if p == nil {
			p = &pkg{name: name, names: map[string]bool{}}
			b.packages[name] = p
			b.order = append(b.order, p)
		}
		for d := range declared {
			if p.names[d] {
				continue next
			}
		}
		for d := range declared {
			p.names[d] = true
		}
		return p
	}
}

// writeRunner writes the program that judges the tests, and the tests.
func (b *builder) writeRunner() error {
	var src bytes.Buffer
	src.WriteString("package main\n\nimport (\n\t\"encoding/json\"\n\t\"fmt\"\n\t\"os\"\n\n")
	for _, p := range b.order {
		fmt.Fprintf(&src, "\t%q\n", "suite.example/"+p.name)
	}
	src.WriteString(")\n\nvar groups = map[int]struct {\n\tvalid    func([]byte) bool\n\tvalidate func([]byte) error\n}{\n")
	for _, p := range b.order {
		for _, c := range p.calls {
			fmt.Fprintf(&src, "\t%d: {%s.Valid%s, %s.Validate%s},\n", c.group, p.name, c.name, p.name, c.name)
		}
	}
	src.WriteString("}\n" + runnerMain)
	if err := b.write("main.go", src.Bytes()); err != nil {
		return err
	}
	var tests [][]json.RawMessage
	for _, g := range b.groups {
		var instances []json.RawMessage
		for _, t := range g.Tests {
			instances = append(instances, t.Data)
		}
		tests = append(tests, instances)
	}
	text, err := json.Marshal(tests)
	if err != nil {
		return err
	}
	return b.write("tests.json", text)
}

// runnerMain judges all instances and prints what it found: for each group that it has, and each of its tests, "", "invalid: why" or "disagree".
const runnerMain = `
func main() {
	text, err := os.ReadFile("tests.json")
	if err != nil {
		panic(err)
	}
	var tests [][]json.RawMessage
	if err := json.Unmarshal(text, &tests); err != nil {
		panic(err)
	}
	found := map[int][]string{}
	for i, instances := range tests {
		g, ok := groups[i]
		if !ok {
			continue
		}
		verdicts := []string{}
		for _, instance := range instances {
			valid, err := g.valid(instance), g.validate(instance)
			switch {
			case valid != (err == nil):
				verdicts = append(verdicts, "disagree")
			case valid:
				verdicts = append(verdicts, "")
			default:
				verdicts = append(verdicts, fmt.Sprintf("invalid: %v", err))
			}
		}
		found[i] = verdicts
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		panic(err)
	}
}
`

// run runs the program and notes what is wrong.
func (b *builder) run() error {
	cmd := exec.Command(filepath.Join(b.folder, "runner"))
	cmd.Dir = b.folder
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("running what was generated: %w", err)
	}
	found := map[int][]string{}
	if err := json.Unmarshal(out, &found); err != nil {
		return err
	}
	for i, verdicts := range found {
		for j, t := range b.groups[i].Tests {
			switch v := verdicts[j]; {
			case v == "disagree":
				b.wrong[i][j] = "Valid and Validate disagree"
			case v == "" && !t.Valid:
				b.wrong[i][j] = "an invalid instance is accepted"
			case v != "" && t.Valid:
				b.wrong[i][j] = "a valid instance is refused: " + v
			}
		}
	}
	return nil
}

func (b *builder) goCommand(args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = b.folder
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.New("go " + strings.Join(args, " ") + " on what is generated:\n" + string(out))
	}
	return nil
}
