package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
	"github.com/assay-go/assay/schemas"
)

// BenchmarkEvents measures the interpreter on the shipped events: reading a line onto a tape and validating it. What counts is xcal, how many times faster
// that is than encoding/json.Valid on the same bytes, measured in turn on one core; MB/s depends on the machine and its mood. ASSAY_EVENTS may name a file
// of events to be taken instead of those made here.
func BenchmarkEvents(b *testing.B) {
	compiled, err := dynamic.Compile(schemas.FS, dynamic.Options{AssertFormat: true}, "events.schema.json")
	require.NoError(b, err)
	program := compiled[0].Program
	inOrder, shuffled := events(false), events(true)
	if file := os.Getenv("ASSAY_EVENTS"); file != "" {
		text, err := os.ReadFile(file)
		require.NoError(b, err)
		inOrder = text
	}
	var t tape.Tape
	valid := func(lines [][]byte) bool {
		for _, line := range lines {
			if t.Parse(line, tape.Options{}) != nil || !program.Valid(&t, 0) {
				return false
			}
		}
		return true
	}
	b.Run("tape", func(b *testing.B) {
		calibrated(b, inOrder, func(lines [][]byte) bool {
			return !slices.ContainsFunc(lines, func(line []byte) bool { return t.Parse(line, tape.Options{}) != nil })
		})
	})
	b.Run("valid", func(b *testing.B) { calibrated(b, inOrder, valid) })
	b.Run("shuffled", func(b *testing.B) { calibrated(b, shuffled, valid) })
	b.Run("one-line", func(b *testing.B) {
		calibrated(b, inOrder, func(lines [][]byte) bool { return !slices.ContainsFunc(lines, invalid(program)) })
	})
}

func invalid(p *schema.Program) func([]byte) bool {
	return func(line []byte) bool { return !p.ValidText(line) }
}

// calibrated measures do on slices of the lines of text, and json.Valid on the same right before and after, and reports the median ratio.
func calibrated(b *testing.B, text []byte, do func(lines [][]byte) bool) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var batches [][][]byte
	for rest := bytes.Split(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\n'}); len(rest) > 0; {
		n := min(4096, len(rest))
		batches = append(batches, rest[:n])
		rest = rest[n:]
	}
	timed := func(lines [][]byte, do func([][]byte) bool) float64 {
		start := time.Now()
		if !do(lines) {
			b.Fatal("an event is invalid")
		}
		return time.Since(start).Seconds()
	}
	calibrate := func(lines [][]byte) bool {
		return !slices.ContainsFunc(lines, func(line []byte) bool { return !json.Valid(line) })
	}
	var ratios []float64
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		lines := batches[i%len(batches)]
		before := timed(lines, calibrate)
		own := timed(lines, do)
		after := timed(lines, calibrate)
		ratios = append(ratios, (before+after)/2/own)
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "xcal")
}

// events makes some MB of events as pipeline runs have them: in the order of schema keys, but for a few, or with their members shuffled.
func events(shuffle bool) []byte {
	var text bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	hex := func(n int) string {
		s := make([]byte, n)
		for i := range s {
			s[i] = "0123456789abcdef"[r.IntN(16)]
		}
		return string(s)
	}
	for run := 0; text.Len() < 16<<20; run++ {
		session := fmt.Sprintf("run_%d", at.UnixMilli())
		write := func(name, members string, values ...any) {
			at = at.Add(time.Duration(r.IntN(40_000)) * time.Microsecond)
			list := append([]string{strconv.Quote("ts") + ": " + strconv.Quote(at.Format("2006-01-02T15:04:05.000000")+"+00:00"),
				`"session": ` + strconv.Quote(session), `"event": ` + strconv.Quote(name)}, strings.Split(fmt.Sprintf(members, values...), "| ")...)
			if r.IntN(25) == 0 {
				list = append(list, fmt.Sprintf(`"host": "worker-%s"`, hex(8)), fmt.Sprintf(`"pid": %d`, r.IntN(65536)))
			}
			if shuffle || r.IntN(50) == 0 {
				r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			}
			text.WriteString("{" + strings.Join(list, ", ") + "}\n")
		}
		write("run_start", `"session_id": "%s"| "pipeline": "orders_join.yaml"| "file_type": "oml"`, session)
		write("driver_registered", `"driver": "mysql.extractor"| "status": "success"`)
		write("drivers_registered", `"drivers": ["mysql.extractor", "duckdb.processor", "supabase.writer"]`)
		for step := range 10 {
			id := fmt.Sprintf("%s-%d", []string{"extract-movies", "join-reviews", "load-line_items"}[r.IntN(3)], step)
			write("cfg_materialized", `"path": "/home/user/%s/cfg/%s.json"| "sha256": "%s"| "size_bytes": %d`, session, id, hex(64), r.IntN(5000))
			write("artifacts_dir_created", `"step_id": "%s"| "relative_path": "artifacts/%s"`, id, id)
			write("config_meta_stripped", `"step_id": "%s"| "keys_removed": ["component", "_meta"]`, id)
			write("connection_resolve_start", `"step_id": "%s"| "family": "mysql"| "alias": "@mysql.db_movies"`, id)
			write("connection_resolve_complete", `"step_id": "%s"| "family": "mysql"| "alias": "@mysql.db_movies"| "ok": true`, id)
			write("step_start", `"step_id": "%s"| "driver": "mysql.extractor"`, id)
			if r.IntN(100) == 0 {
				write("step_failed", `"step_id": "%s"| "error": "could not convert: '12,50 \u20ac'"| "error_type": "ValueError"| "traceback": "Traceback:\n  File \"a.py\", line %d\n"`,
					id, r.IntN(100))
				continue
			}
			write("artifact_created", `"step_id": "%s"| "artifact_type": "cleaned_config"| "path": "artifacts/%s/cleaned_config.json"| "size_bytes": %d`, id, id, r.IntN(1e6))
			write("step_complete", `"step_id": "%s"| "rows_processed": %d| "duration_ms": %v`, id, r.IntN(1e5), r.Float64()*1e4)
		}
		write("run_complete", `"exit_code": 0| "duration": %v`, r.Float64()*100)
		at = at.Add(time.Hour)
	}
	return text.Bytes()
}
