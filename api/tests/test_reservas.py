"""Reservations over REST, against the real services and the real queue."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import Resident
from minhacarona import Client, GetReservasRequest, ProcessarReservaRequest

from minhacarona_api.edge import Edge

pytestmark = pytest.mark.system

# Many times what the queue's worker takes.
PATIENCE = 60


def eventually(ask: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """Asks until the answer is the wanted one, for a minute at most."""
    for _ in range(PATIENCE * 5):
        answer = ask()
        if wanted(answer):
            return answer
        time.sleep(0.2)
    raise AssertionError(answer)


def test_a_booking_is_made_seen_and_cancelled(marina: Resident, zeca: Resident) -> None:
    carona = marina.offer().json()["id"]
    path = f"/caronas/{carona}/reservas"
    assert zeca.get(f"{path}/eu").json()["reason"] == "RESERVA_NAO_ENCONTRADA"
    booked = zeca.book(carona, 2)
    assert (booked.status_code, booked.json()["vagas_disponiveis"]) == (201, 0)
    mine = zeca.get(booked.headers["Location"]).json()
    assert (mine["status"], mine["vagas"], mine["usuario_id"]) == ("CONFIRMADA", 2, "zeca")
    assert marina.get(path).json() == {"reservas": [mine]}
    assert marina.get(path, status="CANCELADA").json() == {"reservas": []}
    for _ in range(2):
        gone = zeca.send("DELETE", f"{path}/eu?motivo=mudei de planos")
        assert (gone.status_code, gone.content) == (204, b"")
    assert zeca.get(f"{path}/eu").json()["status"] == "CANCELADA"
    assert marina.get(f"/caronas/{carona}").json()["vagas_disponiveis"] == 2


def test_refusals_have_reasons(marina: Resident, zeca: Resident) -> None:
    carona = marina.offer(vagas=1).json()["id"]
    many = zeca.book(carona, 2)
    assert (many.status_code, many.json()["reason"]) == (409, "VAGAS_INSUFICIENTES")
    assert many.json()["metadata"]["vagas_disponiveis"] == "1"
    assert many.headers["Content-Type"] == "application/problem+json"
    own = marina.book(carona)
    assert (own.status_code, own.json()["reason"]) == (409, "MOTORISTA_NAO_RESERVA")
    zeca.book(carona)
    again = zeca.book(carona)
    assert (again.status_code, again.json()["reason"]) == (409, "RESERVA_JA_EXISTE")
    marina.send("PATCH", f"/caronas/{carona}", {"status": "CANCELADA"})
    closed = zeca.book(carona)
    assert (closed.status_code, closed.json()["reason"]) == (409, "CARONA_FECHADA")
    none = marina.send("DELETE", f"/caronas/{carona}/reservas/eu")
    assert (none.status_code, none.json()["reason"]) == (404, "RESERVA_NAO_ENCONTRADA")


@pytest.mark.parametrize("first", ["rest", "grpc", "queue"])
def test_one_key_is_one_booking_by_every_way(
    grpc: Client, marina: Resident, zeca: Resident, condominio: str, first: str
) -> None:
    carona = marina.offer(vagas=5).json()["id"]
    key = str(uuid.uuid4())
    place = f"/caronas/{carona}/reservas/eu"

    def by_rest() -> bool:
        # The letters' case of a key does not matter.
        return bool(zeca.book(carona, 2, key.upper()).json()["repetida"])

    def by_grpc() -> bool:
        return grpc.processar_reserva(
            ProcessarReservaRequest(
                request_id=key,
                carona_id=carona,
                usuario_id="zeca",
                condominio_id=condominio,
                vagas=2,
            )
        ).repetida

    def by_queue() -> bool:
        put = zeca.book(carona, 2, key, "respond-async, wait=1")
        assert (put.status_code, put.json()) == (202, {"idempotency_key": key})
        assert put.headers["Preference-Applied"] == "respond-async"
        assert put.headers["Location"] == f"{place}?pedido={key}"
        eventually(lambda: zeca.get(put.headers["Location"]), lambda r: r.status_code == 200)
        return first != "queue"

    ways = {"rest": by_rest, "grpc": by_grpc, "queue": by_queue}
    assert not ways.pop(first)()
    for way in ways.values():
        assert way()
    # By each way, a second time.
    assert by_rest()
    assert by_grpc()
    booked = grpc.get_reservas(GetReservasRequest(carona_id=carona))
    assert [(each.usuario_id, each.vagas, each.versao) for each in booked] == [("zeca", 2, 1)]
    assert marina.get(f"/caronas/{carona}").json()["vagas_disponiveis"] == 3


def test_a_booking_of_the_queue_tells_why_it_was_refused(marina: Resident, zeca: Resident) -> None:
    carona = marina.offer(vagas=1).json()["id"]
    key = str(uuid.uuid4())
    put = zeca.book(carona, 8, key.upper(), "respond-async")
    refused = eventually(
        lambda: zeca.get(put.headers["Location"]), lambda r: r.status_code == 409
    ).json()
    told = zeca.book(carona, 8).json()
    for each in (refused, told):
        each.pop("trace_id")
    assert refused == told
    assert refused["reason"] == "VAGAS_INSUFICIENTES"


def test_nobody_asks_for_another_ones_request(
    marina: Resident, zeca: Resident, edge: Edge, condominio: str
) -> None:
    carona = marina.offer(vagas=1).json()["id"]
    put = zeca.book(carona, 8, prefer="respond-async")
    eventually(lambda: zeca.get(put.headers["Location"]), lambda r: r.status_code == 409)
    other = Resident(edge, "lia", condominio).get(put.headers["Location"])
    assert other.json()["reason"] == "RESERVA_NAO_ENCONTRADA"


def test_fifty_residents_race_for_five_seats(marina: Resident, edge: Edge, condominio: str) -> None:
    carona = marina.offer(vagas=5).json()["id"]
    residents = [Resident(edge, f"r{i}", condominio) for i in range(50)]
    with ThreadPoolExecutor(10) as threads:
        told = list(threads.map(lambda r: r.book(carona).status_code, residents))
    assert told.count(201) == 5
    assert told.count(409) == 45
