"""What happens around every request: deadline, trace, bounds, and its line in the log."""

from __future__ import annotations

import logging
import os
import time
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from minhacarona import deadline_from
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from . import logs, problems, trace

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger(__name__)

# Many times the largest request, with every text at its longest.
MAX_BODY = 16 * 1024
_TOO_LARGE = 413


class Edge:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Is called by the server or by Mangum."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        current = trace.begin(Headers(scope=scope), os.environ)
        answer = _Answer(send)
        began = time.monotonic()
        try:
            with _deadline(scope):
                await self._app(scope, _bounded(receive), answer.send)
        except Exception:  # noqa: BLE001  Nobody else would tell or log it.
            _LOG.exception("A fault of ours")
            if not answer.status:
                await problems.internal(scope["method"])(scope, receive, answer.send)
        finally:
            context = scope.get("aws.context")
            logs.access(
                method=scope["method"],
                # The route and not the path, which has ids in it.
                route=getattr(scope.get("route"), "path", "-"),
                status=answer.status,
                reason=current.reason or "-",
                duration_ms=round((time.monotonic() - began) * 1000, 1),
                trace_id=current.root,
                request_id=getattr(context, "aws_request_id", "-"),
            )


class _Answer:
    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message.setdefault("headers", []).append(
                (b"x-amzn-trace-id", f"Root={trace.root()}".encode())
            )
        await self._send(message)


def _deadline(scope: dict[str, Any] | Scope) -> AbstractContextManager[None]:
    context = scope.get("aws.context")
    return deadline_from(context) if context else nullcontext()


def _bounded(receive: Receive) -> Receive:
    got = 0

    async def bounded() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > MAX_BODY:
            raise HTTPException(_TOO_LARGE)
        return message

    return bounded
