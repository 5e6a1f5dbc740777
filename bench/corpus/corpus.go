// Package corpus makes the streams that are measured: the events and metrics of pipeline runs that never happened, in the manner of those that did.
//
// Equal configs give equal bytes, on every machine and with every release of Go.
package corpus

import (
	"bytes"
	"math/rand/v2"
	"strconv"
)

// Config says what the lines are like. Shares are from 0 to 1.
type Config struct {
	Size    int     // of the events, in bytes: the run that reaches it is the last. The metrics of these runs are about a third of that
	Compact bool    // the separators are , and : as JavaScript writes them, not those of Python's json.dumps, which have a space behind them
	Shuffle float64 // share of lines whose keys are in another order than usual
	Invalid float64 // share of lines of events that are broken on purpose
	OneRun  bool    // all is one run of many steps, not runs of ten
	Seed    uint64
}

// Usual is the config of a corpus of the given size that nothing special is asked of: two lines in a hundred have passed through another tool.
func Usual(size int) Config { return Config{Size: size, Shuffle: 0.02, Seed: 1} }

// Corpus is the two streams. Every line ends in a newline.
type Corpus struct {
	Events, Metrics []byte
	Broken          []Broken // lines of Events, ascending
}

// Broken is a line that its schema does not allow.
type Broken struct {
	Line int // from 0
	Kind string
}

// Lines returns how many lines text has.
func Lines(text []byte) int { return bytes.Count(text, []byte{'\n'}) }

// New makes a corpus.
func New(c Config) *Corpus {
	w := &writer{
		Config: c, comma: `, `, colon: `: `,
		random: random{rand.NewPCG(c.Seed, 0)},
		fate:   random{rand.NewPCG(c.Seed, 1)},
	}
	if c.Compact {
		w.comma, w.colon = `,`, `:`
	}
	w.corpus.Events = make([]byte, 0, c.Size+1<<16)
	w.corpus.Metrics = make([]byte, 0, c.Size/2+1<<14)
	for len(w.corpus.Events) == 0 || !c.OneRun && len(w.corpus.Events) < c.Size {
		w.run()
	}
	return &w.corpus
}

// writer writes one corpus.
type writer struct {
	Config
	random
	fate         random // decides what is broken, so that the other lines are the same whatever Invalid is
	corpus       Corpus
	comma, colon string

	lines  int // of events
	line   []member
	values []byte // the text of the members' values, one behind the other

	session string
	micros  int64 // now, in microseconds since 1970
}

// member is a member of the object that is written next.
type member struct {
	name     string
	at, end  int // of the value in writer.values
	required bool
}

// random draws from a generator whose numbers are the same for ever.
type random struct{ *rand.PCG }

// n returns a number from 0 to below k.
func (r random) n(k int) int { return int(r.Uint64() % uint64(k)) }

// share returns a number from 0 to below 1.
func (r random) share() float64 { return float64(r.Uint64()>>11) / (1 << 53) }

func pick[T any](r random, from ...T) T { return from[r.n(len(from))] }

// begin begins an object.
func (w *writer) begin() { w.line, w.values = w.line[:0], w.values[:0] }

// raw adds a member by the text of its value.
func (w *writer) raw(name, text string) {
	at := len(w.values)
	w.values = append(w.values, text...)
	w.line = append(w.line, member{name: name, at: at, end: len(w.values)})
}

// str adds a string with all but ASCII escaped, as Python does it unless told otherwise.
func (w *writer) str(name, text string) {
	at := len(w.values)
	w.values = appendString(w.values, text, true)
	w.line = append(w.line, member{name: name, at: at, end: len(w.values)})
}

// utf8 adds a string as it is, but for what must be escaped.
func (w *writer) utf8(name, text string) { w.raw(name, string(appendString(nil, text, false))) }

func (w *writer) int(name string, n int) { w.raw(name, strconv.Itoa(n)) }

func (w *writer) float(name string, f float64) {
	w.raw(name, strconv.FormatFloat(f, 'f', -1, 64))
}

func (w *writer) list(name string, texts ...string) {
	at := len(w.values)
	w.values = append(w.values, '[')
	for i, text := range texts {
		if i > 0 {
			w.values = append(w.values, w.comma...)
		}
		w.values = appendString(w.values, text, true)
	}
	w.values = append(w.values, ']')
	w.line = append(w.line, member{name: name, at: at, end: len(w.values)})
}

// require marks the members so far as those that the schema asks for.
func (w *writer) require() {
	for i := range w.line {
		w.line[i].required = true
	}
}

// shuffled puts the members of some lines into another order.
func (w *writer) shuffled() {
	if w.Shuffle == 0 || w.share() >= w.Shuffle {
		return
	}
	for i := len(w.line) - 1; i > 0; i-- {
		j := w.n(i + 1)
		w.line[i], w.line[j] = w.line[j], w.line[i]
	}
}

// appendLine appends the object and a newline.
func (w *writer) appendLine(dst []byte) []byte {
	dst = append(dst, '{')
	for i, m := range w.line {
		if i > 0 {
			dst = append(dst, w.comma...)
		}
		dst = append(dst, '"')
		dst = append(dst, m.name...)
		dst = append(dst, '"')
		dst = append(dst, w.colon...)
		dst = append(dst, w.values[m.at:m.end]...)
	}
	return append(dst, '}', '\n')
}

// endEvent writes the object as a line of events, or what is left of it.
func (w *writer) endEvent() {
	w.shuffled()
	if w.Invalid > 0 && w.fate.share() < w.Invalid {
		kind := w.breakLine()
		w.corpus.Broken = append(w.corpus.Broken, Broken{w.lines, kind})
	} else {
		w.corpus.Events = w.appendLine(w.corpus.Events)
	}
	w.lines++
}

func (w *writer) endMetric() {
	w.shuffled()
	w.corpus.Metrics = w.appendLine(w.corpus.Metrics)
}

// appendString appends a JSON string (RFC 8259 section 7). With ascii, whatever is not ASCII is escaped.
func appendString(dst []byte, text string, ascii bool) []byte {
	const hex = "0123456789abcdef"
	escape := func(r rune) { dst = append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]) }
	dst = append(dst, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r < ' ':
			escape(r)
		case r < 0x7f:
			dst = append(dst, byte(r))
		case ascii && r >= 0x10000:
			r -= 0x10000
			escape(0xd800 + r>>10)
			escape(0xdc00 + r&0x3ff)
		case ascii:
			escape(r)
		default:
			dst = append(dst, string(r)...)
		}
	}
	return append(dst, '"')
}
