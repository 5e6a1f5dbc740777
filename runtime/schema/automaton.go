package schema

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// automaton matches ASCII text by a table: one look-up per byte. Text with other characters goes to RE2.
type automaton struct {
	classes [utf8.RuneSelf]uint8 // bytes that the pattern does not tell apart have one class
	next    []uint16             // by state and class; a state is the index of its row
	start   uint16
	ends    []bool // by state over stride: the text may end here
	stride  int
	empty   bool // the empty text matches: only there is the end also the beginning
	others  matcher
}

// The first two states decide at once: nothing that follows can make a match, or unmake it. They have no rows: what is read there does not matter.
const (
	stateNo  = 0
	stateYes = 1
)

// maxStates is how many states an automaton may have; a pattern that needs more stays with RE2.
const maxStates = 256

func (m *automaton) match(s []byte) bool {
	if len(s) == 0 {
		return m.empty
	}
	state := m.start
	if state <= stateYes {
		return state == stateYes
	}
	for _, c := range s {
		if c >= utf8.RuneSelf {
			return m.others.match(s)
		}
		// Most characters change nothing. A branch says so before the look-up is done; what it is for the next character need not be waited for.
		if next := m.next[int(state)+int(m.classes[c])]; next != state {
			if state = next; state <= stateYes {
				break
			}
		}
	}
	return state == stateYes || state != stateNo && m.ends[int(state)/m.stride]
}

// newAutomaton builds the table by the subset construction, or returns nil if the pattern asks for word boundaries or is too large.
func newAutomaton(source string, others matcher) matcher {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(prog.Inst) > 4*maxStates {
		return nil
	}
	b := &automatonBuilder{prog: prog, m: &automaton{others: others}, states: map[string]uint16{}}
	if !b.classify() {
		return nil
	}
	start := b.closure([]uint32{uint32(prog.Start)}, true)
	b.m.start, b.m.empty = b.state(start), b.endsHere(start, true)
	for i := 0; i < len(b.leaves); i++ {
		if len(b.leaves) > maxStates {
			return nil
		}
		b.row(i)
	}
	return b.m
}

type automatonBuilder struct {
	prog    *syntax.Prog
	m       *automaton
	samples []rune            // a byte of each class
	states  map[string]uint16 // by the leaves that they stand for
	leaves  [][]uint32        // by state
}

// classify sorts the bytes into classes, and reports whether the program can be a table.
func (b *automatonBuilder) classify() bool {
	for i := range b.prog.Inst {
		if in := &b.prog.Inst[i]; in.Op == syntax.InstEmptyWidth && syntax.EmptyOp(in.Arg)&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
			return false
		}
	}
	known := map[string]uint8{}
	for c := range rune(utf8.RuneSelf) {
		var signature []byte
		for i := range b.prog.Inst {
			if consumes(&b.prog.Inst[i]) {
				bit := byte('0')
				if matches(&b.prog.Inst[i], c) {
					bit = '1'
				}
				signature = append(signature, bit)
			}
		}
		class, ok := known[string(signature)]
		if !ok {
			class = uint8(len(known))
			known[string(signature)] = class
			b.samples = append(b.samples, c)
		}
		b.m.classes[c] = class
	}
	// A stride of at least two keeps the rows clear of stateNo and stateYes.
	b.m.stride = max(len(b.samples), 2)
	return true
}

func consumes(in *syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

func matches(in *syntax.Inst, c rune) bool {
	switch in.Op {
	case syntax.InstRuneAny:
		return true
	case syntax.InstRuneAnyNotNL:
		return c != '\n'
	}
	return in.MatchRune(c)
}

// closure returns the leaves that can be reached from some instructions without reading: those that read, a match, and waits for the end.
func (b *automatonBuilder) closure(from []uint32, begin bool) []uint32 {
	var leaves []uint32
	visited := make([]bool, len(b.prog.Inst))
	for stack := from; len(stack) > 0; {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if visited[pc] {
			continue
		}
		visited[pc] = true
		switch in := &b.prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstEmptyWidth:
			need := syntax.EmptyOp(in.Arg)
			switch {
			case need&syntax.EmptyBeginText != 0 && !begin:
			case need&syntax.EmptyEndText != 0:
				leaves = append(leaves, pc)
			default:
				stack = append(stack, in.Out)
			}
		case syntax.InstFail:
		default:
			leaves = append(leaves, pc)
		}
	}
	slices.Sort(leaves)
	return leaves
}

// state returns the state that stands for some leaves.
func (b *automatonBuilder) state(leaves []uint32) uint16 {
	if len(leaves) == 0 {
		return stateNo
	}
	if slices.ContainsFunc(leaves, func(pc uint32) bool { return b.prog.Inst[pc].Op == syntax.InstMatch }) {
		return stateYes
	}
	var key []byte
	for _, pc := range leaves {
		key = append(key, byte(pc), byte(pc>>8))
	}
	if at, ok := b.states[string(key)]; ok {
		return at
	}
	b.leaves = append(b.leaves, leaves)
	at := uint16(len(b.leaves) * b.m.stride) // row 0 is not used
	b.states[string(key)] = at
	return at
}

// row fills the row of state i.
func (b *automatonBuilder) row(i int) {
	m := b.m
	size := (i + 2) * m.stride
	for len(m.next) < size {
		m.next = append(m.next, stateNo)
	}
	for len(m.ends) < i+2 {
		m.ends = append(m.ends, false)
	}
	m.ends[i+1] = b.endsHere(b.leaves[i], false)
	for class, c := range b.samples {
		from := []uint32{uint32(b.prog.Start)} // a match may begin anywhere
		for _, pc := range b.leaves[i] {
			if in := &b.prog.Inst[pc]; consumes(in) && matches(in, c) {
				from = append(from, in.Out)
			}
		}
		m.next[(i+1)*m.stride+class] = b.state(b.closure(from, false))
	}
}

// endsHere reports whether a match can be had from some leaves at the end of the text. A wait for the end may lead to another.
func (b *automatonBuilder) endsHere(leaves []uint32, begin bool) bool {
	var from []uint32
	visited := map[uint32]bool{}
	for len(leaves) > 0 {
		from = from[:0]
		for _, pc := range leaves {
			switch in := &b.prog.Inst[pc]; {
			case in.Op == syntax.InstMatch:
				return true
			case in.Op == syntax.InstEmptyWidth && !visited[pc]:
				visited[pc] = true
				from = append(from, in.Out)
			}
		}
		leaves = b.closure(slices.Clone(from), begin)
	}
	return false
}

// includes reports whether m matches every ASCII text, but for the empty one, that sub matches. It may say no where that is true.
func (m *automaton) includes(sub *automaton) bool {
	type pair struct{ sub, m uint16 }
	known := map[pair]bool{}
	queue := []pair{{sub.start, m.start}}
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		if i > 0 && sub.accepts(at.sub) && !m.accepts(at.m) || at.sub == stateYes && at.m != stateYes {
			return false
		}
		if at.sub == stateNo || at.m == stateYes {
			continue
		}
		for c := range byte(utf8.RuneSelf) {
			next := pair{sub.after(at.sub, c), m.after(at.m, c)}
			if !known[next] {
				known[next] = true
				queue = append(queue, next)
			}
		}
	}
	return true
}

func (m *automaton) accepts(state uint16) bool {
	return state == stateYes || state != stateNo && m.ends[int(state)/m.stride]
}

func (m *automaton) after(state uint16, c byte) uint16 {
	if state <= stateYes {
		return state
	}
	return m.next[int(state)+int(m.classes[c])]
}
