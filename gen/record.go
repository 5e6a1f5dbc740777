package gen

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/assay-go/assay/internal/limit"
)

// A generation is recorded in the doc.go that it writes, as one line:
//
//	//assay:generate -assert-format -o . ../../schemas/events.schema.json ../../schemas/metrics.schema.json
//
// The arguments are those of "assay generate", with all paths relative to the folder of doc.go. [Recorded] finds such lines, so that a generation can be
// replayed and checked without being told how it was made.
const directive = "//assay:generate"

// recordFile is the generated file that holds the directive.
const recordFile = "doc.go"

// AddFlags defines the flags of a generation on fs, such that parsing them fills c. It is the one definition of them: of "assay generate" and of directives.
func (c *Config) AddFlags(fs *flag.FlagSet) {
	fs.StringVar(&c.Out, "o", ".", "write the package to this `folder`")
	fs.StringVar(&c.Package, "package", "", "`name` of the package (default: the last element of its folder)")
	fs.StringVar(&c.ImportPath, "import-path", "", "import `path` of the package (default: found by the go.mod above its folder)")
	fs.BoolVar(&c.NoTest, "notest", false, "leave out the …test package and its helpers")
	c.AddSchemaFlags(fs)
}

// AddSchemaFlags defines those flags of a generation that say how schemas are read, which other subcommands have as well.
func (c *Config) AddSchemaFlags(fs *flag.FlagSet) {
	fs.BoolVar(&c.AssertFormat, "assert-format", false, "treat format as an assertion, whatever the dialect says")
	fs.BoolVar(&c.AssertContent, "assert-content", false, "treat contentEncoding base64 and contentMediaType application/json as assertions")
	fs.BoolVar(&c.UnknownKeywords, "unknown-keywords", false, "treat keywords and formats that the dialect does not have as annotations")
	fs.StringVar(&c.Dialect, "dialect", "", "`dialect` of schemas without $schema: draft4, draft6, draft7, 2019-09 or 2020-12 (default 2020-12)")
	fs.Func("map", "`URI=path` of a file that references to the URI lead to, or of a folder for what is below the URI; repeat it for several", c.addMap)
	fs.Func("limit", "`name=value` of a limit of what schemas may ask for; repeat it for several (defaults: "+limit.Names()+")", c.Limits.Set)
}

// addMap adds an entry to c.Map, written as the flag has it.
func (c *Config) addMap(entry string) error {
	uri, file, ok := strings.Cut(entry, "=")
	if !ok || uri == "" || file == "" {
		return errors.New("want URI=path")
	}
	if _, twice := c.Map[uri]; twice {
		return fmt.Errorf("%s is mapped twice", uri)
	}
	if c.Map == nil {
		c.Map = map[string]string{}
	}
	c.Map[uri] = filepath.ToSlash(file)
	return nil
}

// ParseArgs reads the arguments of a generation: flags, then schema files.
func ParseArgs(args []string) (Config, error) {
	var c Config
	flags := flag.NewFlagSet("assay generate", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	c.AddFlags(flags)
	if err := flags.Parse(args); err != nil {
		return Config{}, err
	}
	c.Schemas = flags.Args()
	if len(c.Schemas) == 0 {
		return Config{}, errors.New("no schema file is named")
	}
	return c, nil
}

// Directive returns the line that records c in doc.go. It looks at names only, never at files.
func (c Config) Directive() string {
	args := []string{directive}
	if c.AssertFormat {
		args = append(args, "-assert-format")
	}
	if c.AssertContent {
		args = append(args, "-assert-content")
	}
	if c.UnknownKeywords {
		args = append(args, "-unknown-keywords")
	}
	if c.Dialect != "" {
		args = append(args, "-dialect", quoteArg(c.Dialect))
	}
	out := c.onDisk(c.Out)
	for _, uri := range slices.Sorted(maps.Keys(c.Map)) {
		args = append(args, "-map", quoteArg(uri+"="+relative(out, c.onDisk(c.Map[uri]))))
	}
	for _, entry := range c.Limits.Entries() {
		args = append(args, "-limit", entry)
	}
	if c.NoTest {
		args = append(args, "-notest")
	}
	if c.Package != "" && c.Package != folderName(out) {
		args = append(args, "-package", quoteArg(c.Package))
	}
	if c.ImportPath != "" {
		args = append(args, "-import-path", quoteArg(c.ImportPath))
	}
	args = append(args, "-o", ".")
	for _, s := range c.Schemas {
		name := relative(out, c.onDisk(s))
		if strings.HasPrefix(name, "-") {
			name = "./" + name // not a flag
		}
		args = append(args, quoteArg(name))
	}
	return strings.Join(args, " ")
}

// onDisk returns a path of c as the operating system wants it.
func (c Config) onDisk(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(c.Dir, name)
}

// relative returns the path of name as seen from a folder, with forward slashes; name itself if there is no such path (another drive).
func relative(folder, name string) string {
	if rel, err := filepath.Rel(absolute(folder), absolute(name)); err == nil {
		name = rel
	}
	return filepath.ToSlash(name)
}

// absolute falls back on the cleaned path: a current folder that was deleted leaves nothing better.
func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return filepath.Clean(name)
}

