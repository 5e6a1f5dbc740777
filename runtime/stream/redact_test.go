package stream

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// secrets are texts with a secret in them, marked by § on both sides, and what is to become of them; "" is the same with [redacted] for the secret.
var secrets = []struct{ text, want string }{
	{"postgres://§admin:S3CRET§@db.example:5432/shop", ""},
	{"cannot connect to https://§S3CRET§@github.com/a/b.git today", ""},
	{"mysql://§u:p@ss/S3C?RE#T§@h:1/x", ""},
	{"redis://§:S3CRET§@[::1]:6379/0", ""},
	{"x://§a:S3CRET§@b, y://§c:S3CRET§@d", ""},
	{"(https://§u:S3CRET§@h)", ""},
	{"password=§S3CRET§", ""},
	{"host=db password=§S3CRET,!x§ port=5432", ""},
	{"connect(host='db', password=§'S3CRET with spaces'§, port=1)", ""},
	{"connect(password=§S3CRET§)", ""},
	{"connect(password=§b'S3CRET and more'§)", ""},
	{`{"user": "u", "password": §"S3CRET \" more"§, "port": 1}`, ""},
	{`{\"api_key\": §\"S3CRET \\\" more\"§, \"port\": 1}`, ""},
	{"{'token': §'S3CRET'§}", ""},
	{"SET PASSWORD = §'S3''CRET'§;", ""},
	{"Server=db;PWD=§{S3C;RET}§;Encrypt=yes", ""},
	{"Server=db;Pwd=§S3CRET§;Encrypt=yes", ""},
	{"?user=u&access_token=§S3CRET§&x=1", ""},
	{"api-key: §S3CRET§", ""},
	{"apiKey := §S3CRET§", ""},
	{"AWS_SECRET_ACCESS_KEY=§wJalrXUtnFEMI/K7MDENG/bPxRfiCYS3CRETKEY§", ""},
	{"secret_key => §S3CRET§", ""},
	{"client.secret = §S3CRET§\nnext", ""},
	{"mysqldump --password=§S3CRET§ db", ""},
	{"curl --token §S3CRET§ https://h", ""},
	{"['mysql', '--password', §'S3CRET'§]", ""},
	{"Authorization: §Bearer S3CRET, more§\nHost: h", ""},
	{`-H "Authorization: §Basic dTpTM0NSRVQ=§" https://h`, ""},
	{"{'Authorization': §'Bearer S3CRET'§}", ""},
	{"Cookie: §a=S3CRET; b=c§\n", ""},
	{"sent Bearer §S3CRET.a-b_c~d+e/f==§, got 401", ""},
	{"bearer §S3CRET§", ""},
	{"Basic §dTpTM0NSRVQ=§", ""},
	{"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n§-----BEGIN RSA PRIVATE KEY-----\nS3CRET\n-----END RSA PRIVATE KEY-----§\n", ""},
	{`key = '\n§-----BEGIN PRIVATE KEY-----\nS3CRET\n-----END PRIVATE KEY-----§\n'`, ""},
	{"§-----BEGIN OPENSSH PRIVATE KEY-----\nS3CRET cut off§", ""},
	{"used §AKIAIOSFODNN7S3CRET1§.", "used [redacted]"},
	{`C:\n§AKIAIOSFODNN7S3CRET1§"`, ""},
	{"§ghp_S3CRETS3CRETS3CRETS3CRETS3CRET1234§", ""},
	{"got §sk-proj-S3CRETS3CRETS3CRET§", ""},
	{"§eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTM0NSRVQifQ.S3CRET-_§", ""},
	{"xoxb-S3CRETS3CRET1", "[redacted]"},
	{"password: null, secret: §S3CRET§", ""},
	{"token=§\"\npassword=\"S3CRET\"§", ""},
	{"§token§", "token"}, // a name alone
}

func TestRedact(t *testing.T) {
	for _, c := range secrets {
		text, want := strings.ReplaceAll(c.text, "§", ""), c.want
		if want == "" {
			parts := strings.Split(c.text, "§")
			for i := 1; i < len(parts); i += 2 {
				parts[i] = redacted
			}
			want = strings.Join(parts, "")
		}
		got := Redact("error", text)
		assert.Equal(t, want, got)
		assert.Equal(t, got, Redact("error", got), "once is enough")
	}
}

