package minhacarona

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	v1 "minhacarona/clients/go/v1"
)

const condominio = "condominio-go"

// address is where the real system is.
func address(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skip(name, " is not set")
	}
	return value
}

func port(t *testing.T, address string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(address)
	equal(t, err, nil)
	port, err := strconv.Atoi(text)
	equal(t, err, nil)
	return port
}

func system(t *testing.T) *Client {
	t.Helper()
	target := address(t, "MINHA_CARONA_TARGET")
	return connect(t, target, ReservaTarget(address(t, "MINHA_CARONA_RESERVA_TARGET")), Plaintext())
}

func offer(t *testing.T, c *Client, vagas int32, condominio string) *v1.Carona {
	t.Helper()
	request := &v1.CreateCaronaRequest{
		RequestId: uuid.NewString(), CondominioId: condominio, MotoristaId: "marina", Origem: "Portaria",
		Destino: "Metrô", Partida: timestamppb.New(time.Now().Add(24 * time.Hour)), VagasTotal: vagas,
	}
	carona, err := c.CreateCarona(t.Context(), request)
	equal(t, err, nil)
	again, err := c.CreateCarona(t.Context(), request)
	equal(t, err, nil)
	equal(t, proto.Equal(carona, again), true)
	return carona
}

func booking(carona *v1.Carona, usuario string, vagas int32) *v1.ProcessarReservaRequest {
	return &v1.ProcessarReservaRequest{
		RequestId: uuid.NewString(), CaronaId: carona.GetId(), UsuarioId: usuario,
		CondominioId: carona.GetCondominioId(), Vagas: vagas,
	}
}

func TestARideFromOfferToCancellation(t *testing.T) {
	c := system(t)
	ctx := t.Context()
	carona := offer(t, c, 2, condominio)
	found, err := c.GetCarona(ctx, &v1.GetCaronaRequest{CaronaId: carona.GetId()})
	equal(t, err, nil)
	equal(t, proto.Equal(found, carona), true)

	request := booking(carona, "zeca", 2)
	booked, err := c.ProcessarReserva(ctx, request)
	equal(t, err, nil)
	equal(t, booked.GetReserva().GetStatus(), v1.StatusReserva_STATUS_RESERVA_CONFIRMADA)
	again, err := c.ProcessarReserva(ctx, request)
	equal(t, err, nil)
	equal(t, again.GetRepetida(), true)
	_, err = c.ProcessarReserva(ctx, booking(carona, "lia", 1))
	e := told(t, err)
	equal(t, e.Kind, Refused)
	equal(t, e.Reason, ReasonVagasInsuficientes)
	equal(t, e.Metadata, map[string]string{"carona_id": carona.GetId(), "vagas_disponiveis": "0"})

	left, err := c.CheckVagas(ctx, &v1.CheckVagasRequest{
		CaronaId: carona.GetId(), Consistencia: v1.Consistencia_CONSISTENCIA_FORTE,
	})
	equal(t, err, nil)
	equal(t, left.GetStatus(), v1.StatusCarona_STATUS_CARONA_LOTADA)
	cancelled, err := c.UpdateReservaStatus(ctx, &v1.UpdateReservaStatusRequest{
		CaronaId: carona.GetId(), UsuarioId: "zeca", Status: v1.StatusReserva_STATUS_RESERVA_CANCELADA,
	})
	equal(t, err, nil)
	equal(t, cancelled.GetStatus(), v1.StatusReserva_STATUS_RESERVA_CANCELADA)
	gone, err := c.UpdateCaronaStatus(ctx, &v1.UpdateCaronaStatusRequest{
		CaronaId: carona.GetId(), Status: v1.StatusCarona_STATUS_CARONA_CANCELADA, Motivo: "chuva",
	})
	equal(t, err, nil)
	equal(t, gone.GetMotivo(), "chuva")
}

func TestARequestThatIsWrong(t *testing.T) {
	_, err := system(t).CreateCarona(t.Context(), &v1.CreateCaronaRequest{})
	e := told(t, err)
	equal(t, e.Reason, ReasonArgumentoInvalido)
	for _, field := range []string{"condominio_id", "motorista_id", "partida"} {
		if !slices.ContainsFunc(e.Violations, func(v Violation) bool { return v.Field == field }) {
			t.Error(field)
		}
	}
}

func TestAList(t *testing.T) {
	c := system(t)
	own := "condominio-" + uuid.NewString()
	var offered []string
	for range 7 {
		offered = append(offered, offer(t, c, 2, own).GetId())
	}
	for _, limit := range []int32{0, 3} {
		var listed []string
		for each, err := range c.ListCaronasDisponiveis(
			t.Context(), &v1.ListCaronasRequest{CondominioId: own, Limite: limit}) {
			equal(t, err, nil)
			listed = append(listed, each.GetCarona().GetId())
		}
		if limit == 0 {
			slices.Sort(listed)
			slices.Sort(offered)
			equal(t, listed, offered)
		} else {
			equal(t, len(listed), int(limit))
		}
	}
}

func TestLiveUpdatesSurviveAConnectionThatIsCut(t *testing.T) {
	c := system(t)
	carona := offer(t, c, 2, condominio)
	b := relay(t, port(t, address(t, "MINHA_CARONA_TARGET")))
	watcher := connect(t, b.target, Plaintext())
	want := int64(1)
	caronas := &v1.CaronaUpdateRequest_Assinar{CaronaIds: []string{carona.GetId()}}
	for each, err := range watcher.WatchCaronas(t.Context(), caronas, nil) {
		equal(t, err, nil)
		equal(t, each.GetVersao(), want)
		if want == 3 {
			break
		}
		if want == 2 {
			b.cut()
		}
		_, err = c.ProcessarReserva(t.Context(), booking(carona, fmt.Sprint("r", want), 1))
		equal(t, err, nil)
		want++
	}
}

// Twenty residents want five seats, over connections that are cut meanwhile.
func TestSeatsAreNeverSoldTwice(t *testing.T) {
	c := system(t)
	carona := offer(t, c, 5, condominio)
	b := relay(t, port(t, address(t, "MINHA_CARONA_RESERVA_TARGET")))
	client := connect(t, b.target, Plaintext())
	var mutex sync.Mutex
	outcomes := map[string][]string{}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			request := booking(carona, fmt.Sprint("r", i), 1)
			outcome := ""
			for outcome == "" {
				_, err := client.ProcessarReserva(t.Context(), request)
				if err == nil {
					outcome = "booked"
				} else if e := told(t, err); e.Kind == Refused {
					outcome = e.Reason
				}
			}
			mutex.Lock()
			defer mutex.Unlock()
			outcomes[outcome] = append(outcomes[outcome], request.GetUsuarioId())
		})
		if i%5 == 4 {
			time.Sleep(20 * time.Millisecond)
			b.cut()
		}
	}
	all.Wait()
	reservas, err := c.GetReservas(t.Context(), &v1.GetReservasRequest{CaronaId: carona.GetId()})
	equal(t, err, nil)
	var stored []string
	for _, each := range reservas {
		stored = append(stored, each.GetUsuarioId())
	}
	slices.Sort(stored)
	slices.Sort(outcomes["booked"])
	equal(t, stored, outcomes["booked"])
	equal(t, len(stored), 5)
	equal(t, len(outcomes[ReasonVagasInsuficientes]), 15)
}
