package value_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/value"
)

func TestOptInStruct(t *testing.T) {
	type record struct {
		Name  value.Opt[string]             `json:"name,omitzero"`
		Count value.Opt[int64]              `json:"count,omitzero"`
		Limit value.Opt[value.Null[int64]]  `json:"limit,omitzero"`
		Extra value.Opt[value.Raw]          `json:"extra,omitzero"`
		List  value.Opt[[]string]           `json:"list,omitzero"`
		Any   value.Opt[any]                `json:"any,omitzero"`
		Time  value.Opt[value.Timestamp]    `json:"time,omitzero"`
		Null  value.Null[map[string]string] `json:"null"`
	}
	for _, text := range []string{
		`{"null":null}`,
		`{"name":"","count":0,"null":{}}`,
		`{"name":"a<b>&c","limit":null,"extra":null,"any":null,"null":{"a":"b"}}`,
		`{"limit":5,"extra":{"a":[1,2.50]},"list":[],"any":[true],"time":"2026-11-22T09:36:52.381136+00:00","null":null}`,
	} {
		var r record
		require.NoError(t, json.Unmarshal([]byte(text), &r))
		back, err := json.Marshal(r)
		require.NoError(t, err)
		assert.JSONEq(t, text, string(back))
		var again record
		require.NoError(t, json.Unmarshal(back, &again))
		assert.Equal(t, r, again, "what was written must read as the same")
	}

	var r record
	require.NoError(t, json.Unmarshal([]byte(`{"name":null,"limit":null}`), &r))
	assert.False(t, r.Name.Set, "null is no string, so the property is absent")
	assert.Equal(t, value.Some(value.Null[int64]{}), r.Limit, "null is a value of its type, so the property is present")
	assert.Error(t, json.Unmarshal([]byte(`{"count":"1"}`), &r))
	assert.Error(t, json.Unmarshal([]byte(`{"null":1}`), &r))
}

func TestOpt(t *testing.T) {
	var absent value.Opt[int]
	assert.True(t, absent.IsZero())
	assert.Equal(t, 7, absent.Or(7))
	v, ok := value.Some(0).Get()
	assert.True(t, ok)
	assert.Equal(t, 0, v)
	assert.Equal(t, 0, value.Some(0).Or(7))
	assert.False(t, value.Some(0).IsZero())

	text, err := absent.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, "null", string(text))
	_, err = value.Some(math.NaN()).MarshalJSON()
	assert.Error(t, err, "NaN has no JSON encoding")
}

func TestOptKeepsItsValueOnError(t *testing.T) {
	o := value.Some(3)
	require.Error(t, json.Unmarshal([]byte(`"x"`), &o))
	assert.Equal(t, value.Some(3), o)
	n := value.NullOf(3)
	require.Error(t, json.Unmarshal([]byte(`"x"`), &n))
	assert.Equal(t, value.NullOf(3), n)
}

func TestNull(t *testing.T) {
	v, ok := value.NullOf("x").Get()
	assert.True(t, ok)
	assert.Equal(t, "x", v)
	assert.Equal(t, "y", value.Null[string]{}.Or("y"))
	assert.Equal(t, "x", value.NullOf("x").Or("y"))

	n := value.NullOf(1)
	require.NoError(t, n.UnmarshalJSON([]byte(" null ")))
	assert.Equal(t, value.Null[int]{}, n)
	_, err := value.NullOf(math.Inf(1)).MarshalJSON()
	assert.Error(t, err)
}

// The types do not escape <, > and & themselves; whether they are is up to the encoder around them.
func TestNoEscapingOfHTML(t *testing.T) {
	text, err := value.Some("<a&b>").MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, `"<a&b>"`, string(text))
	text, err = json.Marshal(value.NullOf("<a>"))
	require.NoError(t, err)
	assert.Equal(t, `"\u003ca\u003e"`, string(text))
}

func TestRaw(t *testing.T) {
	var r value.Raw
	_, err := json.Marshal(r)
	assert.ErrorContains(t, err, "value.Raw is empty")
	_, err = json.Marshal(value.Raw(`{"a":`))
	assert.Error(t, err, "encoding/json checks what MarshalJSON returns")
	text := []byte(`{"a":1.50}`)
	require.NoError(t, json.Unmarshal(text, &r))
	text[0] = 'x'
	assert.Equal(t, value.Raw(`{"a":1.50}`), r, "the text is copied, as it was written")
	back, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Equal(t, `{"a":1.50}`, string(back))
}

func TestMembers(t *testing.T) {
	var m value.Members
	require.NoError(t, m.Set("b", 1))
	require.NoError(t, m.Set("a", "<x>"))
	require.NoError(t, m.Set("b", []int{2}))
	assert.Equal(t, value.Members{{"b", "[2]"}, {"a", `"<x>"`}}, m)

	v, ok := m.Get("a")
	assert.True(t, ok)
	assert.Equal(t, value.Raw(`"<x>"`), v)
	_, ok = m.Get("c")
	assert.False(t, ok)

	assert.ErrorContains(t, m.Set("a", func() {}), `member "a"`)
	assert.ErrorContains(t, m.Set("\xff", 1), "not UTF-8")
	assert.Len(t, m, 2, "an error changes nothing")

	m.Delete("c")
	assert.Len(t, m, 2)
	m.Delete("b")
	assert.Equal(t, value.Members{{"a", `"<x>"`}}, m)
}

func TestMembersAreNotShared(t *testing.T) {
	original := append(make(value.Members, 0, 8), value.Member{Name: "a", Value: "1"}, value.Member{Name: "b", Value: "2"})
	one, two := original, original
	require.NoError(t, one.Set("c", 3))
	require.NoError(t, two.Set("d", 4))
	require.NoError(t, one.Set("a", 5))
	two.Delete("a")
	assert.Equal(t, value.Members{{"a", "1"}, {"b", "2"}}, original)
	assert.Equal(t, value.Members{{"a", "5"}, {"b", "2"}, {"c", "3"}}, one)
	assert.Equal(t, value.Members{{"b", "2"}, {"d", "4"}}, two)
}
