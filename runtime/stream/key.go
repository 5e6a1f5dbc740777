package stream

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/runtime/tape"
)

// MaxKeyLength is how many bytes of a key value, or of an unknown name, are kept. Of a longer one, its beginning and a SHA-256 digest stand for
// it, so that a stream of huge values costs no more memory than one of small ones.
const MaxKeyLength = 256

// separator stands between the values of several keys. In a value, it and escape have escape in front (ASCII's unit and record separator).
const (
	separator = '\x1f'
	escape    = '\x1e'
	none      = '\x00' // behind escape: there is no value
)

// keys returns the keys of the given names. A name that is not declared is a property of the record.
func (f *Facts) keys(names []string) []Key {
	keys := make([]Key, len(names))
	for i, name := range names {
		if k := slices.IndexFunc(f.Keys, func(k Key) bool { return k.Name == name }); k >= 0 {
			keys[i] = f.Keys[k]
		} else {
			keys[i] = Key{Name: name, At: []string{"/" + pointerToken(name)}}
		}
	}
	return keys
}

// pointerToken returns a name as a reference token of a JSON Pointer (RFC 6901 section 4).
func pointerToken(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// read returns the value of a key: a string's content, a number or boolean as it is written. It dies with the tape's value.
func (k Key) read(t *tape.Tape) ([]byte, bool) {
	for _, pointer := range k.At {
		n, found := t.Lookup(0, pointer)
		if !found {
			continue
		}
		switch t.Kind(n) {
		case tape.String:
			if k.Basename {
				return basename(t.Str(n)), true
			}
			return t.Str(n), true
		case tape.Number, tape.Bool:
			return t.Text(n), true
		}
		return nil, false // the first that is present wins, also if it cannot be a key
	}
	return nil, false
}

// basename returns the last element of a path, of Windows too, as the runs of one pipeline may come from several systems.
func basename(path []byte) []byte {
	path = bytes.TrimRight(path, `/\`)
	return path[bytes.LastIndexAny(path, `/\`)+1:]
}

func appendKey(dst, value []byte) []byte {
	if len(value) > MaxKeyLength {
		value = []byte(abridge(string(value)))
	}
	for _, c := range value {
		if c == separator || c == escape {
			dst = append(dst, escape)
		}
		dst = append(dst, c)
	}
	return dst
}

// Between the beginning of a text that abridge made shorter and its digest stand these, with how many bytes the text had between them.
const abridgedMark, abridgedBytes = "…", " bytes, sha256:"

// abridge returns value, or a text of at most MaxKeyLength bytes that differs from those of other values.
func abridge(value string) string {
	if len(value) <= MaxKeyLength {
		return value
	}
	sum := sha256.Sum256([]byte(value))
	digest := abridgedMark + strconv.Itoa(len(value)) + abridgedBytes + hex.EncodeToString(sum[:])
	return strings.ToValidUTF8(value[:MaxKeyLength-len(digest)], "") + digest
}

// abridged returns how many bytes a text had that abridge made shorter, and its digest. For another text ok is false.
func abridged(text string) (bytes, digest string, ok bool) {
	i := strings.LastIndex(text, abridgedMark)
	if i < 0 || len(text) > MaxKeyLength {
		return "", "", false
	}
	bytes, digest, ok = strings.Cut(text[i+len(abridgedMark):], abridgedBytes)
	return bytes, digest, ok && len(digest) == hex.EncodedLen(sha256.Size)
}

// splitKeys undoes appendKeys.
func splitKeys(joined string) []string {
	var values []string
	var value []byte
	for i := 0; i < len(joined); i++ {
		switch c := joined[i]; {
		case c == separator:
			values = append(values, string(value))
			value = value[:0]
		case c == escape && i+1 < len(joined):
			i++
			value = append(value, joined[i])
		default:
			value = append(value, c)
		}
	}
	return append(values, string(value))
}

// spellKey returns a value of splitKeys as text.
func spellKey(value string) string {
	if value == string(rune(none)) {
		return "(none)"
	}
	return quote(value)
}
