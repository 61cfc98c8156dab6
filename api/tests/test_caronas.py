"""Rides over REST, against the real services."""

from __future__ import annotations

import uuid

import pytest
from conftest import Resident

from minhacarona_api.edge import Edge

pytestmark = pytest.mark.system


def test_a_ride_is_offered_once_with_one_key(marina: Resident) -> None:
    key = str(uuid.uuid4())
    partida = "2026-12-31T23:59:59.999-03:00"
    first = marina.offer(key=key, veiculo={"modelo": "Onix", "placa": "ABC1D23"}, partida=partida)
    again = marina.offer(key=key, veiculo={"modelo": "Onix", "placa": "ABC1D23"}, partida=partida)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (
        first.json()
        | {
            "partida": "2027-01-01T02:59:59.999000Z",
            "motorista_id": "marina",
            "status": "ABERTA",
            "vagas_disponiveis": 2,
            "veiculo": {"modelo": "Onix", "cor": "", "placa": "ABC1D23"},
        }
        == first.json()
    )
    assert marina.get(first.headers["Location"]).json() == first.json()
    other = marina.offer(key=key, vagas=3, partida=partida)
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_ID_REUTILIZADO")


def test_pages_follow_one_another(marina: Resident, zeca: Resident) -> None:
    offered = [marina.offer().json()["id"] for _ in range(5)]
    found: list[str] = []
    sizes = []
    response = zeca.get("/caronas", limite=2)
    while True:
        page = [each["id"] for each in response.json()["caronas"]]
        found += page
        sizes.append(len(page))
        if "next" not in response.links:
            break
        response = zeca.get(response.links["next"]["url"])
    assert sorted(found) == sorted(offered)
    assert sizes == [2, 2, 1]


def test_a_full_last_page_has_no_next(marina: Resident) -> None:
    marina.offer()
    assert "Link" not in marina.get("/caronas", limite=1).headers


def test_filters(marina: Resident) -> None:
    marina.offer(vagas=2)
    assert len(marina.get("/caronas", vagas_minimas=2).json()["caronas"]) == 1
    assert not marina.get("/caronas", vagas_minimas=3).json()["caronas"]
    assert not marina.get("/caronas", de="2099-01-01T00:00:00Z").json()["caronas"]
    assert not marina.get("/caronas", ate="2020-01-01T00:00:00Z").json()["caronas"]
    wrong = marina.get("/caronas", apos="nada")
    assert (wrong.status_code, wrong.json()["reason"]) == (400, "CURSOR_INVALIDO")


def test_other_condominiums_find_nothing(edge: Edge, marina: Resident) -> None:
    carona = marina.offer().json()["id"]
    other = Resident(edge, "lia", "condominio-outro")
    for response in (
        other.get(f"/caronas/{carona}"),
        other.get(f"/caronas/{carona}/vagas"),
        other.get(f"/caronas/{carona}/reservas"),
        other.get(f"/caronas/{carona}/reservas/eu"),
        other.book(carona),
        other.send("PATCH", f"/caronas/{carona}", {"status": "CANCELADA"}),
    ):
        assert (response.status_code, response.json()["reason"]) == (404, "CARONA_NAO_ENCONTRADA")
    assert not other.get("/caronas").json()["caronas"]


@pytest.mark.parametrize("part", ["", "/vagas"])
def test_what_has_not_changed_is_not_sent_again(
    marina: Resident, zeca: Resident, part: str
) -> None:
    carona = marina.offer().json()["id"]
    path = f"/caronas/{carona}{part}"
    tag = zeca.get(path, consistencia="FORTE").headers["ETag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        same = zeca.get(path, {"If-None-Match": known}, consistencia="FORTE")
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    zeca.book(carona)
    changed = zeca.get(path, {"If-None-Match": tag}, consistencia="FORTE")
    assert changed.status_code == 200
    assert changed.json()["vagas_disponiveis"] == 1


def test_seats_depend_on_how_many_are_wanted(marina: Resident) -> None:
    carona = marina.offer(vagas=1).json()["id"]
    one = marina.get(f"/caronas/{carona}/vagas")
    two = marina.get(f"/caronas/{carona}/vagas", {"If-None-Match": one.headers["ETag"]}, vagas=2)
    assert one.json()["disponivel"]
    assert (two.status_code, two.json()["disponivel"]) == (200, False)


def test_a_ride_moves_along(marina: Resident) -> None:
    carona = marina.offer().json()["id"]
    path = f"/caronas/{carona}"
    left = marina.send("PATCH", path, {"status": "EM_ANDAMENTO", "motivo": "saí"})
    assert (left.json()["status"], left.json()["motivo"]) == ("EM_ANDAMENTO", "saí")
    assert marina.send("PATCH", path, {"status": "CONCLUIDA"}).json()["status"] == "CONCLUIDA"
    back = marina.send("PATCH", path, {"status": "CANCELADA"})
    assert (back.status_code, back.json()["reason"]) == (409, "TRANSICAO_INVALIDA")
    assert back.json()["metadata"]["status"]


def test_all_that_is_wrong_is_told(marina: Resident) -> None:
    response = marina.send(
        "POST", "/caronas", {"origem": "", "destino": "a\nb", "vagas_total": 51, "x": 1}, "no-uuid"
    )
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert {each["campo"] for each in response.json()["violations"]} == {
        "idempotency-key",
        "origem",
        "destino",
        "partida",
        "vagas_total",
        "x",
    }
    past = marina.offer(partida="2020-01-01T00:00:00Z")
    assert past.json()["violations"] == [
        {"campo": "partida", "descricao": "deve estar no futuro, a no máximo 90 dias"}
    ]


def test_what_is_not_there(marina: Resident) -> None:
    nowhere = marina.get("/nada")
    assert (nowhere.status_code, nowhere.json()["reason"]) == (404, "ROTA_NAO_ENCONTRADA")
    method = marina.send("DELETE", "/caronas")
    assert (method.status_code, method.json()["reason"]) == (405, "METODO_NAO_PERMITIDO")
    assert method.headers["Allow"]
    large = marina.offer(observacoes="x" * 20_000)
    assert (large.status_code, large.json()["reason"]) == (413, "CORPO_GRANDE_DEMAIS")
