package schema

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFormats(t *testing.T) {
	for name, c := range map[string]struct{ yes, no []string }{
		"date-time": {
			[]string{"2025-11-22T20:15:07.381136+00:00", "2025-11-22t20:15:07z", "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00", "0000-02-29T00:00:00-00:00"},
			[]string{"", "2025-11-22", "2025-11-22 20:15:07Z", "2025-11-22T20:15:07", "2025-11-22T20:15:07.Z", "1998-12-31T23:58:60Z", "1998-12-31T15:59:60-07:00",
				"2025-11-22T24:00:00Z", "2025-11-22T20:15Z", "2025-11-22T20:15:07+0000", "2025-11-22T20:15:07+24:00", "2025-11-22T20:15:07Z ", "2025-02-29T00:00:00Z",
				"1900-02-29T00:00:00Z", "2025-11-22T+1:00:00Z", "২025-11-22T20:15:07Z", "2025-04-31T00:00:00Z", "2025-00-10T00:00:00Z", "2025-13-10T00:00:00Z", "2025-01-00T00:00:00Z"},
		},
		"date":     {[]string{"2000-02-29", "2024-02-29", "2025-12-31"}, []string{"2025-2-1", "20250201", "2025-06-31", "2025-01-32"}},
		"time":     {[]string{"23:59:60Z", "01:29:60+01:30", "08:30:06.283185z"}, []string{"08:30:06", "23:59:61Z", "22:59:60Z", "8:30:06Z", "08:60:06Z"}},
		"duration": {[]string{"P4DT12H30M5S", "P1M", "PT1M", "P2W", "PT0S", "P1Y2M3D"}, []string{"P", "PT", "P1", "P1D2H", "P1Y2D", "PT1H2S", "P1WT1H", "P2D1Y", "P1.5D", "1D", "P1DT", "p1d", "P1Y2W", "PW"}},
		"email": {
			[]string{"a@b", "a@xn--x", `"a b@c\""@example.com`, "a.b+c@x-y.de", "a@[127.0.0.1]", "a@[IPv6:::1]", strings.Repeat("a", 64) + "@b"},
			[]string{"", "@", "a@", "@b", ".a@b", "a.@b", "a..b@c", "a b@c", `"a"b@c`, `"a"""@c`, `"é"@b`, "a@é", "a@b@c", "a@-b", "a@[300.0.0.1]", "a@[::1]", strings.Repeat("a", 65) + "@b", "é@b"},
		},
		"hostname": {
			[]string{"a", "1", "a-b.c", "ab--cd", "xn--4gbwdl", "XN--4GBWDL", "xn--4gbwdl.xn--wgbh1c", strings.Repeat(strings.Repeat("a", 63)+".", 3) + strings.Repeat("a", 61)},
			[]string{"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "é", "xn--a", "xn---", "xn--é", "xn--ls8h", "xn--4gbwdl.1", "a。b", strings.Repeat("a", 64), strings.Repeat("abcdefghi.", 25) + "abcd"},
		},
		"ipv4": {[]string{"0.0.0.0", "255.255.255.255"}, []string{"256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4 ", "1..2.3", "", "0x1.2.3.4", "1.2.3.1000"}},
		"ipv6": {
			[]string{"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "fe80::A"},
			[]string{"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::1%eth0", "12345::", "1:2:3:4:5:6:7:1.2.3.4", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::",
				"1:2:3:4:5:6:7:", "::1.2.3", "::g", "1.2.3.4", "::1:", "1:2:3:4::5:6:7:8"},
		},
		"uri": {
			[]string{"http://a", "a:", "urn:isbn:0451450523", "http://u:p@h:80/p/a;b?q=%20#f", "http://[::1]/", "ldap://[v7.a:b]", "file:///a", "x://h:"},
			[]string{"", "a", "//a/b", ":a", "1a:b", "http://a b", "http://a/\\", "http://[::1", "http://[1.2.3.4]/", "http://a:8x/", "http://a/%2", "http://a/#a#b", "http://a/{b}", "http://é/",
				"http://a@b@c/", "http://[::1]x/", "a:[b]"},
		},
		"uri-reference":         {[]string{"", "a", "//a/b", "#", "?q", "a/b:c", "./a:b", "http://a"}, []string{"1a:b", ":a", "a b", "#a#b", "%", "//["}},
		"uuid":                  {[]string{"2EB8AA08-aa98-11ea-b4aa-73b441d16380"}, []string{"", "2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638g", "2eb8aa08-aa98-11ea-b4aa73b441d16380-"}},
		"json-pointer":          {[]string{"", "/", "/a~0~1b/0", "//"}, []string{"a", "/~", "/~2", "#/a"}},
		"relative-json-pointer": {[]string{"0", "1/a", "2#", "0+1/a", "10-2", "0/"}, []string{"", "/a", "01/a", "1a", "0##", "0+", "-1", "0+01"}},
		"idn-email": {
			[]string{"실례@실례.테스트", "a@b", "é@b", `"é ü"@b`, "a@bücher.example", "a@cafe\u0301.com", "a@[IPv6:::1]", "a@xn--x", "\u0085@b", strings.Repeat("é", 32) + "@b"},
			[]string{"", "é", "é@", "@é", "é.@b", "é é@b", "a＠b", "a@b。c", "a@Bücher", "a@-é", "a@é_b", "a@☃.com", "a@[é]", strings.Repeat("é", 32) + "a@b", "\"\\é\"@b"},
		},
		"idn-hostname": {
			[]string{"a", "xn--bcher-kva.example", "bücher.example", "bücher。example．a｡b", "faß", "παράδειγμα.δοκιμή", "例え.テスト", "क्\u200dष"},
			[]string{"", "Bücher", "cafe\u0301", "a。", "。a", "☃", "xn--", "xn--a", "ü-", "-ü", "xn--ü", "a..ü", "ü_", "١a", strings.Repeat("ü", 59), "א.1"},
		},
		"iri": {
			[]string{"http://é/é?é\ue000#é", "http://[::1]/", "urn:é", "x:\U0001f600", "http://é:80/%C3%A9"},
			[]string{"é", "é:a", "http://a/\ue000", "http://a/#\ue000", "http://a/\u0080", "http://a/\ufdd0", "http://a/\U0001fffe", "http://a/\U000e0001", "http://[é]", "http://a b",
				"http://é:é/", "http://a/%é"},
		},
		"iri-reference": {[]string{"", "é", "//é", "?é\U00100000", "#é"}, []string{"é:a", "\ufffe", "é\\", "#\ue000", "//é@é@é"}},
		"uri-template": {
			[]string{"", "/a/{b}", "{+a,b.c:3,d*}", "{?%41b}", "é\ue000'", "{=a}", "{|a}", "{_}", "{a:9999}", "%20", "~[]", "{a}{b}"},
			[]string{"{", "}", "{}", "{+}", "{a", "{{a}}", "{a:}", "{a:0}", "{a:12345}", "{a:3*}", "{a*:3}", "{a**}", "{.a.}", "{a.}", "{a b}", "{é}", "{%4}", "{-a}", "%", "%2", "a b", "\u007f", "<", "a\"",
				"\u0085", "\ufdd0", "^", "`", "|", "\\"},
		},
		"regex": {
			[]string{"", `^a(?<n>b)\k<n>$`, `(?<!a)b`, `\2\1\k<n>(a)(?<n>b|)|\k<n>|c*`, strings.Repeat("(", 1000) + strings.Repeat(")?", 1000)},
			[]string{"(", `\a`, `{`, `\-`, `[b-a]`, `(a|b`, `a|b)`, `a|*`, `(a)\1\2`, `\3(a)\1(b)`, `(?<n>a)\k<n>\k<m>`, `(?<n>a)|(?<n>b`, `^+`, strings.Repeat("(", 1<<18)},
		},
	} {
		check := formats(name)
		assert.True(t, KnownFormat(name))
		for _, s := range c.yes {
			assert.True(t, check([]byte(s)), "%q is a %s", s, name)
		}
		for _, s := range c.no {
			assert.False(t, check([]byte(s)), "%q is no %s", s, name)
		}
		assert.NotContains(t, formatName(name), "format", "%s has a name in messages", name)
	}
	for _, name := range []string{"", "unknown", "Date", "date-time "} {
		assert.False(t, KnownFormat(name), "%q is not known", name)
	}
}

// FuzzDateTime holds date-time against package time, where the two speak of the same.
func FuzzDateTime(f *testing.F) {
	for _, s := range []string{"2025-11-22T20:15:07.381136+00:00", "2000-02-29T23:59:60Z", "1900-02-29t00:00:00-23:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := dateTime([]byte(s))
		_, err := time.Parse(time.RFC3339Nano, s)
		switch {
		case strings.ContainsAny(s, "tz,") || len(s) > 18 && s[17:19] == "60": // package time knows no leap seconds and no small letters, but commas
		case len(s) > 12 && s[12] == ':': // and it takes an hour of one digit
			assert.False(t, got, "%q", s)
		case len(s) > 6 && strings.ContainsAny(s[len(s)-6:len(s)-5], "+-") && (s[len(s)-5:len(s)-3] == "24" || s[len(s)-2:] == "60"): // and offsets that go one too far
			assert.False(t, got, "%q", s)
		default:
			assert.Equal(t, err == nil, got, "%q", s)
		}
	})
}

// formatNames are all that KnownFormat knows.
var formatNames = []string{"date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri",
	"iri-reference", "uri-template", "uuid", "json-pointer", "relative-json-pointer", "regex"}

// TestRegexKeepsNothing: a text is only read, for what is made of a pattern takes a hundred times its bytes.
func TestRegexKeepsNothing(t *testing.T) {
	source := strings.Repeat(`a(b|c\1)*\k<n>[d-f]|`, 100)
	_, broken := parseExpression(source, true)
	require.Equal(t, "reference to a group that does not exist", broken.message)
	tree, broken := parseExpression(source+"(?<n>x)", true)
	require.Nil(t, broken)
	assert.Empty(t, tree.subs)
}

// TestLongTexts would not end in useful time if a check were not linear.
func TestLongTexts(t *testing.T) {
	for _, piece := range []string{"a", "1", ".", ":", "/", "@", "%41", "{", "{a}", "a,", "P1", "[", "(", ")", "|", "\\", "\"", "~0", "-", "é", "。", "xn--", "a.", "(?!a)b", `\p{L}`, `[\p{L}]`,
		"[^a-z]", "(?<", "{1,1000}", "a{2}"} {
		text := strings.Repeat(piece, 1<<14/len(piece))
		for _, frame := range []string{text, "http://" + text, "{" + text + "}", "a@" + text, text + "@a", "[" + text + "]", "2025-11-22T20:15:07." + text, "0" + text, "xn--" + text} {
			for _, name := range formatNames {
				formats(name)([]byte(frame))
			}
		}
	}
}

// FuzzFormats makes sure that no text makes a check fall over.
func FuzzFormats(f *testing.F) {
	for _, s := range []string{"", "P1Y", `"a"@[::1]`, "http://[v1.a]:1/?#", "::1.2.3.4", "0+1/~1", "1998-12-31T23:59:60Z", "bücher.example", "xn--bcher-kva", "{?a,b*:1}", "é@é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		for _, name := range formatNames {
			formats(name)([]byte(s))
		}
		if uri([]byte(s)) {
			assert.True(t, uriReference([]byte(s)), "a URI is a URI reference: %q", s)
		}
		for narrow, wide := range map[string]string{"uri": "iri", "uri-reference": "iri-reference", "iri": "iri-reference", "email": "idn-email", "hostname": "idn-hostname"} {
			assert.False(t, formats(narrow)([]byte(s)) && !formats(wide)([]byte(s)), "every %s is an %s: %q", narrow, wide, s)
		}
		if strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 {
			assert.Equal(t, uri([]byte(s)), iri([]byte(s)), "in ASCII a URI and an IRI are the same: %q", s)
		}
	})
}
