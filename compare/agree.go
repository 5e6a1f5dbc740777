package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Verdicts on one line, as letters: the verdicts on a file are one string, in which line n has the letter at n-1.
const (
	lineValid     = 'v'
	lineInvalid   = 'i'
	lineMalformed = 'm' // no JSON text: there is nothing to validate
	lineBlank     = '-'
)

// logFile is one file of lines and the schema that judges them.
type logFile struct {
	stream stream
	path   string // absolute
	shown  string // as the user named it
	lines  int
}

// opinion is what one validator says of all files.
type opinion struct {
	who      string
	verdicts map[string]string // letters by path; a file may be missing
}

var (
	//go:embed agree.py
	agreePython string
	//go:embed agree.mjs
	agreeAjv string
)

// agree prints whether python3-jsonschema, ajv and the oracle.json of each folder give the same verdicts as assay, line by line. Validators that are not
// installed are skipped with a word; a difference is an error.
func agree(ctx context.Context, root, temp string, folders []string) error {
	files, err := logFiles(folders)
	if err != nil {
		return err
	}
	ours, err := assayOpinion(ctx, root, temp, files)
	if err != nil {
		return err
	}
	oracles, err := oracleOpinion(folders, files)
	if err != nil {
		return err
	}
	others := []opinion{oracles}
	for _, validator := range []struct {
		name  string
		judge func(context.Context, string, string, []logFile) (opinion, error)
	}{{"python3-jsonschema", pythonOpinion}, {"ajv", ajvOpinion}} {
		o, err := validator.judge(ctx, root, temp, files)
		if err != nil {
			fmt.Printf("%s: skipped: %s\n", validator.name, firstLine(err))
			continue
		}
		others = append(others, o)
	}

	for _, f := range files {
		letters := ours.verdicts[f.path]
		fmt.Printf("%s: %d lines, %d valid, %d invalid, %d malformed\n", f.shown, f.lines, strings.Count(letters, string(lineValid)),
			strings.Count(letters, string(lineInvalid)), strings.Count(letters, string(lineMalformed)))
	}
	differences := 0
	for _, o := range others {
		same, different := o.compare(ours, files)
		fmt.Printf("%s: the verdict of assay on %d of %d lines\n", o.who, same, same+len(different))
		for _, d := range different {
			fmt.Println("\t" + d)
		}
		differences += len(different)
	}
	if differences > 0 {
		return fmt.Errorf("%d verdicts differ", differences)
	}
	return nil
}

// logFiles finds the stream files of run folders.
func logFiles(folders []string) ([]logFile, error) {
	var files []logFile
	for _, folder := range folders {
		found := len(files)
		for _, s := range streams {
			shown := filepath.Join(folder, s.file)
			path, err := filepath.Abs(shown)
			if err != nil {
				return nil, err
			}
			text, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			lines := bytes.Count(text, []byte("\n"))
			if len(text) > 0 && text[len(text)-1] != '\n' {
				lines++
			}
			files = append(files, logFile{stream: s, path: path, shown: shown, lines: lines})
		}
		if found == len(files) {
			return nil, fmt.Errorf("%s holds no file of a stream", folder)
		}
	}
	return files, nil
}

// compare counts the lines on which two opinions are the same and describes the others.
func (o opinion) compare(ours opinion, files []logFile) (same int, different []string) {
	words := map[byte]string{lineValid: "valid", lineInvalid: "invalid", lineMalformed: "malformed", lineBlank: "blank"}
	for _, f := range files {
		theirs, judged := o.verdicts[f.path]
		if !judged {
			continue
		}
		if len(theirs) != f.lines {
			different = append(different, fmt.Sprintf("%s: judged %d of %d lines", f.shown, len(theirs), f.lines))
			continue
		}
		for i := range f.lines {
			a, b := ours.verdicts[f.path][i], theirs[i]
			if a == b {
				same++
				continue
			}
			different = append(different, fmt.Sprintf("%s:%d: %s, and %s for assay", f.shown, i+1, words[b], words[a]))
		}
	}
	return same, different
}

