package emit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/assay-go/assay/gen/internal/model"
)

// keys emits a method for each key that x-assay declares:
//
//	// Step returns the key "step": /tags/step, else /step_id. It is false if …
//	func (m *Metric) Step() (string, bool) {
//		if m.Unknown != "" {
//			return value.Key(m.Unknown, "/tags/step", "/step_id")
//		}
//		if v, ok := m.Tags.Get(); ok {
//			if v, ok := v["step"]; ok {
//				return v, true
//			}
//		}
//		if v, ok := m.Extra.Lookup("/step_id"); ok {
//			return value.Key(v, "")
//		}
//		return "", false
//	}
//
// In a union, the base has the method, and so has each variant that declares one of the properties itself.
func (e *emitter) keys(f *jen.File, r *model.Record) {
	for _, key := range r.Keys {
		if !r.Union {
			k := keyMethod{key, "m", r.Name}
			whole := jen.If(jen.Id("m").Dot("Unknown").Op("!=").Lit("")).Block(k.returnText(jen.Id("m").Dot("Unknown"), key.At...))
			k.emit(f, append([]jen.Code{whole}, k.find(r.Struct.Fields, nil)...)...)
			continue
		}
		if !key.BeginsIn([]*model.Field{{JSON: r.Property}}) {
			k := keyMethod{key, "v", r.Base.Go}
			k.emit(f, k.find(r.Base.Fields, nil)...)
		}
		for _, i := range key.In(r) {
			v := r.Variants[i]
			k := keyMethod{key, "e", v.Go}
			k.emit(f, k.find(slices.Concat(r.Base.Fields, v.Fields), jen.Id(r.Names[i].Go))...)
		}
		k := keyMethod{key, "e", r.Unknown}
		k.emit(f, k.returnText(jen.Id("e").Dot("Raw"), key.At...))
	}
}

// keyText says what a key is.
func keyText(k model.Key) string {
	text := strings.Join(k.At, ", else ")
	if k.Basename {
		text = "the last element of the path at " + text
	}
	return fmt.Sprintf("returns the key %q: %s", k.Name, text)
}

// keyMethod is the method of a key on one type.
type keyMethod struct {
	key           model.Key
	receiver, typ string
}

// emit emits the method. The one that callers look up says all of it.
func (k keyMethod) emit(f *jen.File, code ...jen.Code) {
	text := k.key.Go + " " + keyText(k.key) + "."
	if k.receiver != "e" {
		text += " It is false if there is none, or if what is there first is no string, number or boolean."
	}
	doc(f, text)
	f.Func().Params(jen.Id(k.receiver).Op("*").Id(k.typ)).Id(k.key.Go).Params().Params(jen.String(), jen.Bool()).Block(code...)
	f.Line()
}

// returnText returns the key in the text of a JSON value.
func (k keyMethod) returnText(text *jen.Statement, pointers ...string) jen.Code {
	var arguments []jen.Code
	for _, p := range pointers {
		arguments = append(arguments, jen.Lit(p))
	}
	call := jen.Qual(valuePath, "Key").Call(append([]jen.Code{text}, arguments...)...)
	if !k.key.Basename {
		return jen.Return(call)
	}
	return jen.List(jen.Id("path"), jen.Id("ok")).Op(":=").Add(call).Line().Return(jen.Qual(valuePath, "Basename").Call(jen.Id("path")), jen.Id("ok"))
}

// find returns the search in the members of a record, pointer by pointer. name is the record's name, if the type says it.
func (k keyMethod) find(fields []*model.Field, name *jen.Statement) (code []jen.Code) {
	for _, pointer := range k.key.At {
		s := k.member(jen.Id(k.receiver), fields, false, pointer, name)
		if code = append(code, s.code...); s.sure {
			return code
		}
	}
	return append(code, returnNone())
}

func returnNone() jen.Code { return jen.Return(jen.Lit(""), jen.False()) }

// search is a part of a search: statements that return the key if it is there, and how it ends if it is not.
type search struct {
	code []jen.Code
	uses bool // the value that it searches
	sure bool // it always returns, so that nothing may follow
}

