from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from minhacarona import Client

from minhacarona_api import app, auth, settings
from minhacarona_api.edge import Edge
from minhacarona_api.services import Services

_SYSTEM = (
    "MINHA_CARONA_TARGET",
    "MINHA_CARONA_RESERVA_TARGET",
    "MINHA_CARONA_DYNAMODB_ENDPOINT",
    "MINHA_CARONA_SQS_ENDPOINT",
)


def environment() -> dict[str, str]:
    """The API's settings for the system that runs."""
    missing = [name for name in _SYSTEM if not os.environ.get(name)]
    if missing:
        pytest.skip(f"not set: {', '.join(missing)}")
    return {
        **{name: os.environ[name] for name in _SYSTEM},
        "MINHA_CARONA_RESERVATIONS_QUEUE_URL": (
            f"{os.environ['MINHA_CARONA_SQS_ENDPOINT']}/000000000000/reservations"
        ),
        "MINHA_CARONA_API_AUTHENTICATION": "off",
    }


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    services = Services.connect(settings.read(environment()))
    yield services
    services.client.close()


@pytest.fixture(scope="session")
def grpc(services: Services) -> Client:
    return services.client


@pytest.fixture(scope="session")
def edge(services: Services) -> Edge:
    return Edge(app.create(auth.Headers(), services))


@pytest.fixture
def condominio() -> str:
    return f"condominio-{uuid.uuid4()}"


class Resident:
    """Calls the API as one resident."""

    def __init__(self, edge: Any, usuario: str, condominio: str) -> None:
        self.id = usuario
        self._http = TestClient(edge, raise_server_exceptions=False)
        self._headers = {"x-usuario-id": usuario, "x-condominio-id": condominio}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self._http.get(
            path, params=query or None, headers={**self._headers, **(headers or {})}
        )

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        told = {**self._headers, **(headers or {})}
        if key:
            told["Idempotency-Key"] = key
        return self._http.request(method, path, json=body, headers=told)

    def offer(self, vagas: int = 2, key: str | None = None, **more: Any) -> Any:
        body = {
            "origem": "Portaria",
            "destino": "Metrô",
            "partida": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400)),
            "vagas_total": vagas,
            **more,
        }
        return self.send("POST", "/caronas", body, key or str(uuid.uuid4()))

    def book(self, carona_id: str, vagas: int = 1, key: str | None = None, prefer: str = "") -> Any:
        return self.send(
            "POST",
            f"/caronas/{carona_id}/reservas",
            {"vagas": vagas},
            key or str(uuid.uuid4()),
            {"Prefer": prefer} if prefer else None,
        )


@pytest.fixture
def marina(edge: Edge, condominio: str) -> Resident:
    return Resident(edge, "marina", condominio)


@pytest.fixture
def zeca(edge: Edge, condominio: str) -> Resident:
    return Resident(edge, "zeca", condominio)
