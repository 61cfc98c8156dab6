package minhacarona

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	v1 "minhacarona/clients/go/v1"
)

// calls has every RPC as a client calls it.
var calls = map[string]func(context.Context, *Client, ...CallOption) error{
	"CheckVagas": func(ctx context.Context, c *Client, o ...CallOption) error {
		_, err := c.CheckVagas(ctx, &v1.CheckVagasRequest{}, o...)
		return err
	},
	"CreateCarona": func(ctx context.Context, c *Client, o ...CallOption) error {
		_, err := c.CreateCarona(ctx, &v1.CreateCaronaRequest{}, o...)
		return err
	},
	"GetCarona": func(ctx context.Context, c *Client, o ...CallOption) error {
		_, err := c.GetCarona(ctx, &v1.GetCaronaRequest{}, o...)
		return err
	},
	"GetReservas": func(ctx context.Context, c *Client, o ...CallOption) error {
		_, err := c.GetReservas(ctx, &v1.GetReservasRequest{}, o...)
		return err
	},
	"ListCaronasDisponiveis": func(ctx context.Context, c *Client, o ...CallOption) error {
		for _, err := range c.ListCaronasDisponiveis(ctx, &v1.ListCaronasRequest{}, o...) {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"ProcessarReserva": func(ctx context.Context, c *Client, o ...CallOption) error {
		_, err := c.ProcessarReserva(ctx, &v1.ProcessarReservaRequest{}, o...)
		return err
	},
	"StreamCaronasUpdates": func(ctx context.Context, c *Client, o ...CallOption) error {
		for _, err := range c.WatchCaronas(ctx, &v1.CaronaUpdateRequest_Assinar{}, nil, o...) {
			return err
		}
		return errors.New("the watch ended")
	},
	"UpdateCaronaStatus": func(ctx context.Context, c *Client, o ...CallOption) error {
		_, err := c.UpdateCaronaStatus(ctx, &v1.UpdateCaronaStatusRequest{}, o...)
		return err
	},
	"UpdateReservaStatus": func(ctx context.Context, c *Client, o ...CallOption) error {
		_, err := c.UpdateReservaStatus(ctx, &v1.UpdateReservaStatusRequest{}, o...)
		return err
	},
}

const conversation = "StreamCaronasUpdates"

func of(name string) *method {
	for full, each := range methods {
		if regexp.MustCompile("/" + name + "$").MatchString(full) {
			return each
		}
	}
	return nil
}

// each runs a test for every method but the conversation.
func each(t *testing.T, test func(t *testing.T, name string, s *scripted, c *Client)) {
	for name := range calls {
		if name == conversation {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, nil)
			test(t, name, s, connect(t, s.target, Plaintext()))
		})
	}
}

func told(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	return e
}

func equal[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestEveryRpcOfTheContractIsCalledHere(t *testing.T) {
	equal(t, len(calls), len(methods))
	for name := range calls {
		if found := of(name); found == nil || (found.retry != nil) != (name != conversation) {
			t.Error(name)
		}
	}
}

func TestAFailureThatPassesIsRepeated(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.ResourceExhausted} {
		t.Run(code.String(), func(t *testing.T) {
			each(t, func(t *testing.T, name string, s *scripted, c *Client) {
				s.trouble(trouble{code: code}, trouble{code: code})
				equal(t, calls[name](t.Context(), c), nil)
				seen := s.attempts()
				equal(t, len(seen), 3)
				for _, each := range seen {
					equal(t, each.method, name)
					equal(t, proto.Equal(each.request, seen[0].request), true)
				}
			})
		})
	}
}

func TestAFailureThatLastsIsToldAfterFourAttempts(t *testing.T) {
	each(t, func(t *testing.T, name string, s *scripted, c *Client) {
		s.trouble(slices.Repeat([]trouble{{code: codes.Unavailable}}, 10)...)
		e := told(t, calls[name](t.Context(), c))
		want := Failed
		if of(name).writes {
			want = OutcomeUnknown
		}
		equal(t, e.Kind, want)
		equal(t, e.Attempts, 4)
		equal(t, len(s.attempts()), 4)
	})
}

func TestARequestIdIsMadeOnce(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	s.trouble(trouble{code: codes.Unavailable})
	request := &v1.ProcessarReservaRequest{CaronaId: "a"}
	_, err := c.ProcessarReserva(t.Context(), request)
	equal(t, err, nil)
	equal(t, calls["CreateCarona"](t.Context(), c), nil)
	_, err = c.CreateCarona(t.Context(), &v1.CreateCaronaRequest{RequestId: "mine"})
	equal(t, err, nil)
	var ids []string
	for _, each := range s.attempts() {
		ids = append(ids, each.request.(interface{ GetRequestId() string }).GetRequestId())
	}
	equal(t, regexp.MustCompile("^[0-9a-f-]{36}$").MatchString(ids[0]), true)
	equal(t, ids[0], ids[1])
	equal(t, ids[1] != ids[2], true)
	equal(t, ids[3], "mine")
	equal(t, request.RequestId, "") // The caller's request is left as it was.
}

