"""How errors of the services are told, by a server that answers as the test says."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from conftest import Resident
from minhacarona import Client
from scripted import Code, Scripted, Trouble

from generate import PAGE, of_grpc, page, status
from minhacarona_api import app, auth, logs
from minhacarona_api.edge import Edge
from minhacarona_api.services import Services

KEY = str(uuid.uuid4())


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as server:
        yield server


@pytest.fixture
def zeca(server: Scripted) -> Iterator[Resident]:
    client = Client(server.target, tls=False)
    # No route of this test asks for the table.
    services = Services(client, None, None, None)  # type: ignore[arg-type]
    yield Resident(Edge(app.create(auth.Headers(), services)), "zeca", "aurora")
    client.close()


REASONS = {name: code for name, code in of_grpc().items() if name != "LIMITE_DE_ASSINATURAS"}


def test_the_page_is_current() -> None:
    assert page() == PAGE.read_text("utf-8"), "run generate.py"
    assert len(REASONS) == 19


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_is_told_as_the_page_says(server: Scripted, zeca: Resident, name: str) -> None:
    server.judge = lambda _: Trouble(REASONS[name], name, {"carona_id": "a"}, pushback="-1")
    for writes, response in ((False, zeca.get("/caronas/a")), (True, zeca.book("a", key=KEY))):
        told = response.json()
        expected, reason = status(name, REASONS[name], writes=writes)
        assert (response.status_code, told["reason"]) == (expected, reason)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert told["status"] == response.status_code
        assert told["metadata"] == {"carona_id": "a"}
        assert told["title"]
        assert told["detail"]
        assert response.headers["X-Amzn-Trace-Id"] == f"Root={told['trace_id']}"
        repeat = told.get("idempotency_key")
        assert repeat == (KEY if reason == "RESULTADO_DESCONHECIDO" and writes else None)


def test_the_same_key_goes_with_the_repeat(server: Scripted, zeca: Resident) -> None:
    server.troubles.append(Trouble(Code.UNAVAILABLE, "RESULTADO_DESCONHECIDO", pushback="-1"))
    unknown = zeca.book("a", key=KEY)
    assert unknown.headers["Retry-After"] == "1"
    assert zeca.book("a", key=unknown.json()["idempotency_key"]).status_code == 201
    assert {each.request_id for each in server.requests()} == {KEY}


@pytest.mark.parametrize("code", [Code.UNAVAILABLE, Code.INTERNAL, Code.UNKNOWN, Code.CANCELLED])
def test_what_no_service_has_said(server: Scripted, zeca: Resident, code: grpc.StatusCode) -> None:
    server.judge = lambda _: Trouble(code, pushback="-1")
    read = zeca.get("/caronas/a")
    assert (read.status_code, read.json()["reason"]) == (503, "INDISPONIVEL")
    write = zeca.book("a")
    assert (write.status_code, write.json()["reason"]) == (503, "RESULTADO_DESCONHECIDO")


def test_services_that_are_away(zeca: Resident, server: Scripted) -> None:
    server._server.stop(None).wait()
    read, write = zeca.get("/caronas/a"), zeca.book("a")
    assert (read.status_code, read.json()["reason"]) == (503, "INDISPONIVEL")
    # gRPC does not tell whether a call had been sent when its connection broke.
    assert (write.status_code, write.json()["reason"]) == (503, "RESULTADO_DESCONHECIDO")


def test_overload_says_when_to_come_back(server: Scripted, zeca: Resident) -> None:
    server.judge = lambda _: Trouble(
        Code.RESOURCE_EXHAUSTED, "SOBRECARGA", retry_delay=2.5, pushback="-1"
    )
    assert zeca.get("/caronas/a").headers["Retry-After"] == "3"


def test_a_reason_of_a_newer_service_keeps_its_name(server: Scripted, zeca: Resident) -> None:
    server.judge = lambda _: Trouble(Code.FAILED_PRECONDITION, "NOVA")
    response = zeca.get("/caronas/a")
    assert (response.status_code, response.json()["reason"]) == (409, "NOVA")


def test_violations_have_the_names_that_callers_know(server: Scripted, zeca: Resident) -> None:
    server.judge = lambda _: Trouble(
        Code.INVALID_ARGUMENT,
        "ARGUMENTO_INVALIDO",
        violations={"request_id": "must be", "partida": "must be ahead", "new": "must be"},
    )
    told = zeca.get("/caronas/a").json()["violations"]
    assert [each["campo"] for each in told] == ["Idempotency-Key", "partida", "new"]
    assert "futuro" in told[1]["descricao"]


def test_nobody_gets_in_without_a_proof(server: Scripted, zeca: Resident) -> None:
    zeca._headers.clear()
    response = zeca.book("a")
    assert (response.status_code, response.json()["reason"]) == (401, "NAO_AUTENTICADO")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert not server.seen


def test_a_fault_of_ours_is_told_and_logged_once(
    zeca: Resident, caplog: pytest.LogCaptureFixture
) -> None:
    # There are no residents in these services.
    with caplog.at_level(logging.ERROR):
        read, write = zeca.get("/usuarios/eu"), zeca.send("PUT", "/usuarios/eu", {"nome": "Zé"})
    assert (read.status_code, read.json()["reason"]) == (500, "ERRO_INTERNO")
    assert (write.status_code, write.json()["reason"]) == (503, "RESULTADO_DESCONHECIDO")
    assert [each.levelname for each in caplog.records] == ["ERROR", "ERROR"]


def test_calls_are_bound_to_condominium_and_trace(server: Scripted, zeca: Resident) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    zeca.get("/caronas/a", {"traceparent": trace})
    zeca.get("/caronas", {"x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793"})
    assert [each.metadata["x-amzn-trace-id"] for each in server.seen] == [
        "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1",
        "Root=1-5759e988-bd862e3fe1be46a994272793",
    ]
    assert {each.metadata["x-tenant-id"] for each in server.seen} == {"aurora"}


def test_a_line_a_request_without_personal_data(
    server: Scripted, zeca: Resident, caplog: pytest.LogCaptureFixture
) -> None:
    server.troubles.append(Trouble(Code.NOT_FOUND, "CARONA_NAO_ENCONTRADA"))
    with caplog.at_level(logging.INFO, "access"):
        zeca.send("DELETE", "/caronas/c-17/reservas/eu?motivo=segredo")
        zeca.get("/nada/zeca")
    lines = [json.loads(logs.JsonLines().format(each)) for each in caplog.records]
    assert [each["route"] for each in lines] == ["/caronas/{carona_id}/reservas/eu", "-"]
    assert [each["status"] for each in lines] == [404, 404]
    assert [each["reason"] for each in lines] == ["CARONA_NAO_ENCONTRADA", "ROTA_NAO_ENCONTRADA"]
    for secret in ("zeca", "aurora", "c-17", "segredo"):
        assert secret not in json.dumps(lines)


def test_other_methods_and_bodies(zeca: Resident) -> None:
    response: Any = zeca._http.post(
        "/caronas", content=b"{", headers={**zeca._headers, "Idempotency-Key": KEY}
    )
    assert (response.status_code, response.json()["reason"]) == (400, "ARGUMENTO_INVALIDO")
