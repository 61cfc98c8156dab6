"""A FastAPI application on Lambda, as LAMBDA.md shows it, with clients that are kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scripted import Code, Trouble

if TYPE_CHECKING:
    from scripted import Scripted

PAGE = Path(__file__).parents[1] / "LAMBDA.md"


class Context:
    """What Lambda passes to a handler."""

    aws_request_id = "request"
    function_name = "api"
    memory_limit_in_mb = "256"
    invoked_function_arn = "arn:aws:lambda:sa-east-1:123456789012:function:api"
    function_version = "1"
    log_group_name = log_stream_name = "log"

    def get_remaining_time_in_millis(self) -> int:
        return 3_000


def event(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "host": "api"},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
            "domainName": "api",
            "stage": "$default",
        },
        "body": json.dumps(body) if body else None,
        "isBase64Encoded": False,
    }


def application(server: Scripted) -> dict[str, Any]:
    """The program of the page, against the test's server."""
    program = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert program
    source = re.sub(r"TARGET, tls=.*?\)(?=\n)", f'"{server.target}", tls=False)', program[1])
    names: dict[str, Any] = {"__name__": "app"}
    exec(compile(source, "LAMBDA.md", "exec"), names)
    return names


@pytest.mark.parametrize("path", ["/caronas/a", "/sync/caronas/a"])
def test_invocations_share_a_client(server: Scripted, path: str) -> None:
    handler = application(server)["handler"]
    for _ in range(5):
        answer = handler(event("GET", path), Context())
        assert answer["statusCode"] == 200, answer
        assert json.loads(answer["body"]) == {"vagas": 3}
    assert max(each.remaining or 0 for each in server.seen) == pytest.approx(2, rel=0.05)


BOOKING = {"usuario": "nina", "condominio": "c"}


def test_a_booking_ends_before_the_function_does(server: Scripted) -> None:
    handler = application(server)["handler"]
    for _ in range(3):
        answer = handler(event("POST", "/caronas/a/reservas", BOOKING), Context())
        assert answer["statusCode"] == 201
    assert max(each.remaining or 0 for each in server.seen) == pytest.approx(2.5, rel=0.05)


def test_refusals_and_unknown_outcomes_are_told_apart(server: Scripted) -> None:
    handler = application(server)["handler"]
    server.troubles.append(Trouble(Code.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES"))
    answer = handler(event("POST", "/caronas/a/reservas", BOOKING), Context())
    assert (answer["statusCode"], json.loads(answer["body"])) == (
        409,
        {"reason": "VAGAS_INSUFICIENTES"},
    )
    server.troubles.append(Trouble(Code.INTERNAL))
    answer = handler(event("POST", "/caronas/a/reservas", BOOKING), Context())
    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["request_id"] == server.requests()[1].request_id


def test_the_readmes_settings_are_settings() -> None:
    page = (PAGE.parent / "README.md").read_text(encoding="utf-8")
    _, settings = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(settings, "README.md", "exec"), {})
