"""One attempt at a call with the blocking API of gRPC."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

import grpc

from ._call import NoToken
from ._links import Link, Links
from .v1.carona_service_pb2_grpc import CaronaServiceStub
from .v1.reserva_service_pb2_grpc import ReservaServiceStub

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._call import Call, Headers
    from ._core import Core


R_co = TypeVar("R_co", covariant=True)


class Responses(Protocol[R_co]):
    """What gRPC returns for a stream of responses."""

    def __next__(self) -> R_co: ...

    def cancel(self) -> object:
        """Ends the stream."""
        ...


class ChannelLink(Link):
    """A channel and its stubs."""

    def __init__(self, target: str, core: Core) -> None:
        super().__init__()
        credentials = core.credentials()
        self._channel = (
            grpc.secure_channel(target, credentials, options=core.options)
            if credentials
            else grpc.insecure_channel(target, options=core.options)
        )
        self.caronas = CaronaServiceStub(self._channel)
        self.reservas = ReservaServiceStub(self._channel)

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, then)
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """Ends calls in flight."""
        self._channel.close()


def links(core: Core) -> tuple[Links[ChannelLink], Links[ChannelLink]]:
    """To CaronaService and to ReservaService; the same if they have one address."""
    carona = Links(lambda: ChannelLink(core.carona_target, core), core.stamp)
    if core.reserva_target == core.carona_target:
        return carona, carona
    return carona, Links(lambda: ChannelLink(core.reserva_target, core), core.stamp)


def headers(core: Core, call: Call, *, fresh: bool = False) -> Headers:
    """Metadata for the next attempt. Waits for a token if there is none."""
    if core.tokens is None:
        return call.headers(None)
    pending = core.tokens.get(call.refused, fresh=fresh)
    try:
        return call.headers(pending.result(timeout=call.remaining()))
    except Exception as e:
        if pending.done() and pending.exception() is None:
            raise
        raise NoToken(e) from e
