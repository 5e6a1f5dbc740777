package scan_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// corpus writes lines as a pipeline runner does: runs of ten steps, keys in one order but for some lines, extra members on some.
type corpus struct {
	*rand.Rand
	events, metrics strings.Builder
	comma, colon    string
	shuffled        float64 // share of lines whose keys are shuffled
	extras          float64 // share of lines with members that the schema does not know

	session string
	micros  int64
}

// newCorpus returns at least so many bytes of events, and the metrics of the same runs.
func newCorpus(size int, compact bool, shuffled, extras float64) *corpus {
	c := &corpus{Rand: rand.New(rand.NewPCG(1, 2)), comma: ", ", colon: ": ", shuffled: shuffled, extras: extras}
	if compact {
		c.comma, c.colon = ",", ":"
	}
	for c.events.Len() < size {
		c.run()
	}
	return c
}

func one[T any](c *corpus, of ...T) T { return of[c.IntN(len(of))] }

func (c *corpus) hex(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte("0123456789abcdef"[c.IntN(16)])
	}
	return b.String()
}

func (c *corpus) list(texts ...string) string {
	for i := range texts {
		texts[i] = quote(texts[i])
	}
	return "[" + strings.Join(texts, c.comma) + "]"
}

// quote writes a JSON string in ASCII, as Python's json.dumps does.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r > '~':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// line writes members, which are names and values as JSON in turn.
func (c *corpus) line(to *strings.Builder, members ...string) {
	n := len(members) / 2
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if c.Float64() < c.shuffled {
		c.Shuffle(n, func(i, k int) { order[i], order[k] = order[k], order[i] })
	}
	to.WriteByte('{')
	for i, k := range order {
		if i > 0 {
			to.WriteString(c.comma)
		}
		to.WriteString(quote(members[2*k]) + c.colon + members[2*k+1])
	}
	to.WriteString("}\n")
}

func (c *corpus) time() string {
	c.micros += int64(c.IntN(40_000))
	seconds := c.micros / 1_000_000
	return fmt.Sprintf(`"2026-11-%02dT%02d:%02d:%02d.%06d+00:00"`, 1+seconds/86400%28, seconds/3600%24, seconds/60%60, seconds%60, c.micros%1_000_000)
}

func (c *corpus) event(name string, members ...string) {
	members = append([]string{"ts", c.time(), "session", quote(c.session), "event", quote(name)}, members...)
	if c.Float64() < c.extras {
		switch c.IntN(4) {
		case 0:
			members = append(members, "host", quote("worker-"+c.hex(8)), "pid", strconv.Itoa(c.IntN(65536)))
		case 1:
			members = append(members, "ctx", `{"attempt"`+c.colon+`2`+c.comma+`"labels"`+c.colon+`{"tier"`+c.colon+`null}`+c.comma+`"weights"`+c.colon+`[0.25`+c.comma+`-1e-3]}`)
		case 2:
			members = append(members, "trace_id", quote(c.hex(32)), "sampled", one(c, "true", "false"))
		case 3:
			members = append(members, "note", one(c, quote("přehled běhu ✓"), `"přehled běhu ✓"`))
		}
	}
	c.line(&c.events, members...)
}

func (c *corpus) metric(name, value, unit, step string) {
	members := []string{"ts", c.time(), "session", quote(c.session), "metric", quote(name), "value", value}
	if unit != "" {
		members = append(members, "unit", quote(unit))
	}
	if step != "" {
		members = append(members, "tags", `{"step"`+c.colon+quote(step)+`}`)
	}
	c.line(&c.metrics, members...)
}

func (c *corpus) number(most float64) string {
	switch f := c.Float64() * most; c.IntN(4) {
	case 0:
		return strconv.FormatFloat(f, 'f', -1, 64)
	case 1:
		return strconv.FormatFloat(f, 'f', 2, 64)
	default:
		return strconv.Itoa(int(f))
	}
}