func folderName(folder string) string { return filepath.Base(absolute(folder)) }

// quoteArg writes an argument such that splitArgs reads it back, on one line.
func quoteArg(arg string) string {
	plain := func(r rune) bool { return strconv.IsPrint(r) && r != ' ' && r != '"' && r != '\\' && r != '`' }
	if arg != "" && strings.IndexFunc(arg, func(r rune) bool { return !plain(r) }) < 0 {
		return arg
	}
	return strconv.Quote(arg)
}

// splitArgs splits the arguments of a directive: words between blanks, or Go strings in double quotes, as in a //go:generate line.
func splitArgs(line string) ([]string, error) {
	var args []string
	for {
		line = strings.TrimLeft(line, " \t")
		switch {
		case line == "":
			return args, nil
		case line[0] == '"':
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("argument %d: a quoted string that does not end, or holds a bad escape", len(args)+1)
			}
			arg, _ := strconv.Unquote(quoted)
			args = append(args, arg)
			line = line[len(quoted):]
			if line != "" && line[0] != ' ' && line[0] != '\t' {
				return nil, fmt.Errorf("argument %d: want a blank behind the closing quote", len(args))
			}
		default:
			end := strings.IndexAny(line, " \t")
			if end < 0 {
				end = len(line)
			}
			args = append(args, line[:end])
			line = line[end:]
		}
	}
}

// RecordError is a recorded generation that cannot be replayed.
type RecordError struct {
	File string
	Line int // 0 is the whole file
	Err  error
}

func (e *RecordError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", filepath.ToSlash(e.File), e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", filepath.ToSlash(e.File), e.Line, e.Err)
}

func (e *RecordError) Unwrap() error { return e.Err }

// Recorded returns the generations that are recorded in folders below root, in the order of their folders. A pattern is a folder, or a folder followed by
// /... for all folders below it too; those called vendor or testdata, those that begin with . or _, and other modules are passed over. Patterns that are
// no absolute paths are relative to root. The paths of a Config are relative to its Dir, which is root: so messages name files as the caller knows them.
//
// The error is a joined list of a *RecordError for each directive that cannot be read and for each folder of generated files that no directive
// accounts for (it wraps [ErrOrphaned] if there is nothing that could), or it is an error of the file system.
func Recorded(root string, patterns ...string) ([]Config, error) {
	folders, err := matchFolders(root, patterns)
	if err != nil {
		return nil, err
	}
	var configs []Config
	var mistakes []error
	for _, folder := range folders {
		args, line, err := readDirective(filepath.Join(folder, recordFile))
		if err != nil {
			return nil, err
		}
		if line == 0 {
			stray, err := strayFile(folder)
			if err != nil {
				return nil, err
			}
			if stray != "" {
				reason, err := whyStray(folder)
				if err != nil {
					return nil, err
				}
				mistakes = append(mistakes, &RecordError{File: stray, Err: reason})
			}
			continue
		}
		c, err := parseDirective(root, folder, args)
		if err != nil {
			mistakes = append(mistakes, &RecordError{File: filepath.Join(folder, recordFile), Line: line, Err: err})
			continue
		}
		configs = append(configs, c)
	}
	return configs, errors.Join(mistakes...)
}

var errStray = errors.New("was generated by assay, but no " + recordFile + " says how: generate it again by naming the schemas, or delete it")

// ErrOrphaned is the reason of a *[RecordError] for a …test package that was generated beside one which is gone.
var ErrOrphaned = errors.New("was generated for a package that is gone: delete it")

