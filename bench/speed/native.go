//go:build !purego

package main

// pureBuild says whether the program was built without unsafe code.
const pureBuild = false
