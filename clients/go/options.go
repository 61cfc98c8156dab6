package minhacarona

import (
	"crypto/tls"
	"errors"
	"fmt"
	"regexp"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // Asks tasks for their health, as Direct wants it.
	"google.golang.org/grpc/keepalive"
)

var (
	condominioForm = regexp.MustCompile(`^[A-Za-z0-9._:@-]{1,64}$`)
	// The services ignore what is longer, or has no root.
	traceForm = regexp.MustCompile(`^([ -~]*; ?)?Root=1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}(;[ -~]*)?$`)
	// token68 of RFC 9110, section 11.2. The services refuse longer ones.
	tokenForm = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)
)

const (
	maxToken = 4_096
	maxTrace = 256
)

type settings struct {
	reservas string
	tls      *tls.Config
	plain    bool
	direct   bool
	source   oauth2.TokenSource
	calls    []CallOption
}

// Option says how a client reaches the services, and who calls.
type Option func(*settings)

// ReservaTarget is an address of its own for ReservaService.
func ReservaTarget(target string) Option { return func(s *settings) { s.reservas = target } }

// TLS is for servers whose certificates come from other CAs than the system's, and for a client certificate.
func TLS(config *tls.Config) Option { return func(s *settings) { s.tls = config } }

// Plaintext is for services on the same machine.
func Plaintext() Option { return func(s *settings) { s.plain = true } }

// Tokens prove who calls, over TLS. The source is asked on a goroutine of its own, one call at a time. The next token is
// fetched after four fifths of the life of the last one. What the source returns as an error becomes a part of the
// message of calls that have no token, so it must show no secret.
func Tokens(source oauth2.TokenSource) Option { return func(s *settings) { s.source = source } }

// Direct is for names that lead to the services themselves and not to a load balancer: the client asks each task for
// its health, which the services allow to callers with a client certificate.
func Direct() Option { return func(s *settings) { s.direct = true } }

// Calls are made with these options, unless they have others of their own.
func Calls(options ...CallOption) Option {
	return func(s *settings) { s.calls = append(s.calls, options...) }
}

// CallOption is what a call may be told.
type CallOption func(map[string]string) error

// OnBehalfOf is the token by which a resident proved who it is: services judge the call as the resident's.
func OnBehalfOf(token string) CallOption {
	return func(headers map[string]string) error {
		if len(token) > maxToken || !tokenForm.MatchString(token) {
			return fmt.Errorf("a text of %d characters is no token", len(token))
		}
		headers["x-on-behalf-of"] = token
		return nil
	}
}

// Condominio binds the call to a condominium, so that it finds no rides of others.
func Condominio(id string) CallOption {
	return func(headers map[string]string) error {
		if !condominioForm.MatchString(id) {
			return errors.New("condominio is no id")
		}
		headers["x-tenant-id"] = id
		return nil
	}
}

// Trace is an X-Amzn-Trace-Id, under which the services log and trace the call.
func Trace(id string) CallOption {
	return func(headers map[string]string) error {
		if len(id) > maxTrace || !traceForm.MatchString(id) {
			return errors.New("trace is no X-Amzn-Trace-Id")
		}
		headers["x-amzn-trace-id"] = id
		return nil
	}
}

func (s *settings) links(target string) *links {
	transport := insecure.NewCredentials()
	if !s.plain {
		transport = credentials.NewTLS(s.tls)
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithUserAgent("minhacarona-go"),
		grpc.WithDefaultServiceConfig(forChannel(s.direct)),
		// The published config holds, whatever a DNS record says.
		grpc.WithDisableServiceConfig(),
		// The servers allow a ping every 20 s.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		// A server that restarts is found again at once, and one that is away is asked every 5 s.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second,
			},
			MinConnectTimeout: 2 * time.Second,
		}),
		// Otherwise a channel would close its connection after half an hour, and connect in the next call.
		grpc.WithIdleTimeout(0),
	}
	return &links{
		connect: func() (*grpc.ClientConn, error) { return grpc.NewClient(target, options...) },
		now:     time.Now,
	}
}