func (c *corpus) run() {
	c.micros += int64(c.IntN(3600)) * 1_000_000
	c.session = fmt.Sprintf("run_%d", 1_795_000_000_000+c.micros/1000)
	drivers := []string{"mysql.extractor", "supabase.writer", "duckdb.processor", "filesystem.csv_writer", "graphql.extractor"}
	c.event("run_start", "session_id", quote(c.session), "pipeline", quote(one(c, "movies", "orders")+"_load.yaml"), "file_type", quote(one(c, "oml", "manifest")))
	c.metric("steps_total", "10", "", "")
	for _, d := range drivers[:3+c.IntN(3)] {
		c.event("driver_registered", "driver", quote(d), "status", quote(one(c, "success", "success", "success_after_install")))
	}
	c.event("drivers_registered", "drivers", c.list(drivers[:3]...))
	if c.IntN(3) == 0 {
		c.event("driver_registration_failed", "driver", quote(one(c, drivers...)), "error", quote("no module named 'x'"))
		c.event("dependency_check", "missing", c.list("duckdb"), "present", c.list("pandas", "pyarrow"))
		c.event("dependency_installed", "now_present", c.list("duckdb"), "still_missing", "[]")
		c.metric("e2b_overhead_ms", c.number(9000), "ms", "")
	}
	for i := range 10 {
		id := one(c, "extract", "transform", "write", "join", "aggregate") + "-" + one(c, "movies", "reviews", "line_items", "geo_regions", "orders")
		path, sha := quote("/home/user/session/"+c.session+"/cfg/"+id+".json"), quote(c.hex(64))
		c.event("cfg_materialized", "path", path, "size_bytes", strconv.Itoa(c.IntN(9000)), "sha256", sha)
		c.event("artifacts_dir_created", "step_id", quote(id), "relative_path", quote("artifacts/"+id))
		c.event("step_start", "step_id", quote(id), "driver", quote(one(c, drivers...)))
		c.event("cfg_opened", "path", path, "sha256", sha, "keys", c.list([]string{"connection", "query", "table", "mode", "delimiter", "encoding"}[:1+c.IntN(6)]...))
		c.event("config_meta_stripped", "step_id", quote(id), "keys_removed", one(c, "[]", `["_meta"]`))
		if i%2 == 0 {
			family, alias := quote(one(c, "mysql", "supabase", "duckdb")), quote(one(c, "@mysql.db_movies", "default"))
			c.event("connection_resolve_start", "step_id", quote(id), "family", family, "alias", alias)
			c.event("connection_resolve_complete", "step_id", quote(id), "family", family, "alias", alias, "ok", "true")
		}
		if c.IntN(100) == 0 {
			var trace strings.Builder
			for range 5 + c.IntN(12) {
				fmt.Fprintf(&trace, "  File \"/home/user/lib/%s/frame.py\", line %d, in run\n    self.call(key=\"x\")\n", c.hex(8), c.IntN(2000))
			}
			c.event("step_failed", "step_id", quote(id), "error", quote("request timed out after 30 s"), "error_type", quote("TimeoutError"), "traceback", quote(trace.String()))
			continue
		}
		rows, took := strconv.Itoa(c.IntN(2_000_000)), c.number(90_000)
		c.event("artifact_created", "step_id", quote(id), "artifact_type", quote(one(c, "output_csv", "profile")), "path", quote("artifacts/"+id+"/data.parquet"))
		c.event("step_complete", "step_id", quote(id), "rows_processed", rows, "duration_ms", took)
		c.metric(one(c, "rows_read", "rows_processed"), rows, one(c, "", "rows"), id)
		c.metric("rows_written", rows, "rows", id)
		c.metric("step_duration_ms", took, one(c, "", "ms"), id)
		c.metric("steps_completed", strconv.Itoa(i+1), "", "")
	}
	c.metric("execution_duration", c.number(900), "seconds", "")
	c.metric("artifacts_bytes_total", strconv.Itoa(c.IntN(1<<30)), "bytes", "")
	c.metric("adapter_exit_code", "0", "code", "")
	c.event(one(c, "run_complete", "run_end"), "exit_code", "0", "duration", c.number(900))
}
