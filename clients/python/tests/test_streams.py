"""Lists and live updates of both clients, from a server that breaks them as the test says."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from scripted import Code, Scripted, Trouble, ride

from minhacarona import Assinar, Client, Failed, ListCaronasRequest, Refused
from minhacarona.v1.carona_service_pb2 import CaronaUpdateResponse

SYNCED = CaronaUpdateResponse(sincronizado=CaronaUpdateResponse.Sincronizado())
ENDING = CaronaUpdateResponse(encerrando=CaronaUpdateResponse.Encerrando())


def ids(rides: Any) -> list[str]:
    return [each.id for each in rides]


@pytest.mark.parametrize("code", [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED])
def test_a_list_that_breaks_goes_on_after_the_last_ride(
    client: Any, server: Scripted, code: Code
) -> None:
    server.breaks.extend([(2, Trouble(code)), (2, Trouble(code))])
    assert ids(client.list_caronas_disponiveis(ListCaronasRequest())) == list("01234")
    assert [each.apos for each in server.requests()] == ["", "1", "3"]


def test_a_list_tells_where_another_goes_on(client: Any, server: Scripted) -> None:
    rides = client.list_caronas_disponiveis(ListCaronasRequest(apos="0"))
    assert rides.cursor == "0"
    next(rides)
    next(rides)
    assert rides.cursor == "2"
    rides.close()
    assert ids(client.list_caronas_disponiveis(ListCaronasRequest(apos=rides.cursor))) == ["3", "4"]


def test_a_list_with_a_limit_is_no_longer_for_having_broken(client: Any, server: Scripted) -> None:
    server.breaks.append((2, Trouble(Code.UNAVAILABLE)))
    assert ids(client.list_caronas_disponiveis(ListCaronasRequest(limite=2))) == ["0", "1"]
    assert len(server.seen) == 1
    server.breaks.append((2, Trouble(Code.UNAVAILABLE)))
    assert ids(client.list_caronas_disponiveis(ListCaronasRequest(limite=3))) == list("012")
    assert [each.limite for each in server.requests()] == [2, 3, 1]


def test_a_list_that_brings_nothing_is_given_up(client: Any, server: Scripted) -> None:
    server.breaks.extend([(0, Trouble(Code.UNAVAILABLE))] * 9)
    with pytest.raises(Failed):
        list(client.list_caronas_disponiveis(ListCaronasRequest()))
    assert len(server.seen) == 4


def test_a_list_may_be_left(client: Any, server: Scripted) -> None:
    rides = client.list_caronas_disponiveis(ListCaronasRequest())
    assert next(rides).id == "0"
    rides.close()
    assert list(rides) == []


# Live updates.


def test_a_watch_yields_each_state_once(client: Any, server: Scripted) -> None:
    server.streams.append([ride("a", 1, inicial=True), ride("b", 4, inicial=True), SYNCED, ENDING])
    server.streams.append([ride("b", 4, inicial=True), SYNCED, ride("a", 2)])
    synced: list[int] = []
    watch = client.watch_caronas(
        Assinar(condominio_id="c"), on_synced=lambda: synced.append(len(server.seen))
    )
    seen = [next(watch) for _ in range(3)]
    watch.close()
    assert [(each.id, each.versao) for each in seen] == [("a", 1), ("b", 4), ("a", 2)]
    assert synced == [1, 2]
    first, second = [each.assinar for each in server.requests()]
    assert first.condominio_id == second.condominio_id == "c"
    assert dict(first.versoes_conhecidas) == {}
    assert dict(second.versoes_conhecidas) == {"a": 1, "b": 4}


def test_a_watch_goes_on_after_a_restore(client: Any, server: Scripted) -> None:
    server.streams.append([ride("a", 7, inicial=True), SYNCED, ENDING])
    server.streams.append([ride("a", 5, inicial=True), SYNCED, ride("a", 6)])
    watch = client.watch_caronas(Assinar(carona_ids=["a"]))
    assert [next(watch).versao for _ in range(3)] == [7, 5, 6]
    watch.close()


def test_a_watch_survives_failures_that_pass(client: Any, server: Scripted) -> None:
    server.troubles.extend(
        [
            Trouble(Code.UNAVAILABLE),
            Trouble(Code.RESOURCE_EXHAUSTED, "SOBRECARGA"),
            Trouble(Code.CANCELLED),
            Trouble(Code.DEADLINE_EXCEEDED),
        ]
    )
    server.streams.append([ride("a", 1)])
    watch = client.watch_caronas(Assinar(carona_ids=["a"]))
    assert next(watch).versao == 1
    watch.close()


def test_a_watch_that_is_refused_ends(client: Any, server: Scripted) -> None:
    refused = CaronaUpdateResponse.Resultado(
        codigo=5, motivo="CARONA_NAO_ENCONTRADA", mensagem="no"
    )
    server.streams.append([CaronaUpdateResponse(resultado=refused)])
    with pytest.raises(Refused) as e:
        next(client.watch_caronas(Assinar(carona_ids=["a"])))
    assert e.value.reason == "CARONA_NAO_ENCONTRADA"
    server.troubles.append(Trouble(Code.PERMISSION_DENIED, "SEM_PERMISSAO"))
    with pytest.raises(Refused):
        next(client.watch_caronas(Assinar(carona_ids=["a"])))


def test_a_watch_leaves_a_server_that_fell_silent(
    client: Any, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("_watch", "_aio_streams"):
        monkeypatch.setattr(f"minhacarona.{module}.SILENCE", 0.5)
    watch = client.watch_caronas(Assinar(carona_ids=["a"]))
    server.streams.append([ride("a", 1)])
    assert next(watch).versao == 1
    server.streams.append([ride("a", 2)])
    assert next(watch).versao == 2
    watch.close()


def test_a_watch_is_closed_by_another_thread(server: Scripted) -> None:
    with Client(server.target, tls=False) as client:
        server.streams.append([ride("a", 1)])
        watch = client.watch_caronas(Assinar(carona_ids=["a"]))
        timer = threading.Timer(0.3, watch.close)
        timer.start()
        assert [each.versao for each in watch] == [1]
        timer.join()
