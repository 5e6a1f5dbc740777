package main_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/assay-go/assay/generated/telemetry"
	"github.com/assay-go/assay/runtime/value"
)

// TestAppendAgrees: what AppendEvent and AppendMetric say of a struct is what ValidateEvent and ValidateMetric say of its text, member by member as package value
// appends them: the same line, or the same error.
func TestAppendAgrees(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	accepted, total := 0, 0
	agree := func(text, line []byte, err, want error) {
		t.Helper()
		total++
		if want != nil {
			require.EqualError(t, err, want.Error(), "%s", text)
			require.IsType(t, want, err)
			require.Equal(t, "before", string(line))
			return
		}
		require.NoError(t, err, "%s", text)
		require.Equal(t, "before"+string(text), string(line))
		accepted++
	}
	for range 2000 {
		for _, e := range everyEvent() {
			choose(random, reflect.ValueOf(e).Elem())
			text := textOf(e, "event", string(e.Event()))
			line, err := telemetry.AppendEvent([]byte("before"), e)
			agree(text, line, err, telemetry.ValidateEvent(text))
		}
		m := new(telemetry.Metric)
		choose(random, reflect.ValueOf(m).Elem())
		text := textOf(m, "", "")
		line, err := telemetry.AppendMetric([]byte("before"), m)
		agree(text, line, err, telemetry.ValidateMetric(text))
	}
	assert.Greater(t, accepted, total/10)
	assert.Less(t, accepted, total*9/10)
}

// everyEvent returns an empty event of each name.
func everyEvent() []telemetry.Event {
	return []telemetry.Event{new(telemetry.RunStart), new(telemetry.RunComplete), new(telemetry.RunEnd), new(telemetry.StepStart), new(telemetry.StepComplete), new(telemetry.StepFailed),
		new(telemetry.CfgMaterialized), new(telemetry.CfgOpened), new(telemetry.ConfigMetaStripped), new(telemetry.ArtifactsDirCreated), new(telemetry.ArtifactCreated),
		new(telemetry.ConnectionResolveStart), new(telemetry.ConnectionResolveComplete), new(telemetry.DriverRegistered), new(telemetry.DriverRegistrationFailed),
		new(telemetry.DriversRegistered), new(telemetry.DependencyCheck), new(telemetry.DependencyInstalled)}
}

// choose fills a struct with values most of which are good.
func choose(random *rand.Rand, v reflect.Value) {
	one := func(good []string, bad ...string) string {
		if random.IntN(25) == 0 {
			return bad[random.IntN(len(bad))]
		}
		return good[random.IntN(len(good))]
	}
	anyString := func() string {
		return one([]string{"", "a", "step-1", "extract-actors", "a longer text, of many words", "line\nline\t\"quoted\" \\", "příliš ✓ 😀", "\u2028\x7f", "\x00\x1f"}, "\xff", "abc\xc3", "\xed\xa0\x80")
	}
	float := func() float64 {
		if random.IntN(25) == 0 {
			return []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, -0.5, -5e-324}[random.IntN(6)]
		}
		return []float64{0, math.Copysign(0, -1), 1, 20, 0.125, 1234.5, 23.603200912475586, 1e21, 1e-7, math.MaxFloat64, 5e-324, 99999999, 1e8, math.Exp(random.Float64() * 40)}[random.IntN(14)]
	}
	switch v.Interface().(type) {
	case telemetry.Timestamp:
		v.SetString(one([]string{"2026-11-22T09:36:52Z", "2026-11-22T09:36:52.381136+00:00", "2026-11-30T23:59:59.1-08:00", "2024-02-29T00:00:00.123456789Z"},
			"", "2026-11-31T09:36:52Z", "2026-11-22 09:36:52Z", "2026-11-22T09:36:52", "2026-11-22T09:36:60Z", "2026-11-22T09:36:52.Z", "\"", "\xff"))
		return
	case telemetry.Members:
		if random.IntN(6) == 0 {
			var members telemetry.Members
			for range 1 + random.IntN(2) {
				members = append(members, telemetry.Member{Name: one([]string{"x", "y", "z \"", "é"}, "ts", "step_id", "event", "metric", "\xff"),
					Value: telemetry.Raw(one([]string{"1", `"x"`, `{"a":[1,null]}`, "[1,\n2]"}, "", "1,\"y\":2", "}", "\"\xff\"", `{"a":1,"a":2}`))})
			}
			v.Set(reflect.ValueOf(members))
		}
		return
	case telemetry.MetricName:
		names := telemetry.MetricNames()
		v.SetString(one([]string{string(names[random.IntN(len(names))])}, "no_such_metric", ""))
		return
	case telemetry.MetricUnit:
		v.SetString(one([]string{"rows", "ms", "seconds", "bytes", "code", "files"}, "", "miles", "\xff"))
		return
	case telemetry.Raw: // of unknown names
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if set := v.FieldByName("Set"); set.IsValid() {
			if random.IntN(2) == 0 {
				set.SetBool(true)
				choose(random, v.FieldByName("Value"))
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "Session" {
				v.Field(i).SetString(one([]string{"run_1", "run_1763804212381"}, "", "run_", "run-1", "run_1763804212381x", "run_\"", "test"))
			} else {
				choose(random, v.Field(i))
			}
		}
	case reflect.String:
		v.SetString(anyString())
	case reflect.Float64:
		v.SetFloat(float())
	case reflect.Int64:
		v.SetInt([]int64{0, 1, -1, 12345678, 100000000, math.MaxInt64, math.MinInt64}[random.IntN(7)])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 0)
	case reflect.Slice:
		for range random.IntN(3) {
			item := reflect.New(v.Type().Elem()).Elem()
			choose(random, item)
			v.Set(reflect.Append(v, item))
		}
	case reflect.Map:
		members := reflect.MakeMap(v.Type())
		for range random.IntN(3) {
			members.SetMapIndex(reflect.ValueOf(anyString()), reflect.ValueOf(anyString()))
		}
		v.Set(members)
	default:
		panic(fmt.Sprintf("no values of %s", v.Type()))
	}
}

