"""Residents over REST: what is written is what the notifier reads."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import boto3
import pytest
from conftest import Resident, environment

from minhacarona_api.auth import Caller
from minhacarona_api.edge import Edge
from minhacarona_api.models import Desejos
from minhacarona_api.usuario_item import from_item, to_item

# UsuariosOfTheApiTest of the module reserva-service reads the same files.
_FILES = Path(__file__).parents[2] / "reserva-service/src/test/resources/usuarios"
EXAMPLES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(_FILES.glob("*.json"))
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_items_are_those_of_java(example: dict[str, Any]) -> None:
    item = example["dynamodb"]["NewImage"]
    caller = Caller(item["PK"]["S"].removeprefix("USER#"), item["condominio_id"]["S"], None)
    assert to_item(caller, Desejos(**example["rest"])) == item
    shown = from_item(caller, item).model_dump()
    sent = Desejos(**example["rest"]).model_dump()
    assert {name: shown[name] for name in sent} == sent


@pytest.mark.system
def test_wishes_are_stored_and_shown(marina: Resident, condominio: str) -> None:
    nobody = Resident(marina._http.app, f"u-{uuid.uuid4()}", condominio)
    assert nobody.get("/usuarios/eu").json()["canais"] == []
    wishes = EXAMPLES["every-wish"]["rest"]
    written = nobody.send("PUT", "/usuarios/eu", wishes)
    assert written.status_code == 200, written.text
    assert nobody.get("/usuarios/eu").json() == written.json()
    assert written.json() == {"id": nobody.id, "condominio_id": condominio, **wishes}
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=environment()["MINHA_CARONA_DYNAMODB_ENDPOINT"],
        region_name="sa-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
    key = {"PK": {"S": f"USER#{nobody.id}"}, "SK": {"S": "METADATA"}}
    item = dynamodb.get_item(TableName="minha-carona", Key=key)["Item"]
    assert item == {
        **EXAMPLES["every-wish"]["dynamodb"]["NewImage"],
        **key,
        "condominio_id": {"S": condominio},
    }
    # What is left out is taken away.
    assert nobody.send("PUT", "/usuarios/eu", {"nome": "Zé"}).json()["canais"] == []
    assert nobody.get("/usuarios/eu").json()["email"] == ""


@pytest.mark.system
def test_who_moves_begins_anew(edge: Edge, condominio: str) -> None:
    usuario = f"u-{uuid.uuid4()}"
    Resident(edge, usuario, condominio).send("PUT", "/usuarios/eu", {"nome": "Zé"})
    moved = Resident(edge, usuario, f"{condominio}-b").get("/usuarios/eu").json()
    assert (moved["nome"], moved["condominio_id"]) == ("", f"{condominio}-b")


@pytest.mark.system
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ana@local"),
        ("email", "a b@exemplo.com"),
        ("email", "a@b.c\nBcc: x@y.z"),
        ("email", "ana@exemplo.com\n"),
        ("telefone", "11987654321"),
        ("telefone", "+١٢٣٤٥٦٧٨٩"),
        ("push_endpoint", "arn:aws:sns:sa-east-1:000000000000:topico"),
        ("canais", ["POMBO"]),
        ("avisos_recusados", ["carona.criada"]),
        ("silencio", {"de": "24:00", "ate": "07:00"}),
        ("silencio", {"de": "22:00\n", "ate": "07:00"}),
        ("silencio", {"de": "22:00"}),
        ("fuso", "Brasilia"),
        ("fuso", "EST"),
        ("fuso", "../etc/passwd"),
        ("nome", "a\u0007"),
        ("condominio_id", "outro"),
    ],
)
def test_what_java_would_not_read_is_refused(marina: Resident, field: str, value: Any) -> None:
    response = marina.send("PUT", "/usuarios/eu", {field: value})
    assert (response.status_code, response.json()["reason"]) == (400, "ARGUMENTO_INVALIDO")
    assert response.json()["violations"][0]["campo"].startswith(field)
