"""Requests made up from the contract, good and bad ones: none is a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from conftest import Resident
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
def test_no_request_is_a_fault_of_ours(case: Any, edge: Edge) -> None:
    resident = Resident(edge, "ana", "condominio-aurora")
    case.headers = {**(case.headers or {}), **resident._headers}
    response = case.call(session=resident._http, base_url="http://testserver")
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
