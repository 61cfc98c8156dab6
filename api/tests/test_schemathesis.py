"""Requests made up from the contract, good and bad ones: none is a fault of ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from generate import OPENAPI
from minhacarona_api.edge import Edge

pytestmark = pytest.mark.system

schema = schemathesis.openapi.from_path(str(OPENAPI))


@pytest.fixture(scope="module")
def served(edge: Edge) -> Iterator[str]:
    """The API on a port of this machine."""
    server = uvicorn.Server(
        uvicorn.Config(edge, host="127.0.0.1", port=0, log_config=None, access_log=False)
    )
    listener = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


# Of each operation; the same ones each time, so that a check does not depend on luck.
_EXAMPLES = 40


@schema.parametrize()
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_a_fault_of_ours(case: Any, served: str) -> None:
    case.headers = {
        **(case.headers or {}),
        "x-usuario-id": "ana",
        "x-condominio-id": "condominio-aurora",
    }
    case.call_and_validate(
        base_url=served,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
