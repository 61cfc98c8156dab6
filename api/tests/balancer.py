"""nginx in the place of the load balancer, in front of the real services."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import pytest
from authority import Authority

_STARTS_WITHIN = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


class Balancer:
    """Speaks HTTP/2 to clients, with TLS if it has an authority, and sends calls by their path."""

    def __init__(
        self,
        folder: Path,
        caronas: Sequence[str],
        reservas: Sequence[str],
        authority: Authority | None = None,
    ) -> None:
        if not shutil.which("nginx"):
            pytest.skip("nginx is not installed")
        self.port = free_port()
        self._folder = folder
        self._tls = ""
        if authority:
            pair = authority.issue()
            (folder / "balancer.pem").write_bytes(pair.certificate)
            (folder / "balancer.key").write_bytes(pair.key)
            self._tls = (
                f"ssl_certificate {folder}/balancer.pem; ssl_certificate_key {folder}/balancer.key;"
            )
        self._write(caronas, reservas)
        self._process: subprocess.Popen[bytes]

    def route(self, caronas: Sequence[str], reservas: Sequence[str]) -> None:
        """Sends new calls to these tasks only. Clients are asked to connect anew, too."""
        self._write(caronas, reservas)
        self._process.send_signal(signal.SIGHUP)

    def _write(self, caronas: Sequence[str], reservas: Sequence[str]) -> None:
        folder = self._folder
        temporary = "".join(
            f"{each}_temp_path {folder};"
            for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"""
            daemon off; pid {folder}/pid; error_log {folder}/nginx.log;
            events {{ worker_connections 1024; }}
            http {{
              access_log off; {temporary}
              {_upstream("caronas", caronas)}
              {_upstream("reservas", reservas)}
              server {{
                listen 127.0.0.1:{self.port} {"ssl" if self._tls else ""} http2;
                {self._tls}
                location /minhacarona.v1.CaronaService/ {{ grpc_pass grpc://caronas; }}
                location /minhacarona.v1.ReservaService/ {{ grpc_pass grpc://reservas; }}
              }}
            }}
            """
        )

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["nginx", "-p", self._folder, "-c", self._folder / "nginx.conf"]
        )
        end = time.monotonic() + _STARTS_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert self._process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)
            else:
                return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def _upstream(name: str, addresses: Sequence[str]) -> str:
    servers = "".join(f"server {each} max_fails=0;" for each in addresses)
    return f"upstream {name} {{ {servers} keepalive 16; }}"