// whyStray returns why a folder of generated files has no directive.
func whyStray(folder string) (reason, err error) {
	owner, ok := strings.CutSuffix(absolute(folder), "test")
	if !ok || os.IsPathSeparator(owner[len(owner)-1]) {
		return errStray, nil
	}
	left, err := generatedFile(owner)
	if errors.Is(err, fs.ErrNotExist) || err == nil && left == "" {
		return ErrOrphaned, nil
	}
	return errStray, err
}

// strayFile returns a generated file of a folder without a directive; "" if there is none, or if the folder is the …test package of one with a directive.
func strayFile(folder string) (string, error) {
	if owner, ok := strings.CutSuffix(absolute(folder), "test"); ok {
		if _, line, err := readDirective(filepath.Join(owner, recordFile)); err != nil || line > 0 {
			return "", err
		}
	}
	return generatedFile(folder)
}

// generatedFile returns a generated Go file of a folder; "" if there is none.
func generatedFile(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		file := filepath.Join(folder, entry.Name())
		if !entry.Type().IsRegular() || filepath.Ext(file) != ".go" {
			continue
		}
		if ours, err := isGenerated(file); err != nil || ours {
			return file, err
		}
	}
	return "", nil
}

func parseDirective(root, folder, text string) (Config, error) {
	args, err := splitArgs(text)
	if err != nil {
		return Config{}, err
	}
	c, err := ParseArgs(args)
	if err != nil {
		return Config{}, err
	}
	here := Config{Dir: folder}
	if out := here.onDisk(c.Out); out != filepath.Clean(folder) {
		return Config{}, fmt.Errorf("want -o . for the folder of the directive, found -o %s", c.Out)
	}
	c.Dir = root
	c.Out = relative(root, folder)
	fromRoot := func(name string) string {
		if filepath.IsAbs(filepath.FromSlash(name)) {
			return name
		}
		return relative(root, here.onDisk(name))
	}
	for i, s := range c.Schemas {
		c.Schemas[i] = fromRoot(s)
	}
	for uri, place := range c.Map {
		c.Map[uri] = fromRoot(place)
	}
	return c, nil
}

// readDirective returns the arguments of the directive in a generated file, and its line; line 0 if there is no such file, if it is not a generated
// one, or if it has no directive.
func readDirective(file string) (args string, line int, err error) {
	text, err := readRegular(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !generated(text) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	number := 0
	for l := range bytes.Lines(text) {
		number++
		rest, ok := strings.CutPrefix(strings.TrimRight(string(l), "\r\n"), directive)
		if ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
			return rest, number, nil
		}
	}
	return "", 0, nil
}

// generated reports whether a file was written by this generator: it may be overwritten and deleted.
func generated(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	return bytes.HasPrefix(line, []byte(Header)) && bytes.HasSuffix(line, []byte(" DO NOT EDIT."))
}

// isGenerated is generated for a file on disk, of which it reads the first line only.
func isGenerated(file string) (bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadSlice('\n') // a first line that overflows the buffer is none of ours
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return false, err
	}
	return generated(line), nil
}

// matchFolders returns the folders that the patterns stand for, each once, sorted.
func matchFolders(root string, patterns []string) ([]string, error) {
	var folders []string
	for _, p := range patterns {
		p = filepath.FromSlash(p)
		base, walk := strings.CutSuffix(p, "...")
		if strings.Contains(base, "...") || walk && base != "" && !os.IsPathSeparator(base[len(base)-1]) {
			return nil, fmt.Errorf("pattern %q: want a folder, which /... may follow", filepath.ToSlash(p))
		}
		base = Config{Dir: root}.onDisk(base)
		found, err := foldersBelow(base, walk)
		if err != nil {
			return nil, err
		}
		folders = append(folders, found...)
	}
	slices.Sort(folders)
	return slices.Compact(folders), nil
}

func foldersBelow(base string, walk bool) ([]string, error) {
	if base == "" {
		base = "."
	}
	switch info, err := os.Stat(base); {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: base, Err: errors.New("not a folder")}
	case !walk:
		return []string{base}, nil
	}
	var folders []string
	err := filepath.WalkDir(base, func(folder string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			return nil
		}
		if folder != base && passedOver(folder, entry.Name()) {
			return filepath.SkipDir
		}
		folders = append(folders, folder)
		return nil
	})
	return folders, err
}

// passedOver is the rule of the go command for ./... (go help packages).
func passedOver(folder, name string) bool {
	if name == "vendor" || name == "testdata" || name[0] == '.' || name[0] == '_' {
		return true
	}
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}
