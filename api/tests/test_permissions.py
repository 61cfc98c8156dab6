"""What the function asks AWS for is what its role allows, both ways; no stand-in would refuse."""

from __future__ import annotations

import fnmatch
import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from authority import Authority
from function import TRACE, Function, event, services

ROOT = Path(__file__).parents[2]
ROLE = "minha-carona-production-api"

# Lambda itself asks for these, with the role of the function.
OF_LAMBDA = re.compile(r"ec2|logs|xray")
ANSWERS = {"GetSecretValue": {"SecretString": "secret"}, "SendMessage": {"MessageId": "1"}}


@contextmanager
def aws() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Stands in for all of AWS; its address, and each action with the partition key it was for."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service, action = self.headers["X-Amz-Target"].split(".")
            name = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs"}.get(service, service)
            key = body.get("Key") or body.get("Item") or {}
            asked.append((f"{name}:{action}", key.get("PK", {}).get("S", "")))
            answer = json.dumps(ANSWERS.get(action, {})).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def allowed() -> set[tuple[str, str]]:
    """Each action of the role's rows, with the pattern of the keys that it is for."""
    found = set()
    for line in (ROOT / "docs/operations/permissions.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 6 or cells[1] != f"`{ROLE}`":
            continue
        keys = [""]
        if cells[4]:
            condition = json.loads(cells[4].strip("`"))
            keys = condition.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [""])
        for action in re.findall(r"`([\w-]+:\w+)`", cells[3]):
            if not OF_LAMBDA.match(action):
                found |= {(action, key) for key in keys}
    return found


def drive(function: Function) -> None:
    """Sends a request of every operation of the contract."""
    paths: dict[str, dict[str, Any]] = json.loads((ROOT / "api/openapi.json").read_text())["paths"]
    ride = {"origem": "a", "destino": "b", "partida": "2026-12-01T09:00:00Z", "vagas_total": 2}
    bodies: dict[tuple[str, str], Any] = {
        ("post", "/caronas"): ride,
        ("patch", "/caronas/{carona_id}"): {"status": "CANCELADA"},
        ("post", "/caronas/{carona_id}/reservas"): {"vagas": 1},
        ("put", "/usuarios/eu"): {"nome": "Zeca", "email": "zeca@example.com", "canais": ["EMAIL"]},
    }
    for path, operations in paths.items():
        for method in operations:
            key = {"idempotency-key": str(uuid.uuid4())} if method == "post" else {}
            place = path.replace("{carona_id}", "a")
            for more in (key, key | {"prefer": "respond-async"}):
                body = bodies.get((method, path))
                answer = function.ask(method.upper(), place, body, 10, **more)
                assert answer["statusCode"] != 400, (method, path, answer)


def test_the_role_allows_what_the_function_asks_for_and_nothing_else(tmp_path: Path) -> None:
    authority = Authority()
    with aws() as (address, asked), services(authority) as server:
        more = {
            "MINHA_CARONA_DYNAMODB_ENDPOINT": address,
            "MINHA_CARONA_SQS_ENDPOINT": address,
            "MINHA_CARONA_RESERVATIONS_QUEUE_URL": f"{address}/1/reservations",
            "MINHA_CARONA_API_CLIENT_SECRET": "",
            "MINHA_CARONA_API_CLIENT_SECRET_ARN": "arn:aws:secretsmanager:x:1:secret:api",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": address,
        }
        with Function(tmp_path, authority, server.port, **more) as function:
            function.await_ready()
            drive(function)
            token = {"authorization": f"Bearer {function.token}"}
            pending = event("GET", "/caronas/a/reservas/eu", None, token)
            pending["rawQueryString"] = f"pedido={uuid.uuid4()}"
            function.api.invoke(pending, 10, TRACE)
    permitted = allowed()
    used = set()
    for action, key in asked:
        matching = {(a, k) for a, k in permitted if a == action and fnmatch.fnmatchcase(key, k)}
        assert matching, f"{action} for {key!r} is not allowed"
        used |= matching
    assert used == permitted, f"never asked for: {permitted - used}"
