// Package wide has the types that JSON libraries decode events into and encode them from: one struct for all events, as they cannot tell them apart.
package wide

//go:generate go tool easyjson -all wide.go

// Event has the properties of all events.
type Event struct {
	TS            string   `json:"ts"`
	Session       string   `json:"session"`
	Event         string   `json:"event"`
	SessionID     string   `json:"session_id,omitempty"`
	Pipeline      string   `json:"pipeline,omitempty"`
	FileType      string   `json:"file_type,omitempty"`
	ExitCode      *int64   `json:"exit_code,omitempty"`
	Duration      *float64 `json:"duration,omitempty"`
	StepID        string   `json:"step_id,omitempty"`
	Driver        string   `json:"driver,omitempty"`
	RowsProcessed *float64 `json:"rows_processed,omitempty"`
	DurationMS    *float64 `json:"duration_ms,omitempty"`
	Error         string   `json:"error,omitempty"`
	ErrorType     string   `json:"error_type,omitempty"`
	Traceback     string   `json:"traceback,omitempty"`
	Path          string   `json:"path,omitempty"`
	SizeBytes     *float64 `json:"size_bytes,omitempty"`
	SHA256        string   `json:"sha256,omitempty"`
	Keys          []string `json:"keys,omitempty"`
	KeysRemoved   []string `json:"keys_removed,omitempty"`
	RelativePath  string   `json:"relative_path,omitempty"`
	ArtifactType  string   `json:"artifact_type,omitempty"`
	Family        string   `json:"family,omitempty"`
	Alias         string   `json:"alias,omitempty"`
	OK            *bool    `json:"ok,omitempty"`
	Status        string   `json:"status,omitempty"`
	Drivers       []string `json:"drivers,omitempty"`
	Missing       []string `json:"missing,omitempty"`
	Present       []string `json:"present,omitempty"`
	NowPresent    []string `json:"now_present,omitempty"`
	StillMissing  []string `json:"still_missing,omitempty"`
}

// StepComplete is the event that encoders write.
type StepComplete struct {
	TS            string  `json:"ts"`
	Session       string  `json:"session"`
	Event         string  `json:"event"`
	StepID        string  `json:"step_id"`
	RowsProcessed float64 `json:"rows_processed"`
	DurationMS    float64 `json:"duration_ms"`
}
