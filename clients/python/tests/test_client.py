"""Both clients against a server that fails as the test says."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import MethodOptions
from scripted import Code, Scripted, Trouble, make, ride

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
    client.check_vagas(CheckVagasRequest(), timeout=20)
    first, second, third = [each.at for each in server.seen]
    # Longer than any pause that the client would choose.
    assert second - first >= 0.7
    assert third - second >= 0.7


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


def closest(server: Scripted, expected: float, call: Callable[[], object]) -> None:
    """Calls some times: a busy machine may take a part of a deadline before a call is sent."""
    seen: list[float] = []
    for _ in range(5):
        call()
        seen.append(server.seen[-1].remaining or 0)
        assert seen[-1] <= expected * 1.05
        if seen[-1] >= expected * 0.95:
            return
    pytest.fail(f"{seen} instead of {expected}")


@pytest.mark.parametrize("method", CALLS)
def test_the_server_sees_the_deadline(client: Any, server: Scripted, method: str) -> None:
    def call() -> None:
        server.streams.append([ride("a", 1)])
        CALLS[method](client)

    closest(server, methods()[method].timeout, call)


@pytest.mark.parametrize("method", OTHERS)
def test_a_caller_may_set_the_timeout(client: Any, server: Scripted, method: str) -> None:
    closest(server, 5.5, lambda: CALLS[method](client, timeout=5.5))


def test_a_lambda_ends_its_calls_in_time(client: Any, server: Scripted) -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 6_500

    def book(**options: float) -> None:
        with deadline_from(Context()):
            client.processar_reserva(ProcessarReservaRequest(), **options)

    def within(seconds: float) -> None:
        with deadline_from(Context()), deadline(seconds):
            client.processar_reserva(ProcessarReservaRequest())

    closest(server, 6, book)
    closest(server, 6, lambda: within(30))
    closest(server, 4, lambda: within(4))
    closest(server, 5, lambda: book(timeout=5))
    closest(server, 8, lambda: client.processar_reserva(ProcessarReservaRequest()))


def test_the_deadline_holds_for_all_attempts(client: Any, server: Scripted) -> None:
    server.troubles.extend([Trouble(Code.RESOURCE_EXHAUSTED, pushback="1000")] * 2)
    client.get_reservas(GetReservasRequest(), timeout=20)
    remaining = [each.remaining or 0 for each in server.seen]
    assert remaining[0] - remaining[1] >= 0.5, "it is no new deadline"
    assert remaining[1] - remaining[2] >= 0.5


def test_a_server_that_is_silent_is_left_in_time(client: Any, server: Scripted) -> None:
    server.troubles.append(Trouble(Code.OK, silent=True))
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as e:
        client.processar_reserva(ProcessarReservaRequest(), timeout=0.5)
    assert 0.5 <= time.monotonic() - began < 10
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


def test_a_call_has_a_condominium_and_a_trace_of_its_own(kind: str, server: Scripted) -> None:
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    client = make(kind, server.target, condominio="a")
    client.check_vagas(CheckVagasRequest())
    client.check_vagas(CheckVagasRequest(), condominio="b", trace=trace)
    assert [each.metadata["x-tenant-id"] for each in server.seen] == ["a", "b"]
    assert [each.metadata.get("x-amzn-trace-id") for each in server.seen] == [None, trace]
    with pytest.raises(ValueError, match="condominio"):
        client.check_vagas(CheckVagasRequest(), condominio="no spaces")
    for wrong in ("", "Root=1", f"{trace}\n", f"{trace}é"):
        with pytest.raises(ValueError, match="trace"):
            client.check_vagas(CheckVagasRequest(), trace=wrong)
    client.close()


@pytest.mark.parametrize(
    "settings",
    [{"token": "t"}, {"on_behalf_of": "t"}, {"condominio": "no spaces"}, {"condominio": ""}],
)
def test_settings_that_cannot_be_are_refused(kind: str, settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"TLS|condominio"):
        make(kind, "localhost:1", **settings)
