"""A server that answers as a test says, and a blocking face for both clients."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent import futures
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

import minhacarona
from minhacarona import aio
from minhacarona.v1 import carona_service_pb2 as carona_pb
from minhacarona.v1 import carona_service_pb2_grpc as carona_grpc
from minhacarona.v1 import reserva_service_pb2 as reserva_pb
from minhacarona.v1 import reserva_service_pb2_grpc as reserva_grpc
from minhacarona.v1.carona_pb2 import Carona
from minhacarona.v1.reserva_pb2 import Reserva

if TYPE_CHECKING:
    from google.protobuf.message import Message

Code = grpc.StatusCode


@dataclass
class Trouble(Exception):
    """How the server ends an attempt."""

    code: grpc.StatusCode
    reason: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    violations: dict[str, str] = field(default_factory=dict)
    retry_delay: float | None = None
    pushback: str | None = None
    # Whether the server answers at all.
    silent: bool = False

    def trailers(self) -> tuple[tuple[str, str | bytes], ...]:
        status = status_pb2.Status(code=self.code.value[0], message="told")
        details: list[Message] = []
        if self.reason:
            details.append(
                error_details_pb2.ErrorInfo(
                    domain="minhacarona.com.br", reason=self.reason, metadata=self.metadata
                )
            )
        if self.violations:
            bad = error_details_pb2.BadRequest()
            for name, description in self.violations.items():
                bad.field_violations.add(field=name, description=description)
            details.append(bad)
        if self.retry_delay is not None:
            delay = duration_pb2.Duration()
            delay.FromMilliseconds(int(self.retry_delay * 1000))
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        for each in details:
            packed = any_pb2.Any()
            packed.Pack(each)
            status.details.append(packed)
        trailers: list[tuple[str, str | bytes]] = []
        if details:
            trailers.append(("grpc-status-details-bin", status.SerializeToString()))
        if self.pushback is not None:
            trailers.append(("grpc-retry-pushback-ms", self.pushback))
        return tuple(trailers)


@dataclass(frozen=True)
class Seen:
    """An attempt, as the server saw it."""

    method: str
    request: Any
    metadata: dict[str, str | bytes]
    remaining: float | None
    at: float
    peer: str


def ride(name: str, versao: int, *, inicial: bool = False) -> carona_pb.CaronaUpdateResponse:
    return carona_pb.CaronaUpdateResponse(
        atualizacao=carona_pb.CaronaUpdateResponse.Atualizacao(
            carona=Carona(id=name, versao=versao), inicial=inicial
        )
    )


class Scripted(carona_grpc.CaronaServiceServicer, reserva_grpc.ReservaServiceServicer):
    """Ends each attempt with the next trouble, or else answers it."""

    def __init__(self, credentials: grpc.ServerCredentials | None = None) -> None:
        self.seen: list[Seen] = []
        self.troubles: deque[Trouble] = deque()
        # Looks at each attempt, and may end it.
        self.judge: Callable[[Seen], Trouble | None] = lambda _: None
        # Of each list: after how many rides it breaks, and how.
        self.breaks: deque[tuple[int, Trouble]] = deque()
        # Of each watch: what it sends; the last one stays open.
        self.streams: deque[list[carona_pb.CaronaUpdateResponse]] = deque()
        self.gone = threading.Event()
        self._server = grpc.server(futures.ThreadPoolExecutor(16))
        carona_grpc.add_CaronaServiceServicer_to_server(self, self._server)
        reserva_grpc.add_ReservaServiceServicer_to_server(self, self._server)
        self.port = (
            self._server.add_secure_port("127.0.0.1:0", credentials)
            if credentials
            else self._server.add_insecure_port("127.0.0.1:0")
        )
        self.target = f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gone.set()
        self._server.stop(None).wait()

    def check_health(self, *, serving: bool) -> None:
        servicer = health.HealthServicer()
        status = health_pb2.HealthCheckResponse
        servicer.set("", status.SERVING if serving else status.NOT_SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(servicer, self._server)

    def requests(self) -> list[Any]:
        return [each.request for each in self.seen]

    def _attempt(self, method: str, request: Any, context: grpc.ServicerContext) -> None:
        metadata = dict(context.invocation_metadata())
        seen = Seen(
            method,
            request,
            metadata,
            context.time_remaining(),
            time.monotonic(),
            context.peer(),
        )
        self.seen.append(seen)
        trouble = self.judge(seen) or (self.troubles.popleft() if self.troubles else None)
        if trouble:
            self._end(trouble, context)

    def _end(self, trouble: Trouble, context: grpc.ServicerContext) -> None:
        if trouble.silent:
            self.gone.wait(20)
        context.set_trailing_metadata(trouble.trailers())
        context.abort(trouble.code, "told")

    def GetCarona(self, request: Any, context: Any) -> carona_pb.CaronaResponse:
        self._attempt("GetCarona", request, context)
        return carona_pb.CaronaResponse(carona=Carona(id=request.carona_id))

    def CreateCarona(self, request: Any, context: Any) -> carona_pb.CaronaResponse:
        self._attempt("CreateCarona", request, context)
        return carona_pb.CaronaResponse(carona=Carona(id="new"))

    def CheckVagas(self, request: Any, context: Any) -> carona_pb.CheckVagasResponse:
        self._attempt("CheckVagas", request, context)
        return carona_pb.CheckVagasResponse(vagas_disponiveis=3)

    def UpdateCaronaStatus(self, request: Any, context: Any) -> carona_pb.CaronaResponse:
        self._attempt("UpdateCaronaStatus", request, context)
        return carona_pb.CaronaResponse(carona=Carona(id=request.carona_id))

    def ListCaronasDisponiveis(
        self, request: Any, context: Any
    ) -> Iterator[carona_pb.CaronaResponse]:
        """Rides 0 to 4; their cursors are their ids."""
        self._attempt("ListCaronasDisponiveis", request, context)
        first = int(request.apos) + 1 if request.apos else 0
        rides = [
            carona_pb.CaronaResponse(carona=Carona(id=str(i)), cursor=str(i)) for i in range(5)
        ]
        left, trouble = self.breaks.popleft() if self.breaks else (5, None)
        yield from rides[first : first + left][: request.limite or None]
        if trouble:
            self._end(trouble, context)

    def StreamCaronasUpdates(
        self, requests: Any, context: Any
    ) -> Iterator[carona_pb.CaronaUpdateResponse]:
        self._attempt("StreamCaronasUpdates", next(requests), context)
        yield from self.streams.popleft() if self.streams else []
        if not self.streams:
            gone = threading.Event()
            context.add_callback(gone.set)
            gone.wait(60)

    def ProcessarReserva(self, request: Any, context: Any) -> reserva_pb.ReservaResponse:
        self._attempt("ProcessarReserva", request, context)
        return reserva_pb.ReservaResponse(reserva=Reserva(carona_id=request.carona_id))

    def GetReservas(self, request: Any, context: Any) -> Iterator[reserva_pb.ReservaResponse]:
        self._attempt("GetReservas", request, context)
        for name in ("lia", "zeca"):
            yield reserva_pb.ReservaResponse(reserva=Reserva(usuario_id=name))

    def UpdateReservaStatus(self, request: Any, context: Any) -> reserva_pb.ReservaResponse:
        self._attempt("UpdateReservaStatus", request, context)
        return reserva_pb.ReservaResponse(reserva=Reserva(carona_id=request.carona_id))


class Face:
    """Lets a test call the aio client as it calls the blocking one."""

    def __init__(self, client: aio.Client) -> None:
        self._client = client
        self._loop = asyncio.new_event_loop()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name.startswith("_"):
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            if inspect.iscoroutine(result):
                return self._loop.run_until_complete(result)
            return Items(self._loop, result)

        return call

    def close(self) -> None:
        self._loop.run_until_complete(self._client.close())
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()


class Items(Iterator[Any]):
    """An asynchronous iterator as a blocking one."""

    def __init__(self, loop: asyncio.AbstractEventLoop, items: AsyncIterator[Any]) -> None:
        self._loop = loop
        self._items = items

    def __next__(self) -> Any:
        async def take() -> Any:
            return await anext(self._items, self)

        item = self._loop.run_until_complete(take())
        if item is self:
            raise StopIteration
        return item

    @property
    def cursor(self) -> str:
        return str(self._items.cursor)  # type: ignore[attr-defined]

    def close(self) -> None:
        async def close() -> None:
            self._items.close()  # type: ignore[attr-defined]

        self._loop.run_until_complete(close())


def make(kind: str, target: str, **settings: Any) -> Any:
    """A client of that kind."""
    settings = {"tls": False} | settings
    if kind == "aio":
        return Face(aio.Client(target, **settings))
    return minhacarona.Client(target, **settings)
