// Command client calls ReservaService at a steady rate with grpc-go; ../README.md tells the arguments.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

const (
	service = "minhacarona.v1.ReservaService"

	// That of bookings in timeouts.json.
	deadline = 8 * time.Second
)

// The statuses by the names that other languages print.
var names = map[codes.Code]string{
	codes.OK:                "OK",
	codes.InvalidArgument:   "INVALID_ARGUMENT",
	codes.NotFound:          "NOT_FOUND",
	codes.DeadlineExceeded:  "DEADLINE_EXCEEDED",
	codes.ResourceExhausted: "RESOURCE_EXHAUSTED",
	codes.Unavailable:       "UNAVAILABLE",
	codes.Internal:          "INTERNAL",
	codes.Aborted:           "ABORTED",
	codes.Canceled:          "CANCELLED",
}

type client struct {
	conn       *grpc.ClientConn
	methods    protoreflect.MethodDescriptors
	condominio string
}

func main() {
	target, contract, serviceConfig, condominio := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	perSecond, seconds := number(os.Args[5]), number(os.Args[6])
	conn := must(grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(string(must(os.ReadFile(serviceConfig))))))
	defer conn.Close()
	c := client{conn, methods(must(os.ReadFile(contract))), condominio}

	var calls sync.WaitGroup
	var mutex sync.Mutex
	ended := map[string]int{}
	start := time.Now()
	for i := range perSecond * seconds {
		time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
		calls.Add(1)
		go func() {
			defer calls.Done()
			code := status.Code(c.call(i))
			mutex.Lock()
			defer mutex.Unlock()
			name, known := names[code]
			if !known {
				name = code.String()
			}
			ended[name]++
		}()
	}
	calls.Wait()
	fmt.Println(string(must(json.Marshal(ended))))
}

func (c client) call(i int) error {
	ctx, cancel := context.WithTimeout(
		metadata.AppendToOutgoingContext(context.Background(), "x-tenant-id", c.condominio), deadline)
	defer cancel()
	id := uuid()
	if i%2 == 0 {
		method, request, response := c.prepare("ProcessarReserva", map[string]string{
			"request_id": id, "carona_id": id, "usuario_id": "ana", "condominio_id": c.condominio})
		return c.conn.Invoke(ctx, method, request, response)
	}
	method, request, response := c.prepare("GetReservas", map[string]string{"carona_id": id})
	stream, err := c.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, method)
	if err == nil {
		err = stream.SendMsg(request)
	}
	if err == nil {
		err = stream.CloseSend()
	}
	for err == nil {
		err = stream.RecvMsg(response)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// prepare returns the path of a method, a request with these fields, and an empty response.
func (c client) prepare(name protoreflect.Name, fields map[string]string) (string, proto.Message, proto.Message) {
	method := c.methods.ByName(name)
	request := dynamicpb.NewMessage(method.Input())
	for field, value := range fields {
		request.Set(method.Input().Fields().ByName(protoreflect.Name(field)), protoreflect.ValueOfString(value))
	}
	return "/" + service + "/" + string(name), request, dynamicpb.NewMessage(method.Output())
}

func methods(contract []byte) protoreflect.MethodDescriptors {
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(contract, &set); err != nil {
		log.Fatal(err)
	}
	files := must(protodesc.NewFiles(&set))
	return must(files.FindDescriptorByName(service)).(protoreflect.ServiceDescriptor).Methods()
}

func uuid() string {
	var b [16]byte
	must(rand.Read(b[:]))
	b[6] = b[6]&0x0f | 0x40 // version 4, random
	b[8] = b[8]&0x3f | 0x80 // the variant of RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func number(text string) int {
	return must(strconv.Atoi(text))
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
