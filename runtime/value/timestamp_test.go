package value_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/runtime/value"
)

func TestTimestampTime(t *testing.T) {
	utc := func(text string) time.Time {
		at, err := time.Parse("2006-01-02 15:04:05.999999999", text)
		require.NoError(t, err)
		return at
	}
	for _, c := range []struct {
		text string
		want string // in UTC
	}{
		{"2026-11-22T09:36:52.381136+00:00", "2026-11-22 09:36:52.381136"},
		{"2026-11-22T09:36:52Z", "2026-11-22 09:36:52"},
		{"2026-11-22t09:36:52z", "2026-11-22 09:36:52"},
		{"2026-11-22T09:36:52-00:00", "2026-11-22 09:36:52"},
		{"2026-11-22T09:36:52+05:30", "2026-11-22 04:06:52"},
		{"2026-11-22T23:36:52-23:59", "2026-11-23 23:35:52"},
		{"2026-11-22T09:36:52.1Z", "2026-11-22 09:36:52.1"},
		{"2026-11-22T09:36:52.123456789123456789123456789Z", "2026-11-22 09:36:52.123456789"},
		{"2026-11-22T09:36:52.999999999999Z", "2026-11-22 09:36:52.999999999"},
		{"2024-02-29T00:00:00Z", "2024-02-29 00:00:00"},
		{"2000-02-29T00:00:00Z", "2000-02-29 00:00:00"},
		{"0000-01-01T00:00:00Z", "0000-01-01 00:00:00"},
		{"9999-12-31T23:59:59Z", "9999-12-31 23:59:59"},
	} {
		got, err := value.Timestamp(c.text).Time()
		require.NoError(t, err, c.text)
		assert.True(t, got.Equal(utc(c.want)), "%s: got %s, want %s", c.text, got, c.want)
	}
	got, err := value.Timestamp("2026-11-22T09:36:52+05:30").Time()
	require.NoError(t, err)
	assert.Equal(t, "2026-11-22T09:36:52+05:30", got.Format(time.RFC3339Nano), "the offset is kept")
}

func TestTimestampTimeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                              `expected 4 digits of the year, found ""`,
		"26-11-22T09:36:52Z":            `expected 4 digits of the year, found "26-11-22T09:36:52Z"`,
		"2026/11/22T09:36:52Z":          `expected "-", found "/11/22T09:36:52Z"`,
		"2026-13-22T09:36:52Z":          "month is 13, expected 1 to 12",
		"2026-00-22T09:36:52Z":          "month is 0, expected 1 to 12",
		"2026-11-31T09:36:52Z":          "day is 31, expected 1 to 30",
		"2026-02-29T09:36:52Z":          "day is 29, expected 1 to 28",
		"1900-02-29T09:36:52Z":          "day is 29, expected 1 to 28",
		"2026-11-22 09:36:52Z":          `expected "T", found " 09:36:52Z"`,
		"2026-11-22T9:36:52Z":           `expected 2 digits of the hour, found "9:36:52Z"`,
		"2026-11-22T24:00:00Z":          "hour is 24, expected 0 to 23",
		"2026-11-22T09:60:52Z":          "minute is 60, expected 0 to 59",
		"2026-11-22T09:36:61Z":          "second is 61, expected 0 to 60",
		"2026-11-22T09:36:52.Z":         `expected a digit behind the decimal point, found "Z"`,
		"2026-11-22T09:36:52,5Z":        `expected an offset (Z or ±hh:mm), found ",5Z"`,
		"2026-11-22T09:36:52":           `expected an offset (Z or ±hh:mm), found ""`,
		"2026-11-22T09:36:52+0530":      `expected ":", found "30"`,
		"2026-11-22T09:36:52+24:00":     "offset's hour is 24, expected 0 to 23",
		"2026-11-22T09:36:52+05:60":     "offset's minute is 60, expected 0 to 59",
		"2026-11-22T09:36:52+05:30 ":    `found " " behind the offset, expected the end`,
		"2026-11-22T09:36:52Z+00:00":    `found "+00:00" behind the offset, expected the end`,
		"2026-11-22T09:36:5２Z":          `expected 2 digits of the second, found "5２Z"`,
		"2016-12-31T23:59:60Z":          "a leap second, which time.Time cannot hold",
		"2016-12-31T15:59:60.5-08:00":   "a leap second, which time.Time cannot hold",
		"2017-01-01T05:29:60+05:30":     "a leap second, which time.Time cannot hold",
		"2016-12-31T22:59:60Z":          "second is 60, which only a leap second at 23:59:60 UTC may be",
		"2016-12-31T23:59:60+01:00":     "second is 60, which only a leap second at 23:59:60 UTC may be",
		"+2026-11-22T09:36:52Z":         `expected 4 digits of the year, found "+2026-11-22T09:36:52Z"`,
		"2026-11-22T05:+1:04Z":          `expected 2 digits of the minute, found "+1:04Z"`,
		"2026-11-22T09:36:52.5+05:30:0": `found ":0" behind the offset, expected the end`,
	} {
		_, err := value.Timestamp(text).Time()
		assert.ErrorContains(t, err, want, text)
	}
}

func TestTimestampOf(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 36, 52, 381136000, time.FixedZone("", 5*60*60+30*60))
	assert.Equal(t, value.Timestamp("2026-11-22T09:36:52.381136+05:30"), value.TimestampOf(at))
	assert.Equal(t, value.Timestamp("2026-11-22T04:06:52.381136Z"), value.TimestampOf(at.UTC()))
	assert.Equal(t, value.Timestamp("2026-11-22T00:00:00Z"), value.TimestampOf(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)))

	odd := time.Date(1880, 1, 1, 0, 0, 0, 1, time.FixedZone("local mean time", -75))
	assert.Equal(t, value.Timestamp("1880-01-01T00:01:15.000000001Z"), value.TimestampOf(odd), "an offset with seconds cannot be written")
	for _, want := range []time.Time{at, odd} {
		got, err := value.TimestampOf(want).Time()
		require.NoError(t, err)
		assert.True(t, got.Equal(want))
	}
}

func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{"2026-11-22T09:36:52.381136+00:00", "2016-12-31T23:59:60Z", "2024-02-29t23:59:59.9-23:59"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := value.Timestamp(text).Time()
		if err != nil {
			return
		}
		// What is accepted, time.Parse accepts too, once its letters are upper case.
		want, err := time.Parse(time.RFC3339Nano, upper(text))
		require.NoError(t, err)
		assert.True(t, got.Equal(want), "got %s, want %s", got, want)
	})
}

func upper(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c == 't' || c == 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}
