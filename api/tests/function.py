"""The function as Lambda runs it, and all that it can reach."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any, Self

import grpc
from authority import Authority
from issuer import AUDIENCE, Issuer
from proxy import Proxy
from runtime_api import RuntimeApi
from scripted import Scripted

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


def services(authority: Authority) -> Scripted:
    """What the function calls, with a certificate of the authority."""
    pair = authority.issue()
    return Scripted(grpc.ssl_server_credentials([(pair.key, pair.certificate)], authority.pem))


class Function:
    """A process of the function. Its connection to the services can be cut."""

    def __init__(self, folder: Path, authority: Authority, port: int, **more: str) -> None:
        (folder / "ca.pem").write_bytes(authority.pem)
        self.issuer = Issuer(authority, folder)
        self.api = RuntimeApi()
        self.token = self.issuer.token()
        self.proxy = Proxy(port)
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
        for each in (self.issuer, self.api, self.proxy):
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
        for each in (self.proxy, self.api, self.issuer):
            each.__exit__()
        self._log.close()

    def await_ready(self) -> None:
        assert self.api.ready.wait(60)
        assert self.api.init_error is None, self.api.init_error

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def log(self) -> list[dict[str, Any]]:
        self._log.seek(0)
        return [json.loads(line) for line in self._log.read().splitlines()]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        seconds: float = 10,
        token: str = "",
        **more: str,
    ) -> Any:
        headers = {"authorization": f"Bearer {token or self.token}", **more}
        return self.api.invoke(event(method, path, body, headers), seconds, TRACE)

    def book(
        self, seconds: float = 10, key: str | None = None, carona: str = "a", token: str = ""
    ) -> Any:
        return self.ask(
            "POST",
            f"/caronas/{carona}/reservas",
            {},
            seconds,
            token,
            **{"idempotency-key": key or str(uuid.uuid4())},
        )
