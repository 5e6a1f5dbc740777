package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// source is what can be read off generated Go without running it.
type source struct {
	imports []string                     // beyond the standard library, by repository, sorted
	types   map[string]map[string]goType // by stream and canonical name
}

// goType is one exported type.
type goType struct {
	name   string          // as declared
	kind   string          // "struct", "interface", "map", …
	fields map[string]bool // canonical names
}

// canonical makes names of schemas and of Go comparable: "step_id", "StepId" and "StepID" are the same.
func canonical(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", ".", "", "-", "").Replace(name))
}

// readSource parses the packages that a generator left in module.
func readSource(module string, g generator) (source, error) {
	s := source{types: map[string]map[string]goType{}}
	for _, stream := range streams {
		types := map[string]goType{}
		s.types[stream.name] = types
		files, err := filepath.Glob(filepath.Join(module, g.packages[stream.name], "*.go"))
		if err != nil {
			return s, err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				return s, err
			}
			for _, spec := range parsed.Imports {
				at, _ := strconv.Unquote(spec.Path.Value)
				if elements := strings.Split(at, "/"); strings.Contains(elements[0], ".") {
					s.imports = append(s.imports, strings.Join(elements[:min(len(elements), 3)], "/"))
				}
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() {
					types[canonical(spec.Name.Name)] = readType(spec)
				}
				return true
			})
		}
	}
	slices.Sort(s.imports)
	s.imports = slices.Compact(s.imports)
	return s, nil
}

func readType(spec *ast.TypeSpec) goType {
	t := goType{name: spec.Name.Name, fields: map[string]bool{}}
	switch expr := spec.Type.(type) {
	case *ast.StructType:
		t.kind = "struct"
		for _, field := range expr.Fields.List {
			for _, name := range field.Names {
				t.fields[canonical(name.Name)] = true
			}
		}
	case *ast.InterfaceType:
		t.kind = "interface"
	case *ast.MapType:
		t.kind = "map"
	default:
		t.kind = "other type"
	}
	return t
}

// root returns the type that a stream's schema as a whole became: it is named after its title or its file.
func (s source) root(stream stream) (goType, bool) {
	for _, name := range []string{stream.record, stream.schema, strings.TrimSuffix(stream.schema, ".schema.json")} {
		if t, ok := s.types[stream.name][canonical(name)]; ok {
			return t, true
		}
	}
	return goType{}, false
}

// own returns the type that one named record became.
func (s source) own(stream stream, name string) (goType, bool) {
	t, ok := s.types[stream.name][canonical(name)]
	return t, ok && name != ""
}
