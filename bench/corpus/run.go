package corpus

import (
	"fmt"
	"strconv"
	"time"
)

// What the runs are about.
var (
	verbs      = []string{"extract", "clean", "join", "aggregate", "write", "load", "dedupe", "enrich"}
	nouns      = []string{"actors", "movies", "reviews", "orders", "customers", "line_items", "invoices", "geo_regions", "ratings"}
	drivers    = []string{"mysql.extractor", "postgres.extractor", "graphql.extractor", "duckdb.processor", "filesystem.csv_writer", "supabase.writer"}
	families   = []string{"mysql", "postgres", "graphql", "duckdb", "supabase"}
	aliases    = []string{"default", "@mysql.db_movies", "@supabase.main", "@postgres.analytics_eu"}
	packages   = []string{"pandas", "pymysql", "sqlalchemy", "duckdb", "pyarrow", "requests", "httpx"}
	configKeys = []string{"component", "mode", "query", "resolved_connection", "table", "delimiter", "encoding", "batch_size", "primary_key"}
	failures   = []struct{ kind, message string }{
		{"OperationalError", "(2003, \"Can't connect to MySQL server on 'db.internal:3306' ([Errno 111] Connection refused)\")"},
		{"ValueError", "could not convert string to float: '12,50 €' in column \"preis\""},
		{"PermissionError", `[Errno 13] Permission denied: 'C:\data\out\actors.csv'`},
		{"RuntimeError", "接続に失敗しました 🚨 after 3 attempts"},
		{"KeyError", "'název'"},
	}
)

// steps is how many steps a run has. A step takes about 1800 bytes.
func (w *writer) steps() int {
	if w.OneRun {
		return 1 + w.Size/1800
	}
	return 10
}

// run writes the events and metrics of one run, in the order in which they happen.
func (w *writer) run() {
	w.micros = 1767225600_000000 + int64(w.n(31_536_000))*1_000_000 + int64(w.n(1_000_000))
	began := w.micros
	w.session = fmt.Sprintf("run_%d", w.micros/1000)

	w.event("run_start")
	w.require()
	w.str("session_id", w.session)
	w.str("pipeline", "pipelines/"+w.subject()+".yaml")
	w.str("file_type", pick(w.random, "manifest", "yaml", "oml"))
	w.end()
	steps := w.steps()
	w.metric("steps_total", strconv.Itoa(steps), "", "")
	remote := w.share() < 0.4
	if remote {
		w.dependencies()
		w.metric("e2b_overhead_ms", w.number(3000, 12000), "ms", "")
	}
	w.registrations()

	done := 0
	written := 0
	for range steps {
		rows, ok := w.step()
		if !ok {
			continue
		}
		done++
		written += rows * 37
		w.metric("steps_completed", strconv.Itoa(done), "", "")
	}

	seconds := func(factor float64) string {
		return strconv.FormatFloat(float64(w.micros-began)/1e6*factor, 'f', -1, 64)
	}
	exit := 0
	if done < steps {
		exit = 1
	}
	w.metric("execution_duration", seconds(1), "seconds", "")
	w.metric("adapter_execution_duration", seconds(0.97), "seconds", "")
	w.metric("session_duration_seconds", seconds(1.01), "seconds", "")
	w.metric("artifacts_bytes_total", strconv.Itoa(written), "bytes", "")
	w.metric("artifacts_files_total", strconv.Itoa(done), "files", "")
	w.metric("adapter_exit_code", strconv.Itoa(exit), "code", "")
	w.event(pick(w.random, "run_complete", "run_end"))
	w.require()
	w.int("exit_code", exit)
	w.raw("duration", seconds(1))
	w.end()
}

// dependencies writes what a run in a sandbox does first.
func (w *writer) dependencies() {
	missing := w.n(3)
	w.event("dependency_check")
	w.list("missing", packages[:missing]...)
	w.list("present", packages[missing:]...)
	w.require()
	w.end()
	w.event("dependency_installed")
	w.list("now_present", packages[:missing]...)
	w.list("still_missing")
	w.require()
	w.end()
}

func (w *writer) registrations() {
	first, n := w.n(len(drivers)), 2+w.n(3)
	var registered []string
	for i := range n {
		driver := drivers[(first+i)%len(drivers)]
		if w.share() < 0.02 {
			w.event("driver_registration_failed")
			w.str("driver", driver)
			w.str("error", "No module named '"+pick(w.random, packages...)+"'")
			w.require()
			w.end()
			continue
		}
		registered = append(registered, driver)
		w.event("driver_registered")
		w.str("driver", driver)
		w.str("status", pick(w.random, "success", "success", "success", "success_after_install", "failed"))
		w.require()
		w.end()
	}
	w.event("drivers_registered")
	w.list("drivers", registered...)
	w.require()
	w.end()
}

