package minhacarona

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"

	v1 "minhacarona/clients/go/v1"
)

// certificate is for this machine, and both CA and leaf.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{{127, 0, 0, 1}},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// source counts its fetches, and names tokens by their number.
type source struct {
	mutex   sync.Mutex
	fetches int
	life    time.Duration
	err     error
	hangs   bool
}

func (s *source) Token() (*oauth2.Token, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.fetches++
	if s.hangs {
		select {}
	}
	name := string(rune('a' + s.fetches - 1))
	return &oauth2.Token{AccessToken: name, Expiry: time.Now().Add(s.life)}, s.err
}

func secure(t *testing.T, source oauth2.TokenSource, calls ...CallOption) (*scripted, *Client) {
	t.Helper()
	own, pool := certificate(t)
	s := serve(t, credentials.NewServerTLSFromCert(&own))
	return s, connect(t, s.target, TLS(&tls.Config{RootCAs: pool}), Tokens(source), Calls(calls...))
}

func sent(s *scripted) (tokens []string) {
	for _, each := range s.attempts() {
		tokens = append(tokens, each.metadata.Get("authorization")...)
	}
	return tokens
}

func TestATokenIsFetchedOnceForManyCalls(t *testing.T) {
	tokens := &source{life: time.Hour}
	s, c := secure(t, tokens, OnBehalfOf("zeca"))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { equal(t, calls["CheckVagas"](context.Background(), c), nil) })
	}
	all.Wait()
	equal(t, tokens.fetches, 1)
	for _, each := range s.attempts() {
		equal(t, each.metadata.Get("authorization"), []string{"Bearer a"})
		equal(t, each.metadata.Get("x-on-behalf-of"), []string{"zeca"})
	}
}

func TestATokenIsFetchedAnewBeforeItEnds(t *testing.T) {
	tokens := newTokens(&source{life: time.Hour})
	get := func(fresh bool) bearer {
		value, _, err := tokens.get(t.Context(), 0, fresh)
		equal(t, err, nil)
		return value
	}
	equal(t, get(false), "a")
	equal(t, get(true), "a")
	due := time.Until(tokens.due)
	equal(t, 47*time.Minute < due && due <= 48*time.Minute, true)
	tokens.due = time.Now()
	equal(t, get(false), "a") // No call waits for the next one.
	equal(t, get(true), "b")  // A stream does.
	tokens.current.Expiry = time.Now()
	equal(t, get(false), "c")
}

func TestATokenThatIsRefusedIsReplacedOnce(t *testing.T) {
	tokens := &source{life: time.Hour}
	s, c := secure(t, tokens)
	refused := trouble{code: codes.Unauthenticated, reason: ReasonNaoAutenticado}
	s.trouble(refused)
	equal(t, calls["ProcessarReserva"](t.Context(), c), nil)
	equal(t, sent(s), []string{"Bearer a", "Bearer b"})
	s.trouble(refused, refused)
	equal(t, told(t, calls["ProcessarReserva"](t.Context(), c)).Kind, Refused)
	equal(t, tokens.fetches, 2) // None is forced again so soon.
}

func TestASourceThatIsAwayFailsCallsInTime(t *testing.T) {
	s, c := secure(t, &source{err: errors.New("the issuer is away")})
	e := told(t, calls["ProcessarReserva"](t.Context(), c))
	equal(t, e.Kind, Failed)
	equal(t, e.Attempts, 0)
	equal(t, e.Error(), "Unavailable: there is no token, because the token source failed: the issuer is away")
	equal(t, len(s.attempts()), 0)
	_, c = secure(t, &source{hangs: true})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	equal(t, told(t, calls["CheckVagas"](ctx, c)).Attempts, 0)
	_, c = secure(t, &source{life: -time.Second})
	equal(t, told(t, calls["CheckVagas"](t.Context(), c)).Kind, Failed)
}

func TestAWatchBeginsWithATokenThatLasts(t *testing.T) {
	tokens := &source{life: time.Hour}
	s, c := secure(t, tokens)
	equal(t, calls["CheckVagas"](t.Context(), c), nil)
	c.tokens.due = time.Now()
	s.streams = [][]*v1.CaronaUpdateResponse{{ride("a", 1, false)}}
	equal(t, calls[conversation](t.Context(), c), nil)
	equal(t, sent(s), []string{"Bearer a", "Bearer b"})
}

func TestACertificateProvesWhoCalls(t *testing.T) {
	own, pool := certificate(t)
	s := serve(t, credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{own}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
	}))
	nobody := connect(t, s.target, TLS(&tls.Config{RootCAs: pool}))
	equal(t, told(t, calls["CheckVagas"](t.Context(), nobody)).Kind, Failed)
	stranger := connect(t, s.target)
	equal(t, told(t, calls["CheckVagas"](t.Context(), stranger)).Kind, Failed)
	me := connect(t, s.target, TLS(&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}}))
	equal(t, calls["CheckVagas"](t.Context(), me), nil)
}

func TestAnIssuerGivesTokensAndTellsNoSecret(t *testing.T) {
	code, body := http.StatusOK, `{"access_token": "mine", "token_type": "bearer", "expires_in": 60}`
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		equal(t, []string{id, secret, r.FormValue("scope")}, []string{"id", "s3cret", "a b"})
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "https://localhost:1/")
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	config := &clientcredentials.Config{
		ClientID: "id", ClientSecret: "s3cret", TokenURL: server.URL, Scopes: []string{"a", "b"},
		AuthStyle: oauth2.AuthStyleInHeader,
	}
	own := issuer{config, server.Client().Transport}
	token, err := own.Token()
	equal(t, err, nil)
	equal(t, token.AccessToken, "mine")
	equal(t, time.Until(token.Expiry) <= time.Minute, true)
	code, body = http.StatusBadRequest, `{"error": "invalid_client", "more": "s3cret"}`
	_, err = own.Token()
	equal(t, err.Error(), server.URL+" answered 400 (invalid_client)")
	code = http.StatusFound
	_, err = own.Token()
	equal(t, strings.Contains(err.Error(), "answered 302"), true)
	config.TokenURL = "http://localhost/"
	_, err = Issuer(config).Token()
	equal(t, err.Error(), "the secret is sent over HTTPS only, not to http://localhost/")
}
