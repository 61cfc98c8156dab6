package minhacarona

import (
	"fmt"
	"slices"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

const domain = "minhacarona.com.br"

// What gRPC or a load balancer answers before a service has seen the call.
var unseen = []codes.Code{codes.Unimplemented, codes.Unauthenticated, codes.PermissionDenied}

// Kind answers the question that a caller has: is it stored?
type Kind int

const (
	// Refused means no: this call changed nothing, and never will. Branch on the reason.
	Refused Kind = iota + 1
	// OutcomeUnknown is told of a write that may be stored or not. To be certain, repeat the call with the error's
	// Request. It is also told when the last attempt was refused, but an earlier one got no answer: it may still be on
	// its way, for up to five minutes.
	OutcomeUnknown
	// Failed is told of a read without an answer, and of a call that no service has seen.
	Failed
)

func (k Kind) String() string {
	return [...]string{"unknown kind", "refused", "outcome unknown", "failed"}[k]
}

// Violation is a field that was wrong, and why.
type Violation struct {
	Field, Description string
}

// Error says what became of a call that did not succeed, after every repeat that was allowed. Get it by errors.As.
type Error struct {
	Kind Kind
	// Code is the status of the last attempt.
	Code codes.Code
	// Message tells a person what to do. Branch on the reason, never on this.
	Message string
	// Reason is empty if no service answered, but gRPC or something between. A server may know more reasons than this
	// version of the client.
	Reason string
	// Metadata has details of the reason, such as vagas_disponiveis.
	Metadata map[string]string
	// Violations has every field that was wrong; empty unless the code is INVALID_ARGUMENT.
	Violations []Violation
	// RetryDelay says how long to wait before the next call; 0 if the service did not say.
	RetryDelay time.Duration
	// Request is what was sent, with its request_id. To repeat the call, send this.
	Request proto.Message
	// Attempts says how many were made.
	Attempts int
	cause    []error
}

func (e *Error) Error() string {
	reason := e.Reason
	if reason == "" {
		reason = e.Code.String()
	}
	return fmt.Sprintf("%s: %s", reason, e.Message)
}

// Unwrap has gRPC's error, and the context's if that has ended the call.
func (e *Error) Unwrap() []error { return e.cause }

// failure says how one attempt at a call failed.
type failure struct {
	code       codes.Code
	message    string
	reason     string
	metadata   map[string]string
	violations []Violation
	retryDelay time.Duration
	pushback   []string
	// It is certain that nothing was sent.
	unsent bool
	cause  error
}

func (f *failure) Error() string { return f.message }

func failureOf(err error, pushback []string) *failure {
	told := status.Convert(err)
	f := &failure{code: told.Code(), message: told.Message(), pushback: pushback, cause: err}
	for _, detail := range told.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == domain {
				f.reason, f.metadata = detail.GetReason(), detail.GetMetadata()
			}
		case *errdetails.BadRequest:
			for _, each := range detail.GetFieldViolations() {
				f.violations = append(f.violations, Violation{each.GetField(), each.GetDescription()})
			}
		case *errdetails.RetryInfo:
			f.retryDelay = detail.GetRetryDelay().AsDuration()
		}
	}
	return f
}

// leavesOpen says whether a write that ended so may be stored.
func (f *failure) leavesOpen() bool {
	if f.reason != "" {
		return slices.Contains(unknownReasons, f.reason)
	}
	return !f.unsent && !slices.Contains(unseen, f.code)
}

// kind tells a caller the truth. uncertain says that an earlier attempt may have been stored.
func (f *failure) kind(writes, uncertain bool) Kind {
	switch {
	case writes && (uncertain || f.leavesOpen()):
		return OutcomeUnknown
	case f.reason != "" && !slices.Contains(unknownReasons, f.reason):
		return Refused
	default:
		return Failed
	}
}
