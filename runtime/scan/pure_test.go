//go:build purego

package scan_test

const pure = true