// textOf returns a record as the functions of package value append its members. The name stands third, as in the schemas.
func textOf(record any, property, name string) []byte {
	b := []byte{'{'}
	key := func(name string) {
		b = append(value.AppendString(value.AppendComma(b), name), ':')
	}
	var extra value.Members
	var members func(v reflect.Value)
	members = func(v reflect.Value) {
		for i := range v.NumField() {
			f := v.Type().Field(i)
			json, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch field := v.Field(i); {
			case f.Anonymous:
				members(field)
				continue
			case f.Name == "Extra":
				extra = field.Interface().(value.Members)
				continue
			case json == "-":
				continue
			case field.Kind() == reflect.Struct && !field.FieldByName("Set").Bool():
				continue
			case field.Kind() == reflect.Struct:
				key(json)
				b = appendReflected(b, field.FieldByName("Value"))
			default:
				key(json)
				b = appendReflected(b, field)
			}
			if json == "session" && property != "" {
				key(property)
				b = value.AppendString(b, name)
			}
		}
	}
	members(reflect.ValueOf(record).Elem())
	return append(value.AppendMembers(b, extra), '}')
}

func appendReflected(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return value.AppendString(b, v.String())
	case reflect.Float64:
		return value.AppendFloat(b, v.Float())
	case reflect.Int64:
		return value.AppendInt(b, v.Int())
	case reflect.Bool:
		return value.AppendBool(b, v.Bool())
	case reflect.Slice:
		return value.AppendArray(b, v.Interface().([]string), value.AppendString[string])
	default:
		return value.AppendMap(b, v.Interface().(map[string]string), value.AppendString[string])
	}
}

// TestAppendAllocates: nothing, into a buffer that is used again, whatever minute and session come.
func TestAppendAllocates(t *testing.T) {
	var buffer []byte
	e, m, n := &telemetry.StepComplete{StepID: "extract-actors", RowsProcessed: 20}, &telemetry.Metric{Metric: telemetry.MetricNames()[0], Value: 1}, 0
	work := func() {
		n++
		e.TS = [...]telemetry.Timestamp{"2026-11-22T09:36:52Z", "2026-11-29T09:37:52.123456+00:00"}[n%2]
		e.Session = [...]string{"run_12345678", "run_1763804212381"}[n/2%2]
		e.DurationMS = [...]float64{0.5, 23.603200912475586}[n%2]
		m.TS, m.Session = e.TS, e.Session
		buffer, _ = telemetry.AppendEvent(buffer[:0], e)
		buffer, _ = telemetry.AppendMetric(buffer, m)
	}
	work()
	work()
	assert.Zero(t, testing.AllocsPerRun(1000, work))
}

// TestAppendConcurrently: goroutines that append at once, minutes and sessions of their own, write what one does.
func TestAppendConcurrently(t *testing.T) {
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			for i := range 2000 {
				e := &telemetry.RunEnd{EventBase: telemetry.EventBase{TS: telemetry.Timestamp(fmt.Sprintf("2026-%02d-%02dT%02d:00:00Z", 1+i%12, 1+(i+g)%31, g)), Session: fmt.Sprintf("run_1234567%d", g)}}
				line, err := telemetry.AppendEvent(nil, e)
				if text := textOf(e, "event", "run_end"); telemetry.ValidEvent(text) {
					assert.NoError(t, err)
					assert.Equal(t, string(text), string(line))
				} else {
					assert.Error(t, err, "%s", text)
				}
			}
		})
	}
	wait.Wait()
}
