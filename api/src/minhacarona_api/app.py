"""Puts the application together."""

from __future__ import annotations

import os
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from . import auth, caronas, problems, reservas, settings, usuarios
from .edge import Edge
from .services import Services

VERSION = "1.0.0"


def create(authenticator: auth.Authenticator | None, services: Services | None) -> FastAPI:
    """The routes. Without services it can only be described."""
    app = FastAPI(
        title="Minha Carona",
        version=VERSION,
        description="Caronas e reservas dos moradores de um condomínio.",
        docs_url=None,
        redoc_url=None,
        # Answers are told by response models alone; nothing else is guessed from the path.
        redirect_slashes=False,
    )
    for each in (caronas, reservas, usuarios):
        app.include_router(each.router)
    problems.install(app)
    app.state.authenticator = authenticator
    app.state.services = services
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def started() -> Edge:
    """The application as the environment says; ends the process if that says nonsense."""
    try:
        read = settings.read(os.environ)
    except settings.BadSettings as e:
        sys.exit(f"Cannot start: {e}")
    authenticator = auth.Tokens(read.authentication) if read.authentication else auth.Headers()
    return Edge(create(authenticator, Services.connect(read)))


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema:
        return app.openapi_schema
    schema = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    for path in schema["paths"].values():
        for operation in path.values():
            # FastAPI's own answer to a malformed request, which is a 400 here.
            operation["responses"].pop("422", None)
            for status, response in operation["responses"].items():
                if status >= "400":
                    response["content"] = {problems.MEDIA_TYPE: response["content"][_JSON]}
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
    app.openapi_schema = schema
    return schema


_JSON = "application/json"
