"""Reads the settings, once, and says in one sentence all that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

# Lambda sets each of them in every function.
_OF_LAMBDA = ("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT")

_PREFIX = "MINHA_CARONA_"

_LOOPBACK = ("localhost", "127.0.0.1", "::1")

# Where `mvn -q -Prun` has its queues.
_LOCAL_SQS = "http://localhost:9324"
_LOCAL_QUEUE = f"{_LOCAL_SQS}/000000000000/reservations"


class BadSettings(ValueError):  # noqa: N818  It is the caller's word for it.
    """The API cannot start with these settings."""


@dataclass(frozen=True)
class Authentication:
    """Whose tokens of residents are believed, and how the API gets its own."""

    issuer: str
    audiences: frozenset[str]
    token_endpoint: str
    client_id: str
    client_secret: str = field(repr=False)
    # The secret's ARN in Secrets Manager; used if there is no secret.
    client_secret_arn: str = ""


@dataclass(frozen=True)
class Settings:
    """What the API is told about its surroundings."""

    target: str
    reserva_target: str | None
    # None: callers say who they are, and nobody checks it.
    authentication: Authentication | None
    table: str
    # Empty: AWS.
    dynamodb_endpoint: str | None
    # None: a booking is made at once, also when its caller would rather not wait.
    queue_url: str | None
    sqs_endpoint: str | None
    region: str


def read(environment: Mapping[str, str]) -> Settings:
    """Raises `BadSettings` with every mistake."""
    reader = _Reader(environment)
    authentication = reader.authentication()
    # Whoever takes callers at their word serves the system of `mvn -q -Prun`, never a real table.
    local = reader.off
    settings = Settings(
        target=reader.required("TARGET", "localhost:50051" if local else ""),
        reserva_target=reader.text("RESERVA_TARGET") or ("localhost:50052" if local else None),
        authentication=authentication,
        table=reader.text("TABLE") or "minha-carona",
        dynamodb_endpoint=reader.loopback("DYNAMODB_ENDPOINT")
        if local
        else reader.address("DYNAMODB_ENDPOINT"),
        queue_url=reader.address("RESERVATIONS_QUEUE_URL") or (_LOCAL_QUEUE if local else None),
        sqs_endpoint=reader.address("SQS_ENDPOINT") or (_LOCAL_SQS if local else None),
        region=environment.get("AWS_REGION", "").strip() or "sa-east-1",
    )
    if reader.wrong:
        raise BadSettings("; ".join(reader.wrong))
    return settings


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.wrong: list[str] = []
        # Whether callers are taken at their word.
        self.off = False

    def text(self, name: str) -> str:
        return self._environment.get(_PREFIX + name, "").strip()

    def required(self, name: str, default: str = "") -> str:
        value = self.text(name) or default
        if not value:
            self.wrong.append(f"{_PREFIX}{name} must be set")
        return value

    def address(self, name: str) -> str | None:
        value = self.text(name)
        if value and urlsplit(value).scheme not in ("http", "https"):
            self.wrong.append(f"{_PREFIX}{name} is no http or https address")
        return value or None

    def loopback(self, name: str) -> str | None:
        value = self.required(name)
        if value and urlsplit(value).hostname not in _LOOPBACK:
            self.wrong.append(f"{_PREFIX}{name} is no address of this machine")
        return value or None

    def secure(self, name: str) -> str:
        value = self.required(name)
        if value and urlsplit(value).scheme != "https":
            self.wrong.append(f"{_PREFIX}{name} is no https address")
        return value

    def authentication(self) -> Authentication | None:
        mode = self.text("API_AUTHENTICATION") or "required"
        if mode == "off":
            self.off = True
            if any(self._environment.get(name) for name in _OF_LAMBDA):
                self.wrong.append(
                    f"{_PREFIX}API_AUTHENTICATION is off, which is for one machine and not for AWS"
                )
            return None
        if mode != "required":
            self.wrong.append(f"{_PREFIX}API_AUTHENTICATION is neither required nor off")
            return None
        secret = self.text("API_CLIENT_SECRET")
        arn = self.text("API_CLIENT_SECRET_ARN")
        if bool(secret) == bool(arn):
            self.wrong.append(
                f"one of {_PREFIX}API_CLIENT_SECRET and {_PREFIX}API_CLIENT_SECRET_ARN must be set"
            )
        return Authentication(
            issuer=self.secure("API_ISSUER").rstrip("/"),
            audiences=frozenset(
                each.strip() for each in self.required("API_AUDIENCES").split(",") if each.strip()
            ),
            token_endpoint=self.secure("API_TOKEN_ENDPOINT"),
            client_id=self.required("API_CLIENT_ID"),
            client_secret=secret,
            client_secret_arn=arn,
        )
