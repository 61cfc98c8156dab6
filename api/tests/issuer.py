"""Cognito as far as the API sees it: keys, and tokens for the API itself, over HTTPS."""

from __future__ import annotations

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import jwt
from authority import Authority
from cryptography.hazmat.primitives.asymmetric import rsa

AUDIENCE = "residents"


class Key:
    """A key by which an issuer signs."""

    def __init__(self, key_id: str) -> None:
        self.id = key_id
        self.private = rsa.generate_private_key(65_537, 2_048)

    def public(self) -> dict[str, Any]:
        told: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(
            self.private.public_key(), as_dict=True
        )
        return told | {"kid": self.id, "use": "sig", "alg": "RS256"}


def claims(issuer: str, **more: Any) -> dict[str, Any]:
    """Of a resident's ID token; None takes one away."""
    now = int(time.time())
    all_of_them = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": "zeca",
        "token_use": "id",
        "custom:condominio_id": "aurora",
        "iat": now,
        "exp": now + 3_600,
        **more,
    }
    return {name: value for name, value in all_of_them.items() if value is not None}


def sign(key: Key, told: dict[str, Any], algorithm: str = "RS256", kid: str | None = None) -> str:
    return jwt.encode(told, key.private, algorithm, headers={"kid": kid or key.id})


class Issuer:
    """Serves on loopback, with a certificate of a throwaway CA."""

    def __init__(self, authority: Authority, folder: Path) -> None:
        self.key = Key("k1")
        self.asked: list[str] = []
        pair = authority.issue()
        (folder / "issuer.pem").write_bytes(pair.certificate)
        (folder / "issuer.key").write_bytes(pair.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "issuer.pem", folder / "issuer.key")
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                self._answer({"keys": [issuer.key.public()]})

            def do_POST(self) -> None:
                issuer.asked.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer({"access_token": "own", "token_type": "Bearer", "expires_in": 3_600})

            def _answer(self, body: dict[str, Any]) -> None:
                told = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}"
        self.name = f"{self.url}/pool"

    def token(self, **more: Any) -> str:
        return sign(self.key, claims(self.name, **more))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
