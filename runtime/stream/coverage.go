package stream

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/assay-go/assay/runtime/schema"
	"github.com/assay-go/assay/runtime/tape"
)

// MaxFields is how many undeclared members of one name, and how many undeclared values of one member, a Coverage keeps; the rest are counted.
const MaxFields = 1000

// Declared lists what a schema declares of the records of a stream. It is computed from the schema's tables: see package dynamic.
type Declared struct {
	Names []DeclaredName // in schema order
}

// DeclaredName is a name with the members that its records may have.
type DeclaredName struct {
	Name   string
	Fields []DeclaredField // a member stands before its own members
}

// DeclaredField is a member of records of one name, at whatever depth.
type DeclaredField struct {
	Pointer string   // JSON Pointer in the record, where * stands for every item of an array, and for every member of an object that is not declared by its name
	Values  []string // the strings that the schema allows; nil if it does not list them
}

// Coverage counts which names, members and listed values the records of a stream have had. It looks at every line whose name can be read, valid or not.
// Members of what is not declared itself, or of an object whose members are not declared, are not looked into. It takes as much memory as there are
// different things to see: all that is declared, MaxUnknown other names, and MaxFields other members per name and other values per member.
type Coverage struct {
	Files   int                      `json:"files"`   // streams that were read
	Records int                      `json:"records"` // lines whose name can be read
	Left    int                      `json:"left"`    // other lines, which are left out
	Names   map[string]*NameCoverage `json:"names"`   // names that are declared, if they were seen
	Unknown map[string]*Sighting     `json:"unknown"` // other names; those beyond MaxUnknown under ""

	// Lines and Bytes of the stream that was read last.
	Lines int   `json:"lines"`
	Bytes int64 `json:"bytes"`

	facts    *Facts
	declared *Declared
	trees    map[string]*coveredField // by name
}

// Sighting says how often something was seen, and where first.
type Sighting struct {
	N     int    `json:"n"`
	File  string `json:"file"` // of First
	First Place  `json:"first"`
}

// NameCoverage is what was seen of the records of one name.
type NameCoverage struct {
	Sighting
	Fields map[string]*FieldCoverage `json:"fields"` // by DeclaredField.Pointer, or by the JSON Pointer of a member that is not declared
	Others int                       `json:"others"` // how many of them are not declared
	Rest   int                       `json:"rest"`   // sightings of members beyond MaxFields
}

// FieldCoverage is what was seen of one member.
type FieldCoverage struct {
	Sighting
	Values map[string]*Sighting `json:"values,omitempty"` // if the schema lists them
	Rest   int                  `json:"rest"`             // sightings of values beyond MaxFields
}

// coveredField is a declared member as it is looked for.
type coveredField struct {
	pointer string
	members map[string]*coveredField
	other   *coveredField // every other member, or every item
	values  map[string]bool
}

// NewCoverage returns a coverage of nothing yet.
func NewCoverage(f *Facts, d *Declared) *Coverage {
	c := &Coverage{Names: map[string]*NameCoverage{}, Unknown: map[string]*Sighting{}, facts: f, declared: d, trees: map[string]*coveredField{}}
	for _, name := range d.Names {
		c.trees[name.Name] = name.tree()
	}
	return c
}

// Empty returns a coverage of nothing yet, of the same stream.
func (c *Coverage) Empty() *Coverage {
	return &Coverage{Names: map[string]*NameCoverage{}, Unknown: map[string]*Sighting{}, facts: c.facts, declared: c.declared, trees: c.trees}
}

// tree returns the members of a name by the steps that lead to them.
func (n *DeclaredName) tree() *coveredField {
	root := &coveredField{}
	for _, f := range n.Fields {
		at := root
		steps := strings.Split(f.Pointer, "/")[1:]
		for i, step := range steps {
			next := &at.other
			if step != "*" {
				if at.members == nil {
					at.members = map[string]*coveredField{}
				}
				step = unescapedToken(step)
				if at.members[step] == nil {
					at.members[step] = &coveredField{}
				}
				at = at.members[step]
			} else {
				if *next == nil {
					*next = &coveredField{}
				}
				at = *next
			}
			at.pointer = "/" + strings.Join(steps[:i+1], "/")
		}
		if f.Values != nil {
			at.values = map[string]bool{}
			for _, v := range f.Values {
				at.values[v] = true
			}
		}
	}
	return root
}

// Read adds a whole stream. Of the options it takes [InFile] and [MaxLine]. The error is a read error, or that of ctx; what was read until then has been added.
func (c *Coverage) Read(ctx context.Context, r io.Reader, o ...Option) error {
	anything := &Record{Program: &schema.Program{Nodes: make([]schema.Node, 1)}, Facts: c.facts} // names matter, verdicts do not
	s := anything.NewScanner(&boundReader{ctx, r}, o...)
	c.Files++
	for s.Scan() {
		c.add(s)
	}
	c.Lines, c.Bytes = s.lines.number, s.lines.consumed()
	return s.Err()
}

