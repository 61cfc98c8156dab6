package minhacarona

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
)

const (
	// After this part of its life, a token's successor is fetched.
	dueAfter = 0.8

	// Pauses after a failed fetch, and between fetches that a refusal forced: they become longer while another token
	// changes nothing, as when the resident's token is the one that was refused.
	firstPause, maxPause             = 100 * time.Millisecond, time.Minute
	firstForcedPause, maxForcedPause = 30 * time.Second, 10 * time.Minute
)

// issuerTimeout is shorter than the timeout of a write, so that the error says what was slow.
const issuerTimeout = 5 * time.Second

var errorForm = regexp.MustCompile("^[a-z_]{1,40}$")

type issuer struct {
	*clientcredentials.Config
	transport http.RoundTripper
}

// Issuer gets tokens by the client credentials grant of OAuth 2.0, over HTTPS, and follows no redirect, which could send
// the secret elsewhere. Each fetch is a new token, so that the client decides when to fetch one.
func Issuer(config *clientcredentials.Config) oauth2.TokenSource {
	return issuer{Config: config}
}

func (i issuer) Token() (*oauth2.Token, error) {
	if !strings.HasPrefix(i.TokenURL, "https://") {
		return nil, fmt.Errorf("the secret is sent over HTTPS only, not to %s", i.TokenURL)
	}
	client := &http.Client{
		Timeout:       issuerTimeout,
		Transport:     i.transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	token, err := i.Config.Token(context.WithValue(context.Background(), oauth2.HTTPClient, client))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		// Its own message has the whole answer, which may have a secret in it.
		code := refused.ErrorCode
		if !errorForm.MatchString(code) {
			code = "no code"
		}
		return nil, fmt.Errorf("%s answered %d (%s)", i.TokenURL, refused.Response.StatusCode, code)
	}
	return token, err
}

// bearer carries a token over TLS only.
type bearer string

var _ credentials.PerRPCCredentials = bearer("")

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

func (bearer) RequireTransportSecurity() bool { return true }

// pauses double, up to a maximum, until they are shortened.
type pauses struct {
	first, longest, next time.Duration
	end                  time.Time
}

// begin: clients that failed at the same time end their pauses at different ones.
func (p *pauses) begin(now time.Time) {
	next := max(p.next, p.first)
	p.end = now.Add(time.Duration(float64(next) * (0.5 + rand.Float64()/2)))
	p.next = min(next*2, p.longest)
}

// tokens keeps the newest token of a source, and has one fetch under way at most.
//
// A token is fetched when a call needs one. After four fifths of its life, a call that uses it starts the fetch of the
// next one and does not wait for it.
type tokens struct {
	source oauth2.TokenSource

	mutex   sync.Mutex
	number  int
	current *oauth2.Token
	due     time.Time
	// Closed when the fetch that is under way has ended.
	pending  chan struct{}
	failure  error
	failures pauses
	forced   pauses
}

func newTokens(source oauth2.TokenSource) *tokens {
	return &tokens{
		source:   source,
		failures: pauses{first: firstPause, longest: maxPause},
		forced:   pauses{first: firstForcedPause, longest: maxForcedPause},
	}
}

// get returns a token and its number, but not the one with the number refused. fresh waits for the next token if it is
// due; if there is none, the old one does.
func (t *tokens) get(ctx context.Context, refused int, fresh bool) (bearer, int, error) {
	for waited := false; ; waited = true {
		t.mutex.Lock()
		now := time.Now()
		good := t.current != nil && t.number != refused && (t.current.Expiry.IsZero() || now.Before(t.current.Expiry))
		due := !good || (!t.due.IsZero() && !now.Before(t.due))
		if due && t.pending == nil && !now.Before(t.failures.end) {
			t.fetch()
		}
		value, number, pending, failure := t.current, t.number, t.pending, t.failure
		t.mutex.Unlock()
		switch {
		case good && (pending == nil || !fresh || !due || waited):
			return bearer(value.AccessToken), number, nil
		case pending == nil || waited:
			return "", 0, noToken(failure)
		}
		select {
		case <-pending:
		case <-ctx.Done():
			return "", 0, noToken(errors.New("it is slow"))
		}
	}
}

// refused is called when a service refused a token: may a repeat of the call get another one?
func (t *tokens) refused(number int) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.pending != nil || t.number != number {
		return true
	}
	now := time.Now()
	if now.Before(t.forced.end) || now.Before(t.failures.end) {
		return false
	}
	t.forced.begin(now)
	t.fetch()
	return true
}

// cured is called when a service took the token that a refusal made the client fetch.
func (t *tokens) cured() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.forced.next = 0
}

// fetch needs the mutex. A goroutine, because a call must not wait longer than its own deadline for an issuer.
func (t *tokens) fetch() {
	pending := make(chan struct{})
	t.pending = pending
	go func() {
		token, err := t.source.Token()
		t.mutex.Lock()
		defer t.mutex.Unlock()
		now := time.Now()
		if err == nil && !token.Expiry.IsZero() && !now.Before(token.Expiry) {
			err = errors.New("the token source returned a token that has expired")
		}
		if err != nil {
			t.failure = err
			t.failures.begin(now)
		} else {
			t.number++
			t.current, t.due = token, time.Time{}
			if !token.Expiry.IsZero() {
				t.due = now.Add(time.Duration(float64(token.Expiry.Sub(now)) * dueAfter))
			}
			t.failures.next, t.failures.end = 0, time.Time{}
		}
		t.pending = nil
		close(pending)
	}()
}

// noToken is the client's own fault, and one that passes: nobody has refused the caller.
func noToken(cause error) *failure {
	message := fmt.Sprintf("there is no token, because the token source failed: %v", cause)
	return &failure{code: codes.Unavailable, message: message, unsent: true, cause: cause}
}
