"""The Runtime API of Lambda, as far as awslambdaric asks it."""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_ARN = "arn:aws:lambda:sa-east-1:123456789012:function:minha-carona-api"
_PATH = "/2018-06-01/runtime/"


class RuntimeApi:
    """Hands one invocation at a time to the process that asks for it."""

    def __init__(self) -> None:
        self._next: queue.Queue[tuple[str, bytes, int, str]] = queue.Queue()
        self._answers: queue.Queue[tuple[str, str, Any]] = queue.Queue()
        self.ready = threading.Event()
        self.init_error: Any = None
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                assert self.path == f"{_PATH}invocation/next"
                api.ready.set()
                name, event, deadline, trace = api._next.get()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", name)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", _ARN)
                self.send_header("Lambda-Runtime-Trace-Id", trace)
                # The native client of awslambdaric crashes without it.
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                told = json.loads(body) if body else None
                if self.path == f"{_PATH}init/error":
                    api.init_error = told
                    api.ready.set()
                else:
                    _, name, kind = self.path.rsplit("/", 2)
                    api._answers.put((name, kind, told))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"

    def invoke(self, event: dict[str, Any], seconds: float, trace: str = "") -> Any:
        """The handler's answer; the function's timeout is so many seconds from now."""
        name = str(uuid.uuid4())
        deadline = int((time.time() + seconds) * 1_000)
        self._next.put((name, json.dumps(event).encode(), deadline, trace))
        told, kind, answer = self._answers.get(timeout=60)
        assert (told, kind) == (name, "response"), answer
        return answer

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
