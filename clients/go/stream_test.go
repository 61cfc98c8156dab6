package minhacarona

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	v1 "minhacarona/clients/go/v1"
)

var (
	synced = &v1.CaronaUpdateResponse{Evento: &v1.CaronaUpdateResponse_Sincronizado_{
		Sincronizado: &v1.CaronaUpdateResponse_Sincronizado{},
	}}
	ending = &v1.CaronaUpdateResponse{Evento: &v1.CaronaUpdateResponse_Encerrando_{
		Encerrando: &v1.CaronaUpdateResponse_Encerrando{},
	}}
)

func list(t *testing.T, c *Client, request *v1.ListCaronasRequest) (ids string) {
	t.Helper()
	for each, err := range c.ListCaronasDisponiveis(t.Context(), request) {
		equal(t, err, nil)
		ids += each.GetCarona().GetId()
	}
	return ids
}

func asked(s *scripted) (apos []string, limits []int32) {
	for _, each := range s.attempts() {
		request := each.request.(*v1.ListCaronasRequest)
		apos, limits = append(apos, request.GetApos()), append(limits, request.GetLimite())
	}
	return apos, limits
}

func TestAListThatBreaksGoesOnAfterTheLastRide(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.ResourceExhausted} {
		s := serve(t, nil)
		s.breaks = []cut{{2, trouble{code: code}}, {2, trouble{code: code}}}
		equal(t, list(t, connect(t, s.target, Plaintext()), &v1.ListCaronasRequest{}), "01234")
		apos, _ := asked(s)
		equal(t, apos, []string{"", "1", "3"})
	}
}

func TestAListGoesOnAfterItsConnectionWasCut(t *testing.T) {
	s := serve(t, nil)
	b := relay(t, s.port)
	c := connect(t, b.target, Plaintext())
	s.breaks = []cut{{2, trouble{silent: true}}}
	ids := ""
	for each, err := range c.ListCaronasDisponiveis(t.Context(), &v1.ListCaronasRequest{}) {
		equal(t, err, nil)
		ids += each.GetCarona().GetId()
		if each.GetCursor() == "1" {
			b.cut()
		}
	}
	equal(t, ids, "01234")
	equal(t, len(s.attempts()), 2)
}

func TestAListWithALimitIsNoLongerForHavingBroken(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	s.breaks = []cut{{2, trouble{code: codes.Unavailable}}, {2, trouble{code: codes.Unavailable}}}
	equal(t, list(t, c, &v1.ListCaronasRequest{Limite: 2}), "01")
	equal(t, list(t, c, &v1.ListCaronasRequest{Limite: 3}), "012")
	_, limits := asked(s)
	equal(t, limits, []int32{2, 3, 1})
}

func TestAListThatBringsNothingIsGivenUp(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	for range 9 {
		s.breaks = append(s.breaks, cut{0, trouble{code: codes.Unavailable}})
	}
	var last error
	for _, err := range c.ListCaronasDisponiveis(t.Context(), &v1.ListCaronasRequest{}) {
		last = err
	}
	equal(t, told(t, last).Kind, Failed)
	equal(t, len(s.attempts()), 4)
}

type state struct {
	id     string
	versao int64
}

// watch takes so many states.
func watch(t *testing.T, c *Client, n int, synced func()) (states []state) {
	t.Helper()
	caronas := &v1.CaronaUpdateRequest_Assinar{CondominioId: "c"}
	for each, err := range c.WatchCaronas(t.Context(), caronas, synced) {
		equal(t, err, nil)
		states = append(states, state{each.GetId(), each.GetVersao()})
		if len(states) == n {
			break
		}
	}
	return states
}

func TestAWatchYieldsEachStateOnce(t *testing.T) {
	s := serve(t, nil)
	s.streams = [][]*v1.CaronaUpdateResponse{
		{ride("a", 1, true), ride("b", 4, true), synced, ending},
		{ride("b", 4, true), synced, ride("a", 2, false)},
	}
	var at []int
	states := watch(t, connect(t, s.target, Plaintext()), 3, func() { at = append(at, len(s.attempts())) })
	equal(t, states, []state{{"a", 1}, {"b", 4}, {"a", 2}})
	equal(t, at, []int{1, 2})
	second := s.attempts()[1].request.(*v1.CaronaUpdateRequest).GetAssinar()
	equal(t, second.GetCondominioId(), "c")
	equal(t, second.GetVersoesConhecidas(), map[string]int64{"a": 1, "b": 4})
}

func TestAWatchGoesOnAfterARestore(t *testing.T) {
	s := serve(t, nil)
	s.streams = [][]*v1.CaronaUpdateResponse{
		{ride("a", 7, true), synced, ending},
		{ride("a", 5, true), synced, ride("a", 6, false)},
	}
	states := watch(t, connect(t, s.target, Plaintext()), 3, nil)
	equal(t, states, []state{{"a", 7}, {"a", 5}, {"a", 6}})
}

func TestAWatchSurvivesFailuresThatPass(t *testing.T) {
	s := serve(t, nil)
	s.trouble(
		trouble{code: codes.Unavailable},
		trouble{code: codes.ResourceExhausted, reason: ReasonSobrecarga},
		trouble{code: codes.Canceled},
		trouble{code: codes.DeadlineExceeded},
	)
	s.streams = [][]*v1.CaronaUpdateResponse{{ride("a", 1, false)}}
	equal(t, watch(t, connect(t, s.target, Plaintext()), 1, nil), []state{{"a", 1}})
}

func TestAWatchLeavesAServerThatFellSilent(t *testing.T) {
	patient := watchSilence
	watchSilence = 300 * time.Millisecond
	defer func() { watchSilence = patient }()
	s := serve(t, nil)
	s.streams = [][]*v1.CaronaUpdateResponse{{ride("a", 1, false)}}
	c := connect(t, s.target, Plaintext())
	var versions []int64
	for each, err := range c.WatchCaronas(t.Context(), &v1.CaronaUpdateRequest_Assinar{}, nil) {
		equal(t, err, nil)
		versions = append(versions, each.GetVersao())
		if len(versions) == 2 {
			break
		}
		s.mutex.Lock()
		s.streams = [][]*v1.CaronaUpdateResponse{{ride("a", 2, false)}}
		s.mutex.Unlock()
	}
	equal(t, versions, []int64{1, 2})
}

func TestAWatchThatIsRefusedEnds(t *testing.T) {
	s := serve(t, nil)
	c := connect(t, s.target, Plaintext())
	s.streams = [][]*v1.CaronaUpdateResponse{{{Evento: &v1.CaronaUpdateResponse_Resultado_{
		Resultado: &v1.CaronaUpdateResponse_Resultado{Codigo: 5, Motivo: ReasonCaronaNaoEncontrada},
	}}}}
	e := told(t, calls[conversation](t.Context(), c))
	equal(t, e.Kind, Refused)
	equal(t, e.Reason, ReasonCaronaNaoEncontrada)
	s.trouble(trouble{code: codes.PermissionDenied, reason: ReasonSemPermissao})
	equal(t, told(t, calls[conversation](t.Context(), c)).Kind, Refused)
}

func TestAWatchEndsWithItsContext(t *testing.T) {
	s := serve(t, nil)
	s.streams = [][]*v1.CaronaUpdateResponse{{ride("a", 1, false)}}
	c := connect(t, s.target, Plaintext())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for each, err := range c.WatchCaronas(ctx, &v1.CaronaUpdateRequest_Assinar{}, nil) {
		if each != nil {
			cancel()
		}
		last = err
	}
	equal(t, errors.Is(last, context.Canceled), true)
}