func (c *Coverage) add(s *Scanner) {
	line := s.Line()
	if !line.named {
		c.Left++
		return
	}
	c.Records++
	number, offset := s.Position()
	seen := Sighting{1, s.file(), Place{number, offset}}
	if line.index < 0 {
		c.addUnknown(abridge(line.Name), seen)
		return
	}
	n := c.Names[line.Name]
	if n == nil {
		n = &NameCoverage{Fields: map[string]*FieldCoverage{}}
		c.Names[line.Name] = n
	}
	n.merge(seen)
	if tree := c.trees[line.Name]; tree != nil {
		n.look(tree, line.Tape(), 0, seen)
	}
}

func (c *Coverage) addUnknown(name string, s Sighting) {
	if c.Unknown[name] == nil {
		if len(c.Unknown) >= MaxUnknown {
			name = ""
		}
		if c.Unknown[name] == nil {
			c.Unknown[name] = &Sighting{}
		}
	}
	c.Unknown[name].merge(s)
}

// merge adds sightings that come later.
func (s *Sighting) merge(o Sighting) {
	if s.N == 0 {
		s.File, s.First = o.File, o.First
	}
	s.N += o.N
}

// look adds the members, or items, of a value.
func (n *NameCoverage) look(at *coveredField, t *tape.Tape, value tape.Node, seen Sighting) {
	switch t.Kind(value) {
	case tape.Object:
		if at.members == nil && at.other == nil {
			return
		}
		key := value + 1
		for range t.Len(value) {
			member := t.Next(key)
			name := t.Str(key)
			if f, declared := at.members[string(name)]; declared {
				n.see(f, t, member, seen)
			} else if at.other != nil {
				n.see(at.other, t, member, seen)
			} else {
				n.addOther(at.pointer+"/"+pointerToken(abridge(string(name))), seen)
			}
			key = t.Next(member)
		}
	case tape.Array:
		if at.other == nil {
			return
		}
		item := value + 1
		for range t.Len(value) {
			n.see(at.other, t, item, seen)
			item = t.Next(item)
		}
	}
}

