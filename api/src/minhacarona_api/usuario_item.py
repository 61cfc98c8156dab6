"""Residents in the table, as `UsuarioItem` of the module single-table reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import aws
from .models import Desejos, Usuario

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .auth import Caller

_TEXTS = ("nome", "email", "telefone", "push_endpoint")
_LISTS = ("canais", "avisos_recusados")


class Usuarios:
    """The residents' items. Thread-safe."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def get(self, caller: Caller) -> Usuario:
        """Somebody who has stored nothing is a resident without wishes."""
        with aws.told(writes=False):
            item = self._dynamodb.get_item(
                TableName=self._table, Key=key(caller.id), ConsistentRead=True
            ).get("Item")
        return from_item(caller, item or {})

    def put(self, caller: Caller, desejos: Desejos) -> Usuario:
        """Replaces all that was stored."""
        item = to_item(caller, desejos)
        with aws.told(writes=True):
            self._dynamodb.put_item(TableName=self._table, Item=item)
        return from_item(caller, item)


def key(usuario_id: str) -> dict[str, Any]:
    """The key of a resident."""
    return {"PK": {"S": f"USER#{usuario_id}"}, "SK": {"S": "METADATA"}}


def to_item(caller: Caller, desejos: Desejos) -> dict[str, Any]:
    """What is empty is left out."""
    item = key(caller.id) | {"condominio_id": {"S": caller.condominio_id}}
    for name in _TEXTS:
        if text := getattr(desejos, name):
            item[name] = {"S": text}
    for name in _LISTS:
        if texts := getattr(desejos, name):
            item[name] = {"L": [{"S": each} for each in texts]}
    if desejos.silencio:
        item["silencio"] = {
            "M": {"de": {"S": desejos.silencio.de}, "ate": {"S": desejos.silencio.ate}}
        }
    if desejos.fuso:
        item["fuso"] = {"S": desejos.fuso}
    return item


def from_item(caller: Caller, item: dict[str, Any]) -> Usuario:
    """Shows what is stored. Wishes of another condominium, where the resident lived, are over."""
    if item.get("condominio_id", {}).get("S") != caller.condominio_id:
        item = {}
    silencio = item.get("silencio", {}).get("M")
    return Usuario(
        id=caller.id,
        condominio_id=caller.condominio_id,
        nome=item.get("nome", {}).get("S", ""),
        email=item.get("email", {}).get("S", ""),
        telefone=item.get("telefone", {}).get("S", ""),
        push_endpoint=item.get("push_endpoint", {}).get("S", ""),
        canais=[each["S"] for each in item.get("canais", {}).get("L", [])],
        avisos_recusados=[each["S"] for each in item.get("avisos_recusados", {}).get("L", [])],
        silencio={name: text["S"] for name, text in silencio.items()} if silencio else None,
        fuso=item.get("fuso", {}).get("S"),
    )
