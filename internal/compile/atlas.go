package compile

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/assay-go/assay/internal/diag"
	"github.com/assay-go/assay/internal/load"
	"github.com/assay-go/assay/internal/resolve"
)

// atlas finds the files that URIs stand for: Options.Map at work.
type atlas struct {
	fsys      fs.FS
	places    map[string]string         // file or folder by URI; neither ends in a slash
	documents map[string]*load.Document // those read, by file
	load      load.Options
}

// newAtlas makes the atlas of the options. Documents that are read already are known by it.
func newAtlas(fsys fs.FS, o Options, docs []*load.Document) (*atlas, error) {
	a := &atlas{fsys: fsys, places: map[string]string{}, documents: map[string]*load.Document{}, load: load.Options{Limits: o.Limits}}
	for _, text := range slices.Sorted(maps.Keys(o.Map)) {
		uri, ok := resolve.AbsoluteURI(strings.TrimSuffix(text, "/"))
		switch {
		case !ok:
			return nil, fmt.Errorf("%s cannot be mapped to a file: it is no absolute URI without a fragment", diag.Quote(text))
		case a.places[uri] != "":
			return nil, fmt.Errorf("%s is mapped twice", diag.Quote(uri))
		}
		a.places[uri] = path.Clean(o.Map[text])
	}
	for _, d := range docs {
		a.documents[path.Clean(d.Name)] = d
	}
	return a, nil
}

// open returns the document that a URI stands for, as resolve.Options wants it.
func (a *atlas) open(uri string, mistakes *diag.List) (*load.Document, error) {
	file, err := a.file(uri)
	if file == "" || err != nil {
		return nil, err
	}
	if d := a.documents[file]; d != nil {
		return d, nil
	}
	docs, err := a.load.Files(a.fsys, []string{file}, mistakes)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, fmt.Errorf("it is mapped to %s: %w", diag.Quote(file), err)
	}
	docs[0].URI = uri
	a.documents[file] = docs[0]
	return docs[0], nil
}

// file returns the file that a normalised URI stands for: what is mapped to the URI, or else the file below the folder that is mapped to the longest part
// of it up to a slash. It is "" if nothing is. The error is for a URI that would lead to somewhere else than below the folder.
func (a *atlas) file(uri string) (string, error) {
	for above := uri; above != ""; above = above[:max(strings.LastIndexByte(above, '/'), 0)] {
		place, mapped := a.places[above]
		switch below := strings.TrimPrefix(resolve.Unescaped(uri[len(above):]), "/"); {
		case !mapped:
		case above == uri:
			return place, nil
		case !fs.ValidPath(below) || below == ".":
			return "", fmt.Errorf("%s is no file below %s, to which %s is mapped", diag.Quote(below), diag.Quote(place), diag.Quote(above))
		default:
			return path.Join(place, below), nil
		}
	}
	return "", nil
}
