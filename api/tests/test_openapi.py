"""The contract is current, and breaks nobody who knows the version before."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from contract import breaks

from generate import HERE, OPENAPI, openapi

BASELINE: dict[str, Any] = json.loads((HERE / "openapi-baseline.json").read_text("utf-8"))
CURRENT: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))


def test_the_file_is_current() -> None:
    assert openapi() == OPENAPI.read_text("utf-8"), "run generate.py"


def test_nothing_breaks_the_callers_of_the_version_before() -> None:
    assert breaks(BASELINE, CURRENT) == []


def test_every_route_wants_a_token_and_tells_problems() -> None:
    assert len(CURRENT["paths"]) == 6
    for path, methods in CURRENT["paths"].items():
        for method, operation in methods.items():
            assert operation["security"] == [{"cognito": []}], (method, path)
            assert "422" not in operation["responses"]
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def parameters(document: Any, method: str, path: str) -> Any:
    return {each["name"]: each for each in document["paths"][path][method]["parameters"]}


SEATS = "/caronas/{carona_id}/vagas"

BREAKS: dict[str, Callable[[Any], Any]] = {
    "GET /usuarios/eu: is gone": lambda d: d["paths"]["/usuarios/eu"].pop("get"),
    "POST /caronas body: origem is gone": lambda d: schema(d, "NovaCarona")["properties"].pop(
        "origem"
    ),
    "POST /caronas body: observacoes is required now": lambda d: schema(d, "NovaCarona")[
        "required"
    ].append("observacoes"),
    "POST /caronas body vagas_total: maximum has shrunk": lambda d: schema(d, "NovaCarona")[
        "properties"
    ]["vagas_total"].update(maximum=8),
    "POST /caronas body veiculo placa: has another form": lambda d: schema(d, "Veiculo")[
        "properties"
    ]["placa"].update(pattern="x"),
    "PATCH /caronas/{carona_id} body status: takes less values": lambda d: schema(
        d, "MudancaCarona"
    )["properties"]["status"]["enum"].remove("CANCELADA"),
    f"GET {SEATS}: parameter vagas is required now": lambda d: parameters(d, "get", SEATS)[
        "vagas"
    ].update(required=True),
    f"GET {SEATS} vagas: takes less kinds of values": lambda d: parameters(d, "get", SEATS)[
        "vagas"
    ]["schema"].update(type="boolean"),
    f"GET {SEATS}: parameter vagas is gone": lambda d: d["paths"][SEATS]["get"][
        "parameters"
    ].remove(parameters(d, "get", SEATS)["vagas"]),
    f"GET {SEATS} 200: disponivel is gone": lambda d: schema(d, "Vagas")["properties"].pop(
        "disponivel"
    ),
    f"GET {SEATS} 200: versao may be missing": lambda d: schema(d, "Vagas")["required"].remove(
        "versao"
    ),
    f"GET {SEATS} 200 status: may have other values": lambda d: schema(d, "Situacao")[
        "enum"
    ].append("X"),
    f"GET {SEATS} 200 versao: may be of another kind": lambda d: schema(d, "Vagas")["properties"][
        "versao"
    ].update(type="string"),
    f"GET {SEATS}: 200 is gone": lambda d: d["paths"][SEATS]["get"]["responses"].pop("200"),
    f"GET {SEATS}: 206 is a new success": lambda d: d["paths"][SEATS]["get"]["responses"].update(
        {"206": {}}
    ),
    "GET /caronas 200 caronas [] id: may be of another kind": lambda d: schema(d, "Carona")[
        "properties"
    ]["id"].update(type="integer"),
}


@pytest.mark.parametrize("told", BREAKS)
def test_the_guard_finds(told: str) -> None:
    changed = copy.deepcopy(CURRENT)
    BREAKS[told](changed)
    assert told in breaks(CURRENT, changed)


def test_additions_break_nobody() -> None:
    changed = copy.deepcopy(CURRENT)
    schema(changed, "NovaCarona")["properties"]["pets"] = {"type": "boolean"}
    schema(changed, "Vagas")["properties"]["fila"] = {"type": "integer"}
    schema(changed, "Vagas")["required"].append("fila")
    changed["paths"][SEATS]["get"]["parameters"].append(
        {"in": "query", "name": "x", "schema": {"type": "string"}}
    )
    changed["paths"]["/novo"] = {"get": {"responses": {"200": {}}}}
    assert breaks(CURRENT, changed) == []
