// Package minhacarona calls the services of Minha Carona: rides and reservations of a condominium, over gRPC.
package minhacarona

//go:generate go run ./internal/generate

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	v1 "minhacarona/clients/go/v1"
)

// Client calls both services, and is safe for use by many goroutines. Keep one for the process.
//
// It connects with its first call, ends each call in time, and repeats it where the contract says that a repeat is
// safe. It adds a request_id to requests without one. A call that does not succeed returns an *Error, unless an option
// is wrong or the client is closed.
//
// A call has the deadline of its context. If there is none, a call has the timeout of its method, for all attempts
// together.
type Client struct {
	caronas, reservas *links
	secure            bool
	tokens            *tokens
	throttle          *throttle
	defaults          []CallOption
}

// New makes a client. The target is a gRPC name of both services, such as dns:///minha-carona.internal:443.
func New(target string, options ...Option) (*Client, error) {
	s := &settings{reservas: target}
	for _, option := range options {
		option(s)
	}
	c := &Client{secure: !s.plain, throttle: newThrottle(throttled), defaults: s.calls}
	if s.plain && (s.source != nil || s.tls != nil) {
		return nil, errors.New("tokens and certificates are sent over TLS only")
	}
	if _, err := c.headers(nil); err != nil {
		return nil, err
	}
	if s.source != nil {
		c.tokens = newTokens(s.source)
	}
	c.caronas = s.links(target)
	c.reservas = c.caronas
	if s.reservas != target {
		c.reservas = s.links(s.reservas)
	}
	return c, nil
}

// Close ends calls in flight.
func (c *Client) Close() error {
	if c.reservas == c.caronas {
		return c.caronas.close()
	}
	return errors.Join(c.caronas.close(), c.reservas.close())
}

func (c *Client) headers(options []CallOption) (metadata.MD, error) {
	headers := map[string]string{}
	for _, option := range append(append([]CallOption(nil), c.defaults...), options...) {
		if err := option(headers); err != nil {
			return nil, err
		}
	}
	if !c.secure && headers["x-on-behalf-of"] != "" {
		return nil, errors.New("tokens are sent over TLS only")
	}
	return metadata.New(headers), nil
}

func (c *Client) call(name string, request proto.Message) *call {
	return &call{method: methods[name], request: request, tokens: c.tokens, throttle: c.throttle}
}

// CreateCarona offers a ride. A repeat with the same request_id returns the same ride.
func (c *Client) CreateCarona(
	ctx context.Context, request *v1.CreateCaronaRequest, options ...CallOption,
) (*v1.Carona, error) {
	if request.GetRequestId() == "" {
		request = proto.CloneOf(request)
		request.RequestId = uuid.NewString()
	}
	response, err := unary[v1.CaronaResponse](
		ctx, c, c.caronas, v1.CaronaService_CreateCarona_FullMethodName, request, options)
	return response.GetCarona(), err
}

// GetCarona returns one ride.
func (c *Client) GetCarona(
	ctx context.Context, request *v1.GetCaronaRequest, options ...CallOption,
) (*v1.Carona, error) {
	response, err := unary[v1.CaronaResponse](
		ctx, c, c.caronas, v1.CaronaService_GetCarona_FullMethodName, request, options)
	return response.GetCarona(), err
}

// CheckVagas tells how many seats are left.
func (c *Client) CheckVagas(
	ctx context.Context, request *v1.CheckVagasRequest, options ...CallOption,
) (*v1.CheckVagasResponse, error) {
	return unary[v1.CheckVagasResponse](
		ctx, c, c.caronas, v1.CaronaService_CheckVagas_FullMethodName, request, options)
}

// UpdateCaronaStatus moves a ride along. To ask for the status that it has changes nothing.
func (c *Client) UpdateCaronaStatus(
	ctx context.Context, request *v1.UpdateCaronaStatusRequest, options ...CallOption,
) (*v1.Carona, error) {
	response, err := unary[v1.CaronaResponse](
		ctx, c, c.caronas, v1.CaronaService_UpdateCaronaStatus_FullMethodName, request, options)
	return response.GetCarona(), err
}

// ProcessarReserva books seats. A repeat with the same request_id books no more.
func (c *Client) ProcessarReserva(
	ctx context.Context, request *v1.ProcessarReservaRequest, options ...CallOption,
) (*v1.ReservaResponse, error) {
	if request.GetRequestId() == "" {
		request = proto.CloneOf(request)
		request.RequestId = uuid.NewString()
	}
	return unary[v1.ReservaResponse](
		ctx, c, c.reservas, v1.ReservaService_ProcessarReserva_FullMethodName, request, options)
}

// UpdateReservaStatus cancels a reservation, or tells what became of it.
func (c *Client) UpdateReservaStatus(
	ctx context.Context, request *v1.UpdateReservaStatusRequest, options ...CallOption,
) (*v1.Reserva, error) {
	response, err := unary[v1.ReservaResponse](
		ctx, c, c.reservas, v1.ReservaService_UpdateReservaStatus_FullMethodName, request, options)
	return response.GetReserva(), err
}
