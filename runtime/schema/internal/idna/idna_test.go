package idna

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestValid(t *testing.T) {
	for _, c := range []struct {
		name                          string
		hostname, international, mail bool
	}{
		{"", false, false, false},
		{"a", true, true, true},
		{"a.b-c.1", true, true, true},
		{"a.", false, false, false},
		{".a", false, false, false},
		{"a_b", false, false, false},
		{"-a", false, false, false},
		{"ab--cd", true, true, true},
		{"bücher.example", false, true, true},
		{"xn--bcher-kva.example", true, true, true},
		{"XN--BCHER-KVA.EXAMPLE", true, true, true},
		{"Bücher.example", false, false, false}, // capital letters are not stable
		{"xn--Bcher-kva", true, true, true},     // but ASCII is the same in either case
		{"bücher。example", false, true, false},  // full stops that IDNA2003 knew
		{"cafe\u0301", false, false, true},      // not in Normalization Form C
		{"xn--cafe-yvc", false, false, true},    // the same
		{"xn---9uc", false, false, false},       // no Punycode: nothing stands before the hyphen
		{"xn--ihqwcrb4cv8a8dqg056pqjye", true, true, true},
		{"xn--bcher", false, false, false},          // digits end within a number
		{"xn--99999999", false, false, false},       // beyond Unicode
		{"xn--\u00fc", false, false, false},         // a U-label may not look like an A-label
		{"ab--ü", false, false, false},              // hyphens third and fourth
		{"ü-", false, false, false},                 //
		{"\u0301a", false, false, false},            // begins with a mark
		{"☃", false, false, false},                  // a symbol
		{"l·l", false, true, true},                  // A.3
		{"l·", false, false, false},                 //
		{"͵α", false, true, true},                   // A.4
		{"α͵", false, false, false},                 //
		{"א׳", false, true, true},                   // A.5
		{"״א", false, false, false},                 // A.6
		{"ア・", false, true, true},                   // A.7
		{"a・b", false, false, false},                //
		{"ب\u0660", false, true, true},              // A.8
		{"ب\u0660\u06f0", false, false, false},      // A.8 and A.9
		{"क्\u200d", false, true, true},             // A.2
		{"क\u200d", false, false, false},            //
		{"क्\u200cष", false, true, true},            // A.1, behind a virama
		{"بي\u200cب", false, true, true},            // A.1, between letters that join
		{"ب\u064b\u200c\u064bب", false, true, true}, // marks are seen through
		{"ا\u200cب", false, false, false},           // alef does not join what follows
		{"ب\u200cx", false, false, false},           //
		{"ب\u200c", false, false, false},            //
		{"אב.example", false, true, true},           // the Bidi rule
		{"אב.1", false, false, false},               // a label that begins with a digit
		{"אב.a1", false, true, true},                //
		{"1.example", true, true, true},             // no label from right to left
		{"אa", false, false, false},                 // condition 2
		{"א1", false, true, true},                   // condition 3
		{"א1\u0660", false, false, false},           // condition 4
		{"aא", false, false, false},                 // condition 5
		{"xn--4dbcagdahymbxekheh6e0a7fei0b", true, true, true},
		{"xn--4dbcagdahymbxekheh6e0a7fei0b.1", false, false, false},
	} {
		assert.Equal(t, c.hostname, Valid([]byte(c.name), Hostname), "host name %q", c.name)
		assert.Equal(t, c.international, Valid([]byte(c.name), Internationalized), "internationalized host name %q", c.name)
		assert.Equal(t, c.mail, Valid([]byte(c.name), Mail), "domain of mail %q", c.name)
	}
}