func TestAnAnswerThatWasLostIsAskedForAgain(t *testing.T) {
	s := serve(t, nil)
	b := relay(t, s.port)
	c := connect(t, b.target, Plaintext())
	s.trouble(trouble{silent: true})
	go func() {
		for len(s.attempts()) == 0 {
			time.Sleep(time.Millisecond)
		}
		b.cut()
	}()
	booked, err := c.ProcessarReserva(t.Context(), &v1.ProcessarReservaRequest{CaronaId: "a"})
	equal(t, err, nil)
	equal(t, booked.GetReserva().GetUsuarioId(), "zeca")
	seen := s.attempts()
	equal(t, len(seen), 2)
	equal(t, proto.Equal(seen[0].request, seen[1].request), true)
}

func TestTheServersPauseIsKept(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	overload := trouble{code: codes.ResourceExhausted, reason: ReasonSobrecarga, pushback: "700"}
	s.trouble(overload, overload)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	equal(t, calls["CheckVagas"](ctx, c), nil)
	seen := s.attempts()
	// Longer than any pause that the client would choose.
	for i := range 2 {
		equal(t, seen[i+1].at.Sub(seen[i].at) >= 700*time.Millisecond, true)
	}
	for _, forbidden := range []string{"-1", "soon", "1.5"} {
		s.trouble(trouble{code: codes.Unavailable, pushback: forbidden})
		equal(t, told(t, calls["CheckVagas"](ctx, c)).Attempts, 1)
	}
}

func TestARefusalIsTyped(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	s.trouble(trouble{
		code: codes.InvalidArgument, reason: ReasonArgumentoInvalido, metadata: map[string]string{"a": "b"},
		violations: map[string]string{"vagas": "is too large"}, retryDelay: 2500 * time.Millisecond,
	})
	err := calls["ProcessarReserva"](t.Context(), c)
	e := told(t, fmt.Errorf("booking: %w", err))
	equal(t, e.Kind, Refused)
	equal(t, e.Code, codes.InvalidArgument)
	equal(t, e.Reason, ReasonArgumentoInvalido)
	equal(t, e.Metadata, map[string]string{"a": "b"})
	equal(t, e.Violations, []Violation{{"vagas", "is too large"}})
	equal(t, e.RetryDelay, 2500*time.Millisecond)
	equal(t, e.Error(), "ARGUMENTO_INVALIDO: told")
	equal(t, e.Attempts, 1)
}

func TestWhatACallerIsTold(t *testing.T) {
	for _, each := range []struct {
		code        codes.Code
		reason      string
		write, read Kind
	}{
		{codes.FailedPrecondition, ReasonVagasInsuficientes, Refused, Refused},
		{codes.Aborted, ReasonConflito, Refused, Refused},
		{codes.Unavailable, ReasonIndisponivel, Refused, Refused},
		{codes.ResourceExhausted, ReasonSobrecarga, Refused, Refused},
		{codes.Unavailable, ReasonResultadoDesconhecido, OutcomeUnknown, Failed},
		{codes.DeadlineExceeded, ReasonPrazoEsgotado, OutcomeUnknown, Failed},
		{codes.Internal, ReasonErroInterno, OutcomeUnknown, Failed},
		{codes.Unavailable, "", OutcomeUnknown, Failed},
		{codes.DeadlineExceeded, "", OutcomeUnknown, Failed},
		{codes.Canceled, "", OutcomeUnknown, Failed},
		{codes.Unknown, "", OutcomeUnknown, Failed},
		{codes.Unimplemented, "", Failed, Failed},
		{codes.Unauthenticated, "", Failed, Failed},
		{codes.PermissionDenied, "", Failed, Failed},
	} {
		f := &failure{code: each.code, reason: each.reason}
		equal(t, f.kind(true, false), each.write)
		equal(t, f.kind(false, false), each.read)
		equal(t, f.kind(true, true), OutcomeUnknown)
	}
}

func TestARefusalAfterAnAttemptWithoutAnswerIsNoRefusalOfTheWrite(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	refusal := trouble{code: codes.FailedPrecondition, reason: ReasonVagasInsuficientes}
	s.trouble(trouble{code: codes.Unavailable}, refusal)
	e := told(t, calls["ProcessarReserva"](t.Context(), c))
	equal(t, e.Kind, OutcomeUnknown)
	equal(t, e.Reason, ReasonVagasInsuficientes)
	// The error's request can be sent as it is.
	_, err := c.ProcessarReserva(t.Context(), e.Request.(*v1.ProcessarReservaRequest))
	equal(t, err, nil)
	seen := s.attempts()
	equal(t, proto.Equal(seen[0].request, seen[2].request), true)
	s.trouble(trouble{code: codes.ResourceExhausted, reason: ReasonSobrecarga}, refusal)
	equal(t, told(t, calls["ProcessarReserva"](t.Context(), c)).Kind, Refused)
}

