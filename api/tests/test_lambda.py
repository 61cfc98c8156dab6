"""The function, run by Lambda's own runtime client: what is deployed, if it was packaged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import grpc
import pytest
from authority import Authority
from issuer import AUDIENCE, Issuer
from proxy import Proxy
from runtime_api import RuntimeApi
from scripted import Code, Scripted, Trouble

HERE = Path(__file__).parent
HANDLER = "minhacarona_api.lambda_handler.handler"

# What `check` sets: the unpacked zip, and a Python that has nothing but awslambdaric.
PACKAGE = os.environ.get("MINHA_CARONA_API_PACKAGE")
PYTHON = os.environ.get("MINHA_CARONA_API_PYTHON", sys.executable)

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def event(
    method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Of an HTTP API of API Gateway, with the claims that nobody has checked."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "host": "api", **(headers or {})},
        "requestContext": {
            "authorizer": {"jwt": {"claims": {"sub": "ana", "custom:condominio_id": "outro"}}},
            "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
            "domainName": "api",
            "stage": "$default",
        },
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }


class Function:
    """A process of the function, and all that it can reach."""

    def __init__(self, folder: Path, **more: str) -> None:
        authority = Authority()
        (folder / "ca.pem").write_bytes(authority.pem)
        pair = authority.issue()
        self.server = Scripted(
            grpc.ssl_server_credentials([(pair.key, pair.certificate)], authority.pem)
        )
        self.issuer = Issuer(authority, folder)
        self.api = RuntimeApi()
        self.token = self.issuer.token()
        self.proxy = Proxy(self.server.port)
        source = f"{HERE.parent / 'src'}:{HERE.parents[1] / 'clients/python/src'}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": PACKAGE or source,
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "AWS_LAMBDA_FUNCTION_NAME": "minha-carona-api",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_REGION": "sa-east-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "MINHA_CARONA_TARGET": f"localhost:{self.proxy.port}",
            "MINHA_CARONA_API_ISSUER": self.issuer.name,
            "MINHA_CARONA_API_AUDIENCES": AUDIENCE,
            "MINHA_CARONA_API_TOKEN_ENDPOINT": f"{self.issuer.url}/oauth2/token",
            "MINHA_CARONA_API_CLIENT_ID": "api",
            "MINHA_CARONA_API_CLIENT_SECRET": "secret",
            # The throwaway CA, for urllib and for gRPC.
            "SSL_CERT_FILE": str(folder / "ca.pem"),
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(folder / "ca.pem"),
            "GRPC_VERBOSITY": "ERROR",
            **more,
        }
        self._log = (folder / "log").open("w+")
        self.process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        for each in (self.server, self.issuer, self.api, self.proxy):
            each.__enter__()
        self.process = subprocess.Popen(
            [PYTHON, "-m", "awslambdaric", HANDLER],
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for each in (self.proxy, self.api, self.issuer, self.server):
            each.__exit__()
        self._log.close()

    def log(self) -> list[dict[str, Any]]:
        self._log.seek(0)
        return [json.loads(line) for line in self._log.read().splitlines()]

    def ask(
        self, method: str, path: str, body: Any = None, seconds: float = 10, **more: str
    ) -> Any:
        headers = {"authorization": f"Bearer {self.token}", **more}
        return self.api.invoke(event(method, path, body, headers), seconds, TRACE)

    def book(self, seconds: float = 10, key: str | None = None) -> Any:
        return self.ask(
            "POST",
            "/caronas/a/reservas",
            {},
            seconds,
            **{"idempotency-key": key or str(uuid.uuid4())},
        )


@pytest.fixture
def function(tmp_path: Path) -> Iterator[Function]:
    with Function(tmp_path) as function:
        assert function.api.ready.wait(60)
        assert function.api.init_error is None, function.api.init_error
        yield function


def test_a_resident_books(function: Function) -> None:
    for _ in range(3):
        answer = function.book()
        assert answer["statusCode"] == 201, answer
        assert json.loads(answer["body"])["carona_id"] == "a"
        assert answer["headers"]["location"] == "/caronas/a/reservas/eu"
    seen = function.server.seen[0]
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


def test_claims_of_the_event_prove_nothing(function: Function) -> None:
    answer = function.api.invoke(event("GET", "/caronas/a"), 10)
    assert (answer["statusCode"], json.loads(answer["body"])["reason"]) == (401, "NAO_AUTENTICADO")
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert not answer["isBase64Encoded"]
    assert not function.server.seen


def test_a_function_answers_before_its_end(function: Function) -> None:
    assert function.book()["statusCode"] == 201
    function.server.troubles.extend(Trouble(Code.UNAVAILABLE, silent=True) for _ in range(2))
    key = str(uuid.uuid4())
    answer = function.book(3, key)
    told = json.loads(answer["body"])
    assert (answer["statusCode"], told["reason"]) == (503, "RESULTADO_DESCONHECIDO")
    assert told["idempotency_key"] == key
    remaining = function.server.seen[-1].remaining
    assert remaining is not None
    assert remaining < 2.5
    read = function.ask("GET", "/caronas/a", None, 1.5)
    assert (read["statusCode"], json.loads(read["body"])["reason"]) == (504, "PRAZO_ESGOTADO")
    # No time is left at all: nothing is begun.
    attempts = len(function.server.seen)
    late = function.book(0.3)
    assert (late["statusCode"], json.loads(late["body"])["reason"]) == (504, "PRAZO_ESGOTADO")
    assert len(function.server.seen) == attempts


@pytest.mark.parametrize(("sabotage", "seconds"), [("cut", 1.0), ("forget", 5.5)])
def test_a_thaw_costs_no_request(function: Function, sabotage: str, seconds: float) -> None:
    assert function.book()["statusCode"] == 201
    for _ in range(2):
        function.process.send_signal(signal.SIGSTOP)
        # The connections are gone while the process stands still; how long is what is tested.
        assert getattr(function.proxy, sabotage)() >= 1
        time.sleep(seconds)
        function.process.send_signal(signal.SIGCONT)
        assert function.book()["statusCode"] == 201
    assert len(function.server.seen) == 3


def test_a_function_that_takes_everybody_at_their_word_does_not_start(tmp_path: Path) -> None:
    with Function(tmp_path, MINHA_CARONA_API_AUTHENTICATION="off") as function:
        assert function.process.wait(60) != 0
        assert "for one machine and not for AWS" in (tmp_path / "log").read_text()
