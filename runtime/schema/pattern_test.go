package schema

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPatterns tells what patterns match, and which machine runs them.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		source, machine string
		yes, no         []string
	}{
		{`abc`, "*schema.literal", []string{"xabcx"}, []string{"ab"}},
		{`^ab`, "*schema.literal", []string{"abc"}, []string{"cab"}},
		{`ab$`, "*schema.literal", []string{"cab"}, []string{"abc", "ab\n"}},
		{`^日本$`, "*schema.literal", []string{"日本"}, []string{"日本語"}},
		{``, "*schema.literal", []string{"", "a"}, nil},
		{`^`, "*schema.literal", []string{"", "a"}, nil},
		{`^$`, "*schema.literal", []string{""}, []string{"\n"}},
		{`\n`, "*schema.literal", []string{"a\nb"}, []string{"n"}},
		{`^run_[0-9]+$`, "*schema.runs", []string{"run_1", "run_0123"}, []string{"run_", "run_1a", "xrun_1", "run_1\n", "run_٣"}},
		{`^[0-9a-fA-F]{64}$`, "*schema.runs", []string{strings.Repeat("aF", 32)}, []string{strings.Repeat("a", 63), strings.Repeat("a", 65), strings.Repeat("g", 64)}},
		{`^x-[^"]*`, "*schema.runs", []string{"x-", "x-é"}, []string{"x"}},
		{`^[^"]*$`, "*schema.runs", []string{"", "日本"}, []string{`"`, `日"`}},
		{`^a{2,3}b?$`, "*schema.runs", []string{"aa", "aaab"}, []string{"a", "aaaa", "aabb"}},
		{`^a?a$`, "*schema.automaton", []string{"a", "aa"}, []string{"", "aaa"}},
		{`^(?:[a-z]+|[0-9]{2})$`, "*schema.automaton", []string{"ab", "12"}, []string{"", "1", "a1"}},
		{`$^`, "*schema.automaton", []string{""}, []string{"a"}},
		{`(^a|b$)+`, "*schema.automaton", []string{"ac", "cb"}, []string{"cac", "bc", "é"}},
		{`\bab\b`, "schema.re2", []string{"x ab y"}, []string{"xab"}},
		{`^.$`, "*schema.automaton", []string{"a", "é", "🐲", "\u0085"}, []string{"\n", "\r", "\u2028", "\u2029", "ab", ""}},
		{`^\s$`, "*schema.automaton", []string{" ", "\v", "\u00a0", "\ufeff", "\u2029"}, []string{"\u200b", "\u0085"}},
		{`^\S$`, "*schema.automaton", []string{"\u0085", "x"}, []string{"\u3000"}},
		{`^\cJ\x41\u0042\u{43}\0$`, "*schema.literal", []string{"\nABC\x00"}, []string{"JABC0"}},
		{`^\ud83d\udc32*$`, "*schema.automaton", []string{"", "🐲🐲"}, []string{"🐉"}},
		{`^[\ud83d\udc32]$`, "*schema.literal", []string{"🐲"}, []string{"🐉"}},
		{`^[]`, "*schema.runs", nil, []string{"", "a"}},
		{`^[^]$`, "*schema.automaton", []string{"\n", "é"}, []string{""}},
		{`^[\b\-\]^-]+$`, "*schema.runs", []string{"\b-]^"}, []string{"b"}},
		{`^\p{Lu}\P{Lu}$`, "*schema.automaton", []string{"Éé"}, []string{"éÉ"}},
		{`^\p{Script=Greek}+$`, "*schema.automaton", []string{"λ"}, []string{"l"}},
		{`^\p{sc=Greek}\P{AHex}\p{Assigned}$`, "*schema.automaton", []string{"λga"}, []string{"λaa", "aga", "λg\u0378"}},
		{`^[^\P{DI}\u{200b}-\u{ffff}]+$`, "*schema.automaton", []string{"\u00ad\u034f\U000e0001"}, []string{"\u200d", "\ufff9", "a"}},
		{`^\p{Alphabetic}\p{ASCII}\p{Any}$`, "*schema.automaton", []string{"éa🐲"}, []string{"1a🐲"}},
		{`^(?<year>\d{4})-(\d\d)$`, "*schema.runs", []string{"2025-11"}, []string{"2025-1"}},
		{`^(?!x-)[a-z-]+$`, "schema.anyOfAll", []string{"ax-"}, []string{"x-a"}},
		{`(?!.*\.\.)^(?=.{3,5}$)[a-z.]+$`, "schema.anyOfAll", []string{"a.b"}, []string{"a..b", "ab", "abcdef"}},
		{`^(?!ab)a|^(?=ba)b|c`, "schema.anyOfAll", []string{"ac", "ba", "xc"}, []string{"ab", "b", "xb"}},
		{`(^(?!a).*$)`, "schema.anyOfAll", []string{"", "b"}, []string{"a"}},
		{`^((\.(?!\.)\/)?\w+\/?)+$`, "*schema.automaton", []string{"./a/b", "a"}, []string{"../a", ""}},
		{`^a(?!b)(?![cd])[a-e]+(?=[x-z])[a-y]$`, "*schema.runs", []string{"aabx", "aey"}, []string{"abx", "acx", "aaz", "aae"}},
		{`^(?![aeiou])[a-z]+$`, "*schema.runs", []string{"ba"}, []string{"ab"}},
		{`x(?![aeiou])[a-z]`, "*schema.automaton", []string{"xb"}, []string{"xa"}},
		{`x(?![0-4])\d{2,}`, "*schema.automaton", []string{"x50"}, []string{"x40", "x5"}},
		{`foo(?=bar)`, "*schema.literal", []string{"foobar"}, []string{"foo"}},
		{`(?<=foo)bar`, "*schema.literal", []string{"foobar"}, []string{"bar"}},
		{`[a-z]{2,}?`, "*schema.automaton", []string{"ab"}, []string{"a"}},
		{`^\/[\w\-\.]\_\@$`, "*schema.runs", []string{"/-_@"}, []string{`\/-_@`}},
		{`}]{`, "*schema.literal", []string{"}]{"}, nil},
	} {
		m, err := compilePattern(c.source)
		require.NoError(t, err, "%s", c.source)
		assert.Equal(t, c.machine, fmt.Sprintf("%T", m), "machine of %s", c.source)
		for _, s := range c.yes {
			assert.True(t, m.match([]byte(s)), "%s must match %q", c.source, s)
		}
		for _, s := range c.no {
			assert.False(t, m.match([]byte(s)), "%s must not match %q", c.source, s)
		}
	}
}

