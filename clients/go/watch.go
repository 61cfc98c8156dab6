package minhacarona

import (
	"context"
	"errors"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	v1 "minhacarona/clients/go/v1"
)

const (
	// The number of rides that one stream may follow.
	maxKnown = 10_000

	// As many as fit into a request of 64 KiB. The server repeats the rest, which is filtered out.
	maxKnownSent = 1_000

	firstWatchPause, maxWatchPause = 100 * time.Millisecond, 5 * time.Second
)

// Three times the longest silence of a server. Tests are not as patient.
var watchSilence = time.Minute

// The stream's own deadline is longer than any stream lives. Canceled is told of a stream that the watch itself ended
// because its server was silent, or that something between cut.
var passing = []codes.Code{codes.Unavailable, codes.DeadlineExceeded, codes.Canceled}

// WatchCaronas follows rides, named ones or all of a condominium, until ctx is done or the loop is left: first the
// states that are, then each change. synced, if there is one, is called after the first states of all rides, and again
// after each interruption.
//
// When the stream ends because a server drains, breaks or falls silent, it opens another one and sends the versions
// that it knows, so that nothing comes twice. It leaves out outdated states while the loop is slow. An older state of a
// ride comes again only when the services' table was restored to an earlier time.
func (c *Client) WatchCaronas(
	ctx context.Context, caronas *v1.CaronaUpdateRequest_Assinar, synced func(), options ...CallOption,
) iter.Seq2[*v1.Carona, error] {
	return func(yield func(*v1.Carona, error) bool) {
		headers, err := c.headers(options)
		if err != nil {
			yield(nil, err)
			return
		}
		const name = v1.CaronaService_StreamCaronasUpdates_FullMethodName
		known := &known{assinar: caronas, versions: map[string]int64{}, pause: firstWatchPause}
		call := c.call(name, nil)
		for {
			call.request = known.request()
			ends, cancel := context.WithTimeout(ctx, methods[name].timeout)
			alarm := time.AfterFunc(watchSilence, cancel)
			var failed error
			for each, err := range stream[v1.CaronaUpdateResponse](ends, c, c.caronas, name, call, headers, true) {
				alarm.Stop()
				if err == nil {
					err = known.refusal(each)
				}
				if err != nil {
					failed = err
					break
				}
				if each.GetSincronizado() != nil {
					call.answered()
					known.pause = firstWatchPause
					if synced != nil {
						synced()
					}
				}
				if carona := known.news(each); carona != nil && !yield(carona, nil) {
					cancel()
					return
				}
				alarm.Reset(watchSilence)
			}
			alarm.Stop()
			cancel()
			if ctx.Err() != nil {
				yield(nil, ctx.Err())
				return
			}
			if failed == nil || passes(failed) {
				call = c.call(name, nil)
				known.wait(ctx)
			} else if err := c.again(ctx, call, failed); err != nil {
				// Unless another token may help.
				yield(nil, err)
				return
			}
		}
	}
}

// known has the newest version of each ride that the caller got.
type known struct {
	assinar  *v1.CaronaUpdateRequest_Assinar
	versions map[string]int64
	// In which the caller got them.
	order []string
	pause time.Duration
}

// request begins a stream that leaves out what is known.
func (k *known) request() *v1.CaronaUpdateRequest {
	assinar := proto.CloneOf(k.assinar)
	sent := map[string]int64{}
	for _, id := range k.order[max(0, len(k.order)-maxKnownSent):] {
		sent[id] = k.versions[id]
	}
	if assinar.VersoesConhecidas == nil {
		assinar.VersoesConhecidas = map[string]int64{}
	}
	maps.Copy(assinar.VersoesConhecidas, sent)
	return &v1.CaronaUpdateRequest{Comando: &v1.CaronaUpdateRequest_Assinar_{Assinar: assinar}}
}

// refusal says whether the server refused to let the stream follow the rides.
func (k *known) refusal(response *v1.CaronaUpdateResponse) error {
	result := response.GetResultado()
	if result.GetCodigo() == 0 {
		return nil
	}
	return &failure{
		code: codes.Code(result.GetCodigo()), message: result.GetMensagem(), reason: result.GetMotivo(),
	}
}

// news is what the caller is to get of a message.
func (k *known) news(response *v1.CaronaUpdateResponse) *v1.Carona {
	update := response.GetAtualizacao()
	carona := update.GetCarona()
	if carona == nil {
		return nil
	}
	has := k.versions[carona.GetId()]
	// An initial state that is older comes of a table that was restored.
	if has >= carona.GetVersao() && !(update.GetInicial() && has > carona.GetVersao()) {
		return nil
	}
	if has > 0 {
		k.order = slices.DeleteFunc(k.order, func(id string) bool { return id == carona.GetId() })
	}
	k.order = append(k.order, carona.GetId())
	k.versions[carona.GetId()] = carona.GetVersao()
	if len(k.order) > maxKnown {
		delete(k.versions, k.order[0])
		k.order = k.order[1:]
	}
	return carona
}

// wait is the pause before the next stream.
func (k *known) wait(ctx context.Context) {
	select {
	case <-time.After(time.Duration(rand.Float64() * float64(k.pause))):
	case <-ctx.Done():
	}
	k.pause = min(k.pause*2, maxWatchPause)
}

// passes says whether another stream may succeed a moment later.
func passes(err error) bool {
	var f *failure
	return errors.As(err, &f) && (slices.Contains(passing, f.code) || f.reason == ReasonSobrecarga)
}