// unescapedToken undoes pointerToken.
func unescapedToken(token string) string {
	if !strings.Contains(token, "~") {
		return token
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~") // RFC 6901 section 4
}

// see adds a member that is declared.
func (n *NameCoverage) see(at *coveredField, t *tape.Tape, value tape.Node, seen Sighting) {
	f := n.Fields[at.pointer]
	if f == nil {
		f = &FieldCoverage{}
		n.Fields[at.pointer] = f
	}
	f.Sighting.merge(seen)
	if at.values != nil && t.Kind(value) == tape.String {
		f.addValue(at.values, abridge(string(t.Str(value))), seen)
	}
	n.look(at, t, value, seen)
}

// addOther adds a member that is not declared.
func (n *NameCoverage) addOther(pointer string, seen Sighting) {
	f := n.Fields[pointer]
	if f == nil {
		if n.Others >= MaxFields {
			n.Rest += seen.N
			return
		}
		n.Others++
		f = &FieldCoverage{}
		n.Fields[pointer] = f
	}
	f.Sighting.merge(seen)
}

// addValue adds a value of a member whose values are listed.
func (f *FieldCoverage) addValue(declared map[string]bool, value string, seen Sighting) {
	if f.Values[value] == nil {
		if !declared[value] && len(f.Values) >= MaxFields+len(declared) {
			f.Rest += seen.N
			return
		}
		if f.Values == nil {
			f.Values = map[string]*Sighting{}
		}
		f.Values[value] = &Sighting{}
	}
	f.Values[value].merge(seen)
}

// Merge adds the coverage of streams that come later, such as those of the next runs. Next is made of the same declarations, and must not be used any more.
func (c *Coverage) Merge(next *Coverage) {
	c.Files += next.Files
	c.join(next)
	c.Lines, c.Bytes = next.Lines, next.Bytes
}

// Append adds the coverage of the next part of the stream that was read last: so a stream that was cut between any two lines is one again. Next is made of the
// same declarations, and must not be used any more.
func (c *Coverage) Append(next *Coverage) {
	shift := func(s *Sighting) { s.First = s.First.behind(c.Lines, c.Bytes) }
	for _, s := range next.Unknown {
		shift(s)
	}
	for _, n := range next.Names {
		shift(&n.Sighting)
		for _, f := range n.Fields {
			shift(&f.Sighting)
			for _, v := range f.Values {
				shift(v)
			}
		}
	}
	c.Files = max(c.Files, next.Files)
	c.join(next)
	c.Lines += next.Lines
	c.Bytes += next.Bytes
}

func (c *Coverage) join(next *Coverage) {
	c.Records += next.Records
	c.Left += next.Left
	for _, name := range slices.Sorted(maps.Keys(next.Unknown)) { // sorted: which ones find room must not depend on chance
		c.addUnknown(name, *next.Unknown[name])
	}
	for _, name := range slices.Sorted(maps.Keys(next.Names)) {
		if have := c.Names[name]; have != nil {
			have.join(c.trees[name], next.Names[name])
		} else {
			c.Names[name] = next.Names[name]
		}
	}
}

func (n *NameCoverage) join(tree *coveredField, next *NameCoverage) {
	n.merge(next.Sighting)
	for _, pointer := range slices.Sorted(maps.Keys(next.Fields)) {
		from := next.Fields[pointer]
		declared := tree.find(pointer)
		if declared == nil {
			n.addOther(pointer, from.Sighting)
			continue
		}
		f := n.Fields[pointer]
		if f == nil {
			n.Fields[pointer] = from
			continue
		}
		f.Sighting.merge(from.Sighting)
		for _, value := range slices.Sorted(maps.Keys(from.Values)) {
			f.addValue(declared.values, value, *from.Values[value])
		}
		f.Rest += from.Rest
	}
	n.Rest += next.Rest
}

// find returns the declared member at a pointer, or nil.
func (f *coveredField) find(pointer string) *coveredField {
	if f == nil {
		return nil
	}
	for _, step := range strings.Split(pointer, "/")[1:] {
		if member := f.members[unescapedToken(step)]; member != nil {
			f = member
		} else if f.other != nil && step == "*" {
			f = f.other
		} else {
			return nil
		}
	}
	return f
}

// The sorts of a Gap.
const (
	GapName  = "name"
	GapField = "field"
	GapValue = "value"
)

// Gap is something that is declared and was never seen, or that was seen and is not declared.
type Gap struct {
	Sort     string   // one of the Gap constants
	Name     string   // of the record
	Pointer  string   // of the member, unless it is a name
	Value    string   // if it is one
	Sighting Sighting // zero if it was never seen
	Rest     bool     // stands for all that found no room
}

// Never reports whether the gap is something that was never seen.
func (g *Gap) Never() bool { return g.Sighting.N == 0 }

// Share is how much of what is declared was seen.
type Share struct{ Seen, Declared int }

// Shares returns how many of the declared names, members and listed values were seen.
func (c *Coverage) Shares() (names, fields, values Share) {
	for _, d := range c.declared.Names {
		n := c.Names[d.Name]
		names.add(n != nil)
		for _, field := range d.Fields {
			var f *FieldCoverage
			if n != nil {
				f = n.Fields[field.Pointer]
			}
			fields.add(f != nil)
			for _, v := range field.Values {
				values.add(f != nil && f.Values[v] != nil)
			}
		}
	}
	return names, fields, values
}

func (s *Share) add(seen bool) {
	s.Declared++
	if seen {
		s.Seen++
	}
}

// Gaps returns first what was never seen, in the order of the schema: the members only of names and members that were seen, the values only of members
// that were. Then it returns what is not declared: names, then members and values in the order of the names.
func (c *Coverage) Gaps() []Gap {
	var never, other []Gap
	for _, name := range slices.Sorted(maps.Keys(c.Unknown)) {
		other = append(other, Gap{Sort: GapName, Name: name, Sighting: *c.Unknown[name], Rest: name == "" && len(c.Unknown) > MaxUnknown})
	}
	for _, d := range c.declared.Names {
		n := c.Names[d.Name]
		if n == nil {
			never = append(never, Gap{Sort: GapName, Name: d.Name})
			continue
		}
		known := map[string]*DeclaredField{}
		for i := range d.Fields {
			field := &d.Fields[i]
			known[field.Pointer] = field
			f := n.Fields[field.Pointer]
			if f == nil {
				if above := field.Pointer[:strings.LastIndexByte(field.Pointer, '/')]; above == "" || n.Fields[above] != nil {
					never = append(never, Gap{Sort: GapField, Name: d.Name, Pointer: field.Pointer})
				}
				continue
			}
			for _, v := range field.Values {
				if f.Values[v] == nil {
					never = append(never, Gap{Sort: GapValue, Name: d.Name, Pointer: field.Pointer, Value: v})
				}
			}
		}
		for _, pointer := range slices.Sorted(maps.Keys(n.Fields)) {
			f := n.Fields[pointer]
			field := known[pointer]
			if field == nil {
				other = append(other, Gap{Sort: GapField, Name: d.Name, Pointer: pointer, Sighting: f.Sighting})
				continue
			}
			for _, v := range slices.Sorted(maps.Keys(f.Values)) {
				if !slices.Contains(field.Values, v) {
					other = append(other, Gap{Sort: GapValue, Name: d.Name, Pointer: pointer, Value: v, Sighting: *f.Values[v]})
				}
			}
			if f.Rest > 0 {
				other = append(other, Gap{Sort: GapValue, Name: d.Name, Pointer: pointer, Sighting: Sighting{N: f.Rest}, Rest: true})
			}
		}
		if n.Rest > 0 {
			other = append(other, Gap{Sort: GapField, Name: d.Name, Sighting: Sighting{N: n.Rest}, Rest: true})
		}
	}
	return append(never, other...)
}
