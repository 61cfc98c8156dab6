package minhacarona

import (
	"context"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	v1 "minhacarona/clients/go/v1"
)

// trouble is how the server ends an attempt.
type trouble struct {
	code       codes.Code
	reason     string
	metadata   map[string]string
	violations map[string]string
	retryDelay time.Duration
	pushback   string
	// The server does not answer before its client is gone.
	silent bool
}

// seen is an attempt, as the server saw it.
type seen struct {
	method    string
	request   proto.Message
	metadata  metadata.MD
	remaining time.Duration
	at        time.Time
	peer      string
}

// cut ends a list after some rides.
type cut struct {
	after int
	trouble
}

// scripted is a server that ends each attempt with the next trouble, or else answers it.
type scripted struct {
	v1.UnimplementedCaronaServiceServer
	v1.UnimplementedReservaServiceServer
	target string
	port   int

	mutex    sync.Mutex
	seen     []seen
	troubles []trouble
	// Of each list.
	breaks []cut
	// Of each watch: what it sends; the last one stays open.
	streams [][]*v1.CaronaUpdateResponse
}

func serve(t *testing.T, transport credentials.TransportCredentials) *scripted {
	t.Helper()
	if transport == nil {
		transport = insecure.NewCredentials()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{target: listener.Addr().String(), port: listener.Addr().(*net.TCPAddr).Port}
	server := grpc.NewServer(grpc.Creds(transport))
	v1.RegisterCaronaServiceServer(server, s)
	v1.RegisterReservaServiceServer(server, s)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return s
}

func connect(t *testing.T, target string, options ...Option) *Client {
	t.Helper()
	client, err := New(target, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func (s *scripted) trouble(all ...trouble) { s.troubles = append(s.troubles, all...) }

// attempts is what the server has seen so far.
func (s *scripted) attempts() []seen {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.seen)
}

func (s *scripted) attempt(ctx context.Context, method string, request proto.Message) error {
	headers, _ := metadata.FromIncomingContext(ctx)
	from, _ := peer.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	s.mutex.Lock()
	s.seen = append(s.seen, seen{
		method, request, headers, time.Until(deadline), time.Now(), from.Addr.String(),
	})
	var next *trouble
	if len(s.troubles) > 0 {
		next, s.troubles = &s.troubles[0], s.troubles[1:]
	}
	s.mutex.Unlock()
	if next == nil {
		return nil
	}
	return next.end(ctx)
}

func (w *trouble) end(ctx context.Context) error {
	if w.silent {
		<-ctx.Done()
	}
	if w.pushback != "" {
		grpc.SetTrailer(ctx, metadata.Pairs("grpc-retry-pushback-ms", w.pushback))
	}
	var details []protoadapt.MessageV1
	if w.reason != "" {
		info := &errdetails.ErrorInfo{Domain: domain, Reason: w.reason, Metadata: w.metadata}
		details = append(details, protoadapt.MessageV1Of(info))
	}
	if w.violations != nil {
		bad := &errdetails.BadRequest{}
		for field, description := range w.violations {
			bad.FieldViolations = append(bad.FieldViolations,
				&errdetails.BadRequest_FieldViolation{Field: field, Description: description})
		}
		details = append(details, protoadapt.MessageV1Of(bad))
	}
	if w.retryDelay != 0 {
		retry := &errdetails.RetryInfo{RetryDelay: durationpb.New(w.retryDelay)}
		details = append(details, protoadapt.MessageV1Of(retry))
	}
	told, err := status.New(w.code, "told").WithDetails(details...)
	if err != nil {
		return err
	}
	return told.Err()
}

func (s *scripted) GetCarona(ctx context.Context, r *v1.GetCaronaRequest) (*v1.CaronaResponse, error) {
	return &v1.CaronaResponse{Carona: &v1.Carona{Id: "known"}}, s.attempt(ctx, "GetCarona", r)
}

func (s *scripted) CreateCarona(ctx context.Context, r *v1.CreateCaronaRequest) (*v1.CaronaResponse, error) {
	return &v1.CaronaResponse{Carona: &v1.Carona{Id: "new"}}, s.attempt(ctx, "CreateCarona", r)
}

func (s *scripted) CheckVagas(ctx context.Context, r *v1.CheckVagasRequest) (*v1.CheckVagasResponse, error) {
	return &v1.CheckVagasResponse{VagasDisponiveis: 3}, s.attempt(ctx, "CheckVagas", r)
}

func (s *scripted) UpdateCaronaStatus(
	ctx context.Context, r *v1.UpdateCaronaStatusRequest,
) (*v1.CaronaResponse, error) {
	return &v1.CaronaResponse{Carona: &v1.Carona{Id: "changed"}}, s.attempt(ctx, "UpdateCaronaStatus", r)
}

func (s *scripted) ProcessarReserva(
	ctx context.Context, r *v1.ProcessarReservaRequest,
) (*v1.ReservaResponse, error) {
	answer := &v1.ReservaResponse{Reserva: &v1.Reserva{UsuarioId: "zeca"}}
	return answer, s.attempt(ctx, "ProcessarReserva", r)
}

func (s *scripted) UpdateReservaStatus(
	ctx context.Context, r *v1.UpdateReservaStatusRequest,
) (*v1.ReservaResponse, error) {
	answer := &v1.ReservaResponse{Reserva: &v1.Reserva{UsuarioId: "zeca"}}
	return answer, s.attempt(ctx, "UpdateReservaStatus", r)
}

func (s *scripted) GetReservas(
	r *v1.GetReservasRequest, stream grpc.ServerStreamingServer[v1.ReservaResponse],
) error {
	if err := s.attempt(stream.Context(), "GetReservas", r); err != nil {
		return err
	}
	for _, name := range []string{"lia", "zeca"} {
		if err := stream.Send(&v1.ReservaResponse{Reserva: &v1.Reserva{UsuarioId: name}}); err != nil {
			return err
		}
	}
	return nil
}

// Rides 0 to 4; their cursors are their ids.
func (s *scripted) ListCaronasDisponiveis(
	r *v1.ListCaronasRequest, stream grpc.ServerStreamingServer[v1.CaronaResponse],
) error {
	if err := s.attempt(stream.Context(), "ListCaronasDisponiveis", r); err != nil {
		return err
	}
	s.mutex.Lock()
	next := cut{after: 5}
	if len(s.breaks) > 0 {
		next, s.breaks = s.breaks[0], s.breaks[1:]
	}
	s.mutex.Unlock()
	first := 0
	if r.Apos != "" {
		last, err := strconv.Atoi(r.Apos)
		if err != nil {
			return err
		}
		first = last + 1
	}
	end := min(5, first+next.after)
	if r.Limite > 0 {
		end = min(end, first+int(r.Limite))
	}
	for i := first; i < end; i++ {
		id := strconv.Itoa(i)
		if err := stream.Send(&v1.CaronaResponse{Carona: &v1.Carona{Id: id}, Cursor: id}); err != nil {
			return err
		}
	}
	if next.code != codes.OK || next.silent {
		return next.end(stream.Context())
	}
	return nil
}

func (s *scripted) StreamCaronasUpdates(
	stream grpc.BidiStreamingServer[v1.CaronaUpdateRequest, v1.CaronaUpdateResponse],
) error {
	request, err := stream.Recv()
	if err != nil {
		return err
	}
	if err := s.attempt(stream.Context(), "StreamCaronasUpdates", request); err != nil {
		return err
	}
	s.mutex.Lock()
	var next []*v1.CaronaUpdateResponse
	if len(s.streams) > 0 {
		next, s.streams = s.streams[0], s.streams[1:]
	}
	last := len(s.streams) == 0
	s.mutex.Unlock()
	for _, each := range next {
		if err := stream.Send(each); err != nil {
			return err
		}
	}
	if last {
		<-stream.Context().Done()
	}
	return nil
}

func ride(id string, versao int64, inicial bool) *v1.CaronaUpdateResponse {
	return &v1.CaronaUpdateResponse{Evento: &v1.CaronaUpdateResponse_Atualizacao_{
		Atualizacao: &v1.CaronaUpdateResponse_Atualizacao{
			Carona: &v1.Carona{Id: id, Versao: versao}, Inicial: inicial,
		},
	}}
}

// between is a TCP proxy that cuts connections, or forgets them as a router does that was replaced.
type between struct {
	target string
	mutex  sync.Mutex
	all    []*pair
}

type pair struct {
	client, server net.Conn
	forgotten      bool
}

func relay(t *testing.T, port int) *between {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &between{target: listener.Addr().String()}
	t.Cleanup(func() {
		listener.Close()
		b.cut()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if err != nil {
				client.Close()
				continue
			}
			both := &pair{client: client, server: server}
			b.mutex.Lock()
			b.all = append(b.all, both)
			b.mutex.Unlock()
			go b.pass(both, client, server)
			go b.pass(both, server, client)
		}
	}()
	return b
}

func (b *between) pass(both *pair, from, to net.Conn) {
	buffer := make([]byte, 65_536)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			to.Close()
			return
		}
		b.mutex.Lock()
		forgotten := both.forgotten
		b.mutex.Unlock()
		if !forgotten {
			to.Write(buffer[:n])
		}
	}
}

// cut resets all connections.
func (b *between) cut() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, each := range b.all {
		for _, end := range []net.Conn{each.client, each.server} {
			end.(*net.TCPConn).SetLinger(0)
			end.Close()
		}
	}
}

// forget swallows from now on what connections send, and answers nothing.
func (b *between) forget() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, each := range b.all {
		each.forgotten = true
	}
}

// made says how many connections there were in all.
func (b *between) made() int {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return len(b.all)
}
