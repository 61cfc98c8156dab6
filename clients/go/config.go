package minhacarona

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	v1 "minhacarona/clients/go/v1"
)

// retryPolicy says when an attempt is repeated, and after how long.
type retryPolicy struct {
	maxAttempts                int
	initialBackoff, maxBackoff time.Duration
	multiplier                 float64
	codes                      []codes.Code
}

// method is what the contract says about one RPC.
type method struct {
	// For all attempts together.
	timeout time.Duration
	retry   *retryPolicy
	writes  bool
}

// throttling says when a client stops to repeat calls, because most of them fail.
type throttling struct {
	MaxTokens  float64 `json:"maxTokens"`
	TokenRatio float64 `json:"tokenRatio"`
}

var (
	// By full name, as in /minhacarona.v1.CaronaService/GetCarona.
	methods   = map[string]*method{}
	throttled throttling
)

// The files are generated into this package and tested with it, so what is wrong with them is found before any release.
func init() {
	var config struct {
		RetryThrottling throttling
		MethodConfig    []struct {
			Name        []struct{ Service, Method string }
			RetryPolicy *struct {
				MaxAttempts                int
				InitialBackoff, MaxBackoff string
				BackoffMultiplier          float64
				RetryableStatusCodes       []codes.Code
			}
		}
	}
	parse(serviceConfig, &config)
	throttled = config.RetryThrottling
	durations := map[string]string{}
	parse(timeouts, &durations)
	for _, file := range []protoreflect.FileDescriptor{
		v1.File_minhacarona_v1_carona_service_proto, v1.File_minhacarona_v1_reserva_service_proto,
	} {
		all := file.Services().Get(0).Methods()
		for i := range all.Len() {
			level := all.Get(i).Options().(*descriptorpb.MethodOptions).GetIdempotencyLevel()
			name := fmt.Sprintf("%s/%s", all.Get(i).Parent().FullName(), all.Get(i).Name())
			methods["/"+name] = &method{
				timeout: duration(durations[name]),
				writes:  level == descriptorpb.MethodOptions_IDEMPOTENT,
			}
		}
	}
	for _, each := range config.MethodConfig {
		for _, name := range each.Name {
			policy := each.RetryPolicy
			if policy != nil && safe(name.Service, name.Method) {
				methods["/"+name.Service+"/"+name.Method].retry = &retryPolicy{
					maxAttempts:    policy.MaxAttempts,
					initialBackoff: duration(policy.InitialBackoff),
					maxBackoff:     duration(policy.MaxBackoff),
					multiplier:     policy.BackoffMultiplier,
					codes:          policy.RetryableStatusCodes,
				}
			}
		}
	}
}

// safe says whether the contract marks a repeat as safe.
func safe(service, name string) bool {
	file := v1.File_minhacarona_v1_carona_service_proto
	if strings.HasSuffix(service, ".ReservaService") {
		file = v1.File_minhacarona_v1_reserva_service_proto
	}
	found := file.Services().Get(0).Methods().ByName(protoreflect.Name(name))
	level := found.Options().(*descriptorpb.MethodOptions).GetIdempotencyLevel()
	return level != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN
}

// forChannel is the part that gRPC carries out itself: how calls are spread, and what is healthy. The rest is carried
// out by this package, which must know of each attempt what became of it.
func forChannel(direct bool) string {
	config := map[string]json.RawMessage{}
	if direct {
		parse(serviceConfigTasks, &config)
	} else {
		parse(serviceConfig, &config)
	}
	maps.DeleteFunc(config, func(name string, _ json.RawMessage) bool {
		return name == "methodConfig" || name == "retryThrottling"
	})
	encoded, err := json.Marshal(config)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

func parse(text string, into any) {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		panic(err)
	}
}

func duration(text string) time.Duration {
	parsed, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return parsed
}