func TestCheckPattern(t *testing.T) {
	for _, c := range []struct {
		source string
		offset int
		want   string
	}{
		{`^[a-z]+$`, 0, ""},
		{`a(b`, 1, `unclosed (`},
		{`a)b`, 1, `unmatched )`},
		{`a[b`, 1, `unclosed [`},
		{`a[b-`, 1, `unclosed [`},
		{`é*+`, 3, `nothing to repeat`},
		{`^*`, 1, `nothing to repeat`},
		{`(?!a)*`, 5, `nothing to repeat`},
		{`{2}`, 0, `nothing to repeat`},
		{`a{3,2}`, 1, `numbers out of order in {3,2}`},
		{`[b-a]`, 1, `range out of order in a class`},
		{`ab\a`, 2, `unknown escape \a`},
		{`\Z`, 0, `unknown escape \Z`},
		{`a\`, 1, `\ at the end`},
		{`\c1`, 0, `\c without a letter`},
		{`\01`, 0, `octal escapes are not part of ECMA-262 with the u flag`},
		{`\x4`, 0, `malformed escape`},
		{`\u{110000}`, 0, `no such character`},
		{`\u{}`, 0, `malformed \u escape`},
		{`\p{Foo}`, 0, `unknown Unicode property "Foo"`},
		{`\pL`, 0, `\p needs a property in braces`},
		{`(?P<n>a)`, 0, `not a group of ECMA-262`},
		{`(?i)a`, 0, `not a group of ECMA-262`},
		{`(?<n>a)(?<n>b)`, 7, `group name "n" is used twice`},
		{`(?<1>a)`, 3, `bad group name`},
		{`(a)\2`, 3, `reference to a group that does not exist`},
		{`\k<n>`, 0, `reference to a group that does not exist`},
		{`(a)b\1`, 4, `backreferences cannot be honoured`},
		{`(?i:a)`, 0, `modifiers cannot be honoured`},
		{`ab(?!c)d*`, 2, `lookahead cannot be honoured here, only behind a leading ^`},
		{`ab(?<!c)`, 2, `lookbehind cannot be honoured`},
		{`\p{Emoji}`, 0, `this Unicode property is not known here`},
		{`aa{1,1001}`, 1, `repetition beyond 1000 cannot be honoured`},
		{`(a{100}){100}`, 0, `too large for RE2: invalid repeat count`},
		{strings.Repeat("(", 300), 250, `groups nest deeper than 250`},
		{strings.Repeat("a{1000}", 101), 0, `more than 100000 steps, repetitions written out`},
		{`x((a{500}b*){400})*`, 0, `more than 100000 steps, repetitions written out`},
		{strings.Repeat("a", 1<<18+1), 1 << 18, `more than 262144 ranges of characters in a pattern`},
	} {
		offset, err := CheckPattern(c.source)
		if c.want == "" {
			assert.NoError(t, err, "%s", c.source)
			continue
		}
		assert.EqualError(t, err, c.want, "%s", c.source)
		assert.Equal(t, c.offset, offset, "offset in %s", c.source)
	}
}

func TestPatternThatLoweringLetThrough(t *testing.T) {
	p := Pattern{Source: "("}
	assert.PanicsWithValue(t, `schema: a program holds the pattern "(", which cannot be honoured: unclosed ( at byte 0`, func() { p.match(nil) })
}

// FuzzPattern compares the machines that run a pattern with package regexp on the same translation.
func FuzzPattern(f *testing.F) {
	for _, source := range []string{`^run_[0-9]+$`, `^[0-9a-f]{64}$`, `^x-`, `a?b*[^c]{1,2}$`, `^(a|bc)*$|\.`, `$^`, `^[^"é]*$`, `\w+@\w+`, `^\s*\S`, `(?!a)[a-c]`} {
		f.Add(source, "run_12")
		f.Add(source, "aé bc\n")
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		text = strings.ToValidUTF8(text, "?")
		offset, checked := CheckPattern(source)
		if checked != nil {
			assert.LessOrEqual(t, offset, len(source))
			_, err := compilePattern(source)
			assert.Error(t, err)
			return
		}
		if len(source) > 100 {
			return
		}
		m, err := compilePattern(source)
		require.NoError(t, err)
		tree, broken := parseExpression(source, false)
		require.Nil(t, broken)
		choices, broken := tree.translate()
		require.Nil(t, broken)
		want := false
		for _, all := range choices {
			holds := true
			for _, part := range all {
				holds = holds && regexp.MustCompile(part.term.re2()).MatchString(text) != part.negative
			}
			want = want || holds
		}
		assert.Equal(t, want, m.match([]byte(text)), "%q on %q by %T", source, text, m)
	})
}

func BenchmarkPattern(b *testing.B) {
	for _, c := range []struct{ source, text string }{
		{`^run_[0-9]+$`, "run_1763842507"},
		{`^[0-9a-f]{64}$`, strings.Repeat("9a", 32)},
		{`^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?` +
			`(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$`, "2025-11-22T20:15:07.381136+00:00"},
		{`\n`, "2025-11-22T20:15:07.381136+00:00"},
	} {
		p := Pattern{Source: c.source}
		b.Run(c.text[:8], func(b *testing.B) {
			text := []byte(c.text)
			for b.Loop() {
				p.match(text)
			}
		})
	}
}
