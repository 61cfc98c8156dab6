"""Lists and live updates, as asynchronous iterators that resume."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar, cast

import grpc

from ._aio_links import Cancelled, headers, told_as_failure
from ._call import AttemptFailed, failure_of
from ._known import SILENCE, Known, Rest, passes
from .v1.carona_pb2 import Carona

if TYPE_CHECKING:
    from grpc.aio import _EOFType

    from ._aio_links import AioLink, LoopLinks
    from ._call import Call
    from ._core import CallOptions, Core
    from ._links import Links
    from .v1.carona_service_pb2 import (
        CaronaResponse,
        CaronaUpdateRequest,
        CaronaUpdateResponse,
        ListCaronasRequest,
    )


R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Responses(Protocol[R_co]):
    """What gRPC returns for a stream of responses."""

    async def read(self) -> R_co | _EOFType:
        """The next response, or `grpc.aio.EOF`."""
        ...

    def cancel(self) -> bool:
        """Ends the stream."""
        ...


class CaronaList(AsyncIterator[Carona]):
    """The twin of `minhacarona.CaronaList`."""

    def __init__(
        self, core: Core, links: LoopLinks, request: ListCaronasRequest, call: Call
    ) -> None:
        self._core = core
        self._links = links
        self._rest = Rest(request)
        self._call = call
        self._stream: _Stream[CaronaResponse] | None = None
        self._over = False

    @property
    def cursor(self) -> str:
        """Goes on after the last ride when another list gets it as `apos`."""
        return self._rest.cursor

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def __anext__(self) -> Carona:
        while not self._over and not self._rest.over:
            try:
                response = await (self._stream or await self._begin()).take()
            except (grpc.RpcError, AttemptFailed) as e:
                self._end()
                self._call = self._rest.broken(self._call)
                await self._wait(e)
            else:
                if response is None:
                    self._call.answered()
                    break
                return self._rest.took(response)
        self.close()
        raise StopAsyncIteration

    def close(self) -> None:
        """Ends the call, so that the server reads no more for it."""
        self._over = True
        self._end()

    async def _wait(self, error: grpc.RpcError | AttemptFailed) -> None:
        try:
            pause = self._call.failed(error)
        except BaseException:
            self._over = True
            raise
        await asyncio.sleep(pause)

    async def _begin(self) -> _Stream[CaronaResponse]:
        metadata = await headers(self._core, self._call)
        timeout = self._call.remaining()
        links = self._links.here()
        link = links.acquire()
        call = link.caronas.ListCaronasDisponiveis(
            self._rest.request, timeout=timeout, metadata=metadata
        )
        self._stream = _Stream(links, link, call)
        return self._stream

    def _end(self) -> None:
        if self._stream:
            self._stream.end()
            self._stream = None


class Watch(AsyncIterator[Carona]):
    """The twin of `minhacarona.Watch`."""

    def __init__(
        self,
        core: Core,
        links: LoopLinks,
        assinar: CaronaUpdateRequest.Assinar,
        options: CallOptions,
        on_synced: Callable[[], None] | None,
    ) -> None:
        self._core = core
        self._links = links
        self._known = Known(assinar)
        self._options = options
        self._on_synced = on_synced
        self._closed = False
        self._stream: _Stream[CaronaUpdateResponse] | None = None
        # Made anew for each stream, unless the last one's token was refused.
        self._call: Call | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def __anext__(self) -> Carona:
        while not self._closed:
            try:
                response = await (self._stream or await self._begin()).take(SILENCE)
                if response is not None:
                    news = self._known.news(response)
            except TimeoutError:
                await self._again()
            except (grpc.RpcError, AttemptFailed) as e:
                self._end()
                await self._failed(e)
            else:
                if response is None:
                    await self._again()
                    continue
                if response.HasField("sincronizado"):
                    self._synced()
                if news is not None:
                    return news
        self._end()
        raise StopAsyncIteration

    def close(self) -> None:
        """Ends the watch, which then yields no more."""
        self._closed = True
        self._end()

    async def _begin(self) -> _Stream[CaronaUpdateResponse]:
        request = self._known.request()
        if self._call is None:
            self._call = self._core.call("StreamCaronasUpdates", request, self._options)
        # A stream lives as long as its token.
        metadata = await headers(self._core, self._call, fresh=True)
        timeout = self._call.remaining()
        links = self._links.here()
        link = links.acquire()
        call = link.caronas.StreamCaronasUpdates(
            iter([request]), timeout=timeout, metadata=metadata
        )
        self._stream = _Stream(links, link, call)
        return self._stream

    def _synced(self) -> None:
        if self._call:
            self._call.answered()
        if self._on_synced:
            self._on_synced()

    async def _failed(self, error: grpc.RpcError | AttemptFailed) -> None:
        if self._closed:
            return
        if passes(failure_of(error)) or self._call is None:
            await self._again()
        else:
            # Raises the error, unless another token may help.
            await asyncio.sleep(self._call.failed(error))

    async def _again(self) -> None:
        self._end()
        self._call = None
        if not self._closed:
            await asyncio.sleep(self._known.pause())

    def _end(self) -> None:
        if self._stream:
            self._stream.end()
            self._stream = None


class _Stream(Generic[R]):
    """One stream of responses, and the link that it uses."""

    def __init__(self, links: Links[AioLink], link: AioLink, call: Responses[R]) -> None:
        self._links = links
        self._link = link
        self._call = call
        self._ended = False

    async def take(self, patience: float | None = None) -> R | None:
        """The next response, or None at the end. Raises TimeoutError after so much silence."""
        try:
            with told_as_failure():
                response = await asyncio.wait_for(self._call.read(), patience)
        except (grpc.RpcError, AttemptFailed) as e:
            if self._ended and isinstance(e, Cancelled):
                return None
            met = self._link.ended(e)
            if met is e:
                raise
            raise met from e
        if response is grpc.aio.EOF:
            return None
        self._link.heard()
        return cast("R", response)

    def end(self) -> None:
        self._ended = True
        self._call.cancel()
        self._links.release(self._link)
