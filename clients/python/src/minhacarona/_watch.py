"""Live updates, as an iterator that resumes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Self

import grpc

from ._call import AttemptFailed, failure_of
from ._known import SILENCE, Known, passes
from ._links import Ear
from ._sync import headers
from .v1.carona_pb2 import Carona

if TYPE_CHECKING:
    from ._call import Call
    from ._core import CallOptions, Core
    from ._links import Links
    from ._sync import ChannelLink, Responses
    from .v1.carona_service_pb2 import (
        CaronaUpdateRequest,
        CaronaUpdateResponse,
    )

# How often a watch looks whether its server has fallen silent, in seconds.
_LOOK = 1.0


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

    def __del__(self) -> None:
        if hasattr(self, "_call"):
            self.close()
            self._end()

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