// step writes one step of a run, and returns how many rows it had and whether it came to its end.
func (w *writer) step() (rows int, ok bool) {
	id := w.subject()
	config, sum := "cfg/"+id+".json", w.hex(64)
	w.event("cfg_materialized")
	w.str("path", config)
	w.int("size_bytes", 180+w.n(4000))
	w.str("sha256", sum)
	w.require()
	w.end()
	w.stepEvent("artifacts_dir_created", id, "relative_path", "artifacts/"+id)
	w.stepEvent("step_start", id, "driver", pick(w.random, drivers...))
	w.event("cfg_opened")
	w.str("path", config)
	w.str("sha256", sum)
	from := w.n(4)
	w.list("keys", configKeys[from:from+2+w.n(4)]...)
	w.require()
	w.end()
	w.event("config_meta_stripped")
	w.str("step_id", id)
	w.list("keys_removed", pick(w.random, []string{"component"}, []string{"_meta", "component"}, nil)...)
	w.require()
	w.end()
	family, alias := pick(w.random, families...), pick(w.random, aliases...)
	w.stepEvent("connection_resolve_start", id, "family", family, "alias", alias)
	w.event("connection_resolve_complete")
	w.str("step_id", id)
	w.str("family", family)
	w.str("alias", alias)
	w.raw("ok", "true")
	w.require()
	w.end()
	if w.share() < 0.01 {
		w.failure(id)
		return 0, false
	}
	w.artifact(id)

	rows = w.n(2_000_000)
	if w.share() < 0.3 {
		rows = w.n(2000)
	}
	took := w.number(1, 90_000)
	w.event("step_complete")
	w.str("step_id", id)
	w.int("rows_processed", rows)
	w.raw("duration_ms", took)
	w.require()
	w.end()
	text := strconv.Itoa(rows)
	w.metric(pick(w.random, "rows_read", "rows_processed"), text, pick(w.random, "", "rows"), id)
	w.metric("rows_written", text, "rows", id)
	w.metric("step_duration_ms", took, pick(w.random, "", "ms"), id)
	return rows, true
}

func (w *writer) artifact(id string) {
	kind := pick(w.random, "cleaned_config", "output_csv", "profile")
	w.stepEvent("artifact_created", id, "artifact_type", kind, "path", "artifacts/"+id+"/"+kind+pick(w.random, ".json", ".csv", ".parquet"))
}

func (w *writer) failure(id string) {
	f := pick(w.random, failures...)
	trace := "Traceback (most recent call last):\n"
	for range 5 + w.n(14) {
		trace += fmt.Sprintf("  File \"/srv/runner/lib/python3.11/site-packages/%s/%s.py\", line %d, in %s_%s\n    %s = self.%s(%s, key=\"%s\")\n",
			pick(w.random, packages...), pick(w.random, nouns...), 10+w.n(2000), pick(w.random, verbs...), pick(w.random, nouns...),
			pick(w.random, nouns...), pick(w.random, verbs...), pick(w.random, configKeys...), pick(w.random, nouns...))
	}
	trace += f.kind + ": " + f.message + "\n"
	text := w.str
	if w.share() < 0.5 {
		text = w.utf8
	}
	w.event("step_failed")
	w.str("step_id", id)
	text("error", f.message)
	w.str("error_type", f.kind)
	text("traceback", trace)
	w.require()
	w.end()
}

// stepEvent writes an event of a step whose members are strings.
func (w *writer) stepEvent(name, id string, members ...string) {
	w.event(name)
	w.str("step_id", id)
	for i := 0; i < len(members); i += 2 {
		w.str(members[i], members[i+1])
	}
	w.require()
	w.end()
}

// event begins an event: some time has passed since the last.
func (w *writer) event(name string) {
	w.micros += int64(1 + w.n(40_000))
	w.begin()
	w.time()
	w.str("session", w.session)
	w.str("event", name)
}

// end ends an event. A few have members that no schema speaks of.
func (w *writer) end() {
	if w.share() < 0.04 {
		switch w.n(5) {
		case 0:
			w.str("host", "worker-"+w.hex(8))
			w.int("pid", w.n(65_536))
		case 1:
			w.raw("ctx", `{"attempt"`+w.colon+strconv.Itoa(1+w.n(5))+w.comma+`"labels"`+w.colon+`{"team"`+w.colon+`"data"`+w.comma+`"tier"`+w.colon+
				`null}`+w.comma+`"weights"`+w.colon+`[0.25`+w.comma+`-1e-3`+w.comma+`1.5E+10]}`)
		case 2:
			w.str("trace_id", w.hex(32))
			w.raw("sampled", pick(w.random, "true", "false"))
		case 3:
			w.utf8("note", "přehled běhu – dokončeno ✓")
		case 4:
			w.float("memory_mb", float64(w.n(4_096_000))/1000)
		}
	}
	w.endEvent()
}

func (w *writer) metric(name, value, unit, step string) {
	w.micros += int64(1 + w.n(200))
	w.begin()
	w.time()
	w.str("session", w.session)
	w.str("metric", name)
	w.raw("value", value)
	w.require()
	if unit != "" {
		w.str("unit", unit)
	}
	if step != "" {
		w.raw("tags", `{"step"`+w.colon+`"`+step+`"}`)
	}
	w.endMetric()
}

// time adds the time stamp, as Python's datetime.isoformat writes it.
func (w *writer) time() {
	at := len(w.values)
	w.values = time.UnixMicro(w.micros).UTC().AppendFormat(w.values, `"2006-01-02T15:04:05.000000+00:00"`)
	w.line = append(w.line, member{name: "ts", at: at, end: len(w.values)})
}

func (w *writer) subject() string { return pick(w.random, verbs...) + "-" + pick(w.random, nouns...) }

func (w *writer) hex(n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = "0123456789abcdef"[w.n(16)]
	}
	return string(text)
}

// number returns a number between two as measurements have them: whole, with two places, or with all that a float has.
func (w *writer) number(low, high float64) string {
	f := low + (high-low)*w.share()
	switch w.n(3) {
	case 0:
		return strconv.Itoa(int(f))
	case 1:
		return strconv.FormatFloat(f, 'f', 2, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
