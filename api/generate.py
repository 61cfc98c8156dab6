"""Writes what is told of the API: `openapi.json`, and the table of `ERRORS.md`.

Run as `python generate.py` where the package is installed. A test finds what is not current.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import grpc

from minhacarona_api import app, reasons

HERE = Path(__file__).resolve().parent
OPENAPI = HERE / "openapi.json"
PAGE = HERE / "ERRORS.md"
_REASONS = HERE.parent / "docs" / "errors.md"

# Reasons of gRPC that no route can meet.
_NOT_HERE = {"LIMITE_DE_ASSINATURAS": "none: there is no stream"}
_UNKNOWN = frozenset({"RESULTADO_DESCONHECIDO", "PRAZO_ESGOTADO", "ERRO_INTERNO"})
_BEGIN, _END = "<!-- generated -->\n", "<!-- /generated -->\n"


def of_grpc() -> dict[str, grpc.StatusCode]:
    """Every reason of docs/errors.md, with its code."""
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| `([A-Z_]+)` \|", _REASONS.read_text("utf-8"), re.MULTILINE
    )
    return {name: grpc.StatusCode[code] for name, code in rows}


def status(name: str, code: grpc.StatusCode, *, writes: bool) -> tuple[int, str]:
    """The status and the reason by which REST tells a reason of gRPC."""
    told = reasons.RESULTADO_DESCONHECIDO if writes and name in _UNKNOWN else name
    return int(reasons.of(told, code).status), told


def openapi() -> str:
    """The contract."""
    return json.dumps(app.create(None, None).openapi(), ensure_ascii=False, indent=2) + "\n"


def page() -> str:
    """The page with the table as it should be."""
    rows = ["| reason | gRPC | of a read | of a write | title |", "|---|---|---|---|---|"]
    for name, code in of_grpc().items():
        read, _ = status(name, code, writes=False)
        write, told = status(name, code, writes=True)
        cell = f"{write} `{told}`" if told != name else str(write)
        cells = (_NOT_HERE[name], _NOT_HERE[name]) if name in _NOT_HERE else (str(read), cell)
        title = reasons.REASONS[name].title
        rows.append(f"| `{name}` | `{code.name}` | {cells[0]} | {cells[1]} | {title} |")
    rows += [
        f"| `{name}` | none | {int(reason.status)} | {int(reason.status)} | {reason.title} |"
        for name, reason in reasons.REASONS.items()
        if reason.code is None
    ]
    before, rest = PAGE.read_text("utf-8").split(_BEGIN)
    return before + _BEGIN + "\n".join(rows) + "\n" + _END + rest.split(_END)[1]


if __name__ == "__main__":
    OPENAPI.write_text(openapi(), "utf-8")
    PAGE.write_text(page(), "utf-8")
