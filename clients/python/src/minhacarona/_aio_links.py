"""Channels of `grpc.aio`, which belong to the event loop in which they were made."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import grpc

from ._call import AttemptFailed, NoToken
from ._links import Link, Links
from .errors import Failure
from .v1.carona_service_pb2_grpc import CaronaServiceStub
from .v1.reserva_service_pb2_grpc import ReservaServiceStub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from ._call import Call, Headers
    from ._core import Core
    from .tokens import Fetched

# Where gRPC's aio was used first.
_process: dict[str, int] = {}

# A loop keeps only weak references to tasks.
_closing: set[asyncio.Task[None]] = set()


class AioLink(Link):
    """A channel and its stubs."""

    def __init__(self, target: str, core: Core) -> None:
        super().__init__()
        credentials = core.credentials()
        self._channel = (
            grpc.aio.secure_channel(target, credentials, options=core.options)
            if credentials
            else grpc.aio.insecure_channel(target, options=core.options)
        )
        self.caronas = CaronaServiceStub(self._channel)
        self.reservas = ReservaServiceStub(self._channel)

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, then)

    def close(self) -> None:
        """Ends calls in flight, soon."""
        task = asyncio.get_running_loop().create_task(self._channel.close())
        _closing.add(task)
        task.add_done_callback(_closing.discard)


class LoopLinks:
    """The links to one target, for each event loop that uses them."""

    def __init__(self, target: str, core: Core) -> None:
        self._target = target
        self._core = core
        self._by_loop: dict[asyncio.AbstractEventLoop, Links[AioLink]] = {}

    def here(self) -> Links[AioLink]:
        """Those of the running loop. Forgets those of loops that are closed."""
        if _process.setdefault("id", os.getpid()) != os.getpid():
            # The parent's event loop lives on in gRPC, which hangs.
            raise RuntimeError("The process was forked after a call: fork before, or spawn")
        loop = asyncio.get_running_loop()
        links = self._by_loop.get(loop)
        if links is None:
            for closed in [each for each in list(self._by_loop) if each.is_closed()]:
                self._by_loop.pop(closed, None)
            links = Links(lambda: AioLink(self._target, self._core), self._core.stamp)
            self._by_loop[loop] = links
        return links

    async def close(self) -> None:
        """Ends calls in flight of the running loop."""
        self.here().close()
        while _closing:
            await asyncio.wait(list(_closing))


class Cancelled(AttemptFailed):
    """A call was cancelled, but not because its caller was."""

    def __init__(self) -> None:
        super().__init__(Failure(grpc.StatusCode.CANCELLED, "The call was cancelled"))


@contextmanager
def told_as_failure() -> Iterator[None]:
    """`grpc.aio` raises CancelledError whoever cancelled a call, were it the server.

    A task that gets it without being cancelled would end as if it had been.
    """
    try:
        yield
    except asyncio.CancelledError as e:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise Cancelled from e


async def headers(core: Core, call: Call, *, fresh: bool = False) -> Headers:
    """Metadata for the next attempt. Waits for a token if there is none."""
    if core.tokens is None:
        return call.headers(None)
    pending = core.tokens.get(call.refused, fresh=fresh)
    await _wait(pending, call.remaining())
    if not pending.done():
        raise NoToken(TimeoutError())
    error = pending.exception()
    if error is not None:
        raise NoToken(error) from error
    return call.headers(pending.result())


async def _wait(pending: Future[Fetched], timeout: float) -> None:  # noqa: ASYNC109
    """Never cancels what others wait for too."""
    if not pending.done():
        waiting = asyncio.get_running_loop().create_future()
        loop = waiting.get_loop()

        def wake(_: object) -> None:
            if not waiting.done():
                waiting.set_result(None)

        def tell(_: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(wake, None)

        pending.add_done_callback(tell)
        await asyncio.wait([waiting], timeout=timeout)
