package minhacarona

import (
	"context"
	"io"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	v1 "minhacarona/clients/go/v1"
)

// message is implemented by a pointer to a generated type.
type message[T any] interface {
	*T
	proto.Message
}

// within gives a call the timeout of its method, unless its context has a deadline.
func within(ctx context.Context, name string) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, methods[name].timeout)
}

// proof is the token for the next attempt.
func (c *Client) proof(ctx context.Context, call *call, fresh bool) ([]grpc.CallOption, error) {
	if ctx.Err() != nil {
		f := failureOf(status.FromContextError(ctx.Err()).Err(), nil)
		f.unsent = true
		return nil, f
	}
	if c.tokens == nil {
		return nil, nil
	}
	token, number, err := c.tokens.get(ctx, call.refused, fresh)
	if err != nil {
		return nil, err
	}
	call.carried = number
	return []grpc.CallOption{grpc.PerRPCCredentials(token)}, nil
}

func unary[T any, M message[T]](
	ctx context.Context, c *Client, links *links, name string, request proto.Message, options []CallOption,
) (M, error) {
	headers, err := c.headers(options)
	if err != nil {
		return nil, err
	}
	ctx, cancel := within(ctx, name)
	defer cancel()
	call := c.call(name, request)
	for {
		response := M(new(T))
		used, err := links.acquire()
		if err != nil {
			return nil, err
		}
		err = c.attempt(ctx, call, used, name, headers, response)
		if err == nil {
			links.heard(used)
			call.answered()
		}
		links.release(used)
		if err == nil {
			return response, nil
		}
		if err := call.failed(ctx, err); err != nil {
			return nil, err
		}
	}
}

func (c *Client) attempt(
	ctx context.Context, call *call, used *link, name string, headers metadata.MD, response proto.Message,
) error {
	options, err := c.proof(ctx, call, false)
	if err != nil {
		return err
	}
	var trailers metadata.MD
	options = append(options, grpc.Trailer(&trailers))
	err = used.Invoke(metadata.NewOutgoingContext(ctx, headers), name, call.request, response, options...)
	if err != nil {
		return failureOf(err, trailers.Get("grpc-retry-pushback-ms"))
	}
	return nil
}

// stream makes one attempt at a call with many answers, which come no faster than they are taken. It yields a failure
// last, if there is one.
func stream[T any, M message[T]](
	ctx context.Context, c *Client, links *links, name string, call *call, headers metadata.MD, fresh bool,
) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(ctx, headers))
		defer cancel()
		options, err := c.proof(ctx, call, fresh)
		if err != nil {
			yield(nil, err)
			return
		}
		used, err := links.acquire()
		if err != nil {
			yield(nil, &closedError{err})
			return
		}
		defer links.release(used)
		var trailers metadata.MD
		options = append(options, grpc.Trailer(&trailers))
		answers, err := begin(ctx, used, name, call.request, options)
		for err == nil {
			answer := M(new(T))
			if err = answers.RecvMsg(answer); err == nil {
				links.heard(used)
				if !yield(answer, nil) {
					return
				}
			}
		}
		if err != io.EOF {
			yield(nil, failureOf(err, trailers.Get("grpc-retry-pushback-ms")))
		}
	}
}

func begin(
	ctx context.Context, used *link, name string, request proto.Message, options []grpc.CallOption,
) (grpc.ClientStream, error) {
	conversation := name == v1.CaronaService_StreamCaronasUpdates_FullMethodName
	description := &grpc.StreamDesc{ServerStreams: true, ClientStreams: conversation}
	answers, err := used.NewStream(ctx, description, name, options...)
	if err != nil {
		return nil, err
	}
	// EOF says that the server has ended the stream; RecvMsg tells how.
	if err := answers.SendMsg(request); err != nil && err != io.EOF {
		return nil, err
	}
	return answers, answers.CloseSend()
}

// closedError is no failure of an attempt, but of the program.
type closedError struct{ error }
