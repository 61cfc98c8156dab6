"""The client credentials grant, from an issuer that answers as the test says."""

from __future__ import annotations

import base64
import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from authority import Authority

from minhacarona import client_credentials

AUTHORITY = Authority()
SERVER = AUTHORITY.issue()


class Issuer(http.server.BaseHTTPRequestHandler):
    answer: tuple[int, bytes] = (200, b"{}")
    asked: ClassVar[list[tuple[str | None, bytes]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.asked.append((self.headers["Authorization"], self.rfile.read(length)))
        code, body = self.answer
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "https://localhost:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, pem in (("ca", AUTHORITY.pem), ("c", SERVER.certificate), ("k", SERVER.key)):
        (tmp_path / name).write_bytes(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca"))
    monkeypatch.setattr(Issuer, "asked", [])
    issuer = http.server.HTTPServer(("localhost", 0), Issuer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c", tmp_path / "k")
    issuer.socket = context.wrap_socket(issuer.socket, server_side=True)
    thread = threading.Thread(target=issuer.serve_forever)
    thread.start()
    yield f"https://localhost:{issuer.server_port}/oauth2/token"
    issuer.shutdown()
    thread.join()
    issuer.server_close()


def test_client_credentials(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}'
    monkeypatch.setattr(Issuer, "answer", (200, body))
    before = time.time()
    token = client_credentials(endpoint, "id:1", "s/ecret", "a/b", "c")()
    assert token.value == "abc"
    assert before + 3_600 <= token.expires_at <= time.time() + 3_600
    authorization, form = Issuer.asked[0]
    assert authorization == "Basic " + base64.b64encode(b"id%3A1:s%2Fecret").decode()
    assert form == b"grant_type=client_credentials&scope=a%2Fb+c"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((400, b'{"error": "invalid_client"}'), r"answered 400 \(invalid_client\)$"),
        ((500, b"<html>abc</html>"), r"answered 500 \(no code\)$"),
        ((400, b'{"error": "<script>"}'), r"answered 400 \(no code\)$"),
        ((302, b""), r"answered 302 \(no code\)$"),
        ((200, b"abc"), "without a bearer token$"),
        ((200, b'{"access_token": "abc", "token_type": "mac"}'), "without a bearer token$"),
        ((200, b'{"access_token": "abc", "token_type": "bearer"}'), "when the token expires$"),
    ],
)
def test_an_issuer_that_gives_no_token(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, bytes], told: str
) -> None:
    monkeypatch.setattr(Issuer, "answer", answer)
    with pytest.raises(OSError, match=told) as e:
        client_credentials(endpoint, "id", "hush")()
    assert "hush" not in str(e.value)


def test_a_secret_is_sent_over_https_only() -> None:
    with pytest.raises(ValueError, match="HTTPS only"):
        client_credentials("http://localhost/token", "id", "secret")
