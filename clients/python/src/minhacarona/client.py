"""The blocking client."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self, TypeVar

import grpc

from ._call import AttemptFailed
from ._core import CallOptions, Core, identified
from ._list import CaronaList
from ._sync import headers, links
from ._watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from google.protobuf.message import Message

    from ._call import Headers
    from ._links import Links
    from ._sync import ChannelLink
    from .tls import Tls
    from .tokens import TokenSource
    from .v1 import carona_service_pb2 as carona_pb
    from .v1 import reserva_service_pb2 as reserva_pb
    from .v1.carona_pb2 import Carona
    from .v1.reserva_pb2 import Reserva

Q = TypeVar("Q", bound="Message")
R = TypeVar("R")


class Client:
    """Calls both services, and blocks until they answer. Thread-safe; keep one for the process.

    Connects with its first call, and anew in a process that was forked while no call was in flight.
    Ends each call in time, and
    repeats it where the contract says that a repeat is safe. Adds a `request_id` to requests
    without one. Raises `Refused`, `OutcomeUnknown` or `Failed` when a call does not succeed.

    - `target`: a gRPC name of both services, such as `dns:///minha-carona.internal:443`
    - `reserva_target`: an address of its own for ReservaService
    - `tls`: True trusts public CAs; False is plaintext, for services on the same machine
    - `token`: proves who calls: a text that never changes, or what fetches tokens
    - `on_behalf_of`: the token of a resident for whom every call is made
    - `condominio`: binds every call to a condominium, so that it finds no rides of others
    - `direct`: the names lead to the services themselves and not to a load balancer, so the client
      asks each for its health; the services allow that to callers with a client certificate
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
        self._caronas, self._reservas = links(self._core)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends calls in flight."""
        self._caronas.close()
        self._reservas.close()

    def create_carona(
        self, request: carona_pb.CreateCaronaRequest, **options: Unpack[CallOptions]
    ) -> Carona:
        """Offers a ride. A repeat with the same `request_id` returns the same ride."""
        return self._unary(
            "CreateCarona",
            self._caronas,
            lambda link: link.caronas.CreateCarona,
            identified(request),
            options,
        ).carona

    def get_carona(
        self, request: carona_pb.GetCaronaRequest, **options: Unpack[CallOptions]
    ) -> Carona:
        """Returns one ride."""
        return self._unary(
            "GetCarona", self._caronas, lambda link: link.caronas.GetCarona, request, options
        ).carona

    def check_vagas(
        self, request: carona_pb.CheckVagasRequest, **options: Unpack[CallOptions]
    ) -> carona_pb.CheckVagasResponse:
        """Tells how many seats are left."""
        return self._unary(
            "CheckVagas", self._caronas, lambda link: link.caronas.CheckVagas, request, options
        )

    def update_carona_status(
        self, request: carona_pb.UpdateCaronaStatusRequest, **options: Unpack[CallOptions]
    ) -> Carona:
        """Moves a ride along. To ask for the status that it has changes nothing."""
        return self._unary(
            "UpdateCaronaStatus",
            self._caronas,
            lambda link: link.caronas.UpdateCaronaStatus,
            request,
            options,
        ).carona

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

    def processar_reserva(
        self, request: reserva_pb.ProcessarReservaRequest, **options: Unpack[CallOptions]
    ) -> reserva_pb.ReservaResponse:
        """Books seats. A repeat with the same `request_id` books no more."""
        return self._unary(
            "ProcessarReserva",
            self._reservas,
            lambda link: link.reservas.ProcessarReserva,
            identified(request),
            options,
        )

    def get_reservas(
        self, request: reserva_pb.GetReservasRequest, **options: Unpack[CallOptions]
    ) -> list[Reserva]:
        """Returns the reservations of a ride, by resident. At most 50 of them are confirmed."""

        def read(link: ChannelLink, timeout: float, metadata: Headers) -> list[Reserva]:
            responses = link.reservas.GetReservas(request, timeout=timeout, metadata=metadata)
            return [response.reserva for response in responses]

        return self._run("GetReservas", self._reservas, read, request, options)

    def update_reserva_status(
        self, request: reserva_pb.UpdateReservaStatusRequest, **options: Unpack[CallOptions]
    ) -> Reserva:
        """Cancels a reservation, or tells what became of it."""
        return self._unary(
            "UpdateReservaStatus",
            self._reservas,
            lambda link: link.reservas.UpdateReservaStatus,
            request,
            options,
        ).reserva

    def _unary(
        self,
        name: str,
        links: Links[ChannelLink],
        method: Callable[[ChannelLink], grpc.UnaryUnaryMultiCallable[Q, R]],
        request: Q,
        options: CallOptions,
    ) -> R:
        return self._run(
            name,
            links,
            lambda link, timeout, metadata: method(link)(
                request, timeout=timeout, metadata=metadata
            ),
            request,
            options,
        )

    def _run(
        self,
        name: str,
        links: Links[ChannelLink],
        attempt: Callable[[ChannelLink, float, Headers], R],
        request: Message,
        options: CallOptions,
    ) -> R:
        call = self._core.call(name, request, options)
        while True:
            try:
                metadata = headers(self._core, call)
                with links.lease() as link:
                    result = attempt(link, call.remaining(), metadata)
                    link.heard()
            except (grpc.RpcError, AttemptFailed) as e:
                time.sleep(call.failed(e))
            else:
                call.answered()
                return result