// TestLengths checks the limits: of A-labels where there are U-labels.
func TestLengths(t *testing.T) {
	label := strings.Repeat("a", 63)
	for name, want := range map[string]bool{
		label:       true,
		label + "a": false,
		label + "." + label + "." + label + "." + label[:61]: true,
		label + "." + label + "." + label + "." + label[:62]: false,
		strings.Repeat("é", 57):                              true, // 63 bytes as an A-label
		strings.Repeat("é", 58):                              false,
		label + "é":                                          false,
		label[:62] + "é":                                     false,
		strings.Repeat("é", 1000):                            false,
		strings.Repeat("a.", 126) + "é":                      false,
		strings.Repeat("a.", 123) + "é":                      true, // 246 + len("xn--9ca") is 253
		strings.Repeat("a.", 123) + "éé":                     false,
	} {
		assert.Equal(t, want, Valid([]byte(name), Internationalized), "%q", name)
	}
}

// TestPunycode encodes and decodes; most of it are the samples of RFC 3492 section 7.1 that fit a label and are in lower case.
func TestPunycode(t *testing.T) {
	for label, want := range map[string]string{
		"ü":                 "tda",
		"bücher":            "bcher-kva",
		"ليهمابتكلموشعربي؟": "egbpdaj6bu4bxfgehfvwxn",
		"他们为什么不说中文":         "ihqwcrb4cv8a8dqg056pqjye",
		"他們爲什麽不說中文":         "ihqwctvzc91f659drss3x8bo0yb",
		"למההםפשוטלאמדבריםעברית":       "4dbcagdahymbxekheh6e0a7fei0b",
		"почемужеонинеговорятпорусски": "b1abfaaepdrnnbgefbadotcwatmq2g4l",
		"なぜみんな日本語を話してくれないのか":           "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa",
		"3年b組金八先生":                     "3b-ww4c5e180e575a65lsy2b",
		"ひとつ屋根の下2":                     "2-u9tlzr9756bt3uc0v",
		"そのスピードで":                      "d9juau41awczczp",
		"-> $1.00 <-ü":                 "-> $1.00 <--3hb",
	} {
		var text [maxLabel]byte
		got, ok := toALabel(&text, []rune(label))
		require.True(t, ok, label)
		assert.Equal(t, prefix+want, string(got), label)
		var runes [maxLabel]rune
		decoded, ok := decodePunycode(&runes, []byte(strings.ToUpper(want)))
		require.True(t, ok, label)
		assert.Equal(t, label, string(decoded))
	}
}

// TestNormalized compares with golang.org/x/text, on labels in which marks meet what they are composed with.
func TestNormalized(t *testing.T) {
	var letters []rune
	for _, c := range compositions {
		letters = append(letters, c.whole, c.first, c.second)
	}
	for _, c := range combiningClasses {
		letters = append(letters, c.lo, c.hi)
	}
	letters = append(letters, 'a', 'k', 'é', '가', '語')
	// golang.org/x/text takes code points beyond 16 bits for others when it composes: U+11F41 U+0300 for U+1F41 U+0300.
	letters = slices.DeleteFunc(letters, func(r rune) bool { return r > 0xffff })
	random := rand.New(rand.NewPCG(1, 2))
	counts := map[bool]int{}
	for range 200_000 {
		label := make([]rune, 1+random.IntN(5))
		for i := range label {
			label[i] = letters[random.IntN(len(letters))]
			if i > 0 && random.IntN(2) == 0 { // something that may be composed
				c := compositions[random.IntN(len(compositions))]
				if c.whole <= 0xffff {
					label[i-1], label[i] = c.first, c.second
				}
			}
		}
		if composesOverStarter(label) {
			continue
		}
		want := norm.NFC.IsNormalString(string(label))
		counts[want]++
		require.Equal(t, want, normalized(label), "%+q", string(label))
	}
	assert.Greater(t, min(counts[true], counts[false]), 10_000, "both answers are tried: %v", counts)
	for _, c := range compositions {
		assert.True(t, normalized([]rune{c.whole}), "%U", c.whole)
		assert.False(t, normalized([]rune{c.first, c.second}), "%U", c.whole)
	}
}

