package stream

import "github.com/assay-go/assay/runtime/scan"

// writers are those of a Record's plan.
type writers struct{ judging, plain *scan.Writers }

// writing returns the writers of the record, which are made with the first one that is appended. Of a plan that does not tell the names of records there are none.
func (r *Record) writing() *writers {
	w := new(writers)
	if r.known(); r.index.cases != nil {
		w.judging, w.plain = scan.NewWriters(r.Plan, r.Facts.Names)
	}
	r.writers.CompareAndSwap(nil, w)
	return r.writers.Load()
}

// Judging returns what appends records and judges them at once. A record that it is not sure of becomes nil: then Plain appends it, and Accept judges the text.
func (r *Record) Judging() *scan.Writers {
	if w := r.writers.Load(); w != nil {
		return w.judging
	}
	return r.writing().judging
}

// Plain returns what appends records, valid or not; nil if there is no such plan.
func (r *Record) Plain() *scan.Writers {
	if w := r.writers.Load(); w != nil {
		return w.plain
	}
	return r.writing().plain
}