// assayOpinion runs "assay validate" on all files. Lines are what a finding does not speak of; findings on whole runs are no verdicts on lines.
func assayOpinion(ctx context.Context, root, temp string, files []logFile) (opinion, error) {
	binary, err := buildAssay(ctx, root, temp)
	if err != nil {
		return opinion{}, err
	}
	letters := map[string][]byte{}
	args := []string{"validate", "-format", "json", "-max", "0"}
	for _, f := range files {
		letters[f.path] = bytes.Repeat([]byte{lineValid}, f.lines)
		args = append(args, f.path)
	}
	out, _, err := command(ctx, root, "", binary, args...)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: there are findings
		return opinion{}, err
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	for decoder.More() {
		var finding struct {
			File, Level, Rule string
			Line              int
		}
		if err := decoder.Decode(&finding); err != nil {
			return opinion{}, fmt.Errorf("assay validate -format json: %w", err)
		}
		verdicts, ok := letters[finding.File]
		if !ok || finding.Line < 1 || finding.Line > len(verdicts) || finding.Level == "warn" {
			continue
		}
		switch finding.Rule {
		case "json-syntax", "json-duplicate", "json-utf8", "torn-line":
			verdicts[finding.Line-1] = lineMalformed
		case "session", "count", "unclosed", "unopened", "late", "total", "file-missing":
		default:
			verdicts[finding.Line-1] = lineInvalid
		}
	}
	ours := opinion{who: "assay", verdicts: map[string]string{}}
	for _, f := range files {
		ours.verdicts[f.path] = string(letters[f.path])
	}
	return ours, nil
}

// oracleOpinion reads the oracle.json of each folder that has one.
func oracleOpinion(folders []string, files []logFile) (opinion, error) {
	o := opinion{who: "oracle.json", verdicts: map[string]string{}}
	for _, folder := range folders {
		verdicts, err := readOracle(folder)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return o, err
		}
		for _, f := range files {
			if filepath.Dir(f.shown) != filepath.Clean(folder) {
				continue
			}
			letters := bytes.Repeat([]byte{lineValid}, f.lines)
			for number := range verdicts[f.stream.name].Invalid {
				n, err := strconv.Atoi(number)
				if err != nil || n < 1 || n > f.lines {
					return o, fmt.Errorf("%s: oracle.json: %s has no line %q", folder, f.stream.file, number)
				}
				letters[n-1] = lineInvalid
			}
			o.verdicts[f.path] = string(letters)
		}
	}
	return o, nil
}

func pythonOpinion(ctx context.Context, root, temp string, files []logFile) (opinion, error) {
	if _, err := exec.LookPath("python3"); err != nil {
		return opinion{}, errors.New("python3 is not installed")
	}
	return scriptOpinion(ctx, root, temp, "python3-jsonschema", "python3", "agree.py", agreePython, files)
}

func ajvOpinion(ctx context.Context, root, temp string, files []logFile) (opinion, error) {
	dir, err := npmInstall(ctx, temp, "ajv@"+ajvVersion, "ajv-formats@"+ajvFormatsVersion)
	if err != nil {
		return opinion{}, err
	}
	return scriptOpinion(ctx, root, dir, "ajv", "node", "agree.mjs", agreeAjv, files)
}

// scriptOpinion writes a script into dir and lets an interpreter run it on the schemas and files.
func scriptOpinion(ctx context.Context, root, dir, who, interpreter, name, script string, files []logFile) (opinion, error) {
	name = filepath.Join(dir, name)
	if err := os.WriteFile(name, []byte(script), 0o666); err != nil {
		return opinion{}, err
	}
	args := []string{name}
	for _, f := range files {
		args = append(args, filepath.Join(root, "schemas", f.stream.schema), f.path)
	}
	out, _, err := command(ctx, dir, "", interpreter, args...)
	if err != nil {
		return opinion{}, err
	}
	var said struct {
		Version  string
		Verdicts map[string]string
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		return opinion{}, fmt.Errorf("%s: %w", who, err)
	}
	return opinion{who: who + " " + said.Version, verdicts: said.Verdicts}, nil
}
