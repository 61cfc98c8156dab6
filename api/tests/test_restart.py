"""Both services are restarted, task after task, while residents go on: no request fails."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from balancer import Balancer, free_port
from conftest import environment
from served import served
from tasks import Task

# Eight starts of a JVM on a machine that is busy.
pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

# Requests a second. The services bear a hundred times as many, but here JVMs start beside them.
_RATE = 5
_THREADS = 32
_PATIENCE = 30


@pytest.fixture
def tasks(tmp_path: Path) -> Iterator[list[Task]]:
    environment()
    mains = ["carona.CaronaMain"] * 2 + ["reserva.ReservaMain"] * 2
    with ExitStack() as stack:
        tasks = [stack.enter_context(Task(main, free_port(), tmp_path)) for main in mains]
        for each in tasks:
            each.await_serving()
        yield tasks


@pytest.fixture
def balancer(tasks: list[Task], tmp_path: Path) -> Iterator[Balancer]:
    addresses = [each.address for each in tasks]
    with Balancer(tmp_path, addresses[:2], addresses[2:]) as balancer:
        yield balancer


@pytest.fixture
def http(balancer: Balancer) -> Iterator[httpx.Client]:
    target = f"127.0.0.1:{balancer.port}"
    with (
        served(MINHA_CARONA_TARGET=target, MINHA_CARONA_RESERVA_TARGET=target) as url,
        httpx.Client(base_url=url, timeout=_PATIENCE) as http,
    ):
        yield http


class Residents:
    """Offer rides, book them, look at the newest one, and look for others, in turns."""

    def __init__(self, http: httpx.Client) -> None:
        self.answers: Counter[tuple[str, int, str]] = Counter()
        self.took: list[float] = []
        self.rides: list[str] = []
        self._http = http
        self._condominio = f"condominio-{uuid.uuid4()}"
        self._over = Event()
        self._load = Thread(target=self._run)
        self._ask(0)
        self._load.start()

    def stop(self) -> None:
        self._over.set()
        self._load.join()

    def booked(self) -> int:
        """How many seats are taken, as it is stored."""
        return sum(
            told["vagas_total"] - told["vagas_disponiveis"]
            for told in (
                self._send(0, "GET", f"/caronas/{each}?consistencia=FORTE").json()
                for each in self.rides
            )
        )

    def _run(self) -> None:
        """Asks at its rate, whatever becomes of what was asked before."""
        due = time.monotonic()
        with ThreadPoolExecutor(_THREADS) as threads:
            for number in range(1, 1_000_000):
                due += 1 / _RATE
                if self._over.wait(max(0.0, due - time.monotonic())):
                    break
                threads.submit(self._ask, number)

    def _ask(self, number: int) -> None:
        ride = self.rides[-1] if self.rides else ""
        began = time.monotonic()
        match number % 4:
            case 0:
                what = "offer"
                partida = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
                place = {"origem": "Portaria", "destino": "Metrô"}
                body = {**place, "partida": partida, "vagas_total": 8}
                answer = self._send(number, "POST", "/caronas", body)
            case 1:
                what = "book"
                # One booking a ride, or a few of the newest one while offers are late.
                ride = self.rides[min(number // 4, len(self.rides) - 1)]
                answer = self._send(number, "POST", f"/caronas/{ride}/reservas", {})
            case 2:
                what = "look"
                answer = self._send(number, "GET", f"/caronas/{ride}/vagas")
            case _:
                what = "list"
                answer = self._send(number, "GET", "/caronas?limite=5")
        self.took.append(time.monotonic() - began)
        told = answer.json()
        if what == "offer" and answer.is_success:
            self.rides.append(told["id"])
        self.answers[what, answer.status_code, told.get("reason", "")] += 1

    def _send(self, number: int, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {
            "x-usuario-id": f"resident-{number}",
            "x-condominio-id": self._condominio,
            "Idempotency-Key": str(uuid.uuid4()),
        }
        return self._http.request(method, path, json=body, headers=headers)


def test_no_request_fails(tasks: list[Task], balancer: Balancer, http: httpx.Client) -> None:
    residents = Residents(http)
    addresses = [each.address for each in tasks]
    for each in tasks:
        # As ECS does: a task gets no new calls before it is stopped, and none before it is healthy.
        left = [address for address in addresses if address != each.address]
        balancer.route(
            [address for address in left if address in addresses[:2]],
            [address for address in left if address in addresses[2:]],
        )
        each.restart()
        balancer.route(addresses[:2], addresses[2:])
    residents.stop()
    answers = residents.answers
    took = sorted(residents.took)
    print(
        f"\n{len(tasks)} tasks restarted, {answers.total()} requests: "
        f"p50 {took[len(took) // 2]:.3f} s, slowest {took[-1]:.3f} s; {dict(answers)}"
    )
    # A booking that is repeated within the API, because its answer was lost, is answered with 200.
    assert set(answers) <= {
        ("offer", 201, ""),
        ("book", 201, ""),
        ("book", 200, ""),
        ("look", 200, ""),
        ("list", 200, ""),
    }
    # Nothing that was answered is lost, and nothing was done twice.
    assert len(residents.rides) == len(set(residents.rides)) == answers["offer", 201, ""]
    assert residents.booked() == answers["book", 201, ""] + answers["book", 200, ""]
