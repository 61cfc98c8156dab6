"""The function, run by Lambda's own runtime client: what is deployed, if it was packaged."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from authority import Authority
from function import TRACE, Function, event, services
from scripted import Code, Scripted, Trouble

pytestmark = pytest.mark.packaged

KEY = "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11"


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def server(authority: Authority) -> Iterator[Scripted]:
    with services(authority) as server:
        yield server


@pytest.fixture
def function(tmp_path: Path, authority: Authority, server: Scripted) -> Iterator[Function]:
    with Function(tmp_path, authority, server.port) as function:
        function.await_ready()
        yield function


def test_a_resident_books(function: Function, server: Scripted) -> None:
    for _ in range(3):
        answer = function.book()
        assert answer["statusCode"] == 201, answer
        assert json.loads(answer["body"])["carona_id"] == "a"
        assert answer["headers"]["location"] == "/caronas/a/reservas/eu"
    seen = server.seen[0]
    # The resident of the token, whatever the event says.
    assert (seen.request.usuario_id, seen.request.condominio_id) == ("zeca", "aurora")
    assert seen.metadata["x-on-behalf-of"] == function.token
    assert seen.metadata["authorization"] == "Bearer own"
    assert seen.metadata["x-tenant-id"] == "aurora"
    assert seen.metadata["x-amzn-trace-id"] == TRACE
    # Keys and token are kept from one invocation to the next.
    assert sorted(function.issuer.asked) == ["/oauth2/token", "/pool/.well-known/jwks.json"]
    assert [each["status"] for each in function.log()] == [201] * 3
    assert {each["trace_id"] for each in function.log()} == {TRACE[5:40]}


def of_a_rest_api(told: dict[str, Any]) -> dict[str, Any]:
    """Header names as the caller wrote them, each with a list of values."""
    headers = {name.title(): value for name, value in told["headers"].items()}
    return {
        "resource": "/{proxy+}",
        "path": told["rawPath"],
        "httpMethod": told["requestContext"]["http"]["method"],
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "prod", "identity": {"sourceIp": "127.0.0.1"}},
        "body": told["body"],
        "isBase64Encoded": False,
    }


def of_a_load_balancer(told: dict[str, Any]) -> dict[str, Any]:
    """One value for each name, as long as the target group is not told otherwise."""
    event = of_a_rest_api(told) | {
        "headers": told["headers"],
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:target"}},
    }
    for several in ("multiValueHeaders", "multiValueQueryStringParameters"):
        del event[several]
    return event


def in_base64(told: dict[str, Any]) -> dict[str, Any]:
    """As gateways send a body whose type is not one of text."""
    body = base64.b64encode(told["body"].encode()).decode()
    return told | {"body": body, "isBase64Encoded": True}


@pytest.mark.parametrize("form", [of_a_rest_api, of_a_load_balancer, in_base64])
def test_every_gateway_is_understood(
    function: Function, server: Scripted, form: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    headers = {"authorization": f"Bearer {function.token}", "idempotency-key": KEY}
    told = event("POST", "/caronas/a/reservas", {"vagas": 2}, headers)
    answer = function.api.invoke(form(told), 10)
    assert answer["statusCode"] == 201, answer
    assert json.loads(answer["body"])["usuario_id"] == ""
    assert not answer["isBase64Encoded"]
    request = server.seen[0].request
    assert (request.usuario_id, request.vagas, request.request_id) == ("zeca", 2, KEY)


def test_claims_of_the_event_prove_nothing(function: Function, server: Scripted) -> None:
    answer = function.api.invoke(event("GET", "/caronas/a"), 10)
    assert (answer["statusCode"], json.loads(answer["body"])["reason"]) == (401, "NAO_AUTENTICADO")
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert not answer["isBase64Encoded"]
    assert not server.seen


def test_a_function_answers_before_its_end(function: Function, server: Scripted) -> None:
    assert function.book()["statusCode"] == 201
    server.troubles.extend(Trouble(Code.UNAVAILABLE, silent=True) for _ in range(2))
    key = str(uuid.uuid4())
    answer = function.book(3, key)
    told = json.loads(answer["body"])
    assert (answer["statusCode"], told["reason"]) == (503, "RESULTADO_DESCONHECIDO")
    assert told["idempotency_key"] == key
    remaining = server.seen[-1].remaining
    assert remaining is not None
    assert remaining < 2.5
    read = function.ask("GET", "/caronas/a", None, 1.2)
    assert (read["statusCode"], json.loads(read["body"])["reason"]) == (504, "PRAZO_ESGOTADO")
    # No time is left at all: nothing is begun.
    attempts = len(server.seen)
    late = function.book(0.3)
    assert (late["statusCode"], json.loads(late["body"])["reason"]) == (504, "PRAZO_ESGOTADO")
    assert len(server.seen) == attempts


@pytest.mark.parametrize(("sabotage", "seconds"), [("cut", 1.0), ("forget", 5.5)])
def test_a_thaw_costs_no_request(
    function: Function, server: Scripted, sabotage: str, seconds: float
) -> None:
    assert function.book()["statusCode"] == 201
    for _ in range(2):
        function.freeze()
        # The connections are gone while the process stands still; how long is what is tested.
        assert getattr(function.proxy, sabotage)() >= 1
        time.sleep(seconds)
        function.thaw()
        assert function.book()["statusCode"] == 201
    assert len(server.seen) == 3


def test_a_function_that_takes_everybody_at_their_word_does_not_start(
    tmp_path: Path, authority: Authority, server: Scripted
) -> None:
    with Function(
        tmp_path, authority, server.port, MINHA_CARONA_API_AUTHENTICATION="off"
    ) as function:
        assert function.process.wait(60) != 0
        assert "for one machine and not for AWS" in (tmp_path / "log").read_text()
