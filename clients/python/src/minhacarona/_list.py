"""Lists, as iterators that resume."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import grpc

from ._call import AttemptFailed
from ._known import Rest
from ._sync import headers
from .v1.carona_pb2 import Carona

if TYPE_CHECKING:
    from ._call import Call
    from ._core import Core
    from ._links import Links
    from ._sync import ChannelLink, Responses
    from .v1.carona_service_pb2 import (
        CaronaResponse,
        ListCaronasRequest,
    )


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

    @property
    def cursor(self) -> str:
        """Goes on after the last ride when another list gets it as `apos`."""
        return self._rest.cursor

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
                met = self._link.ended(e) if self._link else e
                self._end()
                self._call = self._rest.broken(self._call)
                self._wait(met)
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
