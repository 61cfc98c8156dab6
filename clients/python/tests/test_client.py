"""Both clients against a server that fails as the test says."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import MethodOptions
from scripted import Code, Scripted, Trouble, make

from minhacarona import (
    Assinar,
    CheckVagasRequest,
    CreateCaronaRequest,
    Failed,
    GetCaronaRequest,
    GetReservasRequest,
    ListCaronasRequest,
    OutcomeUnknown,
    ProcessarReservaRequest,
    Refused,
    UpdateCaronaStatusRequest,
    UpdateReservaStatusRequest,
    Violation,
    aio,
    deadline,
    deadline_from,
)
from minhacarona import Client as Blocking
from minhacarona._config import methods
from minhacarona.v1 import carona_service_pb2, reserva_service_pb2
from minhacarona.v1.carona_pb2 import Carona
from minhacarona.v1.carona_service_pb2 import CaronaUpdateResponse

# Every RPC as a client calls it.
CALLS: dict[str, Any] = {
    "CheckVagas": lambda c, **o: c.check_vagas(CheckVagasRequest(), **o),
    "CreateCarona": lambda c, **o: c.create_carona(CreateCaronaRequest(), **o),
    "GetCarona": lambda c, **o: c.get_carona(GetCaronaRequest(), **o),
    "GetReservas": lambda c, **o: c.get_reservas(GetReservasRequest(), **o),
    "ListCaronasDisponiveis": lambda c, **o: list(
        c.list_caronas_disponiveis(ListCaronasRequest(), **o)
    ),
    "ProcessarReserva": lambda c, **o: c.processar_reserva(ProcessarReservaRequest(), **o),
    "StreamCaronasUpdates": lambda c, **o: next(c.watch_caronas(Assinar(), **o)),
    "UpdateCaronaStatus": lambda c, **o: c.update_carona_status(UpdateCaronaStatusRequest(), **o),
    "UpdateReservaStatus": lambda c, **o: c.update_reserva_status(
        UpdateReservaStatusRequest(), **o
    ),
}
OTHERS = [name for name in CALLS if name != "StreamCaronasUpdates"]


def ride(name: str, versao: int, *, inicial: bool = False) -> CaronaUpdateResponse:
    return CaronaUpdateResponse(
        atualizacao=CaronaUpdateResponse.Atualizacao(
            carona=Carona(id=name, versao=versao), inicial=inicial
        )
    )


SYNCED = CaronaUpdateResponse(sincronizado=CaronaUpdateResponse.Sincronizado())
ENDING = CaronaUpdateResponse(encerrando=CaronaUpdateResponse.Encerrando())


def test_every_rpc_of_the_contract_is_called_here() -> None:
    assert set(CALLS) == set(methods())


def test_both_clients_have_the_same_methods_and_settings() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert public(Blocking) == public(aio.Client)
    assert Blocking.__init__.__kwdefaults__ == aio.Client.__init__.__kwdefaults__


def test_only_what_the_contract_marks_as_safe_is_repeated() -> None:
    for file in (carona_service_pb2, reserva_service_pb2):
        for service in file.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                level = method.GetOptions().idempotency_level
                safe = level != MethodOptions.IDEMPOTENCY_UNKNOWN
                assert (methods()[method.name].retry is not None) == safe, method.name


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("code", [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED])
def test_a_failure_that_passes_is_repeated(
    client: Any, server: Scripted, method: str, code: Code
) -> None:
    server.troubles.extend([Trouble(code), Trouble(code)])
    CALLS[method](client)
    assert [each.method for each in server.seen] == [method] * 3
    assert len({each.request.SerializeToString() for each in server.seen}) == 1


@pytest.mark.parametrize("method", OTHERS)
def test_a_failure_that_lasts_is_told_after_four_attempts(
    client: Any, server: Scripted, method: str
) -> None:
    server.troubles.extend([Trouble(Code.UNAVAILABLE)] * 10)
    with pytest.raises(OutcomeUnknown if methods()[method].writes else Failed):
        CALLS[method](client)
    assert len(server.seen) == 4


def test_a_request_id_is_made_once(client: Any, server: Scripted) -> None:
    server.troubles.append(Trouble(Code.UNAVAILABLE))
    request = ProcessarReservaRequest(carona_id="a")
    client.processar_reserva(request)
    client.create_carona(CreateCaronaRequest())
    first, second, other = [each.request_id for each in server.requests()]
    assert first == second != other
    assert str(uuid.UUID(first)) == first
    assert not request.request_id, "the caller's request is left as it was"


def test_a_request_id_of_the_callers_is_kept(client: Any, server: Scripted) -> None:
    client.create_carona(CreateCaronaRequest(request_id="mine"))
    assert server.requests()[0].request_id == "mine"


def test_a_write_of_unknown_outcome_can_be_repeated(client: Any, server: Scripted) -> None:
    server.troubles.append(Trouble(Code.UNAVAILABLE, pushback="-1"))
    with pytest.raises(OutcomeUnknown) as e:
        client.processar_reserva(ProcessarReservaRequest(carona_id="a"))
    client.processar_reserva(e.value.request)
    first, second = server.requests()
    assert first == second


def test_the_servers_pause_is_kept(client: Any, server: Scripted) -> None:
    overload = Trouble(Code.RESOURCE_EXHAUSTED, "SOBRECARGA", pushback="700", retry_delay=0.7)
    server.troubles.extend([overload, overload])
    client.check_vagas(CheckVagasRequest())
    first, second, third = [each.at for each in server.seen]
    assert 0.7 <= second - first < 1.2
    assert 0.7 <= third - second < 1.2


def test_a_refusal_is_typed(client: Any, server: Scripted) -> None:
    server.troubles.append(
        Trouble(
            Code.INVALID_ARGUMENT,
            "ARGUMENTO_INVALIDO",
            metadata={"a": "b"},
            violations={"vagas": "is too large"},
            retry_delay=2.5,
        )
    )
    with pytest.raises(Refused) as e:
        client.processar_reserva(ProcessarReservaRequest())
    assert e.value.code is Code.INVALID_ARGUMENT
    assert e.value.reason == "ARGUMENTO_INVALIDO"
    assert e.value.metadata == {"a": "b"}
    assert e.value.violations == (Violation("vagas", "is too large"),)
    assert e.value.retry_delay == 2.5
    assert e.value.message == "told"
    assert e.value.attempts == 1


@pytest.mark.parametrize("method", CALLS)
def test_the_server_sees_the_deadline(client: Any, server: Scripted, method: str) -> None:
    server.streams.append([ride("a", 1)])
    CALLS[method](client)
    remaining = server.seen[0].remaining
    assert remaining is not None
    timeout = methods()[method].timeout
    assert remaining == pytest.approx(timeout, rel=0.05)


@pytest.mark.parametrize("method", OTHERS)
def test_a_caller_may_set_the_timeout(client: Any, server: Scripted, method: str) -> None:
    CALLS[method](client, timeout=5.5)
    assert server.seen[0].remaining == pytest.approx(5.5, rel=0.05)


def test_a_lambda_ends_its_calls_in_time(client: Any, server: Scripted) -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 2_000

    with deadline_from(Context()):
        client.get_reservas(GetReservasRequest())
        with deadline(30):
            client.processar_reserva(ProcessarReservaRequest())
        with deadline(1):
            client.processar_reserva(ProcessarReservaRequest())
        client.check_vagas(CheckVagasRequest(), timeout=0.8)
    client.processar_reserva(ProcessarReservaRequest())
    remaining = [each.remaining for each in server.seen]
    assert remaining == [pytest.approx(x, rel=0.05) for x in (1.5, 1.5, 1, 0.8, 8)]


def test_the_deadline_holds_for_all_attempts(client: Any, server: Scripted) -> None:
    server.troubles.extend([Trouble(Code.RESOURCE_EXHAUSTED, pushback="400")] * 2)
    client.check_vagas(CheckVagasRequest())
    remaining = [each.remaining for each in server.seen]
    assert remaining == [pytest.approx(x, rel=0.1) for x in (2, 1.6, 1.2)]


def test_a_server_that_is_silent_is_left_in_time(client: Any, server: Scripted) -> None:
    server.troubles.append(Trouble(Code.OK, silent=True))
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as e:
        client.processar_reserva(ProcessarReservaRequest(), timeout=0.5)
    assert 0.5 <= time.monotonic() - began < 1
    assert e.value.code is Code.DEADLINE_EXCEEDED


def test_a_server_that_cancels_does_not_cancel_the_caller(client: Any, server: Scripted) -> None:
    server.troubles.extend([Trouble(Code.CANCELLED)] * 2)
    with pytest.raises(OutcomeUnknown):
        client.processar_reserva(ProcessarReservaRequest())
    with pytest.raises(Failed):
        list(client.list_caronas_disponiveis(ListCaronasRequest()))


def test_the_condominio_is_sent(kind: str, server: Scripted) -> None:
    client = make(kind, server.target, condominio="condominio-aurora")
    for method in OTHERS:
        CALLS[method](client)
    assert {each.metadata["x-tenant-id"] for each in server.seen} == {"condominio-aurora"}
    client.close()


def test_two_addresses(kind: str, server: Scripted) -> None:
    with Scripted() as reservas:
        client = make(kind, server.target, reserva_target=reservas.target)
        for method in OTHERS:
            CALLS[method](client)
        client.close()
        assert {each.method for each in reservas.seen} == {
            "ProcessarReserva",
            "GetReservas",
            "UpdateReservaStatus",
        }


def test_a_task_that_is_not_healthy_is_not_called(kind: str) -> None:
    draining, serving = Scripted(), Scripted()
    draining.check_health(serving=False)
    serving.check_health(serving=True)
    with draining, serving:
        client = make(kind, f"ipv4:127.0.0.1:{draining.port},127.0.0.1:{serving.port}", direct=True)
        for _ in range(10):
            client.check_vagas(CheckVagasRequest())
        client.close()
    assert len(serving.seen) == 10
    assert draining.seen == []


def test_a_closed_client_calls_no_more(kind: str, server: Scripted) -> None:
    client = make(kind, server.target)
    client.check_vagas(CheckVagasRequest())
    if kind == "blocking":
        client.close()
        with pytest.raises(ValueError, match="closed"):
            client.check_vagas(CheckVagasRequest())
    else:
        client.close()


@pytest.mark.parametrize(
    "settings",
    [{"token": "t"}, {"on_behalf_of": "t"}, {"condominio": "no spaces"}, {"condominio": ""}],
)
def test_settings_that_cannot_be_are_refused(kind: str, settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"TLS|condominio"):
        make(kind, "localhost:1", **settings)


# Lists.


def ids(rides: Any) -> list[str]:
    return [each.id for each in rides]


@pytest.mark.parametrize("code", [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED])
def test_a_list_that_breaks_goes_on_after_the_last_ride(
    client: Any, server: Scripted, code: Code
) -> None:
    server.breaks.extend([(2, Trouble(code)), (2, Trouble(code))])
    assert ids(client.list_caronas_disponiveis(ListCaronasRequest())) == list("01234")
    assert [each.apos for each in server.requests()] == ["", "1", "3"]


def test_a_list_with_a_limit_is_no_longer_for_having_broken(client: Any, server: Scripted) -> None:
    server.breaks.append((2, Trouble(Code.UNAVAILABLE)))
    assert ids(client.list_caronas_disponiveis(ListCaronasRequest(limite=2))) == ["0", "1"]
    assert len(server.seen) == 1
    server.breaks.append((2, Trouble(Code.UNAVAILABLE)))
    assert ids(client.list_caronas_disponiveis(ListCaronasRequest(limite=3))) == list("012")
    assert [each.limite for each in server.requests()] == [2, 3, 1]


def test_a_list_that_brings_nothing_is_given_up(client: Any, server: Scripted) -> None:
    server.breaks.extend([(0, Trouble(Code.UNAVAILABLE))] * 9)
    with pytest.raises(Failed):
        list(client.list_caronas_disponiveis(ListCaronasRequest()))
    assert len(server.seen) == 4


def test_a_list_may_be_left(client: Any, server: Scripted) -> None:
    rides = client.list_caronas_disponiveis(ListCaronasRequest())
    assert next(rides).id == "0"
    rides.close()
    assert list(rides) == []


# Live updates.


def test_a_watch_yields_each_state_once(client: Any, server: Scripted) -> None:
    server.streams.append([ride("a", 1, inicial=True), ride("b", 4, inicial=True), SYNCED, ENDING])
    server.streams.append([ride("b", 4, inicial=True), SYNCED, ride("a", 2)])
    synced: list[int] = []
    watch = client.watch_caronas(
        Assinar(condominio_id="c"), on_synced=lambda: synced.append(len(server.seen))
    )
    seen = [next(watch) for _ in range(3)]
    watch.close()
    assert [(each.id, each.versao) for each in seen] == [("a", 1), ("b", 4), ("a", 2)]
    assert synced == [1, 2]
    first, second = [each.assinar for each in server.requests()]
    assert first.condominio_id == second.condominio_id == "c"
    assert dict(first.versoes_conhecidas) == {}
    assert dict(second.versoes_conhecidas) == {"a": 1, "b": 4}


def test_a_watch_goes_on_after_a_restore(client: Any, server: Scripted) -> None:
    server.streams.append([ride("a", 7, inicial=True), SYNCED, ENDING])
    server.streams.append([ride("a", 5, inicial=True), SYNCED, ride("a", 6)])
    watch = client.watch_caronas(Assinar(carona_ids=["a"]))
    assert [next(watch).versao for _ in range(3)] == [7, 5, 6]
    watch.close()


def test_a_watch_survives_failures_that_pass(client: Any, server: Scripted) -> None:
    server.troubles.extend(
        [
            Trouble(Code.UNAVAILABLE),
            Trouble(Code.RESOURCE_EXHAUSTED, "SOBRECARGA"),
            Trouble(Code.CANCELLED),
            Trouble(Code.DEADLINE_EXCEEDED),
        ]
    )
    server.streams.append([ride("a", 1)])
    watch = client.watch_caronas(Assinar(carona_ids=["a"]))
    assert next(watch).versao == 1
    watch.close()


def test_a_watch_that_is_refused_ends(client: Any, server: Scripted) -> None:
    refused = CaronaUpdateResponse.Resultado(
        codigo=5, motivo="CARONA_NAO_ENCONTRADA", mensagem="no"
    )
    server.streams.append([CaronaUpdateResponse(resultado=refused)])
    with pytest.raises(Refused) as e:
        next(client.watch_caronas(Assinar(carona_ids=["a"])))
    assert e.value.reason == "CARONA_NAO_ENCONTRADA"
    server.troubles.append(Trouble(Code.PERMISSION_DENIED, "SEM_PERMISSAO"))
    with pytest.raises(Refused):
        next(client.watch_caronas(Assinar(carona_ids=["a"])))


def test_a_watch_leaves_a_server_that_fell_silent(
    client: Any, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("_watch", "_aio_streams"):
        monkeypatch.setattr(f"minhacarona.{module}.SILENCE", 0.5)
    watch = client.watch_caronas(Assinar(carona_ids=["a"]))
    server.streams.append([ride("a", 1)])
    assert next(watch).versao == 1
    server.streams.append([ride("a", 2)])
    assert next(watch).versao == 2
    watch.close()


def test_a_watch_is_closed_by_another_thread(server: Scripted) -> None:
    with Blocking(server.target, tls=False) as client:
        server.streams.append([ride("a", 1)])
        watch = client.watch_caronas(Assinar(carona_ids=["a"]))
        timer = threading.Timer(0.3, watch.close)
        timer.start()
        assert [each.versao for each in watch] == [1]
        timer.join()
