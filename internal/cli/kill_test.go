package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/gen"
)

// A generation that is killed, wherever it is, leaves each file either old or new; the next one tidies up.
func TestGenerateKilled(t *testing.T) {
	const schema = `{
		"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["placed", "paid"]}, "NAME": {"type": "string"}},
		"x-assay": {"record": "Order", "stream": "orders", "name": "/kind"}
	}`
	folder := t.TempDir()
	put := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666))
	}
	put("go.mod", "module x.example/shop\n\ngo 1.26\n")
	config := gen.Config{Dir: folder, Schemas: []string{"orders.schema.json"}, Out: "shop"}
	versions := []string{strings.ReplaceAll(schema, "NAME", "amount"), strings.ReplaceAll(schema, "NAME", "total")}
	allowed := map[string][]string{} // by file, its content in each version
	for _, v := range versions {
		put("orders.schema.json", v)
		files, err := gen.Generate(config)
		require.NoError(t, err)
		_, err = gen.Write(config, files)
		require.NoError(t, err)
		for _, f := range files {
			allowed[f.Path] = append(allowed[f.Path], string(f.Content))
		}
	}
	start := time.Now()
	require.NoError(t, assayIn(folder).Run())
	whole := time.Since(start)

	const kills = 20
	for i := range kills {
		put("orders.schema.json", versions[i%2])
		cmd := assayIn(folder)
		require.NoError(t, cmd.Start())
		time.Sleep(whole * time.Duration(i+1) / kills)
		cmd.Process.Kill()
		cmd.Wait()
		for path, contents := range allowed {
			got, err := os.ReadFile(filepath.Join(folder, path))
			require.NoError(t, err)
			assert.Contains(t, contents, string(got), path)
		}
	}
	require.NoError(t, assayIn(folder).Run())
	left, err := filepath.Glob(filepath.Join(folder, "shop*", ".*"))
	require.NoError(t, err)
	assert.Empty(t, left, "temporary files of the killed ones")
	drift, err := gen.Check(config)
	require.NoError(t, err)
	assert.Nil(t, drift)
}

// assayIn returns the command (see TestMain) that generates in a folder.
func assayIn(folder string) *exec.Cmd {
	cmd := exec.Command("assay", "generate", "-o", "shop", "orders.schema.json")
	cmd.Dir = folder
	return cmd
}
