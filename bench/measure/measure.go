// Package measure says how fast something is on a machine whose speed changes from one second to the next.
//
// Contenders take turns, for a slice of a few milliseconds each, and every slice stands between two slices of a calibrator: encoding/json.Valid, in the same
// process, over lines that stay in the cache. What counts is the ratio to it, "x cal": the median over all slices. It stays what it is when the machine
// slows down, which megabytes per second do not. One core is measured by the CPU time of the process, the collector's share included.
package measure

import (
	"bytes"
	"encoding/json"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Work reads lines, each with its newline, and returns how many there were and how many of them it refused.
type Work func(text []byte) (lines, refused int)

// Contender is something that is measured.
type Contender struct {
	Name string
	Text []byte      // the lines to read. Memory from Keep, so that the collector has nothing to do with it
	New  func() Work // makes one that is ready; it may be used by one goroutine at a time
	More int         // how many slices it gets in each round beyond the first
}

// Options say how long to measure.
type Options struct {
	Rounds int           // how many slices each contender gets, at least
	Slice  time.Duration // how long a slice ought to take; a contender that reads all its text in less has shorter ones
}

// Series is a figure of each slice, in the order of the rounds.
type Series []float64

// Quantile returns the figure that a share q of the slices is below; 0 if there are none.
func (s Series) Quantile(q float64) float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// Median is Quantile(0.5).
func (s Series) Median() float64 { return s.Quantile(0.5) }

// Over divides each figure by that of the same round in another series.
func (s Series) Over(o Series) Series {
	ratios := make(Series, min(len(s), len(o)))
	for i := range ratios {
		ratios[i] = s[i] / o[i]
	}
	return ratios
}

// Result is what was found out about a contender.
type Result struct {
	Cal    Series // ratio to the calibrator
	Speed  Series // megabytes (10^6 bytes) per second
	Rate   Series // lines per calibrated second: 10^6 bytes of the calibrator are a second
	Allocs Series // allocations per line
	Bytes  int    // what a slice read
}

// Calibrator returns a function that measures what everything is compared with, json.Valid over the first 256 KB of text, in megabytes per second.
func Calibrator(text []byte) func() float64 {
	calibrate, sample := PerLine(json.Valid), Prefix(text, 256<<10)
	return func() float64 {
		took, _ := timed(calibrate, sample)
		return perSecond(len(sample), took)
	}
}

// PerLine makes work of a function that looks at one line.
func PerLine(accepts func(line []byte) bool) Work {
	return func(text []byte) (lines, refused int) {
		for len(text) > 0 {
			end := bytes.IndexByte(text, '\n')
			if !accepts(text[:end]) {
				refused++
			}
			lines++
			text = text[end+1:]
		}
		return lines, refused
	}
}

// Prefix returns the whole lines among the first n bytes of text, but at least one line.
func Prefix(text []byte, n int) []byte {
	if n >= len(text) {
		return text
	}
	if end := bytes.LastIndexByte(text[:n], '\n'); end >= 0 {
		return text[:end+1]
	}
	return text[:bytes.IndexByte(text, '\n')+1]
}

// Halves cuts text in two, at the end of a line.
func Halves(text []byte) [2][]byte {
	first := Prefix(text, len(text)/2)
	return [2][]byte{first, text[len(first):]}
}

// Run measures contenders on one core. The calibrator reads text.
func Run(contenders []Contender, text []byte, o Options) []Result {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	results := make([]Result, len(contenders))
	works := make([]Work, len(contenders))
	texts := make([][]byte, len(contenders))
	for i, c := range contenders {
		works[i] = c.New()
		texts[i] = fit(works[i], c.Text, o.Slice)
		results[i].Bytes = len(texts[i])
	}
	speed := Calibrator(text)
	var before, after runtime.MemStats
	for range o.Rounds {
		for i := range contenders {
			for range 1 + contenders[i].More {
				first := speed()
				runtime.ReadMemStats(&before)
				took, lines := timed(works[i], texts[i])
				runtime.ReadMemStats(&after)
				calibrated := (first + speed()) / 2
				r := &results[i]
				r.Speed = append(r.Speed, perSecond(len(texts[i]), took))
				r.Cal = append(r.Cal, perSecond(len(texts[i]), took)/calibrated)
				r.Rate = append(r.Rate, float64(lines)/took.Seconds()/calibrated)
				r.Allocs = append(r.Allocs, float64(after.Mallocs-before.Mallocs)/float64(lines))
			}
		}
	}
	return results
}

// fit returns as much of text as work reads in a slice.
func fit(work Work, text []byte, slice time.Duration) []byte {
	const least = 16 << 10
	for n := least; ; {
		part := Prefix(text, n)
		work(part) // warms up caches, pools and what is made on first use
		took, _ := timed(work, part)
		if len(part) == len(text) || took >= slice/2 {
			took = max(took, time.Microsecond)
			return Prefix(text, max(least, int(float64(len(part))*float64(slice)/float64(took))))
		}
		n *= 4
	}
}

// timed returns the CPU time that work takes.
func timed(work Work, text []byte) (took time.Duration, lines int) {
	start := cpuTime()
	lines, _ = work(text)
	return max(cpuTime()-start, time.Nanosecond), lines
}

func perSecond(bytes int, took time.Duration) float64 { return float64(bytes) / 1e6 / took.Seconds() }

// busyEnough is how much of two cores a slice on both must have had: less means that other processes ran, and that its wall time says nothing.
const busyEnough = 0.92

// Scaling measures how many times faster two goroutines are than one, each on one half of the text: wall time on two cores against CPU time on one. Slices
// during which other processes had a share of the cores are dropped and tried again; on a busy machine there may be fewer ratios than rounds in the end.
func Scaling(c Contender, o Options) Series {
	if runtime.NumCPU() < 2 {
		return nil
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	works := [2]Work{c.New(), c.New()}
	// Starting two goroutines and waiting for them takes some 10 µs, and so must not count.
	text := fit(works[0], c.Text, max(o.Slice, 20*time.Millisecond))
	halves := Halves(text)
	var ratios Series
	const patience = 4
	for range patience * o.Rounds {
		if len(ratios) == o.Rounds {
			break
		}
		runtime.GOMAXPROCS(1) // with more, the collector uses idle cores, and their time would count
		one, _ := timed(works[0], text)
		runtime.GOMAXPROCS(2)
		wall, cpu := time.Now(), cpuTime()
		var wait sync.WaitGroup
		for i, work := range works {
			wait.Go(func() { work(halves[i]) })
		}
		wait.Wait()
		took, used := time.Since(wall), cpuTime()-cpu
		if used.Seconds()/took.Seconds()/2 >= busyEnough {
			ratios = append(ratios, one.Seconds()/took.Seconds())
		}
	}
	return ratios
}

// Once returns the CPU time that f takes, the least of several tries.
func Once(tries int, f func() error) (time.Duration, error) {
	var best time.Duration
	for i := range tries {
		start := cpuTime()
		if err := f(); err != nil {
			return 0, err
		}
		if took := cpuTime() - start; i == 0 || took < best {
			best = took
		}
	}
	return best, nil
}