func TestRedactKeeps(t *testing.T) {
	for _, text := range []string{
		"",
		"division by zero",
		"KeyError: 'password'",
		"password is required",
		"password",
		"invalid bearer token",
		"basic settings of the driver",
		"https://db.example:8080/a@b?c=d",
		"mail root@db.example, see https://db.example/x",
		"http://[::1]:80/@x",
		"Access denied for user 'u'@'h' (using password: YES)",
		"token_count: 512, tokens: 7, max_tokens=9",
		"TokenExpiredError: 3 days ago",
		"secret_path=/run/secrets",
		"author: me",
		`File "token.py", line 3, in connect`,
		"-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----",
		"sk-short, eyJx.y",
		"ASIAN COUNTRIES AND THEIR CAPITALS",
		"C:\\new\\token",
		"password: [redacted]",
		"ключ: значение",
	} {
		assert.Equal(t, text, Redact("error", text))
	}
}

func TestRedactProperty(t *testing.T) {
	assert.Equal(t, redacted, Redact("db_password", "plain"))
	assert.Equal(t, "plain", Redact("error", "plain"))
	assert.Empty(t, Redact("db_password", ""))
}

func TestIsSecretName(t *testing.T) {
	for _, name := range []string{
		"password", "Password", "DB_PASSWORD", "dbPassword", "PGPASSWORD", "passwd", "pwd", "pass", "token", "accessToken", "access_token", "x-auth-token",
		"accesstoken", "access_tokens", "api_key", "apikey", "API-Key", "x-api-key", "aws.secret.access.key", "client_secret", "Authorization",
		"Set-Cookie", "private_key", "credentials", "passphrase", "DBPass", "token_v2", strings.Repeat("x", 1000) + "_token",
	} {
		assert.True(t, IsSecretName(name), name)
	}
	for _, name := range []string{
		"", "key", "keys", "tokens", "max_tokens", "token_count", "tokenizer", "author", "authority", "compass", "bypass_cache", "session", "path",
		"secret_path", "password_file", "token_url", "passed", "monkey", "_", "-",
	} {
		assert.False(t, IsSecretName(name), name)
	}
}

// FuzzRedact: no text around a secret makes it visible, and nothing panics.
func FuzzRedact(f *testing.F) {
	for _, c := range secrets {
		f.Add(strings.ReplaceAll(c.text, "§", ""))
	}
	f.Add(`password="`)
	f.Add("pass='")
	f.Add("0-----BEGIN PRIVATE KEY-----END 0")
	f.Add("://\\\"'`{=:>-----BEGIN PRIVATE KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		Redact(text, text)
		if strings.Contains(text, "S3CRET") {
			return
		}
		for _, c := range secrets {
			if c.want != "" {
				continue
			}
			secret := strings.ReplaceAll(c.text, "§", "")
			got := Redact("error", text+"\n"+secret+"\n"+text)
			if strings.Contains(got, "S3CRET") {
				t.Errorf("%q shows the secret of %q: %q", got, secret, text)
			}
		}
	})
}

// TestRedactIsLinear: texts that look for the end of something again and again. In quadratic time they would take many minutes.
func TestRedactIsLinear(t *testing.T) {
	for _, piece := range []string{
		"a", " ", "://", "://a@", "a:b://", "x://y:z/", `password="`, `password=\"`, "password={", "password={&", `password='a' `, "password", "password: ", "-----BEGIN ",
		"-----BEGIN PRIVATE KEY", "-----END ", "Bearer ", "--token ", "Cookie: ", "Cookie: \n", "token=b", `\`, `"`, "`", "eyJ.", "AKIA", "A_a", "token=\\", "ß",
	} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		start := time.Now()
		Redact("error", text)
		t.Logf("%-24q %s", piece, time.Since(start))
	}
}

func BenchmarkRedact(b *testing.B) {
	text := strings.Repeat(`  File "/opt/app/drivers/mysql.py", line 117, in connect
    return pymysql.connect(host=host, port=port, user=user, password=password)
`, 20)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Redact("traceback", text)
	}
}