func TestInAnOutageOnlyTheFirstCallIsRepeated(t *testing.T) {
	shared := newThrottle(throttled)
	attempts := 0
	for range 100 {
		c := &call{method: of("CheckVagas"), throttle: shared}
		for {
			attempts++
			c.attempts++
			if _, again := c.pause(&failure{code: codes.Unavailable}); !again {
				break
			}
		}
	}
	equal(t, attempts, 103)
}

// closest calls some times: a busy machine may take a part of a deadline before a call is sent.
func closest(t *testing.T, s *scripted, want time.Duration, call func() error) {
	t.Helper()
	var got []time.Duration
	for range 5 {
		equal(t, call(), nil)
		seen := s.attempts()
		remaining := seen[len(seen)-1].remaining
		got = append(got, remaining)
		if remaining > want+want/20 {
			break
		}
		if remaining >= want-want/20 {
			return
		}
	}
	t.Fatalf("got %v, want %v", got, want)
}

func TestTheServerSeesTheDeadline(t *testing.T) {
	for name := range maps.Keys(calls) {
		t.Run(name, func(t *testing.T) {
			s := serve(t, nil)
			c := connect(t, s.target, Plaintext())
			closest(t, s, of(name).timeout, func() error {
				s.streams = append(s.streams, []*v1.CaronaUpdateResponse{ride("a", 1, false)})
				return calls[name](context.Background(), c)
			})
			if name == conversation {
				return // A stream has its own.
			}
			for _, own := range []time.Duration{5500 * time.Millisecond, 2000 * time.Second} {
				closest(t, s, own, func() error {
					ctx, cancel := context.WithTimeout(context.Background(), own)
					defer cancel()
					return calls[name](ctx, c)
				})
			}
		})
	}
}

func TestAServerThatIsSilentIsLeftInTime(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	s.trouble(trouble{silent: true})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := calls["ProcessarReserva"](ctx, c)
	e := told(t, err)
	equal(t, e.Kind, OutcomeUnknown)
	equal(t, e.Code, codes.DeadlineExceeded)
	equal(t, errors.Is(err, context.DeadlineExceeded), true)
	// And then nothing is sent.
	e = told(t, calls["ProcessarReserva"](ctx, c))
	equal(t, e.Kind, Failed)
	equal(t, e.Attempts, 0)
	equal(t, len(s.attempts()), 1)
}

func TestAConnectionThatWasForgottenCostsNoCall(t *testing.T) {
	s := serve(t, nil)
	b := relay(t, s.port)
	c := connect(t, b.target, Plaintext())
	equal(t, calls["CheckVagas"](t.Context(), c), nil)
	b.forget()
	// The process was frozen.
	c.caronas.now = func() time.Time { return time.Now().Add(maxSilence + time.Second) }
	for range 3 {
		equal(t, calls["CheckVagas"](t.Context(), c), nil)
	}
	equal(t, b.made(), 2)
}

func TestMetadataAndAddresses(t *testing.T) {
	caronas, reservas := serve(t, nil), serve(t, nil)
	c := connect(t, caronas.target, ReservaTarget(reservas.target), Plaintext(), Calls(Condominio("a")))
	for name, call := range calls {
		if name != conversation {
			equal(t, call(t.Context(), c), nil)
		}
	}
	equal(t, len(reservas.attempts()), 3)
	for _, each := range append(caronas.attempts(), reservas.attempts()...) {
		equal(t, each.metadata.Get("x-tenant-id"), []string{"a"})
	}
	const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
	equal(t, calls["CheckVagas"](t.Context(), c, Condominio("b"), Trace(trace)), nil)
	seen := caronas.attempts()
	last := seen[len(seen)-1].metadata
	equal(t, last.Get("x-tenant-id"), []string{"b"})
	equal(t, last.Get("x-amzn-trace-id"), []string{trace})
	for _, wrong := range []CallOption{
		Condominio("no spaces"), Condominio(""), Trace("Root=1"), Trace(trace + "\n"), OnBehalfOf("t"), OnBehalfOf(""),
	} {
		for name, call := range calls {
			if call(t.Context(), c, wrong) == nil {
				t.Error(name, " takes what is wrong")
			}
		}
	}
	equal(t, len(caronas.attempts()), len(seen))
	if _, err := New("localhost:1", Plaintext(), Calls(OnBehalfOf("t"))); err == nil {
		t.Error("a token is sent in plaintext")
	}
	equal(t, c.Close(), nil)
	equal(t, calls["CheckVagas"](t.Context(), c).Error(), "the client is closed")
}
