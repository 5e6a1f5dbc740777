package resolve

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
)

func resolveText(src string) (*Graph, *diag.List) {
	var mistakes diag.List
	return Resolve([]*load.Document{load.Parse("a.json", []byte(src), &mistakes)}, &mistakes), &mistakes
}

// TestLarge resolves schemas that are right and hostile in size. Each takes time linear in its size; if one does not, this test does not end.
func TestLarge(t *testing.T) {
	const million = 1_000_000
	var chain, members, items strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&chain, `"d%d":{"$ref":"#/$defs/d%d"},`, i, i+1)
		fmt.Fprintf(&members, `"p%d":{"enum":[{"$ref":"#/x-m/m%d"}]},`, i, i)
		fmt.Fprintf(&items, `{"$ref":"#/x-m/m%d"},`, i)
	}
	for name, src := range map[string]string{
		"deep in place":       strings.Repeat(`{"not":`, 9_999) + "true" + strings.Repeat("}", 9_999),
		"deep in properties":  strings.Repeat(`{"properties":{"a":`, 4_999) + "{}" + strings.Repeat("}}", 4_999),
		"deep in arrays":      `{"const":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "}",
		"wide enum":           `{"enum":[` + strings.Repeat(`"a",`, million) + `0]}`,
		"chain of references": `{"$defs":{` + chain.String() + `"d50000":true},"$ref":"#/$defs/d0"}`,
		"references into an unknown object": `{"x-m":{` + strings.ReplaceAll(strings.TrimSuffix(members.String(), ","), `"p`, `"m`) + `},"allOf":[` +
			strings.TrimSuffix(items.String(), ",") + `]}`,
	} {
		t.Run(name, func(t *testing.T) {
			g, mistakes := resolveText(src)
			require.NoError(t, mistakes.Err())
			requireComplete(t, g)
		})
	}
}

// TestLargeMistakes resolves schemas with so many mistakes that describing them all would take too long.
func TestLargeMistakes(t *testing.T) {
	const many = 50_000
	var unknown, dangling strings.Builder
	for i := range many {
		fmt.Fprintf(&unknown, `"minLenght%d":1,`, i)
		fmt.Fprintf(&dangling, `{"$ref":"#/$defs/step_strat%d"},`, i)
	}
	for name, src := range map[string]string{
		"unknown keywords": `{"properties":{"` + strings.Repeat("n", 60_000) + `":{` + unknown.String() + `"type":"null"}}}`,
		"dangling":         `{"$defs":{` + strings.ReplaceAll(unknown.String(), ":1,", ":{},") + `"a":{}},"allOf":[` + dangling.String() + `true]}`,
		"loops":            `{"allOf":[` + strings.Repeat(`{"$ref":"#"},`, many) + `true]}`,
		"shapes":           `{"required":[` + strings.Repeat(`1,`, many) + `1]}`,
		"duplicates":       `{` + strings.Repeat(`"title":"",`, many) + `"title":""}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, mistakes := resolveText(src)
			assert.Greater(t, mistakes.Len(), diag.MaxKept)
			assert.LessOrEqual(t, len(mistakes.Sorted()), diag.MaxKept)
			assert.Contains(t, mistakes.Err().Error(), "more mistakes")
		})
	}
}

// TestPointerLimit shows that memory stays bounded where pointers would not: a deep schema with long names.
func TestPointerLimit(t *testing.T) {
	name := strings.Repeat("n", 20_000)
	_, mistakes := resolveText(strings.Repeat(`{"properties":{"`+name+`":`, 300) + "true" + strings.Repeat("}}", 300))
	require.Equal(t, 1, mistakes.Len())
	assert.Contains(t, mistakes.Err().Error(), "268435456 bytes")
}

// TestSchemaLimit: true is four bytes, and what is known of a schema some hundred. A schema that was not looked at is not missed where references lead to it.
func TestSchemaLimit(t *testing.T) {
	for _, src := range []string{
		`{"$ref":"#last","allOf":[` + strings.Repeat("true,", 2_000_000) + `{"$anchor":"last"}]}`,
		`{"allOf":[` + strings.Repeat(`{"$ref":"#/x-a/last"},`, 1<<19-1) + `true],"x-a":{"last":true}}`,
	} {
		_, mistakes := resolveText(src)
		require.Equal(t, 1, mistakes.Len())
		assert.Contains(t, mistakes.Err().Error(), "there are more than 524288 schemas and subschemas")
		assert.Contains(t, mistakes.Err().Error(), `the limit "schemas" can be raised: -limit schemas=NUMBER`)
	}
}

func TestDepthLimit(t *testing.T) {
	_, mistakes := resolveText(strings.Repeat(`{"not":`, 10_001) + "true" + strings.Repeat("}", 10_001))
	require.Equal(t, 1, mistakes.Len())
	assert.Contains(t, mistakes.Err().Error(), "10000")
}
