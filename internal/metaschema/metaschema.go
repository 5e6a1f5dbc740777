// Package metaschema judges schemas by the metaschemas of the published drafts, with the Go that assay generates from them.
package metaschema

import (
	"github.com/assay-go/assay/internal/metaschema/draft201909"
	"github.com/assay-go/assay/internal/metaschema/draft202012"
	"github.com/assay-go/assay/internal/metaschema/draft4"
	"github.com/assay-go/assay/internal/metaschema/draft6"
	"github.com/assay-go/assay/internal/metaschema/draft7"
)

//go:generate go run github.com/assay-go/assay generate -notest -o draft4 ../resolve/metaschema/draft-04/schema.json
//go:generate go run github.com/assay-go/assay generate -notest -o draft6 ../resolve/metaschema/draft-06/schema.json
//go:generate go run github.com/assay-go/assay generate -notest -o draft7 ../resolve/metaschema/draft-07/schema.json
//go:generate go run github.com/assay-go/assay generate -notest -o draft201909 ../resolve/metaschema/draft/2019-09/schema.json
//go:generate go run github.com/assay-go/assay generate -notest -o draft202012 ../resolve/metaschema/draft/2020-12/schema.json

// Validate returns nil if text is a schema by the metaschema with the given URI, without a fragment, else what its generated validator does. It also returns nil
// for a URI that is not one of a published draft.
func Validate(uri string, text []byte) error {
	switch uri {
	case "http://json-schema.org/draft-04/schema":
		return draft4.ValidateSchema(text)
	case "http://json-schema.org/draft-06/schema":
		return draft6.ValidateCoreSchemaMetaSchema(text)
	case "http://json-schema.org/draft-07/schema":
		return draft7.ValidateCoreSchemaMetaSchema(text)
	case "https://json-schema.org/draft/2019-09/schema":
		return draft201909.ValidateCoreAndValidationSpecificationsMetaSchema(text)
	case "https://json-schema.org/draft/2020-12/schema":
		return draft202012.ValidateCoreAndValidationSpecificationsMetaSchema(text)
	}
	return nil
}
