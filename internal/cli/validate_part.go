package cli

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// maxKept is how many findings of a part of a file are kept before its turn has come. Whoever has more waits.
const maxKept = 10_000

// validatedFile is a file that is validated in parts. All of it but filled belongs to the part whose turn it is.
type validatedFile struct {
	*validated
	sum    *verdicts
	front  stream.Extent // the parts before it
	filled atomic.Bool   // no more findings of the file are shown
}

// validatedPart is one of them. It is scanned at any time, and what there is to say of it waits for its turn.
type validatedPart struct {
	file *validatedFile
	turn *turn

	inTurn   bool
	read     verdicts // of its lines
	extent   stream.Extent
	sessions map[string]bool

	kept  []judgement
	shown int // findings in kept
	left  leftOut
}

// judgement is what there is to say of a line, with places in its part.
type judgement struct {
	bad, warnings []stream.Finding
	session       *stream.Finding // if the line is the first of a session in the part, whose name it has as message
	left          leftOut
}

// leftOut counts what is not shown, since so much is shown already.
type leftOut struct {
	bad      int // lines
	warned   int // lines
	warnings int
}

// await waits for the part's turn, and says what was kept.
func (p *validatedPart) await() {
	p.turn.await()
	p.begin()
}

// begin says what was kept, once the part's turn has come.
func (p *validatedPart) begin() {
	p.inTurn = true
	for i := range p.kept {
		p.tell(&p.kept[i])
	}
	p.tell(&judgement{left: p.left})
	p.kept, p.left = nil, leftOut{}
}

// scan validates the lines of the part.
func (p *validatedPart) scan(ctx context.Context, r io.Reader) error {
	f := p.file
	record := f.records[f.sum.input.schema]
	sc := record.NewScanner(r, append(f.sum.input.reading(), stream.Reuse())...)
	sessions := f.seen != nil && record.Facts.Session != ""
	for ctx.Err() == nil && sc.Scan() {
		line := sc.Line()
		p.read.count(line.Kind)
		j := judgement{warnings: sc.Warnings()}
		full := p.full()
		switch {
		case line.Kind == 0:
		case full: // to explain a line costs much more than to judge it
			j.left.bad = 1
		default:
			j.bad = findings(sc.Invalid())
		}
		if sessions && line.Kind != stream.Malformed {
			j.session = p.session(sc, record.Facts.Session)
		}
		switch {
		case p.inTurn:
			p.tell(&j)
		case full && j.session == nil:
			p.left.bad += j.left.bad
			p.left.warnings += len(j.warnings)
			p.left.warned += min(1, len(j.warnings))
		case len(j.bad)+len(j.warnings) > 0 || j.session != nil:
			p.kept = append(p.kept, j)
			if p.shown += len(j.bad) + len(j.warnings); p.shown >= maxKept {
				p.await()
			}
		}
	}
	p.extent = sc.Extent()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return sc.Err()
}

// full reports whether the findings of the next line will not be shown, for certain.
func (p *validatedPart) full() bool {
	f := p.file
	if p.inTurn {
		return f.full(f.sum)
	}
	return f.max > 0 && p.shown >= f.max || f.filled.Load()
}

// session returns where the line's session stands, if it is the first line of it in the part.
func (p *validatedPart) session(sc *stream.Scanner, pointer string) *stream.Finding {
	t := sc.Line().Tape()
	n, found := t.Lookup(0, pointer)
	if !found || t.Kind(n) != tape.String {
		return nil // the schema has its own words for that
	}
	session := t.Str(n)
	if p.sessions[string(session)] || len(p.sessions) > maxSessions {
		return nil
	}
	if p.sessions == nil {
		p.sessions = map[string]bool{}
	}
	p.sessions[string(session)] = true
	number, offset := sc.Position()
	return &stream.Finding{
		File: p.file.sum.input.name, Line: number, Column: t.Offset(n) + 1, Offset: offset + int64(t.Offset(n)),
		Name: sc.Line().Name, Rule: stream.RuleSession, InstanceLocation: pointer, Message: string(session),
	}
}

// tell says what there is to say of a line. It is the part's turn.
func (p *validatedPart) tell(j *judgement) {
	f := p.file
	switch {
	case len(j.bad) == 0:
	case f.full(f.sum):
		j.left.bad = 1
	default:
		f.add(f.sum, p.behind(j.bad)...)
	}
	f.leave(f.sum, j.left)
	f.add(f.sum, p.behind(j.warnings)...)
	if j.session != nil {
		f.session(f.sum, j.session.Behind(f.front))
	}
	if f.full(f.sum) {
		f.filled.Store(true)
	}
}

// behind returns findings of the part as those of the file.
func (p *validatedPart) behind(findings []stream.Finding) []stream.Finding {
	for i := range findings {
		findings[i] = findings[i].Behind(p.file.front)
	}
	return findings
}
