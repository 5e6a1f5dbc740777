package peers

import (
	"bytes"
	"encoding/json"

	"github.com/bytedance/sonic"
	"github.com/go-faster/jx"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/mailru/easyjson"
	"github.com/minio/simdjson-go"
	"github.com/valyala/fastjson"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers/wide"
)

// Checkers returns those that look whether a line is JSON, or make a tree of it.
func Checkers() []Peer {
	peers := []Peer{
		perLine("encoding/json: Valid", None, NoJSON, json.Valid),
		perLine("jsontext: Value.IsValid", None, NoJSON, func(line []byte) bool { return jsontext.Value(line).IsValid() }),
		perLine("sonic: Valid", None, NoJSON, sonic.Valid),
		perLine("fastjson: ValidateBytes", None, NoJSON, func(line []byte) bool { return fastjson.ValidateBytes(line) == nil }),
		made("fastjson: Parser.ParseBytes", Reused, NoJSON, func() func([]byte) bool {
			var p fastjson.Parser
			return func(line []byte) bool {
				_, err := p.ParseBytes(line)
				return err == nil
			}
		}),
		made("jx: Decoder.Validate", None, NoJSON, func() func([]byte) bool {
			d := jx.DecodeBytes(nil)
			return func(line []byte) bool {
				d.ResetBytes(line)
				return d.Validate() == nil
			}
		}),
	}
	if simdjson.SupportedCPU() {
		peers = append(peers, Peer{"simdjson-go: ParseND, 1 MB blocks", Reused, NoJSON, func([]byte) measure.Work { return parseBlocks() }})
	}
	return peers
}

// parseBlocks parses a block of lines at a time. One that is refused counts as one line: the parser does not say which it was.
func parseBlocks() measure.Work {
	var parsed *simdjson.ParsedJson
	return func(text []byte) (lines, refused int) {
		for len(text) > 0 {
			block := measure.Prefix(text, 1<<20)
			p, err := simdjson.ParseND(block, parsed, simdjson.WithCopyStrings(false))
			if err != nil {
				refused++
			} else {
				parsed = p
			}
			lines += bytes.Count(block, []byte{'\n'})
			text = text[len(block):]
		}
		return lines, refused
	}
}

// Decoders returns those that fill a struct.
func Decoders() []Peer {
	into := func(name string, unmarshal func([]byte, *wide.Event) error) Peer {
		return made(name, Copied, NoJSON, func() func([]byte) bool {
			var e wide.Event
			return func(line []byte) bool {
				e = wide.Event{}
				return unmarshal(line, &e) == nil
			}
		})
	}
	return []Peer{
		into("encoding/json: struct", func(line []byte, e *wide.Event) error { return json.Unmarshal(line, e) }),
		perLine("encoding/json: any", Copied, NoJSON, func(line []byte) bool { var v any; return json.Unmarshal(line, &v) == nil }),
		into("go-json-experiment: struct", func(line []byte, e *wide.Event) error { return jsonv2.Unmarshal(line, e) }),
		into("sonic: struct", func(line []byte, e *wide.Event) error { return sonic.Unmarshal(line, e) }),
		into("easyjson: struct", func(line []byte, e *wide.Event) error { return easyjson.Unmarshal(line, e) }),
		made("jx: struct, code by hand", Copied, NoJSON, func() func([]byte) bool {
			var e wide.Event
			d := jx.DecodeBytes(nil)
			return func(line []byte) bool {
				e = wide.Event{}
				d.ResetBytes(line)
				return readEvent(d, &e) == nil
			}
		}),
	}
}

// readEvent is what a user of jx writes.
func readEvent(d *jx.Decoder, e *wide.Event) error {
	var err error
	text := func(to *string) error { *to, err = d.Str(); return err }
	number := func(to **float64) error {
		f, err := d.Float64()
		*to = &f
		return err
	}
	list := func(to *[]string) error {
		*to = []string{}
		return d.Arr(func(d *jx.Decoder) error {
			s, err := d.Str()
			*to = append(*to, s)
			return err
		})
	}
	return d.ObjBytes(func(d *jx.Decoder, key []byte) error {
		switch string(key) {
		case "ts":
			return text(&e.TS)
		case "session":
			return text(&e.Session)
		case "event":
			return text(&e.Event)
		case "session_id":
			return text(&e.SessionID)
		case "pipeline":
			return text(&e.Pipeline)
		case "file_type":
			return text(&e.FileType)
		case "exit_code":
			i, err := d.Int64()
			e.ExitCode = &i
			return err
		case "duration":
			return number(&e.Duration)
		case "step_id":
			return text(&e.StepID)
		case "driver":
			return text(&e.Driver)
		case "rows_processed":
			return number(&e.RowsProcessed)
		case "duration_ms":
			return number(&e.DurationMS)
		case "error":
			return text(&e.Error)
		case "error_type":
			return text(&e.ErrorType)
		case "traceback":
			return text(&e.Traceback)
		case "path":
			return text(&e.Path)
		case "size_bytes":
			return number(&e.SizeBytes)
		case "sha256":
			return text(&e.SHA256)
		case "keys":
			return list(&e.Keys)
		case "keys_removed":
			return list(&e.KeysRemoved)
		case "relative_path":
			return text(&e.RelativePath)
		case "artifact_type":
			return text(&e.ArtifactType)
		case "family":
			return text(&e.Family)
		case "alias":
			return text(&e.Alias)
		case "ok":
			ok, err := d.Bool()
			e.OK = &ok
			return err
		case "status":
			return text(&e.Status)
		case "drivers":
			return list(&e.Drivers)
		case "missing":
			return list(&e.Missing)
		case "present":
			return list(&e.Present)
		case "now_present":
			return list(&e.NowPresent)
		case "still_missing":
			return list(&e.StillMissing)
		}
		return d.Skip()
	})
}
