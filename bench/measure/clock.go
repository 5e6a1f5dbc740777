package measure

import "time"

// started is when the process began, for clocks that count from there.
var started = time.Now()
