package stream

import (
	"bytes"
	"strings"
)

// secretParts are what the name of a secret has in it, written together.
var secretParts = [...]string{
	"password", "passwd", "passphrase", "passcode", "secret", "credential", "authorization", "cookie", "bearer", "jwt",
	"apikey", "accesskey", "privatekey", "authkey", "accountkey", "sharedkey", "storagekey", "encryptionkey", "signingkey", "masterkey", "serverkey",
}

// IsSecretName reports whether a name is one that secrets have: password, DB_PASSWORD, api-key, accessToken, Authorization. A name that ends in what
// is no secret itself is none: token_count, secret_path. Only the last 64 bytes count.
func IsSecretName(name string) bool {
	if len(name) < len("pw") {
		return false
	}
	var memory [2 * 64]byte
	words := appendWords(memory[:0], name[max(0, len(name)-64):])
	last := words[bytes.LastIndexByte(words, ' ')+1:]
	switch string(last) {
	case "", "path", "file", "filename", "dir", "name", "url", "uri", "type", "count", "length", "len", "size", "policy", "ttl", "expiry", "expires",
		"txt", "json", "yaml", "yml", "toml", "py", "go", "error", "exception":
		return false
	case "token", "pass", "pwd", "pw", "auth", "pin", "otp", "sig", "signature":
		return true
	case "tokens": // counted, unless it is said which
		for _, kind := range [...]string{"access ", "refresh ", "api ", "auth ", "session "} {
			if bytes.HasSuffix(words[:len(words)-len(last)], []byte(kind)) {
				return true
			}
		}
	}
	together := words[:0]
	for i, c := range words {
		if c == ' ' {
			continue
		}
		// A word that ends in token: accesstoken, token_v2.
		if (i+1 == len(words) || words[i+1] == ' ') && bytes.HasSuffix(together, []byte("toke")) && c == 'n' {
			return true
		}
		together = append(together, c)
	}
	for i := range secretParts {
		if bytes.Contains(together, []byte(secretParts[i])) {
			return true
		}
	}
	return false
}

// appendWords appends the words of a name in lower case, with a space between them: dbPassword and DB_PASSWORD are both "db password".
func appendWords(dst []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		upper := 'A' <= c && c <= 'Z'
		switch {
		case c == '_' || c == '-' || c == '.' || c == ' ' || c == '/':
			if n := len(dst); n > 0 && dst[n-1] != ' ' {
				dst = append(dst, ' ')
			}
			continue
		case upper && i > 0 && isLower(name[i-1]), // dbPassword
			upper && i > 0 && i+1 < len(name) && isLower(name[i+1]): // DBPassword
			if n := len(dst); n > 0 && dst[n-1] != ' ' {
				dst = append(dst, ' ')
			}
		}
		if upper {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return bytes.TrimRight(dst, " ")
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

// isHeaderName reports whether a secret is the rest of the line, as in HTTP: Authorization, Cookie.
func isHeaderName(name string) bool {
	lower := strings.ToLower(name[max(0, len(name)-64):])
	return strings.Contains(lower, "authorization") || strings.Contains(lower, "cookie")
}

// keyForms are how words begin that are keys of well-known services, and how long they are at least.
var keyForms = [...]struct {
	prefix string
	least  int
}{
	{"ghp_", 20}, {"gho_", 20}, {"ghu_", 20}, {"ghs_", 20}, {"ghr_", 20}, {"github_pat_", 30}, {"glpat-", 20}, {"npm_", 30}, {"pypi-", 40},
	{"xoxa-", 15}, {"xoxb-", 15}, {"xoxe-", 15}, {"xoxp-", 15}, {"xoxr-", 15}, {"xoxs-", 15}, {"xapp-", 15},
	{"sk_live_", 16}, {"sk_test_", 16}, {"rk_live_", 16}, {"rk_test_", 16}, {"whsec_", 20}, {"sk-", 20}, {"AIza", 35}, {"ya29.", 20},
	{"SG.", 40}, {"hf_", 30}, {"dop_v1_", 40}, {"dckr_pat_", 20}, {"shpat_", 30}, {"tskey-", 20}, {"AGE-SECRET-KEY-", 40},
}

// isKeyForm reports whether a word has a form that only keys have.
func isKeyForm(word string) bool {
	switch {
	case len(word) < 15:
		return false
	case len(word) == 20 && (word[:4] == "AKIA" || word[:4] == "ASIA"): // AWS access keys
		return strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
	case strings.HasPrefix(word, "eyJ"): // {" in base64url: a JSON Web Token (RFC 7519 section 3)
		return len(word) >= 30 && strings.Count(word, ".") >= 2
	}
	for i := range keyForms {
		if f := &keyForms[i]; len(word) >= f.least && strings.HasPrefix(word, f.prefix) {
			return true
		}
	}
	return false
}
