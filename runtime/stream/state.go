package stream

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// A run is a value that can be kept, sent, and merged elsewhere. What it was read under goes with it: a state that was made under other facts would
// read as something else, since counts and sums stand in it in the order of the facts.

// runState is a run as JSON.
type runState struct {
	Path    string        `json:"path"`
	Ends    [][]string    `json:"ends"` // of AlsoEnds: a name that opens, and those that also end it
	Streams []streamState `json:"streams"`
}

type streamState struct {
	Facts   string          `json:"facts"` // their digest
	Summary json.RawMessage `json:"summary"`
}

// MarshalJSON writes all that is kept of the run.
func (r Run) MarshalJSON() ([]byte, error) {
	state := runState{Path: r.Path, Ends: [][]string{}, Streams: []streamState{}}
	for _, e := range r.ends() {
		state.Ends = append(state.Ends, append([]string{e.open}, e.more...))
	}
	for _, s := range r.Streams {
		summary, err := json.Marshal(s)
		if err != nil {
			return nil, err
		}
		state.Streams = append(state.Streams, streamState{s.rules.facts.digest(), summary})
	}
	return json.Marshal(state)
}

// UnmarshalJSON reads what MarshalJSON wrote, into a run that [NewRun] returned for the same records. The run takes over the further ends that the
// other was read with. A text that is no such state, or one of other facts, is an error, and changes nothing.
func (r *Run) UnmarshalJSON(text []byte) error {
	var state runState
	if err := json.Unmarshal(text, &state); err != nil {
		return err
	}
	if len(state.Streams) != len(r.Streams) {
		return fmt.Errorf("a run of %d streams, expected %d: %w", len(state.Streams), len(r.Streams), errOtherFacts)
	}
	var also []ends
	for _, e := range state.Ends {
		if len(e) == 0 {
			return errors.New("an end of nothing")
		}
		also = append(also, ends{e[0], e[1:]})
	}
	read := r.empty(also)
	for i, s := range read.Streams {
		facts := s.rules.facts
		if state.Streams[i].Facts != facts.digest() {
			return fmt.Errorf("%s: %w, or of another version of one", facts.Stream, errOtherFacts)
		}
		if err := s.UnmarshalJSON(state.Streams[i].Summary); err != nil {
			return fmt.Errorf("%s: %w", facts.Stream, err)
		}
	}
	r.Path, r.Streams = state.Path, read.Streams
	return nil
}

// Clone returns a copy that shares nothing that changes with r.
func (r *Run) Clone() *Run {
	clone := r.empty(r.ends())
	if err := clone.Merge(r); err != nil {
		panic(err) // both are of the same rules
	}
	for i, s := range clone.Streams {
		s.File, s.Absent = r.Streams[i].File, r.Streams[i].Absent
	}
	return clone
}

// empty returns a run of which nothing has been read, for the same records and options but for these ends.
func (r *Run) empty(also []ends) *Run {
	e := &Run{Path: r.Path}
	for _, s := range r.Streams {
		o := s.rules.options
		o.ends = also
		e.Streams = append(e.Streams, newRules(s.rules.record, o).summary())
	}
	return e
}

// ends returns the further ends that the run is read with.
func (r *Run) ends() []ends {
	if len(r.Streams) == 0 {
		return nil
	}
	return r.Streams[0].rules.options.ends
}

var errOtherEnds = errors.New("the runs were read with other options of AlsoEnds")

func (r *Run) sameEnds(o *Run) bool {
	return slices.EqualFunc(r.ends(), o.ends(), func(a, b ends) bool { return a.open == b.open && slices.Equal(a.more, b.more) })
}

// digest tells facts apart.
func (f *Facts) digest() string {
	sum := sha256.Sum256([]byte(f.String()))
	return hex.EncodeToString(sum[:])
}

// sameFacts reports whether two summaries were made under facts that say the same.
func (s *Summary) sameFacts(o *Summary) bool {
	return s.rules.facts == o.rules.facts || s.rules.facts.digest() == o.rules.facts.digest()
}

// Clone returns a copy that shares no memory with c but the names of keys.
func (c *Counts) Clone() *Counts {
	clone := *c
	clone.Names, clone.Unknown = slices.Clone(c.Names), maps.Clone(c.Unknown)
	clone.Keyed, clone.Sizes = slices.Clone(c.Keyed), slices.Clone(c.Sizes)
	for i := range clone.Keyed {
		clone.Keyed[i].Values = maps.Clone(c.Keyed[i].Values)
	}
	for i := range clone.Sizes {
		clone.Sizes[i].Distinct = maps.Clone(c.Sizes[i].Distinct)
	}
	return &clone
}