// where returns a search in what an expression of two results holds:
//
//	if v, ok := m.Tags.Get(); ok {
//		…
//	}
func where(expression *jen.Statement, inside search) search {
	if len(inside.code) == 0 {
		return search{}
	}
	v := "v"
	if !inside.uses {
		v = "_"
	}
	return search{code: []jen.Code{jen.If(jen.List(jen.Id(v), jen.Id("ok")).Op(":=").Add(expression), jen.Id("ok")).Block(inside.code...)}, uses: true}
}

// member searches the members of an object.
func (k keyMethod) member(object *jen.Statement, fields []*model.Field, closed bool, pointer string, name *jen.Statement) search {
	token, rest := cutToken(pointer)
	i := slices.IndexFunc(fields, func(fd *model.Field) bool { return fd.JSON == token })
	if i < 0 {
		if closed {
			return search{}
		}
		return where(object.Clone().Dot("Extra").Dot("Lookup").Call(jen.Lit(pointer)), search{code: []jen.Code{k.returnText(jen.Id("v"), "")}, uses: true})
	}
	fd := fields[i]
	switch {
	case fd.Name:
		if name == nil {
			name = object.Clone().Dot(fd.Go)
		}
		return k.value(name, &model.Type{Kind: model.EnumType}, rest)
	case fd.Optional:
		return where(object.Clone().Dot(fd.Go).Dot("Get").Call(), k.value(jen.Id("v"), fd.Type, rest))
	}
	return k.value(object.Clone().Dot(fd.Go), fd.Type, rest)
}

// value searches a value for what the rest of a pointer leads to.
func (k keyMethod) value(v *jen.Statement, t *model.Type, pointer string) search {
	if pointer == "" {
		return k.text(v, t)
	}
	token, rest := cutToken(pointer)
	switch t.Kind {
	case model.StructType:
		return k.member(v, t.Struct.Fields, t.Struct.Closed, pointer, nil)
	case model.Map:
		return where(v.Clone().Index(jen.Lit(token)), k.value(jen.Id("v"), t.Elem, rest))
	case model.Array:
		i, err := strconv.Atoi(token)
		if item := k.value(v.Clone().Index(jen.Lit(i)), t.Elem, rest); err == nil && strconv.Itoa(i) == token && i >= 0 && len(item.code) > 0 {
			return search{code: []jen.Code{jen.If(jen.Len(v).Op(">").Lit(i)).Block(item.code...)}, uses: true}
		}
	case model.Nullable:
		return where(v.Clone().Dot("Get").Call(), k.value(jen.Id("v"), t.Elem, pointer))
	case model.Raw:
		return where(v.Clone().Dot("Lookup").Call(jen.Lit(pointer)), search{code: []jen.Code{k.returnText(jen.Id("v"), "")}, uses: true})
	}
	return search{}
}

// text returns a value as a key. What is there, and can be none, ends the search.
func (k keyMethod) text(v *jen.Statement, t *model.Type) search {
	number := func(name string) search {
		return search{[]jen.Code{jen.Return(jen.String().Call(jen.Qual(valuePath, name).Call(jen.Nil(), v)), jen.True())}, true, true}
	}
	switch t.Kind {
	case model.String, model.Timestamp, model.EnumType:
		if t.Kind != model.String {
			v = jen.String().Call(v)
		}
		if k.key.Basename {
			v = jen.Qual(valuePath, "Basename").Call(v)
		}
		return search{[]jen.Code{jen.Return(v, jen.True())}, true, true}
	case model.Bool:
		return number("AppendBool")
	case model.Int:
		return number("AppendInt")
	case model.Float:
		return number("AppendFloat")
	case model.Raw:
		return search{[]jen.Code{k.returnText(v, "")}, true, true}
	case model.Nullable:
		s := where(v.Clone().Dot("Get").Call(), k.text(jen.Id("v"), t.Elem))
		return search{append(s.code, returnNone()), s.uses, true}
	}
	return search{[]jen.Code{returnNone()}, false, true}
}

// cutToken returns the name that the first reference token of a JSON Pointer stands for (RFC 6901 section 4), and the pointer behind it.
func cutToken(pointer string) (token, rest string) {
	token = strings.TrimPrefix(pointer, "/")
	if slash := strings.IndexByte(token, '/'); slash >= 0 {
		token, rest = token[:slash], token[slash:]
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token), rest
}
