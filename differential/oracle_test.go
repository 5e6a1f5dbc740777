package differential

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path"
	"regexp"
	"strings"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/assay-go/assay/dynamic"
)

// judges are this project and the oracle with the same schema, both without formats and content. Patterns are matched by this project for both: of ECMA-262 the
// oracle knows what Go's regexp has in common with it.
type judges struct {
	group  *group
	ours   *dynamic.Schema
	oracle *jsonschema.Schema
}

// newJudges compiles a schema twice. Remotes are those of the official suite, nil for none.
func newJudges(g *group, remotes fs.FS) (*judges, error) {
	files := fstest.MapFS{"schema.json": &fstest.MapFile{Data: g.schema}}
	options := dynamic.Options{UnknownKeywords: true, Dialect: g.dialect}
	if remotes != nil {
		options.Map = map[string]string{remoteURI: "remotes"}
	}
	schemas, err := dynamic.Compile(overlay{files, remotes}, options, "schema.json")
	if err != nil {
		return nil, fmt.Errorf("refused by ours: %w", err)
	}
	oracle, err := compileOracle(g, remotes)
	if err != nil {
		return nil, fmt.Errorf("refused by the oracle: %w", err)
	}
	return &judges{g, schemas[0], oracle}, nil
}

// overlay is a folder whose subfolder remotes is another.
type overlay struct{ files, remotes fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	if below, ok := strings.CutPrefix(name, "remotes/"); ok && o.remotes != nil {
		return o.remotes.Open(below)
	}
	return o.files.Open(name)
}

func compileOracle(g *group, remotes fs.FS) (compiled *jsonschema.Schema, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	c := jsonschema.NewCompiler()
	for _, d := range drafts {
		if d.dialect == g.dialect {
			c.DefaultDraft(d.oracle)
		}
	}
	c.UseLoader(remoteLoader{remotes})
	c.UseRegexpEngine(newPattern)
	for _, name := range formats {
		c.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(any) error { return nil }})
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(g.schema)))
	if err != nil {
		return nil, err
	}
	const uri = "file:///schema.json"
	if err := c.AddResource(uri, doc); err != nil {
		return nil, err
	}
	return c.Compile(uri)
}

// formats are those that the oracle asserts unless another takes their place. The format regex asks the pattern engine, to which every text is a pattern.
var formats = []string{
	"json-pointer", "relative-json-pointer", "uuid", "duration", "period", "ipv4", "ipv6", "hostname", "email", "date", "time", "date-time",
	"uri", "iri", "uri-reference", "iri-reference", "uri-template", "semver", "idn-email", "idn-hostname",
}

type remoteLoader struct{ remotes fs.FS }

func (l remoteLoader) Load(uri string) (any, error) {
	below, ok := strings.CutPrefix(uri, remoteURI+"/")
	if !ok || l.remotes == nil {
		return nil, errors.New("not a remote of the suite")
	}
	f, err := l.remotes.Open(path.Clean(below))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return jsonschema.UnmarshalJSON(f)
}

// pattern lets this project match patterns for the oracle.
type pattern struct {
	source string
	schema *dynamic.Schema // nil if it is no pattern: then no schema of ours has it
}

func newPattern(source string) (jsonschema.Regexp, error) {
	files := fstest.MapFS{"p.json": &fstest.MapFile{Data: []byte(`{"pattern":` + quote(source) + `}`)}}
	schemas, err := dynamic.Compile(files, dynamic.Options{}, "p.json")
	if err != nil {
		return &pattern{source, nil}, nil
	}
	return &pattern{source, schemas[0]}, nil
}

func (p *pattern) MatchString(s string) bool {
	return p.schema != nil && p.schema.Valid([]byte(quote(s)))
}
func (p *pattern) String() string { return p.source }

// farExponent finds numbers that the oracle must not see: it makes fractions of them, which takes long, and panics from 1e1000001 on. Texts that look alike
// are left out too.
var farExponent = regexp.MustCompile(`[0-9][eE][+-]?[0-9]{5,}`)

// verdicts returns what both judges say of an instance. Ours is asked twice, and must say the same.
func (j *judges) verdicts(instance string) (ours, oracle bool, err error) {
	ours = j.ours.Valid([]byte(instance))
	if why := j.ours.Validate([]byte(instance)); ours != (why == nil) {
		return false, false, fmt.Errorf("valid is %v, and yet Validate says: %v", ours, why)
	}
	if farExponent.MatchString(instance) {
		return ours, ours, nil
	}
	oracle, err = j.oracleSays(instance)
	return ours, oracle, err
}

func (j *judges) oracleSays(instance string) (valid bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the oracle panics: %v", p)
		}
	}()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(instance))
	if err != nil {
		return false, fmt.Errorf("the oracle cannot read it: %w", err)
	}
	return j.oracle.Validate(value) == nil, nil
}

// rules are the differences that are meant to be, and why.
var rules = []struct {
	name, why string
	explains  func(j *judges, instance string) bool
}{
	{
		"draft 4 integers",
		"in draft 4 an integer is a number without fraction or exponent (Core section 3.5), so that 1.0 is none; the oracle has the rule of draft 6",
		func(j *judges, instance string) bool {
			plain, err := plainIntegers(instance)
			if j.group.dialect != "draft4" || err != nil || plain == instance {
				return false
			}
			ours, oracle, err := j.verdicts(plain)
			return err == nil && ours == oracle
		},
	},
	{
		"draft 4 metaschema",
		"the oracle's copy of the draft 4 metaschema says that $ref is a string, which the published one leaves open",
		func(j *judges, instance string) bool {
			named := bytes.ReplaceAll([]byte(instance), []byte(`"$ref":`), []byte(`"$reF":`))
			if j.group.dialect != "draft4" || !bytes.Contains(j.group.schema, []byte("http://json-schema.org/draft-04/schema#")) || bytes.Equal(named, []byte(instance)) {
				return false
			}
			ours, oracle, err := j.verdicts(string(named))
			return err == nil && ours == oracle
		},
	},
}

// plainIntegers writes whole numbers without fraction and exponent.
func plainIntegers(instance string) (string, error) {
	t, err := parseTree([]byte(instance))
	if err != nil {
		return "", err
	}
	for _, part := range t.all() {
		if part.isNumber() && !farExponent.MatchString(part.token) {
			if r, ok := new(big.Rat).SetString(part.token); ok && r.IsInt() {
				part.token = r.Num().String()
			}
		}
	}
	return t.String(), nil
}

// compare returns what is wrong with what the judges say of an instance: "" for nothing. Explained is the rule that a difference is for, if any.
func (j *judges) compare(instance string) (wrong, explained string) {
	ours, oracle, err := j.verdicts(instance)
	switch {
	case err != nil:
		wrong = err.Error()
	case ours == oracle:
		return "", ""
	default:
		wrong = fmt.Sprintf("ours says %v, the oracle %v", ours, oracle)
		for _, r := range rules {
			if r.explains(j, instance) {
				return "", r.name
			}
		}
		if !ours {
			wrong += fmt.Sprintf(" (%v)", j.ours.Validate([]byte(instance)))
		}
	}
	return fmt.Sprintf("%s: %s\n\tschema   %.600s\n\tinstance %.600s", j.group.name, wrong, j.group.schema, instance), ""
}

// long reports whether tests that take many seconds are to run: ASSAY_LONG says so.
func long() bool { return os.Getenv("ASSAY_LONG") != "" }
