//go:build purego || !(386 || amd64 || arm64 || loong64 || ppc64le || wasm)

package scan_test

const pure = true
