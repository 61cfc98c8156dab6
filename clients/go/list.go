package minhacarona

import (
	"context"
	"errors"
	"iter"

	"google.golang.org/protobuf/proto"

	v1 "minhacarona/clients/go/v1"
)

// ListCaronasDisponiveis lists open rides by departure, as they are taken; each appears once. A list that breaks goes
// on after the last ride. The cursor of a response is where another list goes on, as its Apos. An error ends the list.
func (c *Client) ListCaronasDisponiveis(
	ctx context.Context, request *v1.ListCaronasRequest, options ...CallOption,
) iter.Seq2[*v1.CaronaResponse, error] {
	return func(yield func(*v1.CaronaResponse, error) bool) {
		headers, err := c.headers(options)
		if err != nil {
			yield(nil, err)
			return
		}
		const name = v1.CaronaService_ListCaronasDisponiveis_FullMethodName
		ctx, cancel := within(ctx, name)
		defer cancel()
		rest := proto.CloneOf(request)
		limited := request.GetLimite() > 0
		call := c.call(name, rest)
		for {
			var failed error
			arrived := false
			for each, err := range stream[v1.CaronaResponse](ctx, c, c.caronas, name, call, headers, false) {
				if err != nil {
					failed = err
					break
				}
				arrived = true
				rest.Apos = each.GetCursor()
				if limited {
					rest.Limite--
				}
				// A request with a limit of 0 would have none.
				if !yield(each, nil) || (limited && rest.Limite == 0) {
					return
				}
			}
			if failed == nil {
				call.answered()
				return
			}
			// One that has brought a ride begins to count its attempts anew.
			if arrived {
				call = call.anew()
			}
			if err := c.again(ctx, call, failed); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// GetReservas returns the reservations of a ride, by resident. At most 50 of them are confirmed.
func (c *Client) GetReservas(
	ctx context.Context, request *v1.GetReservasRequest, options ...CallOption,
) ([]*v1.Reserva, error) {
	headers, err := c.headers(options)
	if err != nil {
		return nil, err
	}
	const name = v1.ReservaService_GetReservas_FullMethodName
	ctx, cancel := within(ctx, name)
	defer cancel()
	call := c.call(name, request)
	for {
		var reservas []*v1.Reserva
		var failed error
		for each, err := range stream[v1.ReservaResponse](ctx, c, c.reservas, name, call, headers, false) {
			if err != nil {
				failed = err
				break
			}
			reservas = append(reservas, each.GetReserva())
		}
		if failed == nil {
			call.answered()
			return reservas, nil
		}
		if err := c.again(ctx, call, failed); err != nil {
			return nil, err
		}
	}
}

// again waits for the next attempt, or returns the call's error.
func (c *Client) again(ctx context.Context, call *call, failed error) error {
	var closed *closedError
	if errors.As(failed, &closed) {
		return closed.error
	}
	return call.failed(ctx, failed)
}
