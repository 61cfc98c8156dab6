"""The twin of the blocking client for asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeVar

import grpc

from ._aio_links import LoopLinks, headers, told_as_failure
from ._aio_streams import CaronaList, Watch
from ._call import AttemptFailed
from ._core import CallOptions, Core, identified

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Unpack

    from google.protobuf.message import Message

    from ._aio_links import AioLink
    from ._call import Headers
    from .tls import Tls
    from .tokens import TokenSource
    from .v1 import carona_service_pb2 as carona_pb
    from .v1 import reserva_service_pb2 as reserva_pb
    from .v1.carona_pb2 import Carona
    from .v1.reserva_pb2 import Reserva

Q = TypeVar("Q", bound="Message")
R = TypeVar("R")


class Client:
    """Does what `minhacarona.Client` does, and takes the same settings.

    One client serves any number of event loops, one after the other or at a time: it has a channel
    for each. A loop that ends without `close` costs nothing but its channels, until another begins.
    A process must fork before its first call.
    """

    def __init__(
        self,
        target: str,
        *,
        reserva_target: str | None = None,
        tls: Tls | bool = True,
        token: str | TokenSource | None = None,
        on_behalf_of: str | None = None,
        condominio: str | None = None,
        direct: bool = False,
    ) -> None:
        self._core = Core(
            target,
            reserva_target=reserva_target,
            tls=tls,
            token=token,
            on_behalf_of=on_behalf_of,
            condominio=condominio,
            direct=direct,
        )
        self._caronas = LoopLinks(target, self._core)
        self._reservas = (
            self._caronas
            if self._core.reserva_target == target
            else LoopLinks(self._core.reserva_target, self._core)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends calls in flight of the running event loop, and frees its channels."""
        await self._caronas.close()
        await self._reservas.close()

    async def create_carona(
        self, request: carona_pb.CreateCaronaRequest, **options: Unpack[CallOptions]
    ) -> Carona:
        """Offers a ride. A repeat with the same `request_id` returns the same ride."""
        response = await self._unary(
            "CreateCarona",
            self._caronas,
            lambda link: link.caronas.CreateCarona,
            identified(request),
            options,
        )
        return response.carona

    async def get_carona(
        self, request: carona_pb.GetCaronaRequest, **options: Unpack[CallOptions]
    ) -> Carona:
        """Returns one ride."""
        response = await self._unary(
            "GetCarona", self._caronas, lambda link: link.caronas.GetCarona, request, options
        )
        return response.carona

    async def check_vagas(
        self, request: carona_pb.CheckVagasRequest, **options: Unpack[CallOptions]
    ) -> carona_pb.CheckVagasResponse:
        """Tells how many seats are left."""
        return await self._unary(
            "CheckVagas", self._caronas, lambda link: link.caronas.CheckVagas, request, options
        )

    async def update_carona_status(
        self, request: carona_pb.UpdateCaronaStatusRequest, **options: Unpack[CallOptions]
    ) -> Carona:
        """Moves a ride along. To ask for the status that it has changes nothing."""
        response = await self._unary(
            "UpdateCaronaStatus",
            self._caronas,
            lambda link: link.caronas.UpdateCaronaStatus,
            request,
            options,
        )
        return response.carona

    def list_caronas_disponiveis(
        self, request: carona_pb.ListCaronasRequest, **options: Unpack[CallOptions]
    ) -> CaronaList:
        """Lists open rides by departure, read as they are iterated; each appears once."""
        call = self._core.call("ListCaronasDisponiveis", request, options)
        return CaronaList(self._core, self._caronas, request, call)

    def watch_caronas(
        self,
        caronas: carona_pb.CaronaUpdateRequest.Assinar,
        *,
        on_synced: Callable[[], None] | None = None,
        on_behalf_of: str | None = None,
    ) -> Watch:
        """Follows rides, named ones or all of a condominium, until the watch is closed.

        `on_synced` is called after the first states of all rides, and again after each
        interruption.
        """
        options = CallOptions(on_behalf_of=on_behalf_of) if on_behalf_of else CallOptions()
        return Watch(self._core, self._caronas, caronas, options, on_synced)

    async def processar_reserva(
        self, request: reserva_pb.ProcessarReservaRequest, **options: Unpack[CallOptions]
    ) -> reserva_pb.ReservaResponse:
        """Books seats. A repeat with the same `request_id` books no more."""
        return await self._unary(
            "ProcessarReserva",
            self._reservas,
            lambda link: link.reservas.ProcessarReserva,
            identified(request),
            options,
        )

    async def get_reservas(
        self, request: reserva_pb.GetReservasRequest, **options: Unpack[CallOptions]
    ) -> list[Reserva]:
        """Returns the reservations of a ride, by resident. At most 50 of them are confirmed."""

        async def read(link: AioLink, left: float, metadata: Headers) -> list[Reserva]:
            responses = link.reservas.GetReservas(request, timeout=left, metadata=metadata)
            return [response.reserva async for response in responses]

        return await self._run("GetReservas", self._reservas, read, request, options)

    async def update_reserva_status(
        self, request: reserva_pb.UpdateReservaStatusRequest, **options: Unpack[CallOptions]
    ) -> Reserva:
        """Cancels a reservation, or tells what became of it."""
        response = await self._unary(
            "UpdateReservaStatus",
            self._reservas,
            lambda link: link.reservas.UpdateReservaStatus,
            request,
            options,
        )
        return response.reserva

    async def _unary(
        self,
        name: str,
        links: LoopLinks,
        method: Callable[[AioLink], grpc.aio.UnaryUnaryMultiCallable[Q, R]],
        request: Q,
        options: CallOptions,
    ) -> R:
        return await self._run(
            name,
            links,
            lambda link, timeout, metadata: method(link)(
                request, timeout=timeout, metadata=metadata
            ),
            request,
            options,
        )

    async def _run(
        self,
        name: str,
        links: LoopLinks,
        attempt: Callable[[AioLink, float, Headers], Awaitable[R]],
        request: Message,
        options: CallOptions,
    ) -> R:
        call = self._core.call(name, request, options)
        while True:
            try:
                metadata = await headers(self._core, call)
                with links.here().lease() as link, told_as_failure():
                    result = await attempt(link, call.remaining(), metadata)
                    link.heard()
            except (grpc.RpcError, AttemptFailed) as e:
                await asyncio.sleep(call.failed(e))
            else:
                call.answered()
                return result
