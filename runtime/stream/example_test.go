package stream_test

import (
	"fmt"

	"github.com/assay-go/assay/runtime/stream"
)

// Lines of a text that is in memory are read where they are.
func ExampleInPlace() {
	text := []byte("{\"event\":\"run_start\"}\n\n{\"event\":\"run_end\"}\n")
	lines := stream.NewLines(stream.InPlace(text))
	for lines.Next() {
		number, offset := lines.Position()
		fmt.Printf("line %d at %d: %s\n", number, offset, lines.Bytes())
	}
	fmt.Println(lines.Err())
	// Output:
	// line 1 at 0: {"event":"run_start"}
	// line 3 at 23: {"event":"run_end"}
	// <nil>
}
