// Calls with grpc-go and the published config. The README tells the arguments.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

const (
	conversation = "minhacarona.v1.CaronaService/StreamCaronasUpdates"
	// A busy machine must not end a call before its last attempt.
	patience = "30s"
)

var lists = map[string]bool{
	"minhacarona.v1.CaronaService/ListCaronasDisponiveis": true,
	"minhacarona.v1.ReservaService/GetReservas":           true,
}

// raw sends nothing and drops what comes, so that no message has to be generated.
type raw struct{}

func (raw) Name() string                { return "proto" }
func (raw) Marshal(any) ([]byte, error) { return nil, nil }
func (raw) Unmarshal([]byte, any) error { return nil }

func main() {
	config := read(os.Args[2])
	timeouts := map[string]string{}
	if err := json.Unmarshal(read(os.Args[3]), &timeouts); err != nil {
		log.Fatal(err)
	}
	conn, err := grpc.NewClient(os.Args[1],
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(string(config)),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{})))
	if err != nil {
		log.Fatal(err)
	}
	if err := call(conn, os.Args[4], patience, "connecting"); err != nil {
		log.Fatal(err)
	}
	for method, timeout := range timeouts {
		if method != conversation {
			if err := call(conn, method, timeout, "deadline"); err != nil {
				log.Fatal(method, ": ", err)
			}
		}
	}
	if call(conn, os.Args[4], patience, "failing") == nil {
		log.Fatal("it did not fail")
	}
}

func read(file string) []byte {
	content, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	return content
}

func call(conn *grpc.ClientConn, method, timeout, run string) error {
	limit, err := time.ParseDuration(timeout)
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(
		metadata.AppendToOutgoingContext(context.Background(), "x-run", run), limit)
	defer cancel()
	if !lists[method] {
		return conn.Invoke(ctx, "/"+method, struct{}{}, &struct{}{})
	}
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/"+method)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(struct{}{}); err != nil && err != io.EOF {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		if err := stream.RecvMsg(&struct{}{}); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
