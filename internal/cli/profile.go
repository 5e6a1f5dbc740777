package cli

import (
	"embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/assay-go/assay/dynamic"
	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/runtime/stream"
	"github.com/assay-go/assay/runtime/tape"
)

// The form of a profile is said by a schema, like that of everything else.
//
//go:embed profile.schema.json
var profileSchema embed.FS

// profile says what runs of one sort are like, beyond what their schemas say.
type profile struct {
	sizes  map[string]int
	counts map[*dynamic.Schema][]stream.Count
	within map[string]map[string]float64 // by stream and name
}

// readProfile reads a profile for runs that the schemas describe. The error lists every mistake in it.
func readProfile(file string, schemas []*dynamic.Schema) (*profile, error) {
	var mistakes diag.List
	docs, err := load.Files(disk{}, []string{filepath.ToSlash(file)}, &mistakes)
	if err != nil {
		return nil, err
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	r := &profileReader{document: docs[0], tape: docs[0].Tape, schemas: schemas, mistakes: &mistakes,
		profile: profile{sizes: map[string]int{}, counts: map[*dynamic.Schema][]stream.Count{}, within: map[string]map[string]float64{}}}
	if err := r.checkForm(); err != nil {
		return nil, err
	}
	if mistakes.Len() == 0 {
		r.read()
	}
	return &r.profile, mistakes.Err()
}

// apply has the records of a survey count by the rules of the profile, too.
func (p *profile) apply(v *survey) {
	for s, counts := range p.counts {
		facts := *s.Facts
		facts.Counts = slices.Clone(facts.Counts)
		for _, c := range counts {
			if i := slices.IndexFunc(facts.Counts, func(have stream.Count) bool { return sameNames(have.Of, c.Of) && sameNames(have.By, c.By) }); i >= 0 {
				facts.Counts[i] = c
			} else {
				facts.Counts = append(facts.Counts, c)
			}
		}
		v.records[s] = &stream.Record{Program: s.Program, Plan: s.Plan(), Facts: &facts}
	}
}

// sameNames reports whether two lists hold the same names.
func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// profileReader reads one profile.
type profileReader struct {
	profile
	document *load.Document
	tape     *tape.Tape
	schemas  []*dynamic.Schema
	mistakes *diag.List
}

// checkForm checks the profile against its schema.
func (r *profileReader) checkForm() error {
	form, err := dynamic.Compile(profileSchema, dynamic.Options{}, "profile.schema.json")
	if err != nil {
		return err
	}
	broken := form[0].Program.Validate(r.tape, 0)
	if broken == nil {
		return nil
	}
	for _, v := range broken.Violations {
		message, meant, near := strings.Cut(v.Message, "; did you mean ")
		m := diag.Diagnostic{Place: r.document.PlaceAt(v.Offset, v.InstanceLocation), Message: message}
		switch {
		case near:
			m.Help = "did you mean " + meant
		case v.Keyword == "additionalProperties":
			m.Help = diag.Nearest(v.InstanceLocation[strings.LastIndexByte(v.InstanceLocation, '/')+1:],
				[]string{"sizes", "streams", "counts", "within", "of", "per", "by", "min", "max", "level"})
		}
		r.mistakes.Add(m)
	}
	if broken.More > 0 {
		r.mistakes.Add(diag.Diagnostic{Place: r.document.Place(0), Message: fmt.Sprintf("the profile has %d more mistakes", broken.More)})
	}
	return nil
}

func (r *profileReader) mistake(at tape.Node, help, format string, args ...any) {
	r.mistakes.Add(diag.Diagnostic{Place: r.document.Place(at), Message: fmt.Sprintf(format, args...), Help: help})
}

// text returns the content of a string.
func (r *profileReader) text(n tape.Node) string { return string(r.tape.Str(n)) }

// integer returns an integer that the schema of a profile bounds.
func (r *profileReader) integer(n tape.Node) int {
	v, ok := r.tape.Num(n).Int64()
	if !ok {
		panic("the schema of a profile let a large number pass")
	}
	return int(v)
}

// read reads a profile of the right form.
func (r *profileReader) read() {
	if sizes, ok := r.tape.Find(0, "sizes"); ok {
		known := sizesOf(r.schemas)
		for key, value := range r.document.Members(sizes) {
			name := r.text(key)
			if !slices.Contains(known, name) {
				r.mistake(key, diag.Nearest(name, known), "no schema declares a size %s", diag.Quote(name))
			}
			r.sizes[name] = r.integer(value)
		}
	}
	streams, ok := r.tape.Find(0, "streams")
	if !ok {
		return
	}
	for key, value := range r.document.Members(streams) {
		name := r.text(key)
		var known []string
		var of *dynamic.Schema
		for _, s := range r.schemas {
			if s.Facts != nil {
				known = append(known, s.Facts.Stream)
				if s.Facts.Stream == name {
					of = s
				}
			}
		}
		if of == nil {
			r.mistake(key, diag.Nearest(name, known), "no schema describes a stream %s", diag.Quote(name))
			continue
		}
		r.stream(of, value)
	}
}

func (r *profileReader) stream(s *dynamic.Schema, value tape.Node) {
	if counts, ok := r.tape.Find(value, "counts"); ok {
		declared := s.Declared()
		for _, item := range r.document.Items(counts) {
			c := r.count(s.Facts, declared, item)
			if slices.ContainsFunc(r.counts[s], func(have stream.Count) bool { return sameNames(have.Of, c.Of) && sameNames(have.By, c.By) }) {
				r.mistake(item, "", "there is a rule for these names and keys already")
			}
			r.counts[s] = append(r.counts[s], c)
		}
	}
	if within, ok := r.tape.Find(value, "within"); ok {
		shares := map[string]float64{}
		for key, share := range r.document.Members(within) {
			v, ok := r.tape.Num(share).Float64()
			if !ok {
				r.mistake(share, "", "the share is out of range")
			}
			shares[r.text(key)] = v
		}
		r.within[s.Facts.Stream] = shares
	}
}

// count reads a rule, in the form that x-assay has.
func (r *profileReader) count(f *stream.Facts, declared *stream.Declared, rule tape.Node) stream.Count {
	c := stream.Count{Min: 1, Max: 1}
	of, _ := r.tape.Find(rule, "of")
	for _, item := range r.document.Items(of) {
		c.Of = append(c.Of, r.text(item))
	}
	if by, ok := r.tape.Find(rule, "by"); ok {
		for _, item := range r.document.Items(of) {
			if name := r.text(item); !slices.Contains(f.Names, name) {
				r.mistake(item, diag.Nearest(name, f.Names), "only names of the schema can be counted by keys, and %s is none", diag.Quote(name))
			}
		}
		for _, item := range r.document.Items(by) {
			c.By = append(c.By, r.key(f, declared, c.Of, item))
		}
	}
	if per, ok := r.tape.Find(rule, "per"); ok {
		known := sizesOf(r.schemas)
		if c.Per = r.text(per); !slices.Contains(known, c.Per) {
			r.mistake(per, diag.Nearest(c.Per, known), "no schema declares a size %s", diag.Quote(c.Per))
		}
		if c.By != nil {
			r.mistake(per, "", "a count has per or by, not both")
		}
	}
	lower, hasMin := r.tape.Find(rule, "min")
	upper, hasMax := r.tape.Find(rule, "max")
	if hasMin {
		c.Min, c.Max = r.integer(lower), -1
	}
	if hasMax {
		if c.Max = r.integer(upper); !hasMin {
			c.Min = 0
		}
	}
	if hasMin && hasMax && c.Min > c.Max {
		r.mistake(lower, "", "min must not exceed max, which is %d, got %d", c.Max, c.Min)
	}
	if level, ok := r.tape.Find(rule, "level"); ok {
		c.Warn = r.text(level) == "warn"
	}
	return c
}

// key reads a key: one that the schema declares, or a member of the records.
func (r *profileReader) key(f *stream.Facts, declared *stream.Declared, of []string, item tape.Node) string {
	name := r.text(item)
	var known []string
	for _, k := range f.Keys {
		known = append(known, k.Name)
	}
	for _, d := range declared.Names {
		for _, field := range d.Fields {
			if slices.Contains(of, d.Name) && strings.LastIndexByte(field.Pointer, '/') == 0 {
				known = append(known, strings.NewReplacer("~1", "/", "~0", "~").Replace(field.Pointer[1:]))
			}
		}
	}
	if !slices.Contains(known, name) {
		r.mistake(item, diag.Nearest(name, known), "%s have no key %s", printed(of), diag.Quote(name))
	}
	return name
}
