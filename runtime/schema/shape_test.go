package schema_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/tape"
)

// TestShapesAgree holds the walk by shapes against the walk that explains, on schemas of all that shapes are made of, and on instances that come close to
// them.
func TestShapesAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 7))
	shaped, valid, invalid := 0, 0, 0
	for range 400 {
		text := (&schemaMaker{r}).root()
		s := compile(t, "2020-12", "s.json", text)
		if s.Program.Shaped() {
			shaped++
		}
		for range 60 {
			instance := instanceMaker{r}.object(2)
			var doc tape.Tape
			require.NoError(t, doc.Parse([]byte(instance), tape.Options{DuplicateNames: true}), "%s", instance)
			if got := s.Program.Valid(&doc, 0); got {
				valid++
			} else {
				invalid++
			}
			require.Equal(t, s.Program.Explained(&doc, 0), s.Program.Valid(&doc, 0), "%s\n%s", text, instance)
		}
	}
	assert.Greater(t, shaped, 300)
	assert.Greater(t, valid, 3000)
	assert.Greater(t, invalid, 3000)
}

// The names and values of schemas and instances: few, so that they meet. Some names are of the lengths at which words end.
var (
	memberNames = []string{"k", "a", "bb", "x-1", "longname", "longnames", "sixteen-letters!", "seventeen-letters", "more-than-sixteen-1", "more-than-sixteen-2", "é"}
	tags        = []string{"one", "two", "three"}
)

type schemaMaker struct{ *rand.Rand }

func (m *schemaMaker) pick(list ...string) string { return list[m.IntN(len(list))] }

func (m *schemaMaker) name() string { return quote(m.pick(memberNames...)) }

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// root is a schema that refers to others, and mostly has branches that k tells apart.
func (m *schemaMaker) root() string {
	defs := []string{`"one":` + m.branch("one"), `"two":` + m.branch("two"), `"three":` + m.branch("three"), `"base":` + m.object(), `"chained":` + m.object()}
	keywords := []string{`"$defs":{` + strings.Join(defs, ",") + `}`}
	switch m.IntN(5) {
	case 0:
		keywords = append(keywords, `"oneOf":[{"$ref":"#/$defs/one"},{"$ref":"#/$defs/two"},{"$ref":"#/$defs/three"}]`)
	case 1:
		keywords = append(keywords, `"anyOf":[{"$ref":"#/$defs/one"},{"allOf":[{"$ref":"#/$defs/two"}]}]`)
	case 2, 3:
		branches := []string{`{"$ref":"#/$defs/base"}`}
		for _, tag := range tags {
			branches = append(branches, fmt.Sprintf(`{"if":{"properties":{"k":{"enum":["%s","%s"]}}%s},"then":%s}`, tag, m.pick(tags...),
				m.pick(`,"required":["k"]`, `,"required":["k"],"type":"object"`, ""), m.pick(m.object(), `{"$ref":"#/$defs/chained"}`, "true", "false")))
		}
		keywords = append(keywords, `"allOf":[`+strings.Join(branches, ",")+`]`)
	case 4:
		keywords = append(keywords, `"$ref":"#/$defs/`+m.pick("base", "one")+`"`)
	}
	own := m.object()
	for strings.Contains(own, `Of":`) { // which may stand below
		own = m.object()
	}
	return strings.TrimSuffix(own, "}") + `,` + strings.Join(keywords, ",") + `}`
}

// branch is a schema that holds for one value of k.
func (m *schemaMaker) branch(tag string) string {
	k := m.pick(`{"const":"`+tag+`"}`, `{"enum":["`+tag+`"],"type":"string"}`)
	return `{"properties":{"k":` + k + `},"required":["k"],"allOf":[` + m.object() + `]}`
}

