// The measurements that need other people's libraries: a module of its own, so that what they need stays out of assay's.
// kaptinlin/jsonschema v0.9.8 wants Go 1.26.5, and v0.9.9 Go 1.27.
module github.com/assay-go/assay/bench

go 1.26.5

replace github.com/assay-go/assay => ../

require (
	github.com/assay-go/assay v0.0.0-00010101000000-000000000000
	github.com/atombender/go-jsonschema v0.24.1
	github.com/google/jsonschema-go v0.4.3
	github.com/kaptinlin/jsonschema v0.9.8
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/stretchr/testify v1.12.1
)

require (
	dario.cat/mergo v1.0.2 // indirect
	github.com/go-json-experiment/json v0.0.0-20260623181947-01eb4420fa68 // indirect
	github.com/goccy/go-yaml v1.19.2 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/kaptinlin/jsonpointer v0.4.28 // indirect
	github.com/mitchellh/go-wordwrap v1.0.1 // indirect
	github.com/sanity-io/litter v1.5.8 // indirect
	github.com/sosodev/duration v1.4.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/text v0.40.0 // indirect
)
