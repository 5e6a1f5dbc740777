# Every target needs Go only, but for compare and agree: they say so where npm or Python is missing.

FUZZTIME  ?= 10s
BENCHTIME ?= 1s
RUNS      ?= $(wildcard testdata/runs/*) schemas/testdata/lines

.PHONY: help generate test lint check fuzz bench conformance differential conformance-table compare agree ci

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

generate: ## write generated/ from schemas/
	go generate ./...

test: ## run all tests
	go test ./...

lint: ## gofmt, go vet and staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	go vet ./...
	go tool staticcheck ./...

check: ## fail if generated code differs from its schemas
	go run . check ./...

fuzz: ## run every fuzz target for FUZZTIME (10s)
	.ci/fuzz $(FUZZTIME)

bench: ## run every benchmark for BENCHTIME (1s)
	go test -run='^$$' -bench=. -benchmem -benchtime=$(BENCHTIME) ./...

conformance: ## run the official suites; .ci/conformance says where the data is looked for
	.ci/conformance

differential: ## judge mutants beside another validator, and generate from hostile schemas; ASSAY_MUTANTS=60 for a long run
	ASSAY_LONG=1 go test -count=1 ./differential

conformance-table: ## run the official suite through assay and its peers and renew the table in README.md (module proxy)
	cd bench && go run ./conformance -w

compare: ## run other generators on the schemas and renew the table in README.md (npm)
	go run ./compare -w

agree: ## ask Python's jsonschema and ajv about every line of RUNS (npm, python3-jsonschema)
	go run ./compare agree $(RUNS)

ci: ## all that .ci/run checks
	.ci/run
