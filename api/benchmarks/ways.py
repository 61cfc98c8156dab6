"""Compares three ways to the same table: REST with boto3, REST over gRPC as here, and gRPC alone.

Prints a table for a page. Takes turns, so that a machine that is busy for a while is so for all:
`.ci/with-system api/.venv/bin/python api/benchmarks/ways.py [rounds]`. All three speak without TLS
and prove nothing to anybody, and everything runs on this machine, so ratios count and not times.
"""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    *(ROOT / "api" / each for each in ("src", "tests", "benchmarks")),
    *(ROOT / "clients/python" / each for each in ("src", "tests")),
]
sys.path += [str(each) for each in SOURCES]

from balancer import free_port  # noqa: E402
from google.protobuf.timestamp_pb2 import Timestamp  # noqa: E402
from minhacarona import (  # noqa: E402
    CheckVagasRequest,
    Client,
    CreateCaronaRequest,
    ProcessarReservaRequest,
)
from proxy import Proxy  # noqa: E402

CONDOMINIO = "condominio-medida"
COLD_STARTS = 5
WARM_UP = 200
COUNTED = 50
SEATS = 8

COLD_GRPC = """
import sys
from minhacarona import CheckVagasRequest, Client
Client(sys.argv[1], tls=False).check_vagas(CheckVagasRequest(carona_id=sys.argv[2]))
"""


class Rest:
    """A process that serves HTTP, and a client that keeps its connection."""

    def __init__(self, program: list[str], **settings: str) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, *(each.format(port=self.port) for each in program)],
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join(str(each) for each in SOURCES),
                "MINHA_CARONA_API_AUTHENTICATION": "off",
                "MINHA_CARONA_API_PORT": str(self.port),
                **settings,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def through(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def check(self, carona: str, patience: float = 0.0) -> None:
        end = time.monotonic() + patience
        while True:
            try:
                self._ask("GET", f"/caronas/{carona}/vagas", 200)
            except ConnectionRefusedError:
                self._connection.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.005)
            else:
                return

    def book(self, carona: str, usuario: str) -> None:
        self._ask("POST", f"/caronas/{carona}/reservas", 201, usuario)

    def close(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, method: str, path: str, wanted: int, usuario: str = "ana") -> None:
        headers = {
            "Content-Type": "application/json",
            "x-usuario-id": usuario,
            "x-condominio-id": CONDOMINIO,
            "Idempotency-Key": str(uuid.uuid4()),
        }
        body = "{}" if method == "POST" else None
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        told = response.read()
        if response.status != wanted:
            sys.exit(f"{method} {path}: {response.status} {told.decode()}")


class Grpc:
    """The Python client, in this process."""

    def __init__(self, carona: str, reserva: str) -> None:
        self._client = Client(carona, reserva_target=reserva, tls=False)

    def check(self, carona: str) -> None:
        self._client.check_vagas(CheckVagasRequest(carona_id=carona))

    def book(self, carona: str, usuario: str) -> None:
        self._client.processar_reserva(
            ProcessarReservaRequest(
                carona_id=carona, usuario_id=usuario, condominio_id=CONDOMINIO, vagas=1
            )
        )

    def close(self) -> None:
        self._client.close()


@dataclass
class Way:
    """How a row of the table is measured."""

    name: str
    # Starts it with addresses of CaronaService, ReservaService and DynamoDB.
    start: Callable[[str, str, str], Rest | Grpc]
    cold: list[float] = field(default_factory=list)
    check: list[float] = field(default_factory=list)
    book: list[float] = field(default_factory=list)
    # Before and behind the API: of one look, and of one booking.
    bytes: list[tuple[int, int]] = field(default_factory=list)


def direct(_: str, __: str, dynamodb: str) -> Rest:
    program = ["-m", "uvicorn", "direct:app", "--port", "{port}", "--no-access-log"]
    return Rest(program, MINHA_CARONA_DYNAMODB_ENDPOINT=f"http://{dynamodb}")


def rest(carona: str, reserva: str, _: str) -> Rest:
    return Rest(
        ["-m", "minhacarona_api"], MINHA_CARONA_TARGET=carona, MINHA_CARONA_RESERVA_TARGET=reserva
    )


def grpc(carona: str, reserva: str, _: str) -> Grpc:
    return Grpc(carona, reserva)