// object is a schema with some of the keywords about objects. Most of them let most objects pass.
func (m *schemaMaker) object() string {
	keywords := []string{`"title":"x"`}
	add := func(chance int, format string, a ...any) {
		if m.IntN(chance) == 0 {
			keywords = append(keywords, fmt.Sprintf(format, a...))
		}
	}
	add(3, `"type":"object"`)
	add(2, `"properties":{%s:%s,"a":%s}`, `"longname"`, m.value(), m.value())
	add(4, `"required":[%s]`, m.name())
	add(6, `"minProperties":1`)
	add(6, `"maxProperties":%d`, 3+m.IntN(3))
	add(6, `"patternProperties":{"%s":%s}`, m.pick("^x-", "[a-l]$", "teen"), m.value())
	add(8, `"additionalProperties":%s`, m.pick(m.value(), "false", "true"))
	add(8, `"propertyNames":{"maxLength":%d}`, 8+m.IntN(12))
	add(6, `"dependentRequired":{%s:[%s]}`, m.name(), m.name())
	add(8, `"dependentSchemas":{%s:{"required":[%s]}}`, m.name(), m.name())
	add(12, `"not":{"required":[%s]}`, m.name())
	add(12, `"if":{"required":[%s]},"then":{"properties":{"a":%s}}`, m.name(), m.value())
	add(12, `"anyOf":[{"required":[%s]},{"properties":{"a":%s}}]`, m.name(), m.value())
	add(8, `"allOf":[{"if":{"properties":{"a":{"const":"one"}}},"then":{"required":[%s]}},{"if":{"properties":{"a":{"const":"run_12"}}},"then":false}]`, m.name())
	add(20, `"unevaluatedProperties":%s`, m.value())
	add(20, `"enum":[{"a":1},{}]`)
	return `{` + strings.Join(keywords, ",") + `}`
}

func (m *schemaMaker) value() string {
	return m.pick(`{"type":"string"}`, `{"type":["string","number","object"]}`, `{"minimum":0}`, `{"maximum":5,"multipleOf":0.5}`, `{"pattern":"^run_[0-9]+$"}`, `{"pattern":"e"}`,
		`{"maxLength":4}`, `{"format":"date-time","pattern":"^[0-9]{4}-"}`, `{"const":"one"}`, `{"type":"integer"}`, `{"items":{"type":"number"}}`, `{"type":"array","items":{"type":["string","null"]}}`, `{"items":false}`, `{"items":{"type":"string"},"maxItems":1}`, `{"enum":["one",1,null]}`,
		`{"$ref":"#/$defs/base"}`, `{"properties":{"a":{"type":"string"}}}`, "true", "true")
}

type instanceMaker struct{ *rand.Rand }

func (m instanceMaker) object(depth int) string {
	var members []string
	if m.IntN(8) > 0 {
		members = append(members, `"k":`+m.tag())
	}
	for range m.IntN(4) {
		name := quote(memberNames[m.IntN(len(memberNames))])
		if m.IntN(10) == 0 {
			name = strings.Replace(name, "a", `\u0061`, 1)
		}
		if !strings.HasPrefix(strings.Join(members, ",")+",", name+":") || m.IntN(4) == 0 {
			members = append(members, name+": "+m.value(depth-1))
		}
	}
	m.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return `{` + strings.Join(members, ",") + `}`
}

func (m instanceMaker) tag() string {
	if m.IntN(10) == 0 {
		return m.value(0)
	}
	return quote(tags[m.IntN(len(tags))])
}

func (m instanceMaker) value(depth int) string {
	if depth > 0 && m.IntN(4) == 0 {
		return m.object(depth)
	}
	list := []string{`"one"`, `"run_12"`, `"run_"`, `"2026-01-01T00:00:00Z"`, "1", "-1", "2.5", "1e1", "-0", "null", "true", "[]", "[1]", `["e"]`, `["e",1]`, `["e","one"]`, `""`, `"eeeeee"`}
	return list[m.IntN(len(list))]
}