// composesOverStarter reports whether a vowel sign of class 0 stands where it cannot be composed. It ends what can be composed with the letter before
// (definition D115), but golang.org/x/text composes over it: "i\u0ddf\u0301" to "\u00ed\u0ddf".
func composesOverStarter(label []rune) bool {
	for i, r := range label {
		if combining(r) != 0 || !unicode.Is(composing, r) {
			continue
		}
		if i == 0 {
			return true
		}
		if _, found := compose(label[i-1], r); !found {
			return true
		}
	}
	return false
}

// TestTablesAreSound checks what the code takes for granted.
func TestTablesAreSound(t *testing.T) {
	for i, c := range combiningClasses {
		assert.True(t, c.lo <= c.hi && (i == 0 || combiningClasses[i-1].hi < c.lo), "%U", c.lo)
	}
	for i, c := range compositions {
		assert.True(t, i == 0 || compositions[i-1].whole < c.whole, "%U", c.whole)
		assert.LessOrEqual(t, len(appendDecomposed(nil, c.whole)), maxDecomposition, "%U", c.whole)
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.Is(pvalid, r) {
			assert.False(t, unicode.IsUpper(r) && !unicode.Is(unicode.Cherokee, r), "%U", r)
			continue
		}
		for _, table := range []*unicode.RangeTable{joinsFollowing, joinsPreceding, transparent} {
			assert.False(t, unicode.Is(table, r), "%U", r)
		}
	}
	assert.Equal(t, "15.0.0", unicodeVersion, "a new version of Unicode is something to tell users of")
}

// FuzzValid holds the three forms to each other, and host names to a simple reading of RFC 1123.
func FuzzValid(f *testing.F) {
	for _, s := range []string{"a-b.c", "xn--bcher-kva.example", "bücher。example", "אב.1", "क्\u200cष", "xn--4dbcagdahymbxekheh6e0a7fei0b", "cafe\u0301", "l·l"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		hostname, international, mail := Valid([]byte(s), Hostname), Valid([]byte(s), Internationalized), Valid([]byte(s), Mail)
		assert.False(t, hostname && !international, "a host name is an internationalized one: %q", s)
		assert.False(t, international && !mail && !strings.ContainsAny(s, "。．｡"), "mail takes every name: %q", s)
		if !strings.Contains(strings.ToLower(s), prefix) {
			assert.Equal(t, simpleHostname(s), hostname, "%q", s)
		}
		if len(s) <= 255 && !strings.ContainsAny(s, ".。．｡") && international && !hostname {
			var buffer [maxLabel]byte
			a, ok := toALabel(&buffer, []rune(s))
			assert.True(t, ok && Valid(a, Hostname), "the A-label of a U-label is a host name: %q is %s", s, a)
		}
	})
}

func simpleHostname(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		if strings.Trim(label, "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return false
		}
	}
	return len(s) <= 253
}

// FuzzPunycode makes sure that what is decoded encodes to a text that decodes to the same.
func FuzzPunycode(f *testing.F) {
	for _, s := range []string{"bcher-kva", "ihqwcrb4cv8a8dqg056pqjye", "99999999", "--tda", "a-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > maxLabel-len(prefix) || strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			return
		}
		var runes, again [maxLabel]rune
		label, ok := decodePunycode(&runes, []byte(s))
		if !ok || !beyondASCII(label) {
			return
		}
		var text [maxLabel]byte
		encoded, ok := toALabel(&text, label)
		if !ok {
			return
		}
		decoded, ok := decodePunycode(&again, encoded[len(prefix):])
		assert.True(t, ok, "%q", s)
		assert.Equal(t, label, decoded, "%q", s)
	})
}

func BenchmarkValid(b *testing.B) {
	for _, s := range []string{"www.example.com", "www.xn--bcher-kva.example", "क्षेत्र.bücher.example"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Valid([]byte(s), Internationalized)
			}
		})
	}
}
