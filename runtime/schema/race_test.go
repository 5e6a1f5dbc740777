//go:build race

package schema_test

// forgetful: beside the race detector a sync.Pool drops some of what it is given, so that what it saves is allocated now and then.
const forgetful = true
