package schema

import "github.com/assay-go/assay/runtime/tape"

// Explained reports whether the walk that explains violations finds none. It knows nothing of shapes.
func (p *Program) Explained(t *tape.Tape, n tape.Node) bool {
	var w walk
	w.start(p, t, n)
	w.report = &report{most: MaxViolations}
	w.node(p.derived.root, n, nil)
	w.close()
	return w.report.failed == 0
}

// Shaped reports whether the root has a shape, or a choice of them.
func (p *Program) Shaped() bool {
	p.once.Do(p.derive)
	return p.shape(p.derived.root) != unshaped
}

// Unpacked returns a packed program as it was.
func (p *Program) Unpacked() *Program {
	nodes, root := p.unpacked()
	return &Program{Sources: p.Sources, Root: root, Nodes: nodes, Patterns: p.Patterns, Limits: p.Limits}
}