class Rides:
    """One that still has more than one seat, since the handlers without services need that."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._left = 0
        self._ride = ""

    def next(self) -> str:
        if self._left == 0:
            partida = Timestamp()
            partida.FromSeconds(int(time.time()) + 86_400)
            self._ride = self._client.create_carona(
                CreateCaronaRequest(
                    condominio_id=CONDOMINIO,
                    motorista_id="marina",
                    origem="Portaria",
                    destino="Metrô",
                    partida=partida,
                    vagas_total=SEATS,
                )
            ).id
            self._left = SEATS - 1
        self._left -= 1
        return self._ride


def timed(what: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    what(*given)
    return (time.perf_counter() - began) * 1_000


def cold(way: Way, addresses: tuple[str, str, str], carona: str) -> float:
    """From the start of a process to its first answer, in milliseconds."""
    if way.start is grpc:
        environment = os.environ | {"PYTHONPATH": str(SOURCES[-2])}
        command = [sys.executable, "-c", COLD_GRPC, addresses[0], carona]
        return timed(lambda: subprocess.run(command, check=True, env=environment))
    began = time.perf_counter()
    started = way.start(*addresses)
    assert isinstance(started, Rest)
    started.check(carona, 60)
    took = (time.perf_counter() - began) * 1_000
    started.close()
    return took


@contextmanager
def counting(way: Way, addresses: tuple[str, str, str]) -> Iterator[tuple[Rest | Grpc, Counts]]:
    """The way with proxies before and behind it."""
    with ExitStack() as stack:
        behind = [stack.enter_context(Proxy(int(each.rsplit(":", 1)[1]))) for each in addresses]
        carona, reserva, dynamodb = (each.target for each in behind)
        started = way.start(carona, reserva, dynamodb)
        stack.callback(started.close)
        before: list[Proxy] = []
        if isinstance(started, Rest):
            started.check(RIDES.next(), 60)
            before = [stack.enter_context(Proxy(started.port))]
            started.through(before[0].port)
        yield started, Counts(before, behind)


@dataclass
class Counts:
    """Bytes that went through proxies since the last look."""

    before: list[Proxy]
    behind: list[Proxy]
    seen: tuple[int, int] = (0, 0)

    def more(self) -> tuple[int, int]:
        # What was answered has been passed on; what acknowledges it may come a moment later.
        time.sleep(0.2)
        now = (sum(p.passed for p in self.before), sum(p.passed for p in self.behind))
        more = (now[0] - self.seen[0], now[1] - self.seen[1])
        self.seen = now
        return more

    def note(self, way: Way) -> None:
        front, back = self.more()
        way.bytes.append((front // COUNTED, back // COUNTED))


def count(way: Way, addresses: tuple[str, str, str]) -> None:
    with counting(way, addresses) as (started, counts):
        for _ in range(3):
            started.check(RIDES.next())
            started.book(RIDES.next(), str(uuid.uuid4()))
        counts.more()
        for _ in range(COUNTED):
            started.check(RIDES.next())
        counts.note(way)
        for _ in range(COUNTED):
            started.book(RIDES.next(), str(uuid.uuid4()))
        counts.note(way)


def percentile(values: list[float], percent: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    ways = [
        Way("REST with boto3, no services", direct),
        Way("REST over gRPC, as here", rest),
        Way("gRPC alone", grpc),
    ]
    for _ in range(COLD_STARTS):
        for way in ways:
            way.cold.append(cold(way, ADDRESSES, RIDES.next()))
    started = [(way, way.start(*ADDRESSES)) for way in ways]
    for _, one in started:
        if isinstance(one, Rest):
            one.check(RIDES.next(), 60)
    for i in range(WARM_UP + rounds):
        for way, one in started:
            ride = RIDES.next()
            check = timed(one.check, ride)
            book = timed(one.book, ride, str(uuid.uuid4()))
            if i >= WARM_UP:
                way.check.append(check)
                way.book.append(book)
    for _, one in started:
        one.close()
    for way in ways:
        count(way, ADDRESSES)
    print(f"{rounds} rounds on {os.cpu_count()} processors\n")
    show(ways)


def show(ways: list[Way]) -> None:
    print(
        "| way | cold start to the first answer, ms | look: p50, p99, ms | booking: p50, p99, ms "
        "| bytes of one look, before and behind the API | bytes of one booking |"
    )
    print("|---|---|---|---|---|---|")
    first = ways[0]

    def ratio(value: float, of: float) -> str:
        return f"{value:.1f} (x{value / of:.2f})"

    for way in ways:
        cells = [
            way.name,
            ratio(statistics.median(way.cold), statistics.median(first.cold)),
            *(
                ", ".join(ratio(percentile(mine, each), percentile(its, each)) for each in (50, 99))
                for mine, its in ((way.check, first.check), (way.book, first.book))
            ),
            *(f"{front or '-'}, {back}" for front, back in way.bytes),
        ]
        print("| " + " | ".join(cells) + " |")


ADDRESSES = (
    os.environ["MINHA_CARONA_TARGET"],
    os.environ["MINHA_CARONA_RESERVA_TARGET"],
    os.environ["MINHA_CARONA_DYNAMODB_ENDPOINT"].removeprefix("http://"),
)
RIDES = Rides(Client(ADDRESSES[0], tls=False))

main()
