# Every target needs Go only, but for compare, agree and bench-other: they say so where npm or Python is missing.

FUZZTIME  ?= 50000x
BENCHTIME ?= 1s
BENCHBYTES ?= 200000000
RUNS      ?= $(wildcard testdata/runs/*) schemas/testdata/lines

.PHONY: help generate test lint check fuzz bench bench-table bench-other bench-runs benchmarks conformance differential conformance-table compare agree ci

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

fuzz: ## run every fuzz target for FUZZTIME (50000x, so many inputs, or a time)
	.ci/fuzz $(FUZZTIME)

bench: ## measure assay and its peers in one run and print the table (module proxy); BENCHFLAGS='-json results.json', -smoke, …
	cd bench && go run ./speed $(BENCHFLAGS)

bench-table: ## the same, and renew the tables in docs/performance.md and README.md, and the picture docs/speed.svg (module proxy)
	cd bench && go run ./speed -w && go run ./plot -o ../docs/speed.svg results.json

bench-other: ## measure tools of other languages on the same lines (npm, g++ and libsimdjson-dev, python3-jsonschema: what is missing is skipped)
	cd bench && go run ./other $(BENCHFLAGS)

benchmarks: ## run every Go benchmark for BENCHTIME (1s)
	go test -run='^$$' -bench=. -benchmem -benchtime=$(BENCHTIME) ./...

bench-runs: ## measure the command on 1,000 run folders and on one run of BENCHBYTES (200000000) bytes: seconds, MB/s, peak memory
	cd bench && go run ./runs -bytes $(BENCHBYTES)

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
