package minhacarona

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// The part by which pauses differ from what is configured, as in all of gRPC's own clients.
const jitter = 0.2

// throttle ends repeats while most attempts fail, as gRPC's retryThrottling does.
type throttle struct {
	config throttling
	mutex  sync.Mutex
	tokens float64
}

func newThrottle(config throttling) *throttle {
	return &throttle{config: config, tokens: config.MaxTokens}
}

// failed counts an attempt that might be repeated, and says whether a repeat may be made.
func (t *throttle) failed() bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.tokens = max(0, t.tokens-1)
	return t.tokens > t.config.MaxTokens/2
}

// answered counts an attempt that a service answered.
func (t *throttle) answered() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.tokens = min(t.config.MaxTokens, t.tokens+t.config.TokenRatio)
}

// call is one call of a client, and what its attempts have met so far. It decides what follows each attempt.
type call struct {
	method   *method
	request  proto.Message
	tokens   *tokens
	throttle *throttle

	attempts, sent int
	// What the last attempt met says more than that time is over.
	last *failure
	// Whether an attempt may have been stored.
	uncertain bool
	backoff   time.Duration
	// Numbers of the tokens that the present attempt carries, and that a service refused.
	carried, refused int
}

// anew is the same call from its first attempt on.
func (c *call) anew() *call {
	return &call{method: c.method, request: c.request, tokens: c.tokens, throttle: c.throttle}
}

func (c *call) answered() {
	c.throttle.answered()
	if c.refused != 0 {
		c.tokens.cured()
	}
}

// failed waits for the next attempt, or returns the call's error.
func (c *call) failed(ctx context.Context, err error) error {
	f, known := err.(*failure)
	if !known {
		f = failureOf(err, nil)
	}
	c.attempts++
	if !f.unsent {
		c.sent++
	} else if ctx.Err() != nil && c.last != nil {
		f = c.last
	}
	c.last = f
	pause, again := c.pause(f)
	if deadline, ok := ctx.Deadline(); again && ok && pause >= time.Until(deadline) {
		again = false
	}
	if !again || ctx.Err() != nil {
		return c.error(ctx, f)
	}
	c.uncertain = c.uncertain || f.leavesOpen()
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return c.error(ctx, f)
	}
}

func (c *call) pause(f *failure) (time.Duration, bool) {
	if f.code == codes.Unauthenticated {
		return 0, c.withAnotherToken()
	}
	policy := c.method.retry
	if policy == nil || !slices.Contains(policy.codes, f.code) {
		if f.reason != "" {
			c.throttle.answered()
		}
		return 0, false
	}
	if allowed := c.throttle.failed(); !allowed || c.attempts >= policy.maxAttempts {
		return 0, false
	}
	if c.backoff == 0 {
		c.backoff = policy.initialBackoff
	}
	if len(f.pushback) > 0 {
		c.backoff = policy.initialBackoff
		millis, err := strconv.ParseUint(f.pushback[0], 10, 31)
		return time.Duration(millis) * time.Millisecond, err == nil
	}
	pause := time.Duration(float64(c.backoff) * (1 - jitter + 2*jitter*rand.Float64()))
	next := math.Min(float64(c.backoff)*policy.multiplier, float64(policy.maxBackoff))
	c.backoff = time.Duration(next)
	return pause, true
}

// withAnotherToken: who is not known has changed nothing, so one repeat is safe for writes too.
func (c *call) withAnotherToken() bool {
	carried := c.carried
	c.carried = 0
	if c.refused != 0 || carried == 0 || !c.tokens.refused(carried) {
		return false
	}
	c.refused = carried
	c.attempts-- // It is none of those that the retry policy counts.
	return true
}

func (c *call) error(ctx context.Context, f *failure) error {
	e := &Error{
		Kind:       f.kind(c.method.writes, c.uncertain),
		Code:       f.code,
		Message:    f.message,
		Reason:     f.reason,
		Metadata:   f.metadata,
		Violations: f.violations,
		RetryDelay: f.retryDelay,
		Request:    c.request,
		Attempts:   c.sent,
	}
	ended := ctx.Err()
	if ended == nil && f.code == codes.DeadlineExceeded {
		ended = context.DeadlineExceeded // The server's clock was a little earlier.
	}
	for _, cause := range []error{f.cause, ended} {
		if cause != nil {
			e.cause = append(e.cause, cause)
		}
	}
	return e
}
