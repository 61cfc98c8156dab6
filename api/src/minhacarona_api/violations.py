"""Says in Portuguese what is wrong with a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from minhacarona import Violation

# As many as a service tells.
_MAX = 20

_KINDS = {
    "missing": "é obrigatório",
    "extra_forbidden": "não é um campo deste pedido",
    "greater_than_equal": "deve ser no mínimo {ge}",
    "less_than_equal": "deve ser no máximo {le}",
    "string_too_short": "deve ter no mínimo {min_length} caracteres",
    "string_too_long": "deve ter no máximo {max_length} caracteres",
    "too_long": "deve ter no máximo {max_length} itens",
    "enum": "deve ser um destes: {expected}",
    "literal_error": "deve ser um destes: {expected}",
    "timezone_aware": "deve ter fuso, como em 2026-11-22T16:00:00Z",
    "json_invalid": "não é JSON",
}
_OTHERS = "não tem a forma esperada"

# What only a service can judge, by the names that it has for fields.
_OF_SERVICE = {"partida": "deve estar no futuro, a no máximo 90 dias"}
_NAMES = {"request_id": "Idempotency-Key", "usuario_id": "Authorization", "request": "body"}
_NAMES["condominio_id"] = "Authorization"


def of_fields(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Of a request that has not the form that OpenAPI says."""
    return [{"campo": _field(error["loc"]), "descricao": _text(error)} for error in errors[:_MAX]]


def of_service(violations: Iterable[Violation]) -> list[dict[str, str]]:
    """Of a request that a service refused."""
    return [
        {
            "campo": _NAMES.get(each.field, each.field),
            "descricao": _OF_SERVICE.get(each.field, _OTHERS),
        }
        for each in violations
    ]


def _field(loc: Sequence[Any]) -> str:
    # The first says where the field is. A place in a body that is no JSON is a number.
    if len(loc) == 1 or (loc[0] == "body" and isinstance(loc[1], int)):
        return str(loc[0])
    return ".".join(str(each) for each in loc[1:])


def _text(error: Any) -> str:
    try:
        return _KINDS.get(error["type"], _OTHERS).format(**error.get("ctx", {}))
    except (KeyError, IndexError):
        return _OTHERS
