package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"assay": func() { os.Exit(Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// root returns the folder of the module.
func root(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	require.True(t, ok)
	folder := filepath.Dir(file)
	for range 5 {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		folder = filepath.Dir(folder)
	}
	t.Fatal("no go.mod above the test")
	return ""
}

// goEnv are the settings of the go command that its calls in scripts share with the one that runs the test: where its caches are, and how it gets
// modules that are not there.
func goEnv(t testing.TB) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOTOOLCHAIN", "GOPATH"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	require.NoError(t, err)
	values := strings.Split(string(out), "\n")
	env := []string{"GOFLAGS=", "GOENV=off", "GOWORK=off"}
	for i, name := range names {
		env = append(env, name+"="+values[i])
	}
	return env
}

// The scripts see $ASSAY_ROOT, the module, and $RUNS, its sample runs.
func TestScripts(t *testing.T) {
	settings := goEnv(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") == "1",
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, settings...)
			env.Setenv("ASSAY_ROOT", root(t))
			env.Setenv("RUNS", filepath.Join(root(t), "testdata", "runs"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"write": write,
			"same":  same,
		},
	})
}

// exits runs a command that must end with the given exit code: exits 2 assay validate
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [args]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// write writes a Go string to a file, for bytes that a script cannot hold: write file "a\r\n"
func write(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: write file string")
	}
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}

// same fails unless a file is the very one that it was, time included, when same was first asked about it.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: same file")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	key := "same_" + strings.NewReplacer("/", "_", ".", "_").Replace(args[0])
	now := info.ModTime().String()
	if before := ts.Getenv(key); before != "" && before != now {
		ts.Fatalf("%s was written at %s, and again at %s", args[0], before, now)
	}
	ts.Setenv(key, now)
}

// failing fails after a number of bytes.
type failing struct {
	left int
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, f.err
	}
	return len(p), nil
}

func TestStandardOutputFails(t *testing.T) {
	var stderr strings.Builder
	code := Main(context.Background(), []string{"help"}, strings.NewReader(""), &failing{10, errors.New("disk full")}, &stderr)
	assert.Equal(t, exitIO, code)
	assert.Equal(t, "assay: write standard output: disk full\n", stderr.String())
}

func TestUnknownCommandDoesNotEchoControlCharacters(t *testing.T) {
	var stdout, stderr strings.Builder
	code := Main(context.Background(), []string{"\x1b[2J"}, strings.NewReader(""), &stdout, &stderr)
	assert.Equal(t, exitUsage, code)
	assert.NotContains(t, stderr.String(), "\x1b")
	assert.Empty(t, stdout.String())
}
