from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scripted import Scripted, make


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as server:
        yield server


@pytest.fixture(params=["blocking", "aio"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(kind: str, server: Scripted) -> Iterator[Any]:
    client = make(kind, server.target)
    yield client
    client.close()
