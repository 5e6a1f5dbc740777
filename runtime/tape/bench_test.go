package tape_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/assay-go/assay/runtime/tape"
)

// sample is a few lines as pipeline runners write them, in both spacing styles.
const sample = `{"ts":"2026-11-22T09:36:52.381136+00:00","session":"run_1795340212380","event":"run_start","session_id":"run_1795340212380","session_dir":"logs/run_1795340212380","fallback_used":false}
{"ts":"2026-11-22T09:36:52.381763+00:00","session":"run_1795340212380","event":"run_start","pipeline":"logs/compile_1795340210350/compiled/manifest.yaml","file_type":"manifest","profile":null,"params":{},"output_dir":null,"last_compile":true}
{"ts": "2026-11-22T09:36:52.425540+00:00", "session": "run_1795340212380", "event": "cfg_materialized", "path": "cfg/extract-actors.json", "size_bytes": 270, "sha256": "64005d3c357a33fe8cedc24706cc3ea32805b228a9a8c8a6de9fe271cfa28127"}
{"ts": "2026-11-22T09:36:53.101202+00:00", "session": "run_1795340212380", "event": "step_start", "step_id": "extract-actors", "driver": "mysql.extractor"}
{"ts": "2026-11-22T09:36:53.174310+00:00", "session": "run_1795340212380", "event": "step_complete", "step_id": "extract-actors", "rows_processed": 200, "duration_ms": 73.10795783996582}
{"ts": "2026-11-22T09:36:53.174999+00:00", "session": "run_1795340212380", "metric": "rows_read", "value": 200, "unit": "rows", "tags": {"step": "extract-actors"}}
{"ts":"2026-11-22T09:36:52.399107+00:00","session":"run_1795340212380","event":"config_meta_stripped","step_id":"extract-actors","keys_removed":["_meta","component"],"config_meta_stripped":true}
{"ts":"2026-11-22T09:36:54.020114+00:00","session":"run_1795340212380","event":"step_failed","step_id":"write","error":"driver said \"no\"\nagain","error_type":"RuntimeError","traceback":"Traceback (most recent call last):\n  File \"run.py\", line 12, in main\n"}`

func lines() [][]byte {
	var all [][]byte
	for line := range strings.Lines(sample) {
		all = append(all, []byte(line))
	}
	return all
}

func BenchmarkParse(b *testing.B) {
	all := lines()
	b.Run("tape", func(b *testing.B) {
		b.SetBytes(int64(len(sample)))
		b.ReportAllocs()
		var t tape.Tape
		for b.Loop() {
			for _, line := range all {
				if err := t.Parse(line, tape.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("encoding-json-Valid", func(b *testing.B) {
		b.SetBytes(int64(len(sample)))
		b.ReportAllocs()
		for b.Loop() {
			for _, line := range all {
				if !json.Valid(line) {
					b.Fatal("invalid")
				}
			}
		}
	})
}

func BenchmarkDecimal(b *testing.B) {
	t := parse(b, `[200,73.10795783996582,1.5e3,1234567890123456789012]`)
	limit, step := tape.Decimal{Text: "0.5"}, tape.Decimal{Text: "0.01"}
	for n := tape.Node(1); t.Kind(n) != 0; n++ {
		b.Run("compare/"+t.Num(n).Text, func(b *testing.B) {
			for b.Loop() {
				t.Num(n).Compare(limit)
			}
		})
		b.Run("multiple/"+t.Num(n).Text, func(b *testing.B) {
			for b.Loop() {
				t.Num(n).MultipleOf(step)
			}
		})
	}
}
