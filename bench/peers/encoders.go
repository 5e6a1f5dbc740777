package peers

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"time"

	"github.com/bytedance/sonic"
	"github.com/go-faster/jx"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/mailru/easyjson"
	"github.com/rs/zerolog"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/assay-go/assay/bench/measure"
	"github.com/assay-go/assay/bench/peers/wide"
)

// Encoder writes events of the kind step_complete, one line each.
type Encoder struct {
	Name string
	// New returns a function that writes an event to out. Time stamps come as text, ready to be written.
	New func(out io.Writer) func(e *wide.StepComplete)
}

// Work returns work that writes an event for each line of text, the i-th one of events for line i, again from the first when they are all written.
func (e Encoder) Work(events []wide.StepComplete) measure.Work {
	write := e.New(io.Discard)
	return func(text []byte) (lines, refused int) {
		lines = bytes.Count(text, []byte{'\n'})
		i := 0
		for range lines {
			write(&events[i])
			if i++; i == len(events) {
				i = 0
			}
		}
		return lines, 0
	}
}

// Zerolog is the name of the encoder that others are compared with.
const Zerolog = "zerolog: Str, Float64, Send"

// Encoders returns loggers and JSON libraries.
func Encoders() []Encoder {
	return []Encoder{
		{Zerolog, func(out io.Writer) func(*wide.StepComplete) {
			l := zerolog.New(out)
			return func(e *wide.StepComplete) {
				l.Log().Str("ts", e.TS).Str("session", e.Session).Str("event", e.Event).Str("step_id", e.StepID).
					Float64("rows_processed", e.RowsProcessed).Float64("duration_ms", e.DurationMS).Send()
			}
		}},
		{"zap: JSON core", func(out io.Writer) func(*wide.StepComplete) {
			l := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zapcore.EncoderConfig{}), zapcore.AddSync(out), zap.InfoLevel))
			return func(e *wide.StepComplete) {
				l.Info("", zap.String("ts", e.TS), zap.String("session", e.Session), zap.String("event", e.Event), zap.String("step_id", e.StepID),
					zap.Float64("rows_processed", e.RowsProcessed), zap.Float64("duration_ms", e.DurationMS))
			}
		}},
		{"slog: JSONHandler", func(out io.Writer) func(*wide.StepComplete) {
			h := slog.NewJSONHandler(out, nil)
			return func(e *wide.StepComplete) {
				r := slog.NewRecord(time.Time{}, slog.LevelInfo, "", 0) // it writes level and msg too; a zero time is left out
				r.AddAttrs(slog.String("ts", e.TS), slog.String("session", e.Session), slog.String("event", e.Event), slog.String("step_id", e.StepID),
					slog.Float64("rows_processed", e.RowsProcessed), slog.Float64("duration_ms", e.DurationMS))
				h.Handle(context.Background(), r) //nolint:errcheck // out takes everything
			}
		}},
		{"jx: Writer", func(out io.Writer) func(*wide.StepComplete) {
			var w jx.Writer
			field := func(name string) {
				w.Comma()
				w.FieldStart(name)
			}
			return func(e *wide.StepComplete) {
				w.Buf = w.Buf[:0]
				w.ObjStart()
				w.FieldStart("ts")
				w.Str(e.TS)
				field("session")
				w.Str(e.Session)
				field("event")
				w.Str(e.Event)
				field("step_id")
				w.Str(e.StepID)
				field("rows_processed")
				w.Float64(e.RowsProcessed)
				field("duration_ms")
				w.Float64(e.DurationMS)
				w.ObjEnd()
				w.Buf = append(w.Buf, '\n')
				out.Write(w.Buf)
			}
		}},
		{"easyjson: MarshalToWriter", func(out io.Writer) func(*wide.StepComplete) {
			return func(e *wide.StepComplete) {
				easyjson.MarshalToWriter(e, out)
				io.WriteString(out, "\n")
			}
		}},
		{"sonic: Marshal", func(out io.Writer) func(*wide.StepComplete) {
			return func(e *wide.StepComplete) {
				line, _ := sonic.Marshal(e)
				out.Write(append(line, '\n'))
			}
		}},
		{"go-json-experiment: MarshalWrite", func(out io.Writer) func(*wide.StepComplete) {
			return func(e *wide.StepComplete) {
				jsonv2.MarshalWrite(out, e)
				io.WriteString(out, "\n")
			}
		}},
		{"encoding/json: Encoder", func(out io.Writer) func(*wide.StepComplete) {
			encoder := json.NewEncoder(out)
			return func(e *wide.StepComplete) { encoder.Encode(e) }
		}},
	}
}
