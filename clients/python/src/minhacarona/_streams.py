"""Lists and live updates, as iterators that resume."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import grpc

from ._call import AttemptFailed, failure_of
from ._known import SILENCE, Known, Rest, passes
from ._links import Ear
from ._sync import headers
from .v1.carona_pb2 import Carona

if TYPE_CHECKING:
    from ._call import Call
    from ._core import CallOptions, Core
    from ._links import Links
    from ._sync import ChannelLink
    from .v1.carona_service_pb2 import (
        CaronaResponse,
        CaronaUpdateRequest,
        CaronaUpdateResponse,
        ListCaronasRequest,
    )

R_co = TypeVar("R_co", covariant=True)


class Responses(Protocol[R_co]):
    """What gRPC returns for a stream of responses."""

    def __next__(self) -> R_co: ...

    def cancel(self) -> object:
        """Ends the stream."""
        ...


# How often a watch looks whether its server has fallen silent, in seconds.
_LOOK = 1.0


class CaronaList(Iterator[Carona]):
    """Open rides as they arrive; the server sends no faster than they are taken.

    A list that breaks goes on after the last ride. Close it to stop before its end. Not
    thread-safe.
    """

    def __init__(
        self, core: Core, links: Links[ChannelLink], request: ListCaronasRequest, call: Call
    ) -> None:
        self._core = core
        self._links = links
        self._rest = Rest(request)
        self._call = call
        self._link: ChannelLink | None = None
        self._responses: Responses[CaronaResponse] | None = None
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_over"):
            self.close()

    def __next__(self) -> Carona:
        while not self._over and not self._rest.over:
            try:
                response = next(self._responses or self._begin())
            except StopIteration:
                self._call.answered()
                break
            except (grpc.RpcError, AttemptFailed) as e:
                self._end()
                self._call = self._rest.broken(self._call)
                self._wait(e)
            else:
                if self._link:
                    self._link.heard()
                return self._rest.took(response)
        self.close()
        raise StopIteration

    def _wait(self, error: grpc.RpcError | AttemptFailed) -> None:
        try:
            pause = self._call.failed(error)
        except BaseException:
            self._over = True
            raise
        time.sleep(pause)

    def close(self) -> None:
        """Ends the call, so that the server reads no more for it."""
        self._over = True
        self._end()

    def _begin(self) -> Responses[CaronaResponse]:
        metadata = headers(self._core, self._call)
        timeout = self._call.remaining()
        self._link = self._links.acquire()
        self._responses = self._link.caronas.ListCaronasDisponiveis(
            self._rest.request, timeout=timeout, metadata=metadata
        )
        return self._responses

    def _end(self) -> None:
        if self._responses is not None:
            self._responses.cancel()
            self._responses = None
        if self._link is not None:
            self._links.release(self._link)
            self._link = None


class Watch(Iterator[Carona]):
    """The states of rides, first those that are, then each change, until it is closed.

    When the stream ends because a server drains, breaks or falls silent, opens another one and
    sends the versions that it knows, so that nothing comes twice. Leaves out outdated states while
    the caller is slow. An older state of a ride comes again only when the services' table was
    restored to an earlier time. `close` may be called by another thread.
    """

    def __init__(
        self,
        core: Core,
        links: Links[ChannelLink],
        assinar: CaronaUpdateRequest.Assinar,
        options: CallOptions,
        on_synced: Callable[[], None] | None,
    ) -> None:
        self._core = core
        self._links = links
        self._known = Known(assinar)
        self._options = options
        self._on_synced = on_synced
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._stream: _Stream | None = None
        # Made anew for each stream, unless the last one's token was refused.
        self._call: Call | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __next__(self) -> Carona:
        while not self._closed.is_set():
            try:
                response = (self._stream or self._begin()).take()
                news = self._known.news(response)
            except StopIteration:
                self._end()
                self._again()
            except (grpc.RpcError, AttemptFailed) as e:
                self._end()
                self._failed(e)
            else:
                if response.HasField("sincronizado"):
                    self._synced()
                if news is not None:
                    return news
        self._end()
        raise StopIteration

    def close(self) -> None:
        """Ends the watch, which then yields no more."""
        self._closed.set()
        with self._lock:
            if self._stream:
                self._stream.cancel()

    def _begin(self) -> _Stream:
        request = self._known.request()
        if self._call is None:
            self._call = self._core.call("StreamCaronasUpdates", request, self._options)
        # A stream lives as long as its token.
        metadata = headers(self._core, self._call, fresh=True)
        timeout = self._call.remaining()
        link = self._links.acquire()
        responses = link.caronas.StreamCaronasUpdates(
            iter([request]), timeout=timeout, metadata=metadata
        )
        with self._lock:
            self._stream = _Stream(self._links, link, responses)
            if self._closed.is_set():
                self._stream.cancel()
            return self._stream

    def _synced(self) -> None:
        if self._call:
            self._call.answered()
        if self._on_synced:
            self._on_synced()

    def _failed(self, error: grpc.RpcError | AttemptFailed) -> None:
        if self._closed.is_set():
            return
        if passes(failure_of(error)) or self._call is None:
            self._again()
        else:
            # Raises the error, unless another token may help.
            self._closed.wait(self._call.failed(error))

    def _again(self) -> None:
        self._call = None
        self._closed.wait(self._known.pause())

    def _end(self) -> None:
        with self._lock:
            if self._stream:
                self._stream.end()
                self._stream = None


class _Stream:
    """One stream, which is cancelled when its server falls silent."""

    def __init__(
        self,
        links: Links[ChannelLink],
        link: ChannelLink,
        responses: Responses[CaronaUpdateResponse],
    ) -> None:
        self._links = links
        self._link = link
        self._responses = responses
        self._ear = Ear()
        self._over = threading.Event()
        threading.Thread(target=self._listen, name="carona-watch", daemon=True).start()

    def take(self) -> CaronaUpdateResponse:
        response = next(self._responses)
        self._ear.heard()
        self._link.heard()
        return response

    def cancel(self) -> None:
        self._over.set()
        self._responses.cancel()

    def end(self) -> None:
        self.cancel()
        self._links.release(self._link)

    def _listen(self) -> None:
        while not self._over.wait(_LOOK):
            if self._ear.silence() > SILENCE:
                self.cancel()
