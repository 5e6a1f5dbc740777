package schema

import (
	"sync"

	"github.com/assay-go/assay/runtime/tape"
)

// tapes are reused by all programs: a tape's memory is worth more than the tape of one short text.
var tapes = sync.Pool{New: func() any { return new(tape.Tape) }}

// ValidText reports whether text is one JSON value that the program allows.
func (p *Program) ValidText(text []byte) bool {
	t := tapes.Get().(*tape.Tape)
	valid := t.Parse(text, tape.Options{}) == nil && p.Valid(t, 0)
	tapes.Put(t)
	return valid
}

// ValidateText returns nil if text is one JSON value that the program allows, else a *tape.SyntaxError or an *Error.
func (p *Program) ValidateText(text []byte) error {
	t := tapes.Get().(*tape.Tape)
	defer tapes.Put(t)
	if err := t.Parse(text, tape.Options{}); err != nil {
		return err
	}
	if err := p.Validate(t, 0); err != nil {
		return err
	}
	return nil
}
