"""Both clients against the real services, without TLS."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from proxy import Proxy
from scripted import make

from minhacarona import (
    Assinar,
    Carona,
    CheckVagasRequest,
    Client,
    Consistencia,
    CreateCaronaRequest,
    GetCaronaRequest,
    GetReservasRequest,
    ListCaronasRequest,
    OutcomeUnknown,
    ProcessarReservaRequest,
    Refused,
    StatusCarona,
    StatusReserva,
    UpdateCaronaStatusRequest,
    UpdateReservaStatusRequest,
)

pytestmark = pytest.mark.system

CONDOMINIO = "condominio-python"


def address(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} is not set")
    return value


@pytest.fixture
def system(kind: str) -> Iterator[Any]:
    client = make(
        kind,
        address("MINHA_CARONA_TARGET"),
        reserva_target=address("MINHA_CARONA_RESERVA_TARGET"),
    )
    yield client
    client.close()


def offer(vagas: int = 2, condominio: str = CONDOMINIO) -> CreateCaronaRequest:
    partida = Timestamp()
    partida.FromSeconds(int(time.time()) + 86_400)
    return CreateCaronaRequest(
        request_id=str(uuid.uuid4()),
        condominio_id=condominio,
        motorista_id="marina",
        origem="Portaria",
        destino="Metrô",
        partida=partida,
        vagas_total=vagas,
    )


def book(carona: Carona, usuario: str, vagas: int = 1) -> ProcessarReservaRequest:
    return ProcessarReservaRequest(
        request_id=str(uuid.uuid4()),
        carona_id=carona.id,
        usuario_id=usuario,
        condominio_id=carona.condominio_id,
        vagas=vagas,
    )


def test_a_ride_from_offer_to_cancellation(system: Any) -> None:
    request = offer()
    carona = system.create_carona(request)
    assert system.create_carona(request) == carona
    assert system.get_carona(GetCaronaRequest(carona_id=carona.id)) == carona

    booking = book(carona, "zeca", 2)
    booked = system.processar_reserva(booking)
    assert booked.reserva.status == StatusReserva.STATUS_RESERVA_CONFIRMADA
    assert booked.vagas_disponiveis == 0
    assert system.processar_reserva(booking).repetida
    with pytest.raises(Refused) as e:
        system.processar_reserva(book(carona, "lia"))
    assert e.value.reason == "VAGAS_INSUFICIENTES"
    assert e.value.metadata == {"carona_id": carona.id, "vagas_disponiveis": "0"}

    left = system.check_vagas(
        CheckVagasRequest(carona_id=carona.id, consistencia=Consistencia.CONSISTENCIA_FORTE)
    )
    assert left.status == StatusCarona.STATUS_CARONA_LOTADA
    reservas = system.get_reservas(GetReservasRequest(carona_id=carona.id))
    assert [each.usuario_id for each in reservas] == ["zeca"]

    cancelled = system.update_reserva_status(
        UpdateReservaStatusRequest(
            carona_id=carona.id,
            usuario_id="zeca",
            status=StatusReserva.STATUS_RESERVA_CANCELADA,
        )
    )
    assert cancelled.status == StatusReserva.STATUS_RESERVA_CANCELADA
    gone = system.update_carona_status(
        UpdateCaronaStatusRequest(
            carona_id=carona.id, status=StatusCarona.STATUS_CARONA_CANCELADA, motivo="chuva"
        )
    )
    assert gone.motivo == "chuva"


def test_a_request_that_is_wrong(system: Any) -> None:
    with pytest.raises(Refused) as e:
        system.create_carona(CreateCaronaRequest())
    assert e.value.reason == "ARGUMENTO_INVALIDO"
    assert {"condominio_id", "motorista_id", "partida"} <= {v.field for v in e.value.violations}


def test_a_list(system: Any) -> None:
    condominio = f"condominio-{uuid.uuid4()}"
    offered = {system.create_carona(offer(condominio=condominio)).id for _ in range(7)}
    request = ListCaronasRequest(condominio_id=condominio)
    assert {each.id for each in system.list_caronas_disponiveis(request)} == offered
    request.limite = 3
    assert len(list(system.list_caronas_disponiveis(request))) == 3


def test_live_updates_survive_a_connection_that_is_cut(system: Any, kind: str) -> None:
    carona = system.create_carona(offer())
    host, port = address("MINHA_CARONA_TARGET").rsplit(":", 1)
    assert host in ("localhost", "127.0.0.1")
    synced: list[float] = []
    with Proxy(int(port)) as proxy:
        watcher = make(kind, proxy.target)
        watch = watcher.watch_caronas(
            Assinar(carona_ids=[carona.id]), on_synced=lambda: synced.append(time.monotonic())
        )
        assert next(watch).versao == 1
        system.processar_reserva(book(carona, "zeca"))
        assert next(watch).versao == 2
        assert proxy.cut() > 0
        system.processar_reserva(book(carona, "lia"))
        assert next(watch).versao == 3
        watch.close()
        watcher.close()
    assert len(synced) >= 1


def test_seats_are_never_sold_twice(system: Any) -> None:
    """Twenty residents want five seats, over connections that are cut meanwhile."""
    carona = system.create_carona(offer(5))
    _, port = address("MINHA_CARONA_RESERVA_TARGET").rsplit(":", 1)
    outcomes: dict[str, str] = {}
    with Proxy(int(port)) as proxy, Client(proxy.target, tls=False) as client:

        def resident(name: str) -> None:
            request = book(carona, name)
            while name not in outcomes:
                try:
                    client.processar_reserva(request)
                    outcomes[name] = "booked"
                except OutcomeUnknown:
                    continue
                except Refused as e:
                    outcomes[name] = e.reason

        threads = [threading.Thread(target=resident, args=(f"r{i}",)) for i in range(20)]
        for i, each in enumerate(threads):
            each.start()
            if i % 5 == 4:
                proxy.cut()
        for each in threads:
            each.join()
    stored = [
        each.usuario_id for each in system.get_reservas(GetReservasRequest(carona_id=carona.id))
    ]
    assert sorted(stored) == sorted(name for name, told in outcomes.items() if told == "booked")
    assert len(stored) == 5
    assert list(outcomes.values()).count("VAGAS_INSUFICIENTES") == 15
