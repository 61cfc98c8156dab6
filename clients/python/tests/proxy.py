"""A TCP proxy that cuts connections, or forgets them as a router does that was replaced."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Self


class Proxy:
    """Passes bytes on until it is told otherwise. Connections that come later are as new."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.target = f"127.0.0.1:{self.port}"
        self._connections: list[_Connection] = []
        # How many bytes went either way.
        self.passed = 0
        self._all: list[_Connection] = []
        self._lock = threading.Lock()
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone would not end a thread that accepts.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for each in self._all:
            each.cut()

    def cut(self) -> int:
        """Resets all connections. Returns how many there were."""
        return self._each("cut")

    def forget(self) -> int:
        """Swallows from now on what connections send, and answers nothing."""
        return self._each("forget")

    def _count(self, data: bytes) -> None:
        with self._lock:
            self.passed += len(data)

    def _each(self, what: str) -> int:
        with self._lock:
            gone, self._connections = self._connections, []
        for each in gone:
            getattr(each, what)()
        return len(gone)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                with self._lock:
                    self._connections.append(_Connection(client, server, self._count))
                    self._all.append(self._connections[-1])


class _Connection:
    def __init__(
        self, client: socket.socket, server: socket.socket, count: Callable[[bytes], None]
    ) -> None:
        self._count = count
        self._client = client
        self._server = server
        self._forgotten = False
        for a, b in ((client, server), (server, client)):
            threading.Thread(target=self._pass, args=(a, b), daemon=True).start()

    def cut(self) -> None:
        for each in (self._client, self._server):
            with contextlib.suppress(OSError):
                # Closing with a linger of 0 s sends a reset.
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def forget(self) -> None:
        self._forgotten = True

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if not self._forgotten:
                    self._count(data)
                    sink.sendall(data)
            if not self._forgotten:
                sink.shutdown(socket.SHUT_WR)