// TestShapesOfLargeObjects has more members than a shape marks, and more names than are searched in order.
func TestShapesOfLargeObjects(t *testing.T) {
	var properties, required, members []string
	for i := range 200 {
		name := fmt.Sprintf("property-number-%d-of-many", i)
		properties = append(properties, fmt.Sprintf(`"%s":{"type":"number"}`, name))
		members = append(members, fmt.Sprintf(`"%s":%d`, name, i))
		if i < 70 {
			required = append(required, quote(name))
		}
	}
	for _, marked := range []int{0, 1, 64, 65, 70} {
		s := compile(t, "2020-12", "s.json", fmt.Sprintf(`{"additionalProperties":false,"properties":{%s},"required":[%s]}`, strings.Join(properties, ","), strings.Join(required[:marked], ",")))
		assert.Equal(t, marked <= 64, s.Program.Shaped())
		verdict := func(members []string) bool {
			var doc tape.Tape
			require.NoError(t, doc.Parse([]byte(`{`+strings.Join(members, ",")+`}`), tape.Options{}))
			assert.Equal(t, s.Program.Explained(&doc, 0), s.Program.Valid(&doc, 0))
			return s.Program.Valid(&doc, 0)
		}
		assert.True(t, verdict(members))
		assert.Equal(t, marked == 0, verdict(members[1:]))
		assert.Equal(t, marked < 65, verdict(append(members[:64:64], members[65:]...)))
		assert.False(t, verdict(append(members[:200:200], `"property-number-200-of-many":1`)))
		assert.False(t, verdict(append(members[1:200:200], members[0]+`,"property-number-0-of-mane":1`)))
	}
}

// TestFormatImpliesPattern shows which patterns say no more than the format beside them; the verdict is that of both.
func TestFormatImpliesPattern(t *testing.T) {
	texts := []string{"", "2026-01-01T00:00:00Z", "2026-01-01t23:59:60.5z", "0000-02-29T00:00:00-23:59", "2026-02-30T00:00:00Z", "2026-1-01T00:00:00Z", "2026-01-01", "00:00:00Z",
		"2026-01-01T00:00:00", "é", "4a0f6d2e-0000-0000-0000-0123456789aB"}
	for _, format := range []string{"date-time", "date", "time", "uuid", "email"} {
		for _, pattern := range []string{"", "^", "^[0-9]{4}", "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]", "Z$", "[0-9]", "^[^é]*$", "T", "^[0-9a-fA-F-]*$", ".{9}", "^$", `\d{2}:\d{2}`, "^(?=2)"} {
			both := compile(t, "2020-12", "s.json", fmt.Sprintf(`{"format":%q,"pattern":%s}`, format, quote(pattern)))
			one := compile(t, "2020-12", "s.json", fmt.Sprintf(`{"format":%q}`, format))
			other := compile(t, "2020-12", "s.json", fmt.Sprintf(`{"pattern":%s}`, quote(pattern)))
			for _, text := range texts {
				assert.Equal(t, one.Valid([]byte(quote(text))) && other.Valid([]byte(quote(text))), both.Valid([]byte(quote(text))), "%s %s %s", format, pattern, text)
			}
		}
	}
}

// TestShapesAllocateNothing holds for objects, their shapes and all that is in them.
func TestShapesAllocateNothing(t *testing.T) {
	s := compile(t, "2020-12", "s.json", `{"properties":{"at":{"format":"date-time"},"run":{"pattern":"^run_[0-9]+$"},"tags":{"additionalProperties":{"type":"string"}},
		"list":{"items":{"minimum":0},"uniqueItems":true}},"required":["run"],"oneOf":[{"properties":{"k":{"const":"a"}},"required":["k"]},{"properties":{"k":{"const":"b"}},"required":["k"]}]}`)
	var doc tape.Tape
	require.NoError(t, doc.Parse([]byte(`{"at":"2026-01-01T00:00:00Z","run":"run_1","k":"b","tags":{"x":"y"},"list":[1,2,3.5],"more":{}}`), tape.Options{}))
	require.True(t, s.Program.Valid(&doc, 0))
	allocatesNothing(t, func() { s.Program.Valid(&doc, 0) })
}

// TestShapesAreShared makes shapes from several goroutines at once.
func TestShapesAreShared(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		s := compile(t, "2020-12", "s.json", (&schemaMaker{r}).root())
		docs := make([]tape.Tape, 20)
		for i := range docs {
			require.NoError(t, docs[i].Parse([]byte(instanceMaker{r}.object(2)), tape.Options{DuplicateNames: true}))
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for i := range docs {
					assert.Equal(t, s.Program.Explained(&docs[i], 0), s.Program.Valid(&docs[i], 0))
				}
			})
		}
		all.Wait()
	}
}
