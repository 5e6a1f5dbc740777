package differential

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mutator changes JSON values. The same seed makes the same mutants.
type mutator struct {
	random *rand.Rand
	names  []string // quoted
	values []*tree
}

// newMutator takes names and values from some texts: those of a schema, so that mutants come near to its rules, and those of instances.
func newMutator(seed uint64, texts ...[]byte) *mutator {
	m := &mutator{random: rand.New(rand.NewPCG(seed, 1))}
	for _, text := range texts {
		t, err := parseTree(text)
		if err != nil {
			continue
		}
		for _, part := range t.all() {
			m.names = append(m.names, part.names...)
			switch {
			case part.isString():
				m.names = append(m.names, part.token)
				fallthrough
			case len(part.items) < 8:
				m.values = append(m.values, part)
			}
		}
	}
	for _, text := range edges {
		m.values = append(m.values, &tree{token: text})
	}
	m.values = append(m.values, &tree{kind: '{'}, &tree{kind: '['})
	m.names = append(m.names, `""`, `"x"`, `"$ref"`, `"a\u0000b"`, `"~/%"`, `"\ud83d\ude00"`, `"é"`)
	return m
}

// edges are values that validators get wrong.
var edges = []string{
	"null", "true", "false", `""`, `"a"`, `"1"`, `"\ud83d\ude00"`, `"\ud800"`, `"e\u0301"`, `"\u0000"`, `"ﬀ"`, `"\n"`,
	"0", "-0", "-0.0", "0e400", "1", "1.0", "1e0", "1e2", "10e-1", "1.5", "-1", "1e-400", "1e400", "-1e400", "1e-7", "0.1", "0.30000000000000004",
	"9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
	"18446744073709551616", "1e1000000000", "1e-1000000000", "12345678901234567890123456789.0",
}

// mutant returns the text of a changed copy.
func (m *mutator) mutant(t *tree) string {
	t = t.clone()
	for range 1 + m.random.IntN(3) {
		all := t.all()
		m.change(all[m.random.IntN(len(all))])
	}
	return t.String()
}

func (m *mutator) change(t *tree) {
	switch {
	case m.random.IntN(6) == 0:
		m.replace(t)
	case t.kind == '{':
		m.changeObject(t)
	case t.kind == '[':
		m.changeArray(t)
	case t.isString():
		t.token = m.changedString(t.token)
	case t.isNumber():
		t.token = m.changedNumber(t.token)
	default:
		m.replace(t)
	}
}

// replace swaps a value for another, or puts it into an array or an object.
func (m *mutator) replace(t *tree) {
	switch m.random.IntN(6) {
	case 0:
		*t = tree{kind: '[', items: []*tree{t.clone()}}
	case 1:
		*t = tree{kind: '{', names: []string{m.name()}, items: []*tree{t.clone()}}
	default:
		*t = *m.value()
	}
}

func (m *mutator) name() string { return m.names[m.random.IntN(len(m.names))] }
func (m *mutator) value() *tree { return m.values[m.random.IntN(len(m.values))].clone() }

func (m *mutator) changeObject(t *tree) {
	name := m.name()
	i := 0
	operation := m.random.IntN(4)
	if len(t.items) == 0 {
		operation = 0
	} else {
		i = m.random.IntN(len(t.items))
	}
	if operation < 3 && t.has(name) {
		operation = 3
		i = slices.IndexFunc(t.names, func(n string) bool { return unquote(n) == unquote(name) })
	}
	switch operation {
	case 0: // one more member
		t.names, t.items = append(t.names, name), append(t.items, m.value())
	case 1: // the value of another once more
		t.names, t.items = append(t.names, name), append(t.items, t.items[i].clone())
	case 2:
		t.names[i] = name
	case 3:
		t.names, t.items = slices.Delete(t.names, i, i+1), slices.Delete(t.items, i, i+1)
	}
}

