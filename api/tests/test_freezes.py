"""Lambda freezes the function between requests, and its connection goes: no request fails.

The function runs under Lambda's own runtime client, and calls the real services through nginx,
which speaks TLS as the load balancer does.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from authority import Authority
from balancer import Balancer
from conftest import environment
from function import Function
from google.protobuf.timestamp_pb2 import Timestamp
from minhacarona import CheckVagasRequest, Client, Consistencia, CreateCaronaRequest

pytestmark = pytest.mark.system

# Most seats that a ride has.
_SEATS = 8


@pytest.fixture
def function(tmp_path: Path) -> Iterator[Function]:
    environment()
    authority = Authority()
    with (
        Balancer(
            tmp_path,
            [os.environ["MINHA_CARONA_TARGET"]],
            [os.environ["MINHA_CARONA_RESERVA_TARGET"]],
            authority,
        ) as balancer,
        Function(tmp_path, authority, balancer.port) as function,
    ):
        function.await_ready()
        yield function


def offer(grpc: Client) -> str:
    partida = Timestamp()
    partida.FromSeconds(int(time.time()) + 86_400)
    return grpc.create_carona(
        CreateCaronaRequest(
            request_id=str(uuid.uuid4()),
            condominio_id="aurora",
            motorista_id="marina",
            origem="Portaria",
            destino="Metrô",
            partida=partida,
            vagas_total=_SEATS,
        )
    ).id


# A connection that is cut says so with the first byte. One that is forgotten says nothing ever:
# after less than 5 s the client finds out by waiting, and after more it takes a new one at once.
@pytest.mark.parametrize(
    ("freezes", "sabotage", "seconds"),
    [(100, "cut", 0.02), (20, "forget", 0.3), (2, "forget", 5.5)],
)
def test_no_request_fails(
    function: Function, grpc: Client, freezes: int, sabotage: str, seconds: float
) -> None:
    assert function.book(carona=offer(grpc))["statusCode"] == 201
    rides: list[str] = []
    took: list[float] = []
    failed: list[str] = []
    for i in range(freezes):
        if i % _SEATS == 0:
            rides.append(offer(grpc))
        function.freeze()
        assert getattr(function.proxy, sabotage)() >= 1
        time.sleep(seconds)
        token = function.issuer.token(sub=f"resident-{i}")
        began = time.monotonic()
        function.thaw()
        # First a write or a read, in turns.
        read = ("GET", f"/caronas/{rides[-1]}")
        if i % 2:
            asked = [function.ask(*read), function.book(carona=rides[-1], token=token)]
        else:
            asked = [function.book(carona=rides[-1], token=token), function.ask(*read)]
        took.append(time.monotonic() - began)
        failed += [each["body"] for each in asked if each["statusCode"] not in (200, 201)]
    print(
        f"\n{freezes} freezes of {seconds} s ({sabotage}): {len(failed)} of {2 * freezes} requests"
        f" failed; two requests took {sorted(took)[freezes // 2]:.3f} s,"
        f" and the slowest {max(took):.3f} s"
    )
    assert failed == []
    left = [
        grpc.check_vagas(
            CheckVagasRequest(carona_id=each, consistencia=Consistencia.CONSISTENCIA_FORTE)
        ).vagas_disponiveis
        for each in rides
    ]
    # Every request was booked, and once.
    assert sum(left) == _SEATS * len(rides) - freezes
    assert {each["status"] for each in function.log()} == {200, 201}
