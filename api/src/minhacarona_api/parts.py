"""What several routes have in common: parameters, and answers that OpenAPI tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Header, Path, Request, Response

from .forms import ID_FORM, UUID_FORM
from .models import Problema
from .problems import MEDIA_TYPE
from .services import Services

if TYPE_CHECKING:
    from minhacarona import Client


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _client(request: Request) -> Client:
    return _services(request).client


def _key(
    idempotency_key: Annotated[
        str,
        Header(
            pattern=UUID_FORM,
            description="UUID deste pedido; repetir com o mesmo não faz nada duas vezes",
        ),
    ],
) -> str:
    return idempotency_key.lower()


ServicesHere = Annotated[Services, Depends(_services)]
KeyHere = Annotated[str, Depends(_key)]
CaronaId = Annotated[str, Path(pattern=ID_FORM)]

# The statuses of problems that OpenAPI names for a route, besides those that any may have.
_ANY = (400, 401, 403, 413, 429, 503, 504)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the documentation of a route."""
    return {
        status: {
            "model": Problema,
            "description": "Problema",
            "content": {MEDIA_TYPE: {}},
        }
        for status in sorted({*_ANY, *statuses})
    }


def tagged(request: Request, response: Response, tag: str) -> Response | None:
    """Adds the ETag. Returns the answer to a caller that has the same state already."""
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    response.headers.update(headers)
    known = request.headers.get("if-none-match", "")
    # Weak comparison, RFC 9110, section 13.1.2.
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    if known.strip() == "*" or headers["ETag"] in tags:
        return Response(status_code=304, headers=headers)
    return None