func (m *mutator) changeArray(t *tree) {
	if len(t.items) == 0 {
		t.items = append(t.items, m.value())
		return
	}
	i, j := m.random.IntN(len(t.items)), m.random.IntN(len(t.items))
	switch m.random.IntN(5) {
	case 0:
		t.items = slices.Insert(t.items, i, m.value())
	case 1:
		t.items = slices.Delete(t.items, i, i+1)
	case 2:
		t.items = slices.Insert(t.items, j, t.items[i].clone())
	case 3:
		t.items[i], t.items[j] = t.items[j], t.items[i]
	case 4: // one of the longest cheap arrays: there are quick ways for short ones
		for range 20 {
			t.items = append(t.items, m.value())
		}
	}
}

// changedString changes one character, or the spelling only.
func (m *mutator) changedString(token string) string {
	characters := []rune(unquote(token))
	at := m.random.IntN(len(characters) + 1)
	insert := []string{"a", "é", "\U0001F600", "e\u0301", "\u0000", " ", "\n", "/", "0", "\u2028", "𝟘"}[m.random.IntN(11)]
	switch m.random.IntN(6) {
	case 0:
		return quote(string(characters[:at]) + insert + string(characters[at:]))
	case 1:
		return quote(string(characters[:at]))
	case 2:
		return quote(string(characters[at:]))
	case 3:
		return quote(strings.Repeat(string(characters), 2))
	case 4: // a surrogate alone: one character, which is none
		return token[:len(token)-1] + []string{`\ud800"`, `\udfff"`, `\udc00\ud800"`}[m.random.IntN(3)]
	}
	var escaped strings.Builder // the same text, with all of ASCII escaped
	escaped.WriteByte('"')
	for _, r := range characters {
		if r < 0x80 {
			const digits = "0123456789abcdef"
			escaped.WriteString(`\u00` + string(digits[r>>4]) + string(digits[r&15]))
			continue
		}
		escaped.WriteRune(r)
	}
	return escaped.String() + `"`
}

// changedNumber changes the value a little, or the spelling only.
func (m *mutator) changedNumber(token string) string {
	if farExponent.MatchString(token) || len(token) > 400 {
		return m.value().String()
	}
	value, ok := new(big.Rat).SetString(token)
	if !ok {
		panic("a tree holds the number " + token)
	}
	switch m.random.IntN(8) {
	case 0:
		return decimal(value.Add(value, big.NewRat(1, 1)))
	case 1:
		return decimal(value.Sub(value, big.NewRat(1, 1)))
	case 2:
		return decimal(value.Neg(value))
	case 3:
		return decimal(value.Mul(value, big.NewRat(1, 2)))
	case 4:
		return decimal(value.Add(value, big.NewRat(1, 1_000_000_000)))
	case 5:
		return decimal(value) + "e0"
	case 6:
		return decimal(value.Mul(value, big.NewRat(100, 1))) + "E-2"
	}
	if value.IsInt() {
		return value.Num().String() + ".0"
	}
	return decimal(value.Mul(value, big.NewRat(10, 1))) + "e-1"
}

// decimal writes a number without an exponent, exactly: all that is made here has a finite number of digits.
func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	n, _ := r.FloatPrec()
	return r.FloatString(n)
}

func TestMutator(t *testing.T) {
	text := []byte(`{"type":"object","properties":{"a":{"maximum":3},"b":[1.50,"é",null,{}]}}`)
	value, err := parseTree(text)
	require.NoError(t, err)
	assert.Equal(t, string(text), value.String())
	one, two := newMutator(7, text), newMutator(7, text)
	seen := map[string]bool{}
	for range 2000 {
		mutant := one.mutant(value)
		require.True(t, json.Valid([]byte(mutant)), "%s", mutant)
		require.Equal(t, mutant, two.mutant(value), "the same seed makes the same mutants")
		seen[mutant] = true
	}
	assert.Greater(t, len(seen), 1500)
	assert.Equal(t, string(text), value.String(), "the original is not touched")
}
